"""Ranks: the largest elements, and the order by several keys."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx._array import Array
from nx._errors import ShapeError, message
from nx._indexing import take_along_axis
from nx._joining import unstack
from nx._numeric import number_of
from nx._shapes import normalize_axis
from nx._sorting import argsort
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["lexsort", "top_k"]


def top_k(x: Any, k: int, /, *, axis: int = -1) -> tuple[Array, Array]:
    """Return the k largest elements along an axis, in descending order, and their indices.

    Parameters
    ----------
    x : Array
        Not complex; NaN counts as smallest.
    k : int
        At most the length of the axis.
    axis : int

    Returns
    -------
    values, indices : Array
        The indices are int64; of equal elements the first come first.

    Raises
    ------
    ShapeError
        If the axis has fewer elements.

    Examples
    --------
    >>> import nx
    >>> nx.top_k(nx.asarray([3, 1, 4, 1]), 2)
    (Array([4, 3], dtype=int64), Array([2, 0], dtype=int64))
    """
    x = _convert.to_array(x, "top_k")
    place = normalize_axis(axis, x._type.ndim, "top_k")
    k, shape = number_of("top_k", k, "a count"), x._type.shape
    if k > shape[place]:
        problem = f"cannot take {k} of {shape[place]} elements along axis {place} of {shape}"
        raise ShapeError(message("top_k", problem))
    order = perform(P.argsort, x, axis=place, descending=True)
    stops = tuple(k if i == place else n for i, n in enumerate(shape))
    steps, starts = (1,) * len(shape), (0,) * len(shape)
    indices = perform(P.slice, order, starts=starts, stops=stops, steps=steps)
    return take_along_axis(x, indices, axis=place), indices


def lexsort(keys: Any, /, *, axis: int = -1) -> Array:
    """Return the int64 indices that sort by several keys, the last one first.

    Parameters
    ----------
    keys : Array, or sequence of Array of one shape
        The last one decides; where it ties, the one before.
    axis : int
        Of each key.

    Returns
    -------
    Array, int64
        Of a key's shape.

    Raises
    ------
    ShapeError
        If there is no key, or their shapes differ.

    Examples
    --------
    >>> import nx
    >>> nx.lexsort([nx.asarray([2, 1, 0]), nx.asarray([5, 4, 5])])
    Array([1, 2, 0], dtype=int64)
    """
    rows = unstack(keys) if isinstance(keys, Array) else keys
    if not isinstance(rows, (tuple, list)) or not rows:
        raise ShapeError(message("lexsort", "cannot sort by no key", "a sequence of arrays"))
    arrays = [_convert.to_array(key, "lexsort") for key in rows]
    shape = arrays[0]._type.shape
    for i, key in enumerate(arrays):
        if key._type.shape != shape:
            problem = f"cannot sort {shape} by a key of shape {key._type.shape} (key {i})"
            raise ShapeError(message("lexsort", problem))
    order = argsort(arrays[0], axis=axis)
    for key in arrays[1:]:
        among = argsort(take_along_axis(key, order, axis=axis), axis=axis)
        order = take_along_axis(order, among, axis=axis)
    return order
