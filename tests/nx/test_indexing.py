"""Indexing and functional updates, against NumPy."""

import numpy as np
import nx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from nx.effects import Handler, handling

EXAMPLES = settings(max_examples=200, deadline=None, derandomize=True)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)


def numbered(shape):
    return np.arange(np.prod(shape, dtype=int)).reshape(shape)


def slices(n):
    bound = st.none() | st.integers(-n - 2, n + 2)
    step = st.none() | st.integers(-3, 3).filter(bool)
    return st.builds(slice, bound, bound, step)


@st.composite
def basic(draw, shape):
    """Draw ints, slices, None and one Ellipsis for some of the axes, from the left or the right."""
    count = draw(st.integers(0, len(shape)))
    right = draw(st.booleans())
    axes = range(len(shape) - count, len(shape)) if right else range(count)
    parts = []
    for axis in axes:
        n = shape[axis]
        ints = st.integers(-n, n - 1) if n else st.nothing()
        parts.append(draw(slices(n) | ints))
    if right or draw(st.booleans()):
        parts.insert(0 if right else len(parts), Ellipsis)
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), None)
    return parts[0] if len(parts) == 1 and draw(st.booleans()) else tuple(parts)


@st.composite
def mixed(draw, shape, masks=True):
    """Draw an index with integer arrays, lists and masks among the basic parts."""
    lengths = draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=3))
    parts, axis = [], 0
    while axis < len(shape):
        n = shape[axis]
        kinds = ["slice", "stop"] + (["int", "array", "array"] if n else []) + ["mask"] * masks
        kind = draw(st.sampled_from(kinds))
        if kind == "stop":
            break
        if kind == "slice":
            parts.append(draw(slices(n)))
        elif kind == "int":
            parts.append(draw(st.integers(-n, n - 1)))
        elif kind == "array":
            parts.append(draw(hnp.arrays(np.int64, lengths, elements=st.integers(-n, n - 1))))
        else:
            # one true element broadcasts with every index array
            span = draw(st.integers(1, min(2, len(shape) - axis)))
            mask = np.zeros(shape[axis : axis + span], bool)
            if mask.size:
                mask.flat[draw(st.integers(0, mask.size - 1))] = True
            elif any(isinstance(part, np.ndarray) for part in parts) or lengths != (1,):
                parts.append(slice(None))
                axis += 1
                continue
            parts.append(mask)
            axis += span - 1
            lengths = (1,) if not mask.size else lengths
        axis += 1
    for _ in range(draw(st.integers(0, 1))):
        parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from([None, Ellipsis])))
    return tuple(parts)


def translated(index, kind):
    """Return the index with its arrays as nx's, NumPy's, or lists."""
    convert = {"nx": nx.asarray, "numpy": lambda a: a, "list": lambda a: a.tolist()}[kind]
    return tuple(
        convert(part) if isinstance(part, np.ndarray) and part.size and part.ndim else part
        for part in index
    )


def same(found, expected):
    assert found.shape == np.shape(expected)
    np.testing.assert_array_equal(np.asarray(found), expected)


@EXAMPLES
@given(st.data(), SHAPES)
def test_basic_indexing(data, shape):
    x = numbered(shape)
    index = data.draw(basic(shape))
    same(nx.asarray(x)[index], x[index])


@EXAMPLES
@given(st.data(), SHAPES, st.sampled_from(["nx", "numpy", "list"]))
def test_advanced_indexing(data, shape, kind):
    x = numbered(shape)
    index = data.draw(mixed(shape))
    try:
        expected = x[index]
    except IndexError:
        with pytest.raises((IndexError, nx.ShapeError)):
            nx.asarray(x)[translated(index, kind)]
    else:
        same(nx.asarray(x)[translated(index, kind)], expected)


