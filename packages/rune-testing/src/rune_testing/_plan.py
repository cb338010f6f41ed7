"""How a gradient is to be checked: the settings, validated, and the comparisons they ask for."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import product
from typing import Any, TypedDict

import numpy as np
import nx

from rune_testing._autodiff import MODES, Function, Mode, derivatives, projected, weights
from rune_testing._differences import Differences, Method, Output, combined, unit_of
from rune_testing._lanes import lane_rows
from rune_testing._points import Place, Point, number
from rune_testing._report import Row, judged
from rune_testing._tolerances import Tolerance, merged

__all__ = ["Plan", "Settings"]


class Settings(TypedDict, total=False):
    """The keywords of `check_gradient`, for the functions that hand them on."""

    eps: float | None
    rtol: float | None
    atol: float | None
    verbose: bool
    check_indices: Sequence[Any] | None
    method: Method
    mode: Mode
    order: int
    vmap: bool
    holomorphic: bool
    tolerances: Mapping[Any, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A check's settings, and what it compares."""

    operation: str
    eps: float | None = None
    rtol: float | None = None
    atol: float | None = None
    verbose: bool = False
    check_indices: Sequence[Any] | None = None
    method: Method = "central"
    mode: Mode = "rev"
    order: int = 1
    vmap: bool = False
    holomorphic: bool = False
    tolerances: Mapping[Any, Any] | None = None
    table: dict[str, Tolerance] = field(init=False)

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(
                f"{self.operation}: cannot use mode {self.mode!r} (not one of {', '.join(MODES)})"
            )
        try:
            order = operator.index(self.order)
        except TypeError:
            order = 0
        if order < 1:
            raise ValueError(
                f"{self.operation}: cannot check order {self.order!r} (not an int from 1 on)"
            )
        for name in ("rtol", "atol"):
            value = getattr(self, name)
            if value is not None and not value >= 0:
                raise ValueError(f"{self.operation}: cannot use {name}={value} (negative or nan)")
        object.__setattr__(self, "table", merged(self.tolerances, self.operation))

    @classmethod
    def of(cls, operation: str, settings: Mapping[str, Any]) -> Plan:
        """Return the plan of keywords that were handed on, or raise."""
        known = [each.name for each in fields(cls) if each.init and each.name != "operation"]
        for name in settings:
            if name not in known:
                raise TypeError(
                    f"{operation}: cannot use a setting {name!r} (not one of {', '.join(known)})"
                )
        return cls(operation=operation, **settings)

    def rows(self, f: Function, point: Point) -> list[Row]:
        """Compare everything that the settings ask for."""
        rows = self._order(f, point, point.chosen(self.check_indices), ())
        if self.vmap:
            rows += lane_rows(f, point, MODES[self.mode], self.holomorphic)
        return rows

    def _order(
        self, f: Function, point: Point, places: list[Place], above: tuple[str, ...]
    ) -> list[Row]:
        """Compare the derivatives of f, which is one already of the modes ``above``."""
        differences = Differences(f, point, self.method, self.eps)
        loss = differences.check_scalar(self.holomorphic)
        _check_repeatable(differences, loss)
        slopes = {
            place: combined(
                [number(slope[0][()]) for slope in differences.slopes(place)], self.holomorphic
            )
            for place in places
        }
        limit = self._limit(differences.coarsest)
        rows = []
        for mode in MODES[self.mode]:
            path = (mode, *above)
            found = derivatives(f, point, places, mode, self.holomorphic)
            for place in places:
                index = (*self._label(path), *point.name(place))
                pairs = product(found[place], slopes[place])
                rows.append(judged(index, pairs, limit))
            if len(path) < self.order:
                further = projected(f, mode, weights(point), self.holomorphic)
                rows += self._order(further, point, places, path)
        return rows

    def _label(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return what stands before an index: nothing where there is only one check."""
        if self.mode == "both":
            return (" over ".join(path),)
        return (f"order {len(path)}",) if self.order > 1 else ()

    def _limit(self, dtype: nx.DType) -> Tolerance:
        """Return the tolerance of a dtype."""
        limit = self.table[dtype.name]
        return Tolerance(
            limit.rtol if self.rtol is None else self.rtol,
            limit.atol if self.atol is None else self.atol,
        )

    def title(self, f: Function, point: Point, rows: Sequence[Row]) -> str:
        """Return what is checked, and how, in one line."""
        name = getattr(f, "__name__", type(f).__name__)
        how = {"rev": "reverse mode", "fwd": "forward mode", "both": "both modes"}[self.mode]
        limits = dict.fromkeys(row.limit for row in rows if not row.of_vmap)
        within = " or ".join(f"rtol={limit.rtol:g} atol={limit.atol:g}" for limit in limits)
        orders = f", orders 1 to {self.order}" if self.order > 1 else ""
        return (
            f"gradient of {name} at {point.described}, {how}{orders},"
            f" {self.method} differences" + (f", {within}" if within else "")
        )


def _check_repeatable(differences: Differences, loss: Output) -> None:
    """Raise if the function gives another value when it is called again."""
    again = differences.evaluate(differences.point.tree())[0][0]
    first, second = loss.values, again.values
    if not np.allclose(first, second, rtol=64 * unit_of(loss.dtype), atol=0, equal_nan=True):
        raise ValueError(
            f"{differences.operation}: cannot check a function that gives {number(first[()]):.6g},"
            f" and called again {number(second[()]):.6g}\n"
            "hint: random numbers need the same key in each call; a function must keep no state"
        )
