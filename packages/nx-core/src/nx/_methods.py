"""Operators, methods and attributes of the array, put on the class from the functions they are.

Importing this module completes `nx.Array`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from nx import (
    _convert,
    _elementwise,
    _indexing,
    _joining,
    _products,
    _reductions,
    _shaping,
    _sorting,
)
from nx._array import Array
from nx._dtypes import DType
from nx._eager import binary_operator, reflected_operator
from nx._errors import DTypeError, ImmutableError, RankError, ReadError, message
from nx._types import Device
from nx.effects._perform import read, settle
from nx.effects._stack import current
from nx.primitives import P

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
    """Functional updates: ``x.at[index].set(value)``, ``add``, ``multiply``, ``min``, ``max``."""
    return _indexing.At(self)


def _real(self: Array) -> Array:
    """The real parts."""
    return _elementwise.real(self)


def _imag(self: Array) -> Array:
    """The imaginary parts."""
    return _elementwise.imag(self)


for _name, _getter in {
    "shape": _shape, "dtype": _dtype, "device": _device, "ndim": _ndim, "size": _size, "nbytes": _nbytes,
    "itemsize": _itemsize, "T": _transposed, "mT": _shaping.matrix_transpose, "at": _at, "real": _real,
    "imag": _imag,
}.items():  # fmt: skip
    setattr(Array, _name, property(_getter))


# Reads: every way from an array to a Python value.
def _one(x: Array, kind: str) -> Any:
    if x._type.size != 1:
        problem = f"cannot make one {kind} of {x._type.size} elements (shape {x._type.shape})"
        hint = "reduce first: any(), all(), sum() or x[i]"
        raise ReadError(message(kind, problem, hint))
    return read(x, kind).reshape(())


def _bool(self: Array) -> bool:
    return bool(_one(self, "bool"))


def _int(self: Array) -> int:
    if self._type.dtype.kind == "complex":
        raise DTypeError(
            message("int", f"cannot make an int of {self._type.dtype.name}", "take real(x) first")
        )
    return int(_one(self, "int"))


def _float(self: Array) -> float:
    if self._type.dtype.kind == "complex":
        raise DTypeError(
            message(
                "float", f"cannot make a float of {self._type.dtype.name}", "take real(x) first"
            )
        )
    return float(_one(self, "float"))


def _complex(self: Array) -> complex:
    return complex(_one(self, "complex"))


def _index(self: Array) -> int:
    if self._type.ndim or self._type.dtype.kind not in ("signed", "unsigned"):
        problem = f"cannot use {self._type} as an index"
        raise ReadError(message("index", problem, "only 0-d integer arrays are indices"))
    return int(_one(self, "index"))


def _item(self: Array, /, *index: int) -> Any:
    """Return one element as a Python scalar; without an index the array must have just one."""
    x = _indexing.getitem(self, index) if index else self
    return _one(x, "item").item()


def _frozen(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array


def _numpy(self: Array) -> np.ndarray[Any, Any]:
    """Return the values as a read-only NumPy array, sharing memory where the backend can."""
    return _frozen(read(self, "export"))


def _tolist(self: Array) -> Any:
    """Return the values as nested lists of Python scalars."""
    return read(self, "export").tolist()


def _array(self: Array, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
    values = _numpy(self)
    if dtype is not None and np.dtype(dtype) != values.dtype:
        if copy is False:
            raise ValueError(
                f"__array__: cannot share {values.dtype} as {np.dtype(dtype)} without a copy"
            )
        return values.astype(dtype)
    return values.copy() if copy else values


def _dlpack(self: Array, **options: Any) -> Any:
    values = read(self, "export")
    return (
        values.__dlpack__(**options) if options.get("copy") else values.copy().__dlpack__(**options)
    )


def _dlpack_device(self: Array) -> tuple[int, int]:
    return (1, 0)


def _buffer(self: Array, flags: int) -> memoryview:
    return memoryview(_numpy(self))


def _reduce(self: Array) -> tuple[Any, ...]:
    return _from_pickle, (np.array(read(self, "export")), self._type.dtype)


def _from_pickle(values: np.ndarray[Any, Any], dtype: DType) -> Array:
    return _convert.asarray(values, dtype=dtype)


def _format(self: Array, spec: str) -> str:
    return format(_one(self, "item").item(), spec) if spec else _str(self)


# What an array looks like: not a read.
def _values(x: Array) -> np.ndarray[Any, Any] | None:
    while x._type.annotated and x._data is None:
        return None
    return x._type.backend.to_numpy(x._data)


def _repr(self: Array) -> str:
    values = _values(self)
    type_ = self._type
    if values is None:
        return f"Array({type_}, batched over {_repr(self._below)})"
    if not type_.size and type_.ndim != 1:
        return f"Array([], shape={type_.shape}, dtype={type_.dtype})"
    text = np.array2string(values, separator=", ", prefix="Array(", threshold=1000)
    return f"Array({text}, dtype={type_.dtype})"


def _str(self: Array) -> str:
    values = _values(self)
    return _repr(self) if values is None else np.array2string(values)


# Containers.
def _len(self: Array) -> int:
    if not self._type.ndim:
        raise RankError(message("len", "cannot count the rows of a 0-d array", "use x.size"))
    return self._type.shape[0]


def _iter(self: Array) -> Iterator[Array]:
    if not self._type.ndim:
        raise RankError(message("iter", "cannot iterate over a 0-d array", "use x.item()"))
    return iter(_joining.unstack(self))


def _contains(self: Array, value: Any) -> bool:
    found = _equal(self, value)
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


def _equal(self: Array, other: Any, /) -> Any:
    return False if other is None else equal_operator(self, other)


def _not_equal(self: Array, other: Any, /) -> Any:
    return True if other is None else not_equal_operator(self, other)


def _power(self: Array, other: Any, /) -> Any:
    return _elementwise.pow(self, other) if _is_operand(other) else NotImplemented


def _reflected_power(self: Array, other: Any, /) -> Any:
    return _elementwise.pow(other, self) if _is_operand(other) else NotImplemented


def _matmul(self: Array, other: Any, /) -> Any:
    return _products.matmul(self, other) if _is_operand(other) else NotImplemented


def _reflected_matmul(self: Array, other: Any, /) -> Any:
    return _products.matmul(other, self) if _is_operand(other) else NotImplemented


def _divmod(self: Array, other: Any, /) -> Any:
    if not _is_operand(other):
        return NotImplemented
    return _elementwise.floor_divide(self, other), _elementwise.remainder(self, other)


def _reflected_divmod(self: Array, other: Any, /) -> Any:
    if not _is_operand(other):
        return NotImplemented
    return _elementwise.floor_divide(other, self), _elementwise.remainder(other, self)


def _is_operand(x: Any) -> bool:
    return isinstance(x, (Array, bool, int, float, complex, np.ndarray, np.generic))


def _namespace(self: Array, /, *, api_version: str | None = None) -> Any:
    """Return the array API namespace: `nx` itself."""
    import nx  # noqa: PLC0415 - complete only once this module has been imported

    if api_version not in (None, "2025.12", "2024.12", "2023.12", "2022.12", "2021.12"):
        problem = f"cannot give version {api_version!r} of the array API (2025.12 is here)"
        raise ValueError(message("__array_namespace__", problem))
    return nx


equal_operator = binary_operator(P.equal)
not_equal_operator = binary_operator(P.not_equal)

_BINARY = {
    "add": P.add, "sub": P.subtract, "mul": P.multiply, "truediv": P.divide, "floordiv": P.floor_divide,
    "mod": P.remainder, "and": P.bitwise_and, "or": P.bitwise_or, "xor": P.bitwise_xor,
    "lshift": P.left_shift, "rshift": P.right_shift,
}  # fmt: skip
_COMPARISONS = {"lt": P.less, "le": P.less_equal, "gt": P.greater, "ge": P.greater_equal}

_SPECIAL = {
    "__neg__": _elementwise.negative, "__pos__": _elementwise.positive, "__abs__": _elementwise.abs,
    "__invert__": _elementwise.bitwise_invert, "__eq__": _equal, "__ne__": _not_equal, "__pow__": _power,
    "__rpow__": _reflected_power, "__matmul__": _matmul, "__rmatmul__": _reflected_matmul, "__divmod__": _divmod,
    "__rdivmod__": _reflected_divmod,
    "__bool__": _bool, "__int__": _int, "__float__": _float, "__complex__": _complex, "__index__": _index,
    "__array__": _array, "__dlpack__": _dlpack, "__dlpack_device__": _dlpack_device, "__buffer__": _buffer,
    "__reduce__": _reduce, "__format__": _format, "__repr__": _repr, "__str__": _str, "__len__": _len,
    "__iter__": _iter, "__contains__": _contains, "__getitem__": _indexing.getitem, "__setitem__": _setitem,
    "__delitem__": _delitem, "__copy__": _itself, "__deepcopy__": _itself, "__array_namespace__": _namespace,
}  # fmt: skip

for _name, _row in _BINARY.items():
    setattr(Array, f"__{_name}__", binary_operator(_row))
    setattr(Array, f"__r{_name}__", reflected_operator(_row))
for _name, _row in _COMPARISONS.items():
    setattr(Array, f"__{_name}__", binary_operator(_row))
for _name, _function in _SPECIAL.items():
    setattr(Array, _name, _function)
Array.__hash__ = None  # type: ignore[assignment]


# Methods as people expect them.
def _reshape(self: Array, /, *shape: Any) -> Array:
    """Give the elements another shape: ``x.reshape(2, -1)`` or ``x.reshape((2, -1))``."""
    return _shaping.reshape(self, shape[0] if len(shape) == 1 else shape)


def _transpose(self: Array, /, *axes: Any) -> Array:
    """Put the axes in another order, by default reversed."""
    order = axes[0] if len(axes) == 1 and isinstance(axes[0], (tuple, list)) else axes
    return _shaping.permute_dims(self, order) if order else _transposed(self)


_METHODS = {
    "item": _item, "numpy": _numpy, "tolist": _tolist, "reshape": _reshape, "transpose": _transpose,
    **{name: getattr(_reductions, name) for name in _reductions.__all__ if name != "count_nonzero"},
    **{name: getattr(_shaping, name) for name in (
        "astype", "broadcast_to", "copy", "expand_dims", "flatten", "flip", "moveaxis", "squeeze",
        "swapaxes", "to_device", "view")},
    "repeat": _joining.repeat,
    **{name: getattr(_sorting, name) for name in _sorting.__all__},
    "clip": _elementwise.clip, "round": _elementwise.round, "conj": _elementwise.conj, "take": _indexing.take,
}  # fmt: skip
for _name, _function in _METHODS.items():
    setattr(Array, _name, _function)

_ELSEWHERE = {
    "fill": "nx.full_like(x, value)", "ravel": "x.flatten()", "cumsum": "x.cumulative_sum(axis=...)",
    "cumprod": "x.cumulative_prod(axis=...)", "dot": "x @ y", "resize": "x.reshape(shape)", "put": "x.at[i].set(v)",
    "to": "x.to_device(device)", "detach": "rune.detach(x)", "requires_grad": "rune.grad(f)",
    "backward": "rune.grad(f)", "block_until_ready": "nothing: operations are done when they return",
}  # fmt: skip


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


for _name in _ELSEWHERE:
    setattr(Array, _name, _Elsewhere(_name))
