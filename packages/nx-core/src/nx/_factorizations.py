"""Factorizations of matrices, and their eigenvalues and singular values.

Matrices stand in the last two axes; the others are a stack. float16 and bfloat16 compute in
float32 and round.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nx._array import Array
from nx._creation import tril, triu
from nx._errors import DTypeError, message
from nx._matrices import adjoint, hermitian, identity_like, matrices
from nx._shapes import flag
from nx._shaping import expand_dims, matrix_transpose
from nx.effects._perform import perform, perform_several
from nx.primitives import P

__all__ = [
    "EigResult",
    "EighResult",
    "LUResult",
    "QRResult",
    "SVDResult",
    "cholesky",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "lu",
    "qr",
    "svd",
    "svdvals",
]


class EighResult(NamedTuple):
    """Eigenvalues, ascending, and eigenvectors in columns, of Hermitian matrices."""

    eigenvalues: Array
    eigenvectors: Array


class EigResult(NamedTuple):
    """Eigenvalues and eigenvectors in columns, complex."""

    eigenvalues: Array
    eigenvectors: Array


class QRResult(NamedTuple):
    """Q with orthonormal columns and R upper triangular, with Q R = x."""

    Q: Array
    R: Array


class SVDResult(NamedTuple):
    """U, S and Vh with U diag(S) Vh = x, S descending."""

    U: Array
    S: Array
    Vh: Array


class LUResult(NamedTuple):
    """P, a permutation, L unit lower and U upper triangular, with P L U = x."""

    P: Array
    L: Array
    U: Array


def cholesky(x: Any, /, *, upper: bool = False) -> Array:
    """Return the lower triangular L with L L^H = x, of positive definite matrices.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex
        Its Hermitian part is what is factorized, as in JAX; for Hermitian x that is x.
    upper : bool
        Whether to return U = L^H instead, with U^H U = x.

    Returns
    -------
    Array, shape (..., n, n)
        With zeros in the other triangle.

    Raises
    ------
    LinAlgError
        If a matrix is not positive definite.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.cholesky(nx.asarray([[4.0, 2.0], [2.0, 5.0]]))
    Array([[2., 0.],
           [1., 2.]], dtype=float32)
    """
    lower = perform(P.cholesky, hermitian(matrices(x, "cholesky", square=True)))
    return adjoint(lower) if flag("cholesky", upper, "upper") else lower


def qr(x: Any, /, *, mode: str = "reduced") -> QRResult:
    """Return Q with orthonormal columns and upper triangular R with Q R = x.

    Parameters
    ----------
    x : Array, shape (..., m, n), floating or complex
    mode : {"reduced", "complete"}
        Whether Q has min(m, n) columns, or m.

    Returns
    -------
    QRResult
        ``Q``, shape (..., m, k), and ``R``, shape (..., k, n).

    Raises
    ------
    DTypeError
        For another mode, or dtypes that are neither floating nor complex.

    Notes
    -----
    Differentiable where the factors are determined: for m >= n, reduced (or square).

    Examples
    --------
    >>> import nx
    >>> nx.linalg.qr(nx.asarray([[0.0, 1.0], [1.0, 0.0]])).R.shape
    (2, 2)
    """
    given: Any = mode
    if not isinstance(given, str) or given not in ("reduced", "complete"):
        raise DTypeError(message("qr", f"cannot use mode={mode!r}", "'reduced' or 'complete'"))
    return QRResult(*perform_several(P.qr, matrices(x, "qr"), full=mode == "complete"))


def svd(x: Any, /, *, full_matrices: bool = True) -> SVDResult:
    """Return the singular value decomposition: U diag(S) Vh = x.

    Parameters
    ----------
    x : Array, shape (..., m, n), floating or complex
    full_matrices : bool
        Whether U and Vh are square, or have min(m, n) columns and rows.

    Returns
    -------
    SVDResult
        ``U``, ``S`` (real, descending), ``Vh``.

    Raises
    ------
    LinAlgError
        If the iteration does not converge.

    Notes
    -----
    The vectors are determined up to a phase each, and differentiable where the singular values
    differ and (for m != n) ``full_matrices=False``. Equal singular values make the derivatives of
    vectors infinite or NaN; `svdvals` is differentiable also there.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.svd(nx.asarray([[0.0, 2.0], [1.0, 0.0]])).S
    Array([2., 1.], dtype=float32)
    """
    full = flag("svd", full_matrices, "full_matrices")
    return SVDResult(*perform_several(P.svd, matrices(x, "svd"), full=full, vectors=True))


def svdvals(x: Any, /) -> Array:
    """Return the singular values of matrices, in descending order.

    Parameters
    ----------
    x : Array, shape (..., m, n), floating or complex

    Returns
    -------
    Array, shape (..., min(m, n))
        Real.

    Raises
    ------
    LinAlgError
        If the iteration does not converge.

    Notes
    -----
    Differentiable also where singular values are equal. The derivative of a singular value at 0 is
    one of its slopes, as that of `abs`.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.svdvals(nx.asarray([[0.0, 2.0], [1.0, 0.0]]))
    Array([2., 1.], dtype=float32)
    """
    return perform_several(P.svd, matrices(x, "svdvals"), full=False, vectors=False)[0]


def eigh(x: Any, /) -> EighResult:
    """Return the eigenvalues, ascending, and eigenvectors of Hermitian matrices.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex
        Its Hermitian part is what is used, as in JAX; for Hermitian x that is x.

    Returns
    -------
    EighResult
        ``eigenvalues``, shape (..., n), real, and ``eigenvectors``, shape (..., n, n), in columns.

    Raises
    ------
    ShapeError
        If the matrices are not square.
    LinAlgError
        If the iteration does not converge.

    Notes
    -----
    Eigenvectors are determined up to a phase each. Where eigenvalues are equal the eigenvectors'
    derivatives are infinite or NaN, as in JAX, and the eigenvalues' are finite.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.eigh(nx.asarray([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    Array([1., 2.], dtype=float32)
    """
    x = hermitian(matrices(x, "eigh", square=True))
    return EighResult(*perform_several(P.eigh, x, vectors=True))


def eigvalsh(x: Any, /) -> Array:
    """Return the eigenvalues of Hermitian matrices, in ascending order.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex
        Its Hermitian part is what is used, as in `eigh`.

    Returns
    -------
    Array, shape (..., n)
        Real.

    Raises
    ------
    ShapeError
        If the matrices are not square.
    LinAlgError
        If the iteration does not converge.

    Notes
    -----
    Differentiable also where eigenvalues are equal.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.eigvalsh(nx.asarray([[2.0, 0.0], [0.0, 1.0]]))
    Array([1., 2.], dtype=float32)
    """
    x = hermitian(matrices(x, "eigvalsh", square=True))
    return perform_several(P.eigh, x, vectors=False)[0]


def eig(x: Any, /) -> EigResult:
    """Return the eigenvalues and eigenvectors of any square matrices, complex.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex

    Returns
    -------
    EigResult
        ``eigenvalues``, shape (..., n), in no order, and ``eigenvectors``, shape (..., n, n), in
        columns of length 1.

    Raises
    ------
    ShapeError
        If the matrices are not square.
    LinAlgError
        If the iteration does not converge.

    Notes
    -----
    Differentiable where the eigenvalues differ, for functions that don't depend on the
    eigenvectors' phases.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.eig(nx.asarray([[0.0, 1.0], [-1.0, 0.0]])).eigenvalues
    Array([0.+1.j, 0.-1.j], dtype=complex64)
    """
    return EigResult(*perform_several(P.eig, matrices(x, "eig", square=True), vectors=True))


def eigvals(x: Any, /) -> Array:
    """Return the eigenvalues of any square matrices, in no order.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex

    Returns
    -------
    Array, shape (..., n)
        Complex.

    Raises
    ------
    ShapeError
        If the matrices are not square.
    LinAlgError
        If the iteration does not converge.

    Notes
    -----
    Differentiable where the eigenvalues differ.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.eigvals(nx.asarray([[0.0, 1.0], [-1.0, 0.0]]))
    Array([0.+1.j, 0.-1.j], dtype=complex64)
    """
    return perform_several(P.eig, matrices(x, "eigvals", square=True), vectors=False)[0]


def lu(x: Any, /) -> LUResult:
    """Return the factors of elimination with partial pivoting: P L U = x.

    Parameters
    ----------
    x : Array, shape (..., m, n), floating or complex

    Returns
    -------
    LUResult
        ``P``, shape (..., m, m), ``L``, shape (..., m, k), and ``U``, shape (..., k, n), with
        k = min(m, n).

    Examples
    --------
    >>> import nx
    >>> nx.linalg.lu(nx.asarray([[0.0, 1.0], [2.0, 3.0]])).U
    Array([[2., 3.],
           [0., 1.]], dtype=float32)
    """
    factors, order = perform_several(P.lu, matrices(x, "lu"))
    m, n = factors._type.shape[-2:]
    k = min(m, n)
    eye = identity_like(matrix_transpose(factors))
    places = perform(P.iota, length=m, dtype=order._type.dtype, device=order._type.device)
    rows = perform(P.equal, expand_dims(order, axis=-1), places)
    permutation = matrix_transpose(perform(P.cast, rows, dtype=factors._type.dtype))
    return LUResult(
        permutation, tril(factors[..., :k], k=-1) + eye[:, :k], triu(factors[..., :k, :])
    )
