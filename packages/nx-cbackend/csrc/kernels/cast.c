/* Conversions between the dtypes that have arithmetic.
 *
 * Owns: the family `cast`: a loop for every pair, in the elementwise form.
 * Who may call: nxc_cast.c, through nxc_active.
 * Invariant: a float becomes an integer by dropping its fraction; what doesn't fit becomes the
 * nearest that does, NaN becomes 0. A complex number loses its imaginary part, but for bool. The
 * loops of `odd` serve 16-bit results, which are rounded from float: a float that isn't exact is
 * cut off with its last bit set, so that rounding it again gives what rounding once would.
 * Source: rounding to odd, S. Boldo and G. Melquiond, "Emulation of a FMA and correctly rounded
 * sums: proved algorithms using rounding to odd", IEEE Trans. Comput. 57 (2008).
 */
#include <limits.h>

#include "nxc_loops.h"

/* ---- one element ---- */

#define NXC_FITTED(D, S, lowest, highest)                                                          \
    NXC_INLINE NXC_C_##D D##_of_##S(NXC_C_##S x) {                                                 \
        if (x != x)                                                                                \
            return 0;                                                                              \
        return x <= (NXC_C_##S)(lowest)    ? (lowest)                                              \
               : x >= (NXC_C_##S)(highest) ? (highest)                                             \
                                           : (NXC_C_##D)x;                                         \
    }
#define NXC_FITTED_FROM(S)                                                                         \
    NXC_FITTED(int8, S, INT8_MIN, INT8_MAX)                                                        \
    NXC_FITTED(int16, S, INT16_MIN, INT16_MAX)                                                     \
    NXC_FITTED(int32, S, INT32_MIN, INT32_MAX)                                                     \
    NXC_FITTED(int64, S, INT64_MIN, INT64_MAX)                                                     \
    NXC_FITTED(uint8, S, 0, UINT8_MAX)                                                             \
    NXC_FITTED(uint16, S, 0, UINT16_MAX)                                                           \
    NXC_FITTED(uint32, S, 0, UINT32_MAX)                                                           \
    NXC_FITTED(uint64, S, 0, UINT64_MAX)
NXC_FITTED_FROM(float32)
NXC_FITTED_FROM(float64)

/* ---- loops ---- */

#define NXC_CAST_NAME(D, S) NXC_SYMBOL(cast_##S##_to_##D)
#define NXC_CAST(D, S, element, ...)                                                               \
    static int NXC_CAST_NAME(D, S)(NXC_ARGUMENTS) {                                                \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##S *from = (const nxc_##S *)in[0];                                              \
        (void)steps, (void)param;                                                                  \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const element x = from[i];                                                             \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
        return 0;                                                                                  \
    }
#define NXC_PLAIN(S, D) NXC_CAST(D, S, NXC_C_##S, out[i] = (NXC_C_##D)x)
#define NXC_FIT(S, D) NXC_CAST(D, S, NXC_C_##S, out[i] = D##_of_##S(x))
#define NXC_TRUTH(S, D) NXC_CAST(D, S, NXC_C_##S, out[i] = x != 0)
#define NXC_WIDEN(S, D) NXC_CAST(D, S, NXC_C_##S, out[i].re = x, out[i].im = 0)
#define NXC_DROP(S, D) NXC_CAST(D, S, nxc_##S, out[i] = (NXC_C_##D)x.re)
#define NXC_DROP_FIT_complex64(S, D) NXC_CAST(D, S, nxc_##S, out[i] = D##_of_float32(x.re))
#define NXC_DROP_FIT_complex128(S, D) NXC_CAST(D, S, nxc_##S, out[i] = D##_of_float64(x.re))
#define NXC_TRUTH_COMPLEX(S, D) NXC_CAST(D, S, nxc_##S, out[i] = x.re != 0 || x.im != 0)

/* Written out: a list can't be expanded within itself. */
#define NXC_FROM_INTEGER(S)                                                                        \
    NXC_FOR_REAL(NXC_PLAIN, S)                                                                     \
    NXC_TRUTH(S, bool)                                                                             \
    NXC_FOR_COMPLEX(NXC_WIDEN, S)
#define NXC_FROM_FLOAT(S)                                                                          \
    NXC_FOR_INTEGRAL(NXC_FIT, S)                                                                   \
    NXC_FOR_FLOATING(NXC_PLAIN, S)                                                                 \
    NXC_TRUTH(S, bool)                                                                             \
    NXC_FOR_COMPLEX(NXC_WIDEN, S)
NXC_FROM_INTEGER(bool)
NXC_FROM_INTEGER(int8)
NXC_FROM_INTEGER(int16)
NXC_FROM_INTEGER(int32)
NXC_FROM_INTEGER(int64)
NXC_FROM_INTEGER(uint8)
NXC_FROM_INTEGER(uint16)
NXC_FROM_INTEGER(uint32)
NXC_FROM_INTEGER(uint64)
NXC_FROM_FLOAT(float32)
NXC_FROM_FLOAT(float64)

#define NXC_FROM_COMPLEX(S)                                                                        \
    NXC_FOR_INTEGRAL(NXC_DROP_FIT_##S, S)                                                          \
    NXC_FOR_FLOATING(NXC_DROP, S)                                                                  \
    NXC_TRUTH_COMPLEX(S, bool)
NXC_FROM_COMPLEX(complex64)
NXC_FROM_COMPLEX(complex128)
#define NXC_PARTS(S, D, T) NXC_CAST(D, S, nxc_##S, out[i].re = (T)x.re, out[i].im = (T)x.im)
NXC_PARTS(complex64, complex64, float)
NXC_PARTS(complex64, complex128, double)
NXC_PARTS(complex128, complex64, float)
NXC_PARTS(complex128, complex128, double)

/* ---- to float, rounded to odd ---- */

NXC_INLINE float odd_of_float64(double x) {
    const float nearest = (float)x;
    const double back = nearest;
    uint32_t bits;
    memcpy(&bits, &nearest, sizeof bits);
    const uint32_t beyond = fabs(back) > fabs(x); /* rounded up: one step back cuts it off */
    const uint32_t cut = (bits - beyond) | 1;
    const uint32_t chosen = back == x || x != x ? bits : cut;
    float out;
    memcpy(&out, &chosen, sizeof out);
    return out;
}

/* Of 64 bits the first 31 and whether others follow are exact in double. */
NXC_INLINE float odd_of_uint64(uint64_t x) {
    const int shift = x >> 31 == 0 ? 0 : 33 - __builtin_clzll(x);
    const uint64_t rest = x & (((uint64_t)1 << shift) - 1);
    const double head = (double)(int64_t)(x >> shift | (rest != 0));
    return odd_of_float64(head) * (float)((uint64_t)1 << shift);
}

NXC_INLINE float odd_of_int64(int64_t x) {
    return x < 0 ? -odd_of_uint64(0 - (uint64_t)x) : odd_of_uint64((uint64_t)x);
}

#define NXC_ODD(S, element, expression)                                                            \
    static int NXC_SYMBOL(odd_##S)(NXC_ARGUMENTS) {                                                \
        nxc_float32 *restrict out = (nxc_float32 *)to;                                             \
        const nxc_##S *from = (const nxc_##S *)in[0];                                              \
        (void)steps, (void)param;                                                                  \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const element x = from[i];                                                             \
            out[i] = (expression);                                                                 \
        }                                                                                          \
        return 0;                                                                                  \
    }
NXC_ODD(float64, double, odd_of_float64(x))
NXC_ODD(complex128, nxc_complex128, odd_of_float64(x.re))
NXC_ODD(int32, int32_t, odd_of_float64(x))
NXC_ODD(uint32, uint32_t, odd_of_float64(x))
NXC_ODD(int64, int64_t, odd_of_int64(x))
NXC_ODD(uint64, uint64_t, odd_of_uint64(x))

#define NXC_ENTRY(S, D) [NXC_DTYPE_##D] = NXC_CAST_NAME(D, S),
#define NXC_ROW(S) [NXC_DTYPE_##S] = {NXC_FOR_REGULAR(NXC_ENTRY, S)},
const nxc_cast_kernels
    NXC_SYMBOL(nxc_cast_kernels) = {
        .at = {NXC_ROW(bool) NXC_ROW(int8) NXC_ROW(int16) NXC_ROW(int32) NXC_ROW(int64)
                   NXC_ROW(uint8) NXC_ROW(uint16) NXC_ROW(uint32) NXC_ROW(uint64) NXC_ROW(float32)
                       NXC_ROW(float64) NXC_ROW(complex64) NXC_ROW(complex128)},
        .odd =
            {
                [NXC_DTYPE_float64] = NXC_SYMBOL(odd_float64),
                [NXC_DTYPE_complex128] = NXC_SYMBOL(odd_complex128),
                [NXC_DTYPE_int32] = NXC_SYMBOL(odd_int32),
                [NXC_DTYPE_uint32] = NXC_SYMBOL(odd_uint32),
                [NXC_DTYPE_int64] = NXC_SYMBOL(odd_int64),
                [NXC_DTYPE_uint64] = NXC_SYMBOL(odd_uint64),
            },
};
