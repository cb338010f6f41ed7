"""What an exception that crosses a transformation is told: which one, of which function."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

__all__ = ["add_note", "name_of"]


def name_of(f: Any) -> str:
    """Return what messages call a function."""
    return str(getattr(f, "__name__", type(f).__name__))


def add_note(error: BaseException, note: str) -> None:
    """Add a line to a traceback's end."""
    with suppress(AttributeError, TypeError):  # an exception class may have closed this door
        error.add_note(note)
