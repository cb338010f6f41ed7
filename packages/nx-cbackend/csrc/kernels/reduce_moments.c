/* Sums of what is done with an element and a centre known before.
 *
 * Owns: the folds `squares`, of squared distances from the mean, and `exps`, of exponentials of
 * distances from the largest.
 * Who may call: the reduction driver, through reduce_table.c.
 * Invariant: sums and distances are in double.
 * Source: the two-pass algorithm; T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for
 * computing the sample variance", Amer. Statist. 37 (1983).
 */
#include "nxc_exp.inc"
#include "nxc_folds.h"

NXC_INLINE double square(double distance) { return distance * distance; }

#define NXC_READ_SQUARE(x, c) square((double)(x) - (c))
#define NXC_ADD(s, v) ((s) + (v))
#define NXC_SQUARES(name, D, R, ROUND)                                                             \
    NXC_FOLD(name, D, 1, double, double, 0, NXC_READ_SQUARE, NXC_ADD, R, ROUND)
NXC_SQUARES(squares_float32, float32, nxc_float32, NXC_ROUND_float32)
NXC_SQUARES(squares_float64, float64, nxc_float64, NXC_AS_IS)

#define NXC_READ_EXP_FLOAT(x, c) ((double)NXC_FAST_exp(float, (x) - (c)))
#define NXC_READ_EXP(x, c) NXC_FAST_exp(double, (x) - (c))
NXC_FOLD(exps_float32, float32, 1, double, float, 0, NXC_READ_EXP_FLOAT, NXC_ADD, nxc_float32,
         NXC_ROUND_float32)
NXC_FOLD(exps_float64, float64, 1, double, double, 0, NXC_READ_EXP, NXC_ADD, nxc_float64, NXC_AS_IS)
