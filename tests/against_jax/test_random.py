"""Random numbers against JAX's: bit for bit where they are integers or uniform, else in ULP."""

import numpy as np
import nx
import pytest
from nx import random

SEEDS = [0, -1, 7, 2**32, 2**63 - 1, -(2**63), 123456789012]
SHAPES = [(), (3,), (0,), (2, 0, 3), (7, 5), (1, 1, 4), (257,)]
FLOATING = ["float16", "bfloat16", "float32", "float64"]
INTEGRAL = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
EACH = [(seed, SHAPES[i % 7]) for i, seed in enumerate(SEEDS)]


def pytest_generate_tests(metafunc):
    if "shape" in metafunc.fixturenames:
        metafunc.parametrize(("seed", "shape"), EACH)


def both(jax, seed):
    return random.key(seed), jax.random.PRNGKey(seed)


def same(got, expected):
    got, expected = np.asarray(got), np.asarray(expected)
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    assert got.tobytes() == expected.tobytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_keys(jax, seed):
    ours, theirs = both(jax, seed)
    same(ours, theirs)
    for num in (1, 2, 5, (2, 3), 0):
        same(random.split(ours, num), jax.random.split(theirs, num))
    for data in (0, 1, 2**31, 2**32 - 1):
        same(random.fold_in(ours, data), jax.random.fold_in(theirs, data))


def test_bits(jax, seed, shape):
    ours, theirs = both(jax, seed)
    for dtype in ("uint8", "uint16", "uint32", "uint64"):
        same(random.bits(ours, shape, dtype=dtype), jax.random.bits(theirs, shape, dtype))


@pytest.mark.parametrize("dtype", FLOATING)
def test_uniform(jax, seed, shape, dtype):
    ours, theirs = both(jax, seed)
    for low, high in ((0.0, 1.0), (-1.0, 1.0), (-3.3, 7.7), (100.0, 1000.0)):
        got = random.uniform(ours, shape, dtype=dtype, minval=low, maxval=high)
        same(got, jax.random.uniform(theirs, shape, dtype, low, high))


@pytest.mark.parametrize("dtype", INTEGRAL)
def test_randint(jax, seed, shape, dtype):
    ours, theirs = both(jax, seed)
    info = np.iinfo(dtype)
    least, most = int(info.min), min(int(info.max), 2**63 - 1)
    for low, high in ((0, 10), (least, most), (least // 3, most // 3), (5, 5), (9, 2)):
        got = random.randint(ours, shape, low, high, dtype=dtype)
        same(got, jax.random.randint(theirs, shape, low, high, dtype))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", SEEDS[:4])
def test_orders_and_choices(jax, seed):
    ours, theirs = both(jax, seed)
    for n in (0, 1, 33):
        same(random.permutation(ours, n), jax.random.permutation(theirs, n))
    x, p = np.arange(24.0).reshape(4, 6), np.array([0.1, 0.2, 0.05, 0.25, 0.3, 0.1])
    for independent in (False, True):
        same(
            random.permutation(ours, x, axis=1, independent=independent),
            jax.random.permutation(theirs, x, axis=1, independent=independent),
        )
    for weights in (None, p, p.astype(np.float32)):
        for replace in (True, False):
            for a in (6, x):
                same(
                    random.choice(ours, a, (2, 2), replace=replace, p=weights, axis=int(a is x)),
                    jax.random.choice(theirs, a, (2, 2), replace, weights, axis=int(a is x)),
                )


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", SEEDS[:4])
def test_counts_and_categories(jax, seed):
    ours, theirs = both(jax, seed)
    logits = np.log(np.arange(1.0, 25).reshape(2, 3, 4)).astype(np.float32)
    for axis, shape in ((0, (5, 3, 4)), (-1, None), (1, (2, 4))):
        same(
            random.categorical(ours, logits, axis=axis, shape=shape),
            jax.random.categorical(theirs, logits, axis, shape),
        )
    p = np.array([0.0, 0.3, 1.0])
    same(random.bernoulli(ours, p, (9, 3)), jax.random.bernoulli(theirs, p, (9, 3)))
    # from about 1e5 on JAX's float32 density loses more than the rejection's margin
    for lam in ([0.0, 0.1, 3.0, 9.9], [10.0, 11.5, 40.0, 100.0]):
        lam = np.array(lam, np.float32)
        same(random.poisson(ours, lam, (8, 4)), jax.random.poisson(theirs, lam, (8, 4)))


# JAX's own logarithms and erfinv are off by as much in places: its log1p in float64 by over 100.
ULP = {"float16": 8, "bfloat16": 2, "float32": 32, "float64": 256}


@pytest.mark.parametrize("dtype", FLOATING)
@pytest.mark.parametrize("name", ["normal", "exponential", "laplace", "gumbel"])
def test_continuous(jax, seed, shape, dtype, name):
    ours, theirs = both(jax, seed)
    got = getattr(random, name)(ours, shape, dtype=dtype)
    expected = getattr(jax.random, name)(theirs, shape, dtype)
    near(got, expected, ULP[dtype])


def near(got, expected, ulp):
    got, expected = np.asarray(got), np.asarray(expected)
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    eps = float(nx.finfo(got.dtype).eps)
    np.testing.assert_allclose(
        got.astype(float), expected.astype(float), rtol=ulp * eps, atol=4 * eps
    )


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", SEEDS[:3])
@pytest.mark.parametrize("name", ["gamma", "loggamma", "t"])
def test_by_rejection(jax, seed, name):
    ours, theirs = both(jax, seed)
    a = np.array([0.3, 0.9, 1.0, 4.0, 30.0])
    got = getattr(random, name)(ours, a, (20, 5), dtype=nx.float64)
    near(got, getattr(jax.random, name)(theirs, a, (20, 5), "float64"), 512)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_made_of_others(jax, seed):
    ours, theirs = both(jax, seed)
    a = np.array([0.3, 0.9, 4.0])
    near(random.beta(ours, a, 1.5, (9, 3)), jax.random.beta(theirs, a, 1.5, (9, 3)), 1024)
    near(random.dirichlet(ours, a, (9,)), jax.random.dirichlet(theirs, a, (9,)), 1024)
    got = random.truncated_normal(ours, -1.0, 2.0, (9,), dtype=nx.float64)
    near(got, jax.random.truncated_normal(theirs, -1.0, 2.0, (9,), "float64"), 1024)
    mean, cov = np.arange(3.0), np.eye(3) + 0.3
    for method in ("cholesky", "eigh", "svd"):
        got = random.multivariate_normal(ours, mean, cov, (4,), method=method)
        near(got, jax.random.multivariate_normal(theirs, mean, cov, (4,), method=method), 1024)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("a", [0.1, 0.5, 1.0, 3.0, 50.0, 3000.0])
def test_implicit_gradients(jax, a):
    from nx.effects import perform
    from nx.primitives import P

    alpha, x = np.full(4, a), a * np.array([0.5, 0.9, 1.0, 1.2])
    got = perform(P.random_gamma_grad, nx.asarray(alpha), nx.asarray(x), log_space=False)
    np.testing.assert_allclose(np.asarray(got), jax.lax.random_gamma_grad(alpha, x), rtol=1e-8)
