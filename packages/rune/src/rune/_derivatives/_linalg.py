"""Derivatives of the triangular and pivoted factorizations and of the solves.

Each rule comes from the tangent's formula, written above it. A bar marks the adjoint in the inner
product Re tr(x^H y) of the references; the engine's cotangents are its conjugates (JAX's pairing
is without conjugation), so the rules conjugate on their way in and out. What the spectrum is
needed for stands in `_spectral`.
"""

from __future__ import annotations

from typing import Any

import nx
from nx import Array, MissingRuleError
from nx.effects import perform
from nx.primitives import P, Primitive

from rune._derivatives import _inverses, _spectral
from rune._derivatives._matrices import adjoint, completed, halved, in_float32, to_triangle
from rune._derivatives._rows import Custom, Row

__all__ = ["ROWS"]

Matrices = tuple[Any, ...]


def _triangular(a: Array, b: Array, *, lower: bool, unit_diagonal: bool = False) -> Array:
    return perform(P.triangular_solve, a, b, lower=lower, unit_diagonal=unit_diagonal)


def _over(b: Array, r: Array, *, lower: bool) -> Array:
    """Return b r^-H for a triangular r."""
    return adjoint(_triangular(r, adjoint(b), lower=lower))


# Cholesky.  With S = L^-1 dA L^-H and half(S) its lower triangle with half the diagonal,
# dL = L half(S); so the adjoint of dA is L^-H half(L^H L_bar) L^-1.
# Murray 2016, Differentiation of the Cholesky decomposition, arXiv:1602.07527, eqs. 8 and 10.
def _cholesky_jvp(tangents: Any, out: Array, _a: Array) -> Array:
    s = _over(_triangular(out, completed(tangents[0]), lower=True), out, lower=True)
    return out @ halved(s)


def _cholesky_vjp(g: Array, out: Array, _a: Array) -> Matrices:
    inner = halved(adjoint(out) @ nx.conj(g))
    half = _triangular(adjoint(out), inner, lower=False)
    return (nx.conj(to_triangle(_over(half, adjoint(out), lower=False))),)


# QR.  With C = Q^H dA R^-1 and W = half(C) - half(C)^H (skew, since the diagonal of R stays real):
# dQ = Q (W - C) + dA R^-1 and dR = (C - W) R.
# Walter and Lehmann 2013, Algorithmic differentiation of linear algebra functions, section 3;
# Roberts and Roberts 2020, QR and LQ decomposition matrix backpropagation, arXiv:2009.10071.
def _check_qr(a: Array, full: bool) -> None:
    m, n = a.shape[-2:]
    if m < n or (full and m != n):
        what = "full" if full else "reduced"
        raise MissingRuleError(
            f"qr: cannot differentiate the {what} factors of {a.shape} ({m} {'<' if m < n else '>'}"
            f" {n}: they are not determined by the matrix)\n"
            "hint: factorize a matrix with at least as many rows as columns, reduced"
        )


def _qr_jvp(tangents: Any, out: Matrices, a: Array, *, full: bool) -> Matrices:
    _check_qr(a, full)
    q, r = out
    moved = _over(tangents[0], adjoint(r), lower=True)
    c = adjoint(q) @ moved
    skew = halved(c) - adjoint(halved(c))
    return q @ (skew - c) + moved, (c - skew) @ r


def _qr_vjp(g: Matrices, out: Matrices, a: Array, *, full: bool) -> Matrices:
    _check_qr(a, full)
    q, r = out
    q_bar, r_bar = (None if x is None else nx.conj(x) for x in g)
    k = nx.zeros_like(r) if q_bar is None else adjoint(q) @ q_bar
    k = k if r_bar is None else k - r_bar @ adjoint(r)
    inner = q @ (halved(k - adjoint(k)) - k)
    return (nx.conj(_over(inner if q_bar is None else inner + q_bar, r, lower=False)),)


