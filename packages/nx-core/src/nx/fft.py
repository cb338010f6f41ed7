"""Discrete Fourier transforms: the array API's extension whole.

Four primitives do the work, unscaled or scaled by 1 / n; here are lengths, axes and norms. The
transforms of real arrays are complex64, or complex128 for float64.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._creation import arange
from nx._elementwise import conj, multiply
from nx._errors import AxisError, DTypeError, ShapeError, message
from nx._joining import pad, roll
from nx._numeric import to_inexact
from nx._shapes import as_int, as_number, normalize_axes, normalize_axis
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


def _complex(x: Any, operation: str) -> Array:
    (x,) = to_inexact(operation, x)
    wanted = dt.complex_of(x._type.dtype)
    out: Array = x if x._type.dtype is wanted else perform(P.cast, x, dtype=wanted)
    return out


def _real(x: Any, operation: str) -> Array:
    (found,) = to_inexact(operation, x)
    if found._type.dtype.kind != "floating":
        problem = f"cannot transform {found._type.dtype.name}"
        raise DTypeError(message(operation, problem, "it takes real arrays: use fft"))
    return found


def _resized(x: Array, axis: int, n: Any, operation: str) -> Array:
    """Cut an axis at n points, or fill it up with zeros."""
    shape = x._type.shape
    have = shape[axis]
    n = have if n is None else as_int(n, operation, "n")
    if n < 1:
        problem = f"cannot transform axis {axis} of {shape} at {n} points ({n} < 1)"
        raise ShapeError(message(operation, problem))
    if n < have:
        return x[tuple(slice(0, n) if i == axis else slice(None) for i in range(len(shape)))]
    widths = [(0, n - have if i == axis else 0) for i in range(len(shape))]
    return pad(x, widths) if n > have else x


def _scaled(out: Array, norm: str, n: int, inverse: bool, done: bool, operation: str) -> Array:
    """Apply what a norm asks for; ``done`` says that 1 / n is in ``out`` already."""
    if norm not in ("backward", "ortho", "forward"):
        hint = "'backward', 'ortho' or 'forward'"
        raise DTypeError(message(operation, f"cannot use norm={norm!r}", hint))
    wanted = {"backward": float(inverse), "ortho": 0.5, "forward": float(not inverse)}[norm]
    power = float(done) - wanted  # of n
    return out if power == 0 else multiply(out, float(n) ** power)


def _points(x: Array, axes: Sequence[int]) -> int:
    return math.prod(x._type.shape[a] for a in axes)


def _along(x: Any, n: Any, axis: int, norm: str, inverse: bool) -> Array:
    name = "ifft" if inverse else "fft"
    x = _complex(x, name)
    place = normalize_axis(axis, x._type.ndim, name)
    x = _resized(x, place, n, name)
    out = perform(P.ifft if inverse else P.fft, x, axes=(place,))
    return _scaled(out, norm, _points(x, [place]), inverse, inverse, name)


def fft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the discrete Fourier transform along an axis: sum of x[j] exp(-2 pi i j k / n).

    Parameters
    ----------
    x : Array
    n : int, optional
        To how many points x is cut or filled up with zeros; by default as many as it has.
    axis : int
    norm : {"backward", "ortho", "forward"}
        Whether the inverse transform is scaled by 1 / n, each by 1 / sqrt(n), or this one by 1 / n.

    Returns
    -------
    Array, complex

    Raises
    ------
    ShapeError
        For n < 1.

    Examples
    --------
    >>> import nx
    >>> nx.fft.fft(nx.asarray([1.0, 0.0]))
    Array([1.+0.j, 1.+0.j], dtype=complex64)
    """
    return _along(x, n, axis, norm, inverse=False)


def ifft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the inverse of `fft`; arguments as there."""
    return _along(x, n, axis, norm, inverse=True)


def _several(values: Any, operation: str, name: str) -> list[Any]:
    if not isinstance(values, (list, tuple, range)):
        problem = f"cannot use {values!r} as {name}"
        raise AxisError(message(operation, problem, "a sequence of ints"))
    return [*values]


def _places(x: Array, s: Any, axes: Any, operation: str) -> tuple[list[Any], list[int]]:
    """Return the lengths asked for (None: as they are) and their axes, in the order given."""
    ndim = x._type.ndim
    lengths = None if s is None else _several(s, operation, "s")
    if axes is None:
        axes = range(0 if lengths is None else ndim - len(lengths), ndim)
    named = _several(axes, operation, "axes")
    found = [normalize_axis(a, ndim, operation) for a in named]
    if len({*found}) < len(found):
        raise AxisError(message(operation, f"cannot use an axis twice ({tuple(named)})"))
    lengths = [None] * len(found) if lengths is None else lengths
    if len(lengths) != len(found):
        clash = f"{len(lengths)} != {len(found)}"
        raise ShapeError(message(operation, f"cannot give {tuple(found)} lengths {s} ({clash})"))
    return lengths, found


def _over(x: Any, s: Any, axes: Any, norm: str, inverse: bool) -> Array:
    name = "ifftn" if inverse else "fftn"
    x = _complex(x, name)
    lengths, places = _places(x, s, axes, name)
    for n, place in zip(lengths, places, strict=True):
        x = _resized(x, place, n, name)
    out = perform(P.ifft if inverse else P.fft, x, axes=tuple(sorted(places)))
    return _scaled(out, norm, _points(x, places), inverse, inverse, name)


def fftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the discrete Fourier transform over several axes.

    Parameters
    ----------
    x : Array
    s : sequence of int, optional
        To how many points each axis is cut or filled up.
    axes : sequence of int, optional
        By default the last ``len(s)``, or all.
    norm : {"backward", "ortho", "forward"}
        As in `fft`, with n the product of the lengths.

    Returns
    -------
    Array, complex
    """
    return _over(x, s, axes, norm, inverse=False)


def ifftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the inverse of `fftn`; arguments as there."""
    return _over(x, s, axes, norm, inverse=True)


def _half(x: Array, place: int) -> Array:
    return perform(P.rfft, x, axis=place)


def _whole(x: Array, place: int, n: Any, operation: str) -> Array:
    """Return the n real points of half a spectrum."""
    points = 2 * (x._type.shape[place] - 1) if n is None else as_int(n, operation, "n")
    if points < 1:
        problem = f"cannot transform axis {place} of {x._type.shape} to {points} points"
        raise ShapeError(message(operation, f"{problem} ({points} < 1)", "give n"))
    x = _resized(x, place, points // 2 + 1, operation)
    return perform(P.irfft, x, axis=place, n=points)


def rfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the first n // 2 + 1 frequencies of the transform of a real x; see `fft`.

    Examples
    --------
    >>> import nx
    >>> nx.fft.rfft(nx.asarray([1.0, 0.0, 0.0])).shape
    (2,)
    """
    x = _real(x, "rfft")
    place = normalize_axis(axis, x._type.ndim, "rfft")
    x = _resized(x, place, n, "rfft")
    return _scaled(_half(x, place), norm, _points(x, [place]), False, False, "rfft")


def irfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the inverse of `rfft` for n real points, by default ``2 * (x.shape[axis] - 1)``."""
    x = _complex(x, "irfft")
    place = normalize_axis(axis, x._type.ndim, "irfft")
    out = _whole(x, place, n, "irfft")
    return _scaled(out, norm, _points(out, [place]), True, True, "irfft")


def rfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the transform of a real x over several axes, half of it along the last one named."""
    x = _real(x, "rfftn")
    lengths, places = _places(x, s, axes, "rfftn")
    _some(places, x, "rfftn")
    for n, place in zip(lengths, places, strict=True):
        x = _resized(x, place, n, "rfftn")
    out = perform(P.fft, _half(x, places[-1]), axes=tuple(sorted(places[:-1])))
    return _scaled(out, norm, _points(x, places), False, False, "rfftn")


def irfftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the inverse of `rfftn`; the last axis named has by default 2 (k - 1) points."""
    x = _complex(x, "irfftn")
    lengths, places = _places(x, s, axes, "irfftn")
    _some(places, x, "irfftn")
    for n, place in zip(lengths[:-1], places[:-1], strict=True):
        x = _resized(x, place, n, "irfftn")
    out = _whole(
        perform(P.ifft, x, axes=tuple(sorted(places[:-1]))), places[-1], lengths[-1], "irfftn"
    )
    return _scaled(out, norm, _points(out, places), True, True, "irfftn")


def _some(places: list[int], x: Array, operation: str) -> None:
    if not places:
        problem = f"cannot transform {x._type.shape} along no axes"
        raise AxisError(message(operation, problem, "name the axis of which half is kept"))


def hfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the transform, real, of n points with Hermitian symmetry, of which x is half.

    The default n is ``2 * (x.shape[axis] - 1)``; norms as in `fft`.
    """
    x = _complex(x, "hfft")
    place = normalize_axis(axis, x._type.ndim, "hfft")
    out = _whole(conj(x), place, n, "hfft")
    return _scaled(out, norm, _points(out, [place]), False, True, "hfft")


def ihfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the inverse of `hfft`: half of the points, for a real x."""
    x = _real(x, "ihfft")
    place = normalize_axis(axis, x._type.ndim, "ihfft")
    x = _resized(x, place, n, "ihfft")
    return _scaled(conj(_half(x, place)), norm, _points(x, [place]), True, False, "ihfft")


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
    """Return the frequencies of the points of `rfft`; see `fftfreq`."""
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
    """Move frequency 0 to the middle of the axes, by default of all.

    Examples
    --------
    >>> import nx
    >>> nx.fft.fftshift(nx.fft.fftfreq(4))
    Array([-0.5 , -0.25,  0.  ,  0.25], dtype=float32)
    """
    return _shifted(x, axes, "fftshift", forward=True)


def ifftshift(x: Any, /, *, axes: Any = None) -> Array:
    """Undo `fftshift`."""
    return _shifted(x, axes, "ifftshift", forward=False)
