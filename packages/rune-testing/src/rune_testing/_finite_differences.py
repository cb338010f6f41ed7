"""The gradient of a scalar function by finite differences.

One element is moved at a time, and the difference is divided by the distance
the element really moved after rounding, so that no error comes from a step that
the dtype can't represent. Knows nothing of derivative rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import nx

Method = Literal["central", "forward", "backward"]

# How far below and above the point the function is read, in steps.
_OFFSETS: dict[str, tuple[int, int]] = {
    "central": (-1, 1),
    "forward": (0, 1),
    "backward": (-1, 0),
}


def finite_diff(
    f: Callable[[nx.Array], nx.Array],
    x: nx.Array,
    *,
    method: Method = "central",
    eps: float | None = None,
) -> nx.Array:
    """Return the gradient of `f` at `x` by finite differences.

    Parameters
    ----------
    f : callable
        Takes one array of `x`'s shape and dtype, returns a real scalar (an array
        of shape () or a Python number).
    x : Array, any shape, real floating
        The point.
    method : {"central", "forward", "backward"}
        Which two values of `f` are subtracted.
    eps : float, optional
        The step, the same for every element. By default it follows the dtype
        and the element: ``u**(1/3) * max(1, abs(x))`` for central differences
        and ``u**(1/2) * max(1, abs(x))`` for the others, with ``u`` the dtype's
        spacing at 1. A fixed 1e-4 would vanish in float16.

    Returns
    -------
    Array, shape and dtype of `x`
        The slope along each element of `x`.

    Raises
    ------
    DTypeError
        If `x` isn't real floating.
    ShapeError
        If `f` doesn't return a scalar.
    ValueError
        If `method` is unknown, or if `eps` is not positive or too small to move
        an element of `x`.

    Notes
    -----
    Calls `f` twice for each element of `x`. The error is about ``u**(2/3)`` for
    central differences and ``u**(1/2)`` for the others, where `f` is smooth and
    of moderate curvature.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import finite_diff
    >>> gradient = finite_diff(lambda x: nx.sum(x * x), nx.asarray([1.0, -2.0], dtype=nx.float64))
    >>> [round(slope, 6) for slope in gradient.tolist()]
    [2.0, -4.0]
    """
    if method not in _OFFSETS:
        raise ValueError(
            f"finite_diff: cannot use method {method!r} (not one of {', '.join(_OFFSETS)})"
        )
    if not nx.isdtype(x.dtype, "real floating"):
        raise nx.DTypeError(f"finite_diff: cannot differentiate {x.dtype} (not real floating)")
    point = np.asarray(x)
    unit = float(nx.finfo(x.dtype).eps)
    below, above = _OFFSETS[method]
    slopes = np.empty(point.shape, dtype=np.float64)
    for index in np.ndindex(*point.shape):
        step = _step(point[index], unit, method, eps)
        low, low_at = _value(f, point, index, below * step)
        high, high_at = _value(f, point, index, above * step)
        if high_at == low_at:
            raise ValueError(
                f"finite_diff: cannot move the element at {index} by eps={step}"
                f" (too small for {point.dtype.name} at {float(point[index])})"
            )
        slopes[index] = (high - low) / (high_at - low_at)
    return nx.asarray(slopes.astype(point.dtype))


def _step(element: Any, unit: float, method: str, eps: float | None) -> float:
    """Return the step for one element: the caller's, or the dtype's own."""
    if eps is not None:
        if not eps > 0:
            raise ValueError(f"finite_diff: cannot take a step of eps={eps} (not positive)")
        return eps
    power = 1 / 3 if method == "central" else 1 / 2
    return float(unit**power * max(1.0, abs(float(element))))


def _value(
    f: Callable[[nx.Array], nx.Array],
    point: np.ndarray[Any, Any],
    index: tuple[int, ...],
    offset: float,
) -> tuple[float, float]:
    """Return `f` with one element moved by `offset`, and where that element then stands."""
    moved = point.copy()
    moved[index] = float(point[index]) + offset
    value = f(nx.asarray(moved))
    shape = np.shape(value)
    if shape != ():
        raise nx.ShapeError(f"finite_diff: cannot difference an output of shape {shape} (not ())")
    return float(value), float(moved[index])
