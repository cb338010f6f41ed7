"""Sorting and searching."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx._array import Array
from nx._shapes import flag, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P, Primitive

__all__ = ["argsort", "sort"]


def _sorted(primitive: Primitive, x: Any, axis: int, descending: bool, stable: bool) -> Array:
    x = _convert.to_array(x, primitive.name)
    place = normalize_axis(axis, x._type.ndim, primitive.name)
    flag(primitive.name, stable, "stable")
    backwards = flag(primitive.name, descending, "descending")
    return perform(primitive, x, axis=place, descending=backwards)


def sort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """Sort along an axis; NaN comes last.

    Parameters
    ----------
    x : Array, bool or real
    axis : int
        The axis to work along; negative ones count from the end.
    descending : bool
        Whether the largest comes first; NaN comes last all the same.
    stable : bool
        Accepted for the standard's sake: the order of equal elements is always kept.

    Returns
    -------
    Array
        Of x's shape and dtype.

    Raises
    ------
    AxisError
        For an axis outside x.

    Notes
    -----
    The derivative follows each element to its place.

    Examples
    --------
    >>> import nx
    >>> nx.sort(nx.asarray([3, 1, 2]), descending=True)
    Array([3, 2, 1], dtype=int64)
    """
    return _sorted(P.sort, x, axis, descending, stable)


def argsort(x: Any, /, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """Return the indices that sort along an axis.

    Parameters
    ----------
    x : Array, bool or real
    axis : int
        The axis to work along; negative ones count from the end.
    descending : bool
        Whether the largest comes first; NaN comes last all the same.
    stable : bool
        Accepted for the standard's sake: the order of equal elements is always kept.

    Returns
    -------
    Array, int64
        Of x's shape; `take_along_axis` applies them.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.argsort(nx.asarray([3, 1, 2]))
    Array([1, 2, 0], dtype=int64)
    """
    return _sorted(P.argsort, x, axis, descending, stable)
