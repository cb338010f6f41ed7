"""Cases of the elementwise primitives, in the order of their table."""

from functools import partial

import numpy as np
import nx
from nx.effects import perform
from nx.primitives import P
from scipy import special

from tests.cases._case import Case, Operand, dtypes_of

__all__ = ["CASES"]

FLOATING = dtypes_of(["floating"])
INTEGRAL = dtypes_of(["signed", "unsigned"])
INEXACT = dtypes_of(["floating", "complex"])


def elementwise(primitive, function, reference, operands, *, name=None, **options):
    options.setdefault("dtypes", dtypes_of(primitive.takes))
    options.setdefault("free", True)
    return Case(
        name=name or primitive.name,
        covers=(primitive,),
        function=function,
        reference=reference,
        operands=tuple(operands),
        **options,
    )


def unary(primitive, function, reference, low=-2.0, high=2.0, *, gap=0.0, imag=1.0, **options):
    x = Operand(low=low, high=high, gap=gap, imag=imag)
    return elementwise(primitive, function, reference, [x], **options)


def binary(primitive, function, reference, x=None, y=None, **options):
    """Two operands that broadcast, (3, 1) by (4,); their domains as dicts."""
    operands = [Operand(shape=(3, 1), **(x or {})), Operand(shape=(4,), **(y or {}))]
    return elementwise(primitive, function, reference, operands, **options)


UNARY = [
    unary(P.negative, nx.negative, np.negative),
    unary(P.absolute, nx.abs, np.abs, gap=0.3),
    unary(P.sign, nx.sign, np.sign, gap=0.3),
    unary(P.floor, nx.floor, np.floor),
    unary(P.ceil, nx.ceil, np.ceil),
    unary(P.trunc, nx.trunc, np.trunc),
    unary(P.round, nx.round, np.round, -5, 5),
    unary(P.sqrt, nx.sqrt, np.sqrt, 0.2, 4),
    unary(P.exp, nx.exp, np.exp),
    unary(P.exp2, nx.exp2, np.exp2),
    unary(P.expm1, nx.expm1, np.expm1),
    unary(P.log, nx.log, np.log, 0.2, 4),
    unary(P.log2, nx.log2, np.log2, 0.2, 4),
    unary(P.log10, nx.log10, np.log10, 0.2, 4),
    unary(P.log1p, nx.log1p, np.log1p, -0.7, 3),
    unary(P.sin, nx.sin, np.sin, -3, 3),
    unary(P.cos, nx.cos, np.cos, -3, 3),
    unary(P.tan, nx.tan, np.tan, -1.2, 1.2),
    unary(P.asin, nx.asin, np.arcsin, -0.9, 0.9),
    unary(P.acos, nx.acos, np.arccos, -0.9, 0.9),
    unary(P.atan, nx.atan, np.arctan, -3, 3, imag=0.8),
    unary(P.sinh, nx.sinh, np.sinh),
    unary(P.cosh, nx.cosh, np.cosh),
    unary(P.tanh, nx.tanh, np.tanh),
    unary(P.asinh, nx.asinh, np.arcsinh, -3, 3, imag=0.8),
    unary(P.acosh, nx.acosh, np.arccosh, 1.2, 4),
    unary(P.atanh, nx.atanh, np.arctanh, -0.9, 0.9),
    unary(P.erf, nx.erf, special.erf),
    unary(P.erfc, nx.erfc, special.erfc),
    unary(P.erfc, nx.erfc, special.erfc, 3, 6, name="erfc_tail", order=0, tolerance=16),
    unary(P.erfinv, nx.erfinv, special.erfinv, -0.9, 0.9),
    unary(P.lgamma, nx.lgamma, special.gammaln, 2.3, 6),
    unary(P.lgamma, nx.lgamma, special.gammaln, -0.9, -0.1, gap=0.1, name="lgamma_below_0"),
    unary(P.bessel_i0e, nx.i0e, special.i0e, -3, 3, gap=0.2),
    unary(P.bessel_i1e, nx.i1e, special.i1e, -3, 3, gap=0.2),
    unary(P.bessel_i0e, nx.i0e, special.i0e, 25, 60, name="bessel_i0e_large"),
    unary(
        P.bessel_i1e, nx.i1e, special.i1e, 25, 60, name="bessel_i1e_large", tolerance=16
    ),  # SciPy's error
    unary(P.isfinite, nx.isfinite, np.isfinite),
    unary(P.bitwise_invert, nx.bitwise_invert, np.invert, -50, 50),
    unary(P.real, nx.real, np.real),
    unary(P.imag, nx.imag, np.imag),
    unary(P.conj, nx.conj, np.conj),
]

