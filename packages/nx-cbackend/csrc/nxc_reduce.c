/* The reduction driver: which axes are walked how, and the tasks.
 *
 * Owns: the plan of a reduction, its phases, and the functions that Python calls.
 * Who may call: Python, through nxc_fast.c, with the GIL.
 * Invariant: what is added to what, and in which order, depends on the operand's shape and
 * strides alone: pieces have fixed sizes and are merged in halves, so a result doesn't depend on
 * the number of threads. The result's axes lie in memory in the order of the operand's.
 */
#include "nxc_reduce.h"

#include <math.h>
#include <string.h>

#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_memory.h"
#include "nxc_run.h"

#define NXC_PIECE_OF_ROW 32768 /* elements */
#define NXC_PIECE_OF_COLUMN 256
#define NXC_FEW 16        /* elements of one result that aren't worth a call of their own */
#define NXC_GROUP 1024    /* short rows done together */
#define NXC_TASK 65536    /* elements, at least */
#define NXC_CACHED 131072 /* bytes that a group read twice may have */

/* ---- second folds ---- */

static void settle_mean(void *acc, int64_t n, int dtype, int64_t count) {
    double *mean = acc;
    (void)dtype;
    for (int64_t j = 0; j < n; j++)
        mean[j] /= (double)count;
}

static void adjust_variance(double *acc, const void *centre, int64_t n, int dtype, int64_t count) {
    (void)centre;
    settle_mean(acc, n, dtype, count);
}

/* The largest is what exponentials are measured from, so that none overflows; 0 if it isn't finite:
 * then what isn't finite decides. */
static void settle_top(void *acc, int64_t n, int dtype, int64_t count) {
    float *narrow = acc;
    double *wide = acc;
    (void)count;
    for (int64_t j = 0; j < n; j++)
        if (dtype == NXC_DTYPE_float32)
            narrow[j] = isfinite(narrow[j]) ? narrow[j] : 0;
        else
            wide[j] = isfinite(wide[j]) ? wide[j] : 0;
}

static void adjust_log(double *acc, const void *centre, int64_t n, int dtype, int64_t count) {
    const float *narrow = centre;
    const double *wide = centre;
    (void)count;
    for (int64_t j = 0; j < n; j++)
        acc[j] = log(acc[j]) + (dtype == NXC_DTYPE_float32 ? (double)narrow[j] : wide[j]);
}

static const nxc_reduction reductions[] = {
    {"sum", NXC_FOLD_sum, NXC_FOLD_COUNT, 1, NULL, NULL},
    {"prod", NXC_FOLD_prod, NXC_FOLD_COUNT, 1, NULL, NULL},
    {"max", NXC_FOLD_max, NXC_FOLD_COUNT, 1, NULL, NULL},
    {"min", NXC_FOLD_min, NXC_FOLD_COUNT, 1, NULL, NULL},
    {"any", NXC_FOLD_any, NXC_FOLD_COUNT, 1, NULL, NULL},
    {"all", NXC_FOLD_all, NXC_FOLD_COUNT, 1, NULL, NULL},
    {"moments", NXC_FOLD_sum, NXC_FOLD_squares, 2, settle_mean, adjust_variance},
    {"logsumexp", NXC_FOLD_max, NXC_FOLD_exps, 1, settle_top, adjust_log},
};
enum { SUM, PROD, MAX, MIN, ANY, ALL, MOMENTS, LOGSUMEXP };

/* ---- tasks ---- */

static void emit(const nxc_reduce_plan *p, int output, const char *acc, int64_t group) {
    const nxc_fold *fold = p->fold[1] != NULL ? p->fold[1] : p->fold[0];
    const int64_t n = nxc_reduce_width(p, group);
    char *out = p->out[output] + nxc_reduce_first(p, group) * p->out_size;
    if (p->narrow == NULL) {
        fold->finish(out, acc, n);
        return;
    }
    float wide[NXC_ROOM / sizeof(float)];
    fold->finish((char *)wide, acc, n);
    p->narrow(out, wide, n);
}

