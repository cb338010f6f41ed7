/* Special functions of one real number after another, in double; see nxc_lgamma.c, nxc_bessel.c,
 * nxc_polygamma.c and nxc_gamma_grad.c. Their callers round to the dtype. */
#ifndef NXC_SPECIAL_H
#define NXC_SPECIAL_H

double nxc_lgamma(double x);
double nxc_bessel_i0e(double x);
double nxc_bessel_i1e(double x);

/* The n-th derivative of digamma, 0 <= n <= 170. */
double nxc_polygamma(int n, double x);

/* The derivative by alpha of the quantile of the gamma distribution that the sample is, or of its
 * logarithm, which the sample is then. */
double nxc_random_gamma_grad(double alpha, double sample, int log_space);

#endif
