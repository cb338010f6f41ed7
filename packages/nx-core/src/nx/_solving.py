"""Solves, inverses, determinants and least squares.

The determinant and the pseudo-inverse are composites: their derivatives are better than those of
the factorizations that they are made of, which a singular matrix makes infinite.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nx import _convert
from nx import _dtypes as dt
from nx import _reductions as r
from nx._array import Array
from nx._elementwise import abs, add, conj, divide, greater, log, multiply, sign, where
from nx._errors import ShapeError, message
from nx._factorizations import svdvals
from nx._limits import finfo
from nx._matrices import SMALL, adjoint, diagonal, identity_like, in_float32, matrices, rounded
from nx._norms import cutoff
from nx._numeric import to_inexact
from nx._products import matmul
from nx._shapes import broadcast_shapes, flag
from nx._shaping import expand_dims, reshape
from nx._types import ArrayType
from nx.effects._perform import perform, perform_several
from nx.primitives import P
from nx.primitives._core import INEXACT, declare
from nx.primitives._infer import of_matrices

__all__ = [
    "LstsqResult",
    "SlogdetResult",
    "det",
    "inv",
    "lstsq",
    "pinv",
    "slogdet",
    "solve",
    "triangular_solve",
]


class SlogdetResult(NamedTuple):
    """The sign of the determinant and the logarithm of its absolute value."""

    sign: Array
    logabsdet: Array


class LstsqResult(NamedTuple):
    """The least-squares solution, its squared residuals, the rank, and the singular values."""

    x: Array
    residuals: Array
    rank: Array
    singular_values: Array


def _parity(order: Array, like: Array) -> Array:
    """Return the signs of permutations, of another array's dtype."""
    later = expand_dims(order, axis=-2)
    n = order._type.shape[-1]
    i = perform(P.iota, length=n, dtype=dt.int64, device=order._type.device)
    swapped = greater(expand_dims(order, axis=-1), later) & greater(i, expand_dims(i, axis=-1))
    odd = r.count_nonzero(swapped, axis=(-2, -1)) % 2
    return perform(P.cast, 1 - 2 * odd, dtype=like._type.dtype)


def _det(a: Array) -> Array:
    factors, order = perform_several(P.lu, a)
    return multiply(r.prod(diagonal(factors), axis=-1), _parity(order, factors))


def _one_for_each(a: ArrayType) -> ArrayType:
    stack, _, _ = of_matrices("det", a, square=True)
    return a.with_shape(stack)


declare("det", "linalg", INEXACT, _one_for_each, "the determinant", _det)


def _pinv(a: Array, rtol: Array) -> Array:
    u, s, vh = perform_several(P.svd, a, full=False, vectors=True)
    kept = greater(s, cutoff(s, a._type.shape, rtol))
    inverse = where(kept, divide(1.0, where(kept, s, 1.0)), 0.0)
    scale = perform(P.cast, inverse, dtype=a._type.dtype)
    return matmul(multiply(adjoint(vh), expand_dims(scale, axis=-2)), adjoint(u))


def _turned(a: ArrayType, rtol: ArrayType) -> ArrayType:
    stack, m, n = of_matrices("pinv", a)
    broadcast_to_stack = broadcast_shapes([stack, rtol.shape], "pinv")
    return a.with_shape((*broadcast_to_stack, n, m))


declare(
    "pinv",
    "linalg",
    INEXACT,
    _turned,
    "the pseudo-inverse; singular values up to rtol times the largest count as 0",
    _pinv,
)


@in_float32
def det(x: Any, /) -> Array:
    """Return the determinants of square matrices.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex

    Returns
    -------
    Array, shape (...)
        Of x's dtype.

    Raises
    ------
    ShapeError
        If the matrices are not square.

    Notes
    -----
    The derivative is the adjugate, also of singular matrices.

    Examples
    --------
    >>> import nx
    >>> float(nx.linalg.det(nx.asarray([[0.0, 2.0], [1.0, 0.0]])))
    -2.0
    """
    return perform(P.det, matrices(x, "det", square=True))


@in_float32
def slogdet(x: Any, /) -> SlogdetResult:
    """Return the signs and the logarithms of the absolute values of determinants.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex

    Returns
    -------
    SlogdetResult
        ``sign`` of x's dtype, of absolute value 1 (0 for singular matrices), and ``logabsdet``,
        real (-inf for singular matrices).

    Raises
    ------
    ShapeError
        If the matrices are not square.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.slogdet(nx.asarray([[0.0, 1.0], [1.0, 0.0]]))
    SlogdetResult(sign=Array(-1., dtype=float32), logabsdet=Array(0., dtype=float32))
    """
    factors, order = perform_several(P.lu, matrices(x, "slogdet", square=True))
    pivots = diagonal(factors)
    signs = multiply(r.prod(sign(pivots), axis=-1), _parity(order, factors))
    return SlogdetResult(signs, r.sum(log(abs(pivots)), axis=-1))


def solve(x1: Any, x2: Any, /) -> Array:
    """Return the x with x1 x = x2.

    Parameters
    ----------
    x1 : Array, shape (..., n, n), floating or complex
    x2 : Array, shape (n,) or (..., n, k)
        The stacks broadcast.

    Returns
    -------
    Array, shape (..., n) or (..., n, k)
        Of the dtype they promote to.

    Raises
    ------
    LinAlgError
        If a matrix is singular.
    ShapeError
        If the matrices are not square, or x2 has other than n rows.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.solve(nx.asarray([[2.0, 0.0], [0.0, 4.0]]), nx.asarray([2.0, 2.0]))
    Array([1. , 0.5], dtype=float32)
    """
    a, b = to_inexact("solve", x1, x2)
    one = b._type.ndim == 1
    out = perform(P.solve, a, reshape(b, (*b._type.shape, 1)) if one else b)
    return out[..., 0] if one else out


