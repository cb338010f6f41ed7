/* log(abs(gamma(x))), in double.
 *
 * Owns: nxc_lgamma. Who may call: kernels/map_special.c.
 * Invariant: no global sign is written, so any thread may call; logarithms carry some 60 bits, for
 * what is added to them cancels up to half of it. At most 1.5 ULP for x > -1/2, the zeros at 1 and
 * 2 included; below -1/2 the error is that many ULP of lgamma(-x) or of the result, whichever is
 * larger, so that beside the zeros there it is absolute.
 * Source: NIST's Digital Library of Mathematical Functions, 5.5.1 and 5.5.3 (recurrence and
 * reflection), 5.11.1 (Stirling's series), 4.6.4 (the logarithm by (m - 1) / (m + 1)); around 1
 * and 2 polynomials from fit_special.py. Exact products after T. J. Dekker, Numer. Math. 18 (1971).
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "nxc_special.h"

#define LN2_HEAD 0x1.62e42fefap-1 /* 34 bits: its products with exponents are exact */
#define LN2_TAIL 0x1.cf79abc9e3b3ap-40
#define LOG_PI 0x1.250d048e7a1bdp+0
#define HALF_LOG_2PI_LESS_HALF 0x1.acfe390c97d69p-2
#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

typedef struct {
    double head, tail;
} sum;

static const double half_to_1[] = {
    -0x1.2788cfc6fb619p-1, 0x1.a51a6625307e9p-1, -0x1.9a4d55bea7ca4p-2, 0x1.151322ae23e9fp-2,
    -0x1.a8b9c0a0a8947p-3, 0x1.5b40ed83c5fa3p-3, -0x1.26fffee72a704p-3, 0x1.0150aa63488f5p-3,
    -0x1.c06901dafbdc6p-4, 0x1.eabc1b4ee451dp-4, 0x1.1ea28320993dap-4,  0x1.1bf6099b12106p+0,
    0x1.44910d722dc8fp+2,  0x1.47e153f6ec87ep+4, 0x1.ff6b07bd1e023p+5,  0x1.3b4c824ff1b41p+7,
    0x1.2d6f3f2cbd1efp+8,  0x1.b76c538762242p+8, 0x1.d7e2e2709cdf8p+8,  0x1.611ded4ec969bp+8,
    0x1.49d407de46228p+7,  0x1.24baee28f889ep+5};

static const double from_1[] = {
    -0x1.2788cfc6fb619p-1, 0x1.a51a6625307d2p-1, -0x1.9a4d55beab03ep-2, 0x1.151322ac6f517p-2,
    -0x1.a8b9c1758694ap-3, 0x1.5b40ca7fd038bp-3, -0x1.270397554f14cp-3, 0x1.010aaca8ce124p-3,
    -0x1.c7fc25dbe5d61p-4, 0x1.99b881d89e977p-4, -0x1.72fe3976ac85cp-4, 0x1.4eed61d8cb7ecp-4,
    -0x1.2618df661828p-4,  0x1.df095dcdd2ba9p-5, -0x1.5034abb07439cp-5, 0x1.6f927f0ac68f5p-6,
    -0x1.0d913547ea534p-7, 0x1.84bf93b5334f7p-10};

static const double from_3_halves[] = {
    0x1.b0ee6072093cep-2,   0x1.4a34cc4a60fa6p-2,  -0x1.13e001a557603p-4,  0x1.51322ac7d843dp-6,
    -0x1.e404fc21909ddp-8,  0x1.7add6eadbfc09p-9,  -0x1.38ac5c2b5ba69p-10, 0x1.0b36af81d2b6ap-11,
    -0x1.d3fd4cbeef584p-13, 0x1.a127b3483b3dcp-14, -0x1.78de544789dp-15,   0x1.580d744b2abep-16,
    -0x1.3cbcb5e10b9fep-17, 0x1.259f5c90c498bp-18, -0x1.11bf679eb58a2p-19, 0x1.0011085e18005p-20,
    -0x1.e000c38c7f0ebp-22, 0x1.c8c6d3ecc8048p-23, -0x1.c39167f3e9b83p-24, 0x1.ba818c9dea17p-25,
    -0x1.6bf96d8db245dp-26, 0x1.9013582b546d4p-28, -0x1.9e6cbab853d0ap-31};

