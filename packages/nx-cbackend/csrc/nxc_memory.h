/* The memory of elements and of scratch; see nxc_memory.c. */
#ifndef NXC_MEMORY_H
#define NXC_MEMORY_H

#include <stddef.h>

/* 64-byte aligned memory, or NULL. From any thread, with or without the GIL. */
void *nxc_alloc(size_t bytes);

/* Gives it back; `bytes` as asked for. NULL is fine. */
void nxc_free(void *block, size_t bytes);

#endif
