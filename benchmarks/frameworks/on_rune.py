"""nx and rune, on the backend that NX_BACKEND names; all of it op by op."""

import math

import nx
import rune
from inputs import CHAIN, inputs, shape, tree_map
from nx.effects import Handler, handling
from workloads import NAMES

__all__ = ["SKIP", "VERSION", "WORKLOADS", "to_numpy"]

VERSION = f"{nx.__version__} on {nx.zeros(1).device}"  # raises where the backend can't be used


def chain(x):
    for _ in range(CHAIN):
        x = nx.sin(x)
    return x


def chain_sum(x):
    return nx.sum(chain(x))


def rosenbrock(x):
    return nx.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def tiny_mlp(params, x, y):
    w1, b1, w2, b2 = params
    p = nx.tanh(x @ w1 + b1) @ w2 + b2
    return nx.mean((p - y) ** 2)


def mlp(params, x):
    w1, b1, w2, b2, w3, b3 = params
    h = nx.relu(x @ w1 + b1)
    h = nx.relu(h @ w2 + b2)
    return h @ w3 + b3


def mlp_loss(params, x, y):
    return nx.mean((mlp(params, x) - y) ** 2)


def mlp_jvp(params, tangents, x, y):
    return rune.jvp(lambda p: mlp_loss(p, x, y), params, tangents)


def per_sample_ew(x, c):
    def loss(x, c):
        return nx.sum(nx.square(nx.sin(x * c)))

    return rune.vmap(rune.grad(loss), (0, None))(x, c)


def per_sample_w3(params, x, y):
    *rest, w3, b3 = params

    def loss(w3, x, y):
        return mlp_loss([*rest, w3, b3], x, y)

    return rune.vmap(rune.grad(loss), (None, 0, 0))(w3, x, y)


def hessian_mlp16(x, w1, b1, w2):
    return rune.hessian(lambda x: nx.tanh(x @ w1 + b1) @ w2)(x)


def rnn(params, xs):
    wx, wh, b = params
    h = nx.zeros(shape(32, 64))
    for t in range(len(xs)):
        h = nx.tanh(xs[t] @ wx + h @ wh + b)
    return nx.mean(h**2)


