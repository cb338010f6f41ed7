"""The transformations of reverse mode: what they take, give back and leave behind."""

import collections
import contextlib
import contextvars
import dataclasses
import functools
import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import nx
import pytest
import rune
from nx.effects import current
from rune._reverse import Node


def f64(values):
    return nx.asarray(values, dtype=nx.float64)


X = f64([1.0, -2.0, 3.0])
W = f64([0.5, 2.0, -1.5])


def weighted(x):
    return nx.sum(W * x * x)


def close(tree, expected):
    np.testing.assert_allclose(np.asarray(tree), expected, rtol=1e-6)


def first_line(caught):
    return str(caught.value).splitlines()[0]


# Values and trees ---------------------------------------------------------------------


def test_the_forms():
    slope = 2 * np.asarray(W) * np.asarray(X)
    close(rune.grad(weighted)(X), slope)
    value, gradient = rune.value_and_grad(weighted)(X)
    close(value, float(weighted(X)))
    close(gradient, slope)
    y, g = rune.vjp(lambda x: x * x, X, W)
    close(y, np.asarray(X) ** 2)
    close(g, slope)
    y, pullback = rune.vjp_fun(lambda x, w: x * w, X, W)
    close(y, np.asarray(X * W))
    close(pullback(X)[0], np.asarray(X * W))
    close(pullback(X)[1], np.asarray(X * X))


class Pair(NamedTuple):
    a: object
    b: object


@dataclasses.dataclass
class Model:
    a: object
    b: object


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    a: object
    b: object


class Registered:
    def __init__(self, a, b, name):
        self.a, self.b, self.name = a, b, name


rune.register_tree(
    Registered, lambda p: ((p.a, p.b), p.name), lambda name, parts: Registered(*parts, name)
)


def parts(tree):
    if isinstance(tree, dict):
        return tree["a"], tree["b"]
    return (tree.a, tree.b) if hasattr(tree, "a") else tuple(tree)[:2]


TREES = {
    "dict": lambda a, b: {"b": b, "a": a},
    "list": lambda a, b: [a, b],
    "tuple": lambda a, b: (a, b),
    "ordered dict": lambda a, b: collections.OrderedDict(b=b, a=a),
    "namedtuple": Pair,
    "dataclass": Model,
    "frozen dataclass": lambda a, b: Frozen(a=a, b=b),
    "registered": lambda a, b: Registered(a, b, "name"),
    "with None": lambda a, b: (a, b, None, [None]),
}


@pytest.mark.parametrize("make", TREES.values(), ids=TREES)
def test_trees(make):
    def loss(tree):
        a, b = parts(tree)
        return nx.sum(a * a * b)

    given = make(X, W)
    gradient = rune.grad(loss)(given)
    assert type(gradient) is type(given)
    close(parts(gradient)[0], np.asarray(2 * X * W))
    close(parts(gradient)[1], np.asarray(X * X))
    if isinstance(given, Registered):
        assert gradient.name == "name"
    if isinstance(given, tuple) and len(given) == 4:
        assert gradient[2:] == (None, [None])


def test_trees_of_trees():
    given = {"layers": [Model(X, W), Model(W, None)], "bias": (2.0, {"x": np.ones(2)})}

    def loss(p):
        first, second = p["layers"]
        bias, rest = p["bias"]
        return nx.sum(first.a * first.b * second.a) * bias + nx.sum(rest["x"])

    gradient = rune.grad(loss)(given)
    assert isinstance(gradient["layers"][0], Model)
    assert gradient["layers"][1].b is None
    close(gradient["layers"][0].a, 2 * np.asarray(W) ** 2)
    assert gradient["bias"][0].dtype is nx.float32
    close(gradient["bias"][1]["x"], [1, 1])


def test_threads_may_meet_a_dataclass_first_together():
    barrier = threading.Barrier(4)

    def work(cls):
        barrier.wait()
        return float(rune.grad(lambda m: m.a * m.a)(cls(f64(3.0))).a)

    with ThreadPoolExecutor(4) as pool:
        for i in range(20):
            cls = dataclasses.make_dataclass(f"Late{i}", ["a"])
            assert list(pool.map(work, [cls] * 4)) == [6, 6, 6, 6]


