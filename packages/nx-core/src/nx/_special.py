"""Special functions composed of others: with care where the plain formula loses its digits."""

from __future__ import annotations

import math
from typing import Any

from nx import composites
from nx._array import Array
from nx._elementwise import (
    abs,
    add,
    atanh,
    divide,
    exp,
    i0e,
    i1e,
    less,
    lgamma,
    log,
    log1p,
    maximum,
    multiply,
    negative,
    sin,
    subtract,
    where,
)
from nx._numeric import number_of, to_inexact, to_real
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["betaln", "digamma", "i0", "i1", "logit", "polygamma", "sinc", "xlog1py", "xlogy"]

del composites  # imported so that its rows exist

SINC_TERMS = 11
"""The series of sin(z) / z is exact to float64's last digit for |z| < 1."""


def logit(x: Any, /) -> Array:
    """Return log(x / (1 - x)), elementwise: the inverse of `sigmoid`.

    Parameters
    ----------
    x : Array or scalar, floating
        Probabilities; integers become float32.

    Returns
    -------
    Array
        Of x's shape; infinite at 0 and 1, NaN outside.

    Examples
    --------
    >>> import nx
    >>> nx.logit(nx.asarray([0.0, 0.5, 1.0]))
    Array([-inf,   0.,  inf], dtype=float32)
    """
    (x,) = to_real("logit", x)
    # near 1 / 2 the two logarithms cancel
    middle = less(abs(subtract(x, 0.5)), 0.25)
    inner = multiply(atanh(where(middle, subtract(multiply(x, 2.0), 1.0), 0.0)), 2.0)
    outer = where(middle, 0.25, x)
    return where(middle, inner, subtract(log(outer), log1p(negative(outer))))


def xlogy(x1: Any, x2: Any, /) -> Array:
    """Return x1 * log(x2), elementwise, and 0 where x1 is 0.

    Parameters
    ----------
    x1, x2 : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of the shape the operands broadcast to.

    Notes
    -----
    The derivatives are log(x2) and x1 / x2 everywhere, as in JAX.

    Examples
    --------
    >>> import nx
    >>> nx.xlogy(nx.asarray([0.0, 2.0]), nx.asarray([0.0, 1.0]))
    Array([0., 0.], dtype=float32)
    """
    return perform(P.xlogy, *to_real("xlogy", x1, x2))


def xlog1py(x1: Any, x2: Any, /) -> Array:
    """Return x1 * log(1 + x2), elementwise, and 0 where x1 is 0.

    Parameters
    ----------
    x1, x2 : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of the shape the operands broadcast to.

    Notes
    -----
    The derivatives are log(1 + x2) and x1 / (1 + x2) everywhere, as in JAX.

    Examples
    --------
    >>> import nx
    >>> nx.xlog1py(nx.asarray([0.0, 2.0]), nx.asarray([-1.0, 0.0]))
    Array([0., 0.], dtype=float32)
    """
    return perform(P.xlog1py, *to_real("xlog1py", x1, x2))


def sinc(x: Any, /) -> Array:
    """Return sin(pi x) / (pi x), elementwise, and 1 at 0.

    Parameters
    ----------
    x : Array or scalar, floating or complex
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Notes
    -----
    Near 0 it is computed by its series, so that the derivatives of every order are right there.

    Examples
    --------
    >>> import nx
    >>> nx.sinc(nx.asarray([0.0, 0.5]))
    Array([1.        , 0.63661975], dtype=float32)
    """
    (x,) = to_inexact("sinc", x)
    z = multiply(x, math.pi)
    small = less(abs(z), 1.0)
    square = where(small, multiply(z, z), 0.0)
    series = multiply(square, 0.0)
    for k in range(SINC_TERMS)[::-1]:
        series = add(multiply(series, square), (-1.0) ** k / math.factorial(2 * k + 1))
    far = where(small, 1.0, z)
    return where(small, series, divide(sin(far), far))


def betaln(a: Any, b: Any, /) -> Array:
    """Return the logarithm of the absolute value of the beta function, elementwise.

    Parameters
    ----------
    a, b : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of the shape they broadcast to.

    Notes
    -----
    Computed as lgamma(a) + lgamma(b) - lgamma(a + b).

    Examples
    --------
    >>> import nx
    >>> float(nx.betaln(1.0, 1.0))
    0.0
    """
    a, b = to_real("betaln", a, b)
    return subtract(add(lgamma(a), lgamma(b)), lgamma(add(a, b)))


def _grow(x: Array) -> Array:
    """Return exp(|x|), with slope 0 at 0: then the slopes of `i0` and `i1` are right there."""
    return exp(maximum(x, negative(x)))


def i0(x: Any, /) -> Array:
    """Return the modified Bessel function of the first kind of order 0, elementwise.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Notes
    -----
    It overflows for large x; `i0e` is exp(-abs(x)) times it, and does not. The derivative is `i1`;
    JAX's at 0 is 1, which is wrong.

    Examples
    --------
    >>> import nx
    >>> float(nx.i0(0.0))
    1.0
    """
    (x,) = to_real("i0", x)
    return multiply(_grow(x), i0e(x))


def i1(x: Any, /) -> Array:
    """Return the modified Bessel function of the first kind of order 1, elementwise.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Notes
    -----
    It overflows for large x; `i1e` is exp(-abs(x)) times it, and does not.

    Examples
    --------
    >>> import nx
    >>> float(nx.i1(0.0))
    0.0
    """
    (x,) = to_real("i1", x)
    return multiply(_grow(x), i1e(x))


def polygamma(n: int, x: Any, /) -> Array:
    """Return the n-th derivative of digamma, elementwise, for a static n >= 0.

    Parameters
    ----------
    n : int
        Static, from 0 to 170.
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    ShapeError
        For n outside that range.

    Examples
    --------
    >>> import nx, math
    >>> bool(abs(float(nx.polygamma(1, 1.0)) - math.pi ** 2 / 6) < 1e-6)
    True
    """
    (x,) = to_real("polygamma", x)
    return perform(P.polygamma, x, n=number_of("polygamma", n, "an order"))


def digamma(x: Any, /) -> Array:
    """Return the logarithmic derivative of the gamma function, elementwise.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape; NaN at the poles 0, -1, -2, ...

    Examples
    --------
    >>> import nx
    >>> round(float(nx.digamma(1.0)), 5)
    -0.57722
    """
    return polygamma(0, x)
