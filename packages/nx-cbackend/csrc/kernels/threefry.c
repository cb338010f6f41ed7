/* The Threefry-2x32 hash, 20 rounds, of many counters.
 *
 * Owns: the family `threefry`. Who may call: nxc_random.c, through nxc_active.
 * Invariant: a word depends on its key and its counter alone. Keys and counters are read and
 * written in blocks, so that the rounds run on whole vectors of words.
 * Source: J. K. Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", SC '11.
 */
#include "nxc_loops.h"

#define NXC_WORDS 64 /* pairs hashed together */

typedef struct {
    uint32_t high[NXC_WORDS], low[NXC_WORDS];
} pairs;

#define NXC_ROTATED(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define NXC_MIX(n) a += b, b = NXC_ROTATED(b, n) ^ a
#define NXC_FOUR(p, q, r, s) NXC_MIX(p), NXC_MIX(q), NXC_MIX(r), NXC_MIX(s)
#define NXC_INJECT(x, y, n) a += (x), b += (y) + (n)

/* counter = hash of counter by key. */
NXC_INLINE void hash(const pairs *key, pairs *counter) {
    for (int i = 0; i < NXC_WORDS; i++) {
        const uint32_t k0 = key->high[i], k1 = key->low[i], k2 = k0 ^ k1 ^ UINT32_C(0x1bd11bda);
        uint32_t a = counter->high[i] + k0, b = counter->low[i] + k1;
        NXC_FOUR(13, 15, 26, 6);
        NXC_INJECT(k1, k2, 1);
        NXC_FOUR(17, 29, 16, 24);
        NXC_INJECT(k2, k0, 2);
        NXC_FOUR(13, 15, 26, 6);
        NXC_INJECT(k0, k1, 3);
        NXC_FOUR(17, 29, 16, 24);
        NXC_INJECT(k1, k2, 4);
        NXC_FOUR(13, 15, 26, 6);
        NXC_INJECT(k2, k0, 5);
        counter->high[i] = a;
        counter->low[i] = b;
    }
}

NXC_INLINE void load(pairs *to, const char *from, int64_t step, int64_t within, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        to->high[i] = *(const nxc_uint32 *)(from + i * step);
        to->low[i] = *(const nxc_uint32 *)(from + i * step + within);
    }
    for (int64_t i = n; i < NXC_WORDS; i++)
        to->high[i] = to->low[i] = 0;
}

static void row(char *to, const nxc_pair_row *key, const nxc_pair_row *counter, int64_t n) {
    nxc_uint32 *out = (nxc_uint32 *)to;
    pairs keys, words;
    for (int64_t start = 0; start < n; start += NXC_WORDS) {
        const int64_t m = n - start < NXC_WORDS ? n - start : NXC_WORDS;
        load(&keys, key->data + start * key->step, key->step, key->within, m);
        load(&words, counter->data + start * counter->step, counter->step, counter->within, m);
        hash(&keys, &words);
        for (int64_t i = 0; i < m; i++) {
            out[2 * (start + i)] = words.high[i];
            out[2 * (start + i) + 1] = words.low[i];
        }
    }
}

NXC_INLINE void count_from(pairs *keys, pairs *words, const uint32_t *key, int64_t first) {
    for (int i = 0; i < NXC_WORDS; i++) {
        keys->high[i] = key[0];
        keys->low[i] = key[1];
        words->high[i] = (uint32_t)((uint64_t)(first + i) >> 32);
        words->low[i] = (uint32_t)(first + i);
    }
}

static void bits32(uint32_t *restrict out, const uint32_t *key, int64_t first, int64_t n) {
    pairs keys, words;
    for (int64_t start = 0; start < n; start += NXC_WORDS) {
        const int64_t m = n - start < NXC_WORDS ? n - start : NXC_WORDS;
        count_from(&keys, &words, key, first + start);
        hash(&keys, &words);
        for (int64_t i = 0; i < m; i++)
            out[start + i] = words.high[i] ^ words.low[i];
    }
}

static void bits64(uint64_t *restrict out, const uint32_t *key, int64_t first, int64_t n) {
    pairs keys, words;
    for (int64_t start = 0; start < n; start += NXC_WORDS) {
        const int64_t m = n - start < NXC_WORDS ? n - start : NXC_WORDS;
        count_from(&keys, &words, key, first + start);
        hash(&keys, &words);
        for (int64_t i = 0; i < m; i++)
            out[start + i] = (uint64_t)words.high[i] << 32 | words.low[i];
    }
}

const nxc_threefry_kernels NXC_SYMBOL(nxc_threefry_kernels) = {
    .row = row,
    .bits32 = bits32,
    .bits64 = bits64,
};
