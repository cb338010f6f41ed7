"""Normalization over axes, with a scale and a shift: one composite, so that a backend may fuse it.

What leaves out the scale or the shift gets 1 or 0, which broadcast.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from nx import _convert, composites
from nx._array import Array
from nx._dtypes import DType
from nx._errors import DomainError, ShapeError, message
from nx._numeric import to_real
from nx._shapes import Shape, as_number, normalize_axes, show
from nx._types import Device
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["layer_norm"]

del composites  # imported so that its rows exist


def layer_norm(
    x: Any,
    /,
    scale: Any = None,
    shift: Any = None,
    *,
    axis: int | tuple[int, ...] = -1,
    epsilon: float = 1e-5,
) -> Array:
    """Bring the elements along axes to mean 0 and variance 1, then scale and shift them.

    The result is ``(x - mean) / sqrt(variance + epsilon) * scale + shift``, with the mean and the
    variance of the elements along the axes.

    Parameters
    ----------
    x : Array, floating
        Integers become float32.
    scale, shift : Array or scalar, floating, optional
        Of the lengths of x's normalized axes, in their order in x, or of a shape that broadcasts to
        these: for x of shape ``(2, 3, 4)`` and ``axis=(0, 2)``, ``(2, 4)``, ``(2, 1)``, ``(4,)``
        or a scalar. By default 1 and 0.
    axis : int or tuple of int
        The axes to normalize over; negative ones count from the end, and None means all of them.
    epsilon : float
        What is added to the variance: not negative.

    Returns
    -------
    Array
        Of x's shape, and of the dtype that the operands promote to.

    Raises
    ------
    ShapeError
        If the scale or the shift has other lengths.
    AxisError
        For an axis outside x.
    DomainError
        For a negative epsilon.
    DTypeError
        For bool or complex operands.

    Notes
    -----
    The variance is the mean of the squared distances from the mean, the count uncorrected. Elements
    that are all equal become the shift; with an epsilon of 0 they become NaN. A NaN or an infinity
    makes NaN of all that it is normalized with. float16 and bfloat16 are computed in float32.

    References
    ----------
    .. [1] J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016.

    Examples
    --------
    >>> import nx
    >>> nx.layer_norm(nx.asarray([[1.0, 3.0], [0.0, 8.0]]), scale=2.0, epsilon=0.0)
    Array([[-2.,  2.],
           [-2.,  2.]], dtype=float32)
    """
    given = [y for y in (scale, shift) if y is not None]
    x, *given = to_real("layer_norm", x, *given)
    type_ = x._type
    axes = normalize_axes(axis, type_.ndim, "layer_norm")
    added = as_number(epsilon, "layer_norm", "epsilon")
    if added < 0:
        problem = f"cannot add a negative epsilon ({epsilon}) to a variance"
        raise DomainError(message("layer_norm", problem, "it keeps from dividing by 0: 1e-5"))
    rest = iter(given)
    y, z = (
        _constant(absent, type_.dtype, type_.device)
        if operand is None
        else _along(next(rest), type_.shape, axes, name)
        for operand, absent, name in ((scale, 1.0, "scale"), (shift, 0.0, "shift"))
    )
    return perform(P.layer_norm, x, y, z, axes=axes, epsilon=float(added))


@lru_cache(maxsize=256)
def _constant(value: float, dtype: DType, device: Device) -> Array:
    return _convert.constant(value, dtype, device, "layer_norm")


def _along(y: Array, shape: Shape, axes: tuple[int, ...], name: str) -> Array:
    """Return a scale or shift of the axes' lengths in a shape that broadcasts to the whole."""
    own = y._type.shape
    lengths = tuple([shape[a] for a in axes])
    if not own or (own == lengths and axes[0] == len(shape) - len(axes)):
        return y
    missing = len(lengths) - len(own)
    if missing < 0:
        clash = f"{len(own)} axes > {len(lengths)}"
    else:
        pairs = zip(own, lengths[missing:], strict=True)
        clash = next((f"{m} != {n}" for m, n in pairs if m not in (1, n)), "")
    if clash:
        problem = f"cannot broadcast a {name} of shape {show(own, lengths)} ({clash})"
        hint = f"the {name} has the lengths of the axes {axes} of {shape}, or 1"
        raise ShapeError(message("layer_norm", problem, hint))
    first = axes[missing] if missing < len(axes) else len(shape)
    along = dict(zip(axes[missing:], own, strict=True))
    spread = tuple(along.get(i, 1) for i in range(first, len(shape)))
    return perform(P.reshape, y, shape=spread)
