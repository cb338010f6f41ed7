"""The errors nx raises, by the kind of mistake.

Every message has the form ``<op>: cannot <action> <what> (<the numbers that clash>)``, followed by
``hint: <one remedy>`` on a line of its own where the remedy isn't obvious.  Each class also derives
from the built-in exception that NumPy users catch for the same mistake.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType, TracebackType
from typing import Any, Final, TypeVar, cast

__all__ = [
    "AxisError",
    "BackendError",
    "DTypeError",
    "DeviceError",
    "DomainError",
    "ForeignError",
    "ImmutableError",
    "IndexOutOfBoundsError",
    "LeakError",
    "LinAlgError",
    "MissingRuleError",
    "NxError",
    "OutOfMemoryError",
    "RankError",
    "ReadError",
    "ShapeError",
    "message",
    "shorten",
    "shortened",
    "shortening",
]


F = TypeVar("F", bound=Callable[..., Any])


class NxError(Exception):
    """Base class of every error raised by nx and rune."""

    __module__ = "nx"  # the name that tracebacks show is the one that users catch

    def __init_subclass__(cls) -> None:
        if cls.__module__ == __name__:
            cls.__module__ = "nx"


class ShapeError(NxError, ValueError):
    """Shapes that do not fit each other or the operation."""


class RankError(ShapeError, TypeError):
    """A 0-d array where one with axes is needed: like a number, it is no container."""


class DTypeError(NxError, TypeError):
    """A dtype the operation does not take, or a pair of dtypes without a common one."""


class DomainError(NxError, ValueError):
    """A number outside what the operation is defined for."""


class AxisError(NxError, IndexError):
    """An axis outside the array's rank, or named twice."""


class IndexOutOfBoundsError(NxError, IndexError):
    """An index outside its axis."""


class ImmutableError(NxError, TypeError):
    """An attempt to change an array in place."""


class MissingRuleError(NxError, NotImplementedError):
    """A primitive without a rule met an operand that a transformation follows."""


class BackendError(NxError, RuntimeError):
    """A backend that is unknown, unusable, or lacks a kernel."""


class DeviceError(NxError, ValueError):
    """A device that does not exist, or operands on different devices."""


class ReadError(NxError, TypeError):
    """A value asked of an array that cannot give it here."""


class LeakError(NxError, RuntimeError):
    """An array kept from a transformation that has finished."""


class ForeignError(NxError, RuntimeError):
    """An array of a transformation that runs elsewhere, in another thread for example."""


class LinAlgError(NxError, ArithmeticError, ValueError):
    """A matrix for which the factorization or the solution does not exist."""


class OutOfMemoryError(NxError, MemoryError):
    """A result that does not fit into memory."""


def message(operation: str, problem: str, hint: str | None = None) -> str:
    """Compose an error text: ``operation: problem`` and, on the next line, the hint."""
    text = f"{operation}: {problem}"
    return text if hint is None else f"{text}\nhint: {hint}"


HOUSE: Final = ("nx", "rune")
"""The packages whose frames say nothing to a user."""


def shortened(error: NxError) -> NxError:
    """Return a caught error without the house's frames below the one that caught it.

    Frames of others, such as a backend's or a handler's, stay.
    """
    caught = error.__traceback__
    here = None if caught is None else caught.tb_next
    others = []
    while here is not None:
        if here.tb_frame.f_globals.get("__name__", "").partition(".")[0] not in HOUSE:
            others.append(here)
        here = here.tb_next
    chain = None
    for tb in reversed(others):
        chain = TracebackType(chain, tb.tb_frame, tb.tb_lasti, tb.tb_lineno)
    return error.with_traceback(chain)


def shortening(function: F) -> F:
    """Make the function whose errors point at the caller's line: the house's frames left out."""

    def short(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except NxError as error:
            raise shortened(error) from error.__cause__

    # functools.wraps, without its loops: hundreds of functions pass here when nx is imported
    short.__name__ = function.__name__
    short.__qualname__ = function.__qualname__
    short.__module__ = function.__module__
    short.__doc__ = function.__doc__
    short.__annotations__ = function.__annotations__
    short.__dict__["__wrapped__"] = function
    return cast("F", short)


_SHORT: dict[Any, Any] = {}


def shorten(namespace: dict[str, Any]) -> None:
    """Put in place of a public namespace's functions, and at home, those whose errors are short.

    Those marked ``is_short``, of the eager path, stay as they are.
    """
    for name in namespace["__all__"]:
        function = namespace[name]
        if type(function) is not FunctionType or hasattr(function, "is_short"):
            continue
        if function not in _SHORT:
            _SHORT[function] = short = shortening(function)
            short.__dict__["is_short"] = True
            home = vars(sys.modules[short.__module__])  # where pickle and doctest look
            if home.get(short.__name__) is function:
                home[short.__name__] = short
        namespace[name] = _SHORT[function]
