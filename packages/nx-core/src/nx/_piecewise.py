"""Nonlinearities of straight pieces."""

from __future__ import annotations

from typing import Any

from nx._array import Array
from nx._elementwise import (
    add,
    divide,
    greater,
    greater_equal,
    less,
    less_equal,
    multiply,
    where,
)
from nx._numeric import to_real

__all__ = ["hard_sigmoid", "hard_swish", "hard_tanh", "leaky_relu", "relu6"]


def leaky_relu(x: Any, /, negative_slope: Any = 0.01) -> Array:
    """Return x where it is not negative, else x times a slope, elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.
    negative_slope : float or Array
        The slope below 0.

    Returns
    -------
    Array
        Of the shape they broadcast to.

    Notes
    -----
    The derivative at 0 is 1.

    Examples
    --------
    >>> import nx
    >>> nx.leaky_relu(nx.asarray([-2.0, 2.0]), 0.25)
    Array([-0.5,  2. ], dtype=float32)
    """
    (x,) = to_real("leaky_relu", x)
    return where(greater_equal(x, 0), x, multiply(x, negative_slope))


def relu6(x: Any, /) -> Array:
    """Return x limited to the range from 0 to 6, elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Notes
    -----
    The derivative at 0 and 6 is 0, as in JAX.

    Examples
    --------
    >>> import nx
    >>> nx.relu6(nx.asarray([-1.0, 3.0, 9.0]))
    Array([0., 3., 6.], dtype=float32)
    """
    (x,) = to_real("relu6", x)
    return where(less_equal(x, 0), 0.0, where(greater_equal(x, 6), 6.0, x))


def hard_sigmoid(x: Any, /) -> Array:
    """Return relu6(x + 3) / 6, elementwise: a sigmoid of straight pieces.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape, from 0 to 1.

    Notes
    -----
    The derivative at -3 and 3 is 0.

    Examples
    --------
    >>> import nx
    >>> float(nx.hard_sigmoid(0.0))
    0.5
    """
    (x,) = to_real("hard_sigmoid", x)
    return divide(relu6(add(x, 3.0)), 6.0)


def hard_swish(x: Any, /) -> Array:
    """Return x * hard_sigmoid(x), elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Examples
    --------
    >>> import nx
    >>> nx.hard_swish(nx.asarray([-3.0, 3.0]))
    Array([-0.,  3.], dtype=float32)
    """
    (x,) = to_real("hard_swish", x)
    return multiply(x, hard_sigmoid(x))


def hard_tanh(x: Any, /) -> Array:
    """Return x limited to the range from -1 to 1, elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Notes
    -----
    The derivative at -1 and 1 is 1, as in JAX.

    Examples
    --------
    >>> import nx
    >>> nx.hard_tanh(nx.asarray([-2.0, 0.5]))
    Array([-1. ,  0.5], dtype=float32)
    """
    (x,) = to_real("hard_tanh", x)
    return where(greater(x, 1), 1.0, where(less(x, -1), -1.0, x))
