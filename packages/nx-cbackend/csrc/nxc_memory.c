/* The memory of elements and of scratch: blocks by size class, kept when freed and given out again.
 *
 * Owns: every block that isn't part of a Python object, and the cache of free ones.
 * Who may call: anybody, from any thread, with or without the GIL; during fork nobody holds the
 * lock but the thread that forks.
 * Invariants: a block's class follows from the bytes asked for, so it needs no header; a free block
 * holds its own links. At most `limit` bytes are cached, small blocks in a shelf of their own, so
 * that many of them don't hold the heap; what has lain longest goes first. The cache doesn't grow
 * on sizes that never come again: in use and cached together stay within twice the peak of what was
 * in use, for only then is a large block taken fresh. Huge blocks are mapped on huge pages, whose
 * first touch runs several times faster than that of small ones. The address sanitizer forbids
 * what of a block wasn't asked for, and of a free block all but its links.
 * Source: size classes with eight steps to the doubling are jemalloc's and others' (Evans 2006:
 * at most an eighth is lost); the numbers were measured.
 */
#include "nxc_memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "nxc_fault.h"
#include "nxc_watched.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define NXC_ALIGNMENT 64
#define NXC_SMALLEST 9 /* classes begin at 2^9 bytes */
#define NXC_LARGEST 46 /* and end at 2^46: no machine has more */
#define NXC_STEPS 3    /* 2^3 classes to a doubling */
#define NXC_CLASSES ((NXC_LARGEST - NXC_SMALLEST) << NXC_STEPS)
#define NXC_SMALL ((size_t)32 << 10)         /* blocks below are small */
#define NXC_SMALL_CACHED (INT64_C(16) << 20) /* bytes of them that are kept */
#define NXC_FLOOR (INT64_C(64) << 20)        /* in use and cached together, whatever the peak */
#define NXC_HUGE ((size_t)2 << 20)           /* a huge page; blocks from here on are mapped */
#define NXC_MAPS(size) ((size) >= NXC_HUGE && !NXC_WATCHED)

/* What a free block holds. */
typedef struct block {
    struct block *newer, *older; /* on its shelf */
    struct block *above, *below; /* in its class's stack */
    size_t size;
} block;

typedef struct {
    block *newest, *oldest;
    int64_t cached, limit;
} shelf;

static struct {
    pthread_mutex_t lock;
    shelf small, large;
    block *top[NXC_CLASSES + 1];
    int64_t in_use, peak, allocations, reuses;
} memory = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- classes ---- */

/* Rounds the size up to its class's and returns the class; -1 when no machine has so much. */
static int class_of(size_t *size) {
    const size_t bytes = *size < (size_t)1 << NXC_SMALLEST ? (size_t)1 << NXC_SMALLEST : *size;
    if (bytes > (size_t)1 << NXC_LARGEST)
        return -1;
    const int exponent = 63 - __builtin_clzll(bytes);
    const int shift = exponent - NXC_STEPS;
    const size_t steps = (bytes + (((size_t)1 << shift) - 1)) >> shift; /* 8 to 16 */
    *size = steps << shift;
    return ((exponent - NXC_SMALLEST) << NXC_STEPS) + (int)steps - (1 << NXC_STEPS);
}

static shelf *shelf_of(size_t size) { return size < NXC_SMALL ? &memory.small : &memory.large; }

/* ---- fresh memory ---- */

