"""The effects: what handlers see, how annotations settle, where the stack stands."""

import asyncio
import contextvars
import copy
import pickle
import threading
import weakref

import numpy as np
import nx
import pytest
from nx.effects import (
    Handler,
    annotate,
    current,
    draw,
    handling,
    perform,
    perform_in,
    perform_several,
    read,
    running_in,
)
from nx.primitives import P


class Watch(Handler):
    """Pass everything on, and keep a log."""

    def __init__(self):
        self.seen, self.reads, self.draws = [], [], 0

    def perform(self, primitive, operands, params, rest):
        self.seen.append(primitive.name)
        return super().perform(primitive, operands, params, rest)

    def read(self, x, kind, rest):
        self.reads.append(kind)
        return super().read(x, kind, rest)

    def draw(self, rest):
        self.draws += 1
        return super().draw(rest)


class Follow(Handler):
    """Annotate whatever is computed of annotated arrays with the number of operations behind it."""

    def input(self, x):
        return annotate(self, x, 0)

    def perform(self, primitive, operands, params, rest):
        depths = [self.info(x) for x in operands if self.owns(x)]
        out = perform_in(rest, primitive, [self.lower(x) for x in operands], params)
        if not depths:
            return out
        depth = max(depths) + 1
        if isinstance(out, tuple):
            return tuple(annotate(self, x, depth) for x in out)
        return annotate(self, out, depth)


class Batch(Follow):
    """The same, but its arrays are nothing without it."""

    leaves_values = False


def watched(function):
    with handling(Watch()) as watch:
        function()
    return watch


X = nx.asarray([1.0, 2.0, 3.0])


# What a handler sees ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lambda: X + X, ["add"]),
        (lambda: X * 2.0, ["multiply"]),
        (lambda: 2.0 - X, ["subtract"]),
        (lambda: nx.sin(X), ["sin"]),
        (lambda: -X, ["negative"]),
        (lambda: X.sum(), ["sum"]),
        (lambda: nx.zeros(3), ["full"]),
        (lambda: nx.arange(3), ["iota"]),
        (lambda: nx.softmax(X), ["softmax"]),
        (lambda: nx.relu(X), ["relu"]),
        (lambda: nx.logsumexp(X), ["logsumexp"]),
        (lambda: X[1], ["slice", "reshape"]),
        (lambda: nx.take(X, nx.asarray([0, 0])), ["gather"]),
        (lambda: X.astype(nx.float64), ["cast"]),
        (lambda: X @ X, ["reshape", "reshape", "matmul", "reshape"]),
        (lambda: X.at[0].set(1.0)[0], None),
        (lambda: perform_several(P.moments, X, axes=(0,)), ["moments"]),
    ],
)
def test_a_handler_sees_every_operation(function, names):
    function()  # fills the short path's slots
    seen = watched(function).seen
    assert seen
    assert names is None or seen == names


def test_a_handler_sees_the_short_path_as_the_long_one():
    x = nx.ones((4, 4))
    for _ in range(3):
        assert watched(lambda: [x + x, x * 2.0, 3 * x, nx.cos(x), x @ x]).seen == [
            *("add", "multiply", "multiply", "cos", "matmul")
        ]


def test_handlers_nest_innermost_first():
    order = []

    class Named(Handler):
        def __init__(self, name):
            self.name = name

        def perform(self, primitive, operands, params, rest):
            order.append(self.name)
            return super().perform(primitive, operands, params, rest)

    with handling(Named("outer")), handling(Named("inner")):
        X + X
    assert order == ["inner", "outer"]
    assert current() is None


def test_a_handlers_own_operations_are_seen_outside_it_only():
    class Doubles(Handler):
        def perform(self, primitive, operands, params, rest):
            out = perform_in(rest, primitive, operands, params)
            with running_in(rest):
                return out + out

    with handling(Watch()) as outer, handling(Doubles()):
        assert nx.sin(X).tolist() == pytest.approx(2 * np.sin([1, 2, 3]), rel=1e-6)
    assert outer.seen == ["sin", "add"]


