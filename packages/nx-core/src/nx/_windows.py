"""Sliding windows over the last axes, and what pooling and convolution make of them.

A window has one length, stride and dilation for each of the axes it slides over.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nx import _convert
from nx._array import Array
from nx._elementwise import divide
from nx._errors import ShapeError, message
from nx._limits import iinfo
from nx._numeric import narrowed, numeric, to_inexact, widened
from nx._shapes import as_shape, flag, index_of
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["avg_pool", "fold", "max_pool", "min_pool", "unfold"]

Shape = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


def lengths(operation: str, value: Any, count: int, what: str, least: int = 1) -> Shape:
    """Return one int for each of the axes, of an int for all of them or a sequence."""
    if isinstance(value, (str, Array)):
        raise ShapeError(message(operation, f"cannot use {value!r} as {what}"))
    found = as_shape(value, operation)
    if hasattr(value, "__index__"):
        found = found * count
    if not count:
        raise ShapeError(message(operation, f"cannot slide over no axis ({what} of 0 axes)"))
    if len(found) != count or min(found, default=least) < least:
        problem = f"cannot use {value!r} as {what} of {count} axes"
        raise ShapeError(message(operation, problem, f"an int or {count} ints, at least {least}"))
    return found


def widths(
    operation: str, padding: Any, shape: Shape, window: Shape, strides: Shape, dilation: Shape
) -> Pairs:
    """Return how much to pad before and after each axis.

    "same" makes as many places as strides fit into the axis, "valid" pads nothing.
    """
    count = len(window)
    word = padding if isinstance(padding, str) else None
    if word == "valid":
        return ((0, 0),) * count
    if word == "same":
        out = []
        for n, w, s, d in zip(shape, window, strides, dilation, strict=True):
            total = max((-(-n // s) - 1) * s + (w - 1) * d + 1 - n, 0)
            out.append((total // 2, total - total // 2))
        return tuple(out)
    if hasattr(padding, "__index__") or _all_ints(padding):
        return tuple((p, p) for p in lengths(operation, padding, count, "padding", 0))
    try:
        pairs = tuple((index_of(a), index_of(b)) for a, b in padding)
    except (TypeError, ValueError):
        pairs = ()
    if len(pairs) != count or min((p for pair in pairs for p in pair), default=0) < 0:
        hint = '"same", "valid", an int, an int for each axis, or a pair for each axis'
        problem = f"cannot pad {count} axes by {padding!r}"
        raise ShapeError(message(operation, problem, hint))
    return pairs


def _all_ints(padding: Any) -> bool:
    return isinstance(padding, (tuple, list)) and all(hasattr(p, "__index__") for p in padding)


def padded(x: Array, pairs: Pairs, value: Any) -> Array:
    """Put a value around the last axes."""
    if not any(map(any, pairs)):
        return x
    type_ = x._type
    front = (0,) * (type_.ndim - len(pairs))
    low, high = (front + tuple(p[i] for p in pairs) for i in (0, 1))
    fill = _convert.constant(value, type_.dtype, type_.device)
    return perform(P.pad, x, fill, low=low, high=high, interior=(0,) * type_.ndim)


def unfold(x: Any, window: Any, /, *, stride: Any = 1, dilation: Any = 1) -> Array:
    """Return the windows that slide over the last axes.

    Parameters
    ----------
    x : Array, shape ``(..., *axes)``, numeric
    window : int or tuple of int
        One length for each of the axes to slide over, the last ones.
    stride : int or tuple of int
        From a window to the next.
    dilation : int or tuple of int
        From an element of a window to the next.

    Returns
    -------
    Array, shape ``(..., *places, *window)``
        Of x's dtype.

    Raises
    ------
    ShapeError
        If a window does not fit.

    Examples
    --------
    >>> import nx
    >>> nx.unfold(nx.arange(5), 3, stride=2)
    Array([[0, 1, 2],
           [2, 3, 4]], dtype=int64)
    """
    (x,) = numeric("unfold", x)
    sizes = as_shape(window, "unfold")
    k = len(sizes)
    strides = lengths("unfold", stride, k, "a stride")
    return perform(
        P.unfold,
        x,
        window=lengths("unfold", window, k, "a window"),
        strides=strides,
        dilation=lengths("unfold", dilation, k, "a dilation"),
    )


def fold(y: Any, shape: Any, /, *, stride: Any = 1, dilation: Any = 1) -> Array:
    """Add overlapping windows up where they came from: the transpose of `unfold`.

    Parameters
    ----------
    y : Array, shape ``(..., *places, *window)``, numeric
        Windows, as `unfold` gives them.
    shape : int or tuple of int
        Of the axes the windows were taken from.
    stride, dilation : int or tuple of int
        As in `unfold`.

    Returns
    -------
    Array, shape ``(..., *shape)``
        Of y's dtype.

    Raises
    ------
    ShapeError
        If y's places are not those of the shape.

    Examples
    --------
    >>> import nx
    >>> nx.fold(nx.unfold(nx.ones(5), 3), 5)
    Array([1., 2., 3., 2., 1.], dtype=float32)
    """
    (y,) = numeric("fold", y)
    sizes = as_shape(shape, "fold")
    k = len(sizes)
    strides = lengths("fold", stride, k, "a stride")
    steps = lengths("fold", dilation, k, "a dilation")
    return perform(P.fold, y, shape=sizes, strides=strides, dilation=steps)


def _pooled(
    operation: str,
    reduce: Callable[[Array, tuple[int, ...]], Array],
    x: Array,
    options: tuple[Any, Any, Any, Any],
    value: Any,
) -> tuple[Array, tuple[Shape, Shape, Shape, Pairs]]:
    window, stride, padding, dilation = options
    k = len(as_shape(window, operation))
    sizes = lengths(operation, window, k, "a window")
    ndim = x._type.ndim
    if not 1 <= k <= ndim:
        problem = f"cannot slide a window of {k} axes over {x._type.shape}"
        raise ShapeError(message(operation, problem))
    strides = sizes if stride is None else lengths(operation, stride, k, "a stride")
    steps = lengths(operation, dilation, k, "a dilation")
    pairs = widths(operation, padding, x._type.shape[ndim - k :], sizes, strides, steps)
    around = padded(x, pairs, value)
    windows = perform(P.unfold, around, window=sizes, strides=strides, dilation=steps)
    return reduce(windows, tuple(range(ndim, ndim + k))), (sizes, strides, steps, pairs)


def _maxima(x: Array, axes: tuple[int, ...]) -> Array:
    return perform(P.max, x, axes=axes)


def _minima(x: Array, axes: tuple[int, ...]) -> Array:
    return perform(P.min, x, axes=axes)


def _sums(x: Array, axes: tuple[int, ...]) -> Array:
    return perform(P.sum, x, axes=axes)


def _extreme(x: Array, sign: int) -> Any:
    """Return what loses against every element: an infinity, or an integer's limit."""
    dtype = x._type.dtype
    if dtype.kind == "floating":
        return sign * math.inf
    limits = iinfo(dtype)
    return int(limits.max if sign > 0 else limits.min)


