"""Operators, indexing and functional updates, written once and run by nx and by JAX."""

import numpy as np
import nx
import pytest
import rune

from tests.against_jax._comparing import close, leaves, run

# Of the library, x of shape (4, 3) and v of shape (3,): positive, no two elements alike.
OPERATORS = {
    "add": lambda np, x, v: x + v,
    "add-number": lambda np, x, v: x + 2,
    "number-subtract": lambda np, x, v: 2.5 - x,
    "multiply": lambda np, x, v: x * v * 0.5,
    "divide": lambda np, x, v: x / v,
    "number-divide": lambda np, x, v: 1 / x,
    "floor-divide": lambda np, x, v: x // 0.7,
    "remainder": lambda np, x, v: x % 0.7,
    "power": lambda np, x, v: x**3,
    "power-array": lambda np, x, v: x**v,
    "number-power": lambda np, x, v: 2.0**x,
    "matmul": lambda np, x, v: x @ v,
    "negative-absolute": lambda np, x, v: abs(-x),
    "compare": lambda np, x, v: (x < v, x <= v, x == v, x != v, x > v, x >= v),
    "logic": lambda np, x, v: ~((x < v) & (x > 1) | (v > 1) ^ (x > 1)),
}
INDEXING = {
    "integer": lambda np, x, v: x[-1],
    "element": lambda np, x, v: x[2, 1],
    "slices": lambda np, x, v: x[1:, ::-2],
    "empty": lambda np, x, v: x[2:2],
    "ellipsis": lambda np, x, v: x[..., None, 0],
    "array": lambda np, x, v: x[np.asarray([0, 3, 3])],
    "array-negative": lambda np, x, v: x[:, np.asarray([[-1, 0]])],
    "two-arrays": lambda np, x, v: x[np.asarray([[0], [2]]), np.asarray([1, 1])],
    "array-and-slice": lambda np, x, v: x[np.asarray([1, 1]), 1:],
}


def updated(method, index):
    """Return a functional update; JAX multiplies with a slope only where told of no duplicates."""

    def update(np, x, v):
        told = {"unique_indices": True} if method == "multiply" and np is not nx else {}
        return getattr(x.at[index(np)], method)(v, **told)

    return update


PLACES = {
    "row": lambda np: 1,
    "slice": lambda np: slice(1, 3),
    "array": lambda np: np.asarray([0, 2]),
    "column": lambda np: (slice(0, 3), 1),
    "negative": lambda np: (np.asarray([-1, 0, 2]), np.asarray([0, -1, 2])),
}
METHODS = ("set", "add", "multiply", "min", "max")
UPDATES = {f"{m}-{label}": updated(m, at) for m in METHODS for label, at in PLACES.items()}


def twice(np):
    return np.asarray([0, 2, 0]), np.asarray([1, 1, 1])


TWICE = {f"{m}-twice": updated(m, twice) for m in ("add", "min", "max")}
ALL = {**OPERATORS, **INDEXING, **UPDATES, **TWICE}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "complex128"])
def test_syntax(jax, dtype):
    rng = np.random.default_rng(5)
    x, v = rng.uniform(0.2, 2, (4, 3)).astype(dtype), rng.uniform(0.2, 2, 3).astype(dtype)
    if dtype == "complex128":
        x = x + 1j * rng.uniform(0.2, 2, (4, 3))
    functions = {k: f for k, f in ALL.items() if dtype != "complex128" or k in FOR_COMPLEX}

    def call(library, function):
        def parts(x, v):
            found = leaves(function(library, x, v))
            smooth = "bool" not in found[0].dtype.name
            return (found, []) if smooth else ([], found)

        return parts

    def theirs(x, v):
        wrap = jax.numpy.asarray
        each = functions.values()
        return [run(call(jax.numpy, f), jax.vjp, (x, v), wrap, True) for f in each]

    operands = nx.array(x), nx.array(v)
    for (label, function), expected in zip(functions.items(), jax.jit(theirs)(x, v), strict=True):
        got = run(call(nx, function), rune.vjp_fun, operands, nx.array, True)
        for mine, yours in zip(leaves(got), leaves(expected), strict=True):
            assert mine.dtype.name == yours.dtype.name, label
            try:
                close(mine, yours, dtype)
            except AssertionError as error:
                raise AssertionError(f"{label}: {error}") from None


FOR_COMPLEX = {
    *("add", "add-number", "number-subtract", "multiply", "divide", "number-divide", "power"),
    *("matmul", "negative-absolute"),
    *INDEXING,
    *(label for label in UPDATES if label.split("-")[0] in {"set", "add", "multiply"}),
    "add-twice",
}
