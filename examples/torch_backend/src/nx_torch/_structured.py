"""Kernels of the primitives that move, reduce, sort, gather, contract, make and convert."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import nx
import torch
from torch import Tensor

from nx_torch._storage import DTYPES

__all__ = ["KERNELS", "torch_device"]

Axes = tuple[int, ...]


def torch_device(device: nx.Device) -> torch.device:
    """Return what PyTorch calls a device."""
    return torch.device(device.kind, device.index if device.kind != "cpu" else None)


# Reductions and scans. To PyTorch no axes mean all of them; to nx, none.
def _over(kernel: Callable[..., Tensor]) -> Callable[..., Tensor]:
    return lambda x, *, axes: kernel(x, axes) if axes else x.clone()


def _prod(x: Tensor, axes: Axes) -> Tensor:
    for axis in reversed(axes):
        x = torch.prod(x, axis, dtype=x.dtype)
    return x


def _countable(x: Tensor) -> Tensor:
    return x.to(torch.uint8) if x.dtype == torch.bool else x


def _scan(kernel: Callable[[Tensor, int], Tensor]) -> Callable[..., Tensor]:
    def run(x: Tensor, *, axis: int, reverse: bool) -> Tensor:
        work = _countable(x.flip(axis) if reverse else x)
        out = kernel(work, axis).to(x.dtype)
        return out.flip(axis) if reverse else out

    return run


def _indices_that_sort(x: Tensor, *, axis: int, descending: bool) -> Tensor:
    order = torch.argsort(_countable(x), dim=axis, descending=descending, stable=True)
    if descending and x.is_floating_point():  # NaN stays last
        nan = torch.take_along_dim(x, order, axis).isnan()
        order = torch.take_along_dim(
            order, torch.argsort(nan.to(torch.uint8), dim=axis, stable=True), axis
        )
    return order


def _sort(x: Tensor, *, axis: int, descending: bool) -> Tensor:
    order = _indices_that_sort(x, axis=axis, descending=descending)
    return torch.take_along_dim(x, order, axis)


def _indices_of(kernel: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def indices(x: Tensor, *, axis: int) -> Tensor:
        return kernel(_countable(x), axis)

    return indices


# Moves: views, but for flips, which PyTorch copies for want of negative strides.
def _slice(x: Tensor, *, starts: Axes, stops: Axes, steps: Axes) -> Tensor:
    return x[tuple(map(slice, starts, stops, steps))] if x.ndim else x


def _pad(x: Tensor, value: Tensor, *, low: Axes, high: Axes, interior: Axes) -> Tensor:
    spread = [n + k * max(n - 1, 0) for n, k in zip(x.shape, interior, strict=True)]
    shape = [a + n + b for a, n, b in zip(low, spread, high, strict=True)]
    out = value.expand(shape).clone()
    if x.ndim:
        places = zip(low, spread, interior, strict=True)
        out[tuple(slice(a, a + n, k + 1) for a, n, k in places)] = x
        return out
    return x.clone()


# Gather and scatter.
def _cells(name: str, shape: Axes, indices: tuple[Tensor, ...], axes: Axes) -> tuple[Tensor, ...]:
    """Check every index, and return them as int64 of one shape."""
    signed = [index.long() for index in indices]
    for index, places, axis in zip(indices, signed, axes, strict=True):
        n = shape[axis]
        wrong = (places >= n) | (places < (-n if index.dtype.is_signed else 0))
        if bool(wrong.any()):
            problem = f"cannot find index {int(places[wrong][0])} in axis {axis} of length {n}"
            hint = f"hint: indices run from {-n} to {n - 1}"
            raise nx.IndexOutOfBoundsError(f"{name}: {problem}\n{hint}")
    return torch.broadcast_tensors(*signed)


def _gather(x: Tensor, *indices: Tensor, axes: Axes) -> Tensor:
    cells = _cells("gather", tuple(x.shape), indices, axes)
    out = x.movedim(axes, tuple(range(len(axes))))[cells]
    return out if cells[0].ndim else out.clone()  # by numbers alone PyTorch gives a view


def _last_of_each(cells: Tensor, updates: Tensor) -> tuple[Tensor, Tensor]:
    order = torch.argsort(cells, stable=True)
    ordered = cells[order]
    last = torch.ones_like(ordered, dtype=torch.bool)
    last[:-1] = ordered[1:] != ordered[:-1]
    return ordered[last], updates[order[last]]


def _put(out: Tensor, cells: Tensor, updates: Tensor) -> Tensor:
    cells, updates = _last_of_each(cells, updates)
    out[cells] = updates
    return out


def _reduced(how: str) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    def run(out: Tensor, cells: Tensor, updates: Tensor) -> Tensor:
        where = cells[:, None].expand_as(updates)
        return out.scatter_reduce(0, where, updates, how, include_self=True)

    return run


def _scatter(name: str, combine: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Any:
    def run(x: Tensor, updates: Tensor, *indices: Tensor, axes: Axes) -> Tensor:
        cells = _cells(name, tuple(x.shape), indices, axes)
        front = tuple(range(len(axes)))
        if not updates.numel():
            return x.clone()
        moved = x.movedim(axes, front)
        lengths = moved.shape[: len(axes)]
        flat = torch.zeros_like(cells[0])
        for cell, n in zip(cells, lengths, strict=True):
            flat = flat * n + torch.where(cell < 0, cell + n, cell)
        rest = math.prod(moved.shape[len(axes) :])
        rows = moved.reshape(math.prod(lengths), rest).clone()
        made = combine(_countable(rows), flat.flatten(), _countable(updates).reshape(-1, rest))
        return made.to(x.dtype).reshape(moved.shape).movedim(front, axes)

    return run


# Contractions and windows.
def _unfold(x: Tensor, *, window: Axes, strides: Axes, dilation: Axes) -> Tensor:
    k = x.ndim - len(window)
    steps = x.stride()[k:]
    places = [
        (n - (w - 1) * d - 1) // s + 1
        for n, w, s, d in zip(x.shape[k:], window, strides, dilation, strict=True)
    ]
    moves = [s * n for s, n in zip(steps, strides, strict=True)]
    inner = [s * n for s, n in zip(steps, dilation, strict=True)]
    shape = (*x.shape[:k], *places, *window)
    return x.as_strided(shape, (*x.stride()[:k], *moves, *inner)).clone()


def _fold(y: Tensor, *, shape: Axes, strides: Axes, dilation: Axes) -> Tensor:
    k = len(shape)
    places, window = y.shape[y.ndim - 2 * k : y.ndim - k], y.shape[y.ndim - k :]
    out = y.new_zeros((*y.shape[: y.ndim - 2 * k], *shape))
    for offset in torch.cartesian_prod(*map(torch.arange, window)).reshape(-1, k).tolist():
        starts = [o * d for o, d in zip(offset, dilation, strict=True)]
        spans = zip(starts, places, strides, strict=True)
        target = (..., *(slice(a, a + (p - 1) * s + 1, s) for a, p, s in spans))
        out[target] += y[(..., *offset)]
    return out


# Creation and conversion.
def _full(*, shape: Axes, value: Any, dtype: nx.DType, device: nx.Device) -> Tensor:
    return torch.full(shape, value, dtype=DTYPES[dtype.name], device=torch_device(device))


def _iota(*, length: int, dtype: nx.DType, device: nx.Device) -> Tensor:
    return torch.arange(length, device=torch_device(device)).to(DTYPES[dtype.name])


def _cast(x: Tensor, *, dtype: nx.DType) -> Tensor:
    real = x.real if x.is_complex() and dtype.kind != "complex" else x
    return real.to(DTYPES[dtype.name], copy=True)


def _bitcast(x: Tensor, *, dtype: nx.DType) -> Tensor:
    return x.view(DTYPES[dtype.name])


def _rotated(x: Tensor, distance: int) -> Tensor:
    return ((x << distance) | (x >> (32 - distance))) & 0xFFFFFFFF


def _threefry2x32(key: Tensor, counter: Tensor) -> Tensor:
    """Hash in int64, of which the low 32 bits count."""
    k0, k1 = key.long().unbind(-1)
    keys = (k0, k1, k0 ^ k1 ^ 0x1BD11BDA)
    x0, x1 = counter.long().unbind(-1)
    x0, x1 = torch.broadcast_tensors((x0 + k0) & 0xFFFFFFFF, (x1 + k1) & 0xFFFFFFFF)
    for group in range(5):
        for distance in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x0 = (x0 + x1) & 0xFFFFFFFF
            x1 = _rotated(x1, distance) ^ x0
        x0 = (x0 + keys[(group + 1) % 3]) & 0xFFFFFFFF
        x1 = (x1 + keys[(group + 2) % 3] + group + 1) & 0xFFFFFFFF
    return torch.stack([x0, x1], dim=-1).to(torch.uint32)


KERNELS: dict[str, Callable[..., Tensor]] = {
    "reshape": lambda x, *, shape: x.reshape(shape),
    "permute_dims": lambda x, *, axes: x.permute(axes),
    "broadcast_to": lambda x, *, shape: x.broadcast_to(shape),
    "slice": _slice,
    "flip": lambda x, *, axes: torch.flip(x, axes),
    "pad": _pad,
    "concat": lambda *xs, axis: torch.cat(xs, axis),
    "gather": _gather,
    "scatter_set": _scatter("scatter_set", _put),
    "full": _full,
    "iota": _iota,
    "cast": _cast,
    "bitcast": _bitcast,
    "copy": lambda x: x.clone(),
    "detach": lambda x: x,
    "to_device": lambda x, *, device: x.to(torch_device(device)),
    "threefry2x32": _threefry2x32,
    "sum": _over(lambda x, axes: torch.sum(x, axes, dtype=x.dtype)),
    "prod": _over(_prod),
    "max": _over(torch.amax),
    "min": _over(torch.amin),
    "any": _over(torch.any),
    "all": _over(torch.all),
    "argmax": _indices_of(torch.argmax),
    "argmin": _indices_of(torch.argmin),
    "cumsum": _scan(lambda x, axis: torch.cumsum(x, axis, dtype=x.dtype)),
    "cumprod": _scan(lambda x, axis: torch.cumprod(x, axis, dtype=x.dtype)),
    "cummax": _scan(lambda x, axis: torch.cummax(x, axis).values),
    "cummin": _scan(lambda x, axis: torch.cummin(x, axis).values),
    "sort": _sort,
    "argsort": _indices_that_sort,
    "scatter_add": _scatter("scatter_add", lambda out, at, xs: out.index_add(0, at, xs)),
    "scatter_multiply": _scatter("scatter_multiply", _reduced("prod")),
    "scatter_min": _scatter("scatter_min", _reduced("amin")),
    "scatter_max": _scatter("scatter_max", _reduced("amax")),
    "matmul": torch.matmul,
    "unfold": _unfold,
    "fold": _fold,
    "softmax": lambda x, *, axis: torch.softmax(x, axis),
    "log_softmax": lambda x, *, axis: torch.log_softmax(x, axis),
}
