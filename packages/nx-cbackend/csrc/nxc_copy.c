/* Copies from any layout to any other.
 *
 * Owns: the choice of a walk: whole rows, transposed tiles, or element by element.
 * Who may call: the drivers, with the GIL.
 * Invariant: axes run in the order of the target, so that it is written from front to back; every
 * piece writes memory of its own. Large targets are stored past the caches.
 * A transposition goes through a tile that fits the first cache: it reads whole lines along one
 * axis and writes whole rows along the other. M. D. Lam, E. E. Rothberg and M. E. Wolf, "The cache
 * performance and optimizations of blocked algorithms", ASPLOS IV (1991).
 */
#include "nxc_copy.h"

#include <string.h>

#include "nxc_kernels.h"
#include "nxc_run.h"

#define NXC_TILE_BYTES 16384
#define NXC_CHUNK_BYTES (INT64_C(1) << 18)
#define NXC_STREAM_BYTES (INT64_C(8) << 20)
#define NXC_STREAM_ROW 256 /* shorter rows aren't worth it */
#define NXC_THIN 8         /* an axis this short isn't worth a tile */
#define NXC_COST 0.1       /* nanoseconds a byte */

typedef uint8_t element1;
typedef uint16_t __attribute__((aligned(1), may_alias)) element2;
typedef uint32_t __attribute__((aligned(1), may_alias)) element4;
typedef uint64_t __attribute__((aligned(1), may_alias)) element8;
typedef struct __attribute__((packed, may_alias)) {
    uint64_t half[2];
} element16;

typedef struct {
    nxc_region r; /* axes merged, in the target's order */
    int across;   /* the axis that the source is contiguous along, of a transposition */
    int64_t edge; /* of a tile */
    int stream;
} plan;

/* ---- the plan ---- */

static void insert(nxc_region *r, int64_t n, int64_t from, int64_t to) {
    int i = r->ndim++;
    for (; i > 0 && nxc_magnitude(r->to[i - 1]) < nxc_magnitude(to); i--) {
        r->shape[i] = r->shape[i - 1];
        r->from[i] = r->from[i - 1];
        r->to[i] = r->to[i - 1];
    }
    r->shape[i] = n;
    r->from[i] = from;
    r->to[i] = to;
}

static void merge(nxc_region *r) {
    int last = 0;
    for (int i = 1; i < r->ndim; i++) {
        const int64_t n = r->shape[i];
        if (r->from[last] == n * r->from[i] && r->to[last] == n * r->to[i])
            r->shape[last] *= n;
        else
            r->shape[++last] = n;
        r->from[last] = r->from[i];
        r->to[last] = r->to[i];
    }
    r->ndim = last + 1;
}

/* The number of elements; 0 leaves nothing to do. */
static int64_t make_plan(plan *p, const nxc_region *region) {
    int64_t count = 1;
    p->r.ndim = 0;
    p->r.size = region->size;
    p->r.in = region->in;
    p->r.out = region->out;
    for (int i = 0; i < region->ndim; i++) {
        count *= region->shape[i];
        if (region->shape[i] != 1)
            insert(&p->r, region->shape[i], region->from[i], region->to[i]);
    }
    if (p->r.ndim == 0)
        insert(&p->r, 1, region->size, region->size);
    merge(&p->r);
    const int last = p->r.ndim - 1;
    p->stream = count * region->size >= NXC_STREAM_BYTES;
    p->across = -1;
    p->edge = region->size <= 4 ? 64 : 32;
    if (p->r.to[last] == region->size && p->r.from[last] != region->size &&
        p->r.shape[last] >= NXC_THIN)
        for (int i = 0; i < last; i++)
            if (p->r.from[i] == region->size && p->r.shape[i] >= NXC_THIN)
                p->across = i;
    return count;
}

static inline void store(const plan *p, char *out, const char *in, int64_t bytes) {
    if (p->stream && bytes >= NXC_STREAM_ROW)
        nxc_active->convert->stream(out, in, bytes);
    else
        memcpy(out, in, (size_t)bytes);
}

/* ---- rows ---- */

#define NXC_COPY_ROW(T)                                                                            \
    for (int64_t i = 0; i < n; i++)                                                                \
    *(T *)(void *)(out + i * to) = *(const T *)(const void *)(in + i * from)

static void copy_row(const plan *p, char *out, const char *in, int64_t n) {
    const int last = p->r.ndim - 1;
    const int64_t size = p->r.size, from = p->r.from[last], to = p->r.to[last];
    if (from == size && to == size)
        store(p, out, in, n * size);
    else if (size == 1)
        NXC_COPY_ROW(element1);
    else if (size == 2)
        NXC_COPY_ROW(element2);
    else if (size == 4)
        NXC_COPY_ROW(element4);
    else if (size == 8)
        NXC_COPY_ROW(element8);
    else
        NXC_COPY_ROW(element16);
}

static int copy_rows(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    const int last = p->r.ndim - 1;
    const int64_t length = p->r.shape[last];
    int64_t at[NXC_MAX_NDIM], column = begin % length, row = begin / length;
    const char *in = p->r.in;
    char *out = p->r.out;
    for (int i = last - 1; i >= 0; i--) {
        at[i] = row % p->r.shape[i];
        row /= p->r.shape[i];
        in += at[i] * p->r.from[i];
        out += at[i] * p->r.to[i];
    }
    for (int64_t n; begin < end; begin += n, column = 0) {
        n = end - begin < length - column ? end - begin : length - column;
        copy_row(p, out + column * p->r.to[last], in + column * p->r.from[last], n);
        for (int i = last - 1; i >= 0; i--) {
            in += p->r.from[i];
            out += p->r.to[i];
            if (++at[i] < p->r.shape[i])
                break;
            in -= p->r.from[i] * p->r.shape[i];
            out -= p->r.to[i] * p->r.shape[i];
            at[i] = 0;
        }
    }
    if (p->stream)
        nxc_active->convert->fence();
    return 0;
}

