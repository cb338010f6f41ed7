/* One task of a reduction: some elements of some results, in any layout.
 *
 * Owns: the walk over the reduced axes, by rows or by columns.
 * Who may call: nxc_reduce.c, from any thread.
 * Invariant: a fold gets neighbours: others, and 16-bit floats, are copied into a block in the
 * first cache. A narrow tile is folded as a wider one, of elements side by side, and its parts
 * merged in halves.
 */
#include "nxc_reduce.h"

#include <string.h>

#define NXC_FOUR_ROWS 1024 /* bytes of a row from which reading four at a time pays */

int64_t nxc_reduce_width(const nxc_reduce_plan *p, int64_t group) {
    if (p->tiles == 0) {
        const int64_t left = nxc_count(&p->kept) - group * p->width;
        return left < p->width ? left : p->width;
    }
    const int64_t left = nxc_row_length(&p->kept) - group % p->tiles * p->width;
    return left < p->width ? left : p->width;
}

int64_t nxc_reduce_first(const nxc_reduce_plan *p, int64_t group) {
    if (p->tiles == 0)
        return group * p->width;
    return group / p->tiles * nxc_row_length(&p->kept) + group % p->tiles * p->width;
}

/* Room for a block as it lies in memory, and as floats. */
typedef struct {
    _Alignas(64) char raw[NXC_ROOM];
    _Alignas(64) char wide[NXC_ROOM];
} block;

