/* The elementwise driver; see nxc_map.c. */
#ifndef NXC_MAP_H
#define NXC_MAP_H

#include "nxc_buffer.h"
#include "nxc_kernels.h"

#define NXC_MAX_OPERANDS 3

typedef struct {
    const char *name;
    nxc_map_kernel kernel;
    int64_t param;
    int count; /* operands */
    const nxc_buffer *operand[NXC_MAX_OPERANDS];
    int dtype;                     /* the result's */
    int halves;                    /* the loop is float32's, for 16-bit operands */
    PyObject *self, *const *given; /* as Python called, for errors */
    Py_ssize_t n;
} nxc_map_call;

/* A new Buffer of the broadcast shape, or NULL with an error set. */
PyObject *nxc_map(const nxc_map_call *call);

#endif
