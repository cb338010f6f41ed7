/* The shape of a fold: one expression becomes the loops of a reduction.
 *
 * Owns: the macro that makes a fold's six functions of how an element is read, how two
 * accumulators become one, and how one is rounded to the result.
 * Who may include: csrc/kernels/reduce_*.c only.
 * Invariant: the order of operations depends on the counts alone: of columns, eight rows are
 * joined in pairs before they meet the accumulator; of a row, pairs of cache lines sixteen at a
 * time, in four parts where it is long, and the lanes in halves. So an error grows with a 64th of
 * a length or less. Elements are read through types of alignment 1.
 * Four rows, or parts of a long one, are read side by side, two cache lines of each in turn: one
 * core gets a third more from memory by four streams than by one. Source: N. J. Higham, "The
 * accuracy of floating point summation", SIAM J. Sci. Comput. 14 (1993), for the bound.
 */
#ifndef NXC_FOLDS_H
#define NXC_FOLDS_H

#include "nxc_loops.h"

#define NXC_LANES(D) (64 / (int64_t)sizeof(nxc_##D)) /* a row's lanes: a cache line */
#define NXC_STEPS 16                                 /* pairs of lines that meet one accumulator */
#define NXC_LONG_ROW 512 /* lines of a row from which it is read as four, far apart */

/* Unrolled before vectors are made, a loop over lanes hides that it is one, and its outer loop's
 * turns are made vectors of instead, with shuffles: several times slower. */
#if defined(__clang__)
#define NXC_ROLLED _Pragma("clang loop unroll(disable)")
#define NXC_UNROLLED _Pragma("unroll")
#else
#define NXC_ROLLED _Pragma("GCC unroll 1")
#define NXC_UNROLLED _Pragma("GCC unroll 8")
#endif

/* name: the symbol's end; D: the dtype read, PARTS of which make an element (a complex number has
 * two); A: the accumulator; C: the centre's type. READ(x, c) is an A of element x and centre c,
 * JOIN(s, v) an A of two, ROUND(s) the result. */
