/* Sorting, and looking for extremes: the loops' table, and what its two drivers share.
 *
 * Owns: nxc_sort_kernels, whose loops are csrc/kernels/sort.c, and the description of one sort.
 * Used by: nxc_sort.c (rows), nxc_sort_long.c (a row that several threads share), nxc_arg.c (keys).
 * Invariant: sorting goes by records. A `narrow` record is a key of up to 32 bits, a `wide` one a
 * key of 64, or a key above the index of its element (in the lowest `base` bits), a `pair` both.
 */
#ifndef NXC_SORT_H
#define NXC_SORT_H

#include <stdint.h>

#include "nxc_dtypes.h"

enum { NXC_SORT_NARROW, NXC_SORT_WIDE, NXC_SORT_PAIR, NXC_SORT_KINDS };

typedef struct {
    uint64_t key, index;
} nxc_sort_pair;

typedef struct {
    int64_t size;    /* bytes of a record */
    int64_t lanes;   /* rows that a network sorts at once */
    int64_t longest; /* row that a network sorts; 0 where there is none */
    /* Records of n keys less `low`; indices from `first`. `wide`: keys are uint64_t. */
    void (*pack)(void *records, const void *keys, int wide, int64_t n, uint64_t low, int base,
                 int64_t first);
    /* Indices of n records, as int64. */
    void (*unpack)(char *out, int64_t stride, const void *records, int64_t n, int base);
    /* Merges the smallest and the largest key into *low and *high; whether keys never fall. */
    int (*survey)(const void *records, int64_t n, uint64_t *low, uint64_t *high);
    /* A digit is (key - low) >> shift. */
    void (*count)(const void *records, int64_t n, uint64_t low, int shift, uint32_t *counts);
    void (*scatter)(const void *records, int64_t n, uint64_t low, int shift, int64_t *places,
                    void *to);
    /* Moves n records of a into `classes` classes, a power of two: those up to pivots[0] first.
     * They are in b after an odd number of halvings, else in a; both are overwritten. NULL where
     * counting is faster. */
    void (*divide)(void *a, void *b, int64_t n, const void *pivots, int classes, uint32_t *counts);
    /* Sorts n < 2^32 records of a, with b for scratch; returns the one that holds them then. */
    void *(*sort)(void *a, void *b, int64_t n, int base);
    /* Sorts rows <= lanes rows of n <= longest records, in place. */
    void (*network)(void *records, int64_t rows, int64_t n);
} nxc_record_kernels;

typedef struct {
    /* Keys of n elements, uint64_t for 8-byte elements, else uint32_t; whether there is a NaN or
     * -0.0, whose bits the keys do not keep. */
    int (*load[NXC_DTYPE_COUNT])(void *keys, const char *in, int64_t stride, int64_t n,
                                 int descending);
    /* Elements of n records that are keys less `low`. */
    void (*store[NXC_DTYPE_COUNT])(char *out, int64_t stride, const void *records, int64_t n,
                                   uint64_t low, int descending);
    /* Adds to census[3] how many elements sort before zero, are zeros, are NaNs. */
    void (*census[NXC_DTYPE_COUNT])(const char *in, int64_t stride, int64_t n, int descending,
                                    int64_t *census);
    /* Writes n elements' zeros from place zero_at on, their NaNs from nan_at on. */
    void (*repair[NXC_DTYPE_COUNT])(char *out, int64_t out_stride, const char *in, int64_t stride,
                                    int64_t n, int64_t zero_at, int64_t nan_at);
    /* By whether keys are wide. The place of the first of n keys' largest, if that is above *best,
     * which it then becomes; else -1. */
    int64_t (*largest[2])(const void *keys, int64_t n, uint64_t *best);
    /* Keys above their lane's `best` take its place, and `index` that in `places`. */
    void (*larger[2])(const void *keys, int64_t n, uint64_t index, void *best, void *places);
    nxc_record_kernels records[NXC_SORT_KINDS];
} nxc_sort_kernels;

/* One sort, of all rows along one axis. */
typedef struct {
    const nxc_sort_kernels *loops;
    const char *name;
    int dtype;
    int descending;
    int indices;                  /* argsort */
    int wide;                     /* keys are uint64_t */
    int64_t n, in_step, out_step; /* along the axis */
} nxc_sorting;

/* Sorts one long row; status bits. Holds the GIL on entry and on return. */
int nxc_sort_long(const nxc_sorting *s, const char *in, char *out);

/* Writes n sorted records to the row `out`, from place `at` on. */
void nxc_sort_emit(const nxc_sorting *s, int kind, int base, uint64_t low, const void *records,
                   int64_t n, char *out, int64_t at);

/* Puts zeros and NaNs of a sorted row where stability wants them. */
void nxc_sort_repair(const nxc_sorting *s, const char *in, char *out);

#endif
