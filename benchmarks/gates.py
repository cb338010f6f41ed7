"""The table of gates: how long a contender may take. One row each, and one for a share of them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BEST", "GATES", "IMPORT", "LARGE", "LIBRARIES", "SHARE", "Gate", "Share"]

BEST = "best"
LIBRARIES = ("numpy", "torch", "jax", "mlx")
"""`BEST` is the best of these, op by op or compiled (`torch:jit`)."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A contender may take `limit` times as long as a peer, or as itself at a workload beside."""

    workload: str
    contender: str
    limit: float
    against: str = BEST


@dataclass(frozen=True, slots=True)
class Share:
    """A share of some workloads must come below a limit, of the best peer's time."""

    workloads: tuple[str, ...]
    contender: str
    limit: float
    share: float


ADDITION = 0.437
"""Microseconds that NumPy's addition of two [8] took where the limits of `cost` were set."""


def cost(name: str, microseconds: float) -> Gate:
    """Return the gate of a transformation's cost.

    The limit is so many microseconds an operation, on a machine where NumPy adds two [8] in
    `ADDITION`. What NumPy does beside it is as many such additions, so the gate is a ratio and
    holds on any machine, at whichever speed it runs.
    """
    return Gate(name, "rune:numpy", round(microseconds / ADDITION, 1), "numpy")


LARGE = (
    *("add_4m", "exp_4m", "tanh_4m", "sin_4m", "exp_f64_1m"),
    *("sum_16m", "sum_axis0_4096", "sum_axis1_4096", "max_axis1_4096"),
    *("softmax_4096x1024", "layernorm_4096x1024", "bcast_add_4096", "transpose_copy_4096"),
    *("take_rows_100k", "scatter_add_rows_100k", "cumsum_4m", "sort_1m", "argsort_1m"),
    "normal_1m",
)
CLOSER = {"add_4m": 0.8, "exp_4m": 0.85}

GATES = (
    Gate("add_small", "rune", 0.9, "numpy"),
    Gate("scale_small", "rune", 0.6, "numpy"),
    Gate("slice_small", "rune", 1.0, "numpy"),
    Gate("transpose_small", "rune", 1.0, "numpy"),
    Gate("add_row_small", "rune", 1.0, "numpy"),
    Gate("chain100_sin_small", "rune", 0.75, "numpy"),
    Gate("chain100_sin_small_grad", "rune", 0.25, "torch"),
    *(Gate(name, "rune", CLOSER.get(name, 1.15)) for name in LARGE),
    Gate("matmul_1024", "rune", 1.15),
    Gate("mlp_grad", "rune", 1.0),
    Gate("add_small", "rune:numpy", 2.5, "numpy"),
    Gate("scale_small", "rune:numpy", 1.5, "numpy"),
    Gate("chain100_sin_small", "rune:numpy", 2.0, "numpy"),
    Gate("chain100_sin_small_grad", "rune:numpy", 0.5, "torch"),
    cost("through_handler", 2.0),
    cost("through_grad", 9.8),
    cost("through_jvp", 8.9),
    cost("through_vmap", 4.5),
    cost("through_vmap_grad", 7.6),
    cost("through_grad_vmap", 9.5),
    Gate("lanes_if", "rune:numpy", 3.0, "lanes_where"),
)
SHARE = Share(LARGE, "rune", 0.85, 2 / 3)

IMPORT = 0.060
"""The seconds that `import nx` may take in a fresh process that has imported NumPy."""