def triangular_solve(
    x1: Any, x2: Any, /, *, lower: bool = False, unit_diagonal: bool = False
) -> Array:
    """Return the x with x1 x = x2 for triangular x1.

    Parameters
    ----------
    x1 : Array, shape (..., n, n), floating or complex
        Only the named triangle is read.
    x2 : Array, shape (n,) or (..., n, k)
        The stacks broadcast.
    lower : bool
        Whether x1 is lower triangular.
    unit_diagonal : bool
        Whether its diagonal is taken for ones, and not read.

    Returns
    -------
    Array, shape (..., n) or (..., n, k)
        Of the dtype they promote to.

    Raises
    ------
    LinAlgError
        If a 0 is on the diagonal.
    ShapeError
        If the matrices are not square, or x2 has other than n rows.

    Examples
    --------
    >>> import nx
    >>> x = nx.asarray([[2.0, 0.0], [1.0, 1.0]])
    >>> nx.linalg.triangular_solve(x, nx.asarray([2.0, 3.0]), lower=True)
    Array([1., 2.], dtype=float32)
    """
    a, b = to_inexact("triangular_solve", x1, x2)
    one = b._type.ndim == 1
    b = reshape(b, (*b._type.shape, 1)) if one else b
    options = {"lower": lower, "unit_diagonal": unit_diagonal}
    flags = {name: flag("triangular_solve", given, name) for name, given in options.items()}
    out = perform(P.triangular_solve, a, b, **flags)
    return out[..., 0] if one else out


def inv(x: Any, /) -> Array:
    """Return the inverses of square matrices.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex

    Returns
    -------
    Array, shape (..., n, n)
        Of x's dtype.

    Raises
    ------
    LinAlgError
        If a matrix is singular.
    ShapeError
        If the matrices are not square.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.inv(nx.asarray([[2.0, 0.0], [0.0, 4.0]]))
    Array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    x = matrices(x, "inv", square=True)
    return perform(P.solve, x, identity_like(x))


@in_float32
def pinv(x: Any, /, *, rtol: Any = None) -> Array:
    """Return the Moore-Penrose pseudo-inverses.

    Parameters
    ----------
    x : Array, shape (..., m, n), floating or complex
    rtol : float or Array, shape (...), optional
        Singular values up to rtol times the largest count as 0; by default max(m, n) times the
        dtype's eps.

    Returns
    -------
    Array, shape (..., n, m)
        Of x's dtype.

    Notes
    -----
    The derivative holds where the rank does not change nearby.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.pinv(nx.asarray([[2.0, 0.0], [0.0, 0.0]]))
    Array([[0.5, 0. ],
           [0. , 0. ]], dtype=float32)
    """
    x = matrices(x, "pinv")
    real = dt.real_of(x._type.dtype)
    if rtol is None:
        rtol = max(x._type.shape[-2:]) * float(finfo(real).eps)
    tolerance = _convert.to_array(rtol, "pinv", x._type.device)
    return perform(P.pinv, x, perform(P.detach, perform(P.cast, tolerance, dtype=real)))


def lstsq(x1: Any, x2: Any, /, *, rtol: Any = None) -> LstsqResult:
    """Return the x of least length that makes x1 x - x2 shortest.

    Parameters
    ----------
    x1 : Array, shape (..., m, n), floating or complex
    x2 : Array, shape (m,) or (..., m, k)
    rtol : float or Array, optional
        As in `pinv`.

    Returns
    -------
    LstsqResult
        ``x``, shape (n,) or (..., n, k); ``residuals``, the squared lengths of x1 x - x2, for every
        column (NumPy leaves them out for small ranks); ``rank``; ``singular_values`` of x1.

    Raises
    ------
    ShapeError
        If x2 has other than m rows.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.lstsq(nx.asarray([[1.0], [1.0]]), nx.asarray([1.0, 3.0])).rank
    Array(1, dtype=int64)
    """
    a, b = to_inexact("lstsq", x1, x2)
    dtype = a._type.dtype
    if dtype in SMALL:
        a, b = perform(P.cast, a, dtype=dt.float32), perform(P.cast, b, dtype=dt.float32)
    a = matrices(a, "lstsq")
    one = b._type.ndim == 1
    s, t = a._type.shape, b._type.shape
    if not t or s[-2] != t[0 if one else -2]:
        clash = "0-d" if not t else f"{s[-2]} != {t[0 if one else -2]}"
        raise ShapeError(message("lstsq", f"cannot solve {s} for {t} ({clash})"))
    b = reshape(b, (*t, 1)) if one else b
    x = matmul(pinv(a, rtol=rtol), b)
    values = svdvals(a)
    missed = add(matmul(a, x), -b)
    squares = r.sum(_absolute_squares(missed), axis=-2)
    rank = r.count_nonzero(greater(values, cutoff(values, s, rtol)), axis=-1)
    found = LstsqResult(x[..., 0] if one else x, squares, rank, values)
    return LstsqResult(*(rounded(part, dtype) for part in found)) if dtype in SMALL else found


def _absolute_squares(x: Array) -> Array:
    if x._type.dtype.kind != "complex":
        return multiply(x, x)
    return perform(P.real, multiply(x, conj(x)))
