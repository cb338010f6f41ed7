"""The derivatives of linear algebra where they are delicate: refusals and equal eigenvalues."""

import math

import numpy as np
import nx
import pytest
from nx.effects import current, perform_in, perform_several
from nx.primitives import P
from rune import grad, vjp_fun


def f64(values):
    return nx.asarray(values, dtype=nx.float64)


@pytest.mark.parametrize(
    ("shape", "full", "line"),
    [
        ((2, 3), False, "the reduced factors of (2, 3) (2 < 3:"),
        ((2, 3), True, "the full factors of (2, 3) (2 < 3:"),
        ((3, 2), True, "the full factors of (3, 2) (3 > 2:"),
    ],
)
def test_factors_that_the_matrix_does_not_determine_are_refused_by_qr(shape, full, line):
    x = f64(np.random.default_rng(0).normal(size=shape))
    with pytest.raises(nx.MissingRuleError) as caught:
        grad(lambda x: nx.sum(perform_several(P.qr, x, full=full)[0]))(x)
    first = str(caught.value).splitlines()[0]
    assert first == f"qr: cannot differentiate {line} they are not determined by the matrix)"


def test_full_singular_vectors_are_refused_and_their_values_are_not():
    x = f64(np.random.default_rng(0).normal(size=(3, 2)))
    with pytest.raises(nx.MissingRuleError) as caught:
        grad(lambda x: nx.sum(perform_several(P.svd, x, full=True, vectors=True)[0]))(x)
    assert str(caught.value).splitlines()[0] == (
        "svd: cannot differentiate the full vectors of (3, 2) (3 != 2: those of singular value 0 "
        "are not determined by the matrix)"
    )
    g = grad(lambda x: nx.sum(perform_several(P.svd, x, full=True, vectors=True)[1]))(x)
    u, _, vh = np.linalg.svd(np.asarray(x), full_matrices=False)
    np.testing.assert_allclose(np.asarray(g), u @ vh, atol=1e-12)


@pytest.mark.parametrize("vectors", [False, True])
def test_equal_eigenvalues_have_a_derivative(vectors):
    """Of what depends on the eigenvalues only: here the sum of their squares, |x|^2."""
    x = f64(np.eye(3))
    g = grad(lambda x: nx.sum(perform_several(P.eigh, x, vectors=vectors)[0] ** 2))(x)
    np.testing.assert_allclose(np.asarray(g), 2 * np.eye(3), atol=1e-12)


@pytest.mark.parametrize("vectors", [False, True])
def test_equal_and_missing_singular_values_have_a_derivative(vectors):
    x = f64(np.diag([1.0, 1.0, 0.0]))
    of = {"full": False, "vectors": vectors}
    g = grad(lambda x: nx.sum(perform_several(P.svd, x, **of)[int(vectors)] ** 2))(x)
    np.testing.assert_allclose(np.asarray(g), 2 * np.asarray(x), atol=1e-12)


def test_equal_eigenvalues_have_no_vectors_with_a_derivative():
    """As in JAX: not a number, rather than a wrong one."""
    g = grad(lambda x: perform_several(P.eigh, x, vectors=True)[1][0, 0])(f64(np.eye(2)))
    assert not np.all(np.isfinite(np.asarray(g)))


@pytest.mark.parametrize("primitive", [P.cholesky, P.eigh], ids=lambda p: p.name)
def test_the_unread_triangle_has_no_derivative(primitive):
    params = {"vectors": True} if primitive is P.eigh else {}

    def function(x):
        return perform_in(current(), primitive, [x], params)

    x = f64([[2.0, 7.0], [0.5, 1.0]])
    out, pullback = vjp_fun(function, x)
    ones = tuple(map(nx.ones_like, out)) if isinstance(out, tuple) else nx.ones_like(out)
    (g,) = pullback(ones)
    assert float(g[0, 1]) == 0.0
    assert float(g[1, 0]) != 0.0


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning:nx.")
@pytest.mark.parametrize("norm", [nx.linalg.vector_norm, nx.linalg.norm], ids=["vector", "any"])
def test_the_norm_at_0_has_no_derivative(norm):
    """As in JAX."""
    assert np.isnan(np.asarray(grad(norm)(f64([0.0, 0.0])))).all()


