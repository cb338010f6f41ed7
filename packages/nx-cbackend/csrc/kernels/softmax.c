/* Softmax and its logarithm.
 *
 * Owns: the family `softmax`.
 * Who may call: the driver of row composites, through nxc_active.
 * Invariant: exponentials are of distances from the largest, so none overflows; their sums are in
 * double. A NaN or an infinity makes its whole row NaN, as in the decomposition.
 */
#include "nxc_exp.inc"
#include "nxc_loops.h"

extern const nxc_fold NXC_SYMBOL(nxc_fold_max_float32), NXC_SYMBOL(nxc_fold_max_float64);
extern const nxc_fold NXC_SYMBOL(nxc_fold_sum_float32), NXC_SYMBOL(nxc_fold_sum_float64);

/* T is the dtype D's C type. */
#define NXC_SOFTMAX(D, T)                                                                          \
    NXC_INLINE T larger_##T(T s, T v) {                                                            \
        const T best = s > v ? s : v;                                                              \
        return s == s ? best : s;                                                                  \
    }                                                                                              \
    static void top_##T(char *tops, const char *from, int64_t n) {                                 \
        T *restrict top = (T *)(void *)tops;                                                       \
        const nxc_##D *x = (const nxc_##D *)from;                                                  \
        for (int64_t j = 0; j < n; j++)                                                            \
            top[j] = larger_##T(top[j], x[j]);                                                     \
    }                                                                                              \
    NXC_INLINE T top_of_row_##T(const nxc_##D *x, int64_t n) {                                     \
        T top = (T) - INFINITY;                                                                    \
        NXC_SYMBOL(nxc_fold_max_##D).row(&top, NULL, (const char *)x, n);                          \
        return top;                                                                                \
    }                                                                                              \
    NXC_INLINE void exps_of_##T(nxc_##D *restrict out, const nxc_##D *x, T top, int64_t n) {       \
        NXC_GUARD_##D guard = 0;                                                                   \
        for (int64_t i = 0; i < n; i++)                                                            \
            guard |= NXC_GUARD_exp(T, x[i] - top);                                                 \
        if (guard >= 0)                                                                            \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = NXC_NEAR_exp(T, x[i] - top);                                              \
        else                                                                                       \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] = NXC_FAST_exp(T, x[i] - top);                                              \
    }                                                                                              \
    /* out = exp(x - top), or x - top; their exponentials' sum. */                                 \
    NXC_INLINE double exps_of_row_##T(nxc_##D *restrict out, const nxc_##D *x, T top, int64_t n,   \
                                      int logs) {                                                  \
        nxc_##D scratch[NXC_NEAR_BLOCK];                                                           \
        double sum = 0;                                                                            \
        for (int64_t i = 0, m; i < n; i += m) {                                                    \
            nxc_##D *to = logs ? scratch : out + i;                                                \
            m = n - i < NXC_NEAR_BLOCK ? n - i : NXC_NEAR_BLOCK;                                   \
            for (int64_t j = 0; j < m; j += 64 / (int64_t)sizeof *x) /* of the row that follows */ \
                __builtin_prefetch(                                                                \
                    (const void *)((uintptr_t)(x + i + j) + (size_t)n * sizeof *x));               \
            exps_of_##T(to, x + i, top, m);                                                        \
            NXC_SYMBOL(nxc_fold_sum_##D).row(&sum, NULL, (const char *)to, m);                     \
            for (int64_t j = i; logs && j < i + m; j++)                                            \
                out[j] = x[j] - top;                                                               \
        }                                                                                          \
        return sum;                                                                                \
    }                                                                                              \
    static void row_##T(char *to, const char *from, int64_t n, int logs) {                         \
        nxc_##D *out = (nxc_##D *)to;                                                              \
        const nxc_##D *x = (const nxc_##D *)from;                                                  \
        const T top = top_of_row_##T(x, n);                                                        \
        if (logs) {                                                                                \
            const T less = (T)log(exps_of_row_##T(out, x, top, n, 1));                             \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] -= less;                                                                    \
        } else {                                                                                   \
            const T scale = (T)(1 / exps_of_row_##T(out, x, top, n, 0));                           \
            for (int64_t i = 0; i < n; i++)                                                        \
                out[i] *= scale;                                                                   \
        }                                                                                          \
    }                                                                                              \
    static void exps_##T(char *to, double *restrict sum, const char *tops, int64_t n, int logs) {  \
        nxc_##D *x = (nxc_##D *)to;                                                                \
        const T *top = (const T *)(const void *)tops;                                              \
        for (int64_t j = 0; j < n; j++) {                                                          \
            const T distance = x[j] - top[j], e = NXC_FAST_exp(T, distance);                       \
            x[j] = logs ? distance : e;                                                            \
            sum[j] += (double)e;                                                                   \
        }                                                                                          \
    }                                                                                              \
    static void settle_##T(char *scales, const double *sum, int64_t n, int logs) {                 \
        T *scale = (T *)(void *)scales;                                                            \
        for (int64_t j = 0; j < n; j++)                                                            \
            scale[j] = (T)(logs ? log(sum[j]) : 1 / sum[j]);                                       \
    }                                                                                              \
    static void scale_##T(char *to, const char *scales, int64_t n, int logs) {                     \
        nxc_##D *x = (nxc_##D *)to;                                                                \
        const T *scale = (const T *)(const void *)scales;                                          \
        for (int64_t j = 0; j < n; j++)                                                            \
            x[j] = logs ? x[j] - scale[j] : x[j] * scale[j];                                       \
    }                                                                                              \
    static const nxc_softmax softmax_##T = {row_##T, top_##T, exps_##T, settle_##T, scale_##T};

NXC_SOFTMAX(float32, float)
NXC_SOFTMAX(float64, double)

const nxc_softmax_kernels NXC_SYMBOL(nxc_softmax_kernels) = {
    .at = {[NXC_DTYPE_float32] = &softmax_float, [NXC_DTYPE_float64] = &softmax_double}};
