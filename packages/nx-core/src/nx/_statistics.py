"""Statistics: quantiles, averages, ranges, covariances, and reductions that leave NaN out."""

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
    complex,
    conj,
    divide,
    equal,
    floor,
    imag,
    isinf,
    isnan,
    less_equal,
    logical_and,
    logical_not,
    maximum,
    multiply,
    real,
    sqrt,
    subtract,
    where,
)
from nx._errors import ShapeError, message
from nx._joining import concat
from nx._numeric import flag, narrowed, numeric, one_of, to_inexact, to_real, widened
from nx._products import matmul
from nx._reductions import any as _any
from nx._reductions import max as _max
from nx._reductions import mean
from nx._reductions import min as _min
from nx._reductions import sum as _sum
from nx._shapes import normalize_axes
from nx._shaping import expand_dims, matrix_transpose, permute_dims, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "average",
    "corrcoef",
    "cov",
    "median",
    "nanmax",
    "nanmean",
    "nanmin",
    "nansum",
    "ptp",
    "quantile",
]

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

    Examples
    --------
    >>> import nx
    >>> float(nx.median(nx.asarray([5.0, 1.0, 2.0])))
    2.0
    """
    return _quantile("median", x, 0.5, axis, "midpoint", keepdims)


def _quantile(operation: str, x: Any, q: Any, axis: Any, method: str, keepdims: bool) -> Array:
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
    found = _between_neighbours(ordered, _positions(operation, q, x, n), method)
    spoilt = _any(isnan(flat), axis=0)
    out = where(spoilt, math.nan, found)
    if not keepdims:
        return out
    front = out._type.shape[: out._type.ndim - len(rest)]
    return reshape(out, (*front, *(1 if i in axes else m for i, m in enumerate(type_.shape))))


def _positions(operation: str, q: Any, x: Array, n: int) -> Array:
    """Return where in n sorted elements the shares q are, in float64: it can count to n."""
    (share,) = to_real(operation, q)
    if type(q) in _convert.PYTHON_SCALARS:
        share = _convert.constant(float(q), dt.float64, x._type.device, operation)
    elif share._type.dtype is not dt.float64:
        share = perform(P.cast, share, dtype=dt.float64)
    inside = equal(clip(share, 0.0, 1.0), share)
    return multiply(where(inside, share, math.nan), float(n - 1))


def _between_neighbours(ordered: Array, position: Array, method: str) -> Array:
    """Return what stands at fractional positions along axis 0; NaN positions give NaN."""
    valid = logical_not(isnan(position))
    position = where(valid, position, 0.0)
    below = floor(position)
    dtype, k = ordered._type.dtype, ordered._type.ndim - 1
    share = perform(P.cast, subtract(position, below), dtype=dtype)
    share, valid = (reshape(a, (*a._type.shape, *(1,) * k)) for a in (share, valid))
    low, high = (
        perform(P.gather, ordered, perform(P.cast, at, dtype=dt.int64), axes=(0,))
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


def average(x: Any, /, *, axis: Any = None, weights: Any = None, keepdims: bool = False) -> Array:
    """Return the mean along axes, of elements that count by their weights.

    Parameters
    ----------
    x : Array
        Integers become float32.
    axis : int or tuple of int, optional
        None means all.
    weights : Array, optional
        Of x's shape, or 1-d along a single axis.
    keepdims : bool

    Returns
    -------
    Array

    Examples
    --------
    >>> import nx
    >>> float(nx.average(nx.asarray([1.0, 5.0]), weights=nx.asarray([3.0, 1.0])))
    2.0
    """
    if weights is None:
        return mean(x, axis=axis, keepdims=keepdims)
    given, w = to_inexact("average", x, weights)
    x, w = widened(given), widened(w)
    axes = normalize_axes(axis, x._type.ndim, "average")
    shape = x._type.shape
    if w._type.shape != shape:
        if len(axes) != 1 or w._type.shape != (shape[axes[0]],):
            problem = f"cannot weigh {shape} along axes {axes} by {w._type.shape}"
            raise ShapeError(message("average", problem, "of x's shape, or 1-d along the axis"))
        w = reshape(w, tuple(n if i == axes[0] else 1 for i, n in enumerate(shape)))
    total = _sum(perform(P.broadcast_to, w, shape=shape), axis=axes, keepdims=keepdims)
    return narrowed(divide(_sum(multiply(x, w), axis=axes, keepdims=keepdims), total), given)


def ptp(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the largest minus the smallest element along axes.

    Examples
    --------
    >>> import nx
    >>> int(nx.ptp(nx.asarray([3, 9, 4])))
    6
    """
    (x,) = numeric("ptp", x)
    return subtract(_max(x, axis=axis, keepdims=keepdims), _min(x, axis=axis, keepdims=keepdims))


def _rows(operation: str, x: Array, rowvar: bool) -> Array:
    if x._type.ndim > 2:
        problem = f"cannot take {x._type.shape} ({x._type.ndim} > 2 axes)"
        raise ShapeError(message(operation, problem, "one row for each variable"))
    if x._type.ndim < 2:
        return reshape(x, (1, x._type.size))
    return x if rowvar else matrix_transpose(x)


