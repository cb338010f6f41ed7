/* Runs a body over its items, under the GIL or without it, and turns statuses into errors.
 *
 * Owns: when the GIL is given up, when threads help, and when signals are looked for.
 * Who may call: the drivers, with the GIL held.
 * Invariant: no thread touches Python while its job has chunks in other threads' hands, but the
 * main one, which is never ended from outside: at the interpreter's exit a daemon thread that asks
 * for the GIL is, and its stack with it.
 */
#include "nxc_run.h"

#include <pthread.h>

#include "nxc_fault.h"

#define NXC_RELEASE 15000 /* nanoseconds of work from which giving the GIL up pays */
#define NXC_SHARE 100000  /* and from which waking other threads does */

static uintptr_t main_thread;

void nxc_run_main_thread(uintptr_t ident) { main_thread = ident; }

/* The thread that forks is the child's main one. */
static void after_fork_in_child(void) { main_thread = PyThread_get_thread_ident(); }

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(NULL, NULL, after_fork_in_child);
}

static int signals(void) { return PyErr_CheckSignals() < 0 ? NXC_INTERRUPTED : 0; }

static int poll_signals(void *context) {
    PyThreadState **state = context;
    PyEval_RestoreThread(*state);
    const int status = signals();
    *state = PyEval_SaveThread();
    return status;
}

int nxc_run(nxc_body body, void *work, int64_t count, int64_t grain, double cost) {
    if (cost < NXC_RELEASE)
        return body(work, 0, count);
    const int polls = PyThread_get_thread_ident() == main_thread;
    PyThreadState *state = PyEval_SaveThread();
    const nxc_job job = {
        .body = body,
        .work = work,
        .count = count,
        .grain = grain,
        .parallel = cost >= NXC_SHARE,
        .poll = polls ? poll_signals : NULL,
        .context = &state,
    };
    int status = nxc_pool_run(&job);
    PyEval_RestoreThread(state);
    if (polls && !(status & NXC_INTERRUPTED))
        status |= signals();
    if ((status & NXC_INTERRUPTED) && PyErr_Occurred() == NULL)
        PyErr_SetString(PyExc_RuntimeError, "nx_cbackend: cannot finish a kernel in a child that "
                                            "a signal handler forked in its midst");
    return status;
}

PyObject *nxc_fail(int status, const char *name, PyObject *out) {
    Py_XDECREF(out);
    if (status & NXC_INTERRUPTED)
        return NULL;
    if (status & NXC_NO_MEMORY)
        return PyErr_NoMemory();
    return PyErr_Format(PyExc_SystemError, "%s: unexpected status %d", name, status);
}

static PyObject *refusal; /* a Python function that returns an exception */

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
    PyObject *given = NXC_TRY(PyTuple_New(n));
    for (Py_ssize_t i = 0; given != NULL && i < n; i++) {
        Py_INCREF(operands[i]);
        PyTuple_SetItem(given, i, operands[i]);
    }
    PyObject *bound = self == NULL ? Py_None : self;
    PyObject *error =
        given == NULL ? NULL : PyObject_CallFunction(refusal, "sOO", name, bound, given);
    Py_XDECREF(given);
    if (error != NULL)
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_XDECREF(error);
    return NULL;
}
