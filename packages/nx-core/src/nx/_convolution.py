"""Convolution: of signals along one axis, and of networks' layers over one to three axes.

Windows are laid side by side and contracted in one matrix product, so that small floating dtypes
accumulate in float32.
"""

from __future__ import annotations

import math
from typing import Any

from nx._array import Array
from nx._elementwise import conj
from nx._errors import ShapeError, message
from nx._numeric import number_of, numeric, one_of
from nx._products import matmul
from nx._shaping import flip, permute_dims, reshape
from nx._windows import lengths, padded, widths
from nx.effects._perform import perform
from nx.primitives import P

__all__ = ["conv", "conv1d", "conv2d", "conv3d", "conv_transpose", "convolve", "correlate"]

MODES = ("full", "same", "valid")


def _signals(operation: str, x: Any, w: Any) -> tuple[Array, Array]:
    a, b = numeric(operation, x, w)
    for signal in (a, b):
        if signal._type.ndim != 1 or not signal._type.size:
            problem = f"cannot convolve {a._type.shape} with {b._type.shape}"
            raise ShapeError(message(operation, problem, "both are 1-d and not empty; see conv"))
    return a, b


def _slide(longer: Array, shorter: Array, low: int, high: int) -> Array:
    """Return the products of the shorter one with the windows of the longer one, padded."""
    window = shorter._type.shape
    around = padded(longer, ((low, high),), 0)
    return matmul(perform(P.unfold, around, window=window, strides=(1,), dilation=(1,)), shorter)