/* The results of a group that has come to its last accumulators. */
static void finish(const nxc_reduce_plan *p, char *acc, const char *centre, int64_t group) {
    if (p->fold[1] != NULL)
        p->what->adjust((double *)(void *)acc, centre, nxc_reduce_width(p, group), p->dtype,
                        p->count);
    if (p->what->outputs == 2)
        emit(p, 0, centre, group);
    emit(p, p->what->outputs - 1, acc, group);
}

static int do_groups(void *given, int64_t begin, int64_t end) {
    const nxc_reduce_plan *p = given;
    _Alignas(64) char acc[NXC_ROOM], centre[NXC_ROOM];
    for (int64_t group = begin; group < end; group++) {
        nxc_reduce_piece(p, 0, p->fold[1] == NULL ? acc : centre, NULL, group, 0);
        if (p->fold[1] != NULL) {
            p->what->settle(centre, nxc_reduce_width(p, group), p->dtype, p->count);
            nxc_reduce_piece(p, 1, acc, centre, group, 0);
        }
        finish(p, acc, centre, group);
    }
    return 0;
}

static char *slot(const nxc_reduce_plan *p, int64_t group, int64_t piece) {
    return p->partial + (group * p->pieces + piece) * p->width * p->accumulator;
}

static char *centre_of(const nxc_reduce_plan *p, int64_t group) {
    return p->centres + group * p->width * p->accumulator;
}

static int do_pieces(void *given, int64_t begin, int64_t end) {
    const nxc_reduce_plan *p = given;
    for (int64_t i = begin; i < end; i++) {
        const int64_t group = i / p->pieces, piece = i % p->pieces;
        nxc_reduce_piece(p, p->phase, slot(p, group, piece), centre_of(p, group), group, piece);
    }
    return 0;
}

static int merge_pieces(void *given, int64_t begin, int64_t end) {
    const nxc_reduce_plan *p = given;
    const nxc_fold *fold = p->fold[p->phase];
    for (int64_t group = begin; group < end; group++) {
        const int64_t n = nxc_reduce_width(p, group);
        for (int64_t left = p->pieces, half = left / 2; left > 1; left -= half, half = left / 2)
            for (int64_t i = 0; i < half; i++)
                fold->merge(slot(p, group, i), slot(p, group, left - half + i), n);
        if (p->phase == 0 && p->fold[1] != NULL) {
            memcpy(centre_of(p, group), slot(p, group, 0), (size_t)(n * fold->accumulator));
            p->what->settle(centre_of(p, group), n, p->dtype, p->count);
        } else {
            finish(p, slot(p, group, 0), centre_of(p, group), group);
        }
    }
    return 0;
}

/* ---- the plan ---- */

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static int columns_pay(const nxc_reduce_plan *p) {
    const int64_t width = nxc_row_length(&p->kept);
    const int nearer =
        nxc_magnitude(nxc_row_step(&p->kept)) < nxc_magnitude(nxc_row_step(&p->reduced));
    return (width > 1 && nearer) || (width >= NXC_FEW && nxc_row_length(&p->reduced) < NXC_FEW);
}

static void plan_columns(nxc_reduce_plan *p) {
    const int64_t row = nxc_row_length(&p->kept);
    const int64_t most = NXC_ROOM / larger(p->accumulator, larger(p->size, p->loop));
    const int64_t cached = larger(NXC_WIDE, NXC_CACHED / (p->size * larger(p->count, 1)));
    p->width = smaller(row, p->fold[1] != NULL ? smaller(most, cached) : most);
    p->tiles = (row + p->width - 1) / p->width;
    p->groups = nxc_count(&p->kept) / row * p->tiles;
    p->packed = p->widen != NULL || nxc_row_step(&p->kept) != p->size;
    const int adjacent = p->packed || nxc_row_step(&p->reduced) == p->size * p->width;
    p->side = adjacent && p->tiles == 1 && p->width < NXC_WIDE ? NXC_WIDE / p->width : 1;
    p->piece = NXC_PIECE_OF_COLUMN * p->side;
}

