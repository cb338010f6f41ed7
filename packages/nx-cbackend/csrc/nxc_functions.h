/* The one table of functions that aren't elementwise: a row each.
 *
 * Owns: their names. Each row's function is `nxc_fn_<name>`, in its family's driver; Python gets
 * it by `bind(name, parameters)`, and _rows.py says what the parameters are.
 */
#ifndef NXC_FUNCTIONS_H
#define NXC_FUNCTIONS_H

#include <Python.h>

// clang-format off
#define NXC_FUNCTIONS(X)    \
    X(sum)                  \
    X(prod)                 \
    X(max)                  \
    X(min)                  \
    X(any)                  \
    X(all)                  \
    X(moments)              \
    X(logsumexp)            \
    X(softmax)              \
    X(log_softmax)          \
    X(layer_norm)           \
    X(cumsum)               \
    X(cumprod)              \
    X(cummax)               \
    X(cummin)               \
    X(broadcast_to)         \
    X(sort)                 \
    X(argsort)              \
    X(threefry2x32)         \
    X(random_bits)          \
    X(copy)                 \
    X(concat)               \
    X(pad)                  \
    X(full)                 \
    X(iota)                 \
    X(cast)                 \
    X(bitcast)              \
    X(detach)               \
    X(argmax)               \
    X(argmin)               \
    X(slice)                \
    X(flip)                 \
    X(permute_dims)         \
    X(reshape)              \
    X(gather)               \
    X(scatter_set)          \
    X(scatter_add)          \
    X(scatter_multiply)     \
    X(scatter_min)          \
    X(scatter_max)          \
    /* the end */
// clang-format on

#define NXC_ROW(name)                                                                              \
    PyObject *nxc_fn_##name(PyObject *self, PyObject *const *operands, Py_ssize_t n);
NXC_FUNCTIONS(NXC_ROW)
#undef NXC_ROW

#endif
