"""The elementwise functions of one operand that are a primitive each.

A line gives the name, an example with its result, and what the docstring has to add to the
primitive's meaning.  ``prepare`` returns the result where no kernel is needed.
"""

from __future__ import annotations

from nx._array import Array
from nx._documented import unary_function
from nx.effects._perform import perform
from nx.primitives import P

__all__ = [
    "__all__",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "bitwise_invert",
    "ceil",
    "conj",
    "cos",
    "cosh",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "i0e",
    "i1e",
    "imag",
    "isfinite",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "negative",
    "real",
    "round",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "trunc",
]


def _whole(x: Array) -> Array | None:
    """Return integers as they are: rounding changes nothing."""
    return x if x._type.dtype.kind in ("signed", "unsigned") else None


def _rounded(x: Array) -> Array | None:
    """Round complex numbers part by part."""
    if x._type.dtype.kind != "complex":
        return _whole(x)
    return perform(P.complex, round(real(x)), round(imag(x)))


def _unsigned(x: Array) -> Array | None:
    return x if x._type.dtype.kind == "unsigned" else None


def _real_itself(x: Array) -> Array | None:
    return x if x._type.dtype.kind in ("signed", "unsigned", "floating") else None


def _real_has_no_imaginary_part(x: Array) -> Array | None:
    """Return zeros for real x, whatever its elements: 0 times -1, infinity or NaN is not 0."""
    if _real_itself(x) is None:
        return None
    type_ = x._type
    return perform(P.full, shape=type_.shape, value=0, dtype=type_.dtype, device=type_.device)


def _always_finite(x: Array) -> Array | None:
    return perform(P.equal, x, x) if x._type.dtype.kind in ("bool", "signed", "unsigned") else None


