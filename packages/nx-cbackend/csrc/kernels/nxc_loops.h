/* The shapes of elementwise loops, and the C types of the dtypes.
 *
 * Owns: NXC_SYMBOL, which gives each instruction set names of its own, and the macros that turn
 * one expression into a loop for every layout a kernel may get.
 * Who may include: the files of csrc/kernels only.
 * Invariant: elements are read through types of alignment 1, so any address will do; each
 * operation has one expression, and every layout's loop is an inlined copy of it. An operand's
 * step is its element's size, or 0 where one element serves for all (not in unary loops).
 */
#ifndef NXC_LOOPS_H
#define NXC_LOOPS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "nxc_kernels.h"

#define NXC_INLINE static inline __attribute__((always_inline))
#define NXC_ANY __attribute__((aligned(1), may_alias))

typedef uint8_t NXC_ANY nxc_bool;
typedef int8_t NXC_ANY nxc_int8;
typedef int16_t NXC_ANY nxc_int16;
typedef int32_t NXC_ANY nxc_int32;
typedef int64_t NXC_ANY nxc_int64;
typedef uint8_t NXC_ANY nxc_uint8;
typedef uint16_t NXC_ANY nxc_uint16;
typedef uint32_t NXC_ANY nxc_uint32;
typedef uint64_t NXC_ANY nxc_uint64;
typedef uint16_t NXC_ANY nxc_float16;
typedef uint16_t NXC_ANY nxc_bfloat16;
typedef float NXC_ANY nxc_float32;
typedef double NXC_ANY nxc_float64;
typedef struct __attribute__((packed, may_alias)) {
    float re, im;
} nxc_complex64;
typedef struct __attribute__((packed, may_alias)) {
    double re, im;
} nxc_complex128;

/* The arithmetic type of a dtype; nxc_<dtype> above is the same type in memory. */
#define NXC_C_bool uint8_t
#define NXC_C_int8 int8_t
#define NXC_C_int16 int16_t
#define NXC_C_int32 int32_t
#define NXC_C_int64 int64_t
#define NXC_C_uint8 uint8_t
#define NXC_C_uint16 uint16_t
#define NXC_C_uint32 uint32_t
#define NXC_C_uint64 uint64_t
#define NXC_C_float16 uint16_t
#define NXC_C_bfloat16 uint16_t
#define NXC_C_float32 float
#define NXC_C_float64 double

/* A guard of integers as wide as the elements keeps the loop in whole vectors. */
#define NXC_GUARD_float32 int32_t
#define NXC_GUARD_float64 int64_t

#define NXC_LOOP(name, dtype) NXC_SYMBOL(nxc_##name##_##dtype)
#define NXC_ARGUMENTS                                                                              \
    char *to, const char *const *in, const int64_t *steps, int64_t n, int64_t param

