"""Derivatives where a function has a kink, a tie, a pole or a zero factor.

The values are JAX's, save where a comment says otherwise.
"""

import math
import subprocess
import sys

import numpy as np
import nx
import pytest
from nx.effects import perform
from nx.primitives import P
from rune import grad, vjp
from rune._derivatives import ROWS

INF, NAN = math.inf, math.nan


def f64(values):
    return nx.asarray(values, dtype=nx.float64)


def weighted(f):
    """Contract f's result with 1, 10, 100, ...: a permutation shows."""

    def loss(*xs):
        y = f(*xs)
        return nx.sum(y * f64(10.0 ** np.arange(y.size).reshape(y.shape)))

    return loss


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (nx.abs, 0.0, 1.0),
        (nx.abs, -0.0, 1.0),
        (nx.relu, 0.0, 0.0),
        (nx.relu, NAN, 0.0),
        (nx.sign, 0.0, 0.0),
        (nx.sqrt, 0.0, INF),
        (nx.log, 0.0, INF),
        (nx.asin, 1.0, INF),
        (nx.acosh, 1.0, INF),
        (nx.atanh, 1.0, INF),
        (nx.erfinv, 1.0, INF),
        (nx.i0e, 0.0, 0.0),
        (nx.i1e, 0.0, 0.5),
        (nx.sigmoid, 1000.0, 0.0),
        (nx.sigmoid, -1000.0, 0.0),
        (lambda x: x**0, 0.0, 0.0),
        (lambda x: x**1, 0.0, 1.0),
        (lambda x: x**3, -2.0, 12.0),
        (lambda x: x**-1, 0.0, -INF),
        (lambda x: nx.pow(x, 0.5), 0.0, INF),
        (lambda x: nx.pow(x, 0.0), 0.0, 0.0),  # as x**0; JAX: NaN
        (lambda x: nx.pow(x, 1.0), 0.0, 1.0),
        (lambda x: nx.pow(x, 2.0), 0.0, 0.0),
        (lambda x: nx.pow(x, 3.0), -2.0, 12.0),
        (lambda x: nx.maximum(x, x), 2.0, 1.0),
        (lambda x: nx.clip(x, 0.0, 1.0), 1.0, 0.5),
        (lambda x: nx.where(x > 0, x, INF), 1.0, 1.0),
        (lambda x: nx.where(x > 0, x, INF), -1.0, 0.0),
        (lambda x: nx.where(x > 0, nx.log(x), 0.0), 0.0, NAN),
        (lambda x: nx.where(x > 0, nx.log(nx.where(x > 0, x, 1.0)), 0.0), 0.0, 0.0),
        (lambda x: nx.sqrt(x * x), 0.0, NAN),
        (lambda x: nx.hypot(x, x), 0.0, 0.0),  # the middle of the subgradients; JAX: 1
    ],
)
def test_slopes_of_one_number(f, x, slope):
    np.testing.assert_equal(float(grad(f)(f64(x))), slope)


def test_the_modulus_at_0_is_flat():
    assert complex(grad(nx.abs)(nx.asarray(0j, dtype=nx.complex128))) == 0


@pytest.mark.parametrize(
    ("f", "x", "y", "slopes"),
    [
        (nx.maximum, 2.0, 2.0, (0.5, 0.5)),
        (nx.minimum, 2.0, 2.0, (0.5, 0.5)),
        (nx.pow, 0.0, 0.0, (0.0, 0.0)),  # as x**0; JAX: NaN, 0
        (nx.pow, 0.0, 0.5, (INF, 0.0)),
        (nx.pow, 0.0, 1.0, (1.0, 0.0)),
        (nx.pow, 0.0, 2.0, (0.0, 0.0)),
        (nx.pow, -2.0, 3.0, (12.0, NAN)),
        (nx.divide, 1.0, 0.0, (INF, -INF)),
        (nx.remainder, 5.5, -2.0, (1.0, 3.0)),
        (nx.copysign, 0.0, -2.0, (-1.0, 0.0)),
        (nx.atan2, 0.0, 0.0, (NAN, NAN)),
        (nx.hypot, 0.0, 0.0, (0.0, 0.0)),  # the middle of the subgradients; JAX: 0.5
        (nx.logaddexp, -INF, 1.0, (0.0, 1.0)),
        (nx.logaddexp, INF, 1.0, (1.0, 0.0)),
        (nx.logaddexp, 700.0, 700.0, (0.5, 0.5)),
        (nx.logaddexp, -INF, -INF, (0.0, 0.0)),  # as logsumexp; JAX: NaN
    ],
)
def test_slopes_of_two_numbers(f, x, y, slopes):
    found = grad(f, argnums=(0, 1))(f64(x), f64(y))
    np.testing.assert_equal([float(g) for g in found], slopes)


