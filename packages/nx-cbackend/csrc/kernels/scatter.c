/* Rows of updates combined with rows of a target.
 *
 * Owns: the family `scatter`. Who may call: nxc_scatter.c, through nxc_active.
 * Invariant: integers wrap around; a NaN wins an extreme. The rows don't overlap.
 */
#include "nxc_loops.h"

#define NXC_COMBINE(name, D, expression)                                                           \
    static void NXC_SYMBOL(name##_##D)(char *to, const char *updates, int64_t n) {                 \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *restrict in = (const nxc_##D *)updates;                                     \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const NXC_C_##D x = out[i], y = in[i];                                                 \
            out[i] = (NXC_C_##D)(expression);                                                      \
        }                                                                                          \
    }
#define NXC_COMBINE_PARTS(name, D, real, imaginary)                                                \
    static void NXC_SYMBOL(name##_##D)(char *to, const char *updates, int64_t n) {                 \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *restrict in = (const nxc_##D *)updates;                                     \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const nxc_##D x = out[i], y = in[i];                                                   \
            out[i].re = (real);                                                                    \
            out[i].im = (imaginary);                                                               \
        }                                                                                          \
    }

#define NXC_ADD(name, D) NXC_COMBINE(name, D, x + y)
NXC_FOR_REAL(NXC_ADD, add)
NXC_COMBINE_PARTS(add, complex64, x.re + y.re, x.im + y.im)
NXC_COMBINE_PARTS(add, complex128, x.re + y.re, x.im + y.im)

#define NXC_MULTIPLY(name, D) NXC_COMBINE(name, D, (uint64_t)x *(uint64_t)y)
#define NXC_MULTIPLY_FLOAT(name, D) NXC_COMBINE(name, D, x *y)
NXC_FOR_INTEGRAL(NXC_MULTIPLY, multiply)
NXC_FOR_FLOATING(NXC_MULTIPLY_FLOAT, multiply)
/* In double: no product of two floats is rounded there. */
NXC_COMBINE_PARTS(multiply, complex64, (float)((double)x.re * y.re - (double)x.im * y.im),
                  (float)((double)x.re * y.im + (double)x.im * y.re))
NXC_COMBINE_PARTS(multiply, complex128, x.re *y.re - x.im * y.im, x.re *y.im + x.im * y.re)

#define NXC_MIN(name, D) NXC_COMBINE(name, D, x < y || x != x ? x : y)
#define NXC_MAX(name, D) NXC_COMBINE(name, D, x > y || x != x ? x : y)
NXC_FOR_ORDERED(NXC_MIN, min)
NXC_FOR_ORDERED(NXC_MAX, max)

#define NXC_ENTRY(name, D) [NXC_DTYPE_##D] = NXC_SYMBOL(name##_##D),
const nxc_scatter_kernels NXC_SYMBOL(nxc_scatter_kernels) = {
    .at =
        {
            [NXC_COMBINE_add] = {NXC_FOR_NUMERIC(NXC_ENTRY, add)},
            [NXC_COMBINE_multiply] = {NXC_FOR_NUMERIC(NXC_ENTRY, multiply)},
            [NXC_COMBINE_min] = {NXC_FOR_ORDERED(NXC_ENTRY, min)},
            [NXC_COMBINE_max] = {NXC_FOR_ORDERED(NXC_ENTRY, max)},
        },
};
