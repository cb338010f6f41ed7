"""cast between every two dtypes of arithmetic: against exact rational rounding, one by one."""

import math
from fractions import Fraction

import ml_dtypes
import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import LAYOUTS, native

WHOLE = [np.dtype(f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)]
FORMATS = {  # digits, exponent of the least place, exponent of the first number too large
    "float16": (11, -24, 16),
    "bfloat16": (8, -133, 128),
    "float32": (24, -149, 128),
    "float64": (53, -1074, 1024),
}
FLOATING = [np.dtype(ml_dtypes.bfloat16 if n == "bfloat16" else n) for n in FORMATS]
COMPLEX = [np.dtype(np.complex64), np.dtype(np.complex128)]
DTYPES = [np.dtype(np.bool_), *WHOLE, *FLOATING, *COMPLEX]
PARTS = {"complex64": "float32", "complex128": "float64"}


def run(x, dtype):
    carried = x.view(np.uint16) if x.dtype == ml_dtypes.bfloat16 else x
    given = native.wrap(carried, native.DTYPES.index(x.dtype.name), None)
    result = native.bind("cast", (native.DTYPES.index(dtype.name),))(given)
    assert result.dtype == dtype.name
    return np.asarray(result).view(dtype) if dtype == ml_dtypes.bfloat16 else np.asarray(result)


# ---- values ----


def halfway(name):
    """Numbers between two of a format, and just beside: rounding twice gets them wrong."""
    digits, least, top = FORMATS[name]
    for exponent in (0, 3, -5, top - 1, least + digits - 1, least + 1, least):
        unit = Fraction(2) ** max(exponent - digits + 1, least)
        for n in (1, 2, 3, 2 ** (digits - 1), 2 ** (digits - 1) + 1, 2**digits - 1):
            middle = unit * n + unit / 2
            for beside in (0, Fraction(1, 2**12), Fraction(1, 2**26), Fraction(1, 2**40)):
                yield middle * (1 + beside)
                yield -middle * (1 - beside)


def as_float(v):
    try:
        return float(v)
    except OverflowError:
        return math.copysign(math.inf, v)