negative = unary_function("negative", "nx.asarray([1.0, -2.0])", "Array([-1.,  2.], dtype=float32)")
abs = unary_function(
    "abs",
    "nx.asarray([-1.5, 2.0])",
    "Array([1.5, 2. ], dtype=float32)",
    primitive="absolute",
    prepare=_unsigned,
    notes="The derivative at 0 is 1, and 0 for complex x. The least signed integer is its own.",
)
sign = unary_function(
    "sign",
    "nx.asarray([-2.5, 0.0, 3.0])",
    "Array([-1.,  0.,  1.], dtype=float32)",
    notes="The derivative is 0, at 0 too.",
)
floor = unary_function(
    "floor",
    "nx.asarray([-1.5, 2.5])",
    "Array([-2.,  2.], dtype=float32)",
    prepare=_whole,
    notes="Integers are returned as they are. The derivative is 0.",
)
ceil = unary_function(
    "ceil",
    "nx.asarray([-1.5, 2.5])",
    "Array([-1.,  3.], dtype=float32)",
    prepare=_whole,
    notes="Integers are returned as they are. The derivative is 0.",
)
trunc = unary_function(
    "trunc",
    "nx.asarray([-1.5, 2.5])",
    "Array([-1.,  2.], dtype=float32)",
    prepare=_whole,
    notes="Integers are returned as they are. The derivative is 0.",
)
round = unary_function(
    "round",
    "nx.asarray([0.5, 1.5, -2.6])",
    "Array([ 0.,  2., -3.], dtype=float32)",
    prepare=_rounded,
    notes=(
        "Integers are returned as they are, complex numbers rounded part by part. The "
        "derivative is 0."
    ),
)
sqrt = unary_function(
    "sqrt",
    "nx.asarray([4.0, 2.25, 0.0])",
    "Array([2. , 1.5, 0. ], dtype=float32)",
    notes=(
        "The branch cut of complex x is the negative real axis. The derivative at 0 is infinite."
    ),
)
exp = unary_function(
    "exp",
    "nx.asarray([0.0, -nx.inf])",
    "Array([1., 0.], dtype=float32)",
    notes="Infinite where it overflows: in float32 above 88.7.",
)
exp2 = unary_function("exp2", "nx.asarray([3.0, -1.0])", "Array([8. , 0.5], dtype=float32)")
expm1 = unary_function(
    "expm1", "nx.asarray([0.0, 1e-10])", "Array([0.e+00, 1.e-10], dtype=float32)"
)
log = unary_function(
    "log",
    "nx.asarray([1.0, 0.0])",
    "Array([  0., -inf], dtype=float32)",
    notes=(
        "-inf at 0, where the derivative is infinite. The branch cut of complex x is the "
        "negative real axis."
    ),
)
log2 = unary_function(
    "log2",
    "nx.asarray([8.0, 0.5])",
    "Array([ 3., -1.], dtype=float32)",
    notes="-inf at 0, where the derivative is infinite.",
)
log10 = unary_function(
    "log10",
    "nx.asarray([10.0, 1.0])",
    "Array([1., 0.], dtype=float32)",
    notes="-inf at 0, where the derivative is infinite.",
)
log1p = unary_function(
    "log1p",
    "nx.asarray([0.0, 1e-10])",
    "Array([0.e+00, 1.e-10], dtype=float32)",
    notes="-inf at -1, where the derivative is infinite; NaN below for real x.",
)
sin = unary_function("sin", "nx.asarray([0.0, nx.pi / 2])", "Array([0., 1.], dtype=float32)")
cos = unary_function("cos", "nx.asarray([0.0, nx.pi])", "Array([ 1., -1.], dtype=float32)")
tan = unary_function("tan", "nx.asarray([0.0])", "Array([0.], dtype=float32)")
asin = unary_function(
    "asin",
    "nx.asarray([0.0, 1.0])",
    "Array([0.       , 1.5707964], dtype=float32)",
    notes=(
        "From -pi / 2 to pi / 2; NaN outside [-1, 1] for real x. The derivative at both ends "
        "is infinite."
    ),
)
acos = unary_function(
    "acos",
    "nx.asarray([1.0, 0.0])",
    "Array([0.       , 1.5707964], dtype=float32)",
    notes=(
        "From 0 to pi; NaN outside [-1, 1] for real x. The derivative at both ends is infinite."
    ),
)
atan = unary_function(
    "atan",
    "nx.asarray([0.0, 1.0])",
    "Array([0.       , 0.7853982], dtype=float32)",
    notes="From -pi / 2 to pi / 2.",
)
sinh = unary_function("sinh", "nx.asarray([0.0])", "Array([0.], dtype=float32)")
cosh = unary_function("cosh", "nx.asarray([0.0])", "Array([1.], dtype=float32)")
tanh = unary_function("tanh", "nx.asarray([0.0, 100.0])", "Array([0., 1.], dtype=float32)")
asinh = unary_function("asinh", "nx.asarray([0.0])", "Array([0.], dtype=float32)")
acosh = unary_function(
    "acosh",
    "nx.asarray([1.0])",
    "Array([0.], dtype=float32)",
    notes="NaN below 1 for real x. The derivative at 1 is infinite.",
)
atanh = unary_function(
    "atanh",
    "nx.asarray([0.0, 1.0])",
    "Array([ 0., inf], dtype=float32)",
    notes="Infinite at -1 and 1, where the derivative is infinite too; NaN outside for real x.",
)
erf = unary_function("erf", "nx.asarray([0.0, 10.0])", "Array([0., 1.], dtype=float32)")
erfc = unary_function("erfc", "nx.asarray([0.0, -10.0])", "Array([1., 2.], dtype=float32)")
erfinv = unary_function("erfinv", "nx.asarray([0.0, 1.0])", "Array([ 0., inf], dtype=float32)")
lgamma = unary_function(
    "lgamma",
    "nx.asarray([1.0, 0.0])",
    "Array([ 0., inf], dtype=float32)",
    notes="The derivative is `digamma`.",
)
i0e = unary_function(
    "i0e", "nx.asarray([0.0])", "Array([1.], dtype=float32)", primitive="bessel_i0e"
)
i1e = unary_function(
    "i1e", "nx.asarray([0.0])", "Array([0.], dtype=float32)", primitive="bessel_i1e"
)
isfinite = unary_function(
    "isfinite",
    "nx.asarray([1.0, nx.inf, nx.nan])",
    "Array([ True, False, False], dtype=bool)",
    prepare=_always_finite,
)
bitwise_invert = unary_function(
    "bitwise_invert", "nx.asarray([0, 5])", "Array([-1, -6], dtype=int64)"
)
real = unary_function(
    "real",
    "nx.asarray([1 + 2j, 3j])",
    "Array([1., 0.], dtype=float32)",
    prepare=_real_itself,
    notes="Real x is returned as it is.",
)
imag = unary_function(
    "imag",
    "nx.asarray([1 + 2j, 3j])",
    "Array([2., 3.], dtype=float32)",
    prepare=_real_has_no_imaginary_part,
    notes="Zeros for real x.",
)
conj = unary_function(
    "conj",
    "nx.asarray([1 + 2j, 3j])",
    "Array([1.-2.j, 0.-3.j], dtype=complex64)",
    prepare=_real_itself,
    notes="Real x is returned as it is.",
)