def max_pool(
    x: Any, window: Any, /, *, stride: Any = None, padding: Any = 0, dilation: Any = 1
) -> Array:
    """Return the largest element of each window that slides over the last axes.

    Parameters
    ----------
    x : Array, shape ``(..., *axes)``, real
    window : int or tuple of int
        One length for each of the axes to slide over, the last ones.
    stride : int or tuple of int, optional
        By default the window's lengths: windows side by side.
    padding : int, tuple, "same" or "valid"
        An int or a (before, after) pair for each axis.  What is put there never wins.
    dilation : int or tuple of int
        From an element of a window to the next.

    Returns
    -------
    Array, shape ``(..., *places)``
        Of x's dtype.

    Raises
    ------
    ShapeError
        If a window does not fit.

    Notes
    -----
    Elements that tie share the derivative equally, as in `max`.

    Examples
    --------
    >>> import nx
    >>> nx.max_pool(nx.asarray([1.0, 5.0, 2.0, 3.0]), 2)
    Array([5., 3.], dtype=float32)
    """
    x = _real_numbers("max_pool", x)
    options = (window, stride, padding, dilation)
    return _pooled("max_pool", _maxima, x, options, _extreme(x, -1))[0]


def min_pool(
    x: Any, window: Any, /, *, stride: Any = None, padding: Any = 0, dilation: Any = 1
) -> Array:
    """Return the smallest element of each window that slides over the last axes.

    Parameters
    ----------
    x : Array, shape ``(..., *axes)``, real
    window, stride, padding, dilation : int or tuple
        As in `max_pool`.

    Returns
    -------
    Array, shape ``(..., *places)``
        Of x's dtype.

    Raises
    ------
    ShapeError
        If a window does not fit.

    Notes
    -----
    Elements that tie share the derivative equally.

    Examples
    --------
    >>> import nx
    >>> nx.min_pool(nx.asarray([1.0, 5.0, 2.0, 3.0]), 2)
    Array([1., 2.], dtype=float32)
    """
    x = _real_numbers("min_pool", x)
    options = (window, stride, padding, dilation)
    return _pooled("min_pool", _minima, x, options, _extreme(x, 1))[0]


def _real_numbers(operation: str, x: Any) -> Array:
    (array,) = numeric(operation, x)
    P.max.accept(array._type.dtype)
    return array


def avg_pool(
    x: Any,
    window: Any,
    /,
    *,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    include_padding: bool = True,
) -> Array:
    """Return the mean of each window that slides over the last axes.

    Parameters
    ----------
    x : Array, shape ``(..., *axes)``
        Integers become float32.
    window, stride, padding, dilation : int or tuple
        As in `max_pool`; zeros are put around x.
    include_padding : bool
        Whether those zeros count as elements.

    Returns
    -------
    Array, shape ``(..., *places)``
        Of x's floating dtype.

    Raises
    ------
    ShapeError
        If a window does not fit.

    Examples
    --------
    >>> import nx
    >>> nx.avg_pool(nx.asarray([1.0, 5.0, 2.0, 4.0]), 2)
    Array([3., 3.], dtype=float32)
    """
    (x,) = to_inexact("avg_pool", x)
    options = (window, stride, padding, dilation)
    total, placed = _pooled("avg_pool", _sums, widened(x), options, 0)
    sizes, strides, steps, pairs = placed
    if flag("avg_pool", include_padding, "include_padding") or not any(map(any, pairs)):
        return narrowed(divide(total, float(math.prod(sizes))), x)
    type_ = total._type
    axes = x._type.shape[type_.ndim - len(sizes) :]
    ones = perform(P.full, shape=axes, value=1, dtype=type_.dtype, device=type_.device)
    count = _pooled("avg_pool", _sums, ones, (sizes, strides, pairs, steps), 0)[0]
    return narrowed(divide(total, count), x)
