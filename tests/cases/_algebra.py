"""Cases of the functions of `nx.linalg`, and of products by axes and letters."""

import math
from functools import partial

import numpy as np
import nx
from nx.primitives import P
from scipy import linalg

from tests.cases._case import Case, Operand, by_function, dtypes_of
from tests.cases._linalg import matrices, separated, transposed

__all__ = ["CASES"]

INEXACT = dtypes_of(["floating", "complex"])
NUMERIC = dtypes_of(P.add.takes)
LOOSE = {"tolerance": 64, "dtypes": INEXACT}  # backward stable algorithms, then products


def case(name, function, reference, *operands, **options):
    return Case(
        name=f"linalg_{name}",
        covers=(),
        function=function,
        reference=reference,
        operands=operands,
        **{**LOOSE, **options},
    )


def product(name, function, reference, *shapes, **options):
    operands = [Operand(shape=shape, whole=True) for shape in shapes]
    return case(name, function, reference, *operands, **{"dtypes": NUMERIC, **options})


def einsum(letters, *shapes):
    name = f"einsum_{letters.replace('->', '_to_').replace(',', '_').replace('.', 'o')}"
    return product(name, partial(nx.einsum, letters), partial(np.einsum, letters), *shapes)


PRODUCTS = [
    product("outer", nx.outer, np.outer, (2,), (3,)),
    product("kron", nx.kron, np.kron, (2, 3), (3, 2)),
    product("kron_of_ranks", nx.kron, np.kron, (2,), (2, 1, 3)),
    product("vecdot", nx.vecdot, np.linalg.vecdot, (2, 1, 3), (4, 3)),
    product("cross", nx.linalg.cross, np.linalg.cross, (2, 3), (2, 3)),
    product(
        "multi_dot",
        *(lambda *xs, f=f: f(xs) for f in (nx.linalg.multi_dot, np.linalg.multi_dot)),
        (2, 3),
        (3, 1),
        (1, 2),
    ),
    product(
        "multi_dot_of_vectors",
        *(lambda *xs, f=f: f(xs) for f in (nx.linalg.multi_dot, np.linalg.multi_dot)),
        (2,),
        (2, 3),
        (3,),
    ),
    *(
        product(
            f"tensordot_{name}",
            partial(nx.tensordot, axes=axes),
            partial(np.tensordot, axes=axes),
            a,
            b,
        )
        for name, axes, a, b in (
            ("0", 0, (2,), (2, 2)),
            ("1", 1, (2, 3), (3, 2)),
            ("2", 2, (2, 2, 3), (2, 3)),
            ("named", ([0, -1], [1, 0]), (2, 2, 3), (3, 2)),
        )
    ),
    *(
        einsum(letters, *shapes)
        for letters, *shapes in (
            ("ij,jk->ik", (2, 3), (3, 2)),
            ("ij->ji", (2, 3)),
            ("ij->", (2, 3)),
            ("ii->i", (3, 3)),
            ("ii", (3, 3)),
            ("iji->j", (2, 3, 2)),
            ("i,j", (2,), (3,)),
            ("ij,ij->i", (2, 3), (2, 3)),
            ("bij,bjk->bki", (2, 2, 3), (2, 3, 2)),
            ("...ij,...jk", (2, 1, 2, 3), (3, 3, 2)),
            ("i...,i->...", (2, 3), (2,)),
            ("ij,jk,kl->li", (2, 2), (2, 3), (3, 2)),
            ("ij,j,i->", (2, 3), (3,), (2,)),
            ("ijk,jil->kl", (2, 3, 2), (3, 2, 2)),
        )
    ),
]

DIAGONALS = [
    product(
        f"{name}_{offset}", partial(ours, offset=offset), partial(theirs, offset=offset), (2, 3, 4)
    )
    for name, ours, theirs in (
        ("diagonal", nx.linalg.diagonal, np.linalg.diagonal),
        ("trace", nx.linalg.trace, np.linalg.trace),
    )
    for offset in (0, 1, 3, -1, -2, 5)
]

AWAY = Operand(shape=(2, 3, 4), gap=0.3)
NORMS = [
    *(
        case(
            f"vector_norm_{ord}",
            partial(nx.linalg.vector_norm, ord=ord, axis=(0, 2)),
            partial(np.linalg.vector_norm, ord=ord, axis=(0, 2)),
            AWAY,
            order=0 if ord == 0 else 2 if math.isfinite(ord) else 1,
        )
        for ord in (0, 1, 2, 3, 2.5, math.inf, -math.inf)
    ),
    *(
        case(
            f"matrix_norm_{ord}",
            partial(nx.linalg.matrix_norm, ord=ord),
            partial(np.linalg.matrix_norm, ord=ord),
            separated(3),
        )
        for ord in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)
    ),
    case("norm", nx.linalg.norm, lambda x: np.sqrt(np.sum(abs(x) ** 2)), AWAY),
    case(
        "norm_kept",
        lambda x: nx.linalg.norm(x, "nuc", axis=(2, 0), keepdims=True),
        lambda x: np.linalg.norm(x, "nuc", axis=(2, 0), keepdims=True),
        AWAY,
    ),
    case(
        "matrix_rank",
        lambda x: nx.linalg.matrix_rank(x, rtol=0.01),
        lambda x: np.linalg.matrix_rank(x, rtol=0.01),
        Operand(values=lambda rng, is_complex: np.diag([3.0, 2.0, 1e-4])),
        order=0,
    ),
]


