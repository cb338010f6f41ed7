"""Cases of products, windows, factorizations, solves and Fourier transforms.

Factors are not unique, so the factorizations are tested by what their factors must satisfy.
"""

from functools import partial

import numpy as np
import nx
from nx.effects import perform, perform_several
from nx.primitives import P
from nx.testing.rows._contractions import folded, unfolded
from scipy import linalg

from tests.cases._case import Operand, by_function, by_parameters

__all__ = ["CASES"]

PRODUCTS = [
    by_function(P.matmul, name, nx.matmul, np.matmul, Operand(shape=a), Operand(shape=b))
    for name, a, b in (
        ("of_matrices", (2, 3), (3, 4)),
        ("of_stacks", (2, 2, 3), (2, 3, 2)),
        ("of_broadcast_stacks", (2, 1, 2, 3), (3, 3, 2)),
        ("of_stack_and_matrix", (3, 2, 2), (2, 2)),
        ("of_vectors", (3,), (3,)),
        ("of_vector_and_stack", (3,), (2, 3, 2)),
        ("of_matrix_and_vector", (2, 3), (3,)),
        ("over_nothing", (2, 0), (0, 3)),
        ("of_nothing", (0, 2), (2, 3)),
    )
]


WINDOWS = [
    ("1d", (2, 7), (3,), (1,), (1,), (2, 5, 3)),
    ("1d_stride", (2, 8), (3,), (2,), (1,), (2, 3, 3)),
    ("1d_dilation", (9,), (3,), (2,), (3,), (2, 3)),
    ("2d", (4, 5), (2, 3), (1, 1), (1, 1), (3, 3, 2, 3)),
    ("2d_stride_dilation", (2, 5, 6), (2, 2), (2, 1), (1, 3), (2, 2, 3, 2, 2)),
    ("gaps", (8,), (1,), (3,), (1,), (3, 1)),
]

FOLDS = [
    *(
        by_parameters(
            *(P.unfold, name, unfolded, [Operand(shape=shape)]),
            window=window,
            strides=strides,
            dilation=dilation,
        )
        for name, shape, window, strides, dilation, _ in WINDOWS
    ),
    *(
        by_parameters(
            *(P.fold, name, folded, [Operand(shape=windows)]),
            shape=shape[len(shape) - len(window) :],
            strides=strides,
            dilation=dilation,
        )
        for name, shape, window, strides, dilation, windows in WINDOWS
    ),
]


def transformed(function):
    return lambda x, *, axes: function(x, axes=axes) if axes else x


TRANSFORMS = [
    *(
        by_parameters(primitive, name, transformed(reference), [Operand(shape=shape)], axes=axes)
        for primitive, reference in ((P.fft, np.fft.fftn), (P.ifft, np.fft.ifftn))
        for name, shape, axes in (
            ("along_0", (5, 3), (0,)),
            ("along_1", (2, 6), (1,)),
            ("along_0_2", (2, 3, 4), (0, 2)),
            ("along_none", (2, 3), ()),
            ("of_one", (3, 1), (1,)),
        )
    ),
    *(
        by_parameters(P.rfft, name, np.fft.rfft, [Operand(shape=shape)], axis=axis)
        for name, shape, axis in (
            ("even", (2, 6), 1),
            ("odd", (5, 2), 0),
            ("of_one", (1, 2), 0),
            ("of_two", (2, 2), 0),
        )
    ),
    *(
        by_parameters(P.irfft, name, np.fft.irfft, [Operand(shape=shape)], axis=axis, n=n)
        for name, shape, axis, n in (
            ("even", (2, 4), 1, 6),
            ("odd", (3, 2), 0, 5),
            ("to_one", (1, 2), 0, 1),
            ("to_two", (2, 2), 0, 2),
        )
    ),
]


# Matrices that the factorizations and solves like.
def transposed(x):
    return np.conj(np.swapaxes(x, -1, -2))


def matrices(*shape):
    """Well-conditioned stacks: random ones with a heavy diagonal."""

    def values(rng, is_complex):
        x = rng.uniform(-1, 1, shape)
        if is_complex:
            x = x + 1j * rng.uniform(-1, 1, shape)
        return x + 3 * np.eye(*shape[-2:])

    return Operand(values=values)


def lower_triangles(n):
    """Positive definite when completed from the lower triangle; the upper one is noise."""

    def values(rng, is_complex):
        x = matrices(2, n, n).values(rng, is_complex)
        return np.tril(x @ transposed(x)) + np.triu(rng.uniform(-1, 1, (2, n, n)), 1)

    return Operand(values=values)


