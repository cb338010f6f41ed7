/* The derivatives of digamma, in double.
 *
 * Owns: nxc_polygamma. Who may call: kernels/map_special.c and nxc_gamma_grad.c.
 * Invariant: factorials and powers are multiplied factor by factor, so that neither overflows
 * where their ratio doesn't. The error is some n ULP of the largest term.
 * Source: NIST's Digital Library of Mathematical Functions, 5.11.2 and 5.15.8 (the asymptotic
 * series), 5.5.2 and 5.15.5 (the recurrence), 5.5.4 and 5.15.6 (the reflection), 4.22.3 (the
 * cotangent's partial fractions).
 */
#include <math.h>

#include "nxc_special.h"

#define PI 3.14159265358979312
#define BERNOULLI 10
#define FEW 12 /* derivatives up to which the cotangent's is a polynomial of it */
#define FRACTIONS 32

/* B(2k) for k = 1, 2, ... */
static const double bernoulli[BERNOULLI] = {
    1.0 / 6,       -1.0 / 30, 1.0 / 42,      -1.0 / 30,     5.0 / 66,
    -691.0 / 2730, 7.0 / 6,   -3617.0 / 510, 43867.0 / 798, -174611.0 / 330,
};

/* n! / x**(n + 1) */
static double term(int n, double x) {
    const double u = 1.0 / x;
    double value = u;
    for (int j = 1; j <= n; j++)
        value *= j * u;
    return value;
}

static double digamma(double x) {
    double shift = 0.0, tail = 0.0;
    for (; x < 15.0; x += 1.0)
        shift += 1.0 / x;
    const double u = 1.0 / x;
    for (int k = BERNOULLI; k >= 1; k--)
        tail = u * u * (bernoulli[k - 1] / (2 * k) + tail);
    return log(x) - (0.5 * u + tail) - shift;
}

/* Without its sign, for x > 0 and n > 0. */
static double positive(int n, double x) {
    const double far = fmax(15.0, 2.0 * n);
    double shift = 0.0;
    for (; x < far; x += 1.0)
        shift += term(n, x);
    const double u = 1.0 / x;
    double series = 1.0 + 0.5 * n * u, ratio = 1.0;
    for (int k = 1; k <= BERNOULLI; k++) { /* ratio: (n + 2k - 1)! / ((n - 1)! (2k)! x**2k) */
        ratio *= (n + 2 * k - 2) * u * ((n + 2 * k - 1) * u) / ((2 * k - 1) * (2.0 * k));
        series += bernoulli[k - 1] * ratio;
    }
    return term(n - 1, x) * series + shift;
}

/* The n-th derivative of cot, a polynomial in c = cot: that of p(c) is -p'(c) (1 + c**2). */
static double cot_polynomial(int n, double c) {
    double p[FEW + 3] = {0.0, 1.0};
    for (int step = 0; step < n; step++) {
        double q[FEW + 3] = {0.0};
        for (int j = 1; j <= step + 1; j++) {
            q[j - 1] -= j * p[j];
            q[j + 1] -= j * p[j];
        }
        for (int j = 0; j <= step + 2; j++)
            p[j] = q[j];
    }
    double value = 0.0;
    for (int j = n + 1; j >= 0; j--)
        value = p[j] + c * value;
    return value;
}

/* The n-th derivative of pi cot(pi x) at x + k for any integer k; r is between -1/2 and 1/2. */
static double cotangent(int n, double r) {
    const double sign = n % 2 ? -1.0 : 1.0;
    if (fabs(r) < 1e-10)
        return sign * term(n, r);
    if (n <= FEW) {
        const double c = fabs(r) > 0.25 ? tan(PI * (copysign(0.5, r) - r)) : 1.0 / tan(PI * r);
        return pow(PI, n + 1.0) * cot_polynomial(n, c);
    }
    double sum = 0.0; /* of all fractions, relative to the largest: that alone may overflow */
    for (int k = FRACTIONS; k > 0; k--)
        sum += pow(r / (r + k), n + 1.0) + pow(r / (r - k), n + 1.0);
    return sum == -1.0 ? 0.0 : sign * (sum + 1.0) * term(n, r);
}

static double signed_positive(int n, double x) {
    if (n == 0)
        return digamma(x);
    return n % 2 ? positive(n, x) : -positive(n, x);
}

double nxc_polygamma(int n, double x) {
    if (isnan(x) || x == -INFINITY)
        return NAN;
    if (x == INFINITY)
        return n ? 0.0 : x;
    if (x > 0.0)
        return signed_positive(n, x);
    if (x == 0.0)
        return n % 2 ? INFINITY : -copysign(INFINITY, x);
    const double r = x - rint(x);
    if (r == 0.0)
        return n % 2 ? INFINITY : NAN;
    const double mirrored = signed_positive(n, 1.0 - x);
    return (n % 2 ? -mirrored : mirrored) - cotangent(n, r);
}
