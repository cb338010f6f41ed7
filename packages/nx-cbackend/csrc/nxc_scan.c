/* The scan driver: rows or columns, blocks, tasks.
 *
 * Owns: the walk of a running operation along one axis, and the functions that Python calls.
 * Who may call: Python, through nxc_fast.c, with the GIL.
 * Invariant: a row is cut into lengths at places that its length alone decides, so a result
 * doesn't depend on the number of threads. The result is dense: an axis with neighbours lies
 * innermost, else the scanned axis lies just outside the neighbours of its elements.
 */
#include <string.h>

#include "nxc_axes.h"
#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_memory.h"
#include "nxc_pool.h"
#include "nxc_run.h"

#define NXC_BLOCK (4 * NXC_SCAN_LENGTH) /* elements copied side by side at once */
#define NXC_CHUNK (8 * NXC_BLOCK)       /* elements of a long row's task */
#define NXC_TILE 1024                   /* columns run together */
#define NXC_LONG 65536                  /* elements of a row from which its parts are tasks */
#define NXC_FEW 64                      /* rows beyond which they are tasks enough */
#define NXC_SEGMENT (INT64_C(1) << 22)  /* elements of all rows between two looks for Ctrl-C */
#define NXC_MOST_RUNNING 16             /* bytes of a running value */

typedef struct {
    const nxc_scan *scan;
    const char *data;
    char *out;
    int64_t size, loop; /* of an element, and of one as the loops take it */
    void (*widen)(float *out, const char *in, int64_t n);
    void (*narrow)(char *out, const float *in, int64_t n);
    nxc_axes kept;
    int64_t n, step;    /* the scanned axis */
    int64_t lines;      /* elements of `kept` */
    int64_t width;      /* of a tile of columns, 0 by rows */
    int64_t row, tiles; /* neighbours in all, and their tiles */
    int64_t groups;     /* lines, or tiles */
    int64_t begin, end; /* the part of every line that is done now */
    int64_t direction;  /* 1, or -1: from the end */
    int packed;         /* elements are copied side by side first */
    int64_t chunks;     /* of a long line */
    char *totals;       /* [line][length], then what came before each */
    char *running;      /* [group][width] between the parts, or NULL */
} plan;

typedef struct {
    _Alignas(64) char raw[NXC_BLOCK * 16];
    _Alignas(64) char wide[NXC_BLOCK * sizeof(float)];
    _Alignas(64) char out[NXC_BLOCK * sizeof(float)];
} block;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* n elements that lie `step` apart, as the loops take them; n <= NXC_BLOCK. */
static const char *gathered(const plan *p, block *b, const char *from, int64_t step, int64_t n) {
    nxc_pack(b->raw, from, step, p->size, n);
    if (p->widen == NULL)
        return b->raw;
    p->widen((float *)(void *)b->wide, b->raw, n);
    return b->wide;
}

/* ---- rows ---- */

static int64_t lengths(int64_t n) { return (n + NXC_SCAN_LENGTH - 1) / NXC_SCAN_LENGTH; }

/* Where the loops begin in a run of n neighbours. */
static int64_t first(const plan *p, int64_t n, int64_t size) {
    return p->direction > 0 ? 0 : (n - 1) * size;
}

/* Elements begin to end of a line, counted in the direction of the scan, from the running value. */
static void scan_row(const plan *p, block *b, char *running, const char *line, char *to,
                     int64_t begin, int64_t end) {
    const int64_t most = p->packed ? NXC_BLOCK : end - begin;
    for (int64_t n; begin < end; begin += n) {
        n = smaller(most, end - begin);
        const int64_t low = p->direction > 0 ? begin : p->n - begin - n;
        char *out = to + low * p->size, *result = p->narrow != NULL ? b->out : out;
        const char *from = line + low * p->step;
        if (p->packed)
            from = gathered(p, b, from, p->step, n);
        const int64_t skip = first(p, n, p->loop);
        p->scan->row(result + skip, running, from + skip, n, p->direction);
        if (p->narrow != NULL)
            p->narrow(out, (const float *)(const void *)result, n);
    }
}

static char *line_of(const plan *p, int64_t line) { return p->out + line * p->n * p->size; }

/* A part of each line, from what came before it. */
static int do_rows(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    nxc_walk walk;
    block b;
    nxc_walk_start(&p->kept, &walk, p->data, begin);
    for (int64_t line = begin; line < end; line++) {
        _Alignas(16) char fresh[NXC_MOST_RUNNING];
        char *running = p->running == NULL ? fresh : p->running + line * p->scan->accumulator;
        if (p->begin == 0)
            p->scan->start(running, 1);
        scan_row(p, &b, running, nxc_walk_at(&p->kept, &walk), line_of(p, line), p->begin, p->end);
        nxc_walk_on(&p->kept, &walk, 1);
    }
    return 0;
}

