"""The elementwise primitives: one row each.

Operands broadcast and have one dtype (``where``'s condition apart); one rule infers the whole
family, one rule batches it.
"""

from __future__ import annotations

from typing import Final

from nx._errors import DTypeError, ShapeError, message
from nx._types import ArrayType
from nx.primitives import _infer
from nx.primitives._core import (
    BITS,
    COMPLEX,
    FLOATING,
    INEXACT,
    INTEGRAL,
    NUMERIC,
    ORDERED,
    REAL,
    REGULAR,
    declare,
)

__all__ = ["BINARY", "UNARY"]

UNARY: Final = (
    # name, takes, result, meaning
    ("negative", NUMERIC, "same", "-x; integers wrap around"),
    ("absolute", NUMERIC, "real", "abs(x); the modulus of a complex x"),
    ("sign", NUMERIC, "same", "-1, 0 or 1 with x's sign; x / abs(x) for complex x; NaN for NaN"),
    ("floor", FLOATING, "same", "the largest integer not above x"),
    ("ceil", FLOATING, "same", "the smallest integer not below x"),
    ("trunc", FLOATING, "same", "x rounded towards 0"),
    ("round", FLOATING, "same", "x rounded to the nearest integer, halves to even"),
    ("sqrt", INEXACT, "same", "the principal square root; NaN below 0 for real x"),
    ("exp", INEXACT, "same", "e ** x"),
    ("exp2", INEXACT, "same", "2 ** x"),
    ("expm1", INEXACT, "same", "e ** x - 1, accurate near 0"),
    ("log", INEXACT, "same", "the natural logarithm; NaN below 0 for real x"),
    ("log2", INEXACT, "same", "the logarithm to base 2"),
    ("log10", INEXACT, "same", "the logarithm to base 10"),
    ("log1p", INEXACT, "same", "log(1 + x), accurate near 0"),
    ("sin", INEXACT, "same", "the sine of x radians"),
    ("cos", INEXACT, "same", "the cosine of x radians"),
    ("tan", INEXACT, "same", "the tangent of x radians"),
    ("asin", INEXACT, "same", "the inverse sine, in radians"),
    ("acos", INEXACT, "same", "the inverse cosine, in radians"),
    ("atan", INEXACT, "same", "the inverse tangent, in radians"),
    ("sinh", INEXACT, "same", "the hyperbolic sine"),
    ("cosh", INEXACT, "same", "the hyperbolic cosine"),
    ("tanh", INEXACT, "same", "the hyperbolic tangent"),
    ("asinh", INEXACT, "same", "the inverse hyperbolic sine"),
    ("acosh", INEXACT, "same", "the inverse hyperbolic cosine"),
    ("atanh", INEXACT, "same", "the inverse hyperbolic tangent"),
    ("erf", FLOATING, "same", "the error function"),
    ("erfc", FLOATING, "same", "1 - erf(x), accurate for large x"),
    (
        "erfinv",
        FLOATING,
        "same",
        "the inverse of erf on (-1, 1); infinite at its ends, NaN outside",
    ),
    ("lgamma", FLOATING, "same", "log(abs(gamma(x))); infinite at the poles"),
    ("bessel_i0e", FLOATING, "same", "exp(-abs(x)) I0(x), a scaled modified Bessel function"),
    ("bessel_i1e", FLOATING, "same", "exp(-abs(x)) I1(x), a scaled modified Bessel function"),
    ("isfinite", INEXACT, "bool", "whether x is neither infinite nor NaN"),
    ("bitwise_invert", BITS, "same", "every bit flipped; logical not for bool"),
    ("real", COMPLEX, "real", "the real part"),
    ("imag", COMPLEX, "real", "the imaginary part"),
    ("conj", COMPLEX, "same", "the complex conjugate"),
)

BINARY: Final = (
    ("add", NUMERIC, "same", "x + y; integers wrap around"),
    ("subtract", NUMERIC, "same", "x - y; integers wrap around"),
    ("multiply", NUMERIC, "same", "x * y; integers wrap around"),
    ("divide", INEXACT, "same", "x / y"),
    ("floor_divide", REAL, "same", "floor(x / y); integers by 0 give 0"),
    ("remainder", REAL, "same", "x - y * floor(x / y), with y's sign; integers by 0 give 0"),
    ("power", NUMERIC, "same", "x ** y; a negative integer exponent of an integer is an error"),
    ("atan2", FLOATING, "same", "the angle, in radians, of the point at height x and width y"),
    ("hypot", FLOATING, "same", "sqrt(x**2 + y**2) without overflow in between"),
    ("copysign", FLOATING, "same", "x with y's sign"),
    ("nextafter", FLOATING, "same", "the next number after x towards y"),
    ("maximum", ORDERED, "same", "the larger; NaN if either is"),
    ("minimum", ORDERED, "same", "the smaller; NaN if either is"),
    ("bitwise_and", BITS, "same", "x & y, bit by bit"),
    ("bitwise_or", BITS, "same", "x | y, bit by bit"),
    ("bitwise_xor", BITS, "same", "x ^ y, bit by bit"),
    ("left_shift", INTEGRAL, "same", "x << y; 0 when y reaches the dtype's bits"),
    ("right_shift", INTEGRAL, "same", "x >> y, arithmetic for signed x"),
    ("equal", REGULAR, "bool", "x == y"),
    ("not_equal", REGULAR, "bool", "x != y"),
    ("less", ORDERED, "bool", "x < y"),
    ("less_equal", ORDERED, "bool", "x <= y"),
    ("greater", ORDERED, "bool", "x > y"),
    ("greater_equal", ORDERED, "bool", "x >= y"),
    ("complex", FLOATING, "complex", "x + 1j * y; both float32 or both float64"),
)

for _name, _takes, _result, _doc in UNARY + BINARY:
    declare(_name, "elementwise", _takes, _infer.elementwise(_name, _result), _doc)

declare("where", "elementwise", REGULAR, _infer.select, "x where the condition holds, else y")


def _integer_pow(x: ArrayType, *, n: int) -> ArrayType:
    if n < 0 and x.dtype.kind in INTEGRAL:
        problem = f"cannot raise {x.dtype.name} to the power {n} ({n} < 0)"
        raise DTypeError(message("integer_pow", problem, "convert with astype(nx.float32) first"))
    return x


declare(
    "integer_pow",
    "elementwise",
    NUMERIC,
    _integer_pow,
    "x ** n for a static integer n; x ** 0 is 1",
)


def _polygamma(x: ArrayType, *, n: int) -> ArrayType:
    if n < 0:
        raise ShapeError(message("polygamma", f"cannot differentiate {n} times ({n} < 0)"))
    if n > 170:  # its factorial overflows float64
        raise ShapeError(message("polygamma", f"cannot differentiate {n} times ({n} > 170)"))
    return x


declare(
    "polygamma",
    "elementwise",
    FLOATING,
    _polygamma,
    "the n-th derivative of digamma, for a static n >= 0",
)
