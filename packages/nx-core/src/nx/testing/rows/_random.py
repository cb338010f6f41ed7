"""Rows of the random primitives: the oracles hash and draw one number at a time, in Python.

The algorithms are part of the meaning: equal keys give equal numbers on every backend.  Gamma
numbers follow Marsaglia and Tsang (ACM Transactions on Mathematical Software 26, 2000), Poisson
numbers Knuth's product of uniforms below a mean of 10 and Hörmann's transformed rejection
(Insurance: Mathematics and Economics 12, 1993) above.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from nx._dtypes import DType, as_dtype, int32, int64
from nx.primitives import P
from nx.testing._operands import Operand
from nx.testing._precise import each, erfinv, gamma_slope, lgamma
from nx.testing._rows import Row, Sample

__all__ = ["ROWS", "gamma_numbers", "keys", "poisson_numbers", "threefry"]

Array = np.ndarray[Any, Any]
Pair = tuple[int, int]

MANTISSAS: Final = {
    "float16": (10, 16),
    "bfloat16": (7, 8),
    "float32": (23, 32),
    "float64": (52, 64),
}
"""By dtype, the bits of the mantissa and of the random number that fills it."""


def hashed(key: Any, counter: Any) -> Pair:
    """Return the Threefry-2x32 hash of 20 rounds (Salmon and others, SC '11, 2011)."""
    keys = [*key, key[0] ^ key[1] ^ 0x1BD11BDA]
    a, b = ((c + k) % 2**32 for c, k in zip(counter, key, strict=True))
    for i, turn in enumerate([13, 15, 26, 6, 17, 29, 16, 24] * 2 + [13, 15, 26, 6]):
        a = (a + b) % 2**32
        b = (b << turn | b >> (32 - turn)) % 2**32 ^ a
        if i % 4 == 3:
            n = i // 4 + 1
            a, b = (a + keys[n % 3]) % 2**32, (b + keys[(n + 1) % 3] + n) % 2**32
    return a, b


def split(key: Any, n: int) -> list[Pair]:
    """Return n keys made of one."""
    return [hashed(key, (0, i)) for i in range(n)]


def unit(key: Any, dtype: str, counter: Any = (0, 0)) -> float:
    """Return a number from [0, 1), a multiple of the dtype's eps."""
    high, low = hashed(key, counter)
    mantissa, drawn = MANTISSAS[dtype]
    word = high << 32 | low if drawn == 64 else (high ^ low) % 2**drawn
    return math.ldexp(word >> (drawn - mantissa), -mantissa)


def threefry(key: Array, counter: Array) -> Any:
    """Hash in Python's integers, pair by pair."""
    shape = np.broadcast_shapes(key.shape, counter.shape)
    out = np.empty(shape, object)
    key, counter = np.broadcast_to(key, shape), np.broadcast_to(counter, shape)
    for index in np.ndindex(shape[:-1]):
        out[index] = hashed([int(k) for k in key[index]], [int(c) for c in counter[index]])
    return out


def words(key: Array, *, length: int, width: int) -> Any:
    """Hash the first counters by each key, and join each pair."""
    out = np.empty((*key.shape[:-1], length), object)
    for index in np.ndindex(out.shape):
        counter = divmod(index[-1], 2**32)
        high, low = hashed([int(k) for k in key[index[:-1]]], counter)
        out[index] = high << 32 | low if width == 64 else high ^ low
    return out


def normal(key: Any, dtype: str) -> float:
    """Return a normal number: the inverse error function of one from (-1, 1)."""
    low = 2.0 ** -(MANTISSAS[dtype][0] + 1) - 1
    u = float(np.array(2 * unit(key, dtype) + low).astype(as_dtype(dtype).numpy))
    return math.sqrt(2) * float(erfinv(max(u, low)))


def gamma_number(key: Any, a: float, dtype: str, log_space: bool) -> float:
    """Return a gamma number of shape a, below 1 made of one above it."""
    if a < 0 or math.isnan(a):
        return math.nan
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


def gamma_numbers(key: Array, alpha: Array, *, log_space: bool, dtype: str = "") -> Any:
    """Draw one by one, with the words that a dtype takes: by default alpha's."""
    shape = np.broadcast_shapes(key.shape[:-1], alpha.shape)
    name = dtype or as_dtype(alpha.dtype).name
    keys, a = np.broadcast_to(key, (*shape, 2)), np.broadcast_to(alpha, shape)
    out = np.empty(shape)
    for i in np.ndindex(shape):
        out[i] = gamma_number([int(k) for k in keys[i]], float(a[i]), name, log_space)
    return out


def _gamma_grad(alpha: Any, sample: Any, *, log_space: bool) -> Any:
    alpha, sample = np.broadcast_arrays(alpha, sample)
    out = np.empty(alpha.shape, np.longdouble)
    for i in np.ndindex(out.shape):
        a = float(alpha[i])
        x = math.exp(sample[i]) if log_space else float(sample[i])
        slope = each(gamma_slope, x)(np.array(a))[()]
        out[i] = slope / x if log_space else slope
    return out


def _small_count(key: Any, place: Any, lam: float) -> int:
    log_product, count = 0.0, -1
    while log_product > -lam:
        key, fresh = split(key, 2)
        u = unit(fresh, "float32", place)
        log_product, count = log_product + (math.log(u) if u else -math.inf), count + 1
    return count


def _proposals(key: Any, place: Any, lam: float) -> Iterator[tuple[bool, int]]:
    """Yield numbers and whether they are accepted; the letters are the paper's."""
    b = 0.931 + 2.53 * math.sqrt(lam)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    v_r = 0.9277 - 3.6224 / (b - 2)
    while True:
        key, for_u, for_v = split(key, 3)
        u, v = unit(for_u, "float32", place) - 0.5, unit(for_v, "float32", place)
        us = 0.5 - abs(u)
        k = math.floor((2 * a / us + b) * u + lam + 0.43)
        if us >= 0.07 and v <= v_r:
            yield True, k
        elif k < 0 or (us < 0.013 and v > us):
            yield False, k
        else:
            s = math.log(v * inverse_alpha / (a / (us * us) + b))
            yield s <= k * math.log(lam) - lam - float(lgamma(k + 1.0)), k


def poisson_numbers(key: Array, counter: Array, lam: Array, *, dtype: DType, rank: int) -> Any:
    """Draw each part of the last rank axes until each of its elements has a number.

    An element keeps the last one that was accepted by then.
    """
    shape = np.broadcast_shapes(key.shape[:-1], counter.shape[:-1], lam.shape)
    keys, places = (np.broadcast_to(x, (*shape, 2)) for x in (key, counter))
    means, out = np.broadcast_to(lam, shape), np.full(shape, -1, object)
    for part in np.ndindex(shape[: len(shape) - rank]):
        waiting, found = {}, set[Any]()
        for rest in np.ndindex(shape[len(shape) - rank :]):
            i, mean = (*part, *rest), float(means[(*part, *rest)])
            call = [int(k) for k in keys[i]], [int(c) for c in places[i]]
            large = 10 <= mean < math.inf
            waiting[i] = large, _proposals(*call, mean if large else 1e5)
            if 0 <= mean < 10:
                out[i] = _small_count(*call, mean) if mean else 0
        while len(found) < len(waiting):
            for i, (large, proposals) in waiting.items():
                accepted, k = next(proposals)
                if accepted:
                    found.add(i)
                    out[i] = k if large else out[i]
    return out


def keys(*shape: int) -> Operand:
    """Return an operand of random words, in pairs."""
    return Operand(
        values=lambda rng, _: rng.integers(0, 2**32, (*shape, 2)), dtype="uint32", shape=shape
    )


def _gammas() -> tuple[Sample, ...]:
    return tuple(
        Sample(
            name=f"{name}{', its logarithm' * log_space}",
            operands=(keys(*lanes), Operand(shape=shape, low=low, high=high)),
            params={"log_space": log_space},
        )
        for name, lanes, shape, low, high in (
            ("small", (2, 3), (2, 3), 0.2, 1.0),
            ("large", (3,), (2, 3), 1.0, 9.0),
            ("0-d", (), (), 1.0, 3.0),
            ("nothing", (0,), (2, 1), 1.0, 3.0),
        )
        for log_space in (False, True)
    )


def _counts() -> tuple[Sample, ...]:
    special = Operand(values=[0.0, -1.0, np.nan, np.inf, 3.5])
    return tuple(
        Sample(
            name=f"{name}, rank {rank}, {dtype.name}",
            operands=(keys(*lanes), keys(*places), lam),
            params={"dtype": dtype, "rank": rank},
        )
        for name, lanes, places, lam, rank, dtype in (
            ("small", (2, 1), (3,), Operand(shape=(2, 3), low=0.1, high=9.0), 1, int64),
            ("small", (2, 1), (3,), Operand(shape=(2, 3), low=0.1, high=9.0), 0, int32),
            ("large", (2, 1), (3,), Operand(shape=(2, 3), low=10.0, high=60.0), 1, int64),
            ("large", (2, 1), (3,), Operand(shape=(2, 3), low=10.0, high=900.0), 2, int64),
            ("large", (2, 1), (3,), Operand(shape=(2, 3), low=10.0, high=900.0), 0, int32),
            ("mixed", (2, 1), (3,), Operand(shape=(2, 3), low=1.0, high=30.0), 2, int64),
            ("special", (1,), (5,), special, 0, int64),
            ("nothing", (1,), (0,), Operand(shape=(0,)), 1, int64),
        )
    )


ROWS: Final = (
    Row(
        primitive=P.threefry2x32,
        oracle=threefry,
        mode="own",
        dtypes=("uint32",),
        core=1,
        samples=tuple(
            Sample(name=name, operands=(keys(*key), keys(*counter)))
            for name, key, counter in (
                ("one key", (), (5,)),
                ("keys", (3, 1), (4,)),
                ("0-d", (), ()),
                ("nothing", (), (0,)),
                ("32 axes", (2, *(1,) * 30), (3,)),
            )
        ),
    ),
    Row(
        primitive=P.random_bits,
        oracle=words,
        mode="own",
        dtypes=("uint32",),
        core=1,
        samples=tuple(
            Sample(
                name=f"{length} of {width} bits by {lanes}",
                operands=(keys(*lanes),),
                params={"length": length, "width": width},
            )
            for width in (32, 64)
            for length, lanes in (
                (0, ()),
                (1, ()),
                (65, ()),
                (200, ()),
                (7, (3, 2)),
                (64, (2,)),
                (3, (0,)),
                (2, (2, *(1,) * 29)),
            )
        ),
    ),
    Row(
        primitive=P.random_gamma,
        oracle=gamma_numbers,
        mode="own",
        ulps=32.0,  # exact but for the last rounding; exp of a large number loses more
        dtypes=tuple(MANTISSAS),
        core=1,
        samples=_gammas(),
    ),
    Row(
        primitive=P.random_gamma_grad,
        oracle=_gamma_grad,
        ulps=64.0,
        samples=tuple(
            Sample(
                name=name,
                operands=(
                    Operand(shape=(2, 3), low=low, high=high),
                    Operand(shape=(2, 3), low=least, high=most),
                ),
                params={"log_space": log_space},
            )
            for name, low, high, least, most, log_space in (
                ("below the mean", 2.0, 6.0, 0.5, 2.0, False),
                ("above the mean", 0.3, 2.0, 3.0, 6.0, False),
                ("of logarithms", 0.5, 4.0, -2.0, 1.5, True),
            )
        ),
    ),
    Row(
        primitive=P.random_poisson,
        oracle=poisson_numbers,
        mode="own",
        dtypes=("float32",),
        core=1,
        samples=_counts(),
    ),
)
