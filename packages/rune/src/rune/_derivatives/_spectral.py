"""Derivatives of the singular value and eigenvalue decompositions.

Vectors are determined up to a phase each: the rules hold for functions that don't depend on it.
Where two eigenvalues (or singular values) are equal the vectors have no derivative, and theirs is
infinite or NaN; the values' own stays finite, also in reverse mode as long as no vector is used.
That is JAX's behaviour. `_linalg` says what a bar is.
"""

from __future__ import annotations

from typing import Any

import nx
from nx import Array, MissingRuleError
from nx.effects import perform, perform_several
from nx.primitives import P

from rune._derivatives._matrices import adjoint, completed, to_triangle

__all__ = ["RULES"]

Matrices = tuple[Any, ...]


def _diagonal(x: Array) -> Array:
    """Return the diagonals of square matrices."""
    return nx.sum(x * nx.eye(x.shape[-1], dtype=x.dtype, device=x.device), axis=-1)


def _inverse_gaps(w: Array) -> Array:
    """Return 1 / (w[j] - w[i]) in row i and column j, and 0 on the diagonal."""
    eye = nx.eye(w.shape[-1], dtype=w.dtype, device=w.device)
    return 1.0 / (w[..., None, :] - w[..., :, None] + eye) - eye


def _bar(g: Array | None) -> Array | None:
    return None if g is None else nx.conj(g)


def _columns(x: Array, scale: Array) -> Array:
    """Return a matrix with its columns scaled."""
    return x * nx.astype(scale, x.dtype)[..., None, :]


def _on_diagonal(w: Array, like: Array) -> Array:
    return _columns(nx.eye(w.shape[-1], dtype=like.dtype, device=like.device), w)


# Hermitian eigenvalues.  With M = V^H dA V and F[i, j] = 1 / (w[j] - w[i]), 0 on the diagonal:
# dw = diag(M) and dV = V (F * M).  Giles 2008, section 3.1; Seeger et al. 2018, arXiv:1710.08717.
def _eigh_jvp(tangents: Any, out: Matrices, a: Array, *, vectors: bool) -> Matrices:
    w, v = out if vectors else perform_several(P.eigh, a, vectors=True)
    m = adjoint(v) @ (completed(tangents[0]) @ v)
    by_w = nx.real(_diagonal(m))
    return (by_w, v @ (_inverse_gaps(w) * m)) if vectors else (by_w,)


def _eigh_vjp(g: Matrices, out: Matrices, a: Array, *, vectors: bool) -> Matrices:
    w, v = out if vectors else perform_several(P.eigh, a, vectors=True)
    v_bar = _bar(g[1]) if vectors else None
    moved = 0.0 if v_bar is None else v @ (_inverse_gaps(w) * (adjoint(v) @ v_bar))
    if g[0] is not None:
        moved = moved + _columns(v, g[0])
    return (nx.conj(to_triangle(moved @ adjoint(v))),)


# General eigenvalues.  With M = V^-1 dA V and F as above: dw = diag(M), and dV = V (F * M) less
# what would change the columns' lengths.  Boeddeker et al. 2017, On the computation of
# complex-valued gradients, arXiv:1701.00392, section 4.18.
def _eig(out: Matrices, a: Array, vectors: bool) -> Matrices:
    return out if vectors else tuple(perform_several(P.eig, a, vectors=True))


def _lengths(v: Array, moved: Array) -> Array:
    """Return Re(v^H moved), column by column."""
    return nx.sum(nx.real(nx.conj(v) * moved), axis=-2)


def _eig_jvp(tangents: Any, out: Matrices, a: Array, *, vectors: bool) -> Matrices:
    w, v = _eig(out, a, vectors)
    m = perform(P.solve, v, nx.astype(tangents[0], v.dtype) @ v)
    if not vectors:
        return (_diagonal(m),)
    moved = v @ (_inverse_gaps(w) * m)
    return _diagonal(m), moved - _columns(v, _lengths(v, moved))


def _eig_vjp(g: Matrices, out: Matrices, a: Array, *, vectors: bool) -> Matrices:
    w, v = _eig(out, a, vectors)
    v_bar = _bar(g[1]) if vectors else None
    inner: Any = 0.0
    if v_bar is not None:
        across = v_bar - _columns(v, _lengths(v, v_bar))
        inner = nx.conj(_inverse_gaps(w)) * (adjoint(v) @ across)
    if g[0] is not None:
        inner = inner + _on_diagonal(nx.conj(g[0]), v)
    found = nx.conj(perform(P.solve, adjoint(v), inner @ adjoint(v)))
    return (found if a.dtype.kind == "complex" else nx.real(found),)


