"""The elementwise functions: one line each for those that are a primitive, the rest composed.

Operands broadcast; Python scalars are weak; integers become float32 where the function is not
defined on integers.
"""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._documented import binary_function, unary_function
from nx._eager import binary
from nx._errors import DTypeError, message
from nx._shapes import as_int
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


def _whole(x: Array) -> Array | None:
    """Return integers as they are: rounding changes nothing."""
    return x if x._type.dtype.kind in ("signed", "unsigned") else None


def _rounded(x: Array) -> Array | None:
    """Round complex numbers part by part."""
    if x._type.dtype.kind != "complex":
        return _whole(x)
    return _complex(round(real(x)), round(imag(x)))


def _unsigned(x: Array) -> Array | None:
    return x if x._type.dtype.kind == "unsigned" else None


def _real_itself(x: Array) -> Array | None:
    return x if x._type.dtype.kind in ("signed", "unsigned", "floating") else None


def _real_has_no_imaginary_part(x: Array) -> Array | None:
    """Return zeros for real x, whatever its elements: 0 times -1, infinity or NaN is not 0."""
    if _real_itself(x) is None:
        return None
    type_ = x._type
    return perform(P.full, shape=type_.shape, value=0, dtype=type_.dtype, device=type_.device)


def _always_finite(x: Array) -> Array | None:
    return equal(x, x) if x._type.dtype.kind in ("bool", "signed", "unsigned") else None


negative = unary_function("negative")
abs = unary_function("abs", "absolute", _unsigned)
sign = unary_function("sign")
floor = unary_function("floor", prepare=_whole)
ceil = unary_function("ceil", prepare=_whole)
trunc = unary_function("trunc", prepare=_whole)
round = unary_function("round", prepare=_rounded)
sqrt = unary_function("sqrt")
exp = unary_function("exp")
exp2 = unary_function("exp2")
expm1 = unary_function("expm1")
log = unary_function("log")
log2 = unary_function("log2")
log10 = unary_function("log10")
log1p = unary_function("log1p")
sin = unary_function("sin")
cos = unary_function("cos")
tan = unary_function("tan")
asin = unary_function("asin")
acos = unary_function("acos")
atan = unary_function("atan")
sinh = unary_function("sinh")
cosh = unary_function("cosh")
tanh = unary_function("tanh")
asinh = unary_function("asinh")
acosh = unary_function("acosh")
atanh = unary_function("atanh")
erf = unary_function("erf")
erfc = unary_function("erfc")
erfinv = unary_function("erfinv")
lgamma = unary_function("lgamma")
i0e = unary_function("i0e", "bessel_i0e")
i1e = unary_function("i1e", "bessel_i1e")
isfinite = unary_function("isfinite", prepare=_always_finite)
bitwise_invert = unary_function("bitwise_invert")
real = unary_function("real", prepare=_real_itself)
imag = unary_function("imag", prepare=_real_has_no_imaginary_part)
conj = unary_function("conj", prepare=_real_itself)

add = binary_function("add")
subtract = binary_function("subtract")
multiply = binary_function("multiply")
divide = binary_function("divide")
floor_divide = binary_function("floor_divide")
remainder = binary_function("remainder")
atan2 = binary_function("atan2")
hypot = binary_function("hypot")
copysign = binary_function("copysign")
nextafter = binary_function("nextafter")
maximum = binary_function("maximum")
minimum = binary_function("minimum")
bitwise_and = binary_function("bitwise_and")
bitwise_or = binary_function("bitwise_or")
bitwise_xor = binary_function("bitwise_xor")
bitwise_left_shift = binary_function("bitwise_left_shift", "left_shift")
bitwise_right_shift = binary_function("bitwise_right_shift", "right_shift")
equal = binary_function("equal")
not_equal = binary_function("not_equal")
less = binary_function("less")
less_equal = binary_function("less_equal")
greater = binary_function("greater")
greater_equal = binary_function("greater_equal")
_power = binary_function("pow", "power")
_complex = binary(P.complex)


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
        With the shape the operands broadcast to.

    Raises
    ------
    DTypeError
        For a negative integer power of integers.

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
    """Return x itself."""
    return _convert.to_array(x, "positive")


