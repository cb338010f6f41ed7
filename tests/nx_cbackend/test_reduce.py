"""Reductions of every dtype over every subset of axes of every layout, and how exact they are.

The oracles are Python's integers, NumPy's in wider dtypes, and math.fsum.
"""

import itertools
import math

import ml_dtypes
import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import FLOATS, LAYOUTS, native, unaligned, values, wrap

SIGNED = (np.int8, np.int16, np.int32, np.int64)
UNSIGNED = (np.uint8, np.uint16, np.uint32, np.uint64)
COMPLEX = (np.complex64, np.complex128)
HALVES = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16}
EPS = {dtype: float(np.finfo(dtype).eps) for dtype in FLOATS}

# float32 is added in double and rounded once; up to 256 numbers of float64 are added plainly, in
# eights and by lanes, then merged in halves: fewer than 100 roundings, whose errors may agree
ROUNDINGS = {np.float32: 1, np.float64: 100}


def reduction(name, axes):
    return native.bind(name, (sum(1 << axis for axis in axes),))


def reduced(name, x, axes):
    out = reduction(name, axes)(wrap(x))
    return tuple(map(np.asarray, out)) if isinstance(out, tuple) else np.asarray(out)


def subsets(ndim):
    axes = range(min(ndim, 5))
    return itertools.chain.from_iterable(itertools.combinations(axes, n) for n in range(ndim + 1))


def laid(layout, dtype):
    """Return integers of every size and both halves of their range in a layout."""
    signed = LAYOUTS[layout](f"i{np.dtype(dtype).itemsize}")
    return signed.view(dtype)


def bools(shape):
    return np.random.default_rng(0).random(shape) < 0.9


def check_sum(x, axes):
    result = reduced("sum", x, axes)
    exact = x.astype(np.longdouble).sum(axis=axes)
    bound = np.abs(x).astype(np.longdouble).sum(axis=axes)
    assert result.dtype == x.dtype
    assert result.shape == exact.shape
    kind = x.dtype.type
    assert (np.abs(result - exact) <= ROUNDINGS[kind] * EPS[kind] * bound).all()


def check_moments(x, axes):
    mean, variance = reduced("moments", x, axes)
    wide = x.astype(np.longdouble)
    eps = EPS[x.dtype.type]
    size = np.mean(np.abs(wide), axis=axes)
    assert mean.dtype == variance.dtype == x.dtype
    assert mean.shape == variance.shape == size.shape
    assert (np.abs(mean - wide.mean(axis=axes)) <= 8 * eps * size).all()
    error = np.abs(variance - wide.var(axis=axes))
    assert (error <= 8 * eps * wide.var(axis=axes) + (8 * eps * size) ** 2).all()


# Layouts ----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
@np.errstate(over="ignore")
def test_floats_over_every_subset_of_axes(layout, dtype):
    x = LAYOUTS[layout](dtype)
    for axes in (*subsets(x.ndim), tuple(range(x.ndim))):
        check_sum(x, axes)
        if x.size:
            check_moments(x, axes)
            for name, function in (("max", np.max), ("min", np.min)):
                np.testing.assert_array_equal(reduced(name, x, axes), function(x, axis=axes))
            product = x.astype(np.longdouble).prod(axis=axes).astype(dtype)
            limit = 64 * EPS[dtype] if x.size < 1000 else 1000 * EPS[dtype]
            np.testing.assert_allclose(reduced("prod", x, axes), product, rtol=limit)


@pytest.mark.parametrize("dtype", [*SIGNED, *UNSIGNED])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_integers_wrap_around(layout, dtype):
    if "unaligned" in layout and np.dtype(dtype).itemsize == 1:
        return  # bytes are always aligned
    x = laid(layout, dtype)
    wide = x.astype(object)
    bits = 8 * np.dtype(dtype).itemsize
    for axes in subsets(x.ndim):
        for name, exact in (("sum", wide.sum(axis=axes)), ("prod", wide.prod(axis=axes))):
            wrapped = np.asarray(np.asarray(exact, object) % 2**bits).astype(f"u{bits // 8}")
            result = reduced(name, x, axes)
            assert result.dtype == dtype
            np.testing.assert_array_equal(result.view(wrapped.dtype), wrapped)
        if x.size:
            np.testing.assert_array_equal(reduced("max", x, axes), x.max(axis=axes))
            np.testing.assert_array_equal(reduced("min", x, axes), x.min(axis=axes))


@pytest.mark.parametrize("dtype", COMPLEX)
@pytest.mark.parametrize("layout", LAYOUTS)
@np.errstate(over="ignore", invalid="ignore")
def test_complex(layout, dtype):
    real = np.float32 if dtype is np.complex64 else np.float64
    x = LAYOUTS[layout](real) + 1j * LAYOUTS[layout](real)[..., ::-1] if layout != "0-d" else None
    x = np.array(1 - 2j) if x is None else x
    x = x.astype(dtype)
    for y in (x, x.T, x[::-1] if x.ndim else x):
        wide = y.astype(np.clongdouble)
        for axes in subsets(y.ndim):
            size = np.abs(wide).sum(axis=axes)
            result = reduced("sum", y, axes)
            assert result.dtype == dtype
            assert (np.abs(result - wide.sum(axis=axes)) <= 100 * EPS[real] * size).all()
            product = wide.prod(axis=axes)
            limit = 100 * EPS[real] * np.abs(product)
            scaled = np.isfinite(product.astype(dtype))
            near = np.abs(reduced("prod", y, axes) - product) <= limit
            assert (near | ~scaled).all()