/* ---- long rows on threads: first the totals of every length, then all parts at once ---- */

static char *total_of(const plan *p, int64_t line, int64_t chunk) {
    return p->totals + (line * lengths(p->n) + chunk * lengths(NXC_CHUNK)) * p->scan->accumulator;
}

static int do_totals(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    block b;
    for (int64_t i = begin; i < end; i++) {
        const int64_t chunk = i % p->chunks, last = smaller((chunk + 1) * NXC_CHUNK, p->n);
        char *total = total_of(p, i / p->chunks, chunk);
        nxc_walk walk;
        nxc_walk_start(&p->kept, &walk, p->data, i / p->chunks);
        for (int64_t at = chunk * NXC_CHUNK, n; at < last; at += n) {
            n = smaller(NXC_BLOCK, last - at);
            const int64_t low = p->direction > 0 ? at : p->n - at - n;
            const char *from = nxc_walk_at(&p->kept, &walk) + low * p->step;
            if (p->packed)
                from = gathered(p, &b, from, p->step, n);
            p->scan->totals(total, from + first(p, n, p->loop), n, p->direction);
            total += lengths(n) * p->scan->accumulator;
        }
    }
    return 0;
}

static int do_chunks(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    block b;
    for (int64_t i = begin; i < end; i++) {
        const int64_t line = i / p->chunks, chunk = i % p->chunks;
        nxc_walk walk;
        nxc_walk_start(&p->kept, &walk, p->data, line);
        _Alignas(16) char running[NXC_MOST_RUNNING];
        memcpy(running, total_of(p, line, chunk), (size_t)p->scan->accumulator);
        scan_row(p, &b, running, nxc_walk_at(&p->kept, &walk), line_of(p, line), chunk * NXC_CHUNK,
                 smaller((chunk + 1) * NXC_CHUNK, p->n));
    }
    return 0;
}

static int run_long_rows(plan *p, double cost) {
    const int64_t bytes = p->lines * lengths(p->n) * p->scan->accumulator;
    int status;
    p->chunks = (p->n + NXC_CHUNK - 1) / NXC_CHUNK;
    p->totals = nxc_alloc((size_t)bytes);
    if (p->totals == NULL)
        return NXC_NO_MEMORY;
    status = nxc_run(do_totals, p, p->lines * p->chunks, 4, cost / 2);
    for (int64_t line = 0; status == 0 && line < p->lines; line++) {
        _Alignas(16) char running[NXC_MOST_RUNNING];
        p->scan->start(running, 1);
        p->scan->chain(running, total_of(p, line, 0), total_of(p, line, 0), lengths(p->n));
    }
    if (status == 0)
        status = nxc_run(do_chunks, p, p->lines * p->chunks, 4, cost);
    nxc_free(p->totals, (size_t)bytes);
    return status;
}

/* ---- columns ---- */

static void scan_tile(const plan *p, block *b, char *running, const char *from, char *to,
                      int64_t width) {
    const int64_t step = p->step * p->direction, to_step = p->row * p->size * p->direction;
    const int64_t start = p->direction > 0 ? p->begin : p->n - 1 - p->begin;
    from += start * p->step;
    to += start * p->row * p->size;
    if (!p->packed) {
        p->scan->columns(to, to_step, running, from, step, p->end - p->begin, width);
        return;
    }
    for (int64_t i = p->begin; i < p->end; i++, from += step, to += to_step) {
        const char *row = gathered(p, b, from, p->kept.step[p->kept.ndim - 1], width);
        p->scan->columns(p->narrow != NULL ? b->out : to, 0, running, row, 0, 1, width);
        if (p->narrow != NULL)
            p->narrow(to, (const float *)(const void *)b->out, width);
    }
}

static int do_columns(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    _Alignas(64) char fresh[NXC_TILE * NXC_MOST_RUNNING];
    block b;
    for (int64_t group = begin; group < end; group++) {
        const int64_t outer = group / p->tiles, column = group % p->tiles * p->width;
        const int64_t width = smaller(p->width, p->row - column);
        char *running = fresh;
        nxc_walk walk;
        nxc_walk_start(&p->kept, &walk, p->data, outer * p->row + column);
        if (p->running != NULL)
            running = p->running + group * p->width * p->scan->accumulator;
        if (p->begin == 0)
            p->scan->start(running, width);
        scan_tile(p, &b, running, nxc_walk_at(&p->kept, &walk),
                  p->out + (outer * p->n * p->row + column) * p->size, width);
    }
    return 0;
}

