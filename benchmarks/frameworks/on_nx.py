"""nx and rune, on the backend that NX_BACKEND names; all of it eager."""

import nx
import rune
from inputs import CHAIN, uniform
from nx.effects import Handler, handling

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


def total(x):
    return nx.sum(chain(x))


def of(transformed, *shape):
    """Make a workload of a function of one array."""

    def workload():
        x = nx.asarray(uniform(*shape))
        return lambda: transformed(x)

    return workload


def through_handler(x):
    with handling(Handler()):
        return chain(x)


def summed_lanes(x):
    return nx.sum(rune.vmap(chain)(x))


def tangent(x):
    return rune.jvp(chain, x, x)


def tangent_of_gradient(x):
    return rune.jvp(rune.grad(total), x, x)


def gradient_of_gradient(x):
    return rune.grad(lambda x: nx.sum(rune.grad(total)(x)))(x)


def with_if(x):
    return nx.sin(x) * 2.0 if x > 0.5 else nx.cos(x) * 3.0


def with_where(x):
    return nx.where(x > 0.5, nx.sin(x) * 2.0, nx.cos(x) * 3.0)


WORKLOADS = {
    "add": add,
    "scale": scale,
    "sines": sines,
    "sines_grad": sines_grad,
    "through_handler": of(through_handler, 16),
    "through_grad": of(rune.grad(total), 16),
    "through_jvp": of(tangent, 16),
    "through_vmap": of(rune.vmap(chain), 4, 16),
    "through_vmap_grad": of(rune.vmap(rune.grad(total)), 4, 16),
    "through_grad_vmap": of(rune.grad(summed_lanes), 4, 16),
    "through_vmap_vmap": of(rune.vmap(rune.vmap(chain)), 2, 2, 16),
    "through_jvp_grad": of(tangent_of_gradient, 16),
    "through_grad_grad": of(gradient_of_gradient, 16),
    "lanes_if": of(rune.vmap(with_if), 1000),
    "lanes_where": of(rune.vmap(with_where), 1000),
}
