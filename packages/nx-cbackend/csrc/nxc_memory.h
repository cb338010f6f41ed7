/* The memory of elements and of scratch; see nxc_memory.c. */
#ifndef NXC_MEMORY_H
#define NXC_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* 64-byte aligned memory, or NULL. From any thread, with or without the GIL. */
void *nxc_alloc(size_t bytes);

/* Gives it back; `bytes` as asked for. NULL is fine. */
void nxc_free(void *block, size_t bytes);

/* Bytes handed out, each block rounded up to its class; the most that were; bytes kept, and the
 * most that may be; how many blocks came from the system, and how many were given again. */
typedef struct {
    int64_t in_use, peak, cached, limit, allocations, reuses;
} nxc_memory;

/* Python calls these through cffi. */
void nxc_memory_stats(nxc_memory *stats);
int64_t nxc_empty_cache(void); /* the bytes it released */
void nxc_set_cache_limit(int64_t bytes);

#endif
