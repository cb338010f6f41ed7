"""Into and out of arrays: asarray, buffers, copies, pickles, NumPy's protocols."""

import array
import copy
import pickle

import numpy as np
import nx
import pytest


def first_line(caught):
    return str(caught.value).splitlines()[0]


@pytest.mark.parametrize(
    ("given", "dtype", "values"),
    [
        (True, "bool", True),
        (3, "int64", 3),
        (2.5, "float32", 2.5),
        (1 - 2j, "complex64", 1 - 2j),
        ([], "float32", []),
        ([[]], "float32", [[]]),
        ([True, 2], "int64", [1, 2]),
        ([1, 2.5, True], "float32", [1.0, 2.5, 1.0]),
        ((1, [2][0], 3j), "complex64", [1, 2, 3j]),
        (((1, 2), [3, 4]), "int64", [[1, 2], [3, 4]]),
        (range(3), "int64", [0, 1, 2]),
        (bytearray(b"ab"), "uint8", [97, 98]),
        (memoryview(b"ab"), "uint8", [97, 98]),
        (array.array("d", [1.5]), "float64", [1.5]),
        (np.float64(3), "float64", 3.0),
        (np.uint8(3), "uint8", 3),
        (np.bool_(True), "bool", True),
        ([np.float64(1), 2.0], "float64", [1.0, 2.0]),
        ([np.array([1.0]), [2.0]], "float64", [[1.0], [2.0]]),
        (np.zeros((0, 2), np.int8), "int8", []),
    ],
)
def test_what_asarray_makes(given, dtype, values):
    x = nx.asarray(given)
    assert (x.dtype.name, x.tolist()) == (dtype, values)
    assert nx.array(given).tolist() == values


@pytest.mark.parametrize(
    ("given", "dtype", "values"),
    [
        (1.5, "int32", 1),
        ([1.9, -1.9], "int8", [1, -1]),
        (True, "float32", 1.0),
        (2, "bool", True),
        ([0.5, 0, -0.0], "bool", [True, False, False]),
        ([0j, 1j], "bool", [False, True]),
        (1j, "bool", True),
        (np.array([1j, 0]), "bool", [True, False]),
        (2**63, "uint64", 2**63),
        ([], "int64", []),
        (np.array([1.0, 2.0]), "bfloat16", [1.0, 2.0]),
        ([7, -8], "int4", [7, -8]),
        (10**300, "float32", np.inf),
        (1 + 2j, "complex128", 1 + 2j),
    ],
)
def test_a_dtype_asked_for(given, dtype, values):
    x = nx.asarray(given, dtype=dtype)
    assert (x.dtype.name, x.tolist()) == (dtype, values)


D, S, R, V = nx.DTypeError, nx.ShapeError, nx.ReadError, nx.DeviceError
INT64 = "(it holds -9223372036854775808 to 9223372036854775807)"


@pytest.mark.parametrize(
    ("given", "options", "error", "message"),
    [
        (None, {}, D, "make an array of NoneType"),
        ("abc", {}, D, "make an array of str"),
        (object(), {}, D, "make an array of object"),
        ({1: 2}, {}, D, "make an array of dict"),
        ({1}, {}, D, "make an array of set"),
        ((x for x in [1]), {}, D, "make an array of generator"),
        (["a"], {}, D, "make an array of <U1 elements"),
        ([None], {}, D, "make an array of object elements"),
        ([10**30], {}, D, "make an array of object elements"),
        (["a", 1.0], {}, D, "make an array of <U32 elements"),
        (np.array(["a"]), {}, D, "make an array of <U1 elements"),
        (np.array([None]), {}, D, "make an array of object elements"),
        (np.longdouble(1), {}, D, f"make an array of {np.dtype(np.longdouble)} elements"),
        (np.datetime64("2020-01-01"), {}, D, "make an array of datetime64[D] elements"),
        ([[1, 2], [3]], {}, S, "make an array of a ragged sequence"
         " (element 1 has shape (1,), element 0 has (2,))"),
        ([1, [2]], {}, S, "make an array of a ragged sequence"
         " (element 1 has shape (1,), element 0 has ())"),
        ([[[1, 2], [3]], [4]], {}, S, "make an array of a ragged sequence"
         " (element 1 has shape (1,), element 0 has (2,))"),
        (2**63, {}, D, f"hold 9223372036854775808 in int64 {INT64}"),
        (300, {"dtype": nx.uint8}, D, "hold 300 in uint8 (it holds 0 to 255)"),
        ([1, 300], {"dtype": nx.uint8}, D, "hold 300 in uint8 (it holds 0 to 255)"),
        (8, {"dtype": nx.int4}, D, "hold 8 in int4 (it holds -8 to 7)"),
        ([8], {"dtype": nx.int4}, D, "hold 8 in int4 (it holds -8 to 7)"),
        (float("nan"), {"dtype": nx.int32}, D, "hold nan in int32"),
        (1e30, {"dtype": nx.int8}, D, "hold 1e+30 in int8 (it holds -128 to 127)"),
        (1j, {"dtype": nx.float32}, D, "hold the complex 1j in float32"),
        ([1j], {"dtype": nx.float32}, D, "convert complex128 to float32"),
        (np.array([1j]), {"dtype": nx.int8}, D, "convert complex128 to int8"),
        (nx.asarray([1j]), {"dtype": nx.float32}, D, "convert complex64 to float32"),
        (1, {"dtype": "nothing"}, D, "use 'nothing' as a dtype"),
        (1, {"dtype": 3}, D, "use 3 as a dtype"),
        ([1], {"copy": False}, D, "share memory with a list"),
        (np.zeros(2), {"copy": False, "dtype": nx.int8}, D, "share memory of float64 as int8"),
        (nx.zeros(2), {"copy": False, "dtype": nx.int8}, V,
         f"share float32[2] on {nx.zeros(0).device} unchanged"),
    ],
)  # fmt: skip
def test_what_asarray_refuses(given, options, error, message):
    with pytest.raises(error) as caught:
        nx.asarray(given, **options)
    assert first_line(caught) == f"asarray: cannot {message}"
    assert isinstance(caught.value, nx.NxError)


