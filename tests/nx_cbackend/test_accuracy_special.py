"""How many ULP the special functions are off, over their whole range."""

import math

import mpmath
import numpy as np
import pytest

from tests.nx_cbackend.accuracy import USABLE, compute, mp, random_floats, to_mp, units

DTYPES = (np.float32, np.float64)
LOW = {np.float32: -149, np.float64: -1074}
HIGH = {np.float32: 127, np.float64: 1023}
COUNT = 250


def erfinv(y):
    """Newton's steps, with the complement's residual where y is near 1."""
    if abs(y) < mp.mpf(2) ** -60:
        return y * mp.sqrt(mp.pi) / 2
    a = abs(y)
    x = mp.mpf(float(mpmath.erfinv(float(a)))) if a < 0.99 else mp.sqrt(-mp.log((1 - a) * 1.5))
    for _ in range(9):
        error = mp.erf(x) - a if a < 0.5 else (1 - a) - mp.erfc(x)
        step = error * mp.sqrt(mp.pi) / 2 * mp.exp(x * x)
        x -= step / (1 + x * step)
    return mp.sign(y) * x


def erfc(x):
    if abs(x) > 1e3:
        return mp.mpf(0 if x > 0 else 2)
    return mp.erfc(x)


def lgamma(x):
    return mp.re(mp.loggamma(x)) if x > 0 else mp.log(abs(mp.gamma(x)))


def bessel(order):
    def exact(x):
        if abs(x) > 1e3:
            terms = [mp.mpf(1)]
            for k in range(1, 30):
                terms.append(-terms[-1] * (4 * order - (2 * k - 1) ** 2) / (8 * k * abs(x)))
            return mp.sign(x) ** order * mp.fsum(terms) / mp.sqrt(2 * mp.pi * abs(x))
        return mp.besseli(order, x) * mp.exp(-abs(x))

    return exact


def everywhere(rng, dtype):
    return random_floats(rng, dtype, COUNT, LOW[dtype], HIGH[dtype])


def around(low, high):
    return lambda rng, dtype: rng.uniform(low, high, COUNT).astype(dtype)


def below_one(rng, dtype):
    bits = 24 if dtype is np.float32 else 53
    return (1 - 2.0 ** rng.uniform(-bits, -1, COUNT)).astype(dtype)


def inside(rng, dtype):
    return random_floats(rng, dtype, COUNT, LOW[dtype], 0)


def positive(rng, dtype):
    return np.abs(everywhere(rng, dtype))


def beside(*centers):
    def draw(rng, dtype):
        x = [c * (1 + random_floats(rng, np.float64, 60, -40, -4)) for c in centers]
        return np.concatenate(x).astype(dtype)

    return draw


CASES = {
    "erf": (mp.erf, (everywhere, around(-6.5, 6.5), around(-1.3, 1.3))),
    "erfc": (erfc, (everywhere, around(-7, 12), around(0.3, 1.2), around(5, 27.5))),
    "erfinv": (erfinv, (inside, around(-0.9999, 0.9999), below_one, around(-0.99, -0.7))),
    "lgamma": (
        lgamma,
        (positive, around(0, 4), around(3, 30), beside(1, 2, 3, 8), around(-0.5, 0)),
    ),
    "bessel_i0e": (bessel(0), (everywhere, around(-25, 25), around(-3, 3))),
    "bessel_i1e": (bessel(1), (everywhere, around(-25, 25), around(-3, 3))),
}
PAIRS = [(name, dtype) for name in CASES for dtype in DTYPES]


def points(name, dtype):
    rng = np.random.default_rng(len(name))
    x = np.concatenate([draw(rng, dtype) for draw in CASES[name][1]])
    return x[(np.abs(x) < 1) & (x != 0)] if name == "erfinv" else x[x != 0]


@pytest.fixture(scope="module")
def exact():
    return {
        (name, dtype): [CASES[name][0](to_mp(x)) for x in points(name, dtype)]
        for name, dtype in PAIRS
    }


@pytest.fixture(scope="module", params=USABLE)
def results(request):
    jobs = [(name, (), (points(name, dtype),)) for name, dtype in PAIRS]
    return dict(zip(PAIRS, compute(request.param, jobs), strict=True))


@pytest.mark.parametrize(("name", "dtype"), PAIRS)
def test_error(results, exact, name, dtype):
    errors = [
        units(got, want, dtype)
        for got, want in zip(results[name, dtype], exact[name, dtype], strict=True)
    ]
    worst = int(np.argmax(errors))
    assert errors[worst] <= 2.0, points(name, dtype)[worst]


