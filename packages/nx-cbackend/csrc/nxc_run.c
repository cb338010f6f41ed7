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
    if (status & NXC_OUT_OF_BOUNDS)
        return PyErr_Format(PyExc_IndexError, "%s: an index is out of bounds", name);
    return PyErr_Format(PyExc_ValueError, "%s: cannot raise an integer to a negative power", name);
}