def test_empty_trees():
    assert rune.grad(lambda tree: nx.asarray(1.0))({}) == {}
    assert rune.grad(lambda tree: nx.asarray(1.0))((None, [])) == (None, [])


def test_cotangents_and_outputs_are_trees():
    def f(p):
        return {"sum": p["a"] + p["b"], "pair": (p["a"] * p["b"], None)}

    y, pullback = rune.vjp_fun(f, {"a": X, "b": W})
    close(y["sum"], np.asarray(X + W))
    assert y["pair"][1] is None
    (gradient,) = pullback({"sum": X, "pair": (W, None)})
    close(gradient["a"], np.asarray(X + W * W))
    close(gradient["b"], np.asarray(X + W * X))
    _, g = rune.vjp(f, {"a": X, "b": W}, {"sum": X, "pair": (W, None)})
    close(g["a"], np.asarray(X + W * W))


def test_argnums():
    def f(x, y, z):
        return nx.sum(x * y * y * z)

    for argnums in (1, -2, (1,), [1]):
        gradient = rune.grad(f, argnums)(X, W, X)
        gradient = gradient[0] if isinstance(argnums, (tuple, list)) else gradient
        close(gradient, np.asarray(2 * W * X * X))
    z, x = rune.grad(f, argnums=(2, 0))(X, W, X)
    close(z, np.asarray(X * W * W))
    close(x, np.asarray(X * W * W))
    assert rune.grad(f, argnums=())(X, W, X) == ()


def test_keywords_and_other_arguments_pass_through():
    def f(x, scale, *, power, label="none"):
        assert type(power) is int
        assert label == "text"
        assert isinstance(scale, list)
        return nx.sum(x**power) * scale[0]

    close(rune.grad(f)(X, [2], power=3, label="text"), 6 * np.asarray(X) ** 2)
    keyword = nx.asarray(2.0)

    def g(x, *, k):
        assert k is keyword
        return x * k

    close(rune.grad(g)(3.0, k=keyword), 2)


def test_auxiliary_results_come_back_plain():
    def f(x):
        y = x * x
        return nx.sum(W * y), {"y": y, "text": "text", "n": (3, None), "x": x}

    (value, aux), gradient = rune.value_and_grad(f, has_aux=True)(X)
    close(value, float(weighted(X)))
    close(gradient, np.asarray(2 * W * X))
    close(aux["y"].numpy(), np.asarray(X) ** 2)
    assert (aux["text"], aux["n"]) == ("text", (3, None))
    gradient, aux = rune.grad(f, has_aux=True)(X)
    assert not aux["x"]._type.annotated
    y, pullback, aux = rune.vjp_fun(lambda x: (x * x, x), X, has_aux=True)
    assert not aux._type.annotated
    assert not y._type.annotated
    close(pullback(W)[0], np.asarray(2 * W * X))


def test_auxiliary_results_of_an_inner_gradient_stay_differentiable():
    def f(x):
        gradient, aux = rune.grad(lambda y: (y * y * x, y * x), has_aux=True)(x)
        return gradient + 5.0 * aux  # 2 x**2 + 5 x**2

    close(rune.grad(f)(f64(3.0)), 14 * 3)


def test_holomorphic():
    z = nx.asarray([1 + 2j, -0.5j], dtype=nx.complex128)
    gradient = rune.grad(lambda z: nx.sum(z * z * z), holomorphic=True)(z)
    close(gradient, 3 * np.asarray(z) ** 2)
    squares = rune.grad(lambda z: nx.sum(nx.real(z) ** 2 + nx.imag(z) ** 2))(z)
    close(squares, 2 * np.conj(np.asarray(z)))


def test_scalars_and_numpy_arrays_become_arrays():
    assert rune.grad(lambda x: x * x)(3.0).dtype is nx.float32
    gradient = rune.grad(lambda x: nx.sum(x * x))(np.array([1.0, 2.0]))
    assert isinstance(gradient, nx.Array)
    assert gradient.dtype is nx.float64
    assert rune.grad(lambda x: nx.sum(x * 2))(nx.ones(2, dtype=nx.float16)).dtype is nx.float16
    assert rune.grad(lambda x: x.astype(nx.float64))(2.0).dtype is nx.float32


def test_the_new_function_is_named_after_the_old():
    def loss(x):
        """Loss."""
        return x

    assert rune.grad(loss).__name__ == "grad(loss)"
    assert rune.grad(functools.partial(loss)).__name__.startswith("grad(")