def completed(a):
    whole = np.tril(a) + transposed(np.tril(a, -1))
    diagonal = np.einsum("...ii->...i", whole)
    diagonal[...] = diagonal.real
    return whole


def ones(*shape):
    return np.broadcast_to(np.eye(*shape[-2:]), shape)


def adjoint(x):
    return nx.conj(nx.matrix_transpose(x))


def qr(a, *, full):
    q, r = perform_several(P.qr, a, full=full)
    return q @ r, adjoint(q) @ q, nx.where(nx.tri(*r.shape[-2:], k=-1, dtype=nx.bool), r, 0)


def qr_satisfies(a, *, full):
    k = a.shape[-2] if full else min(a.shape[-2:])
    return a, ones(*a.shape[:-2], k, k), np.zeros((*a.shape[:-2], k, a.shape[-1]))


def svd(a, *, full):
    u, s, vh = perform_several(P.svd, a, full=full, vectors=True)
    (alone,) = perform_several(P.svd, a, full=full, vectors=False)
    k = s.shape[-1]
    product = (u[..., :k] * nx.astype(s, a.dtype)[..., None, :]) @ vh[..., :k, :]
    return product, s, alone, adjoint(u) @ u, vh @ adjoint(vh)


def svd_satisfies(a, *, full):
    *stack, m, n = a.shape
    s = np.linalg.svd(a, compute_uv=False)
    rows, columns = (m, n) if full else (min(m, n),) * 2
    return a, s, s, ones(*stack, rows, rows), ones(*stack, columns, columns)


def singular_spaces(a, *, full=False):
    u, s, vh = perform_several(P.svd, a, full=full, vectors=True)
    weights = nx.asarray(spread(s), dtype=a.dtype)
    return (u * weights) @ vh, (u * weights) @ adjoint(u), (adjoint(vh) * weights) @ vh, s


def singular_spaces_of(a):
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    c = spread(s)
    return (u * c) @ vh, (u * c) @ transposed(u), (transposed(vh) * c) @ vh, s


def positive_qr(a):
    """The factors, with the diagonal of r made positive: they are unique then."""
    q, r = perform_several(P.qr, a, full=False)
    signs = nx.sign(nx.real(nx.sum(r * nx.eye(r.shape[-1], dtype=r.dtype), axis=-1)))
    return q * nx.astype(signs, q.dtype)[..., None, :], r * nx.astype(signs, q.dtype)[..., None]


def positive_qr_of(a):
    q, r = np.linalg.qr(a)
    signs = np.sign(np.einsum("...ii->...i", r).real)
    return q * signs[..., None, :], r * signs[..., None]


def eigh(a):
    w, v = perform_several(P.eigh, a, vectors=True)
    (alone,) = perform_several(P.eigh, a, vectors=False)
    return (v * nx.astype(w, a.dtype)[..., None, :]) @ adjoint(v), w, alone, adjoint(v) @ v


def spread(x):
    """Return distinct weights, one for each column: what they weight determines the columns."""
    return np.arange(1.0, x.shape[-1] + 1)


def eigenspaces(a):
    w, v = perform_several(P.eigh, a, vectors=True)
    return (v * nx.asarray(spread(v), dtype=v.dtype)) @ adjoint(v), w


def eigenspaces_of(a):
    w, v = np.linalg.eigh(completed(a))
    return (v * spread(v)) @ transposed(v), w


def eigh_satisfies(a):
    a = completed(a)
    w = np.linalg.eigvalsh(a)
    return a, w, w, ones(*a.shape)


def eig(a):
    w, v = perform_several(P.eig, a, vectors=True)
    (alone,) = perform_several(P.eig, a, vectors=False)
    error = nx.astype(a, v.dtype) @ v - v * w[..., None, :]
    lengths = nx.sum(nx.abs(v) ** 2, axis=-2)
    return error, lengths, nx.sum(w, axis=-1), nx.sum(alone**2, axis=-1)


def invariant_spaces(a):
    w, v = perform_several(P.eig, a, vectors=True)
    order = nx.argsort(nx.real(w) + 2 * nx.imag(w), axis=-1)
    weights = nx.astype(nx.argsort(order, axis=-1) + 1, v.dtype)
    return (v * weights[..., None, :]) @ perform(P.solve, v, nx.eye(3, dtype=v.dtype)[None])


def invariant_spaces_of(a):
    w, v = np.linalg.eig(a)
    weights = np.argsort(np.argsort(w.real + 2 * w.imag, axis=-1), axis=-1) + 1
    return (v * weights[..., None, :]) @ np.linalg.inv(v)