def cov(
    x: Any,
    y: Any = None,
    /,
    *,
    rowvar: bool = True,
    correction: float = 1,
    weights: Any = None,
) -> Array:
    """Return the covariances of variables.

    Parameters
    ----------
    x : Array, shape (k, n) or (n,)
        A row of n observations for each variable.
    y : Array, optional
        More variables.
    rowvar : bool
        False if the variables are columns.
    correction : float
        The sum is divided by n - correction.
    weights : Array, shape (n,), optional
        How often each observation counts; n is then their sum.

    Returns
    -------
    Array, shape (k, k), or 0-d for one variable

    Examples
    --------
    >>> import nx
    >>> nx.cov(nx.asarray([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    Array([[ 1., -1.],
           [-1.,  1.]], dtype=float32)
    """
    out = _covariance("cov", x, y, rowvar, correction, weights)
    return reshape(out, ()) if out._type.size == 1 else out


def _covariance(
    operation: str, x: Any, y: Any, rowvar: bool, correction: float, weights: Any
) -> Array:
    flag(operation, rowvar, "rowvar")
    given = to_inexact(operation, x) if y is None else to_inexact(operation, x, y)
    rows = [_rows(operation, a, rowvar) for a in given]
    if len({a._type.shape[1] for a in rows}) > 1:
        shapes = " and ".join(str(a._type.shape) for a in given)
        raise ShapeError(message(operation, f"cannot compare observations of {shapes}"))
    data = widened(concat(rows, axis=0))
    count: Any = float(data._type.shape[1])
    if weights is None:
        centred = subtract(data, mean(data, axis=1, keepdims=True))
        scaled = centred
    else:
        _, w = to_inexact(operation, data, weights)
        if w._type.shape != data._type.shape[1:]:
            problem = f"cannot weigh {data._type.shape[1]} observations by {w._type.shape}"
            raise ShapeError(message(operation, problem))
        count = _sum(w)
        centred = subtract(data, average(data, axis=1, weights=w, keepdims=True))
        scaled = multiply(centred, w)
    divisor = subtract(count, correction)
    products = matmul(scaled, matrix_transpose(conj(centred)))
    if divisor._type.dtype.kind != "complex":
        divisor = maximum(divisor, 0.0)
    return narrowed(
        divide(products, perform(P.cast, divisor, dtype=products._type.dtype)), given[0]
    )


def corrcoef(x: Any, y: Any = None, /, *, rowvar: bool = True) -> Array:
    """Return the correlation coefficients of variables; arguments as in `cov`.

    Examples
    --------
    >>> import nx
    >>> float(nx.corrcoef(nx.asarray([0.0, 1.0, 2.0]), nx.asarray([2.0, 1.0, 0.0]))[0, 1])
    -1.0
    """
    given = to_inexact("corrcoef", x) if y is None else to_inexact("corrcoef", x, y)
    wide = [widened(a) for a in given]
    c = _covariance("corrcoef", wide[0], None if y is None else wide[1], rowvar, 1, None)
    k = c._type.shape[0]
    places = perform(P.iota, length=k, dtype=dt.int64, device=c._type.device)
    deviation = sqrt(real(perform(P.gather, c, places, places, axes=(0, 1))))
    c = divide(divide(c, expand_dims(deviation, axis=1)), deviation)
    if c._type.dtype.kind == "complex":
        out = complex(clip(real(c), -1.0, 1.0), clip(imag(c), -1.0, 1.0))
    else:
        out = clip(c, -1.0, 1.0)
    return narrowed(reshape(out, ()) if k == 1 else out, given[0])


def _without(x: Any, operation: str, value: float) -> tuple[Array, Array]:
    """Return x with NaN replaced, and where it is not NaN."""
    (array,) = numeric(operation, x)
    there = equal(array, array)
    if array._type.dtype.kind in ("signed", "unsigned"):
        return array, there
    return where(there, array, value), there


def nansum(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Add the elements along axes, NaN left out.

    Examples
    --------
    >>> import nx
    >>> float(nx.nansum(nx.asarray([1.0, nx.nan])))
    1.0
    """
    return _sum(_without(x, "nansum", 0.0)[0], axis=axis, keepdims=keepdims)


def nanmean(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Average the elements along axes, NaN left out; NaN where nothing is left.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanmean(nx.asarray([1.0, nx.nan])))
    1.0
    """
    (given,) = to_inexact("nanmean", x)
    values, there = _without(widened(given), "nanmean", 0.0)
    count = _sum(perform(P.cast, there, dtype=values._type.dtype), axis=axis, keepdims=keepdims)
    total = _sum(values, axis=axis, keepdims=keepdims)
    out = where(equal(count, 0), math.nan, divide(total, where(equal(count, 0), 1, count)))
    return narrowed(out, given)


def _extreme(operation: str, reduce: Any, x: Any, axis: Any, keepdims: bool, value: float) -> Array:
    values, there = _without(x, operation, value)
    out: Array = reduce(values, axis=axis, keepdims=keepdims)
    if values._type.dtype.kind != "floating":
        return out
    return where(_any(there, axis=axis, keepdims=keepdims), out, math.nan)


def nanmax(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the largest element along axes, NaN left out; NaN where nothing is left.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanmax(nx.asarray([1.0, nx.nan])))
    1.0
    """
    return _extreme("nanmax", _max, x, axis, keepdims, -math.inf)


def nanmin(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the smallest element along axes, NaN left out; NaN where nothing is left.

    Examples
    --------
    >>> import nx
    >>> float(nx.nanmin(nx.asarray([1.0, nx.nan])))
    1.0
    """
    return _extreme("nanmin", _min, x, axis, keepdims, math.inf)
