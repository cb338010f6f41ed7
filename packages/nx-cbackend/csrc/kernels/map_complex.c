/* Elementwise operations on complex64 and complex128.
 *
 * Owns: their loops, and those between complex numbers and their parts.
 * Who may call: the elementwise driver, through map_table.c.
 * Invariant: complex64 is computed in double and rounded once at the end of each operation, so a
 * composite rounds where its decomposition does. Compiled without contraction (setup.py), so that
 * z conj(z) is real. Products are the plain formula's, as NumPy's: infinities may give NaN.
 */
#include "nxc_complex.h"
#include "nxc_loops.h"

#define NXC_PART_complex64 float
#define NXC_PART_complex128 double
#define NXC_REAL_complex64 float32
#define NXC_REAL_complex128 float64
#define NXC_COMPLEX_float32 complex64
#define NXC_COMPLEX_float64 complex128
#define NXC_NAMED(x) nxc_##x
#define NXC_TYPE(x) NXC_NAMED(x)

#define NXC_LOAD(from, i) ((nxc_pair){(from)[i].re, (from)[i].im})
#define NXC_ROUNDED(D, z) ((nxc_pair){(NXC_PART_##D)(z).re, (NXC_PART_##D)(z).im})

/* out = a number made of z: a pair, a real or a truth. */
#define NXC_STORE_PAIR(D, out, i, expression)                                                      \
    const nxc_pair v = (expression);                                                               \
    (out)[i].re = (NXC_PART_##D)v.re;                                                              \
    (out)[i].im = (NXC_PART_##D)v.im;
#define NXC_STORE_NUMBER(D, out, i, expression) (out)[i] = (expression);

#define NXC_UNARY(name, D, R, STORE, expression)                                                   \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        R *restrict out = (R *)to;                                                                 \
        const nxc_##D *from = (const nxc_##D *)in[0];                                              \
        (void)steps, (void)param;                                                                  \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const nxc_pair z = NXC_LOAD(from, i);                                                  \
            STORE(D, out, i, expression)                                                           \
        }                                                                                          \
        return 0;                                                                                  \
    }

#define NXC_BINARY_ROW(D, STORE, expression, x_at, y_at)                                           \
    for (int64_t i = 0; i < n; i++) {                                                              \
        const nxc_pair x = NXC_LOAD(left, x_at), y = NXC_LOAD(right, y_at);                        \
        STORE(D, out, i, expression)                                                               \
    }
#define NXC_BINARY(name, D, R, STORE, expression)                                                  \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        R *restrict out = (R *)to;                                                                 \
        const nxc_##D *left = (const nxc_##D *)in[0], *right = (const nxc_##D *)in[1];             \
        (void)param;                                                                               \
        if (steps[1] == 0) {                                                                       \
            NXC_BINARY_ROW(D, STORE, expression, i, 0)                                             \
        } else if (steps[0] == 0) {                                                                \
            NXC_BINARY_ROW(D, STORE, expression, 0, i)                                             \
        } else {                                                                                   \
            NXC_BINARY_ROW(D, STORE, expression, i, i)                                             \
        }                                                                                          \
        return 0;                                                                                  \
    }

