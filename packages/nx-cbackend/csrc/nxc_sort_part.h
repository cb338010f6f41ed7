/* The phases of sorting one long row, and what they share.
 *
 * Owns: nxc_part, a run of records on its way.
 * Used by: nxc_sort_long.c, which goes through the phases of nxc_sort_phases.c.
 * Invariant: items of a phase are chunks of the run, but of nxc_sort_digits tasks. Once records are
 * scattered, gathered or counted up, `places` has the end of each digit's in its last row.
 */
#ifndef NXC_SORT_PART_H
#define NXC_SORT_PART_H

#include "nxc_sort.h"

#define NXC_PART 524288 /* records that one thread sorts */
#define NXC_CLASSES 256 /* classes that pivots divide a run into, at most */

typedef struct {
    uint64_t low, high;
    int rises, special;
    int64_t census[3];
} nxc_survey;

/* A run of records to be sorted, from place `at` of the row on. */
typedef struct {
    const nxc_sorting *s;
    const nxc_record_kernels *loops;
    const char *in; /* the row, while there are no records yet; else NULL */
    char *out;
    char *from, *to; /* where the run's records are, and will be: places of the whole row's */
    int64_t at, n, chunk, chunks;
    int kind, base, shift, digits, halvings;
    uint64_t floor;               /* what records lack of their keys */
    uint64_t low;                 /* the least record */
    nxc_survey *surveys;          /* one for each chunk */
    uint32_t *counts;             /* by chunk, then digit */
    int64_t *places;              /* the same, and after each chunk's scatter its ends */
    uint64_t pivots[NXC_CLASSES]; /* records, each no smaller than its class */
    int64_t *tasks;               /* the digits that begin one, and the end */
    int64_t task_count;
} nxc_part;

static inline int64_t nxc_least(int64_t a, int64_t b) { return a < b ? a : b; }

/* The places that a digit's records take, once they are scattered. */
static inline int64_t nxc_end_of(const nxc_part *p, int64_t digit) {
    return p->places[(p->chunks - 1) * p->digits + digit];
}

static inline int64_t nxc_start_of(const nxc_part *p, int64_t digit) {
    return digit == 0 ? 0 : nxc_end_of(p, digit - 1);
}

#define NXC_SORT_PHASES(X)                                                                         \
    X(survey_elements)                                                                             \
    X(survey_records)                                                                              \
    X(count_chunks)                                                                                \
    X(scatter_chunks)                                                                              \
    X(copy_chunks)                                                                                 \
    X(sort_digits)                                                                                 \
    X(fill_chunks)                                                                                 \
    X(divide_chunks)                                                                               \
    X(gather_chunks)                                                                               \
    X(census_chunks)                                                                               \
    X(repair_chunks)

#define NXC_ROW(name) int nxc_##name(void *work, int64_t begin, int64_t end);
NXC_SORT_PHASES(NXC_ROW)
#undef NXC_ROW

#endif
