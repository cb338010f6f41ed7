"""Collectives and draws: against NumPy over all lanes, and against a loop of keys."""

import numpy as np
import nx
import pytest
import rune
from rune import all_gather, axis_index, pmax, pmean, pmin, ppermute, psum, psum_scatter, vmap
from rune._derivatives import ROWS
from rune._derivatives._collective import Collective

from tests.rune.checks import differences
from tests.rune.lanes import assert_same

X = nx.asarray([1.0, 5.0, -2.0, 5.0], dtype=nx.float64)
M = nx.asarray(np.random.default_rng(3).normal(size=(4, 4)))


def mapped(f, *args, **options):
    return np.asarray(vmap(f, axis_name="i", **options)(*args))


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: psum(x, "i"), [9.0] * 4),
        (lambda x: pmean(x, "i"), [2.25] * 4),
        (lambda x: pmax(x, "i"), [5.0] * 4),
        (lambda x: pmin(x, "i"), [-2.0] * 4),
        (lambda x: all_gather(x, "i")[1], [5.0] * 4),
        (lambda x: ppermute(x, "i", [(0, 1), (1, 2), (2, 3), (3, 0)]), [5.0, 1.0, 5.0, -2.0]),
        (lambda x: ppermute(x, "i", [(0, 3)]), [0.0, 0.0, 0.0, 1.0]),
        (lambda x: axis_index("i") + 0 * x, [0.0, 1.0, 2.0, 3.0]),
        (lambda x: psum(1.0, "i") + 0 * x, [4.0] * 4),
        (lambda x: psum({"a": x, "b": (2 * x,)}, "i")["b"][0], [18.0] * 4),
    ],
)
def test_values(f, expected):
    np.testing.assert_allclose(mapped(f, X), expected)


def test_psum_scatter_and_all_gather():
    np.testing.assert_allclose(mapped(lambda x: psum_scatter(x, "i"), M), np.asarray(M).sum(0))
    gathered = vmap(lambda x: all_gather(x, "i"), axis_name="i", out_axes=None)(M)
    np.testing.assert_array_equal(np.asarray(gathered), np.asarray(M))


def test_a_sum_over_the_lanes_is_the_same_for_all():
    assert float(vmap(lambda x: psum(x, "i"), axis_name="i", out_axes=None)(X)) == 9.0


def test_over_two_axes():
    def f(x):
        return psum(x, ("i", "j")) + psum(x, "i") * axis_index("j")

    found = vmap(vmap(f, axis_name="j"), axis_name="i")(M)
    m = np.asarray(M)
    np.testing.assert_allclose(np.asarray(found), m.sum() + m.sum(0) * np.arange(4) + 0 * m)


def total(f):
    """Return the sum of a mapped function's results as a function of NumPy arrays."""
    return lambda x: float(nx.sum(vmap(f, axis_name="i")(nx.asarray(x))))


SMOOTH = {
    "psum": lambda x: psum(nx.sin(x), "i") * x,
    "pmean": lambda x: pmean(x * x, "i") * x,
    "pmax": lambda x: pmax(x * x * x, "i") * x,
    "pmin": lambda x: pmin(x * x, "i") * x,
    "all_gather": lambda x: nx.sum(all_gather(x * x, "i") * nx.arange(4)) * x,
    "psum_scatter": lambda x: psum_scatter(nx.stack([x, x * x, x**3, x]), "i") * x,
    "ppermute": lambda x: ppermute(x * x, "i", [(0, 1), (2, 0), (3, 3)]) * x,
    "twice": lambda x: psum(psum(x * x, "i") * x, "i") * x,
    "before a split": lambda x: branch(psum(x * x, "i"), x),
    "after a split": lambda x: psum(x * x if x > 1 else 3 * x, "i") * x,
    "in a split": lambda x: psum(x * x, "i") * x if x > 1 else psum(nx.sin(x), "i"),
    "around splits": lambda x: between(x),
    "constant in one path": lambda x: (
        psum(x if x > 1 else nx.full((), 2.0, dtype=x.dtype), "i") * x
    ),
}


def branch(y, x):
    return y * x if x > 0 else x * x


