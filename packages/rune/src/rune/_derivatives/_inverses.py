"""Derivatives of the determinant and the pseudo-inverse, finite for singular matrices too."""

from __future__ import annotations

from typing import Any

import nx
from nx import Array
from nx.effects import perform, perform_several
from nx.primitives import P

from rune._derivatives._matrices import adjoint

__all__ = ["RULES"]


# The determinant.  d det(a) = tr(adj(a) da): Jacobi's formula; Giles 2008, section 2.2.4.
def _det_jvp(tangents: Any, _out: Array, a: Array) -> Array:
    return nx.sum(_cofactors(a) * tangents[0], axis=(-2, -1))


def _det_vjp(g: Array, _out: Array, a: Array) -> tuple[Array]:
    return (g[..., None, None] * _cofactors(a),)


def _cofactors(a: Array) -> Array:
    """Return the transposed adjugate."""
    n = a.shape[-1]
    if n < 2:
        return nx.ones_like(a)
    if n == 2:
        flipped = nx.flip(a, axis=(-2, -1))
        return flipped * nx.asarray([[1, -1], [-1, 1]], dtype=a.dtype, device=a.device)
    if n == 3:
        first, second, third = a[..., 0, :], a[..., 1, :], a[..., 2, :]
        rows = (second, third), (third, first), (first, second)
        return nx.stack([nx.linalg.cross(x, y) for x, y in rows], axis=-2)
    cofactors, lost = _by_elimination(a)
    if not bool(nx.any(lost)):
        return cofactors
    # the other matrices are replaced: what is not chosen must not make NaN on the way back
    spread = nx.astype(nx.eye(n, device=a.device) * nx.arange(1.0, n + 1, device=a.device), a.dtype)
    lost = lost[..., None, None]
    return nx.where(lost, _by_singular_values(nx.where(lost, a, spread)), cofactors)


def _by_elimination(a: Array) -> tuple[Array, Array]:
    """Return the cofactors, and where a pivot before the last is 0 (there they are 0 instead).

    With the last pivot of U replaced by one over the product of the others, only the solution's
    other rows are multiplied by the determinant: nothing is divided by the last pivot, which may
    be 0.  The method of JAX's ``jax.numpy.linalg.det``.
    """
    n = a.shape[-1]
    lu, order = perform_several(P.lu, a)
    pivots = nx.linalg.diagonal(lu)
    lost = nx.any(pivots[..., :-1] == 0, axis=-1)
    safe = nx.where(lost[..., None], 1.0, pivots)
    sign = nx.linalg.det(nx.astype(_permutation(order), a.dtype))
    before = nx.prod(safe[..., :-1], axis=-1) * sign
    whole = before * safe[..., -1]
    last = nx.astype(nx.arange(n, device=a.device) == n - 1, nx.bool_)
    corner = last[:, None] & last
    on_diagonal = nx.eye(n, dtype=nx.bool_, device=a.device)
    upper = nx.where(on_diagonal, safe[..., None, :], lu)
    upper = nx.where(corner, 1.0 / before[..., None, None], upper)
    x = nx.astype(_permutation(order), a.dtype)
    x = perform(P.triangular_solve, lu, x, lower=True, unit_diagonal=True)
    x = nx.where(last[:, None], x, x * whole[..., None, None])
    x = perform(P.triangular_solve, upper, x, lower=False, unit_diagonal=False)
    found = nx.where(lost[..., None, None], 0.0, nx.matrix_transpose(x))
    return found, lost


def _permutation(order: Array) -> Array:
    """Return the matrices that permute rows as the indices do."""
    return order[..., :, None] == nx.arange(order.shape[-1], device=order.device)


def _by_singular_values(a: Array) -> Array:
    """Return the cofactors of any matrix, from a = U S V^H: det(U V^H) conj(U) (S's) V^T."""
    u, s, vh = perform_several(P.svd, a, full=False, vectors=True)
    n = s.shape[-1]
    others = nx.where(nx.eye(n, dtype=nx.bool_, device=s.device), 1.0, s[..., None, :])
    scale = nx.astype(nx.prod(others, axis=-1), a.dtype)
    sign = nx.linalg.det(u) * nx.linalg.det(vh)
    return sign[..., None, None] * ((nx.conj(u) * scale[..., None, :]) @ nx.conj(vh))


# The pseudo-inverse, while the rank does not change:
# dP = -P da P + P P^H da^H (1 - a P) + (1 - P a) da^H P^H P.
# Golub and Pereyra 1973, The differentiation of pseudo-inverses, SIAM Journal on Numerical
# Analysis 10(2), eq. 4.12.
def _pinv_jvp(tangents: Any, out: Array, a: Array, _rtol: Array) -> Array:
    t = tangents[0]
    if t is None:
        return nx.zeros_like(out)
    p, turned = out, adjoint(t)
    left: Array = p @ (adjoint(p) @ (turned - turned @ a @ p))
    right: Array = ((turned - p @ (a @ turned)) @ adjoint(p)) @ p
    across: Array = p @ t @ p
    return left + right - across


def _pinv_vjp(g: Array, out: Array, a: Array, _rtol: Array) -> tuple[Any, ...]:
    p, bar = out, adjoint(nx.conj(g))  # bar is P_bar^H
    left = ((bar - a @ (p @ bar)) @ p) @ adjoint(p)
    right = adjoint(p) @ (p @ (bar - bar @ p @ a))
    return nx.conj(left + right - adjoint(p @ bar @ p)), None


RULES = ((P.det, _det_jvp, _det_vjp), (P.pinv, _pinv_jvp, _pinv_vjp))
