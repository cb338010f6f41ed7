"""Forward mode: a handler that carries a tangent beside each value.

It knows no operation by name and uses the same rows as reverse mode.  Tangents are arrays as the
enclosing handlers see them, so forward mode nests in itself and in every other transformation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nx
from nx import Array
from nx.effects import Stack, annotate, perform_in, running_in
from nx.primitives import Primitive

from rune._differentiation import Differentiation, row_of

__all__ = ["Forward", "fitted"]


class Forward(Differentiation):
    """Compute the tangent of each result along with it."""

    mode = "forward"

    def perform(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        tangents: list[Array | None] = []
        lower: list[Array] = []
        followed = False
        for x in operands:
            if x._type.annotated and x._handler is self:
                tangents.append(x._info)
                lower.append(x._below)
                followed = True
            else:
                tangents.append(None)
                lower.append(x)
        row = row_of(primitive, followed)
        if row is None:
            return self.without_row(primitive, operands, lower, params, rest)
        out = perform_in(rest, primitive, lower, params)
        several = type(out) is tuple
        if not several and not out._type.inexact:
            return out
        with running_in(rest):
            t = row.push(primitive, tangents, out, lower, params)
            if several:
                return tuple(self._followed(x, y) for x, y in zip(out, t, strict=True))
            return self._followed(out, t)

    def _followed(self, out: Array, tangent: Array | None) -> Array:
        if tangent is None:
            return out
        return annotate(self, out, fitted(tangent, out))

    def input(self, x: Array, tangent: Array) -> Array:
        """Return a fresh alias of an input that carries its tangent."""
        return annotate(self, x, tangent)

    def tangent_of(self, x: Array) -> Array:
        """Return the tangent of an array, zeros if this handler does not follow it."""
        if self.owns(x):
            tangent: Array = x._info
            return tangent
        return nx.zeros_like(x)


def fitted(t: Array, out: Array) -> Array:
    """Return a tangent of its output's dtype and shape."""
    type_ = out._type.plain
    if t._type.plain is type_:
        return t
    if type_.dtype.kind != "complex" and t._type.dtype.kind == "complex":
        t = nx.real(t)
    if t._type.dtype is not type_.dtype:
        t = nx.astype(t, type_.dtype)
    return t if t._type.shape == type_.shape else nx.broadcast_to(t, type_.shape)
