"""Functions of neural networks and of log-probabilities."""

from __future__ import annotations

from typing import Any

from nx import _convert, composites
from nx import _dtypes as dt
from nx._array import Array
from nx._elementwise import equal
from nx._errors import DTypeError, ShapeError, message
from nx._shapes import as_int, as_shape, flag, normalize_axes, normalize_axis
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["log_softmax", "logaddexp", "logsumexp", "one_hot", "relu", "sigmoid", "softmax"]

del composites  # imported so that its rows exist


def _floating(x: Any, row: str) -> Array:
    (out,) = _convert.promote_operands(getattr(P, row), (x,), inexact=True)
    getattr(P, row).accept(out._type.dtype)
    return out


def relu(x: Any, /) -> Array:
    """Return the larger of x and 0, elementwise; the derivative at 0 is 0.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape.

    Notes
    -----
    At 0, and for NaN, the derivative is 0.

    Examples
    --------
    >>> import nx
    >>> nx.relu(nx.asarray([-1.0, 2.0]))
    Array([0., 2.], dtype=float32)
    """
    return perform(P.relu, _floating(x, "relu"))


def sigmoid(x: Any, /) -> Array:
    """Return 1 / (1 + exp(-x)), elementwise.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of x's shape, from 0 to 1; nothing overflows.

    Examples
    --------
    >>> import nx
    >>> float(nx.sigmoid(0.0))
    0.5
    """
    return perform(P.logistic, _floating(x, "logistic"))


def logaddexp(x1: Any, x2: Any, /) -> Array:
    """Return log(exp(x1) + exp(x2)), elementwise, without overflow.

    Parameters
    ----------
    x1, x2 : Array or scalar, floating
        Integers become float32.

    Returns
    -------
    Array
        Of the shape the operands broadcast to.

    Notes
    -----
    The derivatives are the two shares of the sum, and 0 where both operands are -inf (JAX: NaN).

    Examples
    --------
    >>> import nx
    >>> float(nx.logaddexp(1000.0, -nx.inf))
    1000.0
    """
    a, b = _convert.promote_operands(P.logaddexp, (x1, x2), inexact=True)
    P.logaddexp.accept(a._type.dtype)
    return perform(P.logaddexp, a, b)


def softmax(x: Any, /, *, axis: int = -1) -> Array:
    """Return exp(x) divided by its sum along an axis: probabilities of the logits x.

    Parameters
    ----------
    x : Array, floating
        Integers become float32.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    Array
        Of x's shape; the sums along the axis are 1.

    Raises
    ------
    ShapeError
        If the axis is empty.
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.softmax(nx.zeros(4))
    Array([0.25, 0.25, 0.25, 0.25], dtype=float32)
    """
    x = _floating(x, "softmax")
    place = normalize_axis(axis, x._type.ndim, "softmax")
    _not_empty(x, place, "softmax")
    return perform(P.softmax, x, axis=place)


def log_softmax(x: Any, /, *, axis: int = -1) -> Array:
    """Return the logarithm of `softmax`, without overflow or cancellation.

    Parameters
    ----------
    x : Array, floating
        Integers become float32.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    Array
        Of x's shape.

    Raises
    ------
    ShapeError
        If the axis is empty.
    AxisError
        For an axis outside x.

    Examples
    --------
    >>> import nx
    >>> nx.log_softmax(nx.asarray([1000.0, 0.0]))
    Array([    0., -1000.], dtype=float32)
    """
    x = _floating(x, "log_softmax")
    place = normalize_axis(axis, x._type.ndim, "log_softmax")
    _not_empty(x, place, "log_softmax")
    return perform(P.log_softmax, x, axis=place)


def _not_empty(x: Array, axis: int, operation: str) -> None:
    if x._type.shape[axis] == 0 and x._type.size:
        raise ShapeError(
            message(operation, f"cannot normalise axis {axis} of {x._type.shape} (0 elements)")
        )


def logsumexp(x: Any, /, *, axis: Any = None, keepdims: bool = False) -> Array:
    """Return the logarithm of the sum of exp(x) along axes, without overflow.

    Parameters
    ----------
    x : Array or scalar, floating
        Integers become float32.
    axis : int or tuple of int, optional
        The axes to reduce; None means all of them.
    keepdims : bool
        Whether the reduced axes stay, with length 1.

    Returns
    -------
    Array
        Without the reduced axes; -inf for an empty one.

    Raises
    ------
    AxisError
        For an axis outside x.

    Notes
    -----
    The derivative is `softmax`, and 0 where all elements are -inf (JAX: NaN).

    Examples
    --------
    >>> import nx
    >>> float(nx.logsumexp(nx.asarray([1000.0, -nx.inf])))
    1000.0
    """
    x = _floating(x, "logsumexp")
    axes = normalize_axes(axis, x._type.ndim, "logsumexp")
    out = perform(P.logsumexp, x, axes=axes)
    if not flag("logsumexp", keepdims, "keepdims"):
        return out
    return perform(
        P.reshape, out, shape=tuple(1 if i in axes else n for i, n in enumerate(x._type.shape))
    )


def one_hot(x: Any, num_classes: int, /, *, dtype: Any = None) -> Array:
    """Return, for each integer label, a row with a one at its place and zeros elsewhere.

    Labels outside ``range(num_classes)`` give rows of zeros.

    Parameters
    ----------
    x : Array or scalar, integer
        The labels.
    num_classes : int
        How long the rows are.
    dtype : DType, optional
        float32 by default.

    Returns
    -------
    Array, shape ``(*x.shape, num_classes)``
        Of the dtype.

    Raises
    ------
    DTypeError
        If the labels are not integers.
    ShapeError
        For a negative number of classes.

    Examples
    --------
    >>> import nx
    >>> nx.one_hot(nx.asarray([2, 0]), 3)
    Array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    x = _convert.to_array(x, "one_hot")
    type_ = x._type
    if type_.dtype.kind not in ("signed", "unsigned"):
        raise DTypeError(
            message("one_hot", f"cannot take {type_.dtype.name} labels", "labels are integers")
        )
    (length,) = as_shape(as_int(num_classes, "one_hot", "num_classes"), "one_hot")
    wide = dt.uint64 if type_.dtype is dt.uint64 else dt.int64  # small labels, many classes
    labels = _convert.cast(perform(P.reshape, x, shape=(*type_.shape, 1)), wide, "one_hot")
    classes = perform(P.iota, length=length, dtype=wide, device=type_.device)
    wanted = dt.as_dtype(dt.float32 if dtype is None else dtype, "one_hot")
    return perform(P.cast, equal(labels, classes), dtype=wanted)
