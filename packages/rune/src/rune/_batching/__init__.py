"""The one table of batching rules: generic by family, rows for structured primitives only."""

from typing import Final

from nx.primitives import P, Primitive

from rune._batching import _collective, _rules
from rune._batching._alignment import Lanes, Rule

__all__ = ["ROWS", "Lanes", "Rule", "rule_of"]

_ELEMENTWISE: Final = _rules.aligning()
_WITH_AXIS: Final = _rules.shifting("axis")
_WITH_AXES: Final = _rules.shifting("axes")

FAMILIES: Final[dict[str, Rule]] = {
    "convert": _ELEMENTWISE,
    "elementwise": _ELEMENTWISE,
    "linalg": _rules.aligning(2),
    "normalization": _rules.normalization,
    "reduction": _WITH_AXES,
    "scan": _WITH_AXIS,
    "scatter": _rules.scatter,
    "softmax": _WITH_AXIS,
    "sort": _WITH_AXIS,
    "window": _rules.aligning(0),
}
"""By family."""

ROWS: Final[dict[Primitive, Rule]] = {
    P.argmax: _WITH_AXIS,
    P.argmin: _WITH_AXIS,
    P.broadcast_to: _rules.broadcast_to,
    P.concat: _rules.concat,
    P.fft: _WITH_AXES,
    P.flip: _WITH_AXES,
    P.gather: _rules.gather,
    P.ifft: _WITH_AXES,
    P.irfft: _WITH_AXIS,
    P.matmul: _rules.matmul,
    P.pad: _rules.pad,
    P.permute_dims: _rules.permute_dims,
    P.pinv: _rules.aligning(2, 0),
    P.random_bits: _rules.aligning(1),
    P.random_gamma: _rules.aligning(1, 0),
    P.random_poisson: _rules.aligning(1, 1, 0),
    P.reshape: _rules.reshape,
    P.rfft: _WITH_AXIS,
    P.slice: _rules.slice_,
    P.solve: _rules.aligning(2, 2),
    P.threefry2x32: _rules.aligning(1, 1),
    P.triangular_solve: _rules.aligning(2, 2),
    **_collective.ROWS,
}
"""Of the primitives whose family has no rule, or not theirs."""


def rule_of(primitive: Primitive) -> Rule | None:
    """Return a primitive's batching rule; None for a composite without one, or if it has none."""
    return ROWS.get(primitive) or FAMILIES.get(primitive.family)
