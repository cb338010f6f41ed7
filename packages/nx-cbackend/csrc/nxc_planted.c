/* Faults for the sanitizers to find: a session that misses them watches nothing.
 *
 * Owns: the faults; empty but in a build with NXC_PLANTED.
 * Who may call: tests/nx_cbackend/planted.py, each in a process of its own.
 */
#include "nxc_planted.h"

#ifdef NXC_PLANTED

#include <string.h>
#include <unistd.h>

#include "nxc_memory.h"
#include "nxc_pool.h"

#define NXC_BYTES 1000 /* no class's size, so there are bytes behind them */

static int touch(int64_t at, int freed) {
    volatile char *block = nxc_alloc(NXC_BYTES);
    if (block == NULL)
        return -1;
    if (freed)
        nxc_free((void *)block, NXC_BYTES);
    block[at] = 1;
    if (!freed)
        nxc_free((void *)block, NXC_BYTES);
    return 0;
}

static int shift(void) {
    const volatile int bits = 40;
    volatile int one = 1;
    one = one << bits;
    return 0;
}

static int count(void *work, int64_t begin, int64_t end) {
    volatile int64_t *sum = work;
    usleep(1000); /* so that other threads come to have chunks at the same time */
    *sum += end - begin;
    return 0;
}

/* Every thread adds to one number. */
static int race(void) {
    int64_t sum = 0;
    nxc_job job = {.body = count, .work = &sum, .count = 100, .grain = 1, .parallel = 1};
    nxc_set_num_threads(4);
    return nxc_pool_run(&job);
}

int64_t nxc_planted(const char *name) {
    if (strcmp(name, "beyond a block") == 0)
        return touch(NXC_BYTES, 0);
    if (strcmp(name, "beyond a full block") == 0)
        return touch(1024, 0); /* the first byte that isn't its class's */
    if (strcmp(name, "before a block") == 0)
        return touch(-1, 0);
    if (strcmp(name, "a block that was freed") == 0)
        return touch(NXC_BYTES / 2, 1);
    if (strcmp(name, "a shift too far") == 0)
        return shift();
    if (strcmp(name, "a race") == 0)
        return race();
    return -1;
}

#else
typedef int nxc_nothing_planted; /* ISO C wants a declaration */
#endif
