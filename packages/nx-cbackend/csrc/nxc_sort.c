/* Sorting rows along one axis: the walk over them, in tiles, and the choice of how.
 *
 * Owns: the functions `sort` and `argsort`; the order in which memory is read and written.
 * Who may call: Python, through the functions that nxc_fast.c hands over.
 * Invariant: a sort is stable, with NaN last in both directions. Rows of up to NXC_SORT_ROW
 * elements are sorted whole, by one thread each: the shortest in networks, several rows at once.
 * Longer ones are shared out by nxc_sort_long.c. A tile is a few rows side by side, so that along
 * an axis of large steps whole cache lines are read and written.
 * Source: our own; the algorithms are those of nxc_radix.inc and nxc_quick.inc.
 */
#include "nxc_sort.h"

#include <string.h>

#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_memory.h"
#include "nxc_rows.h"
#include "nxc_run.h"

#define NXC_SORT_ROW 65536 /* elements of a row that one thread sorts */
#define NXC_TILE_ROWS 16
#define NXC_TILE_SIZE 262144 /* elements of a tile, at most: some milliseconds */
#define NXC_GRAIN 16384      /* elements that are worth handing to a thread */
#define NXC_FEW 4            /* rows from which a network pays */

typedef struct {
    const nxc_sorting *s;
    const nxc_record_kernels *loops;
    int kind, base, network;
    nxc_rows rows;
} walk;

/* What a thread needs to sort a tile. */
typedef struct {
    char *memory, *keys, *records, *other;
    int64_t bytes;
} scratch;

void nxc_sort_emit(const nxc_sorting *s, int kind, int base, uint64_t low, const void *records,
                   int64_t n, char *out, int64_t at) {
    char *to = out + at * s->out_step;
    if (s->indices)
        s->loops->records[kind].unpack(to, s->out_step, records, n, base);
    else
        s->loops->store[s->dtype](to, s->out_step, records, n, low, s->descending);
}

void nxc_sort_repair(const nxc_sorting *s, const char *in, char *out) {
    int64_t census[3] = {0, 0, 0};
    s->loops->census[s->dtype](in, s->in_step, s->n, s->descending, census);
    s->loops->repair[s->dtype](out, s->out_step, in, s->in_step, s->n, census[0], s->n - census[2]);
}

/* ---- tiles ---- */

/* to[j, i] = from[i, j] for rows that are a pitch apart. */
static void transpose(char *to, int64_t to_pitch, const char *from, int64_t from_pitch,
                      int64_t rows, int64_t columns, int64_t size) {
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            char *target = to + (j * to_pitch + i) * size;
            const char *source = from + (i * from_pitch + j) * size;
            if (size == 4)
                memcpy(target, source, 4);
            else if (size == 8)
                memcpy(target, source, 8);
            else
                memcpy(target, source, 16);
        }
}

/* Keys of the tile's rows, one row after the other; whether an element is special. */
static int load_tile(const walk *w, const char *in, int64_t rows, char *keys) {
    const nxc_sorting *s = w->s;
    const int64_t size = s->wide ? 8 : 4;
    uint64_t block[NXC_TILE_ROWS * NXC_TILE_ROWS];
    int special = 0;
    if (rows == 1 || nxc_magnitude(s->in_step) <= nxc_magnitude(w->rows.lane_in)) {
        for (int64_t row = 0; row < rows; row++)
            special |=
                s->loops->load[s->dtype](keys + row * s->n * size, in + row * w->rows.lane_in,
                                         s->in_step, s->n, s->descending);
        return special;
    }
    for (int64_t i = 0, n; i < s->n; i += n) {
        n = s->n - i < NXC_TILE_ROWS ? s->n - i : NXC_TILE_ROWS;
        for (int64_t j = 0; j < n; j++)
            special |=
                s->loops->load[s->dtype]((char *)block + j * rows * size, in + (i + j) * s->in_step,
                                         w->rows.lane_in, rows, s->descending);
        transpose(keys + i * size, s->n, (const char *)block, rows, n, rows, size);
    }
    return special;
}

/* The rows' elements or indices, where they belong. */
static void store_tile(const walk *w, const char *records, int64_t rows, char *out) {
    const nxc_sorting *s = w->s;
    const int64_t size = w->loops->size;
    nxc_sort_pair block[NXC_TILE_ROWS * NXC_TILE_ROWS];
    if (rows == 1 || nxc_magnitude(s->out_step) <= nxc_magnitude(w->rows.lane_out)) {
        for (int64_t row = 0; row < rows; row++)
            nxc_sort_emit(s, w->kind, w->base, 0, records + row * s->n * size, s->n,
                          out + row * w->rows.lane_out, 0);
        return;
    }
    nxc_sorting across = *s;
    across.out_step = w->rows.lane_out;
    for (int64_t i = 0, n; i < s->n; i += n) {
        n = s->n - i < NXC_TILE_ROWS ? s->n - i : NXC_TILE_ROWS;
        transpose((char *)block, rows, records + i * size, s->n, rows, n, size);
        for (int64_t j = 0; j < n; j++)
            nxc_sort_emit(&across, w->kind, w->base, 0, (const char *)block + j * rows * size, rows,
                          out + (i + j) * s->out_step, 0);
    }
}

