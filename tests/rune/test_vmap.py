"""vmap's axes in both spellings, trees, errors, threads."""

import contextvars
import pickle
import threading
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import nx
import pytest
import rune
from nx.effects import current
from rune import Container, Map, NoMap, OutContainer, OutSingle, Single, vmap, vmaps

A = nx.reshape(nx.arange(12.0), (3, 4))
B = nx.arange(3.0)


def add(x, y):
    return x + y


def numbers(x):
    return np.asarray(x).tolist()


@pytest.mark.parametrize(
    ("axes", "arrays", "expected"),
    [
        (0, (B, B), [0, 2, 4]),
        ((0, None), (B, nx.asarray(10.0)), [10, 11, 12]),
        ([0, None], (B, nx.asarray(10.0)), [10, 11, 12]),
        ([Map(0), NoMap], (B, nx.asarray(10.0)), [10, 11, 12]),
        ((Single(Map(0)), NoMap), (B, nx.asarray(10.0)), [10, 11, 12]),
        ((1, None), (A[:2, :3], 1.0), [[1, 5], [2, 6], [3, 7]]),
        ((-1, 0), (A[:2, :3], B), [[0, 4], [2, 6], [4, 8]]),
        (Map(0), (B, B), [0, 2, 4]),
    ],
)
def test_in_axes(axes, arrays, expected):
    assert numbers(vmap(add, in_axes=axes)(*arrays)) == expected


@pytest.mark.parametrize("axes", [1, -1, Map(1), Single(Map(1)), (1,), [Map(1)], Single(1)])
def test_one_argument_along_axis_1(axes):
    assert numbers(vmap(nx.sum, in_axes=axes)(A)) == numbers(nx.sum(A, axis=0))


def test_containers():
    def f(xs):
        return xs[0] * xs[1]

    for axes in (
        Container([Map(0), NoMap]),
        Container([0, None]),
        ([0, None],),
        ([Map(0), NoMap],),
    ):
        assert numbers(vmap(f, in_axes=axes)([B, nx.asarray(2.0)])) == [0, 2, 4]


def test_vmaps():
    f = vmaps(lambda xs: xs[0] * xs[1], in_axes=[Map(0), NoMap])
    assert numbers(f([B, nx.asarray(2.0)])) == [0, 2, 4]
    assert numbers(vmaps(lambda xs: xs[0] + xs[1])([B, B])) == [0, 2, 4]
    assert numbers(vmaps(sum, in_axes=[0, None])([B, nx.asarray(2.0)])) == [2, 3, 4]
    assert f.runs == 1
    with pytest.raises(TypeError, match=r"vmaps: cannot take \(Array, Array\)"):
        f(B, B)


@pytest.mark.parametrize(
    ("axes", "shape"),
    [(0, (3, 4)), (1, (4, 3)), (-1, (4, 3)), (OutSingle(1), (4, 3)), (Map(0), (3, 4))],
)
def test_out_axes(axes, shape):
    out = vmap(lambda x: x * 2, out_axes=axes)(A)
    assert out.shape == shape
    assert numbers(out) == numbers(2 * A if shape == (3, 4) else 2 * A.T)


def test_out_axes_of_a_tree():
    for axes in (
        {"a": 1, "b": 0},
        OutContainer({"a": 1, "b": 0}),
        OutContainer({"a": Map(1), "b": 0}),
    ):
        out = vmap(lambda x: {"a": x, "b": nx.sum(x)}, out_axes=axes)(A)
        assert (out["a"].shape, out["b"].shape) == ((4, 3), (3,))


def test_out_axes_none_passes_what_is_unbatched_only():
    for axes in (None, NoMap, OutSingle(None)):
        assert float(vmap(lambda x, y: y * 2, (0, None), axes)(B, nx.asarray(3.0))) == 6.0
        with pytest.raises(nx.AxisError, match="it depends on a mapped argument"):
            vmap(lambda x: x * 2, out_axes=axes)(B)


def test_constants_are_repeated_for_each_lane():
    out = vmap(lambda x: (1.5, nx.ones(2), x))(B)
    assert numbers(out[0]) == [1.5] * 3
    assert out[0].dtype == nx.float32
    assert out[1].shape == (3, 2)


Point = namedtuple("Point", "x y")


@dataclass
class Pair:
    a: object
    b: object


def test_trees_of_arguments_and_results():
    point = Point(B, {"k": [A, None]})
    out = vmap(lambda p: Point(p.y["k"][0] * p.x, (p.x, None)))(point)
    assert type(out) is Point
    assert out.x.shape == (3, 4)
    assert numbers(out.y[0]) == [0, 1, 2]
    assert out.y[1] is None
    pair = vmap(lambda p: Pair(p.b, p.a), in_axes=(Pair(0, None),))(Pair(B, nx.asarray(7.0)))
    assert numbers(pair.b) == [0, 1, 2]
    assert numbers(pair.a) == [7, 7, 7]
    whole = vmap(lambda p, q: p["a"] + p["b"] + q, in_axes=({"a": 0, "b": None}, None))
    assert numbers(whole({"a": B, "b": nx.asarray(1.0)}, 1.0)) == [2, 3, 4]


def test_keywords_are_mapped_along_axis_0():
    assert numbers(vmap(lambda x, *, y: x + y)(B, y=B)) == [0, 2, 4]


