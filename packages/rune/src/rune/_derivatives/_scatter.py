"""Derivatives of gather and of the scatters, exact for duplicate indices."""

from __future__ import annotations

from typing import Any

import nx
from nx import Array, ArrayType
from nx.effects import perform
from nx.primitives import P, Primitive

from rune._derivatives._rows import Custom, Linear, Row

__all__ = ["ROWS"]

Axes = tuple[int, ...]


def _zeros(type_: ArrayType | Array, like: Array) -> Array:
    return nx.zeros(type_.shape, dtype=like.dtype, device=like.device)


def _gather(g: Array, x: ArrayType, *indices: Array, axes: Axes) -> Array:
    return perform(P.scatter_add, _zeros(x, g), g, *indices, axes=axes)


def _taken(g: Array, indices: tuple[Array, ...], axes: Axes) -> Array:
    return perform(P.gather, g, *indices, axes=axes)


def _set_x(g: Array, _x: ArrayType, updates: ArrayType, *indices: Array, axes: Axes) -> Array:
    return perform(P.scatter_set, g, _zeros(updates, g), *indices, axes=axes)


def _set_updates(g: Array, x: ArrayType, updates: ArrayType, *indices: Array, axes: Axes) -> Array:
    # of updates with the same index only the last one is in the result: number them to see which
    numbers = nx.reshape(nx.arange(updates.size, device=g.device), updates.shape)
    kept = nx.zeros(x.shape, dtype=nx.int64, device=g.device)
    kept = perform(P.scatter_set, kept, numbers, *indices, axes=axes)
    return nx.where(_taken(kept, indices, axes) == numbers, _taken(g, indices, axes), 0.0)


# Multiplication: the derivative by one update is the product of x and of the other updates of its
# cell.
def _cells(x: Array, indices: tuple[Array, ...], axes: Axes) -> Array:
    """Return the numbers of the indexed cells; equal numbers are the same cell."""
    number = nx.zeros((), dtype=nx.int64, device=x.device)
    for index, axis in zip(indices, axes, strict=True):
        n = x.shape[axis]
        number = number * n + nx.astype(nx.where(index < 0, index + n, index), nx.int64)
    return nx.flatten(number)


def _running(y: Array, cells: Array, distance: int) -> Array:
    """Multiply by the element ``distance`` earlier where it belongs to the same cell."""
    first = nx.zeros(distance, dtype=nx.bool, device=y.device)
    same = nx.concat([first, cells[distance:] == cells[:-distance]])
    earlier = nx.concat([nx.ones_like(y[:distance]), y[:-distance]])
    return y * nx.where(nx.reshape(same, (-1, *(1,) * (y.ndim - 1))), earlier, 1.0)


def _products_before(u: Array, cells: Array) -> Array:
    """Return, for updates sorted by cell, the product of those before each in its cell."""
    same = nx.concat([nx.zeros(1, dtype=nx.bool, device=u.device), cells[1:] == cells[:-1]])
    y = nx.concat([nx.ones_like(u[:1]), u[:-1]])
    y = nx.where(nx.reshape(same, (-1, *(1,) * (u.ndim - 1))), y, 1.0)
    distance = 1
    while distance < u.shape[0]:
        y = _running(y, cells, distance)
        distance *= 2
    return y


def _others(x: Array, updates: Array, indices: tuple[Array, ...], axes: Axes) -> Array:
    """Return, for each update, the product of the other updates of its cell."""
    cells = _cells(x, indices, axes)
    count = cells.shape[0]
    if not updates.size:
        return updates
    u = nx.reshape(updates, (count, -1))
    order = nx.argsort(cells)
    u, cells = nx.take(u, order, axis=0), nx.take(cells, order)
    before = _products_before(u, cells)
    after = nx.flip(_products_before(nx.flip(u, axis=0), nx.flip(cells)), axis=0)
    return nx.reshape(nx.take(before * after, nx.argsort(order), axis=0), updates.shape)


def _multiply_jvp(
    tangents: Any, _out: Array, x: Array, updates: Array, *indices: Array, axes: Axes
) -> Array:
    by_x, by_updates, *_ = tangents
    total = nx.zeros_like(x)
    if by_x is not None:
        total = total + perform(P.scatter_multiply, by_x, updates, *indices, axes=axes)
    if by_updates is not None:
        share = by_updates * _others(x, updates, indices, axes) * _taken(x, indices, axes)
        total = perform(P.scatter_add, total, share, *indices, axes=axes)
    return total


def _multiply_vjp(
    g: Array, _out: Array, x: Array, updates: Array, *indices: Array, axes: Axes
) -> tuple[Any, ...]:
    by_x = perform(P.scatter_multiply, g, updates, *indices, axes=axes)
    by_updates = _taken(g * x, indices, axes) * _others(x, updates, indices, axes)
    return (by_x, by_updates, *(None for _ in indices))


# Extrema: what ties with the result shares its derivative equally.
def _shares(
    out: Array, x: Array, updates: Array, indices: tuple[Array, ...], axes: Axes
) -> tuple[Array, Array, Array]:
    mine = nx.astype(x == out, x.dtype)
    theirs = nx.astype(updates == _taken(out, indices, axes), x.dtype)
    return mine, theirs, perform(P.scatter_add, mine, theirs, *indices, axes=axes)


def _extremum_jvp(
    tangents: Any, out: Array, x: Array, updates: Array, *indices: Array, axes: Axes
) -> Array:
    mine, theirs, count = _shares(out, x, updates, indices, axes)
    by_x, by_updates, *_ = tangents
    total = nx.zeros_like(x) if by_x is None else by_x * mine
    if by_updates is not None:
        total = perform(P.scatter_add, total, by_updates * theirs, *indices, axes=axes)
    return total / count


def _extremum_vjp(
    g: Array, out: Array, x: Array, updates: Array, *indices: Array, axes: Axes
) -> tuple[Any, ...]:
    mine, theirs, count = _shares(out, x, updates, indices, axes)
    share = g / count
    return (share * mine, _taken(share, indices, axes) * theirs, *(None for _ in indices))


ROWS: dict[Primitive, Row] = {
    P.gather: Linear(_gather),
    P.scatter_set: Linear(_set_x, _set_updates),
    P.scatter_add: Linear(
        lambda g, _x, _updates, *indices, axes: g,
        lambda g, _x, _updates, *indices, axes: _taken(g, indices, axes),
    ),
    P.scatter_multiply: Custom(jvp=_multiply_jvp, vjp=_multiply_vjp),
    P.scatter_min: Custom(jvp=_extremum_jvp, vjp=_extremum_vjp),
    P.scatter_max: Custom(jvp=_extremum_jvp, vjp=_extremum_vjp),
}
