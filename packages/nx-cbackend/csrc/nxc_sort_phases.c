/* The phases of sorting one long row: what threads do to its chunks.
 *
 * Owns: the bodies of nxc_sort_part.h. Who may call: nxc_sort_long.c, through nxc_run.
 * Invariant: no body allocates or fails; each writes what belongs to its own items only.
 * Source: see nxc_sort_long.c.
 */
#include <string.h>

#include "nxc_run.h"
#include "nxc_sort_part.h"

#define NXC_BLOCK 512 /* records made from elements at a time */

typedef struct {
    uint64_t keys[NXC_BLOCK];
    nxc_sort_pair records[NXC_BLOCK];
} block;

/* Records i to i + n of the run: where they lie, or made from the elements. */
static const void *fetch(const nxc_part *p, int64_t i, int64_t n, block *b) {
    const nxc_sorting *s = p->s;
    if (p->in == NULL)
        return p->from + (p->at + i) * p->loops->size;
    s->loops->load[s->dtype](b->keys, p->in + i * s->in_step, s->in_step, n, s->descending);
    p->loops->pack(b->records, b->keys, s->wide, n, p->floor, p->base, i);
    return b->records;
}

int nxc_survey_elements(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    const nxc_sorting *s = p->s;
    const nxc_record_kernels *keys = &s->loops->records[s->wide ? NXC_SORT_WIDE : NXC_SORT_NARROW];
    uint64_t block[NXC_BLOCK + 1];
    for (int64_t c = begin; c < end; c++) {
        nxc_survey *found = &p->surveys[c];
        *found = (nxc_survey){.low = UINT64_MAX, .rises = 1};
        const int64_t last = nxc_least(p->n, (c + 1) * p->chunk);
        for (int64_t i = c * p->chunk; i < last; i += NXC_BLOCK) {
            const int64_t first = i == 0 ? 0 : i - 1, n = nxc_least(last, i + NXC_BLOCK) - first;
            found->special |= s->loops->load[s->dtype](block, p->in + first * s->in_step,
                                                       s->in_step, n, s->descending);
            found->rises &= keys->survey(block, n, &found->low, &found->high);
        }
    }
    return NXC_OK;
}

int nxc_survey_records(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    for (int64_t c = begin; c < end; c++) {
        nxc_survey *found = &p->surveys[c];
        *found = (nxc_survey){.low = UINT64_MAX};
        const int64_t first = c == 0 ? 0 : c * p->chunk - 1;
        found->rises = p->loops->survey(p->from + (p->at + first) * p->loops->size,
                                        nxc_least(p->n, (c + 1) * p->chunk) - first, &found->low,
                                        &found->high);
    }
    return NXC_OK;
}

int nxc_count_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    block b;
    for (int64_t c = begin; c < end; c++) {
        uint32_t *counts = p->counts + c * p->digits;
        const int64_t last = nxc_least(p->n, (c + 1) * p->chunk);
        memset(counts, 0, (size_t)p->digits * sizeof *counts);
        for (int64_t i = c * p->chunk, n; i < last; i += n) {
            n = nxc_least(NXC_BLOCK, last - i);
            p->loops->count(fetch(p, i, n, &b), n, p->low, p->shift, counts);
        }
    }
    return NXC_OK;
}

int nxc_scatter_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    block b;
    for (int64_t c = begin; c < end; c++) {
        const int64_t last = nxc_least(p->n, (c + 1) * p->chunk);
        for (int64_t i = c * p->chunk, n; i < last; i += n) {
            n = nxc_least(NXC_BLOCK, last - i);
            p->loops->scatter(fetch(p, i, n, &b), n, p->low, p->shift, p->places + c * p->digits,
                              p->to + p->at * p->loops->size);
        }
    }
    return NXC_OK;
}

/* Writes a run that never falls: chunks as they are. */
int nxc_copy_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    block b;
    for (int64_t c = begin; c < end; c++) {
        const int64_t last = nxc_least(p->n, (c + 1) * p->chunk);
        for (int64_t i = c * p->chunk, n; i < last; i += n) {
            n = nxc_least(NXC_BLOCK, last - i);
            nxc_sort_emit(p->s, p->kind, p->base, p->floor, fetch(p, i, n, &b), n, p->out,
                          p->at + i);
        }
    }
    return NXC_OK;
}

