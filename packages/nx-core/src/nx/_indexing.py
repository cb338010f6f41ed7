"""Indexing: ``x[...]``, ``take``, and the functional updates of ``x.at[...]``.

Ints and slices become slices, flips and reshapes; integer arrays become one gather.  Boolean masks
have a result of data-dependent length, so they read; an index array never does.  A bound is checked
statically for ints, by the kernel for arrays.
"""

from __future__ import annotations

import math
from typing import Any

from nx import _convert
from nx import _dtypes as dt
from nx._array import Array
from nx._errors import (
    AxisError,
    DTypeError,
    NxError,
    ShapeError,
    message,
    shortened,
)
from nx._index_plans import Plan, normal_part, resolve
from nx._shapes import broadcast_shapes, normalize_axis
from nx._shaping import broadcast_to, moveaxis, reshape
from nx.effects._perform import perform
from nx.primitives import P, Primitive

__all__ = ["At", "getitem", "take", "take_along_axis"]


def getitem(x: Array, index: Any) -> Array:
    """Return ``x[index]``."""
    try:
        return _picked(*resolve(index, x))
    except NxError as error:
        raise shortened(error) from error.__cause__


def _picked(x: Array, plan: Plan) -> Array:
    out = _basic(x, plan)
    if plan.arrays:
        return _advanced(out, plan)
    return reshape(out, tuple(_kept(out, plan)))


def _basic(x: Array, plan: Plan) -> Array:
    if plan.slices(x._type.shape):
        x = perform(
            P.slice, x, starts=tuple(plan.starts), stops=tuple(plan.stops), steps=tuple(plan.steps)
        )
    return perform(P.flip, x, axes=tuple(plan.flips)) if plan.flips else x


def _kept(out: Array, plan: Plan) -> list[int]:
    return [1 if a is None else out._type.shape[a] for a in plan.outline if not isinstance(a, str)]


def _array_axes(plan: Plan) -> tuple[tuple[int, ...], list[Array]]:
    axes = tuple(sorted(plan.arrays))
    arrays = [plan.arrays[a] for a in axes]
    broadcast_shapes([a._type.shape for a in arrays], "index")
    return axes, arrays


def _advanced(out: Array, plan: Plan) -> Array:
    axes, arrays = _array_axes(plan)
    gathered = perform(P.gather, out, *arrays, axes=axes)
    front = broadcast_shapes([a._type.shape for a in arrays])
    # the rest of x follows the index axes; drop the ints' axes and insert the new ones
    rest = _kept(out, plan)
    shaped = reshape(gathered, (*front, *rest))
    place = _place_of_arrays(plan)
    if place == 0 or not front:
        return shaped
    k = len(front)
    return moveaxis(shaped, tuple(range(k)), tuple(range(place, place + k)))


def _place_of_arrays(plan: Plan) -> int:
    """Return where the index axes go: where the arrays stood, if together, else first.

    That is NumPy's rule; an int beside an array counts as an index array, as there.
    """
    marks = [a in ("array", "int") if isinstance(a, str) else False for a in plan.outline]
    first, last = marks.index(True), len(marks) - 1 - marks[::-1].index(True)
    if not all(marks[first : last + 1]):
        return 0
    return sum(not isinstance(a, str) for a in plan.outline[:first])