def test_sequences_of_arrays_are_stacked():
    x = nx.asarray([nx.asarray(1.0), 2, np.float32(3)])
    assert (x.dtype, x.tolist()) == (nx.float32, [1, 2, 3])
    assert nx.asarray([[nx.asarray(1), nx.asarray(2)], (3, 4)]).tolist() == [[1, 2], [3, 4]]
    with pytest.raises(nx.ShapeError) as caught:
        nx.asarray([nx.zeros(2), nx.zeros(3)])
    assert first_line(caught) == "asarray: cannot stack (2,) with (3,) (element 1)"
    with pytest.raises(nx.DTypeError) as caught:
        nx.asarray([nx.zeros(()), None])
    assert first_line(caught) == "asarray: cannot take NoneType as an array"


def test_asarray_of_an_array_is_itself():
    x = nx.arange(3)
    assert nx.asarray(x) is x
    assert nx.asarray(x, copy=False) is x
    assert nx.asarray(x, dtype=nx.int64) is x
    copied = nx.asarray(x, copy=True)
    assert not np.shares_memory(np.asarray(copied), np.asarray(x))


def test_a_buffer_handed_in_is_copied():
    theirs = np.arange(4.0)
    for make in (nx.asarray, nx.array, lambda x: nx.asarray([x])[0], lambda x: nx.zeros(4) + x):
        x = make(theirs)
        theirs[0] = 7
        assert float(x[0]) == 0
        theirs[0] = 0
    raw = bytearray(4)
    x = nx.asarray(raw)
    raw[0] = 1
    assert x.tolist() == [0, 0, 0, 0]


def test_an_operand_is_copied_before_the_operation_ends():
    theirs = np.arange(4.0)
    views = [nx.reshape(theirs, (2, 2)), nx.flip(theirs), nx.positive(theirs), nx.real(theirs)]
    before = [view.tolist() for view in views]
    theirs[:] = -1
    assert [view.tolist() for view in views] == before


def test_sharing_is_asked_for():
    theirs = np.arange(4.0)
    x = nx.asarray(theirs, copy=False, device="numpy")
    assert np.shares_memory(np.asarray(x), theirs)
    assert theirs.flags.writeable


def handed_out(x):
    yield x.numpy()
    yield np.asarray(x)
    yield x.T.numpy()
    yield np.asarray(x[0])
    yield np.asarray(nx.asarray(2.0))
    yield np.asarray(nx.broadcast_to(x, (2, *x.shape)))


def test_buffers_handed_out_are_read_only():
    for values in handed_out(nx.asarray(np.arange(6.0).reshape(2, 3))):
        assert not values.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 1


