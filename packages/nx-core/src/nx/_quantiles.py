"""Quantiles, and the median among them, of all elements or of those that are not NaN."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import (
    add,
    ceil,
    clip,
    equal,
    floor,
    isinf,
    isnan,
    less_equal,
    logical_and,
    logical_not,
    maximum,
    multiply,
    subtract,
    where,
)
from nx._errors import ShapeError, message
from nx._numeric import one_of, to_real
from nx._reductions import any as _any
from nx._reductions import sum as _sum
from nx._shapes import flag, normalize_axes
from nx._shaping import permute_dims, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["median", "nanmedian", "nanquantile", "quantile"]


METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def quantile(
    x: Any, q: Any, /, *, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Array:
    """Return the value below which a share q of the elements along axes lies.

    Parameters
    ----------
    x : Array
        Integers become float32.
    q : float or Array
        From 0 to 1, of any shape.
    axis : int or tuple of int, optional
        None means all.
    method : {"linear", "lower", "higher", "midpoint", "nearest"}
        What to return between two elements; "nearest" takes the lower one from the middle.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, shape ``q.shape`` followed by that of the reduced x
        NaN where any element is NaN, or q is outside [0, 1].

    Raises
    ------
    ShapeError
        If there are no elements, or the method is unknown.

    Notes
    -----
    Differentiable in x, and with the method "linear" in q.

    Examples
    --------
    >>> import nx
    >>> nx.quantile(nx.asarray([1.0, 2.0, 4.0]), nx.asarray([0.5, 0.75]))
    Array([2., 3.], dtype=float32)
    """
    return _quantile("quantile", x, q, axis, method, keepdims)


def median(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the middle element along axes, or the mean of the middle two; NaN if any is NaN.

    Parameters
    ----------
    x : Array, real
        Integers become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes.

    Raises
    ------
    ShapeError
        If there are no elements.
    AxisError
        For an axis outside x.

    Notes
    -----
    The two in the middle have half of the derivative each.

    Examples
    --------
    >>> import nx
    >>> float(nx.median(nx.asarray([5.0, 1.0, 2.0])))
    2.0
    """
    return _quantile("median", x, 0.5, axis, "midpoint", keepdims)


def nanquantile(
    x: Any, q: Any, /, *, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Array:
    """Return the value below which a share q of the elements along axes lies, NaN left out.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.
    q : float or Array
        From 0 to 1, of any shape.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    method : {"linear", "lower", "higher", "midpoint", "nearest"}
        As in `quantile`.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, shape ``q.shape`` followed by that of the reduced x
        NaN where nothing is left, or q is outside [0, 1].

    Raises
    ------
    ShapeError
        If there are no elements, or the method is unknown.
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanquantile(nx.asarray([1.0, nx.nan, 3.0]), 0.5))
    2.0
    """
    return _quantile("nanquantile", x, q, axis, method, keepdims, skip=True)


def nanmedian(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the middle element along axes, or the mean of the middle two, NaN left out.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; NaN where nothing is left.

    Raises
    ------
    ShapeError
        If there are no elements.
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanmedian(nx.asarray([5.0, nx.nan, 1.0, 2.0])))
    2.0
    """
    return _quantile("nanmedian", x, 0.5, axis, "midpoint", keepdims, skip=True)


def _quantile(
    operation: str, x: Any, q: Any, axis: Any, method: str, keepdims: bool, skip: bool = False
) -> Array:
    one_of(operation, method, METHODS, "a method")
    flag(operation, keepdims, "keepdims")
    (x,) = to_real(operation, x)
    type_ = x._type
    axes = normalize_axes(axis, type_.ndim, operation)
    kept = tuple(i for i in range(type_.ndim) if i not in axes)
    n = math.prod(type_.shape[a] for a in axes)
    if n == 0:
        problem = f"cannot take one of no elements (axes {axes} of {type_.shape})"
        raise ShapeError(message(operation, problem))
    rest = tuple(type_.shape[i] for i in kept)
    flat = reshape(permute_dims(x, (*axes, *kept)), (n, *rest))
    ordered = perform(P.sort, flat, axis=0, descending=False)
    if skip:
        out = _among_numbers(ordered, _positions(operation, q, x), method)
    else:
        position = multiply(_positions(operation, q, x), float(n - 1))
        found = _between_neighbours(ordered, position, method)
        out = where(_any(isnan(flat), axis=0), math.nan, found)
    if not keepdims:
        return out
    front = out._type.shape[: out._type.ndim - len(rest)]
    return reshape(out, (*front, *(1 if i in axes else m for i, m in enumerate(type_.shape))))


def _positions(operation: str, q: Any, x: Array) -> Array:
    """Return the shares q in float64, which can count the elements; NaN outside [0, 1]."""
    (share,) = to_real(operation, q)
    if type(q) in _convert.PYTHON_SCALARS:
        share = _convert.constant(float(q), dt.float64, x._type.device, operation)
    elif share._type.dtype is not dt.float64:
        share = perform(P.cast, share, dtype=dt.float64)
    inside = equal(clip(share, 0.0, 1.0), share)
    return where(inside, share, math.nan)


def _among_numbers(ordered: Array, share: Array, method: str) -> Array:
    """Return the quantiles along axis 0 of what is not NaN there, which comes first."""
    shape, device = ordered._type.shape, ordered._type.device
    count = _sum(equal(ordered, ordered), axis=0)
    last = perform(P.cast, maximum(subtract(count, 1), 0), dtype=dt.float64)
    share = reshape(share, (*share._type.shape, *(1,) * (len(shape) - 1)))
    rest = [
        reshape(
            perform(P.iota, length=n, dtype=dt.int64, device=device),
            tuple(n if i == j else 1 for j in range(1, len(shape))),
        )
        for i, n in enumerate(shape)
        if i
    ]
    return _between_neighbours(ordered, multiply(share, last), method, rest)


def _between_neighbours(
    ordered: Array, position: Array, method: str, rest: list[Array] | None = None
) -> Array:
    """Return what stands at fractional positions along axis 0; NaN positions give NaN.

    With indices of the other axes there is a position for each place of these.
    """
    valid = logical_not(isnan(position))
    position = where(valid, position, 0.0)
    below = floor(position)
    dtype, k = ordered._type.dtype, 0 if rest is not None else ordered._type.ndim - 1
    others = rest or []
    axes = tuple(range(1 + len(others)))
    share = perform(P.cast, subtract(position, below), dtype=dtype)
    share, valid = (reshape(a, (*a._type.shape, *(1,) * k)) for a in (share, valid))
    low, high = (
        perform(P.gather, ordered, perform(P.cast, at, dtype=dt.int64), *others, axes=axes)
        for at in (below, ceil(position))
    )
    if method == "lower":
        out = low
    elif method == "higher":
        out = high
    elif method == "nearest":
        out = where(less_equal(share, 0.5), low, high)
    else:
        if method == "midpoint":
            share = where(equal(share, 0), share, 0.5)
        # an infinite neighbour counts only if it has a share
        high = where(logical_and(equal(share, 0), isinf(high)), 0.0, high)
        out = add(multiply(low, subtract(1.0, share)), multiply(high, share))
    return where(valid, out, math.nan)
