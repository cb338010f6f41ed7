"""Sums over every subset of axes of every layout, and how exact they are."""

import itertools
import math

import numpy as np
import pytest

from tests.nx_cbackend.support import FLOATS, LAYOUTS, sum_over, unaligned, values, wrap

# float32 is rounded once; float64 adds up to 128 numbers plainly, with errors that may agree
TOLERANCE = {np.float32: np.finfo(np.float32).eps, np.float64: 64 * np.finfo(np.float64).eps}


def sum_of(x, axes):
    return np.asarray(sum_over(axes)(wrap(x)))


def check(x, axes):
    result = sum_of(x, axes)
    exact = x.astype(np.longdouble).sum(axis=axes)
    bound = np.abs(x).astype(np.longdouble).sum(axis=axes)
    assert result.dtype == x.dtype
    assert result.shape == exact.shape
    assert (np.abs(result - exact) <= TOLERANCE[x.dtype.type] * bound).all()


def subsets(ndim):
    axes = range(min(ndim, 5))
    return itertools.chain.from_iterable(itertools.combinations(axes, n) for n in range(ndim + 1))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_subset_of_axes(layout, dtype):
    x = LAYOUTS[layout](dtype)
    for axes in subsets(x.ndim):
        check(x, axes)
    check(x, tuple(range(x.ndim)))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "shape",
    [(700, 900), (9, 20_000), (20_000, 9), (3, 600, 70), (600, 3, 70), (70, 600, 3), (2, 300, 2)],
)
def test_shapes_that_cross_tiles_and_runs(shape, dtype):
    x = values(shape, dtype)
    for axes in subsets(x.ndim):
        check(x, axes)
        check(x.T, axes)
        check(x[::-1, ::2], axes)
        check(np.broadcast_to(x[:1], x.shape), axes)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [*range(40), 4095, 4096, 4097, 8191, 8192, 8193, 100_001])
def test_every_remainder(size, dtype):
    check(values(size, dtype), (0,))
    check(values(2 * size, dtype)[::2], (0,))
    check(values(size, dtype)[::-1], (0,))
    check(unaligned((size,), dtype) if size else values(0, dtype), (0,))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 3)])
def test_nothing_sums_to_zero(shape, dtype):
    x = np.empty(shape, dtype)
    for axes in subsets(x.ndim):
        np.testing.assert_array_equal(sum_of(x, axes), x.sum(axis=axes))


def test_sixteen_million_floats():
    x = np.random.default_rng(0).random(2**24, np.float32)
    exact = math.fsum(x)
    assert abs(float(sum_of(x, (0,))) - exact) <= 1e-6 * exact
    tall = x.reshape(-1, 4)
    np.testing.assert_allclose(sum_of(tall, (0,)), tall.sum(axis=0, dtype=np.float64), rtol=1e-6)


def test_doubles_hardly_cancel():
    x = np.random.default_rng(0).normal(size=2**20)
    exact, size = math.fsum(x), math.fsum(np.abs(x))
    assert abs(float(sum_of(x, (0,))) - exact) <= 1e-16 * size
    assert abs(float(sum_of(x.reshape(-1, 2), (0,)).sum()) - exact) <= 1e-15 * size


@pytest.mark.parametrize("dtype", FLOATS)
def test_infinities_and_nan(dtype):
    assert sum_of(np.array([1, np.inf, 2], dtype), (0,)) == np.inf
    assert np.isnan(sum_of(np.array([np.inf, -np.inf], dtype), (0,)))
    assert np.isnan(sum_of(np.array([1, np.nan] * 30, dtype), (0,)))


def test_no_axes_gives_a_copy():
    x = values((3, 4), np.float32)
    buffer = wrap(x)
    out = sum_over(())(buffer)
    np.testing.assert_array_equal(np.asarray(out), x)
    assert not np.shares_memory(np.asarray(out), x)


def test_a_bound_function_serves_any_buffer():
    rows = sum_over((1,))
    for dtype in FLOATS:
        x = values((3, 4), dtype)
        np.testing.assert_allclose(np.asarray(rows(wrap(x))), x.sum(axis=1), rtol=1e-6)


def test_other_dtypes_are_declined():
    assert sum_over((0,))(wrap(np.ones(3, np.int64))) is NotImplemented


def test_errors():
    x = wrap(np.ones((2, 3), np.float32))
    with pytest.raises(IndexError, match=r"^sum: cannot reduce axis 2 of 2 axes \(2 >= 2\)$"):
        sum_over((2,))(x)
    with pytest.raises(TypeError, match=r"^sum: cannot compute on these operands"):
        sum_over((0,))(1.0)
