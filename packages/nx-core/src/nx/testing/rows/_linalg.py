"""Rows of products, windows, Fourier transforms, factorizations and solves.

Factors are not unique, so a factorization is judged by what defines it.  Identities are computed in
wider dtypes than the outputs'; eigenvalues are compared with those of Jacobi's rotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from nx._dtypes import as_dtype, real_of
from nx._errors import LinAlgError
from nx.primitives import P
from nx.testing._operands import Operand, widened
from nx.testing._rows import Claim, Refusal, Row, Sample

__all__ = ["ROWS", "adjoint", "agree", "eigenvalues", "matrices", "product"]

Array = np.ndarray[Any, Any]
Claims = Iterator[Claim]

STACKED: Final = ("several", (2, 3, 3))


def adjoint(x: Any) -> Any:
    """Return the conjugate transpose of matrices."""
    return np.conj(np.swapaxes(x, -1, -2))


def product(a: Any, b: Any) -> Any:
    """Multiply matrices element by element: NumPy's routine for wide dtypes is this, in C."""
    return np.matmul(a, b)


def eye(shape: tuple[int, ...]) -> Any:
    """Return the identity of a stack's last two lengths."""
    return np.eye(shape[-2], shape[-1])


def below(shape: tuple[int, ...], k: int = 0) -> Any:
    """Return the mask of a lower triangle."""
    return np.tri(shape[-2], shape[-1], k).astype(bool)


def matrices(*shape: int) -> Operand:
    """Return well-conditioned stacks: random ones with a heavy diagonal."""

    def values(rng: np.random.Generator, is_complex: bool) -> Any:
        x = rng.uniform(-1, 1, shape)
        if is_complex:
            x = x + 1j * rng.uniform(-1, 1, shape)
        return x + 3 * eye(shape)

    return Operand(values=values, shape=shape)


def separated(*shape: int) -> Operand:
    """Return matrices whose eigenvalues, and singular values, lie far apart."""

    def values(rng: np.random.Generator, is_complex: bool) -> Any:
        x = matrices(*shape).values(rng, is_complex)
        return x + 4.0 * np.arange(shape[-1]) * eye(shape)

    return Operand(values=values, shape=shape)


def lower_triangles(*shape: int) -> Operand:
    """Return what is positive definite when completed from below; above stands NaN."""

    def values(rng: np.random.Generator, is_complex: bool) -> Any:
        x = matrices(*shape).values(rng, is_complex)
        whole = np.matmul(x, adjoint(x))
        return np.where(below(shape), whole, np.nan)

    return Operand(values=values, shape=shape)


def completed(a: Any) -> Any:
    """Return the Hermitian matrices that lower triangles stand for."""
    lower = np.where(below(a.shape), a, 0)
    strict = np.where(below(a.shape, -1), a, 0)
    whole = lower + adjoint(strict)
    for i in range(a.shape[-1]):
        whole[..., i, i] = whole[..., i, i].real
    return whole


def eigenvalues(h: Any) -> Any:
    """Return the eigenvalues of Hermitian matrices, ascending, by Jacobi's rotations.

    A complex matrix A + iB is taken as the real one of twice the size, [[A, -B], [B, A]].
    """
    doubled = h.dtype.kind == "c"
    if doubled:
        h = np.concatenate(
            [np.concatenate([h.real, -h.imag], -1), np.concatenate([h.imag, h.real], -1)], -2
        )
    n = h.shape[-1]
    out = np.empty(h.shape[:-1], h.dtype)
    for index in np.ndindex(h.shape[:-2]):
        out[index] = _jacobi(h[index].copy(), n)
    return out[..., ::2] if doubled else out


def _jacobi(a: Any, n: int) -> Any:
    for _ in range(12):
        for p in range(n):
            for q in range(p + 1, n):
                if a[p, q] == 0:
                    continue
                theta = np.arctan2(2 * a[p, q], a[q, q] - a[p, p]) / 2
                c, s = np.cos(theta), np.sin(theta)
                turn = np.eye(n, dtype=a.dtype)
                turn[p, p], turn[q, q], turn[p, q], turn[q, p] = c, c, s, -s
                a = turn.T @ a @ turn
    return np.sort(np.diagonal(a))


# Factorizations ---------------------------------------------------------------


def agree(label: str, got: Any, expected: Any, like: Array, size: Any = None) -> Claim:
    """Claim that wide numbers agree in the precision of an output."""
    dtype = as_dtype(like.dtype)
    got, expected = np.asarray(got), np.asarray(expected)
    if got.dtype.kind != "c" and expected.dtype.kind != "c":
        dtype = real_of(dtype)
    largest = np.max(np.abs(expected), initial=1.0) if size is None else size
    return Claim(label=label, got=got, expected=expected, dtype=dtype, magnitude=largest)


def _ones(x: Any) -> Any:
    return np.broadcast_to(np.eye(x.shape[-1]), (*x.shape[:-2], x.shape[-1], x.shape[-1]))


