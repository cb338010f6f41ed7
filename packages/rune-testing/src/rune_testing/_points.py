"""The point at which a function is examined, as arrays on the host.

Its elements are counted through all leaves of the tree, each in row-major order. Moving one gives a
new tree, and the place where that element really stands after rounding.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import nx
from rune import _trees

__all__ = ["HostArray", "Index", "Place", "Point", "number"]

HostArray = np.ndarray[Any, Any]
Index = tuple[int | str, ...]


class Place(NamedTuple):
    """One element: the number of its leaf, and its index there."""

    leaf: int
    at: tuple[int, ...]


def number(element: Any) -> complex:
    """Return an element of a host array as a Python number, real where it is."""
    return complex(element) if np.iscomplexobj(element) else float(element)


def _differentiable(leaf: Any, path: str, operation: str) -> nx.Array:
    where = f" at {path}" if path else ""
    try:
        x = nx.asarray(leaf)
    except nx.DTypeError:
        raise nx.DTypeError(
            f"{operation}: cannot differentiate by a {type(leaf).__name__}{where} (no array)\n"
            "hint: leave it out of x, as a constant of the function"
        ) from None
    if x.dtype.kind not in ("floating", "complex"):
        raise nx.DTypeError(
            f"{operation}: cannot differentiate by {x.dtype.name}{where}"
            " (neither floating nor complex)\n"
            "hint: convert it with astype(nx.float32), or leave it out of x, as a constant"
        )
    return x


class Point:
    """A tree of floating or complex arrays, and how to step away from it.

    Attributes
    ----------
    arrays : list of Array
        The leaves.
    values : list of ndarray
        The same on the host.
    paths : list of str
        Where each leaf stands in the tree; empty for a tree that is one array.
    """

    def __init__(self, x: Any, operation: str) -> None:
        leaves, self.structure = _trees.flatten(x)
        if not leaves:
            raise ValueError(f"{operation}: cannot differentiate by a tree without arrays ({x!r})")
        self.operation = operation
        self.paths = [accessor.codify("") for accessor in self.structure.accessors()]
        pairs = zip(leaves, self.paths, strict=True)
        self.arrays = [_differentiable(leaf, path, operation) for leaf, path in pairs]
        self.values: list[HostArray] = [np.asarray(x) for x in self.arrays]

    def tree(self, leaves: Iterable[Any] | None = None) -> Any:
        """Return the point itself, or other leaves in its structure."""
        return _trees.unflatten(self.structure, self.arrays if leaves is None else leaves)

    def like(self, values: Iterable[HostArray]) -> Any:
        """Return the tree of host arrays, in the dtypes and on the devices of the leaves."""
        with np.errstate(all="ignore"):  # what overflows float16 is infinite there
            return self.tree(
                nx.asarray(v.astype(x.dtype.numpy), device=x.device)
                for v, x in zip(values, self.arrays, strict=True)
            )

    def map(self, function: Callable[[HostArray], HostArray]) -> Any:
        """Return the tree with a function applied to each leaf's values."""
        return self.like(function(v) for v in self.values)

    def element(self, place: Place) -> complex:
        """Return one element's value."""
        return number(self.values[place.leaf][place.at])

    def moved(self, place: Place, offset: complex) -> tuple[Any, complex]:
        """Return the tree with one element moved, and where that element then stands."""
        values = self.values[place.leaf].copy()
        values[place.at] = self.element(place) + offset
        leaves = list(self.arrays)
        leaves[place.leaf] = nx.asarray(values, device=leaves[place.leaf].device)
        return self.tree(leaves), number(values[place.at])

    def unit(self, place: Place, direction: complex) -> Any:
        """Return the tangent that moves one element only."""
        zeros = [np.zeros(v.shape, v.dtype) for v in self.values]
        zeros[place.leaf][place.at] = direction
        return self.like(zeros)

    def directions(self, place: Place) -> tuple[complex, ...]:
        """Return the ways in which an element can move: one, or two for a complex element."""
        return (1.0, 1j) if self.arrays[place.leaf].dtype.kind == "complex" else (1.0,)

    def name(self, place: Place) -> Index:
        """Return the index of an element as reports show it: the leaf's path, if any, first."""
        path = self.paths[place.leaf]
        return (path, *place.at) if path else place.at

    def places(self) -> Iterator[Place]:
        """Yield every element."""
        for leaf, values in enumerate(self.values):
            for index in np.ndindex(values.shape):
                yield Place(leaf, index)

    def chosen(self, indices: Sequence[Any] | None) -> list[Place]:
        """Return the elements that ``check_indices`` names, or raise."""
        if indices is None:
            return list(self.places())
        if not isinstance(indices, Iterable):
            raise TypeError(
                f"{self.operation}: cannot use {indices!r} as check_indices"
                " (a sequence is needed)\n"
                f"hint: check_indices=[{indices!r}]"
            )
        wanted = list(indices)
        if not wanted:
            raise ValueError(f"{self.operation}: cannot check no element (check_indices is empty)")
        return [self._place(index) for index in wanted]

    def _place(self, index: Any) -> Place:
        if isinstance(index, tuple):
            return self._place_in_array(index)
        try:
            flat = operator.index(index)
        except TypeError:
            raise TypeError(
                f"{self.operation}: cannot use {index!r} in check_indices"
                " (an int, or for one array a tuple of ints)"
            ) from None
        total = sum(v.size for v in self.values)
        if not -total <= flat < total:
            raise IndexError(
                f"{self.operation}: cannot check element {flat} (there are {total} elements)"
            )
        flat %= total
        leaf = 0
        while flat >= self.values[leaf].size:
            flat -= self.values[leaf].size
            leaf += 1
        index = np.unravel_index(flat, self.values[leaf].shape)
        return Place(leaf, tuple(int(i) for i in index))

    def _place_in_array(self, index: tuple[Any, ...]) -> Place:
        if self.paths != [""]:
            raise TypeError(
                f"{self.operation}: cannot find index {index} in a tree\n"
                "hint: an int counts the elements of all its leaves, in order"
            )
        shape = self.values[0].shape
        fits = len(index) == len(shape) and all(
            -n <= operator.index(i) < n for i, n in zip(index, shape, strict=True)
        )
        if not fits:
            raise IndexError(f"{self.operation}: cannot check index {index} (the shape is {shape})")
        return Place(0, tuple(operator.index(i) % n for i, n in zip(index, shape, strict=True)))

    @property
    def described(self) -> str:
        """What the point is made of, in short."""
        if self.paths == [""]:
            return f"{self.arrays[0].dtype.name}{list(self.arrays[0].shape)}"
        total = sum(math.prod(x.shape) for x in self.arrays)
        return f"a tree of {len(self.arrays)} arrays, {total} elements"
