"""Running operations of every dtype along every axis of every layout, both ways.

The oracles are Python's integers, longdouble's running sums, and NumPy's extremes.
"""

import itertools

import ml_dtypes
import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import FLOATS, LAYOUTS, native, values, wrap

INTEGERS = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
NAMES = {
    "cumsum": np.add,
    "cumprod": np.multiply,
    "cummax": np.maximum,
    "cummin": np.minimum,
}
LENGTH = 496  # of the cuts in a row: the sizes below lie around its multiples


def run(name, x, axis, *, reverse=False):
    return np.asarray(native.bind(name, (axis, int(reverse)))(wrap(x)))


def expected(name, x, axis, *, reverse=False):
    x = np.flip(x, axis) if reverse else x
    out = NAMES[name].accumulate(x, axis=axis)
    return np.flip(out, axis) if reverse else out


def both(ndim):
    return itertools.product(range(min(ndim, 5)), (False, True))


def check_sum(x, axis, *, reverse=False):
    eps = np.finfo(x.dtype).eps
    wide = x.astype(np.longdouble)
    exact = expected("cumsum", wide, axis, reverse=reverse)
    size = expected("cumsum", np.abs(wide), axis, reverse=reverse)
    result = run("cumsum", x, axis, reverse=reverse)
    assert result.dtype == x.dtype
    assert result.shape == x.shape
    # float32 runs in double; of doubles fewer than 600 are added before they meet a total
    assert (np.abs(result - exact) <= (1 if x.dtype == np.float32 else 600) * eps * size).all()


# Layouts ----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
@np.errstate(over="ignore")
def test_floats_along_every_axis(layout, dtype):
    x = LAYOUTS[layout](dtype)
    for axis, reverse in both(x.ndim):
        check_sum(x, axis, reverse=reverse)
        for name in ("cummax", "cummin"):
            np.testing.assert_array_equal(
                run(name, x, axis, reverse=reverse), expected(name, x, axis, reverse=reverse)
            )
        product = expected("cumprod", x[..., :300].astype(np.float64), axis, reverse=reverse)
        np.testing.assert_allclose(
            run("cumprod", x[..., :300], axis, reverse=reverse),
            product.astype(dtype),
            rtol=300 * np.finfo(dtype).eps,
        )


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_integers_wrap_around(layout, dtype):
    itemsize = np.dtype(dtype).itemsize
    if "unaligned" in layout and itemsize == 1:
        return  # bytes are always aligned
    x = LAYOUTS[layout](f"i{itemsize}").view(dtype)
    for axis, reverse in both(x.ndim):
        for name in ("cumsum", "cumprod"):
            exact = expected(name, x.astype(object), axis, reverse=reverse) % 2 ** (8 * itemsize)
            result = run(name, x, axis, reverse=reverse)
            assert result.dtype == dtype
            np.testing.assert_array_equal(result.view(f"u{itemsize}"), exact.astype(f"u{itemsize}"))
        for name in ("cummax", "cummin"):
            np.testing.assert_array_equal(
                run(name, x, axis, reverse=reverse), expected(name, x, axis, reverse=reverse)
            )


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex(dtype):
    cube = (values((6, 8, 10), np.float64) + 1j * values((6, 8, 10), np.float64, seed=1)) / 5
    for x in (cube, cube.T, cube[::2, ::-1], cube[:, :, 3]):
        x = x.astype(dtype)  # keeps the order of the axes
        for y in (x, x[::-1], np.broadcast_to(x[:1], x.shape)):
            for axis, reverse in both(y.ndim):
                for name in ("cumsum", "cumprod"):
                    exact = expected(name, y.astype(np.clongdouble), axis, reverse=reverse)
                    result = run(name, y, axis, reverse=reverse)
                    assert result.dtype == dtype
                    limit = 40 * np.finfo(dtype).eps
                    np.testing.assert_allclose(
                        result, exact.astype(np.complex128), rtol=limit, atol=limit * 10
                    )


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("layout", LAYOUTS)
@np.errstate(over="ignore", invalid="ignore")
def test_sixteen_bit_floats_are_rounded_once(name, layout):
    dtype = np.float16 if name == "float16" else ml_dtypes.bfloat16
    bits = LAYOUTS[layout](np.float16).view(np.uint16)
    x = (bits if name == "float16" else bits & 0xBFF0).view(dtype)
    buffer = native.wrap(x.view(np.uint16), native.DTYPES.index(name), None)
    wide = x.astype(np.float64)
    for axis, reverse in both(x.ndim):
        for operation in NAMES:
            out = native.bind(operation, (axis, int(reverse)))(buffer)
            result = np.asarray(out).view(np.uint16).view(dtype)
            exact = expected(operation, wide, axis, reverse=reverse)
            rounded = exact.astype(dtype)
            after = np.nextafter(np.abs(rounded), dtype(np.inf)).astype(np.float64)
            unit = np.where(np.isfinite(after), after - np.abs(rounded.astype(np.float64)), 0)
            error = np.abs(result.astype(np.float64) - exact)
            same = (result == rounded) | (np.isnan(result) & np.isnan(rounded))
            assert (same | (error <= 0.501 * unit)).all()


