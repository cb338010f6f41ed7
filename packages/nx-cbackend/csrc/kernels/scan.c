/* Running sums, products, maxima and minima.
 *
 * Owns: the family `scan`.
 * Who may call: the scan driver, through nxc_active.
 * Invariant: floats run in double and are rounded on their way out; integers wrap around; a NaN
 * stays. A row is cut into lengths of NXC_SCAN_LENGTH: each is run by itself, from what went
 * before all of it, so several run side by side, and a sum of numbers that aren't negative never
 * falls. A product isn't cut: a part of it may overflow where the whole doesn't.
 */
#include "nxc_edges.h"
#include "nxc_loops.h"

#define NXC_SIDE 4 /* lengths run side by side: as many additions as hide one's latency */

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

/* The same for what may be cut. */
#define NXC_SCAN_LENGTHS(name, D, PARTS, A, START, READ, JOIN, ROUND)                              \
    NXC_SCAN(name, D, PARTS, A, START, READ, JOIN, ROUND)                                          \
    NXC_INLINE void lengths_##name(A *total, const nxc_##D *from, int64_t n, int64_t step,         \
                                   int64_t side) {                                                 \
        const int64_t apart = NXC_SCAN_LENGTH * step * (PARTS);                                    \
        A acc[NXC_SIDE * (PARTS)];                                                                 \
        for (int64_t q = 0; q < side * (PARTS); q++)                                               \
            acc[q] = START;                                                                        \
        for (int64_t i = 0, j = 0; i < n; i++, j += step * (PARTS))                                \
            for (int64_t q = 0; q < side * (PARTS); q++)                                           \
                acc[q] = JOIN(acc[q], READ(from[j + q / (PARTS) * apart + q % (PARTS)]));          \
        for (int64_t q = 0; q < side * (PARTS); q++)                                               \
            total[q] = acc[q];                                                                     \
    }                                                                                              \
    NXC_INLINE void run_##name(nxc_##D *restrict out, const A *before, const nxc_##D *from,        \
                               int64_t n, int64_t step, int64_t side) {                            \
        const int64_t apart = NXC_SCAN_LENGTH * step * (PARTS);                                    \
        A acc[NXC_SIDE * (PARTS)], first[NXC_SIDE * (PARTS)];                                      \
        for (int64_t q = 0; q < side * (PARTS); q++) {                                             \
            acc[q] = START;                                                                        \
            first[q] = before[q];                                                                  \
        }                                                                                          \
        for (int64_t i = 0, j = 0; i < n; i++, j += step * (PARTS))                                \
            for (int64_t q = 0; q < side * (PARTS); q++) {                                         \
                const int64_t at = j + q / (PARTS) * apart + q % (PARTS);                          \
                acc[q] = JOIN(acc[q], READ(from[at]));                                             \
                out[at] = ROUND(JOIN(first[q], acc[q]));                                           \
            }                                                                                      \
    }                                                                                              \
    NXC_INLINE void all_totals_##name(A *total, const char *a, int64_t n, int64_t step) {          \
        const int64_t many = NXC_SIDE * NXC_SCAN_LENGTH;                                           \
        const nxc_##D *from = (const nxc_##D *)a;                                                  \
        for (; n >= many; n -= many, from += many * step * (PARTS), total += NXC_SIDE * (PARTS))   \
            lengths_##name(total, from, NXC_SCAN_LENGTH, step, NXC_SIDE);                          \
        for (int64_t m; n > 0; n -= m, from += m * step * (PARTS), total += (PARTS)) {             \
            m = n < NXC_SCAN_LENGTH ? n : NXC_SCAN_LENGTH;                                         \
            lengths_##name(total, from, m, step, 1);                                               \
        }                                                                                          \
    }                                                                                              \
    static void totals_##name(void *total, const char *a, int64_t n, int64_t step) {               \
        if (step > 0)                                                                              \
            all_totals_##name(total, a, n, 1);                                                     \
        else                                                                                       \
            all_totals_##name(total, a, n, -1);                                                    \
    }                                                                                              \
    /* before[k] is what came before length k; the running value goes on past them all. */         \
    static void chain_##name(void *running, const void *totals, void *befores, int64_t n) {        \
        const A *total = totals;                                                                   \
        A *before = befores, *acc = running;                                                       \
        for (int64_t q = 0; q < n * (PARTS); q++) {                                                \
            const A next = JOIN(acc[q % (PARTS)], total[q]);                                       \
            before[q] = acc[q % (PARTS)];                                                          \
            acc[q % (PARTS)] = next;                                                               \
        }                                                                                          \
    }                                                                                              \
    NXC_INLINE void parts_##name(char *to, const A *before, const char *a, int64_t n,              \
                                 int64_t step) {                                                   \
        const int64_t many = NXC_SIDE * NXC_SCAN_LENGTH;                                           \
        const nxc_##D *from = (const nxc_##D *)a;                                                  \
        nxc_##D *out = (nxc_##D *)to;                                                              \
        for (; n >= many;                                                                          \
             n -= many, from += many * step * (PARTS), out += many * step * (PARTS)) {             \
            run_##name(out, before, from, NXC_SCAN_LENGTH, step, NXC_SIDE);                        \
            before += NXC_SIDE * (PARTS);                                                          \
        }                                                                                          \
        for (int64_t m; n > 0; n -= m, from += m * step * (PARTS), out += m * step * (PARTS)) {    \
            m = n < NXC_SCAN_LENGTH ? n : NXC_SCAN_LENGTH;                                         \
            run_##name(out, before, from, m, step, 1);                                             \
            before += (PARTS);                                                                     \
        }                                                                                          \
    }                                                                                              \
    static void spread_##name(char *to, const void *before, const char *a, int64_t n,              \
                              int64_t step) {                                                      \
        if (step > 0)                                                                              \
            parts_##name(to, before, a, n, 1);                                                     \
        else                                                                                       \
            parts_##name(to, before, a, n, -1);                                                    \
    }                                                                                              \
    static void row_##name(char *to, void *running, const char *a, int64_t n, int64_t step) {      \
        const int64_t many = NXC_SIDE * NXC_SCAN_LENGTH,                                           \
                      size = (int64_t)sizeof(nxc_##D) * (PARTS);                                   \
        A total[NXC_SIDE * (PARTS)], before[NXC_SIDE * (PARTS)];                                   \
        for (int64_t m; n > 0; n -= m, a += m * step * size, to += m * step * size) {              \
            m = n < many ? n : many;                                                               \
            totals_##name(total, a, m, step);                                                      \
            chain_##name(running, total, before, (m + NXC_SCAN_LENGTH - 1) / NXC_SCAN_LENGTH);     \
            spread_##name(to, before, a, m, step);                                                 \
        }                                                                                          \
    }                                                                                              \
    static const nxc_scan scan_##name = {(int64_t)sizeof(A) * (PARTS),                             \
                                         start_##name,                                             \
                                         columns_##name,                                           \
                                         row_##name,                                               \
                                         totals_##name,                                            \
                                         chain_##name,                                             \
                                         spread_##name};

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
        (int64_t)sizeof(A) * (PARTS), start_##name, columns_##name, row_##name, NULL, NULL, NULL};

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
