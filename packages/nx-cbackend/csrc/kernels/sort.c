/* The loops of sorting: keys from elements and back, and the three kinds of records.
 *
 * Owns: the table of the sort family. Who may call: nxc_sort.c, nxc_sort_phases.c, nxc_arg.c.
 * Invariant: a key is an unsigned integer that orders as its element does, in the direction asked
 * for; every NaN has the largest key, whichever the direction, and -0.0 the key of 0.0. What
 * those two lose, `repair` takes from the operand again. Keys of up to 32 bits are held in
 * uint32_t, the others in uint64_t.
 * Source: the order of IEEE 754 numbers read as integers: P. Terdiman, "Radix sort revisited"
 * (2000); for the loops over records see nxc_radix.inc.
 */
#include "nxc_loops.h"
#include "nxc_sort.h"

#define NXC_PASSES 3    /* digits sorted by before a sweep looks at what is left */
#define NXC_WIDTH 11    /* bits of a digit */
#define NXC_WIDE 2048   /* records from which so many counters pay */
#define NXC_NETWORK 512 /* records to a lane of the largest network */

/* Rows up to which the networks are fastest. */
#ifdef __AVX2__
#include "nxc_vectors.h"
#define NXC_NETWORK_NARROW 48
#define NXC_NETWORK_WIDE 64
#else
#define NXC_NETWORK_NARROW NXC_NETWORK
#define NXC_NETWORK_WIDE 32 /* 64-bit comparisons run one by one */
#endif

/* ---- elements and keys ---- */

#define NXC_ALL(U) ((U) ~(U)0)
#define NXC_TOP_OF(U) ((U)(NXC_ALL(U) ^ (NXC_ALL(U) >> 1)))

/* Keys of n elements, one each `stride` bytes; whether some is a NaN or -0.0. */
#define NXC_LOAD_LOOP(K, U, step, expression)                                                      \
    for (int64_t i = 0; i < n; i++) {                                                              \
        const U bits = *(const nxc_##K *)(in + i * (step));                                        \
        keys[i] = (U)(expression);                                                                 \
    }

/* `stride` is compared with the element's size so that the common loop is a vector one. */
#define NXC_LOAD(name, size_type, U, H, expression)                                                \
    static int load_##name(void *to, const char *in, int64_t stride, int64_t n, int descending) {  \
        H *keys = to;                                                                              \
        U special = 0;                                                                             \
        const U flip = descending ? NXC_ALL(U) : 0;                                                \
        if (stride == (int64_t)sizeof(U)) {                                                        \
            NXC_LOAD_LOOP(size_type, U, (int64_t)sizeof(U), expression)                            \
        } else {                                                                                   \
            NXC_LOAD_LOOP(size_type, U, stride, expression)                                        \
        }                                                                                          \
        return special != 0;                                                                       \
    }

/* Elements of n records, each `low` short of its key. Records may lie where the elements go. */
#define NXC_STORE_LOOP(K, U, H, step, expression)                                                  \
    for (int64_t i = 0; i < n; i++) {                                                              \
        const U key = (U)((U)(records[i] + (H)low) ^ flip);                                        \
        *(nxc_##K *)(out + i * (step)) = (U)(expression);                                          \
    }
#define NXC_STORE(name, size_type, U, H, expression)                                               \
    static void store_##name(char *out, int64_t stride, const void *from, int64_t n, uint64_t low, \
                             int descending) {                                                     \
        const H *records = from;                                                                   \
        const U flip = descending ? NXC_ALL(U) : 0;                                                \
        if (stride == (int64_t)sizeof(U)) {                                                        \
            NXC_STEADY NXC_STORE_LOOP(size_type, U, H, (int64_t)sizeof(U), expression)             \
        } else {                                                                                   \
            NXC_STORE_LOOP(size_type, U, H, stride, expression)                                    \
        }                                                                                          \
    }
#if defined(__clang__)
#define NXC_STEADY _Pragma("clang loop vectorize(assume_safety)")
#else
#define NXC_STEADY _Pragma("GCC ivdep")
#endif

