"""The table of workloads and their gates: one row each.

What a workload does is written in each framework's own words, in `frameworks/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["BEST", "IMPORT", "WORKLOADS", "Gate", "Workload"]

BEST = "best"


@dataclass(frozen=True, slots=True)
class Gate:
    """How long a contender may take.

    `limit` times as long as a peer, as `BEST` of them, or as its own time at the workload beside.
    """

    limit: float
    peer: str = "numpy"


@dataclass(frozen=True, slots=True)
class Workload:
    """What is timed, beside which other workload, and the gates by contender."""

    name: str
    meaning: str
    gates: dict[str, Gate] = field(default_factory=dict)
    beside: str = ""


ADDITION = 0.437
"""Microseconds that NumPy's addition of two [8] took where the limits of `overhead` were set."""


def overhead(name: str, meaning: str, microseconds: float | None = None) -> Workload:
    """Make a row of the cost of transformations.

    The limit is so many microseconds an operation, on a machine where NumPy adds two [8] in
    `ADDITION`. What NumPy does beside it is as many such additions, so the gate is a ratio and
    holds on any machine, at whichever speed it runs.
    """
    gates = {}
    if microseconds is not None:
        gates["nx:numpy"] = Gate(round(microseconds / ADDITION, 1))
    return Workload(name, f"100 sines in a row, {meaning}; NumPy: 100 additions of [8]", gates)


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
        {"nx:numpy": Gate(0.5, "torch"), "nx:c": Gate(0.25, "torch")},
    ),
    overhead("through_handler", "through a handler that passes everything on", 2.0),
    overhead("through_grad", "and the gradient of their sum", 9.8),
    overhead("through_jvp", "with tangents", 8.9),
    overhead("through_vmap", "in a vmap of 4 lanes", 4.5),
    overhead("through_vmap_grad", "gradients in each of 4 lanes", 7.6),
    overhead("through_grad_vmap", "the gradient of a vmap of 4 lanes", 9.5),
    overhead("through_vmap_vmap", "in a vmap in a vmap, 2 lanes each"),
    overhead("through_jvp_grad", "the tangent of the gradient"),
    overhead("through_grad_grad", "the gradient of the gradient"),
    Workload(
        "lanes_if",
        "1000 lanes that take one of two branches by an if, beside the same with where",
        {"nx:numpy": Gate(3.0, "lanes_where")},
        beside="lanes_where",
    ),
    Workload("lanes_where", "1000 lanes that compute both branches and select by where"),
)

IMPORT = 0.060
"""The seconds that `import nx` may take in a fresh process that has imported NumPy."""
