"""What an index means for an array: a plan of slices, of arrays and of axes to drop or add."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._errors import (
    DTypeError,
    IndexOutOfBoundsError,
    ShapeError,
    message,
)
from nx._searching import nonzero
from nx._shaping import reshape

__all__ = ["Plan", "normal_part", "resolve"]


HINT = "an index is an int, a slice, None, Ellipsis, or an integer or bool array"


class Plan:
    """An index, resolved against a shape: basic steps first, then one gather.

    Attributes
    ----------
    starts, stops, steps : list of int
        One for each axis.
    flips : list of int
        The axes to reverse.
    arrays : dict of int to Array
        Index arrays by axis of x.
    outline : list
        The axes of the result: an axis of x or None for a new one; and where there is none,
        "int", "array", or "gap" for an Ellipsis, which parts index arrays even if it covers no
        axis.
    """

    __slots__ = ("arrays", "flips", "outline", "starts", "steps", "stops")

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.starts = [0] * len(shape)
        self.stops = list(shape)
        self.steps = [1] * len(shape)
        self.flips: list[int] = []
        self.arrays: dict[int, Any] = {}
        self.outline: list[Any] = []

    def slices(self, shape: tuple[int, ...]) -> bool:
        """Tell whether any axis of the shape is cut."""
        return (
            self.starts != [0] * len(shape)
            or self.stops != list(shape)
            or any(step != 1 for step in self.steps)
        )

    def leading(self, shape: tuple[int, ...]) -> tuple[Plan, int]:
        """Return the plan without the last axes, if it leaves them whole, and how many it keeps."""
        lead, outline = len(shape), [mark for mark in self.outline if mark != "gap"]
        while outline and outline[-1] == lead - 1 and self._is_whole(lead - 1, shape):
            outline.pop()
            lead -= 1
        plan = Plan(())
        plan.starts, plan.stops = self.starts[:lead], self.stops[:lead]
        plan.steps, plan.flips, plan.arrays = self.steps[:lead], self.flips, self.arrays
        plan.outline = [m for m in self.outline if not isinstance(m, int) or m < lead]
        return plan, lead

    def _is_whole(self, axis: int, shape: tuple[int, ...]) -> bool:
        cut = self.starts[axis], self.stops[axis], self.steps[axis]
        return cut == (0, shape[axis], 1) and axis not in self.flips


def _entries(index: Any, x: Array) -> list[Any]:
    """Return the index's parts: masks made index arrays, full slices after the Ellipsis."""
    parts = list(index) if isinstance(index, tuple) else [index]
    parts = [normal_part(p, x) for p in parts]
    consumed = sum(_axes_of(p) for p in parts)
    ndim = x._type.ndim
    if sum(p is Ellipsis for p in parts) > 1:
        raise ShapeError(message("index", "cannot use more than one Ellipsis"))
    if consumed > ndim:
        problem = (
            f"cannot use {consumed} indices on an array of {ndim} axes with shape {x._type.shape}"
        )
        raise IndexOutOfBoundsError(message("index", problem))
    if Ellipsis not in [p for p in parts if p is Ellipsis]:
        parts.append(Ellipsis)
    place = next(i for i, p in enumerate(parts) if p is Ellipsis)
    return parts[: place + 1] + [slice(None)] * (ndim - consumed) + parts[place + 1 :]


def _axes_of(part: Any) -> int:
    if part is None or part is Ellipsis:
        return 0
    if isinstance(part, Array) and part._type.dtype is dt.bool_:
        return part._type.ndim
    return 1


def normal_part(part: Any, x: Array) -> Any:
    """Return one part of an index as an int, an array, a slice, None or Ellipsis."""
    if part is None or part is Ellipsis or isinstance(part, slice):
        return part
    if isinstance(part, (bool, np.bool_)):
        return _convert.asarray(bool(part), device=x._type.device)
    if isinstance(part, (list, np.ndarray)):
        if isinstance(part, list) and not part:
            return _convert.asarray(part, dtype=dt.int64, device=x._type.device)
        part = _convert.to_array(part, "index", x._type.device)
    if isinstance(part, Array):
        kind = part._type.dtype.kind
        if kind not in ("bool", "signed", "unsigned"):
            raise DTypeError(message("index", f"cannot index by {part._type.dtype.name}", HINT))
        return part
    try:
        return operator.index(part)
    except TypeError:
        raise DTypeError(message("index", f"cannot index by {type(part).__name__}", HINT)) from None


def _is_flag(part: Any) -> bool:
    """Tell whether a part is a 0-d mask."""
    return isinstance(part, Array) and part._type.dtype is dt.bool_ and not part._type.ndim


def _with_flags(x: Array, entries: list[Any]) -> tuple[Array, list[Any]]:
    """Give each 0-d mask an axis of its own, of length 1, in x and in itself."""
    if not any(map(_is_flag, entries)):
        return x, entries
    shape, parts, axis = list(x._type.shape), [], 0
    for part in entries:
        if _is_flag(part):
            shape.insert(axis, 1)
            part = reshape(part, (1,))
        parts.append(part)
        axis += _axes_of(part)
    return reshape(x, tuple(shape)), parts


def resolve(index: Any, x: Array) -> tuple[Array, Plan]:
    """Return what to index, which is x with an axis for each 0-d mask, and the plan."""
    x, entries = _with_flags(x, _entries(index, x))
    shape = x._type.shape
    plan = Plan(shape)
    axis = 0
    for part in entries:
        if part is None or part is Ellipsis:
            plan.outline.append(part if part is None else "gap")
            continue
        if isinstance(part, slice):
            _slice_axis(plan, axis, part, shape[axis])
            plan.outline.append(axis)
        elif isinstance(part, int):
            _int_axis(plan, axis, part, shape)
        elif part._type.dtype is dt.bool_:
            for found in _mask_indices(part, shape, axis):
                plan.arrays[axis] = found
                plan.outline.append("array")
                axis += 1
            continue
        else:
            plan.arrays[axis] = part
            plan.outline.append("array")
        axis += 1
    return x, plan


def _slice_axis(plan: Plan, axis: int, part: slice, n: int) -> None:
    try:
        start, stop, step = part.indices(n)
    except (TypeError, ValueError) as e:
        raise DTypeError(message("index", f"cannot slice by {part} ({e})")) from None
    length = len(range(start, stop, step))
    if step < 0:  # the same elements, taken forwards and flipped
        start, step = start + (length - 1) * step, -step
        plan.flips.append(axis)
    plan.starts[axis] = start if length else 0
    plan.stops[axis] = start + (length - 1) * step + 1 if length else 0
    plan.steps[axis] = step


def _int_axis(plan: Plan, axis: int, i: int, shape: tuple[int, ...]) -> None:
    n = shape[axis]
    if not -n <= i < n:
        problem = f"cannot find index {i} in axis {axis} of length {n}"
        raise IndexOutOfBoundsError(message("index", problem, f"indices run from {-n} to {n - 1}"))
    plan.starts[axis], plan.stops[axis] = i % n, i % n + 1
    plan.outline.append("int")


def _mask_indices(mask: Array, shape: tuple[int, ...], axis: int) -> tuple[Array, ...]:
    covered = shape[axis : axis + mask._type.ndim]
    # the standard lets a mask be empty along an axis: then it picks nothing
    if any(m not in (n, 0) for m, n in zip(mask._type.shape, covered, strict=True)):
        problem = f"cannot use a mask of shape {mask._type.shape} on axes of shape {covered}"
        raise ShapeError(message("index", problem))
    return nonzero(mask)
