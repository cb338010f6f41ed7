/* The driver of layer normalization.
 *
 * Owns: the walk over lines, and the function that Python calls.
 * Who may call: Python, through nxc_fast.c, with the GIL.
 * Invariant: a line, the elements normalized together, is done whole by one task. It is read where
 * it lies if its elements are neighbours; other lines and 16-bit floats are copied to scratch, and
 * lines side by side in memory are copied together, as many as share cache lines.
 */
#include <string.h>

#include "nxc_axes.h"
#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_memory.h"
#include "nxc_run.h"

#define NXC_TILE_BYTES 64 /* of neighbours in as many lines */
#define NXC_TASK 32768    /* elements, at least */
#define NXC_PAD 64 /* bytes between lines, that they don't compete for the same cache lines */
#define NXC_STREAM_LEAST 1024 /* bytes of a line that is */
#define NXC_STREAM_MOST 65536
#define NXC_STREAM_BYTES (INT64_C(8) << 20) /* results from here on are stored past the caches */

enum { X, SCALE, SHIFT, OPERANDS };

/* An operand: its lines, and the elements of one. */
typedef struct {
    const char *data;
    nxc_axes lines, along;
    int in_place; /* a line can be read where it lies */
    int shared;   /* all lines are one */
} source;

typedef struct {
    void (*loop)(char *, const char *, const char *, const char *, int64_t, double);
    void (*widen)(float *out, const char *in, int64_t n);
    void (*narrow)(char *out, const float *in, int64_t n);
    source in[OPERANDS];
    char *out;
    double epsilon;
    int64_t size, loop_size; /* of an element, and as the loop takes it */
    int64_t n;
    int64_t row, tile, tiles; /* lines side by side in memory; together; tiles of a row */
    int64_t groups;
    int stream;
} plan;

/* What a task needs to copy to: a line there has `pitch` bytes, of elements as the loop takes them
 * or as they are. */
typedef struct {
    char *memory, *raw, *tile, *result, *line[OPERANDS];
    int64_t pitch, bytes;
} scratch;

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* ---- lines ---- */

static int get_scratch(const plan *p, scratch *s) {
    const int tiles = p->tile > 1, halves = p->widen != NULL;
    char **part[] = {&s->tile, &s->raw, &s->result, &s->line[X], &s->line[SCALE], &s->line[SHIFT]};
    const int64_t lines[] = {
        tiles ? p->tile : 0,          halves,
        tiles || halves || p->stream, tiles ? halves : !p->in[X].in_place,
        !p->in[SCALE].in_place,       !p->in[SHIFT].in_place,
    };
    int64_t total = 0, used = 0;
    for (int i = 0; i < 3 + OPERANDS; i++)
        total += lines[i];
    s->pitch = (p->n * p->loop_size + 2 * NXC_PAD - 1) / NXC_PAD * NXC_PAD;
    s->bytes = s->pitch * total;
    s->memory = total > 0 ? nxc_alloc((size_t)s->bytes) : NULL;
    if (total > 0 && s->memory == NULL)
        return NXC_NO_MEMORY;
    for (int i = 0; i < 3 + OPERANDS; used += lines[i++])
        *part[i] = lines[i] > 0 ? s->memory + used * s->pitch : NULL;
    return 0;
}

/* A line of an operand as the loop takes it, in place or in `to`. */
static const char *take(const plan *p, const source *in, const scratch *s, char *to,
                        const char *from) {
    nxc_walk walk;
    if (in->in_place)
        return from;
    nxc_walk_start(&in->along, &walk, from, 0);
    nxc_walk_pack(&in->along, &walk, p->widen == NULL ? to : s->raw, p->size, p->n);
    if (p->widen != NULL)
        p->widen((float *)(void *)to, s->raw, p->n);
    return to;
}

/* Computes one line, into the result's memory or into scratch. */
static void do_line(const plan *p, const scratch *s, char *out, const char *const *line) {
    const int direct = p->narrow == NULL && !p->stream;
    p->loop(direct ? out : s->result, line[X], line[SCALE], line[SHIFT], p->n, p->epsilon);
    if (p->narrow != NULL)
        p->narrow(out, (const float *)(const void *)s->result, p->n);
    else if (p->stream)
        nxc_active->convert->stream(out, s->result, p->n * p->size);
}

/* ---- lines side by side ---- */

typedef uint16_t NXC_ELEMENT2 __attribute__((aligned(1), may_alias));
typedef uint32_t NXC_ELEMENT4 __attribute__((aligned(1), may_alias));
typedef uint64_t NXC_ELEMENT8 __attribute__((aligned(1), may_alias));

#define NXC_COPY(T)                                                                                \
    for (int64_t j = 0; j < width; j++)                                                            \
    *(T *)(void *)(to + j * to_step) = *(const T *)(const void *)(from + j * step)

static void copy(char *to, int64_t to_step, const char *from, int64_t step, int64_t size,
                 int64_t width) {
    if (size == 2)
        NXC_COPY(NXC_ELEMENT2);
    else if (size == 4)
        NXC_COPY(NXC_ELEMENT4);
    else
        NXC_COPY(NXC_ELEMENT8);
}

