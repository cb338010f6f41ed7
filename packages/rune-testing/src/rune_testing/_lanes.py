"""Whether `rune.vmap` of a function, and of its gradient, gives what a loop over lanes gives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import nx
import rune
from rune import _trees

from rune_testing._autodiff import Function, projected, pulled, weights
from rune_testing._differences import unit_of
from rune_testing._points import Point, number
from rune_testing._report import LOOP, Row, judged
from rune_testing._tolerances import Tolerance

__all__ = ["lane_rows"]

FACTORS = (1.0, 1 - 1 / 32, 1 + 1 / 32)
"""What the point is multiplied with in each lane; exact in every dtype."""


def lane_rows(f: Function, point: Point, modes: tuple[str, ...], holomorphic: bool) -> list[Row]:
    """Return the comparisons of all lanes, to half the digits of the coarsest dtype."""
    functions = {LOOP: f}
    for mode in modes:
        derivative = projected(f, mode, weights(point), holomorphic) if mode == "fwd" else None
        functions[f"{LOOP} of {mode}"] = derivative or _gradient(f)
    lanes = [_scaled(point, factor) for factor in FACTORS]
    leaves = [_trees.flatten(lane)[0] for lane in lanes]
    together = point.tree(nx.stack(list(column)) for column in zip(*leaves, strict=True))
    unit = max(unit_of(x.dtype) for x in point.arrays)
    return [
        row
        for label, function in functions.items()
        for row in _compared(label, function, lanes, together, unit)
    ]


def _scaled(point: Point, factor: float) -> Any:
    return point.map(lambda v: v * np.asarray(factor, v.dtype))


def _gradient(f: Function) -> Function:
    return lambda x: pulled(f, x)


def _compared(
    label: str, function: Function, lanes: list[Any], together: Any, unit: float
) -> Iterator[Row]:
    mapped, structure = _trees.flatten(rune.vmap(function)(together))
    paths = [accessor.codify("") for accessor in structure.accessors()]
    for lane, x in enumerate(lanes):
        alone = _trees.flatten(function(x))[0]
        for path, out, wanted in zip(paths, mapped, alone, strict=True):
            half = math.sqrt(max(unit, unit_of(out.dtype)))
            got, expected = np.asarray(out[lane]), np.asarray(wanted)
            for index in np.ndindex(expected.shape):
                pair = number(got[index]), number(expected[index])
                if np.isnan(pair).all():  # out of the domain, in both ways
                    pair = (0.0, 0.0)
                name = (label, path, lane, *index) if path else (label, lane, *index)
                yield judged(name, [pair], Tolerance(half, half))
