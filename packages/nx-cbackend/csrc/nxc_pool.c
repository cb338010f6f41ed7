/* The thread pool: one job at a time, its chunks handed out by a counter.
 *
 * Owns: the threads, and who works on which chunk.
 * Who may call: nxc_run.c, from any thread, without the GIL; nx_cbackend/_native.py the size.
 * Invariants: a job lives on its caller's stack, so the caller stays until no worker is on it; a
 * worker that comes late finds no job and sleeps on. A job that finds the pool taken is done by its
 * caller alone. Workers touch no Python and get no signals. They sleep rather than spin: other
 * pools on the machine, OpenBLAS's for one, get the cores between jobs. After fork the child has no
 * workers and a pool as if new; the parent's job is none of its business.
 */
#include "nxc_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

#define NXC_POLL 25000000 /* nanoseconds between two questions to the poll */
#define NXC_LINGER 20000  /* nanoseconds the caller waits awake for the last chunks */

typedef struct {
    const nxc_job *job;
    _Atomic int64_t next;
    _Atomic int status;
} progress;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    progress *current;  /* the job to help with, or NULL */
    int seats;          /* workers that may still join it */
    int started;        /* threads there are */
    _Atomic int active; /* workers on it */
    atomic_flag taken;
    _Atomic int size;
    _Atomic unsigned forks;
} pool = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .wake = PTHREAD_COND_INITIALIZER,
    .done = PTHREAD_COND_INITIALIZER,
    .taken = ATOMIC_FLAG_INIT,
    .size = 1,
};

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void ask(progress *p) {
    const int status = p->job->poll(p->job->context);
    if (status != 0)
        atomic_fetch_or(&p->status, status);
}

/* Takes chunks until there are none; the caller's thread polls between them. */
static void work_on(progress *p, int polls) {
    const nxc_job *job = p->job;
    int64_t asked = polls ? now(CLOCK_MONOTONIC) : 0;
    while (atomic_load(&p->status) == 0) {
        const int64_t begin = atomic_fetch_add(&p->next, job->grain);
        if (begin >= job->count)
            return;
        const int64_t end = job->count - begin < job->grain ? job->count : begin + job->grain;
        const int status = job->body(job->work, begin, end);
        if (status != 0)
            atomic_fetch_or(&p->status, status);
        if (polls && now(CLOCK_MONOTONIC) - asked >= NXC_POLL) {
            ask(p);
            asked = now(CLOCK_MONOTONIC);
        }
    }
}

static void *worker(void *unused) {
    (void)unused;
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        while (pool.current == NULL || pool.seats == 0)
            pthread_cond_wait(&pool.wake, &pool.lock);
        progress *p = pool.current;
        pool.seats--;
        atomic_fetch_add(&pool.active, 1);
        pthread_mutex_unlock(&pool.lock);
        work_on(p, 0);
        pthread_mutex_lock(&pool.lock);
        if (atomic_fetch_sub(&pool.active, 1) == 1)
            pthread_cond_signal(&pool.done);
    }
    return NULL;
}

/* Starts threads until there are `wanted`, or the system gives no more. With the lock held. */
static void start(int wanted) {
    sigset_t all, before;
    pthread_attr_t detached;
    if (pool.started >= wanted || pthread_attr_init(&detached) != 0)
        return;
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    for (pthread_t thread; pool.started < wanted; pool.started++)
        if (pthread_create(&thread, &detached, worker, NULL) != 0)
            break;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
}

/* Whether no worker is left on the job, after a short wait awake. */
static int finished(void) {
    const int64_t until = now(CLOCK_MONOTONIC) + NXC_LINGER;
    while (atomic_load(&pool.active) != 0)
        if (now(CLOCK_MONOTONIC) > until)
            return 0;
    return 1;
}

/* Waits for the workers, polling all the while; with the lock held, but for the polls. */
static void wait_for_workers(progress *p, unsigned forks) {
    const int polls = p->job->poll != NULL;
    while (atomic_load(&pool.active) != 0) {
        const int64_t until = now(CLOCK_REALTIME) + NXC_POLL;
        const struct timespec limit = {.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
        pthread_cond_timedwait(&pool.done, &pool.lock, &limit);
        if (atomic_load(&pool.active) == 0 || !polls || atomic_load(&p->status) != 0)
            continue;
        pthread_mutex_unlock(&pool.lock);
        ask(p);
        if (atomic_load(&pool.forks) != forks)
            return; /* the child's new lock was never taken */
        pthread_mutex_lock(&pool.lock);
    }
}

static int helped(progress *p, int helpers) {
    const unsigned forks = atomic_load(&pool.forks);
    pthread_mutex_lock(&pool.lock);
    start(helpers);
    helpers = helpers < pool.started ? helpers : pool.started;
    pool.seats = helpers;
    pool.current = p;
    pthread_mutex_unlock(&pool.lock);
    for (int i = 0; i < helpers; i++)
        pthread_cond_signal(&pool.wake);
    work_on(p, p->job->poll != NULL);
    if (atomic_load(&pool.forks) != forks)
        return NXC_INTERRUPTED; /* a forked child: whoever held the other chunks isn't here */
    pthread_mutex_lock(&pool.lock);
    pool.current = NULL;
    pthread_mutex_unlock(&pool.lock);
    if (!finished()) {
        pthread_mutex_lock(&pool.lock);
        wait_for_workers(p, forks);
        if (atomic_load(&pool.forks) != forks)
            return NXC_INTERRUPTED;
        pthread_mutex_unlock(&pool.lock);
    }
    atomic_flag_clear(&pool.taken);
    return atomic_load(&p->status);
}

int nxc_pool_run(const nxc_job *job) {
    progress p = {.job = job};
    const int64_t chunks = job->count / job->grain + (job->count % job->grain != 0);
    int threads = atomic_load_explicit(&pool.size, memory_order_relaxed);
    if (chunks < threads)
        threads = (int)chunks;
    if (job->parallel && threads > 1 && !atomic_flag_test_and_set(&pool.taken))
        return helped(&p, threads - 1);
    work_on(&p, job->poll != NULL);
    return atomic_load(&p.status);
}

void nxc_set_num_threads(int n) { atomic_store(&pool.size, n); }

int nxc_num_threads(void) { return atomic_load(&pool.size); }

/* ---- fork ---- */

static void after_fork_in_child(void) {
    pool.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    pool.wake = pool.done = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    pool.current = NULL;
    pool.seats = pool.started = 0;
    atomic_store(&pool.active, 0);
    atomic_flag_clear(&pool.taken);
    atomic_fetch_add(&pool.forks, 1);
}

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(NULL, NULL, after_fork_in_child);
}
