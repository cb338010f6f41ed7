/* Vectors of AVX2 as the quicksort takes them: 8 records of 32 bits, or 4 of 64.
 *
 * Owns: the table of permutations, and the few operations that differ between the widths: narrow_
 * and wide_ macros by the same names.
 * Who may include: kernels/sort.c, where the target has AVX2.
 * Invariant: 64-bit records are compared unsigned with signed comparisons, of their top bits
 * flipped.
 */
#ifndef NXC_VECTORS_H
#define NXC_VECTORS_H

#include <immintrin.h>

#define NXC_INLINE_VECTOR inline __attribute__((always_inline))

#if defined(__clang__)
#define NXC_UNROLLED _Pragma("unroll")
#else
#define NXC_UNROLLED _Pragma("GCC unroll 16")
#endif

/* Byte j of entry `mask` is the place of what comes j-th: marked places first. */
#define NXC_B(m, i) ((m) >> (i) & 1)
#define NXC_P0(m) 0
#define NXC_P1(m) NXC_B(m, 0)
#define NXC_P2(m) (NXC_P1(m) + NXC_B(m, 1))
#define NXC_P3(m) (NXC_P2(m) + NXC_B(m, 2))
#define NXC_P4(m) (NXC_P3(m) + NXC_B(m, 3))
#define NXC_P5(m) (NXC_P4(m) + NXC_B(m, 4))
#define NXC_P6(m) (NXC_P5(m) + NXC_B(m, 5))
#define NXC_P7(m) (NXC_P6(m) + NXC_B(m, 6))
#define NXC_P8(m) (NXC_P7(m) + NXC_B(m, 7))
#define NXC_PLACED(m, i)                                                                           \
    (UINT64_C(i) << 8 * (NXC_B(m, i) ? NXC_P##i(m) : NXC_P8(m) + i - NXC_P##i(m)))
#define NXC_ENTRY(m)                                                                               \
    (NXC_PLACED(m, 1) | NXC_PLACED(m, 2) | NXC_PLACED(m, 3) | NXC_PLACED(m, 4) |                   \
     NXC_PLACED(m, 5) | NXC_PLACED(m, 6) | NXC_PLACED(m, 7))
#define NXC_ENTRIES_4(m) NXC_ENTRY(m), NXC_ENTRY(m + 1), NXC_ENTRY(m + 2), NXC_ENTRY(m + 3)
#define NXC_ENTRIES_16(m)                                                                          \
    NXC_ENTRIES_4(m), NXC_ENTRIES_4(m + 4), NXC_ENTRIES_4(m + 8), NXC_ENTRIES_4(m + 12)
#define NXC_ENTRIES_64(m)                                                                          \
    NXC_ENTRIES_16(m), NXC_ENTRIES_16(m + 16), NXC_ENTRIES_16(m + 32), NXC_ENTRIES_16(m + 48)

static const uint64_t nxc_orders[256] = {NXC_ENTRIES_64(0), NXC_ENTRIES_64(64), NXC_ENTRIES_64(128),
                                         NXC_ENTRIES_64(192)};

/* The marked eighths of a vector, then the others. */
static inline __m256i nxc_gathered(__m256i v, int mask) {
    const __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)&nxc_orders[mask]);
    return _mm256_permutevar8x32_epi32(v, _mm256_cvtepu8_epi32(bytes));
}

static inline __m256i nxc_load(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline void nxc_store(void *p, __m256i v) { _mm256_storeu_si256((__m256i *)p, v); }

/* ---- 32 bits ---- */

/* The first n records, and all ones after them. */
static inline __m256i nxc_load_narrow(const uint32_t *from, int64_t n) {
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i wanted = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), places);
    const __m256i some = _mm256_maskload_epi32((const int *)(const void *)from, wanted);
    return _mm256_or_si256(some, _mm256_xor_si256(wanted, _mm256_set1_epi32(-1)));
}

#define NXC_ORDER_NARROW(x, y)                                                                     \
    {                                                                                              \
        const __m256i low = _mm256_min_epu32(x, y);                                                \
        y = _mm256_max_epu32(x, y);                                                                \
        x = low;                                                                                   \
    }

/* One level of a bitonic merge within a vector: with whom, and who takes the larger. */
#define NXC_LEVEL_NARROW(v, other, larger)                                                         \
    do {                                                                                           \
        const __m256i partner = (other);                                                           \
        v = _mm256_blend_epi32(_mm256_min_epu32(v, partner), _mm256_max_epu32(v, partner),         \
                               larger);                                                            \
    } while (0)
#define NXC_SETTLE_NARROW(v)                                                                       \
    do {                                                                                           \
        NXC_LEVEL_NARROW(v, _mm256_permute2x128_si256(v, v, 1), 0xf0);                             \
        NXC_LEVEL_NARROW(v, _mm256_shuffle_epi32(v, 0x4e), 0xcc);                                  \
        NXC_LEVEL_NARROW(v, _mm256_shuffle_epi32(v, 0xb1), 0xaa);                                  \
    } while (0)

