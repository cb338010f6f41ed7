"""Cases of what is drawn by rejection: the oracle draws one number at a time, in Python.

A gamma number's derivative is that of its quantile, which SciPy moves.
"""

import math
from functools import partial

import numpy as np
import nx
from nx.primitives import P
from scipy import special

from tests.cases._case import Operand, by_parameters
from tests.cases._moves import hashed

__all__ = ["CASES"]


def split(key, n):
    return [hashed(key, (0, i)) for i in range(n)]


MANTISSAS = {"float16": (10, 16), "bfloat16": (7, 8), "float32": (23, 32), "float64": (52, 64)}


def unit(key, dtype, counter=(0, 0)):
    high, low = hashed(key, counter)
    mantissa, drawn = MANTISSAS[dtype]
    word = high << 32 | low if drawn == 64 else (high ^ low) % 2**drawn
    return (word >> (drawn - mantissa)) / 2**mantissa


def normal(key, dtype):
    low = 2.0 ** -(MANTISSAS[dtype][0] + 1) - 1
    u = np.array(2 * unit(key, dtype) + low).astype(getattr(nx, dtype).numpy).astype(float)
    return math.sqrt(2) * float(special.erfinv(max(u, low)))


def gamma_number(key, a, dtype, log_space):
    """Draw by the method of Marsaglia and Tsang (2000)."""
    key, for_boost = split(key, 2)
    log_boost = math.log1p(-unit(for_boost, dtype)) / a if a < 1 else 0.0
    d = (a + 1 if a < 1 else a) - 1 / 3
    while True:
        key, for_x, for_u = split(key, 3)
        v = 0.0
        while v <= 0:
            for_x, fresh = split(for_x, 2)
            x = normal(fresh, dtype)
            v = 1 + x / math.sqrt(9 * d)
        v, u = v**3, unit(for_u, dtype)
        if u < 1 - 0.0331 * x**4 or math.log(u) < x * x / 2 + d * (1 - v + math.log(v)):
            log = math.log(d * v) + log_boost
            return log if log_space else math.exp(log)


def gamma_numbers(key, alpha, *, dtype, log_space):
    shape = np.broadcast_shapes(key.shape[:-1], alpha.shape)
    keys, alpha = np.broadcast_to(key, (*shape, 2)), np.broadcast_to(alpha, shape)
    out = np.zeros(shape)
    for i in np.ndindex(shape):
        out[i] = gamma_number([int(k) for k in keys[i]], alpha[i], dtype, log_space)
    return out


def on_the_quantile(values, alpha, *, log_space):
    """Move gamma numbers along their quantiles, counted from the nearer end."""
    key, base = values
    x = gamma_numbers(key, base, dtype="float64", log_space=False)
    low, high = special.gammainc(base, x), special.gammaincc(base, x)
    moved = np.where(low < high, special.gammaincinv(alpha, low), special.gammainccinv(alpha, high))
    return np.log(moved) if log_space else moved


def keys(*shape):
    return Operand(values=lambda rng, _: rng.integers(0, 2**32, (*shape, 2)), dtype="uint32")


def gamma_slope(alpha, sample, *, log_space):
    """Differentiate the quantile by central differences of fourth order."""
    x = np.exp(sample) if log_space else sample
    low, high, h = special.gammainc(alpha, x), special.gammaincc(alpha, x), 1e-3 * alpha

    def at(a):
        return np.where(low < high, special.gammaincinv(a, low), special.gammainccinv(a, high))

    near, far = at(alpha + h) - at(alpha - h), at(alpha + 2 * h) - at(alpha - 2 * h)
    slope = (8 * near - far) / (12 * h)
    return slope / x if log_space else slope


def poisson_numbers(key, counter, lam, *, dtype, rank):
    """Count uniform numbers until their product falls below exp(-lam): Knuth's method."""
    shape = np.broadcast_shapes(key.shape[:-1], counter.shape[:-1], lam.shape)
    both = [np.broadcast_to(x, (*shape, 2)) for x in (key, counter)]
    lam, out = np.broadcast_to(lam, shape), np.zeros(shape)
    for i in np.ndindex(shape):
        word, place = ([int(n) for n in x[i]] for x in both)
        log_product, out[i] = 0.0, -1
        while log_product > -lam[i]:
            word, fresh = split(word, 2)
            log_product, out[i] = log_product + math.log(unit(fresh, "float32", place)), out[i] + 1
    return out


# A draw in a narrow dtype is exact but for the last rounding; exp of a large number loses more.
CASES = [
    *(
        by_parameters(
            *(P.random_gamma, f"{name}{'_log' * log_space}_{dtype}"),
            lambda key, alpha, *, dtype=dtype, log_space: gamma_numbers(
                key, alpha, dtype=dtype, log_space=log_space
            ),
            [keys(*lanes), Operand(shape=shape, low=low, high=high)],
            {
                "dtypes": (dtype,),
                "order": int(dtype == "float64"),
                "tolerance": 32,
                "smooth": partial(on_the_quantile, log_space=log_space),
            },
            log_space=log_space,
        )
        for name, lanes, shape, low, high in (
            ("of_small", (2, 3), (2, 3), 0.2, 1.0),
            ("of_large", (3,), (2, 3), 1.0, 9.0),
        )
        for log_space in (False, True)
        for dtype in MANTISSAS
    ),
    *(
        by_parameters(
            *(P.random_gamma_grad, f"{name}{'_log' * log_space}", gamma_slope),
            [Operand(low=low, high=high), Operand(low=least, high=most)],
            {"tolerance": 1e7, "dtypes": ("float64",)}  # that of the differences
            if dtypes == ("float64",)
            else {"tolerance": 64, "dtypes": dtypes},
            log_space=log_space,
        )
        for name, low, high, least, most, log_space, dtypes in (
            ("below", 2.0, 6.0, 0.5, 2.0, False, ("float64",)),
            ("above", 0.3, 2.0, 3.0, 6.0, False, ("float64",)),
            ("narrow", 0.5, 4.0, 0.5, 4.0, False, ("float16", "bfloat16", "float32")),
            ("around", 0.5, 4.0, -2.0, 1.5, True, ("float64",)),
        )
    ),
    by_parameters(
        *(P.random_poisson, "of_small", poisson_numbers),
        [keys(2, 1), keys(3), Operand(shape=(2, 3), low=0.1, high=9.0)],
        {"dtypes": ("float32",), "tolerance": 0, "order": 0},
        dtype=nx.int64,
        rank=1,
    ),
]
