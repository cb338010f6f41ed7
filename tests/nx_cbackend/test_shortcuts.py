"""The members of nx.Array that the extension has: they do what Python's own do, and only there."""

import inspect
import os
import subprocess
import sys
import threading

import numpy as np
import nx
import pytest
import rune
from nx._shortcuts import replaced
from nx.effects import Handler, handling

from tests.nx_cbackend.support import LAYOUTS

nx.zeros(1, device="c")  # the members are there once the backend is

NAMES = ("T", "__getitem__", "reshape")
INDICES = [
    *(0, -1, 1, (), ..., None, (..., 0), (None, 0, None)),
    *(slice(None), slice(1, None), slice(None, None, 2), slice(None, None, -1), slice(5, 1, -2)),
    *(slice(-2, 100), slice(3, 1), slice(-(2**70), 2**70), (slice(1, None), ..., None)),
    *((0, slice(None, None, -1)), (..., slice(1, 3)), (slice(None), slice(1, 2)), (-1, -1)),
]


def same(x, y):
    assert (x.dtype, x.shape) == (y.dtype, y.shape)
    assert x._type is nx.asarray(np.zeros(x.shape, x.dtype.numpy), device=x.device)._type
    np.testing.assert_array_equal(x.numpy(), y.numpy())


def outcome(function, *arguments):
    """Return what a call gives, or its error in words."""
    try:
        return function(*arguments)
    except nx.NxError as error:
        return type(error), str(error)


def agree(x, name, *arguments):
    """Compare a member with Python's own, of the array and of another backend's."""
    own = replaced[name].fget if name == "T" else replaced[name]
    found = outcome(*(getattr, x, "T") if name == "T" else (getattr(x, name), *arguments))
    expected = outcome(own, x, *arguments)
    if isinstance(expected, tuple):
        assert found == expected
    else:
        same(found, expected)
        same(found, outcome(own, x.to_device("numpy"), *arguments).to_device("c"))


def test_they_are_there():
    assert sorted(replaced) == sorted(NAMES)
    assert all(vars(nx.Array)[name] is not replaced[name] for name in NAMES)
    assert str(inspect.signature(nx.Array.reshape)) == "(self, /, *shape)"
    assert nx.Array.reshape.__doc__ == replaced["reshape"].__doc__
    assert nx.Array.T.__doc__ == replaced["T"].__doc__


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("index", INDICES, ids=str)
def test_indices(layout, index):
    array = LAYOUTS[layout](np.float32)
    x = nx.asarray(array, device="c", copy=False)
    agree(x, "__getitem__", index)
    found = outcome(x.__getitem__, index)
    if isinstance(found, nx.Array):
        np.testing.assert_array_equal(found.numpy(), array[index])


@pytest.mark.parametrize(
    "index",
    [
        *(True, np.True_, 1.0, "a", (0, "a"), (..., ...), (0, 0, 0), 4, -5, (0, 9), 2**70),
        *([0, 1], np.array([1]), (slice(0, 2, 0),), slice(0, 2, 0), slice(1.5), slice(True, 2)),
        *((True, 0), (None,) * 40, (None,) * 31, np.int64(1), (np.int8(1), slice(1, None))),
    ],
    ids=lambda index: str(index)[:20],
)
def test_indices_left_to_python(index):
    agree(nx.reshape(nx.arange(12.0, device="c"), (4, 3)), "__getitem__", index)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_transposition(layout):
    array = LAYOUTS[layout](np.complex128)
    x = nx.asarray(array, device="c", copy=False)
    agree(x, "T")
    np.testing.assert_array_equal(x.T.numpy(), array.T)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_reshaping(layout):
    array = LAYOUTS[layout](np.int16)
    x = nx.asarray(array, device="c", copy=False)
    shapes = [
        (-1,),
        (array.size,),
        (1, -1, 1),
        ((array.size, 1),),
        array.shape[::-1],
        (array.shape,),
    ]
    merged = [(*array.shape[:-2], -1), (2, -1), (-1, 2), (2, -1, 3), (-1, -1), (7,), (0, -1), ()]
    left = [(True, -1), (2.0, -1), ("a",), ([2, -1],), (-2,), (np.int64(-1),), (2**40, 2**40)]
    for shape in [*shapes, *merged, *left, (1,) * 33]:
        agree(x, "reshape", *shape)
    np.testing.assert_array_equal(x.reshape(-1).numpy(), array.reshape(-1))