/* Marks the records that are no larger than those of `limit`. */
#define NXC_UP_TO_NARROW(v, limit)                                                                 \
    _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_max_epu32(v, limit), limit)))

static inline __m256i nxc_reversed_narrow(__m256i v) {
    return _mm256_permutevar8x32_epi32(v, _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0));
}

/* Eight rows become columns. */
static NXC_INLINE_VECTOR void nxc_turn_8(__m256i *v, __m256i *to, int step) {
    __m256i a[8], b[8];
    NXC_UNROLLED for (int i = 0; i < 4; i++) {
        a[2 * i] = _mm256_unpacklo_epi32(v[2 * i], v[2 * i + 1]);
        a[2 * i + 1] = _mm256_unpackhi_epi32(v[2 * i], v[2 * i + 1]);
    }
    NXC_UNROLLED for (int k = 0; k < 4; k++) {
        const int i = k / 2 * 4, j = k % 2;
        b[i + 2 * j] = _mm256_unpacklo_epi64(a[i + j], a[i + j + 2]);
        b[i + 2 * j + 1] = _mm256_unpackhi_epi64(a[i + j], a[i + j + 2]);
    }
    NXC_UNROLLED for (int i = 0; i < 4; i++) {
        to[i * step] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x20);
        to[(i + 4) * step] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x31);
    }
}

/* Sorted columns become sorted runs of neighbours. */
static NXC_INLINE_VECTOR void nxc_turn_narrow(__m256i *v, int rows) {
    __m256i turned[16];
    NXC_UNROLLED for (int i = 0; i < rows; i += 8) nxc_turn_8(v + i, turned + i / 8, rows / 8);
    NXC_UNROLLED for (int i = 0; i < rows; i++) v[i] = turned[i];
}

/* ---- 64 bits ---- */

static inline __m256i nxc_flipped(__m256i v) {
    return _mm256_xor_si256(v, _mm256_set1_epi64x(INT64_MIN));
}

static inline __m256i nxc_load_wide(const uint64_t *from, int64_t n) {
    const __m256i places = _mm256_setr_epi64x(0, 1, 2, 3);
    const __m256i wanted = _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), places);
    const __m256i some = _mm256_maskload_epi64((const long long *)(const void *)from, wanted);
    return _mm256_or_si256(some, _mm256_xor_si256(wanted, _mm256_set1_epi64x(-1)));
}

/* The same for a limit that is flipped already; two marks to a record. */
#define NXC_UP_TO_WIDE(v, limit)                                                                   \
    (0xff ^ _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi64(nxc_flipped(v), limit))))

/* What follows takes flipped vectors. */
#define NXC_ORDER_WIDE(x, y)                                                                       \
    {                                                                                              \
        const __m256i above = _mm256_cmpgt_epi64(x, y);                                            \
        const __m256i low = _mm256_blendv_epi8(x, y, above);                                       \
        y = _mm256_blendv_epi8(y, x, above);                                                       \
        x = low;                                                                                   \
    }
#define NXC_LEVEL_WIDE(v, other, larger)                                                           \
    do {                                                                                           \
        const __m256i partner = (other), above = _mm256_cmpgt_epi64(v, partner);                   \
        v = _mm256_blend_epi32(_mm256_blendv_epi8(v, partner, above),                              \
                               _mm256_blendv_epi8(partner, v, above), larger);                     \
    } while (0)
#define NXC_SETTLE_WIDE(v)                                                                         \
    do {                                                                                           \
        NXC_LEVEL_WIDE(v, _mm256_permute4x64_epi64(v, 0x4e), 0xf0);                                \
        NXC_LEVEL_WIDE(v, _mm256_shuffle_epi32(v, 0x4e), 0xcc);                                    \
    } while (0)

static NXC_INLINE_VECTOR void nxc_turn_wide(__m256i *v, int rows) {
    __m256i turned[16];
    NXC_UNROLLED for (int i = 0; i < rows; i += 4) {
        const __m256i a = _mm256_unpacklo_epi64(v[i], v[i + 1]);
        const __m256i b = _mm256_unpackhi_epi64(v[i], v[i + 1]);
        const __m256i c = _mm256_unpacklo_epi64(v[i + 2], v[i + 3]);
        const __m256i d = _mm256_unpackhi_epi64(v[i + 2], v[i + 3]);
        turned[i / 4] = _mm256_permute2x128_si256(a, c, 0x20);
        turned[i / 4 + rows / 4] = _mm256_permute2x128_si256(b, d, 0x20);
        turned[i / 4 + rows / 2] = _mm256_permute2x128_si256(a, c, 0x31);
        turned[i / 4 + rows / 4 * 3] = _mm256_permute2x128_si256(b, d, 0x31);
    }
    NXC_UNROLLED for (int i = 0; i < rows; i++) v[i] = turned[i];
}

#endif