# Python inside ------------------------------------------------------------------------


def test_control_flow():
    def f(x):
        total = x * 0
        for i in range(3):
            if x[i] > 0:
                total = total + x * float(x[i])
            while total.max() > 100:
                total = total / 2
        return nx.sum(total) if bool(x.sum() > 0) else -nx.sum(x)

    close(rune.grad(f)(X), [4.0] * 3)
    close(rune.grad(f)(-X * 2), [-1.0] * 3)


def test_recursion_closures_and_mutation():
    kept = []

    def power(x, n):
        return x if n == 1 else x * power(x, n - 1)

    def f(x):
        kept.append(x)
        parts = {}
        parts["p"] = power(x, 4)
        return parts["p"]

    close(rune.grad(f)(f64(2.0)), 32)
    (leaked,) = kept
    close(leaked * 3, 6)
    close(leaked.numpy(), 2)
    close(rune.grad(lambda x: x * leaked)(f64(1.0)), 2)


def test_an_array_may_be_used_often():
    close(rune.grad(lambda x: sum([x * i for i in range(100)]))(f64(1.0)), 4950)
    close(rune.grad(lambda x: x)(f64(1.0)), 1)
    _, pullback = rune.vjp_fun(lambda x: (x, x, x * 2), X)
    close(pullback((X, W, W))[0], np.asarray(X + 3 * W))


def diamonds(x):
    for _ in range(40):
        x = x + x
    return x


def test_diamonds_are_walked_once():
    close(rune.grad(diamonds)(f64(1.0)), 2.0**40)


def test_higher_orders():
    f = nx.sin
    for n in range(5):
        close(f(f64(0.7)), np.sin(0.7 + n * np.pi / 2))
        f = rune.grad(f)


CONFUSIONS = {
    "add": (lambda x: x * rune.grad(lambda y: x + y)(1.0), 1.0, 1.0),
    "multiply": (lambda x: x * rune.grad(lambda y: x * y)(2.0), 3.0, 6.0),
    "inner of outer": (lambda x: rune.grad(lambda y: x * y * y)(x), 3.0, 12.0),
    "constant inside": (lambda x: rune.grad(lambda y: x * x * y)(5.0), 3.0, 6.0),
    "three levels": (
        lambda x: rune.grad(lambda y: y * rune.grad(lambda z: x * y * z * z)(y))(x),
        2.0,
        2 * 3 * 3 * 2.0**2,
    ),
    "inner value": (lambda x: rune.value_and_grad(lambda y: x * y)(x)[0], 3.0, 6.0),
    "closed over twice": (
        lambda x: rune.grad(lambda y: rune.grad(lambda z: x * y * z)(x) * x)(x),
        2.0,
        4.0,
    ),
    "pullback inside": (lambda x: rune.vjp_fun(lambda y: x * y * y, x)[1](x)[0], 2.0, 6 * 2.0**2),
}


@pytest.mark.parametrize(("f", "x", "slope"), CONFUSIONS.values(), ids=CONFUSIONS)
def test_no_perturbation_confusion(f, x, slope):
    with np.errstate(all="raise"):
        close(rune.grad(f)(f64(x)), slope)


def test_a_pullback_from_outside_is_linear_inside():
    _, pullback = rune.vjp_fun(lambda x: x * x * x, f64(2.0))
    close(rune.grad(lambda g: pullback(g)[0] * g)(f64(3.0)), 2 * 12 * 3)


def test_a_pullback_kept_from_inside_gives_plain_arrays():
    kept = []

    def f(x):
        y, pullback = rune.vjp_fun(lambda z: z * z * x, x)
        kept.append(pullback)
        return y

    close(rune.grad(f)(f64(2.0)), 12)
    (gradient,) = kept[0](f64(1.0))
    close(gradient.numpy(), 8)


# Constants ----------------------------------------------------------------------------


def test_detach():
    close(rune.grad(lambda x: rune.detach(x) * x)(f64(3.0)), 3)
    close(rune.grad(lambda x: rune.stop_gradient(x * x) + x)(f64(3.0)), 1)
    tree = rune.detach({"a": X, "b": [2.0, None]})
    assert tree["b"][0].dtype is nx.float32
    assert tree["b"][1] is None
    values = rune.grad(lambda x: nx.sum(x * nx.asarray(rune.detach(x).numpy())))(X)
    close(values, np.asarray(X))


