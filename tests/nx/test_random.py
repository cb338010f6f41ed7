"""Random numbers: published and stored vectors, distributions against SciPy's, errors."""

import numpy as np
import nx
import pytest
import rune
from nx import random
from nx.effects import perform
from nx.primitives import P
from scipy import stats

from tests.nx.stored_jax import STORED

KEY = random.key(0)
A = [0.3, 1.0, 7.5]


def test_the_published_vector_of_the_hash():
    """Random123's known answer for key and counter 0."""
    out = perform(P.threefry2x32, nx.zeros(2, dtype=nx.uint32), nx.zeros(2, dtype=nx.uint32))
    assert [f"{int(x):08x}" for x in out] == ["6b200159", "99ba4efe"]


def test_the_vectors_of_key_0():
    assert random.split(KEY, 3)[0].tolist() == [1797259609, 2579123966]
    assert random.bits(KEY, 4).tolist() == [4070199207, 4202968722, 1427181096, 2012915765]
    np.testing.assert_allclose(np.asarray(random.uniform(KEY, 3)), [0.947667, 0.9785799, 0.3322915])


@pytest.mark.parametrize(
    ("seed", "words"),
    [(0, [0, 0]), (-1, [2**32 - 1] * 2), (2**32, [1, 0]), (2**63 - 1, [2**31 - 1, 2**32 - 1])],
)
def test_keys_of_seeds(seed, words):
    assert random.key(seed).tolist() == words


EXACT = {
    "randint_int8": lambda k: random.randint(k, 4, -100, 100, dtype=nx.int8),
    "randint_uint64": lambda k: random.randint(k, 3, 5, 2**62, dtype=nx.uint64),
    "randint_int32": lambda k: random.randint(k, 3, -(2**31), 2**31 - 1, dtype=nx.int32),
    "uniform_float64": lambda k: random.uniform(k, 3, dtype=nx.float64, minval=-3.3, maxval=7.7),
    "uniform_float32": lambda k: random.uniform(k, 3, minval=-3.3, maxval=7.7),
    "uniform_bfloat16": lambda k: random.uniform(k, 3, dtype=nx.bfloat16),
    "permutation": lambda k: random.permutation(k, 7),
    "choice": lambda k: random.choice(k, 9, 4, replace=False),
    "categorical": lambda k: random.categorical(k, np.log([0.2, 0.3, 0.5]), shape=(6,)),
    "bernoulli": lambda k: random.bernoulli(k, 0.4, 6),
    "poisson": lambda k: random.poisson(k, [0.5, 4.0, 12.0, 60.0]),
}
CLOSE = {
    "normal": lambda k: random.normal(k, 3, dtype=nx.float64),
    "exponential": lambda k: random.exponential(k, 3, dtype=nx.float64),
    "laplace": lambda k: random.laplace(k, 3, dtype=nx.float64),
    "gumbel": lambda k: random.gumbel(k, 3, dtype=nx.float64),
    "truncated_normal": lambda k: random.truncated_normal(k, -1.0, 2.0, 3, dtype=nx.float64),
    "gamma": lambda k: random.gamma(k, A, dtype=nx.float64),
    "loggamma": lambda k: random.loggamma(k, A, dtype=nx.float64),
    "beta": lambda k: random.beta(k, A, 2.0, dtype=nx.float64),
    "dirichlet": lambda k: random.dirichlet(k, A, dtype=nx.float64),
    "t": lambda k: random.t(k, A, dtype=nx.float64),
    "multivariate_normal": lambda k: random.multivariate_normal(
        k, [1.0, -1.0], [[2.0, 0.5], [0.5, 1.0]], dtype=nx.float64
    ),
    "gamma_grad": lambda k: rune.grad(lambda a: nx.sum(random.gamma(k, a)))(
        nx.asarray(A, dtype=nx.float64)
    ),
}


def test_every_stored_vector_is_tested():
    assert {*EXACT, *CLOSE} == {*STORED}


@pytest.mark.parametrize("name", EXACT)
def test_exact_vectors(name):
    np.testing.assert_array_equal(
        np.asarray(EXACT[name](random.key(42))).astype(float), np.array(STORED[name], float)
    )


@pytest.mark.parametrize("name", CLOSE)
def test_close_vectors(name):
    np.testing.assert_allclose(np.asarray(CLOSE[name](random.key(42))), STORED[name], rtol=2e-13)


