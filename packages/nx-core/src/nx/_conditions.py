"""Conditions elementwise, and choices by them."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._binary import (
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    copysign,
    less,
    maximum,
    minimum,
    not_equal,
)
from nx._unary import bitwise_invert, isfinite
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "clip",
    "isinf",
    "isnan",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "signbit",
    "where",
]


def isnan(x: Any, /) -> Array:
    """Tell, elementwise, where x is NaN.

    Parameters
    ----------
    x : Array or scalar

    Returns
    -------
    Array, bool
        Of x's shape; a complex number is NaN if a part is.

    Examples
    --------
    >>> import nx
    >>> nx.isnan(nx.asarray([1.0, nx.nan]))
    Array([False,  True], dtype=bool)
    """
    return not_equal(x, x)


def isinf(x: Any, /) -> Array:
    """Tell, elementwise, where x is infinite.

    Parameters
    ----------
    x : Array or scalar

    Returns
    -------
    Array, bool
        Of x's shape; False for NaN.

    Examples
    --------
    >>> import nx
    >>> nx.isinf(nx.asarray([1.0, -nx.inf]))
    Array([False,  True], dtype=bool)
    """
    x = _convert.to_array(x, "isinf")
    return logical_not(logical_or(isfinite(x), isnan(x)))


def signbit(x: Any, /) -> Array:
    """Tell, elementwise, where x is negative, -0.0 included.

    Parameters
    ----------
    x : Array or scalar, real

    Returns
    -------
    Array, bool
        Of x's shape.

    Examples
    --------
    >>> import nx
    >>> nx.signbit(nx.asarray([1.0, -0.0]))
    Array([False,  True], dtype=bool)
    """
    x = _convert.to_array(x, "signbit")
    return less(x if x._type.dtype.kind != "floating" else copysign(1.0, x), 0)


def _as_bool(x: Any, name: str) -> Array:
    x = _convert.to_array(x, name)
    return x if x._type.dtype is dt.bool_ else not_equal(x, 0)


def logical_and(x1: Any, x2: Any, /) -> Array:
    """Tell, elementwise, where both are true (nonzero).

    Parameters
    ----------
    x1, x2 : Array or scalar
        Numbers count as true where they are not 0; NaN is true.

    Returns
    -------
    Array, bool
        Of the shape the operands broadcast to.

    Examples
    --------
    >>> import nx
    >>> nx.logical_and(nx.asarray([True, False]), True)
    Array([ True, False], dtype=bool)
    """
    return bitwise_and(_as_bool(x1, "logical_and"), _as_bool(x2, "logical_and"))


def logical_or(x1: Any, x2: Any, /) -> Array:
    """Tell, elementwise, where either is true (nonzero).

    Parameters
    ----------
    x1, x2 : Array or scalar
        Numbers count as true where they are not 0; NaN is true.

    Returns
    -------
    Array, bool
        Of the shape the operands broadcast to.

    Examples
    --------
    >>> import nx
    >>> nx.logical_or(nx.asarray([True, False]), False)
    Array([ True, False], dtype=bool)
    """
    return bitwise_or(_as_bool(x1, "logical_or"), _as_bool(x2, "logical_or"))


def logical_xor(x1: Any, x2: Any, /) -> Array:
    """Tell, elementwise, where exactly one is true (nonzero).

    Parameters
    ----------
    x1, x2 : Array or scalar
        Numbers count as true where they are not 0; NaN is true.

    Returns
    -------
    Array, bool
        Of the shape the operands broadcast to.

    Examples
    --------
    >>> import nx
    >>> nx.logical_xor(nx.asarray([True, False]), True)
    Array([False,  True], dtype=bool)
    """
    return bitwise_xor(_as_bool(x1, "logical_xor"), _as_bool(x2, "logical_xor"))


def logical_not(x: Any, /) -> Array:
    """Tell, elementwise, where x is false (zero).

    Parameters
    ----------
    x : Array or scalar
        Numbers count as true where they are not 0; NaN is true.

    Returns
    -------
    Array, bool
        Of x's shape.

    Examples
    --------
    >>> import nx
    >>> nx.logical_not(nx.asarray([True, False]))
    Array([False,  True], dtype=bool)
    """
    return bitwise_invert(_as_bool(x, "logical_not"))


def where(condition: Any, x1: Any, x2: Any, /) -> Array:
    """Choose, elementwise, x1 where the condition holds and x2 elsewhere.

    Parameters
    ----------
    condition : Array, bool
    x1, x2 : Array or scalar
        They broadcast, and promote to one dtype.

    Returns
    -------
    Array
        Of the shape all three broadcast to.

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
    arrays = [x for x in (condition, x1, x2) if isinstance(x, Array)]
    place = arrays[0]._type.device if arrays else None
    condition = _convert.to_array(condition, "where", place)
    x1, x2 = _convert.promote_operands(P.where, (x1, x2), device=place)
    return perform(P.where, condition, x1, x2)


def clip(x: Any, /, min: Any = None, max: Any = None) -> Array:
    """Limit the elements to a range; either bound may be None.

    Parameters
    ----------
    x : Array or scalar, real
    min, max : Array or scalar, optional
        They broadcast with x; None leaves the side open.

    Returns
    -------
    Array
        Of the shape they broadcast to. NaN stays NaN.

    Notes
    -----
    Where x is equal to a bound the derivative is halved between them, as by `maximum`. Where the
    bounds are crossed the result is max.

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