def reals():
    edges = [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, -1e-310, 1e-40, 0.5, -0.5, 0.9999]
    edges += [1.5, -1.5, 1e20, -1e20, 1e300]
    for bits in (8, 16, 31, 32, 33, 63, 64):
        edges += [s * (2.0**bits + d) for s in (-1, 1) for d in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    random = np.random.default_rng(0)
    edges += list(random.uniform(-300, 300, 40))
    edges += list(random.integers(0, 2**64, 40, np.uint64).view(np.float64))
    return edges + [
        as_float(v) for name in ("float16", "bfloat16", "float32") for v in halfway(name)
    ]


def whole(dtype):
    info = np.iinfo(dtype)
    near = [s * 2**k + d for k in range(64) for d in (-1, 0, 1) for s in (-1, 1)]
    for k in range(9, 64):  # ties of 8 and 11 digits, and their neighbours
        for digits in (8, 11, 24, 53):
            if k > digits:
                near += [
                    2**k + (2 * j + 1) * 2 ** (k - digits) + d for j in (0, 1) for d in (-1, 0, 1)
                ]
    near += [-n for n in near] + [info.min, info.max, 65519, 65520, 65521]
    return sorted({n for n in near if info.min <= n <= info.max})


def data(dtype):
    with np.errstate(all="ignore"):
        if dtype == np.bool_:
            return np.array([False, True, True])
        if dtype in WHOLE:
            return np.array(whole(dtype), dtype)
        if dtype in COMPLEX:
            real = np.array(reals(), np.float64)
            out = np.empty(real.size, dtype)
            out.real, out.imag = real, real[::-1]
            return out
        return np.array(reals(), np.float64).astype(dtype)


# ---- the oracle ----


def rounded(v, name):
    """Round to nearest, ties to even (as Python's round of a Fraction does), exactly."""
    digits, least, top = FORMATS[name]
    if isinstance(v, float) and (v == 0 or not math.isfinite(v)):
        return v
    exact = Fraction(v)
    if exact == 0:
        return 0.0
    size = abs(exact)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    exponent -= size < Fraction(2) ** exponent
    unit = Fraction(2) ** max(exponent - digits + 1, least)
    near = round(size / unit) * unit
    out = math.inf if near >= Fraction(2) ** top else float(near)
    return math.copysign(out, exact)


def fitted(v, dtype):
    """Cut the fraction off, and take the nearest that fits; integers wrap around."""
    info = np.iinfo(dtype)
    if isinstance(v, int):
        return (v - info.min) % 2**info.bits + info.min
    if v != v:
        return 0
    return (
        min(max(v, info.min), info.max) if math.isinf(v) else min(max(int(v), info.min), info.max)
    )


def plain(element):
    """Return the element as an exact number of Python's."""
    if element.dtype.kind == "c":
        return complex(element)
    return int(element) if element.dtype.kind in "biu" else float(element)


def expected(v, dtype):
    if dtype == np.bool_:
        return v != 0
    if dtype in COMPLEX:
        parts = (v.real, v.imag) if isinstance(v, complex) else (v, 0.0)
        return tuple(rounded(part, PARTS[dtype.name]) for part in parts)
    v = v.real if isinstance(v, complex) else v
    return fitted(v, dtype) if dtype in WHOLE else rounded(v, dtype.name)


def same(a, b):
    if isinstance(a, float):
        return (a != a and b != b) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    return a == b


def check(x, result, dtype):
    for given, got in zip(x, result, strict=True):
        want, found = expected(plain(given), dtype), plain(got)
        if dtype in COMPLEX:
            ok = same(found.real, want[0]) and same(found.imag, want[1])
        else:
            ok = same(found, want)
        assert ok, f"{given!r} became {got!r}, not {want!r}"


@pytest.mark.parametrize("target", DTYPES, ids=str)
@pytest.mark.parametrize("source", DTYPES, ids=str)
def test_every_pair_exactly(source, target):
    x = data(source)
    result = run(x, target)
    check(x, result, target)
    shifted = run(x[1:], target)  # the same, wherever a vector begins
    assert shifted.tobytes() == result[1:].tobytes()


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_every_16_bit_float_widens_exactly_and_comes_back(name):
    dtype = next(d for d in FLOATING if d.name == name)
    x = np.arange(65536, dtype=np.uint16).view(dtype)
    for wide in (np.dtype(np.float32), np.dtype(np.float64)):
        there = run(x, wide)
        check(x[::37], there[::37], wide)
        back = run(there, dtype)
        number = ~np.isnan(there)
        np.testing.assert_array_equal(back.view(np.uint16)[number], x.view(np.uint16)[number])
        assert np.isnan(back.astype(np.float32)[~number]).all()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("float32", "float64"),
        ("float64", "float32"),
        ("float32", "int8"),
        ("int16", "float32"),
        ("float32", "float16"),
        ("float16", "complex128"),
        ("complex64", "bool"),
        ("int64", "bfloat16"),
    ],
)
def test_layouts(source, target, layout):
    target = next(d for d in DTYPES if d.name == target)
    x = LAYOUTS[layout](np.dtype(source))
    result = run(x, target)
    assert result.shape == x.shape
    check(x.ravel(), result.ravel(), target)


def test_any_number_of_threads():
    before = nx_cbackend.num_threads()
    x = np.random.default_rng(0).normal(0, 1e4, (601, 1003))
    results = []
    try:
        for threads in (1, 2, 3):
            nx_cbackend.set_num_threads(threads)
            results.append(run(x.T, FLOATING[0]).tobytes())
    finally:
        nx_cbackend.set_num_threads(before)
    assert results[0] == results[1] == results[2]
