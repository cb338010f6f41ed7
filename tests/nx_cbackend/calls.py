"""A call of every primitive that the backend computes in C, of any size.

For tests of what has nothing to do with values: Ctrl-C, failing allocations, many threads.
Elementwise primitives take the operands of the contract kit, repeated; the others have a row here.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import nx
from nx.testing import ROWS, Subject

VIEWS = {"bitcast", "broadcast_to", "conj", "detach", "flip", "imag", "permute_dims"}
VIEWS |= {"real", "reshape", "slice", "unfold"}
"""They move nothing, or may: nothing to interrupt."""


@dataclass(frozen=True)
class Call:
    """One primitive with operands in the backend's storage."""

    name: str
    run: Callable
    storages: tuple
    how: str

    def __call__(self):
        return self.run(*self.storages)


def numbers(*shape):
    """Cheap to make, no two neighbours equal, half of them negative."""
    size = int(np.prod(shape))
    return np.resize(np.random.default_rng(0).uniform(-2, 2, 10_007), size).reshape(shape)


def floats(*shape):
    return numbers(*shape).astype(np.float32)


def square(n):
    side = max(2, int(n**0.5))
    return floats(side, side)


def places(n, most):
    return np.random.default_rng(1).integers(0, most, n)


def reduced(**params):
    return lambda n: ([square(n)], params)


def scattered(n):
    return [floats(n // 8, 4), floats(n // 4, 4), places(n // 4, n // 8)], {"axes": (0,)}


def made(**params):
    return lambda n: (
        [],
        {"dtype": nx.float32, "device": nx.Device("c"), **{k: f(n) for k, f in params.items()}},
    )


STRUCTURED = {
    "sum": reduced(axes=(0, 1)),
    "prod": reduced(axes=(1,)),
    "max": reduced(axes=(0,)),
    "min": reduced(axes=(0, 1)),
    "any": lambda n: ([square(n) > 9], {"axes": (0,)}),
    "all": lambda n: ([square(n) < 9], {"axes": (1,)}),
    "argmax": reduced(axis=1),
    "argmin": reduced(axis=0),
    "cumsum": reduced(axis=1, reverse=False),
    "cumprod": reduced(axis=0, reverse=True),
    "cummax": lambda n: ([floats(n)], {"axis": 0, "reverse": False}),
    "cummin": reduced(axis=1, reverse=True),
    "sort": lambda n: ([floats(n)], {"axis": 0, "descending": False}),
    "argsort": lambda n: ([floats(n)], {"axis": 0, "descending": True}),
    "pad": lambda n: (
        [square(n), np.float32(1)],
        {"low": (1, 2), "high": (3, 1), "interior": (0, 1)},
    ),
    "concat": lambda n: ([floats(n // 3, 1), floats(n // 3, 2)], {"axis": 1}),
    "copy": lambda n: ([square(n).T], {}),
    "cast": lambda n: ([square(n).T], {"dtype": nx.float64}),
    "full": made(shape=lambda n: (n,), value=lambda n: 3),
    "iota": made(length=lambda n: n),
    "gather": lambda n: ([floats(n // 8, 4), places(n // 4, n // 8)], {"axes": (0,)}),
    "scatter_set": scattered,
    "scatter_add": scattered,
    "scatter_multiply": scattered,
    "scatter_min": scattered,
    "scatter_max": scattered,
    "fold": lambda n: (
        [floats(4, n // 12 - 2, 3)],
        {"shape": (n // 12,), "strides": (1,), "dilation": (1,)},
    ),
    "threefry2x32": lambda n: (
        [np.array([1, 2], np.uint32), np.arange(n // 2 * 2, dtype=np.uint32).reshape(-1, 2)],
        {},
    ),
    "random_bits": lambda n: ([np.array([1, 2], np.uint32)], {"length": n, "width": 32}),
    "softmax": reduced(axis=1),
    "log_softmax": reduced(axis=0),
    "logsumexp": reduced(axes=(1,)),
    "layer_norm": lambda n: (
        [square(n), floats(square(n).shape[1]), np.float32(1)],
        {"axes": (1,), "epsilon": 1e-5},
    ),
    "moments": reduced(axes=(0,)),
}
"""By name, a function of the number of elements, roughly, that gives operands and parameters."""


def tiled(name, dtype, n, device):
    """Return the kit's operands, repeated to n elements, and the parameters."""
    row = ROWS[name]
    sample = row.samples_of(dtype)[0]
    operands = [np.resize(x, n) for x in row.draw(sample, dtype)]
    return operands, sample.bound(dtype, device)


def call(name, n, dtype=None):
    """Return a call over n elements or so; `how` tells if the backend itself computes it.

    Of an elementwise primitive the first dtype that it does so in, if none is given.
    """
    subject = Subject.named("c")
    row = ROWS[name]
    for tried in (dtype,) if dtype or name in STRUCTURED else ("float32", "float64", *row.dtypes):
        if name in STRUCTURED:
            operands, params = STRUCTURED[name](n)
        elif tried in row.dtypes:
            operands, params = tiled(name, tried, n, subject.device)
        else:
            continue
        held = [subject.hold(np.asarray(x)) for x in operands]
        plan = subject.plan(row.primitive, tuple(h.type for h in held), params)
        if plan.how == "native":
            break
    return Call(name, plan.run, tuple(h.storage for h in held), plan.how)


def names():
    """Return the primitives that the backend computes and that can take long."""
    return sorted(Subject.named("c").backend.natives() - VIEWS)


__all__ = ["STRUCTURED", "VIEWS", "Call", "call", "names"]
