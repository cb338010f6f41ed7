"""Cases of gather and the scatters: several index arrays, duplicates, negative indices, zeros."""

from functools import partial

import numpy as np
import nx
from nx.primitives import P
from nx.testing.rows._indexing import gathered, scattered

from tests.cases._case import Operand, by_function, by_parameters, dtypes_of

__all__ = ["CASES"]

SCALAR = Operand(shape=())
CUBE = Operand(shape=(2, 3, 4))
MATRIX = Operand(shape=(4, 3))


def index(values, dtype="int64"):
    return Operand(values=values, dtype=dtype)


GATHERS = [
    by_parameters(P.gather, name, gathered, [x, *indices], {"tolerance": 0}, axes=axes)
    for name, axes, x, indices in (
        ("duplicates", (0,), MATRIX, [index([1, 3, 1, 1])]),
        ("negative", (1,), MATRIX, [index([-1, 0, -3])]),
        ("2d_index", (1,), CUBE, [index([[0, 2, 2], [1, 1, -1]])]),
        ("0d_index", (2,), CUBE, [index(-2)]),
        ("two_axes", (0, 2), CUBE, [index([[0], [1], [0]]), index([3, -1, 0])]),
        ("all_axes", (0, 1, 2), CUBE, [index([0, 1]), index([2, 0]), index([1, 1])]),
        ("no_index", (0,), MATRIX, [index(np.zeros(0))]),
        ("int8_index", (0,), MATRIX, [index([3, -4], "int8")]),
        ("uint32_index", (0,), MATRIX, [index([3, 0], "uint32")]),
        ("mixed_indices", (0, 1), MATRIX, [index([3, 0], "int32"), index([1, 2], "uint8")]),
    )
]

ZEROS = Operand(values=[[1.5, 0.0, -0.7], [0.0, 2.0, 0.5], [1.0, 1.0, 0.0], [-1.0, 0.3, 0.8]])
ZEROS_IN_DUPLICATES = Operand(values=[[2.0, 0.0, 0.0], [0.5, 0.0, 3.0], [1.5, -1.0, 0.0]])

PLACES = [
    ("no_duplicates", (0,), MATRIX, Operand(shape=(2, 3)), [index([2, 0])]),
    ("duplicates", (0,), MATRIX, Operand(shape=(4, 3)), [index([1, -1, 1, 1])]),
    ("along_1", (1,), MATRIX, Operand(shape=(3, 4)), [index([2, -1, 0])]),
    ("2d_index", (1,), CUBE, Operand(shape=(2, 2, 2, 4)), [index([[0, 2], [2, 2]])]),
    ("two_axes", (0, 2), CUBE, Operand(shape=(3, 2, 3)), [index([[0], [1], [0]]), index([3, 3])]),
    ("0d_index", (0,), MATRIX, Operand(shape=(3,)), [index(-2)]),
    ("no_index", (0,), MATRIX, Operand(shape=(0, 3)), [index(np.zeros(0))]),
    ("int8_index", (0,), MATRIX, Operand(shape=(2, 3)), [index([3, -4], "int8")]),
    ("zeros", (0,), ZEROS, ZEROS_IN_DUPLICATES, [index([1, 1, 1])]),
    ("zeros_apart", (0,), ZEROS, ZEROS_IN_DUPLICATES, [index([0, 2, 0])]),
]


# With zeros minima and maxima tie: their derivatives are among the corners.
def order_at(primitive, name):
    ties = primitive in (P.scatter_min, P.scatter_max) and name.startswith("zeros")
    return {"order": 0 if ties else 2}


SCATTERS = [
    by_parameters(
        *(primitive, name, scattered(combine), [x, updates, *indices], order_at(primitive, name)),
        axes=axes,
    )
    for primitive, combine in (
        (P.scatter_set, lambda _old, new: new),
        (P.scatter_add, np.add),
        (P.scatter_multiply, np.multiply),
        (P.scatter_min, np.minimum),
        (P.scatter_max, np.maximum),
    )
    for name, axes, x, updates, indices in PLACES
]

BY_NAME = [
    by_function(
        *(P.gather, "by_take", partial(nx.take, axis=1), partial(np.take, axis=1), CUBE),
        index([[2, 0], [1, 2]]),
    ),
    by_function(
        *(P.gather, "by_take_along_axis", partial(nx.take_along_axis, axis=1)),
        partial(np.take_along_axis, axis=1),
        *(CUBE, index([[[0, 1, 2, 0]], [[2, 2, 1, 0]]])),
    ),
    by_function(
        P.gather,
        "by_brackets",
        lambda x, i, j: x[i, 1:, j],
        lambda x, i, j: x[i, 1:, j],
        *(CUBE, index([0, 1, 1]), index([-1, 2, 2])),
    ),
    by_function(
        P.scatter_add,
        "by_at",
        lambda x, i, v: x.at[::-1, i].add(v),
        lambda x, i, v: scattered(np.add)(x, np.flip(v, 0).T, i, axes=(1,)),
        *(MATRIX, index([0, 2, 0, 1]), Operand(shape=(4, 4))),
        dtypes=dtypes_of(P.scatter_add.takes),
    ),
]

CASES = [*GATHERS, *SCATTERS, *BY_NAME]
