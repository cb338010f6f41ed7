/* Elementwise inverse trigonometric functions, powers of real numbers, and hypot.
 *
 * Owns: the loops of nxc_inverse.inc's and nxc_power.inc's functions; powers of integers are
 * map_power.c's.
 * Who may call: the elementwise driver, through map_table.c.
 */
#include "nxc_loops.h"

#include "nxc_inverse.inc"
#include "nxc_power.inc"

NXC_MATH1(asin)
NXC_MATH1(acos)
NXC_MATH1(atan)
NXC_MATH2(atan2)
NXC_MATH2(hypot)
NXC_MATH2_BLOCKS(power, power, v, x, y)
