/* Conversion to another dtype.
 *
 * Owns: the choice of a conversion's loop.
 * Who may call: Python, through bind.
 * Invariant: 16-bit floats go through float, both ways, and are rounded once.
 */
#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_map.h"

static nxc_map_kernel loop_for(int from, int to) {
    const nxc_cast_kernels *cast = nxc_active->cast;
    const int source = nxc_is_half(from) ? NXC_DTYPE_float32 : from;
    const int target = nxc_is_half(to) ? NXC_DTYPE_float32 : to;
    if (nxc_is_half(to) && cast->odd[source] != NULL)
        return cast->odd[source];
    return cast->at[source][target];
}

/* Its parameter is the dtype. */
PyObject *nxc_fn_cast(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    if (!nxc_are_buffers("cast", operands, n, 1))
        return NULL;
    if (count != 1 || params[0] < 0 || params[0] >= NXC_DTYPE_COUNT)
        return nxc_wrong_operands("cast", "a Buffer and a dtype");
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    const int to = (int)params[0];
    nxc_map_call call = {.name = "cast",
                         .kernel = loop_for(a->dtype, to),
                         .count = 1,
                         .operand = {a},
                         .dtype = to,
                         .halves = nxc_is_half(a->dtype) || nxc_is_half(to),
                         .self = self,
                         .given = operands,
                         .n = n};
    if (call.kernel == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    return nxc_map(&call);
}
