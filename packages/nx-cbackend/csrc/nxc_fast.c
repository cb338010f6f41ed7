/* The METH_FASTCALL functions, and the one cffi call that hands them to Python.
 *
 * Owns: argument checks, the choice of a kernel, result allocation, the GIL, Python's errors.
 * Who may call: nx_cbackend/_native.py through nxc_hand_over (by cffi, once); then Python calls
 * the functions themselves. A cffi call costs some 150 ns before any work, these some 10.
 * Invariant: the first test of each function is its common case: dense operands of one shape
 * and order. A dtype without a kernel gives NotImplemented; the Backend class never asks for one.
 * State is static, one per process: sub-interpreters aren't supported.
 */
#include "nxc_fast.h"

#include <string.h>

#include "nxc_buffer.h"
#include "nxc_map.h"
#include "nxc_sum.h"

#define NXC_RELEASE_SIZE 16384 /* elements from which the work outweighs giving the GIL up */

#define NXC_WITHOUT_GIL(size, work)                                                                \
    do {                                                                                           \
        PyThreadState *state = (size) >= NXC_RELEASE_SIZE ? PyEval_SaveThread() : NULL;            \
        work;                                                                                      \
        if (state != NULL)                                                                         \
            PyEval_RestoreThread(state);                                                           \
    } while (0)

/* ---- elementwise ---- */

static const char *const op_names[NXC_OP_COUNT] = {
#define NXC_ROW(name, arity, f, expression) #name,
    NXC_OPS(NXC_ROW)
#undef NXC_ROW
};

static PyObject *wrong_operands(const char *name, const char *wanted) {
    return PyErr_Format(PyExc_TypeError, "%s: cannot compute on these operands (wanted %s)", name,
                        wanted);
}

static PyObject *wrong_shapes(int op, const nxc_buffer *a, const nxc_buffer *x, int axis) {
    const int ndim = a->ndim > x->ndim ? a->ndim : x->ndim;
    const long long na = nxc_shape(a)[axis - (ndim - a->ndim)];
    const long long nx = nxc_shape(x)[axis - (ndim - x->ndim)];
    PyObject *sa = nxc_tuple(a->ndim, nxc_shape(a)), *sx = nxc_tuple(x->ndim, nxc_shape(x));
    if (sa != NULL && sx != NULL)
        PyErr_Format(PyExc_ValueError, "%s: cannot broadcast %R with %R (%lld != %lld)",
                     op_names[op], sa, sx, na, nx);
    Py_XDECREF(sa);
    Py_XDECREF(sx);
    return NULL;
}

/* Whether one row passes through both: the same shape, and the same dense order. */
static inline int aligned(const nxc_buffer *a, const nxc_buffer *x) {
    if (a->ndim != x->ndim || !a->dense || !x->dense)
        return 0;
    const int n = a->contiguous && x->contiguous ? a->ndim : 2 * a->ndim;
    for (int i = 0; i < n; i++)
        if (a->dims[i] != x->dims[i])
            return 0;
    return 1;
}

/* One row over all elements of a dense operand; the other's step is its size, or 0. */
static inline PyObject *map_row(nxc_map_kernel kernel, const nxc_buffer *a, const char *x,
                                int64_t step) {
    const int64_t itemsize = nxc_dtypes[a->dtype].itemsize;
    nxc_buffer *out = nxc_buffer_like(a);
    if (out != NULL)
        NXC_WITHOUT_GIL(out->size, kernel(out->data, a->data, itemsize, x, step, out->size));
    return (PyObject *)out;
}

static PyObject *map_any(int op, nxc_map_kernel kernel, const nxc_buffer *a, const nxc_buffer *x) {
    int64_t shape[NXC_MAX_NDIM];
    const int ndim = nxc_broadcast(a, x, shape);
    if (ndim < 0)
        return wrong_shapes(op, a, x, -1 - ndim);
    nxc_buffer *out = nxc_buffer_new(a->dtype, ndim, shape);
    if (out != NULL)
        NXC_WITHOUT_GIL(out->size, nxc_map(kernel, a, x, out));
    return (PyObject *)out;
}

/* The second operand as one element of a's dtype. */
static PyObject *map_scalar(int op, nxc_map_kernel kernel, const nxc_buffer *a, double value) {
    const float narrow = (float)value;
    nxc_buffer x; /* 0-d, on the stack */
    x.data = a->dtype == NXC_DTYPE_float32 ? (char *)&narrow : (char *)&value;
    if (a->dense)
        return map_row(kernel, a, x.data, 0);
    x.ndim = 0;
    return map_any(op, kernel, a, &x);
}

