"""What a handler is: an object that sees every operation performed inside its block.

The base class passes everything on unchanged; a transformation overrides what it cares about.  A
handler works in ``rest``, the stack outside it, which it is handed; it never knows an operation by
name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from nx._array import Array
from nx.effects import _perform
from nx.effects._stack import Stack
from nx.primitives import Primitive

__all__ = ["Handler"]


class Handler:
    """Base class of all handlers.

    Attributes
    ----------
    installed : bool
        True once its block has begun; a handler serves one.
    live : bool
        False once its block has ended; it is skipped then.
    title : str
        What error messages call it; the class's name if empty.
    leaves_values : bool
        Whether an annotated array is still an array once the handler has finished (as in
        differentiation), or an error (as in batching, where it has no value of its own).
    differentiates : bool
        Whether `no_grad` and `detach` hide arrays from it.
    """

    installed: bool = False
    live: bool = True
    title: ClassVar[str] = ""
    leaves_values: ClassVar[bool] = True
    differentiates: ClassVar[bool] = False

    def perform(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        """Perform a primitive; returns its output, a tuple for a primitive of several."""
        return _perform.perform_in(rest, primitive, operands, params)

    def read(self, x: Array, kind: str, rest: Stack) -> Any:
        """Give an array's value to Python, as a NumPy array.

        ``kind`` is ``"bool"``, ``"int"``, ``"float"``, ``"complex"``, ``"index"`` or ``"item"`` for
        one element, ``"mask"`` for a bool array whose true places are wanted, and ``"export"`` for
        the whole.
        """
        return _perform.read_in(rest, self.lower(x), kind)

    def draw(self, rest: Stack) -> Array:
        """Give the next random key of the ambient generator, uint32 of shape (2,)."""
        return _perform.draw_in(rest)

    def owns(self, x: Array) -> bool:
        """Tell whether an array carries this handler's annotation."""
        return x._type.annotated and x._handler is self

    def info(self, x: Array) -> Any:
        """Return what this handler annotated an array with; only for arrays it `owns`."""
        return x._info

    def lower(self, x: Array) -> Array:
        """Return the array the enclosing handlers see."""
        return x._below if x._type.annotated and x._handler is self else x

    def shown(self, x: Array) -> Array:
        """Return what is below an array of this handler's, as ``repr`` and `debug` show it."""
        return x._below
