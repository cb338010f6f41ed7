"""Nx's words, so that the reference document's programs read the same."""

from __future__ import annotations

from typing import Any

from nx import _convert, _reading
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import divide as div
from nx._elementwise import multiply as mul
from nx._elementwise import negative as neg
from nx._elementwise import subtract as sub
from nx._errors import ShapeError, message
from nx._shapes import as_shape, size_of
from nx._shaping import reshape

__all__ = ["array", "create", "div", "item", "mul", "neg", "print_data", "scalar", "sub"]

array = _convert.asarray


def create(dtype: Any, shape: Any, data: Any, /, *, device: Any = None) -> Array:
    """Make an array of a dtype and shape from its elements in row-major order.

    Parameters
    ----------
    dtype : DType
    shape : int or tuple of int
        Of the result; an int is one axis.
    data : nested sequence or array
        As many elements as the shape has.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array
        Of the dtype and shape.

    Raises
    ------
    ShapeError
        If the number of elements is not the shape's.

    Examples
    --------
    >>> import nx
    >>> nx.create(nx.float32, (3,), [1.0, 2.0, 3.0])
    Array([1., 2., 3.], dtype=float32)
    """
    shape = as_shape(shape, "create")
    flat = _convert.asarray(data, dtype=dt.as_dtype(dtype, "create"), device=device)
    if flat._type.size != size_of(shape):
        found, needed = flat._type.size, size_of(shape)
        problem = f"cannot make {shape} of {found} elements ({needed} != {found})"
        raise ShapeError(message("create", problem))
    return reshape(flat, shape)


def scalar(dtype: Any, value: Any, /, *, device: Any = None) -> Array:
    """Make a 0-d array.

    Parameters
    ----------
    dtype : DType
    value : scalar
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, 0-d
        Of the dtype.

    Examples
    --------
    >>> import nx
    >>> nx.scalar(nx.float32, 2.0)
    Array(2., dtype=float32)
    """
    return create(dtype, (), value, device=device)


def item(x: Array, /, *index: int) -> Any:
    """Return one element as a Python scalar.

    Parameters
    ----------
    x : Array
    *index : int
        One for each axis; none if x has one element.

    Returns
    -------
    bool, int, float or complex
        The element, read.

    Raises
    ------
    IndexOutOfBoundsError
        For an index outside its axis.
    ReadError
        If there is more than one element and no index.

    Examples
    --------
    >>> import nx
    >>> nx.item(nx.asarray([1.0, 2.0]), 1)
    2.0
    """
    return _reading.item(_convert.to_array(x, "item"), *index)


def print_data(x: Array, /) -> None:
    """Print an array's elements.

    Parameters
    ----------
    x : Array

    Returns
    -------
    None
        It prints to the standard output.

    Examples
    --------
    >>> import nx
    >>> nx.print_data(nx.asarray([2.0, 4.0]))
    [2. 4.]
    """
    print(str(_convert.to_array(x, "print_data")))  # noqa: T201 - printing is what it is for
