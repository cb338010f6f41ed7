/* What Python gets from the extension, by one cffi call: `bind`, `wrap`, and tables of names.
 *
 * Owns: the binding of functions to their static parameters, and the hand-over.
 * Who may call: nx_cbackend/_native.py through nxc_hand_over (by cffi, once); then Python calls
 * the functions themselves. A cffi call costs some 150 ns before any work, these some 10.
 * Invariant: state is static, one per process: sub-interpreters aren't supported.
 */
#include "nxc_fast.h"

#include <string.h>

#include "nxc_bound.h"
#include "nxc_buffer.h"
#include "nxc_elementwise.h"
#include "nxc_fault.h"
#include "nxc_functions.h"
#include "nxc_run.h"
#include "nxc_shortcuts.h"

PyObject *nxc_wrong_operands(const char *name, const char *wanted) {
    return PyErr_Format(PyExc_TypeError, "%s: cannot compute on these operands (wanted %s)", name,
                        wanted);
}

int nxc_are_buffers(const char *name, PyObject *const *operands, Py_ssize_t given, Py_ssize_t n) {
    int right = given == n;
    for (Py_ssize_t i = 0; right && i < n; i++)
        right = NXC_IS_BUFFER(operands[i]);
    if (!right)
        PyErr_Format(PyExc_TypeError, "%s: cannot compute on these operands (wanted %zd Buffers)",
                     name, n);
    return right;
}

/* ---- wrap ---- */

static PyObject *wrap(PyObject *self, PyObject *const *arguments, Py_ssize_t n) {
    (void)self;
    if (n != 3)
        return nxc_wrong_operands("wrap", "an exporter, a dtype's number and a Buffer or None");
    const long dtype = PyLong_AsLong(arguments[1]);
    if (dtype == -1 && PyErr_Occurred())
        return NULL;
    if (dtype < 0 || dtype >= NXC_DTYPE_COUNT)
        return PyErr_Format(PyExc_ValueError, "wrap: cannot use dtype number %ld (not 0 to %d)",
                            dtype, NXC_DTYPE_COUNT - 1);
    return nxc_buffer_wrap(arguments[0], (int)dtype, arguments[2]);
}

/* ---- bind ---- */

static PyMethodDef bound_functions[] = {
#define NXC_ROW(name) {#name, (PyCFunction)(void (*)(void))nxc_fn_##name, METH_FASTCALL, NULL},
    NXC_FUNCTIONS(NXC_ROW)
#undef NXC_ROW
};

static PyMethodDef *definition_of(const char *name) {
    for (int i = 0; i < NXC_OP_COUNT; i++)
        if (strcmp(nxc_elementwise[i].ml_name, name) == 0)
            return &nxc_elementwise[i];
    for (size_t i = 0; i < sizeof bound_functions / sizeof *bound_functions; i++)
        if (strcmp(bound_functions[i].ml_name, name) == 0)
            return &bound_functions[i];
    return NULL;
}

/* The ints of a tuple as int64, in a new bytes object. */
static PyObject *packed(PyObject *ints) {
    const Py_ssize_t n = PyTuple_Size(ints);
    PyObject *bytes = NXC_TRY(PyBytes_FromStringAndSize(NULL, n * (Py_ssize_t)sizeof(int64_t)));
    for (Py_ssize_t i = 0; bytes != NULL && i < n; i++) {
        const int64_t value = PyLong_AsLongLong(PyTuple_GetItem(ints, i));
        if (value == -1 && PyErr_Occurred())
            Py_CLEAR(bytes);
        else
            memcpy(PyBytes_AsString(bytes) + i * (Py_ssize_t)sizeof value, &value, sizeof value);
    }
    return bytes;
}

/* bind(name, ints): the function with these parameters. */
static PyObject *bind(PyObject *self, PyObject *const *arguments, Py_ssize_t n) {
    (void)self;
    if (n != 2 || !PyUnicode_Check(arguments[0]) || !PyTuple_Check(arguments[1]))
        return nxc_wrong_operands("bind", "a name and a tuple of ints");
    PyObject *text = NXC_TRY(PyUnicode_AsUTF8String(arguments[0]));
    PyMethodDef *definition = text == NULL ? NULL : definition_of(PyBytes_AsString(text));
    Py_XDECREF(text);
    if (text != NULL && definition == NULL)
        return PyErr_Format(PyExc_ValueError, "bind: cannot find a function %R", arguments[0]);
    if (text == NULL || PyTuple_Size(arguments[1]) == 0)
        return text == NULL ? NULL : NXC_TRY(PyCFunction_NewEx(definition, NULL, NULL));
    PyObject *bound = packed(arguments[1]);
    PyObject *function = bound == NULL ? NULL : NXC_TRY(PyCFunction_NewEx(definition, bound, NULL));
    Py_XDECREF(bound);
    return function;
}

static PyObject *set_refusal(PyObject *self, PyObject *function) {
    (void)self;
    nxc_set_refusal(function);
    Py_RETURN_NONE;
}

static PyMethodDef other_functions[] = {
    {"set_refusal", set_refusal, METH_O, NULL},
    {"shortcuts", nxc_shortcuts, METH_O, NULL},
    {"bind", (PyCFunction)(void (*)(void))bind, METH_FASTCALL, NULL},
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

static PyObject *dtype_names(void) {
    PyObject *tuple = PyTuple_New(NXC_DTYPE_COUNT);
    for (int i = 0; tuple != NULL && i < NXC_DTYPE_COUNT; i++) {
        PyObject *text = PyUnicode_InternFromString(nxc_dtypes[i].name);
        if (text == NULL || PyTuple_SetItem(tuple, i, text) < 0)
            Py_CLEAR(tuple);
    }
    return tuple;
}

static PyObject *function_names(void) {
    const Py_ssize_t n = (Py_ssize_t)(sizeof bound_functions / sizeof *bound_functions);
    PyObject *tuple = PyTuple_New(n);
    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++) {
        PyObject *text = PyUnicode_InternFromString(bound_functions[i].ml_name);
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
    if (give(dict, "dtypes", dtype_names()) < 0)
        return -1;
    if (give(dict, "elementwise", nxc_elementwise_dtypes()) < 0)
        return -1;
    if (give(dict, "functions", function_names()) < 0)
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