def take(x: Any, indices: Any, /, *, axis: int | None = None) -> Array:
    """Take elements along an axis by an integer array of any shape.

    Parameters
    ----------
    x : Array
    indices : Array, integer
        Negative ones count from the end.
    axis : int, optional
        May be left out for 1-d x.

    Returns
    -------
    Array, shape ``x.shape[:axis] + indices.shape + x.shape[axis + 1:]``
        Of x's dtype.

    Raises
    ------
    IndexOutOfBoundsError
        For an index outside the axis.
    AxisError
        For an axis outside x, or none for other than one axis.
    DTypeError
        If the indices are not integers.

    Examples
    --------
    >>> import nx
    >>> nx.take(nx.asarray([10, 20, 30]), nx.asarray([2, 0, -1]))
    Array([30, 10, 30], dtype=int64)
    """
    x = _convert.to_array(x, "take")
    if axis is None and x._type.ndim != 1:
        raise AxisError(
            message("take", f"cannot choose one of {x._type.ndim} axes", "name the axis: axis=0")
        )
    place = normalize_axis(0 if axis is None else axis, x._type.ndim, "take")
    picked = normal_part(indices if not isinstance(indices, int) else [indices], x)
    if isinstance(picked, Array) and picked._type.dtype.kind in ("signed", "unsigned"):
        out = perform(P.gather, x, picked, axes=(place,))
        k = picked._type.ndim
        out = moveaxis(out, tuple(range(k)), tuple(range(place, place + k))) if k and place else out
        return (
            reshape(out, x._type.shape[:place] + x._type.shape[place + 1 :])
            if isinstance(indices, int)
            else out
        )
    raise DTypeError(
        message("take", f"cannot take by {type(indices).__name__}", "use an integer array")
    )


def along(indices: Array, axis: int) -> list[Array]:
    """Return index arrays that pick, at each place, along one axis."""
    shape, device = indices._type.shape, indices._type.device
    out = []
    for i, n in enumerate(shape):
        if i == axis:
            out.append(indices)
        else:
            counted = perform(P.iota, length=n, dtype=dt.int64, device=device)
            out.append(reshape(counted, tuple(n if j == i else 1 for j in range(len(shape)))))
    return out


def take_along_axis(x: Any, indices: Any, /, *, axis: int = -1) -> Array:
    """Take, at each place, the element that the index names along one axis.

    Parameters
    ----------
    x : Array
    indices : Array, integer
        With x's number of axes; the other axes broadcast with x's.  Negative ones count from
        the end.
    axis : int
        The axis to work along; negative ones count from the end.

    Returns
    -------
    Array
        Of x's dtype and the indices' shape, broadcast.

    Raises
    ------
    ShapeError
        If the numbers of axes differ, or the other axes do not broadcast.
    IndexOutOfBoundsError
        For an index outside the axis.

    Examples
    --------
    >>> import nx
    >>> x = nx.asarray([[3, 1, 2]])
    >>> nx.take_along_axis(x, nx.argsort(x, axis=1), axis=1)
    Array([[1, 2, 3]], dtype=int64)
    """
    x = _convert.to_array(x, "take_along_axis")
    picked = _convert.to_array(indices, "take_along_axis", x._type.device)
    place = normalize_axis(axis, x._type.ndim, "take_along_axis")
    if picked._type.ndim != x._type.ndim:
        problem = f"cannot take along {x._type.shape} by indices of shape {picked._type.shape}"
        raise ShapeError(message("take_along_axis", problem, "both need the same number of axes"))
    rest = [1 if i == place else n for i, n in enumerate(x._type.shape)]
    picked = broadcast_to(
        picked, broadcast_shapes([picked._type.shape, tuple(rest)], "take_along_axis")
    )
    return perform(P.gather, x, *along(picked, place), axes=tuple(range(x._type.ndim)))