def test_bools_have_extremes():
    x = np.random.default_rng(0).random((7, 9)) < 0.3
    for y in (x, x.T, x[::-1, ::2]):
        for axis, reverse in both(2):
            for name in ("cummax", "cummin"):
                np.testing.assert_array_equal(
                    run(name, y, axis, reverse=reverse), expected(name, y, axis, reverse=reverse)
                )


# Sizes ------------------------------------------------------------------------


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32])
@pytest.mark.parametrize(
    "size",
    [1, 2, 3, *(k * LENGTH + d for k in (1, 2, 4, 5, 9) for d in (-1, 0, 1)), 65_535, 200_001],
)
def test_every_remainder(size, dtype, reverse):
    for x in (values(size, dtype), values(2 * size, dtype)[::2], values(size, dtype)[::-1]):
        if dtype is np.int32:
            np.testing.assert_array_equal(
                run("cumsum", x, 0, reverse=reverse), expected("cumsum", x, 0, reverse=reverse)
            )
        else:
            check_sum(x, 0, reverse=reverse)
        np.testing.assert_array_equal(
            run("cummin", x, 0, reverse=reverse), expected("cummin", x, 0, reverse=reverse)
        )


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "shape", [(700, 900), (3, 90_000), (90_000, 3), (3, 600, 70), (600, 3, 70), (9, 2100)], ids=str
)
def test_shapes_that_cross_tiles_and_parts(shape, dtype):
    x = values(shape, dtype)
    for y in (x, x.T, x[::-1, ::2], np.broadcast_to(x[:1], x.shape)):
        for axis, reverse in both(y.ndim):
            check_sum(y, axis, reverse=reverse)
            np.testing.assert_array_equal(
                run("cummax", y, axis, reverse=reverse),
                expected("cummax", y, axis, reverse=reverse),
            )


def test_a_product_longer_than_a_segment():
    x = np.ones(5_000_000, np.int64)
    x[::100_000] = 3
    np.testing.assert_array_equal(run("cumprod", x, 0), np.multiply.accumulate(x))
    tall = np.ones((2_500_000, 2), np.int64)
    tall[::100_000] = (3, -1)
    for reverse in (False, True):
        np.testing.assert_array_equal(
            run("cumprod", tall, 0, reverse=reverse), expected("cumprod", tall, 0, reverse=reverse)
        )


# What a running sum owes its user ----------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [10_000, 300_000])
def test_a_sum_of_weights_never_falls(size, dtype):
    x = np.random.default_rng(0).exponential(size=size).astype(dtype)
    x[::3] = 0
    assert (np.diff(run("cumsum", x, 0)) >= 0).all()
    assert (np.diff(run("cumsum", x, 0, reverse=True)) <= 0).all()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [5, 3000, 100_000])
def test_nan_stays_from_where_it_stands(size, dtype):
    x = values(size, dtype)
    place = size // 2
    x[place] = np.nan
    for name in ("cumsum", "cummax", "cummin"):
        out = run(name, x, 0)
        np.testing.assert_array_equal(np.isnan(out), np.arange(size) >= place)
        out = run(name, x, 0, reverse=True)
        np.testing.assert_array_equal(np.isnan(out), np.arange(size) <= place)


def test_infinities():
    x = np.array([1, np.inf, 2, -np.inf, 3], np.float32)
    np.testing.assert_array_equal(run("cumsum", x, 0), [1, np.inf, np.inf, np.nan, np.nan])
    low = np.full(5, -np.inf)
    np.testing.assert_array_equal(run("cummax", low, 0), low)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(3_000_000,), (3, 200_000), (2000, 300)], ids=str)
def test_a_result_does_not_depend_on_the_number_of_threads(shape, name):
    x = 1 + 1e-4 * np.random.default_rng(0).normal(size=shape)
    before = nx_cbackend.num_threads()
    results = []
    try:
        for threads in (1, 2, 3):
            nx_cbackend.set_num_threads(threads)
            results.append([run(name, x, axis) for axis in range(x.ndim)])
    finally:
        nx_cbackend.set_num_threads(before)
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_errors():
    x = wrap(np.ones((2, 3), np.float32))
    with pytest.raises(IndexError, match=r"^cumsum: cannot run along axis 2 of 2 axes$"):
        native.bind("cumsum", (2, 0))(x)
    with pytest.raises(TypeError, match=r"^cummax: cannot compute on these operands"):
        native.bind("cummax", (0, 0))(1.0)
    assert native.bind("cumsum", (0, 0))(wrap(np.ones(3, bool))) is NotImplemented
    assert native.bind("cummax", (0, 0))(wrap(np.ones(3, complex))) is NotImplemented
