"""Along an axis or a curve: differences, integrals, interpolation, polynomials, grids of points."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import (
    abs,
    add,
    divide,
    equal,
    greater,
    less,
    maximum,
    minimum,
    multiply,
    remainder,
    subtract,
    where,
)
from nx._errors import ShapeError, message
from nx._joining import concat
from nx._numeric import number_of, numeric, one_of, to_inexact, to_real
from nx._reductions import sum as _sum
from nx._searching import searchsorted
from nx._shapes import normalize_axis
from nx._shaping import broadcast_to, moveaxis, reshape
from nx._sorting import argsort
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["diff", "interp", "meshgrid", "polyval", "trapezoid"]


def _between(x: Array, axis: int, start: int, stop: int) -> Array:
    shape = x._type.shape
    starts = tuple(start if i == axis else 0 for i in range(len(shape)))
    stops = tuple(stop if i == axis else n for i, n in enumerate(shape))
    return perform(P.slice, x, starts=starts, stops=stops, steps=(1,) * len(shape))


def diff(
    x: Any, /, *, axis: int = -1, n: int = 1, prepend: Any = None, append: Any = None
) -> Array:
    """Return the differences of neighbours along an axis, n times.

    Parameters
    ----------
    x : Array, numeric, of at least one axis
    axis : int
        The axis to work along; negative ones count from the end.
    n : int
        How often; 0 returns x.
    prepend, append : Array or scalar, optional
        Put before and after x along the axis first.

    Returns
    -------
    Array
        Shorter than x by n along the axis, or empty there.

    Raises
    ------
    AxisError
        For an axis outside x.
    ShapeError
        For a negative n, or ends that do not fit.

    Examples
    --------
    >>> import nx
    >>> nx.diff(nx.asarray([1, 4, 9, 16]), n=2)
    Array([2, 2], dtype=int64)
    """
    (x,) = numeric("diff", x)
    place = normalize_axis(axis, x._type.ndim, "diff")
    count = number_of("diff", n, "a number of times")
    parts = [_end(x, end, place) for end in (prepend, x, append) if end is not None]
    joined = concat(parts, axis=place) if len(parts) > 1 else x
    for _ in range(count):
        length = joined._type.shape[place]
        if length == 0:
            break
        joined = subtract(
            _between(joined, place, 1, length), _between(joined, place, 0, length - 1)
        )
    return joined


def _end(x: Array, end: Any, axis: int) -> Array:
    """Return what to join to x: an array as it is, a scalar as one more row."""
    type_ = x._type
    if type(end) in _convert.PYTHON_SCALARS:
        end = _convert.constant(end, type_.dtype, type_.device, "diff")
    piece = _convert.to_array(end, "diff")
    if piece._type.ndim:
        return piece
    return broadcast_to(piece, tuple(1 if i == axis else m for i, m in enumerate(type_.shape)))


def trapezoid(y: Any, x: Any = None, /, *, dx: float = 1.0, axis: int = -1) -> Array:
    """Integrate along an axis by the trapezoidal rule.

    Parameters
    ----------
    y : Array
        The integrand's values; integers become float32.
    x : Array, optional
        The points they belong to, of y's shape or 1-d along the axis.
    dx : float
        The distance of the points if x is not given.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    Array
        Without the axis.

    Raises
    ------
    ShapeError
        If x's length is not that of the axis.
    AxisError
        For an axis outside y.

    Examples
    --------
    >>> import nx
    >>> float(nx.trapezoid(nx.asarray([1.0, 2.0, 3.0])))
    4.0
    """
    pair = to_inexact("trapezoid", y) if x is None else to_inexact("trapezoid", y, x)
    place = normalize_axis(axis, pair[0]._type.ndim, "trapezoid")
    values = moveaxis(pair[0], place, -1)
    last, n = values._type.ndim - 1, values._type.shape[-1]
    means = multiply(
        add(_between(values, last, min(n, 1), n), _between(values, last, 0, max(n - 1, 0))), 0.5
    )
    if x is None:
        return multiply(_sum(means, axis=-1), dx)
    points = pair[1] if pair[1]._type.ndim == 1 else moveaxis(pair[1], place, -1)
    if points._type.shape[-1:] != (n,):
        problem = f"cannot place {n} values on points of shape {pair[1]._type.shape}"
        raise ShapeError(message("trapezoid", problem))
    return _sum(multiply(means, diff(points)), axis=-1)


def interp(
    x: Any, xp: Any, fp: Any, /, *, left: Any = None, right: Any = None, period: Any = None
) -> Array:
    """Interpolate linearly between the points (xp, fp).

    Parameters
    ----------
    x : Array or scalar
        Where to evaluate.
    xp : Array, shape (n,)
        In ascending order, unless a period is given.
    fp : Array, shape (n,)
        The values there.
    left, right : scalar, optional
        Outside the points; by default the first and the last value of fp.
    period : float, optional
        Of the function: then x and xp are taken modulo it, and left and right are not used.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    ShapeError
        If xp and fp are not 1-d of one length, at least 1.

    Notes
    -----
    Differentiable in x, xp and fp; at a point the slope is that of the piece to its right.

    Examples
    --------
    >>> import nx
    >>> nx.interp(nx.asarray([0.5, 9.0]), nx.asarray([0.0, 1.0]), nx.asarray([0.0, 4.0]))
    Array([2., 4.], dtype=float32)
    """
    x, xp = to_real("interp", x, xp)
    (fp,) = to_inexact("interp", fp)
    n = xp._type.size
    if xp._type.ndim != 1 or fp._type.shape != xp._type.shape or n == 0:
        problem = f"cannot interpolate {fp._type.shape} values on points {xp._type.shape}"
        raise ShapeError(message("interp", problem, "both are 1-d and of one length, at least 1"))
    if period is not None:
        x, xp, fp = _periodic(x, xp, fp, period)
        left = right = None
        n += 2
    place = minimum(maximum(searchsorted(xp, x, side="right"), 1), max(n - 1, 1))
    x0, f0 = (_take(a, subtract(place, 1)) for a in (xp, fp))
    x1, f1 = (_take(a, minimum(place, n - 1)) for a in (xp, fp))
    width = subtract(x1, x0)
    flat = equal(width, 0)
    share = divide(subtract(x, x0), where(flat, 1.0, width))
    out = where(flat, f1, add(f0, multiply(share, subtract(f1, f0))))
    first, final = _take(fp, _index(0, place)), _take(fp, _index(n - 1, place))
    low, high = _take(xp, _index(0, place)), _take(xp, _index(n - 1, place))
    out = where(less(x, low), first if left is None else left, out)
    return where(greater(x, high), final if right is None else right, out)


def _take(x: Array, indices: Array) -> Array:
    return perform(P.gather, x, indices, axes=(0,))


def _index(i: int, like: Array) -> Array:
    return _convert.constant(i, dt.int64, like._type.device)


def _periodic(x: Array, xp: Array, fp: Array, period: Any) -> tuple[Array, Array, Array]:
    """Take the points modulo the period, sorted, with one more at either end."""
    period = abs(_convert.promote_operands(P.multiply, (xp, period))[1])
    x, xp = remainder(x, period), remainder(xp, period)
    order = argsort(xp)
    xp, fp = _take(xp, order), _take(fp, order)
    n = xp._type.size
    last, first = _between(xp, 0, n - 1, n), _between(xp, 0, 0, 1)
    xp = concat([subtract(last, period), xp, add(first, period)])
    return x, xp, concat([_between(fp, 0, n - 1, n), fp, _between(fp, 0, 0, 1)])


def polyval(p: Any, x: Any, /) -> Array:
    """Evaluate a polynomial at the elements of x.

    It is ``p[0] * x**(n - 1) + ... + p[n - 2] * x + p[n - 1]``.

    Parameters
    ----------
    p : Array, shape (n, ...), numeric
        The coefficients, that of the highest power first.
    x : Array or scalar
        Where to evaluate.

    Returns
    -------
    Array
        With the shape that ``p[0]`` and x broadcast to.

    Raises
    ------
    ShapeError
        If p is 0-d.

    Notes
    -----
    By Horner's rule, n - 1 multiplications and additions.

    Examples
    --------
    >>> import nx
    >>> nx.polyval(nx.asarray([1.0, 0.0, -1.0]), nx.asarray([2.0, 3.0]))
    Array([3., 8.], dtype=float32)
    """
    p, x = numeric("polyval", p, x)
    if not p._type.ndim:
        problem = "cannot take one number as coefficients"
        raise ShapeError(message("polyval", problem, "a sequence of them, the highest power first"))
    n, rest = p._type.shape[0], p._type.shape[1:]
    out = multiply(x, 0) if n == 0 else reshape(_between(p, 0, 0, 1), rest)
    for i in range(1, n):
        out = add(multiply(out, x), reshape(_between(p, 0, i, i + 1), rest))
    return out if n != 1 else add(out, multiply(x, 0))


def meshgrid(*arrays: Any, indexing: str = "xy") -> tuple[Array, ...]:
    """Return the coordinates of the points of a grid, one array for each axis.

    Parameters
    ----------
    *arrays : Array, shape (n,)
        The coordinates along each axis.
    indexing : {"xy", "ij"}
        Whether the first two axes change places, or all are in order.

    Returns
    -------
    tuple of Array
        All of one shape, each of its own dtype, with as many axes as there are arrays.

    Raises
    ------
    ShapeError
        If one has more than one axis, or the indexing is unknown.

    Examples
    --------
    >>> import nx
    >>> nx.meshgrid(nx.arange(2), nx.arange(3), indexing="ij")[1]
    Array([[0, 1, 2],
           [0, 1, 2]], dtype=int64)
    """
    one_of("meshgrid", indexing, ("xy", "ij"), "an order of axes")
    xs = [_convert.to_array(x, "meshgrid") for x in arrays]
    for i, x in enumerate(xs):
        if x._type.ndim > 1:
            problem = f"cannot take coordinates of shape {x._type.shape} (array {i})"
            raise ShapeError(message("meshgrid", problem, "they are 1-d"))
    order = list(range(len(xs)))
    if indexing == "xy" and len(xs) > 1:
        order[:2] = [1, 0]
    shape = tuple(xs[i]._type.size for i in order)
    out = []
    for i, x in enumerate(xs):
        place = order.index(i)
        lengths = tuple(x._type.size if j == place else 1 for j in range(len(xs)))
        out.append(broadcast_to(reshape(x, lengths), shape))
    return tuple(out)