class At:
    """The places of an array that an index names, to update functionally.

    ``x.at[index]`` takes what ``x[index]`` takes.  Each method returns a new array of x's shape and
    dtype; its value broadcasts to the shape of ``x[index]`` and must convert to x's dtype without
    loss.

    Raises
    ------
    IndexOutOfBoundsError
        For an index outside its axis.
    ShapeError
        If the value does not broadcast to the places.
    DTypeError
        If the value's dtype does not convert to x's without loss.

    Notes
    -----
    Of duplicate indices `set` keeps the last value, the others use every one.  Elements and values
    that tie for a minimum or a maximum share its derivative equally.

    Examples
    --------
    >>> import nx
    >>> nx.zeros(3).at[1].set(5.0)
    Array([0., 5., 0.], dtype=float32)
    >>> nx.zeros(3).at[nx.asarray([0, 0, 2])].add(1.0)
    Array([2., 0., 1.], dtype=float32)
    """

    __slots__ = ("_index", "_x")

    def __init__(self, x: Array, index: Any = None) -> None:
        self._x = x
        self._index = index

    def __getitem__(self, index: Any) -> At:
        return At(self._x, index)

    def get(self) -> Array:
        """Return the elements: ``x[index]``."""
        return getitem(self._x, self._index)

    def set(self, value: Any) -> Array:
        """Return the array with the elements replaced; of duplicate indices the last one stays."""
        return self._scatter(P.scatter_set, value)

    def add(self, value: Any) -> Array:
        """Return the array with value added to the elements, once for each duplicate."""
        return self._scatter(P.scatter_add, value)

    def multiply(self, value: Any) -> Array:
        """Return the array with the elements multiplied by value, once for each duplicate."""
        return self._scatter(P.scatter_multiply, value)

    def min(self, value: Any) -> Array:
        """Return the array with the minimum of the elements and value."""
        return self._scatter(P.scatter_min, value)

    def max(self, value: Any) -> Array:
        """Return the array with the maximum of the elements and value."""
        return self._scatter(P.scatter_max, value)

    def _scatter(self, primitive: Primitive, value: Any) -> Array:
        x, type_ = self._x, self._x._type
        if isinstance(value, Array) or type(value) not in _convert.PYTHON_SCALARS:
            updates = _convert.to_array(value, primitive.name, type_.device)
        else:
            dtype = _convert.result_dtype(primitive.name, [type_.dtype], [value])
            updates = _convert.constant(value, dtype, type_.device)
        if updates._type.dtype is not type_.dtype:
            if not dt.can_cast(updates._type.dtype, type_.dtype):
                problem = f"cannot put {updates._type.dtype.name} into {type_.dtype.name}"
                raise DTypeError(message(primitive.name, problem, "convert with astype(...) first"))
            updates = perform(P.cast, updates, dtype=type_.dtype)
        return reshape(_scattered(primitive, updates, *resolve(self._index, x)), type_.shape)


def _scattered(primitive: Primitive, updates: Array, x: Array, plan: Plan) -> Array:
    """Scatter updates where a plan says, rows at a time where it leaves axes whole."""
    shape = x._type.shape
    if plan.arrays and not plan.flips and None not in plan.outline and not plan.slices(shape):
        axes, arrays = _array_axes(plan)
        front = broadcast_shapes([a._type.shape for a in arrays])
        rest = [n for i, n in enumerate(shape) if i not in plan.arrays]
        k, place = len(front), _place_of_arrays(plan)
        updates = _filling(primitive, updates, (*rest[:place], *front, *rest[place:]))
        if place and k:
            updates = moveaxis(updates, tuple(range(place, place + k)), tuple(range(k)))
        return perform(primitive, x, updates, *arrays, axes=axes)
    # number the cells of the axes that the plan doesn't leave whole, index the numbers as x would
    # be, and scatter into x with those axes flattened
    plan, lead = plan.leading(shape)
    count, rest = math.prod(shape[:lead]), list(shape[lead:])
    numbers = perform(P.iota, length=count, dtype=dt.int64, device=x._type.device)
    cells = _picked(reshape(numbers, shape[:lead]), plan)
    found = cells._type.shape
    updates = _filling(primitive, updates, (*found, *rest))
    places = math.prod(found)
    return perform(
        primitive,
        reshape(x, (count, *rest)),
        reshape(updates, (places, *rest)),
        reshape(cells, (places,)),
        axes=(0,),
    )


def _filling(primitive: Primitive, updates: Array, shape: tuple[int, ...]) -> Array:
    """Broadcast updates to the shape of what is indexed, and to no larger one."""
    if broadcast_shapes([updates._type.shape, shape], primitive.name) != shape:
        problem = f"cannot put {updates._type.shape} where {shape} is indexed"
        raise ShapeError(message(primitive.name, problem))
    return broadcast_to(updates, shape)
