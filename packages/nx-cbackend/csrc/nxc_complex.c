/* Functions of complex numbers, in double.
 *
 * Owns: the functions of nxc_complex.h. Who may call: kernels/map_complex.c.
 * Invariant: compiled without contraction, so that z conj(z) is real. Errors stay below 8 ULP of
 * the modulus. Branch cuts, signed zeros, infinities and NaN are C11's, annex G.
 * Source: the C library's <complex.h> where it has the function. The others: log1p and expm1 from
 * their real namesakes and half angles; exp2 with y log(2) in two doubles; division scaled by
 * powers of two as in C11, annex G.5.1; powers by C11's definition, for complex128 in long double,
 * whose spare bits carry what the exponential enlarges (where long double is no wider than double,
 * that error remains).
 */
#include "nxc_complex.h"

#include <complex.h>
#include <math.h>
#include <string.h>

#define LN2 0x1.62e42fefa39efp-1
#define LN2_REST 0x1.abc9e3b39803fp-56
#define INV_LN2 0x1.71547652b82fep+0
#define INV_LN10 0x1.bcb7b1526e50ep-2

/* No arithmetic, which would lose infinities and signs of zeros. */
static double complex joined(double re, double im) {
    const double parts[2] = {re, im};
    double complex z;
    memcpy(&z, parts, sizeof z);
    return z;
}

static nxc_pair parted(double complex z) { return (nxc_pair){creal(z), cimag(z)}; }

#define NXC_ROW(name)                                                                              \
    nxc_pair nxc_c##name(nxc_pair z) { return parted(c##name(joined(z.re, z.im))); }
NXC_ROW(sqrt)
NXC_ROW(exp)
NXC_ROW(log)
NXC_ROW(sin)
NXC_ROW(cos)
NXC_ROW(tan)
NXC_ROW(asin)
NXC_ROW(acos)
NXC_ROW(atan)
NXC_ROW(sinh)
NXC_ROW(cosh)
NXC_ROW(asinh)
NXC_ROW(acosh)
NXC_ROW(atanh)
#undef NXC_ROW

/* At infinity the zero takes the imaginary part's sign, as the array API standard has it. */
nxc_pair nxc_ctanh(nxc_pair z) {
    if (isinf(z.re) && isfinite(z.im))
        return (nxc_pair){copysign(1.0, z.re), copysign(0.0, z.im)};
    return parted(ctanh(joined(z.re, z.im)));
}

nxc_pair nxc_csign(nxc_pair z) {
    const double size = fmax(fabs(z.re), fabs(z.im));
    if (size == 0.0)
        return (nxc_pair){0.0, 0.0};
    if (isnan(z.re) || isnan(z.im) || (isinf(z.re) && isinf(z.im)))
        return (nxc_pair){NAN, NAN};
    if (isinf(size)) /* the other part is nothing beside it */
        return (nxc_pair){isinf(z.re) ? copysign(1.0, z.re) : copysign(0.0, z.re),
                          isinf(z.im) ? copysign(1.0, z.im) : copysign(0.0, z.im)};
    const int exponent = ilogb(size); /* so that denormal numbers have moduli of full precision */
    const double re = scalbn(z.re, -exponent), im = scalbn(z.im, -exponent);
    const double modulus = hypot(re, im);
    return (nxc_pair){re / modulus, im / modulus};
}

static nxc_pair scaled_log(nxc_pair z, double unit) {
    const nxc_pair v = nxc_clog(z);
    return (nxc_pair){v.re * unit, v.im * unit};
}

nxc_pair nxc_clog2(nxc_pair z) { return scaled_log(z, INV_LN2); }

nxc_pair nxc_clog10(nxc_pair z) { return scaled_log(z, INV_LN10); }

nxc_pair nxc_clog1p(nxc_pair z) {
    if (!(hypot(z.re, z.im) < 0.5))
        return nxc_clog((nxc_pair){1.0 + z.re, z.im});
    const double excess = z.re * (2.0 + z.re) + z.im * z.im; /* abs(1 + z)**2 - 1 */
    return (nxc_pair){0.5 * log1p(excess), atan2(z.im, 1.0 + z.re)};
}

/* Re = (exp(x) - 1) cos(y) - (1 - cos(y)), near 0; adding 0 makes -0 positive, as elsewhere. */
nxc_pair nxc_cexpm1(nxc_pair z) {
    if (!(fabs(z.re) < 1.0) || !isfinite(z.im)) {
        const nxc_pair v = nxc_cexp(z);
        return (nxc_pair){v.re - 1.0, v.im};
    }
    const double half = sin(0.5 * z.im);
    return (nxc_pair){expm1(z.re) * cos(z.im) - 2.0 * half * half + 0.0, exp(z.re) * sin(z.im)};
}