def test_what_is_not_mapped_is_passed_on_untouched():
    marker = object()
    seen = []
    vmap(lambda x, y: seen.append(y) or x, in_axes=(0, None))(B, marker)
    assert seen == [marker]


def test_axis_size():
    assert vmap(lambda: nx.ones(2), axis_size=3)().shape == (3, 2)
    assert vmap(lambda x: x, in_axes=None, axis_size=2)(B).shape == (2, 3)
    with pytest.raises(
        nx.ShapeError, match=r"different lengths: 3 \(of axis 0 .* and 4 .axis_size"
    ):
        vmap(lambda x: x, axis_size=4)(B)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: vmap(add)(B, nx.ones(4)),
            nx.ShapeError,
            r"vmap: cannot map axes of different lengths: 3 \(of axis 0 of shape \(3,\)\) and 4",
        ),
        (
            lambda: vmap(add, in_axes=(0, 1))(B, A),
            nx.ShapeError,
            r"3 \(of axis 0 of shape \(3,\)\) and 4 \(of axis 1 of shape \(3, 4\)\)",
        ),
        (lambda: vmap(add)(B, 1.0), nx.AxisError, r"cannot map axis 0 of an array of shape \(\)"),
        (lambda: vmap(nx.sum, 2)(A), nx.AxisError, r"cannot map axis 2 .* of shape \(3, 4\)"),
        (lambda: vmap(add, (0,))(B, B), nx.AxisError, "2 arguments by in_axes of length 1"),
        (lambda: vmap(nx.sum, "x")(B), nx.AxisError, "cannot use 'x' as an axis"),
        (lambda: vmap(add, None)(B, B), nx.ShapeError, "nothing is mapped"),
        (lambda: vmap(nx.sum)("word"), nx.DTypeError, "cannot map over a str"),
        (lambda: vmap(add, Single(Map(0)))(B, B), nx.AxisError, "which is for one"),
        (lambda: vmap(lambda x: x, out_axes=2)(B), nx.AxisError, "cannot put the lanes in axis 2"),
        (lambda: vmap(lambda x: x, out_axes=(0, 0))(B), nx.AxisError, "cannot match out_axes"),
        (lambda: vmap(lambda x: x, in_axes=([0, 0],))([B]), nx.AxisError, "cannot match in_axes"),
        (lambda: vmap(3), TypeError, "cannot transform an object of type int"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
    assert current() is None


def test_errors_tell_the_shapes_of_one_lane_and_name_the_vmaps():
    def outer(x, y):
        return vmap(lambda r: r + y)(x)

    with pytest.raises(nx.ShapeError, match=r"cannot broadcast \(4,\) with \(3,\)") as caught:
        vmap(outer, in_axes=(0, None))(nx.ones((2, 5, 4)), nx.ones(3))
    assert [note.split(",")[0] for note in caught.value.__notes__] == [
        "in vmap of <lambda>",
        "in vmap of outer",
    ]


def test_users_see_lanes():
    seen = []

    def f(x):
        seen.append((x.shape, x.ndim, x.dtype, len(x), repr(x)))
        return x

    vmap(f)(A)
    ((shape, ndim, dtype, length, text),) = seen
    assert (shape, ndim, dtype, length) == ((4,), 1, nx.float32, 4)
    assert text.startswith("Array(float32[4], batched over Array([[")


def test_an_unchanging_operation_returns_a_fresh_alias():
    def f(x):
        y = nx.reshape(x, x.shape)
        return y + 0 if y is not x else x * 100

    assert numbers(vmap(f)(B)) == [0, 1, 2]


def test_a_second_thread_inside_a_run_is_refused():
    errors = []

    def f(x):
        def work():
            try:
                x + 1
            except nx.NxError as error:
                errors.append(error)

        context = contextvars.copy_context()
        for target in (work, lambda: context.run(work)):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
        return x

    vmap(f)(B)
    assert [type(e) for e in errors] == [nx.ForeignError, nx.ForeignError]
    assert "second thread" in str(errors[1])


def test_threads_map_independently():
    found = [None] * 8

    def work(i):
        x = nx.arange(50.0) + i
        found[i] = numbers(vmap(lambda x: x * 2 if x > 20 else -x)(x))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for i, row in enumerate(found):
        x = np.arange(50.0) + i
        assert row == np.where(x > 20, 2 * x, -x).tolist()


def test_an_exception_leaves_the_stack_as_it_was():
    def f(x):
        return rune.grad(lambda y: vmap(lambda z: z / 0 if z.nothing else z)(y))(x)

    with pytest.raises(AttributeError):
        vmap(f)(A)
    assert current() is None
    assert numbers(vmap(lambda x: x)(B)) == [0, 1, 2]


def test_metadata_and_pickling_of_words():
    def named(x):
        """Say something."""
        return x

    mapped = vmap(named)
    assert mapped.__name__ == "vmap(named)"
    assert mapped.__wrapped__ is named
    assert pickle.loads(pickle.dumps(NoMap)) is NoMap
    assert pickle.loads(pickle.dumps(Map(1))) == Map(1)


def test_pickling_inside_reads():
    x = vmap(lambda x: pickle.loads(pickle.dumps(x)) + 1)(B)
    assert numbers(x) == [1, 2, 3]