# The eager path's bare ufuncs warn of inf * 0 where pytest has removed nx's own filter.
@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [
        (nx.max, [1.0, 3.0, 3.0], [0, 0.5, 0.5]),
        (nx.min, [[1.0, 3.0], [1.0, 1.0]], [[1 / 3, 0], [1 / 3, 1 / 3]]),
        (lambda x: nx.max(x, axis=0), [[1.0, 3.0], [1.0, 2.0]], [[0.5, 10], [0.5, 0]]),
        (lambda x: nx.max(x, axis=()), [1.0, 1.0], [1, 10]),
        (nx.max, [NAN, 1.0], [NAN, NAN]),
        (nx.sort, [2.0, 1.0, 2.0], [10, 1, 100]),
        (lambda x: nx.sort(x, descending=True), [2.0, 1.0, 2.0], [1, 100, 10]),  # JAX: unstable
        (nx.cummax, [2.0, 2.0, 1.0], [1 + 110 / 2, 110 / 2, 0]),
        (lambda x: nx.cummin(x, reverse=True), [2.0, 2.0], [0.5, 10.5]),
        (nx.cummax, [2.0, 2.0, 2.0], [1 + 10 / 2 + 100 / 3, 10 / 2 + 100 / 3, 100 / 3]),
        (nx.cummax, [2.0, 1.0, 2.0], [1 + 10 + 100 / 2, 0, 100 / 2]),
        (nx.cummin, [2.0, 1.0, 1.0, 1.0], [1, 10 + 50 + 1000 / 3, 50 + 1000 / 3, 1000 / 3]),
        (nx.cummin, [1.0, 0.0, 1.0, 0.0], [1, 10 + 100 + 500, 0, 500]),
        (lambda x: nx.cummax(x, reverse=True), [3.0, 3.0, 3.0], [1 / 3, 1 / 3 + 5, 1 / 3 + 105]),
        (nx.cummax, [-INF, -INF, 0.0], [1 + 5, 5, 100]),
        (nx.cummax, [1.0, NAN, 1.0], [1, NAN, NAN]),
        (nx.prod, [2.0, 0.0, 3.0], [0, 6, 0]),
        (nx.prod, [0.0, 0.0, 3.0], [0, 0, 0]),
        (nx.cumulative_prod, [2.0, 0.0, 3.0], [1, 20 + 600, 0]),
        (nx.cumulative_prod, [0.0, 0.0, 3.0], [1, 0, 0]),
        (nx.logsumexp, [-INF, 1.0], [0, 1]),
        (nx.logsumexp, [-INF, -INF], [0, 0]),  # JAX: NaN
        (nx.softmax, [-INF, 1.0], [0, 0]),
        (nx.std, [1.0, 1.0], [NAN, NAN]),
    ],
)
def test_slopes_of_arrays(f, x, slopes):
    np.testing.assert_allclose(np.asarray(grad(weighted(f))(f64(x))), slopes, rtol=1e-14)


INDEX = [0, 0, 2]


@pytest.mark.parametrize(
    ("method", "x", "updates", "slopes"),
    [
        ("set", [5.0, 5.0, 5.0], [1.0, 2.0, 3.0], ([0, 10, 0], [0, 1, 100])),
        ("max", [1.0, 2.0, 9.0], [3.0, 3.0, 3.0], ([0, 10, 100], [0.5, 0.5, 0])),
        ("max", [1.0, 2.0, 9.0], [1.0, 1.0, 9.0], ([1 / 3, 10, 50], [1 / 3, 1 / 3, 50])),
        ("min", [1.0, 2.0, 9.0], [3.0, 1.0, 3.0], ([0.5, 10, 0], [0, 0.5, 100])),
        ("multiply", [2.0, 2.0, 2.0], [0.0, 3.0, 0.0], ([0, 10, 0], [6, 0, 200])),
        ("multiply", [2.0, 2.0, 2.0], [0.0, 0.0, 5.0], ([0, 10, 500], [0, 0, 200])),
        ("multiply", [0.0, 2.0, 2.0], [4.0, 3.0, 5.0], ([12, 10, 500], [0, 0, 200])),
    ],
)
def test_slopes_of_scatters_with_duplicates(method, x, updates, slopes):
    def loss(x, updates):
        return weighted(lambda x: getattr(x.at[nx.asarray(INDEX)], method)(updates))(x)

    found = grad(loss, argnums=(0, 1))(f64(x), f64(updates))
    for g, slope in zip(found, slopes, strict=True):
        np.testing.assert_allclose(np.asarray(g), slope, rtol=1e-14)


