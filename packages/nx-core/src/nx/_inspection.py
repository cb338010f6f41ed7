"""What code written for any array library asks of a namespace: its dtypes, devices and exchange."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._dtypes import DType
from nx._errors import BackendError, DTypeError, message
from nx._shapes import MAX_NDIM
from nx._types import Device
from nx.backends._registry import backends
from nx.backends._selection import as_device, default_device, devices

__all__ = ["__array_namespace_info__", "from_dlpack", "result_type"]

REGULAR = tuple(d for d in dt.ALL if d.kind != "storage")


def result_type(*arrays_and_dtypes: Any) -> DType:
    """Return the dtype in which arrays, dtypes and Python scalars meet.

    Parameters
    ----------
    *arrays_and_dtypes : Array, DType or scalar
        At least one that is not a Python scalar.

    Returns
    -------
    DType
        That of their sum, if all were arrays.

    Raises
    ------
    DTypeError
        If they have no common dtype.

    Examples
    --------
    >>> import nx
    >>> nx.result_type(nx.int8, nx.asarray(1, dtype=nx.int32), 2)
    nx.int32
    """
    known: list[DType] = []
    for x in arrays_and_dtypes:
        if isinstance(x, (Array, np.ndarray, np.generic)):
            known.append(dt.as_dtype(x.dtype, "result_type"))
        elif type(x) not in _convert.PYTHON_SCALARS:
            known.append(dt.as_dtype(x, "result_type"))
    if not arrays_and_dtypes:
        raise DTypeError(message("result_type", "cannot promote nothing", "pass arrays or dtypes"))
    return _convert.result_dtype("result_type", known, arrays_and_dtypes)


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Array:
    """Make an array of another library's, through DLPack.

    Parameters
    ----------
    x : object with ``__dlpack__``
        In the memory of the host.
    device : Device or str, optional
        Where to make it; by default the default device.
    copy : bool, optional
        By default the values are copied, because nx's arrays never change; False shares the
        memory, which must not be written to afterwards.

    Returns
    -------
    Array
        Of x's shape and dtype.

    Raises
    ------
    DTypeError
        If x does not speak DLPack, or its elements have no dtype of nx.

    Examples
    --------
    >>> import nx, numpy as np
    >>> nx.from_dlpack(np.arange(3))
    Array([0, 1, 2], dtype=int64)
    """
    if isinstance(x, Array):
        return _convert.asarray(x, device=device, copy=copy)
    if not hasattr(x, "__dlpack__") or not hasattr(x, "__dlpack_device__"):
        problem = f"cannot take a {type(x).__name__} (it has no __dlpack__)"
        raise DTypeError(message("from_dlpack", problem, "use asarray"))
    try:
        values = np.from_dlpack(x)
    except (BufferError, RuntimeError, TypeError, ValueError) as e:
        raise DTypeError(message("from_dlpack", f"cannot take a {type(x).__name__} ({e})")) from e
    return _convert.asarray(values, device=device, copy=copy)


class NamespaceInfo:
    """What this namespace can do, as the array API has it."""

    __slots__ = ()

    def capabilities(self) -> dict[str, Any]:
        """Return what is there: masks as indices, data-dependent shapes, how many axes."""
        return {
            "boolean indexing": True,
            "data-dependent shapes": True,
            "max dimensions": MAX_NDIM,
        }

    def default_device(self) -> Device:
        """Return where arrays are made by default."""
        return default_device()

    def default_dtypes(self, *, device: Any = None) -> dict[str, DType]:
        """Return the dtypes of arrays made without one."""
        if device is not None:
            as_device(device)
        return {
            "real floating": dt.float32,
            "complex floating": dt.complex64,
            "integral": dt.int64,
            "indexing": dt.int64,
        }

    def devices(self) -> tuple[Device, ...]:
        """Return the devices of the backends that are usable."""
        found: list[Device] = []
        for backend in backends():
            if backend["reason"] is None:
                with suppress(BackendError):  # it fails to load: now it isn't usable
                    found += devices(backend["name"])
        return tuple(found)

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, DType]:
        """Return the dtypes by name, all of the standard's or those of a kind."""
        if device is not None:
            as_device(device)
        standard = [d for d in REGULAR if d not in (dt.float16, dt.bfloat16)]
        return {d.name: d for d in standard if kind is None or dt.isdtype(d, kind)}


def __array_namespace_info__() -> NamespaceInfo:  # noqa: N807 - the array API's name
    """Return what this namespace can do: capabilities, devices and dtypes.

    Returns
    -------
    NamespaceInfo
        With the methods ``capabilities``, ``default_device``, ``default_dtypes``, ``devices``
        and ``dtypes`` of the array API standard.

    Examples
    --------
    >>> import nx
    >>> nx.__array_namespace_info__().default_dtypes()["real floating"]
    nx.float32
    """
    return NamespaceInfo()
