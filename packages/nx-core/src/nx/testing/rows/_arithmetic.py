"""Rows of the elementwise primitives of two operands and more, in the order of their table."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np

from nx._errors import DTypeError
from nx.primitives import P, Primitive
from nx.testing._operands import Operand, dtypes_of
from nx.testing._rows import Refusal, Row, Sample
from nx.testing.rows._elementwise import ROUNDED, all_edges, integral_edges, real_edges

__all__ = ["ROWS", "binary"]

Array = np.ndarray[Any, Any]
SIGNED: Final = dtypes_of(["signed"])
AWAY: Final = {"gap": 0.5}
WHOLE: Final = {"whole": True}  # some pairs are equal


def binary(
    primitive: Primitive,
    oracle: Callable[..., Any],
    x: dict[str, Any] | None = None,
    y: dict[str, Any] | None = None,
    **options: Any,
) -> Row:
    """Make a row of two operands, of one shape and of shapes that broadcast."""
    both = [x or {}, y or {}]
    shapes = (("one shape", (3, 4), (3, 4)), ("broadcast", (3, 1), (4,)))
    samples = tuple(
        Sample(
            name=name,
            operands=tuple(Operand(shape=s, **d) for s, d in zip(pair, both, strict=True)),
        )
        for name, *pair in shapes
    )
    options.setdefault("free", True)
    options.setdefault("edges", real_edges)
    return Row(primitive=primitive, oracle=oracle, samples=samples, **options)


def elementwise(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Make an oracle of a function of two Python numbers."""

    def oracle(x: Any, y: Any) -> Any:
        x, y = np.broadcast_arrays(x, y)
        out = np.empty(x.shape, object if x.dtype == object else np.longdouble)
        for index in np.ndindex(x.shape):
            out[index] = function(x[index], y[index])
        return out

    return oracle


def _quotient(x: Any, y: Any) -> Any:
    """Return floor(x / y), the standard's way with zeros and infinities."""
    if isinstance(x, int):
        return x // y if y else 0
    x, y = float(x), float(y)
    if math.isnan(x) or math.isnan(y) or (x == 0 == y) or (math.isinf(x) and math.isinf(y)):
        return math.nan
    sign = math.copysign(1, x) * math.copysign(1, y)
    if math.isinf(x) or y == 0:
        return sign * math.inf
    if x == 0 or math.isinf(y):
        return -1.0 if sign < 0 and x != 0 else sign * 0.0
    whole = math.floor(Fraction(x) / Fraction(y))
    return np.longdouble(str(whole)) if whole else sign * 0.0


def _remainder(x: Any, y: Any) -> Any:
    """Return x - y * floor(x / y), of the sign of y."""
    if isinstance(x, int):
        return x % y if y else 0
    x, y = float(x), float(y)
    if math.isnan(x) or math.isnan(y) or math.isinf(x) or y == 0:
        return math.nan
    if x == 0:
        return math.copysign(0.0, y)
    if math.isinf(y):
        return x if (x > 0) == (y > 0) else y
    exact = Fraction(x) % Fraction(y)
    if not exact:
        return math.copysign(0.0, y)
    return np.longdouble(exact.numerator) / np.longdouble(exact.denominator)


def _power(x: Any, y: Any) -> Any:
    if x.dtype != object:
        return np.power(x, y)
    return elementwise(lambda a, b: pow(a, b, 2**64))(x, y)


def _no_negative_integer(x: Array, y: Array) -> Any:
    return np.ones(x.shape, bool) if x.dtype.kind not in "iu" else y >= 0


def _shifts(x: Array, y: Array) -> Any:
    return y >= 0


def _left(x: Any, y: Any) -> Any:
    return x << min(y, 200)


def _right(x: Any, y: Any) -> Any:
    return x >> min(y, 200)


def _larger(x: Any, y: Any) -> Any:
    return np.where((x > y) | (x != x), x, y)


def _smaller(x: Any, y: Any) -> Any:
    return np.where((x < y) | (x != x), x, y)


def _next(x: Array, y: Array) -> Array:
    """Count up and down in the bit patterns, which order like a sign and a magnitude."""
    x, y = (np.array(a) for a in np.broadcast_arrays(x, y))
    out = np.empty(x.shape, x.dtype)
    top = 2 ** (8 * x.dtype.itemsize - 1)
    for index in np.ndindex(x.shape):
        a, b = float(x[index]), float(y[index])
        bits = int.from_bytes(np.array(x[index]).tobytes(), sys.byteorder)
        if a != a or b != b:
            out[index] = np.nan
        elif a == b:
            out[index] = y[index]
        else:
            count = bits if bits < top else top - bits
            count += 1 if b > a else -1
            negative = count < 0 or (count == 0 and a < 0)
            pattern = abs(count) | (top if negative else 0)
            out[index] = np.array(pattern, np.uint64).astype(f"u{x.dtype.itemsize}").view(x.dtype)
    return out


