/* The one table of elementwise operations.
 *
 * Owns: one row per operation; adding an operation is adding a row, and its loops in csrc/kernels.
 * Used by: kernels/map_table.c (a loop for every dtype of the row: one that is missing doesn't
 * link), nxc_elementwise.c (the Python functions). Python learns the names through nxc_hand_over.
 * Row: name, operands, the dtypes that have loops, the result's dtype: `same` as the last
 * operand's, `bool`, `real` (the part of a complex), `complex` (of two parts).
 * Invariant: float16 and bfloat16 have no loops where float32 has one: the driver converts.
 * A composite's product with f(x) is rounded after f, so it equals its decomposition bit for bit.
 */
#ifndef NXC_OPS_H
#define NXC_OPS_H

#define NXC_FOR_BOOL(M, ...) M(__VA_ARGS__, bool)
#define NXC_FOR_SIGNED(M, ...)                                                                     \
    M(__VA_ARGS__, int8) M(__VA_ARGS__, int16) M(__VA_ARGS__, int32) M(__VA_ARGS__, int64)
#define NXC_FOR_UNSIGNED(M, ...)                                                                   \
    M(__VA_ARGS__, uint8) M(__VA_ARGS__, uint16) M(__VA_ARGS__, uint32) M(__VA_ARGS__, uint64)
#define NXC_FOR_INTEGRAL(M, ...) NXC_FOR_SIGNED(M, __VA_ARGS__) NXC_FOR_UNSIGNED(M, __VA_ARGS__)
#define NXC_FOR_FLOATING(M, ...) M(__VA_ARGS__, float32) M(__VA_ARGS__, float64)
#define NXC_FOR_COMPLEX(M, ...) M(__VA_ARGS__, complex64) M(__VA_ARGS__, complex128)
#define NXC_FOR_HALVES(M, ...) M(__VA_ARGS__, float16) M(__VA_ARGS__, bfloat16)
#define NXC_FOR_INEXACT(M, ...) NXC_FOR_FLOATING(M, __VA_ARGS__) NXC_FOR_COMPLEX(M, __VA_ARGS__)
#define NXC_FOR_BITS(M, ...) NXC_FOR_BOOL(M, __VA_ARGS__) NXC_FOR_INTEGRAL(M, __VA_ARGS__)
#define NXC_FOR_REAL(M, ...) NXC_FOR_INTEGRAL(M, __VA_ARGS__) NXC_FOR_FLOATING(M, __VA_ARGS__)
#define NXC_FOR_ORDERED(M, ...) NXC_FOR_BOOL(M, __VA_ARGS__) NXC_FOR_REAL(M, __VA_ARGS__)
#define NXC_FOR_NUMERIC(M, ...) NXC_FOR_REAL(M, __VA_ARGS__) NXC_FOR_COMPLEX(M, __VA_ARGS__)
#define NXC_FOR_REGULAR(M, ...) NXC_FOR_BOOL(M, __VA_ARGS__) NXC_FOR_NUMERIC(M, __VA_ARGS__)
#define NXC_FOR_NEXT(M, ...) NXC_FOR_FLOATING(M, __VA_ARGS__) NXC_FOR_HALVES(M, __VA_ARGS__)
#define NXC_FOR_ANY(M, ...) NXC_FOR_REGULAR(M, __VA_ARGS__) NXC_FOR_HALVES(M, __VA_ARGS__)

