"""Every case of the table, mapped over lanes: equal to a loop, whichever operands are batched."""

import itertools
import zlib

import numpy as np
import nx
import pytest
import rune
from nx.primitives import P
from rune._batching import rule_of
from rune._derivatives import REFUSED, ZERO

from tests.cases import CASES

LANES = 3
MOST_MASKS = 7


def lanes_of(case, dtype):
    """Return each operand's values for some lanes: drawn anew where they are random."""
    found = []
    for place, operand in enumerate(case.operands):
        seeds = [
            zlib.crc32(f"{case.name}/{dtype}/{place}/{lane}".encode()) for lane in range(LANES)
        ]
        found.append([operand.draw(np.random.default_rng(seed), dtype) for seed in seeds])
    return found


def masks(count):
    """Return which operands are batched: all first, then each alone, and the other ways."""
    ways = [m for m in itertools.product((True, False), repeat=count) if any(m)]
    ways.sort(key=lambda m: (not all(m), sum(m)))
    return ways[:MOST_MASKS]


def close(a, b, context):
    assert a.dtype == b.dtype, context
    assert a.shape == b.shape, context
    eps = nx.finfo(a.dtype).eps if a.dtype.kind in ("floating", "complex") else 0.0
    a, b = np.asarray(a), np.asarray(b)
    if eps:
        scale = np.max(np.abs(b[np.isfinite(b)]), initial=1.0)
        tolerance = 64 * eps
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * scale, err_msg=context)
    else:
        np.testing.assert_array_equal(a, b, err_msg=context)


def widest(case):
    names = [d for d in ("float64", "complex128", "int64", "bool", "uint64") if d in case.dtypes]
    return names[:2] if case.differentiable else [*names, *case.dtypes][:1]


def loop(function, lanes, mask):
    """Return the results of the function on each lane, as a list of lists of outputs."""
    found = []
    for lane in range(LANES):
        arrays = [
            nx.asarray(values[lane if mapped else 0])
            for values, mapped in zip(lanes, mask, strict=True)
        ]
        out = function(*arrays)
        found.append(list(out) if isinstance(out, tuple) else [out])
    return found


def assert_maps(function, lanes, mask, context):
    args = [
        nx.asarray(np.stack(values)) if mapped else nx.asarray(values[0])
        for values, mapped in zip(lanes, mask, strict=True)
    ]
    mapped = rune.vmap(function, in_axes=tuple(0 if m else None for m in mask))
    expected = loop(function, lanes, mask)
    if len({tuple(x.shape for x in outs) for outs in expected}) > 1:  # shapes follow the values
        with pytest.raises(nx.ShapeError, match="cannot stack results of shape"):
            mapped(*args)
        return
    found = mapped(*args)
    found = found if isinstance(found, tuple) else (found,)
    for out, parts in zip(found, zip(*expected, strict=True), strict=True):
        close(out, nx.stack(list(parts)), f"{context} batched {mask}")


CHOSEN = [(case, dtype) for case in CASES for dtype in widest(case)]
SMOOTH = [(c, d) for c in CASES for d in c.differentiable if not {*ZERO, *REFUSED} & {*c.covers}]


def each(rows):
    names = [f"{case.name}-{dtype}" for case, dtype in rows]
    return pytest.mark.parametrize(("case", "dtype"), rows, ids=names)


@each(CHOSEN)
def test_vmap_equals_a_loop_over_lanes(case, dtype):
    lanes = lanes_of(case, dtype)
    for mask in masks(len(lanes)):
        assert_maps(case.function, lanes, mask, case.name)


def split(case, values):
    """Return the inexact operands' places, and the function of those only."""
    places = [i for i, v in enumerate(values) if v.dtype.kind in "fc"]

    def of(operands):
        def function(*xs):
            full = list(operands)
            for i, x in zip(places, xs, strict=True):
                full[i] = x
            return case.function(*full)

        return function

    return places, of


@each(SMOOTH)
def test_vmap_of_each_mode_equals_a_loop_over_lanes(case, dtype):
    """Rules meet batched operands, cotangents and tangents as well."""
    lanes = lanes_of(case, dtype)
    places, of = split(case, [values[0] for values in lanes])

    def reverse(*operands):
        out, pullback = rune.vjp_fun(of(operands), *(operands[i] for i in places))
        ones = tuple(y * 0 + 1 for y in out) if isinstance(out, tuple) else out * 0 + 1
        return pullback(ones)

    def forward(*operands):
        xs = [operands[i] for i in places]
        ts = [nx.sin(x) + 1 for x in xs]
        return rune.jvps(lambda xs: of(operands)(*xs), xs, ts)[1]

    mask = (True,) * len(lanes)
    assert_maps(reverse, lanes, mask, case.name)
    assert_maps(forward, lanes, mask, case.name)


def test_every_primitive_has_a_batching_rule():
    without = [p.name for p in P if rule_of(p) is None and p.family != "creation"]
    assert without == []


SIZED = {
    "nonzero": lambda x: nx.nonzero(x, size=3)[0],
    "argwhere": lambda x: nx.argwhere(x, size=3),
    "flatnonzero": lambda x: nx.flatnonzero(x, size=3, fill_value=-1),
    "unique_values": lambda x: nx.unique_values(x, size=3),
    "unique_counts": lambda x: nx.unique_counts(x, size=3).counts,
    "unique_inverse": lambda x: nx.unique_inverse(x, size=3).inverse_indices,
    "repeat": lambda x: nx.repeat(x, nx.astype(x, nx.int64), size=4),
    "compress": lambda x: nx.compress(x > 0, x, size=3),
    "bincount": lambda x: nx.bincount(nx.astype(x, nx.int64), length=5),
    "histogram": lambda x: nx.histogram(x, bins=4, range=(0, 4))[0],
}


@pytest.mark.parametrize("f", SIZED.values(), ids=SIZED)
def test_forms_of_a_given_size_do_not_split(f):
    x = nx.asarray([[0.0, 1.0, 2.0, 0.0], [3.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]])
    mapped = rune.vmap(f)
    close(mapped(x), nx.stack([f(row) for row in x]), "sized")
    assert mapped.runs == 1


DRAWN = {
    "uniform": lambda key: nx.random.uniform(key, (3,)),
    "normal": lambda key: nx.random.normal(key, (2,)),
    "gamma": lambda key: nx.random.gamma(key, 2.0, (3,)),
    "poisson": lambda key: nx.random.poisson(key, 3.0, (3,)),
    "permutation": lambda key: nx.random.permutation(key, 7),
    "choice": lambda key: nx.random.choice(key, nx.arange(5), (2,), replace=False),
    "split": lambda key: nx.random.split(key, 2),
    "fold_in": lambda key: nx.random.fold_in(key, 7),
    "categorical": lambda key: nx.random.categorical(key, nx.zeros(5), shape=(3,)),
    "dirichlet": lambda key: nx.random.dirichlet(key, nx.ones(3)),
    "multivariate_normal": lambda key: nx.random.multivariate_normal(key, nx.zeros(2), nx.eye(2)),
    "randint": lambda key: nx.random.randint(key, (3,), 0, 10),
}


@pytest.mark.parametrize("f", DRAWN.values(), ids=DRAWN)
def test_draws_by_each_lanes_own_key(f):
    keys = nx.random.split(nx.random.key(0), 4)
    mapped = rune.vmap(f)
    close(mapped(keys), nx.stack([f(key) for key in keys]), "drawn")
    assert mapped.runs == 1
