/* The memory of elements and of scratch; see nxc_memory.c. */
#ifndef NXC_MEMORY_H
#define NXC_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* 64-byte aligned memory, or NULL. From any thread, with or without the GIL. */
void *nxc_alloc(size_t bytes);

/* Gives it back; `bytes` as asked for. NULL is fine. */
void nxc_free(void *block, size_t bytes);

/* What is in use and what is kept, in bytes, and how often; in the order of the rows in
 * nx_cbackend/_memory.py. */
typedef struct {
    int64_t in_use, peak, cached, limit, allocations, reuses;
} nxc_memory;

/* Python calls these through cffi. */
void nxc_memory_stats(nxc_memory *stats);
int64_t nxc_empty_cache(void); /* the bytes it released */
void nxc_set_cache_limit(int64_t bytes);

/* In a build with NXC_FAULTS the n-th allocation from now on fails, once; 0 for none. */
void nxc_fail_allocation(int64_t n);
#if defined(NXC_FAULTS)
int nxc_allocation_fails(void);
#else
#define nxc_allocation_fails() 0
#endif

#endif
