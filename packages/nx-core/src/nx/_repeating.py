"""Repetition of elements, the same number of times for all or for each its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import minimum
from nx._errors import OutOfMemoryError, ShapeError, message
from nx._numeric import integral, number_of
from nx._searching import searchsorted
from nx._shapes import as_int, as_shape, normalize_axis
from nx._shaping import broadcast_to, expand_dims, flatten, moveaxis, reshape
from nx.effects._perform import perform, read
from nx.primitives import P

__all__ = ["repeat"]


def repeat(x: Any, repeats: Any, /, *, axis: int | None = None, size: int | None = None) -> Array:
    """Repeat each element, along an axis or (None) of x flattened.

    Parameters
    ----------
    x : Array or scalar
    repeats : int or Array, shape (n,), integer
        How often; an array says it for each element along the axis.
    axis : int, optional
        By default x is flattened first.
    size : int, optional
        The length of the result along the axis: it is cut, or filled up with the last element.
        Without it an array of repeats is read.

    Returns
    -------
    Array
        Of x's dtype, longer along the axis.

    Raises
    ------
    ShapeError
        For negative repeats, or as many as there are no elements.

    Examples
    --------
    >>> import nx
    >>> nx.repeat(nx.arange(2), 2)
    Array([0, 0, 1, 1], dtype=int64)
    >>> nx.repeat(nx.arange(3), nx.asarray([1, 0, 2]))
    Array([0, 2, 2], dtype=int64)
    """
    x = _convert.to_array(x, "repeat")
    if axis is None:
        x, axis = flatten(x), 0
    place = normalize_axis(axis, x._type.ndim, "repeat")
    if size is not None or isinstance(repeats, (Array, np.ndarray, list, tuple)):
        return _by_array(x, repeats, place, size)
    (count,) = as_shape(as_int(repeats, "repeat", "repeats"), "repeat")
    shape = x._type.shape
    spread = expand_dims(x, axis=place + 1)
    whole = broadcast_to(spread, (*shape[: place + 1], count, *shape[place + 1 :]))
    return reshape(whole, (*shape[:place], shape[place] * count, *shape[place + 1 :]))


def _by_array(x: Array, repeats: Any, axis: int, size: int | None) -> Array:
    counts = integral("repeat", repeats, x)
    n = x._type.shape[axis]
    if counts._type.shape not in ((), (1,), (n,)):
        problem = f"cannot repeat {n} elements by repeats of shape {counts._type.shape}"
        raise ShapeError(message("repeat", problem, f"an int, or an array of shape ({n},)"))
    if counts._type.shape != (n,):
        counts = broadcast_to(reshape(counts, (1,)), (n,))
    if size is None:
        values = read(counts, "export")
        if values.size and int(values.min()) < 0:
            raise ShapeError(message("repeat", f"cannot repeat {int(values.min())} times"))
        total = int(values.sum(dtype=np.float64))
        as_shape((*x._type.shape[:axis], 8 * total, *x._type.shape[axis + 1 :]), "repeat")
        try:
            chosen = np.repeat(np.arange(n), values.astype(np.int64))
        except MemoryError:
            problem = f"cannot hold {total} elements"
            raise OutOfMemoryError(message("repeat", problem)) from None
        picked = _convert.from_numpy(chosen, x._type.device, copy=False)
    else:
        picked = _static(counts, n, number_of("repeat", size, "a size"))
    out = perform(P.gather, x, picked, axes=(axis,))
    return moveaxis(out, 0, axis) if axis else out


def _static(counts: Array, n: int, size: int) -> Array:
    """Return which element stands at each place; beyond the last repeat, the last one."""
    if n == 0 and size:
        raise ShapeError(message("repeat", f"cannot make {size} elements of none"))
    counts = perform(P.cast, counts, dtype=dt.int64)
    ends = perform(P.cumsum, counts, axis=0, reverse=False)
    places = perform(P.iota, length=size, dtype=dt.int64, device=counts._type.device)
    return minimum(searchsorted(ends, places, side="right"), max(n - 1, 0))