def between(x):
    y = psum(x * x, "i")
    if x > 2:
        y = y * x
    z = psum(y * x, "i")
    return z * x if z > y else psum(z, "i") if x.ndim else z - y


POINT = np.array([0.7, 2.5, -1.5, 3.5])


@pytest.mark.parametrize("f", SMOOTH.values(), ids=SMOOTH)
def test_gradients_of_all_lanes_together(f):
    """grad over vmap is an ordinary gradient: central differences tell."""
    found = rune.grad(lambda x: nx.sum(vmap(f, axis_name="i")(x)))(nx.asarray(POINT))
    (expected,) = differences(total(f), [POINT])
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-6, atol=1e-6)
    v = np.array([0.3, -1.0, 0.7, 2.0])
    _, moved = rune.jvp(
        lambda x: nx.sum(vmap(f, axis_name="i")(x)), nx.asarray(POINT), nx.asarray(v)
    )
    np.testing.assert_allclose(float(moved), expected @ v, rtol=1e-6)


@pytest.mark.parametrize("f", SMOOTH.values(), ids=SMOOTH)
def test_gradients_inside_the_lanes(f):
    """By JAX's convention each lane's gradient is that of the sum of all lanes' results."""
    found = vmap(rune.grad(f), axis_name="i")(nx.asarray(POINT))
    (expected,) = differences(total(f), [POINT])
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("f", SMOOTH.values(), ids=SMOOTH)
def test_tangents_inside_the_lanes(f):
    v = np.array([0.3, -1.0, 0.7, 2.0])

    def one(x, v):
        return rune.jvp(f, x, v)[1]

    found = vmap(one, axis_name="i")(nx.asarray(POINT), nx.asarray(v))
    step = 1e-6

    def run(x):
        return np.asarray(vmap(f, axis_name="i")(nx.asarray(x)))

    expected = (run(POINT + step * v) - run(POINT - step * v)) / (2 * step)
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("f", SMOOTH.values(), ids=SMOOTH)
def test_second_derivatives(f):
    def gradient(x):
        return rune.grad(lambda x: nx.sum(vmap(f, axis_name="i")(x)))(x)

    weights = np.array([1.0, -0.5, 2.0, 0.25])
    found = rune.grad(lambda x: nx.sum(gradient(x) * nx.asarray(weights)))(nx.asarray(POINT))
    (expected,) = differences(
        lambda x: float(np.sum(np.asarray(gradient(nx.asarray(x))) * weights)), [POINT]
    )
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-5, atol=1e-4)


def test_the_documented_convention():
    found = vmap(rune.grad(lambda x: psum(x**2, "i")), axis_name="i")(X)
    assert_same(found, 2 * 4 * X)


def test_twice_inside_the_lanes():
    f = rune.grad(rune.grad(lambda x: psum(x**3, "i")))
    found = vmap(f, axis_name="i")(X)
    # the inner gradient is 3 n x**2 in each lane, and so on
    assert_same(found, 4 * 6 * X)


@pytest.mark.parametrize("primitive", [p for p in ROWS if p.family == "collective"], ids=str)
def test_a_scaled_rule_is_noticed(primitive, monkeypatch):
    row = ROWS[primitive]

    def scaled(*args, **params):
        return row.transpose(*args, **params) * 1.01

    monkeypatch.setitem(ROWS, primitive, Collective(scaled, row.jvp))
    with pytest.raises(AssertionError):
        test_gradients_inside_the_lanes(SMOOTH[primitive.name])


# Meetings of lanes that took different paths.
def test_a_collective_after_a_split_meets_all_lanes():
    def f(x):
        y = x * 2 if x > 0 else -x
        return psum(y, "i")

    np.testing.assert_allclose(mapped(f, X), [24.0] * 4)


def test_many_collectives_between_splits():
    def f(x):
        for k in range(3):
            x = x + 1 if x > k else x - 1
            x = x - pmean(x, "i")
        return x

    x = np.asarray(X)
    for k in range(3):
        x = np.where(x > k, x + 1, x - 1)
        x = x - x.mean()
    np.testing.assert_allclose(mapped(f, X), x)