static void gather_tile(const plan *p, const scratch *s, const char *from, int64_t width) {
    const source *in = &p->in[X];
    nxc_walk walk;
    nxc_walk_start(&in->along, &walk, from, 0);
    for (int64_t i = 0; i < p->n; i++) {
        copy(s->tile + i * p->size, s->pitch, nxc_walk_at(&in->along, &walk),
             nxc_row_step(&in->lines), p->size, width);
        nxc_walk_on(&in->along, &walk, 1);
    }
}

static void give_tile(const plan *p, const scratch *s, char *out, int64_t width) {
    for (int64_t i = 0; i < p->n; i++)
        copy(out + i * p->row * p->size, p->size, s->tile + i * p->size, s->pitch, p->size, width);
}

/* Computes one line of a tile, in its place there. */
static void do_line_of_tile(const plan *p, const scratch *s, char *tile, const char *const *line) {
    const char *x = tile;
    if (p->widen != NULL) {
        p->widen((float *)(void *)s->line[X], tile, p->n);
        x = s->line[X];
    }
    p->loop(s->result, x, line[SCALE], line[SHIFT], p->n, p->epsilon);
    if (p->narrow != NULL)
        p->narrow(tile, (const float *)(const void *)s->result, p->n);
    else
        memcpy(tile, s->result, (size_t)(p->n * p->size));
}

/* ---- tasks ---- */

/* The operands from k on that all lines share, as the loop takes them. */
static void take_shared(const plan *p, const scratch *s, int k, const char **line) {
    for (; k < OPERANDS; k++)
        if (p->in[k].shared)
            line[k] = take(p, &p->in[k], s, s->line[k], p->in[k].data);
}

static void start_walks(const plan *p, nxc_walk *walk, int64_t line) {
    for (int k = 0; k < OPERANDS; k++)
        nxc_walk_start(&p->in[k].lines, &walk[k], p->in[k].data, line);
}

/* The next line of the operands from k on. */
static void take_next(const plan *p, const scratch *s, int k, nxc_walk *walk, const char **line) {
    for (; k < OPERANDS; k++) {
        const source *in = &p->in[k];
        if (in->shared)
            continue;
        line[k] = take(p, in, s, s->line[k], nxc_walk_at(&in->lines, &walk[k]));
        nxc_walk_on(&in->lines, &walk[k], 1);
    }
}

static int do_lines(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    const char *line[OPERANDS];
    nxc_walk walk[OPERANDS];
    scratch s;
    if (get_scratch(p, &s) != 0)
        return NXC_NO_MEMORY;
    take_shared(p, &s, X, line);
    start_walks(p, walk, begin);
    for (int64_t i = begin; i < end; i++) {
        take_next(p, &s, X, walk, line);
        do_line(p, &s, p->out + i * p->n * p->size, line);
    }
    if (p->stream)
        nxc_active->convert->fence();
    nxc_free(s.memory, (size_t)s.bytes);
    return 0;
}

static int do_tiles(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    const char *line[OPERANDS];
    nxc_walk walk[OPERANDS];
    scratch s;
    if (get_scratch(p, &s) != 0)
        return NXC_NO_MEMORY;
    take_shared(p, &s, SCALE, line);
    for (int64_t group = begin; group < end; group++) {
        const int64_t outer = group / p->tiles, column = group % p->tiles * p->tile;
        const int64_t width = smaller(p->tile, p->row - column);
        start_walks(p, walk, outer * p->row + column);
        gather_tile(p, &s, nxc_walk_at(&p->in[X].lines, &walk[X]), width);
        for (int64_t j = 0; j < width; j++) {
            take_next(p, &s, SCALE, walk, line);
            do_line_of_tile(p, &s, s.tile + j * s.pitch, line);
        }
        give_tile(p, &s, p->out + (outer * p->n * p->row + column) * p->size, width);
    }
    nxc_free(s.memory, (size_t)s.bytes);
    return 0;
}

/* ---- the plan ---- */

static int set_dtype(plan *p, int dtype) {
    const nxc_convert_kernels *convert = nxc_active->convert;
    const int half = dtype == NXC_DTYPE_float16;
    p->size = p->loop_size = nxc_dtypes[dtype].itemsize;
    p->widen = NULL;
    p->narrow = NULL;
    if (nxc_is_half(dtype)) {
        p->widen = half ? convert->widen_float16 : convert->widen_bfloat16;
        p->narrow = half ? convert->narrow_float16 : convert->narrow_bfloat16;
        p->loop_size = sizeof(float);
        dtype = NXC_DTYPE_float32;
    }
    p->loop = nxc_active->layer_norm->at[dtype];
    return p->loop != NULL;
}

static int never_moves(const nxc_axes *axes) {
    for (int i = 0; i < axes->ndim; i++)
        if (axes->step[i] != 0 && axes->shape[i] != 1)
            return 0;
    return 1;
}

