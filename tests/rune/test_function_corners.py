"""Derivatives of composed functions at their kinks, poles and ties: those of JAX."""

import math

import numpy as np
import nx
import pytest
from rune import grad

NAN, INF = math.nan, math.inf

pytestmark = pytest.mark.filterwarnings(
    "ignore:(divide by zero|invalid value) encountered:RuntimeWarning:nx.",
    "ignore:grad. the loss does not depend:RuntimeWarning",
)


def f64(x):
    return nx.asarray(x, dtype=nx.float64)


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (nx.elu, 0.0, 1.0),
        (lambda x: nx.elu(x, 0.5), 0.0, 0.5),
        (nx.elu, 1000.0, 1.0),
        (lambda x: nx.celu(x, 2.0), 0.0, 1.0),
        (nx.celu, 1000.0, 1.0),
        (nx.leaky_relu, 0.0, 1.0),
        (nx.relu6, 0.0, 0.0),
        (nx.relu6, 6.0, 0.0),
        (nx.hard_tanh, 1.0, 1.0),
        (nx.hard_tanh, -1.0, 1.0),
        (nx.hard_sigmoid, 3.0, 0.0),
        (nx.softplus, 1000.0, 1.0),
        (nx.softplus, -1000.0, 0.0),
        (nx.log_sigmoid, -1000.0, 1.0),
        (nx.silu, -1000.0, 0.0),
        (nx.mish, -1000.0, 0.0),
        (nx.gelu, 0.0, 0.5),
        (nx.soft_sign, 0.0, 1.0),
        (nx.logit, 0.0, INF),
        (nx.logit, 1.0, INF),
        (nx.logit, 0.5, 4.0),
        (nx.sinc, 0.0, 0.0),
        (nx.i0, 0.0, 0.0),  # JAX: 1, by the slope of abs at 0
        (nx.i1, 0.0, 0.5),
        (lambda x: nx.nan_to_num(x * x), NAN, NAN),
        (lambda x: nx.nan_to_num(x), NAN, 0.0),
        (lambda x: nx.nan_to_num(x), INF, 0.0),
        (lambda x: nx.heaviside(x, 0.5), 0.0, 0.0),
        (lambda x: nx.heaviside(0.0, x), 0.5, 1.0),
        (lambda x: nx.angle(x), -2.0, 0.0),
    ],
)
def test_slopes_of_one_number(f, x, slope):
    np.testing.assert_allclose(float(grad(f)(f64(x))), slope, rtol=1e-14)


@pytest.mark.parametrize(
    ("f", "x", "y", "slopes"),
    [
        (nx.xlogy, 0.0, 2.0, (math.log(2.0), 0.0)),
        (nx.xlogy, 0.0, 0.0, (-INF, NAN)),
        (nx.xlog1py, 0.0, 1.0, (math.log(2.0), 0.0)),
        (nx.xlog1py, 0.0, -1.0, (-INF, NAN)),
        (nx.fmod, 5.5, -2.0, (1.0, 2.0)),
        (nx.fmod, -5.5, -2.0, (1.0, -2.0)),
    ],
)
def test_slopes_of_two_numbers(f, x, y, slopes):
    found = grad(f, argnums=(0, 1))(f64(x), f64(y))
    np.testing.assert_allclose([float(g) for g in found], slopes)


def test_derivatives_of_sinc_at_0():
    """Those of the series: 1 - (pi x)**2 / 6 + (pi x)**4 / 120 - ..."""
    f, found = nx.sinc, []
    for _ in range(4):
        f = grad(f)
        found.append(float(f(f64(0.0))))
    np.testing.assert_allclose(found, [0, -(math.pi**2) / 3, 0, math.pi**4 / 5], atol=1e-14)