@EXAMPLES
@given(st.data(), SHAPES)
def test_masks(data, shape):
    x = numbered(shape)
    span = data.draw(st.integers(1, len(shape)))
    mask = data.draw(hnp.arrays(bool, shape[:span]))
    same(nx.asarray(x)[nx.asarray(mask)], x[mask])
    same(nx.asarray(x)[mask, ...], x[mask, ...])
    if shape[-span:] == shape[:span]:
        same(nx.asarray(x)[..., mask], x[..., mask])


UPDATES = {
    "add": np.add.at,
    "multiply": np.multiply.at,
    "min": np.minimum.at,
    "max": np.maximum.at,
}


@st.composite
def valid(draw, x):
    """Draw an index that NumPy takes, of any kind but masks."""
    index = draw(basic(x.shape) | mixed(x.shape, masks=False))
    try:
        x[index]
    except IndexError:  # an Ellipsis among the parts has moved them to other axes
        assume(False)
    return index


@pytest.mark.parametrize("name", UPDATES)
@settings(EXAMPLES, max_examples=75)
@given(st.data(), SHAPES)
def test_updates(name, data, shape):
    x = numbered(shape) % 7 + 1.5
    index = data.draw(valid(x))
    value = np.float64(data.draw(st.integers(-3, 3)))
    if data.draw(st.booleans()):
        value = value + numbered(x[index].shape) % 5
    expected = x.copy()
    UPDATES[name](expected, index, value)
    same(getattr(nx.asarray(x).at[index], name)(nx.asarray(value)), expected)
    same(getattr(nx.asarray(x).at[index], name)(value), expected)


@EXAMPLES
@given(st.data(), SHAPES)
def test_set_keeps_the_last_of_duplicates(data, shape):
    x = numbered(shape) + 0.5
    index = data.draw(valid(x))
    cells = np.asarray(numbered(shape)[index])
    values = np.asarray(-1.0 - numbered(cells.shape))
    expected = x.copy()
    for cell, value in zip(cells.flat, values.flat, strict=True):
        expected.flat[cell] = value
    same(nx.asarray(x).at[index].set(values), expected)


@EXAMPLES
@given(st.data(), SHAPES)
def test_updates_through_masks(data, shape):
    x = numbered(shape) + 0.5
    mask = data.draw(hnp.arrays(bool, shape))
    expected = x.copy()
    expected[mask] = -1
    same(nx.asarray(x).at[mask].set(-1.0), expected)
    same(nx.asarray(x).at[nx.asarray(mask)].get(), x[mask])


def test_updates_add_up_over_duplicates():
    x = nx.zeros(3)
    assert x.at[[0, 0, 2]].add(1.0).tolist() == [2, 0, 1]
    assert x.at[[0, 0, 2]].add([1.0, 2.0, 4.0]).tolist() == [3, 0, 4]
    assert (x + 1).at[[1, 1]].multiply(3.0).tolist() == [1, 9, 1]
    assert x.at[[1, 1]].min([-1.0, -5.0]).tolist() == [0, -5, 0]
    assert x.at[[1, 1]].max([5.0, 1.0]).tolist() == [0, 5, 0]
    assert x.at[[1, -2, 1]].set([1.0, 2.0, 3.0]).tolist() == [0, 3, 0]


def test_an_update_casts_only_upwards():
    assert nx.zeros(2).at[0].set(1).dtype is nx.float32
    assert nx.zeros(2).at[0].set(nx.asarray(1)).tolist() == [1, 0]
    assert nx.zeros(2, dtype=nx.int8).at[0].add(3).tolist() == [3, 0]
    assert nx.zeros(2, dtype=nx.bool).at[0].set(True).tolist() == [True, False]
    with pytest.raises(nx.DTypeError) as caught:
        nx.zeros(2, dtype=nx.int32).at[0].set(1.5)
    assert str(caught.value).splitlines()[0] == "scatter_set: cannot put float32 into int32"
    with pytest.raises(nx.DTypeError):
        nx.zeros(2).at[0].set(np.float64(1.5))


