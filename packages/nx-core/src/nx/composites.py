"""The composites: rows with a decomposition into public functions.

A backend may supply a kernel for one; a handler without a rule for it runs the decomposition; so
does a backend without a kernel.  This is the only door for fused kernels.  The functions here are
for rules of transformations; the other composites are functions of `nx` itself.
"""

from __future__ import annotations

from typing import Any

from nx._array import Array
from nx._dtypes import real_of
from nx._eager import Binary, binary
from nx._elementwise import (
    abs,
    add,
    cos,
    divide,
    equal,
    exp,
    greater,
    integer_pow,
    isfinite,
    log,
    log1p,
    logical_and,
    maximum,
    minimum,
    multiply,
    negative,
    sin,
    sqrt,
    subtract,
    where,
)
from nx._errors import ShapeError, message
from nx._numeric import narrowed, widened
from nx._reductions import max, mean, sum
from nx._shapes import broadcast_shapes, show
from nx._types import ArrayType
from nx.effects._perform import perform
from nx.primitives import P
from nx.primitives._core import FLOATING, INEXACT, declare
from nx.primitives._infer import along_axis, check_axes, elementwise, same_device, same_dtype

__all__ = ["multiply_cos", "multiply_negative_sin", "multiply_tanh_slope"]


def _multiply_cos(g: Array, x: Array) -> Array:
    return multiply(g, cos(x))


def _multiply_negative_sin(g: Array, x: Array) -> Array:
    return negative(multiply(g, sin(x)))


def _multiply_tanh_slope(g: Array, out: Array) -> Array:
    return multiply(g, subtract(1.0, multiply(out, out)))


def _relu(x: Array) -> Array:
    return maximum(x, 0)


def _logistic(x: Array) -> Array:
    z = exp(negative(abs(x)))  # never overflows
    return divide(where(greater(x, 0), 1.0, z), add(z, 1.0))


def _logaddexp(x: Array, y: Array) -> Array:
    top = maximum(x, y)
    distance = subtract(minimum(x, y), top)
    safe = where(isfinite(distance), distance, 0.0)
    return where(isfinite(distance), add(top, log1p(exp(safe))), top)  # an infinite operand decides


def _one_where_zero(x: Array, y: Array, one: float) -> Array:
    """Return y, or the number whose logarithm is 0 where x is 0 and y not NaN."""
    return where(logical_and(equal(x, 0), equal(y, y)), one, y)


def _xlogy(x: Array, y: Array) -> Array:
    return multiply(x, log(_one_where_zero(x, y, 1.0)))


def _xlog1py(x: Array, y: Array) -> Array:
    return multiply(x, log1p(_one_where_zero(x, y, 0.0)))


def _softmax(x: Array, *, axis: int) -> Array:
    e = exp(subtract(x, perform(P.detach, max(x, axis=axis, keepdims=True))))
    return divide(e, sum(e, axis=axis, keepdims=True))


def _log_softmax(x: Array, *, axis: int) -> Array:
    shifted = subtract(x, perform(P.detach, max(x, axis=axis, keepdims=True)))
    return subtract(shifted, log(sum(exp(shifted), axis=axis, keepdims=True)))


def _logsumexp(x: Array, *, axes: tuple[int, ...]) -> Array:
    if not x._type.size:
        return log(sum(exp(x), axis=axes))
    top = perform(P.detach, max(x, axis=axes, keepdims=True))
    top = where(isfinite(top), top, 0.0)
    total = log(sum(exp(subtract(x, top)), axis=axes))
    return add(total, perform(P.reshape, top, shape=total._type.shape))


def _moments(x: Array, *, axes: tuple[int, ...]) -> tuple[Array, Array]:
    m = mean(x, axis=axes)
    shape = tuple(1 if i in axes else n for i, n in enumerate(x._type.shape))
    distance = subtract(x, perform(P.reshape, m, shape=shape))
    return m, mean(integer_pow(distance, 2), axis=axes)