def positive(n):
    def values(rng, is_complex):
        x = matrices(2, n, n).values(rng, is_complex)
        return x @ transposed(x)

    return Operand(values=values)


def hermitian(x):
    return (x + transposed(x)) / 2


def singular(n, rank):
    """Matrices of small integers, of a rank that is exact in every dtype."""

    def values(rng, is_complex):
        left = np.tril(rng.integers(1, 3, (n, rank))) + np.eye(n, rank)
        return left @ (np.triu(rng.integers(-1, 2, (rank, n)), 1) + np.eye(rank, n))

    return Operand(values=values)


def dependent_columns(rng, is_complex):
    """Of rank 3, and elimination meets a pivot of 0 before the last."""
    x = np.array([[2.0, 2, 1, 0], [1, 1, 0, 3], [0, 0, 1, 1], [1, 1, 1, 1]])
    return x + (1j * np.array([[0.0, 0, 1, 0]] * 4) if is_complex else 0)


def both(method, **options):
    """Return the least-squares solution and the squared residuals."""
    return lambda a, b: tuple(method(a, b, **options))[:2]


def recombined(permutation, lower, upper):
    """Depend on each factor, not only on their product."""
    return permutation @ (lower + lower * lower) @ upper


def least_squares(a, b):
    x = np.linalg.pinv(a) @ b
    return x, np.sum(abs(a @ x - b) ** 2, axis=-2)


SOLVES = [
    case("cholesky", nx.linalg.cholesky, lambda x: np.linalg.cholesky(hermitian(x)), positive(3)),
    case(
        "cholesky_upper",
        lambda x: nx.linalg.cholesky(x, upper=True),
        lambda x: transposed(np.linalg.cholesky(hermitian(x))),
        positive(3),
    ),
    case("eigvalsh", nx.linalg.eigvalsh, lambda x: np.linalg.eigvalsh(hermitian(x)), separated(3)),
    case("svdvals", nx.linalg.svdvals, np.linalg.svdvals, matrices(2, 3, 2)),
    case(
        "lu",
        lambda x: recombined(*nx.linalg.lu(x)),
        lambda x: recombined(*linalg.lu(x)),
        matrices(4, 3),
    ),
    case(
        "solve_vector",
        nx.linalg.solve,
        lambda a, b: np.linalg.inv(a) @ b,
        matrices(2, 3, 3),
        Operand(shape=(3,)),
    ),
    case(
        "triangular_solve",
        partial(nx.linalg.triangular_solve, lower=True),
        lambda a, b: np.linalg.solve(np.tril(a), b),
        matrices(3, 3),
        Operand(shape=(3,)),
    ),
    case("inv", nx.linalg.inv, np.linalg.inv, matrices(2, 3, 3)),
    case(
        "slogdet",
        lambda x: tuple(nx.linalg.slogdet(x)),
        lambda x: tuple(np.linalg.slogdet(x)),
        matrices(2, 4, 4),
    ),
    *(
        case(
            f"matrix_power_{n}",
            lambda x, n=n: nx.linalg.matrix_power(x, n),
            lambda x, n=n: np.linalg.matrix_power(x, n),
            matrices(2, 3, 3),
        )
        for n in (0, 1, 2, 5, -1, -3)
    ),
    case("expm", nx.linalg.expm, linalg.expm, Operand(shape=(2, 3, 3), low=-1, high=1)),
    case(
        "expm_scaled",
        nx.linalg.expm,
        linalg.expm,
        Operand(shape=(3, 3), low=-4, high=4),
        dtypes=("float32", "float64", "complex64", "complex128"),
        tolerance=512,
    ),  # e**8 of growth
    case("lstsq", both(nx.linalg.lstsq), least_squares, matrices(2, 4, 2), Operand(shape=(4, 3))),
    *(
        by_function(P.det, name, nx.linalg.det, np.linalg.det, operand, tolerance=256)
        for name, operand in (
            ("of_nothing", Operand(shape=(2, 0, 0))),
            ("1", matrices(2, 1, 1)),
            ("2", matrices(2, 2, 2)),
            ("3", matrices(2, 3, 3)),
            ("4", matrices(2, 4, 4)),
            ("5", matrices(5, 5)),
        )
    ),
    *(
        by_function(P.det, name, nx.linalg.det, np.linalg.det, operand, tolerance=256, order=1)
        for name, operand in (
            ("singular", singular(4, 3)),
            ("singular_2", singular(2, 1)),
            ("singular_3", singular(3, 2)),
            ("twice_singular", singular(5, 3)),
            ("of_dependent_columns", Operand(values=dependent_columns)),
        )
    ),
    *(
        by_function(P.pinv, name, nx.linalg.pinv, np.linalg.pinv, operand, tolerance=64)
        for name, operand in (
            ("tall", matrices(2, 3, 2)),
            ("wide", matrices(2, 3)),
            ("square", matrices(2, 2, 2)),
        )
    ),
]

CASES = [*PRODUCTS, *DIAGONALS, *NORMS, *SOLVES]