def test_a_composite_without_a_rule_runs_its_parts():
    class Decompose(Handler):
        def perform(self, primitive, operands, params, rest):
            if primitive.decomposition is None:
                return super().perform(primitive, operands, params, rest)
            with running_in((self, rest)):
                return primitive.decomposition(*operands, **params)

    with handling(Watch()) as watch, handling(Decompose()):
        y = nx.softmax(X)
    assert watch.seen == ["max", "reshape", "detach", "subtract", "exp", "sum", "reshape", "divide"]
    np.testing.assert_allclose(y.numpy(), nx.softmax(X).numpy(), rtol=1e-6)


# Reads ------------------------------------------------------------------------------

ONE = nx.asarray(1)


@pytest.mark.parametrize(
    ("function", "kinds"),
    [
        (lambda: bool(ONE), ["bool"]),
        (lambda: int(ONE), ["int"]),
        (lambda: float(ONE), ["float"]),
        (lambda: complex(ONE), ["complex"]),
        (lambda: [0, 1][ONE], ["index"]),
        (lambda: range(ONE), ["index"]),
        (lambda: [0, 1, 2][ONE:], ["index"]),
        (lambda: ONE.item(), ["item"]),
        (lambda: X.item(1), ["item"]),
        (lambda: format(ONE, "d"), ["item"]),
        (lambda: ONE in X, ["bool"]),
        (lambda: 1 if X.max() > 2 else 0, ["bool"]),
        (lambda: X.numpy(), ["export"]),
        (lambda: X.tolist(), ["export"]),
        (lambda: np.asarray(X), ["export"]),
        (lambda: np.add(np.asarray(X), 1), ["export"]),
        (lambda: np.from_dlpack(X), ["export"]),
        (lambda: pickle.dumps(X), ["export"]),
        (lambda: nx.nonzero(X), ["export"]),
        (lambda: X[X > 1], ["mask"]),
    ],
)
def test_a_way_to_a_python_value_is_a_read(function, kinds):
    assert watched(function).reads == kinds


@pytest.mark.parametrize(
    "function",
    [
        lambda: repr(X),
        lambda: str(X),
        lambda: f"{X}",
        lambda: print(X),
        lambda: nx.print_data(X),
        lambda: X[nx.asarray(1)],
        lambda: X[nx.asarray([1, 0])],
        lambda: X.at[nx.asarray([1])].set(0.0),
        lambda: nx.asarray([X, X]),
        lambda: nx.asarray(X),
        lambda: nx.take(X, nx.asarray([0])),
        lambda: copy.copy(X),
        lambda: copy.deepcopy(X),
        lambda: X == None,  # noqa: E711 - the comparison is under test
        lambda: X != None,  # noqa: E711
        lambda: list(X),
        lambda: len(X),
        lambda: (X.shape, X.dtype, X.device, X.size),
        lambda: nx.where(X > 1, X, 0.0),
        lambda: nx.sort(X),
        lambda: hash(X.dtype),
    ],
)
def test_what_is_no_read(function):
    assert watched(function).reads == []


def test_a_read_of_0d_goes_once_through_each_handler():
    with handling(Watch()) as outer, handling(Watch()) as inner:
        assert float(nx.asarray(2.5)) == 2.5
        assert read(X, "export").tolist() == [1, 2, 3]
    assert outer.reads == inner.reads == ["float", "export"]


# Draws ------------------------------------------------------------------------------


def test_the_ambient_generator_draws():
    watch = watched(lambda: (nx.rand(3), nx.randn(2), draw()))
    assert watch.draws == 3
    assert watched(lambda: nx.random.uniform(nx.random.key(0), 3)).draws == 0


def test_a_handler_may_give_the_keys():
    class Fixed(Handler):
        def draw(self, rest):
            return nx.random.key(7)

    with handling(Fixed()):
        assert nx.rand(3).tolist() == nx.rand(3).tolist()
        assert nx.rand(3).tolist() == nx.random.uniform(nx.random.key(7), 3).tolist()
        assert draw().dtype is nx.uint32


def test_seeding_inside_a_handler_raises():
    with handling(Watch()), pytest.raises(nx.NxError, match="seed: cannot seed inside"):
        nx.seed(0)


# Annotations and settling -------------------------------------------------------------


def test_annotations_follow_the_operations():
    with handling(Follow()) as follow:
        x = follow.input(X)
        y = nx.sin(x * 2.0) + X
        assert follow.info(y) == 3
        assert not follow.owns(X + X)
        assert follow.owns(x.reshape(3))
        assert follow.owns(x.astype(nx.float32))
        assert follow.info(nx.split(x, 3)[0]) == 1


