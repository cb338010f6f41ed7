"""Values and slopes at ties, kinks, poles and degenerate matrices against JAX's."""

import numpy as np
import nx
import pytest
import rune

from tests.against_jax._corners import CORNERS
from tests.against_jax._table import at

TOLERANCE = {"float32": 2e-6, "float64": 1e-12}


def weighted(function, wrap):
    """Contract a result with 1, 2, 3, ...: a permutation shows."""

    def loss(x):
        y = function(x)
        weights = np.arange(1.0, np.prod(y.shape, dtype=int) + 1).reshape(y.shape)
        return (y * wrap(weights.astype(y.dtype.name))).sum()

    return loss


def slopes(grad, function, wrap, order):
    """Return the function that takes slopes again and again."""
    for _ in range(order):
        function = grad(weighted(function, wrap))
    return function


@pytest.mark.usefixtures("quick")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # infinities and flat functions
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("corner", CORNERS, ids=lambda corner: corner.label)
def test_corner(jax, corner, dtype):
    x = np.array(corner.at, dtype)

    def here(x):
        return corner.function(nx, x)

    def there(x):
        return corner.theirs(jax, x) if corner.theirs else corner.function(jax.numpy, x)

    def both(x):
        return there(x), slopes(jax.grad, there, jax.numpy.asarray, corner.order)(x)

    value, theirs = jax.jit(both)(x)
    ours = slopes(rune.grad, here, nx.array, corner.order)(nx.array(x))
    near = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype]}
    np.testing.assert_allclose(np.asarray(here(nx.array(x))), value, **near)
    if corner.reason is None:
        np.testing.assert_allclose(np.asarray(ours), theirs, **near)
    else:
        np.testing.assert_allclose(np.asarray(ours), corner.ours_slope, **near)
        np.testing.assert_allclose(theirs, corner.their_slope, **near)


def test_deviations_deviate():
    """A corner has a reason exactly if it states two different slopes."""
    for corner in CORNERS:
        differ = not np.array_equal(
            np.array(corner.ours_slope, float), np.array(corner.their_slope, float), equal_nan=True
        )
        assert differ == (corner.reason is not None), corner.label


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", ["sum", "mean", "var", "std", "linalg.vector_norm", "vecdot"])
def test_narrow_accumulation(jax, name, dtype):
    """Thousands of narrow numbers are accumulated wider: a narrow sum would stop growing."""
    x = np.random.default_rng(3).uniform(0, 1, (2, 5000)).astype(dtype)
    options = {} if name == "vecdot" else {"axis": 1}
    operands = [x, x[::-1]] if name == "vecdot" else [x]
    got = at(nx, name)(*map(nx.array, operands), **options)
    expected = at(jax.numpy, name)(*map(jax.numpy.asarray, operands), **options)
    assert got.dtype.name == expected.dtype.name == dtype
    wide = np.asarray(expected).astype(float)
    eps = float(nx.finfo(dtype).eps)
    np.testing.assert_allclose(np.asarray(got).astype(float), wide, rtol=eps)
    slope = rune.grad(lambda x: at(nx, name)(x, *map(nx.array, operands[1:]), **options).sum())
    other = jax.grad(lambda x: at(jax.numpy, name)(x, *operands[1:], **options).sum())
    ours, theirs = np.asarray(slope(nx.array(x))), np.asarray(other(jax.numpy.asarray(x)))
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours.astype(float), theirs.astype(float), rtol=8 * eps, atol=eps)
