/* The function table each instruction set fills.
 *
 * Owns: the kernels' signatures and the list of instruction sets.
 * Used by: the kernel files, which fill a table each; nxc_cpu.c, which selects one; the drivers
 * nxc_map.c and nxc_sum.c, which call through `nxc_active`.
 * Invariant: kernels are pure loops: no allocation, no Python, no errors; strides are in bytes
 * and may be 0, negative or unaligned; `out` never overlaps an operand. A dtype without a kernel
 * has NULL.
 * A further instruction set is one row here and one file that includes nxc_kernels.inc. On
 * 64-bit Arm the baseline is NEON already.
 */
#ifndef NXC_KERNELS_H
#define NXC_KERNELS_H

#include "nxc_dtypes.h"
#include "nxc_ops.h"

#if (defined(__x86_64__) || defined(_M_X64)) && (defined(__GNUC__) || defined(__clang__))
#define NXC_X86 1
#else
#define NXC_X86 0
#endif

/* Rows in rising order of preference: name, does this machine run it? */
#if NXC_X86
#define NXC_ISAS(X)                                                                                \
    X(baseline, 1)                                                                                 \
    X(avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#else
#define NXC_ISAS(X) X(baseline, 1)
#endif

/* out[i] = op(a[i * sa], x[i * sx]) for i < n; out is contiguous. Unary kernels ignore a. */
typedef void (*nxc_map_kernel)(char *out, const char *a, int64_t sa, const char *x, int64_t sx,
                               int64_t n);

/* The sum of n elements, in double. */
typedef double (*nxc_sum_row_kernel)(const char *a, int64_t stride, int64_t n);

/* totals[j] += the sum over i of a[i, j]. */
typedef void (*nxc_sum_columns_kernel)(double *totals, const char *a, int64_t row_stride,
                                       int64_t rows, int64_t column_stride, int64_t columns);

typedef struct {
    const char *name;
    nxc_map_kernel map[NXC_OP_COUNT][NXC_DTYPE_COUNT];
    nxc_sum_row_kernel sum_row[NXC_DTYPE_COUNT];
    nxc_sum_columns_kernel sum_columns[NXC_DTYPE_COUNT];
} nxc_kernels;

#define NXC_ROW(name, supported) extern const nxc_kernels nxc_kernels_##name;
NXC_ISAS(NXC_ROW)
#undef NXC_ROW

extern const nxc_kernels *nxc_active;

#endif
