"""What a row of the comparison is: a function of nx, its equal in JAX, and arguments.

The equal is the function of the same name, or is named by its path below `jax`, or is a
function that takes the module `jax` and returns it. Arrays are described, not made, so that
each can be made in every dtype of its row.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import ml_dtypes  # noqa: F401  (NumPy knows bfloat16 by its name then)
import numpy as np

FULL = ("float32", "float64")
REAL = ("float16", "bfloat16", *FULL)
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
EXACT = ("int32", "int64")
COMPLEX = ("complex64", "complex128")


@dataclasses.dataclass(frozen=True)
class A:
    """An array: random between two numbers, or as given by `values`."""

    shape: tuple[int, ...] = ()
    low: float = -2.0
    high: float = 2.0
    dtype: str | None = None  # stays the same whatever the row's dtype is
    positive: bool = False  # positive definite matrices
    values: Any = None

    def make(self, rng, dtype):
        dtype = np.dtype(self.dtype or dtype)
        if self.values is not None:
            return np.array(self.values).astype(dtype)
        low = max(self.low, 0.0) if dtype.kind == "u" else self.low
        drawn = rng.uniform(low, self.high, self.shape)
        if dtype.kind == "c":
            drawn = drawn + 1j * rng.uniform(low, self.high, self.shape)
        if dtype.kind == "b":
            return np.asarray(drawn > 0)
        if self.positive:
            size = self.shape[-1]
            drawn = drawn @ np.conj(np.swapaxes(drawn, -1, -2)) + size * np.eye(size)
        return np.asarray(np.round(drawn) if dtype.kind in "iu" else drawn).astype(dtype)


@dataclasses.dataclass(frozen=True)
class Row:
    """A function, its arguments and its equal.

    `grad` says whether slopes are compared, `eager` that shapes depend on data there; `parts`
    takes a library and the result, and returns what of it is defined (an eigenvector's phase
    is not).
    """

    name: str
    args: tuple
    options: dict
    equal: str | Callable | None = None
    grad: bool = True
    dtypes: tuple[str, ...] = REAL
    eager: bool = False
    parts: Callable | None = None


ROWS: list[Row] = []


def row(name, *args, equal=None, grad=True, dtypes=REAL, eager=False, parts=None, **options):
    ROWS.append(Row(name, args, options, equal, grad, dtypes, eager, parts))


def flat(name, *args, **about):
    """Add a row whose slopes are 0 or not defined."""
    row(name, *args, grad=False, **about)


def names(text):
    """Return the words of a line: lists of functions are easier to read so."""
    return text.split()


def of(*shape, **about):
    return A(shape, **about)


def index(values):
    return A(values=values, dtype="int64")


def with_options(path, **options):
    """Return the equal at `path` with options of its own in place of the row's."""

    def equal(jax):
        return lambda *args: at(jax, path)(*args, **options)

    return equal


def at(module, path):
    for part in path.split("."):
        module = getattr(module, part)
    return module
