"""Trees of arrays: what a transformed function takes and returns.

A tree is an array or a dict, list, tuple, namedtuple, dataclass or registered class of trees; None
is an empty one.  optree does the work; dataclasses are registered with it when they are first met.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import optree
from nx import Array

__all__ = ["flatten", "map_leaves", "register", "unflatten"]

NAMESPACE = "rune"
T = TypeVar("T")
Structure = optree.PyTreeSpec
_registered: set[type] = set()
_registering = threading.Lock()


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """Return the leaves of a tree and its structure."""
    leaves, structure = optree.tree_flatten(tree, namespace=NAMESPACE)
    others = [x for x in leaves if type(x) is not Array]
    if others and _register_dataclasses(others):
        return flatten(tree)
    return leaves, structure


def unflatten(structure: Structure, leaves: Iterable[Any]) -> Any:
    """Return the tree of a structure and leaves."""
    return optree.tree_unflatten(structure, leaves)


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """Return the tree with a function applied to each leaf."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [function(x) for x in leaves])


def _register_dataclasses(leaves: list[Any]) -> bool:
    found = {type(x) for x in leaves if dataclasses.is_dataclass(x) and not isinstance(x, type)}
    with _registering:
        for cls in found - _registered:  # another thread may have met it meanwhile
            names = [f.name for f in dataclasses.fields(cls) if f.init]
            register(cls, _reader(names), _builder(cls, names))
            _registered.add(cls)
    return bool(found)


def _reader(names: list[str]) -> Callable[[Any], tuple[Iterable[Any], Any]]:
    return lambda x: ([getattr(x, n) for n in names], None)


def _builder(cls: type[T], names: list[str]) -> Callable[[Any, Iterable[Any]], T]:
    return lambda _, children: cls(**dict(zip(names, children, strict=True)))


def register(
    cls: type[T],
    flatten: Callable[[T], tuple[Iterable[Any], Any]],
    unflatten: Callable[[Any, Iterable[Any]], T],
) -> None:
    """Register a class as a kind of tree.

    Parameters
    ----------
    cls : type
    flatten : callable
        Returns an instance's children and hashable auxiliary data.
    unflatten : callable
        Takes the auxiliary data and the children, returns an instance.

    Examples
    --------
    >>> import nx, rune
    >>> class Pair:
    ...     def __init__(self, a, b):
    ...         self.a, self.b = a, b
    >>> rune.register_tree(Pair, lambda p: ((p.a, p.b), None), lambda _, c: Pair(*c))
    >>> rune.grad(lambda p: p.a * p.b)(Pair(nx.asarray(2.0), nx.asarray(3.0))).a
    Array(3., dtype=float32)
    """
    optree.register_pytree_node(
        cls,  # type: ignore[arg-type]  # optree wants its own generic protocols
        lambda x: (*flatten(x), None),  # type: ignore[arg-type]  # the same
        unflatten,  # type: ignore[arg-type]  # the same
        namespace=NAMESPACE,
    )
