"""Kernels of the elementwise primitives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import ml_dtypes
import numpy as np

from nx._errors import DTypeError, message
from nx.backends.numpy import _special
from nx.backends.numpy._quiet import quiet

__all__ = ["BARE", "KERNELS", "SCALAR_UFUNCS"]

Array = np.ndarray[Any, Any]


def _multiply_cos(g: Array, x: Array) -> Any:
    return np.multiply(g, np.cos(x))


def _multiply_negative_sin(g: Array, x: Array) -> Any:
    return np.multiply(g, np.negative(np.sin(x)))


BARE: Final[dict[str, Callable[..., Any]]] = {
    "absolute": np.absolute,
    "add": np.add,
    "ceil": np.ceil,
    "cos": np.cos,
    "floor": np.floor,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "multiply": np.multiply,
    "multiply_cos": _multiply_cos,
    "multiply_negative_sin": _multiply_negative_sin,
    "negative": np.negative,
    "sin": np.sin,
    "subtract": np.subtract,
    "tanh": np.tanh,
    "trunc": np.trunc,
}
"""Run bare on the fast path: they set no floating-point flag except on overflow or infinite
operands."""

SCALAR_UFUNCS: Final = frozenset(("add", "maximum", "minimum", "multiply", "subtract"))


def ufunc(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a kernel of a ufunc: an array even of 0-d operands, in their dtype, no warnings."""

    def kernel(*xs: Array) -> Array:
        return np.asarray(function(*xs))

    return quiet(kernel)


def rounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a kernel of a function that computes in float64."""

    def kernel(x: Array, **params: Any) -> Array:
        return np.asarray(function(x.astype(np.float64), **params)).astype(x.dtype)

    return quiet(kernel)


def _log1p(x: Array) -> Array:
    if x.dtype.kind != "c":
        return np.asarray(np.log1p(x))
    out = np.empty(x.shape, x.dtype)  # NumPy's complex one is inaccurate near 0
    out.real = np.log1p(x.real * (2 + x.real) + x.imag * x.imag) / 2
    out.imag = np.arctan2(x.imag, 1 + x.real)
    far = ~(np.abs(x) < 0.5)
    return np.where(far, np.log(1 + x), out)


def _sign(x: Array) -> Array:
    return np.asarray(np.sign(x))


def _floor_divide(x: Array, y: Array) -> Array:
    out = np.asarray(np.floor_divide(x, y))
    if x.dtype.kind in "iu":
        return out
    infinite = np.isinf(x) & np.isfinite(y)  # NumPy gives NaN where the quotient is infinite
    return np.where(infinite, x / y, out).astype(x.dtype)


def _expm1(x: Array) -> Array:
    out = np.asarray(np.expm1(x))
    if x.dtype.kind == "c":  # NumPy gives NaN at infinity, and -0 at -0+0j
        out = np.where(np.isfinite(x), out, np.exp(x) - 1)
        out.real += 0.0
    return out


def _tanh(x: Array) -> Array:
    out = np.asarray(np.tanh(x))
    if x.dtype.kind == "c":  # at infinity the zero takes the imaginary part's sign
        end = np.isinf(x.real) & np.isfinite(x.imag)
        out.imag[end] = np.copysign(0.0, x.imag[end])
    return out


def _power(x: Array, y: Array) -> Array:
    if x.dtype.kind == "i" and np.any(y < 0):
        problem = (
            f"cannot raise {x.dtype} to negative integer powers (the lowest is {int(y.min())})"
        )
        raise DTypeError(message("power", problem, "convert with astype(nx.float32) first"))
    return np.asarray(np.power(x, y))


def _integer_pow(x: Array, *, n: int) -> Array:
    """Multiply by repeated squaring, exactly as many powers as n's bits."""
    if n < 0:
        return np.asarray(np.reciprocal(_integer_pow(x, n=-n)))
    out, square = np.ones_like(x), x
    while n:
        if n & 1:
            out = out * square
        n >>= 1
        if n:
            square = square * square
    return np.asarray(out)


