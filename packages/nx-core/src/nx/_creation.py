"""Functions that make arrays from shapes, ranges and values."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import add, equal, greater_equal, less_equal, multiply
from nx._errors import ShapeError, message
from nx._filling import (
    empty,
    empty_like,
    full,
    full_like,
    ones,
    ones_like,
    place_of,
    zeros,
    zeros_like,
)
from nx._shapes import as_int, as_number, as_shape, flag, size_of
from nx._types import Device
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "arange",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "tri",
    "tril",
    "triu",
    "zeros",
    "zeros_like",
]


def arange(
    start: Any, /, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None
) -> Array:
    """Make the numbers from start (0 if only one is given) up to stop, without it, in steps.

    Parameters
    ----------
    start, stop, step : int or float
        One number alone is the stop; steps may be negative.
    dtype : DType, optional
        By default int64 if all are ints, else float32.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (ceil((stop - start) / step),)
        Empty if stop lies on the wrong side.

    Raises
    ------
    ShapeError
        If step is 0.

    Examples
    --------
    >>> import nx
    >>> nx.arange(2, 8, 2)
    Array([2, 4, 6], dtype=int64)
    """
    start, stop = (0, start) if stop is None else (start, stop)
    bounds = (start, "start"), (stop, "stop"), (step, "step")
    start, stop, step = (
        as_number(x.item() if getattr(x, "ndim", None) == 0 else x, "arange", name)
        for x, name in bounds
    )
    if step == 0:
        raise ShapeError(message("arange", f"cannot count from {start} to {stop} (the step is 0)"))
    whole = all(isinstance(x, int) for x in (start, stop, step))
    length = -((start - stop) // step) if whole else math.ceil((stop - start) / step)
    length = max(0, length)
    wanted = (
        dt.as_dtype(dtype, "arange") if dtype is not None else (dt.int64 if whole else dt.float32)
    )
    size_of((length,), "arange", wanted.itemsize)
    exact = dt.int64 if whole else dt.float64
    counted = perform(P.iota, length=length, dtype=exact, device=place_of(device))
    numbers = counted if (start, step) == (0, 1) else add(multiply(counted, step), start)
    return numbers if wanted is exact else perform(P.cast, numbers, dtype=wanted)


def linspace(
    start: Any,
    stop: Any,
    /,
    num: int,
    *,
    dtype: Any = None,
    device: Any = None,
    endpoint: bool = True,
) -> Array:
    """Make num evenly spaced numbers from start to stop.

    Parameters
    ----------
    start, stop : int, float, complex or 0-d Array
        Differentiable in arrays.
    num : int
        How many; at least 0.
    dtype : DType, optional
        By default float32, or complex64 if an end is a complex number.
    device : Device or str, optional
        Where to make it; by default the default device.
    endpoint : bool
        Whether stop is the last of them.

    Returns
    -------
    Array, shape (num,)
        The numbers; both ends are exact.

    Raises
    ------
    ShapeError
        For a negative number of them.

    Examples
    --------
    >>> import nx
    >>> nx.linspace(0.0, 1.0, 5)
    Array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    flag("linspace", endpoint, "endpoint")
    (num,) = as_shape(as_int(num, "linspace", "num"), "linspace")
    start, stop = _end(start, "start"), _end(stop, "stop")
    default = dt.complex64 if complex in (type(start), type(stop)) else dt.float32
    wanted = default if dtype is None else dt.as_dtype(dtype, "linspace")
    steps = max(num - 1 if endpoint else num, 1)
    place = place_of(device)
    counted = perform(P.iota, length=num, dtype=dt.float64, device=place)
    numbers = add(multiply(counted, (stop - start) / steps), start)
    if endpoint and num > 1:  # the last one exactly
        last = equal(counted, float(num - 1))
        if not isinstance(stop, Array):
            stop = _convert.constant(stop, numbers._type.dtype, place)
        elif stop._type.dtype is not numbers._type.dtype:
            stop = perform(P.cast, stop, dtype=numbers._type.dtype)
        numbers = perform(P.where, last, stop, numbers)
    return numbers if wanted is numbers._type.dtype else _convert.cast(numbers, wanted, "linspace")


def _end(x: Any, name: str) -> Any:
    """Return an end of linspace as a float or complex, or as an array, which is not read."""
    if type(x) is complex:
        return x
    if isinstance(x, Array) and not x._type.ndim and x._type.dtype.kind == "floating":
        return perform(P.cast, x, dtype=dt.float64)
    return float(as_number(x, "linspace", name))


