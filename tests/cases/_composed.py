"""Cases of functions that are composed of several primitives."""

import numpy as np
import nx
from nx.primitives import P

from tests.cases._case import Case, Operand, dtypes_of

__all__ = ["CASES"]

CUBE = Operand(shape=(2, 3, 4))
POSITIVE = Operand(shape=(3, 4), low=0.3)
AWAY = Operand(shape=(3, 4), gap=0.3)
REAL = dtypes_of(["signed", "unsigned", "floating"])
FLOATING = dtypes_of(["floating"])
INEXACT = dtypes_of(["floating", "complex"])
NUMERIC = dtypes_of(P.add.takes)


def composed(name, function, reference, *operands, dtypes=NUMERIC, **options):
    return Case(
        name=name,
        covers=(),
        function=function,
        reference=reference,
        operands=operands,
        dtypes=dtypes,
        **options,
    )


ROUNDED = {"dtypes": FLOATING, "tolerance": 16}  # every step rounds

STATISTICS = [
    composed("mean", nx.mean, np.mean, CUBE, dtypes=(*REAL, "complex64", "complex128")),
    composed("mean_of_1", lambda x: nx.mean(x, axis=1), lambda x: np.mean(x, 1), CUBE, dtypes=REAL),
    composed("var", lambda x: nx.var(x, axis=(0, 2)), lambda x: np.var(x, (0, 2)), CUBE, **ROUNDED),
    composed(
        "std_corrected",
        lambda x: nx.std(x, axis=-1, correction=1.0, keepdims=True),
        lambda x: np.std(x, -1, ddof=1, keepdims=True),
        CUBE,
        **ROUNDED,
    ),
]

ELEMENTWISE = [
    composed("square", nx.square, np.square, CUBE),
    composed("reciprocal", nx.reciprocal, np.reciprocal, AWAY, dtypes=INEXACT),
    composed(
        "clip", lambda x: nx.clip(x, -1, 1), lambda x: np.clip(x, -1, 1), AWAY, dtypes=FLOATING
    ),
    composed("power_of_array_and_int", lambda x: x**3, lambda x: x**3, AWAY, tolerance=8),
    composed("int_to_the_power_of_array", lambda x: 2**x, lambda x: 2**x, AWAY, dtypes=INEXACT),
    composed(
        "geometric_mean",
        lambda x: nx.exp(nx.mean(nx.log(x), axis=0)),
        lambda x: np.exp(np.mean(np.log(x), axis=0)),
        POSITIVE,
        **ROUNDED,
    ),
    composed(
        "logical_functions",
        lambda x, y: (nx.logical_and(x, y), nx.logical_or(x, y), nx.logical_xor(x, y)),
        lambda x, y: (np.logical_and(x, y), np.logical_or(x, y), np.logical_xor(x, y)),
        *(Operand(shape=(3, 1), whole=True), Operand(shape=(4,), whole=True)),
        order=0,
    ),
]

MOVES = [
    composed(
        "stack_and_unstack",
        lambda x, y: nx.stack([x, *nx.unstack(y)], axis=1),
        lambda x, y: np.stack([x, *y], axis=1),
        *(Operand(shape=(3, 4)), Operand(shape=(2, 3, 4))),
        tolerance=0,
    ),
    composed(
        "roll",
        lambda x: nx.roll(x, (1, -2), axis=(0, 2)),
        lambda x: np.roll(x, (1, -2), axis=(0, 2)),
        CUBE,
        tolerance=0,
    ),
    composed(
        "tile", lambda x: nx.tile(x, (2, 1, 2)), lambda x: np.tile(x, (2, 1, 2)), CUBE, tolerance=0
    ),
    composed(
        "moveaxis",
        lambda x: nx.moveaxis(x, 0, -1),
        lambda x: np.moveaxis(x, 0, -1),
        CUBE,
        tolerance=0,
    ),
    composed(
        "cumulative_sum_with_initial",
        lambda x: nx.cumulative_sum(x, axis=1, include_initial=True),
        lambda x: np.cumsum(np.pad(x, [(0, 0), (1, 0), (0, 0)]), 1),
        CUBE,
    ),
    composed(
        "brackets",
        lambda x: x[::-1, None, 1:, -1],
        lambda x: x[::-1, None, 1:, -1],
        CUBE,
        tolerance=0,
    ),
    composed(
        "at_multiply",
        lambda x, v: x.at[:, 1].multiply(v),
        lambda x, v: np.stack([x[:, 0], x[:, 1] * v, x[:, 2]], 1),
        *(CUBE, Operand(shape=(4,))),
    ),
]

NETWORKS = [
    composed(
        "layer_of_a_network",
        lambda x, w, b: nx.tanh(x @ w + b),
        lambda x, w, b: np.tanh(x @ w + b),
        *(Operand(shape=(3, 4)), Operand(shape=(4, 2)), Operand(shape=(2,))),
        dtypes=("float32", "float64"),
        tolerance=16,  # the rounding of the product, and of the sum
    ),
]

CASES = [*STATISTICS, *ELEMENTWISE, *MOVES, *NETWORKS]
