"""The table of workloads and their gates: one row each.

What a workload does is written in each framework's own words, in `frameworks/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["BEST", "IMPORT", "WORKLOADS", "Gate", "Workload"]

BEST = "best"


@dataclass(frozen=True, slots=True)
class Gate:
    """How long a contender may take: `limit` times as long as a peer, or as `BEST` of them."""

    limit: float
    peer: str = "numpy"


@dataclass(frozen=True, slots=True)
class Workload:
    """What is timed, and the gates by contender."""

    name: str
    meaning: str
    gates: dict[str, Gate] = field(default_factory=dict)


WORKLOADS = (
    Workload(
        "add",
        "a + b, float32 of shape (8,)",
        {"nx:numpy": Gate(2.5), "nx:c": Gate(0.9)},
    ),
    Workload("scale", "a * 2.0, float32 of shape (8,)", {"nx:numpy": Gate(1.5)}),
    Workload(
        "sines",
        "100 sines in a row, float32 of shape (16,)",
        {"nx:numpy": Gate(2.0), "nx:c": Gate(0.75)},
    ),
    Workload(
        "sines_grad",
        "the value and gradient of the sum of 100 sines",
        {"nx:c": Gate(0.25, "torch")},
    ),
)

IMPORT = 0.060
"""The seconds that `import nx` may take in a fresh process that has imported NumPy."""
