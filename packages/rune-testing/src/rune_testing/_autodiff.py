"""Derivatives by rune: element by element, whole, and projected for the next order."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, Final, Literal

import numpy as np
import nx
import rune
from rune import _trees

from rune_testing._differences import combined
from rune_testing._points import HostArray, Place, Point, number

__all__ = ["MODES", "Function", "Mode", "derivatives", "projected", "pulled", "weights"]

Mode = Literal["rev", "fwd", "both"]
Function = Callable[[Any], Any]

MODES: Final[dict[str, tuple[str, ...]]] = {
    "rev": ("rev",),
    "fwd": ("fwd",),
    "both": ("rev", "fwd"),
}


def pulled(f: Function, x: Any) -> Any:
    """Return the gradient in reverse mode; unlike `rune.grad` without a warning if it is 0."""
    y, pullback = rune.vjp_fun(f, x)
    return pullback(nx.ones_like(y))[0]


def pushed(f: Function, x: Any, v: Any) -> Any:
    """Return the derivative along v in forward mode; x may be a tuple."""
    return rune.jvps(lambda xs: f(xs[0]), [x], [v])[1]


def derivatives(
    f: Function, point: Point, places: Iterable[Place], mode: str, holomorphic: bool
) -> dict[Place, list[complex]]:
    """Return what a mode says about each element; more than one number should all be alike."""
    if mode == "fwd":
        return {
            place: combined(
                [
                    number(np.asarray(pushed(f, point.tree(), point.unit(place, direction)))[()])
                    for direction in point.directions(place)
                ],
                holomorphic,
            )
            for place in places
        }
    gradients = [np.asarray(g) for g in _trees.flatten(pulled(f, point.tree()))[0]]
    return {place: [number(gradients[place.leaf][place.at])] for place in places}


def weights(point: Point) -> Any:
    """Return a tree of random weights, no two alike, none near 0; the same each time."""
    rng = np.random.default_rng(20260101)

    def draw(values: HostArray) -> HostArray:
        drawn = rng.uniform(0.5, 2.0, values.shape) * rng.choice([-1.0, 1.0], values.shape)
        if np.iscomplexobj(values):
            drawn = drawn + 1j * rng.uniform(0.5, 2.0, values.shape)
        return np.asarray(drawn)

    return point.map(draw)


def projected(f: Function, mode: str, w: Any, holomorphic: bool) -> Function:
    """Return the function that contracts f's gradient with weights: a scalar one again."""
    if mode == "fwd":
        return lambda x: pushed(f, x, w)

    def contract(x: Any) -> Any:
        gradients = _trees.flatten(pulled(f, x))[0]
        parts = [nx.sum(g * v) for g, v in zip(gradients, _trees.flatten(w)[0], strict=True)]
        total = reduce(operator.add, parts)
        return total if holomorphic or total.dtype.kind != "complex" else nx.real(total)

    return contract
