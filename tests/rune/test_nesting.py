"""Transformations in each other, any of them in any, with branches and closures at every level.

The functions are polynomials, so that the oracle differentiates exactly, and loops over lanes.
"""

import asyncio
import contextlib
import gc
import io
import itertools
import random
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import nx
import pytest
import rune
from nx.effects import Handler, current, handling
from nx.primitives import P
from rune import _batching
from rune._derivatives import ROWS, Slope

from tests.rune.polynomials import Variables

KINDS = ("grad", "jvp", "vmap", "debug")
LANES = (-0.5, 0.75, 1.5)


def words(depth):
    return list(itertools.product(KINDS, repeat=depth))


def sampled(depth, count):
    return random.Random(depth).sample(words(depth), count)


UP_TO_3 = [word for depth in (1, 2, 3) for word in words(depth)]
DEEPER = [*sampled(4, 40), *sampled(5, 40)]


def each(nests):
    return pytest.mark.parametrize("word", nests, ids="-".join)


def f64(x):
    return nx.asarray(x, dtype=nx.float64)


# One program, twice -----------------------------------------------------------------------------


def core(y, outer):
    """Return what the innermost function computes: it branches, and closes over all levels."""
    total = y * y * y if y > 0.61 else y * y - 2.0 * y
    for i, x in enumerate(outer):
        total = total + (0.5 + i) * x * y * y
    return total


def bent(x, y):
    """Return a level's result: each level branches on its own variable."""
    return y * x if x > 0.43 else y + x * x


class Rune:
    """The levels as transformations."""

    def level(self, word, x, outer, inside=core):
        if not word:
            return inside(x, outer)
        kind, rest = word[0], word[1:]

        def inner(y):
            return self.level(rest, y, (*outer, x), inside)

        return bent(x, getattr(self, kind)(inner, x))

    def grad(self, inner, x):
        value, slope = rune.value_and_grad(inner)(x + 0.5)
        return slope + 0.25 * value

    def jvp(self, inner, x):
        value, moved = rune.jvp(inner, 0.8 * x, x * x)
        return moved - 0.5 * value

    def vmap(self, inner, x):
        lanes = f64(LANES)
        return nx.sum(rune.vmap(inner)(lanes * x) * lanes)

    def debug(self, inner, x):
        return rune.debug(inner, stream=io.StringIO())(1.25 * x)


class Exact(Rune):
    """The levels in polynomials."""

    def __init__(self):
        self.variables = Variables()

    def moved(self, inner, at):
        """Return a function's value and slope at a point."""
        y = self.variables.new(float(at))
        found = inner(y)
        return found.at(y, at), found.derivative(y).at(y, at)

    def grad(self, inner, x):
        value, slope = self.moved(inner, x + 0.5)
        return slope + 0.25 * value

    def jvp(self, inner, x):
        value, slope = self.moved(inner, 0.8 * x)
        return slope * x * x - 0.5 * value

    def vmap(self, inner, x):
        return sum(self.moved(inner, lane * x)[0] * lane for lane in LANES)

    def debug(self, inner, x):
        return inner(1.25 * x)


def assert_exact(word, x):
    found = Rune().level(word, f64(x), ())
    exact = Exact()
    expected = float(exact.level(word, exact.variables.constant(x), ()))
    assert current() is None
    assert found.shape == ()
    assert float(found) == pytest.approx(expected, rel=1e-10, abs=1e-10)


@each(UP_TO_3)
def test_every_nest_three_deep(word):
    for x in (0.7, -0.3):
        assert_exact(word, x)


@pytest.mark.filterwarnings("ignore:vmap. the function takes .* paths:RuntimeWarning")
@each(DEEPER)
def test_nests_four_and_five_deep(word):
    assert_exact(word, 0.7)


def test_the_oracle_knows_a_derivative_that_we_know():
    variables = Variables()
    x, y = variables.new(2.0), variables.new(3.0)
    f = x * x * y - 4.0 * y + x
    assert float(f.derivative(x)) == 2 * 2 * 3 + 1
    assert float(f.derivative(y)) == 2 * 2 - 4
    assert float(f.at(y, x + 1.0).derivative(x)) == 3 * 2**2 + 2 * 2 - 4 + 1


