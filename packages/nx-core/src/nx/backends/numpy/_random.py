"""Kernels of the random primitives: the hash, and the draws by rejection.

The hash is Threefry-2x32 [1]_.  Gamma numbers follow Marsaglia and Tsang [2]_, Poisson numbers
Knuth's product of uniforms for small means and Hörmann's transformed rejection [3]_ for others.

References
----------
.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
   1, 2, 3", SC '11, 2011.
.. [2] G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM Transactions
   on Mathematical Software 26, 2000.
.. [3] W. Hörmann, "The transformed rejection method for generating Poisson random variables",
   Insurance: Mathematics and Economics 12, 1993.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from nx._dtypes import DType
from nx.backends.numpy import _special
from nx.backends.numpy._gamma_grad import random_gamma_grad
from nx.backends.numpy._quiet import quiet

__all__ = ["KERNELS"]

Array = np.ndarray[Any, Any]


def _rotated(x: Array, distance: int) -> Array:
    return (x << np.uint32(distance)) | (x >> np.uint32(32 - distance))


def threefry2x32(key: Array, counter: Array) -> Array:
    """Run 20 rounds of Threefry-2x32."""
    k0, k1 = key[..., 0], key[..., 1]
    keys = (k0, k1, k0 ^ k1 ^ np.uint32(0x1BD11BDA))
    x0, x1 = np.broadcast_arrays(counter[..., 0] + k0, counter[..., 1] + k1)
    for group in range(5):
        for distance in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x0 = x0 + x1
            x1 = _rotated(x1, distance) ^ x0
        x0 = x0 + keys[(group + 1) % 3]
        x1 = x1 + keys[(group + 2) % 3] + np.uint32(group + 1)
    return np.stack([x0, x1], axis=-1)


def _split(keys: Array, n: int) -> list[Array]:
    return [threefry2x32(keys, np.array([0, i], np.uint32)) for i in range(n)]


FIRST: Final = np.zeros(2, np.uint32)
FRACTIONS: Final = {"float16": (10, 16), "bfloat16": (7, 8), "float32": (23, 32)}
"""Bits of the mantissa and of the random number that fills it; float64 fills 52 of 64."""


def _unit(keys: Array, dtype: np.dtype[Any], counter: Array = FIRST) -> Array:
    """Draw multiples of the dtype's eps from [0, 1), in float64."""
    words = threefry2x32(keys, counter)
    high, low = words[..., 0], words[..., 1]
    if dtype == np.float64:
        whole = (high.astype(np.uint64) << np.uint64(32)) | low
        return (whole >> np.uint64(12)).astype(np.float64) * 2.0**-52
    mantissa, drawn = FRACTIONS[dtype.name]
    pattern = (high ^ low) & np.uint32(2**drawn - 1)
    return (pattern >> np.uint32(drawn - mantissa)).astype(np.float64) * 2.0**-mantissa


def _normal(keys: Array, dtype: np.dtype[Any]) -> Array:
    mantissa = 52 if dtype == np.float64 else FRACTIONS[dtype.name][0]
    low = 2.0 ** -(mantissa + 1) - 1
    u = np.maximum((2 * _unit(keys, dtype) + low).astype(dtype), np.array(low, dtype))
    return math.sqrt(2) * _special.erfinv(u.astype(np.float64))


def random_gamma(key: Array, alpha: Array, *, log_space: bool) -> Array:
    """Draw by Marsaglia and Tsang's method, below a shape of 1 from one above it."""
    shape = np.broadcast_shapes(key.shape[:-1], alpha.shape)
    keys = np.broadcast_to(key, (*shape, 2)).reshape(-1, 2)
    a = np.broadcast_to(alpha, shape).reshape(-1).astype(np.float64)
    small = a < 1
    d = np.where(small, a + 1, a) - 1 / 3
    keys, for_boost = _split(keys, 2)
    v = _cubes(keys, d, alpha.dtype)
    exponential = -np.log1p(-_unit(for_boost, alpha.dtype))
    boost = np.where(small & (exponential > 0), -exponential / a, 0.0)
    if log_space:
        out = np.log(d) + np.log(v) + boost
    else:
        out = d * v * np.exp(boost)
    return np.where(a < 0, np.nan, out).astype(alpha.dtype).reshape(shape)


