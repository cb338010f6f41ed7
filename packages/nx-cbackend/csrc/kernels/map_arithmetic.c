/* Elementwise arithmetic of real dtypes.
 *
 * Owns: the loops of sums, products, quotients, signs and extremes.
 * Who may call: the elementwise driver, through map_table.c.
 * Invariant: integers wrap around (-fwrapv); an integer divided by 0 gives 0, the smallest by -1
 * itself; quotients are floored. Floating quotients and remainders follow NumPy's divmod, their
 * remainder exact as fmod's is.
 */
#include "nxc_loops.h"

#define NXC_ROW_ADD(name, D) NXC_MAP2(name, x + y, D)
#define NXC_ROW_SUBTRACT(name, D) NXC_MAP2(name, x - y, D)
NXC_FOR_REAL(NXC_ROW_ADD, add)
NXC_FOR_REAL(NXC_ROW_SUBTRACT, subtract)

/* Through unsigned: the product of two uint16 overflows the int they promote to. */
#define NXC_ROW_MULTIPLY(name, D) NXC_MAP2(name, (uint64_t)x *(uint64_t)y, D)
#define NXC_ROW_MULTIPLY_SMALL(name, D) NXC_MAP2(name, (uint32_t)x *(uint32_t)y, D)
#define NXC_ROW_MULTIPLY_FLOAT(name, D) NXC_MAP2(name, x *y, D)
NXC_ROW_MULTIPLY_SMALL(multiply, int8)
NXC_ROW_MULTIPLY_SMALL(multiply, int16)
NXC_ROW_MULTIPLY_SMALL(multiply, int32)
NXC_ROW_MULTIPLY(multiply, int64)
NXC_ROW_MULTIPLY_SMALL(multiply, uint8)
NXC_ROW_MULTIPLY_SMALL(multiply, uint16)
NXC_ROW_MULTIPLY_SMALL(multiply, uint32)
NXC_ROW_MULTIPLY(multiply, uint64)
NXC_FOR_FLOATING(NXC_ROW_MULTIPLY_FLOAT, multiply)

#define NXC_ROW_DIVIDE(name, D) NXC_MAP2(name, x / y, D)
NXC_FOR_FLOATING(NXC_ROW_DIVIDE, divide)

/* ---- floored division ---- */

#define NXC_FLOORED_SIGNED(D)                                                                      \
    NXC_INLINE NXC_C_##D quotient_##D(NXC_C_##D x, NXC_C_##D y) {                                  \
        if (y == 0)                                                                                \
            return 0;                                                                              \
        if (y == -1)                                                                               \
            return (NXC_C_##D)(0 - (uint64_t)x);                                                   \
        const NXC_C_##D q = (NXC_C_##D)(x / y), r = (NXC_C_##D)(x % y);                            \
        return (NXC_C_##D)(q - (r != 0 && (r < 0) != (y < 0)));                                    \
    }                                                                                              \
    NXC_INLINE NXC_C_##D remainder_##D(NXC_C_##D x, NXC_C_##D y) {                                 \
        if (y == 0 || y == -1)                                                                     \
            return 0;                                                                              \
        const NXC_C_##D r = (NXC_C_##D)(x % y);                                                    \
        return (NXC_C_##D)(r != 0 && (r < 0) != (y < 0) ? r + y : r);                              \
    }
#define NXC_FLOORED_UNSIGNED(D)                                                                    \
    NXC_INLINE NXC_C_##D quotient_##D(NXC_C_##D x, NXC_C_##D y) {                                  \
        return y == 0 ? 0 : (NXC_C_##D)(x / y);                                                    \
    }                                                                                              \
    NXC_INLINE NXC_C_##D remainder_##D(NXC_C_##D x, NXC_C_##D y) {                                 \
        return y == 0 ? 0 : (NXC_C_##D)(x % y);                                                    \
    }
#define NXC_FLOORED_FLOAT(D, suffix)                                                               \
    NXC_INLINE NXC_C_##D quotient_##D(NXC_C_##D x, NXC_C_##D y) {                                  \
        if (y == 0 || isinf(x))                                                                    \
            return x / y;                                                                          \
        const NXC_C_##D r = fmod##suffix(x, y);                                                    \
        NXC_C_##D q = (x - r) / y;                                                                 \
        if (r != 0 && (r < 0) != (y < 0))                                                          \
            q -= 1;                                                                                \
        if (q == 0)                                                                                \
            return copysign##suffix(0, x / y);                                                     \
        const NXC_C_##D below = floor##suffix(q);                                                  \
        return q - below > (NXC_C_##D)0.5 ? below + 1 : below;                                     \
    }                                                                                              \
    NXC_INLINE NXC_C_##D remainder_##D(NXC_C_##D x, NXC_C_##D y) {                                 \
        const NXC_C_##D r = fmod##suffix(x, y);                                                    \
        if (r == 0)                                                                                \
            return copysign##suffix(0, y);                                                         \
        return (r < 0) != (y < 0) ? r + y : r;                                                     \
    }
