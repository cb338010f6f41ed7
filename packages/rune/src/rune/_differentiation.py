"""What the handlers of both modes of differentiation share."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

from nx import Array, MissingRuleError, ReadError
from nx.effects import Handler, Stack, perform_in, read_in, running_in
from nx.primitives import Primitive

from rune import _derivatives
from rune._derivatives import ROWS, Row

__all__ = ["Differentiation", "row_of"]

# The kernels that a handler calls itself may be bare ufuncs; nx is silent about inf and NaN.
warnings.filterwarnings("ignore", r".* encountered in ", RuntimeWarning, r"rune\.")


def row_of(primitive: Primitive, followed: bool) -> Row | None:
    """Return the row by which an operation is differentiated, None if it isn't.

    A collective is always recorded, also with a constant operand: the lanes of a `vmap` that take
    different paths must meet in its derivative as they did in itself.
    """
    return ROWS.get(primitive) if followed or primitive.family == "collective" else None


class Differentiation(Handler):
    """Base class of the handlers that differentiate."""

    title = "differentiation"
    differentiates = True
    mode: ClassVar[str]

    def without_row(
        self,
        primitive: Primitive,
        operands: Sequence[Array],
        lower: Sequence[Array],
        params: dict[str, Any],
        rest: Stack,
    ) -> Any:
        """Perform what is not recorded: constants, zero derivatives, composites by their parts."""
        if primitive in _derivatives.ZERO or not any(
            a is not b for a, b in zip(operands, lower, strict=True)
        ):
            return perform_in(rest, primitive, lower, params)
        if primitive.decomposition is not None:
            with running_in((self, rest)):
                return primitive.decomposition(*operands, **params)
        reason = _derivatives.REFUSED.get(primitive, "it has no derivative rule")
        raise MissingRuleError(
            f"{primitive.name}: cannot differentiate in {self.mode} mode ({reason})\n"
            "hint: use rune.detach on its operands if they are constants here"
        )

    def read(self, x: Array, kind: str, rest: Stack) -> Any:
        if kind == "export" and self.owns(x):
            raise ReadError(
                f"numpy: cannot export an array of shape {x.shape} that is being differentiated\n"
                "hint: rune.detach(x) gives its value as a constant"
            )
        return read_in(rest, self.lower(x), kind)
