"""Sums, products, derivatives and integrals of polynomials, given by their coefficients.

The coefficient of the highest power comes first, as in `polyval`.
"""

from __future__ import annotations

from typing import Any

from nx import _dtypes as dt
from nx._array import Array
from nx._convolution import convolve
from nx._elementwise import add, divide, multiply, negative
from nx._errors import ShapeError, message
from nx._joining import concat, pad
from nx._numeric import number_of, numeric, to_inexact
from nx._shaping import broadcast_to, flip, reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["polyadd", "polyder", "polyint", "polymul", "polysub"]


def _coefficients(operation: str, *polynomials: Any, inexact: bool = False) -> list[Array]:
    arrays = (to_inexact if inexact else numeric)(operation, *polynomials)
    for p in arrays:
        if p._type.ndim != 1:
            problem = f"cannot take coefficients of shape {p._type.shape}"
            raise ShapeError(message(operation, problem, "they are 1-d, the highest power first"))
    return arrays


def _powers(n: int, like: Array) -> Array:
    """Return n, ..., 2, 1."""
    counted = perform(P.iota, length=n, dtype=dt.int64, device=like._type.device)
    return perform(P.cast, flip(add(counted, 1)), dtype=like._type.dtype)


def polyadd(p1: Any, p2: Any, /) -> Array:
    """Return the coefficients of the sum of two polynomials.

    Parameters
    ----------
    p1, p2 : Array, shape (n,) and (m,), numeric

    Returns
    -------
    Array, shape (max(n, m),)
        Leading zeros stay.

    Raises
    ------
    ShapeError
        If the coefficients are not 1-d.

    Examples
    --------
    >>> import nx
    >>> nx.polyadd(nx.asarray([1, 2]), nx.asarray([3, 0, 1]))
    Array([3, 1, 3], dtype=int64)
    """
    a, b = _coefficients("polyadd", p1, p2)
    n = max(a._type.size, b._type.size)
    return add(*(pad(p, ((n - p._type.size, 0),)) for p in (a, b)))


def polysub(p1: Any, p2: Any, /) -> Array:
    """Return the coefficients of the difference of two polynomials.

    Parameters
    ----------
    p1, p2 : Array, shape (n,) and (m,), numeric

    Returns
    -------
    Array, shape (max(n, m),)
        Leading zeros stay.

    Raises
    ------
    ShapeError
        If the coefficients are not 1-d.

    Examples
    --------
    >>> import nx
    >>> nx.polysub(nx.asarray([3, 0, 1]), nx.asarray([1, 2]))
    Array([ 3, -1, -1], dtype=int64)
    """
    a, b = _coefficients("polysub", p1, p2)
    return polyadd(a, negative(b))


def polymul(p1: Any, p2: Any, /) -> Array:
    """Return the coefficients of the product of two polynomials.

    Parameters
    ----------
    p1, p2 : Array, shape (n,) and (m,), numeric
        Neither empty.

    Returns
    -------
    Array, shape (n + m - 1,)
        Leading zeros stay.

    Raises
    ------
    ShapeError
        If the coefficients are not 1-d, or there are none.

    Examples
    --------
    >>> import nx
    >>> nx.polymul(nx.asarray([1, 1]), nx.asarray([1, -1]))
    Array([ 1,  0, -1], dtype=int64)
    """
    return convolve(*_coefficients("polymul", p1, p2))


def polyder(p: Any, /, m: int = 1) -> Array:
    """Return the coefficients of the m-th derivative of a polynomial.

    Parameters
    ----------
    p : Array, shape (n,), numeric
    m : int
        How often to differentiate.

    Returns
    -------
    Array, shape (max(n - m, 0),)
        Of p's dtype.

    Raises
    ------
    ShapeError
        If the coefficients are not 1-d, or m is negative.

    Examples
    --------
    >>> import nx
    >>> nx.polyder(nx.asarray([1.0, 2.0, 5.0]))
    Array([2., 2.], dtype=float32)
    """
    (out,) = _coefficients("polyder", p)
    for _ in range(min(number_of("polyder", m, "a number of times"), out._type.size)):
        n = out._type.size - 1
        out = multiply(out[:n], _powers(n, out))
    return out


def polyint(p: Any, /, m: int = 1, *, k: Any = 0) -> Array:
    """Return the coefficients of the m-th integral of a polynomial.

    Parameters
    ----------
    p : Array, shape (n,)
        Integers become float32.
    m : int
        How often to integrate.
    k : scalar or Array, shape (m,)
        The constants of integration, the first one's first; a scalar is that of all.

    Returns
    -------
    Array, shape (n + m,)

    Raises
    ------
    ShapeError
        If the coefficients are not 1-d, m is negative, or there are not m constants.

    Examples
    --------
    >>> import nx
    >>> nx.polyint(nx.asarray([2.0, 2.0]), k=5)
    Array([1., 2., 5.], dtype=float32)
    """
    count = number_of("polyint", m, "a number of times")
    out, constants = to_inexact("polyint", p, k)
    _coefficients("polyint", out)
    if constants._type.shape not in ((), (1,), (count,)):
        problem = f"cannot use constants of shape {constants._type.shape} for {count} integrals"
        raise ShapeError(message("polyint", problem, f"one number, or {count}"))
    constants = broadcast_to(constants, (count,))
    for i in range(count):
        whole = divide(out, _powers(out._type.size, out))
        out = concat([whole, reshape(constants[i], (1,))])
    return out
