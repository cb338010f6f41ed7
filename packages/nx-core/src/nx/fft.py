"""Discrete Fourier transforms: the array API's extension whole.

Four primitives do the work, unscaled or scaled by 1 / n; here are lengths, axes and norms. The
transforms of real arrays are complex64, or complex128 for float64.
"""

from __future__ import annotations

from typing import Any

from nx._array import Array
from nx._elementwise import conj
from nx._errors import AxisError, DTypeError, ShapeError, message
from nx._errors import shorten as _shorten
from nx._fourier import fft, fftn, ifft, ifftn, places_of, points_of, resized, scaled, to_complex
from nx._frequencies import fftfreq, fftshift, ifftshift, rfftfreq
from nx._numeric import to_inexact
from nx._shapes import as_int, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]


def _real(x: Any, operation: str) -> Array:
    (found,) = to_inexact(operation, x)
    if found._type.dtype.kind != "floating":
        problem = f"cannot transform {found._type.dtype.name}"
        raise DTypeError(message(operation, problem, "it takes real arrays: use fft"))
    return found


def _half(x: Array, place: int) -> Array:
    return perform(P.rfft, x, axis=place)


def _whole(x: Array, place: int, n: Any, operation: str) -> Array:
    """Return the n real points of half a spectrum."""
    points = 2 * (x._type.shape[place] - 1) if n is None else as_int(n, operation, "n")
    if points < 1:
        problem = f"cannot transform axis {place} of {x._type.shape} to {points} points"
        raise ShapeError(message(operation, f"{problem} ({points} < 1)", "give n"))
    x = resized(x, place, points // 2 + 1, operation)
    return perform(P.irfft, x, axis=place, n=points)


def rfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the first n // 2 + 1 frequencies of the transform of a real x.

    Parameters
    ----------
    x : Array, real
    n : int, optional
        To how many points x is cut or filled up with zeros; by default as many as it has.
    axis : int
        The axis to work along; negative ones count from the end.
    norm : {"backward", "ortho", "forward"}
        As in `fft`.

    Returns
    -------
    Array, complex
        Of x's shape, save for n // 2 + 1 points along the axis.

    Raises
    ------
    ShapeError
        For n < 1.
    AxisError
        For an axis outside x.
    DTypeError
        For complex x, or another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.rfft(nx.asarray([1.0, 0.0, 0.0])).shape
    (2,)
    """
    x = _real(x, "rfft")
    place = normalize_axis(axis, x._type.ndim, "rfft")
    x = resized(x, place, n, "rfft")
    return scaled(_half(x, place), norm, points_of(x, [place]), False, False, "rfft")


def irfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the inverse of `rfft` for n real points.

    Parameters
    ----------
    x : Array, numeric
        The imaginary part of frequency 0, and of the last one for an even n, is not used.
    n : int, optional
        By default ``2 * (x.shape[axis] - 1)``, which is even.
    axis : int
        The axis to work along; negative ones count from the end.
    norm : {"backward", "ortho", "forward"}
        As in `fft`.

    Returns
    -------
    Array, real
        Of x's shape, save for n points along the axis.

    Raises
    ------
    ShapeError
        For n < 1.
    AxisError
        For an axis outside x.
    DTypeError
        For another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.irfft(nx.asarray([3.0, 0.0]), n=3)
    Array([1., 1., 1.], dtype=float32)
    """
    x = to_complex(x, "irfft")
    place = normalize_axis(axis, x._type.ndim, "irfft")
    out = _whole(x, place, n, "irfft")
    return scaled(out, norm, points_of(out, [place]), True, True, "irfft")


def rfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the transform of a real x over several axes, half of it along the last one named.

    Parameters
    ----------
    x : Array, real
    s : sequence of int, optional
        To how many points each axis is cut or filled up.
    axes : sequence of int, optional
        By default the last ``len(s)``, or all.
    norm : {"backward", "ortho", "forward"}
        As in `fft`, with n the product of the lengths.

    Returns
    -------
    Array, complex
        Of x's shape, save for the lengths given and n // 2 + 1 points along the last axis
        named.

    Raises
    ------
    ShapeError
        If a length is below 1, or there are not as many as axes.
    AxisError
        If an axis is outside x, or named twice, or there is none.
    DTypeError
        For complex x, or another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.rfftn(nx.ones((4, 4))).shape
    (4, 3)
    """
    x = _real(x, "rfftn")
    lengths, places = places_of(x, s, axes, "rfftn")
    _some(places, x, "rfftn")
    for n, place in zip(lengths, places, strict=True):
        x = resized(x, place, n, "rfftn")
    out = perform(P.fft, _half(x, places[-1]), axes=tuple(sorted(places[:-1])))
    return scaled(out, norm, points_of(x, places), False, False, "rfftn")


def irfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the inverse of `rfftn`.

    Parameters
    ----------
    x : Array, numeric
        Half of the frequencies along the last axis named.
    s : sequence of int, optional
        The lengths of the result; the last one is by default 2 (k - 1) for k frequencies.
    axes : sequence of int, optional
        By default the last ``len(s)``, or all.
    norm : {"backward", "ortho", "forward"}
        As in `fft`, with n the product of the lengths.

    Returns
    -------
    Array, real
        Of x's shape, save for the lengths.

    Raises
    ------
    ShapeError
        If a length is below 1, or there are not as many as axes.
    AxisError
        If an axis is outside x, or named twice, or there is none.
    DTypeError
        For another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.irfftn(nx.fft.rfftn(nx.ones((2, 2))))
    Array([[1., 1.],
           [1., 1.]], dtype=float32)
    """
    x = to_complex(x, "irfftn")
    lengths, places = places_of(x, s, axes, "irfftn")
    _some(places, x, "irfftn")
    for n, place in zip(lengths[:-1], places[:-1], strict=True):
        x = resized(x, place, n, "irfftn")
    out = _whole(
        perform(P.ifft, x, axes=tuple(sorted(places[:-1]))), places[-1], lengths[-1], "irfftn"
    )
    return scaled(out, norm, points_of(out, places), True, True, "irfftn")


def _some(places: list[int], x: Array, operation: str) -> None:
    if not places:
        problem = f"cannot transform {x._type.shape} along no axes"
        raise AxisError(message(operation, problem, "name the axis of which half is kept"))


def hfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the transform, real, of points with Hermitian symmetry, of which x is half.

    The default n is ``2 * (x.shape[axis] - 1)``; norms as in `fft`.

    Parameters
    ----------
    x : Array, numeric
    n : int, optional
        How many points the result has; by default ``2 * (x.shape[axis] - 1)``.
    axis : int
        The axis to work along; negative ones count from the end.
    norm : {"backward", "ortho", "forward"}
        As in `fft`.

    Returns
    -------
    Array, real
        Of x's shape, save for n points along the axis.

    Raises
    ------
    ShapeError
        For n < 1.
    AxisError
        For an axis outside x.
    DTypeError
        For another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.hfft(nx.asarray([1.0, 1.0, 1.0])).shape
    (4,)
    """
    x = to_complex(x, "hfft")
    place = normalize_axis(axis, x._type.ndim, "hfft")
    out = _whole(conj(x), place, n, "hfft")
    return scaled(out, norm, points_of(out, [place]), False, True, "hfft")


def ihfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the inverse of `hfft`: half of the points, for a real x.

    Parameters
    ----------
    x : Array, real
    n : int, optional
        To how many points x is cut or filled up with zeros; by default as many as it has.
    axis : int
        The axis to work along; negative ones count from the end.
    norm : {"backward", "ortho", "forward"}
        As in `fft`.

    Returns
    -------
    Array, complex
        Of x's shape, save for n // 2 + 1 points along the axis.

    Raises
    ------
    ShapeError
        For n < 1.
    AxisError
        For an axis outside x.
    DTypeError
        For complex x, or another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.ihfft(nx.ones(4)).shape
    (3,)
    """
    x = _real(x, "ihfft")
    place = normalize_axis(axis, x._type.ndim, "ihfft")
    x = resized(x, place, n, "ihfft")
    return scaled(conj(_half(x, place)), norm, points_of(x, [place]), True, False, "ihfft")


_shorten(globals())
