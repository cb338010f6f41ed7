"""Linear algebra beyond the table of cases: named results, roundings, empty arrays, errors."""

import numpy as np
import nx
import pytest
from nx import linalg
from scipy import linalg as scipy_linalg

STANDARD = [
    *("cholesky", "cross", "det", "diagonal", "eig", "eigh", "eigvals", "eigvalsh", "inv"),
    *("matmul", "matrix_norm", "matrix_power", "matrix_rank", "matrix_transpose", "outer", "pinv"),
    *("qr", "slogdet", "solve", "svd", "svdvals", "tensordot", "trace", "vecdot", "vector_norm"),
]


def test_the_extension_is_whole():
    assert set(STANDARD) <= set(linalg.__all__)


def test_names_of_numpys_lead_here():
    for name in ("trace", "diagonal", "norm", "cross"):
        with pytest.raises(AttributeError, match=f"nx.linalg.{name}"):
            getattr(nx, name)


def f64(values):
    return nx.asarray(values, dtype=nx.float64)


def random(*shape):
    return np.random.default_rng(1).normal(size=shape)


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        (linalg.eigh, ("eigenvalues", "eigenvectors")),
        (linalg.eig, ("eigenvalues", "eigenvectors")),
        (linalg.qr, ("Q", "R")),
        (linalg.slogdet, ("sign", "logabsdet")),
        (linalg.svd, ("U", "S", "Vh")),
        (linalg.lu, ("P", "L", "U")),
    ],
)
def test_results_have_names(call, fields):
    assert call(f64(np.eye(2)))._fields == fields


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 3, 2)])
def test_factors_multiply_to_the_matrix(shape):
    x = random(*shape)
    given = f64(x)
    q, r = linalg.qr(given)
    u, s, vh = linalg.svd(given, full_matrices=False)
    p, low, up = linalg.lu(given)
    for product in (q @ r, (u * s[..., None, :]) @ vh, p @ low @ up):
        np.testing.assert_allclose(np.asarray(product), x, atol=1e-13)
    full = linalg.svd(given)
    assert full.U.shape[-1] == shape[-2]
    assert full.Vh.shape[-2] == shape[-1]
    assert linalg.qr(given, mode="complete").Q.shape[-1] == shape[-2]


def test_lu_is_scipys():
    x = random(4, 3)
    for got, expected in zip(linalg.lu(f64(x)), scipy_linalg.lu(x), strict=True):
        np.testing.assert_allclose(np.asarray(got), expected, atol=1e-14)