def _cholesky(outputs: tuple[Array, ...], a: Array) -> Claims:
    low = widened(outputs[0])
    yield agree("L L^H", product(low, adjoint(low)), completed(widened(a)), outputs[0])
    yield agree("L above the diagonal", np.triu(low, 1), np.zeros(a.shape), outputs[0], 0.0)
    diagonal = np.diagonal(low, axis1=-2, axis2=-1)
    yield agree("the diagonal of L", diagonal, np.abs(diagonal), outputs[0])


def _qr(outputs: tuple[Array, ...], a: Array, *, full: bool) -> Claims:
    q, r = map(widened, outputs)
    yield agree("q r", product(q, r), widened(a), outputs[0])
    yield agree("q^H q", product(adjoint(q), q), _ones(q), outputs[0])
    yield agree("r below the diagonal", np.tril(r, -1), np.zeros(r.shape), outputs[1], 0.0)


def _svd(outputs: tuple[Array, ...], a: Array, *, full: bool, vectors: bool) -> Claims:
    wide = widened(a)
    s = widened(outputs[1 if vectors else 0])
    m, n = a.shape[-2:]
    gram = product(wide, adjoint(wide)) if m < n else product(adjoint(wide), wide)
    real = outputs[1 if vectors else 0]
    expected = np.sqrt(np.maximum(eigenvalues(gram), 0))[..., ::-1]
    yield agree("s", s, expected, real)
    if vectors:
        u, vh = widened(outputs[0]), widened(outputs[2])
        k = s.shape[-1]
        scaled = u[..., :k] * s[..., None, :]
        yield agree("u diag(s) vh", product(scaled, vh[..., :k, :]), wide, outputs[0])
        yield agree("u^H u", product(adjoint(u), u), _ones(u), outputs[0])
        yield agree("vh vh^H", product(vh, adjoint(vh)), _ones(adjoint(vh)), outputs[2])


def _eigh(outputs: tuple[Array, ...], a: Array, *, vectors: bool) -> Claims:
    whole, w = completed(widened(a)), widened(outputs[0])
    yield agree("w", w, eigenvalues(whole), outputs[0])
    if vectors:
        v = widened(outputs[1])
        yield agree("v diag(w) v^H", product(v * w[..., None, :], adjoint(v)), whole, outputs[1])
        yield agree("v^H v", product(adjoint(v), v), _ones(v), outputs[1])


def _eig(outputs: tuple[Array, ...], a: Array, *, vectors: bool) -> Claims:
    w, wide = widened(outputs[0]), widened(a).astype(widened(outputs[0]).dtype)
    power, size = wide, np.max(np.abs(wide), initial=1.0) * a.shape[-1]
    for k in range(1, a.shape[-1] + 1):  # Newton's sums determine the eigenvalues
        trace = np.trace(power, axis1=-2, axis2=-1)
        yield agree(f"the sum of w**{k}", np.sum(w**k, -1), trace, outputs[0], size**k)
        power = product(power, wide)
    if vectors:
        v = widened(outputs[1])
        yield agree("a v", v * w[..., None, :], product(wide, v), outputs[1], size)
        lengths = np.sum(np.abs(v) ** 2, -2)
        yield agree("the norms of v", lengths, np.ones(lengths.shape), outputs[1])


def _lu(outputs: tuple[Array, ...], a: Array) -> Claims:
    both, order, wide = widened(outputs[0]), outputs[1], widened(a)
    m, n = a.shape[-2:]
    k = min(m, n)
    low = np.tril(both, -1)[..., :k] + np.eye(m, k)
    up = np.triu(both)[..., :k, :]
    taken = np.take_along_axis(wide, order[..., None], -2)
    whole = np.broadcast_to(np.arange(m), order.shape)
    yield Claim(label="p sorted", got=np.sort(order, -1), expected=whole, dtype=as_dtype("int64"))
    yield agree("L U", product(low, up), taken, outputs[0])
    most = np.minimum(np.abs(low), 1.0 if a.dtype.kind != "c" else 2**0.5)
    yield agree("abs(L), by the choice of pivots", np.abs(low), most, outputs[0])


def _solve(outputs: tuple[Array, ...], a: Array, b: Array) -> Claims:
    x, wide = widened(outputs[0]), widened(b)
    got = product(widened(a), x)
    yield agree("a x", got, np.broadcast_to(wide, got.shape), outputs[0], _size(a, x))


def _size(a: Array, x: Any) -> Any:
    most = np.max(np.abs(x), initial=1.0)
    return np.nanmax(np.abs(widened(a)), initial=1.0) * most * a.shape[-1]


