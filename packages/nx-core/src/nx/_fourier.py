"""Transforms of complex arrays, and the steps that all transforms share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import multiply
from nx._errors import AxisError, DTypeError, ShapeError, message
from nx._joining import pad
from nx._numeric import to_inexact
from nx._shapes import as_int, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "fft",
    "fftn",
    "ifft",
    "ifftn",
    "places_of",
    "points_of",
    "resized",
    "scaled",
    "to_complex",
]


def to_complex(x: Any, operation: str) -> Array:
    (x,) = to_inexact(operation, x)
    wanted = dt.complex_of(x._type.dtype)
    out: Array = x if x._type.dtype is wanted else perform(P.cast, x, dtype=wanted)
    return out


def resized(x: Array, axis: int, n: Any, operation: str) -> Array:
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


def scaled(out: Array, norm: str, n: int, inverse: bool, done: bool, operation: str) -> Array:
    """Apply what a norm asks for; ``done`` says that 1 / n is in ``out`` already."""
    given: Any = norm
    if not isinstance(given, str) or given not in ("backward", "ortho", "forward"):
        hint = "'backward', 'ortho' or 'forward'"
        raise DTypeError(message(operation, f"cannot use norm={norm!r}", hint))
    wanted = {"backward": float(inverse), "ortho": 0.5, "forward": float(not inverse)}[norm]
    power = float(done) - wanted  # of n
    return out if power == 0 else multiply(out, float(n) ** power)


def points_of(x: Array, axes: Sequence[int]) -> int:
    return math.prod(x._type.shape[a] for a in axes)


def _along(x: Any, n: Any, axis: int, norm: str, inverse: bool) -> Array:
    name = "ifft" if inverse else "fft"
    x = to_complex(x, name)
    place = normalize_axis(axis, x._type.ndim, name)
    x = resized(x, place, n, name)
    out = perform(P.ifft if inverse else P.fft, x, axes=(place,))
    return scaled(out, norm, points_of(x, [place]), inverse, inverse, name)


def fft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the discrete Fourier transform along an axis: sum of x[j] exp(-2 pi i j k / n).

    Parameters
    ----------
    x : Array, numeric
        Real x becomes complex.
    n : int, optional
        To how many points x is cut or filled up with zeros; by default as many as it has.
    axis : int
        The axis to work along; negative ones count from the end.
    norm : {"backward", "ortho", "forward"}
        Whether the inverse transform is scaled by 1 / n, each by 1 / sqrt(n), or this one by 1
        / n.

    Returns
    -------
    Array, complex
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
    >>> nx.fft.fft(nx.asarray([1.0, 0.0]))
    Array([1.+0.j, 1.+0.j], dtype=complex64)
    """
    return _along(x, n, axis, norm, inverse=False)


def ifft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """Return the inverse of `fft`.

    Parameters
    ----------
    x : Array, numeric
        Real x becomes complex.
    n : int, optional
        To how many points x is cut or filled up with zeros; by default as many as it has.
    axis : int
        The axis to work along; negative ones count from the end.
    norm : {"backward", "ortho", "forward"}
        As in `fft`.

    Returns
    -------
    Array, complex
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
    >>> nx.fft.ifft(nx.asarray([1.0, 1.0]))
    Array([1.+0.j, 0.+0.j], dtype=complex64)
    """
    return _along(x, n, axis, norm, inverse=True)


def _several(values: Any, operation: str, name: str) -> list[Any]:
    if not isinstance(values, (list, tuple, range)):
        problem = f"cannot use {values!r} as {name}"
        raise AxisError(message(operation, problem, "a sequence of ints"))
    return [*values]


def places_of(x: Array, s: Any, axes: Any, operation: str) -> tuple[list[Any], list[int]]:
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
    x = to_complex(x, name)
    lengths, places = places_of(x, s, axes, name)
    for n, place in zip(lengths, places, strict=True):
        x = resized(x, place, n, name)
    out = perform(P.ifft if inverse else P.fft, x, axes=tuple(sorted(places)))
    return scaled(out, norm, points_of(x, places), inverse, inverse, name)


def fftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the discrete Fourier transform over several axes.

    Parameters
    ----------
    x : Array, numeric
        Real x becomes complex.
    s : sequence of int, optional
        To how many points each axis is cut or filled up.
    axes : sequence of int, optional
        By default the last ``len(s)``, or all.
    norm : {"backward", "ortho", "forward"}
        As in `fft`, with n the product of the lengths.

    Returns
    -------
    Array, complex
        Of x's shape, save for the lengths given.

    Raises
    ------
    ShapeError
        If a length is below 1, or there are not as many as axes.
    AxisError
        If an axis is outside x, or named twice.
    DTypeError
        For another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.fftn(nx.asarray([[1.0, 0.0], [0.0, 0.0]])).shape
    (2, 2)
    """
    return _over(x, s, axes, norm, inverse=False)


def ifftn(x: Any, /, *, s: Any = None, axes: Any = None, norm: str = "backward") -> Array:
    """Return the inverse of `fftn`.

    Parameters
    ----------
    x : Array, numeric
        Real x becomes complex.
    s : sequence of int, optional
        To how many points each axis is cut or filled up.
    axes : sequence of int, optional
        By default the last ``len(s)``, or all.
    norm : {"backward", "ortho", "forward"}
        As in `fft`, with n the product of the lengths.

    Returns
    -------
    Array, complex
        Of x's shape, save for the lengths given.

    Raises
    ------
    ShapeError
        If a length is below 1, or there are not as many as axes.
    AxisError
        If an axis is outside x, or named twice.
    DTypeError
        For another norm.

    Examples
    --------
    >>> import nx
    >>> nx.fft.ifftn(nx.ones((2, 2)))
    Array([[1.+0.j, 0.+0.j],
           [0.+0.j, 0.+0.j]], dtype=complex64)
    """
    return _over(x, s, axes, norm, inverse=True)