/* Sorts the digits of a task, and writes them; what is too long for one thread stays. */
int nxc_sort_digits(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    const int64_t size = p->loops->size;
    for (int64_t digit = p->tasks[begin]; digit < p->tasks[end]; digit++) {
        const int64_t start = nxc_start_of(p, digit), n = nxc_end_of(p, digit) - start;
        if (n == 0 || n > NXC_PART)
            continue;
        char *a = p->to + (p->at + start) * size, *b = p->from + (p->at + start) * size;
        nxc_sort_emit(p->s, p->kind, p->base, p->floor, p->loops->sort(a, b, n, p->base), n, p->out,
                      p->at + start);
    }
    return NXC_OK;
}

/* The digit of the record at a place. */
static int64_t digit_at(const nxc_part *p, int64_t place) {
    int64_t low = 0, high = p->digits - 1;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (nxc_end_of(p, middle) > place)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Writes chunks of the result, where a digit says all about a key. */
int nxc_fill_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    union {
        uint64_t wide[NXC_BLOCK];
        uint32_t narrow[NXC_BLOCK];
    } keys;
    for (int64_t c = begin; c < end; c++) {
        const int64_t last = nxc_least(p->n, (c + 1) * p->chunk);
        for (int64_t i = c * p->chunk, n; i < last; i += n) {
            const int64_t digit = digit_at(p, i);
            n = nxc_least(nxc_least(NXC_BLOCK, last - i), nxc_end_of(p, digit) - i);
            for (int64_t j = 0; j < n; j++)
                if (p->s->wide)
                    keys.wide[j] = (uint64_t)digit;
                else
                    keys.narrow[j] = (uint32_t)digit;
            nxc_sort_emit(p->s, p->kind, 0, p->floor, &keys, n, p->out, i);
        }
    }
    return NXC_OK;
}

/* Makes a chunk's records and divides them; `from` and `to` hold them in turn. */
int nxc_divide_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    const int64_t size = p->loops->size;
    block b;
    for (int64_t c = begin; c < end; c++) {
        const int64_t first = c * p->chunk, last = nxc_least(p->n, (c + 1) * p->chunk);
        char *from = p->from + (p->at + first) * size, *to = p->to + (p->at + first) * size;
        for (int64_t i = first, n; p->in != NULL && i < last; i += n) {
            n = nxc_least(NXC_BLOCK, last - i);
            memcpy(from + (i - first) * size, fetch(p, i, n, &b), (size_t)(n * size));
        }
        p->loops->divide(from, to, last - first, p->pivots, p->digits, p->counts + c * p->digits);
    }
    return NXC_OK;
}

/* Brings each class of each chunk, in `from`, to its place in `to`. */
int nxc_gather_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    const int64_t size = p->loops->size;
    for (int64_t c = begin; c < end; c++) {
        const char *from = p->from + (p->at + c * p->chunk) * size;
        for (int64_t i = c * p->digits; i < (c + 1) * p->digits; i++) {
            memcpy(p->to + (p->at + p->places[i]) * size, from, (size_t)(p->counts[i] * size));
            from += p->counts[i] * size;
            p->places[i] += p->counts[i];
        }
    }
    return NXC_OK;
}

int nxc_census_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    const nxc_sorting *s = p->s;
    for (int64_t c = begin; c < end; c++) {
        memset(p->surveys[c].census, 0, sizeof p->surveys[c].census);
        s->loops->census[s->dtype](p->in + c * p->chunk * s->in_step, s->in_step,
                                   nxc_least(p->n, (c + 1) * p->chunk) - c * p->chunk,
                                   s->descending, p->surveys[c].census);
    }
    return NXC_OK;
}

int nxc_repair_chunks(void *work, int64_t begin, int64_t end) {
    const nxc_part *p = work;
    const nxc_sorting *s = p->s;
    for (int64_t c = begin; c < end; c++)
        s->loops->repair[s->dtype](p->out, s->out_step, p->in + c * p->chunk * s->in_step,
                                   s->in_step, nxc_least(p->n, (c + 1) * p->chunk) - c * p->chunk,
                                   p->surveys[c].census[1], p->surveys[c].census[2]);
    return NXC_OK;
}
