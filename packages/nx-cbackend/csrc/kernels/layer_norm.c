/* Layer normalization of a row.
 *
 * Owns: the family `layer_norm`.
 * Who may call: the driver of layer normalization, through nxc_active.
 * Invariant: sums are taken in lanes of the elements' type, joined in pairs, and from stretches in
 * double. Distances are from the sum's mean rounded to that type, and their own mean corrects them
 * and their squares. Where squares leave the range of that type, they are summed in double. A NaN
 * or an infinity makes its whole row NaN, as in the decomposition.
 * Source: the corrected two-pass algorithm; T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms
 * for computing the sample variance", Amer. Statist. 37 (1983).
 */
#include <float.h>

#include "nxc_loops.h"

#define NXC_LANES 4  /* vectors */
#define NXC_STEPS 32 /* of a lane in one stretch */
#if defined(__AVX__)
#define NXC_WIDTH 32 /* bytes of a vector */
#else
#define NXC_WIDTH 16
#endif

/* T is the dtype D's C type. */
#define NXC_LAYER_NORM(D, T, LEAST, MOST)                                                          \
    typedef T vector_##T __attribute__((vector_size(NXC_WIDTH)));                                  \
    typedef T loaded_##T __attribute__((vector_size(NXC_WIDTH), aligned(1), may_alias));           \
    enum { WIDTH_##T = NXC_WIDTH / sizeof(T), STEP_##T = NXC_LANES * WIDTH_##T };                  \
    NXC_INLINE double joined_##T(const vector_##T *lane) {                                         \
        const vector_##T four = (lane[0] + lane[1]) + (lane[2] + lane[3]);                         \
        T sum[WIDTH_##T];                                                                          \
        memcpy(sum, &four, sizeof sum);                                                            \
        for (int half = WIDTH_##T / 2; half > 0; half /= 2)                                        \
            for (int j = 0; j < half; j++)                                                         \
                sum[j] += sum[half + j];                                                           \
        return (double)sum[0];                                                                     \
    }                                                                                              \
    NXC_INLINE double sum_##T(const nxc_##D *x, int64_t n) {                                       \
        double sum = 0;                                                                            \
        int64_t i = 0;                                                                             \
        while (i + STEP_##T <= n) {                                                                \
            vector_##T lane[NXC_LANES] = {{0}};                                                    \
            for (int step = 0; step < NXC_STEPS && i + STEP_##T <= n; step++, i += STEP_##T) {     \
                const loaded_##T *v = (const loaded_##T *)(const void *)(x + i);                   \
                for (int j = 0; j < NXC_LANES; j++)                                                \
                    lane[j] += v[j];                                                               \
            }                                                                                      \
            sum += joined_##T(lane);                                                               \
        }                                                                                          \
        for (; i < n; i++)                                                                         \
            sum += (double)x[i];                                                                   \
        return sum;                                                                                \
    }                                                                                              \
    /* The sum of distances from a centre, and of their squares. */                                \
    NXC_INLINE double distances_##T(const nxc_##D *x, T centre, int64_t n, double *squares) {      \
        double sum = 0, total = 0;                                                                 \
        int64_t i = 0;                                                                             \
        while (i + STEP_##T <= n) {                                                                \
            vector_##T lane[NXC_LANES] = {{0}}, square[NXC_LANES] = {{0}};                         \
            for (int step = 0; step < NXC_STEPS && i + STEP_##T <= n; step++, i += STEP_##T) {     \
                const loaded_##T *v = (const loaded_##T *)(const void *)(x + i);                   \
                for (uintptr_t j = 0; j < NXC_LANES * NXC_WIDTH; j += 64)                          \
                    __builtin_prefetch(                                                            \
                        (const void *)((uintptr_t)(x + i) + (uintptr_t)n * sizeof(T) + j));        \
                for (int j = 0; j < NXC_LANES; j++) {                                              \
                    const vector_##T d = v[j] - centre;                                            \
                    lane[j] += d;                                                                  \
                    square[j] += d * d;                                                            \
                }                                                                                  \
            }                                                                                      \
            sum += joined_##T(lane);                                                               \
            total += joined_##T(square);                                                           \
        }                                                                                          \
        for (; i < n; i++) {                                                                       \
            const double d = (double)(x[i] - centre);                                              \
            sum += d;                                                                              \
            total += d * d;                                                                        \
        }                                                                                          \
        *squares = total;                                                                          \
        return sum;                                                                                \
    }                                                                                              \
    /* The same for very large or very small elements. */                                          \
    static double far_##T(const nxc_##D *x, int64_t n, T *centre, double *squares) {               \
        double sum = 0, rest = 0;                                                                  \
        for (int64_t i = 0; i < n; i++)                                                            \
            sum += (double)x[i];                                                                   \
        *centre = (T)(sum / (double)n);                                                            \
        *squares = 0;                                                                              \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const double d = (double)x[i] - (double)*centre;                                       \
            rest += d;                                                                             \
            *squares += d * d;                                                                     \
        }                                                                                          \
        return rest;                                                                               \
    }                                                                                              \
    static void row_##T(char *to, const char *from, const char *scales, const char *shifts,        \
                        int64_t n, double epsilon) {                                               \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        const nxc_##D *x = (const nxc_##D *)from;                                                  \
        const nxc_##D *scale = (const nxc_##D *)scales, *shift = (const nxc_##D *)shifts;          \
        const double count = (double)n;                                                            \
        T centre = (T)(sum_##T(x, n) / count);                                                     \
        double squares, rest = distances_##T(x, centre, n, &squares);                              \
        if (!(squares / count + epsilon >= LEAST && squares <= MOST))                              \
            rest = far_##T(x, n, &centre, &squares);                                               \
        rest /= count;                                                                             \
        const double variance = squares / count - rest * rest;                                     \
        const T less = (T)rest, rate = (T)(1 / sqrt((variance < 0 ? 0 : variance) + epsilon));     \
        for (int64_t i = 0; i < n; i++)                                                            \
            out[i] = ((x[i] - centre) - less) * rate * scale[i] + shift[i];                        \
    }

NXC_LAYER_NORM(float32, float, 1e-30, FLT_MAX)
NXC_LAYER_NORM(float64, double, 0, DBL_MAX)

const nxc_layer_norm_kernels NXC_SYMBOL(nxc_layer_norm_kernels) = {
    .at = {[NXC_DTYPE_float32] = row_float, [NXC_DTYPE_float64] = row_double}};