@pytest.mark.parametrize("name", HALVES)
@pytest.mark.parametrize("layout", LAYOUTS)
@np.errstate(over="ignore", invalid="ignore")
def test_sixteen_bit_floats_are_rounded_once(name, layout):
    signed = LAYOUTS[layout](np.float16)
    x = signed if name == "float16" else (signed.view(np.uint16) & 0xBFF0).view(HALVES[name])
    dtype, code = HALVES[name], native.DTYPES.index(name)
    buffer = native.wrap(x.view(np.uint16), code, None)
    wide = x.astype(np.float64)
    for axes in subsets(x.ndim):
        for operation in ("sum", "max", "min", "prod", "moments"):
            if not x.size and operation not in ("sum", "prod"):
                continue
            out = reduction(operation, axes)(buffer)
            exact = (
                (wide.mean(axis=axes), wide.var(axis=axes))
                if operation == "moments"
                else (getattr(wide, operation)(axis=axes),)
            )
            for one, wanted in zip(out if len(exact) > 1 else (out,), exact, strict=True):
                result = np.asarray(one).view(np.uint16).view(dtype)
                rounded = np.asarray(wanted).astype(dtype)
                near = np.nextafter(np.abs(rounded), dtype(np.inf)).astype(np.float64)
                unit = np.where(np.isfinite(near), near - np.abs(rounded.astype(np.float64)), 0)
                same = (result == rounded) | (np.isnan(result) & np.isnan(rounded))
                error = np.abs(result.astype(np.float64) - wanted)
                assert (same | (error <= 0.501 * unit)).all(), (operation, axes)


def test_truth_over_every_subset_of_axes():
    cube = bools((6, 8, 10))
    for x in (cube, cube.T, cube[::2, ::-1, 1::3], bools((3, 0, 2)), bools(()), bools(20_001)):
        for axes in subsets(x.ndim):
            np.testing.assert_array_equal(reduced("any", x, axes), x.any(axis=axes))
            np.testing.assert_array_equal(reduced("all", x, axes), x.all(axis=axes))
            if x.size:
                np.testing.assert_array_equal(reduced("max", x, axes), x.max(axis=axes))
                np.testing.assert_array_equal(reduced("min", x, axes), x.min(axis=axes))


@pytest.mark.parametrize("place", [0, 1, 63, 64, 511, 512, 30_000])
def test_one_truth_among_many(place):
    x = np.zeros(40_000, bool)
    x[place] = True
    assert reduced("any", x, (0,))
    assert not reduced("all", ~x, (0,))
    assert not reduced("any", np.zeros_like(x), (0,))
    assert reduced("all", np.ones_like(x), (0,))


# Sizes ------------------------------------------------------------------------

CROSSING = [
    *((700, 900), (9, 20_000), (20_000, 9), (3, 600, 70), (600, 3, 70), (70, 600, 3)),
    *((2, 300, 2), (5000, 33), (33, 5000), (2, 40_000), (1300, 64), (90_000, 2)),
]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", CROSSING, ids=str)
def test_shapes_that_cross_tiles_and_pieces(shape, dtype):
    x = values(shape, dtype)
    for axes in subsets(x.ndim):
        for y in (x, x.T, x[::-1, ::2], np.broadcast_to(x[:1], x.shape)):
            check_sum(y, axes)
            np.testing.assert_array_equal(reduced("max", y, axes), y.max(axis=axes))
        check_moments(x, axes)
        check_moments(x.T, axes)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "size", [*range(40), *range(120, 140), 4095, 4096, 4097, 32_767, 32_768, 32_769, 100_001]
)
def test_every_remainder(size, dtype):
    for x in (
        values(size, dtype),
        values(2 * size, dtype)[::2],
        values(size, dtype)[::-1],
        unaligned((size,), dtype) if size else values(0, dtype),
    ):
        check_sum(x, (0,))
        if size:
            assert reduced("max", x, (0,)) == x.max()
            assert reduced("min", x, (0,)) == x.min()


@pytest.mark.parametrize("dtype", [np.int8, np.uint16, np.int32, np.uint64])
@pytest.mark.parametrize("size", [1, 7, 63, 64, 65, 511, 512, 513, 577, 40_000])
def test_every_remainder_of_integers(size, dtype):
    x = np.random.default_rng(0).integers(0, 127, size).astype(dtype)
    bits = 8 * x.itemsize
    assert int(reduced("sum", x, (0,)).view(f"u{x.itemsize}")) == sum(x.tolist()) % 2**bits
    odd = x | dtype(1)
    expected = math.prod(odd.tolist()) % 2**bits
    assert int(reduced("prod", odd, (0,)).view(f"u{x.itemsize}")) == expected


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 3)])
def test_nothing(shape, dtype):
    x = np.empty(shape, dtype)
    for axes in subsets(x.ndim):
        np.testing.assert_array_equal(reduced("sum", x, axes), x.sum(axis=axes))
        np.testing.assert_array_equal(reduced("prod", x, axes), x.prod(axis=axes))
        mean, variance = reduced("moments", x, axes)
        assert np.isnan(mean).all()
        assert np.isnan(variance).all()


