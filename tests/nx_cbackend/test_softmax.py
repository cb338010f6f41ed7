"""Softmax, its logarithm and logsumexp, along every axis of every layout, against longdouble."""

import itertools

import ml_dtypes
import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import FLOATS, LAYOUTS, native, values, wrap

ULPS = 8  # of an exponential, a sum in lanes or runs, a reciprocal, a product or a difference


def run(name, x, axis):
    return np.asarray(native.bind(name, (axis,))(wrap(x)))


def logsumexp(x, axes):
    return np.asarray(native.bind("logsumexp", (sum(1 << a for a in axes),))(wrap(x)))


def exact(x, axis):
    """Return softmax and its logarithm in longdouble."""
    wide = x.astype(np.longdouble)
    distance = wide - wide.max(axis=axis, keepdims=True)
    e = np.exp(distance)
    total = e.sum(axis=axis, keepdims=True)
    return e / total, distance - np.log(total)


def exact_logsumexp(x, axes):
    wide = x.astype(np.longdouble)
    top = wide.max(axis=axes, keepdims=True)
    total = np.log(np.exp(wide - top).sum(axis=axes, keepdims=True)) + top
    return total.reshape([n for i, n in enumerate(x.shape) if i not in axes])


def check(x, axis):
    eps = np.finfo(x.dtype).eps
    soft, logs = exact(x, axis)
    result = run("softmax", x, axis)
    assert result.dtype == x.dtype
    # the distance from the largest is rounded first: an exponential grows that error by it
    distance = x.max(axis=axis, keepdims=True) - x
    tiny = np.finfo(x.dtype).tiny
    assert (np.abs(result - soft) <= (ULPS + distance / 2) * eps * soft + tiny * eps).all()
    result = run("log_softmax", x, axis)
    error = np.abs(result - logs)
    assert (error <= ULPS * eps * np.maximum(np.abs(x).max(axis=axis, keepdims=True), 1)).all()


def check_logsumexp(x, axes):
    total = exact_logsumexp(x, axes)
    size = np.maximum(np.abs(x).max(axis=axes), 1)
    assert (np.abs(logsumexp(x, axes) - total) <= 4 * np.finfo(x.dtype).eps * size).all()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_axis(layout, dtype):
    x = LAYOUTS[layout](dtype)
    axes = range(min(x.ndim, 5))
    for axis in axes:
        if x.size:
            check(x, axis)
        else:
            assert run("softmax", x, axis).shape == x.shape
    for some in itertools.chain.from_iterable(itertools.combinations(axes, n) for n in range(4)):
        if x.size:
            check_logsumexp(x, some)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "shape", [(300, 700), (3, 40_000), (40_000, 3), (5, 300, 40), (2, 1025), (1, 5)], ids=str
)
def test_shapes_that_cross_tiles(shape, dtype):
    x = values(shape, dtype)
    for y in (x, x.T, x[::-1, ::2]):
        for axis in range(y.ndim):
            check(y, axis)
            check_logsumexp(y, (axis,))
        check_logsumexp(y, tuple(range(y.ndim)))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [1, 2, 15, 16, 17, 31, 32, 33, 1000])
def test_every_remainder(size, dtype):
    check(values((3, size), dtype), 1)
    check(values((size, 3), dtype), 0)
    check_logsumexp(values(size, dtype), (0,))


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("axis", [0, 1])
def test_sixteen_bit_floats_are_rounded_once(name, axis):
    dtype = np.float16 if name == "float16" else ml_dtypes.bfloat16
    base = values((30, 40), np.float32).astype(dtype)
    for x in (base, base.T, base[::2, ::-1]):
        buffer = native.wrap(x.view(np.uint16), native.DTYPES.index(name), None)
        soft, logs = exact(x, axis)
        total = exact_logsumexp(x, (axis,))
        for operation, wanted, param in (
            ("softmax", soft, axis),
            ("log_softmax", logs, axis),
            ("logsumexp", total, 1 << axis),
        ):
            out = native.bind(operation, (param,))(buffer)
            result = np.asarray(out).view(np.uint16).view(dtype).astype(np.float64)
            rounded = wanted.astype(np.float64).astype(dtype)
            after = np.nextafter(np.abs(rounded), dtype(np.inf)).astype(np.float64)
            unit = after - np.abs(rounded.astype(np.float64))
            assert (np.abs(result - wanted.astype(np.float64)) <= 0.51 * unit).all()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("width", [3, 40])
def test_far_from_zero(width, dtype):
    x = values((4, width), dtype)
    large = x + dtype(1e4)
    check(large, 1)
    check(large.T, 0)
    check_logsumexp(large, (1,))
    spread = values((4, width), np.float64).astype(dtype) * dtype(100)
    check(spread, 1)
    check(spread.T, 0)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("width", [3, 40])
def test_what_is_not_finite(width, dtype):
    x = values((5, width), dtype)
    x[0, 1] = np.nan
    x[1, 0] = np.inf
    x[2] = -np.inf
    x[3, 2] = -np.inf
    for name in ("softmax", "log_softmax"):
        for out in (run(name, x, 1), run(name, np.asfortranarray(x), 1)):
            assert np.isnan(out[[0, 1, 2]]).any(axis=1).all()
            assert np.isnan(out[0]).all()
            assert np.isnan(out[2]).all()
            assert np.isfinite(out[4]).all()
            assert out[3, 2] == (0 if name == "softmax" else -np.inf)
    for total in (logsumexp(x, (1,)), logsumexp(np.asfortranarray(x), (1,))):
        assert np.isnan(total[0])
        assert total[1] == np.inf
        assert total[2] == -np.inf
        assert np.isfinite(total[3:]).all()
    assert logsumexp(np.empty((0,), dtype), (0,)) == -np.inf


@pytest.mark.parametrize("axis", [0, 1])
def test_a_result_does_not_depend_on_the_number_of_threads(axis):
    x = values((600, 900), np.float32)
    before = nx_cbackend.num_threads()
    results = []
    try:
        for threads in (1, 2, 3):
            nx_cbackend.set_num_threads(threads)
            results.append((run("softmax", x, axis), logsumexp(x, (axis,)), logsumexp(x, (0, 1))))
    finally:
        nx_cbackend.set_num_threads(before)
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_errors():
    x = wrap(np.ones((2, 3), np.float32))
    with pytest.raises(IndexError, match=r"^softmax: cannot run along axis 2 of 2 axes$"):
        native.bind("softmax", (2,))(x)
    with pytest.raises(TypeError, match=r"^log_softmax: cannot compute on these operands"):
        native.bind("log_softmax", (0,))(1.0)
    assert native.bind("softmax", (0,))(wrap(np.ones(3, np.int8))) is NotImplemented