def test_least_squares():
    a, b = random(5, 3), random(5)
    got = linalg.lstsq(f64(a), f64(b))
    x, residuals, rank, s = np.linalg.lstsq(a, b, rcond=None)
    np.testing.assert_allclose(np.asarray(got.x), x, atol=1e-13)
    np.testing.assert_allclose(np.asarray(got.residuals), residuals, atol=1e-13)
    np.testing.assert_allclose(np.asarray(got.singular_values), s, atol=1e-13)
    assert int(got.rank) == rank
    low = linalg.lstsq(f64(np.ones((3, 2))), f64([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(np.asarray(low.x), [1.0, 1.0], atol=1e-13)
    assert int(low.rank) == 1


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize(
    "function",
    [
        *(linalg.det, linalg.inv, linalg.pinv, linalg.expm, linalg.cholesky, linalg.svdvals),
        *(linalg.vector_norm, linalg.matrix_norm, linalg.eigvalsh, linalg.norm),
    ],
)
def test_small_dtypes_compute_in_float32_and_round(function, dtype):
    x = nx.asarray([[2.0, 0.5], [0.5, 1.0]], dtype=dtype)
    expected = nx.astype(function(nx.astype(x, nx.float32)), dtype)
    got = function(x)
    assert got.dtype == expected.dtype
    np.testing.assert_array_equal(np.asarray(got), np.asarray(expected))


def test_a_sum_of_squares_does_not_overflow_in_float16():
    assert float(linalg.vector_norm(nx.full(4, 300.0, dtype=nx.float16))) == 600.0


def test_large_elements_do_not_overflow():
    x = nx.asarray([[5e4, 0.0], [0.0, 5e4]], dtype=nx.float16)
    np.testing.assert_array_equal(np.asarray(linalg.eigvalsh(x)), np.asarray(x)[0, 0])
    assert linalg.cholesky(x).tolist() == np.sqrt(np.diag([5e4] * 2)).astype(np.float16).tolist()


def test_empty_matrices():
    x = nx.zeros((2, 0, 0))
    assert linalg.det(x).tolist() == [1.0, 1.0]
    assert linalg.slogdet(x).logabsdet.tolist() == [0.0, 0.0]
    assert linalg.expm(x).shape == linalg.inv(x).shape == (2, 0, 0)
    assert linalg.matrix_rank(x).tolist() == [0, 0]
    assert nx.einsum("ij,jk->ik", nx.zeros((2, 0)), nx.zeros((0, 3))).tolist() == [[0.0] * 3] * 2
    assert nx.tensordot(nx.zeros((2, 0)), nx.zeros((0, 3)), axes=1).tolist() == [[0.0] * 3] * 2


def test_singular_matrices():
    x = f64([[1.0, 2.0], [2.0, 4.0]])
    sign, logabsdet = linalg.slogdet(x)
    assert (float(sign), float(logabsdet)) == (0.0, -np.inf)
    assert float(linalg.det(x)) == 0.0
    assert int(linalg.matrix_rank(x)) == 1
    with pytest.raises(nx.LinAlgError):
        linalg.inv(x)


def test_powers_of_integers_stay_integers():
    x = nx.asarray([[1, 1], [1, 0]])
    assert linalg.matrix_power(x, 10).tolist() == [[89, 55], [55, 34]]
    assert linalg.matrix_power(x, 0).dtype == nx.int64


def test_exponentials_of_a_stack_of_sizes():
    x = random(3, 4, 4) * np.array([1e-3, 1.0, 10.0])[:, None, None]
    expected = np.stack([scipy_linalg.expm(each) for each in x])
    got = np.asarray(linalg.expm(f64(x)))
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * abs(b).max())


def test_the_exponential_of_what_is_not_finite_is_nan():
    assert np.isnan(np.asarray(linalg.expm(f64([[np.nan, 0.0], [0.0, 1.0]])))).any()


def test_einsum_in_pairs_is_the_whole():
    x, y, z, w = random(2, 3), random(3, 4), random(4, 2), random(2, 2)
    letters = "ab,bc,cd,da->"
    got = nx.einsum(letters, *map(f64, (x, y, z, w)))
    np.testing.assert_allclose(float(got), np.einsum(letters, x, y, z, w))


X = nx.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "error", "line"),
    [
        (
            lambda: linalg.cholesky(X),
            nx.ShapeError,
            "cholesky: cannot take matrices of shape (2, 3) (2 != 3)",
        ),
        (
            lambda: linalg.det(nx.ones(3)),
            nx.ShapeError,
            "det: cannot take an array of shape (3,) (1 < 2 axes)",
        ),
        (lambda: linalg.qr(X, mode="raw"), nx.DTypeError, "qr: cannot use mode='raw'"),
        (
            lambda: linalg.solve(nx.ones((2, 2)), nx.ones(3)),
            nx.ShapeError,
            "solve: cannot solve (2, 2) for (3, 1) (2 != 3)",
        ),
        (
            lambda: linalg.lstsq(X, nx.ones(3)),
            nx.ShapeError,
            "lstsq: cannot solve (2, 3) for (3,) (2 != 3)",
        ),
        (
            lambda: linalg.matrix_norm(X, ord=3),
            nx.ShapeError,
            "matrix_norm: cannot use ord=3",
        ),
        (
            lambda: linalg.vector_norm(X, ord="fro"),
            nx.ShapeError,
            "vector_norm: cannot use ord='fro'",
        ),
        (
            lambda: linalg.matrix_power(nx.ones((2, 2)), 0.5),
            nx.DTypeError,
            "matrix_power: cannot raise a matrix to the power 0.5",
        ),
        (
            lambda: nx.tensordot(X, X, axes=1),
            nx.ShapeError,
            "tensordot: cannot pair axes [1] of (2, 3) with [0] of (2, 3) ([3] != [2])",
        ),
        (
            lambda: nx.tensordot(X, X, axes=3),
            nx.AxisError,
            "tensordot: cannot pair 3 axes of (2, 3) and (2, 3)",
        ),
        (
            lambda: nx.vecdot(X, nx.ones(2)),
            nx.ShapeError,
            "vecdot: cannot multiply (2, 3) by (2,) (3 != 2)",
        ),
        (
            lambda: nx.outer(X, X),
            nx.ShapeError,
            "outer: cannot multiply (2, 3) by (2, 3) (2 != 1)",
        ),
        (
            lambda: linalg.cross(nx.ones(2), nx.ones(2)),
            nx.ShapeError,
            "cross: cannot multiply (2,) by (2,) (2 != 3)",
        ),
        (
            lambda: linalg.multi_dot([X]),
            nx.ShapeError,
            "multi_dot: cannot multiply arrays of shapes (2, 3)",
        ),
        (
            lambda: nx.einsum("ij,jk", X, X),
            nx.ShapeError,
            "einsum: cannot sum 'ij,jk' of shapes (2, 3), (2, 3) (3 != 2 for 'j')",
        ),
        (
            lambda: nx.einsum(X, "ij"),
            nx.DTypeError,
            "einsum: cannot take Array as subscripts",
        ),
        (lambda: nx.einsum("ij"), nx.ShapeError, "einsum: cannot sum 'ij' of no arrays"),
    ],
)
def test_errors(call, error, line):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).splitlines()[0] == line
