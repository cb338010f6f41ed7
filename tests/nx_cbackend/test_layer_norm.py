"""Layer normalization over every axis of every layout, against longdouble."""

import itertools
import struct

import ml_dtypes
import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import FLOATS, LAYOUTS, native, values, wrap

ULPS = 4  # of a distance, a rate, two products and a sum


def normalization(axes, epsilon=1e-5):
    (bits,) = struct.unpack("q", struct.pack("d", epsilon))
    return native.bind("layer_norm", (sum(1 << a for a in axes), bits))


def run(x, scale, shift, axes, epsilon=1e-5):
    return np.asarray(normalization(axes, epsilon)(*map(wrap, (x, scale, shift))))


def exact(x, scale, shift, axes, epsilon=1e-5):
    """Return the result in longdouble, and the size of what is rounded on the way.

    The mean is of distances, and rounded as they are: 1 is their size after division.
    """
    x, scale, shift = (a.astype(np.longdouble) for a in (x, scale, shift))
    distance = x - x.mean(axis=axes, keepdims=True)
    distance -= distance.mean(axis=axes, keepdims=True)  # what the first mean was rounded by
    root = np.sqrt((distance**2).mean(axis=axes, keepdims=True) + np.longdouble(epsilon))
    unit = distance / root
    return unit * scale + shift, (np.abs(unit) + 1) * np.abs(scale) + np.abs(shift)


def check(x, scale, shift, axes, epsilon=1e-5, ulps=ULPS):
    result = run(x, scale, shift, axes, epsilon)
    assert result.dtype == x.dtype
    assert result.shape == x.shape
    if x.size:
        wanted, size = exact(x, scale, shift, axes, epsilon)
        assert (np.abs(result - wanted) <= ulps * np.finfo(x.dtype).eps * size).all()


def parts(x, axes, seed=1):
    """Return a scale and a shift along the axes, of x's rank."""
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    return values(shape, x.dtype, seed), values(shape, x.dtype, seed + 1)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_axes_of_every_layout(layout, dtype):
    x = LAYOUTS[layout](dtype)
    axes = range(min(x.ndim, 5))
    for some in itertools.chain.from_iterable(itertools.combinations(axes, n) for n in range(4)):
        check(x, *parts(x, some), some)
        check(x, values((), dtype), values(x.shape, dtype), some)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "shape", [(300, 700), (3, 40_000), (40_000, 3), (5, 300, 40), (2, 1025), (1, 5)], ids=str
)
def test_shapes_that_cross_tiles(shape, dtype):
    x = values(shape, dtype)
    for y in (x, x.T, x[::-1, ::2]):
        for axis in range(y.ndim):
            check(y, *parts(y, (axis,)), (axis,))
        check(y, *parts(y, (0, y.ndim - 1)), (0, y.ndim - 1) if y.ndim > 1 else (0,))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [*range(1, 35), 63, 64, 65, 1023, 1024, 1025, 3000])
def test_every_remainder(size, dtype):
    for x, axis in ((values((3, size), dtype), 1), (values((size, 19), dtype), 0)):
        check(x, *parts(x, (axis,)), (axis,), epsilon=0.5)


@pytest.mark.parametrize("dtype", FLOATS)
def test_every_layout_of_scale_and_shift(dtype):
    x, rows = values((6, 40), dtype), values((6, 80), dtype, 1)
    scales = [rows[:, ::2], rows[:, 1::2][:, ::-1], rows[:1, :40], rows[:, :1], rows[0, :40]]
    scales += [values((40, 6), dtype, 2).T, np.broadcast_to(rows[0, 0], (40,)), rows[0, :1]]
    for scale, shift in itertools.product(scales, scales):
        check(x, scale, shift, (1,))
        check(np.asfortranarray(x), scale, shift, (1,))
        check(x, scale, shift, (0,))
        check(x[::-1, ::-1], scale, shift, (0, 1))


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_sixteen_bit_floats_are_rounded_once(name, axes):
    dtype = np.float16 if name == "float16" else ml_dtypes.bfloat16
    base = values((30, 45), np.float32).astype(dtype)
    for x in (base, base.T, base[::2, ::-1]):
        scale, shift = (p.astype(dtype) for p in parts(x.astype(np.float32), axes))
        held = [
            native.wrap(a.view(np.uint16), native.DTYPES.index(name), None)
            for a in (x, scale, shift)
        ]
        result = np.asarray(normalization(axes)(*held)).view(np.uint16).view(dtype)
        wanted, size = exact(*(a.astype(np.float64) for a in (x, scale, shift)), axes)
        rounded = wanted.astype(np.float64).astype(dtype)
        after = np.nextafter(np.abs(rounded), dtype(np.inf)).astype(np.float64)
        unit = after - np.abs(rounded.astype(np.float64))
        before = ULPS * np.finfo(np.float32).eps * size  # in float32
        assert (np.abs(result.astype(np.float64) - wanted) <= 0.5 * unit + before).all()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("width", [3, 70, 5000])
