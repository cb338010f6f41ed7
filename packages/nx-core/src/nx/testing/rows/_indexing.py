"""Rows of gather and the scatters: several index arrays, duplicates, negative indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from nx._errors import IndexOutOfBoundsError
from nx.primitives import P, Primitive
from nx.testing._operands import Operand
from nx.testing._rows import Refusal, Row, Sample

__all__ = ["ROWS", "gathered", "scattered"]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

CUBE: Final = (2, 3, 4)
MATRIX: Final = (4, 3)
DEEP: Final = (2, *(1,) * 14, 3, *(1,) * 15, 2)


def index(values: Any, dtype: str = "int64") -> Operand:
    """Return an operand of indices."""
    return Operand(values=values, dtype=dtype)


def cells(shape: Shape, indices: Any, axes: Shape) -> Iterator[tuple[Shape, tuple[Any, ...]]]:
    """Yield the place of each index in the updates, and the key of the cell it names."""
    arrays = np.broadcast_arrays(*indices)
    for place in np.ndindex(arrays[0].shape):
        key: list[Any] = [slice(None)] * len(shape)
        for array, axis in zip(arrays, axes, strict=True):
            key[axis] = int(array[place])
        yield place, tuple(key)


def gathered(x: Any, *indices: Any, axes: Shape) -> Any:
    """Pick one by one."""
    front = np.broadcast_shapes(*(i.shape for i in indices))
    rest = [n for i, n in enumerate(x.shape) if i not in axes]
    out = np.zeros((*front, *rest), x.dtype)
    for place, key in cells(x.shape, indices, axes):
        out[place] = x[key]
    return out


def scattered(combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Make an oracle that goes through the updates one by one."""

    def oracle(x: Any, updates: Any, *indices: Any, axes: Shape) -> Any:
        out = x.copy()
        for place, key in cells(x.shape, indices, axes):
            pair = (np.asarray(v, out.dtype) for v in (out[key], updates[place]))
            out[key] = combine(*pair)
        return out

    return oracle


CALLS: Final[tuple[tuple[str, Shape, Shape, Shape, list[Operand]], ...]] = (
    # name, axes, x's shape, the updates' shape, indices
    ("no duplicates", (0,), MATRIX, (2, 3), [index([2, 0])]),
    ("duplicates", (0,), MATRIX, (4, 3), [index([1, -1, 1, 1])]),
    ("along the last", (1,), MATRIX, (3, 4), [index([2, -1, 0])]),
    ("a 2-d index", (1,), CUBE, (2, 2, 2, 4), [index([[0, 2], [2, 2]])]),
    ("a 0-d index", (0,), MATRIX, (3,), [index(-2)]),
    ("two axes", (0, 2), CUBE, (3, 2, 3), [index([[0], [1], [0]]), index([3, -1])]),
    ("all axes", (0, 1, 2), CUBE, (2,), [index([0, 1]), index([2, 0]), index([1, 1])]),
    ("no index", (0,), MATRIX, (0, 3), [index(np.zeros(0))]),
    ("of an empty array", (0,), (2, 0), (3, 0), [index([1, 0, 1])]),
    ("int8", (0,), MATRIX, (2, 3), [index([3, -4], "int8")]),
    ("uint64", (0,), MATRIX, (2, 3), [index([3, 0], "uint64")]),
    ("mixed", (0, 1), MATRIX, (2,), [index([3, 0], "int32"), index([1, 2], "uint8")]),
    ("32 axes", (15,), DEEP, (2, *DEEP[:15], *DEEP[16:])[:32], [index([2, -3])]),
)

WRONG: Final[tuple[tuple[str, Shape, Shape, Shape, list[Operand]], ...]] = (
    ("an index too high", (0,), MATRIX, (2, 3), [index([0, 4])]),
    ("an index too low", (0,), MATRIX, (2, 3), [index([-5, 0])]),
    ("the second index too high", (0, 1), MATRIX, (2,), [index([0, 1]), index([0, 3])]),
    ("an index too high by far", (1,), MATRIX, (1, 4), [index([2**62])]),
    ("an unsigned index that would wrap", (0,), MATRIX, (1, 3), [index([2**64 - 1], "uint64")]),
    ("an index into nothing", (0,), (0, 3), (1, 3), [index([0])]),
)


def _row(
    primitive: Primitive, oracle: Any, domain: dict[str, Any], has_updates: bool, **options: Any
) -> Row:
    def operands(shape: Shape, updates: Shape, indices: list[Operand]) -> tuple[Operand, ...]:
        shapes = (shape, updates) if has_updates else (shape,)
        return (*(Operand(shape=s, **domain) for s in shapes), *indices)

    samples = tuple(
        Sample(name=name, operands=operands(shape, updates, indices), params={"axes": axes})
        for name, axes, shape, updates, indices in CALLS
    )
    refusals = tuple(
        Refusal(
            name=name,
            operands=operands(shape, updates, indices),
            params={"axes": axes},
            error=IndexOutOfBoundsError,
        )
        for name, axes, shape, updates, indices in WRONG
    )
    return Row(primitive=primitive, oracle=oracle, samples=samples, refusals=refusals, **options)


def _sizes(x: Any, updates: Any, *indices: Any, axes: Shape) -> Any:
    sizes = (np.asarray(abs(x)), np.asarray(abs(updates)))
    return scattered(lambda a, b: a + b)(*sizes, *indices, axes=axes)


def _smaller(old: Any, new: Any) -> Any:
    return np.where(new < old, new, old)


def _larger(old: Any, new: Any) -> Any:
    return np.where(new > old, new, old)


BITS: Final = {"patterns": True}

ROWS: Final = (
    _row(P.gather, gathered, BITS, False, mode="bits"),
    _row(P.scatter_set, scattered(lambda _old, new: new), BITS, True, mode="bits"),
    _row(
        P.scatter_add,
        scattered(lambda old, new: old + new),
        {},
        True,
        ulps=4.0,
        magnitude=_sizes,
    ),
    _row(P.scatter_multiply, scattered(lambda old, new: old * new), {"gap": 0.5}, True, ulps=8.0),
    _row(P.scatter_min, scattered(_smaller), {}, True, ulps=0.5),
    _row(P.scatter_max, scattered(_larger), {}, True, ulps=0.5),
)
