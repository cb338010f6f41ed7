"""How physical arrays are laid out: the lanes first, then each lane's own axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nx import Array
from nx.effects import Stack, perform_in
from nx.primitives import P, Primitive

__all__ = ["Lanes", "Rule"]


@dataclass(frozen=True, slots=True)
class Lanes:
    """What a batching rule works with: how many lanes there are, and the stack outside the vmap.

    A rule is ``rule(lanes, primitive, operands, batched, params)``: operands are physical where
    ``batched`` says so, else the same for all lanes.  At least one is batched; every output must
    be, with the lanes in its first axis.
    """

    count: int
    rest: Stack

    def do(self, primitive: Primitive, operands: Sequence[Array], /, **params: Any) -> Any:
        """Perform a primitive outside the vmap."""
        return perform_in(self.rest, primitive, operands, params)

    def reshape(self, x: Array, shape: tuple[int, ...]) -> Array:
        """Return the same elements in another shape."""
        return x if x.shape == shape else self.do(P.reshape, [x], shape=shape)

    def permute(self, x: Array, axes: Sequence[int]) -> Array:
        """Return x with its axes in another order."""
        if list(axes) == list(range(x.ndim)):
            return x
        return self.do(P.permute_dims, [x], axes=tuple(axes))  # type: ignore[no-any-return]  # one output

    def spread(self, x: Array, batched: bool) -> Array:
        """Return x physical: repeated for each lane unless it is batched."""
        if batched:
            return x
        return self.do(P.broadcast_to, [x], shape=(self.count, *x.shape))  # type: ignore[no-any-return]  # one output

    def aligned(self, x: Array, batched: bool, rank: int) -> Array:
        """Return x with its lanes' rank raised by axes of length 1, so that shapes broadcast."""
        if not batched or x.ndim - 1 >= rank:
            return x
        n, *shape = x.shape
        return self.reshape(x, (n, *(1,) * (rank + 1 - x.ndim), *shape))


Rule = Any
"""A batching rule; see `Lanes`."""
