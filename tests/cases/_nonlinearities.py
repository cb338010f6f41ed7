"""Cases of the networks' nonlinear functions; kinks are among the corners."""

import numpy as np
import nx
from scipy import special

from tests.cases._case import Operand
from tests.cases._composed import FLOATING, composed

__all__ = ["CASES"]


def softplus(x):
    return np.logaddexp(x, 0)


def celu(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def gelu(x):
    return x * special.ndtr(x)


def gelu_of_tanh(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def hard_sigmoid(x):
    return np.clip((x + 3) / 6, 0, 1)


def one(name, function, reference, low=-4.0, high=4.0):
    operand = Operand(shape=(3, 8), low=low, high=high, gap=0.2)
    return composed(name, function, reference, operand, dtypes=FLOATING, tolerance=16)


CASES = [
    one("elu", nx.elu, elu),
    one("elu_of_half", lambda x: nx.elu(x, 0.5), lambda x: elu(x, 0.5)),
    one("selu", nx.selu, lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772)),
    one("celu", lambda x: nx.celu(x, 1.5), lambda x: celu(x, 1.5)),
    one("gelu", nx.gelu, gelu_of_tanh, -2.5, 2.5),
    one("gelu_exact", lambda x: nx.gelu(x, approximate=False), gelu, -2.5, 2.5),
    one("silu", nx.silu, lambda x: x * special.expit(x)),
    one("softplus", nx.softplus, softplus),
    one("softplus_far", nx.softplus, softplus, -300, 300),
    one("mish", nx.mish, lambda x: x * np.tanh(softplus(x))),
    one("log_sigmoid", nx.log_sigmoid, special.log_expit),
    one("leaky_relu", lambda x: nx.leaky_relu(x, 0.25), lambda x: np.where(x < 0, x / 4, x)),
    one("relu6", nx.relu6, lambda x: np.clip(x, 0, 6), -9, 9),
    one("hard_sigmoid", nx.hard_sigmoid, hard_sigmoid, -2.5, 2.5),
    one("hard_swish", nx.hard_swish, lambda x: x * hard_sigmoid(x), -2.5, 2.5),
    one("hard_tanh", nx.hard_tanh, lambda x: np.clip(x, -1, 1), -0.9, 0.9),
    one("hard_tanh_beyond", nx.hard_tanh, lambda x: np.clip(x, -1, 1), 1.5, 9),
    one("soft_sign", nx.soft_sign, lambda x: x / (1 + abs(x))),
    one("glu", nx.glu, lambda x: x[:, :4] * special.expit(x[:, 4:])),
    composed(
        *("glu_of_rows", lambda x: nx.glu(x, axis=0), lambda x: x[:1] * special.expit(x[1:])),
        Operand(shape=(2, 3)),
        dtypes=FLOATING,
        tolerance=16,
    ),
]
