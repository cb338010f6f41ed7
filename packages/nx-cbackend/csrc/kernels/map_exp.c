/* Elementwise exponentials and hyperbolic functions.
 *
 * Owns: the loops of nxc_exp.inc's functions, and of nxc_hyperbolic.inc's that stand on them.
 * Who may call: the elementwise driver, through map_table.c.
 */
#include "nxc_loops.h"

#include "nxc_hyperbolic.inc"

NXC_MAP1_NEAR(exp, float32, float)
NXC_MAP1_NEAR(exp, float64, double)
NXC_MATH1(exp2)
NXC_MATH1(expm1)
NXC_MATH1(logistic)
NXC_MATH1(sinh)
NXC_MATH1(cosh)
NXC_MATH1(tanh)
