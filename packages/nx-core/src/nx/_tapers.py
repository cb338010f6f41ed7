"""Window functions: weights that fade a signal out at both of its ends."""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._creation import full
from nx._elementwise import abs, add, cos, divide, maximum, multiply, negative, sqrt, subtract
from nx._errors import DTypeError, message
from nx._numeric import number_of
from nx._special import i0
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["bartlett", "blackman", "hamming", "hann", "kaiser"]


def _dtype(operation: str, dtype: Any) -> dt.DType:
    wanted = dt.float32 if dtype is None else dt.as_dtype(dtype, operation)
    if wanted.kind != "floating":
        problem = f"cannot make weights of {wanted.name}"
        raise DTypeError(message(operation, problem, "use a floating dtype"))
    return wanted


def _phase(operation: str, n: Any, device: Any) -> Array:
    """Return n numbers from 0 to 1, in float64."""
    count = number_of(operation, n, "a length")
    place = full((), 0.0, dtype=dt.float64, device=device)._type.device
    counted = perform(P.iota, length=count, dtype=dt.float64, device=place)
    return divide(counted, float(max(count - 1, 1)))


def _cosines(operation: str, n: Any, weights: tuple[float, ...], dtype: Any, device: Any) -> Array:
    wanted = _dtype(operation, dtype)
    phase = _phase(operation, n, device)
    if phase._type.size == 1:
        return full((1,), 1.0, dtype=wanted, device=phase._type.device)
    out = multiply(phase, 0.0)
    for k, weight in enumerate(weights):
        out = add(out, multiply(cos(multiply(phase, 2.0 * math.pi * k)), weight))
    return out if wanted is dt.float64 else perform(P.cast, out, dtype=wanted)


def hann(n: int, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Return the Hann window of n points: a raised cosine that ends in 0.

    Parameters
    ----------
    n : int
        How many points.
    dtype : DType, optional
        Floating; float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n,)
        Symmetric; one point is 1.  For a periodic window leave out the last of n + 1 points.

    Raises
    ------
    ShapeError
        For a negative n.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.hann(5)
    Array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    return _cosines("hann", n, (0.5, -0.5), dtype, device)


def hamming(n: int, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Return the Hamming window of n points: a raised cosine that ends in 0.08.

    Parameters
    ----------
    n : int
        How many points.
    dtype : DType, optional
        Floating; float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n,)
        Symmetric; one point is 1.

    Raises
    ------
    ShapeError
        For a negative n.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.hamming(3)
    Array([0.08, 1.  , 0.08], dtype=float32)
    """
    return _cosines("hamming", n, (0.54, -0.46), dtype, device)


def blackman(n: int, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Return the Blackman window of n points: the sum of two cosines.

    Parameters
    ----------
    n : int
        How many points.
    dtype : DType, optional
        Floating; float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n,)
        Symmetric; one point is 1.

    Raises
    ------
    ShapeError
        For a negative n.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.blackman(3).shape
    (3,)
    """
    return _cosines("blackman", n, (0.42, -0.5, 0.08), dtype, device)


def bartlett(n: int, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Return the triangular window of n points, which ends in 0.

    Parameters
    ----------
    n : int
        How many points.
    dtype : DType, optional
        Floating; float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n,)
        Symmetric; one point is 1.

    Raises
    ------
    ShapeError
        For a negative n.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.bartlett(5)
    Array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    wanted = _dtype("bartlett", dtype)
    phase = _phase("bartlett", n, device)
    if phase._type.size == 1:
        return full((1,), 1.0, dtype=wanted, device=phase._type.device)
    out = subtract(1.0, abs(subtract(multiply(phase, 2.0), 1.0)))
    return out if wanted is dt.float64 else perform(P.cast, out, dtype=wanted)


def kaiser(n: int, beta: Any, /, *, dtype: Any = None, device: Any = None) -> Array:
    """Return the Kaiser window of n points, narrower the larger beta is.

    Parameters
    ----------
    n : int
        How many points.
    beta : float or 0-d Array
        0 for a rectangle.  The window is differentiable in an array.
    dtype : DType, optional
        Floating; float32 by default.
    device : Device or str, optional
        Where to make it; by default the default device.

    Returns
    -------
    Array, shape (n,)
        Symmetric; one point is 1.

    Raises
    ------
    ShapeError
        For a negative n.
    DTypeError
        For a dtype that is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.kaiser(3, 0.0)
    Array([1., 1., 1.], dtype=float32)
    """
    wanted = _dtype("kaiser", dtype)
    phase = _phase("kaiser", n, device)
    if phase._type.size == 1:
        return full((1,), 1.0, dtype=wanted, device=phase._type.device)
    width = _convert.promote_operands(P.multiply, (phase, beta), operation="kaiser")[1]
    arc = subtract(multiply(phase, 2.0), 1.0)
    height = sqrt(maximum(add(negative(multiply(arc, arc)), 1.0), 0.0))
    out = divide(i0(multiply(width, height)), i0(width))
    return out if wanted is dt.float64 else perform(P.cast, out, dtype=wanted)
