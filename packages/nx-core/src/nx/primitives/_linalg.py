"""The primitives of linear algebra and of the Fourier transform: one row each.

Matrices stand in the last two axes; the others are a stack, worked through one by one.
"""

from __future__ import annotations

from nx._dtypes import complex_of, int64, real_of
from nx._errors import ShapeError, message
from nx._shapes import Shape, broadcast_shapes
from nx._types import ArrayType
from nx.primitives import _infer
from nx.primitives._core import COMPLEX, FLOATING, INEXACT, declare

__all__: list[str] = []

Types = tuple[ArrayType, ...]


def _cholesky(a: ArrayType) -> ArrayType:
    _infer.of_matrices("cholesky", a, square=True)
    return a


def _qr(a: ArrayType, *, full: bool) -> Types:
    stack, m, n = _infer.of_matrices("qr", a)
    k = m if full else min(m, n)
    return a.with_shape((*stack, m, k)), a.with_shape((*stack, k, n))


def _svd(a: ArrayType, *, full: bool, vectors: bool) -> Types:
    stack, m, n = _infer.of_matrices("svd", a)
    k = min(m, n)
    s = a.with_shape((*stack, k)).with_dtype(real_of(a.dtype))
    if not vectors:
        return (s,)
    u, vh = ((m, m), (n, n)) if full else ((m, k), (k, n))
    return a.with_shape((*stack, *u)), s, a.with_shape((*stack, *vh))


def _eigh(a: ArrayType, *, vectors: bool) -> Types:
    stack, n, _ = _infer.of_matrices("eigh", a, square=True)
    w = a.with_shape((*stack, n)).with_dtype(real_of(a.dtype))
    return (w, a) if vectors else (w,)


def _eig(a: ArrayType, *, vectors: bool) -> Types:
    stack, n, _ = _infer.of_matrices("eig", a, square=True)
    out = a.with_dtype(complex_of(a.dtype))
    w = out.with_shape((*stack, n))
    return (w, out) if vectors else (w,)


def _lu(a: ArrayType) -> Types:
    stack, m, _ = _infer.of_matrices("lu", a)
    return a, a.with_shape((*stack, m)).with_dtype(int64)


def _solution(operation: str, a: ArrayType, b: ArrayType) -> ArrayType:
    _infer.same_device(operation, (a, b))
    _infer.same_dtype(operation, (a, b))
    stack, n, _ = _infer.of_matrices(operation, a, square=True)
    other, m, k = _infer.of_matrices(operation, b)
    if n != m:
        raise ShapeError(message(operation, f"cannot solve {a.shape} for {b.shape} ({n} != {m})"))
    return b.with_shape((*broadcast_shapes([stack, other], operation), n, k))


def _solve(a: ArrayType, b: ArrayType) -> ArrayType:
    return _solution("solve", a, b)


def _triangular_solve(a: ArrayType, b: ArrayType, *, lower: bool, unit_diagonal: bool) -> ArrayType:
    return _solution("triangular_solve", a, b)


def _fft(x: ArrayType, *, axes: tuple[int, ...]) -> ArrayType:
    _infer.check_axes("fft", axes, x.ndim)
    return x


def _length(operation: str, x: ArrayType, axis: int, n: int) -> Shape:
    if n < 1:
        raise ShapeError(
            message(operation, f"cannot transform axis {axis} of {x.shape} ({n} < 1 points)")
        )
    return (*x.shape[:axis], n, *x.shape[axis + 1 :])


def _rfft(x: ArrayType, *, axis: int) -> ArrayType:
    _infer.check_axes("rfft", (axis,), x.ndim)
    _length("rfft", x, axis, x.shape[axis])
    shape = _length("rfft", x, axis, x.shape[axis] // 2 + 1)
    return x.with_shape(shape).with_dtype(complex_of(x.dtype))


def _irfft(x: ArrayType, *, axis: int, n: int) -> ArrayType:
    _infer.check_axes("irfft", (axis,), x.ndim)
    if x.shape[axis] != n // 2 + 1:
        problem = f"cannot make {n} points of {x.shape[axis]} frequencies in axis {axis}"
        raise ShapeError(message("irfft", f"{problem} ({n // 2 + 1} are needed)"))
    return x.with_shape(_length("irfft", x, axis, n)).with_dtype(real_of(x.dtype))


declare(
    "cholesky",
    "linalg",
    INEXACT,
    _cholesky,
    "the lower L with L L^H = a, from a's lower triangle; an error if not positive definite",
)
declare(
    "qr", "linalg", INEXACT, _qr, "(q, r): q with orthonormal columns, r upper triangular, q r = a"
)
declare(
    "svd",
    "linalg",
    INEXACT,
    _svd,
    "(u, s, vh) with u diag(s) vh = a, s descending; (s,) without vectors",
)
declare(
    "eigh",
    "linalg",
    INEXACT,
    _eigh,
    "(w, v) of a Hermitian a, from its lower triangle, w ascending; (w,) without vectors",
)
declare(
    "eig",
    "linalg",
    INEXACT,
    _eig,
    "(w, v) of any square a, columns of v of norm 1; (w,) without vectors",
)
declare(
    "lu",
    "linalg",
    INEXACT,
    _lu,
    "(lu, p): a[p] = L U, L unit lower and U upper in one matrix, partial pivoting",
)
declare("solve", "linalg", INEXACT, _solve, "the x with a x = b; an error if a is singular")
declare(
    "triangular_solve",
    "linalg",
    INEXACT,
    _triangular_solve,
    "the x with a x = b for triangular a; the other triangle is not read",
)
declare("fft", "fft", COMPLEX, _fft, "the discrete Fourier transform over axes, unscaled")
declare("ifft", "fft", COMPLEX, _fft, "the inverse of fft, scaled by 1 / n")
declare(
    "rfft",
    "fft",
    FLOATING,
    _rfft,
    "the first n // 2 + 1 frequencies of the transform of a real x along axis",
)
declare(
    "irfft", "fft", COMPLEX, _irfft, "the inverse of rfft for n points along axis, scaled by 1 / n"
)
