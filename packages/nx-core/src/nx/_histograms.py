"""Counting: how often each number is there, or falls into each bin."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import (
    add,
    divide,
    equal,
    greater_equal,
    less_equal,
    logical_and,
    minimum,
    multiply,
    subtract,
    where,
)
from nx._errors import ShapeError, message
from nx._numeric import integral, number_of, to_real
from nx._placing import counted
from nx._reductions import max as _max
from nx._reductions import min as _min
from nx._reductions import sum as _sum
from nx._searching import searchsorted
from nx._shapes import flag
from nx._shaping import flatten
from nx.effects._perform import perform, read
from nx.primitives import P

__all__ = ["bincount", "histogram", "histogram_bin_edges"]


def bincount(
    x: Any, /, *, weights: Any = None, minlength: int = 0, length: int | None = None
) -> Array:
    """Count how often each of the numbers 0, 1, 2, ... is in x.

    Parameters
    ----------
    x : Array, shape (n,), integer
        Not negative.
    weights : Array, shape (n,), optional
        To add up instead of ones.
    minlength : int
        The least number of counts to return.
    length : int, optional
        How many counts to return; other numbers are left out.  Without it this reads the largest.

    Returns
    -------
    Array, shape (k,)
        int64, or of the weights' dtype.

    Raises
    ------
    ShapeError
        If x is not 1-d, holds negative numbers, or has other than n weights.

    Examples
    --------
    >>> import nx
    >>> nx.bincount(nx.asarray([1, 3, 1]))
    Array([0, 2, 0, 1], dtype=int64)
    """
    x = integral("bincount", x)
    least = number_of("bincount", minlength, "a length")
    if x._type.ndim != 1:
        raise ShapeError(message("bincount", f"cannot count {x._type.shape} (1 axis is needed)"))
    ones = _weights("bincount", x, weights)
    if length is not None:
        return counted(ones, x, number_of("bincount", length, "a length"))
    top = 0
    if x._type.size:
        if int(read(_min(x), "int")) < 0:
            raise ShapeError(message("bincount", "cannot count negative numbers"))
        top = int(read(_max(x), "int")) + 1
    return counted(ones, x, max(top, least))


def _weights(operation: str, x: Array, weights: Any) -> Array:
    """Return what each element counts: a weight, or 1."""
    type_ = x._type
    if weights is None:
        return perform(P.full, shape=type_.shape, value=1, dtype=dt.int64, device=type_.device)
    out = _convert.to_array(weights, operation, type_.device)
    P.scatter_add.accept(out._type.dtype)
    if out._type.shape != type_.shape:
        problem = f"cannot weigh {type_.shape} by {out._type.shape}"
        raise ShapeError(message(operation, problem, "one weight for each element"))
    return out


def _edges(operation: str, x: Array, bins: Any, range: Any) -> Array:
    if isinstance(bins, (Array, list, tuple)) or hasattr(bins, "__array__"):
        (edges,) = to_real(operation, bins)
        if edges._type.ndim != 1 or edges._type.size < 1:
            problem = f"cannot use edges of shape {edges._type.shape}"
            raise ShapeError(message(operation, problem, "they are 1-d, in ascending order"))
        return edges
    n = number_of(operation, bins, "a number of bins")
    if n < 1:
        raise ShapeError(message(operation, f"cannot make {n} bins (at least 1)"))
    low, high = _limits(operation, x, range)
    type_ = x._type
    flat = equal(low, high)
    low, high = where(flat, subtract(low, 0.5), low), where(flat, add(high, 0.5), high)
    steps = perform(P.iota, length=n + 1, dtype=type_.dtype, device=type_.device)
    edges = add(low, multiply(steps, divide(subtract(high, low), float(n))))
    return where(equal(steps, float(n)), high, edges)


def _limits(operation: str, x: Array, range: Any) -> tuple[Array, Array]:
    if range is None:
        if x._type.size:
            return _min(x), _max(x)
        range = (0.0, 1.0)
    if not isinstance(range, (tuple, list)) or len(range) != 2:
        raise ShapeError(message(operation, f"cannot use {range!r} as limits", "(low, high)"))
    zero = _convert.constant(0, x._type.dtype, x._type.device)
    return add(zero, range[0]), add(zero, range[1])


def histogram_bin_edges(x: Any, /, *, bins: Any = 10, range: Any = None) -> Array:
    """Return the edges of the bins that `histogram` counts in.

    Parameters
    ----------
    x : Array
        Integers become float32.
    bins : int or Array, shape (k + 1,)
        As in `histogram`.
    range : (low, high), optional
        As in `histogram`.

    Returns
    -------
    Array, shape (k + 1,)
        In ascending order, of x's floating dtype.

    Raises
    ------
    ShapeError
        For fewer than one bin, or limits that are no pair.

    Examples
    --------
    >>> import nx
    >>> nx.histogram_bin_edges(nx.asarray([0.0, 4.0]), bins=2)
    Array([0., 2., 4.], dtype=float32)
    """
    (x,) = to_real("histogram_bin_edges", x)
    return _edges("histogram_bin_edges", flatten(x), bins, range)


def histogram(
    x: Any, /, *, bins: Any = 10, range: Any = None, weights: Any = None, density: bool = False
) -> tuple[Array, Array]:
    """Count how many elements of x flattened fall into each bin.

    Parameters
    ----------
    x : Array
        Integers become float32.
    bins : int or Array, shape (k + 1,)
        How many bins of one width, or their edges in ascending order.
    range : (low, high), optional
        The outer edges for a number of bins; by default x's extremes, half a unit apart from both
        if they are equal.
    weights : Array, of x's shape, optional
        To add up instead of ones.
    density : bool
        Whether to divide by the bins' widths and the total.

    Returns
    -------
    counts : Array, shape (k,)
        int64, or of the weights' dtype, or floating for densities.
    edges : Array, shape (k + 1,)
        In ascending order, of x's floating dtype.

    Raises
    ------
    ShapeError
        For fewer than one bin, fewer than two edges, limits that are no pair, or weights of
        another shape.

    Notes
    -----
    A bin has its left edge, the last one both.  NaN is left out.  The shapes depend on the
    arguments alone, so nothing is read.

    Examples
    --------
    >>> import nx
    >>> nx.histogram(nx.asarray([0.0, 1.0, 1.5, 4.0]), bins=2)
    (Array([3, 1], dtype=int64), Array([0., 2., 4.], dtype=float32))
    """
    (x,) = to_real("histogram", x)
    ones = flatten(_weights("histogram", x, weights))
    x = flatten(x)
    edges = _edges("histogram", x, bins, range)
    k = edges._type.size - 1
    if k < 1:
        raise ShapeError(message("histogram", "cannot make a bin of one edge"))
    last = perform(P.slice, edges, starts=(k,), stops=(k + 1,), steps=(1,))
    first = perform(P.slice, edges, starts=(0,), stops=(1,), steps=(1,))
    cell = minimum(subtract(searchsorted(edges, x, side="right"), 1), k - 1)
    inside = logical_and(greater_equal(x, first), less_equal(x, last))
    counts = counted(ones, where(inside, cell, k), k)
    if not flag("histogram", density, "density"):
        return counts, edges
    widths = subtract(
        perform(P.slice, edges, starts=(1,), stops=(k + 1,), steps=(1,)),
        perform(P.slice, edges, starts=(0,), stops=(k,), steps=(1,)),
    )
    return divide(counts, multiply(widths, _sum(counts))), edges
