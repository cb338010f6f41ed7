/* The elementwise operations as Python calls them; see nxc_elementwise.c. */
#ifndef NXC_ELEMENTWISE_H
#define NXC_ELEMENTWISE_H

#include <Python.h>

#include "nxc_ops.h"

/* The functions, in the order of nxc_ops.h. */
extern PyMethodDef nxc_elementwise[NXC_OP_COUNT];

/* A new dict: the names of the dtypes that each computes, by its name. */
PyObject *nxc_elementwise_dtypes(void);

#endif
