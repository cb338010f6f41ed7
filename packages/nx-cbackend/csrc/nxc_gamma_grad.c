/* The derivative of a gamma number by its shape parameter, its quantile held fixed.
 *
 * Owns: nxc_random_gamma_grad. Who may call: kernels/map_special.c.
 * Invariant: with P the regularized incomplete gamma function and p its density, the derivative is
 * -(dP/da) / p; each of the forms gives the ratio without P, so that tails keep their precision.
 * Source: M. Figurnov, S. Mohamed, A. Mnih, "Implicit reparameterization gradients", NeurIPS 2018;
 * NIST's Digital Library of Mathematical Functions, 8.11.4 (the power series, below the mean)
 * and 8.9.2 (the continued fraction, above it); for large alpha the quantile's expansion of E. A.
 * Cornish and R. A. Fisher, Revue de l'Institut International de Statistique 5 (1938).
 */
#include <math.h>

#include "nxc_special.h"

#define LARGE 1e5
#define STEPS 20000 /* no form needs as many below LARGE */
#define TINY 4e-16

/* d log x / da = sum of c[n] (digamma(a + n + 1) - log x), c[n] = x**n / (a (a + 1) ... (a + n)).
 */
static double by_series(double a, double x, double log_x) {
    double c = 1.0 / a, total = 0.0, excess = nxc_polygamma(0, a) + 1.0 / a - log_x;
    for (int n = 1; n < STEPS; n++) {
        total += c * excess;
        c *= x / (a + n);
        excess += 1.0 / (a + n);
        if (c * (1.0 + fabs(excess)) <= 1e-17 * fabs(total))
            break;
    }
    return total;
}

/* d log x / da = h (log x - digamma(a)) + dh/da, h = Gamma(a, x) / (x**a exp(-x)). 1 / h is
 * x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...)); numerators p and
 * denominators q of its convergents, and their derivatives by a, are kept in scale. */
static double by_fraction(double a, double x, double log_x) {
    double p0 = 0.0, q0 = 1.0, dp0 = 0.0, dq0 = 0.0;
    double p1 = 1.0, q1 = x + 1.0 - a, dp1 = 0.0, dq1 = -1.0;
    double h = 0.0, dh = 0.0;
    for (int n = 1; n < STEPS; n++) {
        const double above = n * (a - n), beside = x + 2.0 * n + 1.0 - a;
        const double p2 = beside * p1 + above * p0, q2 = beside * q1 + above * q0;
        const double dp2 = beside * dp1 - p1 + above * dp0 + n * p0;
        const double dq2 = beside * dq1 - q1 + above * dq0 + n * q0;
        const double scale = 1.0 / q2, last = h, previous = dh;
        p0 = p1 * scale, q0 = q1 * scale, dp0 = dp1 * scale, dq0 = dq1 * scale;
        p1 = p2 * scale, q1 = 1.0, dp1 = dp2 * scale, dq1 = dq2 * scale;
        h = p1, dh = dp1 - p1 * dq1;
        if (fabs(h - last) <= TINY * fabs(h) && fabs(dh - previous) <= TINY * (fabs(dh) + fabs(h)))
            break;
    }
    return h * (log_x - nxc_polygamma(0, a)) + dh;
}

/* x by a and the normal quantile z. */
static double quantile(double a, double root, double z) {
    const double square = z * z;
    const double near = (square - 1.0) / 3.0 + z * (square - 7.0) / (36.0 * root);
    return a + z * root + near - ((3.0 * square + 7.0) * square - 16.0) / (810.0 * a);
}

static double by_expansion(double a, double x) {
    const double root = sqrt(a);
    double z = (x - a) / root;
    for (int i = 0; i < 30; i++) {
        const double step = (quantile(a, root, z) - x) / (root + 2.0 * z / 3.0);
        z -= step;
        if (!(fabs(step) > 1e-17 * fabs(z)))
            break;
    }
    const double square = z * z;
    const double slope = 1.0 + z / (2.0 * root) - z * (square - 7.0) / (72.0 * a * root) +
                         ((3.0 * square + 7.0) * square - 16.0) / (810.0 * a * a);
    return slope / x;
}

double nxc_random_gamma_grad(double alpha, double sample, int log_space) {
    const double log_x = log_space ? sample : log(sample);
    const double x = log_space ? exp(sample) : sample;
    if (!log_space && sample == 0.0 && alpha > 0.0)
        return 0.0;
    if (!(alpha > 0.0 && alpha < INFINITY && x < INFINITY && isfinite(log_x)))
        return NAN;
    double slope;
    if (alpha >= LARGE)
        slope = by_expansion(alpha, x);
    else if (x <= alpha + 1.0)
        slope = by_series(alpha, x, log_x);
    else
        slope = by_fraction(alpha, x, log_x);
    return log_space ? slope : slope * x;
}
