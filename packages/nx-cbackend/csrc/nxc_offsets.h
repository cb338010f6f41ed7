/* Index arrays as byte offsets; see nxc_offsets.c. */
#ifndef NXC_OFFSETS_H
#define NXC_OFFSETS_H

#include "nxc_buffer.h"

/* Several index arrays, broadcast together, each along one axis of an array. */
typedef struct {
    int ndim;
    int64_t shape[NXC_MAX_NDIM];
    int64_t count;   /* of cells: the product of the shape */
    int64_t *offset; /* of each cell in bytes; nxc_offsets_free gives it back */
} nxc_offsets;

/* Reads `n` index arrays along these axes of an array of that shape, whose axes are strides[axis]
 * bytes apart. Returns a status; NXC_OUT_OF_BOUNDS where an index doesn't fit. */
int nxc_offsets_of(nxc_offsets *o, PyObject *const *indices, int n, const int64_t *axes,
                   const int64_t *shape, const int64_t *strides);

void nxc_offsets_free(nxc_offsets *o);

#define NXC_AHEAD 12           /* cells between asking for one and using it */
#define NXC_ASKED INT64_C(512) /* bytes of a cell that are asked for; more come by themselves */

/* Asks for a cell's memory before it is used: a random order hides it from the machine. */
static inline void nxc_ask(const char *cell, int64_t bytes) {
    for (int64_t at = 0; at < bytes && at < NXC_ASKED; at += 64)
        __builtin_prefetch(cell + at);
}

/* Whether the axes are different ones of so many; an IndexError is set if not. */
int nxc_are_axes(const char *name, const int64_t *axes, int n, int ndim);

#endif
