"""What the table of cases cannot say: what functions read, accumulate in, and say they are."""

import ml_dtypes
import numpy as np
import nx
import pytest
from nx._spellings import ELSEWHERE
from nx.effects import Handler, handling

STANDARD = """
abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_invert bitwise_left_shift
bitwise_or bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp expm1
floor floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal log log10
log1p log2 logaddexp logical_and logical_not logical_or logical_xor maximum minimum multiply
negative nextafter not_equal positive pow real reciprocal remainder round sign signbit sin sinh
sqrt square subtract tan tanh trunc
arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like
tril triu zeros zeros_like
astype can_cast finfo iinfo isdtype result_type
take take_along_axis
broadcast_arrays broadcast_shapes broadcast_to concat expand_dims flip moveaxis permute_dims repeat
reshape roll squeeze stack tile unstack
argmax argmin count_nonzero nonzero searchsorted where
isin unique_all unique_counts unique_inverse unique_values
argsort sort
cumulative_prod cumulative_sum max mean min prod std sum var
all any diff
e inf nan newaxis pi
__array_namespace_info__
"""


@pytest.mark.parametrize("name", STANDARD.split())
def test_the_standard_is_there(name):
    """The array API, version 2025.12, without its linear algebra."""
    assert name in nx.__all__


class NoReads(Handler):
    """Refuse to give values."""

    def read(self, array, kind, rest):
        raise AssertionError(f"a read: {kind}")


X = nx.asarray([[3.0, 0.0, 1.0], [0.0, 1.0, 3.0]])
LABELS = nx.asarray([2, 0, 2, 5])


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("nonzero", lambda: nx.nonzero(X, size=4)),
        ("flatnonzero", lambda: nx.flatnonzero(X, size=4)),
        ("argwhere", lambda: nx.argwhere(X, size=4)),
        ("unique_all", lambda: nx.unique_all(X, size=4)),
        ("unique_values", lambda: nx.unique_values(X, size=2)),
        ("compress", lambda: nx.compress(nx.asarray([True, False]), X, axis=0, size=2)),
        ("repeat", lambda: nx.repeat(X, nx.asarray([1, 0, 2]), axis=1, size=4)),
        ("bincount", lambda: nx.bincount(LABELS, length=4)),
        ("histogram", lambda: nx.histogram(X)),
        ("digitize", lambda: nx.digitize(X, nx.asarray([0.0, 2.0]))),
        ("searchsorted", lambda: nx.searchsorted(nx.asarray([0.0, 2.0]), X)),
        ("isin", lambda: nx.isin(X, LABELS)),
        ("quantile", lambda: nx.quantile(X, 0.3)),
        ("interp", lambda: nx.interp(X, [0.0, 2.0], [0.0, 1.0], period=3.0)),
        ("put_along_axis", lambda: nx.put_along_axis(X, nx.asarray([[0], [2]]), 9.0)),
        ("isclose", lambda: nx.isclose(X, 1.0)),
        ("array_equal", lambda: nx.array_equal(X, X)),
        ("cov", lambda: nx.cov(X)),
        ("kaiser", lambda: nx.kaiser(5, nx.asarray(2.0))),
    ],
)
def test_a_static_size_reads_nothing(name, function):
    with handling(NoReads()):
        function()


@pytest.mark.parametrize(
    ("repeats", "axis", "size"),
    [
        ([1, 0, 2], 1, None),
        ([1, 0, 2], -1, 3),
        ([2], 0, None),
        ([1, 0, 2, 0, 1, 1], None, None),
    ],
)
def test_repeat_by_arrays(repeats, axis, size):
    found = nx.repeat(X, nx.asarray(repeats), axis=axis, size=size)
    np.testing.assert_array_equal(found, np.repeat(np.asarray(X), repeats, axis))


def test_repeat_is_cut_and_filled_up():
    x, repeats = nx.asarray([5, 6, 7]), nx.asarray([1, 2, 0])
    assert nx.repeat(x, repeats, size=2).tolist() == [5, 6]
    assert nx.repeat(x, repeats, size=5).tolist() == [5, 6, 6, 7, 7]
    assert nx.repeat(x, 2, size=5).tolist() == [5, 5, 6, 6, 7]
    with pytest.raises(nx.ShapeError, match="repeat: cannot repeat -1 times"):
        nx.repeat(x, nx.asarray([1, -1, 0]))


@pytest.mark.parametrize("dtype", [nx.float16, nx.bfloat16], ids=str)
def test_small_floats_accumulate_in_float32(dtype):
    """4096 ones and their windows: counting them up in the dtype itself would stop early."""
    n = 4096
    x = nx.ones(n, dtype=dtype)
    assert float(nx.convolve(x, x, mode="valid")[0]) == n
    assert float(nx.conv(x.reshape(1, 1, n), x.reshape(1, 1, n))[0, 0, 0]) == n
    assert float(nx.avg_pool(x, n)[0]) == 1.0
    assert float(nx.average(x, weights=x)) == 1.0
    assert float(nx.nansum(x)) == n


