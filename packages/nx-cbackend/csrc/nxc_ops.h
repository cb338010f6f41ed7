/* The one table of elementwise operations.
 *
 * Owns: one row per operation; adding an operation is adding a row.
 * Used by: nxc_kernels.inc (the loops), nxc_kernels.h (their numbering), nxc_fast.c (the Python
 * functions). Python learns the names through nxc_hand_over.
 * Row: name, arity, f, expression. `f` is applied to the last operand, `v` is its value and `a`
 * the first operand; `same` is the identity. nxc_trig.inc gives each f a branch-free form for
 * its safe range and an exact one for the arguments beyond it.
 * Invariant: a product with f(x) is rounded after f, so a composite equals its decomposition
 * bit for bit.
 */
#ifndef NXC_OPS_H
#define NXC_OPS_H

// clang-format off
#define NXC_OPS(X)                                      \
    X(add,                    2, same, a + v)           \
    X(multiply,               2, same, a * v)           \
    X(sin,                    1, sin,  v)               \
    X(cos,                    1, cos,  v)               \
    X(multiply_cos,           2, cos,  a * v)           \
    X(multiply_negative_sin,  2, sin,  -(a * v))

enum nxc_op {
#define NXC_ROW(name, arity, f, expression) NXC_OP_##name,
    NXC_OPS(NXC_ROW)
#undef NXC_ROW
    NXC_OP_COUNT
};
// clang-format on

#endif
