"""Discrete Fourier transforms along one axis, scaled as NumPy's by default.

``nx.fft`` grows to the array API's whole extension; these four are its primitives.
"""

from __future__ import annotations

from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._shapes import as_int, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P, Primitive

__all__ = ["fft", "ifft", "irfft", "rfft"]


def _complex(x: Any, operation: str) -> Array:
    x = _convert.to_array(x, operation)
    wanted = dt.complex_of(x._type.dtype)
    return x if x._type.dtype is wanted else perform(P.cast, x, dtype=wanted)


def _along(primitive: Primitive, x: Any, axis: int) -> Array:
    x = _complex(x, primitive.name)
    return perform(primitive, x, axes=(normalize_axis(axis, x._type.ndim, primitive.name),))


def fft(x: Any, /, *, axis: int = -1) -> Array:
    """Return the discrete Fourier transform along an axis: sum of x[j] exp(-2 pi i j k / n).

    Examples
    --------
    >>> import nx
    >>> nx.fft.fft(nx.asarray([1.0, 0.0]))
    Array([1.+0.j, 1.+0.j], dtype=complex64)
    """
    return _along(P.fft, x, axis)


def ifft(x: Any, /, *, axis: int = -1) -> Array:
    """Return the inverse of `fft`, scaled by 1 / n."""
    return _along(P.ifft, x, axis)


def rfft(x: Any, /, *, axis: int = -1) -> Array:
    """Return the first n // 2 + 1 frequencies of the transform of a real x."""
    (x,) = _convert.promote_operands(P.rfft, (x,), inexact=True)
    return perform(P.rfft, x, axis=normalize_axis(axis, x._type.ndim, "rfft"))


def irfft(x: Any, /, *, axis: int = -1, n: int | None = None) -> Array:
    """Return the inverse of `rfft` for n real points, by default ``2 * (x.shape[axis] - 1)``."""
    x = _complex(x, "irfft")
    place = normalize_axis(axis, x._type.ndim, "irfft")
    points = 2 * (x._type.shape[place] - 1) if n is None else as_int(n, "irfft", "n")
    return perform(P.irfft, x, axis=place, n=points)
