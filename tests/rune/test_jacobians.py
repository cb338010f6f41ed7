"""jacfwd, jacrev, hessian, hvp: against NumPy's own formulas and against each other."""

import numpy as np
import nx
import pytest
import rune

RNG = np.random.default_rng(5)
W = RNG.normal(size=(3, 4))
X = RNG.normal(size=4)


def tanh_layer(x):
    return nx.tanh(nx.asarray(W) @ x)


@pytest.mark.parametrize("jac", [rune.jacfwd, rune.jacrev])
def test_of_a_layer(jac):
    found = np.asarray(jac(tanh_layer)(nx.asarray(X)))
    expected = (1 - np.tanh(W @ X) ** 2)[:, None] * W
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("jac", [rune.jacfwd, rune.jacrev])
def test_shapes_are_outputs_then_arguments(jac):
    x = nx.asarray(RNG.normal(size=(2, 3)))
    found = np.asarray(jac(lambda x: nx.stack([x.T, 2 * x.T]))(x))
    assert found.shape == (2, 3, 2, 2, 3)
    for k in range(2):
        for i in range(2):
            for j in range(3):
                expected = np.zeros((2, 3))
                expected[i, j] = k + 1
                np.testing.assert_array_equal(found[k, j, i], expected)


@pytest.mark.parametrize("jac", [rune.jacfwd, rune.jacrev])
def test_trees_argnums_and_aux(jac):
    def f(scale, p):
        return {"y": scale * p["a"], "z": (p["b"] ** 2,)}, "aux"

    p = {"a": nx.asarray([1.0, 2.0]), "b": nx.asarray(3.0)}
    found, aux = jac(f, 1, has_aux=True)(nx.asarray(5.0), p)
    assert aux == "aux"
    assert np.asarray(found["y"]["a"]).tolist() == [[5, 0], [0, 5]]
    assert np.asarray(found["y"]["b"]).tolist() == [0, 0]
    assert np.asarray(found["z"][0]["a"]).tolist() == [0, 0]
    assert float(found["z"][0]["b"]) == 6.0
    both, _ = jac(f, (0, 1), has_aux=True)(nx.asarray(5.0), p)
    assert np.asarray(both["y"][0]).tolist() == [1, 2]
    assert float(both["z"][0][1]["b"]) == 6.0


@pytest.mark.parametrize("jac", [rune.jacfwd, rune.jacrev])
def test_holomorphic(jac):
    z = nx.asarray([1.0 + 2.0j, -0.5 + 1.0j])
    found = np.asarray(jac(lambda z: z * z * z, holomorphic=True)(z))
    np.testing.assert_allclose(found, np.diag(3 * np.asarray(z) ** 2), rtol=1e-6)
    with pytest.raises(nx.DTypeError, match="holomorphic=True is for complex arguments"):
        jac(lambda z: z * z)(z)


def test_hessian_of_a_quartic():
    def f(x):
        return nx.sum(x**4) + x[0] * x[1] * x[2] * x[3]

    expected = np.diag(12 * X**2)
    for i in range(4):
        for j in range(4):
            if i != j:
                expected[i, j] += np.prod(np.delete(X, [i, j]))
    x = nx.asarray(X)
    for compute in (
        rune.hessian(f),
        rune.jacfwd(rune.jacfwd(f)),
        rune.jacrev(rune.jacrev(f)),
        rune.jacrev(rune.jacfwd(f)),
        rune.jacfwd(rune.grad(f)),
    ):
        np.testing.assert_allclose(np.asarray(compute(x)), expected, rtol=1e-10, atol=1e-12)
    v = RNG.normal(size=4)
    np.testing.assert_allclose(np.asarray(rune.hvp(f, x, nx.asarray(v))), expected @ v, rtol=1e-10)


def test_hessian_of_a_tree():
    def f(p):
        return p["a"] ** 2 * p["b"]

    found = rune.hessian(f)({"a": nx.asarray(3.0), "b": nx.asarray(5.0)})
    assert {(i, j): float(found[i][j]) for i in "ab" for j in "ab"} == {
        ("a", "a"): 10.0,
        ("a", "b"): 6.0,
        ("b", "a"): 6.0,
        ("b", "b"): 0.0,
    }


def test_hessian_with_aux():
    x = nx.asarray([1.0, 2.0])
    found, aux = rune.hessian(lambda x: (nx.sum(x**3), {"x": x, "word": "aux"}), has_aux=True)(x)
    assert np.asarray(found).tolist() == [[6.0, 0.0], [0.0, 12.0]]
    assert aux["word"] == "aux"
    assert np.asarray(aux["x"] + 1).tolist() == [2.0, 3.0]


def test_in_vmap_with_branches():
    def f(x):
        return x**3 if x.sum() > 0 else x**2

    xs = nx.asarray([[1.0, 2.0], [-1.0, -3.0]], dtype=nx.float64)
    for jac in (rune.jacfwd, rune.jacrev):
        found = np.asarray(rune.vmap(jac(f))(xs))
        expected = [np.diag([3.0, 12.0]), np.diag([-2.0, -6.0])]
        np.testing.assert_allclose(found, expected, rtol=1e-12)
