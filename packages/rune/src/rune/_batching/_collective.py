"""Batching rules of the collectives, inside a vmap of another axis: its own lanes kept apart."""

from __future__ import annotations

from typing import Any, Final

from nx import Array
from nx.primitives import Primitive

from rune._batching._alignment import Lanes, Rule
from rune._meetings import ALL_GATHER, PMAX, PMIN, PPERMUTE, PSUM, PSUM_SCATTER

__all__ = ["ROWS"]


def _each(lanes: Lanes, primitive: Primitive, xs: Any, _batched: Any, params: Any) -> Array:
    return lanes.do(primitive, xs, **params)  # type: ignore[no-any-return]  # one output


def _swapped(x: Array) -> list[int]:
    return [1, 0, *range(2, x.ndim)]


def _each_gather(lanes: Lanes, primitive: Primitive, xs: Any, _batched: Any, params: Any) -> Array:
    out = lanes.do(primitive, xs, **params)
    return lanes.permute(out, _swapped(out))


def _each_scatter(lanes: Lanes, primitive: Primitive, xs: Any, _batched: Any, params: Any) -> Array:
    return lanes.do(primitive, [lanes.permute(xs[0], _swapped(xs[0]))], **params)  # type: ignore[no-any-return]  # one output


ROWS: Final[dict[Primitive, Rule]] = {
    PSUM: _each,
    PMAX: _each,
    PMIN: _each,
    PPERMUTE: _each,
    ALL_GATHER: _each_gather,
    PSUM_SCATTER: _each_scatter,
}