@pytest.mark.parametrize("dtype", [nx.float16, nx.bfloat16], ids=str)
def test_means_of_small_floats_do_not_overflow(dtype):
    """The sums are beyond float16's largest number, 65504; the means are not."""
    x = nx.asarray(np.tile([200.0, 204.0], 1000), dtype=dtype)
    means = [
        *(nx.mean(x), nx.average(x, weights=nx.ones_like(x)), nx.nanmean(x)),
        *(nx.avg_pool(x, 2000)[0], nx.avg_pool(x, 2000, include_padding=False, padding=1)[0]),
    ]
    assert [float(m) for m in means[:4]] == [202.0] * 4
    spreads = [nx.var(x), nx.std(x), nx.cov(x, correction=0)]
    assert [float(s) for s in spreads] == [4.0, 2.0, 4.0]
    assert all(m.dtype is dtype for m in (*means, *spreads, nx.corrcoef(x)))


def test_what_the_namespace_says_of_itself():
    info = nx.__array_namespace_info__()
    assert info.capabilities() == {
        "boolean indexing": True,
        "data-dependent shapes": True,
        "max dimensions": 32,
    }
    assert info.default_device() in info.devices()
    assert info.default_dtypes()["integral"] is nx.int64
    assert set(info.dtypes(kind="real floating").values()) == {nx.float32, nx.float64}
    assert info.dtypes(device="numpy", kind="bool") == {"bool": nx.bool_}
    assert nx.zeros(1).__array_namespace__().__array_namespace_info__() is not None


def test_result_type():
    assert nx.result_type(nx.int8, nx.float32) is nx.float32
    assert nx.result_type(nx.ones(1, dtype=nx.int8), 2, 3.0) is nx.float32
    assert nx.result_type(nx.float64, np.float32(1)) is nx.float64
    assert nx.result_type(ml_dtypes.bfloat16, 1.0) is nx.bfloat16
    with pytest.raises(nx.DTypeError, match="result_type: cannot promote uint64 with int64"):
        nx.result_type(nx.uint64, nx.int64)
    with pytest.raises(nx.DTypeError, match="result_type: cannot promote nothing"):
        nx.result_type()


def test_from_dlpack_copies_unless_told_otherwise():
    theirs = np.arange(3)
    copied, shared = nx.from_dlpack(theirs), nx.from_dlpack(theirs, copy=False)
    theirs[0] = 9
    assert (copied.tolist(), shared.tolist()) == ([0, 1, 2], [9, 1, 2])
    assert nx.from_dlpack(copied) is copied
    with pytest.raises(
        nx.DTypeError, match=r"from_dlpack: cannot take a list \(it has no __dlpack"
    ):
        nx.from_dlpack([1, 2])


def test_astype_to_a_device():
    assert nx.astype(X, nx.int32, device="numpy").device.backend == "numpy"


def test_linspace_between_complex_numbers():
    expected = np.linspace(1j, 2, 5)
    assert nx.linspace(1j, 2, 5).dtype is nx.complex64
    np.testing.assert_array_equal(nx.linspace(1j, 2, 5, dtype=nx.complex128), expected)
    np.testing.assert_array_equal(nx.linspace(nx.asarray(0.0), 2j, 3), [0, 1j, 2j])
    with pytest.raises(nx.DTypeError, match="linspace: cannot convert complex128 to float64"):
        nx.linspace(0, 1j, 3, dtype=nx.float64)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: nx.conv(nx.ones((1, 3, 5)), nx.ones((2, 2, 3))),
            "conv: cannot convolve 3 channels in 1 groups with (2, 2, 3) (2 * 1 != 3)",
        ),
        (
            lambda: nx.conv2d(nx.ones((1, 3, 5)), nx.ones((2, 3, 3))),
            "conv2d: cannot convolve (1, 3, 5) with (2, 3, 3)",
        ),
        (
            lambda: nx.max_pool(nx.ones(3), 4),
            "unfold: cannot fit windows spanning (4,) into axes of lengths (3,)",
        ),
        (
            lambda: nx.quantile(nx.ones((0, 3)), 0.5, axis=0),
            "quantile: cannot take one of no elements (axes (0,) of (0, 3))",
        ),
        (
            lambda: nx.top_k(nx.ones((2, 3)), 4),
            "top_k: cannot take 4 of 3 elements along axis 1 of (2, 3)",
        ),
        (
            lambda: nx.put_along_axis(nx.ones(3), nx.asarray([7]), 0.0),
            "scatter_set: cannot find index 7 in axis 0 of length 3",
        ),
        (lambda: nx.bincount(nx.asarray([-1])), "bincount: cannot count negative numbers"),
        (lambda: nx.nonzero(nx.asarray(1)), "nonzero: cannot index a 0-d array"),
        (lambda: nx.glu(nx.ones(3)), "glu: cannot halve axis 0 of (3,) (3 is odd)"),
    ],
)
def test_messages(call, message):
    with pytest.raises(nx.NxError) as caught:
        call()
    assert str(caught.value).splitlines()[0] == message