def test_an_oracle_that_confused_levels_would_differ():
    """Or the nests would prove nothing: with closures taken as constants, results change."""

    class Confused(Rune):
        def level(self, word, x, outer, inside=core):
            return super().level(word, x, tuple(rune.detach(o) for o in outer), inside)

    differ = 0
    for word in sampled(3, 24):
        found = Confused().level(word, f64(0.7), ())
        differ += abs(float(found) - float(Rune().level(word, f64(0.7), ()))) > 1e-6
    assert differ >= 8


# Perturbations ----------------------------------------------------------------------------------


def forward(f):
    return lambda x: rune.jvp(f, x, nx.ones_like(x))[1]


def by_pullback(f):
    return lambda x: rune.vjp_fun(f, x)[1](nx.ones_like(x))[0]


def through_lanes(f):
    def derivative(x):
        return rune.vmap(rune.grad(f))(nx.stack([x, x + 1.0]))[0]

    return derivative


def over_lanes(f):
    def derivative(x):
        return nx.sum(rune.jvp(rune.vmap(f), nx.stack([x, x]), f64([1.0, 0.0]))[1])

    return derivative


SLOPES = {
    "grad": rune.grad,
    "jvp": forward,
    "vjp": by_pullback,
    "vmap of grad": through_lanes,
    "jvp of vmap": over_lanes,
}

# The classic examples: of D(outer), with D' inside; what each gives, by hand.
CLASSICS = {
    "x D(y: x + y)(1)": (lambda D: lambda x: x * D(lambda y: x + y)(f64(1.0)), 1.0, 1.0),
    "x D(y: x y)(2)": (lambda D: lambda x: x * D(lambda y: x * y)(f64(2.0)), 3.0, 6.0),
    "x D(y: x)(x)": (lambda D: lambda x: x * D(lambda y: x + 0 * y)(x), 3.0, 0.0),
    "D(y: x y y)(x)": (lambda D: lambda x: D(lambda y: x * y * y)(x), 3.0, 12.0),
    "D(y: y D(z: x y z z)(y))(x)": (
        lambda D: lambda x: D(lambda y: y * D(lambda z: x * y * z * z)(y))(x),
        2.0,
        72.0,
    ),
    "a closure made outside": (
        lambda D: lambda x: (lambda g: D(g)(x) * D(g)(f64(1.0)))(lambda y: x * x * y),
        2.0,
        4 * 2.0**3,
    ),
    "a branch on the outer one": (
        lambda D: lambda x: D(lambda y: x * y * y if x > y - 1 else y)(x),
        3.0,
        12.0,
    ),
}


@pytest.mark.parametrize("classic", CLASSICS)
@pytest.mark.parametrize("inner", SLOPES)
@pytest.mark.parametrize("outer", SLOPES)
def test_no_perturbation_confusion(outer, inner, classic):
    make, x, expected = CLASSICS[classic]
    found = SLOPES[outer](make(SLOPES[inner]))(f64(x))
    assert float(found) == pytest.approx(expected, rel=1e-12)
    assert current() is None


@pytest.mark.parametrize("make", [rune.grad, forward, rune.vmap], ids=["grad", "jvp", "vmap"])
@pytest.mark.parametrize(
    "result",
    [lambda x: lambda y: x + y, lambda x: (x + k for k in range(2))],
    ids=["function", "generator"],
)
def test_what_computes_later_is_refused(make, result):
    """Curried functions are where the subtlest confusions were found."""
    with pytest.raises(TypeError):
        make(result)(f64([1.0]) if make is rune.vmap else f64(1.0))
    assert current() is None


# Exceptions -------------------------------------------------------------------------------------


class Bang(Exception):  # noqa: N818 - what is thrown
    pass


class Outside(Handler):
    """Raise where an operation or a read has come through all levels."""

    def perform(self, primitive, operands, params, rest):
        if primitive is P.atan:
            raise Bang
        return super().perform(primitive, operands, params, rest)

    def read(self, x, kind, rest):
        if kind == "float":
            raise Bang
        return super().read(x, kind, rest)


