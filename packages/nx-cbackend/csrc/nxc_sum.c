/* The summing driver: which axis the kernels run along, and the walk over the others.
 *
 * Owns: the outer loops of a sum over any axes of any layout.
 * Who may call: nxc_fast.c, with or without the GIL; no Python is touched here.
 * Invariant: every output element is summed whole, in double, before its one rounding. Long
 * sums are split: along a row by the kernel (pairwise), down columns here, NXC_RUN rows at a
 * time, so an error grows with the number of pieces, not of elements.
 * Source: Higham (1993), as in nxc_kernels.inc; the choice of axis is our own.
 */
#include "nxc_buffer.h"
#include "nxc_kernels.h"

#include <string.h>

#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_run.h"

#define NXC_TILE 512 /* columns summed together: two tiles of double stay in the first cache */
#define NXC_RUN 128  /* rows added up before their totals are */
#define NXC_SHORT 16 /* a row this short isn't worth a kernel call of its own */

typedef double (*row_kernel)(const char *, int64_t, int64_t);
typedef void (*columns_kernel)(double *, const char *, int64_t, int64_t, int64_t, int64_t);

typedef struct {
    int ndim;
    int64_t shape[NXC_MAX_NDIM + 1]; /* one more: a class without axes gets one of size 1 */
    int64_t in[NXC_MAX_NDIM + 1];
    int64_t out[NXC_MAX_NDIM + 1];
    int64_t at[NXC_MAX_NDIM + 1];
} axes;

static int64_t magnitude(int64_t stride) { return stride < 0 ? -stride : stride; }

/* Inserts an axis, the largest steps first. */
static void insert(axes *list, int64_t n, int64_t in, int64_t out) {
    int i = list->ndim++;
    for (; i > 0 && magnitude(list->in[i - 1]) < magnitude(in); i--) {
        list->shape[i] = list->shape[i - 1];
        list->in[i] = list->in[i - 1];
        list->out[i] = list->out[i - 1];
    }
    list->shape[i] = n;
    list->in[i] = in;
    list->out[i] = out;
}

/* Merges neighbours that input and output both step through evenly; leaves at least one axis. */
static void merge(axes *list) {
    int last = 0;
    if (list->ndim == 0)
        insert(list, 1, 0, 0);
    for (int i = 1; i < list->ndim; i++) {
        const int64_t n = list->shape[i];
        if (list->in[last] == n * list->in[i] && list->out[last] == n * list->out[i])
            list->shape[last] *= n;
        else
            list->shape[++last] = n;
        list->in[last] = list->in[i];
        list->out[last] = list->out[i];
    }
    list->ndim = last + 1;
    memset(list->at, 0, (size_t)list->ndim * sizeof *list->at);
}

/* Steps over all axes but the last; 0 when the walk is over (and rewound). */
static int advance(axes *list, const char **in, char **out) {
    for (int i = list->ndim - 2; i >= 0; i--) {
        *in += list->in[i];
        *out += list->out[i];
        if (++list->at[i] < list->shape[i])
            return 1;
        *in -= list->in[i] * list->shape[i];
        *out -= list->out[i] * list->shape[i];
        list->at[i] = 0;
    }
    return 0;
}

static void store(char *out, int dtype, double value) {
    if (dtype == NXC_DTYPE_float32)
        *(float *)out = (float)value;
    else
        *(double *)out = value;
}

/* One output element: rows along the reduced axis with the smallest step. */
static double sum_rows(row_kernel kernel, const char *in, axes *reduced) {
    const int last = reduced->ndim - 1;
    double total = 0;
    char *unused = NULL;
    do
        total += kernel(in, reduced->in[last], reduced->shape[last]);
    while (advance(reduced, &in, &unused));
    return total;
}

/* Up to NXC_TILE output elements: the reduced axes walked row by row. */
static void sum_tile(columns_kernel kernel, double *totals, const char *in, axes *reduced,
                     int64_t column_stride, int64_t columns) {
    const int last = reduced->ndim - 1;
    const int64_t step = reduced->in[last], rows = reduced->shape[last];
    double run[NXC_TILE];
    int64_t held = 0;
    char *unused = NULL;
    memset(totals, 0, (size_t)columns * sizeof *totals);
    memset(run, 0, (size_t)columns * sizeof *run);
    do
        for (int64_t row = 0, n; row < rows; row += n) {
            n = rows - row < NXC_RUN ? rows - row : NXC_RUN;
            kernel(run, in + row * step, step, n, column_stride, columns);
            held += n;
            if (held < NXC_RUN)
                continue;
            for (int64_t j = 0; j < columns; j++)
                totals[j] += run[j];
            memset(run, 0, (size_t)columns * sizeof *run);
            held = 0;
        }
    while (advance(reduced, &in, &unused));
    for (int64_t j = 0; j < columns; j++)
        totals[j] += run[j];
}

