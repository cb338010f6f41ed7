/* Indices and shapes as Python writes them, turned into layouts.
 *
 * Owns: nothing.
 * Who may call: nxc_shortcuts.c, with the GIL.
 * Invariant: a layout is given only where it is sure; everything else is left to Python's own
 * functions, whose words an error then has. A bool is no int here.
 */
#include "nxc_indices.h"

#include "nxc_bound.h"

#define NXC_CORE_NDIM 32 /* what core allows */

/* How many axes of the operand an item takes; -1 where it isn't known. */
static inline int axes_of(PyObject *item) {
    if (PyLong_CheckExact(item) || PySlice_Check(item))
        return 1;
    return item == Py_None || item == Py_Ellipsis ? 0 : -1;
}

static inline int pick(const nxc_buffer *a, int axis, PyObject *item, nxc_layout *layout) {
    const int64_t n = nxc_shape(a)[axis];
    int64_t i = PyLong_AsLongLong(item);
    if (i == -1 && PyErr_Occurred())
        return 0;
    if (i < -n || i >= n)
        return 0;
    layout->data += (i < 0 ? i + n : i) * nxc_strides(a)[axis];
    return 1;
}

static inline int cut(const nxc_buffer *a, int axis, PyObject *item, nxc_layout *layout) {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(item, &start, &stop, &step) < 0)
        return 0;
    const int64_t length = PySlice_AdjustIndices(nxc_shape(a)[axis], &start, &stop, step);
    layout->data += length > 0 ? start * nxc_strides(a)[axis] : 0;
    layout->shape[layout->ndim] = length;
    layout->strides[layout->ndim++] = length > 1 ? step * nxc_strides(a)[axis] : 0;
    return 1;
}

static inline void keep(const nxc_buffer *a, int axis, nxc_layout *layout) {
    layout->shape[layout->ndim] = nxc_shape(a)[axis];
    layout->strides[layout->ndim++] = nxc_strides(a)[axis];
}

static inline void insert(nxc_layout *layout) {
    layout->shape[layout->ndim] = 1;
    layout->strides[layout->ndim++] = 0;
}

int nxc_indexed(const nxc_buffer *a, PyObject *index, nxc_layout *layout) {
    const int several = PyTuple_CheckExact(index);
    const Py_ssize_t count = several ? PyTuple_Size(index) : 1;
    int taken = 0, added = 0, axis = 0, gap = 0;
    layout->data = a->data;
    layout->ndim = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = several ? PyTuple_GetItem(index, i) : index;
        const int axes = axes_of(item);
        if (axes < 0)
            return 0;
        taken += axes;
        added += item == Py_None;
    }
    if (taken > a->ndim || a->ndim + added > NXC_CORE_NDIM)
        return 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = several ? PyTuple_GetItem(index, i) : index;
        if (item == Py_None) {
            insert(layout);
        } else if (item == Py_Ellipsis) {
            if (gap++)
                return 0;
            for (int end = axis + a->ndim - taken; axis < end; axis++)
                keep(a, axis, layout);
        } else if (!(PySlice_Check(item) ? cut : pick)(a, axis++, item, layout)) {
            return 0;
        }
    }
    for (; axis < a->ndim; axis++)
        keep(a, axis, layout);
    return 1;
}

int nxc_lengths(const nxc_buffer *a, PyObject *const *lengths, Py_ssize_t n, nxc_layout *layout) {
    PyObject *tuple = n == 1 && PyTuple_CheckExact(lengths[0]) ? lengths[0] : NULL;
    int64_t size = 1;
    int rest = -1;
    n = tuple == NULL ? n : PyTuple_Size(tuple);
    if (n > NXC_CORE_NDIM || (n == 0 && tuple == NULL))
        return 0;
    layout->ndim = (int)n;
    for (int i = 0; i < n; i++) {
        PyObject *length = tuple == NULL ? lengths[i] : PyTuple_GetItem(tuple, i);
        const int64_t value = PyLong_CheckExact(length) ? PyLong_AsLongLong(length) : -2;
        if (value < -1 || (value == -1 && (rest >= 0 || PyErr_Occurred())))
            return 0;
        if (value == -1)
            rest = i;
        else if (__builtin_mul_overflow(size, value, &size))
            return 0;
        layout->shape[i] = value;
    }
    if (rest < 0)
        return size == a->size;
    if (size == 0 || a->size % size != 0)
        return 0;
    layout->shape[rest] = a->size / size;
    return 1;
}