// clang-format off
#define NXC_OPS(X)                                      \
    X(add,                    2, NUMERIC,  same)        \
    X(subtract,               2, NUMERIC,  same)        \
    X(multiply,               2, NUMERIC,  same)        \
    X(divide,                 2, INEXACT,  same)        \
    X(floor_divide,           2, REAL,     same)        \
    X(remainder,              2, REAL,     same)        \
    X(maximum,                2, ORDERED,  same)        \
    X(minimum,                2, ORDERED,  same)        \
    X(copysign,               2, FLOATING, same)        \
    X(nextafter,              2, NEXT,     same)        \
    X(bitwise_and,            2, BITS,     same)        \
    X(bitwise_or,             2, BITS,     same)        \
    X(bitwise_xor,            2, BITS,     same)        \
    X(left_shift,             2, INTEGRAL, same)        \
    X(right_shift,            2, INTEGRAL, same)        \
    X(equal,                  2, REGULAR,  bool)        \
    X(not_equal,              2, REGULAR,  bool)        \
    X(less,                   2, ORDERED,  bool)        \
    X(less_equal,             2, ORDERED,  bool)        \
    X(greater,                2, ORDERED,  bool)        \
    X(greater_equal,          2, ORDERED,  bool)        \
    X(where,                  3, ANY,      same)        \
    X(negative,               1, NUMERIC,  same)        \
    X(absolute,               1, NUMERIC,  real)        \
    X(sign,                   1, NUMERIC,  same)        \
    X(floor,                  1, FLOATING, same)        \
    X(ceil,                   1, FLOATING, same)        \
    X(trunc,                  1, FLOATING, same)        \
    X(round,                  1, FLOATING, same)        \
    X(sqrt,                   1, INEXACT,  same)        \
    X(isfinite,               1, INEXACT,  bool)        \
    X(bitwise_invert,         1, BITS,     same)        \
    X(power,                  2, NUMERIC,  same)        \
    X(integer_pow,            1, NUMERIC,  same)        \
    X(relu,                   1, FLOATING, same)        \
    X(multiply_tanh_slope,    2, INEXACT,  same)        \
    X(sin,                    1, INEXACT,  same)        \
    X(cos,                    1, INEXACT,  same)        \
    X(exp,                    1, INEXACT,  same)        \
    X(exp2,                   1, INEXACT,  same)        \
    X(expm1,                  1, INEXACT,  same)        \
    X(log,                    1, INEXACT,  same)        \
    X(log2,                   1, INEXACT,  same)        \
    X(log10,                  1, INEXACT,  same)        \
    X(log1p,                  1, INEXACT,  same)        \
    X(tan,                    1, INEXACT,  same)        \
    X(asin,                   1, INEXACT,  same)        \
    X(acos,                   1, INEXACT,  same)        \
    X(atan,                   1, INEXACT,  same)        \
    X(sinh,                   1, INEXACT,  same)        \
    X(cosh,                   1, INEXACT,  same)        \
    X(tanh,                   1, INEXACT,  same)        \
    X(asinh,                  1, INEXACT,  same)        \
    X(acosh,                  1, INEXACT,  same)        \
    X(atanh,                  1, INEXACT,  same)        \
    X(atan2,                  2, FLOATING, same)        \
    X(hypot,                  2, FLOATING, same)        \
    X(logistic,               1, FLOATING, same)        \
    X(logaddexp,              2, FLOATING, same)        \
    X(xlogy,                  2, FLOATING, same)        \
    X(xlog1py,                2, FLOATING, same)        \
    X(multiply_cos,           2, INEXACT,  same)        \
    X(multiply_negative_sin,  2, INEXACT,  same)        \
    X(conj,                   1, COMPLEX,  same)        \
    X(real,                   1, COMPLEX,  real)        \
    X(imag,                   1, COMPLEX,  real)        \
    X(complex,                2, FLOATING, complex)     \
    X(erf,                    1, FLOATING, same)        \
    X(erfc,                   1, FLOATING, same)        \
    X(erfinv,                 1, FLOATING, same)        \
    X(lgamma,                 1, FLOATING, same)        \
    X(bessel_i0e,             1, FLOATING, same)        \
    X(bessel_i1e,             1, FLOATING, same)        \
    X(polygamma,              1, FLOATING, same)        \
    X(random_gamma_grad,      2, FLOATING, same)

enum nxc_op {
#define NXC_ROW(name, arity, dtypes, result) NXC_OP_##name,
    NXC_OPS(NXC_ROW)
#undef NXC_ROW
    NXC_OP_COUNT
};
// clang-format on

#endif
