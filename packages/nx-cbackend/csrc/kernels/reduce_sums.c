/* Sums and products.
 *
 * Owns: the folds `sum` and `prod`.
 * Who may call: the reduction driver, through reduce_table.c.
 * Invariant: floats are added and multiplied in double and rounded once; integers wrap around in
 * unsigned numbers of their own width. A complex sum is a sum of its parts.
 */
#include "nxc_folds.h"

#define NXC_READ_WIDE(x, c) ((double)(x))
#define NXC_READ_SAME(x, c) (x)
#define NXC_ADD(s, v) ((s) + (v))
#define NXC_TIMES(s, v) ((s) * (v))

#define NXC_SUM(name, D, PARTS, R, ROUND)                                                          \
    NXC_FOLD(name, D, PARTS, double, double, 0, NXC_READ_WIDE, NXC_ADD, R, ROUND)
NXC_SUM(sum_float32, float32, 1, nxc_float32, NXC_ROUND_float32)
NXC_SUM(sum_float64, float64, 1, nxc_float64, NXC_AS_IS)
NXC_SUM(sum_complex64, float32, 2, nxc_float32, NXC_ROUND_float32)
NXC_SUM(sum_complex128, float64, 2, nxc_float64, NXC_AS_IS)

/* The narrow types promote to int: back to U after every step, so that lanes stay narrow. The
 * product of two uint16 overflows int. */
#define NXC_JOIN_SUM(U, s, v) ((U)((s) + (v)))
#define NXC_JOIN_PROD(U, s, v) ((U)(1U * (s) * (v)))
#define NXC_WRAPPING(U, D)                                                                         \
    NXC_FOLD(sum_##D, D, 1, U, U, 0, NXC_READ_##U, NXC_SUM_##U, nxc_##D, NXC_AS_IS)                \
    NXC_FOLD(prod_##D, D, 1, U, U, 1, NXC_READ_##U, NXC_PROD_##U, nxc_##D, NXC_AS_IS)
#define NXC_READ_uint8_t(x, c) ((uint8_t)(x))
#define NXC_READ_uint16_t(x, c) ((uint16_t)(x))
#define NXC_READ_uint32_t(x, c) ((uint32_t)(x))
#define NXC_READ_uint64_t(x, c) ((uint64_t)(x))
#define NXC_SUM_uint8_t(s, v) NXC_JOIN_SUM(uint8_t, s, v)
#define NXC_SUM_uint16_t(s, v) NXC_JOIN_SUM(uint16_t, s, v)
#define NXC_SUM_uint32_t(s, v) NXC_JOIN_SUM(uint32_t, s, v)
#define NXC_SUM_uint64_t(s, v) NXC_JOIN_SUM(uint64_t, s, v)
#define NXC_PROD_uint8_t(s, v) NXC_JOIN_PROD(uint8_t, s, v)
#define NXC_PROD_uint16_t(s, v) NXC_JOIN_PROD(uint16_t, s, v)
#define NXC_PROD_uint32_t(s, v) NXC_JOIN_PROD(uint32_t, s, v)
#define NXC_PROD_uint64_t(s, v) NXC_JOIN_PROD(uint64_t, s, v)
NXC_WRAPPING(uint8_t, int8)
NXC_WRAPPING(uint8_t, uint8)
NXC_WRAPPING(uint16_t, int16)
NXC_WRAPPING(uint16_t, uint16)
NXC_WRAPPING(uint32_t, int32)
NXC_WRAPPING(uint32_t, uint32)
NXC_WRAPPING(uint64_t, int64)
NXC_WRAPPING(uint64_t, uint64)

#define NXC_PRODUCT(name, D, R, ROUND)                                                             \
    NXC_FOLD(name, D, 1, double, double, 1, NXC_READ_WIDE, NXC_TIMES, R, ROUND)
NXC_PRODUCT(prod_float32, float32, nxc_float32, NXC_ROUND_float32)
NXC_PRODUCT(prod_float64, float64, nxc_float64, NXC_AS_IS)

typedef struct {
    double re, im;
} complex_number;

NXC_INLINE complex_number times(complex_number s, complex_number v) {
    return (complex_number){s.re * v.re - s.im * v.im, s.re * v.im + s.im * v.re};
}

#define NXC_ONE ((complex_number){1, 0})
#define NXC_READ_PAIR(x, c) ((complex_number){(x).re, (x).im})
#define NXC_ROUND_complex64(s) ((nxc_complex64){(float)(s).re, (float)(s).im})
#define NXC_ROUND_complex128(s) ((nxc_complex128){(s).re, (s).im})
#define NXC_PRODUCT_PAIR(D)                                                                        \
    NXC_FOLD(prod_##D, D, 1, complex_number, double, NXC_ONE, NXC_READ_PAIR, times, nxc_##D,       \
             NXC_ROUND_##D)
NXC_PRODUCT_PAIR(complex64)
NXC_PRODUCT_PAIR(complex128)