def weighted(f):
    """Weigh the elements by powers of ten."""

    def loss(x):
        y = nx.flatten(f(x))
        return nx.sum(y * f64([10.0**i for i in range(y.shape[0])]))

    return loss


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [
        (nx.median, [3.0, 1.0, 2.0], [0, 0, 1]),
        (nx.median, [4.0, 1.0, 2.0, 3.0], [0, 0, 0.5, 0.5]),
        (nx.median, [5.0], [1]),
        (lambda x: nx.quantile(x, [0.0, 1.0]), [2.0, 1.0, 3.0], [0, 1, 10]),
        (nx.ptp, [1.0, 3.0, 3.0], [-1, 0.5, 0.5]),
        (lambda x: nx.max_pool(x, 2), [1.0, 1.0, 2.0, 3.0], [0.5, 0.5, 0, 10]),
        (lambda x: nx.max_pool(x, 2, padding=1), [-1.0, -1.0], [1, 10]),
        (lambda x: nx.top_k(x, 2)[0], [2.0, 2.0, 2.0], [1, 10, 0]),
        (lambda x: nx.unique_values(x, size=3), [2.0, 2.0, 1.0], [10, 0, 101]),
        (lambda x: nx.nansum(x), [NAN, 2.0], [0, 1]),
        (lambda x: nx.nanmean(x), [NAN, 2.0, 3.0], [0, 0.5, 0.5]),
        (lambda x: nx.nanmax(x), [NAN, 2.0], [0, 1]),
        (lambda x: nx.put_along_axis(x, nx.asarray([0, 0]), x), [2.0, 3.0], [0, 11]),
        (lambda x: nx.diff(x, n=5), [1.0, 2.0], [0, 0]),
        (lambda x: nx.interp(f64([1.0, 1.5]), f64([0.0, 1.0, 2.0]), x), [1.0, 2.0, 4.0], [0, 6, 5]),
        (lambda x: nx.interp(x, f64([0.0, 1.0, 2.0]), f64([1.0, 2.0, 4.0])), [1.0, 9.0], [2, 0]),
    ],
)
def test_slopes_of_arrays(f, x, slopes):
    np.testing.assert_allclose(np.asarray(grad(weighted(f))(f64(x))), slopes, rtol=1e-14)


@pytest.mark.parametrize("shape", [(0,), (0, 3)])
@pytest.mark.parametrize(
    "f",
    [
        *(nx.silu, nx.gelu, nx.sinc, nx.logit, nx.softplus, nx.nansum, nx.diff, nx.nan_to_num),
        lambda x: nx.fmod(x, 2.0),
        lambda x: nx.unique_values(x, size=2, fill_value=1.0),
        lambda x: nx.repeat(x, nx.asarray([], dtype=nx.int64), axis=0),
    ],
)
def test_empty_arrays_have_empty_gradients(f, shape):
    g = grad(lambda x: nx.sum(f(x)))(nx.zeros(shape, dtype=nx.float64))
    assert (g.shape, g.dtype) == (shape, nx.float64)


def test_the_second_derivative_of_gamma_numbers_is_refused():
    key = nx.random.key(0)

    def draw(a):
        return nx.random.gamma(key, a, dtype=nx.float64)

    a = nx.asarray(2.5, dtype=nx.float64)
    assert float(grad(draw)(a)) > 0
    with pytest.raises(nx.MissingRuleError) as caught:
        grad(grad(draw))(a)
    first, hint = str(caught.value).splitlines()
    assert first.startswith("random_gamma_grad: cannot differentiate")
    assert "only the first derivative of a gamma number by its parameter is there" in first
    assert hint.startswith("hint: ")


def test_slopes_of_cube_roots_at_0():
    for zero in (0.0, -0.0):
        assert float(grad(nx.cbrt)(nx.asarray(zero))) == INF
    assert float(grad(nx.cbrt)(nx.asarray(-8.0, dtype=nx.float64))) == pytest.approx(1 / 12)
    assert float(grad(grad(nx.cbrt))(nx.asarray(8.0, dtype=nx.float64))) == pytest.approx(-1 / 144)


@pytest.mark.parametrize(
    ("function", "slopes"),
    [
        (nx.nanvar, [-1.0, 0.0, 1.0]),
        (nx.nanstd, [-0.5, 0.0, 0.5]),
        (nx.nanmedian, [0.5, 0.0, 0.5]),
        (nx.nanprod, [3.0, 0.0, 1.0]),
        (lambda x: nx.sum(nx.nancumsum(x)), [3.0, 0.0, 1.0]),
        (lambda x: nx.nanquantile(x, 0.25), [0.75, 0.0, 0.25]),
        (lambda x: nx.sum(nx.fmax(x, 2.0)), [0.0, 0.0, 1.0]),
    ],
)
def test_what_is_left_out_has_slope_0(function, slopes):
    x = nx.asarray([1.0, NAN, 3.0], dtype=nx.float64)
    np.testing.assert_allclose(np.asarray(grad(function)(x)), slopes, rtol=1e-12)
