/* The largest and the smallest element, and whether any or all are true.
 *
 * Owns: the folds `max`, `min`, `any` and `all`.
 * Who may call: the reduction driver, through reduce_table.c.
 * Invariant: a NaN wins: it is kept once met, and taken when it comes.
 */
#include "nxc_edges.h"
#include "nxc_folds.h"

#define NXC_READ_SAME(x, c) (x)

/* Two choices, one after the other: GCC makes vectors of these, not of one choice by two tests. */
#define NXC_JOINS(name, beats, D)                                                                  \
    NXC_INLINE NXC_C_##D name##_of_##D(NXC_C_##D s, NXC_C_##D v) {                                 \
        const NXC_C_##D best = s beats v ? s : v;                                                  \
        return s == s ? best : s;                                                                  \
    }
NXC_FOR_ORDERED(NXC_JOINS, max, >)
NXC_FOR_ORDERED(NXC_JOINS, min, <)

#define NXC_EXTREME(name, edge, D)                                                                 \
    NXC_FOLD(name##_##D, D, 1, NXC_C_##D, NXC_C_##D, NXC_##edge##_##D, NXC_READ_SAME,              \
             name##_of_##D, nxc_##D, NXC_AS_IS)
NXC_FOR_ORDERED(NXC_EXTREME, max, LEAST)
NXC_FOR_ORDERED(NXC_EXTREME, min, MOST)

#define NXC_READ_TRUTH(x, c) ((uint8_t)((x) != 0))
#define NXC_OR(s, v) ((uint8_t)((s) | (v)))
#define NXC_AND(s, v) ((uint8_t)((s) & (v)))
NXC_FOLD(any_bool, bool, 1, uint8_t, uint8_t, 0, NXC_READ_TRUTH, NXC_OR, nxc_bool, NXC_AS_IS)
NXC_FOLD(all_bool, bool, 1, uint8_t, uint8_t, 1, NXC_READ_TRUTH, NXC_AND, nxc_bool, NXC_AS_IS)