def test_far_from_zero(width, dtype):
    """The distances are exact where the numbers are close to their mean."""
    x = values((4, width), dtype) + dtype(1e4)
    for y, axes in ((x, (1,)), (np.asfortranarray(x), (1,)), (x.T, (0,))):
        check(y, *parts(y, axes), axes)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("power", [-25, -12, 12, 25, 37])
def test_squares_beyond_the_range(power, dtype):
    x = values((4, 70), dtype) * dtype(10.0**power)
    check(x, *parts(x, (1,)), (1,), epsilon=0.0)
    check(x, *parts(x, (0,)), (0,), epsilon=0.0)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("width", [3, 70])
def test_equal_elements(width, dtype):
    x = np.repeat(values((5, 1), dtype), width, axis=1)
    scale, shift = parts(x, (1,))
    np.testing.assert_allclose(run(x, scale, shift, (1,)), np.broadcast_to(shift, x.shape))
    assert np.isnan(run(np.ones_like(x), scale, shift, (1,), 0.0)).all()


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("width", [3, 70])
def test_what_is_not_finite(width, dtype):
    x = values((5, width), dtype)
    x[0, 1], x[1, 0], x[2, 2] = np.nan, np.inf, -np.inf
    x[3, :2] = np.inf, -np.inf
    for y in (x, np.asfortranarray(x)):
        out = run(y, *parts(y, (1,)), (1,))
        assert np.isnan(out[:4]).all()
        assert np.isfinite(out[4]).all()


def test_a_result_past_the_caches():
    """Large results are stored in another way; lines that don't fill whole vectors too."""
    for width in (1024, 1001, 100):
        x = values((2_200_000 // width, width), np.float32)
        check(x, *parts(x, (1,)), (1,))


@pytest.mark.parametrize("axis", [0, 1])
def test_a_result_does_not_depend_on_the_number_of_threads(axis):
    x = values((600, 900), np.float32)
    before = nx_cbackend.num_threads()
    results = []
    try:
        for threads in (1, 2, 3):
            nx_cbackend.set_num_threads(threads)
            results.append(run(x, *parts(x, (axis,)), (axis,)))
    finally:
        nx_cbackend.set_num_threads(before)
    for other in results[1:]:
        np.testing.assert_array_equal(results[0], other)


def test_errors():
    x, one = wrap(np.ones((2, 3), np.float32)), wrap(np.float32(1) + np.zeros((), np.float32))
    with pytest.raises(IndexError, match=r"^layer_norm: cannot find its axes among 2$"):
        normalization((2,))(x, one, one)
    with pytest.raises(ValueError, match=r"^layer_norm: cannot broadcast operand 1$"):
        normalization((1,))(x, wrap(np.ones(2, np.float32)), one)
    with pytest.raises(ValueError, match=r"^layer_norm: cannot broadcast operand 2$"):
        normalization((1,))(x, one, wrap(np.ones(3)))
    with pytest.raises(TypeError, match=r"^layer_norm: cannot compute on these operands"):
        normalization((0,))(x, 1.0, one)
    small = wrap(np.ones(3, np.int8))
    assert normalization((0,))(small, small, small) is NotImplemented
