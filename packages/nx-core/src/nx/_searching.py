"""Finding elements: where they are not zero, and where they would stand in sorted order.

What has as many elements as the data say reads; given a ``size`` it does not.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import (
    add,
    equal,
    floor_divide,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    minimum,
    not_equal,
    remainder,
    subtract,
    where,
)
from nx._errors import RankError, ShapeError, message
from nx._joining import stack
from nx._numeric import integral, number_of, one_of
from nx._shapes import flag
from nx._shaping import flatten, flip, reshape
from nx.effects._perform import perform, read
from nx.primitives import P

__all__ = ["argwhere", "digitize", "flatnonzero", "nonzero", "places", "searchsorted"]


def places(mask: Array, size: int, fill: Any) -> Array:
    """Return the first ``size`` indices where a 1-d mask holds, then ``fill``; nothing is read."""
    type_ = mask._type
    found = perform(P.cumsum, perform(P.cast, mask, dtype=dt.int64), axis=0, reverse=False)
    # number the found ones and send each number's index there; the others go into one more cell
    cell = where(logical_and(mask, less_equal(found, size)), subtract(found, 1), size)
    numbers = perform(P.iota, length=type_.size, dtype=dt.int64, device=type_.device)
    empty = perform(P.full, shape=(size + 1,), value=0, dtype=dt.int64, device=type_.device)
    out = perform(P.scatter_set, empty, numbers, cell, axes=(0,))
    count = perform(P.sum, perform(P.cast, mask, dtype=dt.int64), axes=(0,))
    rank = perform(P.iota, length=size + 1, dtype=dt.int64, device=type_.device)
    filled = where(less(rank, count), out, fill)
    return perform(P.slice, filled, starts=(0,), stops=(size,), steps=(1,))


def nonzero(x: Any, /, *, size: int | None = None, fill_value: Any = 0) -> tuple[Array, ...]:
    """Return the indices of the elements that are not 0, one int64 array for each axis.

    Parameters
    ----------
    x : Array, of at least one axis
    size : int, optional
        How many to return: the first ones, filled up with ``fill_value`` if there are fewer.
        Without it their number depends on the data, and this reads.
    fill_value : int or tuple of int
        For all axes, or one for each.

    Returns
    -------
    tuple of Array, int64
        Of shape (k,) each, in row-major order of the elements.

    Raises
    ------
    RankError
        If x is 0-d.
    ShapeError
        If ``fill_value`` is not one for each axis.

    Examples
    --------
    >>> import nx
    >>> nx.nonzero(nx.asarray([0.0, 2.0, 3.0]))
    (Array([1, 2], dtype=int64),)
    >>> nx.nonzero(nx.asarray([0.0, 2.0, 3.0]), size=3, fill_value=-1)
    (Array([ 1,  2, -1], dtype=int64),)
    """
    x = _convert.to_array(x, "nonzero")
    type_ = x._type
    if not type_.ndim:
        raise RankError(message("nonzero", "cannot index a 0-d array", "reshape to (1,) first"))
    if size is None:
        found = np.nonzero(read(x, "export" if type_.dtype is not dt.bool_ else "mask"))
        return tuple(
            _convert.from_numpy(i.astype(np.int64), type_.device, copy=False) for i in found
        )
    size = number_of("nonzero", size, "a size")
    fills = fill_value if isinstance(fill_value, tuple) else (fill_value,) * type_.ndim
    if len(fills) != type_.ndim:
        problem = f"cannot fill {type_.ndim} axes by {len(fills)} values"
        raise ShapeError(message("nonzero", problem))
    mask = flatten(x if type_.dtype is dt.bool_ else not_equal(x, 0))
    flat = places(mask, size, -1)
    missing = less(flat, 0)
    return tuple(
        where(missing, integral("nonzero", fill, x), remainder(floor_divide(flat, step), max(n, 1)))
        for fill, n, step in zip(fills, type_.shape, _steps(type_.shape), strict=True)
    )


def _steps(shape: tuple[int, ...]) -> list[int]:
    return [max(math.prod(shape[i + 1 :]), 1) for i in range(len(shape))]


def flatnonzero(x: Any, /, *, size: int | None = None, fill_value: int = 0) -> Array:
    """Return the indices, in x flattened, of the elements that are not 0; as `nonzero`.

    Parameters
    ----------
    x : Array
    size : int, optional
        How many to return, as in `nonzero`.
    fill_value : int
        Where there are fewer.

    Returns
    -------
    Array, shape (k,), int64
        In ascending order.

    Examples
    --------
    >>> import nx
    >>> nx.flatnonzero(nx.asarray([[0, 2], [3, 0]]))
    Array([1, 2], dtype=int64)
    """
    return nonzero(flatten(x), size=size, fill_value=fill_value)[0]


def argwhere(x: Any, /, *, size: int | None = None, fill_value: Any = 0) -> Array:
    """Return the indices of the elements that are not 0, one row for each; as `nonzero`.

    Parameters
    ----------
    x : Array, of at least one axis
    size : int, optional
        How many to return, as in `nonzero`.
    fill_value : int or tuple of int
        For all axes, or one for each, where there are fewer.

    Returns
    -------
    Array, shape (k, x.ndim), int64
        In row-major order of the elements.

    Raises
    ------
    RankError
        If x is 0-d.

    Examples
    --------
    >>> import nx
    >>> nx.argwhere(nx.asarray([[0, 2], [3, 0]]))
    Array([[0, 1],
           [1, 0]], dtype=int64)
    """
    return stack(nonzero(x, size=size, fill_value=fill_value), axis=1)


def _before(a: Array, b: Array) -> Array:
    """Tell where a stands before b in sorted order, NaN last."""
    if a._type.dtype.kind != "floating":
        return less(a, b)
    return logical_or(less(a, b), logical_and(equal(a, a), not_equal(b, b)))


def searchsorted(x1: Any, x2: Any, /, *, side: str = "left", sorter: Any = None) -> Array:
    """Return where elements would have to stand in a sorted array to keep it sorted.

    Parameters
    ----------
    x1 : Array, shape (n,)
        In ascending order, NaN last.
    x2 : Array or scalar
        What to place, of any shape.
    side : {"left", "right"}
        Before or after the elements that are equal.
    sorter : Array, shape (n,), integer, optional
        Indices that sort x1, which then need not be sorted.

    Returns
    -------
    Array, int64
        Of x2's shape, from 0 to n.

    Notes
    -----
    A binary search of all elements at once: log2(n) steps, and nothing is read.

    Examples
    --------
    >>> import nx
    >>> nx.searchsorted(nx.asarray([1, 3, 5]), nx.asarray([0, 3, 9]))
    Array([0, 1, 3], dtype=int64)
    """
    one_of("searchsorted", side, ("left", "right"), "a side")
    table, x = _convert.promote_operands(P.less, (x1, x2), operation="searchsorted")
    _one_axis("searchsorted", table)
    if sorter is not None:
        order = integral("searchsorted", sorter, table)
        _one_axis("searchsorted", order)
        table = perform(P.gather, table, order, axes=(0,))
    P.less.accept(table._type.dtype)
    return _search(table, x, right=side == "right")


def _one_axis(operation: str, x: Array) -> None:
    if x._type.ndim != 1:
        problem = f"cannot search an array of shape {x._type.shape} ({x._type.ndim} != 1 axes)"
        raise ShapeError(message(operation, problem, "flatten it first"))


def _search(table: Array, x: Array, right: bool) -> Array:
    n, type_ = table._type.size, x._type
    low = perform(P.full, shape=type_.shape, value=0, dtype=dt.int64, device=type_.device)
    high = add(low, n)
    for _ in range(n.bit_length()):
        middle = floor_divide(add(low, high), 2)
        there = perform(P.gather, table, minimum(middle, n - 1), axes=(0,))
        behind = logical_not(_before(x, there)) if right else _before(there, x)
        active = less(low, high)
        low = where(logical_and(active, behind), add(middle, 1), low)
        high = where(logical_and(active, logical_not(behind)), middle, high)
    return low


def digitize(x: Any, bins: Any, /, *, right: bool = False) -> Array:
    """Return the number of the bin that each element falls into.

    Parameters
    ----------
    x : Array or scalar
        What to look up, of any shape.
    bins : Array, shape (n,)
        The edges, in ascending or in descending order.
    right : bool
        Whether a bin includes its right edge rather than its left one.

    Returns
    -------
    Array, int64
        Of x's shape, from 0 (before the first edge) to n.

    Examples
    --------
    >>> import nx
    >>> nx.digitize(nx.asarray([0.5, 1.0, 9.0]), nx.asarray([0.0, 1.0, 2.0]))
    Array([1, 2, 3], dtype=int64)
    """
    edges = _convert.to_array(bins, "digitize")
    _one_axis("digitize", edges)
    side = "left" if flag("digitize", right, "right") else "right"
    ascending = searchsorted(edges, x, side=side)
    n = edges._type.size
    if n < 2:
        return ascending
    descending = subtract(n, searchsorted(flip(edges), x, side=side))
    ends = [perform(P.slice, edges, starts=(i,), stops=(i + 1,), steps=(1,)) for i in (0, n - 1)]
    return where(reshape(less_equal(*ends), ()), ascending, descending)
