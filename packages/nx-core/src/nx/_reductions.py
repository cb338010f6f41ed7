"""Reductions and running reductions along axes."""

from __future__ import annotations

import builtins
import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import divide, integer_pow, not_equal, sqrt, subtract
from nx._errors import AxisError, DTypeError, message
from nx._numeric import narrowed, widened
from nx._shapes import as_number, normalize_axes, normalize_axis
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


def _keep(out: Array, x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    if not keepdims:
        return out
    shape = tuple(1 if i in axes else n for i, n in enumerate(x._type.shape))
    return perform(P.reshape, out, shape=shape)


def _reduce(primitive: Primitive, x: Any, axis: Any, keepdims: bool) -> Array:
    x = _convert.to_array(x, primitive.name)
    axes = normalize_axes(axis, x._type.ndim, primitive.name)
    return _keep(perform(primitive, x, axes=axes), x, axes, keepdims)


def _accumulator(x: Array, dtype: Any, operation: str) -> Array:
    """Return x in the dtype its sum or product has: small integers and bools widen to 64 bits."""
    own = x._type.dtype
    if dtype is not None:
        wanted = dt.as_dtype(dtype, operation)
    elif own.kind in ("bool", "signed"):
        wanted = dt.int64
    else:
        wanted = dt.uint64 if own.kind == "unsigned" else own
    return x if wanted is own else perform(P.cast, x, dtype=wanted)


def sum(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Array:
    """Add the elements along axes.

    Parameters
    ----------
    x : Array
    axis : int or tuple of int, optional
        None means all.
    dtype : DType, optional
        To add in; by default x's own, bools and small integers widened to 64 bits.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array

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
    return _reduce(P.sum, _accumulator(_convert.to_array(x, "sum"), dtype, "sum"), axis, keepdims)


def prod(x: Any, /, *, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Array:
    """Multiply the elements along axes; arguments as in `sum`.  The product of nothing is 1."""
    return _reduce(
        P.prod, _accumulator(_convert.to_array(x, "prod"), dtype, "prod"), axis, keepdims
    )


def max(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the largest element along axes; NaN if any is NaN.

    Raises
    ------
    ShapeError
        If an axis is empty.

    Notes
    -----
    Elements that tie share the derivative equally.

    Examples
    --------
    >>> import nx
    >>> float(nx.max(nx.asarray([1.0, 3.0, 2.0])))
    3.0
    """
    return _reduce(P.max, x, axis, keepdims)


def min(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the smallest element along axes; NaN if any is NaN."""
    return _reduce(P.min, x, axis, keepdims)


def _truth(x: Any, operation: str) -> Array:
    x = _convert.to_array(x, operation)
    return x if x._type.dtype is dt.bool_ else not_equal(x, 0)


def any(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Tell whether any element along axes is true (nonzero)."""
    return _reduce(P.any, _truth(x, "any"), axis, keepdims)


def all(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Tell whether all elements along axes are true (nonzero)."""
    return _reduce(P.all, _truth(x, "all"), axis, keepdims)


def count_nonzero(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Count the elements that are not 0 along axes, as int64."""
    return sum(_truth(x, "count_nonzero"), axis=axis, keepdims=keepdims)


def _arg(primitive: Primitive, x: Any, axis: Any, keepdims: bool) -> Array:
    x = _convert.to_array(x, primitive.name)
    flat = perform(P.reshape, x, shape=(x._type.size,)) if axis is None else x
    place = normalize_axis(0 if axis is None else axis, flat._type.ndim, primitive.name)
    out = perform(primitive, flat, axis=place)
    axes = tuple(range(x._type.ndim)) if axis is None else (place,)
    return _keep(out, x, axes, keepdims)


def argmax(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the first index of the largest element, along an axis or in x flattened; int64."""
    return _arg(P.argmax, x, axis, keepdims)


def argmin(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the first index of the smallest element, along an axis or in x flattened; int64."""
    return _arg(P.argmin, x, axis, keepdims)


def _floating(x: Any, operation: str) -> Array:
    x = _convert.to_array(x, operation)
    return (
        perform(P.cast, x, dtype=dt.float32)
        if x._type.dtype.kind in ("signed", "unsigned", "bool")
        else x
    )


def mean(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Average the elements along axes; integers become float32, the mean of nothing is NaN.

    Examples
    --------
    >>> import nx
    >>> nx.mean(nx.asarray([[1, 2], [3, 4]]), axis=0)
    Array([2., 3.], dtype=float32)
    """
    x = _floating(x, "mean")
    axes = normalize_axes(axis, x._type.ndim, "mean")
    count = math.prod(x._type.shape[a] for a in axes)
    return narrowed(divide(_reduce(P.sum, widened(x), axes, keepdims), float(count)), x)


def var(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Array:
    """Return the variance along axes: squared distances from the mean over count - correction.

    Examples
    --------
    >>> import nx
    >>> float(nx.var(nx.asarray([1.0, 3.0]), correction=1))
    2.0
    """
    x = _floating(x, "var")
    axes = normalize_axes(axis, x._type.ndim, "var")
    count = math.prod(x._type.shape[a] for a in axes)
    wide = widened(x)
    distance = subtract(wide, mean(wide, axis=axes, keepdims=True))
    if distance._type.dtype.kind == "complex":
        raise DTypeError(
            message("var", f"cannot take {x._type.dtype.name}", "take abs, real or imag first")
        )
    total = _reduce(P.sum, integer_pow(distance, 2), axes, keepdims)
    divisor = builtins.max(count - as_number(correction, "var", "correction"), 0.0)
    return narrowed(divide(total, divisor), x)


def std(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Array:
    """Return the standard deviation along axes: the square root of `var`."""
    return sqrt(var(x, axis=axis, correction=correction, keepdims=keepdims))


def _scan(primitive: Primitive, x: Array, axis: int | None, reverse: bool, operation: str) -> Array:
    ndim = x._type.ndim
    if axis is None:
        if ndim != 1:
            problem = f"cannot run along {ndim} axes at once ({ndim} != 1)"
            raise AxisError(message(operation, problem, "name the axis: axis=0"))
        axis = 0
    return perform(primitive, x, axis=normalize_axis(axis, ndim, operation), reverse=bool(reverse))


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
    x : Array
    axis : int, optional
        May be left out for 1-d arrays.
    dtype : DType, optional
        As in `sum`.
    include_initial : bool
        Whether a 0 comes first.
    reverse : bool
        Whether to run from the end.

    Returns
    -------
    Array

    Examples
    --------
    >>> import nx
    >>> nx.cumulative_sum(nx.asarray([1, 2, 3]))
    Array([1, 3, 6], dtype=int64)
    """
    x = _accumulator(_convert.to_array(x, "cumulative_sum"), dtype, "cumulative_sum")
    out = _scan(P.cumsum, x, axis, reverse, "cumulative_sum")
    return _with_initial(out, axis, 0, reverse) if include_initial else out


def _with_initial(out: Array, axis: int | None, value: int, reverse: bool) -> Array:
    type_ = out._type
    place = normalize_axis(axis or 0, type_.ndim, "cumulative_sum")
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
    """Return the running products along an axis; arguments as in `cumulative_sum`."""
    x = _accumulator(_convert.to_array(x, "cumulative_prod"), dtype, "cumulative_prod")
    out = _scan(P.cumprod, x, axis, reverse, "cumulative_prod")
    return _with_initial(out, axis, 1, reverse) if include_initial else out


def cummax(x: Any, /, *, axis: int | None = None, reverse: bool = False) -> Array:
    """Return the running maxima along an axis."""
    return _scan(P.cummax, _convert.to_array(x, "cummax"), axis, reverse, "cummax")


def cummin(x: Any, /, *, axis: int | None = None, reverse: bool = False) -> Array:
    """Return the running minima along an axis."""
    return _scan(P.cummin, _convert.to_array(x, "cummin"), axis, reverse, "cummin")
