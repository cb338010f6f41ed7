/* Strided copies; see nxc_copy.c. */
#ifndef NXC_COPY_H
#define NXC_COPY_H

#include "nxc_buffer.h"

/* Elements of one size, and where they go: strides in bytes, none of the target's 0. */
typedef struct {
    int ndim;
    int64_t size;
    int64_t shape[NXC_MAX_NDIM];
    const char *in;
    int64_t from[NXC_MAX_NDIM];
    char *out;
    int64_t to[NXC_MAX_NDIM];
} nxc_region;

/* Copies; returns a status. The two don't overlap. */
int nxc_copy(const nxc_region *region);

/* The region of all of `a`, to be copied to `out` by these strides. */
void nxc_region_of(nxc_region *region, const nxc_buffer *a, char *out, const int64_t *strides);

/* `a` itself if its elements lie in row-major order, else a copy that does; a new reference, or
 * NULL with an error set. */
nxc_buffer *nxc_contiguous(nxc_buffer *a);

/* out[i] = element for i < n; returns a status. */
int nxc_fill(char *out, const char *element, int64_t size, int64_t n);

#endif