static const char *widened(const nxc_reduce_plan *p, block *b, int64_t n) {
    if (p->widen == NULL)
        return b->raw;
    p->widen((float *)(void *)b->wide, b->raw, n);
    return b->wide;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* Elements begin to end of one result. */
static void fold_row(const nxc_reduce_plan *p, const nxc_fold *fold, char *acc, const char *centre,
                     const char *data, int64_t begin, int64_t end) {
    nxc_walk walk;
    nxc_walk_start(&p->reduced, &walk, data, begin);
    if (!p->packed)
        for (int64_t n; begin < end; begin += n) {
            n = smaller(end - begin, nxc_row_length(&p->reduced) - walk.column);
            fold->row(acc, centre, nxc_walk_at(&p->reduced, &walk), n);
            nxc_walk_on(&p->reduced, &walk, n);
        }
    block b;
    for (int64_t n; begin < end; begin += n) {
        n = smaller(end - begin, NXC_ROOM / p->loop);
        nxc_walk_pack(&p->reduced, &walk, b.raw, p->size, n);
        fold->row(acc, centre, widened(p, &b, n), n);
    }
}

/* A number of rows of a tile, in wide rows where they touch. */
static void fold_rows(const nxc_reduce_plan *p, const nxc_fold *fold, char *acc, const char *centre,
                      const char *from, int64_t step, int64_t rows, int64_t width) {
    const int64_t wide = p->side * width, whole = rows / p->side;
    if (p->side == 1) {
        fold->columns(acc, centre, from, step, rows, width);
        return;
    }
    fold->columns(acc, centre, from, wide * p->loop, whole, wide);
    fold->columns(acc, centre, from + whole * wide * p->loop, 0, 1,
                  (rows - whole * p->side) * width);
}

/* Rows begin to end of a tile. */
static void fold_tile(const nxc_reduce_plan *p, const nxc_fold *fold, char *acc, const char *centre,
                      const char *data, int64_t begin, int64_t end, int64_t width) {
    const int64_t step = nxc_row_step(&p->reduced), column = nxc_row_step(&p->kept);
    const int64_t most = p->packed ? NXC_ROOM / (p->loop * width) : end - begin;
    nxc_walk walk;
    block b;
    nxc_walk_start(&p->reduced, &walk, data, begin);
    for (int64_t n; begin < end; begin += n) {
        const char *from = nxc_walk_at(&p->reduced, &walk);
        n = smaller(smaller(end - begin, most), nxc_row_length(&p->reduced) - walk.column);
        if (p->packed) {
            for (int64_t i = 0; i < n; i++)
                nxc_pack(b.raw + i * width * p->size, from + i * step, column, p->size, width);
            fold_rows(p, fold, acc, centre, widened(p, &b, n * width), width * p->loop, n, width);
        } else {
            fold_rows(p, fold, acc, centre, from, step, n, width);
        }
        nxc_walk_on(&p->reduced, &walk, n);
    }
}

/* A narrow tile: accumulators for elements side by side, merged in halves. */
static void fold_narrow(const nxc_reduce_plan *p, const nxc_fold *fold, char *acc,
                        const char *centre, const char *data, int64_t begin, int64_t end,
                        int64_t width) {
    _Alignas(64) char wide[NXC_WIDE * NXC_MOST_ACCUMULATOR], copies[NXC_WIDE * sizeof(double)];
    const int64_t bytes = width * fold->accumulator;
    for (int64_t i = 0; centre != NULL && i < p->side; i++)
        memcpy(copies + i * width * fold->centre, centre, (size_t)(width * fold->centre));
    fold->start(wide, width * p->side);
    fold_tile(p, fold, wide, centre == NULL ? NULL : copies, data, begin, end, width);
    for (int64_t left = p->side, half = left / 2; left > 1; left -= half, half = left / 2)
        fold->merge(wide, wide + (left - half) * bytes, half * width);
    memcpy(acc, wide, (size_t)bytes);
}

static void by_columns(const nxc_reduce_plan *p, const nxc_fold *fold, char *acc,
                       const char *centre, int64_t group, int64_t begin, int64_t end) {
    const int64_t width = nxc_reduce_width(p, group);
    nxc_walk walk;
    nxc_walk_start(&p->kept, &walk, p->data, nxc_reduce_first(p, group));
    const char *data = nxc_walk_at(&p->kept, &walk);
    if (p->side > 1) {
        fold_narrow(p, fold, acc, centre, data, begin, end, width);
        return;
    }
    fold->start(acc, width);
    fold_tile(p, fold, acc, centre, data, begin, end, width);
}

/* Results whose elements are rows of neighbours: four at a time; returns how many it did. */
static int64_t by_fours(const nxc_reduce_plan *p, const nxc_fold *fold, char *acc,
                        const char *centre, nxc_walk *walk, int64_t width, int64_t count) {
    int64_t i = 0;
    if (p->packed || p->reduced.ndim > 1 || count * p->size < NXC_FOUR_ROWS)
        return 0;
    for (; i + 4 <= width; i += 4) {
        void *accs[4];
        const void *centres[4];
        const char *rows[4];
        for (int k = 0; k < 4; k++) {
            accs[k] = acc + (i + k) * fold->accumulator;
            centres[k] = centre == NULL ? NULL : centre + (i + k) * fold->centre;
            rows[k] = nxc_walk_at(&p->kept, walk);
            nxc_walk_on(&p->kept, walk, 1);
        }
        fold->four(accs, centres, rows, count);
    }
    return i;
}

static void by_rows(const nxc_reduce_plan *p, const nxc_fold *fold, char *acc, const char *centre,
                    int64_t group, int64_t begin, int64_t end) {
    const int64_t width = nxc_reduce_width(p, group);
    nxc_walk walk;
    nxc_walk_start(&p->kept, &walk, p->data, nxc_reduce_first(p, group));
    fold->start(acc, width);
    int64_t i = begin > 0 ? 0 : by_fours(p, fold, acc, centre, &walk, width, end);
    for (; i < width; i++) {
        fold_row(p, fold, acc + i * fold->accumulator,
                 centre == NULL ? NULL : centre + i * fold->centre, nxc_walk_at(&p->kept, &walk),
                 begin, end);
        nxc_walk_on(&p->kept, &walk, 1);
    }
}

void nxc_reduce_piece(const nxc_reduce_plan *p, int phase, char *acc, const char *centre,
                      int64_t group, int64_t piece) {
    const int64_t begin = piece * p->piece, end = smaller(begin + p->piece, p->count);
    (p->tiles == 0 ? by_rows : by_columns)(p, p->fold[phase], acc, centre, group, begin, end);
}
