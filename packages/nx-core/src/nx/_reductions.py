"""Reductions along axes; the averages and the running ones stand in rooms of their own."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._averages import mean, std, var
from nx._elementwise import not_equal
from nx._reducing import keep, reduce_over, to_accumulate
from nx._scans import cummax, cummin, cumulative_prod, cumulative_sum
from nx._shapes import normalize_axis
from nx.effects._perform import perform
from nx.primitives import P, Primitive

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "cummax",
    "cummin",
    "cumulative_prod",
    "cumulative_sum",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]


def sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Array:
    """Add the elements along axes.

    Parameters
    ----------
    x : Array or scalar, numeric or bool
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    dtype : DType, optional
        To add in; by default x's own, bools and small integers widened to 64 bits.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes, in the dtype it was added in.

    Raises
    ------
    AxisError
        For an axis outside x.

    Notes
    -----
    The sum of nothing is 0.  float16 and bfloat16 accumulate in float32.

    Examples
    --------
    >>> import nx
    >>> nx.sum(nx.asarray([[1.0, 2.0], [3.0, 4.0]]), axis=1)
    Array([3., 7.], dtype=float32)
    """
    return reduce_over(
        P.sum, to_accumulate(_convert.to_array(x, "sum"), dtype, "sum"), axis, keepdims
    )


def prod(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Array:
    """Multiply the elements along axes.

    Parameters
    ----------
    x : Array or scalar, numeric or bool
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    dtype : DType, optional
        To multiply in; by default as in `sum`.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes, in the dtype it was multiplied in.

    Raises
    ------
    AxisError
        For an axis outside x.

    Notes
    -----
    The product of nothing is 1. The derivatives, of every order, are right where elements are 0
    too.

    Examples
    --------
    >>> import nx
    >>> nx.prod(nx.asarray([[1.0, 2.0], [3.0, 4.0]]), axis=1)
    Array([ 2., 12.], dtype=float32)
    """
    return reduce_over(
        P.prod, to_accumulate(_convert.to_array(x, "prod"), dtype, "prod"), axis, keepdims
    )


def max(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the largest element along axes; NaN if any is NaN.

    Parameters
    ----------
    x : Array or scalar, bool or real
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Of x's dtype, without the reduced axes.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If a reduced axis is empty: nothing has no maximum.

    Notes
    -----
    Elements that tie share the derivative equally.

    Examples
    --------
    >>> import nx
    >>> float(nx.max(nx.asarray([1.0, 3.0, 2.0])))
    3.0
    """
    return reduce_over(P.max, x, axis, keepdims)


def min(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the smallest element along axes; NaN if any is NaN.

    Parameters
    ----------
    x : Array or scalar, bool or real
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Of x's dtype, without the reduced axes.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If a reduced axis is empty: nothing has no minimum.

    Notes
    -----
    Elements that tie share the derivative equally.

    Examples
    --------
    >>> import nx
    >>> nx.min(nx.asarray([[4.0, 3.0], [1.0, 2.0]]), axis=0)
    Array([1., 2.], dtype=float32)
    """
    return reduce_over(P.min, x, axis, keepdims)


def _truth(x: Any, operation: str) -> Array:
    x = _convert.to_array(x, operation)
    return x if x._type.dtype is dt.bool_ else not_equal(x, 0)


def any(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Tell whether any element along axes is true (nonzero).

    Parameters
    ----------
    x : Array or scalar
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, bool
        Without the reduced axes; False for an empty one.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.any(nx.asarray([[0, 2], [0, 0]]), axis=1)
    Array([ True, False], dtype=bool)
    """
    return reduce_over(P.any, _truth(x, "any"), axis, keepdims)


def all(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Tell whether all elements along axes are true (nonzero).

    Parameters
    ----------
    x : Array or scalar
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, bool
        Without the reduced axes; True for an empty one.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.all(nx.asarray([[1, 2], [0, 3]]), axis=1)
    Array([ True, False], dtype=bool)
    """
    return reduce_over(P.all, _truth(x, "all"), axis, keepdims)


def count_nonzero(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Count the elements that are not 0 along axes.

    Parameters
    ----------
    x : Array or scalar
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, int64
        Without the reduced axes.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.count_nonzero(nx.asarray([[0, 2], [1, 3]]), axis=1)
    Array([1, 2], dtype=int64)
    """
    return sum(_truth(x, "count_nonzero"), axis=axis, keepdims=keepdims)


def _arg(primitive: Primitive, x: Any, axis: Any, keepdims: bool) -> Array:
    x = _convert.to_array(x, primitive.name)
    flat = perform(P.reshape, x, shape=(x._type.size,)) if axis is None else x
    place = normalize_axis(0 if axis is None else axis, flat._type.ndim, primitive.name)
    out = perform(primitive, flat, axis=place)
    axes = tuple(range(x._type.ndim)) if axis is None else (place,)
    return keep(out, x, axes, keepdims, primitive.name)


def argmax(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the first index of the largest element, along an axis or in x flattened.

    Parameters
    ----------
    x : Array or scalar, bool or real
    axis : int, optional
        The axis to look along; None means x flattened in row-major order.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, int64
        Without the axis.  The first NaN counts as largest.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If the axis is empty.

    Examples
    --------
    >>> import nx
    >>> nx.argmax(nx.asarray([[1, 5, 5], [9, 2, 3]]), axis=1)
    Array([1, 0], dtype=int64)
    """
    return _arg(P.argmax, x, axis, keepdims)


def argmin(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the first index of the smallest element, along an axis or in x flattened.

    Parameters
    ----------
    x : Array or scalar, bool or real
    axis : int, optional
        The axis to look along; None means x flattened in row-major order.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, int64
        Without the axis.  The first NaN counts as smallest.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        If the axis is empty.

    Examples
    --------
    >>> import nx
    >>> nx.argmin(nx.asarray([[1, 5, 1], [9, 2, 3]]), axis=1)
    Array([0, 1], dtype=int64)
    """
    return _arg(P.argmin, x, axis, keepdims)
