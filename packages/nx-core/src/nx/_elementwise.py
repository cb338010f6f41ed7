"""The elementwise functions: one line each for those that are a primitive, the rest composed.

Operands broadcast; Python scalars are weak; integers become float32 where the function is not
defined on integers.
"""

from __future__ import annotations

from typing import Any, TypeVar

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._eager import Binary, Unary, binary, unary
from nx._errors import DTypeError, message
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
    "digamma",
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
    "polygamma",
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

F = TypeVar("F", Unary, Binary)


def _whole(x: Array) -> Array | None:
    """Return integers as they are: rounding changes nothing."""
    return x if x._type.dtype.kind in ("signed", "unsigned") else None


def _unsigned(x: Array) -> Array | None:
    return x if x._type.dtype.kind == "unsigned" else None


def _real_itself(x: Array) -> Array | None:
    return x if x._type.dtype.kind in ("signed", "unsigned", "floating") else None


def _real_has_no_imaginary_part(x: Array) -> Array | None:
    return multiply(x, 0) if _real_itself(x) is not None else None


def _always_finite(x: Array) -> Array | None:
    return equal(x, x) if x._type.dtype.kind in ("bool", "signed", "unsigned") else None


def _documented(function: F, name: str, meaning: str, names: tuple[str, ...]) -> F:
    parameters = "\n".join(f"    {n} : Array or scalar" for n in names)
    shape = "the shape of x" if len(names) == 1 else "the shape the operands broadcast to"
    function.__name__ = function.__qualname__ = name
    function.__module__ = "nx"
    function.__doc__ = f"""Compute, elementwise, {meaning}.

    Parameters
    ----------
{parameters}

    Returns
    -------
    Array
        With {shape}.

    Raises
    ------
    DTypeError
        For dtypes it is not defined on.
    """
    return function


def _unary(name: str, primitive: str | None = None, prepare: Any = None) -> Unary:
    row = getattr(P, primitive or name)
    return _documented(unary(row, prepare), name, row.doc, ("x",))


def _binary(name: str, primitive: str | None = None) -> Binary:
    row = getattr(P, primitive or name)
    return _documented(binary(row), name, row.doc, ("x1", "x2"))


negative = _unary("negative")
abs = _unary("abs", "absolute", _unsigned)
sign = _unary("sign")
floor = _unary("floor", prepare=_whole)
ceil = _unary("ceil", prepare=_whole)
trunc = _unary("trunc", prepare=_whole)
round = _unary("round", prepare=_whole)
sqrt = _unary("sqrt")
exp = _unary("exp")
exp2 = _unary("exp2")
expm1 = _unary("expm1")
log = _unary("log")
log2 = _unary("log2")
log10 = _unary("log10")
log1p = _unary("log1p")
sin = _unary("sin")
cos = _unary("cos")
tan = _unary("tan")
asin = _unary("asin")
acos = _unary("acos")
atan = _unary("atan")
sinh = _unary("sinh")
cosh = _unary("cosh")
tanh = _unary("tanh")
asinh = _unary("asinh")
acosh = _unary("acosh")
atanh = _unary("atanh")
erf = _unary("erf")
erfc = _unary("erfc")
erfinv = _unary("erfinv")
lgamma = _unary("lgamma")
i0e = _unary("i0e", "bessel_i0e")
i1e = _unary("i1e", "bessel_i1e")
isfinite = _unary("isfinite", prepare=_always_finite)
bitwise_invert = _unary("bitwise_invert")
real = _unary("real", prepare=_real_itself)
imag = _unary("imag", prepare=_real_has_no_imaginary_part)
conj = _unary("conj", prepare=_real_itself)

add = _binary("add")
subtract = _binary("subtract")
multiply = _binary("multiply")
divide = _binary("divide")
floor_divide = _binary("floor_divide")
remainder = _binary("remainder")
atan2 = _binary("atan2")
hypot = _binary("hypot")
copysign = _binary("copysign")
nextafter = _binary("nextafter")
maximum = _binary("maximum")
minimum = _binary("minimum")
bitwise_and = _binary("bitwise_and")
bitwise_or = _binary("bitwise_or")
bitwise_xor = _binary("bitwise_xor")
bitwise_left_shift = _binary("bitwise_left_shift", "left_shift")
bitwise_right_shift = _binary("bitwise_right_shift", "right_shift")
equal = _binary("equal")
not_equal = _binary("not_equal")
less = _binary("less")
less_equal = _binary("less_equal")
greater = _binary("greater")
greater_equal = _binary("greater_equal")
_power = _binary("pow", "power")
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
    return perform(P.integer_pow, x, n=int(n))


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
        and builtin_abs(x2) < 1024
    ):
        return integer_pow(x1, x2)
    return _power(x1, x2)


builtin_abs = int.__abs__


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


def polygamma(n: int, x: Any, /) -> Array:
    """Return the n-th derivative of digamma, elementwise, for a static n >= 0.

    Examples
    --------
    >>> import nx, math
    >>> bool(abs(float(nx.polygamma(1, 1.0)) - math.pi ** 2 / 6) < 1e-6)
    True
    """
    (x,) = _convert.promote_operands(P.polygamma, (x,), inexact=True)
    return perform(P.polygamma, x, n=int(n))


def digamma(x: Any, /) -> Array:
    """Return the logarithmic derivative of the gamma function, elementwise; NaN at its poles."""
    return polygamma(0, x)
