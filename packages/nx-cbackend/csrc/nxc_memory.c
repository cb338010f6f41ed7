/* The memory of elements and of scratch.
 *
 * Owns: every block that isn't part of a Python object.
 * Who may call: anybody, from any thread.
 */
#include "nxc_memory.h"

#include <stdlib.h>

#define NXC_ALIGNMENT 64

void *nxc_alloc(size_t bytes) {
    void *block = NULL;
    return posix_memalign(&block, NXC_ALIGNMENT, bytes > 0 ? bytes : 1) == 0 ? block : NULL;
}

void nxc_free(void *block, size_t bytes) {
    (void)bytes;
    free(block);
}
