"""The storage: what it holds and shows, that it is immutable, and that it leaks nothing."""

import gc
import hashlib
import io
import resource
import sys

import numpy as np
import pytest

from tests.nx_cbackend.support import FLOATS, LAYOUTS, native, sum_over, values, wrap

ABSURD = 2**60


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_wrapping_shares_memory_and_keeps_the_layout(layout, dtype):
    x = LAYOUTS[layout](dtype)
    buffer = wrap(x)
    shown = np.asarray(buffer)
    np.testing.assert_array_equal(shown, x)
    assert shown.dtype is x.dtype
    assert (buffer.shape, buffer.nbytes) == (x.shape, x.nbytes)
    assert buffer.contiguous == x.flags.c_contiguous
    assert buffer.dtype == x.dtype.name
    if x.size:
        assert buffer.strides == x.strides
        assert shown.__array_interface__["data"][0] == x.__array_interface__["data"][0]


@pytest.mark.parametrize(
    "name",
    [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    ],
)
def test_dtypes_the_buffer_protocol_knows(name):
    x = np.arange(6).reshape(2, 3).astype(name)
    shown = np.asarray(wrap(x))
    assert shown.dtype is x.dtype
    np.testing.assert_array_equal(shown, x)


@pytest.mark.parametrize("size", [0, 1, 8, 64, 65, 10_000])
def test_everything_shown_is_read_only(size):
    x = wrap(values(size, np.float32))
    for buffer in (x, native.bind("add", ())(x, x), native.bind("add", ())(x, 1.0)):
        shown = np.asarray(buffer)
        assert not shown.flags.writeable
        with pytest.raises(ValueError, match="WRITEABLE"):
            shown.flags.writeable = True
        assert memoryview(buffer).readonly


def test_a_writable_export_is_refused():
    with pytest.raises(TypeError, match="read-write"):
        io.BytesIO(b"abc").readinto(wrap(values(3, np.float32)))


def test_attributes_are_read_only_and_the_type_closed():
    buffer = wrap(values(3, np.float32))
    with pytest.raises(AttributeError):
        buffer.shape = (1,)
    with pytest.raises(AttributeError):
        buffer.name = "x"
    with pytest.raises(TypeError):
        type(buffer)()
    with pytest.raises(TypeError):
        native.BufferType.shape = 1
    with pytest.raises(TypeError):
        type("Sub", (native.BufferType,), {})


def test_repr():
    assert repr(wrap(np.ones((2, 3), np.float32))) == "<nx_cbackend.Buffer float32 (2, 3)>"


def test_large_results_are_aligned():
    x = wrap(values(1000, np.float64))
    for _ in range(10):
        address = np.asarray(native.bind("add", ())(x, x)).__array_interface__["data"][0]
        assert address % 64 == 0


def test_simple_consumers_read_contiguous_memory_only():
    x = values((3, 4), np.float32)
    assert bytes(wrap(x)) == x.tobytes()
    assert memoryview(wrap(x.T)).tobytes() == x.T.tobytes()
    with pytest.raises(BufferError, match=r"^Buffer: cannot export as asked \(not contiguous\)$"):
        hashlib.sha256(wrap(x.T))


def test_a_wrapped_array_lives_as_long_as_its_buffers():
    x = values(1000, np.float64)
    before = sys.getrefcount(x)
    buffer = wrap(x)
    assert sys.getrefcount(x) == before + 1
    shown = np.asarray(buffer)
    del buffer
    assert sys.getrefcount(x) == before + 1
    np.testing.assert_array_equal(shown, x)
    del shown
    assert sys.getrefcount(x) == before


def test_a_wrapped_bytearray_cannot_be_resized():
    memory = bytearray(8)
    buffer = native.wrap(memory, native.DTYPES.index("uint8"), None)
    with pytest.raises(BufferError):
        memory.append(1)
    del buffer
    memory.append(1)