#define NXC_FOLD(name, D, PARTS, A, C, START, READ, JOIN, R, ROUND)                                \
    static void start_##name(void *to, int64_t n) {                                                \
        A *acc = to;                                                                               \
        for (int64_t j = 0; j < n * (PARTS); j++)                                                  \
            acc[j] = START;                                                                        \
    }                                                                                              \
    NXC_INLINE void rows_##name(A *restrict acc, const C *c, const char *a, int64_t step,          \
                                int64_t rows, int64_t n) {                                         \
        (void)c;                                                                                   \
        for (; rows >= 8; rows -= 8, a += 8 * step) {                                              \
            const nxc_##D *r0 = (const nxc_##D *)a, *r1 = (const nxc_##D *)(a + step);             \
            const nxc_##D *r2 = (const nxc_##D *)(a + 2 * step);                                   \
            const nxc_##D *r3 = (const nxc_##D *)(a + 3 * step);                                   \
            const nxc_##D *r4 = (const nxc_##D *)(a + 4 * step);                                   \
            const nxc_##D *r5 = (const nxc_##D *)(a + 5 * step);                                   \
            const nxc_##D *r6 = (const nxc_##D *)(a + 6 * step);                                   \
            const nxc_##D *r7 = (const nxc_##D *)(a + 7 * step);                                   \
            for (int64_t j = 0; j < n; j++) {                                                      \
                const A first = JOIN(READ(r0[j], c[j]), READ(r1[j], c[j]));                        \
                const A second = JOIN(READ(r2[j], c[j]), READ(r3[j], c[j]));                       \
                const A third = JOIN(READ(r4[j], c[j]), READ(r5[j], c[j]));                        \
                const A fourth = JOIN(READ(r6[j], c[j]), READ(r7[j], c[j]));                       \
                const A half = JOIN(first, second), other = JOIN(third, fourth);                   \
                acc[j] = JOIN(acc[j], JOIN(half, other));                                          \
            }                                                                                      \
        }                                                                                          \
        for (; rows > 0; rows--, a += step) {                                                      \
            const nxc_##D *r0 = (const nxc_##D *)a;                                                \
            for (int64_t j = 0; j < n; j++)                                                        \
                acc[j] = JOIN(acc[j], READ(r0[j], c[j]));                                          \
        }                                                                                          \
    }                                                                                              \
    static void columns_##name(void *acc, const void *c, const char *a, int64_t step,              \
                               int64_t rows, int64_t n) {                                          \
        rows_##name(acc, c, a, step, rows, n * (PARTS));                                           \
    }                                                                                              \
    static void merge_##name(void *to, const void *from, int64_t n) {                              \
        A *restrict acc = to;                                                                      \
        const A *other = from;                                                                     \
        for (int64_t j = 0; j < n * (PARTS); j++)                                                  \
            acc[j] = JOIN(acc[j], other[j]);                                                       \
    }                                                                                              \
    /* Two cache lines into a row's lanes, or begun by them. */                                    \
    NXC_INLINE void pair_##name(A *restrict lane, const C *c, const nxc_##D *r, int first) {       \
        const int64_t line = NXC_LANES(D);                                                         \
        (void)c;                                                                                   \
        NXC_ROLLED for (int64_t j = 0; j < line; j++) {                                            \
            const A two = JOIN(READ(r[j], c[0]), READ(r[line + j], c[0]));                         \
            lane[j] = first ? two : JOIN(lane[j], two);                                            \
        }                                                                                          \
    }                                                                                              \
    /* Pairs begin to end of four rows into lanes that they begin. */                              \
    NXC_INLINE void pairs_##name(A(*lane)[NXC_LANES(D)], const void *const *cs,                    \
                                 const char *const *rows, int64_t step, int64_t begin,             \
                                 int64_t end) {                                                    \
        for (int k = 0; k < 4; k++)                                                                \
            pair_##name(lane[k], cs[k], (const nxc_##D *)rows[k] + begin * step, 1);               \
        for (int64_t i = begin + 1; i < end; i++) {                                                \
            for (int k = 0; k < 4; k++)                                                            \
                pair_##name(lane[k], cs[k], (const nxc_##D *)rows[k] + i * step, 0);               \
        }                                                                                          \
    }                                                                                              \
    /* All pairs of four rows, one at least. */                                                    \
    NXC_INLINE void sweep_##name(A(*lane)[NXC_LANES(D)], const void *const *cs,                    \
                                 const char *const *rows, int64_t step, int64_t pairs) {           \
        pairs_##name(lane, cs, rows, step, 0, pairs < NXC_STEPS ? pairs : NXC_STEPS);              \
        for (int64_t begin = NXC_STEPS, end; begin < pairs; begin = end) {                         \
            A part[4][NXC_LANES(D)];                                                               \
            end = pairs - begin < NXC_STEPS ? pairs : begin + NXC_STEPS;                           \
            pairs_##name(part, cs, rows, step, begin, end);                                        \
            merge_##name(lane, part, 4 * NXC_LANES(D) / (PARTS));                                  \
        }                                                                                          \
    }                                                                                              \
    /* The last of a row's numbers into its lanes, and the lanes into its accumulator. */          \
    NXC_INLINE void settle_##name(A *acc, A *lane, const C *c, const nxc_##D *r, int64_t n,        \
                                  int64_t all) {                                                   \
        const int64_t line = NXC_LANES(D);                                                         \
        (void)c;                                                                                   \
        for (; n >= 2 * line; n -= 2 * line, r += 2 * line) {                                      \
            pair_##name(lane, c, r, 0);                                                            \
        }                                                                                          \
        for (; n > 0; n -= line, r += line)                                                        \
            for (int64_t j = 0; j < (n < line ? n : line); j++)                                    \
                lane[j] = JOIN(lane[j], READ(r[j], c[0]));                                         \
        if (all >= line) {                                                                         \
            NXC_UNROLLED for (int64_t half = line / (PARTS) / 2; half > 0; half /= 2)              \
                merge_##name(lane, lane + half * (PARTS), half);                                   \
            merge_##name(acc, lane, 1);                                                            \
            return;                                                                                \
        }                                                                                          \
        for (int64_t j = 0; j < all / (PARTS); j++)                                                \
            merge_##name(acc, lane + j * (PARTS), 1);                                              \
    }                                                                                              \
    static void four_##name(void *const *accs, const void *const *cs, const char *const *rows,     \
                            int64_t n) {                                                           \
        const int64_t line = NXC_LANES(D), all = n * (PARTS), pairs = all / (2 * line);            \
        A lane[4][NXC_LANES(D)];                                                                   \
        sweep_##name(lane, cs, rows, 2 * line, pairs);                                             \
        for (int k = 0; k < 4; k++)                                                                \
            settle_##name(accs[k], lane[k], cs[k], (const nxc_##D *)rows[k] + pairs * 2 * line,    \
                          all - pairs * 2 * line, all);                                            \
    }                                                                                              \
    static void row_##name(void *acc, const void *c, const char *a, int64_t n) {                   \
        const int64_t line = NXC_LANES(D), all = n * (PARTS);                                      \
        const int64_t pairs = all / (8 * line);                                                    \
        const nxc_##D *r = (const nxc_##D *)a;                                                     \
        A lane[4][NXC_LANES(D)];                                                                   \
        if (pairs > 0) {                                                                           \
            const int apart = all >= NXC_LONG_ROW * line;                                          \
            const int64_t step = apart ? 2 * line : 8 * line,                                      \
                          next = apart ? pairs * 2 * line : 2 * line;                              \
            const void *const cs[4] = {c, c, c, c};                                                \
            const char *const rows[4] = {a, (const char *)(r + next),                              \
                                         (const char *)(r + 2 * next),                             \
                                         (const char *)(r + 3 * next)};                            \
            sweep_##name(lane, cs, rows, step, pairs);                                             \
            merge_##name(lane, lane[2], 2 * line / (PARTS));                                       \
            merge_##name(lane, lane[1], line / (PARTS));                                           \
        } else {                                                                                   \
            start_##name(lane, line / (PARTS));                                                    \
        }                                                                                          \
        settle_##name(acc, lane[0], c, r + pairs * 8 * line, all - pairs * 8 * line, all);         \
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
