/* Functions with their static parameters bound.
 *
 * Owns: how parameters travel: `bind(name, ints)` in Python makes a function whose `self` is a
 * bytes object of int64; the function reads them back with nxc_params. No parameters: no `self`.
 * Used by: nxc_fast.c (bind) and every function of nxc_functions.h.
 */
#ifndef NXC_BOUND_H
#define NXC_BOUND_H

#include <Python.h>
#include <stdint.h>

#include "nxc_buffer.h"

static inline const int64_t *nxc_params(PyObject *self, int *count) {
    *count = self == NULL ? 0 : (int)(PyBytes_Size(self) / (Py_ssize_t)sizeof(int64_t));
    return self == NULL ? NULL : (const int64_t *)(const void *)PyBytes_AsString(self);
}

/* TypeError: these aren't the operands wanted. Returns NULL. */
PyObject *nxc_wrong_operands(const char *name, const char *wanted);

/* Whether the operands are n Buffers; if not, TypeError is set. */
int nxc_are_buffers(const char *name, PyObject *const *operands, Py_ssize_t given, Py_ssize_t n);

#endif
