"""Derivatives of the primitives that reduce, scan, move, sort, contract, transform or convert."""

from __future__ import annotations

import math
from typing import Any

import nx
from nx import Array, ArrayType
from nx.effects import perform
from nx.primitives import P, Primitive

from rune._derivatives._rows import Bilinear, Custom, Linear, Row

__all__ = ["ROWS", "ZERO", "sum_to"]

Axes = tuple[int, ...]


def sum_to(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum the axes along which an operand of this shape was broadcast."""
    extra = len(g.shape) - len(shape)
    axes = tuple(i for i, n in enumerate(g.shape) if i < extra or (shape[i - extra] == 1 != n))
    return nx.reshape(perform(P.sum, g, axes=axes), shape) if axes else g


def _spread(g: Array, shape: tuple[int, ...], axes: Axes) -> Array:
    """Repeat a reduction's cotangent along the axes it removed."""
    if g.shape:
        g = nx.reshape(g, tuple(1 if i in axes else n for i, n in enumerate(shape)))
    return nx.broadcast_to(g, shape)


# Reductions.
def _exclusive_product(x: Array, axes: Axes) -> Array:
    """Return, for each element, the product of the others: exact where some are 0."""
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    flat = nx.reshape(
        nx.permute_dims(x, rest + axes), (*(x.shape[i] for i in rest), -1 if x.size else 0)
    )
    if not x.size:
        return x
    last = flat.ndim - 1
    one = nx.ones_like(flat[..., :1])
    before = nx.concat([one, nx.cumulative_prod(flat[..., :-1], axis=last)], axis=last)
    after = nx.concat([nx.cumulative_prod(flat[..., 1:], axis=last, reverse=True), one], axis=last)
    moved = nx.reshape(before * after, tuple(x.shape[i] for i in rest + axes))
    order = rest + axes
    return nx.permute_dims(moved, [order.index(i) for i in range(x.ndim)])


def _prod_jvp(tangents: tuple[Array], _out: Array, x: Array, *, axes: Axes) -> Array:
    return perform(P.sum, tangents[0] * _exclusive_product(x, axes), axes=axes)


def _prod_vjp(g: Array, _out: Array, x: Array, *, axes: Axes) -> tuple[Array]:
    return (_spread(g, x.shape, axes) * _exclusive_product(x, axes),)


def _shares(out: Array, x: Array, axes: Axes) -> Array:
    """Return each element's share in an extremum: elements that tie share equally."""
    ties = nx.astype(x == _spread(out, x.shape, axes), x.dtype)
    return ties / _spread(perform(P.sum, ties, axes=axes), x.shape, axes)


def _extremum_jvp(tangents: tuple[Array], out: Array, x: Array, *, axes: Axes) -> Array:
    return perform(P.sum, tangents[0] * _shares(out, x, axes), axes=axes)


def _extremum_vjp(g: Array, out: Array, x: Array, *, axes: Axes) -> tuple[Array]:
    return (_spread(g, x.shape, axes) * _shares(out, x, axes),)


def _logsumexp_jvp(tangents: tuple[Array], out: Array, x: Array, *, axes: Axes) -> Array:
    return perform(P.sum, tangents[0] * _weights(out, x, axes), axes=axes)


def _logsumexp_vjp(g: Array, out: Array, x: Array, *, axes: Axes) -> tuple[Array]:
    return (_spread(g, x.shape, axes) * _weights(out, x, axes),)


def _weights(out: Array, x: Array, axes: Axes) -> Array:
    """Return exp(x - logsumexp(x)); 0 where all are -inf."""
    total = _spread(out, x.shape, axes)
    w = nx.exp(x - nx.where(nx.isfinite(total), total, 0.0))
    # dividing by their sum takes out the rounding of a large logsumexp
    norm = perform(P.sum, w, axes=axes)
    return w / _spread(nx.where(norm == 0, 1.0, norm), x.shape, axes)


# Scans.  A running product is built in log2(n) steps y <- (shifted y) * y; the derivative is that
# of the steps, which is exact also where elements are 0.
def _shifted(y: Array, axis: int, distance: int, reverse: bool, fill: float) -> Array:
    """Return the elements ``distance`` earlier in the scan's direction, or ``fill``."""
    n = y.shape[axis]
    none = [0] * y.ndim
    width = [distance if i == axis else 0 for i in range(y.ndim)]
    low, high = (none, width) if reverse else (width, none)
    padded = nx.pad(y, list(zip(low, high, strict=True)), value=fill)
    keep = slice(distance, None) if reverse else slice(0, n)
    return padded[tuple(keep if i == axis else slice(None) for i in range(y.ndim))]


def _unshifted(g: Array, axis: int, distance: int, reverse: bool) -> Array:
    return _shifted(g, axis, distance, not reverse, 0.0)


def _product_steps(x: Array, axis: int, reverse: bool) -> list[tuple[int, Array, Array]]:
    """Return, for each step, its distance and the derivatives by y and by the shifted y."""
    found, y, distance = [], x, 1
    while distance < x.shape[axis]:
        earlier = _shifted(y, axis, distance, reverse, 1.0)
        found.append((distance, earlier, y))
        y, distance = y * earlier, 2 * distance
    return found


def _cumprod_jvp(
    tangents: tuple[Array], _out: Array, x: Array, *, axis: int, reverse: bool
) -> Array:
    (t,) = tangents
    for distance, by_y, by_earlier in _product_steps(x, axis, reverse):
        t = by_y * t + by_earlier * _shifted(t, axis, distance, reverse, 0.0)
    return t


def _cumprod_vjp(g: Array, _out: Array, x: Array, *, axis: int, reverse: bool) -> tuple[Array]:
    for distance, by_y, by_earlier in reversed(_product_steps(x, axis, reverse)):
        g = by_y * g + _unshifted(by_earlier * g, axis, distance, reverse)
    return (g,)


# A running extremum is constant along stretches; the k elements of a stretch that have reached it
# share equally: out_i' is the mean of their tangents.
def _along_stretch(y: Array, out: Array, axis: int, reverse: bool) -> Array:
    """Return the running sums of y, begun anew wherever ``out`` changes."""
    distance = 1
    while distance < out.shape[axis]:
        same = out == _shifted(out, axis, distance, reverse, math.nan)
        y = y + nx.where(same, _shifted(y, axis, distance, reverse, 0.0), 0.0)
        distance *= 2
    return y


def _reached(out: Array, x: Array, axis: int, reverse: bool) -> tuple[Array, Array]:
    """Return 1 for each element that is the extremum so far, and how many of them there are."""
    ties = nx.astype(x == out, x.dtype)
    return ties, _along_stretch(ties, out, axis, reverse)


def _running_jvp(
    tangents: tuple[Array], out: Array, x: Array, *, axis: int, reverse: bool
) -> Array:
    ties, count = _reached(out, x, axis, reverse)
    return _along_stretch(nx.where(ties == 0, 0.0, tangents[0]), out, axis, reverse) / count


def _running_vjp(g: Array, out: Array, x: Array, *, axis: int, reverse: bool) -> tuple[Array]:
    ties, count = _reached(out, x, axis, reverse)
    return (ties * _along_stretch(g / count, out, axis, not reverse),)


# Sorting: the output is a permutation of the input.
def _sort_jvp(
    tangents: tuple[Array], _out: Array, x: Array, *, axis: int, descending: bool
) -> Array:
    order = nx.argsort(x, axis=axis, descending=descending)
    return nx.take_along_axis(tangents[0], order, axis=axis)


def _sort_vjp(g: Array, _out: Array, x: Array, *, axis: int, descending: bool) -> tuple[Array]:
    order = nx.argsort(x, axis=axis, descending=descending)
    return (nx.take_along_axis(g, nx.argsort(order, axis=axis), axis=axis),)


# Moves.
def _slice(g: Array, x: ArrayType, *, starts: Axes, stops: Axes, steps: Axes) -> Array:
    if not g.size:
        return nx.zeros(x.shape, dtype=g.dtype, device=g.device)
    ends = [
        start + (n - 1) * step + 1 for start, n, step in zip(starts, g.shape, steps, strict=True)
    ]
    high = tuple(n - end for n, end in zip(x.shape, ends, strict=True))
    return _padded(g, starts, high, tuple(step - 1 for step in steps))


def _padded(g: Array, low: Axes, high: Axes, interior: Axes) -> Array:
    zero = nx.zeros((), dtype=g.dtype, device=g.device)
    return perform(P.pad, g, zero, low=low, high=high, interior=interior)


def _pad_inside(
    g: Array, x: ArrayType, _value: ArrayType, *, low: Axes, high: Axes, interior: Axes
) -> Array:
    stops = tuple(n - b if m else a for n, a, b, m in zip(g.shape, low, high, x.shape, strict=True))
    return perform(P.slice, g, starts=low, stops=stops, steps=tuple(k + 1 for k in interior))


def _pad_outside(
    g: Array, x: ArrayType, value: ArrayType, *, low: Axes, high: Axes, interior: Axes
) -> Array:
    inside = _pad_inside(g, x, value, low=low, high=high, interior=interior)
    return nx.sum(g) - nx.sum(inside)


def _concat(i: int, g: Array, *xs: ArrayType, axis: int) -> Array:
    start = sum(x.shape[axis] for x in xs[:i])
    where = slice(start, start + xs[i].shape[axis])
    return g[tuple(where if a == axis else slice(None) for a in range(g.ndim))]


def _permute(g: Array, _x: ArrayType, *, axes: Axes) -> Array:
    return nx.permute_dims(g, [axes.index(i) for i in range(len(axes))])


# Contractions, windows, transforms.
def _fold(g: Array, y: ArrayType, *, shape: Axes, strides: Axes, dilation: Axes) -> Array:
    window = y.shape[y.ndim - len(shape) :]
    return perform(P.unfold, g, window=window, strides=strides, dilation=dilation)


def _unfold(g: Array, x: ArrayType, *, window: Axes, strides: Axes, dilation: Axes) -> Array:
    shape = x.shape[x.ndim - len(window) :]
    return perform(P.fold, g, shape=shape, strides=strides, dilation=dilation)


def _rfft(g: Array, x: ArrayType, *, axis: int) -> Array:
    # Re(sum of g[k] w**(j k)): the unscaled transform of g filled up with zeros
    missing = x.shape[axis] - g.shape[axis]
    filled = nx.pad(g, [(0, missing if i == axis else 0) for i in range(g.ndim)])
    return nx.real(perform(P.fft, filled, axes=(axis,)))


def _irfft(g: Array, x: ArrayType, *, axis: int, n: int) -> Array:
    # conj(rfft(g)) / n, doubled for the frequencies that stand for two
    count = x.shape[axis]
    doubled = nx.full((count,), 2.0, dtype=g.dtype, device=g.device).at[0].set(1.0)
    if n % 2 == 0:
        doubled = doubled.at[count - 1].set(1.0)
    shape = [count if i == axis else 1 for i in range(g.ndim)]
    return nx.conj(perform(P.rfft, g, axis=axis)) * nx.reshape(doubled / float(n), shape)


# Softmax.
def _softmax_jvp(tangents: tuple[Array], out: Array, _x: Array, *, axis: int) -> Array:
    (t,) = tangents
    return out * (t - nx.sum(t * out, axis=axis, keepdims=True))


def _softmax_vjp(g: Array, out: Array, _x: Array, *, axis: int) -> tuple[Array]:
    return (out * (g - nx.sum(g * out, axis=axis, keepdims=True)),)


def _log_softmax_jvp(tangents: tuple[Array], out: Array, _x: Array, *, axis: int) -> Array:
    (t,) = tangents
    return t - nx.sum(nx.exp(out) * t, axis=axis, keepdims=True)


def _log_softmax_vjp(g: Array, out: Array, _x: Array, *, axis: int) -> tuple[Array]:
    return (g - nx.exp(out) * nx.sum(g, axis=axis, keepdims=True),)


def _cast(g: Array, x: ArrayType, *, dtype: Any) -> Array:
    return perform(P.cast, g, dtype=x.dtype)


ROWS: dict[Primitive, Row] = {
    P.sum: Linear(lambda g, x, *, axes: _spread(g, x.shape, axes)),
    P.prod: Custom(jvp=_prod_jvp, vjp=_prod_vjp),
    P.max: Custom(jvp=_extremum_jvp, vjp=_extremum_vjp),
    P.min: Custom(jvp=_extremum_jvp, vjp=_extremum_vjp),
    P.cumsum: Linear(
        lambda g, _x, *, axis, reverse: perform(P.cumsum, g, axis=axis, reverse=not reverse)
    ),
    P.cumprod: Custom(jvp=_cumprod_jvp, vjp=_cumprod_vjp),
    P.cummax: Custom(jvp=_running_jvp, vjp=_running_vjp),
    P.cummin: Custom(jvp=_running_jvp, vjp=_running_vjp),
    P.sort: Custom(jvp=_sort_jvp, vjp=_sort_vjp),
    P.reshape: Linear(lambda g, x, *, shape: nx.reshape(g, x.shape)),
    P.permute_dims: Linear(_permute),
    P.broadcast_to: Linear(lambda g, x, *, shape: sum_to(g, x.shape)),
    P.slice: Linear(_slice),
    P.flip: Linear(lambda g, _x, *, axes: perform(P.flip, g, axes=axes)),
    P.pad: Linear(_pad_inside, _pad_outside),
    P.concat: Linear(each=_concat),
    P.matmul: Bilinear(
        lambda g, b: nx.matmul(g, nx.matrix_transpose(b)),
        lambda g, a: nx.matmul(nx.matrix_transpose(a), g),
    ),
    P.unfold: Linear(_unfold),
    P.fold: Linear(_fold),
    P.cast: Linear(_cast),
    P.copy: Linear(lambda g, _x: g),
    P.to_device: Linear(lambda g, x, *, device: nx.to_device(g, x.device)),
    P.fft: Linear(lambda g, _x, *, axes: perform(P.fft, g, axes=axes)),
    P.ifft: Linear(lambda g, _x, *, axes: perform(P.ifft, g, axes=axes)),
    P.rfft: Linear(_rfft),
    P.irfft: Linear(_irfft),
    P.softmax: Custom(jvp=_softmax_jvp, vjp=_softmax_vjp),
    P.log_softmax: Custom(jvp=_log_softmax_jvp, vjp=_log_softmax_vjp),
    P.logsumexp: Custom(jvp=_logsumexp_jvp, vjp=_logsumexp_vjp),
}

ZERO: frozenset[Primitive] = frozenset(
    (
        P.any,
        P.all,
        P.argmax,
        P.argmin,
        P.argsort,
        P.full,
        P.iota,
        P.detach,
        P.threefry2x32,
        P.random_bits,
    )
)