def _joined(x: Array, y: Array) -> Array:
    x, y = np.broadcast_arrays(x, y)
    out = np.empty(x.shape, np.complex64 if x.dtype == np.float32 else np.complex128)
    out.real, out.imag = x, y
    return out


def _chosen(condition: Array, x: Array, y: Array) -> Array:
    condition, x, y = np.broadcast_arrays(condition, x, y)
    out = np.array(y)
    out[condition] = x[condition]
    return out


def _logical(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda x, y: np.asarray(function(x, y)).astype(bool)


def _bit_by_bit(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def oracle(x: Any, y: Any) -> Any:
        return np.asarray(function(x.astype(object), y.astype(object))).astype(x.dtype)

    return oracle


ARITHMETIC: Final = (
    binary(P.add, lambda x, y: x + y, ulps=ROUNDED),
    binary(P.subtract, lambda x, y: x - y, ulps=ROUNDED),
    binary(P.multiply, lambda x, y: x * y, ulps=2.0),
    binary(P.divide, lambda x, y: x / y, y=AWAY, ulps=4.0),
    binary(P.floor_divide, elementwise(_quotient), {"low": -20, "high": 20}, AWAY, ulps=1.0),
    binary(P.remainder, elementwise(_remainder), {"low": -20, "high": 20}, AWAY, ulps=1.0),
    binary(
        P.power,
        _power,
        {"low": 0.3, "high": 3},
        {"low": 0, "high": 3},
        possible=_no_negative_integer,
        ulps=8.0,
        refusals=tuple(
            Refusal(
                name=f"a negative exponent {where}",
                operands=(
                    Operand(shape=(2, 3), low=1),
                    Operand(values=np.array(values)),
                ),
                error=DTypeError,
                dtypes=SIGNED,
            )
            for where, values in (
                ("first", [[-1, 2, 3], [4, 5, 6]]),
                ("last", [[1, 2, 3], [4, 5, -6]]),
            )
        ),
    ),
    binary(P.atan2, np.arctan2, AWAY, AWAY),
    binary(P.hypot, np.hypot, AWAY, AWAY),
    binary(P.copysign, np.copysign, AWAY, AWAY, ulps=ROUNDED),
    binary(P.nextafter, _next, mode="own", ulps=0.0, zero_signs=False),
    binary(P.maximum, _larger, WHOLE, WHOLE, ulps=ROUNDED, zero_signs=False),
    binary(P.minimum, _smaller, WHOLE, WHOLE, ulps=ROUNDED, zero_signs=False),
)

BITWISE: Final = (
    binary(P.bitwise_and, _bit_by_bit(lambda x, y: x & y), {"high": 50}, {"high": 50}),
    binary(P.bitwise_or, _bit_by_bit(lambda x, y: x | y), {"high": 50}, {"high": 50}),
    binary(P.bitwise_xor, _bit_by_bit(lambda x, y: x ^ y), {"high": 50}, {"high": 50}),
    binary(
        P.left_shift,
        elementwise(_left),
        {"low": -20, "high": 20},
        {"low": 0},
        possible=_shifts,
        edges=integral_edges,
    ),
    binary(
        P.right_shift,
        elementwise(_right),
        {"low": -20, "high": 20},
        {"low": 0},
        possible=_shifts,
        edges=integral_edges,
    ),
)

COMPARISONS: Final = (
    binary(P.equal, _logical(lambda x, y: x == y), WHOLE, WHOLE, edges=all_edges),
    binary(P.not_equal, _logical(lambda x, y: x != y), WHOLE, WHOLE, edges=all_edges),
    binary(P.less, _logical(lambda x, y: x < y), WHOLE, WHOLE),
    binary(P.less_equal, _logical(lambda x, y: x <= y), WHOLE, WHOLE),
    binary(P.greater, _logical(lambda x, y: x > y), WHOLE, WHOLE),
    binary(P.greater_equal, _logical(lambda x, y: x >= y), WHOLE, WHOLE),
)

CHOICES: Final = (
    binary(P.complex, _joined, mode="own", ulps=0.0, dtypes=("float32", "float64")),
    Row(
        primitive=P.where,
        oracle=_chosen,
        mode="bits",
        free=True,
        edges=real_edges,
        samples=tuple(
            Sample(
                name=name,
                operands=(
                    Operand(shape=condition, dtype="bool"),
                    Operand(shape=x, patterns=True),
                    Operand(shape=y, patterns=True),
                ),
            )
            for name, condition, x, y in (
                ("one shape", (3, 4), (3, 4), (3, 4)),
                ("broadcast", (3, 1), (4,), ()),
                ("broadcast values", (4,), (2, 1, 4), (3, 1)),
            )
        ),
    ),
)

ROWS: Final = (*ARITHMETIC, *BITWISE, *COMPARISONS, *CHOICES)
