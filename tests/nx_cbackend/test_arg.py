"""argmax and argmin: the first of the largest or smallest, NaN before all, along any axis."""

import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.support import LAYOUTS, native
from tests.nx_cbackend.test_sort import DTYPES, FOUR, KINDS, buffer, data

NAMES = ("argmax", "argmin")


def run(name, x, axis):
    return np.asarray(native.bind(name, (axis,))(buffer(x)))


def place(name, row):
    """Search a row as one would by hand."""
    best = 0
    for i, v in enumerate(row):
        if row[best] != row[best]:
            break
        if v != v or (v > row[best] if name == "argmax" else v < row[best]):
            best = i
    return best


def widened(x, dtype):
    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
        return x.astype(dtype)


def by_hand(name, x, axis):
    moved = np.moveaxis(x, axis, -1)
    numbers = widened(moved, np.float64) if x.dtype.kind in "fV" else moved.astype(object)
    places = [place(name, numbers[i]) for i in np.ndindex(moved.shape[:-1])]
    return np.array(places, np.int64).reshape(moved.shape[:-1])


def by_numpy(name, x, axis):
    work = widened(x, np.float32) if x.dtype.itemsize == 2 and x.dtype.kind in "fV" else x
    return getattr(np, name)(work, axis=axis)


def check(x, axis, expected=by_numpy):
    for name in NAMES:
        result = run(name, x, axis)
        assert result.dtype == np.int64
        np.testing.assert_array_equal(result, expected(name, x, axis))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_and_columns_by_hand(kind, dtype):
    for n in (1, 2, 7, 33):
        check(data(kind, dtype, (n,)), 0, by_hand)
        check(data(kind, dtype, (3, n)), 1, by_hand)
        check(data(kind, dtype, (n, 40)), 0, by_hand)
        check(data(kind, dtype, (n, 3)), 0, by_hand)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_cut_into_pieces(kind, dtype):
    check(data(kind, dtype, (300_001,)), 0)
    check(data(kind, dtype, (300_001,))[::-2], 0)
    check(data(kind, dtype, (3, 150_001)), 1)
    check(data(kind, dtype, (5000, 40)), 0)
    check(data(kind, dtype, (150_001, 3)), 0)


@pytest.mark.parametrize("dtype", FOUR, ids=str)
@pytest.mark.parametrize("shape", [(1030, 5), (5, 1030), (300, 257), (20_000, 300), (9, 8, 700)])
def test_sizes_around_blocks_and_tiles(shape, dtype):
    x = data("few", dtype, shape)
    for axis in range(x.ndim):
        check(x, axis)


@pytest.mark.parametrize("dtype", [np.dtype("int16"), np.dtype("float32")], ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_axis_of_every_layout(layout, dtype):
    x = LAYOUTS[layout](dtype)
    for axis in (axis for axis in range(x.ndim) if x.shape[axis]):
        check(x, axis, by_hand)


@pytest.mark.parametrize("at", [0, 1, 1023, 1024, 99_999, 262_143, 399_999])
def test_ties_and_nans_wherever_they_are(at):
    x = np.zeros(400_000, np.float32)
    x[at:] = -0.0
    check(x, 0)
    x[at:] = 1
    check(x, 0)
    x[at] = np.nan
    check(x, 0)
    x[-1] = -np.nan
    check(x, 0)


def test_one_thread_and_several_give_the_same():
    threads = nx_cbackend.num_threads()
    x = data("few", np.dtype("float64"), (400_000,))
    try:
        for count in (1, 2, 5):
            nx_cbackend.set_num_threads(count)
            check(x, 0)
    finally:
        nx_cbackend.set_num_threads(threads)


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_searched_says_so(name):
    for x, axis in ((np.zeros((2, 3)), 2), (np.zeros((2, 0)), 1), (np.zeros((2, 3)), -1)):
        with pytest.raises(TypeError, match=rf"^{name}: "):
            run(name, x, axis)
