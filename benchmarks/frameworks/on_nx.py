"""nx and rune, on the backend that NX_BACKEND names; all of it eager."""

import nx
import rune
from inputs import CHAIN, uniform

__all__ = ["VERSION", "WORKLOADS"]

VERSION = f"{nx.__version__} on {nx.zeros(1).device}"  # raises where the backend can't be used


def add():
    a, b = nx.asarray(uniform(8)), nx.asarray(uniform(8, seed=1))
    return lambda: a + b


def scale():
    a = nx.asarray(uniform(8))
    return lambda: a * 2.0


def chain(x):
    for _ in range(CHAIN):
        x = nx.sin(x)
    return x


def sines():
    x = nx.asarray(uniform(16))
    return lambda: chain(x)


def sines_grad():
    x = nx.asarray(uniform(16))
    run = rune.value_and_grad(lambda x: nx.sum(chain(x)))
    return lambda: run(x)


WORKLOADS = {"add": add, "scale": scale, "sines": sines, "sines_grad": sines_grad}