def test_an_annotated_array_looks_like_an_array(capsys):
    with handling(Follow()) as follow:
        x = follow.input(X)
        assert (x.shape, x.dtype, x.device, x.size) == (X.shape, X.dtype, X.device, X.size)
        assert repr(x) == repr(X)
        assert str(x) == str(X)
        assert copy.copy(x) is x
        assert copy.deepcopy(x) is x
        assert isinstance(x, nx.Array)
        assert x.tolist() == X.tolist()


def test_a_finished_annotation_falls_away():
    with handling(Follow()) as follow:
        y = follow.input(X) * 2.0
    assert (y + 1).tolist() == [3, 5, 7]
    assert (1 + y).tolist() == [3, 5, 7]
    assert (y + y).tolist() == [4, 8, 12]
    assert y.tolist() == [2, 4, 6]
    assert float(y[0]) == 2
    assert nx.concat([X, y]).shape == (6,)
    assert not y.sum()._type.annotated
    assert not copy.copy(y)._type.annotated
    assert pickle.loads(pickle.dumps(y)).tolist() == [2, 4, 6]
    with handling(Watch()) as watch:
        assert (y * 2).tolist() == [4, 8, 12]
    assert watch.seen == ["multiply"]


def test_finished_annotations_fall_away_in_layers():
    with handling(Follow()) as outer:
        a = outer.input(X)
        with handling(Follow()) as inner:
            b = inner.input(a) * 2.0
        assert outer.info(b + 1.0) == 2
        assert outer.owns(copy.copy(b))
    assert (b + 1.0).tolist() == [3, 5, 7]


def test_an_inner_handler_lets_outer_annotations_pass():
    with handling(Follow()) as outer:
        a = outer.input(X)
        with handling(Follow()) as inner:
            assert not inner.owns(a * 2.0)
            b = inner.input(a)
            assert inner.owns(b * a)
            assert not inner.owns(a * a)
            assert outer.owns(inner.lower(b * a))


@pytest.mark.parametrize(
    "use",
    [
        lambda y: y + 1,
        lambda y: 1 + y,
        lambda y: y + y,
        lambda y: X * y,
        nx.sin,
        lambda y: y.sum(),
        float,
        bool,
        lambda y: y.numpy(),
        lambda y: y.tolist(),
        lambda y: y[None],
        lambda y: nx.stack([X.sum(), y]),
        lambda y: y.at[()].set(1.0),
        copy.copy,
        pickle.dumps,
    ],
)
def test_a_leak_from_a_handler_without_values_raises(use):
    with handling(Batch()) as batch:
        y = batch.input(X).sum()
    with pytest.raises(nx.LeakError) as caught:
        use(y)
    line = "cannot use an array of shape () kept from a batch that has finished"
    assert str(caught.value).splitlines()[0].endswith(line)
    assert isinstance(caught.value, nx.NxError)
    repr(y)
    assert y.shape == ()


def in_thread(function, *, context=None):
    """Run a function in a thread and return its result, or raise its exception."""
    outcome = []

    def run():
        try:
            outcome.append((function(), None))
        except BaseException as e:  # noqa: BLE001 - handed to the test's own thread
            outcome.append((None, e))

    thread = threading.Thread(target=run if context is None else lambda: context.run(run))
    thread.start()
    thread.join()
    result, error = outcome[0]
    if error is not None:
        raise error
    return result


@pytest.mark.parametrize("handler", [Follow, Batch])
def test_a_live_array_is_foreign_in_another_thread(handler):
    with handling(handler()) as live:
        x = live.input(X)
        for use in (lambda: x + 1, lambda: X * x, lambda: float(x[0]), lambda: x.numpy()):
            with pytest.raises(nx.ForeignError) as caught:
                in_thread(use)
            line = str(caught.value).splitlines()[0]
            name = handler.__name__.lower()
            assert line.endswith(
                f"cannot use an array of shape (3,) that a running {name} follows elsewhere"
            )
    if handler is Follow:
        assert in_thread(lambda: (x + 1).tolist()) == [2, 3, 4]


def test_a_copied_context_keeps_the_handlers():
    with handling(Follow()) as follow:
        x = follow.input(X)
        context = contextvars.copy_context()
        assert follow.info(in_thread(lambda: x + 1, context=context)) == 1


