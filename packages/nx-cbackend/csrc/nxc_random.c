/* Random words: threefry2x32 of any keys and counters, and of the numbers from 0 on.
 *
 * Owns: the walk over broadcast pairs.
 * Who may call: Python, through bind.
 * Invariant: word i is the hash of its own counter, so no result depends on how the work is cut.
 */
#include <string.h>

#include "nxc_bound.h"
#include "nxc_functions.h"
#include "nxc_kernels.h"
#include "nxc_run.h"

#define NXC_CHUNK 8192 /* pairs */
#define NXC_HASH_COST 3.0

/* ---- threefry2x32 ---- */

/* An operand along the axes of the result but the last, which holds the two words of a pair. */
typedef struct {
    const char *data;
    int64_t step[NXC_MAX_NDIM], within;
} pair_walk;

typedef struct {
    int ndim; /* axes of pairs */
    int64_t shape[NXC_MAX_NDIM];
    pair_walk in[2]; /* key, counter */
    char *out;
} hash_work;

static void walk_over(pair_walk *w, const nxc_buffer *b, int ndim) {
    w->data = b->data;
    w->within = nxc_strides(b)[b->ndim - 1];
    for (int i = 0; i < ndim; i++) {
        const int own = i - (ndim - (b->ndim - 1));
        w->step[i] = own < 0 || nxc_shape(b)[own] == 1 ? 0 : nxc_strides(b)[own];
    }
}

static const char *row_at(const hash_work *w, const pair_walk *in, int64_t row, int64_t column) {
    const int last = w->ndim - 1;
    const char *at = in->data + column * in->step[last];
    for (int i = last - 1; i >= 0; i--) {
        at += row % w->shape[i] * in->step[i];
        row /= w->shape[i];
    }
    return at;
}

static int hash_body(void *given, int64_t begin, int64_t end) {
    const hash_work *w = given;
    const int last = w->ndim - 1;
    const int64_t length = w->shape[last];
    for (int64_t n; begin < end; begin += n) {
        const int64_t column = begin % length;
        nxc_pair_row rows[2];
        n = end - begin < length - column ? end - begin : length - column;
        for (int k = 0; k < 2; k++)
            rows[k] = (nxc_pair_row){row_at(w, &w->in[k], begin / length, column),
                                     w->in[k].step[last], w->in[k].within};
        nxc_active->threefry->row(w->out + 8 * begin, &rows[0], &rows[1], n);
    }
    return 0;
}

static int are_pairs(const nxc_buffer *b) {
    return b->dtype == NXC_DTYPE_uint32 && b->ndim > 0 && nxc_shape(b)[b->ndim - 1] == 2;
}

PyObject *nxc_fn_threefry2x32(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    (void)self;
    if (!nxc_are_buffers("threefry2x32", operands, n, 2))
        return NULL;
    const nxc_buffer *key = (const nxc_buffer *)operands[0];
    const nxc_buffer *counter = (const nxc_buffer *)operands[1];
    if (!are_pairs(key) || !are_pairs(counter))
        return nxc_wrong_operands("threefry2x32", "pairs of uint32");
    const int ndim = key->ndim > counter->ndim ? key->ndim : counter->ndim;
    int64_t shape[NXC_MAX_NDIM];
    for (int i = 0; i < ndim; i++) {
        const int64_t a = nxc_length_at(key, ndim, i), b = nxc_length_at(counter, ndim, i);
        if (a != b && a != 1 && b != 1)
            return PyErr_Format(PyExc_ValueError,
                                "threefry2x32: cannot broadcast axis %d of %d (%lld != %lld)", i,
                                ndim, (long long)a, (long long)b);
        shape[i] = a == 1 ? b : a;
    }
    nxc_buffer *out = nxc_buffer_new(NXC_DTYPE_uint32, ndim, shape);
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    hash_work w = {.ndim = ndim > 1 ? ndim - 1 : 1, .out = out->data};
    w.shape[0] = 1;
    for (int i = 0; i < ndim - 1; i++)
        w.shape[i] = shape[i];
    walk_over(&w.in[0], key, ndim - 1);
    walk_over(&w.in[1], counter, ndim - 1);
    if (ndim == 1)
        w.in[0].step[0] = w.in[1].step[0] = 0;
    const int64_t pairs = out->size / 2;
    const int status = nxc_run(hash_body, &w, pairs, NXC_CHUNK, NXC_HASH_COST * (double)pairs);
    return status == 0 ? (PyObject *)out : nxc_fail(status, "threefry2x32", (PyObject *)out);
}

/* ---- random_bits ---- */

typedef struct {
    const nxc_buffer *key;
    char *out;
    int64_t length, size; /* words for each key, bytes of a word */
} bits_work;

static void read_key(const nxc_buffer *b, int64_t index, uint32_t *key) {
    const char *at = b->data;
    for (int i = b->ndim - 2; i >= 0; i--) {
        at += index % nxc_shape(b)[i] * nxc_strides(b)[i];
        index /= nxc_shape(b)[i];
    }
    memcpy(&key[0], at, sizeof *key);
    memcpy(&key[1], at + nxc_strides(b)[b->ndim - 1], sizeof *key);
}

static int bits_body(void *given, int64_t begin, int64_t end) {
    const bits_work *w = given;
    for (int64_t n; begin < end; begin += n) {
        const int64_t first = begin % w->length;
        void *out = w->out + begin * w->size;
        uint32_t key[2];
        n = end - begin < w->length - first ? end - begin : w->length - first;
        read_key(w->key, begin / w->length, key);
        if (w->size == 8)
            nxc_active->threefry->bits64(out, key, first, n);
        else
            nxc_active->threefry->bits32(out, key, first, n);
    }
    return 0;
}

/* Its parameters: how many words for each key, and their bits (32 or 64). */
PyObject *nxc_fn_random_bits(PyObject *self, PyObject *const *operands, Py_ssize_t n) {
    int count;
    const int64_t *params = nxc_params(self, &count);
    int64_t shape[NXC_MAX_NDIM];
    if (!nxc_are_buffers("random_bits", operands, n, 1))
        return NULL;
    const nxc_buffer *key = (const nxc_buffer *)operands[0];
    if (count != 2 || !are_pairs(key))
        return nxc_wrong_operands("random_bits", "keys, a length and 32 or 64");
    const int dtype = params[1] == 64 ? NXC_DTYPE_uint64 : NXC_DTYPE_uint32;
    for (int i = 0; i < key->ndim; i++)
        shape[i] = i == key->ndim - 1 ? params[0] : nxc_shape(key)[i];
    nxc_buffer *out = nxc_buffer_new(dtype, key->ndim, shape);
    if (out == NULL || out->size == 0)
        return (PyObject *)out;
    bits_work w = {key, out->data, params[0], nxc_dtypes[dtype].itemsize};
    const double cost = NXC_HASH_COST * (double)out->size;
    const int status = nxc_run(bits_body, &w, out->size, NXC_CHUNK, cost);
    return status == 0 ? (PyObject *)out : nxc_fail(status, "random_bits", (PyObject *)out);
}
