"""Functions that join, cut and repeat: the same elements, together or apart.  None computes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from nx import _convert
from nx._array import Array
from nx._errors import AxisError, ShapeError, message
from nx._shapes import as_int, as_shape, index_of, normalize_axis
from nx._shaping import broadcast_to, expand_dims, flatten, moveaxis, reshape
from nx._types import ArrayType
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "concat",
    "pad",
    "roll",
    "split",
    "stack",
    "tile",
    "unstack",
]


def _joined(arrays: Any, operation: str) -> list[Array]:
    if isinstance(arrays, Array) or not isinstance(arrays, (tuple, list)) or not arrays:
        problem = (
            f"cannot join {type(arrays).__name__}"
            if not isinstance(arrays, (tuple, list))
            else "cannot join nothing"
        )
        raise ShapeError(message(operation, problem, "pass a tuple or list of at least one array"))
    return _convert.promote_operands(P.concat, arrays, operation=operation)


def concat(arrays: Sequence[Any], /, *, axis: int | None = 0) -> Array:
    """Join arrays along an axis; with None, flattened.

    Parameters
    ----------
    arrays : sequence of Array
        At least one; equal lengths on all other axes; promoted to one dtype.
    axis : int, optional
        The axis to join along; None flattens first.

    Returns
    -------
    Array
        As long along the axis as all together.

    Raises
    ------
    ShapeError
        If other axes differ in length, or there is no array.
    AxisError
        For an axis outside them.

    Examples
    --------
    >>> import nx
    >>> nx.concat([nx.zeros(2), nx.ones(1)])
    Array([0., 0., 1.], dtype=float32)
    """
    xs = _joined(arrays, "concat")
    if axis is None:
        xs, axis = [flatten(x) for x in xs], 0
    ndims = {x._type.ndim for x in xs}
    if len(ndims) > 1 or 0 in ndims:
        problem = f"cannot join arrays of {', '.join(str(x._type.ndim) for x in xs)} axes"
        raise ShapeError(
            message("concat", problem, "all need the same number of axes, at least 1; see stack")
        )
    return perform(P.concat, *xs, axis=normalize_axis(axis, xs[0]._type.ndim, "concat"))


def stack(arrays: Sequence[Any], /, *, axis: int = 0) -> Array:
    """Join arrays of one shape along a new axis.

    Parameters
    ----------
    arrays : sequence of Array
        At least one; all of one shape; promoted to one dtype.
    axis : int
        The place of the new axis in the result.

    Returns
    -------
    Array
        With one axis more, as long as there are arrays.

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no array.
    AxisError
        For a place outside the result.

    Examples
    --------
    >>> import nx
    >>> nx.stack([nx.zeros(2), nx.ones(2)]).shape
    (2, 2)
    """
    xs = _joined(arrays, "stack")
    for i, x in enumerate(xs):
        if x._type.shape != xs[0]._type.shape:
            raise ShapeError(
                message(
                    "stack", f"cannot stack {xs[0]._type.shape} with {x._type.shape} (array {i})"
                )
            )
    return concat([expand_dims(x, axis=axis) for x in xs], axis=axis)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Array, ...]:
    """Return the slices along an axis, without that axis.

    Parameters
    ----------
    x : Array, of at least one axis
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    tuple of Array
        As many as the axis is long.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.unstack(nx.asarray([[1, 2], [3, 4]]))
    (Array([1, 2], dtype=int64), Array([3, 4], dtype=int64))
    """
    x = moveaxis(_convert.to_array(x, "unstack"), axis, 0)
    return tuple(_row(x, i) for i in range(x._type.shape[0]))


def _row(x: Array, i: int) -> Array:
    shape = x._type.shape
    none = (0,) * (len(shape) - 1)
    row = perform(P.slice, x, starts=(i, *none), stops=(i + 1, *shape[1:]), steps=(1,) * len(shape))
    return perform(P.reshape, row, shape=shape[1:])


MOST_EMPTY = 2**16
"""Into more sections an axis of length 0 isn't cut."""


