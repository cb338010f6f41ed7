"""`finite_diff_jacobian` against matrices known in closed form, and its shapes against jacrev's."""

import numpy as np
import nx
import pytest
import rune
from rune_testing import finite_diff_jacobian

MATRIX = np.array([[0.5, -1.25, 2.0], [3.0, 0.75, -0.4]])


@pytest.mark.parametrize("method", ["central", "forward", "backward"])
def test_a_linear_map_is_its_matrix(method, rng):
    x = nx.asarray(rng.uniform(-2, 2, 3))
    jacobian = finite_diff_jacobian(lambda x: nx.asarray(MATRIX) @ x, x, method=method)
    assert jacobian.dtype == nx.float64
    np.testing.assert_allclose(np.asarray(jacobian), MATRIX, atol=1e-6)


def test_axes_of_the_output_come_first(rng):
    x = rng.uniform(0.5, 2, (2, 3))
    jacobian = finite_diff_jacobian(lambda x: nx.sum(x * x, axis=0), nx.asarray(x))
    expected = np.zeros((3, 2, 3))
    for i in range(3):
        expected[i, :, i] = 2 * x[:, i]
    np.testing.assert_allclose(np.asarray(jacobian), expected, atol=1e-8)


def test_trees_nest_as_in_jacrev(rng):
    tree = {"a": nx.asarray(rng.uniform(0.5, 2, 2)), "b": [nx.asarray(1.5, dtype=nx.float64)]}

    def f(t):
        return t["a"] * t["b"][0], {"square": nx.sum(t["a"] ** 2)}

    found, expected = finite_diff_jacobian(f, tree), rune.jacrev(f)(tree)
    pairs = [
        (found[0]["a"], expected[0]["a"]),
        (found[0]["b"][0], expected[0]["b"][0]),
        (found[1]["square"]["a"], expected[1]["square"]["a"]),
        (found[1]["square"]["b"][0], expected[1]["square"]["b"][0]),
    ]
    for got, wanted in pairs:
        assert got.shape == wanted.shape
        np.testing.assert_allclose(np.asarray(got), np.asarray(wanted), atol=1e-8)
    assert np.any(np.asarray(pairs[0][0]))


def test_complex_numbers():
    z = nx.asarray([1 + 2j, -0.5 + 1j], dtype=nx.complex128)
    values = np.asarray(z)
    found = finite_diff_jacobian(lambda z: z * z, z, holomorphic=True)
    np.testing.assert_allclose(np.asarray(found), np.diag(2 * values), atol=1e-8)
    found = finite_diff_jacobian(lambda z: nx.abs(z), z)
    np.testing.assert_allclose(
        np.asarray(found), np.diag(np.conj(values) / np.abs(values)), atol=1e-8
    )
    x = nx.asarray([1.0, 2.0], dtype=nx.float64)
    found = finite_diff_jacobian(lambda x: x * (2 + 3j), x)
    assert found.dtype == nx.complex128
    np.testing.assert_allclose(np.asarray(found), np.eye(2) * (2 + 3j), atol=1e-8)


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [("float16", 5e-2), ("bfloat16", 3e-1), ("float32", 1e-3)]
)
def test_low_precision(dtype, tolerance):
    x = nx.asarray([1.0, -2.0], dtype=getattr(nx, dtype))
    found = finite_diff_jacobian(lambda x: x * x, x)
    assert found.dtype == x.dtype
    found = np.asarray(found).astype(np.float64)
    np.testing.assert_allclose(found, [[2, 0], [0, -4]], atol=tolerance)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: finite_diff_jacobian(lambda z: z * z, nx.asarray([1j])),
            nx.DTypeError,
            "finite_diff_jacobian: cannot differentiate a complex output by complex arguments",
        ),
        (
            lambda: finite_diff_jacobian(
                lambda x: x[: 1 + int(x[0] > 1)], nx.asarray([1.0, 2.0], dtype=nx.float64)
            ),
            nx.ShapeError,
            "finite_diff_jacobian: cannot subtract results of different shapes"
            " ([(2,)] a step away from [(1,)])",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).splitlines()[0] == message
