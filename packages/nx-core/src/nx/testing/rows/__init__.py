"""The table: one row for each primitive."""

from nx.testing._rows import Row
from nx.testing.rows import _arithmetic, _elementwise, _moves

__all__ = ["ROWS"]

ROWS: dict[str, Row] = {
    row.primitive.name: row for row in (*_elementwise.ROWS, *_arithmetic.ROWS, *_moves.ROWS)
}
