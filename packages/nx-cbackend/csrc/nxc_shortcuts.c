/* The members of nx.Array that run in C where nobody looks on: `x[...]`, `x.T`, `x.reshape(...)`.
 *
 * Owns: the descriptors that the backend puts in front of Python's; where the slots of nx's
 * classes lie, found by looking.
 * Who may call: Python, through the class. nx_cbackend/_backend.py asks for them once.
 * Invariant: what a member does itself is what the Python function does that it stands for. It
 * hands on, with nothing changed, every array of another class, storage or annotated type, every
 * call while a handler is installed, every argument it doesn't know and every error.
 * The types of results are kept in a table of fixed size, which owns them; others are asked for.
 */
#include "nxc_shortcuts.h"

#include "nxc_bound.h"
#include "nxc_indices.h"
#include "nxc_views.h"

static struct {
    PyTypeObject *array, *array_type; /* nx.Array, nx.ArrayType */
    PyObject *current;                /* the stack of handlers, called */
    PyObject *with_shape;             /* "with_shape" */
    Py_ssize_t type, data, annotated;
} nx;

static PyObject *getitem_of, *transposed_of, *reshape_of; /* Python's own */

static inline PyObject **slot(PyObject *object, Py_ssize_t offset) {
    return (PyObject **)(void *)((char *)object + offset);
}

/* An array that nobody looks at. */
typedef struct {
    PyObject *type;
    nxc_buffer *data;
} plain;

static inline int open_plain(PyObject *self, plain *x) {
    if (Py_TYPE(self) != nx.array)
        return 0;
    PyObject *stack = PyObject_CallNoArgs(nx.current);
    if (stack != Py_None) {
        Py_XDECREF(stack);
        PyErr_Clear();
        return 0;
    }
    Py_DECREF(stack);
    x->type = *slot(self, nx.type);
    x->data = (nxc_buffer *)*slot(self, nx.data);
    if (x->type == NULL || Py_TYPE(x->type) != nx.array_type || x->data == NULL ||
        !NXC_IS_BUFFER((PyObject *)x->data))
        return 0;
    return *slot(x->type, nx.annotated) == Py_False;
}

/* ---- the types of results ---- */

#define NXC_KEPT_BITS 10
#define NXC_KEPT_NDIM 4

static struct {
    PyObject *from, *type;
    int ndim;
    int64_t shape[NXC_KEPT_NDIM];
} kept[1 << NXC_KEPT_BITS];

static PyObject *asked_type(PyObject *from, const nxc_buffer *data) {
    PyObject *shape = nxc_tuple(data->ndim, nxc_shape(data)), *type = NULL;
    if (shape != NULL)
        type = PyObject_CallMethodObjArgs(from, nx.with_shape, shape, NULL);
    Py_XDECREF(shape);
    return type;
}

/* A new reference to the type of data's shape and x's dtype and device. */
static inline PyObject *type_of(const plain *x, const nxc_buffer *data) {
    const int ndim = data->ndim;
    uint64_t hash = (uint64_t)(uintptr_t)x->type * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)ndim;
    for (int i = 0; i < ndim; i++)
        hash = (hash ^ (uint64_t)data->dims[i]) * UINT64_C(0x9e3779b97f4a7c15);
    const size_t place = (size_t)(hash >> (64 - NXC_KEPT_BITS));
    PyObject *type = kept[place].type;
    int found = kept[place].from == x->type && kept[place].ndim == ndim;
    for (int i = 0; found && i < ndim; i++)
        found = kept[place].shape[i] == data->dims[i];
    if (found) {
        Py_INCREF(type);
        return type;
    }
    type = asked_type(x->type, data);
    if (type == NULL || ndim > NXC_KEPT_NDIM)
        return type;
    PyObject *const old_from = kept[place].from, *const old_type = kept[place].type;
    Py_INCREF(x->type);
    Py_INCREF(type);
    kept[place].from = x->type;
    kept[place].type = type;
    kept[place].ndim = ndim;
    for (int i = 0; i < ndim; i++)
        kept[place].shape[i] = data->dims[i];
    Py_XDECREF(old_from);
    Py_XDECREF(old_type);
    return type;
}

/* The array of this storage, whose reference it takes; NULL passes through. */
static inline PyObject *closed(const plain *x, nxc_buffer *data) {
    if (data == NULL)
        return NULL;
    PyObject *type = type_of(x, data);
    PyObject *out = type == NULL ? NULL : PyType_GenericAlloc(nx.array, 0);
    if (out == NULL) {
        Py_XDECREF(type);
        Py_DECREF(data);
        return NULL;
    }
    *slot(out, nx.type) = type;
    *slot(out, nx.data) = (PyObject *)data;
    return out;
}

/* The result, or what Python's own gives or raises. */
#define NXC_OR(result, ...)                                                                        \
    do {                                                                                           \
        PyObject *made = (result);                                                                 \
        if (made != NULL)                                                                          \
            return made;                                                                           \
        PyErr_Clear();                                                                             \
        return PyObject_CallFunctionObjArgs(__VA_ARGS__, NULL);                                    \
    } while (0)

/* ---- the members ---- */

static inline PyObject *indexed(PyObject *self, PyObject *index) {
    plain x;
    nxc_layout layout;
    if (!nxc_is_simple(index) || !open_plain(self, &x) || !nxc_indexed(x.data, index, &layout))
        return NULL;
    return closed(&x, nxc_view(x.data, &layout));
}

static PyObject *getitem(PyObject *self, PyObject *index) {
    NXC_OR(indexed(self, index), getitem_of, self, index);
}

