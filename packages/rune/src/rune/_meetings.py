"""The collectives as primitives: what lanes of a named axis compute together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import nx
from nx import Array, ArrayType
from nx.effects import Stack, perform_in
from nx.primitives import P, Primitive

__all__ = [
    "ALL_GATHER",
    "PMAX",
    "PMIN",
    "PPERMUTE",
    "PSUM",
    "PSUM_SCATTER",
    "Meeting",
    "met_on_own_axis",
]

NUMERIC: Final = ("signed", "unsigned", "floating", "complex")
ORDERED: Final = ("bool", "signed", "unsigned", "floating")


def _same(x: ArrayType, *, axis_name: Any, **_: Any) -> ArrayType:
    return x


def _gathered(x: ArrayType, *, axis_name: Any, size: int) -> ArrayType:
    return x.with_shape((size, *x.shape))


def _scattered(x: ArrayType, *, axis_name: Any, size: int) -> ArrayType:
    if x.shape[:1] != (size,):
        raise nx.ShapeError(
            f"psum_scatter: cannot scatter {x.shape} over {size} lanes\n"
            f"hint: axis 0 must have length {size}"
        )
    return x.with_shape(x.shape[1:])


# They are rows like nx's, but no backend computes them: a vmap does, from its lanes.
PSUM: Final = Primitive(
    "psum", "collective", NUMERIC, _same, "the sum over the lanes of a named axis"
)
PMAX: Final = Primitive(
    "pmax", "collective", ORDERED, _same, "the maximum over the lanes of a named axis"
)
PMIN: Final = Primitive(
    "pmin", "collective", ORDERED, _same, "the minimum over the lanes of a named axis"
)
PPERMUTE: Final = Primitive(
    "ppermute",
    "collective",
    ("bool", *NUMERIC),
    _same,
    "the value of another lane, by pairs (source, destination); 0 without one",
)
ALL_GATHER: Final = Primitive(
    "all_gather",
    "collective",
    ("bool", *NUMERIC),
    _gathered,
    "the values of all lanes, stacked in axis 0",
)
PSUM_SCATTER: Final = Primitive(
    "psum_scatter",
    "collective",
    NUMERIC,
    _scattered,
    "the sum over the lanes, of which each gets its own part of axis 0",
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One collective that all lanes of a vmap reach, and its value once they have.

    Attributes
    ----------
    type : ArrayType
        Of each lane's operand.
    value : Array or None
        Physical if ``batched``, else the same for every lane.
    """

    primitive: Primitive
    params: dict[str, Any]
    type: ArrayType
    value: Any = None
    batched: bool = False

    def __str__(self) -> str:
        params = "".join(f", {name}={value!r}" for name, value in self.params.items())
        return f"{self.primitive.name}({self.type}{params})"


# On the vmap's own axis: from the physical operand to (value, whether it is batched).
def _permuted(rest: Stack, x: Array, perm: tuple[tuple[int, int], ...]) -> Array:
    n = x.shape[0]
    source, there = [0] * n, [False] * n
    for a, b in perm:
        source[b], there[b] = a, True
    index = nx.asarray(source, dtype=nx.int64, device=x.device)
    moved: Array = perform_in(rest, P.gather, [x, index], {"axes": (0,)})
    if all(there):
        return moved
    mask = nx.asarray(np.reshape(there, (n, *(1,) * (x.ndim - 1))), device=x.device)
    zero = nx.zeros((), dtype=x.dtype, device=x.device)
    return perform_in(rest, P.where, [mask, moved, zero], {})  # type: ignore[no-any-return]  # one output


def met_on_own_axis(
    rest: Stack, primitive: Primitive, x: Array, params: dict[str, Any]
) -> tuple[Array, bool]:
    """Compute a collective of the lanes in axis 0 of a physical array."""
    if primitive is ALL_GATHER:
        return x, False
    if primitive is PPERMUTE:
        return _permuted(rest, x, params["perm"]), True
    reduction = {PSUM: P.sum, PSUM_SCATTER: P.sum, PMAX: P.max, PMIN: P.min}[primitive]
    return perform_in(rest, reduction, [x], {"axes": (0,)}), primitive is PSUM_SCATTER
