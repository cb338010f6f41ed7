"""The three effects: perform a primitive, read a value, draw a random key.

Each goes through the handlers of a stack, innermost first, and at its end to the backend (or the
ambient generator).  On the way into every handler and kernel operands are settled: annotations that
no longer hold fall away or raise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nx import _execute
from nx._array import Array
from nx._errors import ForeignError, LeakError, NxError, message, shortened
from nx.effects._stack import Stack, current
from nx.primitives import Primitive

__all__ = [
    "draw",
    "draw_in",
    "perform",
    "perform_in",
    "perform_several",
    "read",
    "read_in",
    "settle",
]


def perform(primitive: Primitive, *operands: Array, **params: Any) -> Array:
    """Perform a primitive in the current context.

    Parameters
    ----------
    primitive : Primitive
        A row of `nx.primitives.P`.
    *operands : Array
        Its arrays, of the dtypes and shapes it takes.
    **params
        Everything else, hashable.

    Returns
    -------
    Array
        `perform_several` is the same for primitives of several outputs, and returns a tuple of
        Array.

    Examples
    --------
    >>> import nx
    >>> from nx.effects import perform
    >>> perform(nx.primitives.P.sum, nx.ones((2, 3)), axes=(0,))
    Array([2., 2., 2.], dtype=float32)
    """
    try:
        return perform_in(current(), primitive, operands, params)  # type: ignore[no-any-return]  # one
    except NxError as error:  # costs nothing until it is needed
        raise shortened(error) from error.__cause__


def perform_several(primitive: Primitive, *operands: Array, **params: Any) -> tuple[Array, ...]:
    """Perform a primitive of several outputs in the current context; see `perform`."""
    try:
        return perform_in(current(), primitive, operands, params)  # type: ignore[no-any-return]  # more
    except NxError as error:
        raise shortened(error) from error.__cause__


def perform_in(
    stack: Stack, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any]
) -> Any:
    """Perform a primitive in the given stack: what a handler does with ``rest``."""
    if stack is None and not params:  # the eager path once more: see nx._eager
        type_ = operands[0]._type
        kernel = type_.kernels[primitive.index]
        if kernel is not None:
            out = Array()
            out._type = type_
            try:
                if len(operands) == 1:
                    out._data = kernel(operands[0]._data)
                    return out
                if type_ is operands[1]._type:
                    out._data = kernel(operands[0]._data, operands[1]._data)
                    return out
            except (RuntimeWarning, MemoryError):  # the plan's way is quiet, and explains itself
                pass
    while stack is not None and not stack[0].live:
        stack = stack[1]
    for x in operands:
        if x._type.annotated and (stack is None or x._handler is not stack[0]):
            operands = [settle(stack, x, primitive.name) for x in operands]
            break
    if stack is None:
        return _execute.execute(primitive, operands, params)
    return stack[0].perform(primitive, operands, params, stack[1])


def settle(stack: Stack, x: Array, operation: str = "settle") -> Array:
    """Return the array as this stack may see it.

    Raises
    ------
    LeakError
        If it was kept from a finished transformation that leaves no value.
    ForeignError
        If its transformation is running, but not here.
    """
    while x._type.annotated:
        handler = x._handler
        if handler.live:
            if not _contains(stack, handler):
                what = handler.title or type(handler).__name__.lower()
                problem = (
                    f"cannot use an array of shape {x._type.shape} "
                    f"that a running {what} follows elsewhere"
                )
                hint = "pass it through the transformed function's arguments, or use detach(x)"
                raise ForeignError(message(operation, problem, hint))
            return x
        if not handler.leaves_values:
            what = handler.title or type(handler).__name__.lower()
            problem = (
                f"cannot use an array of shape {x._type.shape} kept from a {what} that has finished"
            )
            raise LeakError(
                message(operation, problem, "return it from the transformed function instead")
            )
        x = x._below
    return x


def _contains(stack: Stack, handler: Any) -> bool:
    while stack is not None:
        if stack[0] is handler:
            return True
        stack = stack[1]
    return False


def read(x: Array, kind: str) -> np.ndarray[Any, Any]:
    """Read an array's value in the current context."""
    return read_in(current(), x, kind)


def read_in(stack: Stack, x: Array, kind: str) -> np.ndarray[Any, Any]:
    """Read an array's value in the given stack: what a handler does with ``rest``."""
    while stack is not None and not stack[0].live:
        stack = stack[1]
    x = settle(stack, x, kind)
    if stack is None:
        return _execute.value(x)
    value: np.ndarray[Any, Any] = stack[0].read(x, kind, stack[1])
    return value


_ambient: list[Callable[[], Array]] = []


def set_ambient(draw_key: Callable[[], Array]) -> None:
    """Tell where random keys come from when no handler gives them; called once, by `nx.random`."""
    _ambient[:] = [draw_key]


def draw() -> Array:
    """Draw the next random key, uint32 of shape (2,), in the current context."""
    return draw_in(current())


def draw_in(stack: Stack) -> Array:
    """Draw the next random key in the given stack: what a handler does with ``rest``."""
    while stack is not None and not stack[0].live:
        stack = stack[1]
    if stack is None:
        return _ambient[0]()
    return stack[0].draw(stack[1])
