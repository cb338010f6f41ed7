/* The tables of loops that each instruction set fills.
 *
 * Owns: the list of instruction sets, the list of families, and the loops' signatures.
 * Used by: csrc/kernels, whose files are compiled once for each instruction set and fill a table
 * for each family; nxc_cpu.c, which selects a set of tables; the drivers, which call through
 * `nxc_active`.
 * Invariant: loops are pure: no allocation, no Python; what may go wrong is a status (nxc_run.h).
 * `out` never overlaps an operand. A dtype without a loop has NULL.
 * A further instruction set is one row here and its flags in setup.py; a further family one row
 * in NXC_FAMILIES, one struct, one table in csrc/kernels. On 64-bit Arm the baseline is NEON.
 */
#ifndef NXC_KERNELS_H
#define NXC_KERNELS_H

#include "nxc_dtypes.h"
#include "nxc_ops.h"
#include "nxc_sort.h"

#if defined(__x86_64__) && !defined(NXC_BASELINE_ONLY)
#define NXC_X86 1
#else
#define NXC_X86 0
#endif

/* Rows in rising order of preference: name, does this machine run it? Every machine with AVX2 has
 * F16C, which Clang 14 has no name for. */
#if NXC_X86
#define NXC_ISAS(X)                                                                                \
    X(baseline, 1)                                                                                 \
    X(avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#else
#define NXC_ISAS(X) X(baseline, 1)
#endif

/* A name of this instruction set's own: csrc/kernels is compiled with NXC_ISA defined. */
#define NXC_SYMBOL(name) NXC_SYMBOL_OF(name, NXC_ISA)
#define NXC_SYMBOL_OF(name, isa) NXC_SYMBOL_AS(name, isa)
#define NXC_SYMBOL_AS(name, isa) name##_##isa

/* ---- map: elementwise operations ---- */

/* out[i] = op(in[0][i], in[1][i], ...) for i < n; out is contiguous. Each step is the element's
 * size, or 0 where one element serves for all: of two operands not both, of `where` not the
 * condition, of one never. Returns status bits. */
typedef int (*nxc_map_kernel)(char *out, const char *const *in, const int64_t *steps, int64_t n,
                              int64_t param);
typedef struct {
    nxc_map_kernel at[NXC_OP_COUNT][NXC_DTYPE_COUNT];
} nxc_map_kernels;

/* ---- convert: 16-bit floats, and stores past the caches ---- */

typedef struct {
    void (*widen_float16)(float *out, const char *in, int64_t n);
    void (*widen_bfloat16)(float *out, const char *in, int64_t n);
    void (*narrow_float16)(char *out, const float *in, int64_t n); /* to nearest, ties to even */
    void (*narrow_bfloat16)(char *out, const float *in, int64_t n);
    void (*stream)(char *out, const char *in, int64_t bytes);
    void (*fence)(void); /* after the last stream of a thread */
} nxc_convert_kernels;

/* ---- reduce ---- */

/* One row per fold: name, the dtypes that have loops. */
#define NXC_FOLDS(X)                                                                               \
    X(sum, NUMERIC)                                                                                \
    X(prod, NUMERIC)                                                                               \
    X(max, ORDERED)                                                                                \
    X(min, ORDERED)                                                                                \
    X(any, BOOL)                                                                                   \
    X(all, BOOL)                                                                                   \
    X(squares, FLOATING)                                                                           \
    X(exps, FLOATING)

enum nxc_fold_name {
#define NXC_ROW(name, dtypes) NXC_FOLD_##name,
    NXC_FOLDS(NXC_ROW)
#undef NXC_ROW
        NXC_FOLD_COUNT
};

/* A fold takes n accumulators a number of elements each. Some measure from a centre: one for each
 * accumulator, or NULL. Accumulators and centres are aligned; elements needn't be. */
typedef struct {
    int64_t accumulator; /* its bytes */
    int64_t centre;      /* its bytes */
    void (*start)(void *acc, int64_t n);
    /* acc[j] takes a[i, j] for every i; a row's elements are neighbours. */
    void (*columns)(void *acc, const void *centre, const char *a, int64_t row_stride, int64_t rows,
                    int64_t n);
    /* One accumulator takes n neighbours. */
    void (*row)(void *acc, const void *centre, const char *a, int64_t n);
    /* Four accumulators with a centre each take n neighbours each, two cache lines at least. */
    void (*four)(void *const *accs, const void *const *centres, const char *const *rows, int64_t n);
    void (*merge)(void *acc, const void *other, int64_t n);
    void (*finish)(char *out, const void *acc, int64_t n);
} nxc_fold;
typedef struct {
    const nxc_fold *at[NXC_FOLD_COUNT][NXC_DTYPE_COUNT];
} nxc_reduce_kernels;

/* ---- find ---- */

typedef struct {
    /* Where the value first stands among n neighbours, or -1; NULL without a loop. */
    int64_t (*at[NXC_DTYPE_COUNT])(const char *a, int64_t n, const char *value);
} nxc_find_kernels;

/* ---- threefry ---- */

/* n pairs of uint32: the bytes between pairs, and between the two words of one. */
typedef struct {
    const char *data;
    int64_t step, within;
} nxc_pair_row;

typedef struct {
    void (*row)(char *out, const nxc_pair_row *key, const nxc_pair_row *counter, int64_t n);
    /* The hashes of the counters from `first` on, both words in one: exclusive or, or side by
     * side. */
    void (*bits32)(uint32_t *out, const uint32_t *key, int64_t first, int64_t n);
    void (*bits64)(uint64_t *out, const uint32_t *key, int64_t first, int64_t n);
} nxc_threefry_kernels;

/* ---- cast ---- */

typedef struct {
    nxc_map_kernel at[NXC_DTYPE_COUNT][NXC_DTYPE_COUNT]; /* from, to */
    nxc_map_kernel odd[NXC_DTYPE_COUNT]; /* to float, for rounding to fewer bits; or NULL */
} nxc_cast_kernels;

/* ---- scan ---- */

/* One row per scan: name, the dtypes that have loops. */
#define NXC_SCANS(X)                                                                               \
    X(cumsum, NUMERIC)                                                                             \
    X(cumprod, NUMERIC)                                                                            \
    X(cummax, ORDERED)                                                                             \
    X(cummin, ORDERED)

enum nxc_scan_name {
#define NXC_ROW(name, dtypes) NXC_SCAN_##name,
    NXC_SCANS(NXC_ROW)
#undef NXC_ROW
        NXC_SCAN_COUNT
};

#define NXC_SCAN_LENGTH 512 /* elements run from what went before them all */

typedef struct {
    int64_t accumulator; /* bytes of a running value */
    void (*start)(void *running, int64_t n);
    /* out[i, j] = running[j] = running[j] op a[i, j]; a row's elements are neighbours. */
    void (*columns)(char *out, int64_t out_stride, void *running, const char *a, int64_t stride,
                    int64_t rows, int64_t n);
    /* One row of neighbours, forwards (step 1) or backwards from the address given (-1). */
    void (*row)(char *out, void *running, const char *a, int64_t n, int64_t step);
    /* Each length's total by itself, and the running value before each, as a row would have it
     * there. NULL where a row can't be cut. */
    void (*totals)(void *totals, const char *a, int64_t n, int64_t step);
    void (*chain)(void *running, const void *totals, void *before, int64_t n);
} nxc_scan;
typedef struct {
    const nxc_scan *at[NXC_SCAN_COUNT][NXC_DTYPE_COUNT];
} nxc_scan_kernels;
/* ---- scatter ---- */

enum nxc_combine {
    NXC_COMBINE_add,
    NXC_COMBINE_multiply,
    NXC_COMBINE_min,
    NXC_COMBINE_max,
    NXC_COMBINE_COUNT
};

typedef struct {
    /* out[i] = out[i] combined with updates[i] */
    void (*at[NXC_COMBINE_COUNT][NXC_DTYPE_COUNT])(char *out, const char *updates, int64_t n);
} nxc_scatter_kernels;

/* ---- softmax ---- */

/* exp(x - top) over its sum, or the logarithm of that, of n neighbours: `logs` tells. Columns come
 * in three steps, a row of n at a time, in place. */
typedef struct {
    void (*row)(char *out, const char *x, int64_t n, int logs);
    void (*top)(char *top, const char *x, int64_t n);
    void (*exps)(char *x, double *sum, const char *top, int64_t n, int logs);
    void (*settle)(char *scale, const double *sum, int64_t n, int logs);
    void (*scale)(char *x, const char *scale, int64_t n, int logs);
} nxc_softmax;
typedef struct {
    const nxc_softmax *at[NXC_DTYPE_COUNT];
} nxc_softmax_kernels;

/* ---- layer_norm ---- */

/* n neighbours less their mean, over the root of their variance plus epsilon, times scale, plus
 * shift. */
typedef struct {
    void (*at[NXC_DTYPE_COUNT])(char *out, const char *x, const char *scale, const char *shift,
                                int64_t n, double epsilon);
} nxc_layer_norm_kernels;

// clang-format off
#define NXC_FAMILIES(X)     \
    X(map)                  \
    X(convert)              \
    X(reduce)               \
    X(find)                 \
    X(scan)                 \
    X(softmax)              \
    X(layer_norm)           \
    X(sort)                 \
    X(threefry)             \
    X(cast)                 \
    X(scatter)              \
    /* the end */
// clang-format on

typedef struct {
    const char *name;
#define NXC_ROW(family) const nxc_##family##_kernels *family;
    NXC_FAMILIES(NXC_ROW)
#undef NXC_ROW
} nxc_kernels;

extern const nxc_kernels *nxc_active;

#endif
