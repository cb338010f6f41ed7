"""The dtypes: promotion, weak scalars, and their standing with NumPy's."""

import copy
import pickle

import ml_dtypes
import numpy as np
import nx
import pytest

NAMES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
]
STORAGE = ["float8_e4m3", "float8_e5m2", "int4", "uint4"]
# The array API's table; float16, bfloat16 and integers with floats are nx's own rows. "-" raises.
TABLE = """
     b   i1  i2  i4  i8  u1  u2  u4  u8  f2  bf  f4  f8  c8  c16
b    b   -   -   -   -   -   -   -   -   -   -   -   -   -   -
i1   -   i1  i2  i4  i8  i2  i4  i8  -   f2  bf  f4  f8  c8  c16
i2   -   i2  i2  i4  i8  i2  i4  i8  -   f2  bf  f4  f8  c8  c16
i4   -   i4  i4  i4  i8  i4  i4  i8  -   f2  bf  f4  f8  c8  c16
i8   -   i8  i8  i8  i8  i8  i8  i8  -   f2  bf  f4  f8  c8  c16
u1   -   i2  i2  i4  i8  u1  u2  u4  u8  f2  bf  f4  f8  c8  c16
u2   -   i4  i4  i4  i8  u2  u2  u4  u8  f2  bf  f4  f8  c8  c16
u4   -   i8  i8  i8  i8  u4  u4  u4  u8  f2  bf  f4  f8  c8  c16
u8   -   -   -   -   -   u8  u8  u8  u8  f2  bf  f4  f8  c8  c16
f2   -   f2  f2  f2  f2  f2  f2  f2  f2  f2  f4  f4  f8  c8  c16
bf   -   bf  bf  bf  bf  bf  bf  bf  bf  f4  bf  f4  f8  c8  c16
f4   -   f4  f4  f4  f4  f4  f4  f4  f4  f4  f4  f4  f8  c8  c16
f8   -   f8  f8  f8  f8  f8  f8  f8  f8  f8  f8  f8  f8  c16 c16
c8   -   c8  c8  c8  c8  c8  c8  c8  c8  c8  c8  c8  c16 c8  c16
c16  -   c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16
"""


def table():
    head, *rows = (line.split() for line in TABLE.strip().splitlines())
    full = dict(zip(head, NAMES, strict=True))
    for a, *results in rows:
        for b, result in zip(head, results, strict=True):
            yield full[a], full[b], full.get(result)


def one(name):
    return nx.ones((), dtype=getattr(nx, name))


@pytest.mark.parametrize(("a", "b", "result"), list(table()))
def test_promotion_of_arrays(a, b, result):
    if result is None:
        with pytest.raises(nx.DTypeError) as caught:
            nx.equal(one(a), one(b))
        assert str(caught.value).startswith(f"equal: cannot promote {a} with {b}\n")
    else:
        assert nx.concat([nx.flatten(one(a)), nx.flatten(one(b))]).dtype is getattr(nx, result)
        if result != "bool":
            assert (one(a) * one(b)).dtype is getattr(nx, result)


WEAK = [
    # Python's bool, int, float and complex with an array of the dtype; "-" raises
    *[("bool", "bool", "-", "-", "-")],
    *[(name, "-", name, "float32", "complex64") for name in NAMES if "int" in name],
    *[(name, "-", name, name, "complex64") for name in ("float16", "bfloat16", "float32")],
    *[("float64", "-", "float64", "float64", "complex128")],
    *[(name, "-", name, name, name) for name in ("complex64", "complex128")],
]


@pytest.mark.parametrize(("name", "results"), [(row[0], row[1:]) for row in WEAK])
def test_python_scalars_are_weak(name, results):
    for scalar, result in zip((True, 1, 1.0, 1j), results, strict=True):
        for left, right in ((one(name), scalar), (scalar, one(name))):
            if result == "-":
                with pytest.raises(nx.DTypeError, match="cannot combine"):
                    nx.equal(left, right)
            else:
                assert nx.stack([left, right]).dtype is getattr(nx, result)
                if result != "bool":
                    assert (left + right).dtype is getattr(nx, result)


