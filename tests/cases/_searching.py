"""Cases of searching, ranking, sets, and of putting elements where indices say."""

import numpy as np
import nx
from nx.primitives import P

from tests.cases._case import Operand, dtypes_of
from tests.cases._composed import NUMERIC, REAL, composed

__all__ = ["CASES"]

CUBE = Operand(shape=(2, 3, 4))
SOME_EQUAL = Operand(shape=(3, 5), whole=True)
TABLE = Operand(values=[0, 1, 1, 3, 5])
REGULAR = dtypes_of(P.equal.takes)
ORDERED = dtypes_of(P.less.takes)


def exact(name, function, reference, *operands, **options):
    return composed(name, function, reference, *operands, **{"tolerance": 0, "order": 0, **options})


def filled(array, size, fill=0):
    """Cut a 1-d array, or fill it up."""
    return np.concatenate([array[:size], np.full(max(size - len(array), 0), fill, array.dtype)])


def filled_along_1(array, size, fill):
    missing = size - array.shape[1]
    return np.pad(array, [(0, 0), (0, missing), (0, 0)], constant_values=fill)


def first_largest(x, k, axis):
    order = np.flip(np.argsort(np.flip(x, axis), axis=axis, kind="stable"), axis)
    order = np.take(x.shape[axis] - 1 - order, np.arange(k), axis)
    return np.take_along_axis(x, order, axis), order.astype(np.int64)


def put(x, indices, values, axis):
    out = x.copy()
    np.put_along_axis(out, indices.astype(np.int64), values, axis)
    return out


def unique_all(x):
    values, indices, inverse, counts = np.unique(
        x, return_index=True, return_inverse=True, return_counts=True, equal_nan=False
    )
    return values, indices, inverse.reshape(x.shape), counts


SEARCHING = [
    exact("nonzero", nx.nonzero, np.nonzero, SOME_EQUAL, dtypes=REGULAR),
    *(
        exact(
            f"nonzero_of_{size}",
            lambda x, size=size: nx.nonzero(x, size=size, fill_value=(-1, 7)),
            lambda x, size=size: tuple(
                filled(i, size, f) for i, f in zip(np.nonzero(x), (-1, 7), strict=True)
            ),
            SOME_EQUAL,
            dtypes=REGULAR,
        )
        for size in (0, 3, 20)
    ),
    exact(
        *("nonzero_of_empty", lambda x: nx.nonzero(x, size=2)),
        lambda x: (np.zeros(2, np.int64),) * 2,
        Operand(shape=(0, 3)),
        dtypes=REGULAR,
    ),
    exact("argwhere", nx.argwhere, np.argwhere, SOME_EQUAL),
    exact("flatnonzero", nx.flatnonzero, np.flatnonzero, SOME_EQUAL),
    *(
        exact(
            f"searchsorted_{side}",
            lambda x, side=side: nx.searchsorted(nx.sort(x[0]), x, side=side),
            lambda x, side=side: np.searchsorted(np.sort(x[0]), x, side=side),
            SOME_EQUAL,
            dtypes=ORDERED,
        )
        for side in ("left", "right")
    ),
    *(
        exact(
            f"searchsorted_nan_{side}",
            lambda x, y, side=side: nx.searchsorted(x, y, side=side),
            lambda x, y, side=side: np.searchsorted(x, y, side=side),
            *(Operand(values=[1.0, 2.0, np.nan, np.nan]), Operand(values=[np.nan, 2.0, 9.0])),
            dtypes=dtypes_of(["floating"]),
        )
        for side in ("left", "right")
    ),
    exact(
        *("searchsorted_sorter", lambda x: nx.searchsorted(x, 1, sorter=nx.argsort(x))),
        lambda x: np.searchsorted(x, 1, sorter=np.argsort(x)),
        Operand(shape=(9,), whole=True),
        dtypes=REAL,
    ),
    exact(
        *("searchsorted_empty", lambda x, y: nx.searchsorted(x, y), np.searchsorted),
        *(Operand(shape=(0,)), SOME_EQUAL),
        dtypes=REAL,
    ),
    *(
        exact(
            f"digitize_{name}_{right}",
            lambda x, bins, right=right, step=step: nx.digitize(x, bins[::step], right=right),
            lambda x, bins, right=right, step=step: np.digitize(x, bins[::step], right=right),
            *(Operand(shape=(3, 5), low=-1, high=6, whole=True), TABLE),
            dtypes=REAL,
        )
        for name, step in (("ascending", 1), ("descending", -1))
        for right in (False, True)
    ),
]

