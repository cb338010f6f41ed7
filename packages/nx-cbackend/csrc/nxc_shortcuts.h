/* The members of nx.Array that run in C where nobody looks on; see nxc_shortcuts.c. */
#ifndef NXC_SHORTCUTS_H
#define NXC_SHORTCUTS_H

#include <Python.h>

/* shortcuts(door): a dict of descriptors by name, empty where they can't be; for Python. */
PyObject *nxc_shortcuts(PyObject *self, PyObject *door);

#endif