#define NXC_PAIR1(name, D, expression) NXC_UNARY(name, D, nxc_##D, NXC_STORE_PAIR, expression)
#define NXC_PAIR2(name, D, expression) NXC_BINARY(name, D, nxc_##D, NXC_STORE_PAIR, expression)
#define NXC_REAL1(name, D, expression)                                                             \
    NXC_UNARY(name, D, NXC_TYPE(NXC_REAL_##D), NXC_STORE_NUMBER, expression)
#define NXC_TRUTH1(name, D, expression) NXC_UNARY(name, D, nxc_bool, NXC_STORE_NUMBER, expression)
#define NXC_TRUTH2(name, D, expression) NXC_BINARY(name, D, nxc_bool, NXC_STORE_NUMBER, expression)

/* ---- arithmetic ---- */

NXC_INLINE nxc_pair product(nxc_pair x, nxc_pair y) {
    return (nxc_pair){x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
}

/* The plain formula where no square in it can leave a double's range, nor a product. */
NXC_INLINE nxc_pair quotient(nxc_pair x, nxc_pair y) {
    const double size = y.re * y.re + y.im * y.im, top = fabs(x.re) + fabs(x.im);
    if (size > 1e-200 && size < 1e200 && top > 1e-150 && top < 1e150)
        return (nxc_pair){(x.re * y.re + x.im * y.im) / size, (x.im * y.re - x.re * y.im) / size};
    return nxc_cdivide(x, y);
}

NXC_INLINE float modulus_complex64(nxc_pair z) {
    const double infinite = fabs(z.re) == INFINITY || fabs(z.im) == INFINITY;
    const double modulus = sqrt(z.re * z.re + z.im * z.im);
    return (float)(infinite ? (double)INFINITY : modulus);
}

NXC_INLINE double modulus_complex128(nxc_pair z) { return hypot(z.re, z.im); }

#define NXC_ARITHMETIC(name, D)                                                                    \
    NXC_PAIR2(add, D, ((nxc_pair){x.re + y.re, x.im + y.im}))                                      \
    NXC_PAIR2(subtract, D, ((nxc_pair){x.re - y.re, x.im - y.im}))                                 \
    NXC_PAIR2(multiply, D, product(x, y))                                                          \
    NXC_PAIR2(divide, D, quotient(x, y))                                                           \
    NXC_PAIR2(power, D, nxc_cpower_##D(x, y))                                                      \
    NXC_PAIR1(integer_pow, D, nxc_cinteger_pow(z, param))                                          \
    NXC_PAIR1(negative, D, ((nxc_pair){-z.re, -z.im}))                                             \
    NXC_PAIR1(conj, D, ((nxc_pair){z.re, -z.im}))                                                  \
    NXC_REAL1(real, D, (NXC_PART_##D)z.re)                                                         \
    NXC_REAL1(imag, D, (NXC_PART_##D)z.im)                                                         \
    NXC_REAL1(absolute, D, modulus_##D(z))                                                         \
    NXC_TRUTH1(isfinite, D, isfinite(z.re) && isfinite(z.im))                                      \
    NXC_TRUTH2(equal, D, x.re == y.re && x.im == y.im)                                             \
    NXC_TRUTH2(not_equal, D, x.re != y.re || x.im != y.im)
NXC_FOR_COMPLEX(NXC_ARITHMETIC, )

/* ---- functions, and composites that round where their decompositions do ---- */

#define NXC_ROW(name)                                                                              \
    NXC_PAIR1(name, complex64, nxc_c##name(z)) NXC_PAIR1(name, complex128, nxc_c##name(z))
NXC_COMPLEX_FUNCTIONS(NXC_ROW)
#undef NXC_ROW

NXC_INLINE nxc_pair negated(nxc_pair z) { return (nxc_pair){-z.re, -z.im}; }

NXC_INLINE nxc_pair one_less(nxc_pair z) { return (nxc_pair){1.0 - z.re, 0.0 - z.im}; }

#define NXC_TANH_SLOPE(D, out) NXC_ROUNDED(D, one_less(NXC_ROUNDED(D, product(out, out))))
#define NXC_COMPOSITES(name, D)                                                                    \
    NXC_PAIR2(multiply_cos, D, product(x, NXC_ROUNDED(D, nxc_ccos(y))))                            \
    NXC_PAIR2(multiply_negative_sin, D, negated(product(x, NXC_ROUNDED(D, nxc_csin(y)))))          \
    NXC_PAIR2(multiply_tanh_slope, D, product(x, NXC_TANH_SLOPE(D, y)))
NXC_FOR_COMPLEX(NXC_COMPOSITES, )

/* ---- of two parts ---- */

#define NXC_JOIN(name, D)                                                                          \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        NXC_TYPE(NXC_COMPLEX_##D) *restrict out = (NXC_TYPE(NXC_COMPLEX_##D) *)to;                 \
        const nxc_##D *re = (const nxc_##D *)in[0], *im = (const nxc_##D *)in[1];                  \
        const int64_t one = steps[0] != 0, other = steps[1] != 0;                                  \
        (void)param;                                                                               \
        for (int64_t i = 0; i < n; i++) {                                                          \
            out[i].re = re[i * one];                                                               \
            out[i].im = im[i * other];                                                             \
        }                                                                                          \
        return 0;                                                                                  \
    }
NXC_FOR_FLOATING(NXC_JOIN, complex)