def test_detach_is_constant_at_every_level():
    def f(x):
        return rune.grad(lambda y: rune.detach(x * y) * y * x)(x)  # (x y) x at y = x

    close(rune.grad(f)(f64(3.0)), 9)
    close(rune.grad(rune.grad(lambda x: rune.detach(x) * x * x))(f64(3.0)), 6)


def recorded_by(f, x):
    """Return the gradient of x * f(x), with f's result held for a constant: f(x) itself."""
    return rune.grad(lambda x: x * f(x))(x)


def test_no_grad_forms():
    x = f64(3.0)
    close(recorded_by(lambda x: rune.no_grad(lambda: x * x), x), 9)
    close(recorded_by(rune.no_grad()(lambda x: x * x), x), 9)

    def block(x):
        with rune.no_grad():
            y = x * x
            return y + y

    close(recorded_by(block, x), 18)

    @rune.no_grad()
    def decorated(x):
        """Say something."""
        return x * x if x > 3 else decorated(x + 1)

    assert decorated.__doc__ == "Say something."
    close(recorded_by(decorated, x), 16)
    tree = rune.no_grad(lambda: {"a": x, "text": "text"})
    assert tree["text"] == "text"


def test_no_grad_and_grad_nest():
    def inside(x):
        return rune.no_grad(lambda: rune.grad(lambda y: y * y * x)(x))  # 2 x**2, a constant

    close(rune.grad(lambda x: x * inside(x))(f64(2.0)), 8)
    with rune.no_grad():
        close(rune.grad(lambda x: x * x)(f64(3.0)), 6)
        close(rune.grad(lambda x: x * rune.no_grad(lambda: x * x))(f64(3.0)), 9)
    block = rune.no_grad()
    with block, block:
        close(rune.grad(lambda x: x * x)(f64(3.0)), 6)
    assert current() is None


def test_one_no_grad_serves_threads_whose_blocks_interleave():
    begun, entered, left = (threading.Event() for _ in range(3))
    block = rune.no_grad()

    @block
    def first(x):
        begun.set()
        entered.wait(10)
        return x * x

    def second(x):
        begun.wait(10)
        with block:
            entered.set()
            left.wait(10)
            return x * x

    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(lambda: (recorded_by(second, f64(3.0)), current()))
        close(recorded_by(first, f64(3.0)), 9)
        assert current() is None
        left.set()
        gradient, stack = other.result()
    close(gradient, 9)
    assert stack is None


def test_no_grad_is_left_on_an_exception():
    with pytest.raises(KeyError), rune.no_grad():
        raise KeyError
    with pytest.raises(KeyError):
        rune.no_grad(lambda: {}["missing"])
    close(rune.grad(lambda x: x * x)(f64(3.0)), 6)
    assert current() is None


# Reads --------------------------------------------------------------------------------


def test_values_are_constants():
    close(rune.grad(lambda x: x * float(x))(f64(3.0)), 3)
    close(rune.grad(lambda x: x * x.item())(f64(3.0)), 3)
    close(rune.grad(lambda x: x * int(x))(f64(3.0)), 3)
    close(rune.grad(lambda x: x if bool(x > 2) else -x)(f64(3.0)), 1)
    close(rune.grad(lambda x: nx.sum(x[x > 0]))(X), [1, 0, 1])
    close(rune.grad(lambda x: x * len(f"{x:.2f}"))(f64(3.0)), 4)
    close(rune.grad(lambda x: nx.sum(x[nx.argmax(x)]))(X), [0, 0, 1])


EXPORTS = {
    "numpy": lambda x: x.numpy(),
    "asarray": np.asarray,
    "tolist": lambda x: x.tolist(),
    "dlpack": np.from_dlpack,
    "pickle": lambda x: __import__("pickle").dumps(x),
}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
@pytest.mark.parametrize("inner", [False, True])
def test_exports_raise_and_point_to_detach(export, inner):
    def f(x):
        if inner:
            return rune.grad(lambda y: (export(x), y * y)[1])(x)
        export(x * 2.0)
        return x

    with pytest.raises(nx.ReadError) as caught:
        rune.grad(f)(f64(3.0))
    message, hint = str(caught.value).splitlines()
    assert message == "numpy: cannot export an array of shape () that is being differentiated"
    assert hint == "hint: rune.detach(x) gives its value as a constant"


