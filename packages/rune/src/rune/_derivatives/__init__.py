"""The one table of derivatives.

Every primitive is in `ROWS`, in `ZERO` (its derivative is 0) or in `REFUSED` (with the reason); a
composite may be in none, and is then differentiated through its decomposition.
"""

from nx.primitives import P, Primitive

from rune._derivatives import (
    _collective,
    _elementwise,
    _linalg,
    _normalization,
    _random,
    _scatter,
    _structured,
)
from rune._derivatives._rows import Bilinear, Custom, Linear, Row, Slope
from rune._derivatives._structured import sum_to

__all__ = ["REFUSED", "ROWS", "ZERO", "Bilinear", "Custom", "Linear", "Row", "Slope", "sum_to"]

ROWS: dict[Primitive, Row] = {
    **_elementwise.ROWS,
    **_structured.ROWS,
    **_scatter.ROWS,
    **_linalg.ROWS,
    **_normalization.ROWS,
    **_random.ROWS,
    **_collective.ROWS,
}

ZERO: frozenset[Primitive] = _elementwise.ZERO | _structured.ZERO | _random.ZERO

REFUSED: dict[Primitive, str] = {
    P.bitcast: "the bits of a number have no derivative",
    P.nextafter: "a step to the neighbouring number has no derivative",
    **_random.REFUSED,
}
