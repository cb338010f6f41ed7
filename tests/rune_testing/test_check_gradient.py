"""`check_gradient`, `check_gradients` and `assert_gradient` on functions whose rules are right.

What they do with wrong ones stands in test_wrong_derivatives.
"""

import math
from dataclasses import dataclass

import numpy as np
import nx
import pytest
import rune
from rune_testing import (
    TOLERANCES,
    Fail,
    Pass,
    Tolerance,
    assert_gradient,
    check_gradient,
    check_gradients,
)

DTYPES = list(TOLERANCES)
MODES = ("rev", "fwd", "both")


def smooth(x):
    """Return a real scalar of real or complex numbers, curved in each of them."""
    y = x * nx.sin(x)
    return nx.sum(nx.real(y * nx.conj(y)) if y.dtype.kind == "complex" else y)


def holomorphic(z):
    return nx.sum(z * nx.sin(z))


def point(dtype, values=((0.5, -1.25), (0.75, 1.0))):
    x = np.asarray(values)
    if dtype.startswith("complex"):
        x = x + 1j * x[::-1]
    return nx.asarray(x, dtype=getattr(nx, dtype))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_right_gradient_passes(dtype, mode):
    result = check_gradient(smooth, point(dtype), mode=mode)
    assert isinstance(result, Pass), result
    assert result.num_checked == 4 * (2 if mode == "both" else 1)
    assert result.num_failed == 0
    assert result.failed_indices == ()
    assert result.max_abs_error > 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_a_holomorphic_function_passes(dtype, mode):
    result = check_gradient(holomorphic, point(dtype), mode=mode, holomorphic=True, order=2)
    assert result, result


@pytest.mark.parametrize("mode", ["rev", "fwd"])
def test_a_function_that_is_not_holomorphic_fails(mode):
    result = check_gradient(lambda z: nx.sum(nx.conj(z)), point("complex64"), holomorphic=True)
    assert result.num_failed == 4
    result = check_gradient(
        lambda z: nx.sum(nx.real(z) + 0j), point("complex64"), mode=mode, holomorphic=True
    )
    assert result.num_failed == 4


@pytest.mark.parametrize("dtype", DTYPES)
def test_higher_orders(dtype):
    result = check_gradient(smooth, point(dtype), order=2, mode="both")
    assert result, result
    assert result.num_checked == 2 * 4 + 4 * 4


def test_the_third_order():
    x = point("float64")
    result = check_gradient(smooth, x, order=3)
    assert result, result
    assert result.num_checked == 3 * 4
    assert result.max_abs_error < 1e-7


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_lanes_are_compared_with_a_loop(dtype, mode):
    result = check_gradient(smooth, point(dtype), vmap=True, mode=mode)
    assert result, result
    lanes = {"rev": 3 + 3 * 4, "fwd": 3 + 3, "both": 3 + 3 * 4 + 3}[mode]
    assert result.num_checked == 4 * (2 if mode == "both" else 1) + lanes


def test_lanes_are_compared_to_the_digits_of_the_coarsest_dtype(rng):
    """The result is float64, but the products inside are rounded in float32, in another order."""
    matrix = nx.asarray(rng.normal(size=(200, 200)), dtype=nx.float32)
    tree = {
        "vector": nx.asarray(rng.normal(size=200), dtype=nx.float32),
        "scale": nx.asarray(1.5, dtype=nx.float64),
    }

    def f(t):
        return nx.sum(nx.tanh(matrix @ t["vector"])) * t["scale"]

    result = check_gradient(f, tree, vmap=True, check_indices=[0])
    assert result, result


def test_lanes_out_of_the_domain_agree():
    result = check_gradient(
        lambda x: nx.sum(nx.sqrt(1 - x * x)), nx.asarray([0.99], dtype=nx.float64), vmap=True
    )
    assert result, result
    assert result.num_checked == 1 + 3 + 3


def test_lanes_that_take_different_paths_agree():
    def f(x):
        return nx.sum(x * x) if nx.sum(x) > 2.0 else nx.sum(x * x * x)

    assert check_gradient(f, nx.asarray([1.0, 0.99]), vmap=True)


@dataclass
class Model:
    weight: nx.Array
    layers: list
    unused: object = None


def test_trees():
    model = Model(nx.asarray([1.0, 2.0]), [nx.asarray(3.0, dtype=nx.float64), 1.5])

    def f(m):
        return nx.sum(m.weight**2) * m.layers[0] * m.layers[1]

    for mode in MODES:
        result = check_gradient(f, model, mode=mode, order=2, vmap=True)
        assert result, result
    assert check_gradient(f, model).num_checked == 4


def test_a_scalar_and_an_empty_array():
    assert check_gradient(lambda x: x * x, nx.asarray(3.0)).num_checked == 1
    result = check_gradient(nx.sum, nx.asarray([]))
    assert result
    assert result.num_checked == 0
    assert result.max_abs_error == result.mean_rel_error == 0.0