def test_a_handler_left_on_a_copied_context_is_skipped():
    with handling(Watch()) as outer, handling(Watch()) as watch:
        context = contextvars.copy_context()
    assert not watch.live
    assert context.run(lambda: (X + X).tolist()) == [2, 4, 6]
    assert context.run(lambda: float(nx.sin(X)[0])) > 0
    assert context.run(lambda: nx.rand(2).shape) == (2,)
    assert watch.seen == outer.seen == watch.reads == outer.reads == []
    assert watch.draws == outer.draws == 0


def test_a_finished_inner_handler_does_not_hide_a_live_outer_one():
    with handling(Watch()) as outer:
        with handling(Follow()):
            context = contextvars.copy_context()
        context.run(lambda: (X + X, X * 2.0))
    assert outer.seen == ["add", "multiply"]


# The stack ----------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_exceptions_restore_the_stack(error):
    with pytest.raises(error), handling(Watch()), handling(Follow()):
        raise error
    assert current() is None


def test_a_handler_serves_one_block():
    watch = Watch()
    with handling(watch):
        with pytest.raises(nx.NxError, match="handling: cannot install a watch twice"):
            handling(watch).__enter__()
        X + X
    with pytest.raises(nx.NxError, match="handling: cannot install a watch twice"), handling(watch):
        pass
    assert watch.seen == ["add"]
    assert current() is None


def test_a_failing_operation_restores_the_stack():
    with handling(Watch()) as watch:
        before = current()
        with pytest.raises(nx.ShapeError):
            nx.ones(2) + nx.ones(3)
        with pytest.raises(nx.ShapeError), running_in(None):
            nx.ones(2) + nx.ones(3)
        assert current() is before
    assert not watch.live
    assert current() is None


def test_a_failing_composite_restores_the_stack():
    class Fails(Handler):
        def perform(self, primitive, operands, params, rest):
            if primitive is P.exp:
                raise RuntimeError("no exp here")
            if primitive.decomposition is not None:
                with running_in((self, rest)):
                    return primitive.decomposition(*operands, **params)
            return super().perform(primitive, operands, params, rest)

    with handling(Fails()) as fails:
        with pytest.raises(RuntimeError, match="no exp here"):
            nx.softmax(X)
        assert current() == (fails, None)


def leaking(watch):
    with handling(watch):
        yield


def test_a_generator_that_leaks_its_handler_warns():
    leak, consumer = leaking(Watch()), Watch()
    next(leak)
    assert current() is not None  # nothing can prevent it: a generator has no context of its own
    with handling(consumer):
        with pytest.warns(RuntimeWarning, match="out of order, as when it contains a yield"):
            leak.close()
        X + X
    assert consumer.seen == ["add"]
    assert current() is None


def test_generators_in_order_do_not_warn():
    leak, watch = leaking(Watch()), Watch()
    with handling(watch):
        next(leak)
        leak.close()
        X + X
    assert watch.seen == ["add"]
    assert current() is None


def test_tasks_have_stacks_of_their_own():
    async def work(n):
        with handling(Watch()) as watch:
            for _ in range(n):
                X + X
                await asyncio.sleep(0)
        return watch.seen

    async def main():
        return await asyncio.gather(*(work(n) for n in range(1, 5)))

    assert asyncio.run(main()) == [["add"] * n for n in range(1, 5)]
    assert current() is None


def test_tasks_inherit_the_stack():
    async def main():
        with handling(Watch()) as watch:
            await asyncio.create_task(asyncio.to_thread(lambda: X + X))
        return watch.seen

    assert asyncio.run(main()) == ["add"]


def test_threads_begin_with_an_empty_stack():
    with handling(Watch()) as watch:
        in_thread(lambda: X + X)
        assert in_thread(current) is None
    assert watch.seen == []


def test_handlers_hold_nothing_once_finished():
    with handling(Follow()) as follow:
        y = follow.input(X) + 1.0
    died = weakref.ref(y)
    del y
    assert died() is None


def test_perform_takes_primitives_of_one_and_of_several_outputs():
    assert perform(P.add, X, X).tolist() == [2, 4, 6]
    assert [x.item() for x in perform_several(P.moments, X, axes=(0,))] == pytest.approx([2, 2 / 3])
    assert pickle.loads(pickle.dumps(P.add)) is P.add
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        P.nonsense
