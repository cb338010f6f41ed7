"""Means, variances and standard deviations."""

from __future__ import annotations

import builtins
import math
from typing import Any

from nx._array import Array
from nx._elementwise import divide, integer_pow, sqrt, subtract
from nx._errors import DTypeError, message
from nx._numeric import narrowed, widened
from nx._reducing import reduce_over, to_floating
from nx._shapes import as_number, normalize_axes
from nx.primitives import P

__all__ = ["mean", "std", "var"]


def mean(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Average the elements along axes.

    Parameters
    ----------
    x : Array or scalar
        Integers and bools become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Of x's dtype if that is floating or complex, without the reduced axes.

    Raises
    ------
    AxisError
        For an axis outside x.

    Notes
    -----
    The mean of nothing is NaN. float16 and bfloat16 are added in float32.

    Examples
    --------
    >>> import nx
    >>> nx.mean(nx.asarray([[1, 2], [3, 4]]), axis=0)
    Array([2., 3.], dtype=float32)
    """
    x = to_floating(x, "mean")
    axes = normalize_axes(axis, x._type.ndim, "mean")
    count = math.prod(x._type.shape[a] for a in axes)
    return narrowed(divide(reduce_over(P.sum, widened(x), axes, keepdims), float(count)), x)


def var(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Array:
    """Return the variance along axes: squared distances over count - correction.

    Parameters
    ----------
    x : Array or scalar
        Real; integers and bools become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    correction : float
        What is taken from the count in the divisor: 0 for the variance of what is given, 1 for
        the unbiased estimate of that of a population.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Of x's dtype if that is floating, without the reduced axes.

    Raises
    ------
    AxisError
        For an axis outside x.
    DTypeError
        For complex x.

    Notes
    -----
    Where the count is not above the correction the result is NaN or infinite.

    Examples
    --------
    >>> import nx
    >>> float(nx.var(nx.asarray([1.0, 3.0]), correction=1))
    2.0
    """
    x = to_floating(x, "var")
    axes = normalize_axes(axis, x._type.ndim, "var")
    count = math.prod(x._type.shape[a] for a in axes)
    wide = widened(x)
    distance = subtract(wide, mean(wide, axis=axes, keepdims=True))
    if distance._type.dtype.kind == "complex":
        raise DTypeError(
            message("var", f"cannot take {x._type.dtype.name}", "take abs, real or imag first")
        )
    total = reduce_over(P.sum, integer_pow(distance, 2), axes, keepdims)
    divisor = builtins.max(count - as_number(correction, "var", "correction"), 0.0)
    return narrowed(divide(total, divisor), x)


def std(x: Any, /, *, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Array:
    """Return the standard deviation along axes: the square root of `var`.

    Parameters
    ----------
    x : Array or scalar
        Real; integers and bools become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    correction : float
        As in `var`.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Of x's dtype if that is floating, without the reduced axes.

    Raises
    ------
    AxisError
        For an axis outside x.
    DTypeError
        For complex x.

    Notes
    -----
    The derivative is NaN where all elements are equal, as in JAX.

    Examples
    --------
    >>> import nx
    >>> float(nx.std(nx.asarray([1.0, 3.0])))
    1.0
    """
    return sqrt(var(x, axis=axis, correction=correction, keepdims=keepdims))
