"""`finite_diff` against slopes known in closed form."""

import numpy as np
import nx
import pytest
from rune_testing import finite_diff

WEIGHTS = np.array([[0.5, -1.25, 2.0], [3.0, 0.75, -0.4]])


def weighted_square(x):
    return nx.sum(nx.asarray(WEIGHTS, dtype=x.dtype) * x * x)


@pytest.mark.parametrize("method", ["central", "forward", "backward"])
def test_slopes_of_a_weighted_square(method, rng):
    x = rng.uniform(-2, 2, WEIGHTS.shape)
    slopes = finite_diff(weighted_square, nx.asarray(x), method=method)
    assert slopes.shape == x.shape
    assert slopes.dtype == nx.float64
    tolerance = 1e-9 if method == "central" else 1e-6
    np.testing.assert_allclose(np.asarray(slopes), 2 * WEIGHTS * x, atol=tolerance)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("float16", 5e-2), ("bfloat16", 3e-1), ("float32", 1e-3), ("float64", 1e-8)],
)
def test_the_step_follows_the_dtype(dtype, tolerance):
    x = nx.asarray([1.0, -2.0, 3.0], dtype=getattr(nx, dtype))
    slopes = finite_diff(lambda x: nx.sum(x * x), x)
    assert slopes.dtype == x.dtype
    slopes = np.asarray(slopes).astype(np.float64)
    np.testing.assert_allclose(slopes, [2.0, -4.0, 6.0], rtol=tolerance)


def test_a_scalar_and_an_empty_array():
    assert float(finite_diff(lambda x: x * x, nx.asarray(3.0, dtype=nx.float64))) == pytest.approx(
        6
    )
    assert finite_diff(nx.sum, nx.asarray([], dtype=nx.float64)).shape == (0,)


def test_the_step_follows_the_coarser_dtype_of_argument_and_result():
    """A step made for float64 would move a float32 result by no more than its rounding."""
    x = nx.asarray([1.0, -2.0], dtype=nx.float64)
    slopes = finite_diff(lambda x: nx.sum(x.astype(nx.float32) ** 2), x)
    assert slopes.dtype == nx.float64
    np.testing.assert_allclose(np.asarray(slopes), [2.0, -4.0], rtol=1e-3)


def test_the_step_grows_with_the_element():
    """Beside 1e6 a step made for 1 is less than the spacing of float32."""
    x = nx.asarray([1e6, -1e6])
    slopes = finite_diff(lambda x: nx.sum((x / 1e6) ** 2) * 1e6, x)
    np.testing.assert_allclose(np.asarray(slopes), [2.0, -2.0], rtol=1e-3)


def test_a_tree_keeps_its_structure_and_dtypes():
    tree = {"a": nx.asarray([1.0, 2.0], dtype=nx.float64), "b": (nx.asarray(3.0), None)}
    slopes = finite_diff(lambda t: nx.sum(t["a"] ** 2) * t["b"][0], tree)
    assert slopes["a"].dtype == nx.float64
    assert slopes["b"][0].dtype == nx.float32
    assert slopes["b"][1] is None
    np.testing.assert_allclose(np.asarray(slopes["a"]), [6.0, 12.0], rtol=1e-3)
    assert float(slopes["b"][0]) == pytest.approx(5.0, rel=1e-3)


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_a_real_function_of_complex_numbers_has_the_gradient_of_grad(dtype):
    z = nx.asarray([3 + 4j, -1 + 2j], dtype=getattr(nx, dtype))
    slopes = finite_diff(lambda z: nx.sum(nx.abs(z)), z)
    assert slopes.dtype == z.dtype
    values = np.asarray(z)
    tolerance = 1e-3 if dtype == "complex64" else 1e-8
    np.testing.assert_allclose(np.asarray(slopes), np.conj(values) / np.abs(values), rtol=tolerance)


def test_a_holomorphic_function_has_its_complex_derivative():
    z = nx.asarray([3 + 4j, -1 + 2j], dtype=nx.complex128)
    slopes = finite_diff(lambda z: nx.sum(z * z * z), z, holomorphic=True)
    np.testing.assert_allclose(np.asarray(slopes), 3 * np.asarray(z) ** 2, rtol=1e-8)


