/* Buffer, the backend's storage: an immutable strided array of one dtype.
 *
 * Owns: the object's layout; see nxc_buffer.c for its life.
 * Used by: the drivers (shape, strides, data only) and nxc_fast.c.
 * Invariant: written only between nxc_buffer_new and the moment Python sees it. `dims` holds the
 * shape, then the byte strides and, in a small result, the elements themselves.
 */
#ifndef NXC_BUFFER_H
#define NXC_BUFFER_H

#include <Python.h>
#include <stdint.h>

#include "nxc_dtypes.h"

#define NXC_MAX_NDIM 64 /* PyBUF_MAX_NDIM, and NumPy's */

typedef struct {
    PyObject_HEAD char *data; /* the first element */
    PyObject *owner;          /* keeps another object's memory alive, or NULL */
    void *block;              /* memory of our own to free, or NULL */
    int64_t size;             /* elements */
    uint8_t dtype;
    uint8_t ndim;
    uint8_t contiguous; /* in row-major order; true of empty and 0-d buffers */
    uint8_t dense;      /* in some order of the axes, without gaps or steps back */
    int64_t dims[];
} nxc_buffer;

typedef struct {
    int64_t itemsize;
    const char *name;
    const char *format;
} nxc_dtype_info;

extern const nxc_dtype_info nxc_dtypes[NXC_DTYPE_COUNT];
extern PyTypeObject *nxc_buffer_type;

#define NXC_IS_BUFFER(object) (Py_TYPE(object) == nxc_buffer_type)

static inline const int64_t *nxc_shape(const nxc_buffer *self) { return self->dims; }

static inline const int64_t *nxc_strides(const nxc_buffer *self) { return self->dims + self->ndim; }

static inline int64_t nxc_magnitude(int64_t stride) { return stride < 0 ? -stride : stride; }

/* The length of an operand along an axis of so many that it is broadcast to. */
static inline int64_t nxc_length_at(const nxc_buffer *b, int ndim, int axis) {
    const int own = axis - (ndim - b->ndim);
    return own < 0 ? 1 : nxc_shape(b)[own];
}

/* Its stride there: 0 where it is stretched. */
static inline int64_t nxc_stride_at(const nxc_buffer *b, int ndim, int axis) {
    const int own = axis - (ndim - b->ndim);
    return own < 0 || nxc_shape(b)[own] == 1 ? 0 : nxc_strides(b)[own];
}

/* Creates the type. 0, or -1 with a Python error set. */
int nxc_buffer_ready(void);

/* A contiguous buffer with its elements unset; NULL with MemoryError set. */
nxc_buffer *nxc_buffer_new(int dtype, int ndim, const int64_t *shape);

/* The same in a dense buffer's shape and order. */
nxc_buffer *nxc_buffer_like(const nxc_buffer *model, int dtype);

/* The same with its axes laid out in this order, from the outermost to the innermost. */
nxc_buffer *nxc_buffer_ordered(int dtype, int ndim, const int64_t *shape, const int *order);

/* A buffer over an exporter's memory, sharing it; NULL with an error set. Where the exporter only
 * shows a Buffer's memory, `root` is that Buffer, else None. */
PyObject *nxc_buffer_wrap(PyObject *exporter, int dtype, PyObject *root);

/* A view of `a` with another shape, its axes aligned from the last and length-1 axes repeated; the
 * caller has checked that the shape fits. NULL with MemoryError set. */
PyObject *nxc_buffer_broadcast(nxc_buffer *a, int ndim, const int64_t *shape);

/* A view of `a`, whose first element is at `data` unless there is none; a single element is copied.
 * The caller has checked that it lies within `a`. NULL with MemoryError set. */
nxc_buffer *nxc_buffer_view(nxc_buffer *a, char *data, int ndim, const int64_t *shape,
                            const int64_t *strides);

/* A new tuple of ints. */
PyObject *nxc_tuple(int n, const int64_t *values);

#endif
