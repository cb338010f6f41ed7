/* The pool of threads that share a job's chunks with its caller.
 *
 * Owns: the workers, which start when a job first needs them and sleep between jobs.
 * Who may call: nxc_run.c, without the GIL; Python for the number of threads.
 * Invariant: one job at a time has the pool; a caller who finds it taken works alone. A job's
 * memory is its caller's: it leaves when no worker is at it. Workers take no signals and touch no
 * Python. A forked child begins with no workers and an open lock, whatever the parent was doing.
 * They look for the next job a little while before they sleep, less than a wake-up takes: longer
 * spinning would steal time from other libraries' threads.
 */
#include "nxc_pool.h"

#include <pthread.h>
#include <signal.h>

#define NXC_MOST_THREADS 256
#define NXC_SPINS 500

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t offered = PTHREAD_COND_INITIALIZER;
static pthread_cond_t finished = PTHREAD_COND_INITIALIZER;
static nxc_job *current;        /* under the lock */
static _Atomic uint64_t offers; /* counts them; written under the lock */
static int workers;             /* under the lock */
static _Atomic int limit = 1;

/* ---- jobs ---- */

void nxc_job_init(nxc_job *job, nxc_body body, void *work, int64_t count, int64_t grain) {
    job->body = body;
    job->work = work;
    job->count = count;
    job->grain = grain;
    job->seats = job->active = 0;
    atomic_init(&job->next, 0);
    atomic_init(&job->status, 0);
}

int nxc_job_step(nxc_job *job) {
    const int64_t begin = atomic_fetch_add(&job->next, job->grain);
    if (begin >= job->count)
        return 0;
    const int64_t end = job->count - begin < job->grain ? job->count : begin + job->grain;
    const int status = job->body(job->work, begin, end);
    if (status != 0)
        atomic_fetch_or(&job->status, status);
    return 1;
}

void nxc_job_cancel(nxc_job *job, int status) {
    atomic_fetch_or(&job->status, status);
    atomic_store(&job->next, job->count);
}

/* ---- workers ---- */

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Waits for an offer after the one seen; returns with the lock held. */
static uint64_t await(uint64_t seen) {
    for (int i = 0; i < NXC_SPINS && atomic_load(&offers) == seen; i++)
        pause_briefly();
    pthread_mutex_lock(&lock);
    while (atomic_load(&offers) == seen)
        pthread_cond_wait(&offered, &lock);
    return atomic_load(&offers);
}

static void *serve(void *unused) {
    uint64_t seen = 0;
    (void)unused;
    for (;;) {
        seen = await(seen);
        nxc_job *job = current;
        if (job != NULL && job->seats > 0) {
            job->seats--;
            job->active++;
            pthread_mutex_unlock(&lock);
            while (nxc_job_step(job))
                ;
            pthread_mutex_lock(&lock);
            if (--job->active == 0)
                pthread_cond_signal(&finished);
        }
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

/* ---- fork ---- */

static void before_fork(void) { pthread_mutex_lock(&lock); }

static void in_parent(void) { pthread_mutex_unlock(&lock); }

static void in_child(void) {
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&offered, NULL);
    pthread_cond_init(&finished, NULL);
    current = NULL;
    workers = 0;
    atomic_store(&offers, 0);
}

static void watch_forks(void) { pthread_atfork(before_fork, in_parent, in_child); }

/* Starts workers up to the number wanted, as far as the system lets it; under the lock. */
static void hire(int wanted) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    sigset_t all, before;
    pthread_attr_t attributes;
    if (workers >= wanted)
        return;
    pthread_once(&once, watch_forks);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (pthread_t thread; workers < wanted; workers++)
        if (pthread_create(&thread, &attributes, serve, NULL) != 0)
            break;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* ---- the pool ---- */

int nxc_pool_offer(nxc_job *job) {
    const int others = atomic_load(&limit) - 1;
    if (others < 1 || pthread_mutex_trylock(&lock) != 0)
        return 0;
    const int is_free = current == NULL;
    if (is_free) {
        hire(others);
        job->seats = others < workers ? others : workers;
        current = job;
        atomic_fetch_add(&offers, 1);
        pthread_cond_broadcast(&offered);
    }
    pthread_mutex_unlock(&lock);
    return is_free;
}

void nxc_pool_withdraw(nxc_job *job) {
    pthread_mutex_lock(&lock);
    job->seats = 0;
    while (job->active > 0)
        pthread_cond_wait(&finished, &lock);
    current = NULL;
    pthread_mutex_unlock(&lock);
}

void nxc_set_num_threads(int n) {
    atomic_store(&limit, n < 1 ? 1 : n > NXC_MOST_THREADS ? NXC_MOST_THREADS : n);
}

int nxc_num_threads(void) { return atomic_load(&limit); }
