/* The pool and the memory under many threads, without Python: for the thread sanitizer.
 *
 * Eight callers run jobs, take blocks and give them back, while the main thread changes the limits,
 * interrupts jobs and forks. Exits with 0 if every value was right.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nxc_memory.h"
#include "nxc_pool.h"

#define CALLERS 8
#define ROUNDS 150
#define COUNT 40000

static _Atomic int wrong;

typedef struct {
    double *out;
    double value;
} task;

static int fill(void *work, int64_t begin, int64_t end) {
    const task *t = work;
    const size_t bytes = (size_t)(end - begin) * sizeof(double);
    double *scratch = nxc_alloc(bytes);
    if (scratch == NULL)
        return NXC_NO_MEMORY;
    for (int64_t i = begin; i < end; i++)
        scratch[i - begin] = t->value + (double)i;
    memcpy(t->out + begin, scratch, bytes);
    nxc_free(scratch, bytes);
    return 0;
}

static int fail_late(void *work, int64_t begin, int64_t end) {
    (void)end;
    return begin > COUNT / 2 ? NXC_OUT_OF_BOUNDS : fill(work, begin, begin + 1);
}

static int ask(void *context) {
    *(int *)context += 1;
    return NXC_INTERRUPTED;
}

static void one_round(int seed) {
    const int64_t count = COUNT + seed % 97;
    const size_t bytes = (size_t)count * sizeof(double);
    task t = {nxc_alloc(bytes), seed};
    nxc_job job = {.body = fill, .work = &t, .count = count, .grain = 700, .parallel = 1};
    if (t.out == NULL || nxc_pool_run(&job) != 0)
        wrong = 1;
    for (int64_t i = 0; t.out != NULL && i < count; i++)
        if (t.out[i] != seed + (double)i)
            wrong = 2;
    job.body = fail_late;
    if (nxc_pool_run(&job) != NXC_OUT_OF_BOUNDS)
        wrong = 3;
    nxc_free(t.out, bytes);
}

static void *call(void *given) {
    const int first = (int)(intptr_t)given;
    for (int i = 0; i < ROUNDS; i++)
        one_round(first * ROUNDS + i);
    return NULL;
}

static int slow(void *work, int64_t begin, int64_t end) {
    (void)work, (void)begin, (void)end;
    usleep(2000);
    return 0;
}

static void interrupt(void) {
    int asked = 0;
    nxc_job job = {.body = slow, .count = 1000, .grain = 1, .parallel = 1, .poll = ask};
    job.context = &asked;
    if (nxc_pool_run(&job) != NXC_INTERRUPTED || asked != 1)
        wrong = 4;
}

static void fork_once(void) {
    const pid_t child = fork();
    int status = 0;
    if (child == 0) {
        alarm(60);
        for (int i = 0; i < 5; i++)
            one_round(i);
        _exit(wrong);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        wrong = 5;
}

int main(int count, char **arguments) {
    const int forks = count > 1 ? atoi(arguments[1]) : 0;
    pthread_t callers[CALLERS];
    nxc_memory stats;
    nxc_set_num_threads(4);
    nxc_set_cache_limit(1 << 20);
    for (int i = 0; i < CALLERS; i++)
        pthread_create(&callers[i], NULL, call, (void *)(intptr_t)i);
    for (int i = 0; i < 20; i++) {
        nxc_set_num_threads(1 + i % 5);
        nxc_set_cache_limit((int64_t)(i % 3) << 20);
        nxc_empty_cache();
        interrupt();
    }
    for (int i = 0; i < forks; i++)
        fork_once();
    for (int i = 0; i < CALLERS; i++)
        pthread_join(callers[i], NULL);
    nxc_memory_stats(&stats);
    if (stats.in_use != 0)
        wrong = 6;
    printf("%d\n", wrong);
    return wrong;
}