def test_showing_is_no_read(capsys):
    def f(x):
        print(x, repr(x))
        nx.print_data(x * 2)
        return nx.sum(x)

    rune.grad(f)(f64([1.0, 2.0]))
    assert capsys.readouterr().out == "[1. 2.] Array([1., 2.], dtype=float64)\n[2. 4.]\n"


CONSTRUCTIONS = {
    "asarray": (lambda x: nx.asarray([x, x * 2, 3.0]).sum(), 3),
    "full": (lambda x: nx.full((3,), x).sum(), 3),
    "full_like": (lambda x: nx.full_like(W, x * 2).sum(), 6),
    "pad": (lambda x: nx.pad(nx.ones(2, dtype=nx.float64), 1, value=x).sum(), 2),
    "clip": (lambda x: nx.clip(x, 0, x * 0.5), 0.5),
    "linspace": (lambda x: nx.linspace(x, x * x, 3, dtype=nx.float64).sum(), 1.5 + 3 * 2.0),
    "create": (lambda x: nx.create(nx.float64, (2,), [x, 1.0]).sum(), 1),
    "scalar": (lambda x: nx.scalar(nx.float64, x), 1),
    "at": (lambda x: (W.at[0].set(x) * W).sum(), 0.5),
    "uniform": (lambda x: nx.random.uniform(nx.random.key(0), minval=x, maxval=x + 1), 1),
}


@pytest.mark.parametrize(("f", "slope"), CONSTRUCTIONS.values(), ids=CONSTRUCTIONS)
def test_what_is_made_of_an_array_depends_on_it(f, slope):
    close(rune.grad(f)(f64(2.0)), slope)


# What is refused ----------------------------------------------------------------------


@pytest.mark.parametrize("make", [rune.grad, rune.value_and_grad])
def test_a_loss_without_the_arguments_is_zero_and_warns(make):
    for loss in (lambda x: nx.sum(W), lambda x: 3.0, lambda x: rune.detach(x).sum()):
        with pytest.warns(RuntimeWarning, match="loss does not depend on the arguments"):
            found = make(loss)(X)
        gradient = found if make is rune.grad else found[1]
        assert gradient.dtype is nx.float64
        close(gradient, [0, 0, 0])
    with pytest.warns(RuntimeWarning) as caught:
        rune.grad(lambda x: 3.0)(1.0)
    assert [w.filename for w in caught] == [__file__]
    gradient = rune.grad(lambda p: p["a"] * 2)({"a": f64(1.0), "b": X})  # a part is no reason
    close(gradient["b"], [0, 0, 0])


