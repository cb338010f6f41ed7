"""Reductions that leave NaN out."""

from __future__ import annotations

import math
from typing import Any

from nx._array import Array
from nx._elementwise import (
    divide,
    equal,
    where,
)
from nx._numeric import narrowed, numeric, to_inexact, widened
from nx._reductions import any as _any
from nx._reductions import max as _max
from nx._reductions import min as _min
from nx._reductions import sum as _sum
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["nanmax", "nanmean", "nanmin", "nansum"]


def _without(x: Any, operation: str, value: float) -> tuple[Array, Array]:
    """Return x with NaN replaced, and where it is not NaN."""
    (array,) = numeric(operation, x)
    there = equal(array, array)
    if array._type.dtype.kind in ("signed", "unsigned"):
        return array, there
    return where(there, array, value), there


def nansum(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Add the elements along axes, NaN left out.

    Parameters
    ----------
    x : Array or scalar, numeric or bool
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; 0 where nothing is left.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> float(nx.nansum(nx.asarray([1.0, nx.nan])))
    1.0
    """
    return _sum(_without(x, "nansum", 0.0)[0], axis=axis, keepdims=keepdims)


def nanmean(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Average the elements along axes, NaN left out.

    Parameters
    ----------
    x : Array or scalar
        Integers and bools become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; NaN where nothing is left.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanmean(nx.asarray([1.0, nx.nan])))
    1.0
    """
    (given,) = to_inexact("nanmean", x)
    values, there = _without(widened(given), "nanmean", 0.0)
    count = _sum(perform(P.cast, there, dtype=values._type.dtype), axis=axis, keepdims=keepdims)
    total = _sum(values, axis=axis, keepdims=keepdims)
    out = where(equal(count, 0), math.nan, divide(total, where(equal(count, 0), 1, count)))
    return narrowed(out, given)


def _extreme(operation: str, reduce: Any, x: Any, axis: Any, keepdims: bool, value: float) -> Array:
    values, there = _without(x, operation, value)
    out: Array = reduce(values, axis=axis, keepdims=keepdims)
    if values._type.dtype.kind != "floating":
        return out
    return where(_any(there, axis=axis, keepdims=keepdims), out, math.nan)


def nanmax(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the largest element along axes, NaN left out.

    Parameters
    ----------
    x : Array or scalar, real
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; NaN where nothing is left.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If a reduced axis is empty.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanmax(nx.asarray([1.0, nx.nan])))
    1.0
    """
    return _extreme("nanmax", _max, x, axis, keepdims, -math.inf)


def nanmin(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the smallest element along axes, NaN left out.

    Parameters
    ----------
    x : Array or scalar, real
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; NaN where nothing is left.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If a reduced axis is empty.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanmin(nx.asarray([1.0, nx.nan])))
    1.0
    """
    return _extreme("nanmin", _min, x, axis, keepdims, math.inf)
