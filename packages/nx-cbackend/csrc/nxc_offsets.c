/* Index arrays as byte offsets.
 *
 * Owns: the reading of indices of any integer dtype and layout, and the check of their bounds.
 * Who may call: nxc_gather.c and nxc_scatter.c, with the GIL.
 * Invariant: every offset lies within the array. Negative indices count from the end.
 */
#include "nxc_offsets.h"

#include "nxc_memory.h"
#include "nxc_run.h"

#define NXC_CHUNK 16384
#define NXC_COST 1.5

typedef struct {
    nxc_offsets *o;
    const nxc_buffer *index;
    int64_t length, stride; /* of the axis */
} axis_work;

#define NXC_READ(T)                                                                                \
    do {                                                                                           \
        typedef T __attribute__((aligned(1), may_alias)) element;                                  \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const int64_t index = (int64_t)*(const element *)(const void *)(at + i * step);        \
            const int64_t place = index < 0 && counts_back ? index + w->length : index;            \
            bad |= place < 0 || place >= w->length;                                                \
            offset[i] += place * w->stride;                                                        \
        }                                                                                          \
    } while (0)

/* Adds a row of indices' offsets; nonzero where one is out of bounds. */
static int read_row(const axis_work *w, int64_t *offset, const char *at, int64_t step, int64_t n) {
    const int counts_back = w->index->dtype != NXC_DTYPE_uint64;
    int bad = 0;
    switch (w->index->dtype) {
    case NXC_DTYPE_int8:
        NXC_READ(int8_t);
        break;
    case NXC_DTYPE_int16:
        NXC_READ(int16_t);
        break;
    case NXC_DTYPE_int32:
        NXC_READ(int32_t);
        break;
    case NXC_DTYPE_int64:
        NXC_READ(int64_t);
        break;
    case NXC_DTYPE_uint8:
        NXC_READ(uint8_t);
        break;
    case NXC_DTYPE_uint16:
        NXC_READ(uint16_t);
        break;
    case NXC_DTYPE_uint32:
        NXC_READ(uint32_t);
        break;
    default: /* uint64: what doesn't fit int64 turns negative, and is out of bounds */
        NXC_READ(uint64_t);
    }
    return bad;
}

static int read_axis(void *given, int64_t begin, int64_t end) {
    const axis_work *w = given;
    const nxc_offsets *o = w->o;
    const int last = o->ndim - 1;
    const int64_t length = o->shape[last], step = nxc_stride_at(w->index, o->ndim, last);
    int bad = 0;
    for (int64_t n; begin < end; begin += n) {
        const int64_t column = begin % length;
        int64_t row = begin / length;
        const char *at = w->index->data + column * step;
        n = end - begin < length - column ? end - begin : length - column;
        for (int i = last - 1; i >= 0; i--) {
            at += row % o->shape[i] * nxc_stride_at(w->index, o->ndim, i);
            row /= o->shape[i];
        }
        bad |= read_row(w, o->offset + begin, at, step, n);
    }
    return bad ? NXC_OUT_OF_BOUNDS : 0;
}

static int clear(void *given, int64_t begin, int64_t end) {
    int64_t *offset = given;
    for (int64_t i = begin; i < end; i++)
        offset[i] = 0;
    return 0;
}

int nxc_are_axes(const char *name, const int64_t *axes, int n, int ndim) {
    uint64_t seen = 0;
    for (int i = 0; i < n; i++) {
        if (axes[i] < 0 || axes[i] >= ndim || (seen >> axes[i] & 1)) {
            PyErr_Format(PyExc_IndexError, "%s: cannot index axis %lld of %d", name,
                         (long long)axes[i], ndim);
            return 0;
        }
        seen |= UINT64_C(1) << axes[i];
    }
    return 1;
}

int nxc_offsets_of(nxc_offsets *o, PyObject *const *indices, int n, const int64_t *axes,
                   const int64_t *shape, const int64_t *strides) {
    o->ndim = 0;
    o->count = 1;
    o->offset = NULL;
    for (int k = 0; k < n; k++) {
        const int ndim = ((const nxc_buffer *)indices[k])->ndim;
        o->ndim = ndim > o->ndim ? ndim : o->ndim;
    }
    for (int i = 0; i < o->ndim; i++) {
        o->shape[i] = 1;
        for (int k = 0; k < n; k++) {
            const int64_t length = nxc_length_at((const nxc_buffer *)indices[k], o->ndim, i);
            o->shape[i] = length == 1 ? o->shape[i] : length;
        }
        o->count *= o->shape[i];
    }
    const int ndim = o->ndim;
    if (o->count == 0)
        return 0;
    o->offset = nxc_alloc((size_t)o->count * sizeof *o->offset);
    if (o->offset == NULL)
        return NXC_NO_MEMORY;
    if (ndim == 0) { /* the loops want an axis */
        o->ndim = 1;
        o->shape[0] = 1;
    }
    const double cost = NXC_COST * (double)o->count;
    int status = nxc_run(clear, o->offset, o->count, NXC_CHUNK, cost);
    for (int k = 0; k < n && status == 0; k++) {
        axis_work w = {o, (const nxc_buffer *)indices[k], shape[axes[k]], strides[axes[k]]};
        status = nxc_run(read_axis, &w, o->count, NXC_CHUNK, cost);
    }
    o->ndim = ndim;
    return status;
}

void nxc_offsets_free(nxc_offsets *o) { nxc_free(o->offset, (size_t)o->count * sizeof *o->offset); }
