"""What every distribution does with its arguments: dtypes, parameters, shapes.

Parameters are broadcast to the shape drawn.  A Python number outside a parameter's range raises;
what stands in an array is not read, and gives NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._errors import DomainError, DTypeError, ShapeError, message
from nx._shapes import as_shape, broadcast_shapes

__all__ = ["beside", "drawn_shape", "floating", "integer_dtype", "parameters", "refuse"]

FLOATING = (dt.float16, dt.bfloat16, dt.float32, dt.float64)


def floating(dtype: Any, operation: str) -> dt.DType:
    """Return the dtype to draw, float32 by default."""
    wanted = dt.float32 if dtype is None else dt.as_dtype(dtype, operation)
    if wanted not in FLOATING:
        raise DTypeError(message(operation, f"cannot draw {wanted.name}", "use a floating dtype"))
    return wanted


def integer_dtype(dtype: Any, operation: str) -> dt.DType:
    """Return the integer dtype to draw, int64 by default."""
    wanted = dt.int64 if dtype is None else dt.as_dtype(dtype, operation)
    if wanted.kind not in ("signed", "unsigned"):
        raise DTypeError(message(operation, f"cannot draw {wanted.name}", "use an integer dtype"))
    return wanted


def parameters(operation: str, key: Array, dtype: Any, *values: Any) -> list[Array]:
    """Return parameters as arrays of one floating dtype on the key's device.

    It is the dtype given, or else the one in which the parameters meet: float32 for numbers and
    integers.
    """
    device = key._type.device
    arrays = [
        x if type(x) in _convert.PYTHON_SCALARS else _convert.to_array(x, operation, device)
        for x in values
    ]
    if dtype is None:
        found = [
            x._type.dtype
            for x in arrays
            if isinstance(x, Array) and x._type.dtype.kind not in ("bool", "signed", "unsigned")
        ]
        dtype = _convert.result_dtype(operation, found, [0.0]) if found else dt.float32
    wanted = floating(dtype, operation)
    # what is no array yet is converted once, so that a list of floats keeps a float64's digits
    return [beside(key, x, wanted) for x in values]


def beside(like: Array, value: Any, dtype: dt.DType | None = None) -> Array:
    """Convert a value on another array's device; an array stays where it is."""
    device = None if isinstance(value, Array) else like._type.device
    return _convert.asarray(value, dtype=dtype, device=device)


def refuse(operation: str, name: str, value: Any, low: float, strict: bool) -> None:
    """Raise where a Python number is below, or if strict at, a parameter's lowest value."""
    if isinstance(value, Array) or type(value) not in _convert.PYTHON_SCALARS:
        return
    if type(value) is complex:
        raise DTypeError(message(operation, f"cannot take the complex {value!r} as {name}"))
    if value < low or (strict and value == low):
        relation = "must be above" if strict else "must be at least"
        raise DomainError(message(operation, f"cannot take {name}={value!r} (it {relation} {low})"))


def drawn_shape(operation: str, shape: Any, wanted: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the shape to draw: by default the parameters', else one they broadcast to."""
    common = broadcast_shapes(wanted, operation)
    if shape is None:
        return common
    out = as_shape(shape, operation)
    if len(common) > len(out) or broadcast_shapes([common, out], operation) != out:
        problem = f"cannot broadcast parameters of shape {common} to {out}"
        raise ShapeError(message(operation, problem))
    return out