def square(x: Any, /) -> Array:
    """Return x * x, elementwise.

    Examples
    --------
    >>> import nx
    >>> nx.square(nx.asarray([1, -2]))
    Array([1, 4], dtype=int64)
    """
    return integer_pow(x, 2)


def reciprocal(x: Any, /) -> Array:
    """Return 1 / x, elementwise."""
    return divide(1.0, x)


def isnan(x: Any, /) -> Array:
    """Tell, elementwise, where x is NaN."""
    return not_equal(x, x)


def isinf(x: Any, /) -> Array:
    """Tell, elementwise, where x is infinite."""
    x = _convert.to_array(x, "isinf")
    return logical_not(logical_or(isfinite(x), isnan(x)))


def signbit(x: Any, /) -> Array:
    """Tell, elementwise, where x is negative, -0.0 included."""
    x = _convert.to_array(x, "signbit")
    return less(x if x._type.dtype.kind != "floating" else copysign(1.0, x), 0)


def _as_bool(x: Any, name: str) -> Array:
    x = _convert.to_array(x, name)
    return x if x._type.dtype is dt.bool_ else not_equal(x, 0)


def logical_and(x1: Any, x2: Any, /) -> Array:
    """Tell, elementwise, where both are true (nonzero)."""
    return bitwise_and(_as_bool(x1, "logical_and"), _as_bool(x2, "logical_and"))


def logical_or(x1: Any, x2: Any, /) -> Array:
    """Tell, elementwise, where either is true (nonzero)."""
    return bitwise_or(_as_bool(x1, "logical_or"), _as_bool(x2, "logical_or"))


def logical_xor(x1: Any, x2: Any, /) -> Array:
    """Tell, elementwise, where exactly one is true (nonzero)."""
    return bitwise_xor(_as_bool(x1, "logical_xor"), _as_bool(x2, "logical_xor"))


def logical_not(x: Any, /) -> Array:
    """Tell, elementwise, where x is false (zero)."""
    return bitwise_invert(_as_bool(x, "logical_not"))


def complex(re: Any, im: Any, /) -> Array:
    """Make complex numbers of their parts, float32 ones complex64, float64 ones complex128.

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


def where(condition: Any, x1: Any, x2: Any, /) -> Array:
    """Choose, elementwise, x1 where the condition holds and x2 elsewhere.

    Parameters
    ----------
    condition : Array, bool
    x1, x2 : Array or scalar

    Returns
    -------
    Array
        With the shape all three broadcast to.

    Raises
    ------
    DTypeError
        If the condition is not bool.

    Notes
    -----
    The derivative of the branch that is not chosen is 0; but a derivative that is infinite there
    gives NaN, so make the argument harmless as well: ``where(x > 0, log(where(x > 0, x, 1.0)),
    0.0)``.

    Examples
    --------
    >>> import nx
    >>> nx.where(nx.asarray([True, False]), nx.asarray([1.0, 2.0]), 0.0)
    Array([1., 0.], dtype=float32)
    """
    condition = _convert.to_array(condition, "where")
    x1, x2 = _convert.promote_operands(P.where, (x1, x2))
    return perform(P.where, condition, x1, x2)


def clip(x: Any, /, min: Any = None, max: Any = None) -> Array:
    """Limit the elements to a range; either bound may be None.

    Examples
    --------
    >>> import nx
    >>> nx.clip(nx.asarray([-1.0, 0.5, 2.0]), 0.0, 1.0)
    Array([0. , 0.5, 1. ], dtype=float32)
    """
    out = _convert.to_array(x, "clip")
    if min is not None:
        out = maximum(out, min)
    return out if max is None else minimum(out, max)
