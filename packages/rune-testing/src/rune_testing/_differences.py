"""Slopes of a function at a point, by moving one element at a time.

The difference is divided by the distance that the element really moved after rounding, so that no
error comes from a step that the dtype can't represent. Knows nothing of derivative rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import nx
from rune import _trees

from rune_testing._points import HostArray, Place, Point

__all__ = ["Differences", "Method", "Output", "combined", "unit_of"]

Method = Literal["central", "forward", "backward"]

# How far below and above the point the function is read, in steps.
OFFSETS: dict[str, tuple[int, int]] = {
    "central": (-1, 1),
    "forward": (0, 1),
    "backward": (-1, 0),
}


class Output(NamedTuple):
    """One array that a function returned: its values in double precision, and its dtype."""

    values: HostArray
    dtype: nx.DType | None  # None for a Python number

    @property
    def is_complex(self) -> bool:
        return bool(np.iscomplexobj(self.values))


def unit_of(dtype: nx.DType | None) -> float:
    """Return the spacing of a dtype's numbers at 1; that of float64 for Python numbers."""
    return float(nx.finfo(nx.float64 if dtype is None else dtype).eps)


def combined(slopes: list[Any], holomorphic: bool) -> list[Any]:
    """Return what the slopes along an element's directions say its derivative is.

    For a real element that is the slope. For a complex one of a real function it is df/dRe - i
    df/dIm, as in `rune.grad`. A holomorphic function has the same derivative along both
    directions; both are returned, for they differ if the function isn't holomorphic.
    """
    if len(slopes) == 1:
        return slopes
    along_real, along_imaginary = slopes
    if holomorphic:
        return [along_real, along_imaginary / 1j]
    return [along_real - 1j * along_imaginary]


def _output(leaf: Any, operation: str) -> Output:
    if isinstance(leaf, (float, complex)) and not isinstance(leaf, np.generic):
        return Output(np.asarray(leaf), None)
    if not isinstance(leaf, (nx.Array, np.ndarray, np.generic, bool, int)):
        raise TypeError(
            f"{operation}: cannot differentiate a function that returns {type(leaf).__name__}"
        )
    x = nx.asarray(leaf)
    if x.dtype.kind not in ("floating", "complex"):
        raise nx.DTypeError(
            f"{operation}: cannot differentiate an output of {x.dtype.name}"
            " (neither floating nor complex)"
        )
    wide = np.complex128 if x.dtype.kind == "complex" else np.float64
    return Output(np.asarray(x).astype(wide), x.dtype)


