"""Products of matrices and vectors."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx._array import Array
from nx._elementwise import conj, multiply, subtract
from nx._errors import AxisError, DTypeError, ShapeError, message
from nx._shapes import as_int, broadcast_shapes, normalize_axis
from nx._shaping import broadcast_to, moveaxis, permute_dims, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["cross", "kron", "matmul", "multi_dot", "outer", "tensordot", "vecdot"]


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
        In the dtype they promote to; float16 and bfloat16 are added in float32.

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


def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Array:
    """Sum the products over pairs of axes.

    Parameters
    ----------
    x1, x2 : Array, numeric
        Not conjugated.
    axes : int or (sequence of int, sequence of int)
        How many of x1's last and x2's first axes, or which of each.

    Returns
    -------
    Array
        With the other axes of x1, then those of x2.

    Raises
    ------
    AxisError
        If an axis is outside its operand, or named twice.
    ShapeError
        If the lengths of a pair differ.

    Examples
    --------
    >>> import nx
    >>> nx.tensordot(nx.asarray([1, 2]), nx.asarray([3, 4]), axes=0)
    Array([[3, 4],
           [6, 8]], dtype=int64)
    """
    a, b = _convert.promote_operands(P.matmul, (x1, x2), operation="tensordot")
    s, t = a._type.shape, b._type.shape
    mine, theirs = _pairs(s, t, axes)
    lengths = [s[i] for i in mine], [t[j] for j in theirs]
    if lengths[0] != lengths[1]:
        clash = f"{lengths[0]} != {lengths[1]}"
        raise ShapeError(
            message("tensordot", f"cannot pair axes {mine} of {s} with {theirs} of {t} ({clash})")
        )
    left = [i for i in range(len(s)) if i not in mine]
    right = [j for j in range(len(t)) if j not in theirs]
    rows, columns = [s[i] for i in left], [t[j] for j in right]
    k = math.prod(lengths[0])
    out = perform(
        P.matmul,
        reshape(permute_dims(a, [*left, *mine]), (math.prod(rows), k)),
        reshape(permute_dims(b, [*theirs, *right]), (k, math.prod(columns))),
    )
    return reshape(out, (*rows, *columns))


def _pairs(s: tuple[int, ...], t: tuple[int, ...], axes: Any) -> tuple[list[int], list[int]]:
    if not isinstance(axes, (tuple, list)):
        n = as_int(axes, "tensordot", "axes")
        if not 0 <= n <= min(len(s), len(t)):
            raise AxisError(message("tensordot", f"cannot pair {n} axes of {s} and {t}"))
        return [*range(len(s) - n, len(s))], [*range(n)]
    if len(axes) != 2:
        problem = f"cannot use axes={axes!r}"
        raise AxisError(message("tensordot", problem, "an int, or a pair of sequences of ints"))
    mine, theirs = ([*a] if isinstance(a, (tuple, list)) else [a] for a in axes)
    if len(mine) != len(theirs):
        clash = f"{len(mine)} != {len(theirs)}"
        raise AxisError(message("tensordot", f"cannot pair axes {mine} with {theirs} ({clash})"))
    mine = [normalize_axis(a, len(s), "tensordot") for a in mine]
    theirs = [normalize_axis(a, len(t), "tensordot") for a in theirs]
    if len({*mine}) < len(mine) or len({*theirs}) < len(theirs):
        raise AxisError(message("tensordot", f"cannot use an axis twice ({mine}, {theirs})"))
    return mine, theirs


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Array:
    """Return the inner products of vectors, the first one conjugated.

    Parameters
    ----------
    x1, x2 : Array, shape (..., n)
        They broadcast, save along the axis.
    axis : int
        Where the vectors lie, counted in each.

    Returns
    -------
    Array, shape (...)
        In the dtype they promote to.

    Raises
    ------
    ShapeError
        If the vectors differ in length, or the other axes do not broadcast.
    AxisError
        For an axis outside either.

    Examples
    --------
    >>> import nx
    >>> float(nx.vecdot(nx.asarray([1.0, 2.0]), nx.asarray([3.0, 4.0])))
    11.0
    """
    a, b = _convert.promote_operands(P.matmul, (x1, x2), operation="vecdot")
    a = moveaxis(a, normalize_axis(axis, a._type.ndim, "vecdot"), -1)
    b = moveaxis(b, normalize_axis(axis, b._type.ndim, "vecdot"), -1)
    s, t = a._type.shape, b._type.shape
    if s[-1] != t[-1]:
        raise ShapeError(message("vecdot", f"cannot multiply {s} by {t} ({s[-1]} != {t[-1]})"))
    a = conj(a) if a._type.dtype.kind == "complex" else a
    row, column = reshape(a, (*s[:-1], 1, s[-1])), reshape(b, (*t, 1))
    out = perform(P.matmul, row, column)
    return reshape(out, out._type.shape[:-2])


def outer(x1: Any, x2: Any, /) -> Array:
    """Return the matrix of the products of two vectors' elements.

    Parameters
    ----------
    x1 : Array, shape (m,), numeric
    x2 : Array, shape (n,), numeric
        Not conjugated.

    Returns
    -------
    Array, shape (m, n)
        In the dtype they promote to.

    Raises
    ------
    ShapeError
        If either is not 1-d.

    Examples
    --------
    >>> import nx
    >>> nx.outer(nx.asarray([1, 2]), nx.asarray([3, 4]))
    Array([[3, 4],
           [6, 8]], dtype=int64)
    """
    a, b = _convert.promote_operands(P.multiply, (x1, x2), operation="outer")
    for x in (a, b):
        if x._type.ndim != 1:
            problem = f"cannot multiply {a._type.shape} by {b._type.shape} ({x._type.ndim} != 1)"
            raise ShapeError(message("outer", problem, "both must be vectors: use flatten"))
    return multiply(reshape(a, (a._type.size, 1)), b)


def kron(x1: Any, x2: Any, /) -> Array:
    """Return the Kronecker product: x2 in a block for each element of x1, times it.

    Parameters
    ----------
    x1, x2 : Array, numeric
        The shorter of the shapes is filled up with ones in front.

    Returns
    -------
    Array
        Each axis as long as both together, multiplied.

    Examples
    --------
    >>> import nx
    >>> nx.kron(nx.asarray([1, 10]), nx.asarray([1, 2]))
    Array([ 1,  2, 10, 20], dtype=int64)
    """
    a, b = _convert.promote_operands(P.multiply, (x1, x2), operation="kron")
    ndim = max(a._type.ndim, b._type.ndim)
    s = (1,) * (ndim - a._type.ndim) + a._type.shape
    t = (1,) * (ndim - b._type.ndim) + b._type.shape
    apart = reshape(a, [n for m in s for n in (m, 1)])
    blocks = multiply(apart, reshape(b, [n for m in t for n in (1, m)]))
    return reshape(blocks, [m * n for m, n in zip(s, t, strict=True)])


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Array:
    """Return the cross products of vectors of three elements; the other axes broadcast.

    Parameters
    ----------
    x1, x2 : Array, numeric
        Of 3 elements along the axis; the other axes broadcast.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    Array
        Of the shape they broadcast to.

    Raises
    ------
    ShapeError
        If the axis has other than 3 elements.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.cross(nx.asarray([1, 0, 0]), nx.asarray([0, 1, 0]))
    Array([0, 0, 1], dtype=int64)
    """
    a, b = _convert.promote_operands(P.multiply, (x1, x2), operation="cross")
    shape = broadcast_shapes([a._type.shape, b._type.shape], "cross")
    place = normalize_axis(axis, min(a._type.ndim, b._type.ndim), "cross")
    place += len(shape) - min(a._type.ndim, b._type.ndim)
    for x in (a, b):
        n = (1,) * (len(shape) - x._type.ndim) + x._type.shape
        if n[place] != 3:
            problem = f"cannot multiply {a._type.shape} by {b._type.shape} ({n[place]} != 3)"
            raise ShapeError(message("cross", problem, f"axis {axis} must have 3 elements"))
    a = moveaxis(broadcast_to(a, shape), place, -1)
    b = moveaxis(broadcast_to(b, shape), place, -1)
    after, last = [1, 2, 0], [2, 0, 1]
    out = subtract(a[..., after] * b[..., last], a[..., last] * b[..., after])
    return moveaxis(out, -1, place)


def multi_dot(arrays: Any, /) -> Array:
    """Multiply matrices in a row, in the cheapest order; the first and last may be vectors.

    Parameters
    ----------
    arrays : sequence of Array
        Two or more matrices; the first and the last may be vectors.

    Returns
    -------
    Array
        The product, in the dtype they promote to.

    Raises
    ------
    ShapeError
        If there are fewer than two, they do not fit, or one is no matrix.
    DTypeError
        If it is no sequence.

    Examples
    --------
    >>> import nx
    >>> x = nx.ones((2, 2))
    >>> nx.linalg.multi_dot([x, x, x])
    Array([[4., 4.],
           [4., 4.]], dtype=float32)
    """
    if not isinstance(arrays, (tuple, list)):
        problem = f"cannot multiply {type(arrays).__name__}"
        raise DTypeError(message("multi_dot", problem, "a list of arrays"))
    xs = [_convert.to_array(x, "multi_dot") for x in arrays]
    shapes = [x._type.shape for x in xs]
    inner = shapes[1:-1]
    if len(xs) < 2 or any(len(s) != 2 for s in inner) or any(len(s) not in (1, 2) for s in shapes):
        problem = f"cannot multiply arrays of shapes {', '.join(map(str, shapes)) or 'none'}"
        raise ShapeError(message("multi_dot", problem, "two or more matrices; vectors at the ends"))
    first = xs[0] if len(shapes[0]) == 2 else reshape(xs[0], (1, -1))
    last = xs[-1] if len(shapes[-1]) == 2 else reshape(xs[-1], (-1, 1))
    out = _cheapest([first, *xs[1:-1], last])
    return reshape(out, (*shapes[0][:-1], *shapes[-1][1:]))


def _cheapest(xs: list[Array]) -> Array:
    """Multiply in the order of fewest products (Cormen et al. 2022, section 14.2)."""
    sizes = [x._type.shape[0] for x in xs] + [xs[-1]._type.shape[1]]
    best: dict[tuple[int, int], tuple[int, int]] = {(i, i): (0, i) for i in range(len(xs))}
    for length in range(1, len(xs)):
        for i in range(len(xs) - length):
            j = i + length
            best[i, j] = min(
                (best[i, k][0] + best[k + 1, j][0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            )

    def product(i: int, j: int) -> Array:
        k = best[i, j][1]
        return xs[i] if i == j else matmul(product(i, k), product(k + 1, j))

    return product(0, len(xs) - 1)
