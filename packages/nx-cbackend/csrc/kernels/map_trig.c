/* Elementwise sine and cosine, and their products with a cotangent.
 *
 * Owns: the loops of nxc_trig.inc's functions.
 * Who may call: the elementwise driver, through map_table.c.
 */
#include "nxc_loops.h"
#include "nxc_trig.inc"

NXC_MAP1_BLOCKS(sin, sin, v, float32, float)
NXC_MAP1_BLOCKS(sin, sin, v, float64, double)
NXC_MAP1_BLOCKS(cos, cos, v, float32, float)
NXC_MAP1_BLOCKS(cos, cos, v, float64, double)
NXC_MAP2_BLOCKS(multiply_cos, cos, x *v, float32, float, y)
NXC_MAP2_BLOCKS(multiply_cos, cos, x *v, float64, double, y)
NXC_MAP2_BLOCKS(multiply_negative_sin, sin, -(x *v), float32, float, y)
NXC_MAP2_BLOCKS(multiply_negative_sin, sin, -(x *v), float64, double, y)