def test_methods_and_eps():
    x = nx.asarray([1.0], dtype=nx.float64)
    cube = lambda x: nx.sum(x**3)  # noqa: E731
    errors = {
        method: check_gradient(cube, x, method=method, eps=0.5).failed_indices[0].finite_diff_value
        for method in ("central", "forward", "backward")
    }
    assert errors == {"central": 3.25, "forward": 4.75, "backward": 1.75}


def test_a_kink_passes_from_the_side_that_the_rule_follows():
    x = nx.asarray([0.0])
    assert check_gradient(lambda x: nx.sum(nx.relu(x)), x, method="backward")
    assert not check_gradient(lambda x: nx.sum(nx.relu(x)), x, method="forward")


def test_an_element_passes_by_either_error():
    """The slope of x**2 at 100 by a forward step of 0.5 is 200.5, not 200: off by 2.49e-3."""
    x = nx.asarray([100.0], dtype=nx.float64)

    def passes(**limits):
        return bool(check_gradient(lambda x: nx.sum(x * x), x, method="forward", eps=0.5, **limits))

    assert not passes(rtol=1e-3, atol=0.4)
    assert passes(rtol=3e-3, atol=0.4)
    assert passes(rtol=1e-3, atol=0.6)
    assert not passes()


def test_tolerances_by_dtype():
    def f(x):
        return nx.sum(x * x)

    x = nx.asarray([1.0], dtype=nx.float64)
    settings = {"method": "forward", "eps": 1e-3}
    assert check_gradient(f, x, **settings)
    tight = {"float64": Tolerance(1e-5, 1e-5)}
    assert not check_gradient(f, x, **settings, tolerances=tight)
    assert not check_gradient(f, x, **settings, tolerances={nx.float64: (1e-5, 1e-5)})
    assert check_gradient(f, x, **settings, tolerances=tight, rtol=1e-2)
    assert check_gradient(f, x.astype(nx.float32), **settings, tolerances=tight)


def test_the_coarser_dtype_of_argument_and_result_rules():
    x = nx.asarray([1.0, -0.5], dtype=nx.float32)
    result = check_gradient(lambda x: nx.sum(nx.sin(x.astype(nx.float16))), x)
    assert result, result
    assert "rtol=0.05" in str(result)


def test_one_int_is_no_list_of_indices():
    with pytest.raises(TypeError) as caught:
        check_gradient(nx.sum, nx.asarray([1.0]), check_indices=0)
    assert str(caught.value).splitlines() == [
        "check_gradient: cannot use 0 as check_indices (a sequence is needed)",
        "hint: check_indices=[0]",
    ]


