"""Putting elements where indices say, and picking those that a condition names.

Nothing is changed in place: each function returns a new array.
"""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import greater_equal, less, logical_and, where
from nx._errors import DTypeError, ShapeError, message
from nx._indexing import along, take
from nx._joining import concat
from nx._numeric import integral, number_of
from nx._searching import flatnonzero
from nx._shapes import broadcast_shapes, normalize_axis
from nx._shaping import broadcast_to, flatten
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["compress", "put_along_axis", "segment_sum"]


def _values(operation: str, x: Array, values: Any) -> Array:
    """Return values as an array of x's dtype, if it holds them."""
    type_ = x._type
    if type(values) in _convert.PYTHON_SCALARS:
        return _convert.constant(values, type_.dtype, type_.device, operation)
    out = _convert.to_array(values, operation, type_.device)
    if not dt.can_cast(out._type.dtype, type_.dtype):
        problem = f"cannot put {out._type.dtype.name} into {type_.dtype.name}"
        raise DTypeError(message(operation, problem, "convert with astype(...) first"))
    return out if out._type.dtype is type_.dtype else perform(P.cast, out, dtype=type_.dtype)


def put_along_axis(x: Any, indices: Any, values: Any, /, *, axis: int = -1) -> Array:
    """Return x with values put, at each place, where the index names along one axis.

    Parameters
    ----------
    x : Array
    indices : Array, integer
        With x's number of axes; the other axes broadcast with x's.  Negative ones count from
        the end.
    values : Array or scalar
        Broadcast to the indices' shape.  Of duplicate indices the last one stays.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    Array
        Of x's shape and dtype.

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    IndexOutOfBoundsError
        For an index outside the axis.

    Examples
    --------
    >>> import nx
    >>> nx.put_along_axis(nx.zeros((2, 3)), nx.asarray([[2], [0]]), 1.0, axis=1)
    Array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    x = _convert.to_array(x, "put_along_axis")
    picked = integral("put_along_axis", indices, x)
    place = normalize_axis(axis, x._type.ndim, "put_along_axis")
    if picked._type.ndim != x._type.ndim:
        problem = f"cannot put along {x._type.shape} by indices of shape {picked._type.shape}"
        raise ShapeError(message("put_along_axis", problem, "both need the same number of axes"))
    rest = tuple(1 if i == place else n for i, n in enumerate(x._type.shape))
    shape = broadcast_shapes([picked._type.shape, rest], "put_along_axis")
    if any(n != m for i, (n, m) in enumerate(zip(shape, x._type.shape, strict=True)) if i != place):
        problem = f"cannot put along {x._type.shape} by indices of shape {picked._type.shape}"
        raise ShapeError(message("put_along_axis", problem, "other axes have x's lengths, or 1"))
    updates = broadcast_to(_values("put_along_axis", x, values), shape)
    where_to = along(broadcast_to(picked, shape), place)
    return perform(P.scatter_set, x, updates, *where_to, axes=tuple(range(x._type.ndim)))


def compress(
    condition: Any,
    x: Any,
    /,
    *,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = 0,
) -> Array:
    """Return the slices of x along an axis for which a condition holds.

    Parameters
    ----------
    condition : Array, shape (k,)
        True, or not 0, for the slices to keep; those from k on are left out.
    x : Array
    axis : int, optional
        By default x is flattened first.
    size : int, optional
        How many to return: the first ones, filled up with ``fill_value`` if there are fewer.
        Without it their number depends on the data, and this reads.
    fill_value : scalar
        Of x's dtype.

    Returns
    -------
    Array
        Of x's dtype, with as many slices as are kept.

    Raises
    ------
    ShapeError
        If the condition is not 1-d, or longer than the axis.

    Examples
    --------
    >>> import nx
    >>> x = nx.asarray([5.0, 6.0, 7.0])
    >>> nx.compress(x > 5.5, x)
    Array([6., 7.], dtype=float32)
    >>> nx.compress(x > 5.5, x, size=3)
    Array([6., 7., 0.], dtype=float32)
    """
    x = _convert.to_array(x, "compress")
    x = flatten(x) if axis is None else x
    place = normalize_axis(0 if axis is None else axis, x._type.ndim, "compress")
    mask = _convert.to_array(condition, "compress", x._type.device)
    shape = x._type.shape
    if mask._type.ndim != 1 or mask._type.size > shape[place]:
        problem = f"cannot choose from axis {place} of {shape} by a mask of {mask._type.shape}"
        raise ShapeError(message("compress", problem))
    if size is None:
        return take(x, flatnonzero(mask), axis=place)
    size = number_of("compress", size, "a size")
    found = flatnonzero(mask, size=size, fill_value=shape[place])
    border = tuple(1 if i == place else n for i, n in enumerate(shape))
    fill = broadcast_to(_values("compress", x, fill_value), border)
    return take(concat([x, fill], axis=place), found, axis=place)


def segment_sum(x: Any, segments: Any, /, num_segments: int) -> Array:
    """Return the sums of the rows of x that belong to the same segment.

    Parameters
    ----------
    x : Array, shape (n, ...), numeric
    segments : Array, shape (n,), integer
        The number of each row's segment; rows of segments outside ``range(num_segments)`` are
        left out.
    num_segments : int

    Returns
    -------
    Array, shape (num_segments, ...)
        Of x's dtype; zeros for a segment without rows.

    Raises
    ------
    ShapeError
        If there is not one number for each row.
    DTypeError
        If the segments are not integers.

    Examples
    --------
    >>> import nx
    >>> nx.segment_sum(nx.asarray([1.0, 2.0, 3.0]), nx.asarray([0, 1, 0]), 2)
    Array([4., 2.], dtype=float32)
    """
    x = _convert.to_array(x, "segment_sum")
    P.scatter_add.accept(x._type.dtype)
    numbers = integral("segment_sum", segments, x)
    count = number_of("segment_sum", num_segments, "a number of segments")
    type_ = x._type
    if not type_.ndim or numbers._type.shape != type_.shape[:1]:
        problem = f"cannot number {type_.shape} by segments of shape {numbers._type.shape}"
        raise ShapeError(message("segment_sum", problem, "one number for each row"))
    return counted(x, numbers, count)


def counted(x: Array, cells: Array, count: int) -> Array:
    """Add rows up by cell, leaving out cells outside ``range(count)``."""
    type_ = x._type
    shape = (count + 1, *type_.shape[1:])
    inside = logical_and(less(cells, count), greater_equal(cells, 0))
    zeros = perform(P.full, shape=shape, value=0, dtype=type_.dtype, device=type_.device)
    sums = perform(P.scatter_add, zeros, x, where(inside, cells, count), axes=(0,))
    steps, starts = (1,) * len(shape), (0,) * len(shape)
    return perform(P.slice, sums, starts=starts, stops=(count, *shape[1:]), steps=steps)
