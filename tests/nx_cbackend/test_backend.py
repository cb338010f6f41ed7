"""The backend as nx uses it: discovery, kernels, conversions, fallback."""

import sys

import numpy as np
import nx
import pytest
from nx import backends
from nx.primitives import P
from nx_cbackend import _backend, _plugin
from nx_cbackend._rows import ROWS

from tests.nx_cbackend.support import LAYOUTS, native

ALL = [getattr(nx, name) for name in native.DTYPES]


@pytest.fixture
def c():
    return backends.load_backend("c")


def listed():
    return next(entry for entry in backends.backends() if entry["name"] == "c")


def array(x):
    return nx.asarray(np.ascontiguousarray(x), device="c")


def test_it_is_found_and_preferred():
    found = listed()
    assert found["distribution"] == "nx-cbackend"
    assert found["reason"] is None
    others = [e["priority"] for e in backends.backends() if e["name"] != "c"]
    assert found["priority"] > max(p for p in others if p is not None)


def test_a_missing_extension_is_a_reason(monkeypatch):
    monkeypatch.setattr(_plugin, "find_spec", lambda name: None)
    (spec,) = _plugin.nx_backends()
    assert spec.probe() == (
        "its compiled module is missing (reinstall nx-cbackend where there is a C compiler)"
    )


def test_every_dtype_of_nx_can_be_stored():
    assert {dtype.name for dtype in ALL} == set(native.DTYPES)
    assert [dtype.itemsize for dtype in ALL] == [dtype.itemsize for dtype in _backend.STORED]


def broadcast_over(shape):
    return native.bind("broadcast_to", shape)


def test_natives_are_primitives_and_every_function_has_a_row(c):
    assert c.natives() == {*native.ELEMENTWISE, *ROWS} <= {p.name for p in P}
    assert set(native.FUNCTIONS) <= set(ROWS)


def test_scalar_kernels(c):
    x = nx.asarray([1.0, -2.0], dtype=nx.float64, device="c")
    for reflected, expected in ((False, [-1.5, -4.5]), (True, [1.5, 4.5])):
        kernel = c.scalar_kernel(P.subtract, x._type, reflected)
        assert c.to_numpy(kernel(x._data, 2.5)).tolist() == expected
        assert c.to_numpy(kernel(x._data, -3)).tolist() == ([4.0, 1.0], [-4.0, -1.0])[reflected]
    less = c.scalar_kernel(P.less, x._type, True)
    assert c.to_numpy(less(x._data, 0)).tolist() == [True, False]
    assert c.scalar_kernel(P.divide, nx.asarray([1], device="c")._type, False) is None


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint32", "int64", "uint64"])
@pytest.mark.parametrize("device", ["numpy", "c"])
def test_ints_beside_integers(device, dtype):
    limits = nx.iinfo(dtype)
    x = nx.asarray([1, 2, 3], dtype=dtype, device=device)
    for _ in range(2):
        for scalar in (limits.max, limits.min, 0, 7):
            expected = np.asarray([1, 2, 3], dtype) + np.asarray(scalar, dtype)
            assert (x + scalar).tolist() == (scalar + x).tolist() == expected.tolist()
            assert (x < scalar).tolist() == [n < scalar for n in (1, 2, 3)]
        for scalar in (limits.max + 1, limits.min - 1, 2**70):
            with pytest.raises(nx.DTypeError, match=f"add: cannot hold {scalar} in {dtype}"):
                x + scalar
        assert (x + 2.5).dtype == nx.float32


