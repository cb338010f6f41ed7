/* Elementwise logarithms, and the inverse hyperbolic functions.
 *
 * Owns: the loops of nxc_log.inc's functions, of nxc_hyperbolic.inc's that stand on them, and of
 * the products x log(y) and x log(1 + y), which are 0 where x is, unless y is NaN.
 * Who may call: the elementwise driver, through map_table.c.
 */
#include "nxc_loops.h"

#include "nxc_hyperbolic.inc"

NXC_MATH1_BLOCKS(log)
NXC_MATH1_BLOCKS(log2)
NXC_MATH1_BLOCKS(log10)
NXC_MATH1_BLOCKS(log1p)
NXC_MATH1_BLOCKS(asinh)
NXC_MATH1_BLOCKS(acosh)
NXC_MATH1_BLOCKS(atanh)
NXC_MATH2(logaddexp)
NXC_MATH2_BLOCKS(xlogy, log, x *v, (((x == 0) & (y == y)) ? 1 : y))
NXC_MATH2_BLOCKS(xlog1py, log1p, x *v, (((x == 0) & (y == y)) ? 0 : y))
