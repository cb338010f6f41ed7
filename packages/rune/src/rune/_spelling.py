"""Calls written as JAX has them, told from ours where that can be."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["check_not_jax", "one_list", "required"]


def check_not_jax(f: Callable[..., Any], x: Any, v: Any, operation: str) -> None:
    """Raise for ``jvp(f, (x, y), (v, w))``: tuples for a function of that many arguments."""
    if not (type(x) is tuple and type(v) in (tuple, list) and len(x) == len(v)):
        return
    if len(x) == 1 or required(f, unknown=1) == len(x):
        many = "s" if len(x) > 1 else ""
        spelling = {
            "jvp": f"{operation}{many}(f, x{many}, v{many})",
            "vjp": f"{operation}{many}(f, x{many}, v)",
        }[operation]
        raise TypeError(
            f"{operation}: cannot take a tuple of {len(x)} for one argument (JAX's spelling)\n"
            f"hint: {spelling}" + (", where f takes one list" if many else "")
        )


def one_list(args: tuple[Any, ...], operation: str, otherwise: str) -> list[Any]:
    """Return the elements of the one list that a function of lists is called with, or raise."""
    if len(args) != 1 or not isinstance(args[0], (list, tuple)):
        given = ", ".join(type(x).__name__ for x in args)
        raise TypeError(
            f"{operation}: cannot take ({given}); its function takes one list of arrays\n"
            f"hint: {operation}(f)([x, y]), or {otherwise}"
        )
    return list(args[0])


def required(f: Callable[..., Any], unknown: int) -> int:
    """Return how many positional arguments a function needs, ``unknown`` if it can't be told."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        return unknown
    return sum(
        p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        for p in parameters
    )