static void plan_rows(nxc_reduce_plan *p) {
    const int64_t results = nxc_count(&p->kept), bytes = p->size * larger(p->count, 1);
    p->packed = p->widen != NULL || nxc_row_step(&p->reduced) != p->size ||
                (p->reduced.ndim > 1 && nxc_row_length(&p->reduced) < NXC_WIDE);
    p->tiles = 0;
    p->side = 1;
    p->piece = NXC_PIECE_OF_ROW;
    p->width = smaller(larger(NXC_CACHED / bytes, 1), NXC_ROOM / p->accumulator);
    p->width = p->count > p->piece ? 1 : smaller(p->width, NXC_GROUP);
    p->groups = (results + p->width - 1) / p->width;
}

static void set_dtype(nxc_reduce_plan *p, int dtype) {
    const nxc_convert_kernels *convert = nxc_active->convert;
    p->widen = NULL;
    p->narrow = NULL;
    p->dtype = dtype;
    p->size = p->loop = nxc_dtypes[dtype].itemsize;
    if (dtype == NXC_DTYPE_float16 || dtype == NXC_DTYPE_bfloat16) {
        const int half = dtype == NXC_DTYPE_float16;
        p->widen = half ? convert->widen_float16 : convert->widen_bfloat16;
        p->narrow = half ? convert->narrow_float16 : convert->narrow_bfloat16;
        p->dtype = NXC_DTYPE_float32;
        p->loop = sizeof(float);
    }
    p->fold[0] = nxc_active->reduce->at[p->what->first][p->dtype];
    p->fold[1] = NULL;
    if (p->what->second != NXC_FOLD_COUNT)
        p->fold[1] = nxc_active->reduce->at[p->what->second][p->dtype];
}

static void make_plan(nxc_reduce_plan *p, const nxc_buffer *a, const int *kept, int kept_count,
                      int *reduced, int reduced_count) {
    nxc_take_axes(&p->kept, a, kept, kept_count);
    nxc_sort_axes(a, reduced, reduced_count);
    nxc_take_axes(&p->reduced, a, reduced, reduced_count);
    p->data = nxc_unflip(&p->reduced, a->data);
    p->count = nxc_count(&p->reduced);
    p->accumulator = p->fold[0]->accumulator;
    if (p->fold[1] != NULL)
        p->accumulator = larger(p->accumulator, p->fold[1]->accumulator);
    (columns_pay(p) ? plan_columns : plan_rows)(p);
    p->pieces = larger(1, (p->count + p->piece - 1) / p->piece);
    p->partial = p->centres = NULL;
    p->phase = 0;
}

/* ---- running it ---- */

static int run_pieces(nxc_reduce_plan *p, double cost) {
    const int64_t wide = p->width * p->accumulator, grain = smaller(p->piece, p->count) * p->width;
    const int64_t bytes = p->groups * (p->pieces + 1) * wide;
    int status = 0;
    p->partial = nxc_alloc((size_t)bytes);
    if (p->partial == NULL)
        return NXC_NO_MEMORY;
    p->centres = p->partial + p->groups * p->pieces * wide;
    for (p->phase = 0; status == 0 && p->phase < 2 && p->fold[p->phase] != NULL; p->phase++) {
        status = nxc_run(do_pieces, p, p->groups * p->pieces, larger(1, NXC_TASK / grain), cost);
        if (status == 0)
            status =
                nxc_run(merge_pieces, p, p->groups, larger(1, NXC_TASK / (p->width * p->pieces)),
                        (double)(p->groups * p->pieces * p->width));
    }
    nxc_free(p->partial, (size_t)bytes);
    return status;
}

static int run(nxc_reduce_plan *p, double cost) {
    if (p->pieces > 1)
        return run_pieces(p, cost);
    const int64_t elements = larger(1, p->width * p->count);
    return nxc_run(do_groups, p, p->groups, larger(1, NXC_TASK / elements), cost);
}

