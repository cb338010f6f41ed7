/* Elementwise tests: their results are bools.
 *
 * Owns: the loops of comparisons and of isfinite for real dtypes.
 * Who may call: the elementwise driver, through map_table.c.
 * Invariant: IEEE comparisons, so a NaN is unequal to everything.
 */
#include <float.h>

#include "nxc_loops.h"

#define NXC_ROW_EQUAL(name, D) NXC_TEST2(name, x == y, D)
#define NXC_ROW_NOT_EQUAL(name, D) NXC_TEST2(name, x != y, D)
#define NXC_ROW_LESS(name, D) NXC_TEST2(name, x < y, D)
#define NXC_ROW_LESS_EQUAL(name, D) NXC_TEST2(name, x <= y, D)
#define NXC_ROW_GREATER(name, D) NXC_TEST2(name, x > y, D)
#define NXC_ROW_GREATER_EQUAL(name, D) NXC_TEST2(name, x >= y, D)
NXC_FOR_ORDERED(NXC_ROW_EQUAL, equal)
NXC_FOR_ORDERED(NXC_ROW_NOT_EQUAL, not_equal)
NXC_FOR_ORDERED(NXC_ROW_LESS, less)
NXC_FOR_ORDERED(NXC_ROW_LESS_EQUAL, less_equal)
NXC_FOR_ORDERED(NXC_ROW_GREATER, greater)
NXC_FOR_ORDERED(NXC_ROW_GREATER_EQUAL, greater_equal)

NXC_TEST1(isfinite, fabsf(x) <= FLT_MAX, float32)
NXC_TEST1(isfinite, fabs(x) <= DBL_MAX, float64)
