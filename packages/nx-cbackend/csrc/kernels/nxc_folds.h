/* The shape of a fold: one expression becomes the loops of a reduction.
 *
 * Owns: the macro that makes a fold's six functions of how an element is read, how two
 * accumulators become one, and how one is rounded to the result.
 * Who may include: csrc/kernels/reduce_*.c only.
 * Invariant: the order of operations depends on the counts alone: eight rows are joined in pairs
 * before they meet the accumulator, and a row's lanes in halves, so an error grows with a 64th of
 * a row's length or less. Elements are read through types of alignment 1.
 * Four rows are read side by side, two cache lines of each in turn: one core gets a third more
 * from memory by four streams than by one. A long row is four.
 * Source: N. J. Higham, "The accuracy of floating point summation", SIAM J. Sci. Comput. 14
 * (1993), for the bound.
 */
#ifndef NXC_FOLDS_H
#define NXC_FOLDS_H

#include "nxc_loops.h"

#define NXC_LANES(D) (64 / (int64_t)sizeof(nxc_##D)) /* a row's lanes: a cache line */
#define NXC_STEPS 16                                 /* pairs of lines that meet one accumulator */
#define NXC_LONG_ROW 32768                           /* bytes */

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
    static void short_##name(void *acc, const void *c, const char *a, int64_t n) {                 \
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
    NXC_INLINE void pair_##name(A *restrict lane, const C *c, const nxc_##D *r, int first) {       \
        const int64_t line = NXC_LANES(D);                                                         \
        (void)c;                                                                                   \
        for (int64_t j = 0; j < line; j++) {                                                       \
            const A two = JOIN(READ(r[j], c[0]), READ(r[line + j], c[0]));                         \
            lane[j] = first ? two : JOIN(lane[j], two);                                            \
        }                                                                                          \
    }                                                                                              \
    static void four_##name(void *const *accs, const void *const *cs, const char *const *rows,     \
                            int64_t n) {                                                           \
        const int64_t line = NXC_LANES(D), all = n * (PARTS), whole = all / (2 * line);            \
        A lane[4][NXC_LANES(D)];                                                                   \
        start_##name(lane, 4 * line / (PARTS));                                                    \
        for (int64_t begin = 0, end; begin < whole; begin = end) {                                 \
            A part[4][NXC_LANES(D)];                                                               \
            end = whole - begin < NXC_STEPS ? whole : begin + NXC_STEPS;                           \
            for (int k = 0; k < 4; k++)                                                            \
                pair_##name(part[k], cs[k], (const nxc_##D *)rows[k] + begin * 2 * line, 1);       \
            for (int64_t i = begin + 1; i < end; i++)                                              \
                for (int k = 0; k < 4; k++)                                                        \
                    pair_##name(part[k], cs[k], (const nxc_##D *)rows[k] + i * 2 * line, 0);       \
            merge_##name(lane, part, 4 * line / (PARTS));                                          \
        }                                                                                          \
        for (int k = 0; k < 4; k++) {                                                              \
            const int64_t done = whole * 2 * line;                                                 \
            for (int64_t left = line / (PARTS), half = left / 2; left > 1;                         \
                 left -= half, half = left / 2)                                                    \
                merge_##name(lane[k], lane[k] + (left - half) * (PARTS), half);                    \
            merge_##name(accs[k], lane[k], 1);                                                     \
            short_##name(accs[k], cs[k], rows[k] + done * (int64_t)sizeof(nxc_##D),                \
                         (all - done) / (PARTS));                                                  \
        }                                                                                          \
    }                                                                                              \
    static void row_##name(void *acc, const void *c, const char *a, int64_t n) {                   \
        const int64_t quarter = n / 4, size = (int64_t)sizeof(nxc_##D) * (PARTS);                  \
        if (n * size < NXC_LONG_ROW) {                                                             \
            short_##name(acc, c, a, n);                                                            \
            return;                                                                                \
        }                                                                                          \
        A four[4][PARTS];                                                                          \
        void *const accs[4] = {four[0], four[1], four[2], four[3]};                                \
        const void *const cs[4] = {c, c, c, c};                                                    \
        const char *const rows[4] = {a, a + quarter * size, a + 2 * quarter * size,                \
                                     a + 3 * quarter * size};                                      \
        start_##name(four, 4);                                                                     \
        four_##name(accs, cs, rows, quarter);                                                      \
        merge_##name(four[0], four[2], 1);                                                         \
        merge_##name(four[1], four[3], 1);                                                         \
        merge_##name(acc, four[0], 1);                                                             \
        merge_##name(acc, four[1], 1);                                                             \
        short_##name(acc, c, a + 4 * quarter * size, n - 4 * quarter);                             \
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
                                                  four_##name,                                     \
                                                  merge_##name,                                    \
                                                  finish_##name};

#define NXC_AS_IS(s) (s)
#define NXC_ROUND_float32(s) ((float)(s))

#endif