def bang(*_args, **_params):
    raise Bang


def thrown(y, outer):
    bang()


def turned(y):
    return nx.reshape(nx.permute_dims(nx.reshape(y, (1, 1)), (1, 0)), ())


PLACES = {
    "function": (KINDS, thrown),
    "operation": (KINDS, lambda y, outer: nx.atan(y)),
    "read": (KINDS, lambda y, outer: y * float(y)),
    "derivative rule": (("grad", "jvp"), lambda y, outer: nx.cosh(y)),
    "batching rule": (("vmap",), lambda y, outer: turned(y)),
}
RAISING = [
    pytest.param(word, place, id=f"{'-'.join(word)}, {place}")
    for word in UP_TO_3
    for place, (kinds, _) in PLACES.items()
    if set(kinds) & set(word)
]


@pytest.mark.parametrize(("word", "place"), RAISING)
def test_an_exception_anywhere_leaves_the_stack_as_it_was(word, place, monkeypatch):
    monkeypatch.setitem(ROWS, P.cosh, Slope(lambda g, out, x: bang()))
    monkeypatch.setitem(_batching.ROWS, P.permute_dims, bang)
    with handling(Outside()):
        stack = current()
        with pytest.raises(Bang):
            Rune().level(word, f64(0.7), (), PLACES[place][1])
        assert current() is stack
        monkeypatch.undo()
        found = Rune().level(word, f64(0.7), ())
    assert current() is None
    assert found.shape == ()


@each(words(2))
def test_an_exception_caught_between_levels_is_no_end(word):
    outer, inner = word

    def guarded(y, seen):
        with contextlib.suppress(Bang):
            Rune().level((inner,), y, seen, thrown)
        return core(y, seen)

    found = Rune().level((outer,), f64(0.7), (), guarded)
    assert float(found) == float(Rune().level((outer,), f64(0.7), ()))
    assert current() is None


def test_an_exception_in_a_pullback_leaves_it_usable(monkeypatch):
    def f(x):
        _, pullback = rune.vjp_fun(nx.sinh, x)
        with monkeypatch.context() as patch:
            patch.setitem(ROWS, P.cosh, Slope(lambda g, out, x: bang()))
            patch.setattr(nx, "cosh", bang)
            with pytest.raises(Bang):
                pullback(x)
        return pullback(x)[0]

    for derivative in (rune.grad, forward):
        found = float(derivative(f)(f64(0.5)))
        exact = nx.cosh(f64(0.5)) + 0.5 * nx.sinh(f64(0.5))
        assert found == pytest.approx(float(exact), rel=1e-12)
    assert current() is None


# Threads, tasks, generators ---------------------------------------------------------------------


def test_threads_have_stacks_of_their_own():
    chosen = sampled(3, 16)
    expected = [float(Rune().level(word, f64(0.7), ())) for word in chosen]
    barrier = threading.Barrier(4)

    def work(k):
        barrier.wait()
        assert current() is None
        return [float(Rune().level(word, f64(0.7), ())) for word in chosen[k:] + chosen[:k]]

    with ThreadPoolExecutor(4) as pool:
        for k, found in enumerate(pool.map(work, range(4))):
            assert found == expected[k:] + expected[:k]


def test_a_thread_pool_inside_a_function_differentiates_by_itself():
    def f(x):
        with ThreadPoolExecutor(2) as pool:
            slopes = list(pool.map(lambda k: float(rune.grad(lambda y: y**k)(f64(2.0))), (2, 3)))
        return x * slopes[0] + x * x * slopes[1]

    assert float(rune.grad(f)(f64(3.0))) == 4 + 2 * 3 * 12
    assert float(forward(f)(f64(3.0))) == 4 + 2 * 3 * 12