class Differences:
    """A function at a point, with a way to take differences.

    Attributes
    ----------
    outputs : list of Output
        The function's value at the point, leaf by leaf.
    structure
        How these leaves make the function's result.
    """

    def __init__(
        self, f: Callable[[Any], Any], point: Point, method: Method, eps: float | None
    ) -> None:
        self.f, self.point, self.method, self.eps = f, point, method, eps
        self.operation = point.operation
        if not callable(f):
            raise TypeError(
                f"{self.operation}: cannot differentiate an object of type {type(f).__name__}"
                " (it is not callable)"
            )
        if method not in OFFSETS:
            raise ValueError(
                f"{self.operation}: cannot use method {method!r} (not one of {', '.join(OFFSETS)})"
            )
        if eps is not None and not 0 < eps < math.inf:
            raise ValueError(
                f"{self.operation}: cannot take a step of eps={eps} (not positive and finite)"
            )
        self.outputs, self.structure = self.evaluate(point.tree())

    def evaluate(self, tree: Any) -> tuple[list[Output], Any]:
        """Return the leaves of the function's result, and their structure."""
        leaves, structure = _trees.flatten(self.f(tree))
        return [_output(leaf, self.operation) for leaf in leaves], structure

    def check_scalar(self, holomorphic: bool) -> Output:
        """Return the only output, or raise unless it is one scalar, complex if holomorphic."""
        if self.structure.num_nodes != 1 or not self.outputs:
            raise TypeError(
                f"{self.operation}: cannot take the gradient of a function that returns a tree\n"
                "hint: return one 0-d array, or use finite_diff_jacobian"
            )
        (loss,) = self.outputs
        if loss.values.shape != ():
            raise nx.ShapeError(
                f"{self.operation}: cannot take the gradient of an output of shape"
                f" {loss.values.shape} (it must be ())\n"
                "hint: contract it with weights of your own, or use finite_diff_jacobian"
            )
        self.check_kinds(holomorphic)
        if loss.is_complex and not holomorphic:
            raise nx.DTypeError(
                f"{self.operation}: cannot take the gradient of a complex output\n"
                "hint: take real(...), or holomorphic=True for a holomorphic function"
            )
        return loss

    def check_kinds(self, holomorphic: bool) -> None:
        """Raise for complex outputs of complex arguments unless holomorphic, and the reverse."""
        kinds = {x.dtype.kind for x in self.point.arrays}
        if holomorphic:
            if kinds != {"complex"} or not all(out.is_complex for out in self.outputs):
                raise nx.DTypeError(
                    f"{self.operation}: cannot take a function with real arguments or outputs"
                    " as holomorphic\n"
                    "hint: holomorphic=True is for complex functions of complex arguments"
                )
        elif "complex" in kinds and any(out.is_complex for out in self.outputs):
            raise nx.DTypeError(
                f"{self.operation}: cannot differentiate a complex output by complex arguments\n"
                "hint: take real(...), or holomorphic=True for a holomorphic function"
            )

    @property
    def coarsest(self) -> nx.DType:
        """The dtype of least precision among the leaves and the outputs: it bounds them all."""
        outputs = [out.dtype for out in self.outputs if out.dtype is not None]
        return max([x.dtype for x in self.point.arrays] + outputs, key=unit_of)

    def slopes(self, place: Place) -> list[list[HostArray]]:
        """Return, for each direction in which an element can move, each output's slope."""
        return [self._slope(place, direction) for direction in self.point.directions(place)]

    def _slope(self, place: Place, direction: complex) -> list[HostArray]:
        below, above = OFFSETS[self.method]
        step = self._step(place)
        low, low_at = self._value(place, below * step * direction)
        high, high_at = self._value(place, above * step * direction)
        distance = ((high_at - low_at) / direction).real
        if distance == 0:
            at = self.point.element(place)
            raise ValueError(
                f"{self.operation}: cannot move the element at {self.point.name(place)} by"
                f" eps={step} (too small for {self.point.arrays[place.leaf].dtype.name} at {at})\n"
                "hint: leave eps out, and the step follows the dtype"
            )
        with np.errstate(all="ignore"):
            return [(h - x) / distance for h, x in zip(high, low, strict=True)]

    def _step(self, place: Place) -> float:
        """Return the step for one element: the caller's, or the dtype's own."""
        if self.eps is not None:
            return self.eps
        power = 1 / 3 if self.method == "central" else 1 / 2
        size = abs(self.point.element(place))
        return float(unit_of(self.coarsest) ** power * (size if 1 < size < math.inf else 1.0))

    def _value(self, place: Place, offset: complex) -> tuple[list[HostArray], complex]:
        """Return the outputs with one element moved, and where that element then stands."""
        if offset == 0:
            return [out.values for out in self.outputs], self.point.element(place)
        tree, stands = self.point.moved(place, offset)
        outputs, structure = self.evaluate(tree)
        values = [out.values for out in outputs]
        shapes = [v.shape for v in values]
        expected = [out.values.shape for out in self.outputs]
        if structure != self.structure or shapes != expected:
            raise nx.ShapeError(
                f"{self.operation}: cannot subtract results of different shapes"
                f" ({shapes} a step away from {expected})"
            )
        return values, stands
