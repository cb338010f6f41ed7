"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx._array import Array
from nx._errors import ShapeError, message
from nx._shaping import reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["matmul"]


def matmul(x1: Any, x2: Any, /) -> Array:
    """Multiply matrices; the last two axes are the matrices, the others broadcast.

    Parameters
    ----------
    x1 : Array, shape (..., m, k) or (k,)
    x2 : Array, shape (..., k, n) or (k,)
        1-d operands are a row or a column, and that axis is not in the result.

    Returns
    -------
    Array, shape (..., m, n)

    Raises
    ------
    ShapeError
        If the inner lengths differ, or an operand is 0-d.

    Examples
    --------
    >>> import nx
    >>> nx.matmul(nx.asarray([[1.0, 2.0]]), nx.asarray([[3.0], [4.0]]))
    Array([[11.]], dtype=float32)
    """
    a, b = _convert.promote_operands(P.matmul, (x1, x2))
    s, t = a._type.shape, b._type.shape
    if not s or not t:
        raise ShapeError(
            message("matmul", f"cannot multiply {s} by {t} (0-d)", "use * for scalars")
        )
    inner = t[-2] if len(t) > 1 else t[0]
    if s[-1] != inner:
        raise ShapeError(message("matmul", f"cannot multiply {s} by {t} ({s[-1]} != {inner})"))
    a = reshape(a, (1, *s)) if len(s) == 1 else a
    b = reshape(b, (*t, 1)) if len(t) == 1 else b
    out: Array = perform(P.matmul, a, b)
    rows = out._type.shape[-2:-1] if len(s) > 1 else ()
    columns = out._type.shape[-1:] if len(t) > 1 else ()
    shape = (*out._type.shape[:-2], *rows, *columns)
    return out if shape == out._type.shape else reshape(out, shape)
