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


WORKLOADS = {"add": add, "scale": scale, "sines": sines}
