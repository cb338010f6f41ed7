"""Sets: the distinct elements of arrays, and membership.

How many distinct elements there are depends on the data, so these read; given a ``size`` they do
not.  NaNs are distinct from each other.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import equal, imag, less, logical_and, logical_not, not_equal, real, subtract
from nx._joining import concat
from nx._numeric import number_of
from nx._reductions import any as _any
from nx._searching import nonzero, places, searchsorted
from nx._shapes import flag
from nx._shaping import expand_dims, flatten, reshape
from nx._sorting import argsort, sort
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["isin", "unique_all", "unique_counts", "unique_inverse", "unique_values"]


class UniqueAll(NamedTuple):
    """What `unique_all` returns."""

    values: Array
    indices: Array
    inverse_indices: Array
    counts: Array


class UniqueCounts(NamedTuple):
    """What `unique_counts` returns."""

    values: Array
    counts: Array


class UniqueInverse(NamedTuple):
    """What `unique_inverse` returns."""

    values: Array
    inverse_indices: Array


def _take(x: Array, indices: Array) -> Array:
    return perform(P.gather, x, indices, axes=(0,))


def _part(x: Array, start: int, stop: int) -> Array:
    return perform(P.slice, x, starts=(start,), stops=(stop,), steps=(1,))


def _just(value: Any, like: Array) -> Array:
    device = None if isinstance(value, Array) else like._type.device  # an array stays where it is
    return reshape(_convert.asarray(value, dtype=like._type.dtype, device=device), (1,))


def _order(x: Array) -> Array:
    """Return the indices that sort a 1-d array, complex numbers by real, then imaginary part."""
    if x._type.dtype.kind != "complex":
        return argsort(x)
    order = argsort(imag(x))
    return _take(order, argsort(_take(real(x), order)))


def _edges(first: Array, size: int | None) -> Array:
    """Return where each run of equal elements starts, and where the last one ends."""
    n = first._type.size
    if size is not None:
        return places(first, size + 1, n)
    starts = nonzero(first)[0]
    return concat([starts, _just(n, starts)])


def _unique(operation: str, x: Any, size: Any, fill_value: Any) -> UniqueAll:
    array = _convert.to_array(x, operation)
    P.equal.accept(array._type.dtype)
    size = None if size is None else number_of(operation, size, "a size")
    flat = flatten(array)
    n = flat._type.size
    order = _order(flat)
    ordered = _take(flat, order)
    first = not_equal(_part(ordered, min(n, 1), n), _part(ordered, 0, max(n - 1, 0)))
    first = concat([_just(True, first), first]) if n else first
    edges = _edges(first, size)
    count = edges._type.size - 1
    starts, stops = _part(edges, 0, count), _part(edges, 1, count + 1)
    # an edge beyond the elements takes what is put after them
    smallest = _part(ordered, 0, 1) if n else 0
    fill = _just(smallest if fill_value is None else fill_value, ordered)
    values = _take(concat([ordered, fill]), starts)
    indices = _take(concat([order, _part(order, 0, 1) if n else _just(0, order)]), starts)
    run = perform(P.cumsum, perform(P.cast, first, dtype=dt.int64), axis=0, reverse=False)
    inverse = perform(P.scatter_set, order, subtract(run, 1), order, axes=(0,))
    inverse = reshape(inverse, array._type.shape)
    return UniqueAll(values, indices, inverse, subtract(stops, starts))


def unique_all(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueAll:
    """Return the distinct elements of x flattened, in ascending order, and where they are.

    Parameters
    ----------
    x : Array or scalar
    size : int, optional
        How many to return: the first ones, filled up if there are fewer.  Without it their
        number depends on the data, and this reads.
    fill_value : scalar, optional
        To fill up the values with; by default the smallest element.

    Returns
    -------
    values : Array, shape (k,)
        Of x's dtype.
    indices : Array, shape (k,), int64
        Of the first element of each value in x flattened; filled up with that of the smallest.
    inverse_indices : Array, shape of x, int64
        ``values[inverse_indices]`` is x.
    counts : Array, shape (k,), int64
        How often each value is there; filled up with 0.

    Notes
    -----
    Each NaN is a value of its own.

    Examples
    --------
    >>> import nx
    >>> found = nx.unique_all(nx.asarray([3, 1, 3]))
    >>> found.values, found.counts
    (Array([1, 3], dtype=int64), Array([1, 2], dtype=int64))
    """
    return _unique("unique_all", x, size, fill_value)


def unique_counts(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueCounts:
    """Return the distinct elements and how often each is there.

    Parameters
    ----------
    x : Array or scalar
    size : int, optional
        How many to return, as in `unique_all`.
    fill_value : scalar, optional
        To fill up the values with; by default the smallest element.

    Returns
    -------
    values : Array, shape (k,)
        In ascending order.
    counts : Array, shape (k,), int64
        How often each value is there; filled up with 0.

    Examples
    --------
    >>> import nx
    >>> nx.unique_counts(nx.asarray([3, 1, 3])).counts
    Array([1, 2], dtype=int64)
    """
    found = _unique("unique_counts", x, size, fill_value)
    return UniqueCounts(found.values, found.counts)


def unique_inverse(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueInverse:
    """Return the distinct elements and, for each element of x, its index there.

    Parameters
    ----------
    x : Array or scalar
    size : int, optional
        How many to return, as in `unique_all`.
    fill_value : scalar, optional
        To fill up the values with; by default the smallest element.

    Returns
    -------
    values : Array, shape (k,)
        In ascending order.
    inverse_indices : Array, shape of x, int64
        ``values[inverse_indices]`` is x.

    Examples
    --------
    >>> import nx
    >>> nx.unique_inverse(nx.asarray([3, 1, 3])).inverse_indices
    Array([1, 0, 1], dtype=int64)
    """
    found = _unique("unique_inverse", x, size, fill_value)
    return UniqueInverse(found.values, found.inverse_indices)


def unique_values(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> Array:
    """Return the distinct elements, in ascending order.

    Parameters
    ----------
    x : Array or scalar
    size : int, optional
        How many to return, as in `unique_all`.
    fill_value : scalar, optional
        To fill up with; by default the smallest element.

    Returns
    -------
    Array, shape (k,)
        Of x's dtype.

    Examples
    --------
    >>> import nx
    >>> nx.unique_values(nx.asarray([3, 1, 3]))
    Array([1, 3], dtype=int64)
    >>> nx.unique_values(nx.asarray([3, 1, 3]), size=4, fill_value=0)
    Array([1, 3, 0, 0], dtype=int64)
    """
    return _unique("unique_values", x, size, fill_value).values


def isin(x1: Any, x2: Any, /, *, invert: bool = False) -> Array:
    """Tell, for each element of x1, whether it is among the elements of x2.

    Parameters
    ----------
    x1, x2 : Array or scalar
    invert : bool
        Whether to tell the opposite.

    Returns
    -------
    Array, bool
        Of x1's shape.

    Examples
    --------
    >>> import nx
    >>> nx.isin(nx.asarray([1, 2, 3]), nx.asarray([3, 1]))
    Array([ True, False,  True], dtype=bool)
    """
    x, among = _convert.promote_operands(P.equal, (x1, x2), operation="isin")
    P.equal.accept(x._type.dtype)
    table = flatten(among)
    n = table._type.size
    if n == 0 or x._type.dtype.kind == "complex":
        found = _any(equal(expand_dims(x, axis=-1), table), axis=-1)
    else:
        table = sort(table)
        place = searchsorted(table, x)
        there = _take(concat([table, _part(table, n - 1, n)]), place)
        found = logical_and(less(place, n), equal(there, x))
    return logical_not(found) if flag("isin", invert, "invert") else found
