/* Indices and shapes as Python writes them; see nxc_indices.c. */
#ifndef NXC_INDICES_H
#define NXC_INDICES_H

#include "nxc_views.h"

/* Whether an index may be one that nxc_indexed knows: a first look, at its class. */
static inline int nxc_is_simple(PyObject *index) {
    return PyLong_CheckExact(index) || PySlice_Check(index) || PyTuple_CheckExact(index) ||
           index == Py_None || index == Py_Ellipsis;
}

/* Where a[index] lies, for ints, slices, None and one Ellipsis. 1; 0 with or without a Python
 * error set where this isn't for it to say, an index out of bounds included. */
int nxc_indexed(const nxc_buffer *a, PyObject *index, nxc_layout *layout);

/* The shape that n ints, or one tuple of ints, ask of a's elements; one may be -1. 1, or 0 with
 * or without a Python error set. */
int nxc_lengths(const nxc_buffer *a, PyObject *const *lengths, Py_ssize_t n, nxc_layout *layout);

#endif
