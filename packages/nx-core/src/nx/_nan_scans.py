"""Positions and running reductions that leave NaN out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import equal, logical_and, where
from nx._nan_statistics import nanmax, nanmin, without_nan
from nx._numeric import to_real
from nx._reductions import any as _any
from nx._reductions import argmax
from nx._scans import cumulative_prod, cumulative_sum
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["nanargmax", "nanargmin", "nancumprod", "nancumsum"]


def _place(
    operation: str, extreme: Callable[..., Array], x: Any, axis: int | None, keepdims: bool
) -> Array:
    (x,) = to_real(operation, x)
    hit = logical_and(equal(x, x), equal(x, extreme(x, axis=axis, keepdims=True)))
    place = argmax(perform(P.cast, hit, dtype=dt.int8), axis=axis, keepdims=keepdims)
    return where(_any(hit, axis=axis, keepdims=keepdims), place, -1)


def nanargmax(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return where the largest element along an axis is, NaN left out.

    Parameters
    ----------
    x : Array or scalar, real
    axis : int, optional
        None means x flattened.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, int64
        The first place if there are several; -1 where nothing is left.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If the axis is empty.

    Examples
    --------
    >>> import nx
    >>> int(nx.nanargmax(nx.asarray([1.0, nx.nan, 3.0])))
    2
    """
    return _place("nanargmax", nanmax, x, axis, keepdims)


def nanargmin(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return where the smallest element along an axis is, NaN left out.

    Parameters
    ----------
    x : Array or scalar, real
    axis : int, optional
        None means x flattened.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, int64
        The first place if there are several; -1 where nothing is left.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If the axis is empty.

    Examples
    --------
    >>> import nx
    >>> int(nx.nanargmin(nx.asarray([nx.nan, 3.0, 1.0])))
    2
    """
    return _place("nanargmin", nanmin, x, axis, keepdims)


def nancumsum(x: Any, /, *, axis: int | None = None) -> Array:
    """Add up along an axis, NaN counted as 0.

    Parameters
    ----------
    x : Array, numeric
    axis : int, optional
        May be left out for 1-d x.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    AxisError
        For an axis outside x, or none given for more than one.

    Examples
    --------
    >>> import nx
    >>> nx.nancumsum(nx.asarray([1.0, nx.nan, 3.0]))
    Array([1., 1., 4.], dtype=float32)
    """
    return cumulative_sum(without_nan(x, "nancumsum", 0.0)[0], axis=axis)


def nancumprod(x: Any, /, *, axis: int | None = None) -> Array:
    """Multiply up along an axis, NaN counted as 1.

    Parameters
    ----------
    x : Array, numeric
    axis : int, optional
        May be left out for 1-d x.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    AxisError
        For an axis outside x, or none given for more than one.

    Examples
    --------
    >>> import nx
    >>> nx.nancumprod(nx.asarray([2.0, nx.nan, 3.0]))
    Array([2., 2., 6.], dtype=float32)
    """
    return cumulative_prod(without_nan(x, "nancumprod", 1.0)[0], axis=axis)
