/* Some axes of a buffer, merged where they can be, and a walk over them; see nxc_axes.c.
 *
 * Used by: the drivers that treat some axes of an operand apart from the others.
 */
#ifndef NXC_AXES_H
#define NXC_AXES_H

#include "nxc_buffer.h"

typedef struct {
    int ndim; /* 1 at least */
    int64_t shape[NXC_MAX_NDIM];
    int64_t step[NXC_MAX_NDIM]; /* bytes */
} nxc_axes;

/* Where a walk is: the row it is in, and how far along it. */
typedef struct {
    const char *row;
    int64_t column;
    int64_t at[NXC_MAX_NDIM];
} nxc_walk;

/* Sorts axes of a buffer by their steps, the largest first. */
void nxc_sort_axes(const nxc_buffer *a, int *axes, int n);

/* These axes of a buffer, from the outermost to the innermost. */
void nxc_take_axes(nxc_axes *to, const nxc_buffer *a, const int *axes, int n);

/* Turns round the axes walked backwards; returns where the walk begins. */
const char *nxc_unflip(nxc_axes *axes, const char *data);

int64_t nxc_count(const nxc_axes *axes);

/* A walk at this element of the axes, counted in row-major order. */
void nxc_walk_start(const nxc_axes *axes, nxc_walk *walk, const char *data, int64_t element);

/* n elements further; not beyond the row. */
void nxc_walk_on(const nxc_axes *axes, nxc_walk *walk, int64_t n);

static inline int64_t nxc_row_length(const nxc_axes *axes) { return axes->shape[axes->ndim - 1]; }

static inline int64_t nxc_row_step(const nxc_axes *axes) { return axes->step[axes->ndim - 1]; }

static inline const char *nxc_walk_at(const nxc_axes *axes, const nxc_walk *walk) {
    return walk->row + walk->column * nxc_row_step(axes);
}

/* Copies n elements that lie `step` bytes apart side by side. */
void nxc_pack(char *to, const char *from, int64_t step, int64_t size, int64_t n);

/* Copies the walk's next n elements side by side. */
void nxc_walk_pack(const nxc_axes *axes, nxc_walk *walk, char *to, int64_t size, int64_t n);

/* The axes of a result from the outermost to the innermost: those kept, and n others that go in
 * before the last `inner` elements of theirs. */
void nxc_place_axes(const nxc_buffer *a, const int *kept, int count, const int *axes, int n,
                    int64_t inner, int *order);

#endif
