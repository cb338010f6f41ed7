/* The elementwise driver: broadcasting, the walk over strided operands, conversion, threads.
 *
 * Owns: everything between the Python function and a loop over contiguous elements.
 * Who may call: nxc_elementwise.c, with the GIL.
 * Invariant: the result is dense, in the order of the operands' own axes, so its elements are one
 * row; a range of it is a task that any thread may do. A loop gets operands whose step is their
 * element's size or 0: other rows, and rows too short to be worth a call, are packed into blocks
 * that stay in the first cache. 16-bit floats are widened block by block and rounded once.
 * Source: the merging of axes is NumPy's nditer's, "coalescing" in its documentation; so is the
 * order of the result's axes ("K").
 */
#include "nxc_map.h"

#include <string.h>

#include "nxc_axes.h"
#include "nxc_run.h"

#define NXC_BLOCK_BYTES 8192 /* of an operand's block: a quarter of the first cache holds three */
#define NXC_SHORT_ROW 64     /* elements; shorter rows are packed together */
#define NXC_CHUNK 32768      /* elements of one task, at least */
#define NXC_STREAM_BYTES (INT64_C(8) << 20) /* results from here on are stored past the caches */

typedef void (*widen_kernel)(float *out, const char *in, int64_t n);
typedef void (*narrow_kernel)(char *out, const float *in, int64_t n);

typedef struct {
    const char *data;
    int64_t size; /* of an element */
    int64_t loop; /* of an element as the loop gets it */
    int64_t step[NXC_MAX_NDIM];
    widen_kernel widen;
    int repeats; /* the loop takes a step of 0 here */
} source;

typedef struct {
    nxc_map_kernel kernel;
    int64_t param;
    int count, ndim;
    int64_t shape[NXC_MAX_NDIM];
    source in[NXC_MAX_OPERANDS];
    char *out;
    int64_t out_size, out_loop;
    narrow_kernel narrow;
    int stream;
    int64_t block; /* elements */
} plan;

/* Where one operand is in its walk. */
typedef struct {
    const char *row;
    int64_t column;
    int64_t at[NXC_MAX_NDIM];
} cursor;

/* ---- shapes ---- */

static void wrong_shapes(const nxc_map_call *call, int64_t n, int64_t m) {
    PyObject *shapes = PyTuple_New(call->count);
    for (int k = 0; shapes != NULL && k < call->count; k++) {
        PyObject *shape = nxc_tuple(call->operand[k]->ndim, nxc_shape(call->operand[k]));
        if (shape == NULL || PyTuple_SetItem(shapes, k, shape) < 0)
            Py_CLEAR(shapes);
    }
    if (shapes != NULL)
        PyErr_Format(PyExc_ValueError, "%s: cannot broadcast %R together (%lld != %lld)",
                     call->name, shapes, (long long)n, (long long)m);
    Py_XDECREF(shapes);
}

/* The broadcast shape; its rank, or -1 with an error set. */
static int broadcast(const nxc_map_call *call, int64_t *shape) {
    int ndim = 0;
    for (int k = 0; k < call->count; k++)
        ndim = call->operand[k]->ndim > ndim ? call->operand[k]->ndim : ndim;
    for (int i = 0; i < ndim; i++) {
        shape[i] = 1;
        for (int k = 0; k < call->count; k++) {
            const int64_t n = nxc_length_at(call->operand[k], ndim, i);
            if (n != 1 && shape[i] != 1 && n != shape[i]) {
                wrong_shapes(call, shape[i], n);
                return -1;
            }
            shape[i] = n == 1 ? shape[i] : n;
        }
    }
    return ndim;
}

/* ---- the plan ---- */

/* Whether axis p, placed outside axis q, should lie inside: the first operand that tells decides.
 */
static int inside(const nxc_map_call *call, int ndim, int p, int q) {
    for (int k = 0; k < call->count; k++) {
        const int64_t sp = nxc_magnitude(nxc_stride_at(call->operand[k], ndim, p));
        const int64_t sq = nxc_magnitude(nxc_stride_at(call->operand[k], ndim, q));
        if (sp != 0 && sq != 0 && sp != sq)
            return sp < sq;
    }
    return 0;
}

