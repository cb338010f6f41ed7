"""MLX on CPU: lazy graphs run by mx.eval; mx.compile for `_jit` names (and `mlx:jit`)."""

import math
from importlib.metadata import version

import mlx.core as mx
import numpy as np
from inputs import CHAIN, inputs, shape, tree_map
from workloads import NAMES

VERSION = version("mlx")
mx.set_default_device(mx.cpu)


def chain_sin(x):
    for _ in range(CHAIN):
        x = mx.sin(x)
    return mx.sum(x)


def rosenbrock(x):
    return mx.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def tiny_mlp(params, x, y):
    w1, b1, w2, b2 = params
    p = mx.tanh(x @ w1 + b1) @ w2 + b2
    return mx.mean((p - y) ** 2)


def mlp(params, x):
    w1, b1, w2, b2, w3, b3 = params
    h = mx.maximum(x @ w1 + b1, 0)
    h = mx.maximum(h @ w2 + b2, 0)
    return h @ w3 + b3


def mlp_loss(params, x, y):
    return mx.mean((mlp(params, x) - y) ** 2)


def train_step(params, x, y):
    loss, grads = mx.value_and_grad(mlp_loss)(params, x, y)
    return loss, [p - 0.01 * g for p, g in zip(params, grads, strict=True)]


def mlp_jvp(params, tangents, x, y):
    return mx.jvp(lambda *p: mlp_loss(p, x, y), params, tangents)


def per_sample_ew(x, c):
    return mx.vmap(mx.grad(lambda x, c: mx.sum(mx.square(mx.sin(x * c)))), (0, None))(x, c)


def per_sample_w3(params, x, y):
    *rest, w3, b3 = params

    def loss(w3, x, y):
        return mlp_loss([*rest, w3, b3], x, y)

    return mx.vmap(mx.grad(loss), (None, 0, 0))(w3, x, y)


def hessian_mlp16(x, w1, b1, w2):
    g = mx.grad(lambda x: mx.tanh(x @ w1 + b1) @ w2)
    return mx.vmap(lambda v: mx.vjp(g, [x], [v])[1][0])(mx.eye(16))


def rnn(params, xs):
    wx, wh, b = params
    h = mx.zeros(shape(32, 64))
    for t in range(len(xs)):
        h = mx.tanh(xs[t] @ wx + h @ wh + b)
    return mx.mean(h**2)


def gelu(x):
    return 0.5 * x * (1 + mx.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))


