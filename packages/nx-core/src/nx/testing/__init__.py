"""The contract kit: it certifies a backend, primitive by primitive and dtype by dtype.

    pytest -p nx.testing.plugin --pyargs nx.testing --nx-backend NAME

`import nx` doesn't import it.  Only the plugin and its test file need pytest; the checks are plain
functions of a `Subject`, a `Row` and a dtype.
"""

from nx.testing._checks import (
    check_edges,
    check_layouts,
    check_refusals,
    check_shapes,
    check_values,
)
from nx.testing._compare import ContractError, difference
from nx.testing._declared import SHORT, check_declarations, declared, how_it_runs
from nx.testing._memory import check_memory, check_round_trip
from nx.testing._operands import NAMES, Operand, dtypes_of, kind_of, widened
from nx.testing._paths import check_eager, check_scalars
from nx.testing._rows import Claim, Refusal, Row, Sample
from nx.testing._subject import Attempts, Lacking, Subject, inferred
from nx.testing._tolerances import Tolerance, parse_tolerances
from nx.testing.rows import ROWS

__all__ = [
    "NAMES",
    "ROWS",
    "SHORT",
    "Attempts",
    "Claim",
    "ContractError",
    "Lacking",
    "Operand",
    "Refusal",
    "Row",
    "Sample",
    "Subject",
    "Tolerance",
    "check_declarations",
    "check_eager",
    "check_edges",
    "check_layouts",
    "check_memory",
    "check_refusals",
    "check_round_trip",
    "check_scalars",
    "check_shapes",
    "check_values",
    "declared",
    "difference",
    "dtypes_of",
    "how_it_runs",
    "inferred",
    "kind_of",
    "parse_tolerances",
    "widened",
]
