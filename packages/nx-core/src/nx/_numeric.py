"""What composed functions do first: take their operands as arrays of one dtype they can use."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._errors import DTypeError, ShapeError, message
from nx._shapes import as_shape
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "integral",
    "narrowed",
    "number_of",
    "numeric",
    "one_of",
    "to_inexact",
    "to_real",
    "widened",
]

_NUMBERS = ("signed", "unsigned", "floating", "complex")


def numeric(operation: str, *args: Any) -> list[Array]:
    """Return the operands promoted to one dtype of numbers."""
    arrays = _convert.promote_operands(P.add, args, operation=operation)
    _check_kind(operation, arrays[0], _NUMBERS, "convert with astype(...) first")
    return arrays


def to_inexact(operation: str, *args: Any) -> list[Array]:
    """Return the operands promoted to one floating or complex dtype; integers become float32."""
    arrays = numeric(operation, *args)
    if arrays[0]._type.dtype.kind in ("signed", "unsigned"):
        return [perform(P.cast, x, dtype=dt.float32) for x in arrays]
    return arrays


def to_real(operation: str, *args: Any) -> list[Array]:
    """Return the operands promoted to one floating dtype; integers become float32."""
    arrays = to_inexact(operation, *args)
    _check_kind(operation, arrays[0], ("floating",), "take real, imag or abs first")
    return arrays


def widened(x: Array) -> Array:
    """Return float16 and bfloat16 as float32, where sums do not overflow, others as they are."""
    small = x._type.dtype in (dt.float16, dt.bfloat16)
    return perform(P.cast, x, dtype=dt.float32) if small else x


def narrowed(out: Array, like: Array) -> Array:
    """Return the result of what was `widened` in the dtype it had."""
    dtype = like._type.dtype
    return out if out._type.dtype is dtype else perform(P.cast, out, dtype=dtype)


def integral(operation: str, x: Any, beside: Array | None = None) -> Array:
    """Return the operand as an array, which must hold integers; made where another one lives."""
    array = _convert.to_array(x, operation, None if beside is None else beside._type.device)
    _check_kind(operation, array, ("signed", "unsigned"), "convert with astype(nx.int64) first")
    return array


def _check_kind(operation: str, x: Array, kinds: tuple[str, ...], hint: str) -> None:
    if x._type.dtype.kind not in kinds:
        raise DTypeError(message(operation, f"cannot take {x._type.dtype.name}", hint))


def number_of(operation: str, count: Any, what: str) -> int:
    """Return a static count as an int, at least 0."""
    if isinstance(count, (tuple, list)) or not hasattr(count, "__index__"):
        raise ShapeError(message(operation, f"cannot use {count!r} as {what}", "a static int"))
    (found,) = as_shape((count,), operation)
    return found


def one_of(operation: str, value: Any, known: tuple[str, ...], what: str) -> str:
    """Return an option that must be one of the known words."""
    if not isinstance(value, str) or value not in known:
        hint = f"one of {', '.join(known)}"
        raise ShapeError(message(operation, f"cannot use {value!r} as {what}", hint))
    return value