/* All lines, a segment of each at a time where they are long. */
static int run_segments(plan *p, double cost) {
    const int64_t wide = larger(1, p->width);
    const int64_t segment = (NXC_SEGMENT / p->lines / NXC_SCAN_LENGTH + 2) * NXC_SCAN_LENGTH;
    const int64_t bytes = p->groups * wide * p->scan->accumulator;
    const double all = (double)larger(p->n, 1);
    int status = 0;
    p->running = NULL;
    if (segment < p->n && (p->running = nxc_alloc((size_t)bytes)) == NULL)
        return NXC_NO_MEMORY;
    for (p->begin = 0; status == 0 && p->begin < p->n; p->begin = p->end) {
        p->end = smaller(p->n, p->begin + segment);
        const int64_t part = p->end - p->begin;
        status = nxc_run(p->width > 0 ? do_columns : do_rows, p, p->groups,
                         larger(1, 2 * NXC_CHUNK / (part * wide)), cost * ((double)part / all));
    }
    if (p->running != NULL)
        nxc_free(p->running, (size_t)bytes);
    return status;
}

/* ---- the plan ---- */

static int set_dtype(plan *p, int which, int dtype) {
    const nxc_convert_kernels *convert = nxc_active->convert;
    p->size = p->loop = nxc_dtypes[dtype].itemsize;
    p->widen = NULL;
    p->narrow = NULL;
    if (dtype == NXC_DTYPE_float16 || dtype == NXC_DTYPE_bfloat16) {
        const int half = dtype == NXC_DTYPE_float16;
        p->widen = half ? convert->widen_float16 : convert->widen_bfloat16;
        p->narrow = half ? convert->narrow_float16 : convert->narrow_bfloat16;
        p->loop = sizeof(float);
        dtype = NXC_DTYPE_float32;
    }
    p->scan = nxc_active->scan->at[which][dtype];
    return p->scan != NULL;
}

static void make_plan(plan *p, const nxc_buffer *a, int axis, int reverse, int *order) {
    int kept[NXC_MAX_NDIM], count = 0;
    for (int i = 0; i < a->ndim; i++)
        if (i != axis)
            kept[count++] = i;
    nxc_sort_axes(a, kept, count);
    nxc_take_axes(&p->kept, a, kept, count);
    p->data = a->data;
    p->n = nxc_shape(a)[axis];
    p->step = nxc_strides(a)[axis];
    p->direction = reverse ? -1 : 1;
    p->lines = nxc_count(&p->kept);
    p->row = nxc_row_length(&p->kept);
    const int64_t column = nxc_row_step(&p->kept);
    const int by_columns = p->row > 1 && nxc_magnitude(column) < nxc_magnitude(p->step);
    p->packed = p->widen != NULL || (by_columns ? column : p->step) != p->size;
    p->width = by_columns ? smaller(p->row, NXC_TILE) : 0;
    p->tiles = by_columns ? (p->row + p->width - 1) / p->width : 1;
    p->groups = by_columns ? p->lines / larger(1, p->row) * p->tiles : p->lines;
    nxc_place_axes(a, kept, count, &axis, 1, by_columns ? p->row : 1, order);
}

static int run(plan *p) {
    const double cost = (double)(p->lines * p->n) * 1.0;
    if (nxc_num_threads() > 1 && p->width == 0 && p->scan->totals != NULL && p->n >= NXC_LONG &&
        (p->lines < NXC_FEW || p->n >= NXC_SEGMENT))
        return run_long_rows(p, cost);
    return run_segments(p, cost);
}

/* Its parameters are the axis and whether to go from the end. */
static PyObject *scan(int which, const char *name, PyObject *self, PyObject *const *operands,
                      Py_ssize_t n) {
    int count, order[NXC_MAX_NDIM];
    const int64_t *params = nxc_params(self, &count);
    plan p;
    if (!nxc_are_buffers(name, operands, n, 1))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    if (!set_dtype(&p, which, a->dtype))
        Py_RETURN_NOTIMPLEMENTED;
    const int64_t axis = count == 2 ? params[0] : -1;
    if (axis < 0 || axis >= a->ndim)
        return PyErr_Format(PyExc_IndexError, "%s: cannot run along axis %lld of %d axes", name,
                            (long long)axis, a->ndim);
    make_plan(&p, a, (int)axis, params[1] != 0, order);
    nxc_buffer *out = nxc_buffer_ordered(a->dtype, a->ndim, nxc_shape(a), order);
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    p.out = out->data;
    const int status = run(&p);
    return status == 0 ? (PyObject *)out : nxc_fail(status, name, (PyObject *)out);
}

#define NXC_SCAN_FUNCTION(name)                                                                    \
    PyObject *nxc_fn_##name(PyObject *self, PyObject *const *operands, Py_ssize_t n) {             \
        return scan(NXC_SCAN_##name, #name, self, operands, n);                                    \
    }
NXC_SCAN_FUNCTION(cumsum)
NXC_SCAN_FUNCTION(cumprod)
NXC_SCAN_FUNCTION(cummax)
NXC_SCAN_FUNCTION(cummin)
