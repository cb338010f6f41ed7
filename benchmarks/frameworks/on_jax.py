"""JAX on the CPU, not compiled; each call waits for its result."""

import jax
import jax.numpy as jnp
from inputs import CHAIN, uniform

__all__ = ["VERSION", "WORKLOADS"]

VERSION = jax.__version__


def add():
    a, b = jnp.asarray(uniform(8)), jnp.asarray(uniform(8, seed=1))
    return lambda: (a + b).block_until_ready()


def scale():
    a = jnp.asarray(uniform(8))
    return lambda: (a * 2.0).block_until_ready()


def chain(x):
    for _ in range(CHAIN):
        x = jnp.sin(x)
    return x


def sines():
    x = jnp.asarray(uniform(16))
    return lambda: chain(x).block_until_ready()


def sines_grad():
    x = jnp.asarray(uniform(16))
    run = jax.value_and_grad(lambda x: jnp.sum(chain(x)))
    return lambda: jax.block_until_ready(run(x))


WORKLOADS = {"add": add, "scale": scale, "sines": sines, "sines_grad": sines_grad}
