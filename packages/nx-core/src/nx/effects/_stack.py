"""The stack of handlers of the current context.

A stack is ``None`` or ``(handler, rest)``, held in a `ContextVar`; an operation meets the innermost
handler first.  Threads begin with an empty stack; tasks inherit a copy.
"""

from __future__ import annotations

import warnings
from contextvars import ContextVar, Token
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

from nx._errors import NxError, message

if TYPE_CHECKING:
    from nx.effects._handler import Handler

__all__ = ["Stack", "current", "handling", "running_in"]

Stack: TypeAlias = "tuple[Handler, Stack] | None"

STACK: ContextVar[Stack] = ContextVar("nx.effects.stack", default=None)
current = STACK.get


class running_in:  # noqa: N801 - used as a context manager, like contextlib's
    """Run a block with another stack, as rules written with public functions need it."""

    __slots__ = ("_stack", "_token")

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def __enter__(self) -> None:
        self._token: Token[Stack] = STACK.set(self._stack)

    def __exit__(self, *exc: object) -> None:
        STACK.reset(self._token)


class handling:  # noqa: N801 - used as a context manager, like contextlib's
    """Install a handler around a block of user code; it has finished when the block ends.

    Parameters
    ----------
    handler : Handler
        Sees every operation of the block first.

    Examples
    --------
    >>> import nx
    >>> from nx.effects import Handler, handling
    >>> class Count(Handler):
    ...     n = 0
    ...     def perform(self, primitive, operands, params, rest):
    ...         self.n += 1
    ...         return super().perform(primitive, operands, params, rest)
    >>> x = nx.ones(3)
    >>> with handling(Count()) as count:
    ...     y = x * x + x
    >>> count.n
    2
    """

    __slots__ = ("_handler", "_token", "stack")

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __enter__(self) -> Any:
        handler = self._handler
        if handler.installed:
            what = type(handler).__name__.lower()
            raise NxError(message("handling", f"cannot install a {what} twice", "make a new one"))
        handler.installed = True
        self.stack: Stack = (handler, current())
        self._token: Token[Stack] = STACK.set(self.stack)
        return handler

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._handler.live = False
        leave(self.stack, self._token)


def leave(stack: Stack, token: Token[Stack]) -> None:
    """Restore the stack, as well as can be where a generator's block ended among somebody else's.

    The blocks that are still open then keep their handlers; this one's has finished and is skipped.
    """
    if current() is not stack:
        warnings.warn(
            "a block that handles nx's operations ended out of order, as when it contains a yield: "
            "operations of the consumer were handled too",
            RuntimeWarning,
            stacklevel=3,
        )
        return
    try:
        STACK.reset(token)
    except ValueError:  # a copy of the context the block was entered in
        STACK.set(stack[1] if stack else None)
    rest = current()
    if rest is not None and not rest[0].live:  # left behind by a block that ended out of order
        while rest is not None and not rest[0].live:
            rest = rest[1]
        STACK.set(rest)
