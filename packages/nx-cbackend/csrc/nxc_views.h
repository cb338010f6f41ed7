/* Views: a Buffer's memory in another shape; see nxc_views.c. */
#ifndef NXC_VIEWS_H
#define NXC_VIEWS_H

#include "nxc_buffer.h"

/* Where a view's elements lie. */
typedef struct {
    char *data;
    int ndim;
    int64_t shape[NXC_MAX_NDIM];
    int64_t strides[NXC_MAX_NDIM];
} nxc_layout;

/* A view of `a`; a single element is copied, so that it doesn't keep the rest alive. NULL with
 * MemoryError set. */
nxc_buffer *nxc_view(nxc_buffer *a, const nxc_layout *layout);

/* Axis i of the layout is axis axes[i] of `a`; without axes they are reversed. */
void nxc_permuted(const nxc_buffer *a, const int64_t *axes, nxc_layout *layout);

/* `a` in the layout's shape, of as many elements: 1, or 0 where it takes a copy. */
int nxc_reshaped(const nxc_buffer *a, nxc_layout *layout);

#endif
