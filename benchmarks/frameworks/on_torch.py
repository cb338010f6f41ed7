"""PyTorch on CPU: eager, and torch.compile (inductor) for `_jit` names."""

import math

import torch
from inputs import CHAIN, inputs, shape, tree_map
from torch.func import grad, grad_and_value, hessian, jvp, vmap
from torch.nn import functional

VERSION = torch.__version__


def value_and_grad(f):
    """Reverse mode through the tape; the first argument holds leaf tensors."""

    def run(params, *rest):
        loss = f(params, *rest)
        leaves = params if isinstance(params, (list, tuple)) else [params]
        return loss.detach(), torch.autograd.grad(loss, leaves)

    return run


def chain_sin(x):
    for _ in range(CHAIN):
        x = torch.sin(x)
    return torch.sum(x)


def rosenbrock(x):
    return torch.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def tiny_mlp(params, x, y):
    w1, b1, w2, b2 = params
    p = torch.tanh(x @ w1 + b1) @ w2 + b2
    return torch.mean((p - y) ** 2)


def mlp(params, x):
    w1, b1, w2, b2, w3, b3 = params
    h = torch.relu(x @ w1 + b1)
    h = torch.relu(h @ w2 + b2)
    return h @ w3 + b3


def mlp_loss(params, x, y):
    return torch.mean((mlp(params, x) - y) ** 2)


def train_step(params, x, y):
    grads, loss = grad_and_value(mlp_loss)(params, x, y)
    return loss, [p - 0.01 * g for p, g in zip(params, grads, strict=True)]


def mlp_jvp(params, tangents, x, y):
    return jvp(lambda p: mlp_loss(p, x, y), (params,), (tangents,))


def per_sample_ew(x, c):
    return vmap(grad(lambda x, c: torch.sum(torch.square(torch.sin(x * c)))), (0, None))(x, c)


def per_sample_w3(params, x, y):
    *rest, w3, b3 = params

    def loss(w3, x, y):
        return mlp_loss([*rest, w3, b3], x, y)

    return vmap(grad(loss), (None, 0, 0))(w3, x, y)


def hessian_mlp16(x, w1, b1, w2):
    return hessian(lambda x: torch.tanh(x @ w1 + b1) @ w2)(x)


def rnn(params, xs):
    wx, wh, b = params
    h = torch.zeros(shape(32, 64))
    for t in range(len(xs)):
        h = torch.tanh(xs[t] @ wx + h @ wh + b)
    return torch.mean(h**2)


