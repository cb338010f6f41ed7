"""Ordinary control flow inside vmap: each lane takes its own path, and each path runs once."""

import warnings

import numpy as np
import nx
import pytest
import rune

from tests.rune.lanes import assert_lanes, assert_same, loop

X = nx.asarray([1.0, -2.0, 3.0, -4.0, 0.0])


def three_ways(x):
    if x > 2:
        return x * x
    if x < 0:
        return -x
    return nx.sin(x)


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return n * 0 + steps


def newton(x):
    guess = x * 0 + 1.0
    while abs(guess * guess - x) > 1e-3:
        guess = 0.5 * (guess + x / guess)
    return guess


def factorial(n):
    return n * 0 + 1 if n <= 1 else n * factorial(n - 1)


def counted(x):
    total = x
    for i in range(int(x)):
        total = total + x * i
    return total


def early(x):
    for power in range(1, 10):
        x = x * 1.5
        if x.sum() > 20:
            return x * power
    return x


def guarded(x):
    try:
        assert x > 0
        return x * 2
    except:  # noqa: E722 - exactly this must be harmless
        return -x


def raising(x):
    try:
        if x < 0:
            raise ValueError("negative")
        return x
    except ValueError:
        return x * 10
    finally:
        x = None


def with_float(x):
    return x * float(x)


def indexed(x):
    return [x, x * 2, x * 3][int(x) % 3]


def largest(x):
    return max([x * 1, 1 - x, x / 2]) + min(x, x * x)


def in_order(x):
    a, b, c = sorted([x, 1 - x, x * x])
    return a + 2 * b + 3 * c


def boolean(x):
    return x * 2 if x > 0 and x < 2 else x if not x else -x


def closure(x):
    def inner(y):
        return y * x if y > x else y - x

    return inner(x * x) + inner(x + 1)


def matched(x):
    match int(x):
        case 1:
            return x + 1
        case -2 | 3:
            return x * x
        case _:
            return x


@pytest.mark.parametrize(
    ("f", "runs"),
    [
        (three_ways, 3),
        (guarded, 2),
        (raising, 2),
        (with_float, 5),
        (indexed, 5),
        (largest, None),
        (in_order, None),
        (boolean, 4),
        (closure, None),
        (matched, 5),
    ],
)
def test_branches(f, runs):
    assert_lanes(f, X, runs=runs)


def test_int_as_an_index_reads_an_integer_only():
    # -2 % 3 and 1 % 3 are both 1, but the reads differ: int(x) is what the lanes are told apart by
    mapped = rune.vmap(indexed)
    mapped(nx.asarray([1.1, 1.9, 1.5]))
    assert mapped.runs == 1


@pytest.mark.parametrize("f", [newton, counted, factorial])
def test_loops_of_a_length_that_depends_on_the_data(f):
    assert_lanes(f, nx.asarray([3.0, 1.0, 7.0, 3.0, 2.5]))


def test_integers_loop_too():
    n = nx.asarray([1, 2, 3, 6, 7, 12])
    assert_lanes(collatz, n)


def test_early_return():
    assert_lanes(early, nx.asarray([[1.0, 2.0], [5.0, 1.0], [0.1, 0.2], [5.0, 1.5]]), runs=3)


def test_a_path_runs_once_however_many_lanes_take_it():
    calls = []

    def f(x):
        calls.append(1)
        return three_ways(x)

    x = nx.asarray(np.tile([1.0, -2.0, 3.0], 100))
    assert_same(rune.vmap(f)(x), loop(three_ways, x))
    assert len(calls) == 3


def test_each_lane_runs_its_own_path_only():
    seen = []

    def f(x):
        if x > 0:
            seen.append("positive")
            return nx.log(x)
        seen.append("other")
        return x

    rune.vmap(f)(nx.asarray([1.0, 2.0]))
    assert seen == ["positive"]


def test_paths_run_in_the_order_of_their_lowest_lanes():
    seen = []

    def f(x):
        i = int(x)
        seen.append(i)
        return x

    rune.vmap(f)(nx.asarray([3.0, 1.0, 3.0, 2.0, 1.0]))
    assert seen == [3, 1, 2]


def test_nested_axes_take_their_own_paths():
    x = nx.asarray([[1.0, -2.0, 3.0], [-1.0, 5.0, 0.5]])
    assert_same(rune.vmap(rune.vmap(three_ways))(x), loop(lambda row: loop(three_ways, row), x))

    def outer(row):
        scale = 2.0 if row[0] > 0 else -1.0
        return rune.vmap(lambda y: three_ways(y) * scale if row.sum() > 3 else y)(row)

    assert_same(rune.vmap(outer)(x), loop(outer, x))


def test_an_inner_vmap_over_a_closed_over_batched_array():
    x = nx.asarray([[1.0, -2.0], [-1.0, 5.0], [2.0, 2.0]])

    def f(row):
        return rune.vmap(lambda i: row[int(i)] if row[0] > 0 else row[1] * i)(nx.arange(2))

    assert_same(rune.vmap(f)(x), loop(f, x))


def test_what_was_made_before_a_split_is_narrowed():
    def f(x):
        before = nx.stack([x, x * 2])
        kept = [before]
        if x > 0:
            before = before * 3
        return before.sum() + kept[0][0]

    assert_lanes(f, X, runs=2)


def test_bits_tell_lanes_apart():
    nan, zero = float("nan"), 0.0
    mapped = rune.vmap(lambda x: nx.asarray(float(x)))
    found = mapped(nx.asarray([nan, zero, nan, -zero]))
    assert mapped.runs == 3
    assert np.signbit(np.asarray(found)).tolist()[1:] == [False, False, True]