def test_indices_of_every_integer_dtype():
    x = nx.asarray([10, 20, 30])
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        assert x[nx.asarray([2, 0], dtype=name)].tolist() == [30, 10]
        assert x[nx.asarray(1, dtype=name)].item() == 20
        assert x[np.dtype(name).type(1)].item() == 20
    assert x[nx.asarray([-1], dtype=nx.int8)].tolist() == [30]
    assert nx.arange(300)[nx.asarray([-100], dtype=nx.int8)].tolist() == [200]


def test_an_ellipsis_stands_between_index_arrays():
    x = numbered((2, 3, 4))
    for index in (
        (np.array([0, 1]), ..., np.array([1, 0])),
        (slice(None), np.array([0, 1]), ..., np.array([1, 0])),
        (slice(None), 1, ..., np.array([1, 0])),
        (..., 1, np.array([1, 0])),
        (slice(None), np.array([0, 1]), np.array([1, 0]), ...),
        (slice(None), np.array([0, 1]), None, np.array([1, 0])),
    ):
        same(nx.asarray(x)[index], x[index])


def test_an_index_array_of_no_axes():
    x = nx.asarray([[1, 2], [3, 4]])
    assert x[nx.asarray(1)].tolist() == [3, 4]
    assert x[:, nx.asarray(0)].tolist() == [1, 3]
    assert x[nx.asarray(1), nx.asarray(0)].item() == 3
    assert x[[]].shape == (0, 2)
    assert x[()].tolist() == x[...].tolist() == x.tolist()
    assert x[None].shape == (1, 2, 2)
    assert x[nx.newaxis, :, None].shape == (1, 2, 1, 2)