BAD = {
    "an int": (lambda: rune.grad(lambda x: x)(1), nx.DTypeError,
               "grad: cannot differentiate with respect to int64 (shape ())"),
    "integers": (lambda: rune.value_and_grad(nx.sum)(nx.arange(3)), nx.DTypeError,
                 "value_and_grad: cannot differentiate with respect to int64 (shape (3,))"),
    "bools": (lambda: rune.vjp(lambda x: x, nx.asarray([True]), 1.0), nx.DTypeError,
              "vjp: cannot differentiate with respect to bool (shape (1,))"),
    "integers in a tree": (lambda: rune.grad(lambda p: p["a"])({"a": 1.0, "n": nx.arange(2)}),
                           nx.DTypeError,
                           "grad: cannot differentiate with respect to int64 (shape (2,))"),
    "text": (lambda: rune.grad(lambda x: x)("text"), nx.DTypeError,
             "grad: cannot differentiate with respect to a str"),
    "a vector loss": (lambda: rune.grad(lambda x: x)(X), nx.ShapeError,
                      "grad: cannot differentiate a loss of shape (3,) (it must be ())"),
    "an integer loss": (lambda: rune.grad(nx.argmax)(X), nx.DTypeError,
                        "grad: cannot differentiate a loss of int64"),
    "a complex loss": (lambda: rune.grad(lambda z: z)(1j), nx.DTypeError,
                       "grad: cannot differentiate a loss of complex64"),
    "a real holomorphic": (lambda: rune.grad(lambda z: z, holomorphic=True)(1.0), nx.DTypeError,
                           "grad: cannot take a real argument as holomorphic"),
    "None": (lambda: rune.grad(lambda x: None)(1.0), TypeError,
             "grad: cannot differentiate a function that returns NoneType"),
    "a tuple": (lambda: rune.grad(lambda x: (x, x))(1.0), TypeError,
                "grad: cannot differentiate a function that returns tuple"),
    "a generator": (lambda: rune.grad(lambda x: (x for _ in "a"))(1.0), TypeError,
                    "grad: cannot differentiate a function that returns generator"),
    "a text result": (lambda: rune.vjp_fun(lambda x: "text", 1.0), TypeError,
                      "vjp_fun: cannot differentiate a function that returns str, no array"),
    "no aux": (lambda: rune.grad(lambda x: x, has_aux=True)(1.0), TypeError,
               "grad: cannot find (loss, aux) in a result of type Array (has_aux=True)"),
    "no function": (lambda: rune.grad(3), TypeError,
                    "grad: cannot transform an object of type int (it is not callable)"),
    "argnums": (lambda: rune.grad(lambda x: x, argnums=1)(1.0), nx.ShapeError,
                "grad: cannot find argument 1 (the function was called with 1)"),
    "no arguments": (lambda: rune.grad(lambda: 1.0)(), nx.ShapeError,
                     "grad: cannot find argument 0 (the function was called with 0)"),
    "argnums twice": (lambda: rune.grad(lambda x: x, argnums=(0, -1))(1.0), nx.ShapeError,
                      "grad: cannot use an argument twice (argnums=(0, -1))"),
    "text argnums": (lambda: rune.grad(lambda x: x, argnums="a")(1.0), TypeError,
                     "grad: cannot use 'a' in argnums (an int or a sequence of ints)"),
    "a cotangent's shape": (lambda: rune.vjp(lambda x: x, X, f64([1.0])), nx.ShapeError,
                            "vjp: cannot pull back float64[1] (the output is float64[3])"),
    "a cotangent's dtype": (lambda: rune.vjp(lambda x: x, X, nx.ones(3)), nx.ShapeError,
                            "vjp: cannot pull back float32[3] (the output is float64[3])"),
    "a missing rule": (lambda: rune.grad(lambda x: nx.view(x, nx.int64).sum())(X),
                       nx.MissingRuleError, "bitcast: cannot differentiate in reverse mode"
                       " (the bits of a number have no derivative)"),
    "no_grad of no function": (lambda: rune.no_grad(3), TypeError,
                               "no_grad: cannot run an object of type int"),
    "detach of text": (lambda: rune.detach("text"), nx.DTypeError,
                       "asarray: cannot make an array of str"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD.values(), ids=BAD)
def test_what_is_refused(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert first_line(caught) == message
    assert current() is None


def test_the_rest_of_a_program_may_use_what_has_no_derivative():
    def f(x):
        bits = nx.view(rune.detach(x), nx.int64)
        return nx.sum(x) + nx.sum(bits).astype(nx.float64) * 0

    close(rune.grad(f)(X), [1, 1, 1])


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, nx.ShapeError])
def test_exceptions_inside_leave_nothing_behind(error):
    def f(x):
        rune.grad(lambda y: (y * x, (_ for _ in ()).throw(error))[0])(x)

    with pytest.raises(error):
        rune.grad(f)(f64(1.0))
    assert current() is None
    close(rune.grad(lambda x: x * x)(f64(3.0)), 6)


def test_an_exception_inside_is_no_end():
    def f(x):
        try:
            rune.grad(lambda y: y[5])(X)
        except IndexError:
            return x * x
        return x

    close(rune.grad(f)(f64(3.0)), 6)


# Threads ------------------------------------------------------------------------------


def in_pool(x, run):
    """Square the elements of x in a thread pool and add them up."""
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(*run, lambda i=i: x[i] * x[i]) for i in range(3)]
        return sum((future.result() for future in futures), x.sum() * 0)


def test_a_pool_without_the_context_raises():
    with pytest.raises(nx.ForeignError) as caught:
        rune.grad(lambda x: in_pool(x, ()))(X)
    assert "that a running differentiation follows elsewhere" in first_line(caught)
    assert current() is None


