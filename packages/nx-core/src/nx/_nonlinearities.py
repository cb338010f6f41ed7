"""The nonlinear functions of networks, beyond those of `nx._activations`.

At kinks the derivatives are JAX's: those of the branch that is taken there.
"""

from __future__ import annotations

import math
from typing import Any

from nx._activations import logaddexp, sigmoid
from nx._array import Array
from nx._elementwise import (
    abs,
    add,
    divide,
    erfc,
    expm1,
    greater,
    multiply,
    negative,
    tanh,
    where,
)
from nx._errors import ShapeError, message
from nx._numeric import to_real
from nx._piecewise import hard_sigmoid, hard_swish, hard_tanh, leaky_relu, relu6
from nx._shapes import flag, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hard_sigmoid",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "log_sigmoid",
    "mish",
    "relu6",
    "selu",
    "silu",
    "soft_sign",
    "softplus",
    "swish",
]

SELU_SCALE = 1.0507009873554804934193349852946
SELU_ALPHA = 1.6732632423543772848170429916717


def elu(x: Any, /, alpha: Any = 1.0) -> Array:
    """Return x where it is positive, else alpha * (exp(x) - 1), elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.
    alpha : float or Array
        What -elu(x) tends to for small x.

    Returns
    -------
    Array
        Of the shape they broadcast to.

    Notes
    -----
    The derivative at 0 is alpha.

    Examples
    --------
    >>> import nx
    >>> nx.elu(nx.asarray([-nx.inf, 2.0]))
    Array([-1.,  2.], dtype=float32)
    """
    (x,) = to_real("elu", x)
    positive = greater(x, 0)
    return where(positive, x, multiply(expm1(where(positive, 0.0, x)), alpha))


def selu(x: Any, /) -> Array:
    """Return the scaled `elu` of self-normalizing networks, elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    References
    ----------
    .. [1] G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, "Self-normalizing neural
       networks", 2017.

    Examples
    --------
    >>> import nx
    >>> float(nx.selu(0.0))
    0.0
    """
    return multiply(elu(x, SELU_ALPHA), SELU_SCALE)


def celu(x: Any, /, alpha: Any = 1.0) -> Array:
    """Return x where it is positive, else alpha * (exp(x / alpha) - 1), elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.
    alpha : float or Array
        Not 0.

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
    >>> nx.celu(nx.asarray([-nx.inf, 3.0]), 2.0)
    Array([-2.,  3.], dtype=float32)
    """
    (x,) = to_real("celu", x)
    positive = greater(x, 0)
    inner = expm1(divide(where(positive, 0.0, x), alpha))
    return where(positive, x, multiply(inner, alpha))


def gelu(x: Any, /, *, approximate: bool = True) -> Array:
    """Return x times the share of a normal distribution below x, elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.
    approximate : bool
        Whether to use tanh in place of the error function, as JAX does by default.

    Returns
    -------
    Array
        Of x's shape.

    References
    ----------
    D. Hendrycks, K. Gimpel, "Gaussian error linear units", 2016.

    Examples
    --------
    >>> import nx
    >>> float(nx.gelu(0.0))
    0.0
    """
    (x,) = to_real("gelu", x)
    if not flag("gelu", approximate, "approximate"):
        return multiply(multiply(x, 0.5), erfc(multiply(x, -math.sqrt(0.5))))
    cube = multiply(multiply(x, x), x)
    inner = multiply(add(x, multiply(cube, 0.044715)), math.sqrt(2.0 / math.pi))
    return multiply(x, multiply(add(tanh(inner), 1.0), 0.5))


def silu(x: Any, /) -> Array:
    """Return x * sigmoid(x), elementwise.

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
    >>> float(nx.silu(0.0))
    0.0
    """
    (x,) = to_real("silu", x)
    return multiply(x, sigmoid(x))


swish = silu


def softplus(x: Any, /) -> Array:
    """Return log(1 + exp(x)), elementwise, without overflow.

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
    >>> float(nx.softplus(1000.0))
    1000.0
    """
    (x,) = to_real("softplus", x)
    return logaddexp(x, 0.0)


def mish(x: Any, /) -> Array:
    """Return x * tanh(softplus(x)), elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    References
    ----------
    D. Misra, "Mish: a self regularized non-monotonic activation function", 2019.

    Examples
    --------
    >>> import nx
    >>> float(nx.mish(0.0))
    0.0
    """
    (x,) = to_real("mish", x)
    return multiply(x, tanh(softplus(x)))


def log_sigmoid(x: Any, /) -> Array:
    """Return the logarithm of `sigmoid`, elementwise, without underflow.

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
    >>> float(nx.log_sigmoid(-1000.0))
    -1000.0
    """
    (x,) = to_real("log_sigmoid", x)
    return negative(softplus(negative(x)))


def soft_sign(x: Any, /) -> Array:
    """Return ``x / (|x| + 1)``, elementwise.

    Parameters
    ----------
    x : Array or scalar
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape, from -1 to 1.

    Examples
    --------
    >>> import nx
    >>> float(nx.soft_sign(1.0))
    0.5
    """
    (x,) = to_real("soft_sign", x)
    return divide(x, add(abs(x), 1.0))


def glu(x: Any, /, *, axis: int = -1) -> Array:
    """Return the first half along an axis times the `sigmoid` of the second half.

    Parameters
    ----------
    x : Array
        Of even length along the axis; integers become float32.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    Array
        Half as long along the axis.

    Raises
    ------
    ShapeError
        If the length is odd.
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.glu(nx.asarray([4.0, 0.0]))
    Array([2.], dtype=float32)
    """
    (x,) = to_real("glu", x)
    place, shape = normalize_axis(axis, x._type.ndim, "glu"), x._type.shape
    half, odd = divmod(shape[place], 2)
    if odd:
        problem = f"cannot halve axis {place} of {shape} ({shape[place]} is odd)"
        raise ShapeError(message("glu", problem))
    first, second = (_part(x, place, start, start + half) for start in (0, half))
    return multiply(first, sigmoid(second))


def _part(x: Array, axis: int, start: int, stop: int) -> Array:
    shape = x._type.shape
    starts = tuple(start if i == axis else 0 for i in range(len(shape)))
    stops = tuple(stop if i == axis else n for i, n in enumerate(shape))
    return perform(P.slice, x, starts=starts, stops=stops, steps=(1,) * len(shape))
