"""The derivative of a gamma number by its shape parameter, its quantile held fixed.

With P(a, x) the regularized incomplete gamma function and p its density, dx/da = -(dP/da) / p [1]_.
Below the mean P's power series (8.11.4 in [2]_) is differentiated term by term, above it the
continued fraction (8.9.2) of its complement, forward through its convergents; both ratios are free
of P itself, so that tails keep their precision.  For large a the quantile's expansion in powers of
a**-1/2 [3]_ is differentiated.

References
----------
.. [1] M. Figurnov, S. Mohamed, A. Mnih, "Implicit reparameterization gradients", NeurIPS 2018.
.. [2] NIST Digital Library of Mathematical Functions, chapter 8.
.. [3] E. A. Cornish, R. A. Fisher, "Moments and cumulants in the specification of distributions",
   Revue de l'Institut International de Statistique 5, 1938.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from nx.backends.numpy import _special

__all__ = ["random_gamma_grad"]

F64 = np.ndarray[Any, np.dtype[np.float64]]

LARGE: Final = 1e5
EPS: Final = 1e-17
STEPS: Final = 20_000
"""No series needs as many below LARGE; infinities and NaN need none."""


def random_gamma_grad(
    alpha: np.ndarray[Any, Any], sample: np.ndarray[Any, Any], *, log_space: bool
) -> np.ndarray[Any, Any]:
    """Return d sample / d alpha, or that of its logarithm."""
    wide = np.broadcast_arrays(alpha.astype(np.float64), sample.astype(np.float64))
    shape = wide[0].shape
    a, given = (x.reshape(-1) for x in wide)
    log_x = given if log_space else np.log(given)
    x = np.exp(given) if log_space else given
    out = np.full(a.shape, np.nan)
    regular = (a > 0) & np.isfinite(a) & (x < np.inf) & np.isfinite(log_x)
    far = regular & (a >= LARGE)
    below = regular & ~far & (x <= a + 1)
    above = regular & ~far & ~below
    for chosen, slope in ((below, _by_series), (above, _by_fraction), (far, _by_expansion)):
        if chosen.any():
            out[chosen] = slope(a[chosen], x[chosen], log_x[chosen])
    if not log_space:
        out = np.where((given == 0) & (a > 0), 0.0, out * x)
    return out.astype(alpha.dtype).reshape(shape)


def _by_series(a: F64, x: F64, log_x: F64) -> F64:
    """Return d log x / da = sum of c[n] (digamma(a + n + 1) - log x), c[n] = x**n / (a)_(n + 1)."""
    c = 1 / a
    total, excess = np.zeros_like(a), _special.polygamma(0, a) + 1 / a - log_x
    for n in range(1, STEPS):
        total = total + c * excess
        c = c * x / (a + n)
        excess = excess + 1 / (a + n)
        if np.all(c * (1 + np.abs(excess)) <= EPS * np.abs(total)):
            break
    return np.asarray(total)


def _by_fraction(a: F64, x: F64, log_x: F64) -> F64:
    """Return d log x / da = h (log x - digamma(a)) + dh/da, h = Gamma(a, x) / (x**a e**-x).

    1 / h is the limit of x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...)),
    evaluated from the top (Lentz's method) together with its derivative.
    """
    h, dh = np.zeros_like(a), np.zeros_like(a)
    # numerators A and denominators B of successive convergents, scaled; d* are derivatives by a
    a0, b0, da0, db0 = np.zeros_like(a), np.ones_like(a), np.zeros_like(a), np.zeros_like(a)
    a1, b1, da1, db1 = np.ones_like(a), x + 1 - a, np.zeros_like(a), -np.ones_like(a)
    for n in range(1, STEPS):
        p, dp, q = n * (a - n), float(n), x + 2 * n + 1 - a
        a2, b2 = q * a1 + p * a0, q * b1 + p * b0
        da2 = q * da1 - a1 + p * da0 + dp * a0
        db2 = q * db1 - b1 + p * db0 + dp * b0
        scale = 1 / b2
        a0, b0, da0, db0 = a1 * scale, b1 * scale, da1 * scale, db1 * scale
        a1, b1, da1, db1 = a2 * scale, np.ones_like(a), da2 * scale, db2 * scale
        last, h, previous, dh = h, a1, dh, da1 - a1 * db1
        steady = np.abs(h - last) <= 4e-16 * np.abs(h)
        steady &= np.abs(dh - previous) <= 4e-16 * (np.abs(dh) + np.abs(h))
        if np.all(steady | np.isnan(h)):
            break
    return np.asarray(h * (log_x - _special.polygamma(0, a)) + dh)


def _by_expansion(a: F64, x: F64, log_x: F64) -> F64:
    """Return d log x / da from x = a + z a**1/2 + (z**2 - 1) / 3 + (z**3 - 7 z) / (36 a**1/2)..."""
    del log_x
    root = np.sqrt(a)
    z = (x - a) / root
    for _ in range(30):
        z = z - (_quantile(a, z) - x) / (root + 2 * z / 3)
    by_a = 1 + z / (2 * root) - (z**3 - 7 * z) / (72 * a * root)
    by_a = by_a + (3 * z**4 + 7 * z * z - 16) / (810 * a * a)
    return np.asarray(by_a / x)


def _quantile(a: F64, z: F64) -> F64:
    root = np.sqrt(a)
    terms = (z * z - 1) / 3 + (z**3 - 7 * z) / (36 * root)
    total = a + z * root + terms - (3 * z**4 + 7 * z * z - 16) / (810 * a)
    return np.asarray(total)
