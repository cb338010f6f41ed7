/* The memory of elements and of scratch: small blocks from malloc, large ones kept and given again.
 *
 * Owns: every block that isn't part of a Python object, and the statistics.
 * Who may call: anybody, from any thread, with or without the GIL.
 * Invariant: a kept block's first bytes hold its links: in the list of its size, one for each size
 * there is, and in the list of all; the most recently used stands first. What is kept stays within
 * the limit: the least recently used goes first. When the system has no more memory all of it goes,
 * and is asked for again. Sizes are rounded up by an eighth at most, so that nearly equal ones
 * serve each other. Huge pages: a fresh page costs a fault, and one of 2 MiB costs little more than
 * one of 4 KiB.
 */
#include "nxc_memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#define NXC_ALIGNMENT 64
#define NXC_LARGE (INT64_C(1) << 18) /* from here on blocks are kept */
#define NXC_HUGE (INT64_C(1) << 21)  /* a huge page; blocks from here on are mapped */
#define NXC_CLASSES 512

typedef struct kept {
    struct kept *next, *previous; /* of its size */
    struct kept *newer, *older;   /* of all */
    int64_t bytes;
} kept;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kept *of_size[NXC_CLASSES];
static kept *newest, *oldest;
static int64_t cached, limit;
static _Atomic int64_t in_use, peak, allocations, reuses;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void before_fork(void) { pthread_mutex_lock(&lock); }
static void in_parent(void) { pthread_mutex_unlock(&lock); }
static void in_child(void) { pthread_mutex_init(&lock, NULL); }
static void watch_forks(void) { pthread_atfork(before_fork, in_parent, in_child); }

/* ---- sizes ---- */

/* Rounds up to 8 steps in each power of two, and finds the step's number. */
static int size_class(int64_t *bytes) {
    const int power = 63 - __builtin_clzll((uint64_t)*bytes);
    const int64_t step = INT64_C(1) << (power - 3);
    const int64_t steps = (*bytes + step - 1) >> (power - 3); /* 8 to 16 */
    *bytes = steps * step;
    return (power - 17) * 8 + (int)steps - 8;
}

static int64_t rounded(size_t bytes) {
    int64_t size = (int64_t)bytes;
    if (size >= NXC_LARGE)
        size_class(&size);
    return size >= NXC_HUGE ? (size + NXC_HUGE - 1) & -NXC_HUGE : size;
}

/* ---- the system's memory ---- */

