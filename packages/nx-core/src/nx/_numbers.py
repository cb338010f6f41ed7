"""Angles, remainders, replacements and comparisons of numbers, composed of the primitives."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import (
    abs,
    add,
    atan2,
    complex,
    copysign,
    equal,
    imag,
    isfinite,
    isnan,
    less_equal,
    logical_and,
    logical_or,
    multiply,
    real,
    remainder,
    sign,
    subtract,
    where,
)
from nx._errors import DTypeError, message
from nx._limits import finfo
from nx._numeric import numeric, to_inexact, to_real
from nx._reductions import all as _all
from nx._shapes import flag
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "allclose",
    "angle",
    "array_equal",
    "deg2rad",
    "fmod",
    "heaviside",
    "isclose",
    "nan_to_num",
    "rad2deg",
]


def angle(x: Any, /) -> Array:
    """Return the angle of complex numbers in the plane, in radians, from -pi to pi.

    Parameters
    ----------
    x : Array or scalar, numeric

    Returns
    -------
    Array
        Of x's shape, real; integers become float32.

    Examples
    --------
    >>> import nx
    >>> nx.angle(nx.asarray([1 + 0j, 1j]))
    Array([0.       , 1.5707964], dtype=float32)
    """
    (x,) = to_inexact("angle", x)
    return atan2(imag(x), real(x))


def deg2rad(x: Any, /) -> Array:
    """Convert degrees to radians, elementwise.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        x * pi / 180, of x's shape.

    Examples
    --------
    >>> import nx
    >>> float(nx.deg2rad(180.0)) == float(nx.asarray(nx.pi))
    True
    """
    (x,) = to_real("deg2rad", x)
    return multiply(x, math.pi / 180.0)


def rad2deg(x: Any, /) -> Array:
    """Convert radians to degrees, elementwise.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        x * 180 / pi, of x's shape.

    Examples
    --------
    >>> import nx
    >>> float(nx.rad2deg(nx.pi))
    180.0
    """
    (x,) = to_real("rad2deg", x)
    return multiply(x, 180.0 / math.pi)


def fmod(x1: Any, x2: Any, /) -> Array:
    """Return the remainder of the division rounded towards 0, elementwise: it has x1's sign.

    Parameters
    ----------
    x1, x2 : Array or scalar, real

    Returns
    -------
    Array
        Of the shape the operands broadcast to. NaN where x2 is 0 for floating, 0 for integer
        dtypes.

    Raises
    ------
    DTypeError
        For complex operands.

    Notes
    -----
    `remainder` has x2's sign. The derivatives are 1 and ``-trunc(x1 / x2)``.

    Examples
    --------
    >>> import nx
    >>> nx.fmod(nx.asarray([5.0, -5.0]), 3.0)
    Array([ 2., -2.], dtype=float32)
    """
    x1, x2 = numeric("fmod", x1, x2)
    kind = x1._type.dtype.kind
    if kind == "complex":
        problem = f"cannot take {x1._type.dtype.name}"
        raise DTypeError(message("fmod", problem, "take real, imag or abs first"))
    if kind == "unsigned":
        return remainder(x1, x2)
    size = remainder(abs(x1), abs(x2))
    return multiply(sign(x1), size) if kind == "signed" else copysign(size, x1)


def heaviside(x1: Any, x2: Any, /) -> Array:
    """Return the step function, elementwise: 0 below 0, 1 above, and x2 where x1 is 0.

    Parameters
    ----------
    x1 : Array or scalar, floating
        Integers become float32.
    x2 : Array or scalar, floating
        The value at 0.

    Returns
    -------
    Array
        Of the shape the operands broadcast to; NaN where x1 is.

    Examples
    --------
    >>> import nx
    >>> nx.heaviside(nx.asarray([-2.0, 0.0, 3.0]), 0.5)
    Array([0. , 0.5, 1. ], dtype=float32)
    """
    x1, x2 = to_real("heaviside", x1, x2)
    return where(equal(x1, 0), x2, multiply(add(sign(x1), 1.0), 0.5))


def nan_to_num(x: Any, /, *, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Array:
    """Replace NaN and the infinities by finite numbers, in complex numbers part by part.

    Parameters
    ----------
    x : Array
    nan : float
        In place of NaN.
    posinf, neginf : float, optional
        In place of the infinities; by default the largest and the smallest number of the dtype.

    Returns
    -------
    Array
        Of x's shape and dtype; integers and bools as they are.

    Examples
    --------
    >>> import nx
    >>> nx.nan_to_num(nx.asarray([float("nan"), 1.0, float("inf")]), posinf=9.0)
    Array([0., 1., 9.], dtype=float32)
    """
    array = _convert.to_array(x, "nan_to_num")
    kind = array._type.dtype.kind
    if kind == "complex":
        options = {"nan": nan, "posinf": posinf, "neginf": neginf}
        return complex(nan_to_num(real(array), **options), nan_to_num(imag(array), **options))
    return _finite(array, nan, posinf, neginf) if kind == "floating" else array


def _finite(x: Array, nan: Any, posinf: Any, neginf: Any) -> Array:
    limits = finfo(x._type.dtype)
    largest = float(limits.max) if posinf is None else posinf
    smallest = float(limits.min) if neginf is None else neginf
    out = where(isnan(x), nan, x)
    out = where(equal(x, math.inf), largest, out)
    return where(equal(x, -math.inf), smallest, out)


def _comparable(operation: str, x1: Any, x2: Any) -> list[Array]:
    """Return operands whose differences do not wrap around, nor round to nothing."""
    wide = {"bool": dt.float32, "signed": dt.float64, "unsigned": dt.float64}
    pair = _convert.promote_operands(P.equal, (x1, x2), operation=operation)
    dtype = pair[0]._type.dtype
    wanted = wide.get(dtype.kind, dt.float32 if dtype in (dt.float16, dt.bfloat16) else dtype)
    return [perform(P.cast, x, dtype=wanted) if wanted is not dtype else x for x in pair]


def isclose(
    x1: Any, x2: Any, /, *, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: bool = False
) -> Array:
    """Tell, elementwise, where ``|x1 - x2| <= atol + rtol * |x2|``.

    Parameters
    ----------
    x1, x2 : Array or scalar
        Infinities are close only to themselves.
    rtol, atol : float
        The relative and the absolute tolerance.
    equal_nan : bool
        Whether NaN is close to NaN.

    Returns
    -------
    Array, bool
        Of the shape the operands broadcast to.

    Notes
    -----
    Not symmetric: the relative tolerance is x2's.

    Examples
    --------
    >>> import nx
    >>> nx.isclose(nx.asarray([1.0, 2.0]), nx.asarray([1.000001, 2.1]))
    Array([ True, False], dtype=bool)
    """
    x1, x2 = _comparable("isclose", x1, x2)
    finite = logical_and(isfinite(x1), isfinite(x2))
    a, b = where(finite, x1, 0), where(finite, x2, 0)
    near = less_equal(abs(subtract(a, b)), add(multiply(abs(b), rtol), atol))
    close = logical_or(logical_and(near, finite), equal(x1, x2))
    return (
        logical_or(close, _both_nan(x1, x2)) if flag("isclose", equal_nan, "equal_nan") else close
    )


def _both_nan(x1: Array, x2: Array) -> Array:
    return logical_and(isnan(x1), isnan(x2))


def allclose(
    x1: Any, x2: Any, /, *, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: bool = False
) -> Array:
    """Tell whether all elements are close, as `isclose` tells it.

    Parameters
    ----------
    x1, x2 : Array or scalar
        They broadcast.
    rtol, atol : float
        The relative and the absolute tolerance.
    equal_nan : bool
        Whether NaN is close to NaN.

    Returns
    -------
    Array, bool, 0-d
        ``bool()`` of it reads.

    Examples
    --------
    >>> import nx
    >>> bool(nx.allclose(nx.ones(2), 1.0))
    True
    """
    return _all(isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan))


def array_equal(x1: Any, x2: Any, /, *, equal_nan: bool = False) -> Array:
    """Tell whether two arrays have one shape and equal elements.

    Parameters
    ----------
    x1, x2 : Array or scalar
        Their dtypes may differ.
    equal_nan : bool
        Whether NaN is equal to NaN.

    Returns
    -------
    Array, bool, 0-d
        ``bool()`` of it reads.

    Examples
    --------
    >>> import nx
    >>> bool(nx.array_equal(nx.ones(2), nx.ones(3)))
    False
    """
    flag("array_equal", equal_nan, "equal_nan")
    a, b = _convert.promote_operands(P.equal, (x1, x2), operation="array_equal")
    if a._type.shape != b._type.shape:
        return _convert.constant(False, dt.bool_, a._type.device)
    same = equal(a, b)
    if equal_nan:
        same = logical_or(same, _both_nan(a, b))
    return _all(same)