def transformer(params, x):
    g1, c1, wq, wk, wv, wo, g2, c2, w1, b1, w2, b2 = params
    n, t, d = x.shape

    def heads(a):
        return a.reshape(n, t, 8, d // 8).transpose(1, 2)

    h = functional.layer_norm(x, (d,), g1, c1)
    q, k, v = heads(h @ wq), heads(h @ wk), heads(h @ wv)
    s = torch.softmax(q @ k.transpose(-1, -2) * (d // 8) ** -0.5, dim=-1)
    x = x + (s @ v).transpose(1, 2).reshape(n, t, d) @ wo
    h = functional.layer_norm(x, (d,), g2, c2)
    x = x + functional.gelu(h @ w1 + b1, approximate="tanh") @ w2 + b2
    return torch.mean(x**2)


def black_scholes(s, k, t, r=0.02, sigma=0.3):
    def cdf(d):
        return 0.5 * (1 + torch.erf(d * math.sqrt(0.5)))

    sd = sigma * torch.sqrt(t)
    d1 = (torch.log(s / k) + (r + 0.5 * sigma * sigma) * t) / sd
    return s * cdf(d1) - k * torch.exp(-r * t) * cdf(d1 - sd)


def gelu_chain(x):
    for _ in range(4):
        x = 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))
        x = 1.1 * x + 0.1
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
    while torch.max(torch.abs(x * x - a)) > 1e-3:
        x = 0.5 * (x + a / x)
    return x


def compile(f):
    return torch.compile(f, dynamic=False, fullgraph=True)


def compile_lorenz():
    step = compile(lorenz_step)
    return lambda x, y, z: lorenz(x, y, z, step)


FUNCTIONS = {
    "add_small": lambda a, b: a + b,
    "scale_small": lambda a: a * 2.0,
    "slice_small": lambda x: x[1:],
    "transpose_small": lambda x: x.T,
    "add_row_small": lambda x, row: x + row,
    "chain100_sin_small": chain_sin,
    "chain100_sin_small_grad": value_and_grad(chain_sin),
    "rosenbrock10_grad": value_and_grad(rosenbrock),
    "tiny_mlp_grad": value_and_grad(tiny_mlp),
    "add_4m": lambda a, b: a + b,
    "exp_4m": lambda x: torch.exp(x),
    "tanh_4m": lambda x: torch.tanh(x),
    "sin_4m": lambda x: torch.sin(x),
    "exp_f64_1m": lambda x: torch.exp(x),
    "sum_16m": lambda x: torch.sum(x),
    "sum_axis0_4096": lambda x: torch.sum(x, 0),
    "sum_axis1_4096": lambda x: torch.sum(x, 1),
    "max_axis1_4096": lambda x: torch.amax(x, 1),
    "softmax_4096x1024": lambda x: torch.softmax(x, -1),
    "layernorm_4096x1024": lambda x, g, b: functional.layer_norm(x, x.shape[-1:], g, b),
    "bcast_add_4096": lambda a, b: a + b,
    "transpose_copy_4096": lambda x: x.T.contiguous(),
    "matmul_1024": lambda a, b: a @ b,
    "matmul_f64_1024": lambda a, b: a @ b,
    "matmul_128x784x256": lambda a, b: a @ b,
    "matmul_batched_64x128": lambda a, b: a @ b,
    "take_rows_100k": lambda t, i: torch.index_select(t, 0, i),
    "scatter_add_rows_100k": lambda i, rows: torch.zeros(shape(50_000, 64)).index_add_(0, i, rows),
    "sort_1m": lambda x: torch.sort(x)[0],
    "argsort_1m": lambda x: torch.argsort(x),
    "cumsum_4m": lambda x: torch.cumsum(x, 0),
    "fft_c64_1m": lambda x: torch.fft.fft(x),
    "rfft2_1024": lambda x: torch.fft.rfft2(x),
    "cholesky_512": lambda x: torch.linalg.cholesky(x),
    "qr_512": lambda x: torch.linalg.qr(x),
    "svd_256": lambda x: torch.linalg.svd(x),
    "eigh_256": lambda x: torch.linalg.eigh(x),
    "solve_512": lambda a, b: torch.linalg.solve(a, b),
    "normal_1m": lambda: torch.randn(shape(1 << 20)),
    "conv2d": lambda x, w: functional.conv2d(x, w, padding=1),
    "einsum_bhqd": lambda q, k: torch.einsum("bhqd,bhkd->bhqk", q, k),
    "mlp_forward": lambda params, x, y: mlp(params, x),
    "mlp_grad": value_and_grad(mlp_loss),
    "mlp_jvp": mlp_jvp,
    "per_sample_grads_ew": per_sample_ew,
    "per_sample_mlp_w3_grads": per_sample_w3,
    "hessian_mlp16": hessian_mlp16,
    "black_scholes_4m": black_scholes,
    "gelu_chain_4m": gelu_chain,
    "rnn_grad_t100": value_and_grad(rnn),
    "transformer_block_grad": value_and_grad(transformer),
    "lorenz_1000": lorenz,
    "newton_sqrt_while": newton_sqrt,
}
# Differentiated losses are compiled (forward and backward by AOTAutograd) and
# driven through the tape, torch's usual route and faster to call than a
# compiled torch.func.grad.
COMPILED = {
    "chain100_sin_small_grad_jit": lambda: value_and_grad(compile(chain_sin)),
    "rosenbrock10_grad_jit": lambda: value_and_grad(compile(rosenbrock)),
    "tiny_mlp_grad_jit": lambda: value_and_grad(compile(tiny_mlp)),
    "mlp_grad_jit": lambda: value_and_grad(compile(mlp_loss)),
    "mlp_train_step_jit": lambda: compile(train_step),
    "mlp_jvp_jit": lambda: compile(mlp_jvp),
    "per_sample_grads_ew_jit": lambda: compile(per_sample_ew),
    "per_sample_mlp_w3_grads_jit": lambda: compile(per_sample_w3),
    "hessian_mlp16_jit": lambda: compile(hessian_mlp16),
    "black_scholes_4m_jit": lambda: compile(black_scholes),
    "gelu_chain_4m_jit": lambda: compile(gelu_chain),
    "rnn_grad_t100_jit_unrolled": lambda: value_and_grad(compile(rnn)),
    "transformer_block_grad_jit": lambda: value_and_grad(compile(transformer)),
    "lorenz_1000_jit": compile_lorenz,
}
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
    "transpose_copy_4096",
    "cumsum_4m",
    "mlp_forward",
]


def _args(name):
    args = tree_map(torch.from_numpy, inputs(name))
    if "grad" in name and name.split("_jit")[0] in FUNCTIONS and "per_sample" not in name:
        leaves = args[0] if isinstance(args[0], list) else [args[0]]
        for p in leaves:
            p.requires_grad_()
    return args


def _workload(name, make):
    def setup():
        fn, args = make(), _args(name)
        return lambda: fn(*args)

    return setup


WORKLOADS = {name: _workload(name, lambda fn=fn: fn) for name, fn in FUNCTIONS.items()}
WORKLOADS |= {name: _workload(name, make) for name, make in COMPILED.items()}
JIT_WORKLOADS = {
    name: _workload(name, lambda name=name: compile(FUNCTIONS[name])) for name in KERNELS_TO_COMPILE
}
NOTES = {"lorenz_1000_jit": "compiled step in a Python loop"}
SKIP = {"rnn_grad_t100_jit_scan": "no stable scan", "newton_sqrt_while_jit": "no stable while_loop"}


def to_numpy(x):
    return x.detach().numpy()
