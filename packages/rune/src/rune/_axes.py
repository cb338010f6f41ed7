"""Which axes a `vmap` maps: JAX's spelling (ints and None) and the reference document's."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import optree
from nx import AxisError

from rune import _trees

__all__ = [
    "Container",
    "Map",
    "NoMap",
    "OutContainer",
    "OutSingle",
    "Single",
    "as_in_axes",
    "as_out_axes",
    "spread",
]


@dataclass(frozen=True, slots=True)
class Map:
    """Map this axis of an argument."""

    axis: int


class _NoMap:
    """Do not map an argument: every lane gets the whole of it."""

    def __repr__(self) -> str:
        return "NoMap"

    def __reduce__(self) -> str:
        return "NoMap"


NoMap: Final = _NoMap()
"""Do not map an argument: every lane gets the whole of it."""


@dataclass(frozen=True, slots=True)
class Single:
    """The axis of a function's one argument: ``Single(Map(1))``."""

    axis: Any


@dataclass(frozen=True, slots=True)
class Container:
    """The axes of a function's one argument, a tree: ``Container([Map(0), NoMap])``."""

    axes: Any


@dataclass(frozen=True, slots=True)
class OutSingle:
    """The axis of the lanes in a function's one output, None to have it unmapped."""

    axis: int | None


@dataclass(frozen=True, slots=True)
class OutContainer:
    """The axes of the lanes in a tree of outputs."""

    axes: Any


_WORDS: Final = (Map, _NoMap, Single, OutSingle, Container, OutContainer)


def _plain(axes: Any, operation: str) -> Any:
    """Return a tree of axes with ints and None in place of the reference document's words."""
    if type(axes) is int:
        return axes

    def one(axis: Any) -> Any:
        while isinstance(axis, (Single, OutSingle, Map)):
            axis = axis.axis
        if isinstance(axis, (Container, OutContainer)):
            return _plain(axis.axes, operation)
        if axis is None or isinstance(axis, _NoMap):
            return None
        try:
            if isinstance(axis, bool):
                raise TypeError
            return operator.index(axis)
        except TypeError:
            raise AxisError(
                f"{operation}: cannot use {axis!r} as an axis\n"
                "hint: an int or Map(int), None or NoMap, or a tree of them"
            ) from None

    options: dict[str, Any] = {
        "is_leaf": lambda x: isinstance(x, _WORDS),
        "none_is_leaf": True,
        "namespace": _trees.NAMESPACE,
    }
    leaves = optree.tree_leaves(axes, **options)
    _trees.flatten([x for x in leaves if not isinstance(x, _WORDS)])  # registers dataclasses
    return optree.tree_map(one, axes, **options)


def as_in_axes(axes: Any, count: int, operation: str) -> tuple[Any, ...]:
    """Return one tree of ints and None for each of the positional arguments."""
    if isinstance(axes, (Single, Container)):
        whole = axes.axis if isinstance(axes, Single) else axes.axes
        if count != 1:
            raise AxisError(
                f"{operation}: cannot map {count} arguments by {axes!r}, which is for one\n"
                f"hint: in_axes=({', '.join(['0'] * count)})"
            )
        return (_plain(whole, operation),)
    if isinstance(axes, (list, tuple)):
        if len(axes) != count:
            raise AxisError(
                f"{operation}: cannot map {count} arguments by in_axes of length {len(axes)} "
                f"({axes!r})"
            )
        return tuple(_plain(a, operation) for a in axes)
    return (_plain(axes, operation),) * count


def as_out_axes(axes: Any, operation: str) -> Any:
    """Return a tree of ints and None for the result."""
    return _plain(axes, operation)


def spread(
    axes: Any, tree: Any, operation: str, what: str, given: Any = None
) -> Sequence[int | None]:
    """Return the axis of each leaf of a tree, whose beginning the axes' tree is.

    An error shows them as ``given``, if that is another spelling.
    """
    known, _ = _trees.flatten(tree)  # registers dataclasses
    if type(axes) is int:
        return [axes] * len(known)
    try:
        found = optree.broadcast_prefix(axes, tree, none_is_leaf=True, namespace=_trees.NAMESPACE)
    except ValueError as error:
        raise AxisError(
            f"{operation}: cannot match {what} {axes if given is None else given!r} "
            f"with its tree ({error})\n"
            f"hint: {what} is a tree like it, or one axis for a whole branch"
        ) from None
    leaves = optree.tree_leaves(tree, none_is_leaf=True, namespace=_trees.NAMESPACE)
    return [a for a, leaf in zip(found, leaves, strict=True) if leaf is not None]
