"""Keys: how they are made, split and turned into bits.

A key is a uint32 array of shape (2,).  Element i of any draw is the hash of the counter i, so that
it depends on the key and on i alone.
"""

from __future__ import annotations

import operator
from typing import Any, Final

import numpy as np

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._creation import zeros_like
from nx._elementwise import bitwise_left_shift, bitwise_or, bitwise_right_shift, bitwise_xor
from nx._errors import DTypeError, ShapeError, message
from nx._joining import stack, unstack
from nx._shapes import as_shape, size_of
from nx._shaping import reshape
from nx._types import ArrayType
from nx.effects._perform import perform
from nx.primitives import P
from nx.primitives._core import INTEGRAL, declare
from nx.random._arguments import beside

__all__ = ["UNSIGNED", "bits", "checked", "counters", "fold_in", "key", "split"]

UNSIGNED: Final = {8: dt.uint8, 16: dt.uint16, 32: dt.uint32, 64: dt.uint64}
"""The unsigned dtype of so many bits."""


def key(seed: int, /, *, device: Any = None) -> Array:
    """Make a key of a 64-bit integer seed.

    Parameters
    ----------
    seed : int
        Negative seeds count down from 2**64.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, uint32, shape (2,)
        The high and the low half of the seed.

    Raises
    ------
    DTypeError
        If the seed is no int, or needs more than 64 bits.

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


def checked(key: Any, operation: str) -> Array:
    """Return a key, or raise unless it is one."""
    found = _convert.to_array(key, operation)
    type_ = found._type
    if type_.dtype is not dt.uint32 or type_.shape != (2,):
        problem = f"cannot use {type_} as a key"
        raise ShapeError(
            message(operation, problem, "a key is uint32[2]; make one with nx.random.key(0)")
        )
    return found


def counters(n: int, like: Array) -> Array:
    """Return the 64-bit numbers 0 to n - 1 as pairs of uint32, high half first."""
    numbers = perform(P.iota, length=n, dtype=dt.int64, device=like._type.device)
    high = perform(P.cast, bitwise_right_shift(numbers, 32), dtype=dt.uint32)
    return stack([high, perform(P.cast, numbers, dtype=dt.uint32)], axis=-1)


def _hash(key: Array, n: int) -> Array:
    return perform(P.threefry2x32, key, counters(n, key))


def split(key: Array, num: Any = 2, /) -> Array:
    """Make new, independent keys of one.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Not to be used again afterwards.
    num : int or tuple of int
        How many, or their shape.

    Returns
    -------
    Array, uint32, shape ``(*num, 2)``
        The keys.

    Raises
    ------
    ShapeError
        For a negative number, or what is no key.

    Examples
    --------
    >>> import nx
    >>> nx.random.split(nx.random.key(0), 3)[0]
    Array([1797259609, 2579123966], dtype=uint32)
    """
    key, shape = checked(key, "split"), as_shape(num, "split")
    return reshape(_hash(key, size_of(shape)), (*shape, 2))


def fold_in(key: Array, data: Any, /) -> Array:
    """Make a new key of a key and a 32-bit integer.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        It may be used again with other data.
    data : int or Array of integers
        An int from 0 to 2**32 - 1; of an array's elements the low 32 bits count.

    Returns
    -------
    Array, uint32, shape ``(*data.shape, 2)``
        A key for each number.

    Raises
    ------
    DTypeError
        For data that are no integers, or an int outside the range.

    Examples
    --------
    >>> import nx
    >>> nx.random.fold_in(nx.random.key(0), 1)
    Array([ 928981903, 3453687069], dtype=uint32)
    """
    key = checked(key, "fold_in")
    if isinstance(data, int) and not 0 <= data < 2**32:
        problem = f"cannot fold in {data} (it is not in 0 to 2**32 - 1)"
        raise DTypeError(message("fold_in", problem))
    number = beside(key, data)
    if number._type.dtype.kind not in ("signed", "unsigned"):
        problem = f"cannot fold in {number._type.dtype.name}"
        raise DTypeError(message("fold_in", problem, "use an integer"))
    low = perform(P.cast, number, dtype=dt.uint32)
    return perform(P.threefry2x32, key, stack([zeros_like(low), low], axis=-1))


def bits(key: Array, shape: Any = (), *, dtype: Any = None) -> Array:
    """Draw uniform random bits.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        Unsigned; uint32 by default.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    DTypeError
        For a dtype that is not unsigned.
    ShapeError
        For a negative length, or what is no key.

    Examples
    --------
    >>> import nx
    >>> nx.random.bits(nx.random.key(0), 2)
    Array([4070199207, 4202968722], dtype=uint32)
    """
    key, shape = checked(key, "bits"), as_shape(shape, "bits")
    wanted = dt.uint32 if dtype is None else dt.as_dtype(dtype, "bits")
    if wanted.kind != "unsigned":
        raise DTypeError(
            message("bits", f"cannot draw bits as {wanted.name}", "use an unsigned dtype")
        )
    width = 64 if wanted is dt.uint64 else 32
    length = size_of(shape, "bits", 16)
    out: Array = perform(P.random_bits, key, length=length, width=width)
    if wanted.bits < width:
        out = perform(P.cast, out, dtype=wanted)
    return reshape(out, shape)


def _infer_bits(key: ArrayType, *, length: int, width: int) -> ArrayType:
    if key.dtype is not dt.uint32 or key.shape[-1:] != (2,):
        problem = f"cannot draw by {key}"
        raise ShapeError(message("random_bits", problem, "keys are uint32[..., 2]"))
    return key.with_dtype(UNSIGNED[width]).with_shape((*key.shape[:-1], length))


def _random_bits(key: Array, *, length: int, width: int) -> Array:
    column = reshape(key, (*key._type.shape[:-1], 1, 2))
    high, low = unstack(_hash(column, length), axis=-1)
    if width == 32:
        return bitwise_xor(high, low)
    wide = perform(P.cast, high, dtype=dt.uint64)
    return bitwise_or(bitwise_left_shift(wide, 32), perform(P.cast, low, dtype=dt.uint64))


declare(
    "random_bits",
    "random",
    INTEGRAL,
    _infer_bits,
    "threefry2x32 of 0, 1, ..., length - 1 by each key: its words' exclusive or (width 32), or "
    "both (64)",
    _random_bits,
)
