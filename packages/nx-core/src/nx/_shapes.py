"""Shapes and axes: checks that raise named errors, before anything is computed.

Pure functions of tuples of ints; they know neither arrays nor backends.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from nx._errors import AxisError, DTypeError, NxError, ShapeError, message, shortened

__all__ = [
    "MAX_NDIM",
    "as_int",
    "as_number",
    "as_shape",
    "broadcast_shapes",
    "flag",
    "index_of",
    "normalize_axes",
    "normalize_axis",
    "show",
    "size_of",
]

Shape = tuple[int, ...]
MAX_SIZE = 2**63 - 1
MAX_NDIM = 32
SHAPES_KEPT = 4096


def show(*shapes: Shape) -> str:
    """Join shapes for a message: ``(2, 3) with (4,)``."""
    return " with ".join(map(str, shapes))


def size_of(shape: Shape, operation: str = "shape", itemsize: int = 1) -> int:
    """Return the number of elements, or raise when their bytes overflow 63 bits."""
    size = math.prod(shape)
    # an axis of length 0 makes the size 0 whatever the others are; those must be addressable too
    if math.prod(n for n in shape if n) * itemsize > MAX_SIZE:
        raise ShapeError(
            message(
                operation, f"cannot hold the shape {shape} ({size} elements overflow 2**63 bytes)"
            )
        )
    return size


_checked: dict[Any, Shape] = {}


def as_shape(shape: Any, operation: str = "shape") -> Shape:
    """Translate an int or a sequence of ints into a checked shape."""
    if type(shape) is tuple:
        known = _known(shape)
        if known is not None:
            return known
    try:
        checked = _check_shape(shape, operation)
    except NxError as error:
        raise shortened(error) from error.__cause__
    if len(_checked) >= SHAPES_KEPT:
        _checked.clear()
    return _checked.setdefault(checked, checked)


def _known(shape: tuple[Any, ...]) -> Shape | None:
    try:
        found = _checked.get(shape)
    except TypeError:  # an unhashable length
        return None
    # (2.0,) and (True,) are equal keys, but no shapes that were checked
    if found is shape or found is None or all(type(n) is int for n in shape):
        return found
    return None


def _check_shape(shape: Any, operation: str) -> Shape:
    try:
        if isinstance(shape, (str, bytes, set, frozenset, dict)):
            raise TypeError
        found: Shape = (
            (index_of(shape),) if hasattr(shape, "__index__") else tuple(map(index_of, shape))
        )
    except TypeError:
        raise ShapeError(
            message(operation, f"cannot use {shape!r} as a shape", "an int or a tuple of ints")
        ) from None
    if any(n < 0 for n in found):
        raise ShapeError(message(operation, f"cannot make an axis of negative length ({found})"))
    if len(found) > MAX_NDIM:
        raise ShapeError(
            message(operation, f"cannot make {len(found)} axes ({len(found)} > {MAX_NDIM})")
        )
    size_of(found, operation)
    return found


def index_of(value: Any) -> int:
    """Return what stands for an int as one; a bool does not."""
    if isinstance(value, bool):
        raise TypeError
    return operator.index(value)


def as_int(value: Any, operation: str, name: str) -> int:
    """Translate an option that is an int, or raise."""
    try:
        return index_of(value)
    except TypeError:
        problem = f"cannot use {value!r} as {name}"
        raise DTypeError(message(operation, problem, f"{name} is an int")) from None


def flag(operation: str, value: Any, what: str) -> bool:
    """Return an option that must be True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise DTypeError(message(operation, f"cannot use {value!r} as {what}", "True or False"))
    return bool(value)


def as_number(value: Any, operation: str, name: str) -> float:
    """Translate an option that is a finite number, or raise; an int stays one."""
    try:
        if isinstance(value, numbers.Real) and math.isfinite(value):
            return int(value) if isinstance(value, numbers.Integral) else float(value)
        shown = repr(value)
    except OverflowError:  # an int that no float holds
        shown = "so large a number"
    problem = f"cannot use {shown} as {name}"
    raise DTypeError(message(operation, problem, f"{name} is a finite number"))


def normalize_axis(axis: Any, ndim: int, operation: str) -> int:
    """Return the axis as an int in ``range(ndim)``."""
    try:
        i = index_of(axis)
    except TypeError:
        raise AxisError(
            message(operation, f"cannot use {axis!r} as an axis", "axes are ints")
        ) from None
    if not -ndim <= i < ndim:
        raise AxisError(
            message(operation, f"cannot find axis {i} in an array of {ndim} axes", _axis_hint(ndim))
        )
    return i % ndim


def _axis_hint(ndim: int) -> str:
    return f"axes run from {-ndim} to {ndim - 1}" if ndim else "a 0-d array has no axes"


def normalize_axes(axis: Any, ndim: int, operation: str) -> tuple[int, ...]:
    """Return the axes as sorted distinct ints in ``range(ndim)``; None means all of them."""
    if axis is None:
        return tuple(range(ndim))
    if isinstance(axis, (tuple, list)):
        try:
            axes = tuple(sorted(normalize_axis(a, ndim, operation) for a in axis))
        except NxError as error:
            raise shortened(error) from error.__cause__
        if len(set(axes)) < len(axes):
            raise AxisError(
                message(operation, f"cannot use an axis twice ({tuple(axis)} of {ndim} axes)")
            )
        return axes
    return (normalize_axis(axis, ndim, operation),)


@lru_cache(maxsize=4096)
def _broadcast(shapes: tuple[Shape, ...]) -> Shape | None:
    out = [1] * max(map(len, shapes), default=0)
    for shape in shapes:
        for i, n in enumerate(reversed(shape), 1):
            if out[-i] == 1:
                out[-i] = n
            elif n not in (1, out[-i]):
                return None
    return tuple(out)


def broadcast_shapes(shapes: Iterable[Shape], operation: str = "broadcast_shapes") -> Shape:
    """Return the shape that all broadcast to, by NumPy's rules."""
    shapes = tuple(shapes)
    out = _broadcast(shapes)
    if out is not None:
        return out
    clash = _first_clash(shapes)
    hint = "axes are aligned from the last; each pair must be equal or contain a 1"
    raise ShapeError(message(operation, f"cannot broadcast {show(*shapes)} ({clash})", hint))


def _first_clash(shapes: tuple[Shape, ...]) -> str:
    ndim = max(map(len, shapes))
    for i in range(1, ndim + 1):
        lengths = [s[-i] for s in shapes if len(s) >= i and s[-i] != 1]
        if len(set(lengths)) > 1:
            return f"{lengths[0]} != {next(n for n in lengths if n != lengths[0])} in axis {-i}"
    return "no axis clashes"