static void *map(size_t size) {
    char *all =
        mmap(NULL, size + NXC_HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    const size_t skipped = (size_t)(-(uintptr_t)all & (NXC_HUGE - 1));
    if (skipped > 0)
        munmap(all, skipped);
    munmap(all + skipped + size, NXC_HUGE - skipped);
#ifdef MADV_HUGEPAGE
    madvise(all + skipped, size, MADV_HUGEPAGE);
#endif
    return all + skipped;
}

static void *fresh(size_t size) {
    void *made = NULL;
    if (NXC_MAPS(size))
        return map(size);
    return posix_memalign(&made, NXC_ALIGNMENT, size) == 0 ? made : NULL;
}

/* The block, of which so much may be used. */
static void *handed_out(void *given, size_t bytes, size_t size) {
    NXC_ALLOW(given, bytes);
    NXC_FORBID((char *)given + bytes, size - bytes);
    return given;
}

static void release(void *given, size_t size) {
    NXC_ALLOW(given, size);
    if (NXC_MAPS(size))
        munmap(given, size);
    else
        free(given);
}

/* ---- the cache; with the lock held ---- */

static void keep(block *b, int class, size_t size) {
    shelf *s = shelf_of(size);
    NXC_ALLOW(b, sizeof *b);
    NXC_FORBID((char *)b + sizeof *b, size - sizeof *b);
    b->size = size;
    b->newer = NULL;
    b->older = s->newest;
    *(s->newest == NULL ? &s->oldest : &s->newest->newer) = b;
    s->newest = b;
    b->above = NULL;
    b->below = memory.top[class];
    if (b->below != NULL)
        b->below->above = b;
    memory.top[class] = b;
    s->cached += (int64_t)size;
}

static void take(block *b, int class) {
    shelf *s = shelf_of(b->size);
    *(b->newer == NULL ? &s->newest : &b->newer->older) = b->older;
    *(b->older == NULL ? &s->oldest : &b->older->newer) = b->newer;
    *(b->above == NULL ? &memory.top[class] : &b->above->below) = b->below;
    if (b->below != NULL)
        b->below->above = b->above;
    s->cached -= (int64_t)b->size;
}

/* Takes the oldest blocks until at most `most` bytes are left; a chain by `below`. */
static block *drop(shelf *s, int64_t most, block *chain) {
    while (s->cached > most) {
        block *b = s->oldest;
        take(b, class_of(&b->size));
        b->below = chain;
        chain = b;
    }
    return chain;
}

/* Without the lock. */
static void release_all(block *chain) {
    while (chain != NULL) {
        block *b = chain;
        chain = b->below;
        release(b, b->size);
    }
}

static int64_t drop_all(void) {
    pthread_mutex_lock(&memory.lock);
    const int64_t dropped = memory.small.cached + memory.large.cached;
    block *chain = drop(&memory.large, 0, drop(&memory.small, 0, NULL));
    pthread_mutex_unlock(&memory.lock);
    release_all(chain);
    return dropped;
}

/* ---- for all ---- */

/* How much may be cached beside what is in use when a fresh block is taken. */
static int64_t allowance(void) {
    const int64_t together = 2 * memory.peak > NXC_FLOOR ? 2 * memory.peak : NXC_FLOOR;
    return together > memory.in_use ? together - memory.in_use : 0;
}

void *nxc_alloc(size_t bytes) {
    size_t size = bytes;
    block *stale = NULL;
    const int class = class_of(&size);
    if (class < 0 || NXC_FAULT())
        return NULL;
    pthread_mutex_lock(&memory.lock);
    block *found = memory.top[class];
    if (found != NULL)
        take(found, class);
    *(found != NULL ? &memory.reuses : &memory.allocations) += 1;
    memory.in_use += (int64_t)size;
    if (memory.in_use > memory.peak)
        memory.peak = memory.in_use;
    if (found == NULL && size >= NXC_SMALL)
        stale = drop(&memory.large, allowance(), NULL);
    pthread_mutex_unlock(&memory.lock);
    if (found != NULL)
        return handed_out(found, bytes, size);
    release_all(stale);
    void *made = fresh(size);
    if (made == NULL && drop_all() > 0)
        made = fresh(size);
    if (made != NULL)
        return handed_out(made, bytes, size);
    pthread_mutex_lock(&memory.lock);
    memory.allocations--;
    memory.in_use -= (int64_t)size;
    pthread_mutex_unlock(&memory.lock);
    return NULL;
}

void nxc_free(void *given, size_t bytes) {
    size_t size = bytes;
    block *chain = NULL;
    if (given == NULL)
        return;
    const int class = class_of(&size);
    shelf *s = shelf_of(size);
    pthread_mutex_lock(&memory.lock);
    memory.in_use -= (int64_t)size;
    const int kept = (int64_t)size <= s->limit;
    if (kept) {
        keep(given, class, size);
        chain = drop(s, s->limit, NULL);
    }
    pthread_mutex_unlock(&memory.lock);
    if (!kept)
        release(given, size);
    release_all(chain);
}

void nxc_set_cache_limit(int64_t bytes) {
    pthread_mutex_lock(&memory.lock);
    memory.small.limit = bytes / 8 < NXC_SMALL_CACHED ? bytes / 8 : NXC_SMALL_CACHED;
    memory.large.limit = bytes - memory.small.limit;
    block *chain = drop(&memory.small, memory.small.limit, NULL);
    chain = drop(&memory.large, memory.large.limit, chain);
    pthread_mutex_unlock(&memory.lock);
    release_all(chain);
}

int64_t nxc_empty_cache(void) {
    const int64_t dropped = drop_all();
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    return dropped;
}

void nxc_memory_stats(nxc_memory *stats) {
    pthread_mutex_lock(&memory.lock);
    *stats = (nxc_memory){
        .in_use = memory.in_use,
        .peak = memory.peak,
        .cached = memory.small.cached + memory.large.cached,
        .limit = memory.small.limit + memory.large.limit,
        .allocations = memory.allocations,
        .reuses = memory.reuses,
    };
    pthread_mutex_unlock(&memory.lock);
}

/* ---- fork ---- */

static void before_fork(void) { pthread_mutex_lock(&memory.lock); }

static void after_fork(void) { pthread_mutex_unlock(&memory.lock); }

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(before_fork, after_fork, after_fork);
}
