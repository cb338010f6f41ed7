"""Functions that change how elements are laid out or kept: shapes, axes, dtypes and devices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from nx import _convert
from nx._array import Array
from nx._broadcasting import broadcast_arrays, broadcast_shapes, broadcast_to
from nx._casting import astype, copy, to_device, view
from nx._errors import AxisError, ShapeError, message
from nx._shapes import as_shape, flag, index_of, normalize_axes, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "astype",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "copy",
    "expand_dims",
    "flatten",
    "flip",
    "matrix_transpose",
    "moveaxis",
    "permute_dims",
    "reshape",
    "squeeze",
    "swapaxes",
    "to_device",
    "view",
]


def reshape(x: Any, /, shape: Any, *, copy: bool | None = None) -> Array:
    """Give the elements, in row-major order, another shape; one length may be -1.

    Parameters
    ----------
    x : Array
    shape : int or tuple of int
        The lengths of the new axes; one of them may be -1, for what is left.
    copy : bool, optional
        Accepted for the standard's sake: an immutable array needs none.

    Returns
    -------
    Array
        Of the shape, with x's elements in the same order.

    Raises
    ------
    ShapeError
        If the number of elements differs.

    Examples
    --------
    >>> import nx
    >>> nx.reshape(nx.arange(6), (2, -1))
    Array([[0, 1, 2],
           [3, 4, 5]], dtype=int64)
    """
    if copy is not None:
        flag("reshape", copy, "copy")
    x = _convert.to_array(x, "reshape")
    return perform(P.reshape, x, shape=_filled(x, shape))


def _filled(x: Array, shape: Any) -> tuple[int, ...]:
    try:
        wanted = (index_of(shape),) if hasattr(shape, "__index__") else tuple(map(index_of, shape))
    except TypeError:
        raise ShapeError(
            message("reshape", f"cannot use {shape!r} as a shape", "an int or a tuple of ints")
        ) from None
    if -1 not in wanted:
        return as_shape(wanted, "reshape")
    rest = math.prod(n for n in wanted if n != -1)
    if wanted.count(-1) > 1 or rest <= 0 or x._type.size % rest:
        problem = f"cannot make {wanted} of {x._type.shape} ({x._type.size} elements over {rest})"
        raise ShapeError(
            message("reshape", problem, "one -1 at most, and the others must divide the size")
        )
    return as_shape(tuple(x._type.size // rest if n == -1 else n for n in wanted), "reshape")


def flatten(x: Any, /) -> Array:
    """Return the elements, in row-major order, as a 1-d array.

    Parameters
    ----------
    x : Array or scalar

    Returns
    -------
    Array, shape (x.size,)
        The elements, the last axis running fastest.

    Examples
    --------
    >>> import nx
    >>> nx.flatten(nx.asarray([[1, 2], [3, 4]]))
    Array([1, 2, 3, 4], dtype=int64)
    """
    return reshape(x, -1) if _convert.to_array(x, "flatten")._type.size else reshape(x, 0)


def permute_dims(x: Any, /, axes: Sequence[int]) -> Array:
    """Put the axes in another order: axis i of the result is axis ``axes[i]`` of x.

    Parameters
    ----------
    x : Array
    axes : sequence of int
        All of x's axes, each once.

    Returns
    -------
    Array
        With the axes in that order.

    Raises
    ------
    AxisError
        If an axis is missing, named twice or outside x.

    Examples
    --------
    >>> import nx
    >>> nx.permute_dims(nx.zeros((2, 3, 4)), (2, 0, 1)).shape
    (4, 2, 3)
    """
    x = _convert.to_array(x, "permute_dims")
    ndim = x._type.ndim
    if not isinstance(axes, Iterable):
        raise AxisError(message("permute_dims", f"cannot use {axes!r} as axes", "a tuple of ints"))
    order = tuple(normalize_axis(a, ndim, "permute_dims") for a in axes)
    if len(order) != ndim or len(set(order)) != ndim:
        problem = f"cannot permute {x._type.shape} by {tuple(axes)} ({ndim} axes)"
        raise AxisError(message("permute_dims", problem, "name every axis once"))
    return perform(P.permute_dims, x, axes=order)


def matrix_transpose(x: Any, /) -> Array:
    """Swap the last two axes.

    Parameters
    ----------
    x : Array, shape (..., m, n)

    Returns
    -------
    Array, shape (..., n, m)
        Complex numbers are not conjugated.

    Raises
    ------
    ShapeError
        If x has fewer than two axes.

    Examples
    --------
    >>> import nx
    >>> nx.matrix_transpose(nx.asarray([[1, 2], [3, 4]]))
    Array([[1, 3],
           [2, 4]], dtype=int64)
    """
    x = _convert.to_array(x, "matrix_transpose")
    if x._type.ndim < 2:
        raise ShapeError(
            message(
                "matrix_transpose", f"cannot transpose {x._type.shape} ({x._type.ndim} < 2 axes)"
            )
        )
    return swapaxes(x, -1, -2)


def swapaxes(x: Any, axis1: int, axis2: int, /) -> Array:
    """Swap two axes.

    Parameters
    ----------
    x : Array
    axis1, axis2 : int
        Negative ones count from the end.

    Returns
    -------
    Array
        With the two axes in each other's place.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.swapaxes(nx.zeros((2, 3, 4)), 0, 2).shape
    (4, 3, 2)
    """
    x = _convert.to_array(x, "swapaxes")
    order = list(range(x._type.ndim))
    a, b = (normalize_axis(i, x._type.ndim, "swapaxes") for i in (axis1, axis2))
    order[a], order[b] = order[b], order[a]
    return permute_dims(x, order)


def moveaxis(x: Any, source: Any, destination: Any, /) -> Array:
    """Move axes to new places; the others keep their order.

    Parameters
    ----------
    x : Array
    source : int or sequence of int
        Where the axes are.
    destination : int or sequence of int
        Where each of them goes.

    Returns
    -------
    Array
        With the axes in their new places.

    Raises
    ------
    AxisError
        If there are not as many places as axes, or one is named twice or outside x.

    Examples
    --------
    >>> import nx
    >>> nx.moveaxis(nx.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """
    x = _convert.to_array(x, "moveaxis")
    pairs = [a if isinstance(a, (tuple, list)) else (a,) for a in (source, destination)]
    old, new = ([normalize_axis(i, x._type.ndim, "moveaxis") for i in axes] for axes in pairs)
    if len(old) != len(new) or len(set(old)) != len(old) or len(set(new)) != len(new):
        raise AxisError(
            message(
                "moveaxis", f"cannot move {source} to {destination}", "name as many distinct axes"
            )
        )
    order = [i for i in range(x._type.ndim) if i not in old]
    for place, axis in sorted(zip(new, old, strict=True)):
        order.insert(place, axis)
    return permute_dims(x, order)


def expand_dims(x: Any, /, axis: Any = 0) -> Array:
    """Put new axes of length 1 at the given places of the result.

    Parameters
    ----------
    x : Array or scalar
    axis : int or tuple of int
        Places in the result's shape; negative ones count from its end.

    Returns
    -------
    Array
        Of x's elements, with more axes.

    Raises
    ------
    AxisError
        For a place outside the result, or named twice.

    Examples
    --------
    >>> import nx
    >>> nx.expand_dims(nx.asarray([1, 2]), axis=1)
    Array([[1],
           [2]], dtype=int64)
    """
    x = _convert.to_array(x, "expand_dims")
    count = len(axis) if isinstance(axis, (tuple, list)) else 1
    axes = normalize_axes(axis, x._type.ndim + count, "expand_dims")
    lengths = iter(x._type.shape)
    return reshape(x, tuple(1 if i in axes else next(lengths) for i in range(x._type.ndim + count)))


def squeeze(x: Any, /, axis: Any = None) -> Array:
    """Remove axes of length 1, by default all of them.

    Parameters
    ----------
    x : Array
    axis : int or tuple of int, optional
        Which to remove; by default all of length 1.

    Returns
    -------
    Array
        Of x's elements, with fewer axes.

    Raises
    ------
    ShapeError
        If an axis named has another length.
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.squeeze(nx.zeros((1, 3, 1))).shape
    (3,)
    """
    x = _convert.to_array(x, "squeeze")
    shape = x._type.shape
    if axis is None:
        axes: tuple[int, ...] = tuple(i for i, n in enumerate(shape) if n == 1)
    else:
        axes = normalize_axes(axis, len(shape), "squeeze")
    for a in axes:
        if shape[a] != 1:
            raise ShapeError(
                message("squeeze", f"cannot remove axis {a} of {shape} ({shape[a]} != 1)")
            )
    return reshape(x, tuple(n for i, n in enumerate(shape) if i not in axes))


def flip(x: Any, /, *, axis: Any = None) -> Array:
    """Reverse the order of the elements along axes, by default all.

    Parameters
    ----------
    x : Array
    axis : int or tuple of int, optional
        By default all axes.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.flip(nx.asarray([1, 2, 3]))
    Array([3, 2, 1], dtype=int64)
    """
    x = _convert.to_array(x, "flip")
    return perform(P.flip, x, axes=normalize_axes(axis, x._type.ndim, "flip"))