RANKING = [
    *(
        exact(
            f"top_k_along_{axis}",
            lambda x, axis=axis: nx.top_k(x, 2, axis=axis),
            lambda x, axis=axis: first_largest(x, 2, axis),
            operand,
            dtypes=REAL,
        )
        for axis, operand in ((0, SOME_EQUAL), (-1, SOME_EQUAL), (1, CUBE))
    ),
    exact(
        *("top_k", lambda x: nx.top_k(x, 3)[0], lambda x: first_largest(x, 3, 2)[0], CUBE),
        dtypes=REAL,
        order=2,
    ),
    exact(
        *("lexsort", lambda x, y: nx.lexsort([x, y]), lambda x, y: np.lexsort([x, y])),
        *(SOME_EQUAL, SOME_EQUAL),
        dtypes=REAL,
    ),
]

SETS = [
    exact("unique_all", lambda x: tuple(nx.unique_all(x)), unique_all, SOME_EQUAL, dtypes=REGULAR),
    exact(
        *("unique_all_of_8", lambda x: tuple(nx.unique_all(x, size=8))),
        lambda x: tuple(
            out if out.ndim > 1 else filled(out, 8, out[0] if i < 2 else 0)
            for i, out in enumerate(unique_all(x))
        ),
        SOME_EQUAL,
        dtypes=REGULAR,
    ),
    exact(
        *("unique_counts_of_2", lambda x: tuple(nx.unique_counts(x, size=2, fill_value=1))),
        lambda x: tuple(
            filled(out, 2, fill)
            for out, fill in zip(np.unique(x, return_counts=True), (1, 0), strict=True)
        ),
        Operand(values=[[3, 1, 2, 3], [0, 1, 1, 3]]),
        dtypes=NUMERIC,
    ),
    exact(
        *("unique_values_of_empty", lambda x: nx.unique_values(x, size=2, fill_value=1)),
        lambda x: np.ones(2),
        Operand(shape=(0, 3)),
        dtypes=REGULAR,
    ),
    exact(
        *("unique_values_of_nan", nx.unique_values, lambda x: np.unique(x, equal_nan=False)),
        Operand(values=[np.nan, 1.0, np.nan, -1.0, 1.0]),
        dtypes=dtypes_of(["floating"]),
    ),
    exact("unique_inverse", lambda x: nx.unique_inverse(x)[1], lambda x: unique_all(x)[2], CUBE),
    *(
        exact(
            f"isin_{name}",
            lambda x, y, invert=invert: nx.isin(x, y, invert=invert),
            lambda x, y, invert=invert: np.isin(x, y, invert=invert),
            *(SOME_EQUAL, y),
            dtypes=REGULAR,
        )
        for name, y, invert in (
            ("some", Operand(values=[1, 0]), False),
            ("some_not", Operand(values=[[1], [1]]), True),
            ("none", Operand(shape=(0,)), False),
        )
    ),
]

PLACING = [
    exact(
        *("put_along_axis", lambda x, i, v: nx.put_along_axis(x, i, v, axis=1)),
        lambda x, i, v: put(x, i, v, 1),
        *(CUBE, Operand(values=[[[0, 1, -1, 0]], [[2, 2, 1, 0]]], dtype="int64")),
        Operand(shape=(1, 4)),
        order=2,
    ),
    exact(
        *("compress", lambda x, c: nx.compress(c, x, axis=1), lambda x, c: np.compress(c, x, 1)),
        *(CUBE, Operand(values=[0, 1, 1], dtype="int8")),
        order=2,
    ),
    exact(
        *("compress_flat", lambda x, c: nx.compress(c, x), lambda x, c: np.compress(c, x)),
        *(CUBE, Operand(values=[0, 1, 1, 0, 1], dtype="bool")),
        order=2,
    ),
    exact(
        *("compress_of_3", lambda x, c: nx.compress(c, x, axis=1, size=3, fill_value=9)),
        lambda x, c: filled_along_1(np.compress(c, x, 1), 3, 9),
        *(CUBE, Operand(values=[0, 1, 1], dtype="bool")),
        order=2,
    ),
    exact(
        *("segment_sum", lambda x, i: nx.segment_sum(x, i, 3)),
        lambda x, i: np.stack([x[i == k].sum(0) for k in range(3)]),
        *(Operand(shape=(5, 2)), Operand(values=[2, 0, 3, 0, -1], dtype="int32")),
        tolerance=4,
        order=2,
    ),
]

CASES = [*SEARCHING, *RANKING, *SETS, *PLACING]
