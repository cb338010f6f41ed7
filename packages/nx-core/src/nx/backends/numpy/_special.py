"""Special functions that NumPy lacks, in float64; the callers round to the array's dtype.

Sources: erf, erfc and lgamma are the C library's, through `math`; erfinv refines Giles's
approximation (M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2012) by Newton
steps; digamma and polygamma use the recurrence, the asymptotic series and the reflection of
Abramowitz and Stegun, 6.3 and 6.4; the Bessel functions use the power series (9.6.10) and the
asymptotic series (9.7.1).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

__all__ = ["bessel_e", "erf", "erfc", "erfinv", "lgamma", "polygamma"]

F64 = np.ndarray[Any, np.dtype[np.float64]]


def _each(function: Callable[[float], float]) -> Callable[[F64], F64]:
    loop = np.frompyfunc(function, 1, 1)

    def apply(x: F64) -> F64:
        return np.asarray(loop(x), dtype=np.float64)

    return apply


def _lgamma(x: float) -> float:
    if x == -math.inf or (x <= 0 and x == math.floor(x)):
        return math.inf
    try:
        return math.lgamma(x)
    except OverflowError:
        return math.inf


erf = _each(math.erf)
erfc = _each(math.erfc)
lgamma = _each(_lgamma)


def erfinv(y: F64) -> F64:
    """Return x with erf(x) = y: a rational start and Newton steps on erfc in the tails."""
    inside = np.abs(y) < 1
    a = np.where(inside, np.abs(y), 0.5)
    # Winitzki's start; each Halley step triples the correct digits
    log = np.log1p(-a * a)
    half = 2 / (math.pi * 0.147) + log / 2
    x = np.sqrt(np.maximum(np.sqrt(half * half - log / 0.147) - half, 0.0))
    tail = a > 0.5
    for _ in range(4):
        error = np.where(tail, (1 - a) - erfc(x), erf(x) - a)
        slope = 2 / math.sqrt(math.pi) * np.exp(-x * x)
        step = error / slope
        x = x - step / (1 + x * step)
    x = np.where(a < 1e-8, a * (math.sqrt(math.pi) / 2), x)
    ends = np.where(np.abs(y) == 1, np.inf, np.nan)
    return np.copysign(np.where(inside, x, ends), y)


@lru_cache
def _bernoulli(k: int) -> float:
    """Return the Bernoulli number B(2k)."""
    numbers = (
        1 / 6,
        -1 / 30,
        1 / 42,
        -1 / 30,
        5 / 66,
        -691 / 2730,
        7 / 6,
        -3617 / 510,
        43867 / 798,
        -174611 / 330,
    )
    return numbers[k - 1]


def polygamma(n: int, x: F64) -> F64:
    """Return the n-th derivative of digamma; digamma itself for n = 0."""
    positive = np.where(x > 0, x, 1.0)
    value = _polygamma_positive(n, positive)
    if n == 0:
        value = np.where(x == 0, -np.copysign(np.inf, x), value)
    else:
        value = np.where(x == 0, np.inf if n % 2 else -np.copysign(np.inf, x) * -1, value)
    negative = (x < 0) & np.isfinite(x)
    if negative.any():
        value = np.where(negative, _reflected(n, np.where(negative, x, -0.5)), value)
    value = np.where(np.isnan(x) | (x == -np.inf), np.nan, value)
    if n == 0:
        return np.where(x == np.inf, np.inf, value)
    return np.where(x == np.inf, 0.0, value)


def _polygamma_positive(n: int, x: F64) -> F64:
    sign = -1.0 if n % 2 == 0 else 1.0
    shift = np.zeros_like(x)
    large = max(15.0, 2.0 * n)
    for _ in range(math.ceil(large)):
        small = x < large
        term = np.where(small, x ** -(n + 1.0), 0.0)
        shift = shift + term
        x = np.where(small, x + 1, x)
    if n == 0:
        tail = sum(_bernoulli(k) / (2 * k) * x ** (-2.0 * k) for k in range(1, 9))
        return np.log(x) - 0.5 / x - tail - shift
    series = math.factorial(n - 1) * x ** -float(n) + math.factorial(n) / 2 * x ** -(n + 1.0)
    for k in range(1, 11):
        coefficient = _bernoulli(k) * math.factorial(2 * k + n - 1) / math.factorial(2 * k)
        series = series + coefficient * x ** -(2.0 * k + n)
    return sign * (series + math.factorial(n) * shift)


def _reflected(n: int, x: F64) -> F64:
    """Use polygamma(n, 1 - x) and the n-th derivative of pi cot(pi x)."""
    poles = x == np.floor(x)
    x = np.where(poles, -0.5, x)
    fraction = x - np.rint(x)  # cot(pi x) has period 1; exact, and small beside a pole
    sign = -1.0 if n % 2 else 1.0
    value = sign * _polygamma_positive(n, 1 - x) - math.pi ** (n + 1) * _cot_derivative(n, fraction)
    return np.where(poles, np.nan if n % 2 == 0 else np.inf, value)


def _cot_derivative(n: int, x: F64) -> F64:
    """Return the n-th derivative of cot at pi x, a polynomial in c = cot.

    For a polynomial p, d/dt p(c) = -p'(c) (1 + c**2).  Beside a pole its leading term is all.
    """
    c = np.cos(math.pi * x) / np.sin(math.pi * x)
    p = np.polynomial.Polynomial([0.0, 1.0])
    for _ in range(n):
        p = -p.deriv() * np.polynomial.Polynomial([1.0, 0.0, 1.0])
    far = np.abs(c) > 1e10
    return np.where(far, (-1.0) ** n * math.factorial(n) * c ** (n + 1.0), p(np.where(far, 1.0, c)))


def bessel_e(order: int, x: F64) -> F64:
    """Return exp(-|x|) I_order(x) for order 0 or 1."""
    a = np.abs(x)
    small = np.minimum(a, 30.0)
    term = (small / 2) ** order * np.exp(-small)
    total = term
    for k in range(1, 90):  # all terms are positive: nothing cancels
        term = term * (small * small / 4) / (k * (k + order))
        total = total + term
    large = np.maximum(a, 30.0)
    series = term = np.ones_like(a)
    for k in range(1, 20):
        term = term * -(4.0 * order * order - (2 * k - 1) ** 2) / (k * 8 * large)
        series = series + term
    value = np.where(a < 30, total, series / math.sqrt(2 * math.pi) / np.sqrt(large))
    return np.where(order % 2 == 1, np.copysign(value, x), value)