N = 4000
DISTRIBUTIONS = {
    "uniform": (lambda k, d: random.uniform(k, N, dtype=d, minval=-1.0, maxval=3.0), "uniform"),
    "normal": (lambda k, d: random.normal(k, N, dtype=d), "norm"),
    "exponential": (lambda k, d: random.exponential(k, N, dtype=d), "expon"),
    "laplace": (lambda k, d: random.laplace(k, N, dtype=d), "laplace"),
    "gumbel": (lambda k, d: random.gumbel(k, N, dtype=d), "gumbel_r"),
    "truncated_normal": (
        lambda k, d: random.truncated_normal(k, -0.5, 2.0, N, dtype=d),
        "truncnorm",
    ),
    "gamma_small": (lambda k, d: random.gamma(k, 0.4, N, dtype=d), "gamma"),
    "gamma_large": (lambda k, d: random.gamma(k, 30.0, N, dtype=d), "gamma"),
    "beta": (lambda k, d: random.beta(k, 2.0, 0.7, N, dtype=d), "beta"),
    "t": (lambda k, d: random.t(k, 3.0, N, dtype=d), "t"),
}
ARGUMENTS = {
    "uniform": (-1.0, 4.0),
    "truncated_normal": (-0.5, 2.0),
    "gamma_small": (0.4,),
    "gamma_large": (30.0,),
    "beta": (2.0, 0.7),
    "t": (3.0,),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distributions(name, dtype):
    draw, oracle = DISTRIBUTIONS[name]
    x = draw(random.key(11), dtype)
    assert x.dtype == dtype
    assert stats.kstest(np.asarray(x), oracle, ARGUMENTS.get(name, ())).pvalue > 0.01


@pytest.mark.parametrize("lam", [0.5, 4.0, 9.5, 12.0, 300.0])
def test_poisson_counts(lam):
    x = np.asarray(random.poisson(random.key(3), lam, (N,)))
    edges = np.unique(stats.poisson(lam).ppf(np.linspace(0, 1, 12)[1:-1]))
    expected = np.diff([0, *stats.poisson(lam).cdf(edges), 1]) * N
    found = np.bincount(np.searchsorted(edges, x), minlength=len(edges) + 1)
    keep = expected > 0
    statistic = np.sum((found - expected)[keep] ** 2 / expected[keep])
    assert stats.chi2(keep.sum() - 1).sf(statistic) > 0.01


def test_categories_and_weights():
    p = np.array([0.1, 0.2, 0.3, 0.4])
    for x in (
        random.categorical(KEY, np.log(p), shape=(N,)),
        random.choice(KEY, 4, N, p=p),
    ):
        found = np.bincount(np.asarray(x), minlength=4)
        assert stats.chisquare(found, p * N).pvalue > 0.01
    drawn = random.choice(KEY, nx.asarray([7, 8, 9]), 3, replace=False, p=[0.2, 0.3, 0.5])
    assert sorted(drawn.tolist()) == [7, 8, 9]


def test_dirichlet_and_multivariate_normal_moments():
    x = np.asarray(random.dirichlet(KEY, [1.0, 2.0, 5.0], (N,), dtype=nx.float64))
    np.testing.assert_allclose(x.sum(-1), 1)
    np.testing.assert_allclose(x.mean(0), [0.125, 0.25, 0.625], atol=0.01)
    cov = np.array([[2.0, 0.5], [0.5, 1.0]])
    for method in ("cholesky", "eigh", "svd"):
        x = random.multivariate_normal(KEY, [1.0, -1.0], cov, (N,), method=method)
        np.testing.assert_allclose(np.cov(np.asarray(x).T), cov, atol=0.1)


@pytest.mark.parametrize("log_space", [False, True])
@pytest.mark.parametrize("a", [1e-3, 0.5, 3.0, 80.0, 5e4, 2e5, 1e7])
def test_the_implicit_derivative_of_gamma(a, log_space):
    """Against central differences of SciPy's quantile; 1e5 is where the method changes."""
    u = np.array([1e-3, 0.1, 0.5, 0.9, 0.999])
    x, h = stats.gamma(a).ppf(u), 1e-4 * a
    near = stats.gamma(a + h).ppf(u) - stats.gamma(a - h).ppf(u)
    far = stats.gamma(a + 2 * h).ppf(u) - stats.gamma(a - 2 * h).ppf(u)
    use = x > 1e-300
    near, far, x, u = near[use], far[use], x[use], u[use]
    alpha = nx.asarray(np.full(u.shape, a))
    sample = nx.asarray(np.log(x) if log_space else x)
    got = np.asarray(perform(P.random_gamma_grad, alpha, sample, log_space=log_space))
    expected = (8 * near - far) / (12 * h)
    expected = expected / x if log_space else expected
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_the_derivative_of_tiny_gammas():
    """log x is nearly log(u gamma(a + 1)) / a, whose derivative is -log(x) / a + O(1)."""
    a, log_x = nx.asarray(1e-3, dtype=nx.float64), nx.asarray(-2000.0, dtype=nx.float64)
    slope = float(perform(P.random_gamma_grad, a, log_x, log_space=True))
    assert slope == pytest.approx((2000.0 + float(nx.digamma(a + 1))) / 1e-3)


@pytest.mark.parametrize("name", ["gamma", "loggamma", "t"])
def test_gradients_reach_the_parameter(name):
    def mean(a):
        return nx.mean(getattr(random, name)(KEY, a, (50,)))

    assert np.isfinite(float(rune.grad(mean)(nx.asarray(2.5))))


def test_bad_parameters_give_nan():
    assert np.isnan(np.asarray(random.gamma(KEY, [-1.0, np.nan]))).all()
    assert random.poisson(KEY, [-1.0, np.nan, np.inf, 0.0]).tolist() == [-1, -1, -1, 0]


def test_full_range_and_empty_spans():
    for dtype in (nx.int8, nx.uint8, nx.int32, nx.uint32, nx.int64, nx.uint64):
        info = nx.iinfo(dtype)
        x = np.asarray(random.randint(KEY, 500, info.min, info.max + 1, dtype=dtype), float)
        assert abs(x.mean() - (info.min + info.max) / 2) < 0.1 * 2.0**info.bits
    assert random.randint(KEY, 3, 5, 5).tolist() == [5, 5, 5]
    assert random.randint(KEY, 3, [0, 10, 20], [1, 11, 21]).tolist() == [0, 10, 20]


ERRORS = {
    "uniform: cannot draw int32": lambda: random.uniform(KEY, dtype=nx.int32),
    "uniform: cannot broadcast (2,) with (3,) (2 != 3 in axis -1)": None,
    "bits: cannot draw bits as int8": lambda: random.bits(KEY, dtype=nx.int8),
    "randint: cannot hold maxval=300 in int8": lambda: random.randint(
        KEY, 2, 0, 300, dtype=nx.int8
    ),
    "randint: cannot draw float32": lambda: random.randint(KEY, 2, 0, 3, dtype=nx.float32),
    "fold_in: cannot fold in -1 (it is not in 0 to 2**32 - 1)": lambda: random.fold_in(KEY, -1),
    "gamma: cannot take a=0 (it must be above 0)": lambda: random.gamma(KEY, 0),
    "gamma: cannot broadcast parameters of shape (2,) to (1,)": lambda: random.gamma(
        KEY, [1.0, 2.0], 1
    ),
    "beta: cannot take b=-1.0 (it must be above 0)": lambda: random.beta(KEY, 1.0, -1.0),
    "poisson: cannot take lam=-2 (it must be at least 0)": lambda: random.poisson(KEY, -2),
    "t: cannot take df=0.0 (it must be above 0)": lambda: random.t(KEY, 0.0),
    "truncated_normal: cannot draw between 2 and 1": lambda: random.truncated_normal(KEY, 2, 1),
    "dirichlet: cannot draw with alpha of shape () (it needs an axis of concentrations)": (
        lambda: random.dirichlet(KEY, 1.0)
    ),
    "choice: cannot draw 5 of 3 without replacement": lambda: random.choice(
        KEY, 3, 5, replace=False
    ),
    "choice: cannot draw 2 of 0 elements": lambda: random.choice(KEY, 0, 2),
    "choice: cannot weight 3 elements by p of shape (2,) ((3,) is needed)": lambda: random.choice(
        KEY, 3, 2, p=[0.5, 0.5]
    ),
    "multivariate_normal: cannot draw with mean (2,) and cov (3, 3)": (
        lambda: random.multivariate_normal(KEY, nx.zeros(2), nx.eye(3))
    ),
    "multivariate_normal: cannot factor by 'lu'": lambda: random.multivariate_normal(
        KEY, nx.zeros(2), nx.eye(2), method="lu"
    ),
    "normal: cannot use float32[2] as a key": lambda: random.normal(nx.zeros(2)),
}
ERRORS["uniform: cannot broadcast (2,) with (3,) (2 != 3 in axis -1)"] = lambda: random.uniform(
    KEY, 3, minval=nx.zeros(2)
)


@pytest.mark.parametrize("line", ERRORS)
def test_errors(line):
    with pytest.raises(nx.NxError) as caught:
        ERRORS[line]()
    assert str(caught.value).splitlines()[0] == line