# LU.  With L and U made square by ones on their diagonals and C = L^-1 dA[p] U^-1:
# d(lu) = L strictly_lower(C) + upper(C) U.
# Seeger et al. 2018, Auto-differentiating linear algebra, arXiv:1710.08717; the rectangular case as
# in de Hoog, Anderssen and Lukas 2011, Differentiation of matrix functionals using triangular
# factorization, Mathematics of Computation 80.
def _lu_factors(lu: Array) -> tuple[Array, Array]:
    m, n = lu.shape[-2:]
    like: dict[str, Any] = {"dtype": lu.dtype, "device": lu.device}
    stack = [(0, 0)] * (lu.ndim - 2)
    lower = nx.pad(nx.tril(lu[..., :, : min(m, n)], k=-1), [*stack, (0, 0), (0, max(m - n, 0))])
    upper = nx.pad(nx.triu(lu[..., : min(m, n), :]), [*stack, (0, max(n - m, 0)), (0, 0)])
    ones = nx.astype(nx.arange(n, device=lu.device) >= min(m, n), lu.dtype)
    return lower + nx.eye(m, **like), upper + nx.eye(n, **like) * ones


def _lu_jvp(tangents: Any, out: Matrices, _a: Array) -> Matrices:
    lower, upper = _lu_factors(out[0])
    moved = nx.take_along_axis(tangents[0], out[1][..., None], axis=-2)
    c = _over(_triangular(lower, moved, lower=True), adjoint(upper), lower=True)
    return lower @ nx.tril(c, k=-1) + nx.triu(c) @ upper, None


def _lu_vjp(g: Matrices, out: Matrices, _a: Array) -> Matrices:
    if g[0] is None:
        return (None,)
    lower, upper = _lu_factors(out[0])
    bar = nx.conj(g[0])
    c = nx.tril(adjoint(lower) @ bar, k=-1) + nx.triu(bar @ adjoint(upper))
    moved = _over(_triangular(adjoint(lower), c, lower=False), upper, lower=False)
    back = nx.argsort(out[1], axis=-1)
    return (nx.conj(nx.take_along_axis(moved, back[..., None], axis=-2)),)


# Solves.  dx = a^-1 (db - da x), linear in b: Giles 2008, An extended collection of matrix
# derivative results for forward and reverse mode automatic differentiation, section 2.3.1.
def _right_side(tangents: Any, out: Array, b: Array) -> Array:
    by_a, by_b = tangents
    side: Array = nx.zeros_like(b) if by_b is None else by_b
    return side if by_a is None else side - by_a @ out


def _solve_jvp(tangents: Any, out: Array, a: Array, b: Array) -> Array:
    return perform(P.solve, a, _right_side(tangents, out, b))


def _solve_vjp(g: Array, out: Array, a: Array, _b: Array) -> Matrices:
    by_b = perform(P.solve, nx.matrix_transpose(a), g)
    return -(by_b @ nx.matrix_transpose(out)), by_b


def _part(x: Array, lower: bool, unit_diagonal: bool) -> Array:
    """Return what a triangular solve reads of its matrix."""
    k = int(unit_diagonal)
    return nx.tril(x, k=-k) if lower else nx.triu(x, k=k)


def _triangular_solve_jvp(
    tangents: Any, out: Array, a: Array, b: Array, *, lower: bool, unit_diagonal: bool
) -> Array:
    by_a = None if tangents[0] is None else _part(tangents[0], lower, unit_diagonal)
    side = _right_side((by_a, tangents[1]), out, b)
    return _triangular(a, side, lower=lower, unit_diagonal=unit_diagonal)


def _triangular_solve_vjp(
    g: Array, out: Array, a: Array, _b: Array, *, lower: bool, unit_diagonal: bool
) -> Matrices:
    transposed = nx.matrix_transpose(a)
    by_b = _triangular(transposed, g, lower=not lower, unit_diagonal=unit_diagonal)
    return -_part(by_b @ nx.matrix_transpose(out), lower, unit_diagonal), by_b


ROWS: dict[Primitive, Row] = {
    primitive: Custom(jvp=in_float32(primitive, jvp), vjp=in_float32(primitive, vjp))
    for primitive, jvp, vjp in (
        (P.cholesky, _cholesky_jvp, _cholesky_vjp),
        (P.qr, _qr_jvp, _qr_vjp),
        (P.lu, _lu_jvp, _lu_vjp),
        (P.solve, _solve_jvp, _solve_vjp),
        (P.triangular_solve, _triangular_solve_jvp, _triangular_solve_vjp),
        *_spectral.RULES,
        *_inverses.RULES,
    )
}
