"""The reference document's forms: functions of a list, auxiliary results, cotangents at once."""

import nx
import pytest
import rune

X, Y = nx.asarray(3.0), nx.asarray(4.0)


def f(xs):
    x, y = xs
    return x * x + y * y * y


def values(xs):
    return [float(x) for x in xs]


def test_grads():
    assert values(rune.grads(f)([X, Y])) == [6.0, 48.0]
    value, gs = rune.value_and_grads(f)((X, Y))
    assert float(value) == 73.0
    assert isinstance(gs, list)
    assert values(gs) == [6.0, 48.0]
    nested = rune.grads(lambda xs: rune.grads(f)(xs)[1])([X, Y])
    assert values(nested) == [0.0, 24.0]


def test_aux():
    value, g, aux = rune.value_and_grad_aux(lambda x: (x * x, {"x": x}))(X)
    assert (float(value), float(g), float(aux["x"])) == (9.0, 6.0, 3.0)
    value, gs, aux = rune.value_and_grads_aux(lambda xs: (f(xs), "aux"))([X, Y])
    assert (float(value), values(gs), aux) == (73.0, [6.0, 48.0], "aux")
    y, t, aux = rune.jvp_aux(lambda x: (x * x, x + 1), X, nx.asarray(2.0))
    assert (float(y), float(t), float(aux)) == (9.0, 12.0, 4.0)


def test_vjps_and_jvps():
    y, gs = rune.vjps(f, [X, Y], nx.asarray(2.0))
    assert (float(y), values(gs)) == (73.0, [12.0, 96.0])
    y, t = rune.jvps(f, [X, Y], [nx.asarray(1.0), nx.asarray(10.0)])
    assert (float(y), float(t)) == (73.0, 486.0)


def test_trees_in_a_list():
    g = rune.grads(lambda xs: xs[0]["a"] * xs[1])([{"a": X}, Y])
    assert (float(g[0]["a"]), float(g[1])) == (4.0, 3.0)


@pytest.mark.parametrize("name", ["grads", "value_and_grads", "value_and_grads_aux"])
def test_more_than_one_list_is_refused(name):
    with pytest.raises(TypeError, match=rf"{name}: cannot take \(Array, Array\)") as caught:
        getattr(rune, name)(f)(X, Y)
    assert "grad(f, argnums=(0, 1))" in str(caught.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rune.jvp(lambda x: x * x, (X,), (Y,)), r"hint: jvp\(f, x, v\)"),
        (lambda: rune.jvp(lambda x, y: x * y, (X, Y), (X, Y)), r"hint: jvps\(f, xs, vs\)"),
        (lambda: rune.vjp(lambda x: x * x, X), r"hint: vjp\(f, x, v\) returns"),
        (lambda: rune.vjp(lambda x, y: x * y, (X, Y), (X, Y)), r"hint: vjps\(f, xs, v\)"),
    ],
)
def test_jaxs_spelling_is_answered_with_ours(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_a_tuple_is_a_tree_where_the_function_takes_one():
    y, t = rune.jvp(lambda p: p[0] * p[1], (X, Y), (nx.asarray(1.0), nx.asarray(0.0)))
    assert (float(y), float(t)) == (12.0, 4.0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: rune.jvp(f, nx.asarray(1), nx.asarray(1)), nx.DTypeError, "int64"),
        (
            lambda: rune.jvp(nx.sin, nx.ones(3), nx.ones(2)),
            nx.ShapeError,
            r"cannot push forward float32\[2\] \(the argument is float32\[3\]\)",
        ),
        (lambda: rune.jvps(f, [X, Y], [X]), nx.ShapeError, "of structure"),
        (lambda: rune.jvp(lambda x: "word", X, X), TypeError, "returns str"),
        (lambda: rune.jvp_aux(lambda x: x, X, X), TypeError, "cannot find .*aux"),
        (lambda: rune.jvp(lambda x: nx.asarray(x.tolist()), X, X), nx.ReadError, "detach"),
        (
            lambda: rune.jvp(lambda x: nx.nextafter(x, Y), X, X),
            nx.MissingRuleError,
            "cannot differentiate in forward mode",
        ),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
    assert nx.effects.current() is None


def test_detach_and_no_grad_hold_in_forward_mode():
    assert float(rune.jvp(lambda x: rune.detach(x) * x, X, nx.asarray(1.0))[1]) == 3.0
    assert float(rune.jvp(lambda x: rune.no_grad(lambda: x * x) * x, X, nx.asarray(1.0))[1]) == 9.0


def test_an_output_that_does_not_depend_has_a_zero_tangent():
    _, t = rune.jvp(lambda x: (nx.ones(2), 1.5, x > 0), X, X)
    assert (t[0].tolist(), float(t[1])) == ([0.0, 0.0], 0.0)
    assert not bool(t[2])
