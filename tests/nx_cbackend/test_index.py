"""Gather and scatter against loops in Python: duplicates, layouts, threads, and bad indices."""

import itertools

import ml_dtypes
import numpy as np
import nx
import nx_cbackend
import pytest
from nx.effects import perform
from nx.primitives import P

from tests.nx_cbackend.support import LAYOUTS

INDEX_DTYPES = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
COMBINE = {
    "scatter_set": lambda old, new: new,
    "scatter_add": lambda old, new: old + new,
    "scatter_multiply": lambda old, new: old * new,
    "scatter_min": min,
    "scatter_max": max,
}


def c(array):
    return nx.asarray(array, device="c")


def rest_of(shape, axes):
    return [range(n) for i, n in enumerate(shape) if i not in axes]


def placed(axes, ndim, cell, rest):
    """The full index: the cell's along the axes, the rest's along the others."""
    at = dict(zip(axes, cell, strict=True))
    others = iter(rest)
    return tuple(at[i] if i in at else next(others) for i in range(ndim))


def gathered(x, indices, axes):
    """Element by element, as the reference semantics say."""
    indices = np.broadcast_arrays(*indices)
    shape = indices[0].shape + tuple(len(r) for r in rest_of(x.shape, axes))
    out = np.empty(shape, x.dtype)
    for place in np.ndindex(indices[0].shape):
        cell = [int(index[place]) for index in indices]
        for rest in itertools.product(*rest_of(x.shape, axes)):
            out[place + rest] = x[placed(axes, x.ndim, cell, rest)]
    return out


def scattered(name, x, updates, indices, axes):
    """One update after the other; each is rounded to the dtype."""
    out, indices = x.copy(), np.broadcast_arrays(*indices)
    for place in np.ndindex(indices[0].shape):
        cell = [int(index[place]) for index in indices]
        for rest in itertools.product(*rest_of(x.shape, axes)):
            at = placed(axes, x.ndim, cell, rest)
            with np.errstate(over="ignore", invalid="ignore"):
                out[at] = COMBINE[name](out[at], updates[place + rest])
    return out


AXES = [
    ((6, 5), (0,)),
    ((6, 5), (1,)),
    ((6, 5), (0, 1)),
    ((3, 4, 5), (1,)),
    ((3, 4, 5), (0, 2)),
    ((3, 4, 5), (0, 1, 2)),
    ((7,), (0,)),
]


def drawn(shape, axes, rng, places=(4, 3), dtype=np.int64):
    """Indices that broadcast together, some negative where the dtype has them."""
    low = {True: -1, False: 0}[np.dtype(dtype).kind == "i"]
    shapes = [places, places[-1:], (places[0], 1)]
    return [
        rng.integers(low * shape[axis], shape[axis], shapes[i % 3]).astype(dtype)
        for i, axis in enumerate(axes)
    ]


@pytest.mark.parametrize(("shape", "axes"), AXES)
@pytest.mark.parametrize("dtype", ["bool", "int16", "float32", "float64", "complex128"])
def test_gather(shape, axes, dtype):
    rng = np.random.default_rng(0)
    x = rng.uniform(-50, 50, shape).astype(dtype)
    indices = drawn(shape, axes, rng)
    out = perform(P.gather, c(x), *map(c, indices), axes=axes)
    np.testing.assert_array_equal(out.numpy(), gathered(x, indices, axes))


