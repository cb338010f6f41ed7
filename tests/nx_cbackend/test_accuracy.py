"""How many ULP the elementary functions are off, over their whole range.

float32 is held to NumPy's float64 (logaddexp to its long double) on many points, float64 to mpmath
on fewer.
"""

import numpy as np
import pytest

from tests.nx_cbackend.accuracy import USABLE, compute, mp, random_floats, to_mp, units
from tests.nx_cbackend.support import ulp

BITS = {np.float32: np.uint32, np.float64: np.uint64}
MANY, FEW = 40_000, 220
ROOMS = np.sort(np.concatenate([2.0 ** np.arange(-6, 3), [0.55, 0.6, 1.5, 0.7071, 1.4142, 28.0]]))


def logistic(x):
    return np.where(x > 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


def logaddexp(x, y):
    """An infinite operand decides, by the sign of a zero too."""
    return np.where(np.isfinite(x - y), np.logaddexp(x, y), np.maximum(x, y))


def exact_logaddexp(x, y):
    return max(x, y) + mp.log1p(mp.exp(-abs(x - y)))


def times(log, one):
    """Return x log(y), or x log(1 + y), that is 0 where x is 0 and y not NaN."""
    return lambda x, y: x * log(np.where((x == 0) & (y == y), one, y))


ONE = {  # name: the exact function, NumPy's, the bound in ULP
    "exp": (mp.exp, np.exp, 2),
    "exp2": (lambda x: mp.mpf(2) ** x, np.exp2, 2),
    "expm1": (mp.expm1, np.expm1, 2),
    "logistic": (lambda x: 1 / (1 + mp.exp(-x)), logistic, 2),
    "log": (mp.log, np.log, 2),
    "log2": (lambda x: mp.log(x, 2), np.log2, 2),
    "log10": (lambda x: mp.log(x, 10), np.log10, 2),
    "log1p": (mp.log1p, np.log1p, 2),
    "sin": (mp.sin, np.sin, 2),
    "cos": (mp.cos, np.cos, 2),
    "tan": (mp.tan, np.tan, 4),
    "asin": (mp.asin, np.arcsin, 2),
    "acos": (mp.acos, np.arccos, 2),
    "atan": (mp.atan, np.arctan, 2),
    "sinh": (mp.sinh, np.sinh, 2),
    "cosh": (mp.cosh, np.cosh, 2),
    "tanh": (mp.tanh, np.tanh, 2),
    "asinh": (mp.asinh, np.arcsinh, 2),
    "acosh": (mp.acosh, np.arccosh, 2),
    "atanh": (mp.atanh, np.arctanh, 2),
}
TWO = {
    "power": (lambda x, y: x**y, np.power, 4),
    "atan2": (mp.atan2, np.arctan2, 2),
    "hypot": (mp.hypot, np.hypot, 2),
    "logaddexp": (exact_logaddexp, logaddexp, 2),
    "xlogy": (lambda x, y: x * mp.log(y), times(np.log, 1.0), 2),
    "xlog1py": (lambda x, y: x * mp.log1p(y), times(np.log1p, 0.0), 2),
}
ALL = ONE | TWO


def patterns(rng, dtype, count):
    """Draw numbers of any bits: every exponent, denormals, infinities and NaN among them."""
    top = np.iinfo(BITS[dtype]).max
    return rng.integers(0, top, count, BITS[dtype], endpoint=True).view(dtype)


def spread(rng, dtype, count):
    """Draw from where the functions' forms meet: around 1, the bounds of exp, 0, 1/2, 2**k."""
    finfo = np.finfo(dtype)
    parts = [
        rng.uniform(-3, 3, count),
        rng.uniform(1.01, 1.06) * rng.uniform(-1, 1, count) * float(np.log(finfo.max)),
        rng.uniform(-1.06, 1.06, count) * finfo.maxexp,
        random_floats(rng, np.float64, count, -finfo.nmant - 9, 1),
        rng.choice([-1, 1], count) + random_floats(rng, np.float64, count, -finfo.nmant, -1),
        np.concatenate([ROOMS, -ROOMS])[:, None] * (1 + finfo.eps * np.arange(-2, 3)),
        rng.integers(1, 90_000, count) * (np.pi / 2),
        rng.integers(0, 2**20, count).astype(BITS[dtype]).view(dtype),
    ]
    return np.concatenate([np.ravel(part) for part in parts]).astype(dtype)


def points(name, dtype, count):
    """Draw arguments, both of them for a function of two."""
    rng = np.random.default_rng(len(name))
    x = np.concatenate([patterns(rng, dtype, count), spread(rng, dtype, count)])
    if name in ONE:
        return (x,)
    y = rng.permutation(x)
    near = rng.uniform(-0.9, 0.9, count)
    with np.errstate(all="ignore"):
        if name == "power":
            a = np.exp(rng.uniform(-30, 30, count) * rng.choice([1, 0.01, 1e-6], count))
            b = near * np.log(np.finfo(dtype).max) * 1.2 / np.log(a)
            whole = np.rint(b * 0.01), rng.uniform(-9, 9, count)
            x, y = (
                np.concatenate([x, a, -a, whole[1]]),
                np.concatenate([y, b, whole[0], [3.0] * count]),
            )
        else:
            a = rng.uniform(-40, 40, count)
            x, y = np.concatenate([x, a, a]), np.concatenate([y, a * (1 + near), a + near])
        return x.astype(dtype), y.astype(dtype)


def jobs(dtype, count):
    return [(name, (), points(name, dtype, count)) for name in ALL]


@pytest.fixture(scope="module", params=USABLE)
def isa(request):
    return request.param


@pytest.fixture(scope="module")
def results(isa):
    return {
        dtype: dict(zip(ALL, compute(isa, jobs(dtype, count)), strict=True))
        for dtype, count in ((np.float32, MANY), (np.float64, FEW))
    }


@pytest.mark.parametrize("name", ALL)
def test_float32(results, name):
    arguments = points(name, np.float32, MANY)
    wide = np.longdouble if name == "logaddexp" else np.float64
    with np.errstate(all="ignore"):
        exact = ALL[name][1](*(x.astype(wide) for x in arguments))
        assert ulp(results[np.float32][name], exact) <= ALL[name][2]


def size_of(name, arguments, exact):
    """Return the number whose unit counts: the sum of logaddexp may cancel its larger operand."""
    return max(abs(exact), abs(max(arguments))) if name == "logaddexp" else abs(exact)


def finite(name, arguments, guide):
    """Tell whether mpmath's value is a real number of moderate cost."""
    if not (np.isfinite(arguments).all() and np.isfinite(guide)):
        return False
    return guide != 0 and not (name == "logaddexp" and abs(arguments[0] - arguments[1]) > 1000)


@pytest.fixture(scope="module")
def exact():
    found = {}
    for name, (function, guide, _) in ALL.items():
        arguments = points(name, np.float64, FEW)
        with np.errstate(all="ignore"):
            guides = guide(*arguments)
        found[name] = [
            (i, function(*map(to_mp, given)))
            for i, given in enumerate(zip(*arguments, strict=True))
            if finite(name, given, guides[i])
        ]
    return found


@pytest.mark.parametrize("name", ALL)
def test_float64(results, exact, name):
    got = results[np.float64][name]
    arguments = list(zip(*points(name, np.float64, FEW), strict=True))
    assert len(exact[name]) > FEW
    for i, want in exact[name]:
        size = size_of(name, tuple(map(to_mp, arguments[i])), want)
        assert units(got[i], want, np.float64, size) <= ALL[name][2], arguments[i]


EDGES = [0.0, np.inf, np.nan, 1.0, 2.0, 3.0, 0.5, 5e-324, 1e-310, 1.7976931348623157e308]
EDGES += [2.0**51, 2.0**53 - 1, 2.0**53, 2.5, 1e-300, 710.0, 1100.0, 1e22]
EVERY = [(name, dtype) for name in ALL for dtype in BITS]


def edges(name, dtype):
    with np.errstate(over="ignore"):
        x = np.array([*EDGES, *np.negative(EDGES)]).astype(dtype)
    return (x,) if name in ONE else tuple(map(np.ravel, np.meshgrid(x, x)))


@pytest.fixture(scope="module")
def at_edges(isa):
    return dict(zip(EVERY, compute(isa, [(n, (), edges(n, d)) for n, d in EVERY]), strict=True))


@pytest.mark.parametrize(("name", "dtype"), EVERY)
def test_edges(at_edges, name, dtype):
    """Signs of zeros, infinities and NaN are C99's, Annex F, which NumPy's float64 follows."""
    arguments = edges(name, dtype)
    with np.errstate(all="ignore"):
        want = ALL[name][1](*(a.astype(np.float64) for a in arguments)).astype(dtype)
    got = at_edges[name, dtype]
    special = ~np.isfinite(want) | (want == 0)
    np.testing.assert_array_equal(got[special], want[special])
    signed = special & ~np.isnan(want)
    np.testing.assert_array_equal(np.signbit(got)[signed], np.signbit(want)[signed])


def test_an_argument_beyond_the_range_does_not_disturb_the_others(isa):
    names, places = ("log", "atanh", "acosh", "log1p"), (0, 7, 511, 512, 600)
    plain = {
        (name, dtype): np.linspace(0.01, 0.9, 601).astype(dtype) + dtype(name == "acosh")
        for name in names
        for dtype in BITS
    }
    expected = compute(isa, [(name, (), (x,)) for (name, _), x in plain.items()])
    for place in places:
        disturbed = [(name, (), (x.copy(),)) for (name, _), x in plain.items()]
        for _, _, (x,) in disturbed:
            x[place] = -2.0
        for got, want in zip(compute(isa, disturbed), expected, strict=True):
            assert np.isnan(got[place])
            np.testing.assert_array_equal(np.delete(got, place), np.delete(want, place))


def within(dtype):
    """Draw where exp and all that it is made of are normal numbers: there it is quicker."""
    edge = 87 if dtype is np.float32 else 708
    x = np.random.default_rng(0).uniform(-edge, edge, 4 * 512).astype(dtype)
    x[:2] = edge, -edge
    return x


def test_exp_of_blocks_within_the_range_of_normal_numbers(isa):
    for dtype, x in ((np.float32, within(np.float32)), (np.float64, within(np.float64))):
        far = x.copy()
        far[::700] = 10_000  # one of them, and a whole block is computed the long way
        near, mixed = compute(isa, [("exp", (), (x,)), ("exp", (), (far,))])
        for i, given in enumerate(x):
            want = mp.exp(to_mp(given))
            assert units(near[i], want, dtype) <= 2, given
            if far[i] == given:
                assert units(mixed[i], want, dtype) <= 2, given
        assert np.isinf(mixed[::700]).all()