@pytest.mark.parametrize("x", [0.0, 3.0, -2.0])
def test_third_derivatives_of_squares_are_exactly_0(x):
    """The cube keeps the third derivative a function of x: 6."""
    third = grad(grad(grad(lambda x: x**2 + x**3)))
    assert float(third(f64(x))) == 6.0
    third = grad(grad(grad(lambda x: nx.integer_pow(x, 2) * 5.0)))
    with pytest.warns(RuntimeWarning, match="the loss does not depend on the arguments"):
        assert float(third(f64(x))) == 0.0


def test_infinite_operands_raise_no_warning():
    program = """
import nx, rune
x = nx.asarray([float("inf"), 1.0])
for _ in range(2):  # the second time by the eager path
    rune.grad(lambda x: nx.sum(nx.tanh(nx.cos(nx.sin(x)))))(x)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def hessian_product(f, x, v):
    return np.asarray(grad(lambda x: nx.sum(grad(f)(x) * f64(v)))(f64(x)))


@pytest.mark.parametrize(
    ("f", "x", "product"),
    [
        (nx.prod, [0.0, 2.0, 3.0], [230, 3, 2]),
        (nx.prod, [0.0, 0.0, 3.0], [30, 3, 0]),
        (nx.prod, [0.0, 0.0, 0.0], [0, 0, 0]),
        (nx.max, [1.0, 3.0, 3.0], [0, 0, 0]),
        (lambda x: nx.max(x) ** 2, [1.0, 3.0, 3.0], [0, 55, 55]),
        (weighted(nx.cumulative_prod), [0.0, 0.0, 3.0], [3100, 310, 0]),
        (  # out' is 1, 11 / 2, 111 / 3 along the vector, and each shares again
            lambda x: nx.sum(nx.cummax(x) ** 2),
            [2.0, 2.0, 2.0],
            [2 + 5.5 + 74 / 3, 5.5 + 74 / 3, 74 / 3],
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:grad. the loss does not depend:RuntimeWarning")  # max is linear
def test_second_derivatives(f, x, product):
    np.testing.assert_allclose(hessian_product(f, x, [1.0, 10.0, 100.0]), product, rtol=1e-14)


@pytest.mark.parametrize(
    ("primitive", "x", "tangent"),
    [
        (P.cummax, [2.0, 2.0, 2.0, 1.0], [1, 5.5, 37, 37]),
        (P.cummax, [1.0, 2.0, 0.0, 2.0], [1, 10, 10, 505]),
        (P.cummin, [2.0, 1.0, 1.0, 1.0], [1, 10, 55, 370]),
    ],
)
def test_tangents_of_running_extrema_with_ties(primitive, x, tangent):
    """At each place the mean of the tangents of the elements that have reached the extremum."""
    x, t = f64(x), f64([1.0, 10.0, 100.0, 1000.0])
    params = {"axis": 0, "reverse": False}
    out = perform(primitive, x, **params)
    found = ROWS[primitive].jvp((t,), out, x, **params)
    np.testing.assert_allclose(np.asarray(found), tangent, rtol=1e-14)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
@pytest.mark.parametrize(
    "f", [nx.sum, nx.prod, nx.sort, nx.sin, lambda x: x * x, lambda x: nx.concat([x, x])]
)
def test_empty_arrays_have_empty_gradients(f, shape):
    x = nx.zeros(shape, dtype=nx.float64)
    y = f(x)
    _, g = vjp(f, x, nx.ones_like(y))
    assert (g.shape, g.dtype) == (x.shape, x.dtype)


@pytest.mark.parametrize(
    ("f", "value"),
    [
        (nx.sum, 0.0),
        (nx.prod, 1.0),
        (nx.mean, NAN),
        (nx.var, NAN),
        (nx.logsumexp, -INF),
        (nx.linalg.vector_norm, 0.0),
        (nx.any, False),
        (nx.all, True),
    ],
)
def test_reductions_of_nothing(f, value):
    np.testing.assert_equal(f(nx.zeros((0,), dtype=nx.float64)).item(), value)


@pytest.mark.parametrize("f", [nx.max, nx.min, nx.argmax, nx.argmin, nx.median, nx.ptp])
def test_nothing_has_no_extremum(f):
    with pytest.raises(nx.ShapeError):
        f(nx.zeros((0,), dtype=nx.float64))


def test_the_determinant_of_nothing():
    assert float(nx.linalg.det(nx.zeros((0, 0), dtype=nx.float64))) == 1.0


@pytest.mark.parametrize(
    ("f", "value", "slope"),
    [
        (nx.softmax, 1.0, 0.0),
        (nx.log_softmax, 0.0, 0.0),
        (nx.layer_norm, 0.0, 0.0),
        (nx.logsumexp, 3.0, 1.0),
        (nx.max, 3.0, 1.0),
        (nx.mean, 3.0, 1.0),
        (nx.prod, 3.0, 1.0),
        (nx.sort, 3.0, 1.0),
        (nx.cummax, 3.0, 1.0),
        (nx.var, 0.0, 0.0),
        (nx.std, 0.0, NAN),
        (lambda x: nx.var(x, correction=1), NAN, NAN),
        (nx.diff, 0.0, 0.0),  # no neighbour: the sum of nothing
    ],
)
def test_an_axis_of_one_element(f, value, slope):
    def total(x):
        return nx.sum(f(x))

    np.testing.assert_equal(float(total(f64([3.0]))), value)
    np.testing.assert_equal(grad(total)(f64([3.0])).tolist(), [slope])


@pytest.mark.parametrize("f", [nx.max, nx.sum, nx.prod, nx.mean, nx.logsumexp])
def test_an_array_without_axes_is_reduced_to_itself(f):
    assert float(f(f64(3.0))) == 3.0
    assert float(grad(f)(f64(3.0))) == 1.0


@pytest.mark.parametrize("f", [nx.sort, nx.cumulative_sum, nx.unstack, nx.softmax, nx.layer_norm])
def test_an_array_without_axes_has_none_to_work_along(f):
    with pytest.raises(nx.AxisError):
        f(f64(3.0))


@pytest.mark.parametrize("shape", [(1,), (1, 3), (2, 1), ()])
def test_what_is_broadcast_gets_the_sum(shape):
    weights = np.arange(1.0, 7.0).reshape(2, 3)
    g = grad(lambda x: nx.sum(x * f64(weights)))(nx.ones(shape, dtype=nx.float64))
    lead = tuple(range(2 - len(shape)))
    kept = tuple(i for i, n in enumerate(shape) if n == 1)
    expected = weights.sum(axis=lead).sum(axis=kept, keepdims=True) if shape else weights.sum()
    np.testing.assert_allclose(np.asarray(g), expected)


NARROW = pytest.mark.parametrize("dtype", [nx.float16, nx.bfloat16], ids=lambda d: d.name)


@NARROW
@pytest.mark.parametrize(
    ("f", "value"),
    [
        (nx.sum, 4096.0),
        (nx.mean, 1.0),
        (lambda x: x @ x, 4096.0),
        (lambda x: nx.vecdot(x, x), 4096.0),
        (lambda x: nx.tensordot(x, x, axes=1), 4096.0),
        (lambda x: nx.einsum("i,i->", x, x), 4096.0),
        (lambda x: nx.cumulative_sum(x)[-1], 4096.0),
        (lambda x: nx.var(nx.concat([x, x + 1.0])), 0.25),
        (nx.linalg.vector_norm, 64.0),
    ],
)
def test_narrow_numbers_are_added_in_float32(f, value, dtype):
    """One by one in their own dtype ones would stop counting at 2048 or at 256."""
    out = f(nx.ones(4096, dtype=dtype))
    assert out.dtype == dtype
    assert float(out) == value


@NARROW
def test_what_is_broadcast_gets_the_sum_in_float32(dtype):
    g = grad(lambda x: nx.sum(nx.broadcast_to(x, (4096,))))(nx.asarray(1.0, dtype=dtype))
    assert (g.dtype, float(g)) == (dtype, 4096.0)


def test_a_mean_does_not_overflow_where_the_sum_does():
    x = nx.full(4, 60000.0, dtype=nx.float16)
    assert (float(nx.mean(x)), float(nx.sum(x))) == (60000.0, INF)


@NARROW
def test_duplicates_are_added_in_their_own_dtype(dtype):
    """As in JAX: the derivative of indexing one place often saturates too."""
    most = {nx.float16: 2048.0, nx.bfloat16: 256.0}[dtype]
    places = nx.zeros(4096, dtype=nx.int64)
    one = nx.ones(1, dtype=dtype)
    assert float((one * 0).at[places].add(nx.ones(4096, dtype=dtype))[0]) == most
    assert float(grad(lambda x: nx.sum(nx.take(x, places)))(one)[0]) == most
