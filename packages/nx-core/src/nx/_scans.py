"""Running sums, products and extrema along an axis."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx._array import Array
from nx._errors import AxisError, message
from nx._reducing import to_accumulate
from nx._shapes import flag, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P, Primitive

__all__ = ["cummax", "cummin", "cumulative_prod", "cumulative_sum"]


def _scan(primitive: Primitive, x: Array, axis: int | None, reverse: bool, operation: str) -> Array:
    ndim = x._type.ndim
    if axis is None:
        if ndim != 1:
            problem = f"cannot run along {ndim} axes at once ({ndim} != 1)"
            raise AxisError(message(operation, problem, "name the axis: axis=0"))
        axis = 0
    backwards = flag(operation, reverse, "reverse")
    return perform(primitive, x, axis=normalize_axis(axis, ndim, operation), reverse=backwards)


def cumulative_sum(
    x: Any,
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    include_initial: bool = False,
    reverse: bool = False,
) -> Array:
    """Return the running sums along an axis.

    Parameters
    ----------
    x : Array, numeric or bool
    axis : int, optional
        May be left out for 1-d arrays.
    dtype : DType, optional
        To add in; by default as in `sum`.
    include_initial : bool
        Whether a 0 comes first: then the axis is longer by 1.
    reverse : bool
        Whether to run from the end.

    Returns
    -------
    Array
        Of x's shape, in the dtype it was added in.

    Raises
    ------
    AxisError
        For an axis outside x, or none for other than one axis.

    Examples
    --------
    >>> import nx
    >>> nx.cumulative_sum(nx.asarray([1, 2, 3]))
    Array([1, 3, 6], dtype=int64)
    """
    flag("cumulative_sum", include_initial, "include_initial")
    x = to_accumulate(_convert.to_array(x, "cumulative_sum"), dtype, "cumulative_sum")
    out = _scan(P.cumsum, x, axis, reverse, "cumulative_sum")
    return _with_initial(out, axis, 0, reverse) if include_initial else out


def _with_initial(out: Array, axis: int | None, value: int, reverse: bool) -> Array:
    type_ = out._type
    place = normalize_axis(0 if axis is None else axis, type_.ndim, "cumulative_sum")
    one = tuple(int(i == place) for i in range(type_.ndim))
    none = (0,) * type_.ndim
    low, high = (none, one) if reverse else (one, none)
    return perform(
        P.pad,
        out,
        _convert.constant(value, type_.dtype, type_.device),
        low=low,
        high=high,
        interior=none,
    )


def cumulative_prod(
    x: Any,
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    include_initial: bool = False,
    reverse: bool = False,
) -> Array:
    """Return the running products along an axis.

    Parameters
    ----------
    x : Array, numeric or bool
    axis : int, optional
        May be left out for 1-d arrays.
    dtype : DType, optional
        To multiply in; by default as in `sum`.
    include_initial : bool
        Whether a 1 comes first: then the axis is longer by 1.
    reverse : bool
        Whether to run from the end.

    Returns
    -------
    Array
        Of x's shape, in the dtype it was multiplied in.

    Raises
    ------
    AxisError
        For an axis outside x, or none for other than one axis.

    Examples
    --------
    >>> import nx
    >>> nx.cumulative_prod(nx.asarray([1, 2, 3]), include_initial=True)
    Array([1, 1, 2, 6], dtype=int64)
    """
    flag("cumulative_prod", include_initial, "include_initial")
    x = to_accumulate(_convert.to_array(x, "cumulative_prod"), dtype, "cumulative_prod")
    out = _scan(P.cumprod, x, axis, reverse, "cumulative_prod")
    return _with_initial(out, axis, 1, reverse) if include_initial else out


def cummax(x: Any, /, *, axis: int | None = None, reverse: bool = False) -> Array:
    """Return the running maxima along an axis.

    Parameters
    ----------
    x : Array, bool or real
    axis : int, optional
        May be left out for 1-d arrays.
    reverse : bool
        Whether to run from the end.

    Returns
    -------
    Array
        Of x's shape and dtype; NaN from the first NaN on.

    Raises
    ------
    AxisError
        For an axis outside x, or none for other than one axis.

    Notes
    -----
    Elements that tie for a maximum share its derivative equally.

    Examples
    --------
    >>> import nx
    >>> nx.cummax(nx.asarray([1, 3, 2, 4]))
    Array([1, 3, 3, 4], dtype=int64)
    """
    return _scan(P.cummax, _convert.to_array(x, "cummax"), axis, reverse, "cummax")


def cummin(x: Any, /, *, axis: int | None = None, reverse: bool = False) -> Array:
    """Return the running minima along an axis.

    Parameters
    ----------
    x : Array, bool or real
    axis : int, optional
        May be left out for 1-d arrays.
    reverse : bool
        Whether to run from the end.

    Returns
    -------
    Array
        Of x's shape and dtype; NaN from the first NaN on.

    Raises
    ------
    AxisError
        For an axis outside x, or none for other than one axis.

    Notes
    -----
    Elements that tie for a minimum share its derivative equally.

    Examples
    --------
    >>> import nx
    >>> nx.cummin(nx.asarray([3, 1, 2, 0]))
    Array([3, 1, 1, 0], dtype=int64)
    """
    return _scan(P.cummin, _convert.to_array(x, "cummin"), axis, reverse, "cummin")
