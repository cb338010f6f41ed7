/* Where the largest or smallest element along an axis is: argmax and argmin.
 *
 * Owns: the walk over the axis, in pieces, and the functions argmax and argmin.
 * Who may call: Python, through the functions that nxc_fast.c hands over.
 * Invariant: elements are compared by the keys that they are sorted by, of which NaN has the
 * largest in both directions; the first of the largest keys is what is looked for. So what wins is
 * above all before it, and a piece's winner only replaces those of earlier pieces if it is larger.
 * Neighbours have no keys made: their largest is reduced, and then looked for.
 * Source: our own.
 */
#include <string.h>

#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_memory.h"
#include "nxc_rows.h"
#include "nxc_run.h"

#define NXC_ARG_LANES 256         /* rows of a tile where they are read side by side */
#define NXC_ARG_SIDE 16           /* rows from which reading them side by side pays */
#define NXC_ARG_BLOCK 1024        /* keys made at a time */
#define NXC_ARG_RUN 2048          /* neighbours reduced at a time: they stay in the first cache */
#define NXC_ARG_PIECE 65536       /* elements of a tile worth a task of their own */
#define NXC_ARG_LARGEST (1 << 22) /* and more than enough for one: some milliseconds */
#define NXC_ARG_ITEMS 16          /* tasks that are enough for the threads */

typedef struct {
    nxc_rows rows;
    const nxc_sort_kernels *loops;
    const nxc_fold *fold; /* of neighbours, or NULL */
    int dtype, smallest, wide, columns;
    int64_t n, step;       /* along the axis */
    int64_t pieces, piece; /* into which rows are cut, and their elements */
    uint64_t *keys;        /* by tile, piece and row; with one piece there are none */
    int64_t *places;
} search;

/* A key's bytes. */
static int64_t key_size(const search *s) { return s->wide ? 8 : 4; }

static uint64_t key_of(const search *s, const char *element) {
    uint64_t key;
    uint32_t narrow;
    s->loops->load[s->dtype](&key, element, 0, 1, s->smallest);
    memcpy(&narrow, &key, sizeof narrow);
    return s->wide ? key : narrow;
}

/* The same as search_row, of neighbours. */
static void search_run(const search *s, const char *in, int64_t n, uint64_t *best, int64_t *place) {
    const uint64_t most = s->wide ? UINT64_MAX : UINT32_MAX;
    for (int64_t i = 0, m; i < n && *best < most; i += m) {
        _Alignas(16) char acc[16], value[16];
        const char *at = in + i * s->step;
        m = n - i < NXC_ARG_RUN ? n - i : NXC_ARG_RUN;
        s->fold->start(acc, 1);
        s->fold->row(acc, NULL, at, m);
        s->fold->finish(value, acc, 1);
        const uint64_t key = key_of(s, value);
        if (key <= *best)
            continue;
        *best = key;
        *place = i + nxc_active->find->at[s->dtype](at, m, value);
    }
}

/* One row's part: the first of its largest keys. */
static void search_row(const search *s, const char *in, int64_t first, int64_t n, uint64_t *best,
                       int64_t *place) {
    uint64_t keys[NXC_ARG_BLOCK];
    const uint64_t most = s->wide ? UINT64_MAX : UINT32_MAX;
    *best = 0;
    *place = 0;
    if (s->fold != NULL) {
        search_run(s, in + first * s->step, n, best, place);
        *place += first;
        return;
    }
    *place = first;
    for (int64_t i = 0, m; i < n && *best < most; i += m) {
        m = n - i < NXC_ARG_BLOCK ? n - i : NXC_ARG_BLOCK;
        s->loops->load[s->dtype](keys, in + (first + i) * s->step, s->step, m, s->smallest);
        const int64_t found = s->loops->largest[s->wide](keys, m, best);
        *place = found < 0 ? *place : first + i + found;
    }
}

/* The same parts of rows that lie side by side. */
static void search_columns(const search *s, const char *in, int64_t lanes, int64_t first, int64_t n,
                           uint64_t *best, int64_t *place) {
    uint64_t keys[NXC_ARG_LANES], largest[NXC_ARG_LANES], places[NXC_ARG_LANES];
    memset(largest, 0, sizeof largest);
    memset(places, 0, sizeof places);
    for (int64_t i = 0; i < n; i++) {
        s->loops->load[s->dtype](keys, in + (first + i) * s->step, s->rows.lane_in, lanes,
                                 s->smallest);
        s->loops->larger[s->wide](keys, lanes, (uint64_t)i, largest, places);
    }
    for (int64_t lane = 0; lane < lanes; lane++) {
        uint32_t narrow[2];
        memcpy(&narrow[0], (char *)largest + lane * key_size(s), 4);
        memcpy(&narrow[1], (char *)places + lane * key_size(s), 4);
        best[lane] = s->wide ? largest[lane] : narrow[0];
        place[lane] = first + (int64_t)(s->wide ? places[lane] : narrow[1]);
    }
}