#define NXC_WHOLE(name, size_type, U, H, sign)                                                     \
    NXC_LOAD(name, size_type, U, H, bits ^ (sign) ^ flip)                                          \
    NXC_STORE(name, size_type, U, H, key ^ (sign))

#define NXC_SIZE(U) (NXC_ALL(U) >> 1) /* the bits of a magnitude */
#define NXC_IS_NAN(U, inf) ((bits & NXC_SIZE(U)) > (inf))
#define NXC_MINUS_ZERO(U) (bits == NXC_TOP_OF(U))
#define NXC_FLOATING(name, size_type, U, H, inf)                                                   \
    NXC_LOAD(name, size_type, U, H,                                                                \
             (special |= (U)(NXC_IS_NAN(U, inf) | NXC_MINUS_ZERO(U)),                              \
              NXC_IS_NAN(U, inf)     ? NXC_ALL(U)                                                  \
              : NXC_MINUS_ZERO(U)    ? NXC_TOP_OF(U) ^ flip                                        \
              : bits & NXC_TOP_OF(U) ? (U)~bits ^ flip                                             \
                                     : bits ^ NXC_TOP_OF(U) ^ flip))                               \
    NXC_STORE(name, size_type, U, H, key &NXC_TOP_OF(U) ? key ^ NXC_TOP_OF(U) : ~key)              \
    NXC_REPAIR(name, size_type, U, inf)

/* Counts what is sorted before zero, zeros and NaNs; then puts the latter two in their places. */
#define NXC_REPAIR(name, size_type, U, inf)                                                        \
    static void census_##name(const char *in, int64_t stride, int64_t n, int descending,           \
                              int64_t *census) {                                                   \
        int64_t before = 0, zeros = 0, nans = 0;                                                   \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const U bits = *(const nxc_##size_type *)(in + i * stride);                            \
            const int nan = NXC_IS_NAN(U, inf), zero = (bits & NXC_SIZE(U)) == 0;                  \
            nans += nan;                                                                           \
            zeros += zero;                                                                         \
            before += !nan & !zero & ((bits & NXC_TOP_OF(U)) != 0) & !descending;                  \
            before += !nan & !zero & ((bits & NXC_TOP_OF(U)) == 0) & (descending != 0);            \
        }                                                                                          \
        census[0] += before;                                                                       \
        census[1] += zeros;                                                                        \
        census[2] += nans;                                                                         \
    }                                                                                              \
    static void repair_##name(char *out, int64_t out_stride, const char *in, int64_t stride,       \
                              int64_t n, int64_t zero_at, int64_t nan_at) {                        \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const U bits = *(const nxc_##size_type *)(in + i * stride);                            \
            if (NXC_IS_NAN(U, inf))                                                                \
                *(nxc_##size_type *)(out + nan_at++ * out_stride) = bits;                          \
            else if ((bits & NXC_SIZE(U)) == 0)                                                    \
                *(nxc_##size_type *)(out + zero_at++ * out_stride) = bits;                         \
        }                                                                                          \
    }

NXC_WHOLE(uint8, uint8, uint8_t, uint32_t, 0)
NXC_WHOLE(uint16, uint16, uint16_t, uint32_t, 0)
NXC_WHOLE(uint32, uint32, uint32_t, uint32_t, 0)
NXC_WHOLE(uint64, uint64, uint64_t, uint64_t, 0)
NXC_WHOLE(int8, uint8, uint8_t, uint32_t, NXC_TOP_OF(uint8_t))
NXC_WHOLE(int16, uint16, uint16_t, uint32_t, NXC_TOP_OF(uint16_t))
NXC_WHOLE(int32, uint32, uint32_t, uint32_t, NXC_TOP_OF(uint32_t))
NXC_WHOLE(int64, uint64, uint64_t, uint64_t, NXC_TOP_OF(uint64_t))
NXC_FLOATING(float16, uint16, uint16_t, uint32_t, 0x7c00)
NXC_FLOATING(bfloat16, uint16, uint16_t, uint32_t, 0x7f80)
NXC_FLOATING(float32, uint32, uint32_t, uint32_t, UINT32_C(0x7f800000))
NXC_FLOATING(float64, uint64, uint64_t, uint64_t, UINT64_C(0x7ff0000000000000))

/* ---- the largest of keys ---- */

#define NXC_LARGEST(kind, H)                                                                       \
    static int64_t largest_##kind(const void *from, int64_t n, uint64_t *best) {                   \
        const H *keys = from;                                                                      \
        H most = keys[0];                                                                          \
        int64_t place = 0;                                                                         \
        for (int64_t i = 1; i < n; i++)                                                            \
            most = keys[i] > most ? keys[i] : most;                                                \
        if (most <= *best)                                                                         \
            return -1;                                                                             \
        *best = most;                                                                              \
        while (keys[place] != most)                                                                \
            place++;                                                                               \
        return place;                                                                              \
    }                                                                                              \
    static void larger_##kind(const void *from, int64_t n, uint64_t index, void *best,             \
                              void *places) {                                                      \
        const H *keys = from;                                                                      \
        H *restrict most = best, *restrict place = places;                                         \
        for (int64_t i = 0; i < n; i++) {                                                          \
            place[i] = keys[i] > most[i] ? (H)index : place[i];                                    \
            most[i] = keys[i] > most[i] ? keys[i] : most[i];                                       \
        }                                                                                          \
    }