def convolve(x: Any, w: Any, /, *, mode: str = "full") -> Array:
    """Return the convolution of two signals.

    Parameters
    ----------
    x : Array, shape (n,), numeric
    w : Array, shape (m,), numeric
    mode : {"full", "same", "valid"}
        All n + m - 1 points where they overlap, the middle max(n, m) of them, or those where
        they overlap completely.

    Returns
    -------
    Array, 1-d
        Of the dtype they promote to.

    Raises
    ------
    ShapeError
        If either is not 1-d or is empty, or the mode is unknown.

    Examples
    --------
    >>> import nx
    >>> nx.convolve(nx.asarray([1.0, 2.0, 3.0]), nx.asarray([0.0, 1.0, 0.5]))
    Array([0. , 1. , 2.5, 4. , 1.5], dtype=float32)
    """
    one_of("convolve", mode, MODES, "a mode")
    a, b = _signals("convolve", x, w)
    if b._type.size > a._type.size:
        a, b = b, a
    m = b._type.size
    low, high = {"full": (m - 1, m - 1), "same": (m // 2, (m - 1) // 2), "valid": (0, 0)}[mode]
    return _slide(a, flip(b), low, high)


def correlate(x: Any, w: Any, /, *, mode: str = "valid") -> Array:
    """Return the cross-correlation of two signals: the sums of x[k + i] conj(w[i]).

    Parameters
    ----------
    x : Array, shape (n,), numeric
    w : Array, shape (m,), numeric
        Conjugated if complex.
    mode : {"full", "same", "valid"}
        As in `convolve`.

    Returns
    -------
    Array, 1-d
        Of the dtype they promote to.

    Raises
    ------
    ShapeError
        If either is not 1-d or is empty, or the mode is unknown.

    Examples
    --------
    >>> import nx
    >>> nx.correlate(nx.asarray([1.0, 2.0, 3.0]), nx.asarray([0.0, 1.0]))
    Array([2., 3.], dtype=float32)
    """
    one_of("correlate", mode, MODES, "a mode")
    a, b = _signals("correlate", x, w)
    b = conj(b)
    swapped = b._type.size > a._type.size
    if swapped:
        a, b = b, a
    m = b._type.size
    low, high = {"full": (m - 1, m - 1), "same": (m // 2, (m - 1) // 2), "valid": (0, 0)}[mode]
    out = _slide(a, b, low, high)
    return flip(out) if swapped else out


def _layer(
    operation: str, x: Any, w: Any, count: int | None, groups: Any
) -> tuple[Array, Array, int, int, bool]:
    """Return x with a batch axis, w, the number of axes, the groups, and whether x had none."""
    a, b = numeric(operation, x, w)
    k, given = b._type.ndim - 2, a._type.shape
    alone = len(given) == k + 1
    a = reshape(a, (1, *given)) if alone else a
    if a._type.ndim != b._type.ndim or not 1 <= k <= 3 or count not in (None, k):
        problem = f"cannot convolve {given} with {b._type.shape}"
        hint = f"after the batch or output axis come one of channels and {count or '1 to 3'} more"
        raise ShapeError(message(operation, problem, hint))
    parts = number_of(operation, groups, "a number of groups")
    if parts < 1:
        raise ShapeError(message(operation, f"cannot make {parts} groups (at least 1)"))
    if 0 in b._type.shape:
        raise ShapeError(message(operation, f"cannot slide a window of shape {b._type.shape}"))
    return a, b, k, parts, alone


def conv(
    x: Any,
    w: Any,
    /,
    *,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Convolve a batch over one to three axes, as the layers of networks do: w is not flipped.

    Parameters
    ----------
    x : Array, shape ``(n, c, *axes)`` or ``(c, *axes)``, numeric
        A batch of n with c channels, or one without a batch axis: then the result has none.
    w : Array, shape ``(o, c // groups, *window)``, numeric
        A window for each of o channels of the result.
    stride : int or tuple of int
        From a window to the next, for all axes or each.
    padding : int, tuple, "same" or "valid"
        How many zeros to put around: an int or a (before, after) pair for each axis; "same"
        makes ceil(length / stride) places.
    dilation : int or tuple of int
        From an element of a window to the next.
    groups : int
        Into how many parts, each convolved by itself, the channels are cut.

    Returns
    -------
    Array, shape ``(n, o, *places)``
        Of the dtype they promote to.

    Raises
    ------
    ShapeError
        If the shapes do not fit each other, or a window does not fit.

    Examples
    --------
    >>> import nx
    >>> x = nx.reshape(nx.arange(5.0), (1, 1, 5))
    >>> nx.conv(x, nx.ones((1, 1, 3)))
    Array([[[3., 6., 9.]]], dtype=float32)
    """
    return _conv("conv", x, w, None, stride, padding, dilation, groups)


def _conv(
    operation: str,
    x: Any,
    w: Any,
    count: int | None,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
) -> Array:
    a, b, k, parts, alone = _layer(operation, x, w, count, groups)
    (n, c), (o, per_group) = a._type.shape[:2], b._type.shape[:2]
    if per_group * parts != c or o % parts:
        problem = f"cannot convolve {c} channels in {parts} groups with {b._type.shape}"
        needed = (
            f"{per_group} * {parts} != {c}" if per_group * parts != c else f"{o} % {parts} != 0"
        )
        raise ShapeError(message(operation, f"{problem} ({needed})"))
    window = b._type.shape[2:]
    strides = lengths(operation, stride, k, "a stride")
    steps = lengths(operation, dilation, k, "a dilation")
    pairs = widths(operation, padding, a._type.shape[2:], window, strides, steps)
    around = padded(a, pairs, 0)
    windows = perform(P.unfold, around, window=window, strides=strides, dilation=steps)
    places = windows._type.shape[2 : 2 + k]
    # (n, c, *places, *window) to (n, groups, channels and window of each, places)
    front = (0, 1, *range(2 + k, 2 + 2 * k), *range(2, 2 + k))
    depth, points = per_group * math.prod(window), math.prod(places)
    columns = reshape(permute_dims(windows, front), (n, parts, depth, points))
    out = matmul(reshape(b, (1, parts, o // parts, depth)), columns)
    return reshape(out, (o, *places) if alone else (n, o, *places))


def conv1d(
    x: Any, w: Any, /, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Array:
    """Convolve a batch over one axis, as the layers of networks do: w is not flipped.

    Parameters
    ----------
    x : Array, shape (n, c, length), numeric
    w : Array, shape (o, c // groups, window), numeric
    stride, padding, dilation, groups : int or tuple
        As in `conv`.

    Returns
    -------
    Array, shape (n, o, places)
        Of the dtype they promote to.

    Raises
    ------
    ShapeError
        If the shapes do not fit each other, or a window does not fit.

    Examples
    --------
    >>> import nx
    >>> nx.conv1d(nx.ones((1, 1, 4)), nx.ones((1, 1, 2)), stride=2)
    Array([[[2., 2.]]], dtype=float32)
    """
    return _conv("conv1d", x, w, 1, stride, padding, dilation, groups)


def conv2d(
    x: Any, w: Any, /, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Array:
    """Convolve a batch over two axes, as the layers of networks do: w is not flipped.

    Parameters
    ----------
    x : Array, shape (n, c, height, width), numeric
    w : Array, shape ``(o, c // groups, *window)``, numeric
    stride, padding, dilation, groups : int or tuple
        As in `conv`.

    Returns
    -------
    Array, shape ``(n, o, *places)``
        Of the dtype they promote to.

    Raises
    ------
    ShapeError
        If the shapes do not fit each other, or a window does not fit.

    Examples
    --------
    >>> import nx
    >>> nx.conv2d(nx.ones((1, 3, 8, 8)), nx.ones((4, 3, 3, 3)), padding="same").shape
    (1, 4, 8, 8)
    """
    return _conv("conv2d", x, w, 2, stride, padding, dilation, groups)


def conv3d(
    x: Any, w: Any, /, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Array:
    """Convolve a batch over three axes, as the layers of networks do: w is not flipped.

    Parameters
    ----------
    x : Array, shape (n, c, depth, height, width), numeric
    w : Array, shape ``(o, c // groups, *window)``, numeric
    stride, padding, dilation, groups : int or tuple
        As in `conv`.

    Returns
    -------
    Array, shape ``(n, o, *places)``
        Of the dtype they promote to.

    Raises
    ------
    ShapeError
        If the shapes do not fit each other, or a window does not fit.

    Examples
    --------
    >>> import nx
    >>> nx.conv3d(nx.ones((1, 1, 4, 4, 4)), nx.ones((2, 1, 2, 2, 2))).shape
    (1, 2, 3, 3, 3)
    """
    return _conv("conv3d", x, w, 3, stride, padding, dilation, groups)


def conv_transpose(
    x: Any,
    w: Any,
    /,
    *,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Apply the transpose of `conv`: each element of x adds a window of w to the result.

    Parameters
    ----------
    x : Array, shape ``(n, c, *places)`` or ``(c, *places)``, numeric
        A batch of n with c channels.
    w : Array, shape ``(c, o // groups, *window)``, numeric
        As `conv` had it: its o is c here.
    stride : int or tuple of int
        That of the convolution that it transposes.
    padding : int or tuple
        The zeros of that convolution: as much is cut off at the ends.
    output_padding : int or tuple of int
        How much longer to make the axes at their ends; smaller than the stride.
    dilation : int or tuple of int
        That of the convolution that it transposes.
    groups : int
        That of the convolution that it transposes.

    Returns
    -------
    Array, shape ``(n, o, *axes)``
        An axis has the length
        ``(places - 1) * stride + (window - 1) * dilation + 1 + output_padding``
        less the padding.

    Raises
    ------
    ShapeError
        If the shapes do not fit each other.

    Examples
    --------
    >>> import nx
    >>> nx.conv_transpose(nx.ones((1, 1, 2)), nx.ones((1, 1, 3)))
    Array([[[1., 2., 2., 1.]]], dtype=float32)
    """
    name = "conv_transpose"
    a, b, k, parts, alone = _layer(name, x, w, None, groups)
    (n, c), (rows, per_group) = a._type.shape[:2], b._type.shape[:2]
    if rows != c or c % parts:
        problem = f"cannot convolve {c} channels in {parts} groups with {b._type.shape}"
        raise ShapeError(message(name, problem, "w's first axis is the channels of x"))
    places, window = a._type.shape[2:], b._type.shape[2:]
    strides = lengths(name, stride, k, "a stride")
    steps = lengths(name, dilation, k, "a dilation")
    extra = lengths(name, output_padding, k, "an output padding", 0)
    if any(e >= s for e, s in zip(extra, strides, strict=True)) or 0 in places:
        problem = f"cannot lengthen {places} by {extra} with strides {strides}"
        raise ShapeError(message(name, problem, "the output padding is smaller than the stride"))
    if isinstance(padding, str) and padding == "same":
        raise ShapeError(message(name, 'cannot use "same" as padding', "give the numbers"))
    pairs = widths(name, padding, places, window, strides, steps)
    full = tuple(
        (p - 1) * s + (v - 1) * d + 1 + e
        for p, s, v, d, e in zip(places, strides, window, steps, extra, strict=True)
    )
    depth, points = per_group * math.prod(window), math.prod(places)
    kernel = permute_dims(reshape(b, (1, parts, c // parts, depth)), (0, 1, 3, 2))
    columns = matmul(kernel, reshape(a, (n, parts, c // parts, points)))
    spread = reshape(columns, (n, parts * per_group, *window, *places))
    order = (0, 1, *range(2 + k, 2 + 2 * k), *range(2, 2 + k))
    out = perform(P.fold, permute_dims(spread, order), shape=full, strides=strides, dilation=steps)
    out = _cut(out, pairs)
    return out[0] if alone else out


def _cut(x: Array, pairs: tuple[tuple[int, int], ...]) -> Array:
    """Take as much off the ends of the last axes as padding put there."""
    shape = x._type.shape
    for (low, high), length in zip(pairs, shape[2:], strict=True):
        if low + high > length:
            problem = f"cannot cut {low} and {high} off an axis of length {length}"
            raise ShapeError(message("conv_transpose", problem))
    starts = (0, 0, *(low for low, _ in pairs))
    ends = (0, 0, *(high for _, high in pairs))
    stops = tuple(m - e for m, e in zip(shape, ends, strict=True))
    return perform(P.slice, x, starts=starts, stops=stops, steps=(1,) * len(shape))
