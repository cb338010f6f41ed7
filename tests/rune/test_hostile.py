"""What a hostile user tried: each program once gave a wrong answer, a leak or a wrong message."""

import gc
import io
import warnings

import numpy as np
import nx
import pytest
import rune
from rune import psum, psum_scatter, vmap

X = nx.asarray([1.0, -2.0, 3.0])


# Arrays that are no longer anybody's.
def kept_lane():
    kept = []
    vmap(lambda x: (kept.append(x), x)[1])(X)
    return kept[0]


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        (lambda x: rune.jvp(lambda y: y, X[0], x), "jvp"),
        (lambda x: rune.vjp_fun(lambda y: y, X[0])[1](x), "vjp_fun"),
        (lambda x: rune.vjp(lambda y: y, X[0], x), "vjp"),
        (lambda x: rune.grad(lambda y: y)(x), "grad"),
        (lambda x: rune.grad(lambda _: x)(X[0]), "grad"),
        (lambda x: rune.grad(lambda y: (y, x), has_aux=True)(X[0]), "grad"),
        (lambda x: rune.jvp(lambda _: x, X[0], X[0]), "jvp"),
        (lambda x: rune.jvp_aux(lambda y: (y, x), X[0], X[0]), "jvp_aux"),
        (lambda x: vmap(lambda y: y)(x), "vmap"),
        (lambda x: vmap(lambda _: x)(X), "vmap"),
    ],
)
def test_a_lane_kept_from_a_finished_vmap_is_refused_by_name(call, operation):
    with pytest.raises(nx.LeakError, match=rf"^{operation}: cannot use an array of shape \(\)"):
        call(kept_lane())


# Axes without a name.
def test_an_axis_without_a_name_is_none_to_collectives():
    with pytest.raises(rune.CollectiveError, match="cannot find a vmap with axis_name=None"):
        vmap(lambda x: psum(x, None))(X)


def test_a_pullback_meets_no_lanes_but_its_own():
    kept = []

    def f(x):
        y, pullback = rune.vjp_fun(lambda y: psum(y, "i"), x)
        kept.append(pullback)
        return y

    vmap(f, axis_name="i")(X)
    with pytest.raises(nx.LeakError, match=r"^pullback: cannot use an array"):
        kept[0](X[0])
    with pytest.raises(nx.LeakError, match=r"^pullback: cannot use an array"):
        vmap(lambda v: kept[0](v)[0], axis_name="i")(nx.ones(5))


def test_what_differs_between_meetings_is_told():
    def f(x):
        return rune.ppermute(x, "i", [(0, 1)] if x > 0 else [(1, 0)])

    with pytest.raises(rune.CollectiveError, match=r"perm=\(\(1, 0\),\).* perm=\(\(0, 1\),\)"):
        vmap(f, axis_name="i")(X)


@pytest.mark.parametrize("shape", [(), (5,), (0,), (1, 3)])
def test_a_sum_is_scattered_over_as_many_lanes_as_there_are(shape):
    with pytest.raises(nx.ShapeError, match="psum_scatter: cannot scatter"):
        vmap(lambda x: psum_scatter(x, "i"), axis_name="i")(nx.ones((3, *shape)))


def test_dtypes_of_collectives_are_refused_by_name():
    with pytest.raises(nx.DTypeError, match=r"^psum: cannot take bool"):
        vmap(lambda x: psum(x > 0, "i"), axis_name="i")(X)


# One run of a function draws once, however many columns its derivative has.
def noisy(x):
    return x * x * nx.randn()


@pytest.mark.parametrize("wrap", [lambda f: f, vmap], ids=["plain", "vmap"])
def test_all_columns_of_a_jacobian_see_the_same_draws(wrap):
    x = nx.asarray([[1.0, -2.0, 3.0], [2.0, 0.5, 1.0]])
    nx.seed(3)
    values = wrap(noisy)(x)
    nx.seed(3)
    rows = wrap(rune.jacrev(noisy))(x)
    nx.seed(3)
    columns = wrap(rune.jacfwd(noisy))(x)
    assert columns.tolist() == rows.tolist()
    nx.seed(3)
    second = wrap(rune.hessian(lambda x: nx.sum(noisy(x))))(x)
    diagonal = np.einsum("...ii->...i" if wrap is vmap else "ijij->ij", np.asarray(second))
    np.testing.assert_allclose(diagonal * np.asarray(x * x) / 2, np.asarray(values), rtol=1e-5)


def test_auxiliary_results_of_a_jacobian_come_back_as_they_are():
    def f(x):
        return x * 2, {"n": 3, "word": "a", "drawn": nx.randn(), "none": None}

    for jac in (rune.jacrev, rune.jacfwd):
        aux = jac(f, has_aux=True)(X)[1]
        assert (aux["n"], aux["word"], aux["none"]) == (3, "a", None)
        assert type(aux["n"]) is int
        assert repr(aux["drawn"] + 1).startswith("Array(")


def test_errors_in_jacobians_name_the_function():
    def layer(x):
        return x @ nx.ones((5, 5))

    for jac in (rune.jacrev, rune.jacfwd):
        with pytest.raises(nx.ShapeError) as caught:
            jac(layer)(X)
        assert caught.value.__notes__ == [f"in {jac.__name__} of layer"]


