"""Reductions that leave NaN out."""

from __future__ import annotations

import math
from typing import Any

from nx._array import Array
from nx._elementwise import (
    divide,
    equal,
    integer_pow,
    less_equal,
    sqrt,
    subtract,
    where,
)
from nx._numeric import narrowed, numeric, to_inexact, to_real, widened
from nx._reductions import any as _any
from nx._reductions import max as _max
from nx._reductions import min as _min
from nx._reductions import prod as _prod
from nx._reductions import sum as _sum
from nx._shapes import as_number
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar", "without_nan"]


def without_nan(x: Any, operation: str, value: float) -> tuple[Array, Array]:
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
    return _sum(without_nan(x, "nansum", 0.0)[0], axis=axis, keepdims=keepdims)


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
    values, there = without_nan(widened(given), "nanmean", 0.0)
    count = _sum(perform(P.cast, there, dtype=values._type.dtype), axis=axis, keepdims=keepdims)
    total = _sum(values, axis=axis, keepdims=keepdims)
    out = where(equal(count, 0), math.nan, divide(total, where(equal(count, 0), 1, count)))
    return narrowed(out, given)


def _extreme(operation: str, reduce: Any, x: Any, axis: Any, keepdims: bool, value: float) -> Array:
    values, there = without_nan(x, operation, value)
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


def nanprod(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Multiply the elements along axes, NaN left out.

    Parameters
    ----------
    x : Array or scalar, numeric
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; 1 where nothing is left.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanprod(nx.asarray([2.0, nx.nan, 3.0])))
    6.0
    """
    return _prod(without_nan(x, "nanprod", 1.0)[0], axis=axis, keepdims=keepdims)


def nanvar(x: Any, /, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Array:
    """Return the variance along axes, NaN left out.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    correction : float
        What is taken from the count in the divisor, as in `var`.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; NaN where no more is left than the correction.

    Raises
    ------
    AxisError
        For an axis outside x.
    DTypeError
        For complex x.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanvar(nx.asarray([1.0, nx.nan, 3.0])))
    1.0
    """
    (given,) = to_real("nanvar", x)
    values, there = without_nan(widened(given), "nanvar", 0.0)
    dtype = values._type.dtype
    count = _sum(perform(P.cast, there, dtype=dtype), axis=axis, keepdims=keepdims)
    centre = nanmean(widened(given), axis=axis, keepdims=True)
    distance = where(there, subtract(values, centre), 0.0)
    total = _sum(integer_pow(distance, 2), axis=axis, keepdims=keepdims)
    divisor = subtract(count, as_number(correction, "nanvar", "correction"))
    none = less_equal(divisor, 0)
    return narrowed(where(none, math.nan, divide(total, where(none, 1.0, divisor))), given)


def nanstd(x: Any, /, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Array:
    """Return the standard deviation along axes, NaN left out: the square root of `nanvar`.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    correction : float
        What is taken from the count in the divisor, as in `var`.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; NaN where no more is left than the correction.

    Raises
    ------
    AxisError
        For an axis outside x.
    DTypeError
        For complex x.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanstd(nx.asarray([1.0, nx.nan, 3.0])))
    1.0
    """
    return sqrt(nanvar(x, axis=axis, correction=correction, keepdims=keepdims))
