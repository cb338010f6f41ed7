/* Updates put, added, multiplied or compared into an array at the places that index arrays name.
 *
 * Owns: scatter_set, scatter_add, scatter_multiply, scatter_min and scatter_max.
 * Who may call: Python, through bind.
 * Invariant: duplicates take effect in the order of the updates, whatever the number of threads:
 * the target is cut into parts, and each part's thread goes through all updates in order. The
 * indexed axes lie outermost in the result's memory, so that a cell's elements are one row.
 */
#include <string.h>

#include "nxc_bound.h"
#include "nxc_copy.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_memory.h"
#include "nxc_offsets.h"
#include "nxc_pool.h"
#include "nxc_run.h"

#define NXC_SEGMENT_BYTES (INT64_C(1) << 23) /* updates done between two looks for Ctrl-C */
#define NXC_HALVES 256

typedef void (*combine_kernel)(char *out, const char *updates, int64_t n);

typedef struct {
    const nxc_offsets *o;
    const char *updates;
    char *out;
    int64_t total;          /* bytes of the target */
    int64_t parts;          /* that it is cut into */
    int64_t first, last;    /* updates of this segment */
    int64_t row, bytes;     /* elements and bytes of a cell */
    combine_kernel combine; /* NULL to put */
    int half;               /* the 16-bit dtype, or -1 */
} scatter_work;

/* 16-bit floats: each combination is rounded. */
static void combine_halves(const scatter_work *w, char *out, const char *updates) {
    const nxc_convert_kernels *convert = nxc_active->convert;
    const int is_float16 = w->half == NXC_DTYPE_float16;
    float x[NXC_HALVES], y[NXC_HALVES];
    for (int64_t i = 0, n; i < w->row; i += n) {
        n = w->row - i < NXC_HALVES ? w->row - i : NXC_HALVES;
        (is_float16 ? convert->widen_float16 : convert->widen_bfloat16)(x, out + 2 * i, n);
        (is_float16 ? convert->widen_float16 : convert->widen_bfloat16)(y, updates + 2 * i, n);
        w->combine((char *)x, (const char *)y, n);
        (is_float16 ? convert->narrow_float16 : convert->narrow_bfloat16)(out + 2 * i, x, n);
    }
}

static inline void update(const scatter_work *w, int64_t i) {
    char *out = w->out + w->o->offset[i];
    const char *from = w->updates + i * w->bytes;
    if (w->combine == NULL)
        memcpy(out, from, (size_t)w->bytes);
    else if (w->half >= 0)
        combine_halves(w, out, from);
    else
        w->combine(out, from, w->row);
}

/* The items are parts of the target. */
static int scatter_body(void *given, int64_t begin, int64_t end) {
    const scatter_work *w = given;
    const int64_t cells = w->total / w->bytes, *offset = w->o->offset;
    const int64_t low = cells * begin / w->parts * w->bytes;
    const int64_t high = cells * end / w->parts * w->bytes;
    for (int64_t i = w->first; i < w->last; i++) {
        const int64_t ahead = i + NXC_AHEAD < w->last ? offset[i + NXC_AHEAD] : -1;
        if (ahead >= low && ahead < high)
            nxc_ask(w->out + ahead, w->bytes);
        if (offset[i] >= low && offset[i] < high)
            update(w, i);
    }
    return 0;
}

static int scatter(scatter_work *w) {
    const int64_t count = w->o->count, segment = NXC_SEGMENT_BYTES / (w->bytes + 8) + 1;
    const int threads = nxc_num_threads();
    int status = 0;
    w->parts = threads;
    for (int64_t i = 0; i < count && status == 0; i += segment) {
        w->first = i;
        w->last = count - i < segment ? count : i + segment;
        const double cost = (double)(w->last - i) * (2.0 + 0.3 * (double)w->bytes);
        status = nxc_run(scatter_body, w, w->parts, cost < 1e5 ? w->parts : 1, cost);
    }
    return status;
}

/* A copy of `a` with the indexed axes outermost; the elements of a cell in *row. */
static nxc_buffer *target_of(const nxc_buffer *a, const int64_t *axes, int n, int64_t *row) {
    int order[NXC_MAX_NDIM], placed = 0;
    uint64_t indexed = 0;
    for (int k = 0; k < n; k++) {
        order[placed++] = (int)axes[k];
        indexed |= UINT64_C(1) << axes[k];
    }
    *row = 1;
    for (int i = 0; i < a->ndim; i++)
        if (!(indexed >> i & 1)) {
            order[placed++] = i;
            *row *= nxc_shape(a)[i];
        }
    nxc_buffer *out = nxc_buffer_ordered(a->dtype, a->ndim, nxc_shape(a), order);
    if (out == NULL)
        return NULL;
    nxc_region region;
    nxc_region_of(&region, a, out->data, nxc_strides(out));
    const int status = nxc_copy(&region);
    return status == 0 ? out : (nxc_buffer *)nxc_fail(status, "scatter", (PyObject *)out);
}

static PyObject *scatter_by(const char *name, int combine, PyObject *self,
                            PyObject *const *operands, Py_ssize_t n) {
    int count, status = 0;
    const int64_t *axes = nxc_params(self, &count);
    nxc_offsets o = {.offset = NULL};
    scatter_work w = {.o = &o, .half = -1};
    if (count < 1 || n != count + 2 || !nxc_are_buffers(name, operands, n, n))
        return nxc_wrong_operands(name, "two Buffers, and an index for each axis");
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    if (!nxc_are_axes(name, axes, count, a->ndim))
        return NULL;
    if (combine >= 0) {
        const int loop = nxc_is_half(a->dtype) ? NXC_DTYPE_float32 : a->dtype;
        w.half = nxc_is_half(a->dtype) ? a->dtype : -1;
        w.combine = nxc_active->scatter->at[combine][loop];
        if (w.combine == NULL)
            Py_RETURN_NOTIMPLEMENTED;
    }
    nxc_buffer *updates = nxc_contiguous((nxc_buffer *)operands[1]);
    nxc_buffer *out = updates == NULL ? NULL : target_of(a, axes, count, &w.row);
    if (out != NULL)
        status = nxc_offsets_of(&o, operands + 2, count, axes, nxc_shape(a), nxc_strides(out));
    if (out != NULL && out->size > 0 && status == 0 && updates->size == o.count * w.row) {
        w.updates = updates->data;
        w.out = out->data;
        w.bytes = w.row * nxc_dtypes[a->dtype].itemsize;
        w.total = out->size * nxc_dtypes[a->dtype].itemsize;
        status = scatter(&w);
    }
    nxc_offsets_free(&o);
    if (status != 0)
        nxc_refuse(status, name, (PyObject *)out, self, operands, n);
    Py_XDECREF((PyObject *)updates);
    return status == 0 ? (PyObject *)out : NULL;
}

/* Their parameters are the axes that the index arrays go along. */
#define NXC_SCATTER(name, combine)                                                                 \
    PyObject *nxc_fn_##name(PyObject *self, PyObject *const *operands, Py_ssize_t n) {             \
        return scatter_by(#name, combine, self, operands, n);                                      \
    }
NXC_SCATTER(scatter_set, -1)
NXC_SCATTER(scatter_add, NXC_COMBINE_add)
NXC_SCATTER(scatter_multiply, NXC_COMBINE_multiply)
NXC_SCATTER(scatter_min, NXC_COMBINE_min)
NXC_SCATTER(scatter_max, NXC_COMBINE_max)