@pytest.mark.parametrize(
    ("name", "scalar", "result"),
    [
        ("float32", np.float64(1), "float64"),
        ("float16", np.float32(1), "float32"),
        ("int8", np.int64(1), "int64"),
        ("int8", np.float32(1), "float32"),
        ("float32", np.int64(1), "float32"),
        ("float32", np.complex128(1), "complex128"),
        ("bfloat16", ml_dtypes.bfloat16(1), "bfloat16"),
    ],
)
def test_numpy_scalars_are_not_weak(name, scalar, result):
    assert (one(name) + scalar).dtype is getattr(nx, result)
    assert (scalar + one(name)).dtype is getattr(nx, result)
    assert (one(name) + np.asarray(scalar)).dtype is getattr(nx, result)


def test_a_numpy_bool_is_not_a_number():
    with pytest.raises(nx.DTypeError, match="cannot promote float32 with bool"):
        one("float32") + np.bool_(True)


@pytest.mark.parametrize("name", NAMES)
def test_a_division_is_inexact(name):
    if name == "bool":
        with pytest.raises(nx.DTypeError):
            one(name) / one(name)
    else:
        assert (one(name) / one(name)).dtype is (nx.float32 if "int" in name else getattr(nx, name))


@pytest.mark.parametrize("name", STORAGE)
def test_storage_dtypes_store(name):
    dtype = getattr(nx, name)
    x = nx.asarray([1.0, -2.0] if "float" in name else [1, 2], dtype=dtype)
    assert x.dtype is dtype
    np.testing.assert_array_equal(
        np.asarray(x[::-1].astype(nx.float32)), np.asarray(x).astype(np.float32)[::-1]
    )
    for operation in (lambda: x + x, lambda: x + 1, lambda: x.sum(), lambda: x == x):
        with pytest.raises(nx.DTypeError):
            operation()
    with pytest.raises(nx.DTypeError, match="cannot promote"):
        x * nx.ones(2)


@pytest.mark.parametrize("name", NAMES + STORAGE)
def test_dtypes_are_numpys_equals(name):
    dtype = getattr(nx, name)
    numpys = dtype.numpy
    assert np.dtype(dtype) is numpys or np.dtype(dtype) == numpys
    assert dtype == numpys
    assert numpys == dtype
    assert dtype == numpys.type
    assert hash(dtype) == hash(numpys)
    assert {dtype: 1}[numpys] == 1
    assert dtype.name == str(dtype) == name
    assert repr(dtype) == f"nx.{name}"
    assert dtype.itemsize == numpys.itemsize
    assert np.zeros(2, dtype).dtype == numpys
    assert nx.zeros(2, dtype=numpys).dtype is dtype
    assert nx.zeros(2, dtype=name).dtype is dtype
    assert nx.asarray(np.zeros(2, numpys)).dtype is dtype


@pytest.mark.parametrize("name", NAMES + STORAGE)
def test_dtypes_are_singletons(name):
    dtype = getattr(nx, name)
    assert pickle.loads(pickle.dumps(dtype)) is dtype
    assert copy.copy(dtype) is dtype
    assert copy.deepcopy(dtype) is dtype
    assert all((getattr(nx, other) == dtype) == (other == name) for other in NAMES + STORAGE)


@pytest.mark.parametrize("other", [None, 3, "nothing", [], object(), nx.float64, np.int32, "int32"])
def test_a_dtype_differs_from_what_it_is_not(other):
    assert nx.float32 != other
    assert not nx.float32 == other  # noqa: SIM201 - both operators are under test


def test_python_types_as_dtypes():
    found = [nx.zeros(1, dtype=kind).dtype for kind in (bool, int, float, complex)]
    assert found == [nx.bool, nx.int64, nx.float32, nx.complex64]


def test_big_endian_becomes_native():
    x = nx.asarray(np.array([1, 2, 300], dtype=">i4"))
    assert x.dtype is nx.int32
    assert x.tolist() == [1, 2, 300]


