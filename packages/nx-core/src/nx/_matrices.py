"""What the functions of linear algebra share: their operands, their precision, diagonals."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._dtypes import DType
from nx._elementwise import conj
from nx._errors import ShapeError, message
from nx._numeric import to_inexact
from nx._shapes import as_int
from nx._shaping import matrix_transpose, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "SMALL",
    "adjoint",
    "check_matrices",
    "diagonal",
    "hermitian",
    "identity_like",
    "in_float32",
    "is_complex",
    "matrices",
    "rounded",
]

SMALL: Final = (dt.float16, dt.bfloat16)
F = TypeVar("F", bound=Callable[..., Any])


def check_matrices(x: Array, operation: str, *, square: bool = False) -> Array:
    """Return x, which must be a stack of (square) matrices."""
    shape = x._type.shape
    if len(shape) < 2:
        problem = f"cannot take an array of shape {shape} ({len(shape)} < 2 axes)"
        raise ShapeError(message(operation, problem))
    if square and shape[-1] != shape[-2]:
        problem = f"cannot take matrices of shape {shape} ({shape[-2]} != {shape[-1]})"
        raise ShapeError(message(operation, problem, "they must be square"))
    return x


def matrices(x: Any, operation: str, *, square: bool = False) -> Array:
    """Return the operand as a stack of floating or complex matrices."""
    (x,) = to_inexact(operation, x)
    return check_matrices(x, operation, square=square)


def is_complex(x: Array) -> bool:
    """Tell whether the dtype is complex."""
    return x._type.dtype.kind == "complex"


def adjoint(x: Array) -> Array:
    """Return the conjugate transpose of each matrix."""
    transposed = matrix_transpose(x)
    return conj(transposed) if is_complex(x) else transposed


def hermitian(x: Array) -> Array:
    """Return the Hermitian part: of a Hermitian matrix, itself."""
    half = x * 0.5  # first, or large elements would overflow
    return half + adjoint(half)


def identity_like(x: Array) -> Array:
    """Return the identity of one square matrix of x, of its dtype and device."""
    n = x._type.shape[-1]
    device = x._type.device
    i = perform(P.iota, length=n, dtype=dt.int64, device=device)
    same = perform(P.equal, reshape(i, (n, 1)), i)
    return perform(P.cast, same, dtype=x._type.dtype)


def rounded(out: Any, dtype: DType) -> Any:
    """Return what was computed in float32 in the dtype asked for."""
    if isinstance(out, tuple):
        return type(out)(*(rounded(x, dtype) for x in out))
    narrow = isinstance(out, Array) and out._type.dtype is dt.float32
    return perform(P.cast, out, dtype=dtype) if narrow else out


def in_float32(function: F) -> F:
    """Make a function of one array compute float16 and bfloat16 in float32 and round."""

    @wraps(function)
    def run(x: Any, /, *args: Any, **options: Any) -> Any:
        x = _convert.to_array(x, function.__name__)
        dtype = x._type.dtype
        if dtype not in SMALL:
            return function(x, *args, **options)
        wide = perform(P.cast, x, dtype=dt.float32)
        return rounded(function(wide, *args, **options), dtype)

    return cast(F, run)


def diagonal(x: Any, /, *, offset: int = 0) -> Array:
    """Return the diagonals of matrices.

    Parameters
    ----------
    x : Array, shape (..., m, n)
    offset : int
        Which diagonal: above the main one if positive, below it if negative.

    Returns
    -------
    Array, shape (..., k)

    Examples
    --------
    >>> import nx
    >>> nx.linalg.diagonal(nx.asarray([[1, 2], [3, 4]]))
    Array([1, 4], dtype=int64)
    """
    x = check_matrices(_convert.to_array(x, "diagonal"), "diagonal")
    offset = as_int(offset, "diagonal", "offset")
    *stack, m, n = x._type.shape
    length = max(min(m, n - offset) if offset >= 0 else min(m + offset, n), 0)
    start = offset if offset >= 0 else -offset * n
    flat = reshape(x, (*stack, m * n))
    if not length:
        return flat[..., :0]
    return flat[..., start : start + (length - 1) * (n + 1) + 1 : n + 1]
