"""The elementwise functions, over every layout, against NumPy."""

import threading

import ml_dtypes
import numpy as np
import pytest
from nx.primitives import P

from tests.nx_cbackend.support import FLOATS, LAYOUTS, call, native, values, wrap

REFERENCE = {
    "add": lambda a, x: a + x,
    "multiply": lambda a, x: a * x,
    "subtract": lambda a, x: a - x,
    "less": lambda a, x: a < x,
    "sin": lambda x: np.sin(x.astype(np.float64)).astype(x.dtype),
    "negative": lambda x: -x,
    "isfinite": np.isfinite,
    "multiply_cos": lambda a, x: a * np.cos(x.astype(np.float64)).astype(x.dtype),
    "multiply_negative_sin": lambda a, x: -(a * np.sin(x.astype(np.float64)).astype(x.dtype)),
}
"""Some of each shape of loop: the contract kit has the values of all."""
UNARY = ("sin", "negative", "isfinite")
BINARY = tuple(name for name in REFERENCE if name not in UNARY)
EXACT = ("add", "multiply", "subtract")
ML = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16}


def agree(name, result, expected):
    assert result.shape == expected.shape
    assert result.dtype == expected.dtype
    if name in EXACT or result.dtype == bool:
        np.testing.assert_array_equal(result, expected)
    else:
        limit = 4 * np.finfo(result.dtype).eps
        np.testing.assert_allclose(result, expected, rtol=limit, atol=limit * 1e-3)


def test_every_elementwise_primitive_of_real_numbers_has_loops():
    missing = {
        name: dtypes
        for name, dtypes in native.ELEMENTWISE.items()
        if name not in dir(P) or not dtypes
    }
    assert not missing
    assert set(REFERENCE) < set(native.ELEMENTWISE)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", UNARY)
def test_unary(name, layout, dtype):
    x = LAYOUTS[layout](dtype)
    result = call(name, x)
    agree(name, result, REFERENCE[name](x))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", BINARY)
def test_binary_with_each_layout_on_either_side(name, layout, dtype):
    x = LAYOUTS[layout](dtype)
    y = values(x.shape, dtype, seed=1)
    agree(name, call(name, x, x), REFERENCE[name](x, x))
    agree(name, call(name, x, y), REFERENCE[name](x, y))
    agree(name, call(name, y, x), REFERENCE[name](y, x))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("first", LAYOUTS)
def test_every_pair_of_layouts_that_broadcasts(first, dtype):
    a = LAYOUTS[first](dtype)
    for second in LAYOUTS:
        x = LAYOUTS[second](dtype)
        try:
            np.broadcast_shapes(a.shape, x.shape)
        except ValueError:
            with pytest.raises(ValueError, match="cannot broadcast"):
                call("add", a, x)
        else:
            for name in ("add", "multiply_cos"):
                agree(name, call(name, a, x), REFERENCE[name](a, x))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    "shapes",
    [
        ((3, 4), (4,)),
        ((3, 4), (3, 1)),
        ((3, 1), (1, 4)),
        ((), (3, 4)),
        ((3, 4), (1,)),
        ((2, 1, 4), (5, 1)),
        ((6, 1, 5), (4, 5)),
        ((0, 1), (1, 3)),
        ((1,), (0,)),
        ((1, 1), (3, 1, 1, 1)),
        ((600,), (3, 600)),
        ((600, 1), (600, 3)),
    ],
)
@pytest.mark.parametrize("name", BINARY)
def test_broadcasting(name, shapes, dtype):
    a, x = values(shapes[0], dtype), values(shapes[1], dtype, seed=1)
    agree(name, call(name, a, x), REFERENCE[name](a, x))
    agree(name, call(name, x, a), REFERENCE[name](x, a))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("scalar", [2.5, -0.1, 0.0, 1e-300, float("inf"), float("nan")])
@pytest.mark.parametrize("name", EXACT)
def test_a_float_as_second_operand(name, scalar, layout, dtype):
    x = LAYOUTS[layout](dtype)
    with np.errstate(all="ignore"):
        agree(name, call(name, x, scalar), REFERENCE[name](x, dtype(scalar)))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [*range(40), 255, 256, 257, 511, 512, 513, 1023, 1024, 1025])
