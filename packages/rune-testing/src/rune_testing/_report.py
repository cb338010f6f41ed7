"""Comparisons of two numbers, and tables of them to read."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rune_testing._points import Index
from rune_testing._tolerances import Tolerance

__all__ = ["Row", "judged", "table"]

LOOP = "vmap"
"""How the label of a comparison with a loop begins."""
NO_LIMIT: Final = Tolerance(math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Row:
    """An element's derivative beside its finite difference."""

    index: Index
    autodiff: complex
    difference: complex
    abs_error: float
    rel_error: float
    limit: Tolerance

    @classmethod
    def of(
        cls, index: Index, autodiff: complex, difference: complex, limit: Tolerance = NO_LIMIT
    ) -> Row:
        """Return the row of two numbers."""
        return cls(index, autodiff, difference, *_errors(autodiff, difference), limit)

    @property
    def passed(self) -> bool:
        """Whether either error is within the limit; of NaN, neither is."""
        return self.abs_error <= self.limit.atol or self.rel_error <= self.limit.rtol

    @property
    def severity(self) -> float:
        """How wrong it is, for sorting: NaN first."""
        return math.inf if math.isnan(self.abs_error) else self.abs_error

    @property
    def undefined(self) -> bool:
        """Whether the finite difference alone is NaN."""
        return not self.of_vmap and cmath.isnan(self.difference) and not cmath.isnan(self.autodiff)

    @property
    def of_vmap(self) -> bool:
        """Whether it compares lanes with a loop."""
        return any(isinstance(part, str) and part.startswith(LOOP) for part in self.index[:1])

    @property
    def shown(self) -> tuple[str, ...]:
        return (
            _named(self.index),
            f"{self.autodiff:.6g}",
            f"{self.difference:.6g}",
            f"{self.abs_error:.3g}",
            f"{self.rel_error:.3g}",
            "FAIL" if not self.passed and self.limit is not NO_LIMIT else "",
        )


def _named(index: Index) -> str:
    """Return an index as a table shows it: ``fwd ['w'][0, 1]``."""
    words = [part for part in index if isinstance(part, str)]
    numbers = ", ".join(str(part) for part in index if not isinstance(part, str))
    path = words.pop() if words and words[-1].startswith(("[", ".")) else ""
    place = f"{path}[{numbers}]" if numbers else path or "()"
    return " ".join([*words, place])


def _errors(a: complex, b: complex) -> tuple[float, float]:
    """Return the absolute error, and the one relative to the larger of the two numbers."""
    if a == b:  # infinities too
        return 0.0, 0.0
    try:
        absolute = abs(a - b)
        scale = max(abs(a), abs(b))
    except OverflowError:  # complex numbers beyond the largest float
        return math.inf, math.inf
    if math.isnan(absolute):
        return math.nan, math.nan
    return absolute, math.inf if math.isinf(absolute) else absolute / scale


def judged(index: Index, pairs: Iterable[tuple[complex, complex]], limit: Tolerance) -> Row:
    """Return the row of the worst pair; it passes if either error is within tolerance."""
    rows = [Row.of(index, a, b, limit) for a, b in pairs]
    return min(rows, key=lambda row: (row.passed, -row.severity))


def table(rows: Sequence[Row]) -> list[str]:
    """Return the lines of a table, in columns; comparisons with a loop in one of their own."""
    lines: list[str] = []
    for of_vmap, names in ((False, ("autodiff", "finite diff")), (True, ("vmap", "loop"))):
        chosen = [row.shown for row in rows if row.of_vmap == of_vmap]
        if not chosen:
            continue
        cells = [("index", *names, "abs error", "rel error", ""), *chosen]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for first, *others in cells:
            padded = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
            lines.append("  " + "  ".join([first.ljust(widths[0]), *padded]).rstrip())
    return lines
