"""The table: one row for each primitive."""

from nx.testing._rows import Row
from nx.testing.rows import (
    _arithmetic,
    _composites,
    _contractions,
    _elementwise,
    _indexing,
    _linalg,
    _moves,
    _random,
    _reductions,
)

__all__ = ["ROWS"]

TABLES = (
    *(_elementwise, _arithmetic, _reductions, _moves, _indexing),
    *(_contractions, _linalg, _random, _composites),
)
ROWS: dict[str, Row] = {row.primitive.name: row for table in TABLES for row in table.ROWS}
