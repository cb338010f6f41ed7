"""Tangents and cotangents as the caller gives them: like what they belong to, or refused."""

from __future__ import annotations

from typing import Any, Final

import nx
from nx import Array, DeviceError, ShapeError
from nx.effects import current, settle

__all__ = ["PULL", "PUSH", "like"]

PULL: Final = ("pull back", "output", "a cotangent has the output's")
PUSH: Final = ("push forward", "argument", "a tangent has its argument's")


def like(v: Any, x: Array, operation: str, words: tuple[str, str, str]) -> Array:
    """Return v as an array of x's shape, dtype and device, or raise."""
    verb, owner, rule = words
    if isinstance(v, Array):
        t = settle(current(), v, operation)
    else:
        t = nx.asarray(v, dtype=x.dtype, device=x.device)
    if t.shape != x.shape or t.dtype != x.dtype:
        given, wanted = (f"{y.dtype.name}{list(y.shape)}" for y in (t, x))
        raise ShapeError(
            f"{operation}: cannot {verb} {given} (the {owner} is {wanted})\n"
            f"hint: {rule} shape and dtype"
        )
    if t.device != x.device:
        raise DeviceError(
            f"{operation}: cannot {verb} an array on {t.device} (the {owner} is on {x.device})\n"
            f"hint: move it first: v.to_device({str(x.device)!r})"
        )
    return t