#define NXC_ROW_SIGNED(name, D) NXC_FLOORED_SIGNED(D)
#define NXC_ROW_UNSIGNED(name, D) NXC_FLOORED_UNSIGNED(D)
NXC_FOR_SIGNED(NXC_ROW_SIGNED, floored)
NXC_FOR_UNSIGNED(NXC_ROW_UNSIGNED, floored)
NXC_FLOORED_FLOAT(float32, f)
NXC_FLOORED_FLOAT(float64, )

#define NXC_ROW_QUOTIENT(name, D) NXC_MAP2(name, quotient_##D(x, y), D)
#define NXC_ROW_REMAINDER(name, D) NXC_MAP2(name, remainder_##D(x, y), D)
NXC_FOR_REAL(NXC_ROW_QUOTIENT, floor_divide)
NXC_FOR_REAL(NXC_ROW_REMAINDER, remainder)

/* ---- extremes: a NaN wins ---- */

#define NXC_ROW_MAXIMUM(name, D) NXC_MAP2(name, x > y || x != x ? x : y, D)
#define NXC_ROW_MINIMUM(name, D) NXC_MAP2(name, x < y || x != x ? x : y, D)
NXC_FOR_ORDERED(NXC_ROW_MAXIMUM, maximum)
NXC_FOR_ORDERED(NXC_ROW_MINIMUM, minimum)

/* ---- signs ---- */

#define NXC_ROW_NEGATIVE(name, D) NXC_MAP1(name, 0 - (uint64_t)x, D)
#define NXC_ROW_NEGATIVE_FLOAT(name, D) NXC_MAP1(name, -x, D)
NXC_FOR_INTEGRAL(NXC_ROW_NEGATIVE, negative)
NXC_FOR_FLOATING(NXC_ROW_NEGATIVE_FLOAT, negative)

#define NXC_ROW_ABSOLUTE(name, D) NXC_MAP1(name, x < 0 ? 0 - (uint64_t)x : (uint64_t)x, D)
#define NXC_ROW_SAME(name, D) NXC_MAP1(name, x, D)
NXC_FOR_SIGNED(NXC_ROW_ABSOLUTE, absolute)
NXC_FOR_UNSIGNED(NXC_ROW_SAME, absolute)
NXC_MAP1(absolute, fabsf(x), float32)
NXC_MAP1(absolute, fabs(x), float64)

#define NXC_ROW_SIGN(name, D) NXC_MAP1(name, (x > 0) - (x < 0), D)
#define NXC_ROW_SIGN_UNSIGNED(name, D) NXC_MAP1(name, x > 0, D)
#define NXC_ROW_SIGN_FLOAT(name, D) NXC_MAP1(name, x != x ? x : (NXC_C_##D)((x > 0) - (x < 0)), D)
NXC_FOR_SIGNED(NXC_ROW_SIGN, sign)
NXC_FOR_UNSIGNED(NXC_ROW_SIGN_UNSIGNED, sign)
NXC_FOR_FLOATING(NXC_ROW_SIGN_FLOAT, sign)

NXC_MAP2(copysign, copysignf(x, y), float32)
NXC_MAP2(copysign, copysign(x, y), float64)

/* ---- composites of arithmetic alone ---- */

#define NXC_ROW_RELU(name, D) NXC_MAP1(name, x > 0 || x != x ? x : 0, D)
#define NXC_ROW_TANH_SLOPE(name, D) NXC_MAP2(name, x * (1 - y * y), D)
NXC_FOR_FLOATING(NXC_ROW_RELU, relu)
NXC_FOR_FLOATING(NXC_ROW_TANH_SLOPE, multiply_tanh_slope)
