/* Elementwise powers by static integers and of integers, roots and roundings.
 *
 * Owns: the loops of integer_pow, sqrt, floor, ceil, trunc, round and nextafter, and of power for
 * integers.
 * Who may call: the elementwise driver, through map_table.c.
 * Invariant: x ** 0 is 1; integers wrap around. float32 powers are products in double, whose
 * error stays below a float's last bit for any exponent that doesn't overflow; float64 powers
 * beyond the cube are the C library's. A negative exponent of an integer is a status.
 * Source: binary powering, D. E. Knuth, "The Art of Computer Programming" 2, 4.6.3; the order of
 * IEEE numbers as integers, for nextafter.
 */
#include "nxc_loops.h"
#include "nxc_status.h"

#define NXC_POWER(T, name)                                                                         \
    NXC_INLINE T name(T x, uint64_t n) {                                                           \
        T result = 1;                                                                              \
        for (;;) {                                                                                 \
            if (n & 1)                                                                             \
                result *= x;                                                                       \
            n >>= 1;                                                                               \
            if (n == 0)                                                                            \
                return result;                                                                     \
            x *= x;                                                                                \
        }                                                                                          \
    }
NXC_POWER(uint64_t, power_of_integer)
NXC_POWER(double, power_of_double)

/* ---- a static exponent ---- */

#define NXC_ROW_INTEGER_POW(name, D)                                                               \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *from = (const nxc_##D *)in[0];                                              \
        (void)steps;                                                                               \
        if (param == 2)                                                                            \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = (NXC_C_##D)((uint64_t)from[i] * (uint64_t)from[i]);                       \
        else                                                                                       \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = (NXC_C_##D)power_of_integer((uint64_t)from[i], (uint64_t)param);          \
        return 0;                                                                                  \
    }
NXC_FOR_INTEGRAL(NXC_ROW_INTEGER_POW, integer_pow)

NXC_INLINE double any_power_float32(double x, int64_t n) {
    const double result = power_of_double(x, n < 0 ? -(uint64_t)n : (uint64_t)n);
    return n < 0 ? 1 / result : result;
}

NXC_INLINE double any_power_float64(double x, int64_t n) { return pow(x, (double)n); }

#define NXC_INTEGER_POW(D)                                                                         \
    int NXC_LOOP(integer_pow, D)(NXC_ARGUMENTS) {                                                  \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *from = (const nxc_##D *)in[0];                                              \
        (void)steps;                                                                               \
        if (param == 2)                                                                            \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = from[i] * from[i];                                                        \
        else if (param == 3)                                                                       \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = (NXC_C_##D)((double)from[i] * from[i] * from[i]);                         \
        else if (param == -1)                                                                      \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = 1 / from[i];                                                              \
        else                                                                                       \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = (NXC_C_##D)any_power_##D(from[i], param);                                 \
        return 0;                                                                                  \
    }
NXC_INTEGER_POW(float32)
NXC_INTEGER_POW(float64)

/* ---- an integer to the power of another ---- */

#define NXC_POWER_LOOP(D, fails)                                                                   \
    int NXC_LOOP(power, D)(NXC_ARGUMENTS) {                                                        \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *left = (const nxc_##D *)in[0], *right = (const nxc_##D *)in[1];             \
        const int64_t one = steps[0] != 0, other = steps[1] != 0;                                  \
        int negative = 0;                                                                          \
        (void)param;                                                                               \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const NXC_C_##D y = right[i * other];                                                  \
            negative |= (fails);                                                                   \
            out[i] =                                                                               \
                (fails) ? 0 : (NXC_C_##D)power_of_integer((uint64_t)left[i * one], (uint64_t)y);   \
        }                                                                                          \
        return negative ? NXC_NEGATIVE_POWER : 0;                                                  \
    }
#define NXC_ROW_POWER(name, D) NXC_POWER_LOOP(D, y < 0)
#define NXC_ROW_POWER_UNSIGNED(name, D) NXC_POWER_LOOP(D, 0)
NXC_FOR_SIGNED(NXC_ROW_POWER, power)
NXC_FOR_UNSIGNED(NXC_ROW_POWER_UNSIGNED, power)

/* ---- roots and roundings ---- */

NXC_MAP1(sqrt, sqrtf(x), float32)
NXC_MAP1(sqrt, sqrt(x), float64)
NXC_MAP1(floor, floorf(x), float32)
NXC_MAP1(floor, floor(x), float64)
NXC_MAP1(ceil, ceilf(x), float32)
NXC_MAP1(ceil, ceil(x), float64)
NXC_MAP1(trunc, truncf(x), float32)
NXC_MAP1(trunc, trunc(x), float64)
NXC_MAP1(round, rintf(x), float32)
NXC_MAP1(round, rint(x), float64)

/* ---- nextafter ---- */

NXC_MAP2(nextafter, nextafterf(x, y), float32)
NXC_MAP2(nextafter, nextafter(x, y), float64)

/* On the bits of a 16-bit number: its order as a signed integer, one step, and back. */
NXC_INLINE int32_t rank16(uint16_t bits) {
    return bits & 0x8000 ? -(int32_t)(bits & 0x7fff) : (int32_t)bits;
}

NXC_INLINE uint16_t next16(uint16_t x, uint16_t y, uint16_t infinity) {
    if ((x & 0x7fff) > infinity || (y & 0x7fff) > infinity)
        return infinity | 1 << 6; /* quiet in both formats */
    const int32_t from = rank16(x), towards = rank16(y);
    if (from == towards)
        return y;
    const int32_t next = from + (from < towards ? 1 : -1);
    return (uint16_t)(next < 0 || (next == 0 && from < 0) ? 0x8000 | -next : next);
}

NXC_MAP2(nextafter, next16(x, y, 0x7c00), float16)
NXC_MAP2(nextafter, next16(x, y, 0x7f80), bfloat16)