# Exactness --------------------------------------------------------------------


def test_sixteen_million_floats():
    x = np.random.default_rng(0).random(2**24, np.float32)
    exact = math.fsum(x)
    assert abs(float(reduced("sum", x, (0,))) - exact) <= 1e-7 * exact
    tall = x.reshape(-1, 4)
    columns = tall.sum(axis=0, dtype=np.longdouble)
    np.testing.assert_allclose(reduced("sum", tall, (0,)), columns.astype("f4"), rtol=1e-7)


def test_doubles_hardly_cancel():
    x = np.random.default_rng(0).normal(size=2**20)
    exact, size = math.fsum(x), math.fsum(np.abs(x))
    assert abs(float(reduced("sum", x, (0,))) - exact) <= 1e-16 * size
    assert abs(float(reduced("sum", x.reshape(-1, 2), (0,)).sum()) - exact) <= 1e-15 * size
    assert abs(float(reduced("sum", x.reshape(2, -1), (0,)).sum()) - exact) <= 1e-15 * size


@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1)])
def test_a_variance_far_from_zero(axes):
    x = 1e8 + np.random.default_rng(0).normal(size=(400, 500))
    exact = x.astype(np.longdouble).var(axis=axes).astype(np.float64)
    np.testing.assert_allclose(reduced("moments", x, axes)[1], exact, rtol=1e-13)
    constant = np.full((300, 700), 0.1, np.float32)
    mean, variance = reduced("moments", constant, axes)
    assert (mean == np.float32(0.1)).all()
    assert (variance <= 1e-15).all()


@pytest.mark.parametrize("dtype", FLOATS)
def test_infinities_and_nan(dtype):
    assert reduced("sum", np.array([1, np.inf, 2], dtype), (0,)) == np.inf
    assert np.isnan(reduced("sum", np.array([np.inf, -np.inf], dtype), (0,)))
    assert np.isnan(reduced("sum", np.array([1, np.nan] * 30, dtype), (0,)))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize("size", [1, 5, 16, 33, 200, 40_000])
def test_nan_wins_wherever_it_stands(size, name, dtype):
    x = values(size, dtype)
    worst = np.inf if name == "max" else -np.inf
    for place in {0, size // 3, size - 1}:
        y = x.copy()
        y[place] = np.nan
        y[(place + 1) % size] = worst if size > 1 else np.nan
        for z in (y, y[::-1], np.repeat(y[:, None], 3, axis=1)):
            assert np.isnan(reduced(name, z, (0,))).all()
    assert reduced(name, np.full(size, -worst, dtype), (0,)) == -worst


# Threads, and what isn't an operand -------------------------------------------


@pytest.mark.parametrize("name", ["sum", "prod", "max", "moments"])
@pytest.mark.parametrize("shape", [(3_000_000,), (2000, 1500), (300_000, 10), (4, 700_000)])
def test_a_result_does_not_depend_on_the_number_of_threads(shape, name):
    x = 1 + 1e-3 * np.random.default_rng(0).normal(size=shape)
    before = nx_cbackend.num_threads()
    try:
        results = []
        for threads in (1, 2, 3):
            nx_cbackend.set_num_threads(threads)
            results.append([np.asarray(reduced(name, x, axes)) for axes in subsets(x.ndim)])
    finally:
        nx_cbackend.set_num_threads(before)
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


def test_no_axes_gives_a_copy():
    x = values((3, 4), np.float32)
    out = reduced("sum", x, ())
    np.testing.assert_array_equal(out, x)
    assert not np.shares_memory(out, x)


def test_a_bound_function_serves_any_buffer():
    rows = reduction("sum", (1,))
    for dtype in FLOATS:
        x = values((3, 4), dtype)
        np.testing.assert_allclose(np.asarray(rows(wrap(x))), x.sum(axis=1), rtol=1e-6)


def test_dtypes_without_a_sum_are_declined():
    assert reduction("sum", (0,))(wrap(np.ones(3, bool))) is NotImplemented
    assert reduction("any", (0,))(wrap(np.ones(3, np.int8))) is NotImplemented
    assert reduction("moments", (0,))(wrap(np.ones(3, np.int8))) is NotImplemented
    assert reduction("max", (0,))(wrap(np.ones(3, complex))) is NotImplemented


def test_errors():
    x = wrap(np.ones((2, 3), np.float32))
    with pytest.raises(IndexError, match=r"^sum: cannot reduce axis 2 of 2 axes \(2 >= 2\)$"):
        reduction("sum", (2,))(x)
    with pytest.raises(TypeError, match=r"^max: cannot compute on these operands"):
        reduction("max", (0,))(1.0)
