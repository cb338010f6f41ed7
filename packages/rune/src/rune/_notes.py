"""What exceptions and warnings that cross a transformation tell: its name, and the user's line."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import FrameType
from typing import Any

from nx._errors import HOUSE

__all__ = ["add_note", "depth_of_user", "name_of"]


def name_of(f: Any) -> str:
    """Return what messages call a function."""
    return str(getattr(f, "__name__", type(f).__name__))


def add_note(error: BaseException, note: str) -> None:
    """Add a line to a traceback's end."""
    with suppress(Exception):  # an exception class may have closed this door
        error.add_note(note)


def depth_of_user() -> int:
    """Return the stacklevel of the user's frame, for a warning that the caller gives."""
    depth = 1
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in HOUSE:
        depth += 1
        frame = frame.f_back
    return depth
