"""The operators of the array, made of the primitives and functions they share their code with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nx import _elementwise, _products
from nx._array import Array
from nx._convert import is_operand
from nx._eager import binary_operator, reflected_operator, static_operator
from nx.primitives import P

__all__ = ["SPECIAL", "equal"]

_equals = binary_operator(P.equal)
_differs = binary_operator(P.not_equal)


def equal(self: Array, other: Any, /) -> Any:
    """Compare; nothing equals None, which is no array's business."""
    return False if other is None else _equals(self, other)


def _not_equal(self: Array, other: Any, /) -> Any:
    return True if other is None else _differs(self, other)


def _reflected_power(self: Array, other: Any, /) -> Any:
    return _elementwise.pow(other, self) if is_operand(other) else NotImplemented


def _matmul(self: Array, other: Any, /) -> Any:
    return _products.matmul(self, other) if is_operand(other) else NotImplemented


def _reflected_matmul(self: Array, other: Any, /) -> Any:
    return _products.matmul(other, self) if is_operand(other) else NotImplemented


def _divmod(self: Array, other: Any, /) -> Any:
    if not is_operand(other):
        return NotImplemented
    return _elementwise.floor_divide(self, other), _elementwise.remainder(self, other)


def _reflected_divmod(self: Array, other: Any, /) -> Any:
    if not is_operand(other):
        return NotImplemented
    return _elementwise.floor_divide(other, self), _elementwise.remainder(other, self)


_BINARY = {
    "add": P.add,
    "sub": P.subtract,
    "mul": P.multiply,
    "truediv": P.divide,
    "floordiv": P.floor_divide,
    "mod": P.remainder,
    "and": P.bitwise_and,
    "or": P.bitwise_or,
    "xor": P.bitwise_xor,
    "lshift": P.left_shift,
    "rshift": P.right_shift,
}

SPECIAL: dict[str, Callable[..., Any]] = {
    **{f"__{name}__": binary_operator(row) for name, row in _BINARY.items()},
    **{f"__r{name}__": reflected_operator(row) for name, row in _BINARY.items()},
    "__lt__": binary_operator(P.less),
    "__le__": binary_operator(P.less_equal),
    "__gt__": binary_operator(P.greater),
    "__ge__": binary_operator(P.greater_equal),
    "__eq__": equal,
    "__ne__": _not_equal,
    "__neg__": _elementwise.negative,
    "__pos__": _elementwise.positive,
    "__abs__": _elementwise.abs,
    "__invert__": _elementwise.bitwise_invert,
    "__pow__": static_operator(P.integer_pow, "n", _elementwise.pow),
    "__rpow__": _reflected_power,
    "__matmul__": _matmul,
    "__rmatmul__": _reflected_matmul,
    "__divmod__": _divmod,
    "__rdivmod__": _reflected_divmod,
}
"""By the name Python calls them."""
