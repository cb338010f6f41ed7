/* Sorting one long row on all threads.
 *
 * Owns: which phases a long row goes through, and the scratch they share.
 * Who may call: nxc_sort.c.
 * Invariant: a row, and then each part of it that is still too long for one thread, is cut into
 * chunks. Threads scatter them by the leading digit of what varies, or divide them by pivots: part
 * d then holds the records of class d, chunk after chunk, so the order among equals is kept where
 * records are not compared whole. Threads then sort whole parts. Every phase is an nxc_run, so an
 * interrupt is heard within a chunk.
 * Source: the prefix sums of parallel counting sort, as in M. Zagha and G. E. Blelloch, "Radix
 * sort for vector multiprocessors" (1991); W. D. Frazer and A. C. McKellar, "Samplesort", Journal
 * of the ACM 17 (1970), for the pivots.
 */
#include <string.h>

#include "nxc_buffer.h"
#include "nxc_memory.h"
#include "nxc_run.h"
#include "nxc_sort_part.h"

#define NXC_DIGIT 11     /* bits of the leading digit, at most */
#define NXC_CHUNK 131072 /* records of a chunk, at least */
#define NXC_CHUNKS 64    /* chunks, until they grow to NXC_PART */
#define NXC_TASK 16384   /* records that are worth a task of their own */
#define NXC_CLASS 32768  /* records that a class of the pivots is meant to get */
#define NXC_SAMPLES 16   /* sampled for each pivot */

static int run(nxc_body body, nxc_part *p, int64_t count, double nanoseconds) {
    return nxc_run(body, p, count, 1, nanoseconds * (double)p->n);
}

static nxc_survey merged(const nxc_part *p) {
    nxc_survey all = p->surveys[0];
    for (int64_t c = 1; c < p->chunks; c++) {
        const nxc_survey *one = &p->surveys[c];
        all.low = one->low < all.low ? one->low : all.low;
        all.high = one->high > all.high ? one->high : all.high;
        all.rises &= one->rises;
        all.special |= one->special;
    }
    return all;
}

static int bits_of(uint64_t x) { return 64 - __builtin_clzll(x | 1); }

/* Chooses the leading digit of records that vary in `bits` bits. */
static void choose_digit(nxc_part *p, int bits) {
    int width = bits_of((uint64_t)p->n) - 9; /* some 512 records to a digit */
    width = width > NXC_DIGIT ? NXC_DIGIT : width;
    width = width > bits ? bits : width;
    p->shift = p->base + bits - width;
    p->digits = 1 << width;
}

/* Chooses how many classes to divide a run into. */
static void choose_classes(nxc_part *p) {
    p->halvings = 3;
    while (NXC_CLASS << p->halvings < p->n && 1 << p->halvings < NXC_CLASSES)
        p->halvings++;
    p->digits = 1 << p->halvings;
}

static size_t counters(const nxc_part *p) {
    return (size_t)p->chunks * (size_t)p->digits * (sizeof *p->counts + sizeof *p->places) +
           ((size_t)p->digits + 1) * sizeof *p->tasks;
}

/* From counts to the first place of each chunk's share of each digit. */
static void find_places(nxc_part *p) {
    int64_t place = 0;
    for (int64_t digit = 0; digit < p->digits; digit++)
        for (int64_t c = 0; c < p->chunks; c++) {
            p->places[c * p->digits + digit] = place;
            place += p->counts[c * p->digits + digit];
        }
}

static void add_counts(nxc_part *p) {
    find_places(p);
    for (int64_t i = 0; i < p->chunks * p->digits; i++)
        p->places[i] += p->counts[i];
}

/* Groups digits into tasks of some size. */
static void find_tasks(nxc_part *p) {
    int64_t start = 0;
    p->task_count = 0;
    p->tasks[0] = 0;
    for (int64_t digit = 0; digit < p->digits; digit++)
        if (nxc_end_of(p, digit) - start >= NXC_TASK || digit == p->digits - 1) {
            p->tasks[++p->task_count] = digit + 1;
            start = nxc_end_of(p, digit);
        }
}