@pytest.mark.parametrize("dtype", ALL, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_conversion_there_and_back(c, layout, dtype):
    x = LAYOUTS[layout](np.float64).astype(np.int8).astype(dtype.numpy)
    back = c.to_numpy(c.from_numpy(x))
    assert back.dtype is x.dtype or back.dtype == x.dtype
    assert (back.shape, back.flags.writeable) == (x.shape, False)
    np.testing.assert_array_equal(back, x)
    if x.size:
        assert back.__array_interface__["data"][0] == x.__array_interface__["data"][0]
        assert back.strides == x.strides


@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.complex128])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_broadcast_is_a_view_like_numpys(c, layout, dtype):
    x = LAYOUTS[layout](np.float64).astype(dtype)
    shape = x.shape if x.ndim == 32 else (2, *(3 if n == 1 else n for n in x.shape))
    storage = c.from_numpy(x)
    out = c.to_numpy(broadcast_over(shape)(storage))
    np.testing.assert_array_equal(out, np.broadcast_to(x, shape))
    assert (
        not out.size
        or out.__array_interface__["data"][0] == c.to_numpy(storage).__array_interface__["data"][0]
    )


def test_a_broadcast_result_outlives_its_operand(c):
    small = broadcast_over((3,))(c.from_numpy(np.array(2.5)))
    view = broadcast_over((4, 3))(native.bind("add", ())(small, small))
    assert c.to_numpy(view).tolist() == [[5.0] * 3] * 4


def test_a_shape_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="broadcast_to: cannot repeat axis 0 of 1"):
        broadcast_over((4,))(native.wrap(np.zeros(3), native.DTYPES.index("float64"), None))


def test_views_of_views_refer_to_the_root(c):
    root = c.from_numpy(np.arange(12.0).reshape(3, 4))
    before = sys.getrefcount(root)
    view = root
    for _ in range(1000):
        view = c.from_numpy(c.to_numpy(view).T)
    assert sys.getrefcount(root) == before + 1
    np.testing.assert_array_equal(c.to_numpy(view), np.arange(12.0).reshape(3, 4))


def test_the_buffer_keeps_the_array(c):
    x = np.arange(5.0)
    before = sys.getrefcount(x)
    storage = c.from_numpy(x[1:])
    assert sys.getrefcount(x) > before
    del storage
    assert sys.getrefcount(x) == before


@pytest.mark.parametrize("dtype", [nx.float32, nx.float64, nx.int32, nx.bfloat16], ids=str)
def test_programs_agree_with_the_numpy_backend(dtype):
    x = np.linspace(-3, 3, 24).reshape(2, 3, 4).astype(dtype.numpy)

    def program(x):
        y = x + x[:, :1] * 2
        z = (y.mT @ y) * y[..., :1, :]
        return [y, z, nx.sum(z, axis=(0, 2)), nx.max(y), x[..., ::-1, 1], nx.exp(y * 0)]

    here = program(nx.asarray(x, device="c"))
    there = program(nx.asarray(x, device="numpy"))
    for a, b in zip(here, there, strict=True):
        assert str(a.device) == "c:cpu"
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        np.testing.assert_allclose(
            np.asarray(a.numpy(), np.float64), np.asarray(b.numpy(), np.float64), rtol=1e-5
        )


def test_operations_on_moved_arrays():
    x = np.random.default_rng(0).normal(size=(4, 5))
    a = array(x)
    np.testing.assert_array_equal((a.T + a.T).numpy(), x.T + x.T)
    np.testing.assert_array_equal((a[::-2] + a[1:2]).numpy(), x[::-2] + x[1:2])
    np.testing.assert_allclose(nx.sin(a[:, 1]).numpy(), np.sin(x[:, 1]), rtol=1e-15)
    np.testing.assert_allclose(nx.sum(a.T, axis=0).numpy(), x.sum(axis=1), rtol=1e-14)
    np.testing.assert_array_equal((2.0 * a + 1).numpy(), 2.0 * x + 1)


def test_kernels_run_without_numpy(monkeypatch):
    monkeypatch.delenv("NX_CHECK", raising=False)  # it looks at every result through to_numpy
    x = array(np.linspace(0, 1, 37))

    def broken(*operands, **params):
        raise AssertionError("a native kernel went through NumPy")

    monkeypatch.setattr(_backend.CBackend, "to_numpy", broken)
    nx.sum(nx.sin(x + x) * nx.cos(x) * 2.0 + 1.0)
