"""Random numbers: splittable Threefry keys, and the ambient generator on top of them.

A key is a uint32 array of shape (..., 2).  The same key gives the same numbers, on every backend;
split it to get more.  The counters, the splitting and the conversions to numbers are JAX's with
``jax_threefry_partitionable``, so that a key gives the same bits there.

References
----------
.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
   1, 2, 3", SC '11, 2011.
"""

from __future__ import annotations

import math
import operator
import threading
from contextvars import ContextVar
from typing import Any

import numpy as np

from nx import _convert, _methods
from nx import _dtypes as dt
from nx._array import Array
from nx._creation import arange
from nx._elementwise import (
    add,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    erfinv,
    less,
    maximum,
    multiply,
    nextafter,
    remainder,
    subtract,
)
from nx._errors import DTypeError, NxError, ShapeError, message
from nx._indexing import take
from nx._joining import stack, unstack
from nx._shapes import as_shape, size_of
from nx._shaping import reshape, view
from nx._sorting import argsort
from nx.effects._perform import draw, perform, set_ambient
from nx.effects._stack import current
from nx.primitives import P

__all__ = [
    "bernoulli",
    "bits",
    "fold_in",
    "key",
    "normal",
    "permutation",
    "rand",
    "randint",
    "randn",
    "seed",
    "split",
    "uniform",
]

del _methods

_UINT = {8: dt.uint8, 16: dt.uint16, 32: dt.uint32, 64: dt.uint64}


def key(seed: int, /, *, device: Any = None) -> Array:
    """Make a key of a 64-bit integer seed.

    Parameters
    ----------
    seed : int
        Negative seeds count down from 2**64.
    device : Device or str, optional

    Returns
    -------
    Array, uint32, shape (2,)

    Examples
    --------
    >>> import nx
    >>> nx.random.key(7)
    Array([0, 7], dtype=uint32)
    """
    try:
        number = operator.index(seed)
    except TypeError:
        raise DTypeError(
            message("key", f"cannot seed with {type(seed).__name__}", "a seed is an int")
        ) from None
    if not -(2**63) <= number < 2**64:
        raise DTypeError(message("key", f"cannot seed with {number} (it needs more than 64 bits)"))
    halves = np.array([number >> 32 & 0xFFFFFFFF, number & 0xFFFFFFFF], np.uint32)
    return _convert.asarray(halves, device=device)


def _checked(key: Any, operation: str, single: bool = True) -> Array:
    found = _convert.to_array(key, operation)
    type_ = found._type
    if type_.dtype is not dt.uint32 or type_.shape[-1:] != (2,) or (single and type_.ndim != 1):
        problem = f"cannot use {type_} as a key"
        raise ShapeError(
            message(operation, problem, "a key is uint32[2]; make one with nx.random.key(0)")
        )
    return found


def _counters(n: int, like: Array) -> Array:
    """Return the 64-bit numbers 0 to n - 1 as pairs of uint32, high half first."""
    numbers = perform(P.iota, length=n, dtype=dt.int64, device=like._type.device)
    high = perform(P.cast, bitwise_right_shift(numbers, 32), dtype=dt.uint32)
    return stack([high, perform(P.cast, numbers, dtype=dt.uint32)], axis=-1)


def _hash(key: Array, n: int) -> Array:
    return perform(P.threefry2x32, key, _counters(n, key))


def split(key: Array, num: Any = 2, /) -> Array:
    """Make new, independent keys of one.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
    num : int or tuple of int
        How many, or their shape.

    Returns
    -------
    Array, uint32, shape (*num, 2)

    Examples
    --------
    >>> import nx
    >>> nx.random.split(nx.random.key(0), 3)[0]
    Array([1797259609, 2579123966], dtype=uint32)
    """
    key, shape = _checked(key, "split"), as_shape(num, "split")
    return reshape(_hash(key, size_of(shape)), (*shape, 2))


def fold_in(key: Array, data: Any, /) -> Array:
    """Make a new key of a key and a 32-bit integer."""
    key = _checked(key, "fold_in")
    number = _convert.asarray(data, device=key._type.device) if not isinstance(data, int) else None
    if number is None:
        number = _convert.asarray(
            np.uint32(operator.index(data) & 0xFFFFFFFF), device=key._type.device
        )
    number = perform(P.cast, number, dtype=dt.uint32)
    return perform(P.threefry2x32, key, stack([multiply(number, 0), number], axis=-1))


