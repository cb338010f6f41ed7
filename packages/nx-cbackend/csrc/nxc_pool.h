/* The thread pool; see nxc_pool.c. */
#ifndef NXC_POOL_H
#define NXC_POOL_H

#include <stdint.h>

#include "nxc_status.h"

/* Does items begin to end of its work; returns status bits. Several run at once. */
typedef int (*nxc_body)(void *work, int64_t begin, int64_t end);

/* Asked on the calling thread now and then: status bits that end the job, or 0. */
typedef int (*nxc_poll)(void *context);

typedef struct {
    nxc_body body;
    void *work;
    int64_t count, grain;
    int parallel;  /* whether other threads may help */
    nxc_poll poll; /* or NULL */
    void *context;
} nxc_job;

/* Runs the body over [0, count) in chunks of `grain`. A status other than 0 stops what has not
 * begun. NXC_INTERRUPTED: the poll said so, or it forked and this is the child. */
int nxc_pool_run(const nxc_job *job);

/* The threads that a job may use, the calling one included. Python calls these through cffi. */
void nxc_set_num_threads(int n);
int nxc_num_threads(void);

#endif
