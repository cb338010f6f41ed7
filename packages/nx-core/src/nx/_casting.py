"""Other dtypes, other storage, other devices."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._errors import DeviceError, message
from nx._shapes import flag
from nx.backends._selection import as_device
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["astype", "copy", "to_device", "view"]


def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Array:
    """Convert the elements to another dtype.

    Parameters
    ----------
    x : Array or scalar
    dtype : DType
        Complex to real raises: take `real`, `imag` or `abs`.
    copy : bool
        Accepted for the standard's sake: an immutable array needs none.
    device : Device or str, optional
        Where to put the result; by default where x is.

    Returns
    -------
    Array
        Of x's shape and the dtype.

    Raises
    ------
    DTypeError
        For complex x and a real dtype, or an unknown one.

    Notes
    -----
    Floating numbers become integers by cutting off their fraction; what does not fit is undefined.
    Differentiable between floating and complex dtypes.

    Examples
    --------
    >>> import nx
    >>> nx.astype(nx.asarray([1.7, -1.7]), nx.int32)
    Array([ 1, -1], dtype=int32)
    """
    x = _convert.to_array(x, "astype")
    flag("astype", copy, "copy")
    wanted = dt.as_dtype(dtype, "astype")
    out = _convert.cast(x, wanted, "astype")
    return out if device is None else to_device(out, device)


def view(x: Any, dtype: Any, /) -> Array:
    """Read the same bits as another dtype of the same size.

    Parameters
    ----------
    x : Array
    dtype : DType
        With as many bytes as x's.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    DTypeError
        If the sizes differ.

    Notes
    -----
    It has no derivative: differentiating raises.

    Examples
    --------
    >>> import nx
    >>> nx.view(nx.asarray([1.0]), nx.uint32)
    Array([1065353216], dtype=uint32)
    """
    return perform(P.bitcast, _convert.to_array(x, "view"), dtype=dt.as_dtype(dtype, "view"))


def copy(x: Any, /) -> Array:
    """Return the same values in storage of their own.

    Parameters
    ----------
    x : Array or scalar

    Returns
    -------
    Array
        Equal to x.

    Examples
    --------
    >>> import nx
    >>> nx.copy(nx.asarray([1, 2]))
    Array([1, 2], dtype=int64)
    """
    return perform(P.copy, _convert.to_array(x, "copy"))


def to_device(x: Any, device: Any, /, *, stream: Any = None) -> Array:
    """Return the same values on another device, of whichever backend; differentiable.

    Parameters
    ----------
    x : Array
    device : Device or str
        A backend's name alone means its default device.
    stream : None
        For the standard's sake.

    Returns
    -------
    Array
        Of x's shape and dtype, on the device.

    Raises
    ------
    BackendError
        If the backend is unknown or unusable.
    DeviceError
        If the backend has no such device, or a stream is given: devices have none.

    Examples
    --------
    >>> import nx
    >>> str(nx.to_device(nx.asarray([1, 2]), "numpy").device)
    'numpy:cpu'
    """
    x = _convert.to_array(x, "to_device")
    if stream is not None:
        problem = f"cannot wait for the stream {stream!r} (devices have none)"
        raise DeviceError(message("to_device", problem, "leave it out"))
    place = as_device(device)
    return x if place == x._type.device else perform(P.to_device, x, device=place)
