/* The pool of threads; see nxc_pool.c. */
#ifndef NXC_POOL_H
#define NXC_POOL_H

#include <stdatomic.h>
#include <stdint.h>

#include "nxc_run.h"

/* A body and what is left of its items. Lives on its caller's stack. */
typedef struct {
    nxc_body body;
    void *work;
    int64_t count, grain;
    _Atomic int64_t next;
    _Atomic int status;
    int seats;  /* workers that may still join; under the pool's lock */
    int active; /* workers at it; under the pool's lock */
} nxc_job;

void nxc_job_init(nxc_job *job, nxc_body body, void *work, int64_t count, int64_t grain);

/* Does one chunk; 0 when none was left. */
int nxc_job_step(nxc_job *job);

/* Leaves the chunks that nobody has begun undone. */
void nxc_job_cancel(nxc_job *job, int status);

/* Lets workers join the job; 0 where the pool has other work, or there are none. */
int nxc_pool_offer(nxc_job *job);

/* Waits for the workers that joined; afterwards nobody refers to the job. */
void nxc_pool_withdraw(nxc_job *job);

/* How many threads work on a job at most, its caller counted. Python calls these through cffi. */
void nxc_set_num_threads(int n);
int nxc_num_threads(void);

#endif
