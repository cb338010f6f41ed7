"""Elementwise functions that mind NaN, infinities and 0."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx._array import Array
from nx._dtypes import bool_
from nx._elementwise import (
    divide,
    equal,
    isfinite,
    isnan,
    logical_and,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    pow,
    signbit,
    sqrt,
    subtract,
    where,
)
from nx._numeric import numeric, to_real
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["cbrt", "fmax", "fmin", "isneginf", "isposinf"]


def cbrt(x: Any, /) -> Array:
    """Return the real cube root, elementwise.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape and sign.

    Raises
    ------
    DTypeError
        For complex x.

    Notes
    -----
    The derivative at 0 is infinite.

    Examples
    --------
    >>> import nx
    >>> nx.cbrt(nx.asarray([-8.0, 27.0]))
    Array([-2.,  3.], dtype=float32)
    """
    (x,) = to_real("cbrt", x)
    below = signbit(x)
    size = where(below, negative(x), x)
    ordinary = logical_and(isfinite(size), not_equal(size, 0))
    safe = where(ordinary, size, 1.0)
    root = pow(safe, 1.0 / 3.0)  # rounded, for 1 / 3 is; one step of Newton's makes up for it
    root = subtract(root, divide(subtract(root, divide(safe, multiply(root, root))), 3.0))
    root = where(ordinary, root, sqrt(size))  # 0, infinity and NaN are roots of themselves
    return where(below, negative(root), root)


def _of_numbers(pick: Any, operation: str, x1: Any, x2: Any) -> Array:
    a, b = numeric(operation, x1, x2)
    if a._type.dtype.kind in ("signed", "unsigned"):
        out: Array = pick(a, b)
        return out
    return where(isnan(a), b, where(isnan(b), a, pick(a, b)))


def fmax(x1: Any, x2: Any, /) -> Array:
    """Return the larger of two numbers, elementwise; where one is NaN, the other.

    Parameters
    ----------
    x1, x2 : Array or scalar, real

    Returns
    -------
    Array
        With the shape the operands broadcast to.

    Raises
    ------
    ShapeError
        If the operands do not broadcast.

    Examples
    --------
    >>> import nx
    >>> nx.fmax(nx.asarray([1.0, nx.nan]), 2.0)
    Array([2., 2.], dtype=float32)
    """
    return _of_numbers(maximum, "fmax", x1, x2)


def fmin(x1: Any, x2: Any, /) -> Array:
    """Return the smaller of two numbers, elementwise; where one is NaN, the other.

    Parameters
    ----------
    x1, x2 : Array or scalar, real

    Returns
    -------
    Array
        With the shape the operands broadcast to.

    Raises
    ------
    ShapeError
        If the operands do not broadcast.

    Examples
    --------
    >>> import nx
    >>> nx.fmin(nx.asarray([1.0, nx.nan]), 2.0)
    Array([1., 2.], dtype=float32)
    """
    return _of_numbers(minimum, "fmin", x1, x2)


def _is(x: Any, value: float, operation: str) -> Array:
    x = _convert.to_array(x, operation)
    type_ = x._type
    if type_.dtype.kind in ("bool", "signed", "unsigned"):
        return perform(P.full, shape=type_.shape, value=False, dtype=bool_, device=type_.device)
    (x,) = to_real(operation, x)
    return equal(x, value)


def isposinf(x: Any, /) -> Array:
    """Tell, elementwise, where x is positive infinity.

    Parameters
    ----------
    x : Array or scalar, real or bool

    Returns
    -------
    Array, bool
        Of x's shape.

    Raises
    ------
    DTypeError
        For complex x.

    Examples
    --------
    >>> import nx
    >>> nx.isposinf(nx.asarray([nx.inf, -nx.inf, 1.0]))
    Array([ True, False, False], dtype=bool)
    """
    return _is(x, math.inf, "isposinf")


def isneginf(x: Any, /) -> Array:
    """Tell, elementwise, where x is negative infinity.

    Parameters
    ----------
    x : Array or scalar, real or bool

    Returns
    -------
    Array, bool
        Of x's shape.

    Raises
    ------
    DTypeError
        For complex x.

    Examples
    --------
    >>> import nx
    >>> nx.isneginf(nx.asarray([nx.inf, -nx.inf, 1.0]))
    Array([False,  True, False], dtype=bool)
    """
    return _is(x, -math.inf, "isneginf")