#if defined(__linux__)
/* Maps whole huge pages at their own alignment: more than needed, and the ends given back. */
static void *map(int64_t bytes) {
    const int64_t reach = bytes + NXC_HUGE;
    char *start =
        mmap(NULL, (size_t)reach, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    const int64_t head = -(int64_t)(intptr_t)start & (NXC_HUGE - 1);
    if (head > 0)
        munmap(start, (size_t)head);
    if (reach - head - bytes > 0)
        munmap(start + head + bytes, (size_t)(reach - head - bytes));
    madvise(start + head, (size_t)bytes, MADV_HUGEPAGE); /* advice: it may go unheeded */
    return start + head;
}
#endif

static void *obtain(int64_t bytes) {
    void *block = NULL;
#if defined(__linux__)
    if (bytes >= NXC_HUGE)
        return map(bytes);
#endif
    if (posix_memalign(&block, NXC_ALIGNMENT, bytes > 0 ? (size_t)bytes : 1) != 0)
        return NULL;
    return block;
}

static void release(void *block, int64_t bytes) {
#if defined(__linux__)
    if (bytes >= NXC_HUGE) {
        munmap(block, (size_t)bytes);
        return;
    }
#endif
    (void)bytes;
    free(block);
}

/* ---- what is kept; under the lock ---- */

static kept **list_of(int64_t bytes) { return &of_size[size_class(&bytes)]; }

static void take_out(kept *block) {
    *(block->newer == NULL ? &newest : &block->newer->older) = block->older;
    *(block->older == NULL ? &oldest : &block->older->newer) = block->newer;
    *(block->previous == NULL ? list_of(block->bytes) : &block->previous->next) = block->next;
    if (block->next != NULL)
        block->next->previous = block->previous;
    cached -= block->bytes;
}

static void keep(void *memory, int64_t bytes) {
    kept *block = memory, **list = list_of(bytes);
    *block = (kept){.next = *list, .older = newest, .bytes = bytes};
    if (*list != NULL)
        (*list)->previous = block;
    *list = block;
    *(newest == NULL ? &oldest : &newest->newer) = block;
    newest = block;
    cached += bytes;
}

/* Takes the least recently used out, to be released: a list through `older`. */
static kept *take_excess(int64_t most) {
    kept *list = NULL;
    while (cached > most) {
        kept *block = oldest;
        take_out(block);
        block->older = list;
        list = block;
    }
    return list;
}

static int64_t release_list(kept *list) {
    int64_t bytes = 0;
    while (list != NULL) {
        kept *next = list->older;
        bytes += list->bytes;
        release(list, list->bytes);
        list = next;
    }
    return bytes;
}

/* ---- the doors ---- */

static void count_in(int64_t bytes, _Atomic int64_t *times) {
    const int64_t now = atomic_fetch_add(&in_use, bytes) + bytes;
    int64_t before = atomic_load(&peak);
    while (now > before && !atomic_compare_exchange_weak(&peak, &before, now))
        ;
    atomic_fetch_add(times, 1);
}

static void *reuse(int64_t bytes) {
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&lock);
    kept *block = *list_of(bytes);
    if (block != NULL)
        take_out(block);
    pthread_mutex_unlock(&lock);
    return block;
}

void *nxc_alloc(size_t asked) {
    if (asked > (size_t)1 << 60 || nxc_allocation_fails())
        return NULL;
    const int64_t bytes = rounded(asked);
    void *block = bytes >= NXC_LARGE ? reuse(bytes) : NULL;
    if (block != NULL) {
        count_in(bytes, &reuses);
        return block;
    }
    block = obtain(bytes);
    if (block == NULL && nxc_empty_cache() > 0)
        block = obtain(bytes);
    if (block != NULL)
        count_in(bytes, &allocations);
    return block;
}

void nxc_free(void *block, size_t asked) {
    const int64_t bytes = rounded(asked);
    kept *excess = NULL;
    int keeps = 0;
    if (block == NULL)
        return;
    atomic_fetch_sub(&in_use, bytes);
    if (bytes >= NXC_LARGE) {
        pthread_mutex_lock(&lock);
        keeps = bytes <= limit;
        if (keeps) {
            keep(block, bytes);
            excess = take_excess(limit);
        }
        pthread_mutex_unlock(&lock);
    }
    if (!keeps)
        release(block, bytes);
    release_list(excess);
}

void nxc_memory_stats(nxc_memory *stats) {
    pthread_mutex_lock(&lock);
    stats->cached = cached;
    stats->limit = limit;
    pthread_mutex_unlock(&lock);
    stats->in_use = atomic_load(&in_use);
    stats->peak = atomic_load(&peak);
    stats->allocations = atomic_load(&allocations);
    stats->reuses = atomic_load(&reuses);
}

int64_t nxc_empty_cache(void) {
    pthread_mutex_lock(&lock);
    kept *all = take_excess(0);
    pthread_mutex_unlock(&lock);
    return release_list(all);
}

void nxc_set_cache_limit(int64_t bytes) {
    pthread_mutex_lock(&lock);
    limit = bytes;
    kept *excess = take_excess(bytes);
    pthread_mutex_unlock(&lock);
    release_list(excess);
}

/* ---- faults ---- */

#if defined(NXC_FAULTS)
static _Atomic int64_t until_fault;

int nxc_allocation_fails(void) {
    return atomic_load(&until_fault) > 0 && atomic_fetch_sub(&until_fault, 1) == 1;
}

void nxc_fail_allocation(int64_t n) { atomic_store(&until_fault, n); }
#else
void nxc_fail_allocation(int64_t n) { (void)n; }
#endif
