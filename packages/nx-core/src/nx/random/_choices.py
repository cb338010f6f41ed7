"""Draws from finite sets: coins, categories, elements of an array, orders."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._creation import arange, zeros_like
from nx._elementwise import add, less, log, multiply, subtract, where
from nx._errors import ShapeError, message
from nx._indexing import take, take_along_axis
from nx._joining import unstack
from nx._reductions import argmax, cumulative_sum
from nx._shapes import as_shape, flag, normalize_axis, size_of
from nx._shaping import moveaxis, reshape
from nx._sorting import argsort
from nx.random._arguments import drawn_shape, parameters, refuse
from nx.random._continuous import gumbel
from nx.random._keys import bits, checked, split
from nx.random._numbers import randint, uniform

__all__ = ["bernoulli", "categorical", "choice", "permutation"]


def bernoulli(key: Array, p: Any = 0.5, shape: Any = None) -> Array:
    """Draw True with probability p.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    p : scalar or Array, floating
        Broadcast to the shape.  Its dtype is that of the uniform number it is compared with.
    shape : int or tuple of int, optional
        By default p's.

    Returns
    -------
    Array, bool
        Of the shape.

    Raises
    ------
    ShapeError
        If p does not broadcast to the shape, or the key is none.

    Examples
    --------
    >>> import nx
    >>> bool(nx.random.bernoulli(nx.random.key(0), 1.0))
    True
    """
    key = checked(key, "bernoulli")
    refuse("bernoulli", "p", p, 0.0, strict=False)
    (p,) = parameters("bernoulli", key, None, p)
    shape = drawn_shape("bernoulli", shape, [p._type.shape])
    return less(uniform(key, shape, dtype=p._type.dtype), p)


def categorical(
    key: Array, logits: Any, *, axis: int = -1, shape: Any = None, replace: bool = True
) -> Array:
    """Draw indices along an axis with probabilities softmax(logits).

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    logits : Array, floating
        Logarithms of probabilities, up to a constant for each draw.
    axis : int, optional
        The axis of the categories.
    shape : tuple of int, optional
        Of the result: leading axes of more draws, then the other axes of logits, which broadcast.
    replace : bool, optional
        False: no category twice along the leading axes.

    Returns
    -------
    Array, int64
        From 0 to the length of the axis, without it.

    Raises
    ------
    ShapeError
        If logits do not broadcast to the shape, or there are too few categories without
        replacement.

    Notes
    -----
    The largest of logits plus Gumbel noise; without replacement the largest few.

    Examples
    --------
    >>> import nx
    >>> nx.random.categorical(nx.random.key(0), nx.asarray([-50.0, 0.0, -50.0]), shape=(3,))
    Array([1, 1, 1], dtype=int64)
    """
    key = checked(key, "categorical")
    flag("categorical", replace, "replace")
    (logits,) = parameters("categorical", key, None, logits)
    given = logits._type.shape
    axis = normalize_axis(axis, len(given), "categorical")
    rest = given[:axis] + given[axis + 1 :]
    shape = drawn_shape("categorical", shape, [rest])
    first = len(shape) - len(rest)
    if replace:
        full = (*shape[: first + axis], given[axis], *shape[first + axis :])
        noise = gumbel(key, full, dtype=logits._type.dtype)
        return argmax(add(noise, logits), axis=first + axis)
    count = size_of(shape[:first])
    if count > given[axis]:
        raise _too_few("categorical", count, given[axis])
    noisy = add(gumbel(key, given, dtype=logits._type.dtype), logits)
    order = _largest(moveaxis(noisy, axis, -1), count)
    return reshape(moveaxis(order, -1, 0), shape)


def _largest(x: Array, count: int) -> Array:
    """Return the indices of the largest elements along the last axis, the largest first."""
    return argsort(x, axis=-1, descending=True)[..., :count]


def _too_few(operation: str, count: int, n: int) -> ShapeError:
    problem = f"cannot draw {count} of {n} without replacement"
    return ShapeError(message(operation, problem, "draw fewer, or with replace=True"))


def choice(
    key: Array, a: Any, shape: Any = (), *, replace: bool = True, p: Any = None, axis: int = 0
) -> Array:
    """Draw elements of an array along an axis, or numbers below an int.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    a : int or Array
        An int n stands for the numbers 0 to n - 1.
    shape : int or tuple of int
        How many to draw.
    replace : bool, optional
        Whether an element may be drawn again.
    p : Array, floating, shape (n,), optional
        Weights; they need not sum to 1.  Uniform by default.
    axis : int, optional
        The axis of the elements.

    Returns
    -------
    Array
        Of a's dtype (int64 for an int), with the shape in place of the axis.

    Raises
    ------
    ShapeError
        If there is nothing to draw from, too little without replacement, or p has another length.

    Examples
    --------
    >>> import nx
    >>> nx.sort(nx.random.choice(nx.random.key(0), 4, (4,), replace=False))
    Array([0, 1, 2, 3], dtype=int64)
    """
    key, shape = checked(key, "choice"), as_shape(shape, "choice")
    count = size_of(shape)
    flag("choice", replace, "replace")
    whole = isinstance(a, int)
    a = a if whole else _convert.to_array(a, "choice", key._type.device)
    axis = normalize_axis(axis, 1 if whole else a._type.ndim, "choice")
    n = as_shape(a, "choice")[0] if whole else a._type.shape[axis]
    if count and not n:
        raise ShapeError(message("choice", f"cannot draw {count} of 0 elements"))
    if not replace and count > n:
        raise _too_few("choice", count, n)
    if p is not None:
        chosen = _weighted(key, p, n, shape, replace)
    elif replace:
        chosen = randint(key, shape, 0, n)
    else:
        chosen = reshape(_shuffled(key, n)[:count], shape)
    return chosen if whole else take(a, chosen, axis=axis)


def _weighted(key: Array, p: Any, n: int, shape: tuple[int, ...], replace: bool) -> Array:
    (p,) = parameters("choice", key, None, p)
    dtype = p._type.dtype
    if p._type.shape != (n,):
        problem = f"cannot weight {n} elements by p of shape {p._type.shape} ({(n,)} is needed)"
        raise ShapeError(message("choice", problem))
    if not replace:
        noisy = add(gumbel(key, (n,), dtype=dtype), log(p))
        return reshape(_largest(noisy, size_of(shape)), shape)
    total = cumulative_sum(p, axis=0)
    point = multiply(total[-1], subtract(1.0, uniform(key, shape, dtype=dtype)))
    return _places(total, point)


def _places(sorted_: Array, x: Array) -> Array:
    """Return how many of the sorted numbers are below each x, by bisection."""
    n = sorted_._type.shape[0]
    found = zeros_like(x, dtype=dt.int64)
    step = 1 << max(n.bit_length() - 1, 0)
    while step:
        last = add(found, step - 1)
        inside = less(last, n)
        below = less(take(sorted_, where(inside, last, 0), axis=0), x)
        found = where(inside & below, add(found, step), found)
        step >>= 1
    return found


def permutation(key: Array, x: Any, /, *, axis: int = 0, independent: bool = False) -> Array:
    """Shuffle the numbers 0 to x - 1 (an int x), or the slices of an array along an axis.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    x : int or Array
        An int n stands for the numbers 0 to n - 1.
    axis : int, optional
        The axis to shuffle along.
    independent : bool, optional
        Shuffle each line along the axis in an order of its own.

    Returns
    -------
    Array
        Of x's shape and dtype; int64 for an int.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.sort(nx.random.permutation(nx.random.key(0), 5))
    Array([0, 1, 2, 3, 4], dtype=int64)
    """
    key = checked(key, "permutation")
    flag("permutation", independent, "independent")
    if isinstance(x, int):
        normalize_axis(axis, 1, "permutation")
        return _shuffled(key, as_shape(x, "permutation")[0])
    out = _convert.to_array(x, "permutation")
    shape = out._type.shape
    axis = normalize_axis(axis, len(shape), "permutation")
    if not independent or len(shape) == 1:
        return take(out, _shuffled(key, shape[axis]), axis=axis)
    for _ in range(_rounds(size_of(shape))):
        key, fresh = unstack(split(key))
        out = take_along_axis(out, argsort(bits(fresh, shape), axis=axis), axis=axis)
    return out


def _rounds(n: int) -> int:
    """Return how often to sort by random numbers of 32 bits so that ties become unlikely."""
    return math.ceil(3 * math.log(max(1, n)) / math.log(2**32 - 1))


def _shuffled(key: Array, n: int) -> Array:
    order = arange(n, device=key._type.device)
    for _ in range(_rounds(n)):
        key, fresh = unstack(split(key))
        order = take(order, argsort(bits(fresh, n)))
    return order
