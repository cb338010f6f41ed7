"""Broadcasting arrays and shapes."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx._array import Array
from nx._shapes import as_shape
from nx._shapes import broadcast_shapes as _common_shape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["broadcast_arrays", "broadcast_shapes", "broadcast_to"]


def broadcast_to(x: Any, /, shape: Any) -> Array:
    """Repeat x along new leading axes and axes of length 1 until it has the shape.

    Parameters
    ----------
    x : Array or scalar
    shape : int or tuple of int
        At least x's axes, with x's lengths where x's are not 1.

    Returns
    -------
    Array
        Of the shape; in NumPy's backend a view, so nothing is copied.

    Raises
    ------
    ShapeError
        If x does not broadcast to it.

    Examples
    --------
    >>> import nx
    >>> nx.broadcast_to(nx.asarray([1, 2]), (2, 2))
    Array([[1, 2],
           [1, 2]], dtype=int64)
    """
    return perform(
        P.broadcast_to, _convert.to_array(x, "broadcast_to"), shape=as_shape(shape, "broadcast_to")
    )


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """Return the shape that all shapes broadcast to.

    Parameters
    ----------
    *shapes : tuple of int

    Returns
    -------
    tuple of int
        Aligned at their ends; an axis of length 1 takes the others' length.

    Raises
    ------
    ShapeError
        If two lengths differ and neither is 1.

    Examples
    --------
    >>> import nx
    >>> nx.broadcast_shapes((3, 1), (4,))
    (3, 4)
    """
    return _common_shape([as_shape(s, "broadcast_shapes") for s in shapes])


def broadcast_arrays(*arrays: Any) -> tuple[Array, ...]:
    """Broadcast arrays to their common shape.

    Parameters
    ----------
    *arrays : Array or scalar

    Returns
    -------
    tuple of Array
        All of one shape, each of its own dtype.

    Raises
    ------
    ShapeError
        If their shapes do not broadcast.

    Examples
    --------
    >>> import nx
    >>> [x.shape for x in nx.broadcast_arrays(nx.zeros((2, 1)), nx.zeros(3))]
    [(2, 3), (2, 3)]
    """
    xs = [_convert.to_array(x, "broadcast_arrays") for x in arrays]
    shape = _common_shape([x._type.shape for x in xs], "broadcast_arrays")
    return tuple(broadcast_to(x, shape) for x in xs)
