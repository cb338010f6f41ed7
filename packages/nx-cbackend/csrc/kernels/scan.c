/* Running sums, products, maxima and minima.
 *
 * Owns: the family `scan`.
 * Who may call: the scan driver, through nxc_active.
 * Invariant: floats run in double and are rounded on their way out; integers wrap around; a NaN
 * stays. A row is cut into lengths of NXC_SCAN_LENGTH, and those into groups: each is run by
 * itself, from what went before all of it, so that threads share a row and a sum of numbers that
 * aren't negative never falls. A product isn't cut: a part of it may overflow where the whole
 * doesn't.
 */
#include "nxc_edges.h"
#include "nxc_loops.h"

#define NXC_GROUP 8 /* elements that wait for one another */

/* name: the symbol's end; D: the dtype, PARTS of which make an element; A: the running value. */
#define NXC_SCAN(name, D, PARTS, A, START, READ, JOIN, ROUND)                                      \
    static void start_##name(void *to, int64_t n) {                                                \
        A *acc = to;                                                                               \
        for (int64_t j = 0; j < n * (PARTS); j++)                                                  \
            acc[j] = START;                                                                        \
    }                                                                                              \
    static void columns_##name(char *to, int64_t to_step, void *running, const char *a,            \
                               int64_t step, int64_t rows, int64_t n) {                            \
        A *restrict acc = running;                                                                 \
        for (; rows > 0; rows--, a += step, to += to_step) {                                       \
            const nxc_##D *from = (const nxc_##D *)a;                                              \
            nxc_##D *restrict out = (nxc_##D *)to;                                                 \
            for (int64_t j = 0; j < n * (PARTS); j++) {                                            \
                const A v = JOIN(acc[j], READ(from[j]));                                           \
                acc[j] = v;                                                                        \
                out[j] = ROUND(v);                                                                 \
            }                                                                                      \
        }                                                                                          \
    }

/* The same for what may be cut: an element is what went before its length, before its group, and in
 * its group, joined. The groups' own chains don't wait for each other. */