def test_every_remainder_of_a_vector(size, dtype):
    a, x = values(size, dtype), values(size, dtype, seed=1)
    agree("add", call("add", a, x), a + x)
    agree("sin", call("sin", x), np.sin(x.astype(np.float64)).astype(dtype))
    agree("multiply", call("multiply", a, 3.0), a * 3)
    agree("multiply", call("multiply", a[:1], x), a[:1] * x)


@pytest.mark.parametrize("dtype", FLOATS)
def test_special_values(dtype):
    tiny = np.finfo(dtype).smallest_subnormal
    edge = np.array([0, -0.0, np.inf, -np.inf, np.nan, tiny, -tiny, np.finfo(dtype).max, 1], dtype)
    a, x = np.meshgrid(edge, edge)
    with np.errstate(all="ignore"):
        for name in EXACT:
            result, expected = call(name, a, x), REFERENCE[name](a, x)
            np.testing.assert_array_equal(result, expected)
            numbers = ~np.isnan(expected)
            np.testing.assert_array_equal(
                np.signbit(result)[numbers], np.signbit(expected)[numbers]
            )


@pytest.mark.parametrize("dtype", FLOATS)
def test_fused_functions_equal_their_decompositions_bit_for_bit(dtype):
    g, x = values((50, 31), dtype), values((50, 31), dtype, seed=1) * 1000
    x[3, 5:9] = [1e30, np.inf, np.nan, -0.0]
    cos, sin = call("cos", x), call("sin", x)
    np.testing.assert_array_equal(call("multiply_cos", g, x), call("multiply", g, cos))
    np.testing.assert_array_equal(call("multiply_negative_sin", g, x), -call("multiply", g, sin))


def test_results_are_new_and_operands_untouched():
    x = values(100, np.float64)
    kept = x.copy()
    buffer = wrap(x)
    for name in REFERENCE:
        function = native.bind(name, ())
        out = function(buffer) if name in UNARY else function(buffer, buffer)
        assert out is not buffer
        assert not np.shares_memory(np.asarray(out), x)
    np.testing.assert_array_equal(x, kept)


@pytest.mark.parametrize("dtype", [np.int32, np.complex64, np.bool_, np.uint64])
def test_other_dtypes_are_declined(dtype):
    x = wrap(np.ones(3, dtype))
    assert native.bind("copysign", ())(x, x) is NotImplemented
    assert native.bind("copysign", ())(x, 1.0) is NotImplemented
    assert native.bind("floor", ())(x) is NotImplemented


def test_mixed_dtypes_are_declined():
    a, x = wrap(np.ones(3, np.float32)), wrap(np.ones(3, np.float64))
    assert native.bind("add", ())(a, x) is NotImplemented


def test_errors_name_the_operation_and_the_numbers():
    a = wrap(np.ones((2, 3), np.float32))
    with pytest.raises(
        ValueError, match=r"^add: cannot broadcast \(\(2, 3\), \(4,\)\) together \(3 != 4\)$"
    ):
        native.bind("add", ())(a, wrap(np.ones(4, np.float32)))
    wanted = (
        r"^add: cannot compute on these operands "
        r"\(wanted two Buffers of one dtype, or a Buffer and a scalar\)$"
    )
    for operands in ((a,), (1.0, a), (a, a, a), (a, np.float64(1)), (), (a, None)):
        with pytest.raises(TypeError, match=wanted):
            native.bind("add", ())(*operands)
    with pytest.raises(
        TypeError, match=r"^sin: cannot compute on these operands \(wanted a Buffer\)"
    ):
        native.bind("sin", ())(1.0)


def test_many_threads_at_once():
    x = values(200_000, np.float64)
    expected, wrong = call("sin", x), []

    def work():
        for _ in range(10):
            if not np.array_equal(call("sin", x), expected):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("layout", ["transposed", "permuted", "contiguous"])
def test_a_dense_order_is_kept(layout):
    x = LAYOUTS[layout](np.float32)
    a = wrap(x)
    for out in (
        native.bind("sin", ())(a),
        native.bind("add", ())(a, a),
        native.bind("multiply", ())(a, 2.0),
    ):
        assert out.strides == x.strides
        assert out.contiguous == a.contiguous
        twice = np.asarray(native.bind("add", ())(out, wrap(x.copy(order="C"))))
        np.testing.assert_array_equal(twice, np.asarray(out) + x)


