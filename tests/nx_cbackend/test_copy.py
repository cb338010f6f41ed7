"""copy, pad, concat, full, iota, bitcast and detach: bits against NumPy's and plain loops'."""

import itertools

import ml_dtypes
import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import LAYOUTS, native, values

CARRIERS = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64, 16: np.complex128}
"""Moves see sizes only: one dtype of each."""
SIZES = sorted(CARRIERS)
ITEMSIZES = {
    name: native.bind("full", (code, 0, 0))().nbytes for code, name in enumerate(native.DTYPES)
}


def buffer(x, name=None):
    return native.wrap(x, native.DTYPES.index(name or x.dtype.name), None)


def run(name, params, *operands):
    return native.bind(name, params)(*map(buffer, operands))


def check(result, expected):
    assert result.contiguous
    array = np.asarray(result)
    assert array.shape == expected.shape
    assert array.tobytes() == expected.tobytes()


def counted(shape, size):
    """No two neighbours equal, in any direction."""
    return np.arange(np.prod(shape)).reshape(shape).astype(CARRIERS[size])


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        (name, layout)
        for name in native.DTYPES
        for layout in LAYOUTS
        if ITEMSIZES[name] > 1 or "unaligned" not in layout  # a byte lies right anywhere
    ],
)
def test_copies_of_every_dtype_and_layout(name, layout):
    x = LAYOUTS[layout](CARRIERS[ITEMSIZES[name]])
    given = buffer(x, name)
    result = native.bind("copy", ())(given)
    assert result.dtype == name
    assert not np.shares_memory(np.asarray(result), np.asarray(given))
    carried = np.asarray(result)
    assert carried.tobytes() == x.tobytes()


@pytest.mark.parametrize("size", SIZES)
def test_axes_in_any_order(size):
    x = counted((9, 2, 11, 8), size)
    for axes in itertools.permutations(range(4)):
        check(run("copy", (), x.transpose(axes)), x.transpose(axes))
        back = x.transpose(axes)[:, ::-1, :, ::-1]
        check(run("copy", (), back), back)
        stepped = x[::2, :, 1::3, ::-2].transpose(axes)
        check(run("copy", (), stepped), stepped)


@pytest.mark.parametrize("size", SIZES)
def test_tiles_with_edges(size):
    for n, m in ((7, 9), (8, 8), (31, 33), (63, 65), (64, 64), (67, 131), (200, 5), (1, 300)):
        x = counted((n, m), size)
        check(run("copy", (), x.T), x.T)
        check(run("copy", (), x[::-1, 1:].T), x[::-1, 1:].T)
        stack = counted((3, n, m), size)
        check(run("copy", (), stack.transpose(0, 2, 1)), stack.transpose(0, 2, 1))
        check(run("copy", (), stack.transpose(2, 0, 1)), stack.transpose(2, 0, 1))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_stores_past_the_caches(threads):
    before = nx_cbackend.num_threads()
    nx_cbackend.set_num_threads(threads)
    try:
        x = counted((1501, 1603), 4)
        for a in (x.T, x[:, 1:], x[:, 3:-2], x[::-1], x[:, ::-1], x[:, :-1].T):
            check(run("copy", (), a), a)
        wide = counted((1100, 1001), 8)
        check(run("copy", (), wide.T), wide.T)
    finally:
        nx_cbackend.set_num_threads(before)


def padded(x, value, widths):
    """Place the elements one by one."""
    low, high, interior = widths
    lengths = (
        n + a + b + c * max(n - 1, 0)
        for n, a, b, c in zip(x.shape, low, high, interior, strict=True)
    )
    out = np.full(tuple(lengths), value, x.dtype)
    for index in np.ndindex(x.shape):
        place = (a + i * (c + 1) for i, a, c in zip(index, low, interior, strict=True))
        out[tuple(place)] = x[index]
    return out


