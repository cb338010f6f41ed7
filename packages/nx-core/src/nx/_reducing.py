"""The steps that reductions share."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._shapes import flag, normalize_axes
from nx.effects._perform import perform
from nx.primitives import P, Primitive

__all__ = ["keep", "reduce_over", "to_accumulate", "to_floating"]


def keep(out: Array, x: Array, axes: tuple[int, ...], keepdims: bool, operation: str) -> Array:
    """Return what was reduced with the axes, of length 1, if wanted."""
    if keepdims is False or not flag(operation, keepdims, "keepdims"):
        return out
    shape = tuple(1 if i in axes else n for i, n in enumerate(x._type.shape))
    return perform(P.reshape, out, shape=shape)


def reduce_over(primitive: Primitive, x: Any, axis: Any, keepdims: bool) -> Array:
    x = _convert.to_array(x, primitive.name)
    axes = normalize_axes(axis, x._type.ndim, primitive.name)
    return keep(perform(primitive, x, axes=axes), x, axes, keepdims, primitive.name)


def to_accumulate(x: Array, dtype: Any, operation: str) -> Array:
    """Return x in the dtype its sum or product has: small integers and bools widen to 64 bits."""
    own = x._type.dtype
    if dtype is not None:
        wanted = dt.as_dtype(dtype, operation)
    elif own.kind in ("bool", "signed"):
        wanted = dt.int64
    else:
        wanted = dt.uint64 if own.kind == "unsigned" else own
    return x if wanted is own else perform(P.cast, x, dtype=wanted)


def to_floating(x: Any, operation: str) -> Array:
    x = _convert.to_array(x, operation)
    return (
        perform(P.cast, x, dtype=dt.float32)
        if x._type.dtype.kind in ("signed", "unsigned", "bool")
        else x
    )
