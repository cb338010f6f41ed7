"""Reading: every way from an array to Python's values or to another library, and its appearance.

All but the appearance go through the `read` effect; what a batched array looks like is told without
reading it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nx import _convert, _indexing
from nx._array import Array
from nx._dtypes import DType
from nx._errors import DTypeError, NxError, ReadError, message, shortened
from nx.effects._perform import read

__all__ = ["SPECIAL", "item", "numpy", "tolist"]


def _one(x: Array, kind: str) -> Any:
    if x._type.size != 1:
        problem = f"cannot make one {kind} of {x._type.size} elements (shape {x._type.shape})"
        hint = "reduce first: any(), all(), sum() or x[i]"
        raise ReadError(message(kind, problem, hint))
    try:
        return read(x, kind).reshape(())
    except NxError as error:
        raise shortened(error) from error.__cause__


def _bool(self: Array) -> bool:
    return bool(_one(self, "bool"))


def _int(self: Array) -> int:
    if self._type.dtype.kind == "complex":
        raise DTypeError(
            message("int", f"cannot make an int of {self._type.dtype.name}", "take real(x) first")
        )
    return int(_one(self, "int"))


def _float(self: Array) -> float:
    if self._type.dtype.kind == "complex":
        raise DTypeError(
            message(
                "float", f"cannot make a float of {self._type.dtype.name}", "take real(x) first"
            )
        )
    return float(_one(self, "float"))


def _complex(self: Array) -> complex:
    return complex(_one(self, "complex"))


def _index(self: Array) -> int:
    if self._type.ndim or self._type.dtype.kind not in ("signed", "unsigned"):
        problem = f"cannot use {self._type} as an index"
        raise ReadError(message("index", problem, "only 0-d integer arrays are indices"))
    return int(_one(self, "index"))


def item(self: Array, /, *index: int) -> Any:
    """Return one element as a Python scalar; without an index the array must have just one.

    Parameters
    ----------
    *index : int
        One for each axis; negative ones count from the end.

    Returns
    -------
    bool, int, float or complex
        The element, read.

    Raises
    ------
    ReadError
        If there is more than one element and no index.
    IndexOutOfBoundsError
        For an index outside its axis.

    Examples
    --------
    >>> import nx
    >>> x = nx.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> x.item(1, 0), x.max().item()
    (3.0, 4.0)
    """
    x = _indexing.getitem(self, index) if index else self
    return _one(x, "item").item()


def _frozen(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array


def numpy(self: Array) -> np.ndarray[Any, Any]:
    """Return the values as a read-only NumPy array, sharing memory where the backend can.

    Returns
    -------
    numpy.ndarray
        Of the array's shape and dtype; copy it to write to it.

    Raises
    ------
    ReadError
        If a transformation is looking at the array and keeps its values.

    Examples
    --------
    >>> import nx
    >>> x = nx.asarray([1.0, 2.0]).numpy()
    >>> x.sum(), x.flags.writeable
    (np.float32(3.0), False)
    """
    return _frozen(read(self, "export"))


def tolist(self: Array) -> Any:
    """Return the values as nested lists of Python scalars.

    Returns
    -------
    list, or a scalar for a 0-d array
        As deeply nested as the array has axes.

    Raises
    ------
    ReadError
        If a transformation is looking at the array and keeps its values.

    Examples
    --------
    >>> import nx
    >>> nx.asarray([[1, 2], [3, 4]]).tolist()
    [[1, 2], [3, 4]]
    """
    return read(self, "export").tolist()


def _array(self: Array, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
    values = numpy(self)
    if dtype is not None and np.dtype(dtype) != values.dtype:
        if copy is False:
            raise ValueError(
                f"__array__: cannot share {values.dtype} as {np.dtype(dtype)} without a copy"
            )
        return values.astype(dtype)
    return values.copy() if copy else values


def _dlpack(
    self: Array,
    *,
    stream: Any = None,
    max_version: tuple[int, int] | None = None,
    dl_device: tuple[int, int] | None = None,
    copy: bool | None = None,
) -> Any:
    """Hand out the values: a copy, for the other library may write to it, unless that is False."""
    values = read(self, "export")
    if stream is not None:
        raise BufferError("__dlpack__: cannot wait for a stream (devices have none)")
    if dl_device is not None and tuple(dl_device) != _dlpack_device(self):
        raise BufferError(f"__dlpack__: cannot export to the device {dl_device} (only to the host)")
    options: dict[str, Any] = {} if max_version is None else {"max_version": max_version}
    return (values if copy is False else values.copy()).__dlpack__(**options)


def _dlpack_device(self: Array) -> tuple[int, int]:
    return (1, 0)


def _buffer(self: Array, flags: int) -> memoryview:
    return memoryview(numpy(self))  # type: ignore[arg-type]  # NumPy says so only from 3.12 on


def _reduce(self: Array) -> tuple[Any, ...]:
    return _from_pickle, (np.array(read(self, "export")), self._type.dtype)


def _from_pickle(values: np.ndarray[Any, Any], dtype: DType) -> Array:
    return _convert.asarray(values, dtype=dtype)


def _format(self: Array, spec: str) -> str:
    return format(_one(self, "item").item(), spec) if spec else _str(self)


# What an array looks like: not a read.
def _values(x: Array) -> np.ndarray[Any, Any] | None:
    while x._type.annotated and x._data is None:
        return None
    return x._type.backend.to_numpy(x._data)


def _repr(self: Array) -> str:
    values = _values(self)
    type_ = self._type
    if values is None:
        below = self._handler.shown(self)
        while below._type.plain is type_.plain:  # an alias of the batched array
            below = below._handler.shown(below)
        return f"Array({type_}, batched over {_repr(below)})"
    if not type_.size and type_.ndim != 1:
        return f"Array([], shape={type_.shape}, dtype={type_.dtype})"
    text = np.array2string(values, separator=", ", prefix="Array(", threshold=1000)
    return f"Array({text}, dtype={type_.dtype})"


def _str(self: Array) -> str:
    values = _values(self)
    return _repr(self) if values is None else np.array2string(values)


SPECIAL = {
    "__array__": _array,
    "__bool__": _bool,
    "__buffer__": _buffer,
    "__complex__": _complex,
    "__dlpack__": _dlpack,
    "__dlpack_device__": _dlpack_device,
    "__float__": _float,
    "__format__": _format,
    "__index__": _index,
    "__int__": _int,
    "__reduce__": _reduce,
    "__repr__": _repr,
    "__str__": _str,
}
"""Python's and other libraries' ways of asking."""