def test_a_bare_except_around_a_collective_is_harmless():
    def f(x):
        try:
            y = psum(x if x > 0 else -x, "i")
        except:  # noqa: E722 - exactly this must be harmless
            y = x * 0 - 1
        return y

    np.testing.assert_allclose(mapped(f, X), [13.0] * 4)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (
            lambda x: psum(x, "i") if x > 0 else x,
            r"psum: cannot meet all lanes \(lanes 0, 1, 3 came, lane 2 finished without it\)",
        ),
        (lambda x: psum(x, "i") if x > 0 else pmax(x, "i"), "cannot meet .lane 2 came to pmax"),
        (
            lambda x: psum(x, "i") if x > 0 else psum(nx.stack([x, x]), "i")[0],
            r"lane 2 came to psum\(float64\[2\], axis_name='i'\), lanes 0, 1, 3 to psum\(",
        ),
        (lambda x: psum(x, "j"), r"cannot find a vmap with axis_name='j' .*there is 'i'"),
        (lambda x: ppermute(x, "i", [(0, 1), (2, 1)]), "cannot send by"),
        (lambda x: ppermute(x, "i", [(0, 4)]), "among 4 lanes"),
    ],
)
def test_what_cannot_meet_is_refused(f, message):
    with pytest.raises(rune.CollectiveError, match=message):
        mapped(f, X)
    assert nx.effects.current() is None


def test_without_a_vmap():
    with pytest.raises(rune.CollectiveError, match="cannot find a vmap with axis_name='i'"):
        psum(X, "i")


def test_an_inner_vmap_joins_its_lanes_before_it_passes_outward():
    def inner(y):
        z = y * 2 if y > 0 else -y
        return psum(z, "i")

    found = vmap(vmap(inner), axis_name="i")(M)
    m = np.asarray(M)
    np.testing.assert_allclose(np.asarray(found), np.where(m > 0, 2 * m, -m).sum(0) + 0 * m)


# Draws.
def lane_keys(n, seed=0):
    """Return the base key that a vmap draws, and each lane's own."""
    nx.seed(seed)
    base = nx.effects.draw()
    nx.seed(seed)
    return [nx.random.fold_in(base, lane) for lane in range(n)]


def test_a_lanes_kth_draw_folds_in_lane_and_k():
    def f(x):
        return nx.stack([nx.rand(), nx.rand() + x])

    keys = lane_keys(4)
    found = np.asarray(vmap(f)(nx.zeros(4)))
    for lane, key in enumerate(keys):
        for k in range(2):
            expected = nx.random.uniform(nx.random.fold_in(key, k), ())
            assert found[lane, k] == float(expected)


def test_draws_do_not_depend_on_grouping_nesting_or_differentiation():
    def f(x):
        y = nx.randn()
        if x > 0:
            y = y * 1.0
        return x * y + nx.randn()

    nx.seed(1)
    plain = vmap(lambda x: x * nx.randn() + nx.randn())(X)
    nx.seed(1)
    assert_same(vmap(f)(X), plain)
    nx.seed(1)
    value, _ = rune.value_and_grad(lambda x: nx.sum(vmap(f)(x)))(X)
    np.testing.assert_allclose(float(value), float(nx.sum(plain)), rtol=1e-6)
    nx.seed(1)
    inner = vmap(lambda x: rune.value_and_grad(f)(x)[0])(X)
    assert_same(inner, plain)


def test_nested_draws_differ_in_every_lane():
    nx.seed(0)
    found = np.asarray(vmap(vmap(lambda x: nx.rand() + 0 * x))(nx.zeros((3, 5))))
    assert len(np.unique(found)) == 15


def test_one_base_key_is_drawn_for_a_call():
    nx.seed(0)
    vmap(lambda x: nx.rand() + nx.rand() + x)(nx.zeros(3))
    after = nx.effects.draw()
    nx.seed(0)
    nx.effects.draw()
    assert after.tolist() == nx.effects.draw().tolist()


def test_seeding_inside_is_refused():
    with pytest.raises(nx.NxError, match="cannot seed inside a transformation"):
        vmap(lambda x: nx.seed(0) or x)(X)