/* Chooses pivots among records taken evenly; as many classes as `digits` says. */
static int choose_pivots(nxc_part *p) {
    const int64_t n = (int64_t)p->digits * NXC_SAMPLES, size = p->loops->size, step = p->n / n;
    const nxc_sorting *s = p->s;
    char *samples = nxc_alloc((size_t)(3 * n * (int64_t)sizeof(uint64_t)));
    if (samples == NULL)
        return NXC_NO_MEMORY;
    char *other = samples + n * 8, *keys = other + n * 8;
    if (p->in != NULL) {
        s->loops->load[s->dtype](keys, p->in, s->in_step * step, n, s->descending);
        p->loops->pack(samples, keys, s->wide, n, p->floor, p->base, 0);
    }
    for (int64_t i = 0; p->in == NULL && i < n; i++)
        memcpy(samples + i * size, p->from + (p->at + i * step) * size, (size_t)size);
    const char *sorted = p->loops->sort(samples, other, n, 0);
    for (int64_t i = 1; i < p->digits; i++)
        memcpy((char *)p->pivots + (i - 1) * size, sorted + i * NXC_SAMPLES * size, (size_t)size);
    nxc_free(samples, (size_t)(3 * n * (int64_t)sizeof(uint64_t)));
    return NXC_OK;
}

/* Brings the records of a run together by classes, in `to`. */
static int divide(nxc_part *p) {
    int status = choose_pivots(p);
    if (status == NXC_OK)
        status = run(nxc_divide_chunks, p, p->chunks, 3.0);
    if (status != NXC_OK)
        return status;
    find_places(p);
    if (p->halvings % 2 == 1) {
        char *to = p->to;
        p->to = p->from;
        p->from = to;
    }
    return run(nxc_gather_chunks, p, p->chunks, 0.3);
}

static int scatter(nxc_part *p) {
    const int status = run(nxc_count_chunks, p, p->chunks, 1.0);
    if (status != NXC_OK)
        return status;
    find_places(p);
    return run(nxc_scatter_chunks, p, p->chunks, 3.0);
}

/* Writes a run whose digits say all about its keys. */
static int fill(nxc_part *p) {
    const int status = run(nxc_count_chunks, p, p->chunks, 1.0);
    if (status != NXC_OK)
        return status;
    add_counts(p);
    return run(nxc_fill_chunks, p, p->chunks, 0.3);
}

static int split(nxc_part *p);

/* Sorts the digits that are too long for one thread. */
static int sort_long_digits(const nxc_part *p) {
    int status = NXC_OK;
    for (int64_t digit = 0; status == NXC_OK && digit < p->digits; digit++) {
        nxc_part next = *p;
        next.at = p->at + nxc_start_of(p, digit);
        next.n = nxc_end_of(p, digit) - nxc_start_of(p, digit);
        next.in = NULL;
        next.from = p->to;
        next.to = p->from;
        if (next.n <= NXC_PART)
            continue;
        status = run(nxc_survey_records, &next,
                     next.chunks = (next.n + next.chunk - 1) / next.chunk, 0.3);
        if (status != NXC_OK)
            break;
        const nxc_survey all = merged(&next);
        next.low = all.low >> next.base << next.base;
        choose_digit(&next, bits_of((all.high - next.low) >> next.base));
        status = all.rises ? run(nxc_copy_chunks, &next, next.chunks, 0.5) : split(&next);
    }
    return status;
}