/* The axes from the outermost to the innermost. */
static void arrange(const nxc_map_call *call, int ndim, int *order) {
    for (int i = 0; i < ndim; i++) {
        int j = i;
        for (; j > 0 && inside(call, ndim, order[j - 1], i); j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

/* Drops axes of length 1 and merges neighbours that all operands step through evenly. */
static void merge(plan *p, const nxc_map_call *call, const nxc_buffer *out, const int *order) {
    p->ndim = 0;
    for (int i = 0; i < out->ndim; i++) {
        const int64_t n = nxc_shape(out)[order[i]];
        const int last = p->ndim - 1;
        int64_t step[NXC_MAX_OPERANDS];
        int even = last >= 0;
        if (n == 1)
            continue;
        for (int k = 0; k < p->count; k++) {
            step[k] = nxc_stride_at(call->operand[k], out->ndim, order[i]);
            even = even && p->in[k].step[last] == n * step[k];
        }
        const int axis = even ? last : p->ndim++;
        p->shape[axis] = even ? p->shape[axis] * n : n;
        for (int k = 0; k < p->count; k++)
            p->in[k].step[axis] = step[k];
    }
    if (p->ndim == 0) {
        p->ndim = 1;
        p->shape[0] = 1;
        for (int k = 0; k < p->count; k++)
            p->in[k].step[0] = p->in[k].size;
    }
}

static widen_kernel widening(int dtype) {
    return dtype == NXC_DTYPE_float16 ? nxc_active->convert->widen_float16
                                      : nxc_active->convert->widen_bfloat16;
}

static narrow_kernel narrowing(int dtype) {
    return dtype == NXC_DTYPE_float16 ? nxc_active->convert->narrow_float16
                                      : nxc_active->convert->narrow_bfloat16;
}

/* Which operands may repeat one element: where's choices, or one of two where the other moves. */
static void allow_repeats(plan *p) {
    const int last = p->ndim - 1;
    for (int k = 0; k < p->count; k++)
        p->in[k].repeats = p->count == 3 ? k > 0 : 0;
    if (p->count == 2) {
        p->in[1].repeats = p->in[0].step[last] != 0;
        p->in[0].repeats = p->in[1].step[last] != 0;
    }
}

static void make_plan(plan *p, const nxc_map_call *call, nxc_buffer *out, const int *order) {
    int64_t widest = 1;
    p->kernel = call->kernel;
    p->param = call->param;
    p->count = call->count;
    p->out = out->data;
    p->out_size = p->out_loop = nxc_dtypes[out->dtype].itemsize;
    p->narrow = NULL;
    if (call->halves && nxc_is_half(out->dtype)) {
        p->narrow = narrowing(out->dtype);
        p->out_loop = (int64_t)sizeof(float);
    }
    for (int k = 0; k < p->count; k++) {
        const int dtype = call->operand[k]->dtype;
        p->in[k].data = call->operand[k]->data;
        p->in[k].widen = call->halves && nxc_is_half(dtype) ? widening(dtype) : NULL;
        p->in[k].size = nxc_dtypes[dtype].itemsize;
        p->in[k].loop = p->in[k].widen != NULL ? (int64_t)sizeof(float) : p->in[k].size;
        widest = p->in[k].loop > widest ? p->in[k].loop : widest;
    }
    widest = p->out_loop > widest ? p->out_loop : widest;
    merge(p, call, out, order);
    allow_repeats(p);
    p->stream = out->size * p->out_size >= NXC_STREAM_BYTES;
    p->block = NXC_BLOCK_BYTES / widest;
}

/* ---- the walk ---- */

static void start(const plan *p, const source *in, cursor *c, int64_t begin) {
    const int last = p->ndim - 1;
    c->row = in->data;
    c->column = begin % p->shape[last];
    begin /= p->shape[last];
    for (int i = last - 1; i >= 0; i--) {
        c->at[i] = begin % p->shape[i];
        begin /= p->shape[i];
        c->row += c->at[i] * in->step[i];
    }
}

static void advance(const plan *p, const source *in, cursor *c, int64_t n) {
    const int last = p->ndim - 1;
    c->column += n;
    if (c->column < p->shape[last])
        return;
    c->column = 0;
    for (int i = last - 1; i >= 0; i--) {
        c->row += in->step[i];
        if (++c->at[i] < p->shape[i])
            return;
        c->row -= in->step[i] * p->shape[i];
        c->at[i] = 0;
    }
}

/* The next n elements of an operand as a loop wants them, in place or in scratch. */
static const char *take(const plan *p, const source *in, cursor *c, int64_t n, int64_t *step,
                        char *scratch, char *raw) {
    const int last = p->ndim - 1;
    const int64_t whole = p->shape[last], stride = in->step[last];
    const char *from = c->row + c->column * stride;
    *step = in->loop;
    if (n <= whole - c->column && in->widen == NULL) {
        if (stride == in->size || (stride == 0 && in->repeats)) {
            *step = stride == 0 ? 0 : in->loop;
            advance(p, in, c, n);
            return from;
        }
    }
    char *packed = in->widen == NULL ? scratch : raw;
    for (int64_t done = 0, m; done < n; done += m) {
        m = n - done < whole - c->column ? n - done : whole - c->column;
        nxc_pack(packed + done * in->size, c->row + c->column * stride, stride, in->size, m);
        advance(p, in, c, m);
    }
    if (in->widen != NULL)
        in->widen((float *)(void *)scratch, raw, n);
    return scratch;
}

/* How many of the elements to do in one call of the loop: a row where it can be taken as it is. */
static int64_t stretch(const plan *p, int64_t column, int64_t left) {
    const int last = p->ndim - 1;
    const int64_t row = p->shape[last] - column;
    int plain = !p->stream && p->narrow == NULL;
    for (int k = 0; k < p->count; k++) {
        const source *in = &p->in[k];
        plain = plain && in->widen == NULL &&
                (in->step[last] == in->size || (in->step[last] == 0 && in->repeats));
    }
    int64_t n = left;
    if (!plain || p->shape[last] < NXC_SHORT_ROW)
        n = p->block;
    if (p->shape[last] >= NXC_SHORT_ROW && row < n)
        n = row;
    return n < left ? n : left;
}

static int work(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    _Alignas(64) char scratch[NXC_MAX_OPERANDS][NXC_BLOCK_BYTES];
    _Alignas(64) char raw[NXC_BLOCK_BYTES], result[NXC_BLOCK_BYTES];
    cursor at[NXC_MAX_OPERANDS];
    int status = 0;
    for (int k = 0; k < p->count; k++)
        start(p, &p->in[k], &at[k], begin);
    while (begin < end) {
        const int64_t n = stretch(p, at[0].column, end - begin);
        const char *in[NXC_MAX_OPERANDS];
        int64_t step[NXC_MAX_OPERANDS];
        char *out = p->out + begin * p->out_size;
        for (int k = 0; k < p->count; k++)
            in[k] = take(p, &p->in[k], &at[k], n, &step[k], scratch[k], raw);
        status |= p->kernel(p->narrow != NULL || p->stream ? result : out, in, step, n, p->param);
        if (p->narrow != NULL)
            p->narrow(out, (const float *)(const void *)result, n);
        else if (p->stream)
            nxc_active->convert->stream(out, result, n * p->out_size);
        begin += n;
    }
    if (p->stream)
        nxc_active->convert->fence();
    return status;
}

PyObject *nxc_map(const nxc_map_call *call) {
    int64_t shape[NXC_MAX_NDIM];
    int order[NXC_MAX_NDIM];
    plan p;
    const int ndim = broadcast(call, shape);
    if (ndim < 0)
        return NULL;
    arrange(call, ndim, order);
    nxc_buffer *out = nxc_buffer_ordered(call->dtype, ndim, shape, order);
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    make_plan(&p, call, out, order);
    const int status = nxc_run(work, &p, out->size, NXC_CHUNK, (double)out->size);
    if (status == 0)
        return (PyObject *)out;
    return nxc_refuse(status, call->name, (PyObject *)out, call->self, call->given, call->n);
}