def test_other_norms_at_0():
    """As in JAX: abs has slope 1 at 0, and what ties shares."""
    x = f64([0.0, 0.0])
    assert grad(lambda x: nx.linalg.vector_norm(x, ord=1))(x).tolist() == [1.0, 1.0]
    assert grad(lambda x: nx.linalg.vector_norm(x, ord=math.inf))(x).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_the_determinant_of_0_and_of_1(n):
    """Its derivative is the adjugate; equal singular values do no harm, twice either."""
    zero, one = f64(np.zeros((n, n))), f64(np.eye(n))
    expected = np.ones((1, 1)) if n == 1 else np.zeros((n, n))
    np.testing.assert_array_equal(np.asarray(grad(nx.linalg.det)(zero)), expected)
    np.testing.assert_allclose(np.asarray(grad(nx.linalg.det)(one)), np.eye(n), atol=1e-15)
    twice = grad(lambda x: nx.sum(grad(nx.linalg.det)(x) * x))(one)
    np.testing.assert_allclose(np.asarray(twice), n * np.eye(n), atol=1e-14)


def test_the_logarithm_of_a_determinant():
    x = f64(np.random.default_rng(0).normal(size=(4, 4)))
    g = grad(lambda x: nx.linalg.slogdet(x).logabsdet)(x)
    np.testing.assert_allclose(np.asarray(g), np.linalg.inv(np.asarray(x)).T, atol=1e-12)


def test_the_exponential_along_a_direction():
    """At 0 the derivative is the identity, whatever is squared how often elsewhere."""
    g = grad(lambda x: nx.sum(nx.linalg.expm(x) * f64([[1.0, 2.0], [3.0, 4.0]])))(
        f64([[0.0] * 2] * 2)
    )
    np.testing.assert_allclose(np.asarray(g), [[1.0, 2.0], [3.0, 4.0]], atol=1e-15)


def test_einsum_and_products_of_matrices_agree():
    x, y = f64(np.random.default_rng(0).normal(size=(2, 3, 3)))
    first = grad(lambda x: nx.sum((x @ y) ** 2))(x)
    second = grad(lambda x: nx.sum(nx.einsum("ij,jk->ik", x, y) ** 2))(x)
    np.testing.assert_allclose(np.asarray(first), np.asarray(second), atol=1e-13)


ONE, FLAT, NONE = np.eye(2), np.diag([1.0, 0.0]), np.zeros((2, 2))


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [
        (lambda x: nx.linalg.eigvalsh(x)[0], ONE, [[1, 0], [0, 0]]),  # one of its slopes
        (lambda x: nx.sum(nx.real(nx.linalg.eigvals(x))), ONE, ONE),
        (lambda x: nx.sum(nx.linalg.svdvals(x)), FLAT, ONE),
        (lambda x: nx.sum(nx.linalg.svdvals(x)), NONE, ONE),
        (lambda x: nx.linalg.matrix_norm(x, ord="nuc"), FLAT, ONE),
        (lambda x: nx.linalg.svd(x, full_matrices=False).U[0, 0], FLAT, NONE),
        (lambda x: nx.linalg.svd(x, full_matrices=False).U[0, 0], NONE, np.full((2, 2), np.nan)),
        (lambda x: nx.sum(nx.linalg.pinv(x)), FLAT, [[-1, 1], [1, 0]]),
        (nx.linalg.det, FLAT, [[0, 0], [0, 1]]),
    ],
)
@pytest.mark.filterwarnings("ignore:(divide by zero|invalid value) encountered:RuntimeWarning:nx.")
def test_slopes_at_equal_values_and_missing_ranks(f, x, slopes):
    """The numbers are JAX's."""
    np.testing.assert_allclose(np.asarray(grad(f)(f64(x))), slopes, atol=1e-15)


def test_a_defective_matrix_has_slopes_without_bounds():
    """The two eigenvectors are one: the inverse of their matrix is enormous, as in JAX."""
    weights = f64([1.0, 10.0])
    g = grad(lambda x: nx.sum(nx.real(nx.linalg.eigvals(x)) * weights))(f64([[1, 1], [0, 1]]))
    assert abs(float(g[1, 0])) > 1e15


def test_the_logarithm_of_a_singular_determinant_is_refused():
    """JAX gives NaN and infinities."""
    sign, value = nx.linalg.slogdet(f64(FLAT))
    assert (float(sign), float(value)) == (0.0, -math.inf)
    with pytest.raises(nx.LinAlgError):
        grad(lambda x: nx.linalg.slogdet(x).logabsdet)(f64(FLAT))
