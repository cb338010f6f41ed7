"""The Fourier functions beyond the table of cases: frequencies, dtypes, errors."""

import numpy as np
import nx
import pytest

ROUND_TRIPS = [("fft", "ifft"), ("rfft", "irfft"), ("ihfft", "hfft")]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 8])
@pytest.mark.parametrize("d", [1.0, 0.25])
@pytest.mark.parametrize("name", ["fftfreq", "rfftfreq"])
def test_frequencies(name, n, d):
    got = getattr(nx.fft, name)(n, d=d, dtype=nx.float64)
    np.testing.assert_allclose(np.asarray(got), getattr(np.fft, name)(n, d), atol=1e-15)
    assert getattr(nx.fft, name)(n).dtype == nx.float32


@pytest.mark.parametrize("norm", ["backward", "ortho", "forward"])
@pytest.mark.parametrize(("there", "back"), ROUND_TRIPS)
def test_there_and_back(there, back, norm):
    x = nx.asarray(np.random.default_rng(0).normal(size=(3, 6)))
    y = getattr(nx.fft, back)(getattr(nx.fft, there)(x, norm=norm), norm=norm)
    np.testing.assert_allclose(np.asarray(nx.real(y)), np.asarray(x), atol=1e-14)


@pytest.mark.parametrize(
    ("given", "complex_", "real"),
    [
        ("float16", "complex64", "float32"),
        ("bfloat16", "complex64", "float32"),
        ("float32", "complex64", "float32"),
        ("float64", "complex128", "float64"),
        ("int64", "complex64", "float32"),
    ],
)
def test_dtypes(given, complex_, real):
    x = nx.ones((4,), dtype=given)
    for name in ("fft", "ifft", "rfft", "ihfft", "fftn", "rfftn"):
        assert getattr(nx.fft, name)(x).dtype.name == complex_
    for name in ("irfft", "hfft", "irfftn"):
        assert getattr(nx.fft, name)(x).dtype.name == real


@pytest.mark.parametrize(
    ("call", "error", "line"),
    [
        (
            lambda x: nx.fft.fft(x, n=0),
            nx.ShapeError,
            "fft: cannot transform axis 1 of (2, 3) at 0 points (0 < 1)",
        ),
        (
            lambda x: nx.fft.irfft(x[:, :1]),
            nx.ShapeError,
            "irfft: cannot transform axis 1 of (2, 1) to 0 points (0 < 1)",
        ),
        (
            lambda x: nx.fft.fft(x, n=2.5),
            nx.DTypeError,
            "fft: cannot use 2.5 as n",
        ),
        (
            lambda x: nx.fft.fft(x, axis=2),
            nx.AxisError,
            "fft: cannot find axis 2 in an array of 2 axes",
        ),
        (
            lambda x: nx.fft.fft(x, norm="none"),
            nx.DTypeError,
            "fft: cannot use norm='none'",
        ),
        (
            lambda x: nx.fft.rfft(nx.fft.fft(x)),
            nx.DTypeError,
            "rfft: cannot transform complex64",
        ),
        (
            lambda x: nx.fft.fftn(x, s=(2,), axes=(0, 1)),
            nx.ShapeError,
            "fftn: cannot give (0, 1) lengths (2,) (1 != 2)",
        ),
        (
            lambda x: nx.fft.fftn(x, axes=(0, -2)),
            nx.AxisError,
            "fftn: cannot use an axis twice ((0, -2))",
        ),
        (
            lambda x: nx.fft.rfftn(x, axes=()),
            nx.AxisError,
            "rfftn: cannot transform (2, 3) along no axes",
        ),
        (
            lambda x: nx.fft.fftfreq(0),
            nx.ShapeError,
            "fftfreq: cannot space 0 points by 1.0",
        ),
    ],
)
def test_errors(call, error, line):
    with pytest.raises(error) as caught:
        call(nx.ones((2, 3)))
    assert str(caught.value).splitlines()[0] == line
