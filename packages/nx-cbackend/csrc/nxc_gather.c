/* Elements, or parts, of an array at the places that index arrays name.
 *
 * Owns: gather. Who may call: Python, through bind.
 * Invariant: the result has the indices' axes first, then those that weren't indexed, in row-major
 * order. Bits are moved, whatever they mean.
 */
#include <string.h>

#include "nxc_bound.h"
#include "nxc_copy.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_offsets.h"
#include "nxc_run.h"

#define NXC_CHUNK_BYTES (INT64_C(1) << 18)
#define NXC_STREAM_BYTES (INT64_C(8) << 20)
#define NXC_STREAM_PART 256

typedef struct {
    const nxc_offsets *o;
    const char *in;
    char *out;
    int64_t bytes; /* of a part */
    int stream, whole;
    nxc_region part; /* the axes that aren't indexed */
} gather_work;

/* The parts are short of axes: a few nested rows are walked plainly. */
static void copy_part(const gather_work *w, char *out, const char *in) {
    const nxc_region *r = &w->part;
    int64_t at[NXC_MAX_NDIM] = {0};
    for (int axis = 0; axis >= 0;) {
        memcpy(out, in, (size_t)r->size);
        out += r->size;
        for (axis = r->ndim - 1; axis >= 0; axis--) {
            in += r->from[axis];
            if (++at[axis] < r->shape[axis])
                break;
            in -= r->from[axis] * r->shape[axis];
            at[axis] = 0;
        }
    }
}

#define NXC_TAKE(T)                                                                                \
    do {                                                                                           \
        typedef T __attribute__((aligned(1), may_alias)) element;                                  \
        for (int64_t i = begin; i < end; i++)                                                      \
            ((element *)(void *)w->out)[i] = *(const element *)(const void *)(w->in + offset[i]);  \
    } while (0)

static int gather_body(void *given, int64_t begin, int64_t end) {
    const gather_work *w = given;
    const int64_t *offset = w->o->offset;
    if (w->whole && w->bytes == 4)
        NXC_TAKE(uint32_t);
    else if (w->whole && w->bytes == 8)
        NXC_TAKE(uint64_t);
    else if (w->stream)
        for (int64_t i = begin; i < end; i++) {
            if (i + NXC_AHEAD < end)
                nxc_ask(w->in + offset[i + NXC_AHEAD], w->bytes);
            nxc_active->convert->stream(w->out + i * w->bytes, w->in + offset[i], w->bytes);
        }
    else if (w->whole)
        for (int64_t i = begin; i < end; i++) {
            if (i + NXC_AHEAD < end)
                nxc_ask(w->in + offset[i + NXC_AHEAD], w->bytes);
            memcpy(w->out + i * w->bytes, w->in + offset[i], (size_t)w->bytes);
        }
    else
        for (int64_t i = begin; i < end; i++)
            copy_part(w, w->out + i * w->bytes, w->in + offset[i]);
    if (w->stream)
        nxc_active->convert->fence();
    return 0;
}

/* The axes that aren't indexed: merged where they are contiguous, `whole` where one run is all. */
static void set_part(gather_work *w, const nxc_buffer *a, const int64_t *axes, int n) {
    nxc_region *r = &w->part;
    uint64_t indexed = 0;
    for (int k = 0; k < n; k++)
        indexed |= UINT64_C(1) << axes[k];
    r->ndim = 0;
    r->size = nxc_dtypes[a->dtype].itemsize;
    w->bytes = r->size;
    for (int i = 0; i < a->ndim; i++)
        if (!(indexed >> i & 1)) {
            w->bytes *= nxc_shape(a)[i];
            r->shape[r->ndim] = nxc_shape(a)[i];
            r->from[r->ndim++] = nxc_strides(a)[i];
        }
    while (r->ndim > 0 && (r->shape[r->ndim - 1] == 1 || r->from[r->ndim - 1] == r->size))
        r->size *= r->shape[--r->ndim];
    w->whole = r->ndim == 0;
}

static nxc_buffer *result_for(const nxc_buffer *a, const nxc_offsets *o, const int64_t *axes,
                              int n) {
    int64_t shape[2 * NXC_MAX_NDIM];
    int ndim = o->ndim;
    memcpy(shape, o->shape, (size_t)ndim * sizeof *shape);
    for (int i = 0; i < a->ndim; i++) {
        int indexed = 0;
        for (int k = 0; k < n; k++)
            indexed |= axes[k] == i;
        if (!indexed)
            shape[ndim++] = nxc_shape(a)[i];
    }
    if (ndim > NXC_MAX_NDIM) {
        PyErr_Format(PyExc_ValueError, "gather: cannot make %d axes (%d > %d)", ndim, ndim,
                     NXC_MAX_NDIM);
        return NULL;
    }
    return nxc_buffer_new(a->dtype, ndim, shape);
}

/* Its parameters are the axes that the index arrays go along. */
PyObject *nxc_fn_gather(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *axes = nxc_params(self, &count);
    nxc_offsets o;
    if (count < 1 || n != count + 1 || !nxc_are_buffers("gather", operands, n, n))
        return nxc_wrong_operands("gather", "a Buffer, and an index for each axis");
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    if (!nxc_are_axes("gather", axes, count, a->ndim))
        return NULL;
    int status = nxc_offsets_of(&o, operands + 1, count, axes, nxc_shape(a), nxc_strides(a));
    nxc_buffer *out = status == 0 ? result_for(a, &o, axes, count) : NULL;
    if (out != NULL && out->size > 0) {
        gather_work w = {.o = &o, .in = a->data, .out = out->data};
        set_part(&w, a, axes, count);
        const int64_t bytes = w.bytes * o.count;
        w.stream = w.whole && bytes >= NXC_STREAM_BYTES && w.bytes >= NXC_STREAM_PART;
        const int64_t grain = NXC_CHUNK_BYTES / w.bytes;
        status = nxc_run(gather_body, &w, o.count, grain > 0 ? grain : 1,
                         (double)o.count + 0.2 * (double)bytes);
    }
    nxc_offsets_free(&o);
    if (status != 0)
        return nxc_refuse(status, "gather", (PyObject *)out, self, operands, n);
    return (PyObject *)out;
}
