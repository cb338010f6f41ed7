/* The two summing loops, in float and double.
 *
 * Owns: the family `sum`. Who may call: nxc_sum.c, through nxc_active.
 * Invariant: sums are pairwise above NXC_PAIRWISE elements and run in double, so a float sum is as
 * good as its last rounding. N. J. Higham, "The accuracy of floating point summation", SIAM J. Sci.
 * Comput. 14 (1993), gives the bound.
 */
#include "nxc_loops.h"

typedef nxc_float32 nxc_any_float;
typedef nxc_float64 nxc_any_double;
#define NXC_AT(T, p, offset) (*(const nxc_any_##T *)((p) + (offset)))

#define NXC_PAIRWISE 1024
#define NXC_LANES 16 /* independent accumulators: enough to hide an addition's latency */

#define NXC_SUM_KERNELS(T)                                                                         \
    NXC_INLINE double sum_block_##T(const char *a, int64_t stride, int64_t n) {                    \
        double lane[NXC_LANES] = {0}, total = 0;                                                   \
        int64_t i = 0;                                                                             \
        for (; i + NXC_LANES <= n; i += NXC_LANES)                                                 \
            for (int j = 0; j < NXC_LANES; j++)                                                    \
                lane[j] += NXC_AT(T, a, (i + j) * stride);                                         \
        for (; i < n; i++)                                                                         \
            total += NXC_AT(T, a, i * stride);                                                     \
        for (int width = NXC_LANES / 2; width > 0; width /= 2)                                     \
            for (int j = 0; j < width; j++)                                                        \
                lane[j] += lane[j + width];                                                        \
        return total + lane[0];                                                                    \
    }                                                                                              \
    static double sum_row_##T(const char *a, int64_t stride, int64_t n) {                          \
        if (n > NXC_PAIRWISE) {                                                                    \
            const int64_t half = n / 2 / NXC_LANES * NXC_LANES;                                    \
            const double first = sum_row_##T(a, stride, half);                                     \
            return first + sum_row_##T(a + half * stride, stride, n - half);                       \
        }                                                                                          \
        if (stride == (int64_t)sizeof(T))                                                          \
            return sum_block_##T(a, (int64_t)sizeof(T), n);                                        \
        return sum_block_##T(a, stride, n);                                                        \
    }                                                                                              \
    NXC_INLINE void add_rows_##T(double *restrict totals, const char *a, int64_t row_stride,       \
                                 int64_t rows, int64_t column_stride, int64_t columns) {           \
        for (int64_t i = 0; i < rows; i++, a += row_stride)                                        \
            for (int64_t j = 0; j < columns; j++)                                                  \
                totals[j] += NXC_AT(T, a, j * column_stride);                                      \
    }                                                                                              \
    static void sum_columns_##T(double *totals, const char *a, int64_t row_stride, int64_t rows,   \
                                int64_t column_stride, int64_t columns) {                          \
        if (column_stride == (int64_t)sizeof(T))                                                   \
            add_rows_##T(totals, a, row_stride, rows, (int64_t)sizeof(T), columns);                \
        else                                                                                       \
            add_rows_##T(totals, a, row_stride, rows, column_stride, columns);                     \
    }

NXC_SUM_KERNELS(float)
NXC_SUM_KERNELS(double)

const nxc_sum_kernels NXC_SYMBOL(nxc_sum_kernels) = {
    .row = {[NXC_DTYPE_float32] = sum_row_float, [NXC_DTYPE_float64] = sum_row_double},
    .columns = {[NXC_DTYPE_float32] = sum_columns_float, [NXC_DTYPE_float64] = sum_columns_double},
};
