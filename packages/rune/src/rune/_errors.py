"""Errors of the transformations that nx does not have."""

from __future__ import annotations

from nx import NxError

__all__ = ["CollectiveError", "PathError"]


class CollectiveError(NxError):
    """Lanes of a `vmap` do not meet in a collective, or there is no such axis."""


class PathError(NxError):
    """The lanes of a `vmap` take more paths than allowed."""