/* Splits a run into parts, and sorts those. */
static int split(nxc_part *p) {
    const int filling = p->in != NULL && !p->s->indices && p->shift == 0;
    const int dividing = !filling && p->loops->divide != NULL && p->base == 0;
    if (dividing)
        choose_classes(p);
    const size_t bytes = counters(p);
    char *memory = nxc_alloc(bytes);
    if (memory == NULL)
        return NXC_NO_MEMORY;
    p->places = (int64_t *)(void *)memory;
    p->tasks = p->places + p->chunks * p->digits;
    p->counts = (uint32_t *)(void *)(p->tasks + p->digits + 1);
    int status = filling ? fill(p) : dividing ? divide(p) : scatter(p);
    if (status == NXC_OK && !filling) {
        find_tasks(p);
        status = run(nxc_sort_digits, p, p->task_count, 6.0);
        if (status == NXC_OK)
            status = sort_long_digits(p);
    }
    nxc_free(memory, bytes);
    return status;
}

/* With room for two sets of records; the result's own memory is one where it fits. */
static int split_row(nxc_part *p) {
    const int64_t size = p->loops->size;
    const int64_t result = p->s->indices ? 8 : nxc_dtypes[p->s->dtype].itemsize;
    const int share = size == result && p->s->out_step == size;
    const size_t bytes = (size_t)(p->n * size);
    char *own = nxc_alloc(bytes), *other = share || own == NULL ? NULL : nxc_alloc(bytes);
    int status = NXC_NO_MEMORY;
    p->to = own;
    p->from = share ? p->out : other;
    if (p->to != NULL && p->from != NULL)
        status = split(p);
    nxc_free(own, bytes);
    nxc_free(other, bytes);
    return status;
}

static int repair_row(nxc_part *p) {
    int status = run(nxc_census_chunks, p, p->chunks, 1.0);
    int64_t zero_at = 0, nan_at = p->n;
    for (int64_t c = 0; c < p->chunks; c++) {
        zero_at += p->surveys[c].census[0];
        nan_at -= p->surveys[c].census[2];
    }
    for (int64_t c = 0; c < p->chunks; c++) {
        int64_t *census = p->surveys[c].census;
        zero_at += census[1];
        nan_at += census[2];
        census[1] = zero_at - census[1];
        census[2] = nan_at - census[2];
    }
    return status == NXC_OK ? run(nxc_repair_chunks, p, p->chunks, 1.0) : status;
}

/* Chooses the records: as narrow as the keys' range and the indices allow. */
static void choose_records(nxc_part *p, const nxc_survey *all) {
    const nxc_sorting *s = p->s;
    const int bits = bits_of(all->high - all->low), base = bits_of((uint64_t)p->n);
    p->kind = s->indices ? (bits + base <= 64 ? NXC_SORT_WIDE : NXC_SORT_PAIR)
                         : (s->wide ? NXC_SORT_WIDE : NXC_SORT_NARROW);
    p->base = s->indices && p->kind == NXC_SORT_WIDE ? base : 0;
    p->loops = &s->loops->records[p->kind];
    p->floor = all->low;
    p->low = 0;
    choose_digit(p, bits);
}

int nxc_sort_long(const nxc_sorting *s, const char *in, char *out) {
    nxc_part p = {.s = s, .in = in, .out = out, .n = s->n};
    p.chunk = (p.n + NXC_CHUNKS - 1) / NXC_CHUNKS;
    p.chunk = p.chunk < NXC_CHUNK ? NXC_CHUNK : p.chunk > NXC_PART ? NXC_PART : p.chunk;
    p.chunks = (p.n + p.chunk - 1) / p.chunk;
    const size_t bytes = (size_t)p.chunks * sizeof *p.surveys;
    p.surveys = nxc_alloc(bytes);
    if (p.surveys == NULL)
        return NXC_NO_MEMORY;
    int status = run(nxc_survey_elements, &p, p.chunks, 0.5);
    if (status == NXC_OK) {
        const nxc_survey all = merged(&p);
        choose_records(&p, &all);
        status = all.rises ? run(nxc_copy_chunks, &p, p.chunks, 0.5) : split_row(&p);
        if (status == NXC_OK && all.special && !s->indices)
            status = repair_row(&p);
    }
    nxc_free(p.surveys, bytes);
    return status;
}