static inline PyObject *reversed(PyObject *self) {
    plain x;
    nxc_layout layout;
    if (!open_plain(self, &x))
        return NULL;
    if (x.data->ndim < 2) { /* immutable, and nobody follows it: it may be itself */
        Py_INCREF(self);
        return self;
    }
    nxc_permuted(x.data, NULL, &layout);
    return closed(&x, nxc_view(x.data, &layout));
}

static PyObject *transposed(PyObject *self, void *closure) {
    (void)closure;
    NXC_OR(reversed(self), transposed_of, self);
}

static inline PyObject *reshaped(PyObject *self, PyObject *const *lengths, Py_ssize_t n) {
    plain x;
    nxc_layout layout;
    if (!open_plain(self, &x) || !nxc_lengths(x.data, lengths, n, &layout) ||
        !nxc_reshaped(x.data, &layout))
        return NULL;
    return closed(&x, nxc_view(x.data, &layout));
}

static PyObject *reshape(PyObject *self, PyObject *const *lengths, Py_ssize_t n) {
    PyObject *made = reshaped(self, lengths, n);
    if (made != NULL)
        return made;
    PyErr_Clear();
    PyObject *arguments = PyTuple_New(n + 1);
    for (Py_ssize_t i = 0; arguments != NULL && i <= n; i++) {
        PyObject *argument = i == 0 ? self : lengths[i - 1];
        Py_INCREF(argument);
        PyTuple_SetItem(arguments, i, argument);
    }
    if (arguments != NULL)
        made = PyObject_Call(reshape_of, arguments, NULL);
    Py_XDECREF(arguments);
    return made;
}

static PyMethodDef getitem_method = {"__getitem__", getitem, METH_O,
                                     "__getitem__($self, index, /)\n--\n\nReturn ``x[index]``."};
static PyMethodDef reshape_method = {"reshape", (PyCFunction)(void (*)(void))reshape, METH_FASTCALL,
                                     NULL};
static PyGetSetDef transposed_member = {"T", transposed, NULL, "The array with its axes reversed.",
                                        NULL};

/* ---- the door ---- */

/* Where in its instances a slot of a class lies: a mark put there by name is looked for. 0, which
 * no slot has, where it isn't found. */
static Py_ssize_t offset_of(PyTypeObject *type, const char *name) {
    Py_ssize_t found = 0;
    PyObject *size = PyObject_GetAttrString((PyObject *)type, "__basicsize__");
    PyObject *object = size == NULL ? NULL : PyType_GenericAlloc(type, 0);
    PyObject *mark = object == NULL ? NULL : PyByteArray_FromStringAndSize(NULL, 0);
    if (mark != NULL && PyObject_SetAttrString(object, name, mark) == 0) {
        const Py_ssize_t end = PyLong_AsSsize_t(size) - (Py_ssize_t)sizeof mark;
        for (Py_ssize_t at = sizeof(PyObject); at <= end; at += (Py_ssize_t)sizeof mark)
            if (*slot(object, at) == mark)
                found = found == 0 ? at : -1;
    }
    Py_XDECREF(size);
    Py_XDECREF(object);
    Py_XDECREF(mark);
    PyErr_Clear();
    return found > 0 ? found : 0;
}

/* The docstring of Python's own, behind a signature as inspect reads it; kept for good. */
static const char *documented(PyObject *function, const char *signature) {
    PyObject *doc = PyObject_GetAttrString(function, "__doc__");
    PyObject *text = doc == NULL ? NULL : PyUnicode_FromFormat("%s\n--\n\n%S", signature, doc);
    PyObject *bytes = text == NULL ? NULL : PyUnicode_AsUTF8String(text);
    Py_XDECREF(doc);
    Py_XDECREF(text);
    return bytes == NULL ? NULL : PyBytes_AsString(bytes);
}

/* The door's object of this name; nothing that nx gives is ever let go. */
static PyObject *through(PyObject *door, const char *name) {
    return PyObject_GetAttrString(door, name);
}

static int open_door(PyObject *door) {
    nx.array_type = (PyTypeObject *)through(door, "array_type");
    nx.array = (PyTypeObject *)through(door, "array");
    nx.current = through(door, "current");
    nx.with_shape = PyUnicode_InternFromString("with_shape");
    getitem_of = through(door, "getitem");
    transposed_of = through(door, "transposed");
    reshape_of = through(door, "reshape");
    if (!PyErr_Occurred())
        reshape_method.ml_doc = documented(reshape_of, "reshape($self, /, *shape)");
    if (PyErr_Occurred())
        return -1;
    nx.type = offset_of(nx.array, "_type");
    nx.data = offset_of(nx.array, "_data");
    nx.annotated = offset_of(nx.array_type, "annotated");
    return nx.type > 0 && nx.data > 0 && nx.annotated > 0;
}

/* dict[definition's name] = descriptor, taking the reference. */
static int give(PyObject *dict, const char *name, PyObject *descriptor) {
    const int status = descriptor == NULL ? -1 : PyDict_SetItemString(dict, name, descriptor);
    Py_XDECREF(descriptor);
    return status;
}

PyObject *nxc_shortcuts(PyObject *self, PyObject *door) {
    PyObject *given = PyDict_New();
    (void)self;
    if (given == NULL || nx.array != NULL) /* they have been given */
        return given;
    const int open = open_door(door);
    if (open == 0)
        return given;
    if (open < 0 || give(given, "__getitem__", PyDescr_NewMethod(nx.array, &getitem_method)) < 0 ||
        give(given, "reshape", PyDescr_NewMethod(nx.array, &reshape_method)) < 0 ||
        give(given, "T", PyDescr_NewGetSet(nx.array, &transposed_member)) < 0)
        Py_CLEAR(given);
    return given;
}