@pytest.mark.parametrize("dtype", INDEX_DTYPES)
def test_every_dtype_of_indices(dtype):
    rng = np.random.default_rng(1)
    x = rng.uniform(-9, 9, (5, 4)).astype(np.float32)
    indices = drawn(x.shape, (0, 1), rng, dtype=dtype)
    out = perform(P.gather, c(x), *map(c, indices), axes=(0, 1))
    np.testing.assert_array_equal(out.numpy(), gathered(x, indices, (0, 1)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_of_the_array_and_of_the_indices(layout):
    x = LAYOUTS[layout](np.float32)
    if x.ndim == 0 or 0 in x.shape:
        x = np.ones((2, 3), np.float32)
    grid = np.arange(60).reshape(3, 4, 5)[:, ::-1, ::2].T % x.shape[0]
    out = perform(P.gather, c(x), c(grid[:2, :2]), axes=(0,)) if x.ndim < 30 else None
    if out is not None:
        np.testing.assert_array_equal(out.numpy(), x[grid[:2, :2]])


@pytest.mark.parametrize(("shape", "axes"), AXES)
@pytest.mark.parametrize("name", COMBINE)
@pytest.mark.parametrize("dtype", ["int8", "uint32", "float16", "bfloat16", "float32", "float64"])
def test_scatter_takes_duplicates_in_their_order(name, dtype, shape, axes):
    rng = np.random.default_rng(2)
    kind = ml_dtypes.bfloat16 if dtype == "bfloat16" else np.dtype(dtype)
    x = rng.integers(1, 9, shape).astype(kind)
    indices = drawn(shape, axes, rng, places=(9, 5))
    cells = np.broadcast_shapes(*(i.shape for i in indices))
    others = tuple(len(r) for r in rest_of(shape, axes))
    updates = rng.integers(0, 5, cells + others).astype(kind)
    primitive = getattr(P, name)
    out = perform(primitive, c(x), c(updates), *map(c, indices), axes=axes).numpy()
    expected = scattered(name, x, updates, indices, axes)
    np.testing.assert_array_equal(out.astype(np.float64), expected.astype(np.float64))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_large_scatter_equals_a_loop_bit_for_bit_on_any_number_of_threads(threads):
    rng = np.random.default_rng(3)
    x = rng.standard_normal((500, 16)).astype(np.float32)
    index = np.where(rng.random(40_000) < 0.5, 7, rng.integers(-500, 500, 40_000))
    updates = rng.standard_normal((40_000, 16)).astype(np.float32)
    expected = x.copy()
    for i, row in zip(index, updates, strict=True):
        expected[i] += row
    before = nx_cbackend.num_threads()
    nx_cbackend.set_num_threads(threads)
    try:
        out = perform(P.scatter_add, c(x), c(updates), c(index), axes=(0,))
        taken = perform(P.gather, c(updates), c(index % 40_000), axes=(0,))
    finally:
        nx_cbackend.set_num_threads(before)
    np.testing.assert_array_equal(out.numpy(), expected)
    np.testing.assert_array_equal(taken.numpy(), updates[index % 40_000])


def test_a_large_gather_of_long_rows():
    rng = np.random.default_rng(4)
    x = rng.standard_normal((3000, 700))
    index = rng.integers(-3000, 3000, 5000)
    out = perform(P.gather, c(x), c(index), axes=(0,)).numpy()
    np.testing.assert_array_equal(out, x[index])
    columns = perform(P.gather, c(x), c(index % 700), axes=(1,)).numpy()
    np.testing.assert_array_equal(columns, x[:, index % 700].T)


@pytest.mark.parametrize("bad", [5, -6, 2**40, -(2**62)])
@pytest.mark.parametrize("size", [1, 100_000])
def test_an_index_out_of_bounds_is_named(bad, size):
    index = np.zeros(size, np.int64)
    index[size // 2] = bad
    x = c(np.ones((4, 5), np.float32))
    problem = rf"cannot find index {bad} in axis 1 of length 5\nhint: indices run from -5 to 4$"
    with pytest.raises(nx.IndexOutOfBoundsError, match=f"^gather: {problem}"):
        perform(P.gather, x, c(index), axes=(1,))
    updates = c(np.ones((size, 4), np.float32))
    for name in COMBINE:
        with pytest.raises(nx.IndexOutOfBoundsError, match=f"^{name}: {problem}"):
            perform(getattr(P, name), x, updates, c(index), axes=(1,))


def test_a_large_unsigned_index_is_out_of_bounds():
    with pytest.raises(nx.IndexOutOfBoundsError, match=f"cannot find index {2**64 - 1} in axis 0"):
        perform(P.gather, c(np.ones(3)), c(np.array([2**64 - 1], np.uint64)), axes=(0,))


def test_the_operands_stay_as_they_are():
    x, updates, index = np.ones((3, 2)), np.full((2, 2), 5.0), np.array([0, 0])
    held = c(x)
    for name in COMBINE:
        perform(getattr(P, name), held, c(updates), c(index), axes=(0,))
    np.testing.assert_array_equal(held.numpy(), np.ones((3, 2)))