def _layer_norm(
    x: Array, scale: Array, shift: Array, *, axes: tuple[int, ...], epsilon: float
) -> Array:
    wide = widened(x)
    distance = subtract(wide, mean(wide, axis=axes, keepdims=True))
    variance = mean(integer_pow(distance, 2), axis=axes, keepdims=True)
    unit = divide(distance, sqrt(add(variance, epsilon)))
    return narrowed(add(multiply(unit, widened(scale)), widened(shift)), x)


def _normalized(
    x: ArrayType, scale: ArrayType, shift: ArrayType, *, axes: tuple[int, ...], epsilon: float
) -> ArrayType:
    types = (x, scale, shift)
    same_device("layer_norm", types)
    same_dtype("layer_norm", types)
    check_axes("layer_norm", axes, x.ndim)
    shapes = [t.shape for t in types]
    if broadcast_shapes(shapes, "layer_norm") != x.shape:
        raise ShapeError(message("layer_norm", f"cannot broadcast {show(*shapes)} to {x.shape}"))
    return x


def _reduced(x: ArrayType, *, axes: tuple[int, ...]) -> ArrayType:
    check_axes("logsumexp", axes, x.ndim)
    return x.with_shape(tuple(n for i, n in enumerate(x.shape) if i not in axes))


def _two_reduced(x: ArrayType, *, axes: tuple[int, ...]) -> tuple[ArrayType, ...]:
    out = _reduced(x, axes=axes)
    return out, out.with_dtype(real_of(out.dtype))


def _elementwise(name: str, takes: tuple[str, ...], doc: str, decomposition: Any) -> None:
    declare(name, "elementwise", takes, elementwise(name), doc, decomposition)


_elementwise(
    "multiply_cos", INEXACT, "g * cos(x): a cotangent times the slope of sin", _multiply_cos
)
_elementwise(
    "multiply_negative_sin",
    INEXACT,
    "-(g * sin(x)): a cotangent times the slope of cos",
    _multiply_negative_sin,
)
_elementwise(
    "multiply_tanh_slope",
    INEXACT,
    "g * (1 - out**2): a cotangent times the slope of tanh",
    _multiply_tanh_slope,
)
_elementwise("relu", FLOATING, "max(x, 0), with slope 0 at 0", _relu)
_elementwise("logistic", FLOATING, "1 / (1 + exp(-x)), without overflow", _logistic)
_elementwise("logaddexp", FLOATING, "log(exp(x) + exp(y)), without overflow", _logaddexp)
_elementwise("xlogy", FLOATING, "x * log(y), and 0 where x is 0", _xlogy)
_elementwise("xlog1py", FLOATING, "x * log(1 + y), and 0 where x is 0", _xlog1py)
declare(
    "softmax",
    "softmax",
    FLOATING,
    along_axis("softmax"),
    "exp(x) over its sum along axis",
    _softmax,
)
declare(
    "log_softmax",
    "softmax",
    FLOATING,
    along_axis("log_softmax"),
    "the logarithm of softmax",
    _log_softmax,
)
declare(
    "logsumexp", "reduction", FLOATING, _reduced, "log of the sum of exp(x) over axes", _logsumexp
)
declare(
    "layer_norm",
    "normalization",
    FLOATING,
    _normalized,
    "(x - mean) / sqrt(variance + epsilon) over axes, times scale, plus shift",
    _layer_norm,
)
declare("moments", "reduction", FLOATING, _two_reduced, "(mean, variance) over axes", _moments)


def _function(name: str) -> Binary:
    row = getattr(P, name)
    made = binary(row)
    made.__name__ = made.__qualname__ = name
    made.__doc__ = f"Compute {row.doc}."
    return made


multiply_cos = _function("multiply_cos")
multiply_negative_sin = _function("multiply_negative_sin")
multiply_tanh_slope = _function("multiply_tanh_slope")
