"""The short eager path: one closure per elementwise primitive, generated once.

With no handler installed an operation is a few slot reads and the backend's kernel.  Operands of
one plain type have it in the type's slots, others in the primitive's plans, once the slow path has
resolved them; an annotated array's type is in neither, so no test for annotations is needed.  Where
warnings are errors such a kernel may raise one (an overflow in NumPy), and it may lack memory; the
slow path, which is quiet and explains itself, then runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nx import _convert
from nx._array import Array
from nx._errors import NxError, shortened, shortening
from nx._execute import infer, keep_plan, resolve, scalar_kernel_for
from nx._types import ArrayType
from nx.effects._perform import perform
from nx.effects._stack import current
from nx.primitives import Primitive

__all__ = ["binary", "binary_operator", "reflected_operator", "static_operator", "unary"]

Unary = Callable[[Any], Array]
Binary = Callable[[Any, Any], Array]
Operator = Callable[[Array, Any], Any]


NO_PARAMS: dict[str, Any] = {}

MOST = 2.0**60
"""Scalars beyond it (infinities, NaN, large ints) take the slow path, which checks them."""

RETRIED = (RuntimeWarning, MemoryError, OverflowError)
"""What a kernel of the short path may raise, for the slow path to deal with."""


def _resolve(primitive: Primitive, type_: ArrayType, count: int) -> None:
    """Fill the type's kernel slot also where a handler saw the operation, of a lane's type say."""
    if type_.kernels[primitive.index] is None:
        types = (type_,) * count
        resolve(primitive, types, infer(primitive, types, {}))


def _resolve_scalar(primitive: Primitive, type_: ArrayType, scalar: type, reflected: bool) -> None:
    """Make the plan for an array and a Python scalar that takes the array's dtype."""
    key = (scalar, type_) if reflected else (type_, scalar)
    whole = type_.dtype.kind in ("signed", "unsigned")
    if type_.annotated or key in primitive.plans or (whole and scalar is float):
        return
    if not whole and type_.dtype.kind != "floating":
        return
    out = infer(primitive, (type_, type_), {})
    kernel = scalar_kernel_for(primitive, type_, reflected, out)
    if kernel is not None:
        keep_plan(primitive, key, (kernel, out))


def unary(primitive: Primitive, prepare: Callable[[Array], Array | None] | None = None) -> Unary:
    """Make the public function of a unary primitive.

    ``prepare`` may return the result for arrays that need no kernel (floor of integers), or None.
    """
    index = primitive.index
    inexact = "floating" in primitive.takes and "signed" not in primitive.takes

    def function(x: Any, /) -> Array:
        if type(x) is Array:
            type_ = x._type
            kernel = type_.kernels[index]
            stack = current()
            if kernel is not None:
                if stack is None:
                    out = Array()
                    out._type = type_
                    try:
                        out._data = kernel(x._data)
                    except RETRIED:
                        return slow(x)
                    return out
            elif type_.annotated and stack is not None and type_.plain.kernels[index] is not None:
                handler = stack[0]
                if x._handler is handler and handler.live:
                    try:
                        return handler.perform(primitive, (x,), NO_PARAMS, stack[1])  # type: ignore[no-any-return]  # one output
                    except NxError as error:
                        raise shortened(error) from error.__cause__
        return slow(x)

    @shortening
    def slow(x: Any) -> Array:
        if not isinstance(x, Array):
            x = _convert.to_array(x, primitive.name)
        if prepare is not None:
            done = prepare(x)
            if done is not None:
                return done
        if inexact and x._type.dtype.kind in ("signed", "unsigned"):
            (x,) = _convert.promote_operands(primitive, [x], inexact=True)
        primitive.accept(x._type.dtype)
        out: Array = perform(primitive, x)
        _resolve(primitive, x._type.plain, 1)
        return out

    function.__dict__["is_short"] = True  # its errors are, see nx._errors.shorten
    return function


def _slow_binary(primitive: Primitive, inexact: bool) -> Callable[[Any, Any], Array]:
    @shortening
    def slow(x: Any, y: Any) -> Array:
        a, b = _convert.promote_operands(primitive, (x, y), inexact)
        primitive.accept(a._type.dtype)
        out: Array = perform(primitive, a, b)
        if a._type.plain is b._type.plain:
            _resolve(primitive, a._type.plain, 2)
        if type(y) in (float, int) and a._type is getattr(x, "_type", None):
            _resolve_scalar(primitive, a._type, type(y), reflected=False)
        elif type(x) in (float, int) and b._type is getattr(y, "_type", None):
            _resolve_scalar(primitive, b._type, type(x), reflected=True)
        return out

    return slow


def _handled(handler: Any, x: Array, y: Array, index: int) -> bool:
    """Tell whether the innermost handler may have the operands as they are: checked, settled."""
    s, t = x._type, y._type
    return (
        s.plain is t.plain
        and s.plain.kernels[index] is not None
        and handler.live
        and (not s.annotated or x._handler is handler)
        and (not t.annotated or y._handler is handler)
    )