# Singular values.  With P = U^H dA V, F[i, j] = 1 / (s[j]^2 - s[i]^2), 0 on the diagonal, and S
# the diagonal matrix: ds = Re diag(P),
# dU = U (F * (P S + S P^H) + i Im diag(P) / S) + (1 - U U^H) dA V / S and
# dV = V (F * (S P + P^H S)) + (1 - V V^H) dA^H U / S.
# Townsend 2016, Differentiating the singular value decomposition; complex: Wan and Zhang 2019,
# Automatic differentiation for complex valued SVD, arXiv:1909.02659.
def _svd(out: Matrices, a: Array, full: bool, vectors: bool) -> Matrices:
    """Return u, s, vh reduced."""
    if not vectors:
        return tuple(perform_several(P.svd, a, full=False, vectors=True))
    k = out[1].shape[-1]
    return (out[0][..., :k], out[1], out[2][..., :k, :]) if full else out


def _check_svd(a: Array, full: bool) -> None:
    m, n = a.shape[-2:]
    if full and m != n:
        raise MissingRuleError(
            f"svd: cannot differentiate the full vectors of {a.shape} ({m} != {n}: those of "
            "singular value 0 are not determined by the matrix)\n"
            "hint: use full_matrices=False"
        )


def _inverse_or_zero(s: Array) -> Array:
    return nx.where(s == 0, 0.0, 1.0 / nx.where(s == 0, 1.0, s))


def _svd_gaps(s: Array) -> Array:
    eye = nx.eye(s.shape[-1], dtype=s.dtype, device=s.device)
    row, column = s[..., None, :], s[..., :, None]
    return 1.0 / ((row + column) * (row - column) + eye) - eye


def _svd_jvp(tangents: Any, out: Matrices, a: Array, *, full: bool, vectors: bool) -> Matrices:
    u, s, vh = _svd(out, a, full, vectors)
    (t,) = tangents
    v = adjoint(vh)
    p = adjoint(u) @ (t @ v)
    by_s = nx.real(_diagonal(p))
    if not vectors:
        return (by_s,)
    _check_svd(a, full)
    row, gaps = nx.astype(s, p.dtype)[..., None, :], _svd_gaps(s)
    right, left = p * row, nx.matrix_transpose(row) * p
    phase = _on_diagonal(_inverse_or_zero(s), p) * (p - adjoint(p)) * 0.5
    by_u = u @ (gaps * (right + adjoint(right)) + phase)
    by_v = v @ (gaps * (left + adjoint(left)))
    if u.shape[-2] > s.shape[-1]:
        by_u = by_u + _outside(u, t @ v) / row
    if v.shape[-2] > s.shape[-1]:
        by_v = by_v + _outside(v, adjoint(t) @ u) / row
    return by_u, by_s, adjoint(by_v)


def _outside(q: Array, x: Array) -> Array:
    """Return the part of x outside the range of q."""
    return x - q @ (adjoint(q) @ x)


def _svd_vjp(g: Matrices, out: Matrices, a: Array, *, full: bool, vectors: bool) -> Matrices:
    u, s, vh = _svd(out, a, full, vectors)
    u_bar, by_s, vh_bar = (_bar(g[0]), g[1], _bar(g[2])) if vectors else (None, g[0], None)
    if u_bar is not None or vh_bar is not None:
        _check_svd(a, full)
    row, v = nx.astype(s, u.dtype)[..., None, :], adjoint(vh)
    inner: Any = 0.0 if by_s is None else _on_diagonal(by_s, u)
    outer: Any = 0.0
    if u_bar is not None:
        d = adjoint(u) @ u_bar
        x = _svd_gaps(s) * d
        phase = _on_diagonal(_inverse_or_zero(s), u) * (d - adjoint(d)) * 0.5
        inner = inner + (x + adjoint(x)) * row + phase
        if u.shape[-2] > s.shape[-1]:
            outer = (_outside(u, u_bar) / row) @ vh
    if vh_bar is not None:
        v_bar = adjoint(vh_bar)
        y = _svd_gaps(s) * (vh @ v_bar)
        inner = inner + nx.matrix_transpose(row) * (y + adjoint(y))
        if v.shape[-2] > s.shape[-1]:
            outer = outer + u @ adjoint(_outside(v, v_bar) / row)
    return (nx.conj(u @ inner @ vh + outer),)


RULES = (
    (P.eig, _eig_jvp, _eig_vjp),
    (P.eigh, _eigh_jvp, _eigh_vjp),
    (P.svd, _svd_jvp, _svd_vjp),
)
