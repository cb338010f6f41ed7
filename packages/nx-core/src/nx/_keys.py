"""Splittable Threefry keys, and the random bits they stand for.

A key is a uint32 array of shape (..., 2).  The same key gives the same numbers, on every backend;
split it to get more.  The counters and the splitting are JAX's with
``jax_threefry_partitionable``, so that a key gives the same bits there.

References
----------
.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
   1, 2, 3", SC '11, 2011.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import bitwise_or, bitwise_right_shift, bitwise_xor, multiply
from nx._errors import DTypeError, ShapeError, message
from nx._joining import stack, unstack
from nx._shapes import as_shape, size_of
from nx._shaping import reshape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["as_key", "bits", "fold_in", "key", "split"]


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


def as_key(key: Any, operation: str, single: bool = True) -> Array:
    """Return a key as an array, or raise."""
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
    key, shape = as_key(key, "split"), as_shape(num, "split")
    return reshape(_hash(key, size_of(shape)), (*shape, 2))


def fold_in(key: Array, data: Any, /) -> Array:
    """Make a new key of a key and a 32-bit integer."""
    key = as_key(key, "fold_in")
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
    key, shape = as_key(key, "bits"), as_shape(shape, "bits")
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
