"""NumPy: the forward workloads."""

import numpy as np
from inputs import CHAIN, uniform

__all__ = ["VERSION", "WORKLOADS"]

VERSION = np.__version__


def add():
    a, b = uniform(8), uniform(8, seed=1)
    return lambda: a + b


def scale():
    a = uniform(8)
    return lambda: a * 2.0


def chain(x):
    for _ in range(CHAIN):
        x = np.sin(x)
    return x


def sines():
    x = uniform(16)
    return lambda: chain(x)


def additions():
    """As many additions as the chain has sines: the unit of what a transformation costs."""
    a, b = uniform(8), uniform(8, seed=1)

    def run():
        for _ in range(CHAIN):
            a + b

    return run


COSTS = ("handler", "grad", "jvp", "vmap", "vmap_grad", "grad_vmap", "vmap_vmap", "jvp_grad")
WORKLOADS = {"add": add, "scale": scale, "sines": sines} | {
    f"through_{name}": additions for name in (*COSTS, "grad_grad")
}