/* Where the operand, broadcast to the first one's shape, has its lines. */
static void set_source(const plan *p, source *in, const nxc_buffer *b, const int *lines, int count,
                       const int *along) {
    in->data = b->data;
    nxc_take_axes(&in->lines, b, lines, count);
    nxc_take_axes(&in->along, b, along, b->ndim - count);
    in->shared = never_moves(&in->lines);
    in->in_place = p->widen == NULL && in->along.ndim == 1 &&
                   (in->along.step[0] == p->size || in->along.shape[0] == 1);
}

/* `mask` has a bit for each axis to normalize over. */
static void make_plan(plan *p, nxc_buffer *const *operands, int64_t mask, int *order) {
    const nxc_buffer *x = operands[X];
    int lines[NXC_MAX_NDIM], along[NXC_MAX_NDIM], count = 0, rest = 0;
    for (int i = 0; i < x->ndim; i++)
        if (mask >> i & 1)
            along[rest++] = i;
        else
            lines[count++] = i;
    nxc_sort_axes(x, lines, count);
    nxc_sort_axes(x, along, rest);
    for (int k = 0; k < OPERANDS; k++)
        set_source(p, &p->in[k], operands[k], lines, count, along);
    p->n = nxc_count(&p->in[X].along);
    const int64_t across = nxc_magnitude(nxc_row_step(&p->in[X].lines));
    const int64_t row = nxc_row_length(&p->in[X].lines);
    const int columns =
        row > 1 && across > 0 && across < nxc_magnitude(nxc_row_step(&p->in[X].along));
    p->row = columns ? row : 1;
    p->tile = columns ? smaller(row, NXC_TILE_BYTES / p->size) : 1;
    p->tiles = (p->row + p->tile - 1) / p->tile;
    p->groups = nxc_count(&p->in[X].lines) / p->row * p->tiles;
    const int64_t bytes = p->n * p->size;
    p->stream = p->narrow == NULL && !columns && bytes >= NXC_STREAM_LEAST &&
                bytes <= NXC_STREAM_MOST && x->size * p->size >= NXC_STREAM_BYTES;
    nxc_place_axes(x, lines, count, along, rest, p->row, order);
}

/* ---- the function ---- */

static int broadcasts(const nxc_buffer *b, const nxc_buffer *x) {
    int fits = b->dtype == x->dtype && b->ndim <= x->ndim;
    for (int i = 0; fits && i < x->ndim; i++)
        fits = nxc_length_at(b, x->ndim, i) == 1 || nxc_length_at(b, x->ndim, i) == nxc_shape(x)[i];
    return fits;
}

static PyObject *normalized(nxc_buffer *const *operands, int64_t mask, double epsilon) {
    const nxc_buffer *x = operands[X];
    int order[NXC_MAX_NDIM];
    plan p = {.epsilon = epsilon};
    if (!set_dtype(&p, x->dtype))
        Py_RETURN_NOTIMPLEMENTED;
    make_plan(&p, operands, mask, order);
    nxc_buffer *out = nxc_buffer_ordered(x->dtype, x->ndim, nxc_shape(x), order);
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    p.out = out->data;
    const int status = nxc_run(p.tile > 1 ? do_tiles : do_lines, &p, p.groups,
                               larger(1, NXC_TASK / (p.n * p.tile)), (double)x->size);
    return status == 0 ? (PyObject *)out : nxc_fail(status, "layer_norm", (PyObject *)out);
}

/* Its parameters are a bit for each axis, and the bits of epsilon. */
PyObject *nxc_fn_layer_norm(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    double epsilon;
    if (!nxc_are_buffers("layer_norm", operands, n, OPERANDS))
        return NULL;
    nxc_buffer *x = (nxc_buffer *)operands[X], *wide[OPERANDS] = {x};
    if (count != 2 || x->ndim >= 63 || params[0] < 0 || params[0] >> x->ndim != 0)
        return PyErr_Format(PyExc_IndexError, "layer_norm: cannot find its axes among %d", x->ndim);
    memcpy(&epsilon, &params[1], sizeof epsilon);
    for (int k = SCALE; k < OPERANDS; k++)
        if (!broadcasts((nxc_buffer *)operands[k], x))
            return PyErr_Format(PyExc_ValueError, "layer_norm: cannot broadcast operand %d", k);
    wide[SCALE] =
        (nxc_buffer *)nxc_buffer_broadcast((nxc_buffer *)operands[SCALE], x->ndim, nxc_shape(x));
    wide[SHIFT] = wide[SCALE] == NULL ? NULL
                                      : (nxc_buffer *)nxc_buffer_broadcast(
                                            (nxc_buffer *)operands[SHIFT], x->ndim, nxc_shape(x));
    PyObject *out = wide[SHIFT] == NULL ? NULL : normalized(wide, params[0], epsilon);
    Py_XDECREF((PyObject *)wide[SCALE]);
    Py_XDECREF((PyObject *)wide[SHIFT]);
    return out;
}