X = nx.zeros((2, 3))


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        (2, IndexError, "index: cannot find index 2 in axis 0 of length 2"),
        (-3, IndexError, "index: cannot find index -3 in axis 0 of length 2"),
        ((0, 3), IndexError, "index: cannot find index 3 in axis 1 of length 3"),
        (([0, 2],), IndexError, "gather: cannot find index 2 in axis 0 of length 2"),
        ((0, [-4]), IndexError, "gather: cannot find index -4 in axis 1 of length 3"),
        (
            (0, 0, 0),
            IndexError,
            "index: cannot use 3 indices on an array of 2 axes with shape (2, 3)",
        ),
        ((..., ...), nx.ShapeError, "index: cannot use more than one Ellipsis"),
        (0.5, nx.DTypeError, "index: cannot index by float"),
        ("a", nx.DTypeError, "index: cannot index by str"),
        (nx.zeros(2), nx.DTypeError, "index: cannot index by float32"),
        ([0.5], nx.DTypeError, "index: cannot index by float32"),
        ([[0, 1], [0]], nx.ShapeError, "asarray: cannot make an array of a ragged sequence"
         " (element 1 has shape (1,), element 0 has (2,))"),
        (([0, 1], [0, 1, 2]), nx.ShapeError, "index: cannot broadcast (2,) with (3,)"
         " (2 != 3 in axis -1)"),
        ([True, False, True], nx.ShapeError, "index: cannot use a mask of shape (3,) on axes"
         " of shape (2,)"),
        (slice(None, None, 0), nx.DTypeError, "index: cannot slice by slice(None, None, 0)"
         " (slice step cannot be zero)"),
        (slice("a"), nx.DTypeError, "index: cannot slice by slice(None, 'a', None) (slice"
         " indices must be integers or None or have an __index__ method)"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_index(index, error, message):
    for action in (lambda: X[index], lambda: X.at[index].set(1.0)):
        with pytest.raises(error) as caught:
            action()
        said = str(caught.value).splitlines()[0]
        assert said.replace("scatter_set: cannot find", "gather: cannot find") == message
        assert isinstance(caught.value, nx.NxError)


class Scatters(Handler):
    """Keep the shapes of what scatters put, and of the indices where."""

    def perform(self, primitive, operands, params, rest):
        if primitive.family == "scatter":
            self.shapes = tuple(x.shape for x in operands[1:])
        return super().perform(primitive, operands, params, rest)


@pytest.mark.parametrize(
    ("index", "shapes"),
    [
        (nx.asarray([1, 1, 0]), ((3, 3, 4), (3,))),
        ((nx.asarray([[1, 0]]), nx.asarray([2])), ((1, 2, 4), (1, 2), (1,))),
        ((slice(None), nx.asarray([2, 0])), ((2, 2, 4), (2,))),
        (1, ((1, 3, 4), (1,))),
        ((..., 1, slice(None)), ((2, 4), (2,))),
        ((slice(None, None, -1), None), ((2, 3, 4), (2,))),
        ((1, slice(None), nx.asarray([0, 1])), ((6,), (6,))),
        ((), ((1, 2, 3, 4), (1,))),
    ],
)
def test_axes_that_an_update_leaves_whole_are_moved_whole(index, shapes):
    seen = Scatters()
    with handling(seen):
        nx.zeros((2, 3, 4)).at[index].add(1.0)
    assert seen.shapes == shapes


def test_values_that_do_not_fit():
    with pytest.raises(nx.ShapeError) as caught:
        X.at[0].set(nx.zeros(2))
    assert str(caught.value).splitlines()[0].startswith("scatter_set: cannot broadcast (2,)")
    with pytest.raises(nx.ShapeError) as caught:
        X.at[0].add(nx.zeros((2, 3)))
    message = "scatter_add: cannot put (2, 3) where (3,) is indexed"
    assert str(caught.value).splitlines()[0] == message


def test_take():
    x = numbered((2, 3, 4))
    picks = np.array([[1, 0, -1], [0, 0, 1]])
    for axis in (0, 1, 2, -1):
        same(nx.take(nx.asarray(x), nx.asarray(picks), axis=axis), x.take(picks, axis=axis))
        same(nx.take(nx.asarray(x), 1, axis=axis), x.take(1, axis=axis))
    order = np.argsort(-x, axis=1)
    found = nx.take_along_axis(nx.asarray(x), nx.asarray(order), axis=1)
    same(found, np.take_along_axis(x, order, 1))


def test_nonzero():
    x = np.array([[0, 1, 2], [3, 0, 0]])
    for found, expected in zip(nx.nonzero(nx.asarray(x)), np.nonzero(x), strict=True):
        same(found, expected)


ON, OFF = nx.asarray(True), nx.asarray(False)


@pytest.mark.parametrize(
    "index",
    [
        *(True, False, (True, 1), (0, True), (slice(None), False), (..., True), (True, False)),
        *((True, ..., [0, 2]), (0, True, [0, 2]), ([0, 1], True), (None, True, slice(0, 1))),
    ],
    ids=str,
)
def test_masks_without_axes(index):
    """As in NumPy each is an axis of its own, of length 1 or 0."""
    x = np.arange(6.0).reshape(2, 3)
    parts = index if isinstance(index, tuple) else (index,)
    ours = tuple((ON if p else OFF) if isinstance(p, bool) else p for p in parts)
    same(nx.asarray(x)[ours], x[index])
    same(nx.asarray(x)[index], x[index])
    expected = x.copy()
    expected[index] = 9.0
    same(nx.asarray(x).at[ours].set(9.0), expected)


def test_masks_of_0d_arrays():
    x = nx.asarray(5.0)
    assert (x[ON].tolist(), x[OFF].tolist()) == ([5.0], [])
    assert (float(x.at[ON].set(2.0)), float(x.at[OFF].set(2.0))) == (2.0, 5.0)


def test_an_empty_mask_picks_nothing():
    """The standard allows it; NumPy raises."""
    x = nx.ones((4, 3))
    for shape, picked in (((0,), (0, 3)), ((4, 0), (0,)), ((0, 3), (0,)), ((0, 0), (0,))):
        mask = nx.zeros(shape, dtype=nx.bool)
        assert x[mask].shape == picked
        assert x.at[mask].set(7.0).tolist() == x.tolist()
