"""Norms of vectors and matrices, traces and ranks."""

from __future__ import annotations

import math
import numbers
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx import _reductions as r
from nx._array import Array
from nx._elementwise import abs, greater, imag, not_equal, pow, real, sqrt
from nx._errors import AxisError, ShapeError, message
from nx._factorizations import svdvals
from nx._limits import finfo
from nx._matrices import check_matrices, diagonal, in_float32, is_complex, matrices
from nx._numeric import to_inexact
from nx._shapes import as_number, flag, normalize_axes, normalize_axis
from nx._shaping import expand_dims, moveaxis, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["cutoff", "matrix_norm", "matrix_rank", "norm", "trace", "vector_norm"]


ORDERS = "'fro', 'nuc', 1, -1, 2, -2, inf or -inf"


def _is_number(ord: Any) -> bool:
    return isinstance(ord, numbers.Real) and not isinstance(ord, bool)


def _squares(x: Array) -> Array:
    return real(x) ** 2 + imag(x) ** 2 if is_complex(x) else x**2


@in_float32
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Array:
    """Return the norm of vectors.

    Parameters
    ----------
    x : Array
        Integers become float32.
    axis : int or tuple of int, optional
        Along which the vectors lie; None means that x is one vector.
    keepdims : bool
        Whether the reduced axes stay, with length 1.
    ord : int or float
        p in sum(abs(x)**p)**(1/p); inf and -inf give the largest and the smallest absolute
        value, 0 counts what is not 0.

    Returns
    -------
    Array, real
        Without the reduced axes.

    Raises
    ------
    ShapeError
        If ord is no number, or an axis is empty for inf and -inf.
    AxisError
        For an axis outside x.

    Notes
    -----
    The derivative of the 2-norm at 0 is NaN, as in JAX.

    Examples
    --------
    >>> import nx
    >>> float(nx.linalg.vector_norm(nx.asarray([3.0, 4.0])))
    5.0
    """
    (x,) = to_inexact("vector_norm", x)
    axes = normalize_axes(axis, x._type.ndim, "vector_norm")
    over: dict[str, Any] = {"axis": axes, "keepdims": keepdims}
    if not _is_number(ord):
        raise ShapeError(message("vector_norm", f"cannot use ord={ord!r}", "a number"))
    if ord == 2:
        return sqrt(r.sum(_squares(x), **over))
    if ord == 0:
        return r.sum(perform(P.cast, not_equal(x, 0), dtype=dt.real_of(x._type.dtype)), **over)
    sizes = abs(x)
    if ord in (math.inf, -math.inf):
        return r.max(sizes, **over) if ord > 0 else r.min(sizes, **over)
    if ord == 1:
        return r.sum(sizes, **over)
    power = float(as_number(ord, "vector_norm", "ord"))
    return pow(r.sum(pow(sizes, power), **over), 1.0 / power)


@in_float32
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    """Return the norm of matrices, the last two axes.

    Parameters
    ----------
    x : Array, shape (..., m, n)
    keepdims : bool
        Whether the two axes stay, with length 1.
    ord : {"fro", "nuc", 1, -1, 2, -2, inf, -inf}
        The root of the sum of squares; the sum of singular values; the largest or smallest column
        sum, singular value, row sum.

    Returns
    -------
    Array, shape (...), real
        Floating.

    Raises
    ------
    ShapeError
        For another ord, or fewer than two axes.

    Examples
    --------
    >>> import nx
    >>> float(nx.linalg.matrix_norm(nx.asarray([[1.0, -2.0], [3.0, 4.0]]), ord=1))
    6.0
    """
    x = matrices(x, "matrix_norm")
    if not isinstance(ord, str) and not _is_number(ord):
        raise ShapeError(message("matrix_norm", f"cannot use ord={ord!r}", ORDERS))
    if ord == "fro":
        out = sqrt(r.sum(_squares(x), axis=(-2, -1)))
    elif ord == "nuc":
        out = r.sum(svdvals(x), axis=-1)
    elif ord in (1, -1, 2, -2, math.inf, -math.inf):
        ends = r.max if ord > 0 else r.min
        if ord in (2, -2):
            out = ends(svdvals(x), axis=-1)
        else:
            out = ends(r.sum(abs(x), axis=-2 if ord in (1, -1) else -1), axis=-1)
    else:
        raise ShapeError(message("matrix_norm", f"cannot use ord={ord!r}", ORDERS))
    if not flag("matrix_norm", keepdims, "keepdims"):
        return out
    return reshape(out, (*out._type.shape, 1, 1))


