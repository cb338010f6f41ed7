"""The derivative of layer normalization, computed in float32 for the 16-bit dtypes.

With u = (x - mean) r and r = 1 / sqrt(variance + epsilon), a tangent t of x moves u by
r (t - mean(t) - u mean(t u)).  That map is symmetric, so it serves cotangents too.
"""

from __future__ import annotations

from typing import Any

import nx
from nx import Array
from nx.effects import perform, perform_several
from nx.primitives import P, Primitive

from rune._derivatives._rows import Custom, Row
from rune._derivatives._structured import sum_to

__all__ = ["ROWS"]

Axes = tuple[int, ...]


def _wide(x: Array) -> Array:
    return nx.astype(x, nx.float32) if x.dtype in (nx.float16, nx.bfloat16) else x


def _unit(x: Array, axes: Axes, epsilon: float) -> tuple[Array, Array]:
    """Return u, and r with its axes kept."""
    one, zero = (nx.full((), value, dtype=x.dtype, device=x.device) for value in (1.0, 0.0))
    u = perform(P.layer_norm, x, one, zero, axes=axes, epsilon=epsilon)
    _, variance = perform_several(P.moments, x, axes=axes)
    kept = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    return u, 1.0 / nx.sqrt(nx.reshape(variance, kept) + epsilon)


def _moved(t: Array, u: Array, r: Array, axes: Axes) -> Array:
    by_mean = nx.mean(t, axis=axes, keepdims=True)
    by_variance = nx.mean(t * u, axis=axes, keepdims=True)
    return r * (t - by_mean - u * by_variance)


def _layer_norm_jvp(
    tangents: tuple[Any, Any, Any],
    out: Array,
    x: Array,
    scale: Array,
    _shift: Array,
    *,
    axes: Axes,
    epsilon: float,
) -> Array:
    by_x, by_scale, by_shift = (None if t is None else _wide(t) for t in tangents)
    u, r = _unit(_wide(x), axes, epsilon)
    parts = [] if by_shift is None else [by_shift]
    if by_scale is not None:
        parts.append(u * by_scale)
    if by_x is not None:
        parts.append(_moved(by_x, u, r, axes) * _wide(scale))
    return nx.broadcast_to(nx.astype(sum(parts[1:], parts[0]), out.dtype), out.shape)


def _layer_norm_vjp(
    g: Array, _out: Array, x: Array, scale: Array, shift: Array, *, axes: Axes, epsilon: float
) -> tuple[Array, Array, Array]:
    u, r = _unit(_wide(x), axes, epsilon)
    wide = _wide(g)
    by_x = _moved(wide * _wide(scale), u, r, axes)
    by_scale, by_shift = sum_to(wide * u, scale.shape), sum_to(wide, shift.shape)
    return tuple(nx.astype(y, g.dtype) for y in (by_x, by_scale, by_shift))  # type: ignore[return-value]  # of three


ROWS: dict[Primitive, Row] = {
    P.layer_norm: Custom(jvp=_layer_norm_jvp, vjp=_layer_norm_vjp),
}