def test_numpy_makes_arrays_of_arrays():
    x = nx.asarray([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(np.asarray(x), [[1, 2], [3, 4]])
    assert np.asarray(x).dtype == np.float32
    assert np.asarray(x, dtype=np.int8).tolist() == [[1, 2], [3, 4]]
    mine = np.array(x)
    mine[0] = 0
    assert x.tolist() == [[1, 2], [3, 4]]
    assert np.array_equal(np.stack([x, x])[1], np.asarray(x))
    with pytest.raises(ValueError, match="cannot share"):
        x.__array__(np.int8, copy=False)


def test_dlpack_hands_over_a_copy():
    x = nx.asarray([1.0, 2.0])
    theirs = np.from_dlpack(x)
    assert theirs.tolist() == [1, 2]
    assert x.__dlpack_device__() == (1, 0)
    if theirs.flags.writeable:
        theirs[0] = 5
    assert x.tolist() == [1, 2]


def test_the_array_namespace():
    assert nx.zeros(1).__array_namespace__() is nx
    assert nx.zeros(1).__array_namespace__(api_version="2024.12") is nx
    with pytest.raises(ValueError, match="cannot give version '1999'"):
        nx.zeros(1).__array_namespace__(api_version="1999")


def test_copies_are_the_array_itself():
    x = nx.arange(3)
    assert copy.copy(x) is x
    assert copy.deepcopy({"x": [x]})["x"][0] is x


@pytest.mark.parametrize("dtype", ["bool", "int64", "float32", "bfloat16", "complex64", "int4"])
@pytest.mark.parametrize("shape", [(), (0, 2), (3,), (2, 3)])
def test_pickles(dtype, shape):
    x = nx.asarray(np.arange(np.prod(shape, dtype=int)).reshape(shape) % 2, dtype=dtype)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        y = pickle.loads(pickle.dumps(x, protocol))
        assert (y.dtype, y.shape, y.tolist()) == (x.dtype, x.shape, x.tolist())


@pytest.mark.parametrize("name", ["int8", "uint64", "float16", "bfloat16", "float64", "complex128"])
def test_items_are_python_scalars(name):
    x = nx.asarray([[1, 2]], dtype=name)
    kind = int if "int" in name else complex if "complex" in name else float
    for value in (x[0, 1].item(), x.item(0, 1), nx.item(x, 0, 1), x.item(-1, -1), x.tolist()[0][1]):
        assert type(value) is kind
        assert value == 2
    assert type(nx.asarray([True]).item()) is bool
    assert nx.asarray(7).tolist() == 7


def test_conversions_to_python():
    x = nx.asarray([2.75])
    assert (int(x), float(x), complex(x), bool(x)) == (2, 2.75, 2.75 + 0j, True)
    assert (int(nx.asarray(True)), float(nx.asarray(3))) == (1, 3.0)
    assert complex(nx.asarray(1j)) == 1j
    assert bool(nx.asarray(0.5))
    assert bool(nx.asarray(float("nan")))
    assert not bool(nx.asarray(-0.0))
    assert format(nx.asarray(2.5), ".3f") == "2.500"
    assert ["a", "b"][nx.asarray(1)] == "b"
    assert list(range(nx.asarray(2, dtype=nx.uint8))) == [0, 1]
    assert [1, 2, 3][nx.asarray(1) :] == [2, 3]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bool(nx.zeros(2)), R, "bool: cannot make one bool of 2 elements (shape (2,))"),
        (lambda: bool(nx.zeros(0)), R, "bool: cannot make one bool of 0 elements (shape (0,))"),
        (lambda: int(nx.ones((2, 1))), R, "int: cannot make one int of 2 elements (shape (2, 1))"),
        (lambda: float(nx.zeros(2)), R, "float: cannot make one float of 2 elements (shape (2,))"),
        (
            lambda: complex(nx.zeros(2)),
            R,
            "complex: cannot make one complex of 2 elements (shape (2,))",
        ),
        (lambda: nx.zeros(2).item(), R, "item: cannot make one item of 2 elements (shape (2,))"),
        (lambda: int(nx.asarray(1j)), D, "int: cannot make an int of complex64"),
        (lambda: float(nx.asarray(1j)), D, "float: cannot make a float of complex64"),
        (lambda: [1][nx.asarray(0.0)], R, "index: cannot use float32[] as an index"),
        (lambda: [1][nx.asarray([0])], R, "index: cannot use int64[1] as an index"),
        (lambda: [1][nx.asarray(True)], R, "index: cannot use bool[] as an index"),
        (
            lambda: nx.zeros(2).item(5),
            nx.IndexOutOfBoundsError,
            "index: cannot find index 5 in axis 0 of length 2",
        ),
        (
            lambda: nx.create(nx.float32, (2,), [1.0]),
            S,
            "create: cannot make (2,) of 1 elements (2 != 1)",
        ),
    ],
)
def test_what_is_no_python_value(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert first_line(caught) == message


def test_nx_words(capsys):
    x = nx.create(nx.int8, (2, 2), [1, 2, 3, 4])
    assert (x.dtype, x.tolist()) == (nx.int8, [[1, 2], [3, 4]])
    assert nx.scalar(nx.float64, 2).item() == 2.0
    assert nx.mul(x, nx.neg(x)).tolist() == [[-1, -4], [-9, -16]]
    nx.print_data(nx.div(x, 2))
    assert capsys.readouterr().out == "[[0.5 1. ]\n [1.5 2. ]]\n"