def _cubes(keys: Array, d: Array, dtype: np.dtype[Any]) -> Array:
    """Draw the v = (1 + x / sqrt(9 d))**3 that are accepted."""
    c = 1 / (3 * np.sqrt(d))
    out = np.full_like(d, np.nan)
    open_ = np.flatnonzero(d > 0)
    keys = keys[open_]
    while open_.size:
        keys, for_x, for_u = _split(keys, 3)
        x, root = _positive(for_x, c[open_], dtype)
        u, v = _unit(for_u, dtype), root**3
        squeezed = u < 1 - 0.0331 * x**4
        accepted = squeezed | (np.log(u) < x * x / 2 + d[open_] * (1 - v + np.log(v)))
        accepted |= np.isinf(d[open_])
        out[open_[accepted]] = v[accepted]
        open_, keys = open_[~accepted], keys[~accepted]
    return out


def _positive(keys: Array, c: Array, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    """Draw normal numbers x with 1 + c x > 0, and return both."""
    x = np.zeros_like(c)
    open_ = np.arange(c.size)
    while open_.size:
        keys, for_x = _split(keys, 2)
        x[open_] = _normal(for_x, dtype)
        negative = 1 + c[open_] * x[open_] <= 0
        open_, keys = open_[negative], keys[negative]
    return x, 1 + c * x


def random_poisson(key: Array, counter: Array, lam: Array, *, dtype: DType, rank: int) -> Array:
    """Draw counts; all elements of one key share the chain of keys, as their counters differ."""
    shape = np.broadcast_shapes(key.shape[:-1], counter.shape[:-1], lam.shape)
    lam = np.broadcast_to(lam, shape)
    out = np.full(shape, -1.0, np.float32)
    small = (lam >= 0) & (lam < 10)
    large = (lam >= 10) & np.isfinite(lam)
    if small.any():
        out = np.where(small, _by_products(key, counter, np.where(small, lam, 0)), out)
    if large.any():
        out = np.where(large, _by_rejection(key, counter, np.where(large, lam, 1e5), rank), out)
    return np.where(lam == 0, 0, out).astype(dtype.numpy)


FLOAT32: Final = np.dtype(np.float32)


def _by_products(key: Array, counter: Array, lam: Array) -> Array:
    """Count the uniform numbers whose product stays above exp(-lam)."""
    count = np.full(lam.shape, -1.0, np.float32)
    log_product = np.zeros(lam.shape, np.float32)
    lam = lam.astype(np.float32)
    open_ = log_product > -lam
    while open_.any():
        key, fresh = _split(key, 2)
        count = np.where(open_, count + 1, count)
        u = _unit(fresh, FLOAT32, counter).astype(np.float32)
        log_product = log_product + np.log(u)
        open_ = log_product > -lam
    return count


def _by_rejection(key: Array, counter: Array, lam: Array, rank: int) -> Array:
    """Transform and reject, in float32 throughout; the letters are the paper's.

    As in JAX an element takes the last number accepted by the time that its whole draw, the last
    ``rank`` axes, has one everywhere.
    """
    lam = lam.astype(np.float32)
    one = np.float32(1)
    log_lam = np.log(lam)
    b = np.float32(0.931) + np.float32(2.53) * np.sqrt(lam)
    a = np.float32(-0.059) + np.float32(0.02483) * b
    inverse_alpha = np.float32(1.1239) + np.float32(1.1328) / (b - np.float32(3.4))
    v_r = np.float32(0.9277) - np.float32(3.6224) / (b - np.float32(2))
    out = np.full(lam.shape, -1, np.float32)
    draw = tuple(range(lam.ndim - rank, lam.ndim))
    found = np.zeros(lam.shape, bool)
    open_ = np.ones_like(found)
    while open_.any():
        key, for_u, for_v = _split(key, 3)
        u = _unit(for_u, FLOAT32, counter).astype(np.float32) - np.float32(0.5)
        v = _unit(for_v, FLOAT32, counter).astype(np.float32)
        us = np.float32(0.5) - np.abs(u)
        k = np.floor((2 * a / us + b) * u + lam + np.float32(0.43))
        s = np.log(v * inverse_alpha / (a / (us * us) + b))
        log_factorial = _special.lgamma((k + one).astype(np.float64)).astype(np.float32)
        density = k * log_lam - lam - log_factorial
        good = (us >= np.float32(0.07)) & (v <= v_r)
        bad = (k < 0) | ((us < np.float32(0.013)) & (v > us))
        accepted = open_ & (good | (~bad & (s <= density)))
        out = np.where(accepted, k, out)
        found = found | accepted
        open_ = ~np.all(found, axis=draw, keepdims=True)
    return out


KERNELS: Final[dict[str, Callable[..., Any]]] = {
    "random_gamma": quiet(random_gamma),
    "random_gamma_grad": quiet(random_gamma_grad),
    "random_poisson": quiet(random_poisson),
    "threefry2x32": quiet(threefry2x32),
}
