"""Derivatives of the elementwise primitives and composites, in the order of their tables.

The cotangent of a broadcast operand is summed to its shape by the engine, and made real for a real
operand. Complex cotangents follow JAX's convention: the pairing is Re(g * x), without conjugation.
"""

from __future__ import annotations

import math
from typing import Any

import nx
from nx import Array
from nx.composites import multiply_cos, multiply_negative_sin, multiply_tanh_slope
from nx.primitives import P, Primitive

from rune._derivatives._rows import Bilinear, Custom, Linear, Row, Slope

__all__ = ["ROWS", "ZERO"]


def _is_complex(x: Array) -> bool:
    return x.dtype.kind == "complex"


def _absolute(g: Array, out: Array, x: Array) -> Array:
    # |x|' = sign(x), 1 at 0 as JAX has it; for complex x the pairing gives conj(x) / |x|
    if _is_complex(x):
        return g * (nx.conj(x) / nx.where(out == 0, 1.0, out))
    return nx.where(x >= 0, g, -g)


def _sign_jvp(tangents: tuple[Array], out: Array, x: Array) -> Array:
    # (x / |x|)' t = t / |x| - x Re(conj(x) t) / |x|**3
    (t,) = tangents
    if not _is_complex(x):
        return nx.zeros_like(t)
    size = nx.abs(x)
    return t / size - out * (nx.real(nx.conj(out) * t) / size)


def _sign_vjp(g: Array, out: Array, x: Array) -> tuple[Any, ...]:
    if not _is_complex(x):
        return (nx.zeros_like(g),)
    size = nx.abs(x)
    return (g / size - nx.conj(out) * (nx.real(g * out) / size),)


def _bessel_i1e(g: Array, out: Array, x: Array) -> Array:
    # i1e' = i0e - i1e * (sign(x) + 1 / x); 1 / 2 at 0
    zero = x == 0
    slope = nx.i0e(x) - out * (nx.sign(x) + 1.0 / nx.where(zero, 1.0, x))
    return g * nx.where(zero, 0.5, slope)


def _power_base(g: Array, _out: Array, x: Array, y: Array) -> Array:
    # y * x**(y - 1), and 0 where y is 0, also at x = 0
    constant = y == 0
    return g * nx.where(constant, 0.0, y * nx.pow(x, nx.where(constant, 1.0, y - 1)))


def _power_exponent(g: Array, out: Array, x: Array, _y: Array) -> Array:
    # log(x) * x**y, and 0 where x is 0
    return g * (nx.log(nx.where(x == 0, 1.0, x)) * out)


def _integer_pow(g: Array, _out: Array, x: Array, *, n: int) -> Array:
    # n * x**(n - 1)
    if n == 0:
        return nx.zeros_like(g)
    return g * float(n) if n == 1 else g * (nx.integer_pow(x, n - 1) * float(n))


def _larger(g: Array, _out: Array, x: Array, y: Array) -> Array:
    return g * nx.where(x == y, 0.5, nx.astype(x > y, g.dtype))


def _smaller(g: Array, _out: Array, x: Array, y: Array) -> Array:
    return g * nx.where(x == y, 0.5, nx.astype(x < y, g.dtype))


def _hypot(g: Array, out: Array, x: Array) -> Array:
    return g * x / nx.where(out == 0, 1.0, out)


def _logaddexp(g: Array, out: Array, x: Array, y: Array) -> Array:
    # 1 / (1 + exp(y - x)); where out is infinite 1 for infinite x, else 0
    at_infinity = nx.where(x == math.inf, x, -math.inf)
    return g * nx.sigmoid(nx.where(nx.isinf(out), at_infinity, x - y))