def eig_satisfies(a):
    traces = [np.trace(x, axis1=-2, axis2=-1) for x in (a, a @ a)]
    return np.zeros(a.shape), np.ones(a.shape[:-1]), *traces


def lu_of_each(a):
    found = [linalg.lu_factor(x) for x in a]
    orders = np.tile(np.arange(a.shape[-2]), (len(a), 1))
    for order, (_, swaps) in zip(orders, found, strict=True):
        for i, j in enumerate(swaps):
            order[[i, j]] = order[[j, i]]
    return np.stack([lu for lu, _ in found]), orders


def triangular(a, b, *, lower, unit_diagonal):
    a = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        a = a - np.einsum("...i,ij->...ij", np.einsum("...ii->...i", a) - 1, np.eye(a.shape[-1]))
    return np.linalg.solve(a, b)


def separated(n):
    """Matrices whose eigenvalues, and singular values, lie far apart."""

    def values(rng, is_complex):
        return matrices(2, n, n).values(rng, is_complex) + np.diag(4.0 * np.arange(n))

    return Operand(values=values)


LOOSE = {"tolerance": 64}  # backward stable algorithms, then products in the dtype itself


def is_determined(primitive, shape, full):
    """Tell whether the factors are, up to phases: the others' derivatives are refused."""
    m, n = shape[-2:]
    return m == n or not (full or (primitive is P.qr and m < n))


FACTORIZATIONS = [
    by_parameters(
        P.cholesky,
        "of_stack",
        lambda a: np.linalg.cholesky(completed(a)),
        [lower_triangles(3)],
        LOOSE,
    ),
    *(
        by_function(
            *(primitive, f"{name}{'_full' * full}", partial(function, full=full)),
            *(partial(reference, full=full), matrices(*shape)),
            **LOOSE,
            order=2 * is_determined(primitive, shape, full),
        )
        for primitive, function, reference in (
            (P.qr, qr, qr_satisfies),
            (P.svd, svd, svd_satisfies),
        )
        for name, shape in (("tall", (2, 4, 2)), ("wide", (2, 2, 3)), ("square", (3, 3)))
        for full in (False, True)
    ),
    *(
        by_function(P.qr, f"unique_{name}", positive_qr, positive_qr_of, matrices(*shape), **LOOSE)
        for name, shape in (("tall", (2, 4, 2)), ("square", (3, 3)))
    ),
    *(
        by_function(P.svd, f"spaces_{name}", singular_spaces, singular_spaces_of, operand, **LOOSE)
        for name, operand in (
            ("tall", matrices(2, 4, 2)),
            ("wide", matrices(2, 2, 3)),
            ("square", separated(3)),
        )
    ),
    by_function(
        *(P.svd, "spaces_full", partial(singular_spaces, full=True), singular_spaces_of),
        separated(3),
        **LOOSE,
    ),
    by_function(P.eigh, "of_stack", eigh, eigh_satisfies, lower_triangles(3), **LOOSE),
    by_function(P.eigh, "spaces", eigenspaces, eigenspaces_of, separated(3), **LOOSE),
    by_function(P.eig, "of_stack", eig, eig_satisfies, matrices(2, 3, 3), **LOOSE),
    by_function(P.eig, "spaces", invariant_spaces, invariant_spaces_of, separated(3), **LOOSE),
    *(
        by_function(
            *(P.lu, name, partial(perform_several, P.lu), lu_of_each, matrices(2, *shape)),
            **LOOSE,
        )
        for name, shape in (("square", (3, 3)), ("tall", (4, 3)), ("wide", (2, 3)))
    ),
]

SOLVES = [
    *(
        by_parameters(P.solve, name, np.linalg.solve, [matrices(*a), Operand(shape=b)], LOOSE)
        for name, a, b in (
            ("one", (1, 3, 3), (1, 3, 2)),
            ("stacks", (2, 3, 3), (2, 3, 1)),
            ("broadcast", (2, 1, 3, 3), (3, 3, 2)),
        )
    ),
    *(
        by_parameters(
            P.triangular_solve,
            f"{'lower' if lower else 'upper'}{'_unit' * unit}",
            triangular,
            [matrices(2, 3, 3), Operand(shape=(3, 2))],
            LOOSE,
            lower=lower,
            unit_diagonal=unit,
        )
        for lower in (False, True)
        for unit in (False, True)
    ),
]

CASES = [*PRODUCTS, *FOLDS, *TRANSFORMS, *FACTORIZATIONS, *SOLVES]