static inline PyObject *map_1(int op, PyObject *const *operands, Py_ssize_t n) {
    if (n != 1 || !NXC_IS_BUFFER(operands[0]))
        return wrong_operands(op_names[op], "a Buffer");
    const nxc_buffer *x = (const nxc_buffer *)operands[0];
    const nxc_map_kernel kernel = nxc_active->map[op][x->dtype];
    if (kernel == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    if (x->dense)
        return map_row(kernel, x, x->data, nxc_dtypes[x->dtype].itemsize);
    return map_any(op, kernel, x, x);
}

static inline PyObject *map_2(int op, PyObject *const *operands, Py_ssize_t n) {
    if (n != 2 || !NXC_IS_BUFFER(operands[0]))
        return wrong_operands(op_names[op], "two Buffers, or a Buffer and a float");
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    const nxc_map_kernel kernel = nxc_active->map[op][a->dtype];
    if (kernel == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    if (NXC_IS_BUFFER(operands[1])) {
        const nxc_buffer *x = (const nxc_buffer *)operands[1];
        if (a->dtype != x->dtype)
            Py_RETURN_NOTIMPLEMENTED;
        if (aligned(a, x))
            return map_row(kernel, a, x->data, nxc_dtypes[a->dtype].itemsize);
        return map_any(op, kernel, a, x);
    }
    if (PyFloat_CheckExact(operands[1]))
        return map_scalar(op, kernel, a, PyFloat_AsDouble(operands[1]));
    return wrong_operands(op_names[op], "two Buffers, or a Buffer and a float");
}

#define NXC_ROW(name, arity, f, expression)                                                        \
    static PyObject *fast_##name(PyObject *self, PyObject *const *operands, Py_ssize_t n) {        \
        (void)self;                                                                                \
        return map_##arity(NXC_OP_##name, operands, n);                                            \
    }
NXC_OPS(NXC_ROW)
#undef NXC_ROW

static PyMethodDef map_functions[NXC_OP_COUNT] = {
#define NXC_ROW(name, arity, f, expression)                                                        \
    {#name, (PyCFunction)(void (*)(void))fast_##name, METH_FASTCALL, NULL},
    NXC_OPS(NXC_ROW)
#undef NXC_ROW
};

/* ---- sum ---- */

/* A function bound to its axes: `self` is their bit mask, an int. */
static PyObject *sum_bound(PyObject *self, PyObject *operand) {
    if (!NXC_IS_BUFFER(operand))
        return wrong_operands("sum", "a Buffer");
    const nxc_buffer *a = (const nxc_buffer *)operand;
    const uint64_t mask = PyLong_AsUnsignedLongLong(self);
    int64_t shape[NXC_MAX_NDIM];
    int ndim = 0;
    if (nxc_active->sum_row[a->dtype] == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    if (a->ndim < 64 && mask >> a->ndim != 0)
        return PyErr_Format(PyExc_IndexError, "sum: cannot reduce axis %d of %d axes (%d >= %d)",
                            63 - __builtin_clzll(mask), a->ndim, 63 - __builtin_clzll(mask),
                            a->ndim);
    for (int i = 0; i < a->ndim; i++)
        if (!(mask >> i & 1))
            shape[ndim++] = nxc_shape(a)[i];
    nxc_buffer *out = nxc_buffer_new(a->dtype, ndim, shape);
    if (out != NULL)
        NXC_WITHOUT_GIL(a->size, nxc_sum(a, mask, out));
    return (PyObject *)out;
}

static PyMethodDef sum_function = {"sum", sum_bound, METH_O, NULL};

static PyObject *sum_over(PyObject *self, PyObject *axes) {
    uint64_t mask = 0;
    const Py_ssize_t n = PyTuple_Check(axes) ? PyTuple_Size(axes) : -1;
    (void)self;
    if (n < 0)
        return wrong_operands("sum_over", "a tuple of axes");
    for (Py_ssize_t i = 0; i < n; i++) {
        const long axis = PyLong_AsLong(PyTuple_GetItem(axes, i));
        if (axis == -1 && PyErr_Occurred())
            return NULL;
        if (axis < 0 || axis >= NXC_MAX_NDIM)
            return PyErr_Format(PyExc_IndexError, "sum_over: cannot reduce axis %ld (not 0 to %d)",
                                axis, NXC_MAX_NDIM - 1);
        mask |= UINT64_C(1) << axis;
    }
    PyObject *bound = PyLong_FromUnsignedLongLong(mask);
    PyObject *function = bound == NULL ? NULL : PyCFunction_NewEx(&sum_function, bound, NULL);
    Py_XDECREF(bound);
    return function;
}

/* ---- broadcast_to, bound to its shape ---- */

static PyObject *broadcast_bound(PyObject *self, PyObject *operand) {
    int64_t shape[NXC_MAX_NDIM];
    const int ndim = (int)(PyBytes_Size(self) / (Py_ssize_t)sizeof *shape);
    if (!NXC_IS_BUFFER(operand))
        return wrong_operands("broadcast_to", "a Buffer");
    nxc_buffer *a = (nxc_buffer *)operand;
    memcpy(shape, PyBytes_AsString(self), (size_t)ndim * sizeof *shape);
    for (int i = ndim - a->ndim, j = 0; j < a->ndim; i++, j++)
        if (i < 0 || (nxc_shape(a)[j] != 1 && nxc_shape(a)[j] != shape[i]))
            return PyErr_Format(PyExc_ValueError, "broadcast_to: cannot repeat axis %d of %d", j,
                                a->ndim);
    return nxc_buffer_broadcast(a, ndim, shape);
}

static PyMethodDef broadcast_function = {"broadcast_to", broadcast_bound, METH_O, NULL};

static PyObject *broadcast_over(PyObject *self, PyObject *lengths) {
    int64_t shape[NXC_MAX_NDIM];
    const Py_ssize_t n = PyTuple_Check(lengths) ? PyTuple_Size(lengths) : -1;
    (void)self;
    if (n < 0 || n > NXC_MAX_NDIM)
        return wrong_operands("broadcast_over", "a tuple of at most 64 lengths");
    for (Py_ssize_t i = 0; i < n; i++) {
        shape[i] = PyLong_AsLongLong(PyTuple_GetItem(lengths, i));
        if (shape[i] == -1 && PyErr_Occurred())
            return NULL;
        if (shape[i] < 0)
            return PyErr_Format(PyExc_ValueError, "broadcast_over: cannot use length %lld",
                                (long long)shape[i]);
    }
    PyObject *bound = PyBytes_FromStringAndSize((const char *)shape, n * (Py_ssize_t)sizeof *shape);
    PyObject *function = bound == NULL ? NULL : PyCFunction_NewEx(&broadcast_function, bound, NULL);
    Py_XDECREF(bound);
    return function;
}

/* ---- wrap ---- */

static PyObject *wrap(PyObject *self, PyObject *const *arguments, Py_ssize_t n) {
    (void)self;
    if (n != 3)
        return wrong_operands("wrap", "an exporter, a dtype's number and a Buffer or None");
    const long dtype = PyLong_AsLong(arguments[1]);
    if (dtype == -1 && PyErr_Occurred())
        return NULL;
    if (dtype < 0 || dtype >= NXC_DTYPE_COUNT)
        return PyErr_Format(PyExc_ValueError, "wrap: cannot use dtype number %ld (not 0 to %d)",
                            dtype, NXC_DTYPE_COUNT - 1);
    return nxc_buffer_wrap(arguments[0], (int)dtype, arguments[2]);
}

static PyMethodDef other_functions[] = {
    {"sum_over", sum_over, METH_O, NULL},
    {"broadcast_over", broadcast_over, METH_O, NULL},
    {"wrap", (PyCFunction)(void (*)(void))wrap, METH_FASTCALL, NULL},
};

/* ---- the hand-over ---- */

/* dict[key] = value, taking the reference; -1 on failure, a NULL value included. */
static int give(PyObject *dict, const char *key, PyObject *value) {
    const int status = value == NULL ? -1 : PyDict_SetItemString(dict, key, value);
    Py_XDECREF(value);
    return status;
}

static int give_functions(PyObject *dict, PyMethodDef *definitions, int n) {
    for (int i = 0; i < n; i++)
        if (give(dict, definitions[i].ml_name, PyCFunction_NewEx(&definitions[i], NULL, NULL)) < 0)
            return -1;
    return 0;
}

static PyObject *names(const char *const *first, size_t step, int n) {
    PyObject *tuple = PyTuple_New(n);
    for (int i = 0; tuple != NULL && i < n; i++) {
        const char *name = *(const char *const *)((const char *)first + (size_t)i * step);
        PyObject *text = PyUnicode_InternFromString(name);
        if (text == NULL || PyTuple_SetItem(tuple, i, text) < 0)
            Py_CLEAR(tuple);
    }
    return tuple;
}

static int fill(PyObject *dict) {
    if (nxc_buffer_ready() < 0)
        return -1;
    Py_INCREF((PyObject *)nxc_buffer_type);
    if (give(dict, "Buffer", (PyObject *)nxc_buffer_type) < 0)
        return -1;
    if (give(dict, "dtypes", names(&nxc_dtypes->name, sizeof *nxc_dtypes, NXC_DTYPE_COUNT)) < 0)
        return -1;
    if (give(dict, "elementwise", names(op_names, sizeof *op_names, NXC_OP_COUNT)) < 0)
        return -1;
    if (give_functions(dict, map_functions, NXC_OP_COUNT) < 0)
        return -1;
    return give_functions(dict, other_functions, sizeof other_functions / sizeof *other_functions);
}

int nxc_hand_over(uintptr_t dict) {
    const PyGILState_STATE state = PyGILState_Ensure(); /* cffi let the GIL go */
    const int status = fill((PyObject *)dict);
    if (status < 0)
        PyErr_Clear();
    PyGILState_Release(state);
    return status;
}
