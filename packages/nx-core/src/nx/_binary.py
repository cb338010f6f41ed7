"""The elementwise functions of two operands that are a primitive each; see `nx._unary`."""

from __future__ import annotations

from nx._documented import binary_function

__all__ = [
    "add",
    "atan2",
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "copysign",
    "divide",
    "equal",
    "floor_divide",
    "greater",
    "greater_equal",
    "hypot",
    "less",
    "less_equal",
    "maximum",
    "minimum",
    "multiply",
    "nextafter",
    "not_equal",
    "remainder",
    "subtract",
]

add = binary_function("add", "nx.asarray([1.0, 2.0]), 10.0", "Array([11., 12.], dtype=float32)")
subtract = binary_function(
    "subtract", "nx.asarray([1.0, 2.0]), 0.5", "Array([0.5, 1.5], dtype=float32)"
)
multiply = binary_function(
    "multiply", "nx.asarray([1.0, 2.0]), 10.0", "Array([10., 20.], dtype=float32)"
)
divide = binary_function(
    "divide",
    "nx.asarray([1.0, -1.0, 0.0]), 0.0",
    "Array([ inf, -inf,  nan], dtype=float32)",
    notes="By 0 gives an infinity with its sign, and 0 / 0 NaN; nothing is raised.",
)
floor_divide = binary_function(
    "floor_divide",
    "nx.asarray([7, -7]), 2",
    "Array([ 3, -4], dtype=int64)",
    notes="The derivative is 0.",
)
remainder = binary_function(
    "remainder",
    "nx.asarray([7, -7]), 3",
    "Array([1, 2], dtype=int64)",
    notes="`fmod` has x1's sign. The derivatives are 1 and ``-floor(x1 / x2)``.",
)
atan2 = binary_function(
    "atan2",
    "nx.asarray([1.0, -1.0]), 0.0",
    "Array([ 1.5707964, -1.5707964], dtype=float32)",
    notes="From -pi to pi. The derivatives at the origin are NaN.",
)
hypot = binary_function(
    "hypot",
    "nx.asarray([3.0, 0.0]), 4.0",
    "Array([5., 4.], dtype=float32)",
    notes="The derivatives at the origin are 0, the middle of all its slopes.",
)
copysign = binary_function(
    "copysign",
    "nx.asarray([1.0, -2.0]), -0.0",
    "Array([-1., -2.], dtype=float32)",
    notes="The derivative with respect to x2 is 0.",
)
nextafter = binary_function(
    "nextafter",
    "nx.asarray([1.0]), 2.0",
    "Array([1.0000001], dtype=float32)",
    notes="It has no derivative: differentiating raises.",
)
maximum = binary_function(
    "maximum",
    "nx.asarray([1.0, 5.0]), 3.0",
    "Array([3., 5.], dtype=float32)",
    notes="Where both are equal each has half of the derivative.",
)
minimum = binary_function(
    "minimum",
    "nx.asarray([1.0, 5.0]), 3.0",
    "Array([1., 3.], dtype=float32)",
    notes="Where both are equal each has half of the derivative.",
)
bitwise_and = binary_function("bitwise_and", "nx.asarray([6, 3]), 5", "Array([4, 1], dtype=int64)")
bitwise_or = binary_function("bitwise_or", "nx.asarray([6, 3]), 8", "Array([14, 11], dtype=int64)")
bitwise_xor = binary_function("bitwise_xor", "nx.asarray([6, 3]), 5", "Array([3, 6], dtype=int64)")
bitwise_left_shift = binary_function(
    "bitwise_left_shift",
    "nx.asarray([1, 3]), 2",
    "Array([ 4, 12], dtype=int64)",
    primitive="left_shift",
)
bitwise_right_shift = binary_function(
    "bitwise_right_shift",
    "nx.asarray([8, -8]), 2",
    "Array([ 2, -2], dtype=int64)",
    primitive="right_shift",
)
equal = binary_function(
    "equal",
    "nx.asarray([1.0, nx.nan]), 1.0",
    "Array([ True, False], dtype=bool)",
    notes="NaN is equal to nothing, itself included.",
)
not_equal = binary_function(
    "not_equal",
    "nx.asarray([1.0, nx.nan]), 1.0",
    "Array([False,  True], dtype=bool)",
    notes="NaN is equal to nothing, itself included.",
)
less = binary_function(
    "less",
    "nx.asarray([1.0, 2.0]), 2.0",
    "Array([ True, False], dtype=bool)",
    notes="False where either is NaN.",
)
less_equal = binary_function(
    "less_equal",
    "nx.asarray([1.0, 2.0]), 2.0",
    "Array([ True,  True], dtype=bool)",
    notes="False where either is NaN.",
)
greater = binary_function(
    "greater",
    "nx.asarray([1.0, 3.0]), 2.0",
    "Array([False,  True], dtype=bool)",
    notes="False where either is NaN.",
)
greater_equal = binary_function(
    "greater_equal",
    "nx.asarray([1.0, 2.0]), 2.0",
    "Array([False,  True], dtype=bool)",
    notes="False where either is NaN.",
)