def bits(key: Array, shape: Any = (), *, dtype: Any = None) -> Array:
    """Draw uniform random bits.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
    shape : int or tuple of int
    dtype : DType, optional
        Unsigned; uint32 by default.

    Returns
    -------
    Array

    Examples
    --------
    >>> import nx
    >>> nx.random.bits(nx.random.key(0), 2)
    Array([4070199207, 4202968722], dtype=uint32)
    """
    key, shape = _checked(key, "bits"), as_shape(shape, "bits")
    wanted = dt.as_dtype(dtype or dt.uint32, "bits")
    if wanted.kind != "unsigned":
        raise DTypeError(
            message("bits", f"cannot draw bits as {wanted.name}", "use an unsigned dtype")
        )
    high, low = unstack(_hash(key, size_of(shape, "bits", 16)), axis=-1)
    if wanted is dt.uint64:
        wide = perform(P.cast, high, dtype=dt.uint64)
        out = bitwise_or(_left(wide, 32), perform(P.cast, low, dtype=dt.uint64))
    else:
        out = bitwise_xor(high, low)
        out = out if wanted is dt.uint32 else perform(P.cast, out, dtype=wanted)
    return reshape(out, shape)


def _left(x: Array, distance: int) -> Array:
    return perform(P.left_shift, x, _convert.constant(distance, x._type.dtype, x._type.device))


_FIELDS = {
    dt.float16: (16, 10, 16),
    dt.bfloat16: (16, 7, 8),
    dt.float32: (32, 23, 32),
    dt.float64: (64, 52, 64),
}
"""Bits of the dtype, of its mantissa, and of the random number that fills the mantissa."""


def _floating(dtype: Any, operation: str) -> dt.DType:
    wanted = dt.as_dtype(dtype or dt.float32, operation)
    if wanted not in _FIELDS:
        raise DTypeError(message(operation, f"cannot draw {wanted.name}", "use a floating dtype"))
    return wanted


def uniform(
    key: Array, shape: Any = (), *, dtype: Any = None, minval: Any = 0.0, maxval: Any = 1.0
) -> Array:
    """Draw from the uniform distribution on [minval, maxval).

    Parameters
    ----------
    key : Array, uint32, shape (2,)
    shape : int or tuple of int
    dtype : DType, optional
        Floating; float32 by default.
    minval, maxval : scalar or Array
        Broadcast to the shape.

    Returns
    -------
    Array

    Examples
    --------
    >>> import nx
    >>> nx.random.uniform(nx.random.key(0), 2)
    Array([0.947667 , 0.9785799], dtype=float32)
    """
    wanted = _floating(dtype, "uniform")
    width, mantissa, drawn = _FIELDS[wanted]
    pattern = bits(key, shape, dtype=_UINT[drawn])
    if drawn != width:
        pattern = perform(P.cast, pattern, dtype=_UINT[width])
    one = int(np.array(1, wanted.numpy).view(_UINT[width].numpy))
    number = view(
        bitwise_or(bitwise_right_shift(pattern, drawn - mantissa), one), wanted
    )  # in [1, 2)
    low, high = (_limit(v, wanted, number) for v in (minval, maxval))
    spread = add(multiply(subtract(number, 1.0), subtract(high, low)), low)
    return maximum(low, spread)


def _limit(value: Any, dtype: dt.DType, like: Array) -> Array:
    return _convert.asarray(value, dtype=dtype, device=like._type.device)


def normal(key: Array, shape: Any = (), *, dtype: Any = None) -> Array:
    """Draw from the normal distribution of mean 0 and variance 1.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
    shape : int or tuple of int
    dtype : DType, optional
        Floating; float32 by default.

    Returns
    -------
    Array

    Notes
    -----
    Computed by inverting the distribution function.

    Examples
    --------
    >>> import nx
    >>> nx.random.normal(nx.random.key(0), 100_000).std().item() < 1.01
    True
    """
    wanted = _floating(dtype, "normal")
    start = _limit(-1.0, wanted, _checked(key, "normal"))
    low = nextafter(start, multiply(start, 0.0))
    return multiply(
        erfinv(uniform(key, shape, dtype=wanted, minval=low, maxval=1.0)), math.sqrt(2.0)
    )