NXC_LARGEST(narrow, uint32_t)
NXC_LARGEST(wide, uint64_t)

/* ---- records ---- */

#define NXC_KIND narrow
#define NXC_RECORD uint32_t
#define NXC_KEY_TYPE uint32_t
#define NXC_KEY(r) (r)
#define NXC_SIGNED int32_t
#define NXC_LANES 16
#define NXC_TOP NXC_TOP_OF(uint32_t)
#ifdef __AVX2__
#define NXC_INSERTION 8
#define NXC_QUICK INT64_MAX
#define NXC_STEP 8
#define NXC_LOAD_SOME nxc_load_narrow
#define NXC_FLIPPED(v) (v)
#define NXC_ORDER NXC_ORDER_NARROW
#define NXC_SETTLE NXC_SETTLE_NARROW
#define NXC_REVERSE nxc_reversed_narrow
#define NXC_TURN nxc_turn_narrow
#define NXC_LIMIT(pivot) _mm256_set1_epi32((int)(pivot))
#define NXC_UP_TO NXC_UP_TO_NARROW
#else
#define NXC_INSERTION 32
#endif
#include "nxc_radix.inc"

#define NXC_KIND wide
#define NXC_RECORD uint64_t
#define NXC_KEY_TYPE uint64_t
#define NXC_KEY(r) (r)
#define NXC_SIGNED int64_t
#define NXC_LANES 8
#define NXC_TOP NXC_TOP_OF(uint64_t)
#ifdef __AVX2__
#define NXC_INSERTION 8
#define NXC_QUICK 4096
#define NXC_STEP 4
#define NXC_LOAD_SOME nxc_load_wide
#define NXC_FLIPPED nxc_flipped
#define NXC_ORDER NXC_ORDER_WIDE
#define NXC_SETTLE NXC_SETTLE_WIDE
#define NXC_REVERSE(v) _mm256_permute4x64_epi64(v, 0x1b)
#define NXC_TURN nxc_turn_wide
#define NXC_LIMIT(pivot) nxc_flipped(_mm256_set1_epi64x((long long)(pivot)))
#define NXC_UP_TO NXC_UP_TO_WIDE
#else
#define NXC_INSERTION 32
#endif
#include "nxc_radix.inc"

#define NXC_KIND pair
#define NXC_RECORD nxc_sort_pair
#define NXC_KEY_TYPE uint64_t
#define NXC_KEY(r) ((r).key)
#define NXC_INSERTION 32
#include "nxc_radix.inc"

static void pack_narrow(void *to, const void *from, int wide, int64_t n, uint64_t low, int base,
                        int64_t first) {
    uint32_t *records = to;
    const uint32_t *keys = from;
    (void)wide, (void)base, (void)first;
    for (int64_t i = 0; i < n; i++)
        records[i] = keys[i] - (uint32_t)low;
}

