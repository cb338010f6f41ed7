"""How many ULP sine and cosine are off, over the whole range."""

import numpy as np
import pytest

from tests.nx_cbackend.support import call, ulp

LIMIT = {np.float32: 1.5, np.float64: 1.5}  # float32 runs in float where there is FMA
BITS = {np.float32: np.uint32, np.float64: np.uint64}
EXTENDED = np.finfo(np.longdouble).nmant > 60
ORACLE = {np.float32: np.float64, np.float64: np.longdouble}
SLACK = {np.float32: 0.0, np.float64: 0.0 if EXTENDED else 1.0}  # else the oracle is off by one too
EXACT = {"sin": np.sin, "cos": np.cos}


def check(name, x):
    dtype = x.dtype.type
    with np.errstate(invalid="ignore"):
        exact = EXACT[name](x.astype(ORACLE[dtype]))
    assert ulp(call(name, x), exact) <= LIMIT[dtype] + SLACK[dtype]


def near_multiples_of_half_pi(dtype):
    """The numbers nearest k pi/2, where the reduction cancels most, and their neighbours."""
    k = np.concatenate(
        [np.arange(1, 20_000), 2.0 ** np.arange(15, 31), np.arange(660_000, 700_000)]
    )
    x = (k.astype(np.longdouble) * (np.longdouble(np.pi) / 2)).astype(dtype)
    return np.concatenate([x, np.nextafter(x, dtype(0)), np.nextafter(x, dtype(np.inf))])


DOMAINS = {
    "every bit pattern": lambda dtype, rng: rng.integers(
        0, np.iinfo(BITS[dtype]).max, 400_000, BITS[dtype], endpoint=True
    ).view(dtype),
    "first turn": lambda dtype, rng: rng.uniform(-np.pi, np.pi, 300_000).astype(dtype),
    "hundreds": lambda dtype, rng: rng.uniform(-999, 999, 300_000).astype(dtype),
    "reduced range": lambda dtype, rng: rng.uniform(-(2**20), 2**20, 300_000).astype(dtype),
    "around the limit": lambda dtype, rng: rng.uniform(2**20 - 9, 2**20 + 9, 50_000).astype(dtype),
    "small": lambda dtype, rng: (10.0 ** rng.uniform(-30, 0, 100_000)).astype(dtype),
    "multiples of pi/2": lambda dtype, rng: near_multiples_of_half_pi(dtype),
    "denormals": lambda dtype, rng: rng.integers(0, 2**20, 10_000).astype(BITS[dtype]).view(dtype),
}


@pytest.mark.parametrize("dtype", LIMIT)
@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("name", EXACT)
def test_error(name, domain, dtype):
    check(name, DOMAINS[domain](dtype, np.random.default_rng(0)))


@pytest.mark.parametrize("dtype", LIMIT)
def test_special_values(dtype):
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, np.finfo(dtype).max], dtype)
    sine, cosine = call("sin", x), call("cos", x)
    assert not np.signbit(sine[0])
    assert np.signbit(sine[1])
    assert np.isnan(sine[2:5]).all()
    assert np.isnan(cosine[2:5]).all()
    np.testing.assert_array_equal(cosine[:2], [1, 1])
    assert abs(sine[5]) <= 1
    assert abs(cosine[5]) <= 1


@pytest.mark.parametrize("dtype", LIMIT)
@pytest.mark.parametrize("place", [0, 1, 7, 511, 512, 600])
def test_one_argument_beyond_the_range_does_not_disturb_the_others(place, dtype):
    x = np.linspace(-9, 9, 601).astype(dtype)
    expected = call("sin", x)
    x[place] = 1e22
    result = call("sin", x)
    assert np.delete(result, place).tolist() == np.delete(expected, place).tolist()
    assert result[place] == pytest.approx(np.sin(float(x[place])), rel=1e-6)


@pytest.mark.parametrize("dtype", LIMIT)
def test_sine_is_odd_and_cosine_even(dtype):
    x = np.random.default_rng(0).uniform(0, 1e4, 10_000).astype(dtype)
    np.testing.assert_array_equal(call("sin", -x), -call("sin", x))
    np.testing.assert_array_equal(call("cos", -x), call("cos", x))
