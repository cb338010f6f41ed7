/* How kernels run: their statuses, threads, the GIL, and Ctrl-C. See nxc_run.c.
 *
 * Owns: the two ways from a driver to its loops and back. Used by: every driver.
 */
#ifndef NXC_RUN_H
#define NXC_RUN_H

#include <Python.h>
#include <stdint.h>

#include "nxc_pool.h"

/* Runs the body over [0, count) in chunks of `grain` items. `cost` is the whole's time on one
 * thread in nanoseconds, roughly: little is done at once under the GIL, more without it, still more
 * by several threads, each on chunks of its own. Between chunks, which should take less than 20 ms,
 * Ctrl-C is answered. With the GIL held. */
int nxc_run(nxc_body body, void *work, int64_t count, int64_t grain, double cost);

/* Tells which thread is Python's main one: signals are answered there. */
void nxc_run_main_thread(uintptr_t ident);

/* Sets the Python error of an interruption or of a lack of memory, drops `out`, returns NULL. */
PyObject *nxc_fail(int status, const char *name, PyObject *out);

/* The same for every status. What the operands' values are to blame for is worded in Python, by
 * the function nxc_set_refusal was given: it gets the name, the bound parameters and the operands.
 */
PyObject *nxc_refuse(int status, const char *name, PyObject *out, PyObject *self,
                     PyObject *const *operands, Py_ssize_t n);
void nxc_set_refusal(PyObject *function);

#endif
