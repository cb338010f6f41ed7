"""Attributes and methods of the array, put on the class from the functions they are.

Importing this module completes `nx.Array`.  Type checkers, which do not follow it, read
``_array.pyi`` instead; ``tools/make_stubs.py`` makes that file of the finished class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from nx import (
    _elementwise,
    _indexing,
    _joining,
    _operators,
    _reading,
    _reductions,
    _repeating,
    _shaping,
    _sorting,
)
from nx._array import Array
from nx._dtypes import DType
from nx._errors import ImmutableError, RankError, message, shortening
from nx._types import Device
from nx.effects._perform import settle
from nx.effects._stack import current

__all__: list[str] = []


# What an array is.
def _shape(self: Array) -> tuple[int, ...]:
    """The lengths of the axes."""
    return self._type.shape


def _dtype(self: Array) -> DType:
    """The type of the elements."""
    return self._type.dtype


def _device(self: Array) -> Device:
    """Where the array lives."""
    return self._type.device


def _ndim(self: Array) -> int:
    """The number of axes."""
    return self._type.ndim


def _size(self: Array) -> int:
    """The number of elements."""
    return self._type.size


def _nbytes(self: Array) -> int:
    """The bytes the elements take."""
    return self._type.size * self._type.dtype.itemsize


def _itemsize(self: Array) -> int:
    """The bytes one element takes."""
    return self._type.dtype.itemsize


def _transposed(self: Array) -> Array:
    """The array with its axes reversed."""
    return _shaping.permute_dims(self, range(self._type.ndim)[::-1])


def _at(self: Array) -> _indexing.At:
    """Functional updates: ``x.at[i].set(value)``, ``add``, ``multiply``, ``min``, ``max``."""
    return _indexing.At(self)


def _real(self: Array) -> Array:
    """The real parts."""
    return _elementwise.real(self)


def _imag(self: Array) -> Array:
    """The imaginary parts."""
    return _elementwise.imag(self)


_ATTRIBUTES: dict[str, Callable[[Array], Any]] = {
    "T": _transposed,
    "at": _at,
    "device": _device,
    "dtype": _dtype,
    "imag": _imag,
    "itemsize": _itemsize,
    "mT": _shaping.matrix_transpose,
    "nbytes": _nbytes,
    "ndim": _ndim,
    "real": _real,
    "shape": _shape,
    "size": _size,
}


# What Python asks of a container.
def _len(self: Array) -> int:
    if not self._type.ndim:
        raise RankError(message("len", "cannot count the rows of a 0-d array", "use x.size"))
    return self._type.shape[0]


def _iter(self: Array) -> Iterator[Array]:
    if not self._type.ndim:
        raise RankError(message("iter", "cannot iterate over a 0-d array", "use x.item()"))
    return iter(_joining.unstack(self))


def _contains(self: Array, value: Any) -> bool:
    found = _operators.equal(self, value)
    return found is not NotImplemented and found is not False and bool(_reductions.any(found))


def _setitem(self: Array, index: Any, value: Any) -> NoReturn:
    hint = "x = x.at[index].set(value), or add, multiply, min, max"
    raise ImmutableError(
        message("setitem", f"cannot change an array in place (shape {self._type.shape})", hint)
    )


def _delitem(self: Array, index: Any) -> NoReturn:
    problem = f"cannot delete from an array (shape {self._type.shape})"
    raise ImmutableError(message("delitem", problem, "index or concat the parts you keep"))


def _itself(self: Array, memo: Any = None) -> Array:
    return settle(current(), self)


def _namespace(self: Array, /, *, api_version: str | None = None) -> Any:
    """Return the array API namespace: `nx` itself."""
    import nx  # noqa: PLC0415 - complete only once this module has been imported

    if api_version not in (None, "2025.12", "2024.12", "2023.12", "2022.12", "2021.12"):
        problem = f"cannot give version {api_version!r} of the array API (2025.12 is here)"
        raise ValueError(message("__array_namespace__", problem))
    return nx


_SPECIAL: dict[str, Callable[..., Any]] = {
    "__array_namespace__": _namespace,
    "__contains__": _contains,
    "__copy__": _itself,
    "__deepcopy__": _itself,
    "__delitem__": _delitem,
    "__getitem__": _indexing.getitem,
    "__iter__": _iter,
    "__len__": _len,
    "__setitem__": _setitem,
}


# Methods as people expect them.
def _reshape(self: Array, /, *shape: Any) -> Array:
    """Give the elements another shape: ``x.reshape(2, -1)`` or ``x.reshape((2, -1))``.

    Parameters
    ----------
    *shape : int or tuple of int
        The lengths of the new axes; one of them may be -1, for what is left.

    Returns
    -------
    Array
        Of the shape, with the elements in the same order.

    Raises
    ------
    ShapeError
        If the number of elements differs.

    Examples
    --------
    >>> import nx
    >>> nx.arange(6).reshape(2, -1).shape
    (2, 3)
    """
    return _shaping.reshape(self, shape[0] if len(shape) == 1 else shape)


def _transpose(self: Array, /, *axes: Any) -> Array:
    """Put the axes in another order, by default reversed.

    Parameters
    ----------
    *axes : int or tuple of int
        All of the axes, each once.

    Returns
    -------
    Array
        With the axes in that order.

    Raises
    ------
    AxisError
        If an axis is missing, named twice or outside the array.

    Examples
    --------
    >>> import nx
    >>> nx.zeros((2, 3, 4)).transpose(1, 0, 2).shape
    (3, 2, 4)
    """
    order = axes[0] if len(axes) == 1 and isinstance(axes[0], (tuple, list)) else axes
    return _shaping.permute_dims(self, order) if order else _transposed(self)


_METHODS: dict[str, Callable[..., Any]] = {
    **{name: getattr(_reductions, name) for name in _reductions.__all__ if name != "count_nonzero"},
    **{name: getattr(_sorting, name) for name in _sorting.__all__},
    "astype": _shaping.astype,
    "broadcast_to": _shaping.broadcast_to,
    "clip": _elementwise.clip,
    "conj": _elementwise.conj,
    "copy": _shaping.copy,
    "expand_dims": _shaping.expand_dims,
    "flatten": _shaping.flatten,
    "flip": _shaping.flip,
    "item": _reading.item,
    "moveaxis": _shaping.moveaxis,
    "numpy": _reading.numpy,
    "repeat": _repeating.repeat,
    "reshape": _reshape,
    "round": _elementwise.round,
    "squeeze": _shaping.squeeze,
    "swapaxes": _shaping.swapaxes,
    "take": _indexing.take,
    "to_device": _shaping.to_device,
    "tolist": _reading.tolist,
    "transpose": _transpose,
    "view": _shaping.view,
}

_ELSEWHERE = {
    "backward": "rune.grad(f)",
    "block_until_ready": "nothing: operations are done when they return",
    "cumprod": "x.cumulative_prod(axis=...)",
    "cumsum": "x.cumulative_sum(axis=...)",
    "detach": "rune.detach(x)",
    "dot": "x @ y",
    "fill": "nx.full_like(x, value)",
    "put": "x.at[i].set(v)",
    "ravel": "x.flatten()",
    "requires_grad": "rune.grad(f)",
    "resize": "x.reshape(shape)",
    "to": "x.to_device(device)",
}


class _Elsewhere:
    """A name of another library's arrays: asked for, it says what to use.

    A ``__getattr__`` on the class would do the same and slow every slot read on the eager path.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, x: Array | None, owner: type | None = None) -> NoReturn:
        problem = f"an nx array has no attribute {self._name!r}"
        raise AttributeError(
            f"{problem}\nhint: use {_ELSEWHERE[self._name]}", name=self._name, obj=x
        )


for _name, _getter in _ATTRIBUTES.items():
    setattr(Array, _name, property(_getter))
for _table in (_operators.SPECIAL, _reading.SPECIAL, _SPECIAL):
    for _name, _function in _table.items():
        setattr(Array, _name, _function)
for _name, _function in _METHODS.items():
    setattr(Array, _name, shortening(_function))
for _name in _ELSEWHERE:
    setattr(Array, _name, _Elsewhere(_name))
Array.__hash__ = None  # as of every class with an __eq__ of its own