static void sort_tile(const walk *w, const scratch *m, const char *in, char *out, int64_t rows) {
    const nxc_sorting *s = w->s;
    const int64_t key_size = s->wide ? 8 : 4, bytes = s->n * w->loops->size;
    const int special = load_tile(w, in, rows, m->keys);
    for (int64_t row = 0; s->indices && row < rows; row++)
        w->loops->pack(m->records + row * bytes, m->keys + row * s->n * key_size, s->wide, s->n, 0,
                       w->base, 0);
    for (int64_t row = 0; w->network && row < rows; row += w->loops->lanes)
        w->loops->network(m->records + row * bytes,
                          rows - row < w->loops->lanes ? rows - row : w->loops->lanes, s->n);
    for (int64_t row = 0; !w->network && row < rows; row++) {
        char *a = m->records + row * bytes;
        const char *sorted = w->loops->sort(a, m->other, s->n, w->base);
        if (sorted != a)
            memcpy(a, sorted, (size_t)bytes);
    }
    store_tile(w, m->records, rows, out);
    for (int64_t row = 0; special && !s->indices && row < rows; row++)
        nxc_sort_repair(s, in + row * w->rows.lane_in, out + row * w->rows.lane_out);
}

/* ---- the walk ---- */

static int64_t rounded(int64_t bytes) { return (bytes + 63) / 64 * 64; }

static int take_scratch(const walk *w, scratch *m) {
    const nxc_sorting *s = w->s;
    const int64_t keys = rounded(w->rows.tile * s->n * (s->wide ? 8 : 4));
    const int64_t records = s->indices ? rounded(w->rows.tile * s->n * w->loops->size) : 0;
    m->bytes = keys + records + (w->network ? 0 : rounded(s->n * w->loops->size));
    m->memory = nxc_alloc((size_t)m->bytes);
    if (m->memory == NULL)
        return NXC_NO_MEMORY;
    m->keys = m->memory;
    m->records = m->memory + (s->indices ? keys : 0);
    m->other = m->memory + keys + records;
    return NXC_OK;
}

static int sort_tiles(void *work, int64_t begin, int64_t end) {
    const walk *w = work;
    scratch m;
    const int status = take_scratch(w, &m);
    for (int64_t item = begin; status == NXC_OK && item < end; item++) {
        const char *in;
        char *out;
        const int64_t rows = nxc_rows_find(&w->rows, item, &in, &out);
        sort_tile(w, &m, in, out, rows);
    }
    nxc_free(m.memory, (size_t)m.bytes);
    return status;
}

static int sort_long_rows(const walk *w, int64_t items) {
    int status = NXC_OK;
    for (int64_t item = 0; status == NXC_OK && item < items; item++) {
        const char *in;
        char *out;
        const int64_t rows = nxc_rows_find(&w->rows, item, &in, &out);
        for (int64_t row = 0; status == NXC_OK && row < rows; row++)
            status = nxc_sort_long(w->s, in + row * w->rows.lane_in, out + row * w->rows.lane_out);
    }
    return status;
}

static int bits_of(int64_t n) { return 64 - __builtin_clzll((uint64_t)n | 1); }

static int sort_all(const nxc_sorting *s, const nxc_buffer *a, nxc_buffer *out, int axis) {
    walk w = {.s = s};
    const int64_t wanted = NXC_TILE_SIZE / s->n;
    const int64_t tile = wanted < 1 ? 1 : wanted > NXC_TILE_ROWS ? NXC_TILE_ROWS : wanted;
    const int64_t items = nxc_rows_lay_out(&w.rows, a, axis, out->data, nxc_strides(out), tile);
    if (s->n > NXC_SORT_ROW)
        return sort_long_rows(&w, items);
    w.kind = !s->indices ? (s->wide ? NXC_SORT_WIDE : NXC_SORT_NARROW)
                         : (s->wide ? NXC_SORT_PAIR : NXC_SORT_WIDE);
    w.base = w.kind == NXC_SORT_WIDE && s->indices ? bits_of(s->n) : 0;
    w.loops = &s->loops->records[w.kind];
    w.network = s->n <= w.loops->longest && w.rows.tile >= NXC_FEW;
    const int64_t grain = NXC_GRAIN / (w.rows.tile * s->n);
    return nxc_run(sort_tiles, &w, items, grain < 1 ? 1 : grain, 8.0 * (double)a->size);
}

static PyObject *sort_by(const char *name, int indices, PyObject *self, PyObject *const *operands,
                         Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    if (!nxc_are_buffers(name, operands, n, 1))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    if (count != 2 || params[0] < 0 || params[0] >= a->ndim)
        return nxc_wrong_operands(name, "an axis of the Buffer, and whether to descend");
    if (nxc_active->sort->load[a->dtype] == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    const int axis = (int)params[0];
    nxc_buffer *out = nxc_buffer_new(indices ? NXC_DTYPE_int64 : a->dtype, a->ndim, nxc_shape(a));
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    const nxc_sorting s = {.loops = nxc_active->sort,
                           .name = name,
                           .dtype = a->dtype,
                           .descending = params[1] != 0,
                           .indices = indices,
                           .wide = nxc_dtypes[a->dtype].itemsize == 8,
                           .n = nxc_shape(a)[axis],
                           .in_step = nxc_strides(a)[axis],
                           .out_step = nxc_strides(out)[axis]};
    const int status = sort_all(&s, a, out, axis);
    return status == NXC_OK ? (PyObject *)out : nxc_fail(status, name, (PyObject *)out);
}

PyObject *nxc_fn_sort(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    return sort_by("sort", 0, self, operands, n);
}

PyObject *nxc_fn_argsort(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    return sort_by("argsort", 1, self, operands, n);
}
