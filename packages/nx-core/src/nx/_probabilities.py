"""Functions of probabilities: the normal distribution, entropies, the multivariate gamma."""

from __future__ import annotations

import math
from typing import Any

from nx._array import Array
from nx._elementwise import (
    add,
    divide,
    equal,
    erfc,
    exp,
    expm1,
    greater,
    greater_equal,
    isnan,
    less,
    lgamma,
    log,
    log1p,
    logical_and,
    logical_or,
    maximum,
    minimum,
    multiply,
    negative,
    subtract,
    where,
)
from nx._errors import ShapeError, message
from nx._numeric import number_of, to_real
from nx._special import xlogy

__all__ = ["entr", "kl_div", "log1mexp", "log_ndtr", "multigammaln", "ndtr", "rel_entr"]

FAR_TERMS = 7
"""Of the asymptotic series of log_ndtr, exact to the dtype's last digit where it is used."""
MOST_DIMENSIONS = 10_000
"""Of the multivariate gamma function: each is a term."""


def ndtr(x: Any, /) -> Array:
    """Return the share of the standard normal distribution below x, elementwise.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape, from 0 to 1.

    Raises
    ------
    DTypeError
        For complex x.

    Examples
    --------
    >>> import nx
    >>> float(nx.ndtr(0.0))
    0.5
    """
    (x,) = to_real("ndtr", x)
    return multiply(erfc(multiply(x, -math.sqrt(0.5))), 0.5)


def log_ndtr(x: Any, /) -> Array:
    """Return the logarithm of `ndtr`, elementwise, without underflow.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape, at most 0.

    Raises
    ------
    DTypeError
        For complex x.

    Notes
    -----
    Far below 0 it is computed by its asymptotic series; above 0 as log1p(-ndtr(-x)).

    References
    ----------
    M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.2.12.

    Examples
    --------
    >>> import nx
    >>> float(nx.log_ndtr(-40.0)) < -800
    True
    """
    (x,) = to_real("log_ndtr", x)
    edge = -10.0 if x._type.dtype.name != "float64" else -20.0
    above = log1p(negative(ndtr(negative(maximum(x, 0.0)))))
    middle = log(ndtr(minimum(maximum(x, edge), 0.0)))
    far = minimum(x, edge)
    inverse = divide(1.0, multiply(far, far))
    series = multiply(inverse, 0.0)
    for k in range(FAR_TERMS, 0, -1):  # sum of (-1)**k (2 k - 1)!! / x**(2 k)
        series = multiply(multiply(add(series, 1.0), inverse), -(2.0 * k - 1.0))
    half = multiply(multiply(far, far), -0.5)
    tail = subtract(subtract(half, log(negative(far))), 0.5 * math.log(2.0 * math.pi))
    tail = add(tail, log1p(series))
    return where(greater(x, 0), above, where(greater_equal(x, edge), middle, tail))


def entr(x: Any, /) -> Array:
    """Return -x log(x), elementwise: 0 at 0, and -inf below.

    Parameters
    ----------
    x : Array or scalar, real
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    DTypeError
        For complex x.

    Examples
    --------
    >>> import nx
    >>> nx.entr(nx.asarray([-1.0, 0.0, 1.0]))
    Array([-inf,   0.,   0.], dtype=float32)
    """
    (x,) = to_real("entr", x)
    below = less(x, 0)
    safe = where(below, 1.0, x)
    return where(below, -math.inf, subtract(0.0, xlogy(safe, safe)))


def rel_entr(x1: Any, x2: Any, /) -> Array:
    """Return x1 log(x1 / x2), elementwise: 0 where x1 is 0, and inf outside the domain.

    Parameters
    ----------
    x1, x2 : Array or scalar, real
        Not negative; x2 not 0 unless x1 is.

    Returns
    -------
    Array
        With the shape the operands broadcast to.

    Raises
    ------
    DTypeError
        For complex operands.
    ShapeError
        If the operands do not broadcast.

    Examples
    --------
    >>> import nx
    >>> nx.rel_entr(nx.asarray([0.0, 1.0, 1.0]), nx.asarray([1.0, 1.0, 0.0]))
    Array([ 0.,  0., inf], dtype=float32)
    """
    a, b = to_real("rel_entr", x1, x2)
    inside = logical_and(greater(a, 0), greater(b, 0))
    p, q = where(inside, a, 1.0), where(inside, b, 1.0)
    out = multiply(p, log(divide(p, q)))
    nothing = logical_and(equal(a, 0), greater_equal(b, 0))
    spoilt = logical_or(isnan(a), isnan(b))
    return where(inside, out, where(nothing, 0.0, where(spoilt, math.nan, math.inf)))


def kl_div(x1: Any, x2: Any, /) -> Array:
    """Return x1 log(x1 / x2) - x1 + x2, elementwise; as `rel_entr` at the domain's ends.

    Parameters
    ----------
    x1, x2 : Array or scalar, real

    Returns
    -------
    Array
        With the shape the operands broadcast to, never negative.

    Raises
    ------
    DTypeError
        For complex operands.
    ShapeError
        If the operands do not broadcast.

    Examples
    --------
    >>> import nx
    >>> float(nx.kl_div(0.0, 2.0))
    2.0
    """
    a, b = to_real("kl_div", x1, x2)
    return add(subtract(rel_entr(a, b), a), b)


def log1mexp(x: Any, /) -> Array:
    """Return log(1 - exp(-x)), elementwise, without cancellation.

    Parameters
    ----------
    x : Array or scalar, real
        Not negative; integers become float32.

    Returns
    -------
    Array
        Of x's shape; -inf at 0, NaN below.

    Raises
    ------
    DTypeError
        For complex x.

    References
    ----------
    M. Maechler, Accurately computing ``log(1 - exp(-|a|))``, 2012.

    Examples
    --------
    >>> import nx
    >>> float(nx.log1mexp(0.0))
    -inf
    """
    (x,) = to_real("log1mexp", x)
    small = less(x, math.log(2.0))
    near = log(negative(expm1(negative(where(small, x, 0.5)))))
    return where(small, near, log1p(negative(exp(negative(where(small, 1.0, x))))))


def multigammaln(a: Any, d: int, /) -> Array:
    """Return the logarithm of the multivariate gamma function of d dimensions, elementwise.

    Parameters
    ----------
    a : Array or scalar, real
        Above (d - 1) / 2; integers become float32.
    d : int
        Static, at least 1.

    Returns
    -------
    Array
        Of a's shape.

    Raises
    ------
    DTypeError
        For complex a.
    ShapeError
        If d is no such int.

    Examples
    --------
    >>> import nx
    >>> float(nx.multigammaln(1.0, 1))
    0.0
    """
    (a,) = to_real("multigammaln", a)
    count = number_of("multigammaln", d, "a dimension")
    if not 1 <= count <= MOST_DIMENSIONS:
        problem = f"cannot use {count} dimensions (1 to {MOST_DIMENSIONS})"
        raise ShapeError(message("multigammaln", problem))
    out = lgamma(a)
    for i in range(1, count):
        out = add(out, lgamma(subtract(a, 0.5 * i)))
    return add(out, count * (count - 1) / 4 * math.log(math.pi))