# Functions that only begin when they are called.
def test_no_grad_refuses_what_would_run_after_it():
    with pytest.raises(TypeError, match="no_grad: cannot decorate a generator function"):

        @rune.no_grad()
        def generator(x):
            yield x

    with pytest.raises(TypeError, match="no_grad: cannot decorate a coroutine function"):

        @rune.no_grad()
        async def coroutine(x):
            return x

    with pytest.raises(TypeError, match="no_grad: cannot run a function that returns a generator"):
        rune.no_grad(lambda: (x for x in [X]))


def test_an_exception_that_takes_no_notes_passes():
    class ClosedError(Exception):
        def add_note(self, note):
            raise RuntimeError(note)

    def f(x):
        raise ClosedError

    for transformed in (vmap(f), rune.grad(f), lambda x: rune.jvp(f, x, x)):
        with pytest.raises(ClosedError):
            transformed(X)


# Words for axes.
def test_containers_stand_among_the_axes_of_several_arguments():
    axes = (rune.Container([rune.Map(0), rune.NoMap]), rune.Map(0))
    found = vmap(lambda t, x: t[0] * t[1] + x, in_axes=axes)([X, nx.asarray(2.0)], X)
    assert found.tolist() == [3.0, -6.0, 9.0]
    out = (rune.OutContainer([0, rune.OutSingle(None)]), rune.OutSingle(0))
    both, last = vmap(lambda x: ([x, nx.ones(2)], x), out_axes=out)(X)
    assert both[0].shape == last.shape == (3,)
    assert both[1].shape == (2,)


@pytest.mark.parametrize(
    ("dtype", "value"),
    [("int8", 100), ("uint8", 200), ("bool", True), ("float16", 6e4), ("bfloat16", 3e38)],
)
def test_a_mean_over_lanes_is_that_of_the_whole(dtype, value):
    x = nx.full((3,), value, dtype=dtype)
    found = vmap(lambda x: rune.pmean(x, "i"), axis_name="i", out_axes=None)(x)
    whole = nx.mean(x)
    assert (found.dtype, float(found)) == (whole.dtype, float(whole))
    if x.dtype.kind == "floating":
        slopes = vmap(rune.grad(lambda x: rune.pmean(x, "i")), axis_name="i")(x)
        assert slopes.dtype == x.dtype
        assert slopes.tolist() == [1.0, 1.0, 1.0]


# Complex Jacobians.
@pytest.mark.parametrize("jac", [rune.jacrev, rune.jacfwd, rune.hessian])
def test_a_holomorphic_function_has_complex_results(jac):
    z = nx.asarray([1 + 2j, 3 - 1j])
    with pytest.raises(nx.DTypeError, match=r"cannot take .*float32.* as holomorphic"):
        jac(lambda z: nx.sum(nx.real(z)), holomorphic=True)(z)


def test_rows_of_complex_results_are_no_real_jacobian():
    # a pulled back 1 gives the derivative of the real part only
    with pytest.raises(nx.DTypeError, match=r"jacrev: cannot .* \[.complex64.\] .*\nhint: jacfwd"):
        rune.jacrev(lambda x: x * (1 + 2j))(X)
    found = rune.jacfwd(lambda x: x * (1 + 2j))(X[:1])
    assert found.tolist() == [[1 + 2j]]


# Warnings stand at the user's line.
@pytest.mark.parametrize(
    "call",
    [
        lambda f: vmap(rune.grad(f))(X),
        lambda f: rune.hvp(f, X[0], X[0]),
        lambda f: rune.jacfwd(rune.value_and_grad(f))(X[0]),
        lambda f: rune.grads(lambda xs: f(xs[0]))([X[0]]),
    ],
)
def test_a_loss_without_the_arguments_warns_at_the_users_line(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(lambda _: nx.asarray(1.0))
    assert caught
    assert {w.filename for w in caught} == {__file__}


# What is shown of lanes.
def test_debug_counts_the_lanes_of_a_followed_array_once():
    stream = io.StringIO()
    vmap(rune.grad(rune.debug(lambda x: x * x, stream=stream)))(X)
    assert "multiply(float32[] in 3 lanes [ 1. -2.  3.]," in stream.getvalue()
    assert " 0 x" not in stream.getvalue()


def test_a_followed_array_of_lanes_shows_them_once():
    shown = []
    vmap(rune.grad(lambda x: (shown.append(repr(x)), x)[1]))(X)
    assert shown == ["Array(float32[], batched over Array([ 1., -2.,  3.], dtype=float32))"]


# Memory.
@pytest.mark.parametrize(
    "call",
    [
        lambda: vmap(lambda x: x * x)(X),
        lambda: vmap(rune.grad(lambda x: x * x if x > 0 else -x))(X),
        lambda: vmap(lambda x: psum(x if x > 0 else -x, "i"), axis_name="i")(X),
        lambda: rune.vmaps(lambda xs: xs[0] * 2)([X]),
        lambda: rune.hessian(lambda x: nx.sum(x**3))(X),
    ],
)
def test_mapping_leaves_no_cycles(call):
    call()
    gc.collect()
    gc.disable()
    try:
        call()
        assert gc.collect() == 0
    finally:
        gc.enable()