#define NXC_SCAN_LENGTHS(name, D, PARTS, A, START, READ, JOIN, ROUND)                              \
    NXC_SCAN(name, D, PARTS, A, START, READ, JOIN, ROUND)                                          \
    NXC_INLINE void group_##name(nxc_##D *out, const A *before, A *local, const nxc_##D *from,     \
                                 int64_t n, int64_t step) {                                        \
        A part[NXC_GROUP * (PARTS)];                                                               \
        for (int64_t q = 0; q < (PARTS); q++)                                                      \
            part[q] = READ(from[q]);                                                               \
        for (int64_t i = 1; i < n; i++)                                                            \
            for (int64_t q = 0; q < (PARTS); q++)                                                  \
                part[i * (PARTS) + q] =                                                            \
                    JOIN(part[(i - 1) * (PARTS) + q], READ(from[i * step * (PARTS) + q]));         \
        for (int64_t i = 0; out != NULL && i < n; i++)                                             \
            for (int64_t q = 0; q < (PARTS); q++) {                                                \
                const A so_far = JOIN(local[q], part[i * (PARTS) + q]);                            \
                out[i * step * (PARTS) + q] = ROUND(JOIN(before[q], so_far));                      \
            }                                                                                      \
        for (int64_t q = 0; q < (PARTS); q++)                                                      \
            local[q] = JOIN(local[q], part[(n - 1) * (PARTS) + q]);                                \
    }                                                                                              \
    /* One length: its total, and its elements if there is an `out`. */                            \
    NXC_INLINE void length_##name(nxc_##D *restrict out, const A *before, A *total,                \
                                  const nxc_##D *from, int64_t n, int64_t step) {                  \
        const int64_t ahead = NXC_GROUP * step * (PARTS);                                          \
        A local[PARTS], first[PARTS];                                                              \
        for (int64_t q = 0; q < (PARTS); q++) {                                                    \
            local[q] = START;                                                                      \
            first[q] = out == NULL ? START : before[q];                                            \
        }                                                                                          \
        for (; n >= NXC_GROUP; n -= NXC_GROUP, from += ahead) {                                    \
            group_##name(out, first, local, from, NXC_GROUP, step);                                \
            out = out == NULL ? NULL : out + ahead;                                                \
        }                                                                                          \
        for (; n > 0; n--, from += step * (PARTS)) {                                               \
            group_##name(out, first, local, from, 1, step);                                        \
            out = out == NULL ? NULL : out + step * (PARTS);                                       \
        }                                                                                          \
        for (int64_t q = 0; q < (PARTS); q++)                                                      \
            total[q] = local[q];                                                                   \
    }                                                                                              \
    NXC_INLINE void totals_by_##name(A *total, const char *a, int64_t n, int64_t step) {           \
        const nxc_##D *from = (const nxc_##D *)a;                                                  \
        for (int64_t m; n > 0; n -= m, from += m * step * (PARTS), total += (PARTS)) {             \
            m = n < NXC_SCAN_LENGTH ? n : NXC_SCAN_LENGTH;                                         \
            length_##name(NULL, NULL, total, from, m, step);                                       \
        }                                                                                          \
    }                                                                                              \
    static void totals_##name(void *total, const char *a, int64_t n, int64_t step) {               \
        if (step > 0)                                                                              \
            totals_by_##name(total, a, n, 1);                                                      \
        else                                                                                       \
            totals_by_##name(total, a, n, -1);                                                     \
    }                                                                                              \
    static void chain_##name(void *running, const void *totals, void *befores, int64_t n) {        \
        const A *total = totals;                                                                   \
        A *before = befores, *acc = running;                                                       \
        for (int64_t q = 0; q < n * (PARTS); q++) {                                                \
            const A next = JOIN(acc[q % (PARTS)], total[q]);                                       \
            before[q] = acc[q % (PARTS)];                                                          \
            acc[q % (PARTS)] = next;                                                               \
        }                                                                                          \
    }                                                                                              \
    NXC_INLINE void row_by_##name(char *to, A *running, const char *a, int64_t n, int64_t step) {  \
        const nxc_##D *from = (const nxc_##D *)a;                                                  \
        nxc_##D *out = (nxc_##D *)to;                                                              \
        for (int64_t m; n > 0; n -= m, from += m * step * (PARTS), out += m * step * (PARTS)) {    \
            A total[PARTS];                                                                        \
            m = n < NXC_SCAN_LENGTH ? n : NXC_SCAN_LENGTH;                                         \
            length_##name(out, running, total, from, m, step);                                     \
            for (int64_t q = 0; q < (PARTS); q++)                                                  \
                running[q] = JOIN(running[q], total[q]);                                           \
        }                                                                                          \
    }                                                                                              \
    static void row_##name(char *to, void *running, const char *a, int64_t n, int64_t step) {      \
        if (step > 0)                                                                              \
            row_by_##name(to, running, a, n, 1);                                                   \
        else                                                                                       \
            row_by_##name(to, running, a, n, -1);                                                  \
    }                                                                                              \
    static const nxc_scan scan_##name = {(int64_t)sizeof(A) * (PARTS),                             \
                                         start_##name,                                             \
                                         columns_##name,                                           \
                                         row_##name,                                               \
                                         totals_##name,                                            \
                                         chain_##name};

/* Each row as it stands, one after the other. */
#define NXC_SCAN_PLAIN(name, D, PARTS, A, START, READ, JOIN, ROUND)                                \
    NXC_SCAN(name, D, PARTS, A, START, READ, JOIN, ROUND)                                          \
    static void row_##name(char *to, void *running, const char *a, int64_t n, int64_t step) {      \
        const nxc_##D *from = (const nxc_##D *)a;                                                  \
        nxc_##D *restrict out = (nxc_##D *)to;                                                     \
        A acc[PARTS];                                                                              \
        memcpy(acc, running, sizeof acc);                                                          \
        for (int64_t i = 0; i < n; i++)                                                            \
            for (int64_t j = i * step * (PARTS), p = 0; p < (PARTS); j++, p++) {                   \
                acc[p] = JOIN(acc[p], READ(from[j]));                                              \
                out[j] = ROUND(acc[p]);                                                            \
            }                                                                                      \
        memcpy(running, acc, sizeof acc);                                                          \
    }                                                                                              \
    static const nxc_scan scan_##name = {                                                          \
        (int64_t)sizeof(A) * (PARTS), start_##name, columns_##name, row_##name, NULL, NULL};

/* ---- sums ---- */

