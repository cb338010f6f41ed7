"""The inputs that all frameworks share: NumPy arrays from fixed seeds.

`inputs(name)` returns a workload's arguments, arrays or lists of arrays; a `_jit` workload has
those of the workload that it compiles. With `BENCHMARKS_CAP` in the environment no axis is longer
than that: the harness is then tried, not the machine.
"""

from __future__ import annotations

import itertools
import os
from typing import Any

import numpy as np

__all__ = ["CHAIN", "inputs", "shape", "tree_map", "two"]

CHAIN = 100
"""How many sines make a chain."""
CAP = int(os.environ.get("BENCHMARKS_CAP", "0"))
M = 1 << 20


def shape(*lengths: int) -> tuple[int, ...]:
    """Return a shape, its axes cut to the cap if there is one."""
    return tuple(min(n, CAP) for n in lengths) if CAP else lengths


def normal(*lengths, dtype=np.float32, seed=0, scale=1.0):
    numbers = np.random.default_rng(seed).standard_normal(shape(*lengths))
    return (numbers * scale).astype(dtype)


def uniform(low, high, *lengths, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).uniform(low, high, shape(*lengths)).astype(dtype)


def integers(high, *lengths, seed=0):
    (high,) = shape(high)
    return np.random.default_rng(seed).integers(0, high, shape(*lengths)).astype(np.int32)


def positive_definite(n):
    a = normal(n, n, dtype=np.float64)
    return (a @ a.T / len(a) + np.eye(len(a))).astype(np.float32)


def dense_layers(*sizes):
    """Return [w1, b1, w2, b2, ...] for layers of these sizes."""
    params = []
    for i, (m, n) in enumerate(itertools.pairwise(sizes)):
        params.append(normal(m, n, seed=10 + i, scale=m**-0.5))
        params.append(normal(n, seed=50 + i, scale=0.1))
    return params


def mlp():
    return dense_layers(784, 256, 128, 10), normal(128, 784, seed=1), normal(128, 10, seed=2)


def mlp_jvp():
    params, x, y = mlp()
    tangents = [normal(*p.shape, seed=90 + i) for i, p in enumerate(params)]
    return params, tangents, x, y


def tiny_mlp():
    return dense_layers(16, 16, 1), normal(8, 16, seed=1), normal(8, 1, seed=2)


def rnn():
    wx, wh = normal(64, 64, seed=1, scale=0.125), normal(64, 64, seed=2, scale=0.125)
    return [wx, wh, normal(64, seed=3, scale=0.1)], normal(100, 32, 64, seed=4)


def transformer():
    d = 256

    def weights(seed, m, n):
        return normal(m, n, seed=seed, scale=m**-0.5)

    def norm():
        return [np.ones(shape(d), np.float32), np.zeros(shape(d), np.float32)]

    attention = [weights(seed, d, d) for seed in (1, 2, 3, 4)]
    first = [weights(5, d, 4 * d), np.zeros(shape(4 * d), np.float32)]
    second = [weights(6, 4 * d, d), np.zeros(shape(d), np.float32)]
    return [*norm(), *attention, *norm(), *first, *second], normal(8, 128, d, seed=7)


def black_scholes():
    n = 4 * M
    return uniform(50, 150, n, seed=1), uniform(50, 150, n, seed=2), uniform(0.1, 2, n, seed=3)


def hessian_mlp16():
    w1, w2 = normal(16, 64, seed=2, scale=0.25), normal(64, seed=4, scale=0.125)
    return normal(16, seed=1), w1, normal(64, seed=3, scale=0.1), w2


def two(*lengths, dtype=np.float32):
    return normal(*lengths, dtype=dtype), normal(*lengths, dtype=dtype, seed=1)


def one(*lengths, **options):
    return lambda: (normal(*lengths, **options),)


