/* Runs a body over its items, under the GIL or without it, and turns statuses into errors.
 *
 * Owns: when the GIL is given up and when signals are looked for.
 * Who may call: the drivers, with the GIL held.
 */
#include "nxc_run.h"

#define NXC_RELEASE 15000 /* nanoseconds of work from which giving the GIL up pays */

int nxc_run(nxc_body body, void *work, int64_t count, int64_t grain, double cost) {
    int status = 0;
    if (cost < NXC_RELEASE)
        return body(work, 0, count);
    for (int64_t begin = 0; begin < count && !(status & NXC_INTERRUPTED); begin += grain) {
        const int64_t end = count - begin < grain ? count : begin + grain;
        PyThreadState *state = PyEval_SaveThread();
        status |= body(work, begin, end);
        PyEval_RestoreThread(state);
        if (PyErr_CheckSignals() < 0)
            status |= NXC_INTERRUPTED;
    }
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
    PyObject *nothing = given == NULL ? NULL
                                      : PyObject_CallFunction(refusal, "sOO", name,
                                                              self == NULL ? Py_None : self, given);
    Py_XDECREF(given);
    if (nothing != NULL) {
        Py_DECREF(nothing);
        PyErr_Format(PyExc_SystemError, "%s: a refusal of status %d raised nothing", name, status);
    }
    return NULL;
}