def _inexact(primitive: Primitive) -> bool:
    return "floating" in primitive.takes and "signed" not in primitive.takes


def binary(primitive: Primitive) -> Binary:
    """Make the public function of a binary primitive."""
    index, plans = primitive.index, primitive.plans
    slow = _slow_binary(primitive, _inexact(primitive))

    def function(x1: Any, x2: Any, /) -> Array:
        if type(x1) is Array and type(x2) is Array:
            type_ = x1._type
            stack = current()
            if stack is None:
                if type_ is x2._type:
                    kernel = type_.kernels[index]
                    if kernel is not None:
                        out = Array()
                        out._type = type_
                        try:
                            out._data = kernel(x1._data, x2._data)
                        except RETRIED:
                            return slow(x1, x2)
                        return out
                plan = plans.get((type_, x2._type))
                if plan is not None and plan[1] is not None:
                    out = Array()
                    kernel, out._type = plan
                    try:
                        out._data = kernel(x1._data, x2._data)
                    except RETRIED:
                        return slow(x1, x2)
                    return out
            else:
                handler = stack[0]
                if (
                    type_ is x2._type
                    and type_.annotated
                    and x1._handler is handler
                    and x2._handler is handler
                    and handler.live
                    and type_.plain.kernels[index] is not None
                ) or _handled(handler, x1, x2, index):
                    try:
                        return handler.perform(primitive, (x1, x2), NO_PARAMS, stack[1])  # type: ignore[no-any-return]  # one output
                    except NxError as error:
                        raise shortened(error) from error.__cause__
        return slow(x1, x2)

    function.__dict__["is_short"] = True  # its errors are, see nx._errors.shorten
    return function


def binary_operator(primitive: Primitive) -> Operator:
    """Make the operator method of a binary primitive, such as ``__add__``."""
    index, plans = primitive.index, primitive.plans
    slow = _slow_binary(primitive, _inexact(primitive))

    def operator(self: Array, other: Any, /) -> Any:
        kind = type(other)
        if kind is Array:
            stack = current()
            if stack is None:
                type_ = self._type
                if type_ is other._type:
                    kernel = type_.kernels[index]
                    if kernel is not None:
                        out = Array()
                        out._type = type_
                        try:
                            out._data = kernel(self._data, other._data)
                        except RETRIED:
                            return slow(self, other)
                        return out
                plan = plans.get((type_, other._type))
                if plan is not None and plan[1] is not None:
                    out = Array()
                    kernel, out._type = plan
                    try:
                        out._data = kernel(self._data, other._data)
                    except RETRIED:
                        return slow(self, other)
                    return out
            elif _handled(stack[0], self, other, index):
                try:
                    return stack[0].perform(primitive, (self, other), NO_PARAMS, stack[1])
                except NxError as error:
                    raise shortened(error) from error.__cause__
        elif kind is float or kind is int:
            plan = plans.get((self._type, kind))
            if plan is not None and current() is None and -MOST < other < MOST:
                out = Array()
                kernel, out._type = plan
                try:
                    out._data = kernel(self._data, other)
                except RETRIED:
                    return slow(self, other)
                return out
        elif not _convert.is_operand(other):
            return NotImplemented
        return slow(self, other)

    operator.__dict__["is_short"] = True
    return operator


def reflected_operator(primitive: Primitive) -> Operator:
    """Make the reflected operator method of a binary primitive, such as ``__radd__``."""
    plans = primitive.plans
    slow = _slow_binary(primitive, _inexact(primitive))

    def operator(self: Array, other: Any, /) -> Any:
        kind = type(other)
        if kind is float or kind is int:
            plan = plans.get((kind, self._type))
            if plan is not None and current() is None and -MOST < other < MOST:
                out = Array()
                kernel, out._type = plan
                try:
                    out._data = kernel(self._data, other)
                except RETRIED:
                    return slow(other, self)
                return out
        elif not _convert.is_operand(other):
            return NotImplemented
        return slow(other, self)

    operator.__dict__["is_short"] = True
    return operator


def static_operator(primitive: Primitive, name: str, slow: Operator) -> Operator:
    """Make the operator method of a primitive whose one parameter is an int, such as ``x ** 2``."""
    plans = primitive.plans

    def operator(self: Array, other: Any, /) -> Any:
        if type(other) is int and current() is None:
            plan = plans.get(((self._type,), ((name, other),)))
            if plan is not None and plan[1] is not None:
                out = Array()
                kernel, out._type = plan
                try:
                    out._data = kernel(self._data)
                except RETRIED:
                    return slow(self, other)
                return out
        return slow(self, other) if _convert.is_operand(other) else NotImplemented

    operator.__dict__["is_short"] = True
    return operator