def transformer(params, x):
    g1, c1, wq, wk, wv, wo, g2, c2, w1, b1, w2, b2 = params
    n, t, d = x.shape

    def heads(a):
        return nx.swapaxes(a.reshape(n, t, 8, d // 8), 1, 2)

    h = nx.layer_norm(x, g1, c1)
    q, k, v = heads(h @ wq), heads(h @ wk), heads(h @ wv)
    s = nx.softmax(q @ nx.swapaxes(k, -1, -2) * (d // 8) ** -0.5, axis=-1)
    x = x + nx.swapaxes(s @ v, 1, 2).reshape(n, t, d) @ wo
    h = nx.layer_norm(x, g2, c2)
    x = x + nx.gelu(h @ w1 + b1) @ w2 + b2
    return nx.mean(x**2)


def black_scholes(s, k, t, r=0.02, sigma=0.3):
    def cdf(d):
        return 0.5 * (1 + nx.erf(d * math.sqrt(0.5)))

    sd = sigma * nx.sqrt(t)
    d1 = (nx.log(s / k) + (r + 0.5 * sigma * sigma) * t) / sd
    return s * cdf(d1) - k * nx.exp(-r * t) * cdf(d1 - sd)


def gelu_chain(x):
    for _ in range(4):
        x = 0.5 * x * (1 + nx.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))
        x = 1.1 * x + 0.1
    return x


def lorenz(x, y, z, dt=0.005):
    for _ in range(1000):
        dx, dy, dz = 10 * (y - x), x * (28 - z) - y, x * y - (8 / 3) * z
        x, y, z = x + dt * dx, y + dt * dy, z + dt * dz
    return x, y, z


def newton_sqrt(a):
    x = a
    while nx.max(nx.abs(x * x - a)) > 1e-3:
        x = 0.5 * (x + a / x)
    return x


def scatter_add(indices, rows):
    return nx.zeros(shape(50_000, 64)).at[indices].add(rows)


def through_handler(x):
    with handling(Handler()):
        return chain(x)


def summed_lanes(x):
    return nx.sum(rune.vmap(chain)(x))


def tangent(x):
    return rune.jvp(chain, x, x)


def tangent_of_gradient(x):
    return rune.jvp(rune.grad(chain_sum), x, x)


def gradient_of_gradient(x):
    return rune.grad(lambda x: nx.sum(rune.grad(chain_sum)(x)))(x)


def with_if(x):
    return nx.sin(x) * 2.0 if x > 0.5 else nx.cos(x) * 3.0


def with_where(x):
    return nx.where(x > 0.5, nx.sin(x) * 2.0, nx.cos(x) * 3.0)


FUNCTIONS = {
    # overhead
    "add_small": lambda a, b: a + b,
    "scale_small": lambda a: a * 2.0,
    "slice_small": lambda x: x[1:],
    "transpose_small": lambda x: x.T,
    "add_row_small": lambda x, row: x + row,
    "chain100_sin_small": chain_sum,
    "chain100_sin_small_grad": rune.value_and_grad(chain_sum),
    "rosenbrock10_grad": rune.value_and_grad(rosenbrock),
    "tiny_mlp_grad": rune.value_and_grad(tiny_mlp),
    # kernels
    "add_4m": lambda a, b: a + b,
    "exp_4m": nx.exp,
    "tanh_4m": nx.tanh,
    "sin_4m": nx.sin,
    "exp_f64_1m": nx.exp,
    "sum_16m": nx.sum,
    "sum_axis0_4096": lambda x: nx.sum(x, axis=0),
    "sum_axis1_4096": lambda x: nx.sum(x, axis=1),
    "max_axis1_4096": lambda x: nx.max(x, axis=1),
    "softmax_4096x1024": lambda x: nx.softmax(x, axis=-1),
    "layernorm_4096x1024": nx.layer_norm,
    "bcast_add_4096": lambda a, b: a + b,
    "transpose_copy_4096": lambda x: nx.copy(x.T),
    "matmul_1024": lambda a, b: a @ b,
    "matmul_f64_1024": lambda a, b: a @ b,
    "matmul_128x784x256": lambda a, b: a @ b,
    "matmul_batched_64x128": lambda a, b: a @ b,
    "take_rows_100k": lambda t, i: nx.take(t, i, axis=0),
    "scatter_add_rows_100k": scatter_add,
    "sort_1m": nx.sort,
    "argsort_1m": nx.argsort,
    "cumsum_4m": nx.cumulative_sum,
    "fft_c64_1m": nx.fft.fft,
    "rfft2_1024": nx.fft.rfftn,
    "cholesky_512": nx.linalg.cholesky,
    "qr_512": nx.linalg.qr,
    "svd_256": nx.linalg.svd,
    "eigh_256": nx.linalg.eigh,
    "solve_512": nx.linalg.solve,
    "normal_1m": lambda key: nx.random.normal(key, shape(1 << 20), dtype=nx.float32),
    "conv2d": lambda x, w: nx.conv2d(x, w, padding=1),
    "einsum_bhqd": lambda q, k: nx.einsum("bhqd,bhkd->bhqk", q, k),
    # transforms
    "mlp_forward": lambda params, x, y: mlp(params, x),
    "mlp_grad": rune.value_and_grad(mlp_loss),
    "mlp_jvp": mlp_jvp,
    "per_sample_grads_ew": per_sample_ew,
    "per_sample_mlp_w3_grads": per_sample_w3,
    "hessian_mlp16": hessian_mlp16,
    "black_scholes_4m": black_scholes,
    "gelu_chain_4m": gelu_chain,
    "rnn_grad_t100": rune.value_and_grad(rnn),
    "transformer_block_grad": rune.value_and_grad(transformer),
    "lorenz_1000": lorenz,
    "newton_sqrt_while": newton_sqrt,
    # costs
    "through_handler": through_handler,
    "through_grad": rune.grad(chain_sum),
    "through_jvp": tangent,
    "through_vmap": rune.vmap(chain),
    "through_vmap_grad": rune.vmap(rune.grad(chain_sum)),
    "through_grad_vmap": rune.grad(summed_lanes),
    "through_vmap_vmap": rune.vmap(rune.vmap(chain)),
    "through_jvp_grad": tangent_of_gradient,
    "through_grad_grad": gradient_of_gradient,
    "lanes_if": rune.vmap(with_if),
    "lanes_where": rune.vmap(with_where),
}
ARGUMENTS = {"normal_1m": lambda: (nx.random.key(0),)}


def _workload(name, function):
    def setup():
        if name in ARGUMENTS:
            arguments = ARGUMENTS[name]()
        else:
            arguments = tree_map(nx.asarray, inputs(name))
        return lambda: function(*arguments)

    return setup


WORKLOADS = {name: _workload(name, function) for name, function in FUNCTIONS.items()}
SKIP = dict.fromkeys([name for name in NAMES if "_jit" in name], "no jit yet")


def to_numpy(x):
    return x.numpy()
