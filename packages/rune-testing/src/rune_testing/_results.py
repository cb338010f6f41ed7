"""What a gradient check found: `Pass` or `Fail`, made for ``match``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from rune_testing._points import Index
from rune_testing._report import Row, table

__all__ = ["Fail", "FailedElement", "GradientCheckResult", "GradientCheckResults", "Pass", "result"]

SHOWN = 10
"""How many failed elements a printed result lists."""


class FailedElement(NamedTuple):
    """One element whose derivative differs from its finite difference.

    ``index`` holds the element's ints. Strings stand before them where there is more to tell: the
    check (``"fwd"``, ``"order 2"``, ``"vmap"``) if there are several, and the leaf's path in a
    tree. For a check of `rune.vmap` the first int is the lane, and the two values are those of the
    mapped function and of a loop.

    Examples
    --------
    >>> import nx, rune
    >>> from rune_testing import check_gradient
    >>> x = nx.asarray([2.0, 3.0], dtype=nx.float64)
    >>> result = check_gradient(lambda x: x[0] * rune.detach(x[1]), x)
    >>> index, autodiff, difference, error = result.failed_indices[0]
    >>> index, autodiff, round(difference, 6)
    ((1,), 0.0, 2.0)
    """

    index: Index  # type: ignore[assignment]  # shadows the method of tuples, on purpose
    autodiff_value: complex
    finite_diff_value: complex
    abs_error: float


@dataclass(frozen=True, slots=True)
class GradientCheckResult:
    """The outcome of a gradient check: a `Pass` or a `Fail`, true if it passed.

    Attributes
    ----------
    passed : bool
        Whether each element's absolute or relative error is within tolerance.
    max_abs_error, max_rel_error, mean_abs_error, mean_rel_error : float
        Over all elements that were checked; NaN if any value is. The relative error is to the
        larger of the two values.
    num_checked, num_failed : int
        How many elements were compared, and how many of them failed.
    failed_indices : tuple of FailedElement
        The failed elements: ``(index, autodiff_value, finite_diff_value, abs_error)``.
    title : str
        What was checked, and how.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import Fail, Pass, check_gradient
    >>> match check_gradient(lambda x: nx.sum(nx.sin(x)), nx.asarray([0.5, 1.0])):
    ...     case Pass(max_abs_error=e):
    ...         print("passed, off by less than 0.001:", e < 0.001)
    ...     case Fail() as result:
    ...         print(result)
    passed, off by less than 0.001: True
    """

    max_abs_error: float
    max_rel_error: float
    mean_abs_error: float
    mean_rel_error: float
    num_checked: int
    num_failed: int
    failed_indices: tuple[FailedElement, ...]
    title: str = ""
    passed: ClassVar[bool]

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        count = f"{self.num_checked} element{'s' * (self.num_checked != 1)}"
        if self.passed:
            head = f"passed: {self.title}\n  {count} within tolerance"
        else:
            head = f"failed: {self.title}\n  {self.num_failed} of {count} out of tolerance"
        lines = [
            head,
            f"  max error {self.max_abs_error:.3g} absolute, {self.max_rel_error:.3g} relative;"
            f" mean {self.mean_abs_error:.3g}, {self.mean_rel_error:.3g}",
        ]
        rows = [Row.of(*failed[:3]) for failed in self.failed_indices]
        worst = sorted(rows, key=lambda row: -row.severity)[:SHOWN]
        lines += table(worst)
        if len(rows) > len(worst):
            lines.append(f"  and {len(rows) - len(worst)} more, less wrong")
        if any(row.undefined for row in rows):
            lines.append(
                "hint: where the finite difference is nan, the function is not defined a step"
                " away; choose eps, or another method"
            )
        return "\n".join(lines)


class Pass(GradientCheckResult):
    """A `GradientCheckResult` whose elements are all within tolerance; true.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import Pass, check_gradient
    >>> isinstance(check_gradient(lambda x: x * x, nx.asarray(3.0)), Pass)
    True
    """

    __slots__ = ()
    passed = True


class Fail(GradientCheckResult):
    """A `GradientCheckResult` with elements out of tolerance; false.

    Examples
    --------
    >>> import nx, rune
    >>> from rune_testing import check_gradient
    >>> result = check_gradient(lambda x: x * rune.detach(x), nx.asarray(3.0))
    >>> type(result).__name__, bool(result), result.num_failed
    ('Fail', False, 1)
    """

    __slots__ = ()
    passed = False


class GradientCheckResults(tuple[GradientCheckResult, ...]):
    """The outcomes for several inputs, in order; true if all passed.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import check_gradients
    >>> results = check_gradients(lambda xs: xs[0] * xs[1], [nx.asarray(2.0), nx.asarray(5.0)])
    >>> bool(results), len(results), results[1].passed
    (True, 2, True)
    """

    __slots__ = ()

    @property
    def passed(self) -> bool:
        """Whether all of them passed."""
        return all(self)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return "\n".join(map(str, self))


def result(rows: Sequence[Row], title: str) -> GradientCheckResult:
    """Return the outcome that these rows add up to."""
    absolute = [row.abs_error for row in rows]
    relative = [row.rel_error for row in rows]
    failed = tuple(
        FailedElement(row.index, row.autodiff, row.difference, row.abs_error)
        for row in rows
        if not row.passed
    )
    return (Fail if failed else Pass)(
        max_abs_error=_largest(absolute),
        max_rel_error=_largest(relative),
        mean_abs_error=math.fsum(absolute) / len(rows) if rows else 0.0,
        mean_rel_error=math.fsum(relative) / len(rows) if rows else 0.0,
        num_checked=len(rows),
        num_failed=len(failed),
        failed_indices=failed,
        title=title,
    )


def _largest(errors: Sequence[float]) -> float:
    return math.nan if any(map(math.isnan, errors)) else max(errors, default=0.0)
