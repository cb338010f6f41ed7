"""sort and argsort: against Python's sorted where rows are short, against NumPy's where long."""

import math
import os
import subprocess
import sys
import threading

import ml_dtypes
import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import LAYOUTS, native, wrap
from tests.nx_cbackend.test_cpu import USABLE

WHOLE = [
    np.bool_,
    *(np.dtype(f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64)),
]
FLOATING = [np.float16, ml_dtypes.bfloat16, np.float32, np.float64]
DTYPES = [np.dtype(dtype) for dtype in (*WHOLE, *FLOATING)]
FOUR = [np.dtype(name) for name in ("int16", "float32", "int64", "float64")]
"""One of each kind of record: keys alone, narrow and wide, keys with indices, and pairs."""
BITS = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}

SPECIAL = (0.0, -0.0, 1.0, -1.0, math.nan, math.inf, -math.inf, 5e-324, -1e-310, 1e-40, 6e-8)


def buffer(x):
    if x.dtype == ml_dtypes.bfloat16:
        return native.wrap(x.view(np.uint16), native.DTYPES.index("bfloat16"), None)
    return wrap(x)


def run(name, x, axis, descending):
    return np.asarray(native.bind(name, (axis, descending))(buffer(x)))


def bits(x):
    """View elements as integers, so that NaNs and zeros of both signs are told apart."""
    return np.ascontiguousarray(x).view(BITS[x.dtype.itemsize])


def order_of(row, descending):
    """Order a row by Python's sort: stable, with NaN last."""
    numbers = [v.item() if v.dtype.kind in "biu" else float(v) for v in row]
    known = [i for i, v in enumerate(numbers) if v == v]
    known.sort(key=numbers.__getitem__, reverse=descending)
    return known + [i for i, v in enumerate(numbers) if v != v]


def by_python(x, axis, descending):
    moved = np.moveaxis(x, axis, -1)
    order = np.empty(moved.shape, np.int64)
    for index in np.ndindex(moved.shape[:-1]):
        order[index] = order_of(moved[index], descending)
    return np.moveaxis(order, -1, axis)


def by_numpy(x, axis, descending):
    """The same from NumPy's stable argsort, for rows that would take Python long."""
    work = x.astype(np.float32) if x.dtype in (np.float16, ml_dtypes.bfloat16) else x
    if not descending:
        return np.argsort(work, axis=axis, kind="stable")
    order = np.flip(np.argsort(np.flip(work, axis), axis=axis, kind="stable"), axis)
    order = x.shape[axis] - 1 - order
    nan = np.isnan(np.take_along_axis(work, order, axis)) if work.dtype.kind == "f" else None
    if nan is None:
        return order
    return np.take_along_axis(order, np.argsort(nan, axis=axis, kind="stable"), axis)


def check(x, axis, order_by=by_numpy):
    before = x.copy()
    for descending in (False, True):
        order = order_by(x, axis, descending)
        indices = run("argsort", x, axis, descending)
        assert indices.dtype == np.int64
        np.testing.assert_array_equal(indices, order)
        result = run("sort", x, axis, descending)
        assert result.shape == x.shape
        expected = np.take_along_axis(x, order, axis)
        np.testing.assert_array_equal(bits(result), bits(expected))
    np.testing.assert_array_equal(bits(x), bits(before))


def made(values, dtype, shape):
    values = np.abs(values) if dtype.kind in "ub" else values
    with np.errstate(all="ignore"):
        return np.asarray(values).astype(dtype).reshape(shape)


def patterns(rng, n):
    """Any bits at all: NaNs of every payload, numbers of every size."""
    return rng.integers(0, 256, 8 * n, dtype=np.uint8)


def of_patterns(rng, dtype, shape):
    raw = patterns(rng, math.prod(shape))[: math.prod(shape) * dtype.itemsize]
    return ((raw & 1) if dtype.kind == "b" else raw).view(dtype).reshape(shape)


def few(rng, n):
    return rng.integers(0, 4, n) * 30.0


def normal(rng, n):
    return rng.standard_normal(n) * 50


