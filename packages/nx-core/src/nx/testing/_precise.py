"""Special functions in decimal arithmetic: oracles that share nothing with a backend's kernels.

Each takes and returns floats; in between stand 60 digits, or more where terms cancel.  Sources:
the power series and continued fractions of NIST's Digital Library of Mathematical Functions, 4.19
(sine), 5.11 (lgamma and polygamma, after shifts by the recurrences 5.5.1 and 5.15.5), 7.6 and 7.9
(erf), 8.11 (the incomplete gamma function), 10.25 and 10.40 (Bessel functions).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np

__all__ = ["bessel", "each", "erf", "erfc", "erfinv", "gamma_slope", "lgamma", "polygamma"]

DIGITS: Final = 60
PI: Final = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534"
)
SHIFTED: Final = 40
RANGE: Final = np.finfo(np.longdouble)


def each(function: Callable[..., Any], *after: Any) -> Callable[[Any], Any]:
    """Apply a function of a float to every element; the result is as long as NumPy can hold."""

    def apply(x: Any, **_: Any) -> Any:
        out = np.empty(np.shape(x), np.longdouble)
        for index in np.ndindex(out.shape):
            out[index] = _as_long(function(float(x[index]), *after))
        return out

    return apply


def _as_long(value: Any) -> Any:
    if isinstance(value, float):
        return np.longdouble(value)
    if not RANGE.minexp < value.adjusted() * math.log2(10) < RANGE.maxexp:
        end = 0.0 if value.adjusted() < 0 else math.inf
        return np.longdouble(-end if value < 0 else end)
    return np.longdouble(f"{value:.40e}")


def decimals(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run a function in its own decimal context."""

    def inner(*args: Any) -> Any:
        with localcontext() as context:
            context.prec, context.Emax, context.Emin = DIGITS, 999999, -999999
            return function(*args)

    return inner


def _erf_series(x: Decimal) -> Decimal:
    """Return erf by its power series; exp(x * x) digits cancel, which 60 bear for x < 5."""
    term = total = x
    n = 0
    while abs(term) > abs(total) * Decimal(10) ** -DIGITS:
        n += 1
        term = -term * x * x / n
        total += term / (2 * n + 1)
    return 2 * total / PI.sqrt()


def _erfc_fraction(x: Decimal) -> Decimal:
    """Return erfc of x > 3 by its continued fraction, from the end."""
    depth = 60 + int(2000 / x / x)
    tail = Decimal(0)
    for k in range(depth, 0, -1):
        tail = Decimal(k) / 2 / (x + tail)
    return (-x * x).exp() / PI.sqrt() / (x + tail)


@decimals
def erf(x: float) -> Any:
    """Return the error function."""
    if math.isnan(x) or x == 0:
        return x
    if abs(x) > 4:
        return Decimal(1 if x > 0 else -1) * (1 - _far(abs(x)))
    return _erf_series(Decimal(x))


def _far(x: float) -> Decimal:
    return Decimal(0) if x > 1e3 else _erfc_fraction(Decimal(x))


@decimals
def erfc(x: float) -> Any:
    """Return the complement of the error function."""
    if math.isnan(x):
        return x
    if x > 4:
        return _far(x)
    return 1 - _erf_series(Decimal(x)) if x > -4 else 2 - _far(-x)


@decimals
def erfinv(y: float) -> Any:
    """Return the inverse of the error function, by Newton's steps with exact residuals."""
    if math.isnan(y) or abs(y) > 1:
        return math.nan
    if abs(y) == 1 or y == 0:
        return math.copysign(math.inf, y) if y else y
    a = abs(Decimal(y))
    log = math.log(float(1 - a)) + math.log(float(1 + a))
    half = 2 / (math.pi * 0.147) + log / 2
    start = math.sqrt(max(math.sqrt(half * half - log / 0.147) - half, 0.0))
    x = Decimal(start) if start > 1e-6 else a * PI.sqrt() / 2
    for _ in range(7):
        error = _erf_series(x) - a if x < 4 else (1 - a) - _erfc_fraction(x)
        x -= error * PI.sqrt() / 2 * (x * x).exp()
    return x.copy_sign(Decimal(y))


@lru_cache
def _bernoulli(n: int) -> Fraction:
    """Return the Bernoulli number B(n)."""
    if n == 0:
        return Fraction(1)
    known = sum((math.comb(n + 1, k) * _bernoulli(k) for k in range(n)), Fraction(0))
    return -known / (n + 1)


