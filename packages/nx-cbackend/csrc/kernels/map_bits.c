/* Elementwise operations on bits, and the choice between two operands.
 *
 * Owns: the loops of logic, shifts and where.
 * Who may call: the elementwise driver, through map_table.c.
 * Invariant: a bool holds 0 or 1. A shift by as many bits as there are, or more, leaves the sign's
 * bits (to the right) or 0; so does a negative one. where moves bits, whatever they mean.
 */
#include "nxc_loops.h"

#define NXC_ROW_AND(name, D) NXC_MAP2(name, x &y, D)
#define NXC_ROW_OR(name, D) NXC_MAP2(name, x | y, D)
#define NXC_ROW_XOR(name, D) NXC_MAP2(name, x ^ y, D)
#define NXC_ROW_INVERT(name, D) NXC_MAP1(name, ~x, D)
NXC_FOR_BITS(NXC_ROW_AND, bitwise_and)
NXC_FOR_BITS(NXC_ROW_OR, bitwise_or)
NXC_FOR_BITS(NXC_ROW_XOR, bitwise_xor)
NXC_FOR_INTEGRAL(NXC_ROW_INVERT, bitwise_invert)
NXC_MAP1(bitwise_invert, x ^ 1, bool)

#define NXC_BITS_OF(T) (8 * (int)sizeof(T))
#define NXC_FITS(D) ((uint64_t)y < (uint64_t)NXC_BITS_OF(NXC_C_##D))
#define NXC_ROW_LEFT(name, D) NXC_MAP2(name, NXC_FITS(D) ? (uint64_t)x << (y & 63) : 0, D)
#define NXC_ROW_RIGHT(name, D) NXC_MAP2(name, x >> (NXC_FITS(D) ? y : NXC_BITS_OF(x) - 1), D)
#define NXC_ROW_RIGHT_UNSIGNED(name, D) NXC_MAP2(name, NXC_FITS(D) ? (uint64_t)x >> (y & 63) : 0, D)
NXC_FOR_INTEGRAL(NXC_ROW_LEFT, left_shift)
NXC_FOR_SIGNED(NXC_ROW_RIGHT, right_shift)
NXC_FOR_UNSIGNED(NXC_ROW_RIGHT_UNSIGNED, right_shift)

/* ---- where ---- */

#define NXC_WHERE(T)                                                                               \
    static void where_##T(T *restrict out, const uint8_t *restrict condition, const T *left,       \
                          const T *right, const int64_t *steps, int64_t n) {                       \
        if (steps[1] == 0 && steps[2] == 0) {                                                      \
            const T x = left[0], y = right[0];                                                     \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = condition[i] ? x : y;                                                     \
        } else if (steps[1] == 0) {                                                                \
            const T x = left[0];                                                                   \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = condition[i] ? x : right[i];                                              \
        } else if (steps[2] == 0) {                                                                \
            const T y = right[0];                                                                  \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = condition[i] ? left[i] : y;                                               \
        } else {                                                                                   \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = condition[i] ? left[i] : right[i];                                        \
        }                                                                                          \
    }
NXC_WHERE(nxc_uint8)
NXC_WHERE(nxc_uint16)
NXC_WHERE(nxc_uint32)
NXC_WHERE(nxc_uint64)
NXC_WHERE(nxc_complex128)

#define NXC_WHERE_AS(T, D)                                                                         \
    int NXC_LOOP(where, D)(NXC_ARGUMENTS) {                                                        \
        (void)param;                                                                               \
        where_##T((T *)to, (const uint8_t *)in[0], (const T *)in[1], (const T *)in[2], steps, n);  \
        return 0;                                                                                  \
    }
NXC_WHERE_AS(nxc_uint8, bool)
NXC_WHERE_AS(nxc_uint8, int8)
NXC_WHERE_AS(nxc_uint8, uint8)
NXC_WHERE_AS(nxc_uint16, int16)
NXC_WHERE_AS(nxc_uint16, uint16)
NXC_WHERE_AS(nxc_uint16, float16)
NXC_WHERE_AS(nxc_uint16, bfloat16)
NXC_WHERE_AS(nxc_uint32, int32)
NXC_WHERE_AS(nxc_uint32, uint32)
NXC_WHERE_AS(nxc_uint32, float32)
NXC_WHERE_AS(nxc_uint64, int64)
NXC_WHERE_AS(nxc_uint64, uint64)
NXC_WHERE_AS(nxc_uint64, float64)
NXC_WHERE_AS(nxc_uint64, complex64)
NXC_WHERE_AS(nxc_complex128, complex128)
