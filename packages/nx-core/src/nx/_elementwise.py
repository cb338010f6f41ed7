"""The elementwise functions: one line each for those that are a primitive, the rest composed.

Operands broadcast; Python scalars are weak; integers become float32 where the function is not
defined on integers.
"""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._binary import (
    add,
    atan2,
    bitwise_and,
    bitwise_left_shift,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    copysign,
    divide,
    equal,
    floor_divide,
    greater,
    greater_equal,
    hypot,
    less,
    less_equal,
    maximum,
    minimum,
    multiply,
    nextafter,
    not_equal,
    remainder,
    subtract,
)
from nx._conditions import (
    clip,
    isinf,
    isnan,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    signbit,
    where,
)
from nx._eager import binary
from nx._errors import DTypeError, message
from nx._shapes import as_int
from nx._unary import (
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    bitwise_invert,
    ceil,
    conj,
    cos,
    cosh,
    erf,
    erfc,
    erfinv,
    exp,
    exp2,
    expm1,
    floor,
    i0e,
    i1e,
    imag,
    isfinite,
    lgamma,
    log,
    log1p,
    log2,
    log10,
    negative,
    real,
    round,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    trunc,
)
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "clip",
    "complex",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "divide",
    "equal",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "hypot",
    "i0e",
    "i1e",
    "imag",
    "integer_pow",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "not_equal",
    "positive",
    "pow",
    "real",
    "reciprocal",
    "remainder",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "trunc",
    "where",
]


_power = binary(P.power)


def integer_pow(x: Any, n: int, /) -> Array:
    """Raise to a static integer power by repeated multiplication.

    Parameters
    ----------
    x : Array or scalar, numeric
    n : int
        The exponent, the same for every element; negative only for inexact x.

    Returns
    -------
    Array
        With the shape and dtype of x.

    Raises
    ------
    DTypeError
        For a negative power of integers.

    Notes
    -----
    ``x ** 0`` is 1 and has slope 0 everywhere; negative bases and 0 are no exception at any order.

    Examples
    --------
    >>> import nx
    >>> nx.integer_pow(nx.asarray([1.0, 2.0, -3.0]), 3)
    Array([  1.,   8., -27.], dtype=float32)
    """
    x = _convert.to_array(x, "integer_pow")
    return perform(P.integer_pow, x, n=as_int(n, "integer_pow", "n"))


def pow(x1: Any, x2: Any, /) -> Array:
    """Raise x1 to the power x2, elementwise.

    A Python int as exponent is taken as static: the power is a product, and its derivatives are
    exact.

    Parameters
    ----------
    x1, x2 : Array or scalar, numeric

    Returns
    -------
    Array
        Of the shape the operands broadcast to, in the dtype they promote to.

    Raises
    ------
    DTypeError
        For a negative integer power of integers.

    Notes
    -----
    With an array as exponent the derivative in x1 is ``x2 * x1 ** (x2 - 1)``, and 0 where x2 is 0;
    that in x2 is ``log(x1) * x1 ** x2``, and 0 where x1 is 0 and x2 is not negative. It is NaN
    where x1 is negative.

    Examples
    --------
    >>> import nx
    >>> nx.pow(nx.asarray([-2.0, 3.0]), 2)
    Array([4., 9.], dtype=float32)
    """
    if (
        type(x2) is int
        and isinstance(x1, Array)
        and x1._type.dtype.kind != "bool"
        and -1024 < x2 < 1024
    ):
        return integer_pow(x1, x2)
    return _power(x1, x2)


def positive(x: Any, /) -> Array:
    """Return x itself, elementwise.

    Parameters
    ----------
    x : Array or scalar, numeric

    Returns
    -------
    Array
        Of x's shape and dtype.

    Examples
    --------
    >>> import nx
    >>> nx.positive(nx.asarray([1.0, -2.0]))
    Array([ 1., -2.], dtype=float32)
    """
    return _convert.to_array(x, "positive")


def square(x: Any, /) -> Array:
    """Return x * x, elementwise.

    Parameters
    ----------
    x : Array or scalar, numeric

    Returns
    -------
    Array
        Of x's shape and dtype.

    Notes
    -----
    It is a product: the derivative is exactly 2 x, the second 2, the third 0.

    Examples
    --------
    >>> import nx
    >>> nx.square(nx.asarray([1, -2]))
    Array([1, 4], dtype=int64)
    """
    return integer_pow(x, 2)


def reciprocal(x: Any, /) -> Array:
    """Return 1 / x, elementwise.

    Parameters
    ----------
    x : Array or scalar, numeric

    Returns
    -------
    Array
        Of x's shape; integers become float32.

    Notes
    -----
    An infinity with its sign at 0.

    Examples
    --------
    >>> import nx
    >>> nx.reciprocal(nx.asarray([2.0, 0.0]))
    Array([0.5, inf], dtype=float32)
    """
    return divide(1.0, x)


def complex(re: Any, im: Any, /) -> Array:
    """Make complex numbers of their real and imaginary parts, elementwise.

    Parameters
    ----------
    re, im : Array or scalar, float32 or float64
        Integers become float32.

    Returns
    -------
    Array
        Of the shape they broadcast to, complex64 or complex128.

    Raises
    ------
    DTypeError
        For parts of another floating dtype.

    Examples
    --------
    >>> import nx
    >>> nx.complex(1.0, nx.asarray([0.0, 2.0]))
    Array([1.+0.j, 1.+2.j], dtype=complex64)
    """
    a, b = _convert.promote_operands(P.complex, (re, im), inexact=True)
    if a._type.dtype not in (dt.float32, dt.float64):
        problem = f"cannot make complex numbers of {a._type.dtype.name} parts"
        raise DTypeError(message("complex", problem, "convert with astype(nx.float32) first"))
    return perform(P.complex, a, b)
