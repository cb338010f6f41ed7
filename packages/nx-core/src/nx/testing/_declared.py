"""What a backend declares: asked of `kernel` itself, with the types of the kit's own samples.

So an author writes no list: the answer is the kernel or None, as core will get it.
"""

from __future__ import annotations

from typing import Final

from nx.primitives import P
from nx.testing._compare import ContractError
from nx.testing._rows import Row
from nx.testing._subject import Lacking, Subject
from nx.testing.rows import ROWS

__all__ = ["SHORT", "check_declarations", "declared", "how_it_runs"]


def _short(row: Row) -> bool:
    primitive = row.primitive
    same = ("complex", "real", "imag", "isfinite", "where")
    return (
        primitive.family == "elementwise"
        and row.free
        and not any(s.params for s in row.samples)
        and primitive.name not in same
        and row.mode == "wide"
    )


SHORT: Final = frozenset(row.primitive for row in ROWS.values() if _short(row))
"""The primitives that core's short eager path may take."""


def how_it_runs(subject: Subject, row: Row, dtype: str) -> str:
    """Return ``"native"``, ``"numpy"`` or ``"decomposed"`` for most of a row's samples.

    Raises
    ------
    Lacking
        If none of them runs.
    """
    lacking = None
    for sample in row.samples_of(dtype):
        types = tuple(subject.type_of(x) for x in row.draw(sample, dtype))
        try:
            return subject.plan(row.primitive, types, sample.bound(dtype, subject.device)).how
        except Lacking as error:
            lacking = lacking or error
    raise lacking or Lacking(f"no sample of {row.primitive.name} is in {dtype}")


def declared(subject: Subject) -> dict[str, tuple[str, ...]]:
    """Return for each primitive the dtypes in which the backend itself has a kernel.

    Examples
    --------
    >>> from nx.testing import Subject, declared
    >>> "float32" in declared(Subject.named("numpy"))["add"]
    True
    """
    found = {}
    for name, row in ROWS.items():
        native = []
        for dtype in row.dtypes:
            try:
                how = how_it_runs(subject, row, dtype)
            except Lacking:
                continue
            if how == "native":
                native.append(dtype)
        found[name] = tuple(native)
    return found


def check_declarations(subject: Subject, row: Row) -> None:
    """`natives` names a primitive if, and only if, `kernel` has it in some dtype."""
    name = row.primitive.name
    if row.primitive is P.to_device:
        return
    hows = set()
    for dtype in row.dtypes:
        try:
            hows.add(how_it_runs(subject, row, dtype))
        except Lacking:
            continue
    listed = name in subject.backend.natives()
    if listed != ("native" in hows):
        what = "names it, but kernel() returns None" if listed else "omits it, but kernel() has it"
        raise ContractError(f"{name} on {subject.backend.name!r}\n  natives() {what}")
