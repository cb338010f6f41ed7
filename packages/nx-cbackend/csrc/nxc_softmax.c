/* The driver of softmax and its logarithm.
 *
 * Owns: the walk over lines or tiles of columns, and the functions that Python calls.
 * Who may call: Python, through nxc_fast.c, with the GIL.
 * Invariant: a line is done whole by one task. A line of neighbours is read where it lies; others,
 * 16-bit floats, and tiles of columns are copied to scratch, done in place and copied back, and
 * lines of a large result are put into scratch and copied past the caches.
 */
#include <math.h>
#include <string.h>

#include "nxc_axes.h"
#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_memory.h"
#include "nxc_run.h"

#define NXC_TILE 256          /* columns done together, at most */
#define NXC_TILE_BYTES 262144 /* of a tile: what the second cache holds */
#define NXC_LEAST_TILE 16
#define NXC_STREAM_BYTES (INT64_C(8) << 20) /* results from here on are stored past the caches */
#define NXC_STREAM_LINE (INT64_C(1) << 17)  /* whose lines stay in the second one until then */
#define NXC_RUN 64                          /* rows added up before their sums are */
#define NXC_TASK 16384                      /* elements, at least */

typedef struct {
    const nxc_softmax *loops;
    int logs;
    const char *data;
    char *out;
    int64_t size, loop;
    void (*widen)(float *out, const char *in, int64_t n);
    void (*narrow)(char *out, const float *in, int64_t n);
    nxc_axes kept;
    int64_t n, step;
    int64_t row, width, tiles, groups; /* width 0: by lines */
    int stream;                        /* the result is stored past the caches */
} plan;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* n elements side by side in `to`, through `raw` where they are widened. */
static void gather(const plan *p, char *to, char *raw, const char *from, int64_t step, int64_t n) {
    nxc_pack(p->widen == NULL ? to : raw, from, step, p->size, n);
    if (p->widen != NULL)
        p->widen((float *)(void *)to, raw, n);
}

static void give(const plan *p, char *out, const char *from, int64_t n) {
    if (p->narrow != NULL)
        p->narrow(out, (const float *)(const void *)from, n);
    else if (p->stream)
        nxc_active->convert->stream(out, from, n * p->size);
    else
        memcpy(out, from, (size_t)(n * p->size));
}

static int do_lines(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    const int packed = p->widen != NULL || p->step != p->size, aside = packed || p->stream;
    const size_t bytes = (size_t)(p->n * (p->loop + p->size));
    char *scratch = aside ? nxc_alloc(bytes) : NULL;
    nxc_walk walk;
    if (aside && scratch == NULL)
        return NXC_NO_MEMORY;
    nxc_walk_start(&p->kept, &walk, p->data, begin);
    for (int64_t line = begin; line < end; line++) {
        const char *x = nxc_walk_at(&p->kept, &walk);
        char *out = p->out + line * p->n * p->size;
        if (packed)
            gather(p, scratch, scratch + p->n * p->loop, x, p->step, p->n);
        p->loops->row(aside ? scratch : out, packed ? scratch : x, p->n, p->logs);
        if (aside)
            give(p, out, scratch, p->n);
        nxc_walk_on(&p->kept, &walk, 1);
    }
    if (p->stream)
        nxc_active->convert->fence();
    nxc_free(scratch, bytes);
    return 0;
}

/* What a tile needs beside its elements. */
typedef struct {
    _Alignas(64) double sum[NXC_TILE], run[NXC_TILE], top[NXC_TILE], scale[NXC_TILE];
    char raw[NXC_TILE * 2];
} beside;

static void do_tile(const plan *p, beside *b, char *tile, const char *x, char *out, int64_t width) {
    const int64_t column = nxc_row_step(&p->kept), line = width * p->loop;
    char *top = (char *)b->top, *scale = (char *)b->scale;
    gather(p, top, b->raw, x, column, width);
    for (int64_t i = 0; i < p->n; i++) {
        gather(p, tile + i * line, b->raw, x + i * p->step, column, width);
        p->loops->top(top, tile + i * line, width);
    }
    memset(b->sum, 0, sizeof b->sum);
    for (int64_t i = 0, end; i < p->n; i = end) {
        end = smaller(p->n, i + NXC_RUN);
        memset(b->run, 0, sizeof b->run);
        for (int64_t k = i; k < end; k++)
            p->loops->exps(tile + k * line, b->run, top, width, p->logs);
        for (int64_t j = 0; j < width; j++)
            b->sum[j] += b->run[j];
    }
    p->loops->settle(scale, b->sum, width, p->logs);
    for (int64_t i = 0; i < p->n; i++) {
        p->loops->scale(tile + i * line, scale, width, p->logs);
        give(p, out + i * p->row * p->size, tile + i * line, width);
    }
}