static void pack_wide(void *to, const void *from, int wide, int64_t n, uint64_t low, int base,
                      int64_t first) {
    uint64_t *records = to;
    const uint64_t mark = base == 0 ? 0 : 1; /* without a base, no index either */
    if (wide)
        for (int64_t i = 0; i < n; i++)
            records[i] = (((const uint64_t *)from)[i] - low) << base | mark * (uint64_t)(first + i);
    else
        for (int64_t i = 0; i < n; i++)
            records[i] = (((const uint32_t *)from)[i] - low) << base | (uint64_t)(first + i);
}

static void pack_pair(void *to, const void *from, int wide, int64_t n, uint64_t low, int base,
                      int64_t first) {
    nxc_sort_pair *records = to;
    (void)wide, (void)base;
    for (int64_t i = 0; i < n; i++)
        records[i] = (nxc_sort_pair){((const uint64_t *)from)[i] - low, (uint64_t)(first + i)};
}

static void unpack_wide(char *out, int64_t stride, const void *from, int64_t n, int base) {
    const uint64_t *records = from, mask = (UINT64_C(1) << base) - 1;
    if (stride == 8) {
        NXC_STEADY for (int64_t i = 0; i < n; i++)((nxc_uint64 *)out)[i] = records[i] & mask;
    } else
        for (int64_t i = 0; i < n; i++)
            *(nxc_uint64 *)(out + i * stride) = records[i] & mask;
}

static void unpack_pair(char *out, int64_t stride, const void *from, int64_t n, int base) {
    const nxc_sort_pair *records = from;
    (void)base;
    for (int64_t i = 0; i < n; i++)
        *(nxc_uint64 *)(out + i * stride) = records[i].index;
}

/* ---- the table ---- */

#define NXC_WHOLES(X) X(int8) X(int16) X(int32) X(int64) X(uint8) X(uint16) X(uint32) X(uint64)
#define NXC_FLOATINGS(X) X(float16) X(bfloat16) X(float32) X(float64)
#define NXC_LOADS(name) [NXC_DTYPE_##name] = load_##name,
#define NXC_STORES(name) [NXC_DTYPE_##name] = store_##name,
#define NXC_CENSUS(name) [NXC_DTYPE_##name] = census_##name,
#define NXC_REPAIRS(name) [NXC_DTYPE_##name] = repair_##name,
#define NXC_RECORDS(kind)                                                                          \
    .survey = survey_##kind, .count = count_##kind, .scatter = scatter_##kind,                     \
    .sort = sort_##kind, .pack = pack_##kind, .size = sizeof(nxc_record_##kind)

#ifdef __AVX2__
#define NXC_DIVIDE(kind) divide_##kind
#else
#define NXC_DIVIDE(kind) NULL
#endif

typedef uint32_t nxc_record_narrow;
typedef uint64_t nxc_record_wide;
typedef nxc_sort_pair nxc_record_pair;

const nxc_sort_kernels NXC_SYMBOL(nxc_sort_kernels) = {
    .load = {[NXC_DTYPE_bool] = load_uint8, NXC_WHOLES(NXC_LOADS) NXC_FLOATINGS(NXC_LOADS)},
    .store = {[NXC_DTYPE_bool] = store_uint8, NXC_WHOLES(NXC_STORES) NXC_FLOATINGS(NXC_STORES)},
    .census = {NXC_FLOATINGS(NXC_CENSUS)},
    .repair = {NXC_FLOATINGS(NXC_REPAIRS)},
    .largest = {largest_narrow, largest_wide},
    .larger = {larger_narrow, larger_wide},
    .records =
        {
            [NXC_SORT_NARROW] = {NXC_RECORDS(narrow), .divide = NXC_DIVIDE(narrow),
                                 .network = network_narrow, .lanes = 16,
                                 .longest = NXC_NETWORK_NARROW},
            [NXC_SORT_WIDE] = {NXC_RECORDS(wide), .divide = NXC_DIVIDE(wide), .unpack = unpack_wide,
                               .network = network_wide, .lanes = 8, .longest = NXC_NETWORK_WIDE},
            [NXC_SORT_PAIR] = {NXC_RECORDS(pair), .unpack = unpack_pair, .lanes = 8},
        },
};