def test_method_and_eps_may_be_positional():
    x = nx.asarray(1.0, dtype=nx.float64)
    assert float(finite_diff(lambda x: x * x, x, "forward", 0.5)) == 2.5
    assert float(finite_diff(lambda x: x * x, x, "backward", 0.5)) == 1.5


def test_a_function_may_return_a_python_float():
    x = nx.asarray([1.0, 2.0], dtype=nx.float64)
    slopes = finite_diff(lambda x: float(nx.sum(x * x)), x)
    np.testing.assert_allclose(np.asarray(slopes), [2.0, 4.0], atol=1e-8)


def test_a_result_beyond_the_dtype_is_infinite():
    x = nx.asarray(1.0, dtype=nx.float16)
    assert float(finite_diff(lambda x: 1e6 * float(x), x)) == np.inf


def test_a_function_is_evaluated_twice_for_each_element():
    calls = []

    def f(x):
        calls.append(x.tolist())
        return nx.sum(x)

    finite_diff(f, nx.ones((3,)))
    assert len(calls) == 1 + 2 * 3
    calls.clear()
    finite_diff(f, nx.ones((3,)), "forward")
    assert len(calls) == 1 + 3
    assert calls[0] == [1.0, 1.0, 1.0]


def test_one_sided_differences_see_one_side():
    x = nx.asarray(0.0, dtype=nx.float64)
    assert float(finite_diff(abs, x, method="forward")) == 1
    assert float(finite_diff(abs, x, method="backward")) == -1
    assert float(finite_diff(abs, x, method="central")) == 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: finite_diff(nx.sum, nx.asarray([1.0]), method="middle"),
            ValueError,
            "finite_diff: cannot use method 'middle' (not one of central, forward, backward)",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([1, 2])),
            nx.DTypeError,
            "finite_diff: cannot differentiate by int64 (neither floating nor complex)",
        ),
        (
            lambda: finite_diff(lambda t: t["w"][0], {"w": [nx.asarray(1.0), nx.asarray([True])]}),
            nx.DTypeError,
            "finite_diff: cannot differentiate by bool at ['w'][1] (neither floating nor complex)",
        ),
        (
            lambda: finite_diff(lambda t: t[0], [nx.asarray(1.0), "name"]),
            nx.DTypeError,
            "finite_diff: cannot differentiate by a str at [1] (no array)",
        ),
        (
            lambda: finite_diff(lambda t: nx.asarray(1.0), {}),
            ValueError,
            "finite_diff: cannot differentiate by a tree without arrays ({})",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([1j])),
            nx.DTypeError,
            "finite_diff: cannot differentiate a complex output by complex arguments",
        ),
        (
            lambda: finite_diff(lambda x: nx.sum(x * 1j), nx.asarray([1.0])),
            nx.DTypeError,
            "finite_diff: cannot take the gradient of a complex output",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([1.0]), holomorphic=True),
            nx.DTypeError,
            "finite_diff: cannot take a function with real arguments or outputs as holomorphic",
        ),
        (
            lambda: finite_diff(lambda x: nx.sum(x > 0), nx.asarray([1.0])),
            nx.DTypeError,
            "finite_diff: cannot differentiate an output of int64 (neither floating nor complex)",
        ),
        (
            lambda: finite_diff(lambda x: "one", nx.asarray([1.0])),
            TypeError,
            "finite_diff: cannot differentiate a function that returns str",
        ),
        (
            lambda: finite_diff(lambda x: [x, x], nx.asarray(1.0)),
            TypeError,
            "finite_diff: cannot take the gradient of a function that returns a tree",
        ),
        (
            lambda: finite_diff(3.0, nx.asarray(1.0)),
            TypeError,
            "finite_diff: cannot differentiate an object of type float (it is not callable)",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([1.0]), eps=0.0),
            ValueError,
            "finite_diff: cannot take a step of eps=0.0 (not positive and finite)",
        ),
        (
            lambda: finite_diff(nx.sum, nx.asarray([2.0], dtype=nx.float16), eps=1e-4),
            ValueError,
            "finite_diff: cannot move the element at (0,) by eps=0.0001"
            " (too small for float16 at 2.0)",
        ),
        (
            lambda: finite_diff(lambda x: x * x, nx.asarray([1.0, 2.0])),
            nx.ShapeError,
            "finite_diff: cannot take the gradient of an output of shape (2,) (it must be ())",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).splitlines()[0] == message