static void by_rows(const nxc_buffer *a, axes *kept, axes *reduced, nxc_buffer *out) {
    const row_kernel kernel = nxc_active->sum->row[a->dtype];
    const int last = kept->ndim - 1;
    const char *in = a->data;
    char *to = out->data;
    do
        for (int64_t i = 0; i < kept->shape[last]; i++)
            store(to + i * kept->out[last], a->dtype,
                  sum_rows(kernel, in + i * kept->in[last], reduced));
    while (advance(kept, &in, &to));
}

static void by_columns(const nxc_buffer *a, axes *kept, axes *reduced, nxc_buffer *out) {
    const columns_kernel kernel = nxc_active->sum->columns[a->dtype];
    const int last = kept->ndim - 1;
    const int64_t width = kept->shape[last], step = kept->in[last];
    const char *in = a->data;
    char *to = out->data;
    double totals[NXC_TILE];
    do
        for (int64_t start = 0, n; start < width; start += n) {
            n = width - start < NXC_TILE ? width - start : NXC_TILE;
            sum_tile(kernel, totals, in + start * step, reduced, step, n);
            for (int64_t j = 0; j < n; j++)
                store(to + (start + j) * kept->out[last], a->dtype, totals[j]);
        }
    while (advance(kept, &in, &to));
}

static int columns_pay(const axes *kept, const axes *reduced) {
    const int k = kept->ndim - 1, r = reduced->ndim - 1;
    const int nearer = magnitude(kept->in[k]) < magnitude(reduced->in[r]);
    return kept->shape[k] >= NXC_SHORT && (nearer || reduced->shape[r] < NXC_SHORT);
}

static void sum_all(const nxc_buffer *a, uint64_t mask, nxc_buffer *out) {
    axes kept, reduced;
    int kept_axis = 0;
    kept.ndim = reduced.ndim = 0;
    const int64_t itemsize = nxc_dtypes[a->dtype].itemsize;
    if (a->size == 0 || out->size == 0) {
        memset(out->data, 0, (size_t)(out->size * itemsize));
        return;
    }
    if (a->contiguous && out->size == 1) {
        store(out->data, a->dtype, nxc_active->sum->row[a->dtype](a->data, itemsize, a->size));
        return;
    }
    for (int i = 0; i < a->ndim; i++) {
        const int64_t n = nxc_shape(a)[i], step = nxc_strides(a)[i];
        const int drop = (int)(mask >> i & 1);
        if (n > 1 && drop)
            insert(&reduced, n, step, 0);
        else if (n > 1)
            insert(&kept, n, step, nxc_strides(out)[kept_axis]);
        kept_axis += !drop;
    }
    merge(&kept);
    merge(&reduced);
    (columns_pay(&kept, &reduced) ? by_columns : by_rows)(a, &kept, &reduced, out);
}

typedef struct {
    const nxc_buffer *a;
    uint64_t mask;
    nxc_buffer *out;
} sum_work;

static int sum_body(void *given, int64_t begin, int64_t end) {
    sum_work *work = given;
    (void)begin, (void)end;
    sum_all(work->a, work->mask, work->out);
    return 0;
}

/* Its one parameter is the bit mask of the axes to sum over. */
PyObject *nxc_fn_sum(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    if (!nxc_are_buffers("sum", operands, n, 1))
        return NULL;
    const nxc_buffer *a = (const nxc_buffer *)operands[0];
    const uint64_t mask = count == 1 ? (uint64_t)params[0] : 0;
    int64_t shape[NXC_MAX_NDIM];
    int ndim = 0;
    if (nxc_active->sum->row[a->dtype] == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    if (a->ndim < 64 && mask >> a->ndim != 0)
        return PyErr_Format(PyExc_IndexError, "sum: cannot reduce axis %d of %d axes (%d >= %d)",
                            63 - __builtin_clzll(mask), a->ndim, 63 - __builtin_clzll(mask),
                            a->ndim);
    for (int i = 0; i < a->ndim; i++)
        if (!(mask >> i & 1))
            shape[ndim++] = nxc_shape(a)[i];
    nxc_buffer *out = nxc_buffer_new(a->dtype, ndim, shape);
    if (out == NULL)
        return NULL;
    sum_work work = {a, mask, out};
    const int status = nxc_run(sum_body, &work, 1, 1, (double)a->size);
    return status == 0 ? (PyObject *)out : nxc_fail(status, "sum", (PyObject *)out);
}