WHOLE = {"low": -2, "high": 2, "whole": True}  # some pairs are equal
AWAY = {"gap": 0.5}

BINARY = [
    binary(P.add, nx.add, np.add),
    binary(P.subtract, nx.subtract, np.subtract),
    binary(P.multiply, nx.multiply, np.multiply),
    binary(P.divide, nx.divide, np.divide, y=AWAY),
    binary(P.floor_divide, nx.floor_divide, np.floor_divide, {"low": -20, "high": 20}, AWAY),
    binary(P.remainder, nx.remainder, np.remainder, {"low": -20, "high": 20}, AWAY),
    binary(P.power, nx.pow, np.power, {"low": 0.3}, dtypes=INEXACT, tolerance=8),
    binary(
        *(P.power, nx.pow, np.power, {"low": -3, "high": 3}, {"low": 0, "high": 3}),
        name="power_of_integers",
        dtypes=INTEGRAL,
    ),
    binary(P.atan2, nx.atan2, np.arctan2, AWAY, AWAY),
    binary(P.hypot, nx.hypot, np.hypot, AWAY, AWAY),
    binary(P.copysign, nx.copysign, np.copysign, AWAY, AWAY),
    binary(  # in its own dtype: the next number is another one in float64
        *(P.nextafter, nx.nextafter, np.nextafter),
        dtypes=("float64",),
    ),
    binary(P.maximum, nx.maximum, np.maximum),
    binary(P.minimum, nx.minimum, np.minimum),
    binary(P.bitwise_and, nx.bitwise_and, np.bitwise_and, {"high": 50}, {"high": 50}),
    binary(P.bitwise_or, nx.bitwise_or, np.bitwise_or, {"high": 50}, {"high": 50}),
    binary(P.bitwise_xor, nx.bitwise_xor, np.bitwise_xor, {"high": 50}, {"high": 50}),
    binary(
        P.left_shift, nx.bitwise_left_shift, np.left_shift, {"low": -20, "high": 20}, {"low": 0}
    ),
    binary(
        P.right_shift, nx.bitwise_right_shift, np.right_shift, {"low": -20, "high": 20}, {"low": 0}
    ),
    binary(P.equal, nx.equal, np.equal, WHOLE, WHOLE),
    binary(P.not_equal, nx.not_equal, np.not_equal, WHOLE, WHOLE),
    binary(P.less, nx.less, np.less, WHOLE, WHOLE),
    binary(P.less_equal, nx.less_equal, np.less_equal, WHOLE, WHOLE),
    binary(P.greater, nx.greater, np.greater, WHOLE, WHOLE),
    binary(P.greater_equal, nx.greater_equal, np.greater_equal, WHOLE, WHOLE),
    binary(P.complex, nx.complex, lambda x, y: x + 1j * y, dtypes=("float32", "float64")),
]


def scalar(primitive, name, function, **options):
    """One array and a Python number: the same function is its own reference."""
    x = Operand(shape=(2, 3), gap=0.5)
    return elementwise(primitive, function, function, [x], name=name, **options)


SAME = {"x": {"gap": 0.3}, "y": {"gap": 0.3}}

BROADCAST = [
    elementwise(primitive, f, g, [Operand(shape=s, gap=0.3), Operand(shape=t, gap=0.3)], name=name)
    for primitive, f, g in (
        (P.add, nx.add, np.add),
        (P.subtract, nx.subtract, np.subtract),
        (P.multiply, nx.multiply, np.multiply),
        (P.divide, nx.divide, np.divide),
    )
    for s, t, name in (
        ((2, 3), (2, 3), f"{primitive.name}_of_one_shape"),
        ((), (2, 3), f"{primitive.name}_0d_first"),
        ((2, 1, 3), (), f"{primitive.name}_0d_second"),
        ((1, 3), (2, 1, 1), f"{primitive.name}_length_1"),
    )
]

