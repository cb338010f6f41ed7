"""Collectives: what the lanes of a `vmap` with an ``axis_name`` compute together."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import nx
from nx import Array
from nx._numeric import narrowed, widened
from nx.effects import current, perform
from nx.primitives import Primitive

from rune import _trees
from rune._batch import Batch
from rune._errors import CollectiveError
from rune._meetings import ALL_GATHER, PMAX, PMIN, PPERMUTE, PSUM, PSUM_SCATTER

__all__ = [
    "all_gather",
    "axis_index",
    "pmax",
    "pmean",
    "pmin",
    "ppermute",
    "psum",
    "psum_scatter",
]


def _axis(axis_name: Any, operation: str) -> Batch:
    """Return the innermost running vmap of this name, or raise."""
    stack, names = current(), []
    while stack is not None:
        handler = stack[0]
        if isinstance(handler, Batch) and handler.live:
            name = handler.call.axis_name
            if name is not None and name == axis_name:
                return handler
            if name is not None:
                names.append(repr(name))
        stack = stack[1]
    there = f"there {'are' if len(names) > 1 else 'is'} {', '.join(names)}" if names else "none"
    raise CollectiveError(
        f"{operation}: cannot find a vmap with axis_name={axis_name!r} around it ({there})\n"
        f"hint: vmap(f, axis_name={axis_name!r})"
    )


def _over(
    x: Any,
    axis_name: Any,
    operation: str,
    meet: Callable[[Array, Batch, Any], Array],
    several: bool = False,
) -> Any:
    """Apply a collective to each leaf, over one axis or, where allowed, several in turn."""
    names = axis_name if isinstance(axis_name, (tuple, list)) else (axis_name,)
    if len(names) != 1 and not several:
        raise CollectiveError(
            f"{operation}: cannot work over {len(names)} axes at once {tuple(names)}\n"
            "hint: one after the other"
        )
    for name in names:
        handler = _axis(name, operation)
        if isinstance(x, Array):
            x = meet(x, handler, name)
        else:
            x = _trees.map_leaves(
                lambda leaf, h=handler, n=name: meet(nx.asarray(leaf), h, n),  # type: ignore[misc]  # bound early
                x,
            )
    return x


def _reduced(primitive: Primitive, x: Any, axis_name: Any) -> Any:
    return _over(
        x,
        axis_name,
        primitive.name,
        lambda leaf, _, name: perform(primitive, leaf, axis_name=name),
        several=True,
    )


def psum(x: Any, axis_name: Any) -> Any:
    """Sum over the lanes of a named axis.

    Parameters
    ----------
    x : Array or tree of Array
    axis_name : hashable or tuple of hashable
        As given to `vmap`.

    Returns
    -------
    Array or tree of Array
        The same in every lane.

    Raises
    ------
    CollectiveError
        Without such an axis, or if not all lanes reach it.

    Notes
    -----
    Its transpose is `psum` again, as in JAX: the gradient of ``psum(x**2, "i")`` taken inside a
    `vmap` of n lanes is ``2 * n * x``.

    Examples
    --------
    >>> import nx, rune
    >>> rune.vmap(lambda x: x / rune.psum(x, "i"), axis_name="i")(nx.asarray([1.0, 3.0]))
    Array([0.25, 0.75], dtype=float32)
    """
    return _reduced(PSUM, x, axis_name)


def pmean(x: Any, axis_name: Any) -> Any:
    """Average over the lanes of a named axis; parameters and errors are those of `psum`.

    Parameters
    ----------
    x : Array or tree of Array
    axis_name : hashable or tuple of hashable

    Returns
    -------
    Array or tree of Array

    Examples
    --------
    >>> import nx, rune
    >>> rune.vmap(lambda x: x - rune.pmean(x, "i"), axis_name="i")(nx.asarray([1.0, 3.0]))
    Array([-1.,  1.], dtype=float32)
    """
    return _over(x, axis_name, "pmean", _average, several=True)


def _average(x: Array, axis: Batch, name: Any) -> Array:
    """Average as `nx.mean` does: what counts in float32, and no sum of float16 overflows."""
    if x.dtype.kind in ("bool", "signed", "unsigned"):
        x = nx.astype(x, nx.float32)
    total: Array = perform(PSUM, widened(x), axis_name=name)
    return narrowed(total / axis.call.count, x)


def pmax(x: Any, axis_name: Any) -> Any:
    """Return the maximum over the lanes of a named axis; lanes that tie share its gradient.

    Parameters
    ----------
    x : Array or tree of Array
    axis_name : hashable or tuple of hashable

    Returns
    -------
    Array or tree of Array

    Examples
    --------
    >>> import nx, rune
    >>> rune.vmap(lambda x: rune.pmax(x, "i"), axis_name="i")(nx.asarray([1.0, 3.0]))
    Array([3., 3.], dtype=float32)
    """
    return _reduced(PMAX, x, axis_name)


def pmin(x: Any, axis_name: Any) -> Any:
    """Return the minimum over the lanes of a named axis; lanes that tie share its gradient.

    Parameters
    ----------
    x : Array or tree of Array
    axis_name : hashable or tuple of hashable

    Returns
    -------
    Array or tree of Array

    Examples
    --------
    >>> import nx, rune
    >>> rune.vmap(lambda x: rune.pmin(x, "i"), axis_name="i")(nx.asarray([1.0, 3.0]))
    Array([1., 1.], dtype=float32)
    """
    return _reduced(PMIN, x, axis_name)


def all_gather(x: Any, axis_name: Any) -> Any:
    """Return the values of all lanes of a named axis, stacked in a new axis 0.

    Parameters
    ----------
    x : Array or tree of Array
    axis_name : hashable

    Returns
    -------
    Array or tree of Array
        The same in every lane.

    Examples
    --------
    >>> import nx, rune
    >>> rune.vmap(lambda x: rune.all_gather(x, "i").sum(), axis_name="i")(nx.asarray([1.0, 3.0]))
    Array([4., 4.], dtype=float32)
    """
    return _over(
        x,
        axis_name,
        "all_gather",
        lambda leaf, axis, name: perform(ALL_GATHER, leaf, axis_name=name, size=axis.call.count),
    )


def psum_scatter(x: Any, axis_name: Any) -> Any:
    """Sum over the lanes of a named axis; lane i gets element i of axis 0 of the sum.

    Parameters
    ----------
    x : Array or tree of Array
        Axis 0 as long as there are lanes.
    axis_name : hashable

    Returns
    -------
    Array or tree of Array

    Examples
    --------
    >>> import nx, rune
    >>> x = nx.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> rune.vmap(lambda x: rune.psum_scatter(x, "i"), axis_name="i")(x)
    Array([4., 6.], dtype=float32)
    """
    return _over(
        x,
        axis_name,
        "psum_scatter",
        lambda leaf, axis, name: perform(PSUM_SCATTER, leaf, axis_name=name, size=axis.call.count),
    )


def ppermute(x: Any, axis_name: Any, perm: Sequence[tuple[int, int]]) -> Any:
    """Send values from lane to lane.

    Parameters
    ----------
    x : Array or tree of Array
    axis_name : hashable
    perm : sequence of (int, int)
        Pairs (source, destination); no lane twice on either side.  A lane that gets nothing has
        zeros.

    Returns
    -------
    Array or tree of Array

    Raises
    ------
    CollectiveError
        If a lane is out of range or named twice on one side.

    Examples
    --------
    >>> import nx, rune
    >>> shift = lambda x: rune.ppermute(x, "i", [(0, 1), (1, 2)])
    >>> rune.vmap(shift, axis_name="i")(nx.asarray([1.0, 2.0, 3.0]))
    Array([0., 1., 2.], dtype=float32)
    """
    try:
        pairs = tuple((operator.index(a), operator.index(b)) for a, b in perm)
    except (TypeError, ValueError):
        raise CollectiveError(
            f"ppermute: cannot send by {perm!r} (pairs of lanes)\n"
            "hint: perm=[(source, destination), ...]"
        ) from None

    def meet(leaf: Array, axis: Batch, name: Any) -> Array:
        n = axis.call.count
        for side in zip(*pairs, strict=True):
            if len(set(side)) < len(side) or not all(0 <= i < n for i in side):
                raise CollectiveError(
                    f"ppermute: cannot send by {list(pairs)} among {n} lanes\n"
                    f"hint: each lane, 0 to {n - 1}, may send once and receive once"
                )
        return perform(PPERMUTE, leaf, axis_name=name, perm=pairs)

    return _over(x, axis_name, "ppermute", meet)


def axis_index(axis_name: Any) -> Array:
    """Return the number of the lane on a named axis.

    Parameters
    ----------
    axis_name : hashable

    Returns
    -------
    Array, int64, shape ()

    Examples
    --------
    >>> import nx, rune
    >>> f = lambda x: x * rune.axis_index("i")
    >>> rune.vmap(f, axis_name="i")(nx.asarray([5.0, 5.0, 5.0]))
    Array([ 0.,  5., 10.], dtype=float32)
    """
    return _axis(axis_name, "axis_index").lane_numbers()