def test_a_view_of_a_buffer_refers_to_its_root():
    root = native.bind("add", ())(wrap(values(100, np.float32)), 1.0)
    expected = np.asarray(root).copy()
    before = sys.getrefcount(root)
    view = root
    for _ in range(100_000):
        view = native.wrap(np.asarray(view)[::-1], native.DTYPES.index("float32"), view)
    assert sys.getrefcount(root) == before + 1
    np.testing.assert_array_equal(np.asarray(view), expected)
    del root, view  # a chain this long would overflow the stack here


def test_calls_leave_no_references():
    x, y = values((3, 4), np.float32), values((5,), np.float32)
    a, b, c = wrap(x), wrap(x.T), wrap(y)
    objects = [x, y, a, b, c, native.BufferType]
    add, rows = native.bind("add", ()), sum_over((0,))
    gc.collect()
    before = [sys.getrefcount(o) for o in objects]
    for _ in range(1000):
        add(a, a)
        add(a, 2.0)
        add(b, 2.0)
        native.bind("sin", ())(b)
        rows(a)
        sum_over((1, 0))(b)
        wrap(x)
        np.asarray(a)
        native.wrap(np.asarray(a), a.code, a)
        for wrong in ((a, c), (a, None), (a,)):
            with pytest.raises((TypeError, ValueError)):
                add(*wrong)
        with pytest.raises(TypeError):
            native.wrap(x, native.DTYPES.index("float64"), None)
        with pytest.raises(TypeError):
            native.wrap(x, native.DTYPES.index("float64"), a)
    del wrong
    gc.collect()
    assert [sys.getrefcount(o) for o in objects] == before


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc")
@pytest.mark.parametrize("size", [8, 65, 1000, 300_000])
def test_memory_is_given_back(size):
    x = wrap(values(size, np.float32))
    add, sine, total = native.bind("add", ()), native.bind("sin", ()), sum_over((0,))

    def work(rounds):
        for _ in range(rounds):
            np.asarray(add(sine(x), total(x)))

    rounds = max(300, min(50_000, 3_000_000 // size))
    work(rounds)
    before = resident()
    work(rounds)
    assert resident() - before < 4 << 20


def test_an_absurd_size_is_a_memory_error():
    row = wrap(np.broadcast_to(np.float32(1), (1, 2**30)))
    column = wrap(np.broadcast_to(np.float32(1), (ABSURD // 2**30, 1)))
    before = sys.getrefcount(row)
    for _ in range(100):
        with pytest.raises(MemoryError):
            native.bind("add", ())(row, column)
    assert sys.getrefcount(row) == before


def test_a_size_that_overflows_is_a_memory_error():
    row = wrap(np.broadcast_to(np.float32(1), (1, ABSURD)))
    column = wrap(np.broadcast_to(np.float32(1), (ABSURD, 1)))
    with pytest.raises(MemoryError):
        native.bind("add", ())(row, column)
    with pytest.raises(MemoryError):
        native.bind("sin", ())(row)


def test_an_empty_result_of_huge_axes_is_no_error():
    row = wrap(np.empty((1, ABSURD, 0), np.float32))
    column = wrap(np.broadcast_to(np.float32(1), (ABSURD, 1, 1)))
    assert native.bind("add", ())(row, column).shape == (ABSURD, ABSURD, 0)


def test_wrap_errors():
    x = values(3, np.float32)
    wanted = r"^wrap: cannot read 4-byte elements as float64 \(4 != 8\)$"
    with pytest.raises(TypeError, match=wanted):
        native.wrap(x, native.DTYPES.index("float64"), None)
    with pytest.raises(ValueError, match=r"^wrap: cannot use dtype number 19 \(not 0 to 18\)$"):
        native.wrap(x, len(native.DTYPES), None)
    with pytest.raises(TypeError, match="bytes-like"):
        native.wrap(object(), 0, None)
    with pytest.raises(TypeError, match=r"^wrap: cannot compute on these operands"):
        native.wrap(x)