static int do_tiles(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    const size_t bytes = (size_t)(p->n * p->width * p->loop);
    char *tile = nxc_alloc(bytes);
    beside b;
    if (tile == NULL)
        return NXC_NO_MEMORY;
    for (int64_t group = begin; group < end; group++) {
        const int64_t outer = group / p->tiles, column = group % p->tiles * p->width;
        nxc_walk walk;
        nxc_walk_start(&p->kept, &walk, p->data, outer * p->row + column);
        do_tile(p, &b, tile, nxc_walk_at(&p->kept, &walk),
                p->out + (outer * p->n * p->row + column) * p->size,
                smaller(p->width, p->row - column));
    }
    if (p->stream)
        nxc_active->convert->fence();
    nxc_free(tile, bytes);
    return 0;
}

static int set_dtype(plan *p, int dtype) {
    const nxc_convert_kernels *convert = nxc_active->convert;
    const int half = dtype == NXC_DTYPE_float16;
    p->size = p->loop = nxc_dtypes[dtype].itemsize;
    p->widen = NULL;
    p->narrow = NULL;
    if (half || dtype == NXC_DTYPE_bfloat16) {
        p->widen = half ? convert->widen_float16 : convert->widen_bfloat16;
        p->narrow = half ? convert->narrow_float16 : convert->narrow_bfloat16;
        p->loop = sizeof(float);
        dtype = NXC_DTYPE_float32;
    }
    p->loops = nxc_active->softmax->at[dtype];
    return p->loops != NULL;
}

static void make_plan(plan *p, const nxc_buffer *a, int axis, int *order) {
    int kept[NXC_MAX_NDIM], count = 0;
    for (int i = 0; i < a->ndim; i++)
        if (i != axis)
            kept[count++] = i;
    nxc_sort_axes(a, kept, count);
    nxc_take_axes(&p->kept, a, kept, count);
    p->data = a->data;
    p->n = nxc_shape(a)[axis];
    p->step = nxc_strides(a)[axis];
    p->row = nxc_row_length(&p->kept);
    const int columns =
        p->row > 1 && nxc_magnitude(nxc_row_step(&p->kept)) < nxc_magnitude(p->step);
    const int64_t fits = NXC_TILE_BYTES / (p->loop * larger(p->n, 1));
    p->width = columns ? smaller(p->row, smaller(NXC_TILE, larger(NXC_LEAST_TILE, fits))) : 0;
    p->tiles = columns ? (p->row + p->width - 1) / p->width : 1;
    p->groups = nxc_count(&p->kept);
    if (columns)
        p->groups = p->groups / p->row * p->tiles;
    p->stream = p->n * p->size <= NXC_STREAM_LINE && a->size * p->size >= NXC_STREAM_BYTES;
    nxc_place_axes(a, kept, count, &axis, 1, columns ? p->row : 1, order);
}

/* Its parameter is the axis. */
static PyObject *along(const char *name, int logs, PyObject *self, PyObject *const *operands,
                       Py_ssize_t n) {
    int count, order[NXC_MAX_NDIM];
    const int64_t *params = nxc_params(self, &count);
    plan p;
    if (!nxc_are_buffers(name, operands, n, 1))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    if (!set_dtype(&p, a->dtype))
        Py_RETURN_NOTIMPLEMENTED;
    const int64_t axis = count == 1 ? params[0] : -1;
    if (axis < 0 || axis >= a->ndim)
        return PyErr_Format(PyExc_IndexError, "%s: cannot run along axis %lld of %d axes", name,
                            (long long)axis, a->ndim);
    nxc_buffer *out;
    if (a->size == 0)
        return (PyObject *)nxc_buffer_new(a->dtype, a->ndim, nxc_shape(a));
    p.logs = logs;
    make_plan(&p, a, (int)axis, order);
    out = nxc_buffer_ordered(a->dtype, a->ndim, nxc_shape(a), order);
    if (out == NULL)
        return NULL;
    p.out = out->data;
    const int64_t elements = p.n * larger(1, p.width);
    const int status = nxc_run(p.width > 0 ? do_tiles : do_lines, &p, p.groups,
                               larger(1, NXC_TASK / elements), (double)a->size * 1.5);
    return status == 0 ? (PyObject *)out : nxc_fail(status, name, (PyObject *)out);
}

PyObject *nxc_fn_softmax(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    return along("softmax", 0, self, operands, n);
}

PyObject *nxc_fn_log_softmax(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    return along("log_softmax", 1, self, operands, n);
}