def _even(k: int) -> Decimal:
    b = _bernoulli(2 * k)
    return Decimal(b.numerator) / Decimal(b.denominator)


def _lgamma(x: Decimal) -> Decimal:
    """Return log(gamma(x)) of x > 0 by Stirling's series."""
    product = Decimal(1)
    while x < SHIFTED:
        product *= x
        x += 1
    series = sum((_even(k) / (2 * k * (2 * k - 1)) / x ** (2 * k - 1) for k in range(1, 26)), x * 0)
    return (x - Decimal("0.5")) * x.ln() - x + (2 * PI).ln() / 2 + series - product.ln()


def _sin_pi(x: Decimal) -> Decimal:
    angle = PI * (x - x.to_integral_value())
    term = total = angle
    n = 1
    while abs(term) > abs(total) * Decimal(10) ** -DIGITS:
        term = -term * angle * angle / ((n + 1) * (n + 2))
        total += term
        n += 2
    return total


@decimals
def lgamma(x: float) -> Any:
    """Return log(abs(gamma(x))); infinite at the poles."""
    if math.isnan(x):
        return x
    if math.isinf(x) or (x <= 0 and x == math.floor(x)):
        return math.inf
    exact = Decimal(x)
    if x > 0:
        return _lgamma(exact)
    return (PI / abs(_sin_pi(exact))).ln() - _lgamma(1 - exact)


def _polygamma(n: int, x: Decimal) -> Decimal:
    """Return the n-th derivative of digamma off its poles."""
    sign = -1 if n % 2 == 0 else 1
    shift = Decimal(0)
    while x < SHIFTED:
        shift += x ** -(n + 1)
        x += 1
    if n == 0:
        tail = sum((_even(k) / (2 * k) / x ** (2 * k) for k in range(1, 26)), x * 0)
        return x.ln() - 1 / (2 * x) - tail - shift
    series = math.factorial(n - 1) / x**n + math.factorial(n) / (2 * x ** (n + 1))
    for k in range(1, 26):
        ratio = math.factorial(2 * k + n - 1) / Decimal(math.factorial(2 * k))
        series += _even(k) * ratio / x ** (2 * k + n)
    return sign * (series + math.factorial(n) * shift)


@decimals
def polygamma(x: float, n: int) -> Any:
    """Return the n-th derivative of digamma, for x that is no pole."""
    if math.isnan(x) or x == -math.inf:
        return math.nan
    if x == math.inf:
        return 0.0 if n else math.inf
    return _polygamma(n, Decimal(x))


@decimals
def bessel(x: float, order: int) -> Any:
    """Return exp(-abs(x)) I(x) of order 0 or 1."""
    if math.isnan(x):
        return x
    if math.isinf(x):
        return math.copysign(0.0, x) if order else 0.0
    if x == 0:
        return x if order else 1.0
    a = abs(Decimal(x))
    if a < 300:
        term = total = (a / 2) ** order
        k = 0
        while term > total * Decimal(10) ** -DIGITS:
            k += 1
            term = term * (a / 2) ** 2 / (k * (k + order))
            total += term
        value = total * (-a).exp()
    else:
        term = total = Decimal(1)
        for k in range(1, 30):
            term = -term * (4 * order * order - (2 * k - 1) ** 2) / (k * 8 * a)
            total += term
        value = total / (2 * PI * a).sqrt()
    return -value if order and x < 0 else value


def _incomplete(a: Decimal, x: Decimal) -> Decimal:
    """Return the regularized incomplete gamma function P(a, x) by its series of positive terms."""
    term = total = 1 / a
    n = 0
    while term > total * Decimal(10) ** -DIGITS:
        n += 1
        term = term * x / (a + n)
        total += term
    return total * (a * x.ln() - x - _lgamma(a)).exp()


@decimals
def gamma_slope(alpha: float, x: float) -> Any:
    """Return the derivative by alpha of the quantile of the gamma distribution that x is.

    It is -(dP/da) / (dP/dx); the numerator is a central difference, exact to 30 digits.
    """
    a, at, h = Decimal(alpha), Decimal(x), Decimal(alpha) * Decimal(10) ** -16
    change = (_incomplete(a + h, at) - _incomplete(a - h, at)) / (2 * h)
    return -change / ((a - 1) * at.ln() - at - _lgamma(a)).exp()