def split(x: Any, sections: Any, /, *, axis: int = 0) -> tuple[Array, ...]:
    """Cut an axis into equal sections (an int) or before the given indices (a sequence).

    Parameters
    ----------
    x : Array
    sections : int or sequence of int
        How many equal ones, or the indices before which to cut.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    tuple of Array
        The sections in order.

    Raises
    ------
    ShapeError
        If the axis cannot be cut into so many equal sections.
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.split(nx.arange(5), [2])
    (Array([0, 1], dtype=int64), Array([2, 3, 4], dtype=int64))
    """
    x = _convert.to_array(x, "split")
    place = normalize_axis(axis, x._type.ndim, "split")
    n = x._type.shape[place]
    if not isinstance(sections, (tuple, list)):
        sections = as_int(sections, "split", "sections")
        if sections < 1 or n % sections or sections > max(n, MOST_EMPTY):
            raise ShapeError(
                message(
                    "split", f"cannot cut axis {place} of length {n} into {sections} equal sections"
                )
            )
        cuts = list(range(0, n + 1, n // sections)) if n else [0] * (sections + 1)
    else:
        places = [as_int(i, "split", "an index") for i in sections]
        cuts = [0, *(min(max(i + (n if i < 0 else 0), 0), n) for i in places), n]
    return tuple(_between(x, place, a, max(a, b)) for a, b in pairwise(cuts))


def _between(x: Array, axis: int, start: int, stop: int) -> Array:
    shape = x._type.shape
    starts = tuple(start if i == axis else 0 for i in range(len(shape)))
    stops = tuple(stop if i == axis else n for i, n in enumerate(shape))
    return perform(P.slice, x, starts=starts, stops=stops, steps=(1,) * len(shape))


def pad(x: Any, pad_width: Any, /, *, value: Any = 0) -> Array:
    """Put a value before and after the elements of each axis.

    Parameters
    ----------
    x : Array
    pad_width : int, (before, after) or sequence of these for each axis
        How many to put at the ends.
    value : scalar or 0-d Array
        What to put there; differentiable.

    Returns
    -------
    Array
        Of x's dtype, longer along the axes.

    Raises
    ------
    ShapeError
        If the widths are negative, or not one pair for each axis.

    Examples
    --------
    >>> import nx
    >>> nx.pad(nx.ones(2), (1, 2))
    Array([0., 1., 1., 0., 0.], dtype=float32)
    """
    x = _convert.to_array(x, "pad")
    ndim = x._type.ndim
    widths = _widths(pad_width, ndim)
    low, high = (tuple(w[i] for w in widths) for i in (0, 1))
    type_ = x._type
    fill = value if isinstance(value, Array) else _padding(value, type_)
    return perform(P.pad, x, fill, low=low, high=high, interior=(0,) * ndim)


def _padding(value: Any, type_: ArrayType) -> Array:
    if type(value) not in _convert.PYTHON_SCALARS:
        return _convert.to_array(value, "pad", type_.device)
    dtype = type_.dtype  # 0, the default, is of every dtype
    if value != 0:
        dtype = _convert.result_dtype("pad", [dtype], [value])
    return _convert.constant(value, dtype, type_.device, "pad")


def _widths(pad_width: Any, ndim: int) -> list[tuple[int, int]]:
    try:
        if hasattr(pad_width, "__index__"):
            return [(index_of(pad_width),) * 2] * ndim
        if len(pad_width) == 2 and all(hasattr(w, "__index__") for w in pad_width):
            return [(index_of(pad_width[0]), index_of(pad_width[1]))] * ndim
        widths = [(index_of(a), index_of(b)) for a, b in pad_width]
    except (TypeError, ValueError):
        problem = f"cannot use {pad_width!r} as widths"
        raise ShapeError(
            message("pad", problem, "an int, (before, after), or one such pair for each axis")
        ) from None
    if len(widths) != ndim:
        raise ShapeError(message("pad", f"cannot pad {ndim} axes by {len(widths)} pairs of widths"))
    return widths


def roll(x: Any, /, shift: Any, *, axis: Any = None) -> Array:
    """Shift the elements along axes; those pushed out come back at the other end.

    Parameters
    ----------
    x : Array
    shift : int or tuple of int
        By how many places, towards the end if positive; one for each axis.
    axis : int or tuple of int, optional
        By default x is rolled as if flattened.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    AxisError
        For an axis outside x, or other than one shift for each.

    Examples
    --------
    >>> import nx
    >>> nx.roll(nx.arange(4), 1)
    Array([3, 0, 1, 2], dtype=int64)
    """
    out = _convert.to_array(x, "roll")
    if axis is None:
        return reshape(roll(flatten(out), shift, axis=0), out._type.shape)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    shifts = shift if isinstance(shift, (tuple, list)) else (shift,) * len(axes)
    if len(axes) != len(shifts):
        raise AxisError(message("roll", f"cannot shift {len(axes)} axes by {len(shifts)} shifts"))
    for a, s in zip(axes, shifts, strict=True):
        place = normalize_axis(a, out._type.ndim, "roll")
        n = out._type.shape[place]
        cut = -as_int(s, "roll", "shift") % n if n else 0
        if cut:
            out = concat([_between(out, place, cut, n), _between(out, place, 0, cut)], axis=place)
    return out


def tile(x: Any, repetitions: Any, /) -> Array:
    """Repeat the whole array along axes.

    Parameters
    ----------
    x : Array or scalar
    repetitions : int or tuple of int
        For each axis; the shorter of shape and repetitions is filled up with ones in front.

    Returns
    -------
    Array
        Each axis as many times as long.

    Raises
    ------
    ShapeError
        For a negative number of repetitions.

    Examples
    --------
    >>> import nx
    >>> nx.tile(nx.arange(2), (2, 2))
    Array([[0, 1, 0, 1],
           [0, 1, 0, 1]], dtype=int64)
    """
    x = _convert.to_array(x, "tile")
    counts = as_shape(repetitions, "tile")
    ndim = max(len(counts), x._type.ndim)
    counts = (1,) * (ndim - len(counts)) + counts
    shape = (1,) * (ndim - x._type.ndim) + x._type.shape
    spread = reshape(x, tuple(m for n in shape for m in (1, n)))
    whole = broadcast_to(
        spread, tuple(m for c, n in zip(counts, shape, strict=True) for m in (c, n))
    )
    return reshape(whole, tuple(c * n for c, n in zip(counts, shape, strict=True)))
