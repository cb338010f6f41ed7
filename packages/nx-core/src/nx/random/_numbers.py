"""Uniform, normal and integer numbers: what all distributions are made of.

A uniform number fills the mantissa of a number in [1, 2) with random bits; a normal one inverts the
distribution function; an integer is a remainder of twice as many bits.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import (
    add,
    bitwise_or,
    bitwise_right_shift,
    complex,
    equal,
    erfinv,
    isfinite,
    less_equal,
    maximum,
    multiply,
    nextafter,
    remainder,
    subtract,
    where,
)
from nx._errors import DTypeError, message
from nx._joining import unstack
from nx._limits import iinfo
from nx._shapes import as_shape
from nx._shaping import broadcast_to, view
from nx.effects._perform import perform
from nx.primitives import P
from nx.random._arguments import beside, drawn_shape, floating, integer_dtype
from nx.random._keys import UNSIGNED, bits, checked, split

__all__ = ["normal", "randint", "symmetric", "uniform"]

FIELDS: Final = {
    dt.float16: (16, 10, 16),
    dt.bfloat16: (16, 7, 8),
    dt.float32: (32, 23, 32),
    dt.float64: (64, 52, 64),
}
"""Bits of the dtype, of its mantissa, and of the random number that fills the mantissa."""


def uniform(
    key: Array, shape: Any = (), *, dtype: Any = None, minval: Any = 0.0, maxval: Any = 1.0
) -> Array:
    """Draw from the uniform distribution on [minval, maxval).

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        Floating; float32 by default.
    minval, maxval : scalar or Array
        Broadcast to the shape.

    Returns
    -------
    Array
        Of the shape and dtype; differentiable in the bounds.

    Raises
    ------
    DTypeError
        If the dtype is not floating.
    ShapeError
        If a bound does not broadcast to the shape.

    Examples
    --------
    >>> import nx
    >>> nx.random.uniform(nx.random.key(0), 2)
    Array([0.947667 , 0.9785799], dtype=float32)
    """
    wanted, key = floating(dtype, "uniform"), checked(key, "uniform")
    shape = as_shape(shape, "uniform")
    unit = _unit(key, shape, wanted)
    if type(minval) is type(maxval) is float and (minval, maxval) == (0.0, 1.0):
        return unit
    low, high = (_limit(v, wanted, key) for v in (minval, maxval))
    drawn_shape("uniform", shape, [low._type.shape, high._type.shape])
    return maximum(low, _fused(unit, subtract(high, low), low))


def _unit(key: Array, shape: tuple[int, ...], dtype: dt.DType) -> Array:
    """Draw from [0, 1)."""
    width, mantissa, drawn = FIELDS[dtype]
    pattern = bits(key, shape, dtype=UNSIGNED[drawn])
    if drawn != width:
        pattern = perform(P.cast, pattern, dtype=UNSIGNED[width])
    one = int(np.array(1, dtype.numpy).view(UNSIGNED[width].numpy))
    number = view(bitwise_or(bitwise_right_shift(pattern, drawn - mantissa), one), dtype)
    return subtract(number, 1.0)


def _fused(u: Array, span: Array, low: Array) -> Array:
    """Return u * span + low rounded once in the wide dtypes, as processors and JAX do."""
    dtype = u._type.dtype
    if dtype is dt.float32:
        wide = (perform(P.cast, x, dtype=dt.float64) for x in (u, span, low))
        unit, factor, start = wide
        return perform(P.cast, add(multiply(unit, factor), start), dtype=dtype)
    product = multiply(u, span)
    total = add(product, low)
    if dtype is not dt.float64:
        return total
    lost = perform(P.detach, add(_product_error(u, span, product), _sum_error(product, low, total)))
    # where the span is infinite, or too large to be split, there is nothing to correct
    return where(isfinite(lost), add(total, lost), total)


def _sum_error(a: Array, b: Array, total: Array) -> Array:
    """Return a + b - total exactly (Knuth)."""
    back = subtract(total, a)
    return add(subtract(a, subtract(total, back)), subtract(b, back))


def _product_error(a: Array, b: Array, product: Array) -> Array:
    """Return a * b - product exactly (Dekker), from halves of 26 bits."""
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    rest = subtract(product, multiply(a1, b1))
    rest = subtract(subtract(rest, multiply(a2, b1)), multiply(a1, b2))
    return subtract(multiply(a2, b2), rest)


def _halves(x: Array) -> tuple[Array, Array]:
    spread = multiply(x, 2.0**27 + 1)
    high = subtract(spread, subtract(spread, x))
    return high, subtract(x, high)


def _limit(value: Any, dtype: dt.DType, like: Array) -> Array:
    return beside(like, value, dtype)


def normal(key: Array, shape: Any = (), *, dtype: Any = None) -> Array:
    """Draw from the normal distribution of mean 0 and variance 1.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        Floating or complex; float32 by default.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    DTypeError
        If the dtype is neither floating nor complex.

    Notes
    -----
    Computed by inverting the distribution function.  The parts of a complex number have variance
    1/2 each.

    Examples
    --------
    >>> import nx
    >>> nx.random.normal(nx.random.key(0), 100_000).std().item() < 1.01
    True
    """
    key = checked(key, "normal")
    wanted = None if dtype is None else dt.as_dtype(dtype, "normal")
    if wanted is not None and wanted.kind == "complex":
        parts = [normal(k, shape, dtype=dt.real_of(wanted)) for k in unstack(split(key))]
        re, im = (multiply(part, math.sqrt(0.5)) for part in parts)
        return complex(re, im)
    wanted = floating(wanted, "normal")
    return multiply(erfinv(symmetric(key, shape, wanted)), math.sqrt(2.0))


def symmetric(key: Array, shape: Any, dtype: dt.DType) -> Array:
    """Draw from the uniform distribution on (-1, 1)."""
    start = _limit(-1.0, dtype, key)
    low = nextafter(start, multiply(start, 0.0))
    unit = _unit(key, as_shape(shape, "normal"), dtype)
    return maximum(low, add(multiply(unit, 2.0), low))  # 1 - low rounds to 2


def randint(key: Array, shape: Any, minval: Any, maxval: Any, *, dtype: Any = None) -> Array:
    """Draw integers from minval up to, without, maxval.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    shape : int or tuple of int
        Of the result; an int is one axis.
    minval, maxval : int or Array of integers
        Broadcast to the shape.  Where maxval is not above minval, minval is drawn.
    dtype : DType, optional
        Integer; int64 by default.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    DTypeError
        If the dtype is not an integer's or cannot hold the bounds.

    Notes
    -----
    As in JAX the numbers are remainders, at least 32 bits wide: for spans that are no power of 2
    and near the dtype's whole range some are drawn a little more often than others.

    Examples
    --------
    >>> import nx
    >>> x = nx.random.randint(nx.random.key(1), 100, 0, 6)
    >>> int(x.min()), int(x.max())
    (0, 5)
    """
    wanted, key = integer_dtype(dtype, "randint"), checked(key, "randint")
    shape = as_shape(shape, "randint")
    width = max(32, wanted.bits)
    signed = wanted.kind == "signed"
    place = {32: (dt.uint32, dt.int32), 64: (dt.uint64, dt.int64)}[width][signed]
    low, high, whole = _bounds(minval, maxval, wanted, place, key)
    drawn_shape("randint", shape, [low._type.shape, high._type.shape])
    first, second = (bits(k, shape, dtype=UNSIGNED[width]) for k in unstack(split(key)))
    offset = _remainders(first, second, low, high, whole, UNSIGNED[width])
    out = add(perform(P.cast, offset, dtype=place), low)
    return broadcast_to(perform(P.cast, out, dtype=wanted), shape)


def _bounds(
    minval: Any, maxval: Any, wanted: dt.DType, place: dt.DType, key: Array
) -> tuple[Array, Array, bool]:
    """Return the bounds in the dtype drawn in, and whether maxval is one above the largest."""
    limits, found, whole = iinfo(wanted), [], False
    for name, value in (("minval", minval), ("maxval", maxval)):
        if isinstance(value, int):
            last = limits.max + (name == "maxval")
            if not limits.min <= value <= last:
                raise DTypeError(message("randint", f"cannot hold {name}={value} in {wanted.name}"))
            if value > iinfo(place).max:
                value, whole = value - 1, True
            found.append(_limit(value, place, key))
            continue
        array = _convert.to_array(value, "randint", key._type.device)
        if array._type.dtype.kind not in ("signed", "unsigned"):
            problem = f"cannot take {array._type.dtype.name} as {name}"
            raise DTypeError(message("randint", problem, "use an integer or an array of them"))
        found.append(perform(P.cast, array, dtype=place))
    return found[0], found[1], whole


def _remainders(
    first: Array, second: Array, low: Array, high: Array, whole: bool, dtype: dt.DType
) -> Array:
    """Return (first * 2**width + second) modulo the span, in arithmetic that wraps as JAX's."""
    span = perform(P.cast, subtract(high, low), dtype=dtype)
    if whole:
        span = add(span, 1)
    empty = less_equal(high, low)
    span = where(empty, _limit(1, dtype, span), span)
    half = remainder(_limit(2 ** (dtype.bits // 2), dtype, span), span)
    factor = remainder(multiply(half, half), span)
    offset = add(multiply(remainder(first, span), factor), remainder(second, span))
    return where(equal(span, 0), second, remainder(offset, span))  # a span of 2**width wraps to 0