/* out = expression in x, of dtype D into dtype R. */
#define NXC_MAP1_TO(name, expression, R, D)                                                        \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        nxc_##R *restrict out = (nxc_##R *)to;                                                     \
        const nxc_##D *from = (const nxc_##D *)in[0];                                              \
        (void)steps, (void)param;                                                                  \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const NXC_C_##D x = from[i];                                                           \
            out[i] = (NXC_C_##R)(expression);                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    }
#define NXC_MAP1(name, expression, D) NXC_MAP1_TO(name, expression, D, D)
#define NXC_TEST1(name, expression, D) NXC_MAP1_TO(name, expression, bool, D)

/* out = expression in x and y: three loops, for one element on either side or rows on both. */
#define NXC_MAP2_TO(name, expression, R, D)                                                        \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        nxc_##R *restrict out = (nxc_##R *)to;                                                     \
        const nxc_##D *left = (const nxc_##D *)in[0], *right = (const nxc_##D *)in[1];             \
        (void)param;                                                                               \
        if (steps[1] == 0 && n > 0) {                                                              \
            const NXC_C_##D y = right[0];                                                          \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const NXC_C_##D x = left[i];                                                       \
                out[i] = (NXC_C_##R)(expression);                                                  \
            }                                                                                      \
        } else if (steps[0] == 0 && n > 0) {                                                       \
            const NXC_C_##D x = left[0];                                                           \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const NXC_C_##D y = right[i];                                                      \
                out[i] = (NXC_C_##R)(expression);                                                  \
            }                                                                                      \
        } else {                                                                                   \
            for (int64_t i = 0; i < n; i++) {                                                      \
                const NXC_C_##D x = left[i], y = right[i];                                         \
                out[i] = (NXC_C_##R)(expression);                                                  \
            }                                                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    }
#define NXC_MAP2(name, expression, D) NXC_MAP2_TO(name, expression, D, D)
#define NXC_TEST2(name, expression, D) NXC_MAP2_TO(name, expression, bool, D)

/* out = expression in x and v = f(x): the fast form for a whole block, the exact one for those of
 * its elements that lie beyond the fast form's range. T is D's C type by its bare name. */
#define NXC_MAP1_BLOCKS(name, f, expression, D, T)                                                 \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *from = (const nxc_##D *)in[0];                                              \
        (void)steps, (void)param;                                                                  \
        for (int64_t start = 0, end; start < n; start = end) {                                     \
            NXC_GUARD_##D guard = 0;                                                               \
            end = n - start > NXC_BLOCK_##f ? start + NXC_BLOCK_##f : n;                           \
            for (int64_t i = start; i < end; i++) {                                                \
                const T x = from[i], v = NXC_FAST_##f(T, x);                                       \
                guard |= NXC_GUARD_##f(T, x);                                                      \
                out[i] = (expression);                                                             \
            }                                                                                      \
            for (int64_t i = start; guard < 0 && i < end; i++) {                                   \
                const T x = from[i];                                                               \
                if (NXC_GUARD_##f(T, x) < 0) {                                                     \
                    const T v = NXC_EXACT_##f##_##T(x);                                            \
                    out[i] = (expression);                                                         \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        return 0;                                                                                  \
    }

/* out = NEAR(x) where the guard of a block stays positive, and else FAST(x), right everywhere: as
 * quick for one element beyond the guard as for a block of them. */
#define NXC_MAP1_NEAR(f, D, T)                                                                     \
    int NXC_LOOP(f, D)(NXC_ARGUMENTS) {                                                            \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *from = (const nxc_##D *)in[0];                                              \
        (void)steps, (void)param;                                                                  \
        for (int64_t start = 0, end; start < n; start = end) {                                     \
            NXC_GUARD_##D guard = 0;                                                               \
            end = n - start > NXC_NEAR_BLOCK ? start + NXC_NEAR_BLOCK : n;                         \
            for (int64_t i = start; i < end; i++) {                                                \
                const T x = from[i];                                                               \
                guard |= NXC_GUARD_##f(T, x);                                                      \
                out[i] = NXC_NEAR_##f(T, x);                                                       \
            }                                                                                      \
            for (int64_t i = start; guard < 0 && i < end; i++)                                     \
                out[i] = NXC_FAST_##f(T, from[i]);                                                 \
        }                                                                                          \
        return 0;                                                                                  \
    }
#define NXC_NEAR_BLOCK 512 /* elements */

/* Both dtypes of a function whose fast form is right everywhere, or up to its guard. */
#define NXC_MATH1(f)                                                                               \
    NXC_MAP1(f, NXC_FAST_##f(float, x), float32)                                                   \
    NXC_MAP1(f, NXC_FAST_##f(double, x), float64)
#define NXC_MATH2(f)                                                                               \
    NXC_MAP2(f, NXC_FAST_##f(float, x, y), float32)                                                \
    NXC_MAP2(f, NXC_FAST_##f(double, x, y), float64)
#define NXC_MATH1_BLOCKS(f)                                                                        \
    NXC_MAP1_BLOCKS(f, f, v, float32, float)                                                       \
    NXC_MAP1_BLOCKS(f, f, v, float64, double)
#define NXC_MATH2_BLOCKS(name, f, expression, ...)                                                 \
    NXC_MAP2_BLOCKS(name, f, expression, float32, float, __VA_ARGS__)                              \
    NXC_MAP2_BLOCKS(name, f, expression, float64, double, __VA_ARGS__)

/* The same in x, y and v = f(...), whose arguments come last: x, y or both. */
#define NXC_BLOCKS_ROW(f, expression, D, T, x_at, y_at, ...)                                       \
    for (int64_t start = 0, end; start < n; start = end) {                                         \
        NXC_GUARD_##D guard = 0;                                                                   \
        end = n - start > NXC_BLOCK_##f ? start + NXC_BLOCK_##f : n;                               \
        for (int64_t i = start; i < end; i++) {                                                    \
            const T x = left[x_at], y = right[y_at], v = NXC_FAST_##f(T, __VA_ARGS__);             \
            guard |= NXC_GUARD_##f(T, __VA_ARGS__);                                                \
            out[i] = (expression);                                                                 \
            (void)x, (void)y;                                                                      \
        }                                                                                          \
        for (int64_t i = start; guard < 0 && i < end; i++) {                                       \
            const T x = left[x_at], y = right[y_at];                                               \
            if (NXC_GUARD_##f(T, __VA_ARGS__) < 0) {                                               \
                const T v = NXC_EXACT_##f##_##T(__VA_ARGS__);                                      \
                out[i] = (expression);                                                             \
            }                                                                                      \
            (void)x, (void)y;                                                                      \
        }                                                                                          \
    }
#define NXC_MAP2_BLOCKS(name, f, expression, D, T, ...)                                            \
    int NXC_LOOP(name, D)(NXC_ARGUMENTS) {                                                         \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *left = (const nxc_##D *)in[0], *right = (const nxc_##D *)in[1];             \
        (void)param;                                                                               \
        if (steps[1] == 0) {                                                                       \
            NXC_BLOCKS_ROW(f, expression, D, T, i, 0, __VA_ARGS__)                                 \
        } else if (steps[0] == 0) {                                                                \
            NXC_BLOCKS_ROW(f, expression, D, T, 0, i, __VA_ARGS__)                                 \
        } else {                                                                                   \
            NXC_BLOCKS_ROW(f, expression, D, T, i, i, __VA_ARGS__)                                 \
        }                                                                                          \
        return 0;                                                                                  \
    }

#endif