SCALARS = [
    scalar(P.add, "array_plus_int", lambda x: x + 2),
    scalar(P.subtract, "int_minus_array", lambda x: 3 - x, dtypes=(*INTEGRAL, *INEXACT)),
    scalar(P.multiply, "float_times_array", lambda x: 1.5 * x, dtypes=INEXACT),
    scalar(P.divide, "float_over_array", lambda x: 1.5 / x, dtypes=INEXACT),
    scalar(P.divide, "array_over_float", lambda x: x / 1.5, dtypes=INEXACT),
    scalar(P.multiply, "array_times_itself", lambda x: x * x),
]

POWERS = [
    unary(
        *(P.integer_pow, lambda x, n=n: nx.integer_pow(x, n), lambda x, n=n: np.power(x, n)),
        gap=0.5,
        name=f"integer_pow_{n}".replace("-", "minus_"),
        dtypes=dtypes_of(P.integer_pow.takes if n >= 0 else ["floating", "complex"]),
        tolerance=8,  # every product rounds
    )
    for n in range(-2, 6)
]

POLYGAMMA = [
    unary(
        *(P.polygamma, partial(nx.polygamma, n), partial(special.polygamma, n), low, high),
        gap=0.1,
        name=f"polygamma_{n}_{where}",
        tolerance=16,  # a series, and SciPy's own error
    )
    for n in range(4)
    for low, high, where in ((0.3, 1.2, "near_0"), (3, 20, "above_2"), (-0.9, -0.1, "below_0"))
]

NEAR_POLES = Operand(values=[-1 - 1e-7, -1 + 1e-7, -2 + 1e-4, -1e-9, 1e-9])


def polygamma_by_steps(n, x):
    """Step into x > 0 by the recurrence: SciPy itself is inexact beside the poles."""
    steps = sum((x + k) ** -(n + 1.0) for k in range(3))
    return special.polygamma(n, x + 3) - (-1.0) ** n * special.factorial(n) * steps


POLYGAMMA += [
    elementwise(
        *(P.polygamma, partial(nx.polygamma, n), partial(polygamma_by_steps, n), [NEAR_POLES]),
        name=f"polygamma_{n}_near_poles",
        dtypes=("float64",),
        tolerance=16,
        order=0,  # central differences cannot follow
        free=False,
    )
    for n in range(3)
]

CONDITION = Operand(shape=(3, 1), dtype="bool")

WHERE = [
    elementwise(P.where, nx.where, np.where, [CONDITION, Operand(shape=(4,)), Operand(shape=())]),
    elementwise(
        *(P.where, nx.where, np.where),
        [Operand(shape=(4,), dtype="bool"), Operand(shape=(2, 1, 4)), Operand(shape=(3, 1))],
        name="where_broadcast",
    ),
]


def slope(primitive, reference, **options):
    """The composites that multiply a cotangent by a slope."""
    return binary(
        primitive,
        partial(perform, primitive),
        reference,
        tolerance=8,  # the decomposition rounds twice or thrice
        **options,
    )


COMPOSITES = [
    slope(P.multiply_cos, lambda g, x: g * np.cos(x)),
    slope(P.multiply_negative_sin, lambda g, x: -g * np.sin(x)),
    slope(P.multiply_tanh_slope, lambda g, out: g * (1 - out * out), y={"low": -0.7, "high": 0.7}),
    unary(P.relu, nx.relu, lambda x: np.maximum(x, 0), gap=0.3),
    unary(P.logistic, nx.sigmoid, special.expit, -4, 4, tolerance=8),  # rounds thrice
    unary(P.logistic, nx.sigmoid, special.expit, -80, 80, name="logistic_far", tolerance=8),
    binary(P.logaddexp, nx.logaddexp, np.logaddexp, {"low": 0.5}, {"low": 0.5}, tolerance=8),
    binary(
        *(P.logaddexp, nx.logaddexp, np.logaddexp),
        *({"low": 300, "high": 800}, {"low": 300, "high": 800}),
        name="logaddexp_far",
    ),
]

CASES = [
    *UNARY,
    *BINARY,
    *BROADCAST,
    *SCALARS,
    *POWERS,
    *POLYGAMMA,
    *WHERE,
    *COMPOSITES,
]
