"""The array.

`Array` is immutable and opaque: its data is the backend's own storage.  This file holds the bare
class and the ways of making one; operators and methods are put on it by `nx._methods`, from the
functions they share their code with.
"""

from __future__ import annotations

from typing import Any

from nx._types import ArrayType

__all__ = ["Array", "annotate", "wrap"]


class Array:
    """An immutable array of elements of one dtype on one device.

    Arrays are made by functions such as `nx.asarray`, `nx.zeros` or `nx.arange`, never by calling
    the class.

    Examples
    --------
    >>> import nx
    >>> nx.asarray([[1.0, 2.0], [3.0, 4.0]]).sum(axis=0)
    Array([4., 6.], dtype=float32)
    """

    # The last three are set on annotated arrays only, those whose type is an annotated one: the
    # handler that looks at the array, the array the enclosing handlers see, and what the handler
    # knows of it.
    __slots__ = ("__weakref__", "_below", "_data", "_handler", "_info", "_type")

    _type: ArrayType
    _data: Any
    _handler: Any
    _below: Array
    _info: Any

    __array_ufunc__ = None
    """NumPy's operators leave the work to this class."""

    __array_priority__ = 1000


def wrap(type_: ArrayType, data: Any) -> Array:
    """Make an array of a plain type and a backend's storage."""
    out = Array()
    out._type = type_
    out._data = data
    return out


def annotate(handler: Any, below: Array, info: Any, type_: ArrayType | None = None) -> Array:
    """Make a fresh alias of an array that carries a handler's annotation.

    Without ``type_`` the alias has the array's own shape and shares its data, as in
    differentiation; with one (a lane's, in batching) it has no data of its own.
    """
    out = Array()
    if type_ is None:
        out._type = below._type.twin
        out._data = below._data
    else:
        out._type = type_.twin
        out._data = None
    out._handler = handler
    out._below = below
    out._info = info
    return out