INF, NAN = math.inf, math.nan
SPECIAL = {
    "erf": ([0.0, -0.0, INF, -INF, NAN, 30.0, -30.0], [0.0, -0.0, 1, -1, NAN, 1, -1]),
    "erfc": ([0.0, -0.0, INF, -INF, NAN, 1e30, -30.0], [1, 1, 0.0, 2, NAN, 0.0, 2]),
    "erfinv": (
        [0.0, -0.0, 1, -1, 1.0000002, -2, INF, -INF, NAN],
        [0.0, -0.0, INF, -INF, NAN, NAN, NAN, NAN, NAN],
    ),
    "lgamma": (
        [0.0, -0.0, -1, -2, -1e30, INF, -INF, NAN, 1, 2],
        [INF, INF, INF, INF, INF, INF, INF, NAN, 0.0, 0.0],
    ),
    "bessel_i0e": ([0.0, -0.0, INF, -INF, NAN], [1, 1, 0.0, 0.0, NAN]),
    "bessel_i1e": ([0.0, -0.0, INF, -INF, NAN], [0.0, -0.0, 0.0, -0.0, NAN]),
}


@pytest.mark.parametrize("isa", USABLE)
def test_special_values(isa):
    pairs = [(name, dtype) for name in SPECIAL for dtype in DTYPES]
    jobs = [(name, (), (np.array(SPECIAL[name][0], dtype),)) for name, dtype in pairs]
    for (name, _), got in zip(pairs, compute(isa, jobs), strict=True):
        want = np.array(SPECIAL[name][1])
        np.testing.assert_array_equal(got, want, err_msg=name)
        signed = ~np.isnan(want)
        np.testing.assert_array_equal(np.signbit(got)[signed], np.signbit(want)[signed], name)


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_lgamma_below_its_poles(isa, dtype):
    """Beside the zeros there the error is absolute: some units of lgamma(-x), or of 1."""
    x = np.random.default_rng(3).uniform(-60, -0.5, 1500).astype(dtype)
    (got,) = compute(isa, [("lgamma", (), (x,))])
    for value, given in zip(got, x, strict=True):
        e = lgamma(to_mp(given))
        assert units(value, e, dtype, max(1, abs(e), lgamma(-to_mp(given)))) <= 3


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [0, 1, 2, 5, 20, 170])
def test_polygamma(isa, dtype, n):
    """The unit is that of the largest term: digamma has a root, and below 0 all of them have."""
    rng = np.random.default_rng(n)
    x = np.concatenate([rng.uniform(0.2, 30, 40), rng.uniform(-20, 0, 20), [1e-3, 1e3, 1e30]])
    x = x.astype(dtype)
    (got,) = compute(isa, [("polygamma", (n,), (x,))])
    for value, given in zip(got, x, strict=True):
        z = to_mp(given)
        e = mp.psi(n, z)
        size = max(abs(e), 0 if n else 1)
        if given < 0:
            size = max(size, mp.factorial(n) / abs(z - mp.nint(z)) ** (n + 1))
        assert units(value, e, dtype, size) <= 16 + n, given


def slope(a, x):
    """-(dP/da) / (dP/dx), by a central difference of 30 digits."""
    with mp.workprec(400):
        h = a * mp.mpf(10) ** -30
        change = (
            mp.gammainc(a + h, 0, x, regularized=True) - mp.gammainc(a - h, 0, x, regularized=True)
        ) / (2 * h)
        return -change * mp.gamma(a) / (mp.exp((a - 1) * mp.log(x) - x))


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_random_gamma_grad(isa, dtype):
    rng = np.random.default_rng(0)
    a = rng.uniform(0.1, 30, 30).astype(dtype)
    x = (a * rng.uniform(0.2, 2.5, 30)).astype(dtype)
    plain, of_log = compute(
        isa, [("random_gamma_grad", (0,), (a, x)), ("random_gamma_grad", (1,), (a, np.log(x)))]
    )
    for i in range(a.size):
        e = slope(to_mp(a[i]), to_mp(x[i]))
        assert units(plain[i], e, dtype) <= 64
        at = mp.exp(to_mp(np.log(x)[i]))
        assert units(of_log[i], slope(to_mp(a[i]), at) / at, dtype) <= 64