static int search_pieces(void *work, int64_t begin, int64_t end) {
    const search *s = work;
    uint64_t best[NXC_ARG_LANES];
    int64_t place[NXC_ARG_LANES];
    for (int64_t item = begin; item < end; item++) {
        const char *in;
        char *out;
        const int64_t lanes = nxc_rows_find(&s->rows, item / s->pieces, &in, &out);
        const int64_t first = item % s->pieces * s->piece;
        const int64_t n = s->n - first < s->piece ? s->n - first : s->piece;
        if (s->columns)
            search_columns(s, in, lanes, first, n, best, place);
        else
            for (int64_t lane = 0; lane < lanes; lane++)
                search_row(s, in + lane * s->rows.lane_in, first, n, &best[lane], &place[lane]);
        if (s->pieces > 1) {
            memcpy(s->keys + item * s->rows.tile, best, (size_t)lanes * sizeof *best);
            memcpy(s->places + item * s->rows.tile, place, (size_t)lanes * sizeof *place);
        } else
            for (int64_t lane = 0; lane < lanes; lane++)
                *(int64_t *)(void *)(out + lane * s->rows.lane_out) = place[lane];
    }
    return NXC_OK;
}

/* Each row's best among its pieces' bests. */
static int choose_pieces(void *work, int64_t begin, int64_t end) {
    const search *s = work;
    for (int64_t tile = begin; tile < end; tile++) {
        const char *in;
        char *out;
        const int64_t lanes = nxc_rows_find(&s->rows, tile, &in, &out);
        for (int64_t lane = 0; lane < lanes; lane++) {
            int64_t best = tile * s->pieces * s->rows.tile + lane;
            for (int64_t piece = 1, i; piece < s->pieces; piece++) {
                i = (tile * s->pieces + piece) * s->rows.tile + lane;
                best = s->keys[i] > s->keys[best] ? i : best;
            }
            *(int64_t *)(void *)(out + lane * s->rows.lane_out) = s->places[best];
        }
    }
    return NXC_OK;
}

/* Cuts rows where they are few or long. */
static void cut(search *s, int64_t tiles) {
    const int64_t elements = s->n * s->rows.tile;
    int64_t pieces = elements / NXC_ARG_PIECE;
    pieces = pieces < NXC_ARG_ITEMS / tiles ? pieces : NXC_ARG_ITEMS / tiles;
    if (pieces < elements / NXC_ARG_LARGEST + 1)
        pieces = elements / NXC_ARG_LARGEST + 1;
    s->piece = (s->n + pieces - 1) / pieces;
    s->pieces = (s->n + s->piece - 1) / s->piece;
}

static int search_all(search *s, int64_t tiles, double cost) {
    const int64_t items = tiles * s->pieces;
    const int64_t grain = NXC_ARG_PIECE / (s->piece * s->rows.tile) + 1;
    if (s->pieces == 1)
        return nxc_run(search_pieces, s, items, grain, cost);
    const size_t bytes = (size_t)(items * s->rows.tile) * (sizeof *s->keys + sizeof *s->places);
    char *memory = nxc_alloc(bytes);
    if (memory == NULL)
        return NXC_NO_MEMORY;
    s->keys = (uint64_t *)(void *)memory;
    s->places = (int64_t *)(void *)(s->keys + items * s->rows.tile);
    int status = nxc_run(search_pieces, s, items, grain, cost);
    if (status == NXC_OK)
        status = nxc_run(choose_pieces, s, tiles, 1, (double)(items * s->rows.tile));
    nxc_free(memory, bytes);
    return status;
}

static PyObject *arg_by(const char *name, int smallest, PyObject *self, PyObject *const *operands,
                        Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    int64_t shape[NXC_MAX_NDIM], out_steps[NXC_MAX_NDIM];
    if (!nxc_are_buffers(name, operands, n, 1))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    if (count != 1 || params[0] < 0 || params[0] >= a->ndim || nxc_shape(a)[params[0]] == 0)
        return nxc_wrong_operands(name, "an axis of the Buffer that isn't empty");
    if (nxc_active->sort->load[a->dtype] == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    const int axis = (int)params[0];
    for (int i = 0, j = 0; i < a->ndim; i++)
        if (i != axis)
            shape[j++] = nxc_shape(a)[i];
    nxc_buffer *out = nxc_buffer_new(NXC_DTYPE_int64, a->ndim - 1, shape);
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    for (int i = 0; i < a->ndim; i++)
        out_steps[i] = i == axis ? 0 : nxc_strides(out)[i < axis ? i : i - 1];
    search s = {.loops = nxc_active->sort,
                .dtype = a->dtype,
                .smallest = smallest,
                .wide = nxc_dtypes[a->dtype].itemsize == 8,
                .n = nxc_shape(a)[axis],
                .step = nxc_strides(a)[axis]};
    if (s.step == nxc_dtypes[a->dtype].itemsize && nxc_active->find->at[a->dtype] != NULL)
        s.fold = nxc_active->reduce->at[smallest ? NXC_FOLD_min : NXC_FOLD_max][a->dtype];
    int64_t tiles = nxc_rows_lay_out(&s.rows, a, axis, out->data, out_steps, NXC_ARG_LANES);
    s.columns = s.rows.lanes >= NXC_ARG_SIDE && s.n <= UINT32_MAX &&
                nxc_magnitude(s.step) > nxc_magnitude(s.rows.lane_in);
    cut(&s, tiles);
    const int status = search_all(&s, tiles, 0.4 * (double)a->size);
    return status == NXC_OK ? (PyObject *)out : nxc_fail(status, name, (PyObject *)out);
}

PyObject *nxc_fn_argmax(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    return arg_by("argmax", 0, self, operands, n);
}

PyObject *nxc_fn_argmin(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    return arg_by("argmin", 1, self, operands, n);
}
