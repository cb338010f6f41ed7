"""The door for members of the array that a backend has compiled.

Some operations, such as ``x[1:]``, cost less than a Python function's call.  A backend may give
descriptors to stand in front of Python's own on `nx.Array`; each does what the Python function does
where nobody looks on (no handler, a plain array of the backend's storage, plain arguments), and
calls it everywhere else.  Without them everything is the same, only slower.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nx._array import Array
from nx._types import ArrayType
from nx.effects._stack import Stack, current

if TYPE_CHECKING:
    from nx.backends._protocol import Backend

__all__ = ["Door", "install", "replaced"]


@dataclass(frozen=True, slots=True)
class Door:
    """What a compiled member needs.

    Attributes
    ----------
    array : type
        `nx.Array`, with the slots ``_type`` and ``_data``.
    array_type : type
        `nx.ArrayType`, with the slot ``annotated`` and the method ``with_shape(shape)``.
    current : callable
        Gives the stack of handlers: None if there is none.
    getitem, reshape, transposed : callable
        The Python functions behind ``x[index]``, ``x.reshape(*shape)`` and ``x.T``.
    """

    array: type[Array]
    array_type: type[ArrayType]
    current: Callable[[], Stack]
    getitem: Callable[..., Any]
    reshape: Callable[..., Any]
    transposed: Callable[..., Any]


replaced: dict[str, Any] = {}
"""Python's own members that compiled ones stand in front of, by name."""


def install(backend: Backend) -> None:
    """Put a backend's compiled members on the array; called once, before its first array is made.

    The first backend that has any gives them.  With ``NX_CHECK=1`` nobody does: every result is to
    be looked at.
    """
    if replaced or os.environ.get("NX_CHECK") == "1":
        return
    own = vars(Array)
    door = Door(Array, ArrayType, current, own["__getitem__"], own["reshape"], own["T"].fget)
    for name, member in backend.shortcuts(door).items():
        replaced[name] = own[name]
        setattr(Array, name, member)