@pytest.mark.parametrize("name", NAMES)
def test_limits(name):
    dtype = getattr(nx, name)
    if "int" in name:
        assert nx.iinfo(dtype).max == np.iinfo(name).max
        assert nx.iinfo(one(name)).min == np.iinfo(name).min
    elif name != "bool":
        real = np.float32(0).dtype if name == "bfloat16" else np.finfo(name).dtype
        assert float(nx.finfo(dtype).eps) == (2.0**-7 if name == "bfloat16" else np.finfo(real).eps)
        assert nx.finfo(one(name)).bits == (16 if name == "bfloat16" else np.finfo(real).bits)
    for info in (nx.iinfo, nx.finfo):
        if (info is nx.iinfo) != ("int" in name):
            with pytest.raises(nx.DTypeError, match=f"{info.__name__}: cannot describe {name}"):
                info(dtype)


def test_kinds():
    assert nx.isdtype(nx.float32, "real floating")
    assert nx.isdtype(np.uint8, ("unsigned integer", nx.bool))
    assert not nx.isdtype(nx.bool, "numeric")
    assert not nx.isdtype(nx.int4, "integral")
    assert nx.isdtype(nx.int8, "int8")
    with pytest.raises(nx.DTypeError) as caught:
        nx.isdtype(nx.int8, "whole")
    assert str(caught.value).splitlines()[0] == "isdtype: cannot tell the kind 'whole'"


def test_can_cast_follows_promotion():
    assert nx.can_cast(nx.int8, nx.float16)
    assert nx.can_cast(nx.ones(2, dtype=nx.uint8), nx.int16)
    assert not nx.can_cast(nx.uint64, nx.int64)
    assert not nx.can_cast(nx.complex64, nx.float64)


@pytest.mark.parametrize(
    ("value", "dtype", "first_line"),
    [
        (300, "uint8", "add: cannot hold 300 in uint8 (it holds 0 to 255)"),
        (-1, "uint16", "add: cannot hold -1 in uint16 (it holds 0 to 65535)"),
        (128, "int8", "add: cannot hold 128 in int8 (it holds -128 to 127)"),
        (10**400, "float32", "add: cannot hold an int of 1329 bits in float32"),
    ],
)
def test_a_scalar_that_does_not_fit_is_named(value, dtype, first_line):
    for operation in (lambda x: x + value, lambda x: value + x):
        with pytest.raises(nx.DTypeError) as caught:
            operation(one(dtype))
        assert str(caught.value).splitlines()[0] == first_line


def test_a_floating_scalar_overflows_silently():
    assert (nx.ones(2, dtype=nx.float16) * 1e10).tolist() == [np.inf, np.inf]
    assert (nx.ones(2) * 1e300).tolist() == [np.inf, np.inf]
    assert nx.asarray(1e300, dtype=nx.bfloat16).item() == np.inf
    assert nx.asarray([1e300]).tolist() == [np.inf]


@pytest.mark.parametrize("text", ["f4,(", "a sentence, with a comma", "(2,)f4, x", "", "1.5", "()"])
def test_a_text_that_names_no_dtype_is_unequal(text):
    assert (nx.float32 == text) is False
    assert nx.float32 != text


@pytest.mark.parametrize("name", NAMES + STORAGE)
def test_limits_are_plain_numbers(name):
    dtype = nx.bool_ if name == "bool" else getattr(nx, name)
    if name == "bool":
        for describe in (nx.finfo, nx.iinfo):
            with pytest.raises(nx.DTypeError):
                describe(dtype)
        return
    if "int" in name:
        limits, theirs = nx.iinfo(dtype), ml_dtypes.iinfo(dtype.numpy)
        found = (limits.min, limits.max, limits.bits)
        assert [type(n) for n in found] == [int] * 3
        assert found[:2] == (theirs.min, theirs.max)
        assert limits.dtype is dtype
    else:
        limits, theirs = nx.finfo(dtype), ml_dtypes.finfo(dtype.numpy)
        for key in ("min", "max", "eps", "smallest_normal"):
            assert type(getattr(limits, key)) is float
            assert getattr(limits, key) == float(getattr(theirs, key))
        parts = {"complex64": nx.float32, "complex128": nx.float64}
        assert limits.dtype is parts.get(name, dtype)
