"""One operand in every layout that a backend's own moves can make.

Each layout takes the subject, NumPy values and the number of trailing axes to leave whole, and
returns the operand as the backend holds it, with the values that it holds; None where the layout
says nothing new.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from nx._dtypes import as_dtype
from nx.primitives import P
from nx.testing._operands import kind_of
from nx.testing._subject import Held, Lacking, Subject

__all__ = ["LAYOUTS", "contiguous", "lay"]

Array = np.ndarray[Any, Any]
Laid = tuple[Held, Array] | None
Layout = Callable[[Subject, Array, int], Laid]


def contiguous(subject: Subject, x: Array, core: int) -> tuple[Held, Array]:
    """Keep elements in row-major order, in memory of their own."""
    return subject.hold(np.array(x, order="C")), x


def transposed(subject: Subject, x: Array, core: int) -> Laid:
    """Lay the axes out in reverse order."""
    if x.ndim < 2:
        return None
    held = subject.hold(np.array(x.T, order="C"))
    return subject.move(P.permute_dims, held, axes=tuple(range(x.ndim))[::-1]), x


def rotated(subject: Subject, x: Array, core: int) -> Laid:
    """Lay the first axis innermost: neither row- nor column-major for three axes."""
    if x.ndim < 3:
        return None
    held = subject.hold(np.array(np.moveaxis(x, 0, -1), order="C"))
    return subject.move(P.permute_dims, held, axes=(x.ndim - 1, *range(x.ndim - 1))), x


def flipped(subject: Subject, x: Array, core: int) -> Laid:
    """Lay every axis out backwards: negative strides."""
    if not x.ndim:
        return None
    held = subject.hold(np.array(np.flip(x), order="C"))
    return subject.move(P.flip, held, axes=tuple(range(x.ndim))), x


def offset(subject: Subject, x: Array, core: int) -> Laid:
    """Begin contiguous elements inside the memory."""
    if not x.ndim:
        return None
    longer = np.concatenate([np.full_like(x[:1], 1), x]) if len(x) else x
    held = subject.hold(np.array(longer, order="C"))
    starts = (len(longer) - len(x), *(0,) * (x.ndim - 1))
    return subject.move(P.slice, held, starts=starts, stops=longer.shape, steps=(1,) * x.ndim), x


def stepped(subject: Subject, x: Array, core: int) -> Laid:
    """Take every second element from the second on, on every axis."""
    if not x.ndim:
        return None
    steps = tuple(2 if n > 1 or x.ndim < 4 else 1 for n in x.shape)
    spread = np.ones([step * n for step, n in zip(steps, x.shape, strict=True)], x.dtype)
    starts = tuple(step - 1 if n else 0 for step, n in zip(steps, x.shape, strict=True))
    spread[tuple(slice(start, None, step) for start, step in zip(starts, steps, strict=True))] = x
    held = subject.hold(spread)
    return subject.move(P.slice, held, starts=starts, stops=spread.shape, steps=steps), x


def repeated(subject: Subject, x: Array, core: int) -> Laid:
    """Show the first slice along an axis everywhere: stride 0."""
    axes = [i for i, n in enumerate(x.shape[: max(x.ndim - core, 0)]) if n > 1]
    if not axes or not x.size:
        return None
    first = np.take(x, [0], axes[0])
    held = subject.hold(np.array(first, order="C"))
    values = np.array(np.broadcast_to(first, x.shape))
    return subject.move(P.broadcast_to, held, shape=x.shape), values


def turned(subject: Subject, x: Array, core: int) -> Laid:
    """Make moves on moves: a step of a flip of a transpose."""
    if x.ndim < 2 or not x.size:
        return None
    back = np.flip(x).T
    spread = np.ones([back.shape[0] * 3, *back.shape[1:]], x.dtype)
    spread[::3] = back
    held = subject.hold(np.array(spread, order="C"))
    starts, steps = (0,) * x.ndim, (3, *(1,) * (x.ndim - 1))
    sliced = subject.move(P.slice, held, starts=starts, stops=spread.shape, steps=steps)
    moved = subject.move(P.permute_dims, sliced, axes=tuple(range(x.ndim))[::-1])
    return subject.move(P.flip, moved, axes=tuple(range(x.ndim))), x


def overlapping(subject: Subject, x: Array, core: int) -> Laid:
    """Show windows over the last but one axis: elements share memory."""
    numeric = kind_of(as_dtype(x.dtype)) != "bool" and as_dtype(x.dtype).kind != "storage"
    if x.ndim < 2 or core or not x.size or not numeric or min(x.shape[-2:]) < 2:
        return None
    line = np.concatenate([x[..., 0], x[..., -1, 1:]], -1)
    held = subject.hold(np.array(line, order="C"))
    width = x.shape[-1]
    values = np.stack([line[..., i : i + width] for i in range(x.shape[-2])], -2)
    return subject.move(P.unfold, held, window=(width,), strides=(1,), dilation=(1,)), values


def unaligned(subject: Subject, x: Array, core: int) -> Laid:
    """Use memory that starts at an odd address."""
    if x.dtype.itemsize == 1 or not x.size:
        return None
    out: Array = np.ndarray(x.shape, x.dtype, bytearray(x.nbytes + 1), offset=1)
    out[...] = x
    return subject.hold(out), x


def lay(layout: Layout, subject: Subject, x: Array, core: int) -> Laid:
    """Return a layout, or None where the backend lacks a move that makes it."""
    try:
        return layout(subject, x, core)
    except Lacking:
        return None


LAYOUTS: Final[tuple[Layout, ...]] = (
    *(transposed, rotated, flipped, offset, stepped, repeated, turned, overlapping, unaligned),
)
"""Those beside `contiguous`."""