/* ---- tiles ---- */

/* tile[i, j] = in[j, i]: i runs along the source's rows, j along the target's. */
#define NXC_TURN(T)                                                                                \
    for (int64_t j = 0; j < columns; j++)                                                          \
        for (int64_t i = 0; i < rows; i++)                                                         \
    ((T *)(void *)tile)[i * p->edge + j] = ((const T *)(const void *)(in + j * from))[i]

static void copy_tile(const plan *p, char *out, const char *in, int64_t rows, int64_t columns) {
    _Alignas(64) char tile[NXC_TILE_BYTES];
    const int64_t size = p->r.size, from = p->r.from[p->r.ndim - 1], to = p->r.to[p->across];
    if (size == 1)
        NXC_TURN(element1);
    else if (size == 2)
        NXC_TURN(element2);
    else if (size == 4)
        NXC_TURN(element4);
    else if (size == 8)
        NXC_TURN(element8);
    else
        NXC_TURN(element16);
    for (int64_t i = 0; i < rows; i++)
        store(p, out + i * to, tile + i * p->edge * size, columns * size);
}

static int64_t tiles_along(const plan *p, int axis) {
    return (p->r.shape[axis] + p->edge - 1) / p->edge;
}

static int64_t within(const plan *p, int axis, int64_t start) {
    return p->r.shape[axis] - start < p->edge ? p->r.shape[axis] - start : p->edge;
}

/* Tiles in order: along the target's last axis, then across, then the other axes. */
static int copy_tiles(void *given, int64_t begin, int64_t end) {
    const plan *p = given;
    const int last = p->r.ndim - 1;
    for (; begin < end; begin++) {
        int64_t rest = begin / tiles_along(p, last);
        const int64_t j = begin % tiles_along(p, last) * p->edge;
        const int64_t i = rest % tiles_along(p, p->across) * p->edge;
        const char *in = p->r.in + i * p->r.from[p->across] + j * p->r.from[last];
        char *out = p->r.out + i * p->r.to[p->across] + j * p->r.to[last];
        rest /= tiles_along(p, p->across);
        for (int axis = last - 1; axis >= 0; axis--) {
            if (axis == p->across)
                continue;
            in += rest % p->r.shape[axis] * p->r.from[axis];
            out += rest % p->r.shape[axis] * p->r.to[axis];
            rest /= p->r.shape[axis];
        }
        copy_tile(p, out, in, within(p, p->across, i), within(p, last, j));
    }
    if (p->stream)
        nxc_active->convert->fence();
    return 0;
}

/* ---- the doors ---- */

int nxc_copy(const nxc_region *region) {
    plan p;
    const int64_t count = make_plan(&p, region);
    const double cost = NXC_COST * (double)(count * region->size);
    if (count == 0)
        return 0;
    if (p.across < 0)
        return nxc_run(copy_rows, &p, count, NXC_CHUNK_BYTES / region->size, cost);
    int64_t tiles = tiles_along(&p, p.r.ndim - 1) * tiles_along(&p, p.across);
    for (int i = 0; i < p.r.ndim - 1; i++)
        tiles *= i == p.across ? 1 : p.r.shape[i];
    return nxc_run(copy_tiles, &p, tiles, NXC_CHUNK_BYTES / NXC_TILE_BYTES, cost);
}

void nxc_region_of(nxc_region *region, const nxc_buffer *a, char *out, const int64_t *strides) {
    region->ndim = a->ndim;
    region->size = nxc_dtypes[a->dtype].itemsize;
    region->in = a->data;
    region->out = out;
    for (int i = 0; i < a->ndim; i++) {
        region->shape[i] = nxc_shape(a)[i];
        region->from[i] = nxc_strides(a)[i];
        region->to[i] = strides[i];
    }
}

nxc_buffer *nxc_contiguous(nxc_buffer *a) {
    nxc_region region;
    if (a->contiguous) {
        Py_INCREF((PyObject *)a);
        return a;
    }
    nxc_buffer *out = nxc_buffer_new(a->dtype, a->ndim, nxc_shape(a));
    if (out == NULL)
        return NULL;
    nxc_region_of(&region, a, out->data, nxc_strides(out));
    const int status = nxc_copy(&region);
    return status == 0 ? out : (nxc_buffer *)nxc_fail(status, "copy", (PyObject *)out);
}

/* ---- filling ---- */

typedef struct {
    char *out;
    const char *element;
    int64_t size;
} fill_work;

#define NXC_FILL(T)                                                                                \
    do {                                                                                           \
        const T value = *(const T *)(const void *)w->element;                                      \
        for (int64_t i = begin; i < end; i++)                                                      \
            ((T *)(void *)w->out)[i] = value;                                                      \
    } while (0)

static int fill(void *given, int64_t begin, int64_t end) {
    const fill_work *w = given;
    if (w->size == 1)
        memset(w->out + begin, *w->element, (size_t)(end - begin));
    else if (w->size == 2)
        NXC_FILL(element2);
    else if (w->size == 4)
        NXC_FILL(element4);
    else if (w->size == 8)
        NXC_FILL(element8);
    else
        NXC_FILL(element16);
    return 0;
}

int nxc_fill(char *out, const char *element, int64_t size, int64_t n) {
    fill_work w = {out, element, size};
    return nxc_run(fill, &w, n, NXC_CHUNK_BYTES / size, NXC_COST * (double)(n * size));
}
