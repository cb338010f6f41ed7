"""One array in every layout that a backend's own moves can make.

Each layout takes NumPy values and returns an nx array and the values it holds.
"""

import numpy as np
import nx

__all__ = ["LAYOUTS"]


def contiguous(x):
    return nx.asarray(x), x


def transposed(x):
    axes = range(x.ndim)[::-1]
    return nx.permute_dims(nx.asarray(x.T.copy()), axes), x


def flipped(x):
    return nx.flip(nx.asarray(np.flip(x).copy())), x


def stepped(x):
    """Every second element, from the second on: an offset and a step on every axis."""
    spread = np.zeros([2 * n for n in x.shape], x.dtype)
    every_second = (slice(1, None, 2),) * x.ndim
    spread[every_second] = x
    return nx.asarray(spread)[every_second] if x.ndim else nx.asarray(x), x


def repeated(x):
    """The first slice along the first axis, everywhere: stride 0."""
    if not x.ndim or not x.shape[0]:
        return nx.asarray(x), x
    first = nx.asarray(x[:1].copy())
    return nx.broadcast_to(first, x.shape), np.broadcast_to(x[:1], x.shape)


def unaligned(x):
    buffer = bytearray(x.nbytes + 1)
    out = np.ndarray(x.shape, x.dtype, buffer, offset=1)
    out[...] = x
    return nx.asarray(out, copy=False), x


LAYOUTS = [contiguous, transposed, flipped, stepped, repeated, unaligned]
