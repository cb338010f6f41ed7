"""`finite_diff` against slopes known in closed form."""

import numpy as np
import nx
import pytest
from rune_testing import finite_diff

WEIGHTS = np.array([[0.5, -1.25, 2.0], [3.0, 0.75, -0.4]])


def weighted_square(x):
    return nx.sum(nx.asarray(WEIGHTS, dtype=x.dtype) * x * x)


@pytest.mark.parametrize("method", ["central", "forward", "backward"])
def test_slopes_of_a_weighted_square(method, rng):
    x = rng.uniform(-2, 2, WEIGHTS.shape)
    slopes = finite_diff(weighted_square, nx.asarray(x), method=method)
    assert slopes.shape == x.shape
    assert slopes.dtype == nx.float64
    tolerance = 1e-9 if method == "central" else 1e-6
    np.testing.assert_allclose(np.asarray(slopes), 2 * WEIGHTS * x, atol=tolerance)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("float16", 5e-2), ("bfloat16", 3e-1), ("float32", 1e-3), ("float64", 1e-8)],
)
def test_the_step_follows_the_dtype(dtype, tolerance):
    x = nx.asarray([1.0, -2.0, 3.0], dtype=getattr(nx, dtype))
    slopes = finite_diff(lambda x: nx.sum(x * x), x)
    assert slopes.dtype == x.dtype
    slopes = np.asarray(slopes).astype(np.float64)
    np.testing.assert_allclose(slopes, [2.0, -4.0, 6.0], rtol=tolerance)


def test_a_scalar_and_an_empty_array():
    assert float(finite_diff(lambda x: x * x, nx.asarray(3.0, dtype=nx.float64))) == pytest.approx(
        6
    )
    assert finite_diff(nx.sum, nx.asarray([], dtype=nx.float64)).shape == (0,)


def test_one_sided_differences_see_one_side():
    x = nx.asarray(0.0, dtype=nx.float64)
    assert float(finite_diff(abs, x, method="forward")) == 1
    assert float(finite_diff(abs, x, method="backward")) == -1
    assert float(finite_diff(abs, x, method="central")) == 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: finite_diff(nx.sum, nx.asarray([1.0]), method="middle"),
            ValueError,
            "finite_diff: cannot use method 'middle' (not one of central, forward, backward)",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([1, 2])),
            nx.DTypeError,
            "finite_diff: cannot differentiate int64 (not real floating)",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([1j])),
            nx.DTypeError,
            "finite_diff: cannot differentiate complex64 (not real floating)",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([1.0]), eps=0.0),
            ValueError,
            "finite_diff: cannot take a step of eps=0.0 (not positive)",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([2.0], dtype=nx.float16), eps=1e-4),
            ValueError,
            "finite_diff: cannot move the element at (0,) by eps=0.0001"
            " (too small for float16 at 2.0)",
        ),
        (
            lambda: finite_diff(lambda x: x * x, nx.asarray([1.0, 2.0])),
            nx.ShapeError,
            "finite_diff: cannot difference an output of shape (2,) (not ())",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).splitlines()[0] == message
