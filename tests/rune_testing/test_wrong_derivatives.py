"""A wrong derivative is found: in every dtype, in every mode, of every order, and in lanes."""

import nx
import pytest
import rune
from nx.primitives import P
from rune import _batching
from rune._derivatives import ROWS, Custom, Slope
from rune_testing import TOLERANCES, Fail, Pass, assert_gradient, check_gradient, check_gradients

from tests.rune_testing.test_check_gradient import holomorphic, point, smooth

each_dtype = pytest.mark.parametrize("dtype", list(TOLERANCES))


@pytest.fixture
def wrong_sine(monkeypatch):
    """Make the slope of sin 3 cos, in both modes."""
    monkeypatch.setitem(ROWS, P.sin, Slope(lambda g, _out, x: 3.0 * g * nx.cos(x)))


@each_dtype
@pytest.mark.parametrize("mode", ["rev", "fwd", "both"])
@pytest.mark.usefixtures("wrong_sine")
def test_a_wrong_slope(dtype, mode):
    result = check_gradient(smooth, point(dtype), mode=mode)
    assert isinstance(result, Fail)
    assert result.num_failed == result.num_checked == 4 * (2 if mode == "both" else 1)


@pytest.mark.parametrize("mode", ["rev", "fwd"])
@pytest.mark.usefixtures("wrong_sine")
def test_a_wrong_slope_of_a_holomorphic_function(mode):
    result = check_gradient(holomorphic, point("complex64"), mode=mode, holomorphic=True)
    assert result.num_failed == 4


def test_the_same_passes_once_the_rule_is_right():
    for dtype in TOLERANCES:
        assert isinstance(check_gradient(smooth, point(dtype)), Pass)


@each_dtype
def test_a_detached_factor(dtype):
    result = check_gradient(lambda x: nx.sum(nx.real(x * rune.detach(nx.conj(x)))), point(dtype))
    assert result.num_failed == 4


def test_a_value_that_was_read():
    result = check_gradient(lambda x: x * float(x), nx.asarray(3.0))
    ((index, autodiff, difference, error),) = result.failed_indices
    assert index == ()
    assert autodiff == 3.0
    assert difference == pytest.approx(6.0, rel=1e-3)
    assert error == pytest.approx(3.0, rel=1e-3)


@pytest.mark.parametrize(("broken", "healthy"), [("rev", "fwd"), ("fwd", "rev")])
def test_a_wrong_rule_of_one_mode_only(broken, healthy, monkeypatch):
    """The two rules of prod are separate."""
    row = ROWS[P.prod]
    assert isinstance(row, Custom)

    def pushed(*args, **params):
        return 1.5 * row.jvp(*args, **params)

    def pulled(g, out, x, *, axes):
        return tuple(1.5 * part for part in row.vjp(g, out, x, axes=axes))

    rules = {
        "fwd": Custom(jvp=pushed, vjp=row.vjp),
        "rev": Custom(jvp=row.jvp, vjp=pulled),
    }
    monkeypatch.setitem(ROWS, P.prod, rules[broken])
    x = nx.asarray([2.0, 3.0])
    assert check_gradient(nx.prod, x, mode=broken).num_failed == 2
    assert check_gradient(nx.prod, x, mode=healthy)
    result = check_gradient(nx.prod, x, mode="both")
    assert [failed.index for failed in result.failed_indices] == [(broken, 0), (broken, 1)]


def test_a_wrong_second_derivative(monkeypatch):
    """The slope of sin is right, and hides what it depends on: so it looks constant."""
    monkeypatch.setitem(ROWS, P.sin, Slope(lambda g, _out, x: g * rune.detach(nx.cos(x))))
    x = nx.asarray([0.5, 1.0])
    curve = lambda x: nx.sum(nx.sin(x))  # noqa: E731
    assert check_gradient(curve, x)
    result = check_gradient(curve, x, order=2)
    assert result.num_checked == 4
    assert [failed.index for failed in result.failed_indices] == [("order 2", 0), ("order 2", 1)]
    result = check_gradient(curve, x, order=2, mode="both")
    assert {failed.index[0] for failed in result.failed_indices} == {
        "rev over rev",
        "fwd over rev",
        "rev over fwd",
        "fwd over fwd",
    }


def test_a_second_derivative_that_is_wrong_in_one_mode_only(monkeypatch):
    """Each mode is continued by itself: what hides in reverse mode doesn't spoil forward mode."""
    row = ROWS[P.prod]

    def pulled(g, out, x, *, axes):
        return row.vjp(g, rune.detach(out), rune.detach(x), axes=axes)

    monkeypatch.setitem(ROWS, P.prod, Custom(jvp=row.jvp, vjp=pulled))
    x = nx.asarray([2.0, 3.0])
    assert check_gradient(nx.prod, x, mode="rev")
    assert not check_gradient(nx.prod, x, mode="rev", order=2)
    result = check_gradient(nx.prod, x, mode="fwd", order=2)
    assert result, result


def test_a_second_derivative_whose_rows_sum_to_zero():
    """Those of logsumexp do; weights that were all alike would not notice a missing one."""

    def f(x):
        constant = rune.detach(nx.softmax(x))
        return nx.sum(x * constant) + rune.detach(nx.logsumexp(x) - nx.sum(x * constant))

    x = nx.asarray([0.5, 1.0, -0.25])
    assert check_gradient(f, x)
    assert check_gradient(f, x, order=2).num_failed == 3


def test_a_wrong_batching_rule(monkeypatch):
    """The lanes come back in another order."""
    rule = _batching.rule_of(P.flip)

    def turned(lanes, primitive, xs, batched, params):
        out = rule(lanes, primitive, xs, batched, params)
        return lanes.do(primitive, [out], axes=(0,))

    monkeypatch.setitem(_batching.ROWS, P.flip, turned)
    x = nx.asarray([1.0, 2.0, 3.0])
    f = lambda x: nx.sum(x * nx.flip(x, axis=0) * nx.asarray([1.0, 2.0, 4.0]))  # noqa: E731
    assert check_gradient(f, x)
    result = check_gradient(f, x, vmap=True)
    assert not result
    labels = {failed.index[0] for failed in result.failed_indices}
    assert labels == {"vmap", "vmap of rev"}
    assert "loop" in str(result)


@pytest.mark.usefixtures("wrong_sine")
def test_assert_gradient_raises_with_the_report():
    x = nx.asarray([0.5, 1.0])
    with pytest.raises(AssertionError) as caught:
        assert_gradient(smooth, x)
    assert str(caught.value) == str(check_gradient(smooth, x))
    assert str(caught.value).splitlines()[1] == "  2 of 2 elements out of tolerance"


@pytest.mark.usefixtures("wrong_sine")
def test_only_the_wrong_input_fails():
    xs = [nx.asarray([1.0]), nx.asarray([0.5])]
    results = check_gradients(lambda xs: nx.sum(xs[0] ** 2 + nx.sin(xs[1])), xs)
    assert [result.passed for result in results] == [True, False]


def test_one_wrong_leaf_is_named():
    tree = {"w": nx.asarray([1.0, 2.0]), "layers": [nx.asarray([[3.0]])]}

    def f(t):
        return nx.sum(t["w"] ** 2) * nx.sum(rune.detach(t["layers"][0]))

    result = check_gradient(f, tree)
    assert [failed.index for failed in result.failed_indices] == [("['layers'][0]", 0, 0)]
    assert "  ['layers'][0][0, 0]" in str(result)
