"""Gradients and Jacobians by finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import nx
from rune import _trees

from rune_testing._differences import Differences, Method, Output, combined
from rune_testing._points import HostArray, Point

__all__ = ["finite_diff", "finite_diff_jacobian"]


def finite_diff(
    f: Callable[[Any], Any],
    x: Any,
    method: Method = "central",
    eps: float | None = None,
    *,
    holomorphic: bool = False,
) -> Any:
    """Return the gradient of f at x by finite differences.

    Parameters
    ----------
    f : callable
        Takes one tree like x, returns a scalar: a floating array of shape () or a Python float.
    x : Array or tree of Array, any shapes, floating or complex
        The point.
    method : {"central", "forward", "backward"}
        Which two values of f are subtracted.
    eps : float, optional
        The step, the same for every element. By default it follows the dtype and the element:
        ``u**(1/3) * max(1, abs(x))`` for central differences and ``u**(1/2) * max(1, abs(x))`` for
        the others, with ``u`` the spacing of numbers at 1 in the coarsest dtype of x and the
        result. A fixed 1e-4 would vanish in float16.
    holomorphic : bool
        Whether f is a holomorphic function of complex arguments.

    Returns
    -------
    Array or tree of Array, shapes and dtypes of x
        The slope along each element. For complex x and real f it is df/dRe - i df/dIm, as
        `rune.grad` has it; for a holomorphic f the complex derivative.

    Raises
    ------
    DTypeError
        If x is neither floating nor complex, or if f is complex where ``holomorphic`` doesn't say
        so.
    ShapeError
        If f doesn't return a scalar.
    ValueError
        If ``method`` is unknown, or if ``eps`` is not positive or too small to move an element.

    Notes
    -----
    Calls f once, and then twice for each element of x (once for a one-sided method), twice as often
    for complex elements. The error is about ``u**(2/3)`` for central differences and ``u**(1/2)``
    for the others, where f is smooth and of moderate size and curvature.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import finite_diff
    >>> gradient = finite_diff(lambda x: nx.sum(x * x), nx.asarray([1.0, -2.0], dtype=nx.float64))
    >>> [round(slope, 6) for slope in gradient.tolist()]
    [2.0, -4.0]
    >>> gradient = finite_diff(nx.abs, nx.asarray(3 + 4j, dtype=nx.complex128))
    >>> round(gradient.real.item(), 6), round(gradient.imag.item(), 6)
    (0.6, -0.8)
    """
    point = Point(x, "finite_diff")
    differences = Differences(f, point, method, eps)
    differences.check_scalar(holomorphic)
    gradients: list[HostArray] = [
        np.empty(v.shape, _wide(x)) for v, x in zip(point.values, point.arrays, strict=True)
    ]
    for place in point.places():
        slopes = [slope[0][()] for slope in differences.slopes(place)]
        gradients[place.leaf][place.at] = _mean(combined(slopes, holomorphic))
    return point.like(gradients)


def finite_diff_jacobian(
    f: Callable[[Any], Any],
    x: Any,
    method: Method = "central",
    eps: float | None = None,
    *,
    holomorphic: bool = False,
) -> Any:
    """Return the Jacobian of f at x by finite differences.

    Parameters
    ----------
    f : callable
        Takes one tree like x, returns a tree of floating or complex arrays.
    x, method, eps, holomorphic
        As in `finite_diff`.

    Returns
    -------
    Array or tree of Array
        As from `rune.jacrev`: a tree like f's output of trees like x, each array of shape
        ``output.shape + x.shape``, in the dtype that the two promote to.

    Raises
    ------
    DTypeError
        If x or the output is neither floating nor complex, or if both are complex where
        ``holomorphic`` doesn't say so.
    ShapeError
        If the shape of f's output changes a step away from x.
    ValueError
        As in `finite_diff`.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import finite_diff_jacobian
    >>> x = nx.asarray([1.0, 2.0], dtype=nx.float64)
    >>> jacobian = finite_diff_jacobian(lambda x: nx.stack([x[0] * x[1], x[1], x[0]]), x)
    >>> [[round(slope, 6) for slope in row] for row in jacobian.tolist()]
    [[2.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
    """
    point = Point(x, "finite_diff_jacobian")
    differences = Differences(f, point, method, eps)
    differences.check_kinds(holomorphic)
    outputs = differences.outputs
    blocks = [
        [np.empty(out.values.shape + v.shape, np.complex128) for v in point.values]
        for out in outputs
    ]
    for place in point.places():
        slopes = differences.slopes(place)
        column: tuple[Any, ...] = (..., *place.at)
        for i, rows in enumerate(blocks):
            parts = combined([slope[i] for slope in slopes], holomorphic)
            rows[place.leaf][column] = _mean(parts)
    return _trees.unflatten(
        differences.structure,
        [
            point.tree(_block(v, out, x) for v, x in zip(rows, point.arrays, strict=True))
            for rows, out in zip(blocks, outputs, strict=True)
        ],
    )


def _mean(derivatives: list[Any]) -> Any:
    with np.errstate(all="ignore"):
        return sum(derivatives) / len(derivatives)


def _wide(x: nx.Array) -> type:
    return np.complex128 if x.dtype.kind == "complex" else np.float64


def _block(values: HostArray, out: Output, x: nx.Array) -> nx.Array:
    """Return the part of a Jacobian that belongs to one output and one argument."""
    if out.dtype is not None:
        dtype = nx.result_type(out.dtype, x.dtype)
    else:  # a Python number takes the argument's dtype
        dtype = nx.result_type(x.dtype, nx.complex64) if out.is_complex else x.dtype
    with np.errstate(all="ignore"):  # what overflows float16 is infinite there
        real = values if dtype.kind == "complex" else values.real
        return nx.asarray(real.astype(dtype.numpy), device=x.device)
