/* What a machine can do at most: bandwidth loops, and multiplications and additions in registers.
 *
 * Owns: nothing. Who may call: limits.py, through ctypes, on threads of its own.
 * Invariant: lengths are multiples of 64 elements, pointers aligned to 64 bytes.
 * Source: the loops of STREAM (McCalpin, 1995); twelve independent chains hide the latency of FMA.
 */
#include <stddef.h>

typedef float floats __attribute__((vector_size(32)));
typedef double doubles __attribute__((vector_size(32)));

#if defined(__AVX__)
#include <immintrin.h>
#define STREAM(p, v) _mm256_stream_ps((float *)(p), (__m256)(v))
#define FENCE() _mm_sfence()
#else
#define STREAM(p, v) (*(p) = (v))
#define FENCE()
#endif

void limit_copy(floats *restrict a, const floats *restrict b, const floats *c, size_t n) {
    (void)c;
    for (size_t i = 0; i < n / 8; i++)
        STREAM(a + i, b[i]);
    FENCE();
}

void limit_triad(floats *restrict a, const floats *restrict b, const floats *restrict c, size_t n) {
    for (size_t i = 0; i < n / 8; i++)
        STREAM(a + i, b[i] + 3.0f * c[i]);
    FENCE();
}

void limit_read(floats *a, const floats *b, const floats *c, size_t n) {
    (void)c;
    floats s[8] = {0};
    for (size_t i = 0; i < n / 8; i += 8)
        for (size_t k = 0; k < 8; k++)
            s[k] += b[i + k];
    for (size_t k = 1; k < 8; k++)
        s[0] += s[k];
    a[0] = s[0];
}

#define CHAINS 12
#define OPERATIONS(name, vector, element)                                                          \
    element name(size_t n) {                                                                       \
        vector x, y, s[CHAINS];                                                                    \
        for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++)                                      \
            x[i] = (element)0.999, y[i] = (element)0.001;                                          \
        for (int k = 0; k < CHAINS; k++)                                                           \
            s[k] = x * (element)k;                                                                 \
        for (size_t i = 0; i < n; i++)                                                             \
            for (int k = 0; k < CHAINS; k++)                                                       \
                s[k] = s[k] * x + y;                                                               \
        for (int k = 1; k < CHAINS; k++)                                                           \
            s[0] += s[k];                                                                          \
        return s[0][0];                                                                            \
    }
OPERATIONS(limit_float32, floats, float)
OPERATIONS(limit_float64, doubles, double)
