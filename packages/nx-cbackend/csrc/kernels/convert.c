/* Blocks of 16-bit floats to float and back, and stores that pass the caches by.
 *
 * Owns: the family `convert`. Who may call: the drivers, through nxc_active.
 * Invariant: widening is exact, denormals included; narrowing rounds to nearest, ties to even,
 * overflows to infinity and keeps a NaN a quiet NaN with its sign.
 * Source: IEEE 754-2019, 3.4 (binary16); bfloat16 is the upper half of binary32. A denormal half
 * is rounded by adding 0.5, whose last bit weighs as much as a half's.
 */
#include "nxc_loops.h"

#if defined(__AVX__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

NXC_INLINE uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

NXC_INLINE float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

NXC_INLINE float widened_float16(uint16_t half) {
    const uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
    const uint32_t scaled = bits_of(float_of(magnitude) * 0x1p112f);
    const uint32_t infinite = magnitude >= UINT32_C(0x0f800000) ? UINT32_C(0x7f800000) : 0;
    return float_of(scaled | infinite | (uint32_t)(half & 0x8000) << 16);
}

NXC_INLINE uint16_t narrowed_float16(float x) {
    const uint32_t bits = bits_of(x), magnitude = bits & UINT32_C(0x7fffffff);
    const uint32_t small = bits_of(float_of(magnitude) + 0.5f) - bits_of(0.5f);
    const uint32_t normal =
        (magnitude - (UINT32_C(112) << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13;
    const uint32_t large = magnitude > UINT32_C(0x7f800000) ? 0x7e00 : 0x7c00;
    const uint32_t finite = magnitude < UINT32_C(113) << 23 ? small : normal;
    return (uint16_t)((magnitude < UINT32_C(143) << 23 ? finite : large) | (bits >> 16 & 0x8000));
}

NXC_INLINE uint16_t narrowed_bfloat16(float x) {
    const uint32_t bits = bits_of(x), quiet = bits >> 16 | 0x40;
    const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (uint16_t)((bits & UINT32_C(0x7fffffff)) > UINT32_C(0x7f800000) ? quiet : rounded);
}

static void widen_float16(float *restrict out, const char *in, int64_t n) {
    const nxc_float16 *from = (const nxc_float16 *)in;
    int64_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(from + i))));
#endif
    for (; i < n; i++)
        out[i] = widened_float16(from[i]);
}

static void widen_bfloat16(float *restrict out, const char *in, int64_t n) {
    const nxc_bfloat16 *from = (const nxc_bfloat16 *)in;
    for (int64_t i = 0; i < n; i++)
        out[i] = float_of((uint32_t)from[i] << 16);
}

static void narrow_float16(char *to, const float *restrict in, int64_t n) {
    nxc_float16 *restrict out = (nxc_float16 *)to;
    int64_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(out + i), _mm256_cvtps_ph(_mm256_loadu_ps(in + i), 0));
#endif
    for (; i < n; i++)
        out[i] = narrowed_float16(in[i]);
}

static void narrow_bfloat16(char *to, const float *restrict in, int64_t n) {
    nxc_bfloat16 *restrict out = (nxc_bfloat16 *)to;
    for (int64_t i = 0; i < n; i++)
        out[i] = narrowed_bfloat16(in[i]);
}

/* Whole vectors past the caches, the ends by ordinary stores. */
static void stream(char *out, const char *in, int64_t bytes) {
#if defined(__AVX__)
    typedef __m256i vector;
#define NXC_STREAM(to, from)                                                                       \
    _mm256_stream_si256((vector *)(to), _mm256_loadu_si256((const vector *)(from)))
#elif defined(__SSE2__)
    typedef __m128i vector;
#define NXC_STREAM(to, from)                                                                       \
    _mm_stream_si128((vector *)(to), _mm_loadu_si128((const vector *)(from)))
#endif
    int64_t i = 0;
#if defined(NXC_STREAM)
    const int64_t width = (int64_t)sizeof(vector), head = -(int64_t)(uintptr_t)out & (width - 1);
    i = head < bytes ? head : bytes;
    memcpy(out, in, (size_t)i);
    for (; i + width <= bytes; i += width)
        NXC_STREAM(out + i, in + i);
#endif
    memcpy(out + i, in + i, (size_t)(bytes - i));
}

static void fence(void) {
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

const nxc_convert_kernels NXC_SYMBOL(nxc_convert_kernels) = {
    .widen_float16 = widen_float16,
    .widen_bfloat16 = widen_bfloat16,
    .narrow_float16 = narrow_float16,
    .narrow_bfloat16 = narrow_bfloat16,
    .stream = stream,
    .fence = fence,
};