def _triangular(
    outputs: tuple[Array, ...], a: Array, b: Array, *, lower: bool, unit_diagonal: bool
) -> Claims:
    wide = widened(a)
    mask = below(a.shape)
    triangle = np.where(mask if lower else mask.T, wide, 0)
    if unit_diagonal:
        for i in range(a.shape[-1]):
            triangle[..., i, i] = 1
    x = widened(outputs[0])
    got = product(triangle, x)
    yield agree("a x", got, np.broadcast_to(widened(b), got.shape), outputs[0], _size(a, x))


def _samples(make: Callable[..., Operand], *calls: tuple[Any, ...]) -> tuple[Sample, ...]:
    return tuple(
        Sample(name=f"{name} {params}".strip("{} "), operands=(make(*shape),), params=params)
        for name, shape, params in calls
    )


def _stacks(square: bool, *params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the shapes that every factorization is tried on, with each set of parameters."""
    shapes: list[tuple[str, tuple[int, ...]]] = [
        STACKED,
        ("one", (3, 3)),
        ("of length 1", (2, 1, 1)),
        ("no matrices", (0, 3, 3)),
        ("32 axes", (2, *(1,) * 29, 3, 3)),
    ]
    if not square:
        shapes += [("tall", (2, 4, 2)), ("wide", (2, 2, 3))]
    return [(name, shape, p) for name, shape in shapes for p in params or ({},)]


INDEFINITE: Final = np.array([[[4.0, 1.0], [1.0, 3.0]], [[1.0, 2.0], [2.0, 1.0]]])
SINGULAR: Final = np.array([[[2.0, 1.0], [1.0, 2.0]], [[1.0, 2.0], [2.0, 4.0]]])
RIGHT: Final = Operand(shape=(2, 2, 1))
FULL: Final = [{"full": False}, {"full": True}]
LOOSE: Final[dict[str, Any]] = {"mode": "claims", "ulps": 48.0, "core": 2}
"""Backward stable algorithms: errors are a few units of the largest element."""

FACTORIZATIONS: Final = (
    Row(
        primitive=P.cholesky,
        oracle=_cholesky,
        samples=_samples(lower_triangles, *_stacks(True)),
        refusals=(
            Refusal(
                name="a matrix that is not positive definite",
                operands=(Operand(values=INDEFINITE),),
                error=LinAlgError,
            ),
        ),
        **LOOSE,
    ),
    Row(primitive=P.qr, oracle=_qr, samples=_samples(matrices, *_stacks(False, *FULL)), **LOOSE),
    Row(
        primitive=P.svd,
        oracle=_svd,
        samples=_samples(
            separated,
            *_stacks(False, *(each | {"vectors": v} for each in FULL for v in (True, False))),
        ),
        **LOOSE,
    ),
    Row(
        primitive=P.eigh,
        oracle=_eigh,
        samples=_samples(lower_triangles, *_stacks(True, {"vectors": True}, {"vectors": False})),
        **LOOSE,
    ),
    Row(
        primitive=P.eig,
        oracle=_eig,
        samples=_samples(separated, *_stacks(True, {"vectors": True}, {"vectors": False})),
        **LOOSE,
    ),
    Row(primitive=P.lu, oracle=_lu, samples=_samples(matrices, *_stacks(False)), **LOOSE),
)

SYSTEMS: Final = (
    ("stacks", (2, 3, 3), (2, 3, 1)),
    ("broadcast", (2, 1, 3, 3), (3, 3, 2)),
    ("one", (3, 3), (3, 2)),
    ("no right sides", (2, 3, 3), (2, 3, 0)),
    ("no matrices", (0, 3, 3), (0, 3, 2)),
    ("32 axes", (2, *(1,) * 29, 3, 3), (2, *(1,) * 29, 3, 1)),
)


def _triangles(*shape: int) -> Callable[[bool], Operand]:
    def made(lower: bool) -> Operand:
        def values(rng: np.random.Generator, is_complex: bool) -> Any:
            x = matrices(*shape).values(rng, is_complex)
            mask = below(shape)
            return np.where(mask if lower else mask.T, x, np.nan)

        return Operand(values=values, shape=shape)

    return made


SOLVES: Final = (
    Row(
        primitive=P.solve,
        oracle=_solve,
        samples=tuple(
            Sample(name=name, operands=(matrices(*a), Operand(shape=b))) for name, a, b in SYSTEMS
        ),
        refusals=(
            Refusal(
                name="a singular matrix",
                operands=(Operand(values=SINGULAR), RIGHT),
                error=LinAlgError,
            ),
        ),
        **LOOSE,
    ),
    Row(
        primitive=P.triangular_solve,
        oracle=_triangular,
        samples=tuple(
            Sample(
                name=f"{name} {'lower' if lower else 'upper'}{' unit' * unit}",
                operands=(_triangles(*a)(lower), Operand(shape=b)),
                params={"lower": lower, "unit_diagonal": unit},
            )
            for name, a, b in SYSTEMS
            for lower in (False, True)
            for unit in (False, True)
        ),
        **LOOSE,
    ),
)

ROWS: Final = (*FACTORIZATIONS, *SOLVES)
