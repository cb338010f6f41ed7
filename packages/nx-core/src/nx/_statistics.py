"""Statistics: quantiles, averages, ranges, covariances, and reductions that leave NaN out."""

from __future__ import annotations

from typing import Any

from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import (
    clip,
    complex,
    conj,
    divide,
    imag,
    maximum,
    multiply,
    real,
    sqrt,
    subtract,
)
from nx._errors import ShapeError, message
from nx._joining import concat
from nx._numeric import narrowed, numeric, to_inexact, widened
from nx._products import matmul
from nx._reductions import max as _max
from nx._reductions import mean
from nx._reductions import min as _min
from nx._reductions import sum as _sum
from nx._shapes import flag, normalize_axes
from nx._shaping import expand_dims, matrix_transpose, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "average",
    "corrcoef",
    "cov",
    "ptp",
]


def average(x: Any, /, *, axis: Any = None, weights: Any = None, keepdims: bool = False) -> Array:
    """Return the mean along axes, of elements that count by their weights.

    Parameters
    ----------
    x : Array
        Integers become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    weights : Array, optional
        Of x's shape, or 1-d along a single axis.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes.

    Raises
    ------
    ShapeError
        If the weights have another shape.
    AxisError
        For an axis outside x.

    Notes
    -----
    NaN or infinite where the weights sum to 0. Differentiable in the weights too.

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

    Parameters
    ----------
    x : Array or scalar, real
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
        If a reduced axis is empty.

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
        Symmetric, floating or complex; Hermitian for complex x.

    Raises
    ------
    ShapeError
        If x has more than two axes, or y or the weights other than n observations.

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
    """Return the correlation coefficients of variables.

    Parameters
    ----------
    x : Array, shape (k, n) or (n,)
        A row of n observations for each variable.
    y : Array, optional
        More variables.
    rowvar : bool
        False if the variables are columns.

    Returns
    -------
    Array, shape (k, k), or 0-d for one variable
        From -1 to 1; NaN for a variable that is constant.

    Raises
    ------
    ShapeError
        If x has more than two axes, or y other than n observations.

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
