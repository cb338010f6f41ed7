/* Moves that make new elements, and arrays made of nothing.
 *
 * Owns: copy, concat, pad, full and iota; bitcast and detach, which share the operand's memory.
 * Who may call: Python, through bind.
 * Invariant: new elements lie in row-major order. Bits are moved, whatever they mean.
 */
#include <string.h>

#include "nxc_bound.h"
#include "nxc_copy.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_run.h"

static PyObject *done(int status, const char *name, nxc_buffer *out) {
    return status == 0 ? (PyObject *)out : nxc_fail(status, name, (PyObject *)out);
}

PyObject *nxc_fn_copy(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    nxc_region region;
    (void)self;
    if (!nxc_are_buffers("copy", operands, n, 1))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    nxc_buffer *out = nxc_buffer_new(a->dtype, a->ndim, nxc_shape(a));
    if (out == NULL)
        return NULL;
    nxc_region_of(&region, a, out->data, nxc_strides(out));
    return done(nxc_copy(&region), "copy", out);
}

/* Its parameter is the axis. */
PyObject *nxc_fn_concat(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count, status = 0;
    const int64_t *params = nxc_params(self, &count);
    int64_t shape[NXC_MAX_NDIM];
    if (n < 1 || count != 1 || !nxc_are_buffers("concat", operands, n, n))
        return nxc_wrong_operands("concat", "Buffers, and an axis");
    const nxc_buffer *first = (const nxc_buffer *)operands[0];
    const int axis = (int)params[0];
    if (axis < 0 || axis >= first->ndim)
        return PyErr_Format(PyExc_IndexError, "concat: cannot join %d axes along axis %d",
                            first->ndim, axis);
    for (int i = 0; i < first->ndim; i++)
        shape[i] = i == axis ? 0 : nxc_shape(first)[i];
    for (Py_ssize_t k = 0; k < n; k++) {
        const nxc_buffer *a = (const nxc_buffer *)operands[k];
        int fits = a->dtype == first->dtype && a->ndim == first->ndim;
        for (int i = 0; fits && i < a->ndim; i++)
            fits = i == axis || nxc_shape(a)[i] == shape[i];
        if (!fits)
            return nxc_wrong_operands("concat", "Buffers of one dtype that fit together");
        shape[axis] += nxc_shape(a)[axis];
    }
    nxc_buffer *out = nxc_buffer_new(first->dtype, first->ndim, shape);
    if (out == NULL)
        return NULL;
    char *to = out->data;
    for (Py_ssize_t k = 0; k < n && status == 0; k++) {
        const nxc_buffer *a = (const nxc_buffer *)operands[k];
        nxc_region region;
        nxc_region_of(&region, a, to, nxc_strides(out));
        status = nxc_copy(&region);
        to += nxc_shape(a)[axis] * nxc_strides(out)[axis];
    }
    return done(status, "concat", out);
}

/* Its parameters are three widths for each axis: before, after, and between the elements. */
PyObject *nxc_fn_pad(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count, status;
    const int64_t *low = nxc_params(self, &count);
    int64_t shape[NXC_MAX_NDIM], strides[NXC_MAX_NDIM];
    if (!nxc_are_buffers("pad", operands, n, 2))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    const nxc_buffer *value = (const nxc_buffer *)operands[1];
    if (count != 3 * a->ndim || value->ndim != 0 || value->dtype != a->dtype)
        return nxc_wrong_operands("pad", "a Buffer and an element, and three widths an axis");
    const int64_t *high = low + a->ndim, *between = high + a->ndim;
    for (int i = 0; i < a->ndim; i++) {
        const int64_t length = nxc_shape(a)[i];
        shape[i] = low[i] + length + (length > 0 ? length - 1 : 0) * between[i] + high[i];
    }
    nxc_buffer *out = nxc_buffer_new(a->dtype, a->ndim, shape);
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    char *to = out->data;
    for (int i = 0; i < a->ndim; i++) {
        to += low[i] * nxc_strides(out)[i];
        strides[i] = nxc_strides(out)[i] * (between[i] + 1);
    }
    nxc_region region;
    nxc_region_of(&region, a, to, strides);
    status = out->size == a->size ? 0 : nxc_fill(out->data, value->data, region.size, out->size);
    if (status == 0)
        status = nxc_copy(&region);
    return done(status, "pad", out);
}

/* Its parameters: the dtype, the element's bits in two halves, and the shape. */
PyObject *nxc_fn_full(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    (void)operands;
    if (n != 0 || count < 3 || params[0] < 0 || params[0] >= NXC_DTYPE_COUNT)
        return nxc_wrong_operands("full", "no Buffer; a dtype, an element and a shape");
    nxc_buffer *out = nxc_buffer_new((int)params[0], count - 3, params + 3);
    if (out == NULL)
        return NULL;
    const int64_t size = nxc_dtypes[out->dtype].itemsize;
    return done(nxc_fill(out->data, (const char *)(params + 1), size, out->size), "full", out);
}

typedef struct {
    int64_t *out;
} iota_work;

static int iota(void *given, int64_t begin, int64_t end) {
    const iota_work *w = given;
    for (int64_t i = begin; i < end; i++)
        w->out[i] = i;
    return 0;
}

/* Its parameter is the length; of int64. */
PyObject *nxc_fn_iota(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    (void)operands;
    if (n != 0 || count != 1)
        return nxc_wrong_operands("iota", "no Buffer; a length");
    nxc_buffer *out = nxc_buffer_new(NXC_DTYPE_int64, 1, params);
    if (out == NULL)
        return NULL;
    iota_work w = {(int64_t *)(void *)out->data};
    return done(nxc_run(iota, &w, out->size, 1 << 16, (double)out->size), "iota", out);
}

/* ---- the same memory ---- */

/* Its parameter is the dtype, of the operand's size. */
PyObject *nxc_fn_bitcast(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    if (!nxc_are_buffers("bitcast", operands, n, 1))
        return NULL;
    nxc_buffer *a = (nxc_buffer *)operands[0];
    if (count != 1 || params[0] < 0 || params[0] >= NXC_DTYPE_COUNT ||
        nxc_dtypes[params[0]].itemsize != nxc_dtypes[a->dtype].itemsize)
        return nxc_wrong_operands("bitcast", "a Buffer, and a dtype of its elements' size");
    PyObject *out = nxc_buffer_broadcast(a, a->ndim, nxc_shape(a));
    if (out != NULL)
        ((nxc_buffer *)out)->dtype = (uint8_t)params[0];
    return out;
}

/* Buffers are immutable: the operand itself will do. */
PyObject *nxc_fn_detach(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    (void)self;
    if (!nxc_are_buffers("detach", operands, n, 1))
        return NULL;
    Py_INCREF(operands[0]);
    return operands[0];
}