ROWS: dict[Primitive, Row] = {
    P.negative: Linear(lambda g, _x: -g),
    P.absolute: Slope(_absolute),
    P.sign: Custom(jvp=_sign_jvp, vjp=_sign_vjp),
    P.sqrt: Slope(lambda g, out, _x: g / (out * 2.0)),
    P.exp: Slope(lambda g, out, _x: g * out),
    P.exp2: Slope(lambda g, out, _x: g * (out * math.log(2.0))),
    P.expm1: Slope(lambda g, out, _x: g * (out + 1.0)),
    P.log: Slope(lambda g, _out, x: g / x),
    P.log2: Slope(lambda g, _out, x: g / (x * math.log(2.0))),
    P.log10: Slope(lambda g, _out, x: g / (x * math.log(10.0))),
    P.log1p: Slope(lambda g, _out, x: g / (x + 1.0)),
    P.sin: Slope(lambda g, _out, x: multiply_cos(g, x)),
    P.cos: Slope(lambda g, _out, x: multiply_negative_sin(g, x)),
    P.tan: Slope(lambda g, out, _x: g * (1.0 + out * out)),
    P.asin: Slope(lambda g, _out, x: g / nx.sqrt(1.0 - x * x)),
    P.acos: Slope(lambda g, _out, x: -g / nx.sqrt(1.0 - x * x)),
    P.atan: Slope(lambda g, _out, x: g / (1.0 + x * x)),
    P.sinh: Slope(lambda g, _out, x: g * nx.cosh(x)),
    P.cosh: Slope(lambda g, _out, x: g * nx.sinh(x)),
    P.tanh: Slope(lambda g, out, _x: multiply_tanh_slope(g, out)),
    P.asinh: Slope(lambda g, _out, x: g / nx.sqrt(x * x + 1.0)),
    P.acosh: Slope(lambda g, _out, x: g / (nx.sqrt(x - 1.0) * nx.sqrt(x + 1.0))),
    P.atanh: Slope(lambda g, _out, x: g / ((1.0 - x) * (1.0 + x))),
    P.erf: Slope(lambda g, _out, x: g * (nx.exp(-x * x) * (2.0 / math.sqrt(math.pi)))),
    P.erfc: Slope(lambda g, _out, x: g * (nx.exp(-x * x) * (-2.0 / math.sqrt(math.pi)))),
    P.erfinv: Slope(lambda g, out, _x: g * (nx.exp(out * out) * (math.sqrt(math.pi) / 2.0))),
    P.lgamma: Slope(lambda g, _out, x: g * nx.digamma(x)),
    P.bessel_i0e: Slope(lambda g, out, x: g * (nx.i1e(x) - nx.sign(x) * out)),
    P.bessel_i1e: Slope(_bessel_i1e),
    P.real: Linear(lambda g, _x: nx.complex(g, nx.zeros_like(g))),
    P.imag: Linear(lambda g, _x: nx.complex(nx.zeros_like(g), -g)),
    P.conj: Linear(lambda g, _x: nx.conj(g)),
    P.add: Linear(lambda g, _x, _y: g, lambda g, _x, _y: g),
    P.subtract: Linear(lambda g, _x, _y: g, lambda g, _x, _y: -g),
    P.multiply: Bilinear(lambda g, y: g * y, lambda g, x: g * x),
    P.divide: Slope(lambda g, _out, _x, y: g / y, lambda g, out, _x, y: -(g * out) / y),
    P.remainder: Slope(lambda g, _out, _x, _y: g, lambda g, _out, x, y: -g * nx.floor_divide(x, y)),
    P.power: Slope(_power_base, _power_exponent),
    P.atan2: Slope(
        lambda g, _out, y, x: g * (x / (x * x + y * y)),
        lambda g, _out, y, x: g * (-y / (x * x + y * y)),
    ),
    P.hypot: Slope(
        lambda g, out, x, _y: _hypot(g, out, x), lambda g, out, _x, y: _hypot(g, out, y)
    ),
    P.copysign: Slope(lambda g, out, x, _y: g * nx.copysign(1.0, x) * nx.copysign(1.0, out), None),
    P.maximum: Slope(_larger, lambda g, out, x, y: _larger(g, out, y, x)),
    P.minimum: Slope(_smaller, lambda g, out, x, y: _smaller(g, out, y, x)),
    P.complex: Linear(lambda g, _x, _y: nx.real(g), lambda g, _x, _y: -nx.imag(g)),
    P.where: Linear(
        None,
        lambda g, condition, _x, _y: nx.where(condition, g, 0.0),
        lambda g, condition, _x, _y: nx.where(condition, 0.0, g),
    ),
    P.integer_pow: Slope(_integer_pow),
    P.polygamma: Slope(lambda g, _out, x, *, n: g * nx.polygamma(n + 1, x)),
    P.multiply_cos: Slope(
        lambda g, _out, _c, x: multiply_cos(g, x),
        lambda g, _out, c, x: multiply_negative_sin(g * c, x),
    ),
    P.multiply_negative_sin: Slope(
        lambda g, _out, _c, x: multiply_negative_sin(g, x),
        lambda g, _out, c, x: -multiply_cos(g * c, x),
    ),
    P.multiply_tanh_slope: Slope(
        lambda g, _out, _c, y: multiply_tanh_slope(g, y),
        lambda g, _out, c, y: g * c * y * -2.0,
    ),
    P.relu: Slope(lambda g, _out, x: nx.where(x > 0, g, 0.0)),
    P.logistic: Slope(lambda g, out, _x: g * (out * (1.0 - out))),
    P.logaddexp: Slope(_logaddexp, lambda g, out, x, y: _logaddexp(g, out, y, x)),
    P.xlogy: Slope(lambda g, _out, _x, y: g * nx.log(y), lambda g, _out, x, y: g * (x / y)),
    P.xlog1py: Slope(
        lambda g, _out, _x, y: g * nx.log1p(y), lambda g, _out, x, y: g * (x / (y + 1.0))
    ),
}

ZERO: frozenset[Primitive] = frozenset(
    (
        *(P.floor, P.ceil, P.trunc, P.round, P.isfinite, P.floor_divide),
        *(P.bitwise_invert, P.bitwise_and, P.bitwise_or, P.bitwise_xor),
        *(P.left_shift, P.right_shift),
        *(P.equal, P.not_equal, P.less, P.less_equal, P.greater, P.greater_equal),
    )
)