def test_a_pool_with_the_context_gives_the_plain_gradient():
    def f(x):
        with ThreadPoolExecutor(2) as pool:
            jobs = [
                pool.submit(contextvars.copy_context().run, lambda i=i: x[i] * x[i])
                for i in range(3)
            ]
            return sum((job.result() for job in jobs), x.sum() * 0)

    close(rune.grad(f)(X), np.asarray(2 * X))


def test_threads_differentiate_by_themselves():
    def work(n):
        return [float(rune.grad(lambda x: x**3 * n)(f64(float(k)))) for k in range(20)]

    with ThreadPoolExecutor(4) as pool:
        for n, found in enumerate(pool.map(work, range(8))):
            assert found == [3 * n * k * k for k in range(20)]


def test_pullbacks_may_be_used_again_and_by_threads():
    _, pullback = rune.vjp_fun(lambda x: nx.sin(x) * x, X)
    expected = np.sin(np.asarray(X)) + np.asarray(X) * np.cos(np.asarray(X))
    for _ in range(3):
        close(pullback(W)[0], expected * np.asarray(W))
    barrier = threading.Barrier(4)

    def work(k):
        barrier.wait()
        return [pullback(f64([k, 1.0, -k]))[0] for _ in range(50)]

    with ThreadPoolExecutor(4) as pool:
        for k, found in enumerate(pool.map(work, range(4))):
            for gradient in found:
                close(gradient, expected * np.array([k, 1.0, -k]))


# Memory -------------------------------------------------------------------------------


def live_nodes():
    return sum(isinstance(x, Node) for x in gc.get_objects())


@pytest.fixture
def no_gc():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_kept_losses_keep_no_tapes(no_gc):
    before = live_nodes()
    step = rune.value_and_grad(lambda x: nx.sum(nx.sin(x) * x))
    kept = [step(X) for _ in range(10_000)]
    assert live_nodes() == before
    assert len(kept) == 10_000


def watched_nodes(x):
    return weakref.ref(x._info)


def test_tapes_die_without_the_collector(no_gc):
    nodes, arrays = [], []

    def f(x):
        y = nx.sin(x) * x
        for z in (x, y, nx.softmax(y)):
            nodes.append(watched_nodes(z))
            arrays.append(weakref.ref(z))
        return nx.sum(y * nx.softmax(y) + nx.split(y, 3)[0])

    rune.grad(f)(X)
    rune.grad(lambda x: nx.sum(rune.grad(f)(x)))(X)
    _, pullback = rune.vjp_fun(f, X)
    pullback(f64(1.0))
    del pullback
    assert len(nodes) == 9
    assert all(node() is None for node in nodes)
    assert all(x() is None for x in arrays)


def test_a_tape_dies_with_its_exception(no_gc):
    nodes = []

    def f(x):
        nodes.append(watched_nodes(x * x))
        raise KeyError

    with contextlib.suppress(KeyError):
        rune.grad(f)(X)
    assert nodes[0]() is None


def test_dead_intermediates_free_themselves(no_gc):
    nodes = []

    def f(x):
        for _ in range(10):
            nodes.append(watched_nodes(nx.sin(x)))
        assert all(node() is None for node in nodes)
        return nx.sum(x)

    rune.grad(f)(X)


DEEP = 100_000


def deep(x):
    y = x
    for _ in range(DEEP):
        y = -y
    return y


def test_deep_chains_neither_recurse_nor_overflow(no_gc):
    before, limit = live_nodes(), sys.getrecursionlimit()
    close(rune.grad(deep)(f64(1.0)), 1)
    kept = []

    def dropped(x):
        kept.append(watched_nodes(deep(x)))  # freed here, at once
        return x * x

    close(rune.grad(dropped)(f64(3.0)), 6)
    assert kept[0]() is None
    _, pullback = rune.vjp_fun(deep, f64(1.0))
    close(pullback(f64(2.0))[0], 2)
    assert live_nodes() > DEEP
    del pullback
    assert live_nodes() == before
    assert sys.getrecursionlimit() == limit


def test_deep_chains_of_two_operands():
    def f(x):
        y = x
        for _ in range(DEEP // 4):
            y = y + x
        return y

    close(rune.grad(f)(f64(1.0)), DEEP // 4 + 1)
