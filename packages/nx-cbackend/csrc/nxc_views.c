/* The moves that only look at memory in another way: slice, flip, permute_dims, reshape.
 *
 * Owns: the geometry of views.
 * Who may call: Python through the bound functions (with the GIL), nxc_shortcuts.c.
 * Invariant: a view refers to the Buffer that owns the memory, never to another view, and lies
 * within what its operand shows; core has checked the parameters against the operand's shape.
 * Source: reshaping without a copy splits and merges axes as NumPy's `_attempt_nocopy_reshape`
 * is documented to.
 */
#include "nxc_views.h"

#include <string.h>

#include "nxc_bound.h"
#include "nxc_copy.h"
#include "nxc_functions.h"

nxc_buffer *nxc_view(nxc_buffer *a, const nxc_layout *layout) {
    return nxc_buffer_view(a, layout->data, layout->ndim, layout->shape, layout->strides);
}

/* ---- geometry ---- */

void nxc_permuted(const nxc_buffer *a, const int64_t *axes, nxc_layout *layout) {
    layout->data = a->data;
    layout->ndim = a->ndim;
    for (int i = 0; i < a->ndim; i++) {
        const int64_t axis = axes == NULL ? a->ndim - 1 - i : axes[i];
        layout->shape[i] = nxc_shape(a)[axis];
        layout->strides[i] = nxc_strides(a)[axis];
    }
}

/* Strides for the new axes [j, next) of the elements that a stride passes evenly. */
static void split(nxc_layout *layout, int j, int next, int64_t stride) {
    for (int k = next - 1; k >= j; k--) {
        layout->strides[k] = stride;
        stride *= layout->shape[k];
    }
}

int nxc_reshaped(const nxc_buffer *a, nxc_layout *layout) {
    int64_t old[NXC_MAX_NDIM], step[NXC_MAX_NDIM];
    int n = 0, i = 0, j = 0;
    layout->data = a->data;
    if (a->contiguous || a->size <= 1)
        return split(layout, 0, layout->ndim, nxc_dtypes[a->dtype].itemsize), 1;
    for (int k = 0; k < a->ndim; k++) /* axes of length 1 say nothing */
        if (nxc_shape(a)[k] != 1) {
            old[n] = nxc_shape(a)[k];
            step[n++] = nxc_strides(a)[k];
        }
    while (i < n && j < layout->ndim) { /* the fewest axes on both sides that hold as much */
        int i_next = i + 1, j_next = j + 1;
        int64_t had = old[i], wanted = layout->shape[j];
        while (had != wanted)
            if (had < wanted)
                had *= old[i_next++];
            else
                wanted *= layout->shape[j_next++];
        for (int k = i; k + 1 < i_next; k++)
            if (step[k] != old[k + 1] * step[k + 1])
                return 0;
        split(layout, j, j_next, step[i_next - 1]);
        i = i_next;
        j = j_next;
    }
    split(layout, j, layout->ndim, nxc_dtypes[a->dtype].itemsize); /* of length 1, the rest */
    return 1;
}

/* ---- the functions ---- */

/* The operand, if there is one of the rank that the parameters are for. */
static nxc_buffer *operand_of(const char *name, PyObject *const *operands, Py_ssize_t n, int ndim) {
    if (!nxc_are_buffers(name, operands, n, 1))
        return NULL;
    nxc_buffer *a = (nxc_buffer *)operands[0];
    if (ndim >= 0 && a->ndim != ndim) {
        PyErr_Format(PyExc_ValueError, "%s: cannot use parameters of %d axes (%d != %d)", name,
                     ndim, ndim, a->ndim);
        return NULL;
    }
    return a;
}

PyObject *nxc_fn_permute_dims(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *axes = nxc_params(self, &count);
    nxc_layout layout;
    nxc_buffer *a = operand_of("permute_dims", operands, n, count);
    if (a == NULL)
        return NULL;
    nxc_permuted(a, axes, &layout);
    return (PyObject *)nxc_view(a, &layout);
}

/* Parameters: the starts, the stops and the steps, one of each for every axis. */
PyObject *nxc_fn_slice(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *starts = nxc_params(self, &count);
    nxc_layout layout;
    nxc_buffer *a = operand_of("slice", operands, n, count / 3);
    if (a == NULL)
        return NULL;
    const int64_t *stops = starts + a->ndim, *steps = stops + a->ndim;
    layout.data = a->data;
    layout.ndim = a->ndim;
    for (int i = 0; i < a->ndim; i++) {
        const int64_t length = stops[i] - starts[i];
        layout.shape[i] = length <= 0 ? 0 : (length + steps[i] - 1) / steps[i];
        layout.strides[i] = nxc_strides(a)[i] * steps[i];
        layout.data += nxc_strides(a)[i] * starts[i];
    }
    return (PyObject *)nxc_view(a, &layout);
}

/* Parameters: the axes. */
PyObject *nxc_fn_flip(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *axes = nxc_params(self, &count);
    nxc_layout layout;
    nxc_buffer *a = operand_of("flip", operands, n, -1);
    if (a == NULL)
        return NULL;
    layout.data = a->data;
    layout.ndim = a->ndim;
    memcpy(layout.shape, nxc_shape(a), sizeof *layout.shape * a->ndim);
    memcpy(layout.strides, nxc_strides(a), sizeof *layout.strides * a->ndim);
    for (int k = 0; k < count; k++) {
        const int64_t axis = axes[k];
        layout.data += layout.strides[axis] * (layout.shape[axis] - 1);
        layout.strides[axis] = -layout.strides[axis];
    }
    return (PyObject *)nxc_view(a, &layout);
}

/* Parameters: the shape. */
PyObject *nxc_fn_reshape(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    nxc_layout layout;
    const int64_t *shape = nxc_params(self, &layout.ndim);
    nxc_buffer *a = operand_of("reshape", operands, n, -1);
    if (a == NULL)
        return NULL;
    if (layout.ndim > 0)
        memcpy(layout.shape, shape, sizeof *shape * (size_t)layout.ndim);
    if (nxc_reshaped(a, &layout))
        return (PyObject *)nxc_view(a, &layout);
    nxc_buffer *copy = nxc_contiguous(a);
    if (copy == NULL)
        return NULL;
    nxc_reshaped(copy, &layout);
    PyObject *out = (PyObject *)nxc_view(copy, &layout);
    Py_DECREF((PyObject *)copy);
    return out;
}