def test_shapes_of_many_arrays():
    x = nx.arange(3000, device="c")
    for n in [*range(3000), 7, 2999]:
        assert x[n:].shape == (3000 - n,)
        assert x.reshape(-1, 1, 1, 1, 1)[n:].shape == (3000 - n, 1, 1, 1, 1)
    assert [x[n].item() for n in (0, 5, -1)] == [0, 5, 2999]


def test_a_handler_sees_them():
    class Names(Handler):
        def perform(self, primitive, operands, params, rest):
            seen.append(primitive.name)
            return super().perform(primitive, operands, params, rest)

    x, seen = nx.ones((3, 4), device="c"), []
    for _ in range(2):
        x[1:], x.T, x.reshape(-1)
        with handling(Names()):
            x[1:], x.T, x.reshape(4, 3)
    assert seen == ["slice", "reshape", "permute_dims", "reshape"] * 2


def test_transformations_follow_them():
    x = nx.reshape(nx.arange(6.0, device="c"), (2, 3))

    def f(x):
        return nx.sum(x.T[1:] * x.reshape(3, 2)[1:] * x[1, 0])

    x * x, f(x)
    expected = rune.grad(f)(x.to_device("numpy")).tolist()
    assert rune.grad(f)(x).tolist() == expected
    rows = rune.vmap(lambda row: row[1:] * row.T[0] + row.reshape(3, 1).T[0, 2])(x)
    assert rows.tolist() == [[2.0, 2.0], [17.0, 20.0]]


def test_an_array_kept_from_a_transformation():
    kept = []
    rune.grad(lambda x: kept.append(x) or nx.sum(x))(nx.ones((2, 3), device="c"))
    assert kept[0].T.tolist() == [[1.0, 1.0]] * 3
    assert not kept[0][1]._type.annotated
    rune.vmap(lambda x: kept.append(x) or x)(nx.ones((2, 3), device="c"))
    for use in (lambda x: x[1:], lambda x: x.T, lambda x: x.reshape(3, 1)):
        with pytest.raises(nx.LeakError):
            use(kept[1])


def test_another_thread_sees_its_own_handlers():
    x, found = nx.ones((2, 3), device="c"), []
    with handling(Handler()):
        thread = threading.Thread(target=lambda: found.append(x[1:].shape))
        thread.start()
        thread.join()
    assert found == [(1, 3)]


def test_errors_point_at_the_callers_line():
    x = nx.ones((2, 3), device="c")
    for use in (lambda: x[5], lambda: x.reshape(7)):
        with pytest.raises(nx.NxError) as caught:
            use()
        assert len(caught.traceback) <= 3  # this line, the lambda's, Python's own


def test_views_hold_the_owner_and_make_no_chain():
    x = nx.arange(1000.0, device="c")
    before = sys.getrefcount(x._data)
    view = x
    for _ in range(20):
        view = view[1:].reshape(1, -1).T[:, 0]
    after = sys.getrefcount(x._data)
    assert after == before + 1
    del x
    nx.zeros(1000, device="c")
    assert view[:3].tolist() == [20.0, 21.0, 22.0]


def test_one_element_does_not_hold_the_rest():
    x = nx.arange(1000.0, device="c")
    before = sys.getrefcount(x._data)
    one, also = x[5], x[7:8].reshape(1, 1)
    after = sys.getrefcount(x._data)
    assert after == before
    assert (one.item(), also.tolist()) == (5.0, [[7.0]])


def test_nothing_is_left_behind():
    x = nx.ones((4, 6), device="c")

    def use():
        x[1:], x[0], x[1, 2], x.T, x.reshape(2, 12), x.reshape((-1, 2))
        for index in (9, "a", (0, 0, 0)):
            with pytest.raises(nx.NxError):
                x[index]

    use()
    held = [x, x._type, x._data, nx.Array, None]
    before = [sys.getrefcount(one) for one in held]
    for _ in range(100):
        use()
    for one, count in zip(held, before, strict=True):
        assert abs(sys.getrefcount(one) - count) < 50


def test_with_checks_every_result_is_looked_at():
    code = (
        "import nx; nx.ones(3, device='c')[1:]; from nx._shortcuts import replaced; print(replaced)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NX_CHECK": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "{}"


def test_a_backend_that_has_none_leaves_the_array_alone():
    code = (
        "import nx; nx.ones(3, device='numpy')[1:]; from nx._shortcuts import replaced; "
        "print(dict(replaced), nx.ones(3, device='c')[1:].shape, len(replaced))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{} (2,) 3"