@pytest.mark.parametrize("dtype", ML.values(), ids=ML)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_16_bit_floats_are_computed_in_float32_and_rounded_once(layout, dtype):
    x = LAYOUTS[layout](np.float32).astype(dtype)
    y = values(x.shape, np.float32, seed=1).astype(dtype)
    kind, wide = dtype.__name__, x.astype(np.float32)

    def run(name, *operands):
        shown = [native.wrap(a.view(np.uint16), native.DTYPES.index(kind), None) for a in operands]
        out = np.asarray(native.bind(name, ())(*shown))
        return out if out.dtype == bool else out.view(dtype)

    for a, b in ((x, y), (y, x), (x, x)):
        expected = (a.astype(np.float32) * b.astype(np.float32)).astype(dtype)
        np.testing.assert_array_equal(run("multiply", a, b), expected)
        np.testing.assert_array_equal(run("less", a, b), a < b)
    np.testing.assert_array_equal(run("sin", x), np.sin(wide.astype(np.float64)).astype(dtype))


@pytest.mark.parametrize("dtype", ML.values(), ids=ML)
def test_every_16_bit_float_is_widened_and_narrowed_right(dtype):
    every = np.arange(2**16, dtype=np.uint16)
    code = native.DTYPES.index(dtype.__name__)
    out = np.asarray(native.bind("maximum", ())(*[native.wrap(every, code, None)] * 2))
    out = out.view(np.uint16)
    numbers = ~np.isnan(every.view(dtype).astype(np.float32))
    np.testing.assert_array_equal(out[numbers], every[numbers])
    assert np.isnan(out[~numbers].view(dtype).astype(np.float32)).all()


@pytest.mark.parametrize("dtype", ML.values(), ids=ML)
def test_narrowing_rounds_to_nearest_even(dtype):
    rng = np.random.default_rng(0)
    bits = [rng.integers(0, 2**16, 300_000, dtype=np.uint16) for _ in range(2)]
    code = native.DTYPES.index(dtype.__name__)
    shown = [native.wrap(x, code, None) for x in bits]
    with np.errstate(all="ignore"):
        a, b = (x.view(dtype).astype(np.float32) for x in bits)
        for name, wide in (("multiply", a * b), ("add", a + b), ("divide", a / b)):
            out = np.asarray(native.bind(name, ())(*shown)).view(dtype)
            expected = wide.astype(dtype).astype(np.float32)
            np.testing.assert_array_equal(out.astype(np.float32), expected)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.float32, np.float64, np.complex128])
def test_where_with_each_layout_in_each_place(layout, dtype):
    x = np.asarray(LAYOUTS[layout](np.float64).astype(dtype))
    y, row = np.asarray(values(x.shape, np.float64, seed=1).astype(dtype)), np.full(1, 7, dtype)
    condition, whole = (
        np.asarray(LAYOUTS[layout](np.float64) > 0),
        np.asarray(values(x.shape, np.float64, seed=2) > 0),
    )
    one = np.ones((1,) * x.ndim, bool)
    for c in (condition, whole, one):
        for a, b in ((x, y), (y, x), (x, row), (row, x), (row, row)):
            np.testing.assert_array_equal(call("where", c, a, b), np.where(c, a, b))


@pytest.mark.parametrize("size", [32768, 32769, 100_001, 2**21 + 5, 2**22])
def test_large_results_are_made_of_right_pieces(size):
    x, y = values(size, np.float32), values(size, np.float32, seed=1)
    np.testing.assert_array_equal(call("add", x, y), x + y)
    np.testing.assert_array_equal(call("add", x[::-1], y), x[::-1] + y)
    np.testing.assert_array_equal(call("less", x, y), x < y)
    np.testing.assert_array_equal(call("multiply", x, 2.5), x * np.float32(2.5))


@pytest.mark.parametrize("shape", [(3, 700_001), (700_001, 3), (1500, 1501), (129, 130, 131)])
def test_large_results_of_mixed_layouts(shape):
    x = values(shape, np.float32)
    row, column = (
        values(shape[-1], np.float32, seed=1),
        values((*shape[:-1], 1), np.float32, seed=2),
    )
    other = values(shape[::-1], np.float32, seed=3).T
    for a, b in ((x, row), (column, x), (x, other), (other, x), (row, column)):
        np.testing.assert_array_equal(call("subtract", a, b), a - b)
