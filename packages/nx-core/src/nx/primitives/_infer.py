"""Inference rules shared by families of primitives: from operand types to output types.

Rules check what the kernels rely on and raise named errors; they are pure and their results are
cached by the eager path.  The primitive's own dtype kinds are checked before its rule runs.
"""

from __future__ import annotations

from typing import Any

from nx._dtypes import DType, bool_, complex_of, int64, real_of
from nx._errors import AxisError, DeviceError, DTypeError, ShapeError, message
from nx._shapes import Shape, broadcast_shapes
from nx._types import ArrayType

__all__ = ["check_axes", "elementwise", "of_matrices", "same_device", "same_dtype"]


def same_device(operation: str, types: tuple[ArrayType, ...]) -> None:
    """Raise unless all operands live on one device."""
    first = types[0].device
    for t in types[1:]:
        if t.device != first:
            hint = f"move one of them first: x.to_device({str(first)!r})"
            raise DeviceError(
                message(operation, f"cannot mix arrays on {first} and {t.device}", hint)
            )


def same_dtype(operation: str, types: tuple[ArrayType, ...]) -> DType:
    """Return the dtype all operands share, or raise."""
    dtype = types[0].dtype
    for t in types[1:]:
        if t.dtype is not dtype:
            raise DTypeError(
                message(operation, f"cannot mix {dtype.name} with {t.dtype.name}", "promote first")
            )
    return dtype


def elementwise(operation: str, result: str = "same") -> Any:
    """Make the rule of an elementwise primitive: shapes broadcast, dtypes are one.

    ``result`` is ``"same"``, ``"bool"``, ``"real"`` (the parts of a complex dtype) or
    ``"complex"``.
    """

    def infer(*types: ArrayType, **params: Any) -> ArrayType:
        first = types[0]
        if len(types) > 1:
            same_device(operation, types)
            same_dtype(operation, types)
        shape = first.shape
        for t in types:
            if t.shape != shape:
                shape = broadcast_shapes([t.shape for t in types], operation)
                break
        out = first if shape == first.shape else first.with_shape(shape)
        if result == "bool":
            return out.with_dtype(bool_)
        if result == "real":
            return out.with_dtype(real_of(out.dtype))
        if result == "complex":
            return out.with_dtype(complex_of(out.dtype))
        return out

    return infer


def select(condition: ArrayType, x: ArrayType, y: ArrayType) -> ArrayType:
    """Infer ``where``: a bool condition, two values of one dtype, all broadcast."""
    same_device("where", (condition, x, y))
    if condition.dtype is not bool_:
        problem = f"cannot choose by {condition.dtype.name} (the condition must be bool)"
        raise DTypeError(message("where", problem, "compare first: where(x != 0, ...)"))
    dtype = same_dtype("where", (x, y))
    shape = broadcast_shapes([condition.shape, x.shape, y.shape], "where")
    return x.with_shape(shape).with_dtype(dtype)


def check_axes(operation: str, axes: tuple[int, ...], ndim: int) -> None:
    """Raise unless the axes are sorted, distinct and inside the rank."""
    if list(axes) != sorted(set(axes)) or any(not 0 <= a < ndim for a in axes):
        raise AxisError(message(operation, f"cannot use the axes {axes} of {ndim}"))


def reduction(operation: str, dtype: DType | None = None, identity: bool = True) -> Any:
    """Make the rule of a reduction over ``axes``, which are removed."""

    def infer(x: ArrayType, *, axes: tuple[int, ...]) -> ArrayType:
        check_axes(operation, axes, x.ndim)
        if not identity and 0 in (x.shape[a] for a in axes):
            problem = f"cannot reduce {x.shape} over axes {axes} (0 elements)"
            raise ShapeError(message(operation, problem, "an empty reduction has no identity here"))
        out = x.with_shape(tuple(n for i, n in enumerate(x.shape) if i not in axes))
        return out if dtype is None else out.with_dtype(dtype)

    return infer


def arg_reduction(operation: str) -> Any:
    """Make the rule of a reduction of one axis to an index."""

    def infer(x: ArrayType, *, axis: int) -> ArrayType:
        check_axes(operation, (axis,), x.ndim)
        if x.shape[axis] == 0:
            raise ShapeError(
                message(operation, f"cannot search axis {axis} of {x.shape} (0 elements)")
            )
        return x.with_shape(x.shape[:axis] + x.shape[axis + 1 :]).with_dtype(int64)

    return infer


def along_axis(operation: str, dtype: DType | None = None) -> Any:
    """Make the rule of a scan or sort along ``axis``: the shape stays."""

    def infer(x: ArrayType, *, axis: int, **_: Any) -> ArrayType:
        check_axes(operation, (axis,), x.ndim)
        return x if dtype is None else x.with_dtype(dtype)

    return infer


def of_matrices(operation: str, x: ArrayType, square: bool = False) -> tuple[Shape, int, int]:
    """Split a stack of matrices' shape into (stack, rows, columns), or raise."""
    if x.ndim < 2:
        problem = f"cannot take an array of shape {x.shape} as a matrix ({x.ndim} < 2 axes)"
        raise ShapeError(message(operation, problem))
    *stack, m, n = x.shape
    if square and m != n:
        raise ShapeError(
            message(
                operation,
                f"cannot take a matrix of shape {x.shape} ({m} != {n}); it must be square",
            )
        )
    return tuple(stack), m, n