def eye(
    n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: Any = None, device: Any = None
) -> Array:
    """Make a matrix with ones on the k-th diagonal and zeros elsewhere.

    Parameters
    ----------
    n_rows : int
    n_cols : int, optional
        By default as many as rows.
    k : int
        The diagonal: above the main one if positive, below it if negative.
    dtype : DType, optional
        float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n_rows, n_cols)
        Of the dtype.

    Raises
    ------
    ShapeError
        For a negative length.

    Examples
    --------
    >>> import nx
    >>> nx.eye(2)
    Array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    shape = as_shape((n_rows, n_rows if n_cols is None else n_cols), "eye")
    rows, columns = _grid(shape, place_of(device))
    diagonal = equal(add(rows, _offset(k, shape, "eye")), columns)
    wanted = dt.as_dtype(dt.float32 if dtype is None else dtype, "eye")
    return perform(P.cast, diagonal, dtype=wanted)


def _offset(k: Any, shape: tuple[int, ...], operation: str) -> int:
    """Return a diagonal's number; all that lie outside the matrix on one side are alike."""
    rows, columns = shape
    return min(max(as_int(k, operation, "k"), -rows), columns)


def _grid(shape: tuple[int, ...], device: Device) -> tuple[Array, Array]:
    rows = perform(P.iota, length=shape[0], dtype=dt.int64, device=device)
    columns = perform(P.iota, length=shape[1], dtype=dt.int64, device=device)
    return perform(P.reshape, rows, shape=(shape[0], 1)), perform(
        P.reshape, columns, shape=(1, shape[1])
    )


def tri(
    n: int, m: int | None = None, /, k: int = 0, *, dtype: Any = None, device: Any = None
) -> Array:
    """Make a matrix with ones on and below the k-th diagonal.

    Parameters
    ----------
    n : int
        How many rows.
    m : int, optional
        How many columns; by default n.
    k : int
        The diagonal: above the main one if positive, below it if negative.
    dtype : DType, optional
        float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n, m)
        Of the dtype.

    Raises
    ------
    ShapeError
        For a negative length.

    Examples
    --------
    >>> import nx
    >>> nx.tri(3)
    Array([[1., 0., 0.],
           [1., 1., 0.],
           [1., 1., 1.]], dtype=float32)
    """
    shape = as_shape((n, n if m is None else m), "tri")
    rows, columns = _grid(shape, place_of(device))
    below = less_equal(columns, add(rows, _offset(k, shape, "tri")))
    return perform(P.cast, below, dtype=dt.as_dtype(dt.float32 if dtype is None else dtype, "tri"))


def _triangle(x: Any, k: int, operation: str) -> Array:
    x = _convert.to_array(x, operation)
    if x._type.ndim < 2:
        raise ShapeError(
            message(
                operation,
                f"cannot take a triangle of shape {x._type.shape} ({x._type.ndim} < 2 axes)",
            )
        )
    shape = x._type.shape[-2:]
    rows, columns = _grid(shape, x._type.device)
    compare = less_equal if operation == "tril" else greater_equal
    keep = compare(columns, add(rows, _offset(k, shape, operation)))
    zero = full(
        (), False if x._type.dtype is dt.bool_ else 0, dtype=x._type.dtype, device=x._type.device
    )
    return perform(P.where, keep, x, zero)


def tril(x: Any, /, *, k: int = 0) -> Array:
    """Keep the elements on and below the k-th diagonal of each matrix; the others become zeros.

    Parameters
    ----------
    x : Array, shape (..., m, n)
    k : int
        The diagonal: above the main one if positive, below it if negative.

    Returns
    -------
    Array
        Of x's shape and dtype.

    Raises
    ------
    ShapeError
        If x has fewer than two axes.

    Examples
    --------
    >>> import nx
    >>> nx.tril(nx.asarray([[1, 2], [3, 4]]))
    Array([[1, 0],
           [3, 4]], dtype=int64)
    """
    return _triangle(x, k, "tril")


def triu(x: Any, /, *, k: int = 0) -> Array:
    """Keep the elements on and above the k-th diagonal of each matrix; the others become zeros.

    Parameters
    ----------
    x : Array, shape (..., m, n)
    k : int
        The diagonal: above the main one if positive, below it if negative.

    Returns
    -------
    Array
        Of x's shape and dtype.

    Raises
    ------
    ShapeError
        If x has fewer than two axes.

    Examples
    --------
    >>> import nx
    >>> nx.triu(nx.asarray([[1, 2], [3, 4]]))
    Array([[1, 2],
           [0, 4]], dtype=int64)
    """
    return _triangle(x, k, "triu")