@pytest.mark.parametrize("k", [-(2**80), -(2**63), -7, -1, 0, 2, 5, 2**62, 2**63 - 1, 2**63])
def test_diagonals_far_outside(k):
    near = max(-9, min(k, 9))
    x = np.arange(1.0, 7.0).reshape(2, 3)
    np.testing.assert_array_equal(nx.eye(2, 3, k=k), np.eye(2, 3, near))
    np.testing.assert_array_equal(nx.tri(2, 3, k), np.tri(2, 3, near))
    np.testing.assert_array_equal(nx.tril(nx.asarray(x), k=k), np.tril(x, near))
    np.testing.assert_array_equal(nx.triu(nx.asarray(x), k=k), np.triu(x, near))


INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("function", "z", "expected"),
    [
        (nx.expm1, complex(-0.0, 0.0), complex(0.0, 0.0)),
        (nx.expm1, complex(INF, 0.0), complex(INF, 0.0)),
        (nx.expm1, complex(-INF, INF), complex(-1.0, 0.0)),
        (nx.expm1, complex(INF, INF), complex(INF, NAN)),
        (nx.expm1, complex(-INF, NAN), complex(-1.0, 0.0)),
        (nx.expm1, complex(INF, NAN), complex(INF, NAN)),
        (nx.expm1, complex(NAN, 0.0), complex(NAN, 0.0)),
        (nx.expm1, complex(1.0, INF), complex(NAN, NAN)),
        (nx.tanh, complex(INF, 2.0), complex(1.0, 0.0)),
        (nx.tanh, complex(INF, -2.0), complex(1.0, -0.0)),
        (nx.tanh, complex(-INF, 2.0), complex(-1.0, 0.0)),
    ],
)
def test_complex_special_cases_of_the_standard(function, z, expected):
    """Those that NumPy has otherwise, among them; an infinity's sign may be either with NaN."""
    for shape in ((), (1,)):
        found = complex(function(nx.full(shape, z, dtype=nx.complex128)).reshape(()))
        for part, wanted in ((found.real, expected.real), (found.imag, expected.imag)):
            np.testing.assert_equal(abs(part), abs(wanted))
            if wanted == wanted and expected.imag == expected.imag:
                assert np.signbit(part) == np.signbit(wanted)


def test_what_the_standard_asks_of_signatures():
    x = nx.ones((2, 3))
    assert nx.expand_dims(x, 1).shape == nx.expand_dims(x, axis=1).shape == (2, 1, 3)
    assert nx.__array_api_version__ == "2025.12"
    assert isinstance(nx.__array_namespace_info__().devices(), tuple)
    assert x.to_device(x.device, stream=None) is x
    with pytest.raises(nx.DeviceError, match="cannot wait for the stream 1"):
        x.to_device(x.device, stream=1)


def test_dlpack_is_refused_with_the_protocols_error():
    x = nx.ones(2)
    with pytest.raises(BufferError, match="cannot wait for a stream"):
        x.__dlpack__(stream=1)
    with pytest.raises(BufferError, match="cannot export to the device"):
        x.__dlpack__(dl_device=(2, 0))


@pytest.mark.parametrize("groups", [1, 2])
def test_convolution_without_a_batch_axis(groups):
    rng = np.random.default_rng(3)
    for k in (1, 2, 3):
        x = nx.asarray(rng.normal(size=(4, *(5,) * k)))
        w = nx.asarray(rng.normal(size=(6, 4 // groups, *(2,) * k)))
        options = {"stride": 2, "padding": 1, "groups": groups}
        for function in (nx.conv, getattr(nx, f"conv{k}d")):
            expected = function(x[None], w, **options)[0]
            np.testing.assert_array_equal(function(x, w, **options), expected)
        w = nx.asarray(rng.normal(size=(4, 3, *(2,) * k)))
        expected = nx.conv_transpose(x[None], w, **options)[0]
        np.testing.assert_array_equal(nx.conv_transpose(x, w, **options), expected)


def test_each_other_spelling_leads_to_something_that_is_there():
    for name, spelling in ELSEWHERE.items():
        assert name not in nx.__all__
        place = nx
        for part in spelling.split("."):
            place = getattr(place, part)
        with pytest.raises(AttributeError, match=f"nx has no {name!r}\n.*nx.{spelling}$"):
            getattr(nx, name)


def test_polynomials_of_few_coefficients():
    assert nx.polyder(nx.asarray([5])).tolist() == []
    assert nx.polyder(nx.asarray([1, 2]), 2**62).tolist() == []
    assert nx.polyder(nx.asarray([1, 2]), 0).tolist() == [1, 2]
    assert nx.polyint(nx.zeros(0)).tolist() == [0]
    with pytest.raises(nx.ShapeError, match="cannot take coefficients of shape"):
        nx.polyadd(nx.ones((2, 2)), nx.ones(2))
    with pytest.raises(nx.ShapeError, match="cannot use constants of shape"):
        nx.polyint(nx.ones(2), 2, k=nx.ones(3))