#define NXC_READ_WIDE(x) ((double)(x))
#define NXC_AS_IS(s) (s)
#define NXC_NARROW(s) ((float)(s))
#define NXC_ADD(s, v) ((s) + (v))
#define NXC_TIMES(s, v) ((s) * (v))
NXC_SCAN_LENGTHS(cumsum_float32, float32, 1, double, -0.0, NXC_READ_WIDE, NXC_ADD, NXC_NARROW)
NXC_SCAN_LENGTHS(cumsum_float64, float64, 1, double, -0.0, NXC_READ_WIDE, NXC_ADD, NXC_AS_IS)
NXC_SCAN_LENGTHS(cumsum_complex64, float32, 2, double, -0.0, NXC_READ_WIDE, NXC_ADD, NXC_NARROW)
NXC_SCAN_LENGTHS(cumsum_complex128, float64, 2, double, -0.0, NXC_READ_WIDE, NXC_ADD, NXC_AS_IS)

/* Integers in unsigned numbers of their width; the product of two uint16 overflows int. */
#define NXC_WRAPPING(name, D)                                                                      \
    NXC_INLINE NXC_C_##D sum_of_##D(NXC_C_##D s, NXC_C_##D v) {                                    \
        return (NXC_C_##D)((uint64_t)s + (uint64_t)v);                                             \
    }                                                                                              \
    NXC_INLINE NXC_C_##D product_of_##D(NXC_C_##D s, NXC_C_##D v) {                                \
        return (NXC_C_##D)((uint64_t)s * (uint64_t)v);                                             \
    }                                                                                              \
    NXC_SCAN_LENGTHS(cumsum_##D, D, 1, NXC_C_##D, 0, NXC_AS_IS, sum_of_##D, NXC_AS_IS)             \
    NXC_SCAN_PLAIN(cumprod_##D, D, 1, NXC_C_##D, 1, NXC_AS_IS, product_of_##D, NXC_AS_IS)
NXC_FOR_INTEGRAL(NXC_WRAPPING, integral)

/* ---- products ---- */

NXC_SCAN_PLAIN(cumprod_float32, float32, 1, double, 1, NXC_READ_WIDE, NXC_TIMES, NXC_NARROW)
NXC_SCAN_PLAIN(cumprod_float64, float64, 1, double, 1, NXC_READ_WIDE, NXC_TIMES, NXC_AS_IS)

typedef struct {
    double re, im;
} complex_number;

NXC_INLINE complex_number times(complex_number s, complex_number v) {
    return (complex_number){s.re * v.re - s.im * v.im, s.re * v.im + s.im * v.re};
}

#define NXC_ONE ((complex_number){1, 0})
#define NXC_READ_PAIR(x) ((complex_number){(x).re, (x).im})
#define NXC_PAIR_64(s) ((nxc_complex64){(float)(s).re, (float)(s).im})
#define NXC_PAIR_128(s) ((nxc_complex128){(s).re, (s).im})
NXC_SCAN_PLAIN(cumprod_complex64, complex64, 1, complex_number, NXC_ONE, NXC_READ_PAIR, times,
               NXC_PAIR_64)
NXC_SCAN_PLAIN(cumprod_complex128, complex128, 1, complex_number, NXC_ONE, NXC_READ_PAIR, times,
               NXC_PAIR_128)

/* ---- extremes: a NaN wins ---- */

#define NXC_EXTREME(name, beats, edge, D)                                                          \
    NXC_INLINE NXC_C_##D name##_of_##D(NXC_C_##D s, NXC_C_##D v) {                                 \
        const NXC_C_##D best = s beats v ? s : v;                                                  \
        return s == s ? best : s;                                                                  \
    }                                                                                              \
    NXC_SCAN_LENGTHS(name##_##D, D, 1, NXC_C_##D, NXC_##edge##_##D, NXC_AS_IS, name##_of_##D,      \
                     NXC_AS_IS)
NXC_FOR_ORDERED(NXC_EXTREME, cummax, >, LEAST)
NXC_FOR_ORDERED(NXC_EXTREME, cummin, <, MOST)

#define NXC_ENTRY(name, D) [NXC_DTYPE_##D] = &scan_##name##_##D,
#define NXC_ROW(name, dtypes) [NXC_SCAN_##name] = {NXC_FOR_##dtypes(NXC_ENTRY, name)},
const nxc_scan_kernels NXC_SYMBOL(nxc_scan_kernels) = {.at = {NXC_SCANS(NXC_ROW)}};