@pytest.mark.parametrize("layout", LAYOUTS)
def test_padded_layouts(layout):
    for dtype in (np.int16, np.float32, np.complex128):
        x = LAYOUTS[layout](dtype)
        value = np.array(3, dtype)
        k = x.ndim
        for widths in (
            ((0,) * k, (0,) * k, (0,) * k),
            ((1,) * min(k, 3) + (0,) * max(k - 3, 0), (0,) * k, (0,) * k),
            (
                (0,) * k,
                (2,) * min(k, 2) + (0,) * max(k - 2, 0),
                (1,) * min(k, 3) + (0,) * max(k - 3, 0),
            ),
        ):
            result = run("pad", (*widths[0], *widths[1], *widths[2]), x, value)
            check(result, padded(x, value, widths))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_joined_layouts(layout):
    for dtype in (np.int16, np.float32, np.complex64):
        x = LAYOUTS[layout](dtype)
        for axis in range(min(x.ndim, 3)):
            none = x[(slice(None),) * axis + (slice(0, 0),)]
            for parts in ([x], [x, x], [none, x, none, x[..., ::-1]]):
                result = run("concat", (axis,), *parts)
                check(result, np.concatenate(parts, axis))


def test_what_does_not_fit_together():
    x = values((2, 3), np.float32)
    with pytest.raises(TypeError, match=r"^concat: cannot compute on these operands"):
        run("concat", (0,), x, x.T)
    with pytest.raises(TypeError, match=r"^concat: cannot compute on these operands"):
        run("concat", (0,), x, x.astype(np.float64))
    with pytest.raises(IndexError, match=r"^concat: cannot join 2 axes along axis 2$"):
        run("concat", (2,), x, x)
    with pytest.raises(TypeError, match=r"^pad: cannot compute on these operands"):
        run("pad", (0, 0, 0, 0, 0, 0), x, np.float64(0).reshape(()))
    with pytest.raises(TypeError, match=r"^bitcast: cannot compute on these operands"):
        run("bitcast", (native.DTYPES.index("float64"),), x)


@pytest.mark.parametrize("name", native.DTYPES)
def test_full_of_one_element(name):
    code = native.DTYPES.index(name)
    for n in (0, 1, 5, 1000, 300_001):
        result = native.bind("full", (code, 0x0123456789ABCDEF, 0x7EDCBA9876543210, n, 1))()
        assert result.shape == (n, 1)
        pattern = bytes.fromhex("efcdab89674523011032547698badc7e")
        size = result.nbytes // n if n else 0
        assert np.asarray(result).tobytes() == pattern[:size] * n


def test_counting():
    for n in (0, 1, 7, 65_536, 200_003):
        check(native.bind("iota", (n,))(), np.arange(n, dtype=np.int64))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_bits_as_another_dtype(layout):
    x = LAYOUTS[layout](np.float32)
    given = buffer(x)
    result = native.bind("bitcast", (native.DTYPES.index("uint32"),))(given)
    assert result.dtype == "uint32"
    expected = np.frombuffer(x.tobytes(), np.uint32).reshape(x.shape)
    np.testing.assert_array_equal(np.asarray(result), expected)
    assert (
        np.asarray(result).__array_interface__["data"]
        == np.asarray(given).__array_interface__["data"]
    )


def test_a_bitcast_outlives_its_operand():
    x = native.bind("copy", ())(buffer(values(50_000, np.float64)))
    expected = np.asarray(x).view(np.int64).copy()
    result = native.bind("bitcast", (native.DTYPES.index("int64"),))(x)
    del x
    native.bind("full", (native.DTYPES.index("int64"), 7, 0, 50_000))()
    np.testing.assert_array_equal(np.asarray(result), expected)


def test_detached_is_shared():
    x = buffer(values(5, np.float32))
    assert native.bind("detach", ())(x) is x


def test_low_precision_travels_as_bits():
    x = np.arange(256, dtype=np.uint8).view(ml_dtypes.float8_e4m3fn)[::-3]
    result = native.bind("copy", ())(buffer(x.view(np.uint8), "float8_e4m3"))
    assert np.asarray(result).tobytes() == x.tobytes()
