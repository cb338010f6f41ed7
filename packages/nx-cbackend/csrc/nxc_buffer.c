/* The life of a Buffer: allocation, wrapping, export, attributes.
 *
 * Owns: every allocation of the extension.
 * Who may call: nxc_fast.c; Python through the type's attributes and the buffer protocol.
 * Invariants: an exported view is read-only; elements live in exactly one of the object itself,
 * `block`, or `owner`'s memory; a failed allocation leaves nothing behind. The type is not
 * tracked by the collector: a buffer refers to one memoryview or Buffer, and no cycle runs through
 * it. Source: PEP 3118 for the export.
 */
#include "nxc_buffer.h"

#include <stddef.h>
#include <string.h>

#include "nxc_bound.h"
#include "nxc_fault.h"
#include "nxc_functions.h"
#include "nxc_memory.h"

#define NXC_INLINE_BYTES 256 /* results up to here share the object's own allocation */

_Static_assert(sizeof(Py_ssize_t) == sizeof(int64_t), "nx-cbackend needs a 64-bit platform");

const nxc_dtype_info nxc_dtypes[NXC_DTYPE_COUNT] = {
#define NXC_ROW(name, itemsize, format) {itemsize, #name, format},
    NXC_DTYPES(NXC_ROW)
#undef NXC_ROW
};

PyTypeObject *nxc_buffer_type;

/* ---- allocation ---- */