def nearly_sorted(rng, n):
    values = np.sort(normal(rng, n))
    values[rng.integers(0, max(n, 1), n // 50)] = 0.5
    return values


KINDS = {
    "patterns": None,
    "normal": normal,
    "few": few,
    "equal": lambda rng, n: np.full(n, 7.0),
    "sorted": lambda rng, n: np.sort(normal(rng, n)),
    "reversed": lambda rng, n: -np.sort(normal(rng, n)),
    "nearly sorted": nearly_sorted,
    "one small": lambda rng, n: np.where(np.arange(n) == n // 2, 0.0, 1 + rng.random(n) / 64),
    "organ pipe": lambda rng, n: np.minimum(np.arange(n), n - np.arange(n)),
    "special": lambda rng, n: np.asarray(SPECIAL)[rng.integers(0, len(SPECIAL), n)],
}


def data(kind, dtype, shape, seed=0):
    rng = np.random.default_rng(seed)
    if kind == "patterns":
        return of_patterns(rng, dtype, shape)
    values = KINDS[kind](rng, math.prod(shape))
    if dtype.kind in "iub":
        values = np.nan_to_num(values, posinf=100, neginf=-100)
    return made(values, dtype, shape)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_against_pythons_sort(kind, dtype):
    for n in (0, 1, 2, 3, 9, 31, 50, 70, 130):
        check(data(kind, dtype, (n,)), 0, by_python)
        check(data(kind, dtype, (5, n)), 1, by_python)
        check(data(kind, dtype, (n, 5)), 0, by_python)


THRESHOLDS = (8, 16, 24, 32, 48, 64, 96, 128, 256, 512, 1024, 2048, 4096, 65536)


@pytest.mark.parametrize("dtype", FOUR, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_sizes_around_every_threshold(kind, dtype):
    for n in (m + d for m in THRESHOLDS for d in (-1, 0, 1)):
        check(data(kind, dtype, (n,)), 0)
        if n <= 600:
            check(data(kind, dtype, (19, n)), 1)
            check(data(kind, dtype, (n, 19)), 0)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_threads_share(kind, dtype):
    check(data(kind, dtype, (70_001,)), 0)
    check(data(kind, dtype, (2, 140_000))[:, ::-2], 1)
    check(data(kind, dtype, (66_000, 2)), 0)


@pytest.mark.parametrize("dtype", FOUR, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_a_row_whose_parts_are_still_too_long(kind, dtype):
    check(data(kind, dtype, (1_300_000,)), 0)


@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_keys_that_differ_far_from_where_they_crowd(name):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 1 << 20, 1_200_000) << 3
    x[::7] = rng.integers(0, 1 << 40, x[::7].size)
    x[5], x[-5] = -(1 << 63), (1 << 63) - 1
    order = by_numpy(x, 0, descending=False)
    expected = order if name == "argsort" else x[order]
    np.testing.assert_array_equal(run(name, x, 0, descending=False), expected)


@pytest.mark.parametrize("dtype", [np.dtype("int16"), np.dtype("float32")], ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_axis_of_every_layout(layout, dtype):
    x = LAYOUTS[layout](dtype)
    for axis in range(x.ndim):
        check(x, axis, by_python)


@pytest.mark.parametrize("dtype", FOUR, ids=str)
@pytest.mark.parametrize("shape", [(3, 300, 70), (300, 3, 70), (40, 17, 33), (2, 5000, 18)])
def test_tiles_of_every_axis(shape, dtype):
    x = data("special", dtype, shape)
    for axis in range(3):
        check(x, axis)
        check(x.T, axis)
        check(x[::-1, ::2, ::-1], axis)
        check(np.broadcast_to(x[:, :1], x.shape), axis)


def test_one_thread_and_several_give_the_same():
    threads = nx_cbackend.num_threads()
    x = data("special", np.dtype("float32"), (300_000,))
    try:
        for count in (1, 2, 5):
            nx_cbackend.set_num_threads(count)
            check(x, 0)
    finally:
        nx_cbackend.set_num_threads(threads)


def test_many_callers_at_once():
    rows = [data("normal", np.dtype("float32"), (150_000,), seed) for seed in range(6)]
    results = [None] * len(rows)

    def sort(i):
        results[i] = [run("sort", rows[i], 0, descending=False) for _ in range(4)]

    callers = [threading.Thread(target=sort, args=(i,)) for i in range(len(rows))]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    for row, made_of_it in zip(rows, results, strict=True):
        for result in made_of_it:
            np.testing.assert_array_equal(result, np.sort(row))


@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_what_cannot_be_sorted_says_so(name):
    x = np.zeros((2, 3), np.float32)
    for axis in (2, -1):
        with pytest.raises(TypeError, match=rf"^{name}: "):
            run(name, x, axis, descending=False)
    with pytest.raises(TypeError, match=rf"^{name}: "):
        native.bind(name, (0, 0))(x)


FORCED = """
import numpy as np
from tests.nx_cbackend import test_sort as t
for dtype in t.FOUR:
    for kind in t.KINDS:
        for n in (7, 33, 65, 300, 700, 5000, 70_001):
            t.check(t.data(kind, dtype, (n,)), 0)
        t.check(t.data(kind, dtype, (40, 100)), 1)
        t.check(t.data(kind, dtype, (500, 20)), 0)
"""


@pytest.mark.parametrize("cpu", USABLE)
def test_each_instruction_set(cpu):
    paths = os.pathsep.join(filter(None, (os.getcwd(), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", FORCED],
        env={**os.environ, "NX_CPU": cpu, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
