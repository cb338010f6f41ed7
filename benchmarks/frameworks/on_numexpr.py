"""numexpr: fused elementwise expressions only."""

import numexpr as ne
import numpy as np
from inputs import inputs
from workloads import NAMES

VERSION = ne.__version__
F = np.float32
EXPRESSIONS = {
    "add_small": ("a + b", ["a", "b"]),
    "add_4m": ("a + b", ["a", "b"]),
    "exp_4m": ("exp(a)", ["a"]),
    "tanh_4m": ("tanh(a)", ["a"]),
    "sin_4m": ("sin(a)", ["a"]),
    "exp_f64_1m": ("exp(a)", ["a"]),
    "bcast_add_4096": ("a + b", ["a", "b"]),
}


def _workload(name, expr, names):
    def setup():
        scope = dict(zip(names, inputs(name), strict=True))
        return lambda: ne.evaluate(expr, local_dict=scope)

    return setup


def gelu_chain_4m():
    # One expression per stage: a single string for all four grows as 5**4.
    stage = "c11 * (half * x * (one + tanh(s * (x + a * (x * x * x))))) + c01"
    consts = {
        "c11": F(1.1),
        "c01": F(0.1),
        "half": F(0.5),
        "one": F(1),
        "s": F(0.7978845608028654),
        "a": F(0.044715),
    }
    (x0,) = inputs("gelu_chain_4m")

    def run():
        x = x0
        for _ in range(4):
            x = ne.evaluate(stage, local_dict=dict(consts, x=x))
        return x

    return run


WORKLOADS = {name: _workload(name, *spec) for name, spec in EXPRESSIONS.items()}
WORKLOADS["gelu_chain_4m"] = gelu_chain_4m
SKIP = dict.fromkeys([n for n in NAMES if n not in WORKLOADS], "elementwise only; no erf")
to_numpy = np.asarray