static PyObject *results_of(nxc_reduce_plan *p, const nxc_buffer *a, int *kept, int kept_count,
                            int *reduced, int reduced_count) {
    int64_t shape[NXC_MAX_NDIM];
    int order[NXC_MAX_NDIM], place[NXC_MAX_NDIM];
    nxc_buffer *out[2] = {NULL, NULL};
    for (int i = 0; i < kept_count; i++) {
        shape[i] = nxc_shape(a)[kept[i]];
        place[kept[i]] = i;
    }
    nxc_sort_axes(a, kept, kept_count);
    for (int i = 0; i < kept_count; i++)
        order[i] = place[kept[i]];
    p->out_size = p->size;
    for (int k = 0; k < p->what->outputs; k++) {
        out[k] = nxc_buffer_ordered(a->dtype, kept_count, shape, order);
        if (out[k] == NULL) {
            Py_XDECREF((PyObject *)out[0]);
            return NULL;
        }
        p->out[k] = out[k]->data;
    }
    int status = 0;
    if (out[0]->size > 0) {
        make_plan(p, a, kept, kept_count, reduced, reduced_count);
        status = run(p, (double)(a->size * p->size) * 0.1);
    }
    if (status != 0) {
        Py_XDECREF((PyObject *)out[1]);
        return nxc_fail(status, p->what->name, (PyObject *)out[0]);
    }
    return p->what->outputs == 1 ? (PyObject *)out[0] : Py_BuildValue("(NN)", out[0], out[1]);
}

/* All of a few neighbours: no plan. */
static PyObject *small(const nxc_reduce_plan *p, const nxc_buffer *a) {
    _Alignas(16) char acc[NXC_MOST_ACCUMULATOR];
    nxc_buffer *out = nxc_buffer_new(a->dtype, 0, NULL);
    if (out == NULL)
        return NULL;
    p->fold[0]->start(acc, 1);
    p->fold[0]->row(acc, NULL, a->data, a->size);
    p->fold[0]->finish(out->data, acc, 1);
    return (PyObject *)out;
}

/* Its one parameter is the bit mask of the axes to reduce. */
static PyObject *reduce(int which, PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count, kept[NXC_MAX_NDIM], reduced[NXC_MAX_NDIM], kept_count = 0, reduced_count = 0;
    const int64_t *params = nxc_params(self, &count);
    nxc_reduce_plan p;
    p.what = &reductions[which];
    if (!nxc_are_buffers(p.what->name, operands, n, 1))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    const uint64_t mask = count == 1 ? (uint64_t)params[0] : 0;
    set_dtype(&p, a->dtype);
    if (p.fold[0] == NULL || (p.fold[1] == NULL && p.what->second != NXC_FOLD_COUNT))
        Py_RETURN_NOTIMPLEMENTED;
    if (a->ndim < 64 && mask >> a->ndim != 0)
        return PyErr_Format(PyExc_IndexError, "%s: cannot reduce axis %d of %d axes (%d >= %d)",
                            p.what->name, 63 - __builtin_clzll(mask), a->ndim,
                            63 - __builtin_clzll(mask), a->ndim);
    for (int i = 0; i < a->ndim; i++)
        if (mask >> i & 1)
            reduced[reduced_count++] = i;
        else
            kept[kept_count++] = i;
    if (kept_count == 0 && a->contiguous && a->size <= NXC_GROUP && p.fold[1] == NULL &&
        p.widen == NULL)
        return small(&p, a);
    return results_of(&p, a, kept, kept_count, reduced, reduced_count);
}

#define NXC_REDUCTION(name, which)                                                                 \
    PyObject *nxc_fn_##name(PyObject *self, PyObject *const *operands, Py_ssize_t n) {             \
        return reduce(which, self, operands, n);                                                   \
    }
NXC_REDUCTION(sum, SUM)
NXC_REDUCTION(prod, PROD)
NXC_REDUCTION(max, MAX)
NXC_REDUCTION(min, MIN)
NXC_REDUCTION(any, ANY)
NXC_REDUCTION(all, ALL)
NXC_REDUCTION(moments, MOMENTS)
NXC_REDUCTION(logsumexp, LOGSUMEXP)