def test_tasks_interleave_and_keep_their_stacks():
    async def work(k, turns):
        found = []
        with rune.no_grad() if k % 2 else contextlib.nullcontext():
            stack = current()
            for _ in range(turns):
                await asyncio.sleep(0)
                assert current() is stack
                found.append(
                    float(rune.grad(lambda y: rune.jvp(lambda z: z * z * y * k, y, y)[1])(f64(2.0)))
                )
        return found

    async def main():
        return await asyncio.gather(*(work(k, 3 + k) for k in range(4)))

    for k, found in enumerate(asyncio.run(main())):
        assert found == [3 * 2 * 2.0**2 * k] * (3 + k)
    assert current() is None


@pytest.mark.parametrize(
    "derivative", [rune.grad, forward, over_lanes], ids=["grad", "jvp", "jvp of vmap"]
)
def test_tasks_started_inside_are_followed(derivative):
    async def power(x, k):
        y = x
        for _ in range(k - 1):
            await asyncio.sleep(0)
            y = y * x
        return y

    async def main(x):
        a, b = await asyncio.gather(power(x, 2), power(x, 3))
        return a + b

    found = derivative(lambda x: asyncio.run(main(x)))(f64(2.0))
    assert float(found) == 2 * 2 + 3 * 2**2
    assert current() is None


@each(words(2))
def test_a_generator_used_up_inside_is_ordinary(word):
    def powers(y, outer):
        for k in range(3):
            yield y * y * (k + 1.0) if y > 0 else y

    def f(y, outer):
        return sum(powers(y, outer), 0 * y)

    def plain(y, outer):
        return y * y * 6.0 if y > 0 else y * 3.0

    found, expected = (float(Rune().level(word, f64(0.7), (), g)) for g in (f, plain))
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_block_that_ends_out_of_order_warns_and_is_mended():
    def leaking():
        with rune.no_grad():
            yield 1

    def f(x):
        first, second = leaking(), leaking()
        next(first), next(second)
        with pytest.warns(RuntimeWarning, match="ended out of order"):
            first.close()
        second.close()
        return x * x

    assert float(rune.grad(f)(f64(3.0))) == 6
    assert current() is None


# Depth and memory ---------------------------------------------------------------------------------

DEEP = 100_000


def chain(x, count=DEEP):
    y = x
    for _ in range(count):
        y = -y
    return y


CHAINS = {  # of grad: test_transforms
    "jvp": (lambda x: forward(chain)(x), 1.0),
    "vmap": (lambda x: rune.vmap(chain)(nx.stack([x]))[0], 2.0),
    "debug": (lambda x: rune.debug(lambda y: chain(y, 2000), stream=io.StringIO())(x), 2.0),
}
TWICE = {
    f"{outer}, {inner}": (SLOPES[outer], SLOPES[inner])
    for outer in SLOPES
    for inner in ("grad", "jvp", "vmap of grad")
}


@pytest.mark.parametrize("name", CHAINS)
def test_deep_chains(name):
    run, expected = CHAINS[name]
    assert float(run(f64(2.0))) == expected


@pytest.mark.parametrize("name", TWICE)
def test_deep_chains_in_two_levels(name):
    outer, inner = TWICE[name]
    found = outer(lambda x: inner(lambda y: chain(x * y * y, 4000))(x))(f64(3.0))
    assert float(found) == 12


@pytest.fixture
def no_gc():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@each([word for word in UP_TO_3 if len(word) < 3] + sampled(3, 16))
def test_nothing_is_left_to_the_collector(word, no_gc):
    arrays = []

    def watched(y, outer):
        z = core(y, outer) + nx.sum(nx.sin(y) * nx.ones(2)) * 0
        arrays.extend(weakref.ref(x) for x in (y, z))
        return z

    Rune().level(word, f64(0.7), (), watched)
    found = gc.collect()
    Rune().level(word, f64(0.7), (), watched)
    assert gc.collect() == 0, found
    assert len(arrays) >= 4
    assert all(x() is None for x in arrays)


@each(words(2))
def test_nothing_is_left_by_an_exception(word, no_gc):
    arrays = []

    def watched(y, outer):
        arrays.append(weakref.ref(y * y))
        bang()

    for _ in range(2):
        with contextlib.suppress(Bang):
            Rune().level(word, f64(0.7), (), watched)
    assert all(x() is None for x in arrays)
