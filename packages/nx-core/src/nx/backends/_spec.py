"""The plugin interface: one hook that returns backend specifications.

A plugin is a module (or object) registered under the entry-point group ``nx.backends`` that
implements ``nx_backends``; importing it must not import compiled code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from nx.backends._protocol import Backend

__all__ = ["API_VERSION", "GROUP", "PROJECT", "BackendSpec", "hookimpl"]

API_VERSION = 1
GROUP = "nx.backends"
PROJECT = "nx"
F = TypeVar("F", bound=Callable[..., Any])


def hookimpl(function: F) -> F:
    """Mark a plugin's function as an implementation of nx's hook.

    It is pluggy's marker of the project ``nx``; pluggy is imported when a plugin is, not before.
    """
    from pluggy import HookimplMarker  # noqa: PLC0415 - costs `import nx` 4 ms

    return HookimplMarker(PROJECT)(function)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendSpec:
    """What a plugin tells of a backend before it is loaded.

    Parameters
    ----------
    name : str
        What users select it by; lower case, no colon.
    api_version : int
        The `API_VERSION` it was written for.
    probe : callable
        Returns None if the backend can be used here, else the reason why not; cheap.
    load : callable
        Returns the `Backend`; called once, when it is first needed.
    priority : int
        The highest available one is the default; NumPy's is 0.
    """

    name: str
    api_version: int
    probe: Callable[[], str | None]
    load: Callable[[], Backend]
    priority: int = 0
