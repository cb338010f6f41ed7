/* The elementwise operations as Python calls them: one function per row of nxc_ops.h.
 *
 * Owns: argument checks, the choice of a loop, the short way for operands of one order.
 * Who may call: Python, through the functions that nxc_fast.c hands over.
 * Invariant: the first test of each function is its common case: dense operands of one shape
 * and order, few enough that one call of the loop does it all. A dtype without a loop gives
 * NotImplemented; the Backend class never asks for one.
 */
#include "nxc_elementwise.h"

#include <string.h>

#include "nxc_bound.h"
#include "nxc_map.h"
#include "nxc_run.h"

#define NXC_SMALL 16384 /* elements up to which a result is made in one go, under the GIL */

enum result { NXC_RESULT_same, NXC_RESULT_bool, NXC_RESULT_real, NXC_RESULT_complex };

static inline int result_dtype(enum result rule, int dtype) {
    if (rule == NXC_RESULT_bool)
        return NXC_DTYPE_bool;
    if (rule == NXC_RESULT_real && dtype == NXC_DTYPE_complex64)
        return NXC_DTYPE_float32;
    if (rule == NXC_RESULT_real && dtype == NXC_DTYPE_complex128)
        return NXC_DTYPE_float64;
    if (rule == NXC_RESULT_complex)
        return dtype == NXC_DTYPE_float32 ? NXC_DTYPE_complex64 : NXC_DTYPE_complex128;
    return dtype;
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

/* The loop for a dtype; for 16-bit floats float32's, with `halves` set. */
static inline nxc_map_kernel loop_for(int op, int dtype, int *halves) {
    const nxc_map_kernel *loops = nxc_active->map->at[op];
    *halves = loops[dtype] == NULL && (dtype == NXC_DTYPE_float16 || dtype == NXC_DTYPE_bfloat16);
    return loops[*halves ? NXC_DTYPE_float32 : dtype];
}

static inline PyObject *small(nxc_map_call *call, const char *const *in, const int64_t *steps,
                              const nxc_buffer *model) {
    nxc_buffer *out = nxc_buffer_like(model, call->dtype);
    if (out == NULL)
        return NULL;
    const int status = call->kernel(out->data, in, steps, out->size, call->param);
    if (status == 0)
        return (PyObject *)out;
    return nxc_refuse(status, call->name, (PyObject *)out, call->self, call->given, call->n);
}

static inline PyObject *map_1(nxc_map_call *call, enum result rule, int op,
                              PyObject *const *operands, Py_ssize_t n) {
    if (n != 1 || !NXC_IS_BUFFER(operands[0]))
        return nxc_wrong_operands(call->name, "a Buffer");
    const nxc_buffer *x = (const nxc_buffer *)operands[0];
    call->kernel = loop_for(op, x->dtype, &call->halves);
    if (call->kernel == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    call->dtype = result_dtype(rule, x->dtype);
    if (x->dense && x->size <= NXC_SMALL && !call->halves) {
        const char *in[] = {x->data};
        const int64_t steps[] = {nxc_dtypes[x->dtype].itemsize};
        return small(call, in, steps, x);
    }
    call->count = 1;
    call->operand[0] = x;
    return nxc_map(call);
}

/* The int as an element of an integer dtype; 0, or -1 with OverflowError set. */
static int set_integer(char *element, int dtype, PyObject *value) {
    const nxc_dtype_info *info = &nxc_dtypes[dtype];
    const int bits = 8 * (int)info->itemsize;
    if (dtype >= NXC_DTYPE_int8 && dtype <= NXC_DTYPE_int64) {
        const int64_t wide = PyLong_AsLongLong(value), end = INT64_C(1) << (bits - 1) % 63;
        if (wide == -1 && PyErr_Occurred())
            return -1;
        if (bits == 64 || (-end <= wide && wide < end))
            return memcpy(element, &wide, (size_t)info->itemsize), 0; /* little end first */
    } else {
        const uint64_t wide = PyLong_AsUnsignedLongLong(value);
        if (wide == (uint64_t)-1 && PyErr_Occurred())
            return -1;
        if (bits == 64 || wide >> bits == 0)
            return memcpy(element, &wide, (size_t)info->itemsize), 0;
    }
    PyErr_Format(PyExc_OverflowError, "cannot hold %R in %s", value, info->name);
    return -1;
}

/* The Python scalar as the one element of a 0-d buffer of this dtype. 1; 0 where such a scalar
 * doesn't meet such a dtype; -1 with an error set. */
static int set_scalar(nxc_buffer *scalar, char *element, int dtype, PyObject *value) {
    scalar->data = element;
    scalar->dtype = (uint8_t)dtype;
    scalar->ndim = 0;
    scalar->size = scalar->dense = scalar->contiguous = 1;
    if (dtype == NXC_DTYPE_float32 || dtype == NXC_DTYPE_float64) {
        const double wide = PyFloat_AsDouble(value); /* of an int too */
        const float narrow = (float)wide;
        if (wide == -1.0 && PyErr_Occurred())
            return -1;
        if (dtype == NXC_DTYPE_float32)
            memcpy(element, &narrow, sizeof narrow);
        else
            memcpy(element, &wide, sizeof wide);
        return 1;
    }
    if (!PyLong_CheckExact(value) || dtype < NXC_DTYPE_int8 || dtype > NXC_DTYPE_uint64)
        return 0;
    return set_integer(element, dtype, value) < 0 ? -1 : 1;
}

static inline PyObject *map_scalar(nxc_map_call *call, const nxc_buffer *a, PyObject *value,
                                   int reflected) {
    nxc_buffer scalar; /* on the stack */
    char element[8];
    const int set = set_scalar(&scalar, element, a->dtype, value);
    if (set < 0)
        return NULL;
    if (set == 0)
        Py_RETURN_NOTIMPLEMENTED;
    if (a->dense && a->size <= NXC_SMALL) {
        const int64_t itemsize = nxc_dtypes[a->dtype].itemsize;
        const char *in[] = {reflected ? element : a->data, reflected ? a->data : element};
        const int64_t steps[] = {reflected ? 0 : itemsize, reflected ? itemsize : 0};
        return small(call, in, steps, a);
    }
    call->count = 2;
    call->operand[reflected] = a;
    call->operand[!reflected] = &scalar;
    return nxc_map(call);
}

static inline PyObject *map_2(nxc_map_call *call, enum result rule, int op,
                              PyObject *const *operands, Py_ssize_t n, int reflected) {
    const char *const wanted = "two Buffers of one dtype, or a Buffer and a scalar";
    if (n != 2 || !NXC_IS_BUFFER(operands[0]))
        return nxc_wrong_operands(call->name, wanted);
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    call->kernel = loop_for(op, a->dtype, &call->halves);
    if (call->kernel == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    call->dtype = result_dtype(rule, a->dtype);
    if (!NXC_IS_BUFFER(operands[1])) {
        if (PyFloat_CheckExact(operands[1]) || PyLong_CheckExact(operands[1]))
            return map_scalar(call, a, operands[1], reflected);
        return nxc_wrong_operands(call->name, wanted);
    }
    const nxc_buffer *x = (const nxc_buffer *)operands[1];
    if (a->dtype != x->dtype)
        Py_RETURN_NOTIMPLEMENTED;
    if (a->size <= NXC_SMALL && !call->halves && aligned(a, x)) {
        const int64_t itemsize = nxc_dtypes[a->dtype].itemsize;
        const char *in[] = {a->data, x->data};
        const int64_t steps[] = {itemsize, itemsize};
        return small(call, in, steps, a);
    }
    call->count = 2;
    call->operand[0] = a;
    call->operand[1] = x;
    return nxc_map(call);
}

static inline PyObject *map_3(nxc_map_call *call, int op, PyObject *const *operands, Py_ssize_t n) {
    if (!nxc_are_buffers(call->name, operands, n, 3))
        return NULL;
    for (int k = 0; k < 3; k++)
        call->operand[k] = (const nxc_buffer *)operands[k];
    call->dtype = call->operand[1]->dtype;
    call->kernel = loop_for(op, call->dtype, &call->halves);
    if (call->kernel == NULL || call->operand[0]->dtype != NXC_DTYPE_bool ||
        call->operand[2]->dtype != call->dtype)
        Py_RETURN_NOTIMPLEMENTED;
    call->count = 3;
    return nxc_map(call);
}

/* Bound parameters, where there are any: the loop's own, and whether a scalar comes first. */
#define NXC_CALL_1(rule, op) map_1(&call, rule, op, operands, n)
#define NXC_CALL_2(rule, op) map_2(&call, rule, op, operands, n, count > 1 && params[1] != 0)
#define NXC_CALL_3(rule, op) map_3(&call, op, operands, n)
#define NXC_ROW(op, arity, dtypes, rule)                                                           \
    static PyObject *fast_##op(PyObject *self, PyObject *const *operands, Py_ssize_t n) {          \
        int count;                                                                                 \
        const int64_t *params = nxc_params(self, &count);                                          \
        nxc_map_call call;                                                                         \
        call.name = #op;                                                                           \
        call.param = count > 0 ? params[0] : 0;                                                    \
        call.self = self;                                                                          \
        call.given = operands;                                                                     \
        call.n = n;                                                                                \
        return NXC_CALL_##arity(NXC_RESULT_##rule, NXC_OP_##op);                                   \
    }
NXC_OPS(NXC_ROW)
#undef NXC_ROW

PyMethodDef nxc_elementwise[NXC_OP_COUNT] = {
#define NXC_ROW(name, arity, dtypes, result)                                                       \
    {#name, (PyCFunction)(void (*)(void))fast_##name, METH_FASTCALL, NULL},
    NXC_OPS(NXC_ROW)
#undef NXC_ROW
};

static PyObject *dtypes_of(int op) {
    PyObject *names = PyTuple_New(0);
    for (int dtype = 0; names != NULL && dtype < NXC_DTYPE_COUNT; dtype++) {
        int halves;
        if (loop_for(op, dtype, &halves) == NULL)
            continue;
        PyObject *name = Py_BuildValue("(s)", nxc_dtypes[dtype].name);
        PyObject *longer = name == NULL ? NULL : PySequence_Concat(names, name);
        Py_XDECREF(name);
        Py_DECREF(names);
        names = longer;
    }
    return names;
}

PyObject *nxc_elementwise_dtypes(void) {
    PyObject *all = PyDict_New();
    for (int op = 0; all != NULL && op < NXC_OP_COUNT; op++) {
        PyObject *names = dtypes_of(op);
        if (names == NULL || PyDict_SetItemString(all, nxc_elementwise[op].ml_name, names) < 0)
            Py_CLEAR(all);
        Py_XDECREF(names);
    }
    return all;
}
