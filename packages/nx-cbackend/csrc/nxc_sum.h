/* The summing driver; see nxc_sum.c. */
#ifndef NXC_SUM_H
#define NXC_SUM_H

#include "nxc_buffer.h"
#include "nxc_kernels.h"

/* out = the sum of a over the axes in the mask; out is contiguous and has the kept axes. */
void nxc_sum(const nxc_buffer *a, uint64_t mask, nxc_buffer *out);

#endif
