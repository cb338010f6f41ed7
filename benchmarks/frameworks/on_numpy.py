"""NumPy (SciPy only for erf): forward workloads, no differentiation."""

import math

import numpy as np
from inputs import CHAIN, inputs, shape, two
from numpy.lib.stride_tricks import sliding_window_view
from workloads import COSTS, NAMES

try:
    from scipy.special import erf
except ImportError:  # NumPy has none
    erf = None

VERSION = np.__version__


def chain_sin(x):
    for _ in range(CHAIN):
        x = np.sin(x)
    return np.sum(x)


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def layernorm(x, g, b):
    c = x - np.mean(x, axis=-1, keepdims=True)
    return c / np.sqrt(np.mean(c * c, axis=-1, keepdims=True) + 1e-5) * g + b


def scatter_add(idx, rows):
    out = np.zeros(shape(50_000, 64), np.float32)
    np.add.at(out, idx, rows)
    return out


def conv2d(x, w):
    x = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    win = sliding_window_view(x, (3, 3), axis=(2, 3))  # N C H W 3 3
    return np.tensordot(win, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)


def mlp_forward(params, x, y):
    w1, b1, w2, b2, w3, b3 = params
    h = np.maximum(x @ w1 + b1, 0)
    h = np.maximum(h @ w2 + b2, 0)
    return h @ w3 + b3


def black_scholes(s, k, t, r=0.02, sigma=0.3):
    def cdf(d):
        return 0.5 * (1 + erf(d * math.sqrt(0.5)))

    sd = sigma * np.sqrt(t)
    d1 = (np.log(s / k) + (r + 0.5 * sigma * sigma) * t) / sd
    return s * cdf(d1) - k * np.exp(-r * t) * cdf(d1 - sd)


def gelu_chain(x):
    for _ in range(4):
        x = 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))
        x = 1.1 * x + 0.1
    return x


def lorenz(x, y, z, dt=0.005):
    for _ in range(1000):
        dx, dy, dz = 10 * (y - x), x * (28 - z) - y, x * y - (8 / 3) * z
        x, y, z = x + dt * dx, y + dt * dy, z + dt * dz
    return x, y, z


def newton_sqrt(a):
    x = a
    while np.max(np.abs(x * x - a)) > 1e-3:
        x = 0.5 * (x + a / x)
    return x


def additions(a, b):
    """Do as many additions as the chain has sines: the unit of a transformation's cost."""
    for _ in range(CHAIN):
        a + b


FUNCTIONS = {
    "add_small": lambda a, b: a + b,
    "scale_small": lambda a: a * 2.0,
    "slice_small": lambda x: x[1:],
    "transpose_small": lambda x: x.T,
    "add_row_small": lambda x, row: x + row,
    "chain100_sin_small": chain_sin,
    "add_4m": lambda a, b: a + b,
    "exp_4m": np.exp,
    "tanh_4m": np.tanh,
    "sin_4m": np.sin,
    "exp_f64_1m": np.exp,
    "sum_16m": np.sum,
    "sum_axis0_4096": lambda x: np.sum(x, axis=0),
    "sum_axis1_4096": lambda x: np.sum(x, axis=1),
    "max_axis1_4096": lambda x: np.max(x, axis=1),
    "softmax_4096x1024": softmax,
    "layernorm_4096x1024": layernorm,
    "bcast_add_4096": lambda a, b: a + b,
    "transpose_copy_4096": lambda x: np.ascontiguousarray(x.T),
    "matmul_1024": lambda a, b: a @ b,
    "matmul_f64_1024": lambda a, b: a @ b,
    "matmul_128x784x256": lambda a, b: a @ b,
    "matmul_batched_64x128": lambda a, b: a @ b,
    "take_rows_100k": lambda t, i: np.take(t, i, axis=0),
    "scatter_add_rows_100k": scatter_add,
    "sort_1m": np.sort,
    "argsort_1m": np.argsort,
    "cumsum_4m": np.cumsum,
    "fft_c64_1m": np.fft.fft,
    "rfft2_1024": np.fft.rfft2,
    "cholesky_512": np.linalg.cholesky,
    "qr_512": np.linalg.qr,
    "svd_256": np.linalg.svd,
    "eigh_256": np.linalg.eigh,
    "solve_512": np.linalg.solve,
    "normal_1m": lambda rng: rng.standard_normal(shape(1 << 20), dtype=np.float32),
    "conv2d": conv2d,
    "einsum_bhqd": lambda q, k: np.einsum("bhqd,bhkd->bhqk", q, k, optimize=True),
    "mlp_forward": mlp_forward,
    "black_scholes_4m": black_scholes,
    "gelu_chain_4m": gelu_chain,
    "lorenz_1000": lorenz,
    "newton_sqrt_while": newton_sqrt,
}
FUNCTIONS |= dict.fromkeys(COSTS, additions)
ARGS = {"normal_1m": lambda: (np.random.default_rng(0),)} | dict.fromkeys(COSTS, lambda: two(8))


def _workload(name, fn):
    def setup():
        args = ARGS.get(name, lambda: inputs(name))()
        return lambda: fn(*args)

    return setup


WORKLOADS = {name: _workload(name, fn) for name, fn in FUNCTIONS.items()}
SKIP = dict.fromkeys(
    [n for n in NAMES if "grad" in n or "jvp" in n or "hessian" in n], "no differentiation"
)
SKIP |= dict.fromkeys([n for n in NAMES if "_jit" in n and n not in SKIP], "no compiler")
if erf is None:
    del WORKLOADS["black_scholes_4m"]
    SKIP["black_scholes_4m"] = "SciPy's erf isn't installed"
to_numpy = np.asarray