static double polynomial(const double *c, int n, double z) {
    double value = c[n - 1];
    for (int i = n - 2; i >= 0; i--)
        value = c[i] + z * value;
    return value;
}

/* The first 26 bits. */
static double head_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= ~(uint64_t)0x7ffffff;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* log(x) for finite x > 0. */
static sum log_of(double x) {
    int k;
    double m = frexp(x, &k);
    if (m < 0.70710678118654752) {
        m *= 2;
        k--;
    }
    const double f = m - 1.0, s = f / (2.0 + f);
    const double sh = head_of(s), fh = head_of(f);
    const double rest = (((f - 2.0 * s) - sh * fh) - sh * (f - fh)) - (s - sh) * f;
    const double missed = rest / (2.0 + f), z = s * s;
    double series = 0.0;
    for (int n = 25; n >= 3; n -= 2)
        series = 2.0 / n + z * series;
    sum out;
    out.head = k * LN2_HEAD + 2.0 * s;
    const double lost = (k * LN2_HEAD - out.head) + 2.0 * s;
    out.tail = lost + (k * LN2_TAIL + (2.0 * missed + s * z * series));
    return out;
}

/* Stirling's series less what the logarithm gives, for x >= 8. */
static double stirling(double x) {
    static const double c[] = {1.0 / 12,         -1.0 / 360,        1.0 / 1260, -1.0 / 1680,
                               1.0 / 1188,       -691.0 / 360360,   1.0 / 156,  -3617.0 / 122400,
                               43867.0 / 244188, -174611.0 / 125400};
    const double u = 1.0 / x;
    return u * polynomial(c, COUNT(c), u * u);
}

static double large(double x) {
    const sum l = log_of(x);
    const double a = x - 0.5, b = l.head - 1.0; /* exact where the half still counts */
    const volatile double product = a * b;      /* rounded, whatever is contracted */
    const double ah = head_of(a), al = a - ah, bh = head_of(b), bl = b - bh;
    const double p = product;
    if (isinf(p))
        return p;
    const double lost = ((ah * bh - p) + (ah * bl + al * bh)) + al * bl;
    return p + (a * l.tail + (HALF_LOG_2PI_LESS_HALF + (stirling(x) + lost)));
}

static double positive(double x) {
    if (x < 0.5) {
        const sum l = log_of(x);
        return -l.head + (x * polynomial(from_1, COUNT(from_1), x) - l.tail);
    }
    if (x < 1.0)
        return (x - 1.0) * polynomial(half_to_1, COUNT(half_to_1), x - 1.0);
    if (x < 1.5) /* adding 0 makes the zero at 1 positive */
        return 0.0 + (x - 1.0) * polynomial(from_1, COUNT(from_1), x - 1.0);
    if (x >= 8.0)
        return large(x);
    double product = 1.0;
    while (x >= 3.0)
        product *= x -= 1.0;
    const double z = x - 2.0, rest = z * polynomial(from_3_halves, COUNT(from_3_halves), z);
    if (product == 1.0)
        return rest;
    const sum l = log_of(product);
    return l.head + (l.tail + rest);
}

/* By gamma(x) gamma(-x) = -pi / (x sin(pi x)), the sine's argument reduced exactly. */
static double negative(double x) {
    if (x > -0.5) {
        const sum l = log_of(-x);
        return -l.head + (x * polynomial(half_to_1, COUNT(half_to_1), x) - l.tail);
    }
    const double r = fabs(x - rint(x));
    if (r == 0.0)
        return INFINITY;
    const double sine =
        r > 0.25 ? cos(3.14159265358979312 * (0.5 - r)) : sin(3.14159265358979312 * r);
    const sum l = log_of(-x * sine);
    return LOG_PI - (l.head + (l.tail + positive(-x)));
}

double nxc_lgamma(double x) {
    if (isnan(x))
        return x;
    if (isinf(x) || x == 0.0)
        return INFINITY;
    return x > 0.0 ? positive(x) : negative(x);
}
