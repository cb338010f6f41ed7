"""How many ULP complex functions are off, in units of the result's modulus."""

import numpy as np
import pytest

from tests.nx_cbackend.accuracy import USABLE, compute, mp, random_floats, to_mp, units

PARTS = {np.complex64: np.float32, np.complex128: np.float64}
COUNT = 40
LIMIT = 8.0


def log1p(z):
    return mp.log1p(z) if abs(z) < 0.5 else mp.log(1 + z)


def expm1(z):
    with mp.workprec(400):
        return mp.expm1(z)


def acosh(z):
    with mp.workprec(1400):  # it computes z - 1, whose parts may differ by all of a double's range
        return mp.acosh(z)


def plane(*scales, high=np.inf):
    """Both parts of every scale, up to a bound, and numbers beside the axes."""

    def draw(rng, part):
        x = np.concatenate([rng.uniform(-s, s, COUNT) for s in scales])
        y = np.concatenate([rng.uniform(-s, s, COUNT) for s in scales])
        low = np.finfo(part).minexp - 20
        small = random_floats(rng, part, COUNT, low, 0)
        x = np.concatenate([x, x[:COUNT], small])
        y = np.concatenate([y, small, y[:COUNT]])
        keep = (abs(x) < high) & (abs(y) < high)
        return (x + 1j * y)[keep]

    return draw


def everywhere(rng, part):
    info = np.finfo(part)
    re, im = (random_floats(rng, part, 4 * COUNT, info.minexp, info.maxexp) for _ in "xy")
    far = rng.permutation(4 * COUNT) < COUNT
    return re + 1j * np.where(far, re * rng.uniform(-2, 2, re.size) / 4, im).astype(part)


def small_circle(rng, part):
    """Numbers whose sum with 1 lies near the unit circle, or which do themselves."""
    angle = rng.uniform(-np.pi, np.pi, COUNT)
    z = np.exp(1j * angle) * (1 + random_floats(rng, np.float64, COUNT, -30, -5))
    return np.concatenate([z, z - 1, (z - 1) * 1e-2])


WIDE = plane(0.01, 1, 3, 30, 300)
UP_TO_60 = plane(0.01, 1, 3, 60)
UNARY = {
    "absolute": (abs, everywhere),
    "sign": (lambda z: z / abs(z), everywhere),
    "sqrt": (mp.sqrt, everywhere),
    "exp": (mp.exp, WIDE),
    "exp2": (lambda z: mp.exp(z * mp.log(2)), WIDE),
    "expm1": (expm1, WIDE),
    "log": (mp.log, everywhere),
    "log (unit circle)": (mp.log, small_circle),
    "log2": (lambda z: mp.log(z) / mp.log(2), everywhere),
    "log10": (lambda z: mp.log(z) / mp.log(10), everywhere),
    "log1p": (log1p, WIDE),
    "log1p (unit circle)": (log1p, small_circle),
    "sin": (mp.sin, WIDE),
    "cos": (mp.cos, WIDE),
    "tan": (mp.tan, UP_TO_60),
    "asin": (mp.asin, WIDE),
    "acos": (mp.acos, WIDE),
    "atan": (mp.atan, WIDE),
    "sinh": (mp.sinh, WIDE),
    "cosh": (mp.cosh, WIDE),
    "tanh": (mp.tanh, UP_TO_60),
    "asinh": (mp.asinh, WIDE),
    "acosh": (acosh, WIDE),
    "atanh": (mp.atanh, WIDE),
}
BINARY = {
    "add": (lambda x, y: x + y, WIDE, WIDE),
    "subtract": (lambda x, y: x - y, WIDE, WIDE),
    "multiply": (lambda x, y: x * y, WIDE, WIDE),
    "divide": (lambda x, y: x / y, everywhere, everywhere),
    "divide (near)": (lambda x, y: x / y, WIDE, WIDE),
    "power": (lambda x, y: mp.exp(y * mp.log(x)), plane(0.1, 1, 3, 30), plane(0.1, 1, 3, 8)),
    "multiply_cos": (lambda g, x: g * mp.cos(x), WIDE, plane(0.01, 1, 3, 30)),
    "multiply_negative_sin": (lambda g, x: -g * mp.sin(x), WIDE, plane(0.01, 1, 3, 30)),
}
CASES = [(name, dtype) for name in (*UNARY, *BINARY) for dtype in PARTS]


def operands(name, dtype):
    rng = np.random.default_rng(len(name))
    draws = UNARY.get(name, BINARY.get(name))[1:]
    with np.errstate(over="ignore", under="ignore"):
        drawn = [np.asarray(draw(rng, PARTS[dtype])).astype(dtype) for draw in draws]
    count = min(x.size for x in drawn)
    drawn = [rng.permutation(x)[:count] for x in drawn]
    keep = np.all([np.isfinite(x) & (x.real != 0) & (x.imag != 0) for x in drawn], axis=0)
    return tuple(x[keep] for x in drawn)


@pytest.fixture(scope="module", params=USABLE)
def results(request):
    jobs = [(name.partition(" ")[0], (), operands(name, dtype)) for name, dtype in CASES]
    return dict(zip(CASES, compute(request.param, jobs), strict=True))


@pytest.fixture(scope="module")
def exact():
    known = {}
    for name, dtype in CASES:
        function = UNARY.get(name, BINARY.get(name))[0]
        pairs = zip(*operands(name, dtype), strict=True)
        known[name, dtype] = [function(*map(to_mp, xs)) for xs in pairs]
    return known


