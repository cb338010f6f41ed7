"""Batching rules: two generic ones, and those of the primitives with a structure of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nx
from nx import Array
from nx.primitives import P, Primitive

from rune._batching._alignment import Lanes, Rule

__all__ = [
    "aligning",
    "broadcast_to",
    "concat",
    "gather",
    "matmul",
    "normalization",
    "pad",
    "permute_dims",
    "reshape",
    "scatter",
    "shifting",
    "slice_",
]

Operands = Sequence[Array]
Flags = Sequence[bool]
Axes = tuple[int, ...]


def aligning(*cores: int) -> Rule:
    """Make the rule of operands that broadcast, but for their last so many axes.

    The ranks of what broadcasts are aligned first: a lane's axes meet a constant's from the last
    one on, and the lanes stay in front.
    """

    def rule(
        lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
    ) -> Any:
        own = cores or (0,) * len(xs)
        rank = max(x.ndim - b - core for x, b, core in zip(xs, batched, own, strict=True))
        ys = [lanes.aligned(x, b, rank + core) for x, b, core in zip(xs, batched, own, strict=True)]
        return lanes.do(primitive, ys, **params)

    return rule


def _shifted(axes: Any) -> Any:
    return tuple(a + 1 for a in axes) if isinstance(axes, tuple) else axes + 1


def shifting(name: str) -> Rule:
    """Make the rule of a primitive of one operand, whose axes parameter has this name."""

    def rule(
        lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
    ) -> Any:
        return lanes.do(primitive, xs, **{**params, name: _shifted(params[name])})

    return rule


def normalization(
    lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
) -> Array:
    """Normalize over axes; a scale and a shift broadcast to the first operand."""
    x = lanes.spread(xs[0], batched[0])
    rest = [lanes.aligned(y, b, x.ndim - 1) for y, b in zip(xs[1:], batched[1:], strict=True)]
    return lanes.do(primitive, [x, *rest], **{**params, "axes": _shifted(params["axes"])})  # type: ignore[no-any-return]  # one output


# Moves.
def reshape(
    lanes: Lanes, primitive: Primitive, xs: Operands, _batched: Flags, params: dict[str, Any]
) -> Array:
    return lanes.do(primitive, xs, shape=(lanes.count, *params["shape"]))  # type: ignore[no-any-return]  # one output


def permute_dims(
    lanes: Lanes, primitive: Primitive, xs: Operands, _batched: Flags, params: dict[str, Any]
) -> Array:
    return lanes.do(primitive, xs, axes=(0, *_shifted(params["axes"])))  # type: ignore[no-any-return]  # one output


def broadcast_to(
    lanes: Lanes, primitive: Primitive, xs: Operands, _batched: Flags, params: dict[str, Any]
) -> Array:
    shape = params["shape"]
    x = lanes.aligned(xs[0], True, len(shape))
    return lanes.do(primitive, [x], shape=(lanes.count, *shape))  # type: ignore[no-any-return]  # one output


def slice_(
    lanes: Lanes, primitive: Primitive, xs: Operands, _batched: Flags, params: dict[str, Any]
) -> Array:
    return lanes.do(  # type: ignore[no-any-return]  # one output
        primitive,
        xs,
        starts=(0, *params["starts"]),
        stops=(lanes.count, *params["stops"]),
        steps=(1, *params["steps"]),
    )


def pad(
    lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
) -> Array:
    widths = {name: (0, *params[name]) for name in ("low", "high", "interior")}
    x, value = lanes.spread(xs[0], batched[0]), xs[1]
    if not batched[1]:
        return lanes.do(primitive, [x, value], **widths)  # type: ignore[no-any-return]  # one output
    # each lane pads with a value of its own: pad with anything, then put it where no element came
    zero = nx.zeros((), dtype=x.dtype, device=x.device)
    false, true = (nx.asarray(v, device=x.device) for v in (False, True))
    inside = lanes.do(P.broadcast_to, [true], shape=x.shape)
    inside = lanes.do(primitive, [inside, false], **widths)
    padded = lanes.do(primitive, [x, zero], **widths)
    return lanes.do(P.where, [inside, padded, lanes.aligned(value, True, x.ndim - 1)])  # type: ignore[no-any-return]  # one output


def concat(
    lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
) -> Array:
    ys = [lanes.spread(x, b) for x, b in zip(xs, batched, strict=True)]
    return lanes.do(primitive, ys, axis=params["axis"] + 1)  # type: ignore[no-any-return]  # one output


# Gather and scatter.
def _index_arrays(
    lanes: Lanes, indices: Operands, batched: Flags, *, numbered: bool
) -> tuple[list[Array], int]:
    """Return the indices aligned, the lanes' own numbers before them, and their rank."""
    rank = max(i.ndim - b for i, b in zip(indices, batched, strict=True))
    found = [lanes.aligned(i, b, rank) for i, b in zip(indices, batched, strict=True)]
    if numbered:
        device = indices[0].device
        numbers = lanes.do(P.iota, [], length=lanes.count, dtype=nx.int64, device=device)
        found = [lanes.reshape(numbers, (lanes.count, *(1,) * rank)), *found]
    return found, rank


def gather(
    lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
) -> Array:
    axes: Axes = params["axes"]
    x, indices = xs[0], xs[1:]
    if not batched[0]:
        found, _ = _index_arrays(lanes, indices, batched[1:], numbered=False)
        return lanes.do(primitive, [x, *found], axes=axes)  # type: ignore[no-any-return]  # one output
    if not any(batched[1:]):  # the lanes come after the index axes: move them to the front
        rank = max(i.ndim for i in indices)
        out = lanes.do(primitive, xs, axes=_shifted(axes))
        order = [rank, *range(rank), *range(rank + 1, out.ndim)]
        return lanes.permute(out, order)
    found, _ = _index_arrays(lanes, indices, batched[1:], numbered=True)
    return lanes.do(primitive, [x, *found], axes=(0, *_shifted(axes)))  # type: ignore[no-any-return]  # one output


def scatter(
    lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
) -> Array:
    x, updates = (lanes.spread(y, b) for y, b in zip(xs[:2], batched[:2], strict=True))
    found, _ = _index_arrays(lanes, xs[2:], batched[2:], numbered=True)
    return lanes.do(  # type: ignore[no-any-return]  # one output
        primitive, [x, updates, *found], axes=(0, *_shifted(params["axes"]))
    )


# Contractions.
def matmul(
    lanes: Lanes, primitive: Primitive, xs: Operands, batched: Flags, params: dict[str, Any]
) -> Array:
    """Multiply; a constant matrix meets all lanes in one product."""
    (a, b), (left, right) = xs, batched
    if left and not right and b.ndim == 2 and a.size:
        *stack, k = a.shape
        flat = lanes.do(primitive, [lanes.reshape(a, (a.size // max(k, 1), k)), b])
        return lanes.reshape(flat, (*stack, b.shape[1]))
    if right and not left and a.ndim == 2 and b.ndim == 3 and b.shape[-1] == 1:
        n, k, _ = b.shape
        rows = lanes.do(primitive, [lanes.reshape(b, (n, k)), lanes.permute(a, (1, 0))])
        return lanes.reshape(rows, (n, a.shape[0], 1))
    return aligning(2, 2)(lanes, primitive, xs, batched, params)  # type: ignore[no-any-return]  # one output
