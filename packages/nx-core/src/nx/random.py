"""Random numbers: distributions drawn by splittable keys, and the ambient generator.

The same key gives the same numbers, on every backend; the conversions of bits to numbers are JAX's,
as the keys are.  `rand` and `randn` draw their keys from the ambient generator.
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
    erfinv,
    less,
    maximum,
    multiply,
    nextafter,
    remainder,
    subtract,
)
from nx._errors import DTypeError, NxError, message
from nx._indexing import take
from nx._joining import unstack
from nx._keys import as_key, bits, fold_in, key, split
from nx._shapes import as_shape
from nx._shaping import view
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
    start = _limit(-1.0, wanted, as_key(key, "normal"))
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
    first, second = (bits(k, shape, dtype=unsigned) for k in unstack(split(as_key(key, "randint"))))
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
    p = _convert.asarray(p, device=as_key(key, "bernoulli")._type.device)
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
    key = as_key(key, "permutation")
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