def error(got, want, part):
    """Measure the parts against the modulus; only an overflow may be infinite."""
    size = min(abs(want), mp.mpf(float(np.finfo(part).max)))
    parts = ((got.real, mp.re(want)), (got.imag, mp.im(want)))
    return max(units(g, e, part, size) for g, e in parts)


@pytest.mark.parametrize(("name", "dtype"), CASES)
def test_error(results, exact, name, dtype):
    got, want = results[name, dtype], exact[name, dtype]
    errors = [error(g, e, PARTS[dtype]) for g, e in zip(got, want, strict=True)]
    worst = int(np.argmax(errors))
    given = [x[worst] for x in operands(name, dtype)]
    assert errors[worst] <= LIMIT, (given, got[worst], want[worst])


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("dtype", PARTS)
def test_exact_operations(isa, dtype):
    part = PARTS[dtype]
    rng = np.random.default_rng(0)
    z = (rng.normal(size=999) + 1j * rng.normal(size=999)).astype(dtype)
    names = ("real", "imag", "conj", "negative", "isfinite")
    jobs = [(name, (), (z,)) for name in names]
    jobs += [("complex", (), (z.real.copy(), z.imag.copy())), ("multiply", (), (z, z.conj()))]
    jobs += [("equal", (), (z, z)), ("not_equal", (), (z, z.conj()))]
    re, im, conj, negative, finite, joined, norm, equal, unequal = compute(isa, jobs)
    assert re.dtype == im.dtype == part
    np.testing.assert_array_equal(re, z.real)
    np.testing.assert_array_equal(im, z.imag)
    np.testing.assert_array_equal(conj, z.conj())
    np.testing.assert_array_equal(negative, -z)
    np.testing.assert_array_equal(joined, z)
    assert finite.all()
    assert equal.all()
    assert unequal.all()
    assert (norm.imag == 0).all(), "a product by the conjugate is real"


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("dtype", PARTS)
@pytest.mark.parametrize("n", [0, 1, 2, 5, -1, -3, 11])
def test_integer_powers(isa, dtype, n):
    rng = np.random.default_rng(n + 9)
    z = (rng.normal(size=80) + 1j * rng.normal(size=80)).astype(dtype)
    (got,) = compute(isa, [("integer_pow", (n,), (z,))])
    for g, x in zip(got, z, strict=True):
        assert error(g, to_mp(x) ** n, PARTS[dtype]) <= max(LIMIT, 2 * abs(n))


INF, NAN = np.inf, np.nan
CUTS = (
    ("sqrt", complex(-4, 0.0), 2j),
    ("sqrt", complex(-4, -0.0), -2j),
    ("log", complex(-1, 0.0), complex(0, np.pi)),
    ("log", complex(-1, -0.0), complex(0, -np.pi)),
    ("log1p", complex(-2, -0.0), complex(0, -np.pi)),
    ("log2", complex(-1, -0.0), complex(0, -np.pi / np.log(2))),
    ("asin", complex(2, 0.0), complex(np.pi / 2, np.arccosh(2))),
    ("asin", complex(2, -0.0), complex(np.pi / 2, -np.arccosh(2))),
    ("acos", complex(2, 0.0), complex(0, -np.arccosh(2))),
    ("acos", complex(2, -0.0), complex(0, np.arccosh(2))),
    ("atanh", complex(2, -0.0), complex(np.arctanh(0.5), -np.pi / 2)),
    ("atanh", complex(2, 0.0), complex(np.arctanh(0.5), np.pi / 2)),
    ("acosh", complex(0.5, -0.0), complex(0, -np.arccos(0.5))),
    ("atan", complex(0.0, 2), complex(np.pi / 2, np.arctanh(0.5))),
    ("atan", complex(-0.0, 2), complex(-np.pi / 2, np.arctanh(0.5))),
)
SPECIAL = (
    ("absolute", (complex(INF, NAN),), INF),
    ("absolute", (complex(NAN, -INF),), INF),
    ("absolute", (complex(NAN, 1),), NAN),
    ("sign", (0j,), 0j),
    ("sign", (complex(-INF, 1),), complex(-1, 0)),
    ("exp", (complex(-INF, 1),), 0j),
    ("exp2", (complex(-INF, 1),), 0j),
    ("exp2", (complex(INF, 0.0),), complex(INF, 0)),
    ("expm1", (complex(-INF, 0.0),), complex(-1, 0)),
    ("tanh", (complex(INF, 1),), 1 + 0j),
    ("divide", (1 + 1j, complex(INF, 2)), 0j),
    ("divide", (complex(INF, 1), 2 + 0j), complex(INF, 0)),
    ("power", (0j, 2 + 0j), 0j),
    ("power", (0j, 0j), 1 + 0j),
    ("power", (1j, 2 + 0j), -1 + 0j),
)


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("dtype", PARTS)
def test_branch_cuts(isa, dtype):
    jobs = [(name, (), (np.array([z], dtype),)) for name, z, _ in CUTS]
    for (name, z, want), got in zip(CUTS, compute(isa, jobs), strict=True):
        np.testing.assert_allclose(got, [want], rtol=1e-6, atol=1e-7, err_msg=f"{name}({z})")


@pytest.mark.parametrize("isa", USABLE)
@pytest.mark.parametrize("dtype", PARTS)
def test_special_values(isa, dtype):
    jobs = [(name, (), tuple(np.array([z], dtype) for z in given)) for name, given, _ in SPECIAL]
    for (name, given, want), got in zip(SPECIAL, compute(isa, jobs), strict=True):
        if isinstance(want, complex) and np.isinf(want):
            assert np.isinf(got).all(), (name, given)
        else:
            np.testing.assert_array_equal(got, [want], err_msg=f"{name}{given}")