def _shift(function: np.ufunc, left: bool) -> Callable[[Array, Array], Array]:
    def kernel(x: Array, y: Array) -> Array:
        bits = 8 * x.dtype.itemsize
        out = function(x, np.minimum(y, bits - 1))
        overflow = (y >= bits) if left or x.dtype.kind == "u" else np.zeros_like(y, dtype=bool)
        return np.where(overflow, np.zeros((), x.dtype), out).astype(x.dtype)

    return quiet(kernel)


def _copysign(x: Array, y: Array) -> Array:
    return np.asarray(np.copysign(x, y)).astype(x.dtype)


def _complex(x: Array, y: Array) -> Array:
    out = np.empty(
        np.broadcast_shapes(x.shape, y.shape),
        np.complex64 if x.dtype == np.float32 else np.complex128,
    )
    out.real, out.imag = x, y
    return out


def _where(condition: Array, x: Array, y: Array) -> Array:
    return np.asarray(np.where(condition, x, y), dtype=x.dtype)


def _nextafter(x: Array, y: Array) -> Array:
    if x.dtype == ml_dtypes.bfloat16:
        return np.asarray(ml_dtypes_nextafter(x, y))
    return np.asarray(np.nextafter(x, y))


def ml_dtypes_nextafter(x: Array, y: Array) -> Array:
    """Step the bit pattern of bfloat16, which orders like a sign and a magnitude."""
    bits = x.view(np.int16).astype(np.int32)
    up = y > x
    step = np.where(up == (x > 0), 1, -1)
    zero = x == 0
    moved = np.where(zero, np.where(up, 1, -0x7FFF), bits + step).astype(np.int16).view(x.dtype)
    out = np.where(x == y, y, moved).astype(x.dtype)
    return np.where(np.isnan(x) | np.isnan(y), np.array(np.nan, x.dtype), out).astype(x.dtype)


def _polygamma(x: Array, *, n: int) -> Array:
    return _special.polygamma(n, x)


def _bessel(order: int) -> Callable[[Array], Array]:
    return lambda x: _special.bessel_e(order, x)


_DIRECT: Final = {
    name: getattr(np, numpy_name or name)
    for name, numpy_name in (
        *(
            (n, "")
            for n in (
                "negative",
                "absolute",
                "floor",
                "ceil",
                "trunc",
                "sqrt",
                "exp",
                "exp2",
            )
        ),
        *((n, "") for n in ("log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh")),
        *((n, f"arc{n[1:]}") for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh")),
        *(
            (n, "")
            for n in ("add", "subtract", "multiply", "divide", "hypot", "maximum", "minimum")
        ),
        *((n, "") for n in ("bitwise_and", "bitwise_or", "bitwise_xor", "isfinite")),
        *(
            (n, "")
            for n in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
        ),
        *(
            ("round", "rint"),
            ("conj", "conjugate"),
            ("bitwise_invert", "invert"),
            ("remainder", ""),
        ),
        *(("atan2", "arctan2"), ("real", ""), ("imag", "")),
    )
}

KERNELS: Final[dict[str, Callable[..., Any]]] = {
    **{name: ufunc(function) for name, function in _DIRECT.items()},
    "real": lambda x: x.real.copy(),
    "imag": lambda x: x.imag.copy(),
    "log1p": quiet(_log1p),
    "sign": quiet(_sign),
    "expm1": quiet(_expm1),
    "tanh": quiet(_tanh),
    "erf": rounded(_special.erf),
    "erfc": rounded(_special.erfc),
    "erfinv": rounded(_special.erfinv),
    "lgamma": rounded(_special.lgamma),
    "polygamma": rounded(_polygamma),
    "bessel_i0e": rounded(_bessel(0)),
    "bessel_i1e": rounded(_bessel(1)),
    "floor_divide": quiet(_floor_divide),
    "power": quiet(_power),
    "integer_pow": quiet(_integer_pow),
    "left_shift": _shift(np.left_shift, left=True),
    "right_shift": _shift(np.right_shift, left=False),
    "copysign": quiet(_copysign),
    "nextafter": quiet(_nextafter),
    "complex": _complex,
    "where": _where,
    "multiply_cos": ufunc(_multiply_cos),
    "multiply_negative_sin": ufunc(_multiply_negative_sin),
    "multiply_tanh_slope": ufunc(lambda g, out: np.multiply(g, (1 - out * out).astype(g.dtype))),
}
