/* Elementwise sine, cosine, tangent, and the products of the first two with a cotangent.
 *
 * Owns: the loops of nxc_trig.inc's functions.
 * Who may call: the elementwise driver, through map_table.c.
 */
#include "nxc_loops.h"
#include "nxc_trig.inc"

NXC_MATH1_BLOCKS(sin)
NXC_MATH1_BLOCKS(cos)
NXC_MATH1_BLOCKS(tan)
NXC_MATH2_BLOCKS(multiply_cos, cos, x *v, y)
NXC_MATH2_BLOCKS(multiply_negative_sin, sin, -(x *v), y)