INPUTS = {
    # overhead
    "add_small": lambda: two(8),
    "scale_small": one(8),
    "slice_small": one(8, 8),
    "transpose_small": one(8, 8),
    "add_row_small": lambda: (normal(8, 8), normal(8, seed=1)),
    "chain100_sin_small": one(16),
    "chain100_sin_small_grad": one(16),
    "rosenbrock10_grad": lambda: (uniform(-1, 1, 10, dtype=np.float64),),
    "tiny_mlp_grad": tiny_mlp,
    # kernels
    "add_4m": lambda: two(4 * M),
    "exp_4m": one(4 * M),
    "tanh_4m": one(4 * M),
    "sin_4m": one(4 * M, scale=10),
    "exp_f64_1m": one(M, dtype=np.float64),
    "sum_16m": one(16 * M),
    "sum_axis0_4096": one(4096, 4096),
    "sum_axis1_4096": one(4096, 4096),
    "max_axis1_4096": one(4096, 4096),
    "softmax_4096x1024": one(4096, 1024),
    "layernorm_4096x1024": lambda: (
        normal(4096, 1024),
        normal(1024, seed=1),
        normal(1024, seed=2),
    ),
    "bcast_add_4096": lambda: (normal(4096, 4096), normal(4096, seed=1)),
    "transpose_copy_4096": one(4096, 4096),
    "matmul_1024": lambda: two(1024, 1024),
    "matmul_f64_1024": lambda: two(1024, 1024, dtype=np.float64),
    "matmul_128x784x256": lambda: (normal(128, 784), normal(784, 256, seed=1)),
    "matmul_batched_64x128": lambda: two(64, 128, 128),
    "take_rows_100k": lambda: (normal(50_000, 64), integers(50_000, 100_000)),
    "scatter_add_rows_100k": lambda: (integers(50_000, 100_000), normal(100_000, 64)),
    "sort_1m": one(M),
    "argsort_1m": one(M),
    "cumsum_4m": one(4 * M),
    "fft_c64_1m": lambda: ((normal(M) + 1j * normal(M, seed=1)).astype(np.complex64),),
    "rfft2_1024": one(1024, 1024),
    "cholesky_512": lambda: (positive_definite(512),),
    "qr_512": one(512, 512),
    "svd_256": one(256, 256),
    "eigh_256": lambda: (positive_definite(256),),
    "solve_512": lambda: (normal(512, 512), normal(512, seed=1)),
    "normal_1m": lambda: (),
    # the images are NCHW, the weights OIHW
    "conv2d": lambda: (normal(16, 16, 32, 32), normal(32, 16, 3, 3, seed=1)),
    "einsum_bhqd": lambda: two(4, 8, 128, 64),
    # transforms
    "mlp_forward": mlp,
    "mlp_grad": mlp,
    "mlp_train_step": mlp,
    "mlp_jvp": mlp_jvp,
    "per_sample_grads_ew": lambda: (normal(128, 784), normal(784, seed=1)),
    "per_sample_mlp_w3_grads": mlp,
    "hessian_mlp16": hessian_mlp16,
    "black_scholes_4m": black_scholes,
    "gelu_chain_4m": one(4 * M),
    "rnn_grad_t100": rnn,
    "transformer_block_grad": transformer,
    "lorenz_1000": lambda: tuple(normal(1024, seed=s) for s in (1, 2, 3)),
    "newton_sqrt_while": lambda: (uniform(0.5, 100, 1024),),
    # costs
    **dict.fromkeys(("through_handler", "through_grad"), one(16)),
    **dict.fromkeys(("through_jvp", "through_jvp_grad", "through_grad_grad"), one(16)),
    **dict.fromkeys(("through_vmap", "through_vmap_grad", "through_grad_vmap"), one(4, 16)),
    "through_vmap_vmap": one(2, 2, 16),
    "lanes_if": lambda: (uniform(0, 1, 1000),),
    "lanes_where": lambda: (uniform(0, 1, 1000),),
}


def inputs(name: str) -> tuple[Any, ...]:
    """Return the arguments of a workload."""
    return INPUTS[name.partition("_jit")[0]]()


def tree_map(f, tree):
    """Apply f to each array of nested tuples and lists."""
    if isinstance(tree, tuple | list):
        return type(tree)(tree_map(f, leaf) for leaf in tree)
    return f(tree)
