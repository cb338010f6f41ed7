/* The elementwise driver; see nxc_map.c. */
#ifndef NXC_MAP_H
#define NXC_MAP_H

#include "nxc_buffer.h"
#include "nxc_kernels.h"

/* Writes the broadcast shape and returns its rank, or -1 - (the failing axis). */
int nxc_broadcast(const nxc_buffer *a, const nxc_buffer *x, int64_t *shape);

/* out = op(a, x); out is contiguous and has the broadcast shape. */
void nxc_map(nxc_map_kernel kernel, const nxc_buffer *a, const nxc_buffer *x, nxc_buffer *out);

#endif
