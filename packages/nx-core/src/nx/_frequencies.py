"""The frequencies of a transform, and their order."""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._creation import arange
from nx._elementwise import multiply
from nx._errors import DTypeError, ShapeError, message
from nx._joining import roll
from nx._shapes import as_int, as_number, normalize_axes

__all__ = ["fftfreq", "fftshift", "ifftshift", "rfftfreq"]


def _frequencies(n: int, d: float, dtype: Any, device: Any, operation: str) -> tuple[Array, float]:
    n, d = as_int(n, operation, "n"), as_number(d, operation, "d")
    if n < 1 or d == 0:
        raise ShapeError(message(operation, f"cannot space {n} points by {d}"))
    wanted = dt.as_dtype(dt.float32 if dtype is None else dtype, operation)
    if wanted.kind != "floating":
        raise DTypeError(message(operation, f"cannot make {wanted.name}", "a floating dtype"))
    return arange(n, dtype=wanted, device=device), 1.0 / (n * d)


def fftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Array:
    """Return the frequencies of the points of `fft`, in cycles per unit of the spacing d.

    Parameters
    ----------
    n : int
        How many points.
    d : float
        The distance from one to the next.
    dtype : DType, optional
        Floating; float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n,)
        From 0 upwards, then the negative ones.

    Raises
    ------
    ShapeError
        For n < 1, or d = 0.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.fft.fftfreq(4)
    Array([ 0.  ,  0.25, -0.5 , -0.25], dtype=float32)
    """
    k, unit = _frequencies(n, d, dtype, device, "fftfreq")
    half = (n - 1) // 2 + 1
    return multiply(roll(k - float(n // 2), half), unit)


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Array:
    """Return the frequencies of the points of `rfft`, in cycles per unit of the spacing d.

    Parameters
    ----------
    n : int
        How many points were transformed.
    d : float
        The distance from one to the next.
    dtype : DType, optional
        Floating; float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n // 2 + 1,)
        In ascending order, none negative.

    Raises
    ------
    ShapeError
        For n < 1, or d = 0.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.fft.rfftfreq(4)
    Array([0.  , 0.25, 0.5 ], dtype=float32)
    """
    k, unit = _frequencies(n, d, dtype, device, "rfftfreq")
    return multiply(k[: n // 2 + 1], unit)


def _shifted(x: Any, axes: Any, operation: str, forward: bool) -> Array:
    found = _convert.to_array(x, operation)
    places = normalize_axes(axes, found._type.ndim, operation)
    if not places:
        return found
    lengths = [found._type.shape[a] for a in places]
    return roll(found, tuple(n // 2 if forward else -(n // 2) for n in lengths), axis=places)


def fftshift(x: Any, /, *, axes: Any = None) -> Array:
    """Move frequency 0 to the middle of the axes.

    Parameters
    ----------
    x : Array
    axes : int or sequence of int, optional
        By default all.

    Returns
    -------
    Array
        Of x's shape and dtype.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.fft.fftshift(nx.fft.fftfreq(4))
    Array([-0.5 , -0.25,  0.  ,  0.25], dtype=float32)
    """
    return _shifted(x, axes, "fftshift", forward=True)


def ifftshift(x: Any, /, *, axes: Any = None) -> Array:
    """Undo `fftshift`.

    Parameters
    ----------
    x : Array
    axes : int or sequence of int, optional
        By default all.

    Returns
    -------
    Array
        Of x's shape and dtype.

    Raises
    ------
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.fft.ifftshift(nx.asarray([-2, -1, 0, 1]))
    Array([ 0,  1, -2, -1], dtype=int64)
    """
    return _shifted(x, axes, "ifftshift", forward=False)