def transformer(params, x):
    g1, c1, wq, wk, wv, wo, g2, c2, w1, b1, w2, b2 = params
    n, t, d = x.shape

    def heads(a):
        return a.reshape(n, t, 8, d // 8).transpose(0, 2, 1, 3)

    h = mx.fast.layer_norm(x, g1, c1, 1e-5)
    q, k, v = heads(h @ wq), heads(h @ wk), heads(h @ wv)
    s = mx.softmax(q @ k.swapaxes(-1, -2) * (d // 8) ** -0.5, axis=-1)
    x = x + (s @ v).transpose(0, 2, 1, 3).reshape(n, t, d) @ wo
    h = mx.fast.layer_norm(x, g2, c2, 1e-5)
    x = x + gelu(h @ w1 + b1) @ w2 + b2
    return mx.mean(x**2)


def black_scholes(s, k, t, r=0.02, sigma=0.3):
    def cdf(d):
        return 0.5 * (1 + mx.erf(d * math.sqrt(0.5)))

    sd = sigma * mx.sqrt(t)
    d1 = (mx.log(s / k) + (r + 0.5 * sigma * sigma) * t) / sd
    return s * cdf(d1) - k * mx.exp(-r * t) * cdf(d1 - sd)


def gelu_chain(x):
    for _ in range(4):
        x = 1.1 * gelu(x) + 0.1
    return x


def lorenz_step(x, y, z, dt=0.005):
    dx, dy, dz = 10 * (y - x), x * (28 - z) - y, x * y - (8 / 3) * z
    return x + dt * dx, y + dt * dy, z + dt * dz


def lorenz(x, y, z, step=lorenz_step):
    for _ in range(1000):
        x, y, z = step(x, y, z)
    return x, y, z


def newton_sqrt(a):
    x = a
    while mx.max(mx.abs(x * x - a)).item() > 1e-3:
        x = 0.5 * (x + a / x)
    return x


FUNCTIONS = {
    "add_small": lambda a, b: a + b,
    "scale_small": lambda a: a * 2.0,
    "slice_small": lambda x: x[1:],
    "transpose_small": lambda x: x.T,
    "add_row_small": lambda x, row: x + row,
    "chain100_sin_small": chain_sin,
    "chain100_sin_small_grad": mx.value_and_grad(chain_sin),
    "rosenbrock10_grad": mx.value_and_grad(rosenbrock),
    "tiny_mlp_grad": mx.value_and_grad(tiny_mlp),
    "add_4m": lambda a, b: a + b,
    "exp_4m": lambda x: mx.exp(x),
    "tanh_4m": lambda x: mx.tanh(x),
    "sin_4m": lambda x: mx.sin(x),
    "exp_f64_1m": lambda x: mx.exp(x),
    "sum_16m": lambda x: mx.sum(x),
    "sum_axis0_4096": lambda x: mx.sum(x, axis=0),
    "sum_axis1_4096": lambda x: mx.sum(x, axis=1),
    "max_axis1_4096": lambda x: mx.max(x, axis=1),
    "softmax_4096x1024": lambda x: mx.softmax(x, axis=-1),
    "layernorm_4096x1024": lambda x, g, b: mx.fast.layer_norm(x, g, b, 1e-5),
    "bcast_add_4096": lambda a, b: a + b,
    "transpose_copy_4096": lambda x: mx.contiguous(x.T),
    "matmul_1024": lambda a, b: a @ b,
    "matmul_f64_1024": lambda a, b: a @ b,
    "matmul_128x784x256": lambda a, b: a @ b,
    "matmul_batched_64x128": lambda a, b: a @ b,
    "take_rows_100k": lambda t, i: mx.take(t, i, axis=0),
    "scatter_add_rows_100k": lambda i, rows: mx.zeros(shape(50_000, 64)).at[i].add(rows),
    "sort_1m": lambda x: mx.sort(x),
    "argsort_1m": lambda x: mx.argsort(x),
    "cumsum_4m": lambda x: mx.cumsum(x),
    "fft_c64_1m": lambda x: mx.fft.fft(x),
    "rfft2_1024": lambda x: mx.fft.rfft2(x),
    "cholesky_512": lambda x: mx.linalg.cholesky(x),
    "qr_512": lambda x: mx.linalg.qr(x),
    "svd_256": lambda x: mx.linalg.svd(x),
    "eigh_256": lambda x: mx.linalg.eigh(x),
    "solve_512": lambda a, b: mx.linalg.solve(a, b),
    "normal_1m": lambda key: mx.random.normal(shape(1 << 20), key=key),
    "conv2d": lambda x, w: mx.conv2d(x, w, padding=1),
    "einsum_bhqd": lambda q, k: mx.einsum("bhqd,bhkd->bhqk", q, k),
    "mlp_forward": lambda params, x, y: mlp(params, x),
    "mlp_grad": mx.value_and_grad(mlp_loss),
    "mlp_jvp": mlp_jvp,
    "per_sample_grads_ew": per_sample_ew,
    "per_sample_mlp_w3_grads": per_sample_w3,
    "hessian_mlp16": hessian_mlp16,
    "black_scholes_4m": black_scholes,
    "gelu_chain_4m": gelu_chain,
    "rnn_grad_t100": mx.value_and_grad(rnn),
    "transformer_block_grad": mx.value_and_grad(transformer),
    "lorenz_1000": lorenz,
    "newton_sqrt_while": newton_sqrt,
}


def compile_lorenz():
    step = mx.compile(lorenz_step)
    return lambda x, y, z: lorenz(x, y, z, step)


COMPILED = {
    f"{name}_jit": lambda fn=FUNCTIONS[name]: mx.compile(fn)
    for name in FUNCTIONS
    if f"{name}_jit" in NAMES
}
COMPILED |= {
    "mlp_train_step_jit": lambda: mx.compile(train_step),
    "rnn_grad_t100_jit_unrolled": lambda: mx.compile(mx.value_and_grad(rnn)),
    "lorenz_1000_jit": compile_lorenz,
}
del COMPILED["newton_sqrt_while_jit"]
KERNELS_TO_COMPILE = [
    "add_small",
    "chain100_sin_small",
    "add_4m",
    "exp_4m",
    "tanh_4m",
    "sin_4m",
    "exp_f64_1m",
    "sum_16m",
    "sum_axis0_4096",
    "sum_axis1_4096",
    "max_axis1_4096",
    "softmax_4096x1024",
    "layernorm_4096x1024",
    "bcast_add_4096",
    "normal_1m",
    "mlp_forward",
]


def to_mlx(a):
    with mx.stream(mx.cpu):
        return mx.array(a, dtype=mx.float64 if a.dtype == np.float64 else None)


def conv_args():  # MLX convolves NHWC by OHWI
    x, w = inputs("conv2d")
    return tuple(mx.contiguous(mx.array(a).transpose(0, 2, 3, 1)) for a in (x, w))


ARGS = {"normal_1m": lambda: (mx.random.key(0),), "conv2d": conv_args}


def _workload(name, make):
    def setup():
        fn, args = make(), ARGS.get(name, lambda: tree_map(to_mlx, inputs(name)))()
        mx.eval(args)

        def run():
            out = fn(*args)
            mx.eval(out)
            return out

        return run

    return setup


WORKLOADS = {name: _workload(name, lambda fn=fn: fn) for name, fn in FUNCTIONS.items()}
WORKLOADS |= {name: _workload(name, make) for name, make in COMPILED.items()}
JIT_WORKLOADS = {
    name: _workload(name, lambda name=name: mx.compile(FUNCTIONS[name]))
    for name in KERNELS_TO_COMPILE
}
NOTES = {"lorenz_1000_jit": "compiled step in a Python loop", "conv2d": "NHWC, its only layout"}
RESULTS = {"conv2d": lambda out: out.transpose(0, 3, 1, 2)}
SKIP = {"rnn_grad_t100_jit_scan": "no scan", "newton_sqrt_while_jit": "no while_loop"}


def to_numpy(x):
    return np.array(x)