nxc_pair nxc_cexp2(nxc_pair z) {
    const double angle = z.im * LN2;
    if (z.im == 0.0)
        return (nxc_pair){exp2(z.re), z.im};
    if (!isfinite(z.re) || !isfinite(angle))
        return nxc_cexp((nxc_pair){z.re, angle});
    const double rest = fma(z.im, LN2, -angle) + z.im * LN2_REST;
    const double c = cos(angle), s = sin(angle), dc = cos(rest), ds = sin(rest);
    const double step = z.re > 1000.0 ? 128.0 : z.re < -1000.0 ? -128.0 : 0.0;
    const double size = exp2(z.re - step), last = exp2(step); /* the product may lie within range */
    return (nxc_pair){size * (c * dc - s * ds) * last, size * (s * dc + c * ds) * last};
}

/* ---- quotients and powers ---- */

static double boxed(double x) { return copysign(isinf(x) ? 1.0 : 0.0, x); }

/* What a quotient of special numbers is, where the formula gives NaN for both parts. */
static nxc_pair special_quotient(nxc_pair x, nxc_pair y) {
    const int top_infinite = isinf(x.re) || isinf(x.im);
    if (y.re == 0.0 && y.im == 0.0 && !(isnan(x.re) && isnan(x.im))) {
        const double infinite = copysign(INFINITY, y.re);
        return (nxc_pair){infinite * x.re, infinite * x.im};
    }
    if (top_infinite && isfinite(y.re) && isfinite(y.im)) {
        const double re = boxed(x.re), im = boxed(x.im);
        return (nxc_pair){INFINITY * (re * y.re + im * y.im), INFINITY * (im * y.re - re * y.im)};
    }
    if ((isinf(y.re) || isinf(y.im)) && isfinite(x.re) && isfinite(x.im)) {
        const double re = boxed(y.re), im = boxed(y.im);
        return (nxc_pair){0.0 * (x.re * re + x.im * im), 0.0 * (x.im * re - x.re * im)};
    }
    return (nxc_pair){NAN, NAN};
}

static int exponent_of(nxc_pair z) {
    const double size = fmax(fabs(z.re), fabs(z.im));
    return isfinite(size) && size > 0.0 ? ilogb(size) : 0;
}

nxc_pair nxc_cdivide(nxc_pair x, nxc_pair y) {
    const int up = exponent_of(x), down = exponent_of(y);
    const nxc_pair a = {scalbn(x.re, -up), scalbn(x.im, -up)};
    const nxc_pair b = {scalbn(y.re, -down), scalbn(y.im, -down)};
    const double size = b.re * b.re + b.im * b.im;
    const nxc_pair q = {(a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size};
    if (isnan(q.re) && isnan(q.im))
        return special_quotient(x, y);
    return (nxc_pair){scalbn(q.re, up - down), scalbn(q.im, up - down)};
}

static nxc_pair product(nxc_pair x, nxc_pair y) {
    return (nxc_pair){x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
}

nxc_pair nxc_cinteger_pow(nxc_pair x, long long n) {
    nxc_pair out = {1.0, 0.0};
    unsigned long long left = n < 0 ? 0ULL - (unsigned long long)n : (unsigned long long)n;
    for (; left; left >>= 1) {
        if (left & 1)
            out = product(out, x);
        if (left > 1)
            x = product(x, x);
    }
    return n < 0 ? nxc_cdivide((nxc_pair){1.0, 0.0}, out) : out;
}

/* Whether x ** y needs no logarithm; then it is in `out`. */
static int easy_power(nxc_pair x, nxc_pair y, nxc_pair *out) {
    if (y.re == 0.0 && y.im == 0.0) {
        *out = (nxc_pair){1.0, 0.0};
        return 1;
    }
    if (x.re == 0.0 && x.im == 0.0) {
        *out = y.re > 0.0 ? (nxc_pair){0.0, 0.0} : (nxc_pair){NAN, NAN};
        return 1;
    }
    if (y.im != 0.0 || y.re != rint(y.re) || fabs(y.re) > 4.0)
        return 0;
    *out = nxc_cinteger_pow(x, (long long)y.re);
    const double size = fmax(fabs(out->re), fabs(out->im));
    return size < 1e290 && size > 1e-290; /* nothing on the way left the range either */
}

nxc_pair nxc_cpower_complex64(nxc_pair x, nxc_pair y) {
    nxc_pair out;
    if (easy_power(x, y, &out))
        return out;
    return nxc_cexp(product(y, nxc_clog(x)));
}

nxc_pair nxc_cpower_complex128(nxc_pair x, nxc_pair y) {
    nxc_pair out;
    if (easy_power(x, y, &out))
        return out;
    const long double complex l = clogl((long double complex)joined(x.re, x.im));
    const long double re = creall(l), im = cimagl(l);
    const long double parts[2] = {y.re * re - y.im * im, y.re * im + y.im * re};
    long double complex z;
    memcpy(&z, parts, sizeof z);
    z = cexpl(z);
    return (nxc_pair){(double)creall(z), (double)cimagl(z)};
}
