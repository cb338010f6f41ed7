"""JAX on CPU: op-by-op eager, and jax.jit for `_jit` names (and `jax:jit`)."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from inputs import CHAIN, inputs, shape, tree_map
from jax import lax
from workloads import KERNELS, NAMES

VERSION = jax.__version__


def chain_sin(x):
    for _ in range(CHAIN):
        x = jnp.sin(x)
    return jnp.sum(x)


def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def tiny_mlp(params, x, y):
    w1, b1, w2, b2 = params
    p = jnp.tanh(x @ w1 + b1) @ w2 + b2
    return jnp.mean((p - y) ** 2)


def softmax(x):
    return jax.nn.softmax(x, axis=-1)


def layernorm(x, g, b):
    c = x - jnp.mean(x, axis=-1, keepdims=True)
    return c * lax.rsqrt(jnp.mean(c * c, axis=-1, keepdims=True) + 1e-5) * g + b


def mlp(params, x):
    w1, b1, w2, b2, w3, b3 = params
    h = jnp.maximum(x @ w1 + b1, 0)
    h = jnp.maximum(h @ w2 + b2, 0)
    return h @ w3 + b3


def mlp_loss(params, x, y):
    return jnp.mean((mlp(params, x) - y) ** 2)


def train_step(params, x, y):
    loss, grads = jax.value_and_grad(mlp_loss)(params, x, y)
    return loss, [p - 0.01 * g for p, g in zip(params, grads, strict=True)]


def mlp_jvp(params, tangents, x, y):
    return jax.jvp(lambda p: mlp_loss(p, x, y), (params,), (tangents,))


def per_sample_ew(x, c):
    return jax.vmap(jax.grad(lambda x, c: jnp.sum(jnp.square(jnp.sin(x * c)))), (0, None))(x, c)


def per_sample_w3(params, x, y):
    *rest, w3, b3 = params

    def loss(w3, x, y):
        return mlp_loss([*rest, w3, b3], x, y)

    return jax.vmap(jax.grad(loss), (None, 0, 0))(w3, x, y)


def hessian_mlp16(x, w1, b1, w2):
    return jax.hessian(lambda x: jnp.tanh(x @ w1 + b1) @ w2)(x)


def rnn(params, xs):
    wx, wh, b = params
    h = jnp.zeros(shape(32, 64), jnp.float32)
    for t in range(len(xs)):
        h = jnp.tanh(xs[t] @ wx + h @ wh + b)
    return jnp.mean(h**2)


def rnn_scan(params, xs):
    wx, wh, b = params

    def step(h, x):
        return (jnp.tanh(x @ wx + h @ wh + b), None)

    h, _ = lax.scan(step, jnp.zeros(shape(32, 64), jnp.float32), xs)
    return jnp.mean(h**2)


def transformer(params, x):
    g1, c1, wq, wk, wv, wo, g2, c2, w1, b1, w2, b2 = params
    n, t, d = x.shape

    def heads(a):
        return a.reshape(n, t, 8, d // 8).transpose(0, 2, 1, 3)

    h = layernorm(x, g1, c1)
    q, k, v = heads(h @ wq), heads(h @ wk), heads(h @ wv)
    s = jax.nn.softmax(q @ k.swapaxes(-1, -2) * (d // 8) ** -0.5, axis=-1)
    x = x + (s @ v).transpose(0, 2, 1, 3).reshape(n, t, d) @ wo
    h = layernorm(x, g2, c2)
    x = x + jax.nn.gelu(h @ w1 + b1, approximate=True) @ w2 + b2
    return jnp.mean(x**2)


def black_scholes(s, k, t, r=0.02, sigma=0.3):
    def cdf(d):
        return 0.5 * (1 + lax.erf(d * math.sqrt(0.5)))

    sd = sigma * jnp.sqrt(t)
    d1 = (jnp.log(s / k) + (r + 0.5 * sigma * sigma) * t) / sd
    return s * cdf(d1) - k * jnp.exp(-r * t) * cdf(d1 - sd)


def gelu_chain(x):
    for _ in range(4):
        x = 0.5 * x * (1 + jnp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))
        x = 1.1 * x + 0.1
    return x


def lorenz_step(x, y, z, dt=0.005):
    dx, dy, dz = 10 * (y - x), x * (28 - z) - y, x * y - (8 / 3) * z
    return x + dt * dx, y + dt * dy, z + dt * dz


def lorenz(x, y, z):
    for _ in range(1000):
        x, y, z = lorenz_step(x, y, z)
    return x, y, z


def lorenz_scan(x, y, z):
    return lax.scan(lambda s, _: (lorenz_step(*s), None), (x, y, z), length=1000)[0]


def newton_sqrt(a):
    x = a
    while jnp.max(jnp.abs(x * x - a)) > 1e-3:
        x = 0.5 * (x + a / x)
    return x


def newton_sqrt_while(a):
    return lax.while_loop(
        lambda x: jnp.max(jnp.abs(x * x - a)) > 1e-3, lambda x: 0.5 * (x + a / x), a
    )


def conv2d(x, w):
    return lax.conv_general_dilated(
        x, w, (1, 1), "SAME", dimension_numbers=("NCHW", "OIHW", "NCHW")
    )


FUNCTIONS = {
    "add_small": lambda a, b: a + b,
    "scale_small": lambda a: a * 2.0,
    "slice_small": lambda x: x[1:],
    "transpose_small": lambda x: x.T,
    "add_row_small": lambda x, row: x + row,
    "chain100_sin_small": chain_sin,
    "chain100_sin_small_grad": jax.value_and_grad(chain_sin),
    "rosenbrock10_grad": jax.value_and_grad(rosenbrock),
    "tiny_mlp_grad": jax.value_and_grad(tiny_mlp),
    "add_4m": lambda a, b: a + b,
    "exp_4m": jnp.exp,
    "tanh_4m": jnp.tanh,
    "sin_4m": jnp.sin,
    "exp_f64_1m": jnp.exp,
    "sum_16m": lambda x: jnp.sum(x),
    "sum_axis0_4096": lambda x: jnp.sum(x, axis=0),
    "sum_axis1_4096": lambda x: jnp.sum(x, axis=1),
    "max_axis1_4096": lambda x: jnp.max(x, axis=1),
    "softmax_4096x1024": softmax,
    "layernorm_4096x1024": layernorm,
    "bcast_add_4096": lambda a, b: a + b,
    "transpose_copy_4096": lambda x: x.T,
    "matmul_1024": lambda a, b: a @ b,
    "matmul_f64_1024": lambda a, b: a @ b,
    "matmul_128x784x256": lambda a, b: a @ b,
    "matmul_batched_64x128": lambda a, b: a @ b,
    "take_rows_100k": lambda t, i: jnp.take(t, i, axis=0),
    "scatter_add_rows_100k": lambda i, rows: (
        jnp.zeros(shape(50_000, 64), jnp.float32).at[i].add(rows)
    ),
    "sort_1m": lambda x: jnp.sort(x),
    "argsort_1m": lambda x: jnp.argsort(x),
    "cumsum_4m": lambda x: jnp.cumsum(x),
    "fft_c64_1m": lambda x: jnp.fft.fft(x),
    "rfft2_1024": lambda x: jnp.fft.rfft2(x),
    "cholesky_512": lambda x: jnp.linalg.cholesky(x),
    "qr_512": lambda x: jnp.linalg.qr(x),
    "svd_256": lambda x: jnp.linalg.svd(x),
    "eigh_256": lambda x: jnp.linalg.eigh(x),
    "solve_512": jnp.linalg.solve,
    "normal_1m": lambda key: jax.random.normal(key, shape(1 << 20), jnp.float32),
    "conv2d": conv2d,
    "einsum_bhqd": lambda q, k: jnp.einsum("bhqd,bhkd->bhqk", q, k),
    "mlp_forward": lambda params, x, y: mlp(params, x),
    "mlp_grad": jax.value_and_grad(mlp_loss),
    "mlp_jvp": mlp_jvp,
    "per_sample_grads_ew": per_sample_ew,
    "per_sample_mlp_w3_grads": per_sample_w3,
    "hessian_mlp16": hessian_mlp16,
    "black_scholes_4m": black_scholes,
    "gelu_chain_4m": gelu_chain,
    "rnn_grad_t100": jax.value_and_grad(rnn),
    "transformer_block_grad": jax.value_and_grad(transformer),
    "lorenz_1000": lorenz,
    "newton_sqrt_while": newton_sqrt,
}
COMPILED = {f"{name}_jit": FUNCTIONS[name] for name in FUNCTIONS if f"{name}_jit" in NAMES}
COMPILED |= {
    "mlp_train_step_jit": train_step,
    "rnn_grad_t100_jit_scan": jax.value_and_grad(rnn_scan),
    "rnn_grad_t100_jit_unrolled": jax.value_and_grad(rnn),
    "lorenz_1000_jit": lorenz_scan,
    "newton_sqrt_while_jit": newton_sqrt_while,
}
ARGS = {"normal_1m": lambda: (jax.random.key(0),)}
X64 = ("rosenbrock", "f64")


def sync(out):
    return out.block_until_ready() if isinstance(out, jax.Array) else jax.block_until_ready(out)


def _workload(name, fn, jit=False):
    def setup():
        jax.config.update("jax_enable_x64", any(s in name for s in X64))
        args = ARGS.get(name, lambda: tree_map(jnp.asarray, inputs(name)))()
        f = jax.jit(fn) if jit else fn
        return lambda: sync(f(*args))

    return setup


WORKLOADS = {name: _workload(name, fn) for name, fn in FUNCTIONS.items()}
WORKLOADS |= {name: _workload(name, fn, jit=True) for name, fn in COMPILED.items()}
JIT_WORKLOADS = {
    name: _workload(name, fn, jit=True)
    for name, fn in FUNCTIONS.items()
    if name in ["add_small", "chain100_sin_small", "mlp_forward", *KERNELS]
}
SKIP = {}
to_numpy = np.asarray
