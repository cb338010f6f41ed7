"""The table of workloads, one row each, in groups.

What a workload does is written in each framework's own words, in `frameworks/`; what it may cost
stands in `gates.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COSTS", "GROUPS", "KERNELS", "NAMES", "WORKLOADS", "Floor", "Workload"]


@dataclass(frozen=True, slots=True)
class Floor:
    """What the machine must do at least: `amount` bytes or operations at the rate of a limit."""

    limit: str
    amount: float


@dataclass(frozen=True, slots=True)
class Workload:
    """What is timed.

    `beside` is another workload that is sampled in the same rounds. `compared` tells whether all
    frameworks compute the same numbers.
    """

    name: str
    group: str
    meaning: str
    floor: Floor | None = None
    compared: bool = True
    beside: str = ""


K, M = 1 << 10, 1 << 20


def moved(arrays: float, limit: str = "copy") -> Floor:
    """Return the floor of moving so many elements of four bytes."""
    return Floor(limit, 4 * arrays)


def products(number: float, limit: str = "float32") -> Floor:
    """Return the floor of so many multiplications and additions."""
    return Floor(limit, 2 * number)


LAYERS = 784 * 256 + 256 * 128 + 128 * 10
STEP = products(128 * (3 * LAYERS - 784 * 256))  # the inputs need no gradient
BLOCK = products(5234e6 / 2)
GELU = "four tanh-GELUs in a row, 4M float32"
BLACK_SCHOLES = "call prices of 4M options, float32"
HESSIAN = "the Hessian of tanh(x w1 + b1) w2, 16 variables"
MLP = "784-256-128-10, batch 128"
RNN = "value and gradient of a tanh RNN, 100 steps, batch 32, width 64"
TRANSFORMER = "value and gradient of a transformer block, 8 x 128 x 256"
SQUARES = "vmap(grad) of sum(sin(x c)**2), 128 lanes of 784"
LAST_LAYER = f"the last layer's gradient for each sample, {MLP}"
SINES = "100 sines in a row, float32 of shape (16,)"

ROWS = {
    "overhead": (
        ("add_small", "a + b, float32 of shape (8,)"),
        ("scale_small", "a * 2.0, float32 of shape (8,)"),
        ("slice_small", "x[1:], float32 of shape (8, 8)"),
        ("transpose_small", "x.T, float32 of shape (8, 8)"),
        ("add_row_small", "x + row, float32 of shapes (8, 8) and (8,)"),
        ("chain100_sin_small", f"{SINES}, and their sum"),
        ("chain100_sin_small_grad", "its value and gradient"),
        ("chain100_sin_small_grad_jit", "the same, compiled"),
        ("rosenbrock10_grad", "value and gradient of Rosenbrock's function, 10 float64"),
        ("rosenbrock10_grad_jit", "the same, compiled"),
        ("tiny_mlp_grad", "loss and gradient of an MLP 16-16-1, batch 8"),
        ("tiny_mlp_grad_jit", "the same, compiled"),
    ),
    "kernels": (
        ("add_4m", "a + b, float32", moved(3 * 4 * M, "triad")),
        ("exp_4m", "float32", moved(2 * 4 * M)),
        ("tanh_4m", "float32", moved(2 * 4 * M)),
        ("sin_4m", "float32, of angles to 50", moved(2 * 4 * M)),
        ("exp_f64_1m", "float64", moved(2 * 2 * M)),
        ("sum_16m", "all of it, float32", moved(16 * M, "read")),
        ("sum_axis0_4096", "4096 x 4096, float32", moved(16 * M, "read")),
        ("sum_axis1_4096", "4096 x 4096, float32", moved(16 * M, "read")),
        ("max_axis1_4096", "4096 x 4096, float32", moved(16 * M, "read")),
        ("softmax_4096x1024", "along the rows", moved(2 * 4 * M)),
        ("layernorm_4096x1024", "along the rows, scaled and shifted", moved(2 * 4 * M)),
        ("bcast_add_4096", "4096 x 4096 and a row", moved(2 * 16 * M)),
        ("transpose_copy_4096", "x.T in an order of its own", moved(2 * 16 * M)),
        ("matmul_1024", "float32", products(K**3)),
        ("matmul_f64_1024", "float64", products(K**3, "float64")),
        ("matmul_128x784x256", "float32", products(128 * 784 * 256)),
        ("matmul_batched_64x128", "64 of 128 x 128", products(64 * 128**3)),
        ("take_rows_100k", "100k rows of 64 from 50k", moved(2 * 100_000 * 64)),
        ("scatter_add_rows_100k", "100k rows of 64 into 50k", moved(150_000 * 64)),
        ("sort_1m", "float32"),
        ("argsort_1m", "float32"),
        ("cumsum_4m", "float32", moved(2 * 4 * M)),
        ("fft_c64_1m", "complex64"),
        ("rfft2_1024", "1024 x 1024, float32"),
        ("cholesky_512", "float32"),
        ("qr_512", "float32"),
        ("svd_256", "float32"),
        ("eigh_256", "float32"),
        ("solve_512", "float32, one right-hand side"),
        ("normal_1m", "normal numbers, float32; each framework's own generator"),
        ("conv2d", "16 x 16 x 32 x 32 by 32 x 16 x 3 x 3", products(16 * 32 * 32 * 32 * 144)),
        ("einsum_bhqd", "bhqd,bhkd->bhqk of 4 x 8 x 128 x 64", products(32 * 128 * 128 * 64)),
    ),
    "transforms": (
        ("mlp_forward", MLP, products(128 * LAYERS)),
        ("mlp_grad", f"loss and gradient, {MLP}", STEP),
        ("mlp_grad_jit", "the same, compiled", STEP),
        ("mlp_train_step_jit", f"a step of gradient descent, compiled, {MLP}", STEP),
        ("mlp_jvp", f"loss and tangent, {MLP}"),
        ("mlp_jvp_jit", "the same, compiled"),
        ("per_sample_grads_ew", SQUARES),
        ("per_sample_grads_ew_jit", "the same, compiled"),
        ("per_sample_mlp_w3_grads", LAST_LAYER),
        ("per_sample_mlp_w3_grads_jit", "the same, compiled"),
        ("hessian_mlp16", HESSIAN),
        ("hessian_mlp16_jit", "the same, compiled"),
        ("black_scholes_4m", BLACK_SCHOLES),
        ("black_scholes_4m_jit", "the same, compiled", moved(4 * 4 * M, "triad")),
        ("gelu_chain_4m", GELU),
        ("gelu_chain_4m_jit", "the same, compiled", moved(2 * 4 * M)),
        ("rnn_grad_t100", RNN),
        ("rnn_grad_t100_jit_scan", "the same, compiled with a scan"),
        ("rnn_grad_t100_jit_unrolled", "the same, compiled from a Python loop"),
        ("transformer_block_grad", TRANSFORMER, BLOCK),
        ("transformer_block_grad_jit", "the same, compiled", BLOCK),
        ("lorenz_1000", "1000 Euler steps of 1024 Lorenz systems"),
        ("lorenz_1000_jit", "the same, compiled"),
        ("newton_sqrt_while", "Newton's square roots of 1024 numbers, a while loop on a maximum"),
        ("newton_sqrt_while_jit", "the same, compiled"),
    ),
}

COSTS = {
    "through_handler": "through a handler that passes everything on",
    "through_grad": "and the gradient of their sum",
    "through_jvp": "with tangents",
    "through_vmap": "in a vmap of 4 lanes",
    "through_vmap_grad": "gradients in each of 4 lanes",
    "through_grad_vmap": "the gradient of a vmap of 4 lanes",
    "through_vmap_vmap": "in a vmap in a vmap, 2 lanes each",
    "through_jvp_grad": "the tangent of the gradient",
    "through_grad_grad": "the gradient of the gradient",
}
"""What a transformation costs: 100 sines in a row, and 100 of NumPy's additions of [8] beside."""


def _rows() -> list[Workload]:
    found = []
    for group, rows in ROWS.items():
        for name, meaning, *floor in rows:
            compared = name != "normal_1m"
            found.append(Workload(name, group, meaning, *floor, compared=compared))
    for name, meaning in COSTS.items():
        text = f"100 sines in a row, {meaning}; NumPy: 100 additions of [8]"
        found.append(Workload(name, "costs", text, compared=False))
    branches = "1000 lanes that take one of two branches by an if, beside the same with where"
    found.append(Workload("lanes_if", "costs", branches, beside="lanes_where"))
    both = "1000 lanes that compute both branches and select by where"
    found.append(Workload("lanes_where", "costs", both))
    return found


WORKLOADS = tuple(_rows())
NAMES = tuple(row.name for row in WORKLOADS)
KERNELS = tuple(row.name for row in WORKLOADS if row.group == "kernels")
GROUPS = tuple(dict.fromkeys(row.group for row in WORKLOADS))
