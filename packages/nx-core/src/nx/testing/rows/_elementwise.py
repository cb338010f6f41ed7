"""Rows of the elementwise primitives of one operand, in the order of their table."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import ml_dtypes
import numpy as np

from nx._dtypes import DType
from nx.primitives import P, Primitive
from nx.testing._operands import Operand, kind_of
from nx.testing._precise import bessel, each, erf, erfc, erfinv, lgamma, polygamma
from nx.testing._rows import Row, Sample

__all__ = ["ROUNDED", "ROWS", "all_edges", "integral_edges", "real_edges"]

Array = np.ndarray[Any, Any]

ROUNDED: Final = 0.5
"""Correctly rounded, as IEEE 754 asks of the four operations and the square root."""


def integral_edges(dtype: DType) -> Array:
    """Return an integer dtype's ends, small numbers, and those around its bits."""
    info = ml_dtypes.iinfo(dtype.numpy)  # type: ignore[no-untyped-call]  # theirs
    low, high = int(info.min), int(info.max)
    bits = dtype.bits
    around = [low, low + 1, -3, -2, -1, 0, 1, 2, 3, bits - 1, bits, bits + 1, high - 1, high]
    return np.array(sorted({n for n in around if low <= n <= high}), dtype.numpy)


def edges(dtype: DType) -> Array:
    """Return the values at which functions have corners, of any dtype but complex."""
    kind = kind_of(dtype)
    if kind == "bool":
        return np.array([False, True])
    if kind in ("signed", "unsigned"):
        return integral_edges(dtype)
    info = ml_dtypes.finfo(dtype.numpy)  # type: ignore[no-untyped-call]  # theirs
    tiny = float(info.smallest_subnormal)
    normal, top = float(info.smallest_normal), float(info.max)
    some = [tiny, 3 * tiny, normal, float(info.eps), 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, top]
    some += [share * info.maxexp * math.log(2) for share in (0.98, 1.01)]  # exp ends in between
    return np.array([*(np.nan, np.inf, -np.inf, 0.0, -0.0), *some, *(-x for x in some)]).astype(
        dtype.numpy
    )


def real_edges(dtype: DType) -> Array:
    """Return edges of real dtypes, and a few finite numbers for complex ones."""
    if dtype.kind == "complex":
        return np.array([0.5, -0.5 + 1j, 2j, -1 - 1j, 3 + 0.25j], dtype.numpy)
    return edges(dtype)


def all_edges(dtype: DType) -> Array:
    """Return edges of real dtypes, and for complex ones every pair of them as parts."""
    if dtype.kind != "complex":
        return edges(dtype)
    parts = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.5, -2.0]
    return np.array([complex(a, b) for a in parts for b in parts], dtype.numpy)


def unary(
    primitive: Primitive,
    oracle: Callable[..., Any],
    low: float = -2.0,
    high: float = 2.0,
    *,
    samples: tuple[Sample, ...] = (),
    **options: Any,
) -> Row:
    """Make a row of one operand from [low, high]."""
    gap, imag = options.pop("gap", 0.0), options.pop("imag", 1.0)
    x = Operand(shape=(3, 4), low=low, high=high, gap=gap, imag=imag)
    options.setdefault("free", True)
    options.setdefault("edges", real_edges)
    return Row(
        primitive=primitive,
        oracle=oracle,
        samples=(Sample(name="values", operands=(x,)), *samples),
        **options,
    )


def more(name: str, low: float, high: float, **options: Any) -> Sample:
    """Make another sample of one operand."""
    return Sample(name=name, operands=(Operand(shape=(7,), low=low, high=high, **options),))


def wide(low: float, high: float) -> tuple[Sample, ...]:
    """Return samples far out, where the dtypes reach that far."""
    big = ("float32", "float64")
    return (Sample(name="far", operands=(Operand(shape=(9,), low=low, high=high),), dtypes=big),)


def _sign(x: Any) -> Any:
    if x.dtype == object:
        return np.asarray(x > 0, object) * 1 - np.asarray(x < 0, object) * 1
    if x.dtype.kind != "c":
        return np.where(np.isnan(x) | (x == 0), x, np.copysign(1, x))
    size = np.abs(x)
    return np.where(size == 0, 0, x / np.where(size == 0, 1, size))


def _trunc(x: Any) -> Any:
    return np.copysign(np.floor(np.abs(x)), x)


def _round(x: Any) -> Any:
    down = np.floor(x)
    half, odd = x - down == 0.5, np.remainder(down, 2) == 1
    up = (x - down > 0.5) | (half & odd)
    return np.where(np.isfinite(x), np.copysign(np.where(up, down + 1, down), x), x)


def _invert(x: Any) -> Any:
    return ~x if x.dtype == bool else -x - 1


def _squared(x: Any) -> Any:
    return np.sqrt(x.real**2 + x.imag**2) if x.dtype.kind == "c" else np.abs(x)


def _power(x: Any, *, n: int) -> Any:
    if x.dtype == object:
        return x**n
    out = np.ones_like(x)
    for _ in range(abs(n)):
        out = out * x
    return 1 / out if n < 0 else out


def _part(name: str) -> Callable[[Any], Any]:
    return lambda x: getattr(x, name)


def _largest_term(x: Any, *, n: int) -> Any:
    """Return the size of the parts that cancel: digamma has a root, and below 0 all have."""
    distance = np.where(x < 0, np.abs(x - np.rint(x)), 1.0)
    size = math.factorial(n) / distance ** (n + 1)
    return np.where(np.isfinite(x) & (x < 0), size, 0.0 if n else 1.0)


def _no_poles(x: Any, **_: Any) -> Any:
    """Leave out the poles, whose sign nobody defines."""
    wide = x.astype(float)
    return ~((wide <= 0) & (wide == np.floor(wide)) & np.isfinite(wide))


