"""Kernels of the structured primitives: everything that is neither elementwise nor linalg."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import ml_dtypes
import numpy as np
from numpy.lib.stride_tricks import as_strided

from nx._dtypes import DType
from nx._errors import IndexOutOfBoundsError, message
from nx.backends.numpy._quiet import quiet

__all__ = ["KERNELS"]

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]

SMALL_FLOATS: Final = (np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16))
FOUR_BITS: Final = frozenset((np.dtype(ml_dtypes.int4), np.dtype(ml_dtypes.uint4)))


def _accumulate(function: Any) -> Callable[..., Array]:
    """Make a sum or product, in float32 for the small floating dtypes."""

    def kernel(x: Array, *, axes: Axes) -> Array:
        work = x.astype(np.float32) if x.dtype in SMALL_FLOATS else x
        return np.asarray(function(work, axis=axes, dtype=work.dtype)).astype(x.dtype)

    return quiet(kernel)


def _reduce(ufunc: Any) -> Callable[..., Array]:
    def kernel(x: Array, *, axes: Axes) -> Array:
        return np.asarray(ufunc.reduce(x, axis=axes), dtype=x.dtype) if axes else x.copy()

    return quiet(kernel)


def _arg(function: Any) -> Callable[..., Array]:
    def kernel(x: Array, *, axis: int) -> Array:
        work = x.astype(np.float32) if x.dtype in SMALL_FLOATS else x
        return np.asarray(function(work, axis=axis), dtype=np.int64)

    return kernel


def _scan(ufunc: Any) -> Callable[..., Array]:
    def kernel(x: Array, *, axis: int, reverse: bool) -> Array:
        work = np.flip(x, axis) if reverse else x
        small = x.dtype in SMALL_FLOATS
        out = ufunc.accumulate(work.astype(np.float32) if small else work, axis=axis, dtype=None)
        out = np.asarray(out).astype(x.dtype)
        return np.flip(out, axis) if reverse else out

    return quiet(kernel)


def _sortable(x: Array) -> Array:
    return x.astype(np.float32) if x.dtype in SMALL_FLOATS else x


def _sort(x: Array, *, axis: int, descending: bool) -> Array:
    return np.take_along_axis(x, _argsort(x, axis=axis, descending=descending), axis)


def _argsort(x: Array, *, axis: int, descending: bool) -> Array:
    work = _sortable(x)
    if not descending:
        return np.argsort(work, axis=axis, kind="stable").astype(np.int64)
    # sorting the flipped array backwards keeps equal elements in their order
    order: Array = np.flip(np.argsort(np.flip(work, axis), axis=axis, kind="stable"), axis)
    order = x.shape[axis] - 1 - order
    if x.dtype.kind not in "fV":
        return order.astype(np.int64)
    nan = np.isnan(np.take_along_axis(work, order, axis))  # NaN stays last
    return np.take_along_axis(order, np.argsort(nan, axis=axis, kind="stable"), axis).astype(
        np.int64
    )


def _slice(x: Array, *, starts: Axes, stops: Axes, steps: Axes) -> Array:
    return x[tuple(map(slice, starts, stops, steps))] if x.ndim else x


def _pad(x: Array, value: Array, *, low: Axes, high: Axes, interior: Axes) -> Array:
    spread = tuple(n + k * max(n - 1, 0) for n, k in zip(x.shape, interior, strict=True))
    shape = tuple(a + n + b for a, n, b in zip(low, spread, high, strict=True))
    out = np.empty(shape, x.dtype)
    out[...] = value
    out[tuple(slice(a, a + n, k + 1) for a, n, k in zip(low, spread, interior, strict=True))] = x
    return out


def _checked(
    operation: str, shape: Axes, indices: tuple[Array, ...], axes: Axes
) -> tuple[Any, ...]:
    """Return a key that indexes the axes moved to the front, after checking every index."""
    for index, axis in zip(indices, axes, strict=True):
        n = shape[axis]
        if index.size and (int(index.max()) >= n or int(index.min()) < -n):
            bad = int(index.max()) if int(index.max()) >= n else int(index.min())
            problem = f"cannot find index {bad} in axis {axis} of length {n}"
            raise IndexOutOfBoundsError(
                message(operation, problem, f"indices run from {-n} to {n - 1}")
            )
    return tuple(i.astype(np.int64) for i in np.broadcast_arrays(*indices))


def _front(x: Array, axes: Axes) -> Array:
    return np.moveaxis(x, axes, tuple(range(len(axes))))


def _gather(x: Array, *indices: Array, axes: Axes) -> Array:
    if len(axes) == 1:
        _checked("gather", x.shape, indices, axes)
        return np.asarray(_front(x, axes)[indices[0]])
    return np.asarray(_front(x, axes)[_checked("gather", x.shape, indices, axes)])


def _scatter(operation: str, at: Any) -> Callable[..., Array]:
    def kernel(x: Array, updates: Array, *indices: Array, axes: Axes) -> Array:
        key = _checked(operation, x.shape, indices, axes)
        out = x.copy()
        at(_front(out, axes), key, updates)
        return out

    return quiet(kernel)


def _put(out: Array, key: tuple[Array, ...], updates: Array) -> None:
    if updates.size == 0:
        return
    # NumPy leaves the order of duplicates open: keep the last of each
    cells = np.ravel_multi_index(
        tuple(np.asarray(k).ravel() for k in key), out.shape[: len(key)], mode="wrap"
    )
    flat = updates.reshape(cells.size, *out.shape[len(key) :])
    order = np.argsort(cells, kind="stable")
    last = np.append(cells[order][1:] != cells[order][:-1], True)
    chosen = order[last]
    out[tuple(np.asarray(k).ravel()[chosen] for k in key)] = flat[chosen]


def _matmul(a: Array, b: Array) -> Array:
    if a.dtype in SMALL_FLOATS:
        wide: Array = np.matmul(a.astype(np.float32), b.astype(np.float32))
        return wide.astype(a.dtype)
    product: Array = np.matmul(a, b)
    return product


def _windows(x: Array, window: Axes, strides: Axes, dilation: Axes, places: Axes) -> Array:
    k = len(window)
    steps = x.strides[x.ndim - k :]
    # where there is one place, or a window of one element, the distance is of no account
    strides = tuple(s if p > 1 else 1 for s, p in zip(strides, places, strict=True))
    dilation = tuple(d if w > 1 else 1 for d, w in zip(dilation, window, strict=True))
    shape = (*x.shape[: x.ndim - k], *places, *window)
    moves = (
        *x.strides[: x.ndim - k],
        *(s * n for s, n in zip(steps, strides, strict=True)),
        *(s * n for s, n in zip(steps, dilation, strict=True)),
    )
    return as_strided(x, shape, moves)


def _places(shape: Axes, window: Axes, strides: Axes, dilation: Axes) -> Axes:
    return tuple(
        (n - (w - 1) * d - 1) // s + 1
        for n, w, s, d in zip(shape, window, strides, dilation, strict=True)
    )


def _unfold(x: Array, *, window: Axes, strides: Axes, dilation: Axes) -> Array:
    places = _places(x.shape[x.ndim - len(window) :], window, strides, dilation)
    return _windows(x, window, strides, dilation, places)


def _fold(y: Array, *, shape: Axes, strides: Axes, dilation: Axes) -> Array:
    k = len(shape)
    window = y.shape[y.ndim - k :]
    work = y.astype(np.float32) if y.dtype in SMALL_FLOATS else y
    out = np.zeros((*y.shape[: y.ndim - 2 * k], *shape), work.dtype)
    places = y.shape[y.ndim - 2 * k : y.ndim - k]
    strides = tuple(s if p > 1 else 1 for s, p in zip(strides, places, strict=True))
    for offset in np.ndindex(*window):
        starts = [o * d for o, d in zip(offset, dilation, strict=True)]
        target: tuple[Any, ...] = tuple(
            slice(a, a + (p - 1) * s + 1, s)
            for a, p, s in zip(starts, places, strides, strict=True)
        )
        out[(..., *target)] += work[(..., *offset)]
    return out.astype(y.dtype)


def _cast(x: Array, *, dtype: DType) -> Array:
    if x.dtype.kind == "c" and dtype.kind != "complex":
        x = x.real
    if FOUR_BITS.intersection((x.dtype, dtype.numpy)):  # ml_dtypes lacks some casts
        x = x.astype(np.int8)
    return x.astype(dtype.numpy)


def _full(*, shape: Axes, value: Any, dtype: DType, device: Any) -> Array:
    return np.full(shape, value, dtype.numpy)


def _iota(*, length: int, dtype: DType, device: Any) -> Array:
    return np.arange(length).astype(dtype.numpy)


KERNELS: Final[dict[str, Callable[..., Any]]] = {
    "sum": _accumulate(np.sum),
    "prod": _accumulate(np.prod),
    "max": _reduce(np.maximum),
    "min": _reduce(np.minimum),
    "any": lambda x, *, axes: np.asarray(np.any(x, axis=axes)),
    "all": lambda x, *, axes: np.asarray(np.all(x, axis=axes)),
    "argmax": _arg(np.argmax),
    "argmin": _arg(np.argmin),
    "cumsum": _scan(np.add),
    "cumprod": _scan(np.multiply),
    "cummax": _scan(np.maximum),
    "cummin": _scan(np.minimum),
    "sort": _sort,
    "argsort": _argsort,
    "reshape": lambda x, *, shape: x.reshape(shape),
    "permute_dims": lambda x, *, axes: x.transpose(axes),
    "broadcast_to": lambda x, *, shape: np.broadcast_to(x, shape),
    "slice": _slice,
    "flip": lambda x, *, axes: np.flip(x, axes) if axes else x,
    "pad": _pad,
    "concat": lambda *xs, axis: np.concatenate(xs, axis),
    "gather": _gather,
    "scatter_set": _scatter("scatter_set", _put),
    "scatter_add": _scatter("scatter_add", np.add.at),
    "scatter_multiply": _scatter("scatter_multiply", np.multiply.at),
    "scatter_min": _scatter("scatter_min", np.minimum.at),
    "scatter_max": _scatter("scatter_max", np.maximum.at),
    "matmul": quiet(_matmul),
    "unfold": _unfold,
    "fold": _fold,
    "full": _full,
    "iota": _iota,
    "cast": quiet(_cast),
    "bitcast": lambda x, *, dtype: np.ascontiguousarray(x).view(dtype.numpy).reshape(x.shape),
    "copy": lambda x: x.copy(),
    "detach": lambda x: x,
}