def test_bool_asks_for_less_than_the_value():
    mapped = rune.vmap(lambda x: x * 2 if x else x - 1)
    mapped(nx.asarray([1.0, 2.0, 0.0, 3.0]))
    assert mapped.runs == 2


def test_exports_of_a_lane_split_by_its_whole_value():
    def f(x):
        return nx.asarray(np.asarray(x).tolist()) + len(x.tolist())

    x = nx.asarray([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    mapped = rune.vmap(f)
    assert_same(mapped(x), loop(f, x))
    assert mapped.runs == 2


def test_shapes_that_depend_on_the_data_split():
    def f(x):
        return nx.sum(x[x > 0]) * nx.nonzero(x)[0].shape[0]

    x = nx.asarray([[1.0, -2.0, 0.0], [3.0, 4.0, 5.0], [-1.0, 1.0, 0.0]])
    assert_same(rune.vmap(f)(x), loop(f, x))


def test_results_of_paths_are_stacked_as_stack_would():
    found = rune.vmap(lambda x: 0 if x > 0 else x)(X)
    assert_same(found, nx.asarray([0.0, -2.0, 0.0, -4.0, 0.0]))
    ints = nx.asarray([1, -2])
    assert rune.vmap(lambda x: x if x > 0 else x * 0.5)(ints).dtype == nx.float32
    assert rune.vmap(lambda x: 1 if x > 0 else 2.5)(ints).tolist() == [1.0, 2.5]


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (
            lambda x: x if x > 0 else nx.stack([x, x]),
            nx.ShapeError,
            r"vmap: cannot stack results of shape \(\) \(lanes 0, 2\) and \(2,\) \(lanes 1, 3, 4\)",
        ),
        (
            lambda x: x if x > 0 else (x, x),
            TypeError,
            r"vmap: cannot stack results of different structure \(lanes 0, 2: .*lanes 1, 3, 4",
        ),
        (lambda x: "word", TypeError, "cannot stack results of type str"),
    ],
)
def test_results_that_do_not_fit_are_refused(f, error, message):
    with pytest.raises(error, match=message):
        rune.vmap(f)(X)


def test_the_first_exception_of_a_loop_is_raised_and_names_its_lanes():
    def f(x):
        if x < 0:
            raise ValueError(f"negative {float(x)}")
        if x > 2:
            raise KeyError("large")
        return x

    with pytest.raises(ValueError, match=r"negative -2\.0") as caught:
        rune.vmap(f)(X)
    assert caught.value.__notes__ == [
        "in vmap of f, lane 1 of 5 lanes; shapes are those of one lane"
    ]
    assert nx.effects.current() is None


def test_many_paths_warn_at_the_users_line():
    x = nx.arange(70.0)
    with pytest.warns(RuntimeWarning, match="takes 70 paths or more for 70 lanes") as caught:
        rune.vmap(lambda x: x * float(x))(x)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rune.vmap(lambda x: x * float(x))(x[:63])


def test_max_paths():
    assert rune.vmap(three_ways, max_paths=3)(X).shape == (5,)
    with pytest.raises(rune.PathError, match=r"cannot take 3 paths \(max_paths=2, 5 lanes\)"):
        rune.vmap(three_ways, max_paths=2)(X)


def test_zero_lanes_run_and_cannot_be_read():
    empty = nx.zeros((0, 3))
    assert rune.vmap(lambda x: x.sum())(empty).shape == (0,)
    with pytest.raises(nx.ReadError, match=r"cannot read a value of shape .* in a vmap of 0 lanes"):
        rune.vmap(lambda x: x if x.sum() > 0 else -x)(empty)


def test_a_kept_array_of_another_path_leaks():
    kept = []

    def f(x):
        if kept:
            return x + kept[0]
        y = x * 2
        if x > 0:
            kept.append(y)
        return y

    with pytest.raises(nx.LeakError, match="kept from a vmap that has finished"):
        rune.vmap(f)(X)


def test_a_kept_array_leaks_afterwards():
    kept = []
    rune.vmap(lambda x: kept.append(x) or x)(X)
    with pytest.raises(nx.LeakError):
        kept[0] + 1


def test_derivatives_inside_lanes_with_branches_and_closures():
    def f(x):
        def g(y):
            return y**3 if y > x else y * y * x

        return rune.grad(g)(x + 0.5) + rune.grad(rune.grad(g))(x)

    assert_lanes(f, X)


def test_second_derivatives_through_a_split():
    def f(x):
        return three_ways(x) * x

    twice = rune.grad(rune.grad(lambda x: nx.asarray(f(x))))
    assert_same(rune.vmap(twice)(X), loop(twice, X))
    hess = rune.hessian(lambda x: nx.sum(rune.vmap(f)(x)))(X)
    assert_same(nx.linalg.diagonal(hess), loop(twice, X))


def test_ten_thousand_lanes_perform_one_lanes_operations():
    class Count(nx.effects.Handler):
        n = 0

        def perform(self, primitive, operands, params, rest):
            self.n += 1
            return super().perform(primitive, operands, params, rest)

    def f(x):
        return nx.sin(x) * 2 + nx.exp(-x * x)

    def count(g, x):
        with nx.effects.handling(Count()) as counter:
            g(x)
        return counter.n

    assert count(rune.vmap(f), nx.ones(10_000)) == count(f, nx.ones(()))
