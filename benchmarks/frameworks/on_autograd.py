"""autograd (HIPS): eager differentiation over NumPy; kernels are NumPy's own."""

from importlib.metadata import version

import autograd.numpy as np
import numpy as onp
from autograd import hessian, make_jvp, value_and_grad
from inputs import CHAIN, inputs, shape
from workloads import KERNELS, NAMES

VERSION = version("autograd")


def chain_sin(x):
    for _ in range(CHAIN):
        x = np.sin(x)
    return np.sum(x)


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def tiny_mlp(params, x, y):
    w1, b1, w2, b2 = params
    p = np.tanh(x @ w1 + b1) @ w2 + b2
    return np.mean((p - y) ** 2)


def mlp(params, x):
    w1, b1, w2, b2, w3, b3 = params
    h = np.maximum(x @ w1 + b1, 0)
    h = np.maximum(h @ w2 + b2, 0)
    return h @ w3 + b3


def mlp_loss(params, x, y):
    return np.mean((mlp(params, x) - y) ** 2)


def mlp_jvp(params, tangents, x, y):
    return make_jvp(lambda p: mlp_loss(p, x, y))(params)(tangents)


def hessian_mlp16(x, w1, b1, w2):
    return hessian(lambda x: np.tanh(x @ w1 + b1) @ w2)(x)


def rnn(params, xs):
    wx, wh, b = params
    h = np.zeros(shape(32, 64), onp.float32)
    for t in range(len(xs)):
        h = np.tanh(xs[t] @ wx + h @ wh + b)
    return np.mean(h**2)


def layernorm(x, g, b):
    c = x - np.mean(x, axis=-1, keepdims=True)
    return c / np.sqrt(np.mean(c * c, axis=-1, keepdims=True) + 1e-5) * g + b


def gelu(x):
    return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * (x * x * x))))


def transformer(params, x):
    g1, c1, wq, wk, wv, wo, g2, c2, w1, b1, w2, b2 = params
    n, t, d = x.shape

    def heads(a):
        return np.transpose(np.reshape(a, (n, t, 8, d // 8)), (0, 2, 1, 3))

    h = layernorm(x, g1, c1)
    q, k, v = heads(h @ wq), heads(h @ wk), heads(h @ wv)
    s = np.matmul(q, np.swapaxes(k, -1, -2)) * (d // 8) ** -0.5
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    a = np.matmul(e / np.sum(e, axis=-1, keepdims=True), v)
    x = x + np.reshape(np.transpose(a, (0, 2, 1, 3)), (n, t, d)) @ wo
    h = layernorm(x, g2, c2)
    x = x + gelu(h @ w1 + b1) @ w2 + b2
    return np.mean(x**2)


FUNCTIONS = {
    "add_small": lambda a, b: np.add(a, b),
    "chain100_sin_small": chain_sin,
    "chain100_sin_small_grad": value_and_grad(chain_sin),
    "rosenbrock10_grad": value_and_grad(rosenbrock),
    "tiny_mlp_grad": value_and_grad(tiny_mlp),
    "mlp_forward": lambda params, x, y: mlp(params, x),
    "mlp_grad": value_and_grad(mlp_loss),
    "mlp_jvp": mlp_jvp,
    "hessian_mlp16": hessian_mlp16,
    "rnn_grad_t100": value_and_grad(rnn),
    "transformer_block_grad": value_and_grad(transformer),
}


def _workload(name, fn):
    def setup():
        args = inputs(name)
        return lambda: fn(*args)

    return setup


WORKLOADS = {name: _workload(name, fn) for name, fn in FUNCTIONS.items()}
SKIP = dict.fromkeys([n for n in NAMES if "_jit" in n], "no compiler")
SKIP |= dict.fromkeys(
    [*KERNELS, "black_scholes_4m", "gelu_chain_4m", "lorenz_1000", "newton_sqrt_while"],
    "kernels are numpy's",
)
SKIP |= dict.fromkeys(["per_sample_grads_ew", "per_sample_mlp_w3_grads"], "no vmap")
to_numpy = onp.asarray
