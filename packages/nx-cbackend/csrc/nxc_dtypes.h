/* The one table of element types.
 *
 * Owns: the numbering, names, sizes and buffer-protocol formats of the dtypes a Buffer can hold.
 * Used by: every other file. Python reads the same table through nxc_hand_over, so no list is
 * kept in step by hand.
 * Invariant: a code fits uint8_t and names one row. Types the buffer protocol has no letter for
 * travel as unsigned integers of their size; Python views them back (4-bit types, like
 * ml_dtypes', take a byte each).
 * Source: the struct module's format characters, PEP 3118 for the complex ones.
 */
#ifndef NXC_DTYPES_H
#define NXC_DTYPES_H

#include <limits.h>
#include <stdint.h>

/* NumPy tells "l" from "q" even where both have 8 bytes; its int64 is the C long on LP64. */
#if LONG_MAX == INT64_MAX
#define NXC_I64 "l"
#define NXC_U64 "L"
#else
#define NXC_I64 "q"
#define NXC_U64 "Q"
#endif

/*    name       itemsize  format */
// clang-format off
#define NXC_DTYPES(X)              \
    X(bool,          1, "?")       \
    X(int8,          1, "b")       \
    X(int16,         2, "h")       \
    X(int32,         4, "i")       \
    X(int64,         8, NXC_I64)   \
    X(uint8,         1, "B")       \
    X(uint16,        2, "H")       \
    X(uint32,        4, "I")       \
    X(uint64,        8, NXC_U64)   \
    X(float16,       2, "e")       \
    X(bfloat16,      2, "H")       \
    X(float32,       4, "f")       \
    X(float64,       8, "d")       \
    X(complex64,     8, "Zf")      \
    X(complex128,   16, "Zd")      \
    X(float8_e4m3,   1, "B")       \
    X(float8_e5m2,   1, "B")       \
    X(int4,          1, "B")       \
    X(uint4,         1, "B")

enum nxc_dtype {
#define NXC_ROW(name, itemsize, format) NXC_DTYPE_##name,
    NXC_DTYPES(NXC_ROW)
#undef NXC_ROW
    NXC_DTYPE_COUNT
};
// clang-format on

static inline int nxc_is_half(int dtype) {
    return dtype == NXC_DTYPE_float16 || dtype == NXC_DTYPE_bfloat16;
}

#endif
