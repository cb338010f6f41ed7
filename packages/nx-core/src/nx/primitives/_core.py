"""What a primitive is, and the one table that holds them all.

A primitive is declared in one row: name, family, the kinds of dtype it takes, the rule that infers
its outputs' types, and what it computes.  Arrays are positional operands; all else is a hashable
keyword. A composite is a row with a decomposition into other primitives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from nx._dtypes import DType
from nx._errors import DTypeError, message
from nx._types import UNRESOLVED, ArrayType

__all__ = [
    "BITS",
    "BOOL",
    "COMPLEX",
    "FLOATING",
    "INEXACT",
    "INTEGRAL",
    "NUMERIC",
    "ORDERED",
    "REAL",
    "REGULAR",
    "STORABLE",
    "P",
    "Primitive",
    "declare",
]

BOOL: Final = ("bool",)
INTEGRAL: Final = ("signed", "unsigned")
FLOATING: Final = ("floating",)
COMPLEX: Final = ("complex",)
BITS: Final = BOOL + INTEGRAL
REAL: Final = INTEGRAL + FLOATING
ORDERED: Final = BOOL + REAL
INEXACT: Final = FLOATING + COMPLEX
NUMERIC: Final = REAL + COMPLEX
REGULAR: Final = BOOL + NUMERIC
STORABLE: Final = (*REGULAR, "storage")

Infer = Callable[..., ArrayType | tuple[ArrayType, ...]]

PLANS_KEPT: Final = 4096


class Primitive:
    """One operation that backends compute and transformations have rules for.

    Attributes
    ----------
    name : str
        Unique; also the name of the kernel.
    family : str
        ``"elementwise"``, ``"reduction"``, ``"scan"``, ``"move"``, ``"gather"``, ``"scatter"``,
        ``"sort"``, ``"matmul"``, ``"window"``, ``"linalg"``, ``"fft"``, ``"random"``,
        ``"creation"``, ``"convert"``. Batching goes by it.
    takes : tuple of str
        The kinds of dtype its operands may have.
    infer : callable
        ``infer(*types, **params)`` gives the output's `ArrayType`, or a tuple for several outputs.
    doc : str
        What it computes: the reference semantics.
    decomposition : callable or None
        For composites: the same in public functions.
    index : int
        Its place in the eager fast path's tables.
    """

    __slots__ = ("decomposition", "doc", "family", "index", "infer", "name", "plans", "takes")

    def __init__(
        self,
        name: str,
        family: str,
        takes: tuple[str, ...],
        infer: Infer,
        doc: str,
        decomposition: Callable[..., Any] | None = None,
    ) -> None:
        self.name: Final = name
        self.family: Final = family
        self.takes: Final = takes
        self.infer: Final = infer
        self.doc: Final = doc
        self.decomposition: Final = decomposition
        self.index: Final = len(UNRESOLVED)
        self.plans: Final[dict[Any, Any]] = {}
        UNRESOLVED.append(None)

    def __repr__(self) -> str:
        return f"P.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_named, (self.name,))

    def accept(self, *dtypes: DType) -> None:
        """Raise `DTypeError` unless the primitive takes every one of these dtypes."""
        for dtype in dtypes:
            if dtype.kind not in self.takes:
                kinds = ", ".join(self.takes)
                problem = f"cannot take {dtype.name} (it takes dtypes of kind {kinds})"
                raise DTypeError(message(self.name, problem, "convert with astype(...)"))


class _Primitives:
    """All primitives, as attributes: ``P.add``."""

    def __init__(self) -> None:
        self._rows: dict[str, Primitive] = {}

    if TYPE_CHECKING:  # at run time the rows are plain attributes, which are read faster

        def __getattr__(self, name: str) -> Primitive: ...

    def __iter__(self) -> Iterator[Primitive]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __dir__(self) -> list[str]:
        return sorted(self._rows)


P: Final = _Primitives()


def _named(name: str) -> Primitive:
    return P._rows[name]


def declare(
    name: str,
    family: str,
    takes: tuple[str, ...],
    infer: Infer,
    doc: str,
    decomposition: Callable[..., Any] | None = None,
) -> Primitive:
    """Add a row to the table of primitives."""
    rows = P._rows
    if name in rows:
        raise ValueError(f"the primitive {name!r} is declared twice")
    rows[name] = Primitive(name, family, takes, infer, doc, decomposition)
    setattr(P, name, rows[name])
    return rows[name]
