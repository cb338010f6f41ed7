"""Putting the results of a vmap's runs together, as stacking the lanes' own results would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import nx
from nx import Array, AxisError, DTypeError, ShapeError
from nx.effects import perform_in
from nx.primitives import P

from rune import _trees
from rune._axes import spread
from rune._batching import Lanes
from rune._lanes import Call, Numbers, named_lanes

__all__ = ["Finished", "merged"]


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of one run: physical arrays where ``batched``, else what every lane has."""

    lanes: Numbers
    structure: Any
    leaves: Sequence[Any]
    batched: Sequence[bool]


def merged(call: Call, runs: Sequence[Finished], axes: Any, operation: str) -> Any:
    """Return the tree of results with the lanes' axis where ``axes`` has it."""
    first = runs[0]
    for other in runs[1:]:
        if other.structure != first.structure:
            raise TypeError(
                f"{operation}: cannot stack results of different structure "
                f"({named_lanes(first.lanes)}: {first.structure}, "
                f"{named_lanes(other.lanes)}: {other.structure})"
            )
    tree = _trees.unflatten(first.structure, first.leaves)
    places = spread(axes, tree, operation, "out_axes")
    leaves = [_leaf(call, runs, i, axis, operation) for i, axis in enumerate(places)]
    return _trees.unflatten(first.structure, leaves)


def _leaf(call: Call, runs: Sequence[Finished], i: int, axis: int | None, operation: str) -> Any:
    if axis is None:
        return _unmapped(call, runs, i, operation)
    values = [_checked(run.leaves[i], operation, run.lanes) for run in runs]
    shapes = [
        v.shape[1:] if r.batched[i] else np.shape(v) for v, r in zip(values, runs, strict=True)
    ]
    for shape, run in zip(shapes, runs, strict=True):
        if shape != shapes[0]:
            raise ShapeError(
                f"{operation}: cannot stack results of shape {shapes[0]} "
                f"({named_lanes(runs[0].lanes)}) and {shape} ({named_lanes(run.lanes)})\n"
                "hint: every lane must return the same shapes"
            )
    arrays = _promoted(values, call.device)
    lanes = [Lanes(len(run.lanes), call.rest) for run in runs]
    parts = [
        lane.spread(x, run.batched[i]) for lane, x, run in zip(lanes, arrays, runs, strict=True)
    ]
    whole = call.assembled(np.concatenate([run.lanes for run in runs]), parts)
    return _from_front(call, whole, axis, operation)


def _checked(x: Any, operation: str, lanes: Numbers) -> Any:
    if isinstance(x, (Array, bool, int, float, complex)):
        return x
    if isinstance(x, (np.ndarray, np.generic)):
        return nx.asarray(x)
    raise TypeError(
        f"{operation}: cannot stack results of type {type(x).__name__} ({named_lanes(lanes)})\n"
        "hint: return arrays, or trees of them"
    )


def _unmapped(call: Call, runs: Sequence[Finished], i: int, operation: str) -> Any:
    """Return an output that is the same for all lanes, or raise if it isn't known to be."""
    value = runs[0].leaves[i]
    if any(run.batched[i] or run.leaves[i] is not value for run in runs):
        raise AxisError(
            f"{operation}: cannot return an output of every lane with out_axes=None "
            "(it depends on a mapped argument)\n"
            "hint: reduce over the lanes afterwards, or with psum and an axis_name"
        )
    scalar = isinstance(value, (bool, int, float, complex))
    return nx.asarray(value, device=call.device) if scalar else value


def _promoted(values: Sequence[Any], device: Any) -> list[Array]:
    """Return the values as arrays of one dtype; Python scalars are weak."""
    if not any(isinstance(v, Array) for v in values):
        values = [nx.asarray(v, device=device) for v in values]
    arrays = [v for v in values if isinstance(v, Array)]
    if len(arrays) == len(values) and len({v.dtype for v in arrays}) == 1:
        return arrays
    try:
        dtype = nx.result_type(*values)
    except DTypeError as error:
        raise DTypeError(f"vmap: cannot stack the lanes' results: {error}") from None
    home = arrays[0].device
    return [
        nx.astype(v, dtype) if isinstance(v, Array) else nx.asarray(v, dtype=dtype, device=home)
        for v in values
    ]


def _from_front(call: Call, x: Array, axis: int, operation: str) -> Array:
    if not -x.ndim <= axis < x.ndim:
        raise AxisError(
            f"{operation}: cannot put the lanes in axis {axis} of a result of {x.ndim} axes "
            f"(a lane's has shape {x.shape[1:]})"
        )
    axis %= x.ndim
    if axis == 0:
        return x
    order = [*range(1, axis + 1), 0, *range(axis + 1, x.ndim)]
    return perform_in(call.rest, P.permute_dims, [x], {"axes": tuple(order)})  # type: ignore[no-any-return]  # one output