def randint(key: Array, shape: Any, minval: int, maxval: int, *, dtype: Any = None) -> Array:
    """Draw integers from minval up to, without, maxval.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
    shape : int or tuple of int
    minval, maxval : int
    dtype : DType, optional
        Integer; int64 by default.

    Returns
    -------
    Array

    Raises
    ------
    DTypeError
        If the dtype is not an integer's or cannot hold the bounds.

    Examples
    --------
    >>> import nx
    >>> x = nx.random.randint(nx.random.key(1), 100, 0, 6)
    >>> int(x.min()), int(x.max())
    (0, 5)
    """
    wanted = dt.as_dtype(dtype or dt.int64, "randint")
    if wanted.kind not in ("signed", "unsigned"):
        raise DTypeError(message("randint", f"cannot draw {wanted.name}", "use an integer dtype"))
    low, high = operator.index(minval), operator.index(maxval)
    limits = dt.iinfo(wanted)
    if not (limits.min <= low <= limits.max and limits.min <= high <= limits.max + 1):
        raise DTypeError(message("randint", f"cannot hold {low} to {high} in {wanted.name}"))
    span = max(high - low, 1)
    unsigned = _UINT[wanted.bits]
    first, second = (
        bits(k, shape, dtype=unsigned) for k in unstack(split(_checked(key, "randint")))
    )
    if span == 2**wanted.bits:
        offset = second
    else:
        factor = pow(2 ** (wanted.bits // 2), 2, span)
        offset = add(multiply(remainder(first, span), factor), remainder(second, span))
        offset = remainder(offset, span)
    return add(perform(P.cast, offset, dtype=wanted), low)


def bernoulli(key: Array, p: Any = 0.5, shape: Any = None) -> Array:
    """Draw True with probability p.

    Examples
    --------
    >>> import nx
    >>> bool(nx.random.bernoulli(nx.random.key(0), 1.0))
    True
    """
    p = _convert.asarray(p, device=_checked(key, "bernoulli")._type.device)
    wanted = _floating(p._type.dtype, "bernoulli")
    return less(uniform(key, p._type.shape if shape is None else shape, dtype=wanted), p)


def permutation(key: Array, x: Any, /, *, axis: int = 0) -> Array:
    """Shuffle the numbers 0 to x - 1 (an int x), or the slices of an array along an axis.

    Examples
    --------
    >>> import nx
    >>> nx.sort(nx.random.permutation(nx.random.key(0), 5))
    Array([0, 1, 2, 3, 4], dtype=int64)
    """
    key = _checked(key, "permutation")
    if isinstance(x, int):
        return _shuffled(key, as_shape(x, "permutation")[0])
    x = _convert.to_array(x, "permutation")
    return take(x, _shuffled(key, x._type.shape[axis]), axis=axis)


def _shuffled(key: Array, n: int) -> Array:
    order = arange(n, device=key._type.device)
    rounds = math.ceil(
        3 * math.log(max(1, n)) / math.log(2**32 - 1)
    )  # ties of the sort keys become unlikely
    for _ in range(rounds):
        key, fresh = unstack(split(key))
        order = take(order, argsort(bits(fresh, n)))
    return order


class _Ambient:
    """The generator behind `rand`: one counter per thread or task, folded into one seed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.start(0)

    def start(self, number: int) -> None:
        with self.lock:
            self.number = number
            self.streams = 0
            self.epoch = object()

    def draw(self) -> Array:
        epoch, stream, count = _stream.get()
        with self.lock:
            if epoch is not self.epoch:
                epoch, stream, count = self.epoch, self.streams, 0
                self.streams += 1
            number = self.number
        _stream.set((epoch, stream, count + 1))
        return fold_in(fold_in(key(number), stream), count)


_stream: ContextVar[tuple[Any, int, int]] = ContextVar("nx.random.stream", default=(None, 0, 0))
_ambient = _Ambient()
set_ambient(_ambient.draw)


def seed(number: int, /) -> None:
    """Start the ambient generator anew.

    Raises
    ------
    NxError
        Inside a transformation, where it could not be undone.

    Examples
    --------
    >>> import nx
    >>> nx.seed(0); a = nx.rand(3)
    >>> nx.seed(0); bool((nx.rand(3) == a).all())
    True
    """
    if current() is not None:
        raise NxError(
            message("seed", "cannot seed inside a transformation", "seed before, or pass keys")
        )
    key(number)  # checks it
    _ambient.start(operator.index(number))


def rand(*shape: int, dtype: Any = None) -> Array:
    """Draw from the uniform distribution on [0, 1) with the ambient generator."""
    return uniform(draw(), shape, dtype=dtype)


def randn(*shape: int, dtype: Any = None) -> Array:
    """Draw from the normal distribution of mean 0 and variance 1 with the ambient generator."""
    return normal(draw(), shape, dtype=dtype)