def test_check_indices():
    x = nx.asarray([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    wrong = lambda x: nx.sum(x * rune.detach(x))  # noqa: E731

    def where(indices, x=x, f=wrong):
        result = check_gradient(f, x, check_indices=indices)
        assert result.num_checked == len(indices)
        return [failed.index for failed in result.failed_indices]

    assert where([4]) == [(1, 1)]
    assert where([-1, 0]) == [(1, 2), (0, 0)]
    assert where([(1, 0), (0, -1)]) == [(1, 0), (0, 2)]
    tree = {"a": nx.asarray([1.0, 2.0]), "b": nx.asarray([[3.0], [4.0]])}
    read = lambda t: nx.sum(t["a"]) * float(nx.sum(t["b"]))  # noqa: E731
    assert where([1, 3], tree, read) == [("['b']", 1, 0)]


def test_forward_mode_runs_only_for_the_checked_elements():
    runs = []

    def f(x):
        runs.append(1)
        return nx.sum(x * x)

    check_gradient(f, nx.ones((50,)), mode="fwd", check_indices=[3])
    assert len(runs) == 2 + 2 + 1  # the value, again; two differences; one tangent


def test_one_record_for_each_input():
    xs = [nx.asarray([1.0, 2.0]), nx.asarray(3.0, dtype=nx.float64), {"c": nx.asarray([0.5])}]

    def f(xs):
        return nx.sum(xs[0] ** 2) * xs[1] + nx.sum(xs[2]["c"] ** 3)

    results = check_gradients(f, xs, order=2, vmap=True, mode="both")
    assert results
    assert results.passed
    assert [type(result) for result in results] == [Pass, Pass, Pass]
    assert [result.num_checked for result in check_gradients(f, xs)] == [2, 1, 1]


def test_one_wrong_input_makes_the_whole_false():
    results = check_gradients(
        lambda xs: nx.sum(xs[0] * rune.detach(xs[1])), (nx.asarray([1.0]), nx.asarray([2.0]))
    )
    assert [bool(result) for result in results] == [True, False]
    assert not results
    assert not results.passed
    match results:
        case [Pass(), Fail(num_failed=count)]:
            assert count == 1
        case _:
            pytest.fail("does not match")
    first, _, second = str(results).partition("failed: input 1: gradient of <lambda>")
    assert first.startswith("passed: input 0: gradient of <lambda>")
    assert second


def test_assert_gradient_returns_what_it_found():
    assert assert_gradient(smooth, point("float32"), mode="both").num_checked == 8


def test_nan_is_a_failure():
    x = nx.asarray([0.0, 1.0])
    result = check_gradient(lambda x: nx.sum(nx.sqrt(x)), x)  # no value a step below 0
    assert [failed.index for failed in result.failed_indices] == [(0,)]
    assert math.isnan(result.failed_indices[0].finite_diff_value)
    assert math.isnan(result.max_abs_error)
    assert math.isnan(result.mean_rel_error)
    assert str(result).splitlines()[-1].startswith("hint: where the finite difference is nan")
    wrong = lambda x: nx.sum(nx.where(x > 0, nx.log(nx.abs(x)), 0.0))  # noqa: E731
    result = check_gradient(wrong, nx.asarray([0.0]), method="backward")
    assert math.isnan(result.failed_indices[0].autodiff_value)
    assert result.failed_indices[0].finite_diff_value == 0
    assert "hint" not in str(result)
    assert not check_gradient(lambda x: nx.sum(x * nx.nan), x)


def test_a_constant_passes_without_a_warning():
    assert check_gradient(lambda x: nx.asarray(1.0), nx.asarray([1.0]), mode="both", order=2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: check_gradient(lambda x: x * x, nx.asarray([1.0, 2.0])),
            nx.ShapeError,
            "check_gradient: cannot take the gradient of an output of shape (2,) (it must be ())",
        ),
        (
            lambda: assert_gradient(nx.sum, nx.asarray([1, 2])),
            nx.DTypeError,
            "assert_gradient: cannot differentiate by int64 (neither floating nor complex)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1j])),
            nx.DTypeError,
            "check_gradient: cannot differentiate a complex output by complex arguments",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), mode="reverse"),
            ValueError,
            "check_gradient: cannot use mode 'reverse' (not one of rev, fwd, both)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), order=0),
            ValueError,
            "check_gradient: cannot check order 0 (not an int from 1 on)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), order=1.5),
            ValueError,
            "check_gradient: cannot check order 1.5 (not an int from 1 on)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), rtol=-1.0),
            ValueError,
            "check_gradient: cannot use rtol=-1.0 (negative or nan)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), method="middle"),
            ValueError,
            "check_gradient: cannot use method 'middle' (not one of central, forward, backward)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), tolerances={"int8": (1, 1)}),
            ValueError,
            "check_gradient: cannot set a tolerance for 'int8'"
            " (not one of float16, bfloat16, float32, float64, complex64, complex128)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), tolerances={"float32": 1e-3}),
            TypeError,
            "check_gradient: cannot use 0.001 as the tolerance of float32",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), check_indices=[]),
            ValueError,
            "check_gradient: cannot check no element (check_indices is empty)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), check_indices=[1]),
            IndexError,
            "check_gradient: cannot check element 1 (there are 1 elements)",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), check_indices=[(0, 0)]),
            IndexError,
            "check_gradient: cannot check index (0, 0) (the shape is (1,))",
        ),
        (
            lambda: check_gradient(nx.sum, nx.asarray([1.0]), check_indices=[0.5]),
            TypeError,
            "check_gradient: cannot use 0.5 in check_indices"
            " (an int, or for one array a tuple of ints)",
        ),
        (
            lambda: check_gradient(lambda t: t[0], [nx.asarray(1.0)], check_indices=[(0,)]),
            TypeError,
            "check_gradient: cannot find index (0,) in a tree",
        ),
        (
            lambda: assert_gradient(nx.sum, nx.asarray([1.0]), rtoll=1),
            TypeError,
            "assert_gradient: cannot use a setting 'rtoll' (not one of eps, rtol, atol, verbose,"
            " check_indices, method, mode, order, vmap, holomorphic, tolerances)",
        ),
        (
            lambda: check_gradients(lambda xs: xs[0], nx.asarray([1.0])),
            TypeError,
            "check_gradients: cannot take a Array as the inputs (a list is needed)",
        ),
        (
            lambda: check_gradients(lambda xs: xs[0], []),
            ValueError,
            "check_gradients: cannot check a function without inputs",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).splitlines()[0] == message


def test_a_function_with_a_state_is_told():
    count = iter(range(100))
    with pytest.raises(ValueError, match="check_gradient: cannot check a function that gives") as e:
        check_gradient(lambda x: nx.sum(x) * next(count), nx.asarray([1.0]))
    assert str(e.value).splitlines() == [
        "check_gradient: cannot check a function that gives 0, and called again 1",
        "hint: random numbers need the same key in each call; a function must keep no state",
    ]
    with pytest.raises(ValueError, match="called again"):
        check_gradient(lambda x: nx.sum(x * nx.randn(3)), nx.ones((3,)))
