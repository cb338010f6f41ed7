"""Derivatives of the collectives."""

from __future__ import annotations

from typing import Any, Final

import nx
from nx import Array
from nx.effects import current, perform, settle
from nx.primitives import Primitive

from rune._derivatives._rows import Row
from rune._meetings import ALL_GATHER, PMAX, PMIN, PPERMUTE, PSUM, PSUM_SCATTER

__all__ = ["ROWS"]


class Collective(Row):
    """A collective's rule: it is recorded and transposed in any case, zeros made explicit.

    ``transpose`` is ``(g, out, x, **params)``; ``jvp`` is ``(t, out, x, **params)``, by default the
    collective of the tangent.
    """

    __slots__ = ("jvp", "transpose")

    def __init__(self, transpose: Any, jvp: Any = None) -> None:
        self.transpose = transpose
        self.jvp = jvp
        self.saves_out = True
        self.saves_first = True

    def saves(self, i: int) -> bool:
        return True

    def pull(self, g: Any, node: Any) -> list[Any]:
        settle(current(), node.operands[0], "pullback")  # other lanes of the name are not its own
        return [self.transpose(g, node.out, node.operands[0], **node.params)]

    def push(self, primitive: Any, tangents: Any, out: Any, operands: Any, params: Any) -> Any:
        (t,), (x,) = tangents, operands
        t = nx.zeros_like(x) if t is None else t
        if self.jvp is not None:
            return self.jvp(t, out, x, **params)
        return perform(primitive, t, **params)


def _share(out: Array, x: Array, axis_name: Any) -> Array:
    """Return the lane's share in an extremum: lanes that tie share equally."""
    tie = nx.astype(x == out, out.dtype)
    return tie / perform(PSUM, tie, axis_name=axis_name)


def _extremum_vjp(g: Array, out: Array, x: Array, *, axis_name: Any) -> Array:
    return perform(PSUM, g, axis_name=axis_name) * _share(out, x, axis_name)


def _extremum_jvp(t: Array, out: Array, x: Array, *, axis_name: Any) -> Array:
    return perform(PSUM, t * _share(out, x, axis_name), axis_name=axis_name)


def _ppermute_back(g: Array, _out: Array, _x: Array, *, axis_name: Any, perm: Any) -> Array:
    return perform(PPERMUTE, g, axis_name=axis_name, perm=tuple((b, a) for a, b in perm))


ROWS: Final[dict[Primitive, Row]] = {
    PSUM: Collective(lambda g, _out, _x, **params: perform(PSUM, g, **params)),
    PMAX: Collective(_extremum_vjp, _extremum_jvp),
    PMIN: Collective(_extremum_vjp, _extremum_jvp),
    PPERMUTE: Collective(_ppermute_back),
    ALL_GATHER: Collective(lambda g, _out, _x, **params: perform(PSUM_SCATTER, g, **params)),
    PSUM_SCATTER: Collective(lambda g, _out, _x, **params: perform(ALL_GATHER, g, **params)),
}
