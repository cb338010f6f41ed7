/* The shape of a fold: one expression becomes the loops of a reduction.
 *
 * Owns: the macro that makes a fold's five functions of how an element is read, how two
 * accumulators become one, and how one is rounded to the result.
 * Who may include: csrc/kernels/reduce_*.c only.
 * Invariant: the order of operations depends on the counts alone: eight rows are joined in pairs
 * before they meet the accumulator, and a row's lanes in halves, so an error grows with a 64th of
 * a row's length or less. Elements are read through types of alignment 1.
 * Source: N. J. Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14
 * (1993), for the bound.
 */
#ifndef NXC_FOLDS_H
#define NXC_FOLDS_H

#include "nxc_loops.h"

#define NXC_LANES(D) (64 / (int64_t)sizeof(nxc_##D)) /* a row's lanes: a cache line */

/* name: the symbol's end; D: the dtype read, PARTS of which make an element (a complex number has
 * two); A: the accumulator; C: the centre's type. READ(x, c) is an A of element x and centre c,
 * JOIN(s, v) an A of two, ROUND(s) the result. */
#define NXC_FOLD(name, D, PARTS, A, C, START, READ, JOIN, R, ROUND)                                \
    static void start_##name(void *to, int64_t n) {                                                \
        A *acc = to;                                                                               \
        for (int64_t j = 0; j < n * (PARTS); j++)                                                  \
            acc[j] = START;                                                                        \
    }                                                                                              \
    NXC_INLINE void rows_##name(A *restrict acc, const C *c, int64_t move, const char *a,          \
                                int64_t step, int64_t rows, int64_t n) {                           \
        (void)c, (void)move;                                                                       \
        for (; rows >= 8; rows -= 8, a += 8 * step) {                                              \
            const nxc_##D *r0 = (const nxc_##D *)a, *r1 = (const nxc_##D *)(a + step);             \
            const nxc_##D *r2 = (const nxc_##D *)(a + 2 * step);                                   \
            const nxc_##D *r3 = (const nxc_##D *)(a + 3 * step);                                   \
            const nxc_##D *r4 = (const nxc_##D *)(a + 4 * step);                                   \
            const nxc_##D *r5 = (const nxc_##D *)(a + 5 * step);                                   \
            const nxc_##D *r6 = (const nxc_##D *)(a + 6 * step);                                   \
            const nxc_##D *r7 = (const nxc_##D *)(a + 7 * step);                                   \
            for (int64_t j = 0; j < n; j++) {                                                      \
                const A first = JOIN(READ(r0[j], c[j * move]), READ(r1[j], c[j * move]));          \
                const A second = JOIN(READ(r2[j], c[j * move]), READ(r3[j], c[j * move]));         \
                const A third = JOIN(READ(r4[j], c[j * move]), READ(r5[j], c[j * move]));          \
                const A fourth = JOIN(READ(r6[j], c[j * move]), READ(r7[j], c[j * move]));         \
                const A half = JOIN(first, second), other = JOIN(third, fourth);                   \
                acc[j] = JOIN(acc[j], JOIN(half, other));                                          \
            }                                                                                      \
        }                                                                                          \
        for (; rows > 0; rows--, a += step) {                                                      \
            const nxc_##D *r0 = (const nxc_##D *)a;                                                \
            for (int64_t j = 0; j < n; j++)                                                        \
                acc[j] = JOIN(acc[j], READ(r0[j], c[j * move]));                                   \
        }                                                                                          \
    }                                                                                              \
    static void columns_##name(void *acc, const void *c, const char *a, int64_t step,              \
                               int64_t rows, int64_t n) {                                          \
        rows_##name(acc, c, 1, a, step, rows, n * (PARTS));                                        \
    }                                                                                              \
    static void merge_##name(void *to, const void *from, int64_t n) {                              \
        A *restrict acc = to;                                                                      \
        const A *other = from;                                                                     \
        for (int64_t j = 0; j < n * (PARTS); j++)                                                  \
            acc[j] = JOIN(acc[j], other[j]);                                                       \
    }                                                                                              \
    static void row_##name(void *acc, const void *c, const char *a, int64_t n) {                   \
        const int64_t size = (int64_t)sizeof(nxc_##D), all = n * (PARTS);                          \
        const int64_t rows = all / NXC_LANES(D), rest = all % NXC_LANES(D);                        \
        int64_t left = (rows > 0 ? NXC_LANES(D) : rest) / (PARTS);                                 \
        A lane[NXC_LANES(D)];                                                                      \
        start_##name(lane, left);                                                                  \
        rows_##name(lane, c, 0, a, 64, rows, NXC_LANES(D));                                        \
        rows_##name(lane, c, 0, a + (all - rest) * size, 0, rest > 0, rest);                       \
        for (int64_t half = left / 2; left > 1; left -= half, half = left / 2)                     \
            merge_##name(lane, lane + (left - half) * (PARTS), half);                              \
        if (left > 0)                                                                              \
            merge_##name(acc, lane, 1);                                                            \
    }                                                                                              \
    static void finish_##name(char *to, const void *from, int64_t n) {                             \
        R *restrict out = (R *)to;                                                                 \
        const A *acc = from;                                                                       \
        for (int64_t j = 0; j < n * (PARTS); j++)                                                  \
            out[j] = ROUND(acc[j]);                                                                \
    }                                                                                              \
    const nxc_fold NXC_SYMBOL(nxc_fold_##name) = {(int64_t)sizeof(A) * (PARTS),                    \
                                                  (int64_t)sizeof(C),                              \
                                                  start_##name,                                    \
                                                  columns_##name,                                  \
                                                  row_##name,                                      \
                                                  merge_##name,                                    \
                                                  finish_##name};

#define NXC_AS_IS(s) (s)
#define NXC_ROUND_float32(s) ((float)(s))

#endif
