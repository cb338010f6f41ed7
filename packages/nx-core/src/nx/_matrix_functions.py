"""Functions of square matrices: powers and the exponential."""

from __future__ import annotations

from typing import Any, Final

from nx import _dtypes as dt
from nx import _reductions as r
from nx._array import Array
from nx._convert import to_array
from nx._elementwise import abs, add, ceil, log2, maximum, multiply, where
from nx._errors import DTypeError, message
from nx._matrices import check_matrices, identity_like, in_float32, matrices
from nx._products import matmul
from nx._shapes import index_of
from nx._shaping import broadcast_to, expand_dims
from nx._solving import inv
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["expm", "matrix_power"]

# Higham 2005, The scaling and squaring method for the matrix exponential revisited, SIAM Journal on
# Matrix Analysis and Applications 26(4), tables 2.3 and 2.4: the coefficients of the approximant of
# degree 13 (of degree 7 in single precision), and the norm up to which it is exact to rounding.
_DOUBLE: Final = (
    *(64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0),
    *(129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0),
    *(40840800.0, 960960.0, 16380.0, 182.0, 1.0),
)
_SINGLE: Final = (17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0, 1.0)
_LARGEST_NORM: Final = {True: 5.371920351148152, False: 3.925724783138660}


def matrix_power(x: Any, n: int, /) -> Array:
    """Return the n-th power of square matrices.

    Parameters
    ----------
    x : Array, shape (..., n, n), numeric
    n : int
        A negative one takes the power of the inverse; 0 gives the identity.

    Returns
    -------
    Array, shape (..., n, n)
        Of x's dtype.

    Raises
    ------
    ShapeError
        If the matrices are not square.
    DTypeError
        If n is no int.
    LinAlgError
        For a negative n and a singular matrix.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.matrix_power(nx.asarray([[1.0, 1.0], [0.0, 1.0]]), 3)
    Array([[1., 3.],
           [0., 1.]], dtype=float32)
    """
    try:
        count = index_of(n)
    except TypeError:
        problem = f"cannot raise a matrix to the power {n!r}"
        raise DTypeError(message("matrix_power", problem, "powers are ints")) from None
    x = check_matrices(to_array(x, "matrix_power"), "matrix_power", square=True)
    if count < 0:
        x, count = inv(x), -count
    if count == 0:
        return broadcast_to(identity_like(x), x._type.shape)
    out: Array | None = None
    while count:
        if count & 1:
            out = x if out is None else matmul(out, x)
        count >>= 1
        x = matmul(x, x) if count else x
    assert out is not None
    return out


def _approximant(a: Array, b: tuple[float, ...]) -> Array:
    """Return the diagonal Pade approximant of exp with these coefficients."""
    powers = [identity_like(a), matmul(a, a)]
    for _ in range(2, min(len(b) // 2, 4)):
        powers.append(matmul(powers[-1], powers[1]))
    odd = sum((powers[i] * b[2 * i + 1] for i in range(1, len(powers))), powers[0] * b[1])
    even = sum((powers[i] * b[2 * i] for i in range(1, len(powers))), powers[0] * b[0])
    if len(b) > 8:
        high = range(1, 4)
        odd = odd + matmul(powers[3], sum((powers[i] * b[2 * i + 7] for i in high), 0.0))
        even = even + matmul(powers[3], sum((powers[i] * b[2 * i + 6] for i in high), 0.0))
    u = matmul(a, odd)
    return perform(P.solve, even - u, even + u)


@in_float32
def expm(x: Any, /) -> Array:
    """Return the exponentials of square matrices.

    Parameters
    ----------
    x : Array, shape (..., n, n), floating or complex

    Returns
    -------
    Array, shape (..., n, n)
        Of x's dtype.

    Raises
    ------
    ShapeError
        If the matrices are not square.

    Notes
    -----
    By scaling and squaring. How often to square depends on the largest norm, which is read.

    References
    ----------
    N. J. Higham, The scaling and squaring method for the matrix exponential revisited, SIAM Journal
    on Matrix Analysis and Applications 26(4), 2005.

    Examples
    --------
    >>> import nx
    >>> nx.linalg.expm(nx.asarray([[0.0, 1.0], [0.0, 0.0]]))
    Array([[1., 1.],
           [0., 1.]], dtype=float32)
    """
    a = matrices(x, "expm", square=True)
    if not a._type.size:
        return a
    double = a._type.dtype in (dt.float64, dt.complex128)
    sizes = r.max(r.sum(abs(perform(P.detach, a)), axis=-2), axis=-1)
    halvings = ceil(log2(maximum(sizes / _LARGEST_NORM[double], 1.0)))
    places = expand_dims(halvings, axis=(-2, -1))
    scaled = multiply(a, perform(P.cast, 2.0**-places, dtype=a._type.dtype))
    out = _approximant(scaled, _DOUBLE if double else _SINGLE)
    most = float(r.max(halvings))
    if most != most or most > 1024:  # NaN or infinite elements: nothing to square
        return add(out, multiply(a, float("nan")))
    for i in range(int(most)):
        out = where(places > i, matmul(out, out), out)
    return out