def _log1p(x: Any) -> Any:
    if x.dtype.kind != "c":
        return np.log1p(x)
    real = np.log1p(x.real * (2 + x.real) + x.imag**2) / 2
    return real + 1j * np.arctan2(x.imag, 1 + x.real)


def _one(x: Any) -> Any:
    """Measure errors against 1 where the result is less: beside a root."""
    return np.ones(x.shape)


LOOSE: Final = {"ulps": 8.0}
NEAR_0: Final = (more("near 0", -1e-3, 1e-3, imag=1e-3),)
FAR: Final = wide(-1e5, 1e5)

SIMPLE: Final = (
    unary(P.negative, lambda x: -x, ulps=ROUNDED),
    unary(P.absolute, _squared, gap=0.3, ulps=2.0),
    unary(P.sign, _sign, gap=0.3, ulps=2.0, zero_signs=False),
    unary(P.floor, np.floor, ulps=ROUNDED, samples=wide(-1e9, 1e9)),
    unary(P.ceil, np.ceil, ulps=ROUNDED, samples=wide(-1e9, 1e9)),
    unary(P.trunc, _trunc, ulps=ROUNDED, samples=wide(-1e9, 1e9)),
    unary(P.round, _round, -5, 5, ulps=ROUNDED, samples=wide(-1e9, 1e9)),
    unary(P.isfinite, lambda x: np.isfinite(x.real) & np.isfinite(x.imag), edges=all_edges),
    unary(P.bitwise_invert, _invert, -50, 50),
    unary(P.real, _part("real"), ulps=ROUNDED, edges=all_edges),
    unary(P.imag, _part("imag"), ulps=ROUNDED, edges=all_edges),
    unary(P.conj, lambda x: x.real - 1j * x.imag, ulps=ROUNDED),
)

ROOTS_AND_POWERS: Final = (
    unary(P.sqrt, np.sqrt, 0.2, 4, ulps=2.0),
    unary(P.exp, np.exp, samples=wide(-80, 80)),
    unary(P.exp2, np.exp2, samples=wide(-120, 120)),
    unary(P.expm1, np.expm1, samples=(*NEAR_0, *wide(-30, 80))),
    unary(P.log, np.log, 0.2, 4, samples=wide(1e-3, 1e9)),
    unary(P.log2, np.log2, 0.2, 4, samples=wide(1e-3, 1e9)),
    unary(P.log10, np.log10, 0.2, 4, samples=wide(1e-3, 1e9)),
    unary(P.log1p, _log1p, -0.7, 3, samples=(*NEAR_0, *wide(0, 1e9))),
)

TRIGONOMETRIC: Final = (
    unary(P.sin, np.sin, -3, 3, samples=FAR),
    unary(P.cos, np.cos, -3, 3, samples=FAR),
    unary(P.tan, np.tan, -1.2, 1.2, samples=FAR),
    unary(P.asin, np.arcsin, -0.9, 0.9),
    unary(P.acos, np.arccos, -0.9, 0.9),
    unary(P.atan, np.arctan, -3, 3, imag=0.8),
    unary(P.sinh, np.sinh, samples=(*NEAR_0, *wide(-80, 80))),
    unary(P.cosh, np.cosh, samples=wide(-80, 80)),
    unary(P.tanh, np.tanh, samples=(*NEAR_0, *wide(-30, 30))),
    unary(P.asinh, np.arcsinh, -3, 3, imag=0.8),
    unary(P.acosh, np.arccosh, 1.2, 4),
    unary(P.atanh, np.arctanh, -0.9, 0.9),
)

SPECIAL: Final = (
    unary(P.erf, each(erf), samples=wide(-6, 6)),
    unary(P.erfc, each(erfc), samples=(more("tail", 3, 6),), **LOOSE),
    unary(P.erfinv, each(erfinv), -0.9, 0.9, samples=(more("end", 0.99, 0.999),)),
    unary(
        P.lgamma,
        each(lgamma),
        2.3,
        6,
        samples=(more("below 0", -0.9, -0.1, gap=0.1), *wide(10, 1e5)),
        magnitude=_one,
        **LOOSE,
    ),
    unary(P.bessel_i0e, each(bessel, 0), -3, 3, samples=(more("large", 25, 60),), **LOOSE),
    unary(P.bessel_i1e, each(bessel, 1), -3, 3, samples=(more("large", 25, 60),), **LOOSE),
)

WITH_PARAMETERS: Final = (
    Row(
        primitive=P.integer_pow,
        oracle=_power,
        samples=tuple(
            Sample(
                name=f"power {n}",
                operands=(Operand(shape=(3, 4), gap=0.5),),
                params={"n": n},
                dtypes=None if n >= 0 else ("float16", "bfloat16", "float32", "float64"),
            )
            for n in (2, 0, 1, 3, 4, 5, -1, -2)
        ),
        ulps=8.0,  # every product rounds
        free=True,
    ),
    Row(
        primitive=P.polygamma,
        oracle=lambda x, *, n: each(polygamma, n)(x),
        samples=tuple(
            Sample(
                name=f"{n} {where}",
                operands=(Operand(shape=(3, 4), low=low, high=high, gap=0.1),),
                params={"n": n},
            )
            for n in range(4)
            for low, high, where in (
                (0.3, 1.2, "near 0"),
                (3, 20, "above 2"),
                (-0.9, -0.1, "below 0"),
            )
        ),
        ulps=32.0,  # a series of many terms
        magnitude=_largest_term,
        free=True,
        edges=edges,
        possible=_no_poles,
    ),
)

ROWS: Final = (*SIMPLE, *ROOTS_AND_POWERS, *TRIGONOMETRIC, *SPECIAL, *WITH_PARAMETERS)