def norm(x: Any, /, ord: Any = None, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return a norm of vectors or matrices, as NumPy's function of this name.

    Parameters
    ----------
    x : Array
        Integers become float32.
    ord : int, float or str, optional
        As in `matrix_norm` for matrices and in `vector_norm` for vectors; None is the root of
        the sum of squares of whatever x is.
    axis : int or pair of int, optional
        An int means vectors, a pair matrices; None all of x.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array, real
        Without the reduced axes.

    Raises
    ------
    ShapeError
        For an ord that the kind of norm does not have.
    AxisError
        For an axis outside x, or an ord for more than two axes.

    Examples
    --------
    >>> import nx
    >>> float(nx.linalg.norm(nx.asarray([[3.0, 0.0], [0.0, 4.0]])))
    5.0
    """
    x = _convert.to_array(x, "norm")
    ndim = x._type.ndim
    if ord is None:
        return vector_norm(x, axis=axis, keepdims=keepdims)
    count = ndim if axis is None else len(axis) if isinstance(axis, (tuple, list)) else 1
    if count == 1:
        return vector_norm(x, axis=axis, keepdims=keepdims, ord=ord)
    if count != 2:
        problem = f"cannot take the norm ord={ord!r} along {count} axes of {x._type.shape}"
        raise AxisError(message("norm", problem, "one axis for vectors, two for matrices"))
    pair = (0, 1) if axis is None else tuple(normalize_axis(a, ndim, "norm") for a in axis)
    out = matrix_norm(moveaxis(x, pair, (-2, -1)), ord=ord)
    return expand_dims(out, axis=pair) if flag("norm", keepdims, "keepdims") else out


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Array:
    """Return the sums of the diagonals of matrices.

    Parameters
    ----------
    x : Array, shape (..., m, n), numeric or bool
    offset : int
        Which diagonal: above the main one if positive, below it if negative.
    dtype : DType, optional
        To add in; by default as in `nx.sum`.

    Returns
    -------
    Array, shape (...)
        In the dtype it was added in.

    Raises
    ------
    ShapeError
        If x has fewer than two axes.

    Examples
    --------
    >>> import nx
    >>> int(nx.linalg.trace(nx.asarray([[1, 2], [3, 4]])))
    5
    """
    x = check_matrices(_convert.to_array(x, "trace"), "trace")
    return r.sum(diagonal(x, offset=offset), axis=-1, dtype=dtype)


def cutoff(s: Array, shape: tuple[int, ...], rtol: Any) -> Array:
    """Return below which singular values count as 0: rtol times the largest."""
    if rtol is None:
        rtol = max(shape[-2:]) * float(finfo(s._type.dtype).eps)
    tolerance = _convert.to_array(rtol, "rtol", s._type.device)
    tolerance = perform(P.cast, tolerance, dtype=s._type.dtype)
    if not s._type.shape[-1]:
        return expand_dims(tolerance, axis=-1)
    return r.max(s, axis=-1, keepdims=True) * expand_dims(tolerance, axis=-1)


def matrix_rank(x: Any, /, *, rtol: Any = None) -> Array:
    """Count the singular values above rtol times the largest.

    Parameters
    ----------
    x : Array, shape (..., m, n), floating or complex
    rtol : float or Array, shape (...), optional
        By default max(m, n) times the dtype's eps.

    Returns
    -------
    Array, shape (...), int64
        From 0 to min(m, n).

    Examples
    --------
    >>> import nx
    >>> int(nx.linalg.matrix_rank(nx.asarray([[1.0, 2.0], [2.0, 4.0]])))
    1
    """
    x = matrices(x, "matrix_rank")
    s = svdvals(x)
    return r.count_nonzero(greater(s, cutoff(s, x._type.shape, rtol)), axis=-1)
