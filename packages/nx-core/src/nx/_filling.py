"""Arrays with one value everywhere."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._errors import DTypeError, message
from nx._shapes import as_shape, size_of
from nx._types import Device
from nx.backends._selection import as_device, default_device
from nx.effects._perform import perform
from nx.effects._stack import current
from nx.primitives import P
from nx.primitives._infer import same_device

__all__ = [
    "empty",
    "empty_like",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "place_of",
    "zeros",
    "zeros_like",
]


def place_of(device: Any) -> Device:
    return default_device() if device is None else as_device(device)


def full(shape: Any, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array with the same value everywhere.

    Parameters
    ----------
    shape : int or tuple of int
        Of the result; an int is one axis.
    fill_value : scalar or 0-d Array
        An array stays differentiable.
    dtype : DType, optional
        By default the value's: float32 for a Python float, int64 for an int.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array
        Of the shape.

    Raises
    ------
    ShapeError
        For a negative length, or a shape whose elements overflow.

    Examples
    --------
    >>> import nx
    >>> nx.full((2, 2), 7.0)
    Array([[7., 7.],
           [7., 7.]], dtype=float32)
    """
    return _filled("full", shape, fill_value, dtype, device)


def _filled(operation: str, shape: Any, fill_value: Any, dtype: Any, device: Any) -> Array:
    shape = as_shape(shape, operation)
    if type(fill_value) not in _convert.PYTHON_SCALARS:
        value = _convert.asarray(fill_value, dtype=dtype, device=device)
        return perform(P.broadcast_to, value, shape=shape)
    wanted = dt.scalar_dtype(fill_value) if dtype is None else dt.as_dtype(dtype, operation)
    size_of(shape, operation, wanted.itemsize)
    _convert.check_fits(fill_value, wanted, operation)
    if isinstance(fill_value, complex) and wanted.kind != "complex":
        problem = f"cannot hold {fill_value!r} in {wanted.name}"
        raise DTypeError(message(operation, problem, "use a complex dtype"))
    place = place_of(device)
    if not shape and current() is None:
        return _convert.constant(fill_value, wanted, place)
    if not _comparable(fill_value):
        return perform(P.broadcast_to, _convert.constant(fill_value, wanted, place), shape=shape)
    return perform(P.full, shape=shape, value=fill_value, dtype=wanted, device=place)


def _comparable(value: Any) -> bool:
    """Tell whether equal values are the same: parameters are compared, and -0.0 equals 0.0."""
    if type(value) is complex:
        return False
    return value == value and (value != 0 or math.copysign(1.0, value) > 0)


def zeros(shape: Any, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array of zeros.

    Parameters
    ----------
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    ShapeError
        For a negative length, or a shape whose elements overflow.

    Examples
    --------
    >>> import nx
    >>> nx.zeros((2, 2))
    Array([[0., 0.],
           [0., 0.]], dtype=float32)
    """
    return _filled("zeros", shape, 0, dt.float32 if dtype is None else dtype, device)


def ones(shape: Any, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array of ones.

    Parameters
    ----------
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    ShapeError
        For a negative length, or a shape whose elements overflow.

    Examples
    --------
    >>> import nx
    >>> nx.ones(3, dtype=nx.int32)
    Array([1, 1, 1], dtype=int32)
    """
    return _filled("ones", shape, 1, dt.float32 if dtype is None else dtype, device)


def empty(shape: Any, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array of a shape, for its shape's sake: its values are zeros.

    Parameters
    ----------
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    ShapeError
        For a negative length, or a shape whose elements overflow.

    Notes
    -----
    Arrays never change, so nothing could be written into memory left as it was found.

    Examples
    --------
    >>> import nx
    >>> nx.empty((2, 3)).shape
    (2, 3)
    """
    return _filled("empty", shape, 0, dt.float32 if dtype is None else dtype, device)


def full_like(x: Array, /, fill_value: Any, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array with the same value everywhere, of x's shape, dtype and device.

    Parameters
    ----------
    x : Array
    fill_value : scalar or 0-d Array
    dtype : DType, optional
        By default x's.
    device : Device or str, optional
        Where to make it; by default x's.

    Returns
    -------
    Array
        Of x's shape.

    Examples
    --------
    >>> import nx
    >>> nx.full_like(nx.asarray([1.0, 2.0]), 7)
    Array([7., 7.], dtype=float32)
    """
    x = _convert.to_array(x, "full_like")
    type_ = x._type
    wanted = type_.dtype if dtype is None else dtype
    place = type_.device if device is None else device
    if device is None and isinstance(fill_value, Array):
        same_device("full_like", (type_, fill_value._type))
    return full(type_.shape, fill_value, dtype=wanted, device=place)


def zeros_like(x: Array, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array of zeros of x's shape, dtype and device.

    Parameters
    ----------
    x : Array
    dtype : DType, optional
        By default x's.
    device : Device or str, optional
        Where to make it; by default x's.

    Returns
    -------
    Array
        Of x's shape.

    Examples
    --------
    >>> import nx
    >>> nx.zeros_like(nx.asarray([1, 2]))
    Array([0, 0], dtype=int64)
    """
    return full_like(x, 0, dtype=dtype, device=device)


def ones_like(x: Array, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array of ones of x's shape, dtype and device.

    Parameters
    ----------
    x : Array
    dtype : DType, optional
        By default x's.
    device : Device or str, optional
        Where to make it; by default x's.

    Returns
    -------
    Array
        Of x's shape.

    Examples
    --------
    >>> import nx
    >>> nx.ones_like(nx.asarray([1, 2]))
    Array([1, 1], dtype=int64)
    """
    return full_like(x, 1, dtype=dtype, device=device)


def empty_like(x: Array, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Make an array of x's shape, for its shape's sake: its values are zeros.

    Parameters
    ----------
    x : Array
    dtype : DType, optional
        By default x's.
    device : Device or str, optional
        Where to make it; by default x's.

    Returns
    -------
    Array
        Of x's shape.

    Examples
    --------
    >>> import nx
    >>> nx.empty_like(nx.asarray([1, 2])).dtype
    nx.int64
    """
    return zeros_like(x, dtype=dtype, device=device)
