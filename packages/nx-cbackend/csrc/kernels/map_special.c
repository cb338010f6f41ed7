/* Elementwise special functions.
 *
 * Owns: the loops of nxc_erf.inc's functions, and those that call nxc_special.h's one by one.
 * Who may call: the elementwise driver, through map_table.c.
 * Invariant: float32's special functions are double's, rounded once, but for erf and erfinv.
 */
// clang-format off
#include "nxc_loops.h"
#include "nxc_erf.inc"
#include "nxc_special.h"
// clang-format on

NXC_MAP1_BLOCKS(erf, erf, v, float32, float)
NXC_MAP1_BLOCKS(erf, erf, v, float64, double)
NXC_MAP1_BLOCKS(erfc, erfc, v, float32, float)
NXC_MAP1_BLOCKS(erfc, erfc, v, float64, double)
NXC_MAP1_BLOCKS(erfinv, erfinv, v, float32, float)
NXC_MAP1_BLOCKS(erfinv, erfinv, v, float64, double)

#define NXC_ROW_CALL1(name, D) NXC_MAP1(name, nxc_##name(x), D)
NXC_FOR_FLOATING(NXC_ROW_CALL1, lgamma)
NXC_FOR_FLOATING(NXC_ROW_CALL1, bessel_i0e)
NXC_FOR_FLOATING(NXC_ROW_CALL1, bessel_i1e)

#define NXC_ROW_POLYGAMMA(name, D) NXC_MAP1(name, nxc_polygamma((int)param, x), D)
#define NXC_ROW_SLOPE(name, D) NXC_MAP2(name, nxc_random_gamma_grad(x, y, param != 0), D)
NXC_FOR_FLOATING(NXC_ROW_POLYGAMMA, polygamma)
NXC_FOR_FLOATING(NXC_ROW_SLOPE, random_gamma_grad)
