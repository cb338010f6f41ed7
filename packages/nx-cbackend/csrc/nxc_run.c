/* Runs a body over its items: under the GIL, without it, or on every thread of the pool.
 *
 * Owns: when the GIL is given up and when signals are looked for; the errors of statuses.
 * Who may call: the drivers, with the GIL held.
 * Invariant: which thread does which chunk never shows in the result. Only the calling thread
 * touches Python, and only it answers Ctrl-C: at most every NXC_PATIENCE, between its chunks.
 */
#include "nxc_run.h"

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "nxc_pool.h"

#if defined(__linux__)
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <pthread.h>
#endif

#define NXC_RELEASE 15000.0   /* nanoseconds of work from which giving the GIL up pays */
#define NXC_SHARE 60000.0     /* and from which waking another thread does */
#define NXC_PATIENCE 25000000 /* nanoseconds between two looks for signals */

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Python runs signal handlers in the main thread only. */
static int is_main_thread(void) {
#if defined(__linux__)
    return syscall(SYS_gettid) == getpid();
#elif defined(__APPLE__)
    return pthread_main_np();
#else
    return 1;
#endif
}

static int is_interrupted(PyThreadState **state) {
    PyEval_RestoreThread(*state);
    const int failed = PyErr_CheckSignals() < 0;
    *state = PyEval_SaveThread();
    return failed;
}

/* The caller's part: chunks until there are none, with a look for signals now and then. */
static void take_part(nxc_job *job, PyThreadState **state) {
    const int answers = is_main_thread();
    int64_t looked = now();
    while (nxc_job_step(job)) {
        if (!answers || now() - looked < NXC_PATIENCE)
            continue;
        if (is_interrupted(state))
            nxc_job_cancel(job, NXC_INTERRUPTED);
        looked = now();
    }
}

int nxc_run(nxc_body body, void *work, int64_t count, int64_t grain, double cost) {
    if (cost < NXC_RELEASE)
        return body(work, 0, count);
    nxc_job job;
    nxc_job_init(&job, body, work, count, grain);
    PyThreadState *state = PyEval_SaveThread();
    const int shared = cost >= NXC_SHARE && count > grain && nxc_pool_offer(&job);
    take_part(&job, &state);
    if (shared)
        nxc_pool_withdraw(&job);
    PyEval_RestoreThread(state);
    return atomic_load(&job.status);
}

PyObject *nxc_fail(int status, const char *name, PyObject *out) {
    Py_XDECREF(out);
    if (status & NXC_INTERRUPTED)
        return NULL;
    if (status & NXC_NO_MEMORY)
        return PyErr_NoMemory();
    return PyErr_Format(PyExc_SystemError, "%s: unexpected status %d", name, status);
}

static PyObject *refusal; /* a Python function that raises */

void nxc_set_refusal(PyObject *function) {
    Py_XINCREF(function);
    Py_XDECREF(refusal);
    refusal = function;
}

PyObject *nxc_refuse(int status, const char *name, PyObject *out, PyObject *self,
                     PyObject *const *operands, Py_ssize_t n) {
    if (status & (NXC_INTERRUPTED | NXC_NO_MEMORY))
        return nxc_fail(status, name, out);
    Py_XDECREF(out);
    PyObject *given = PyTuple_New(n);
    for (Py_ssize_t i = 0; given != NULL && i < n; i++) {
        Py_INCREF(operands[i]);
        PyTuple_SetItem(given, i, operands[i]);
    }
    PyObject *bound = self == NULL ? Py_None : self;
    PyObject *nothing =
        given == NULL ? NULL : PyObject_CallFunction(refusal, "sOO", name, bound, given);
    Py_XDECREF(given);
    if (nothing != NULL) {
        Py_DECREF(nothing);
        PyErr_Format(PyExc_SystemError, "%s: a refusal of status %d raised nothing", name, status);
    }
    return NULL;
}