static nxc_buffer *allocate(int dtype, int ndim, int64_t size, int64_t inline_bytes) {
    const int64_t head = (int64_t)offsetof(nxc_buffer, dims) + 16 * ndim;
    const int64_t start = (head + 15) & ~INT64_C(15);
    nxc_buffer *self = NXC_FAULT() ? NULL : PyObject_Malloc((size_t)(start + inline_bytes));
    if (self == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    PyObject_Init((PyObject *)self, nxc_buffer_type);
    self->data = (char *)self + start;
    self->owner = NULL;
    self->block = NULL;
    self->size = size;
    self->dtype = (uint8_t)dtype;
    self->ndim = (uint8_t)ndim;
    self->contiguous = self->dense = 1;
    return self;
}

/* Room for size elements, in the object where they are few. */
static nxc_buffer *allocate_elements(int dtype, int ndim, int64_t size) {
    const int64_t bytes = size * nxc_dtypes[dtype].itemsize;
    if (bytes <= NXC_INLINE_BYTES)
        return allocate(dtype, ndim, size, bytes);
    nxc_buffer *self = allocate(dtype, ndim, size, 0);
    if (self == NULL)
        return NULL;
    self->block = nxc_alloc((size_t)bytes);
    if (self->block == NULL) {
        Py_DECREF(self);
        PyErr_NoMemory();
        return NULL;
    }
    self->data = self->block;
    return self;
}

/* The number of elements, or -1 when their bytes would overflow. */
static int64_t count(int ndim, const int64_t *shape, int64_t itemsize) {
    int64_t bytes = itemsize;
    for (int i = 0; i < ndim; i++)
        if (shape[i] == 0)
            return 0;
    for (int i = 0; i < ndim; i++)
        if (__builtin_mul_overflow(bytes, shape[i], &bytes))
            return -1;
    return bytes / itemsize;
}

static int is_contiguous(const nxc_buffer *self) {
    int64_t expected = nxc_dtypes[self->dtype].itemsize;
    for (int i = self->ndim - 1; i >= 0 && self->size > 0; i--) {
        if (nxc_shape(self)[i] != 1 && nxc_strides(self)[i] != expected)
            return 0;
        expected *= nxc_shape(self)[i];
    }
    return 1;
}

/* An empty-handed buffer of this shape, its strides unset; NULL with MemoryError set. */
static nxc_buffer *shaped(int dtype, int ndim, const int64_t *shape) {
    const int64_t size = count(ndim, shape, nxc_dtypes[dtype].itemsize);
    nxc_buffer *self = size < 0 ? NULL : allocate_elements(dtype, ndim, size);
    if (size < 0)
        PyErr_NoMemory();
    for (int i = 0; self != NULL && i < ndim; i++)
        self->dims[i] = shape[i];
    return self;
}

nxc_buffer *nxc_buffer_new(int dtype, int ndim, const int64_t *shape) {
    nxc_buffer *self = shaped(dtype, ndim, shape);
    int64_t stride = nxc_dtypes[dtype].itemsize;
    for (int i = ndim - 1; self != NULL && i >= 0; i--) {
        self->dims[ndim + i] = stride;
        stride *= shape[i] > 0 ? shape[i] : 1;
    }
    return self;
}

nxc_buffer *nxc_buffer_ordered(int dtype, int ndim, const int64_t *shape, const int *order) {
    nxc_buffer *self = shaped(dtype, ndim, shape);
    int64_t stride = nxc_dtypes[dtype].itemsize;
    if (self == NULL)
        return NULL;
    for (int i = ndim - 1; i >= 0; i--) {
        self->dims[ndim + order[i]] = stride;
        stride *= shape[order[i]] > 0 ? shape[order[i]] : 1;
    }
    self->contiguous = (uint8_t)is_contiguous(self);
    return self;
}

nxc_buffer *nxc_buffer_like(const nxc_buffer *model, int dtype) {
    const int64_t from = nxc_dtypes[model->dtype].itemsize, to = nxc_dtypes[dtype].itemsize;
    nxc_buffer *self = allocate_elements(dtype, model->ndim, model->size);
    if (self == NULL)
        return NULL;
    for (int i = 0; i < model->ndim; i++) {
        const int64_t stride = nxc_strides(model)[i];
        self->dims[i] = model->dims[i];
        self->dims[model->ndim + i] = from == to ? stride : stride / from * to;
    }
    self->contiguous = model->contiguous;
    return self;
}

static void dealloc(PyObject *object) {
    nxc_buffer *self = (nxc_buffer *)object;
    PyTypeObject *type = Py_TYPE(object);
    Py_XDECREF(self->owner);
    if (self->block != NULL)
        nxc_free(self->block, (size_t)(self->size * nxc_dtypes[self->dtype].itemsize));
    PyObject_Free(self);
    Py_DECREF(type);
}

/* ---- wrapping ---- */

/* Follows the strides up from the smallest; each axis can continue the block only once. */
static int is_dense(const nxc_buffer *self) {
    const int64_t itemsize = nxc_dtypes[self->dtype].itemsize;
    int64_t block = itemsize;
    for (int i = 0; i < self->ndim && block < self->size * itemsize; i++)
        if (nxc_shape(self)[i] > 1 && nxc_strides(self)[i] == block) {
            block *= nxc_shape(self)[i];
            i = -1;
        }
    return block == self->size * itemsize;
}

static PyObject *wrap_view(PyObject *owner, const Py_buffer *view, int dtype) {
    const int64_t itemsize = nxc_dtypes[dtype].itemsize;
    if (view->itemsize != itemsize) {
        PyErr_Format(PyExc_TypeError, "wrap: cannot read %zd-byte elements as %s (%zd != %lld)",
                     view->itemsize, nxc_dtypes[dtype].name, view->itemsize, (long long)itemsize);
        return NULL;
    }
    nxc_buffer *self = allocate(dtype, view->ndim, view->len / itemsize, 0);
    if (self == NULL)
        return NULL;
    for (int i = 0; i < view->ndim; i++) {
        self->dims[i] = view->shape[i];
        self->dims[view->ndim + i] = view->strides[i];
    }
    Py_INCREF(owner);
    self->owner = owner;
    self->data = view->buf;
    self->contiguous = (uint8_t)is_contiguous(self);
    self->dense = (uint8_t)(self->contiguous || is_dense(self));
    return (PyObject *)self;
}

/* The Buffer that must live for root's memory to: views refer to it, so they make no chains. */
static PyObject *owner_of(PyObject *root) {
    PyObject *owner = ((nxc_buffer *)root)->owner;
    return owner != NULL && NXC_IS_BUFFER(owner) ? owner : root;
}

PyObject *nxc_buffer_wrap(PyObject *exporter, int dtype, PyObject *root) {
    Py_buffer view;
    PyObject *self = NULL, *owner;
    if (NXC_IS_BUFFER(root)) {
        owner = owner_of(root);
        Py_INCREF(owner);
    } else {
        owner =
            NXC_TRY(PyMemoryView_FromObject(exporter)); /* holds the export, so nobody resizes */
    }
    if (owner != NULL && PyObject_GetBuffer(exporter, &view, PyBUF_STRIDED_RO) == 0) {
        self = wrap_view(owner, &view, dtype);
        PyBuffer_Release(&view);
    }
    Py_XDECREF(owner);
    return self;
}

PyObject *nxc_buffer_broadcast(nxc_buffer *a, int ndim, const int64_t *shape) {
    const int64_t size = count(ndim, shape, 1);
    nxc_buffer *self = allocate(a->dtype, ndim, size, 0);
    if (self == NULL)
        return NULL;
    for (int i = 0, j = a->ndim - ndim; i < ndim; i++, j++) {
        self->dims[i] = shape[i];
        self->dims[ndim + i] = j < 0 || nxc_shape(a)[j] != shape[i] ? 0 : nxc_strides(a)[j];
    }
    self->owner = owner_of((PyObject *)a);
    Py_INCREF(self->owner);
    self->data = a->data;
    self->contiguous = (uint8_t)is_contiguous(self);
    self->dense = (uint8_t)(self->contiguous || is_dense(self));
    return (PyObject *)self;
}

nxc_buffer *nxc_buffer_view(nxc_buffer *a, char *data, int ndim, const int64_t *shape,
                            const int64_t *strides) {
    const int64_t itemsize = nxc_dtypes[a->dtype].itemsize;
    int64_t size = 1; /* no overflow: there are no more than in `a` */
    for (int i = 0; i < ndim; i++)
        size *= shape[i];
    nxc_buffer *self = allocate(a->dtype, ndim, size, size == 1 ? itemsize : 0);
    if (self == NULL)
        return NULL;
    for (int i = 0; i < ndim; i++) {
        self->dims[i] = shape[i];
        self->dims[ndim + i] = strides[i];
    }
    if (size == 1) {
        memcpy(self->data, data, (size_t)itemsize);
        return self;
    }
    self->owner = owner_of((PyObject *)a);
    Py_INCREF(self->owner);
    self->data = size == 0 ? a->data : data;
    self->contiguous = (uint8_t)is_contiguous(self);
    self->dense = (uint8_t)(self->contiguous || is_dense(self));
    return self;
}

/* Its parameters are the shape. */
PyObject *nxc_fn_broadcast_to(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int ndim;
    const int64_t *shape = nxc_params(self, &ndim);
    if (!nxc_are_buffers("broadcast_to", operands, n, 1))
        return NULL;
    nxc_buffer *a = (nxc_buffer *)operands[0];
    if (ndim > NXC_MAX_NDIM)
        return PyErr_Format(PyExc_ValueError, "broadcast_to: cannot make %d axes (%d > %d)", ndim,
                            ndim, NXC_MAX_NDIM);
    for (int i = ndim - a->ndim, j = 0; j < a->ndim; i++, j++)
        if (i < 0 || (nxc_shape(a)[j] != 1 && nxc_shape(a)[j] != shape[i]))
            return PyErr_Format(PyExc_ValueError, "broadcast_to: cannot repeat axis %d of %d", j,
                                a->ndim);
    return nxc_buffer_broadcast(a, ndim, shape);
}

/* ---- export ---- */

#define NXC_ASKS(flags, what) (((flags) & (what)) == (what))

static int getbuffer(PyObject *object, Py_buffer *view, int flags) {
    nxc_buffer *self = (nxc_buffer *)object;
    const int strided = NXC_ASKS(flags, PyBUF_STRIDES);
    const int row_major =
        !strided || NXC_ASKS(flags, PyBUF_C_CONTIGUOUS) || NXC_ASKS(flags, PyBUF_ANY_CONTIGUOUS);
    const int column_major = NXC_ASKS(flags, PyBUF_F_CONTIGUOUS);
    view->obj = NULL;
    if (flags & PyBUF_WRITABLE) {
        PyErr_SetString(PyExc_BufferError, "Buffer: cannot export writable memory (immutable)");
        return -1;
    }
    if (!self->contiguous && (row_major || column_major)) {
        PyErr_SetString(PyExc_BufferError, "Buffer: cannot export as asked (not contiguous)");
        return -1;
    }
    if (column_major && self->ndim > 1) {
        PyErr_SetString(PyExc_BufferError, "Buffer: cannot export in column-major order");
        return -1;
    }
    view->buf = self->data;
    view->itemsize = nxc_dtypes[self->dtype].itemsize;
    view->len = self->size * view->itemsize;
    view->readonly = 1;
    view->ndim = self->ndim;
    view->format = (flags & PyBUF_FORMAT) ? (char *)nxc_dtypes[self->dtype].format : NULL;
    view->shape = (flags & PyBUF_ND) ? (Py_ssize_t *)nxc_shape(self) : NULL;
    view->strides = strided ? (Py_ssize_t *)nxc_strides(self) : NULL;
    view->suboffsets = NULL;
    view->internal = NULL;
    Py_INCREF(object);
    view->obj = object;
    return 0;
}

/* ---- attributes ---- */

PyObject *nxc_tuple(int n, const int64_t *values) {
    PyObject *tuple = NXC_TRY(PyTuple_New(n));
    for (int i = 0; tuple != NULL && i < n; i++) {
        PyObject *item = NXC_TRY(PyLong_FromLongLong(values[i]));
        if (item == NULL || PyTuple_SetItem(tuple, i, item) < 0)
            Py_CLEAR(tuple);
    }
    return tuple;
}

static PyObject *get_shape(PyObject *object, void *closure) {
    (void)closure;
    return nxc_tuple(((nxc_buffer *)object)->ndim, nxc_shape((nxc_buffer *)object));
}

static PyObject *get_strides(PyObject *object, void *closure) {
    (void)closure;
    return nxc_tuple(((nxc_buffer *)object)->ndim, nxc_strides((nxc_buffer *)object));
}

static PyObject *get_dtype(PyObject *object, void *closure) {
    (void)closure;
    return PyUnicode_FromString(nxc_dtypes[((nxc_buffer *)object)->dtype].name);
}

static PyObject *get_code(PyObject *object, void *closure) {
    (void)closure;
    return PyLong_FromLong(((nxc_buffer *)object)->dtype);
}

static PyObject *get_nbytes(PyObject *object, void *closure) {
    nxc_buffer *self = (nxc_buffer *)object;
    (void)closure;
    return PyLong_FromLongLong(self->size * nxc_dtypes[self->dtype].itemsize);
}

static PyObject *get_contiguous(PyObject *object, void *closure) {
    (void)closure;
    return PyBool_FromLong(((nxc_buffer *)object)->contiguous);
}

static PyObject *repr(PyObject *object) {
    PyObject *text = NULL, *shape = get_shape(object, NULL);
    if (shape != NULL)
        text = PyUnicode_FromFormat("<nx_cbackend.Buffer %s %R>",
                                    nxc_dtypes[((nxc_buffer *)object)->dtype].name, shape);
    Py_XDECREF(shape);
    return text;
}

static PyGetSetDef attributes[] = {
    {"shape", get_shape, NULL, "The shape, a tuple of ints.", NULL},
    {"strides", get_strides, NULL, "The strides in bytes, a tuple of ints.", NULL},
    {"dtype", get_dtype, NULL, "The dtype's name.", NULL},
    {"code", get_code, NULL, "The dtype's number.", NULL},
    {"nbytes", get_nbytes, NULL, "The bytes of its elements.", NULL},
    {"contiguous", get_contiguous, NULL, "Whether the elements lie in row-major order.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "An immutable strided array: the C backend's storage."},
    {Py_tp_dealloc, dealloc},
    {Py_tp_repr, repr},
    {Py_tp_getset, attributes},
    {Py_bf_getbuffer, getbuffer},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "nx_cbackend.Buffer",
    .basicsize = sizeof(nxc_buffer),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int nxc_buffer_ready(void) {
    if (nxc_buffer_type == NULL)
        nxc_buffer_type = (PyTypeObject *)PyType_FromSpec(&spec);
    return nxc_buffer_type == NULL ? -1 : 0;
}
