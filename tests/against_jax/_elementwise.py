"""Rows of one, two and three operands, element by element."""

import numpy as np

from tests.against_jax._table import COMPLEX, EXACT, FULL, INTEGERS, A, flat, names, of, row

# One operand: each name with the interval it is tried on --------------------------------------

ANY, ABOVE, UNIT = (-2.0, 2.0), (0.1, 3.0), (-0.9, 0.9)
UNARY = {
    **dict.fromkeys(
        names(
            "abs asinh atan celu cos cosh deg2rad elu exp exp2 expm1 gelu hard_sigmoid "
            "hard_swish hard_tanh i0 leaky_relu log_sigmoid mish nan_to_num negative positive "
            "rad2deg reciprocal relu relu6 selu sigmoid silu sin sinc sinh soft_sign "
            "softplus square swish tan tanh conj real copy"
        ),
        ANY,
    ),
    **dict.fromkeys(names("log log10 log1p log2 sqrt"), ABOVE),
    **dict.fromkeys(names("acos asin atanh"), UNIT),
    "acosh": (1.2, 3.0),
}
SPECIAL = {
    "digamma": ABOVE,
    **dict.fromkeys(names("erf erfc i0e i1 i1e"), ANY),
    "erfinv": UNIT,
    "logit": (0.1, 0.9),
}
SHAPES = [(2, 3), (), (0, 3), (1,)]
for name, (low, high) in {**UNARY, **SPECIAL}.items():
    equal = f"scipy.special.{name}" if name in SPECIAL else None
    for shape in SHAPES:
        row(name, of(*shape, low=low, high=high), equal=equal)
for name in names("ceil floor round sign trunc angle imag"):
    for shape in SHAPES:
        row(name, of(*shape))
for shape in SHAPES:
    row("cbrt", of(*shape, low=0.2, high=9))
    for name in names("ndtr log_ndtr"):
        row(name, of(*shape), equal=f"scipy.special.{name}", dtypes=FULL)
    row("entr", of(*shape, low=0.1, high=3), equal="scipy.special.entr", dtypes=FULL)
    row("log1mexp", of(*shape, low=0.1, high=3), equal="nn.log1mexp", dtypes=FULL)
for name in names("rel_entr kl_div"):
    pair = of(2, 3, low=0.1, high=3), of(3, low=0.1, high=3)
    row(name, *pair, equal=f"scipy.special.{name}", dtypes=FULL)
row("multigammaln", of(2, 3, low=2, high=4), 3, equal="scipy.special.multigammaln", dtypes=FULL)
for name in names("fmax fmin"):
    row(name, of(2, 3), of(3))
    row(name, A(values=[1.0, np.nan, np.nan]), A(values=[np.nan, 2.0, np.nan]), grad=False)
for name in names("isposinf isneginf"):
    flat(name, A(values=[1.0, np.nan, np.inf, -np.inf]))
row("lgamma", of(2, 3, low=0.1, high=4), equal="scipy.special.gammaln")
row("neg", of(2, 3), equal="lax.neg")
row("gelu", of(2, 3), approximate=False)
for name in ("celu", "elu"):
    row(name, of(2, 3), 0.7)
row("leaky_relu", of(2, 3), 0.3)
row("nan_to_num", A(values=[1.0, np.nan, np.inf, -np.inf]))
for order in (0, 1, 2):
    row("polygamma", order, of(2, 3, low=0.3, high=4), equal="scipy.special.polygamma", dtypes=FULL)
for exponent in (-3, -1, 0, 1, 2, 3, 4):
    row("integer_pow", A(values=[-2.0, -0.5, 1.5, 3.0]), exponent, equal="lax.integer_pow")
    row("pow", A(values=[-2.0, -0.5, 1.5, 3.0]), exponent)
for name in names("abs negative positive sign square conj real imag"):
    flat(name, of(2, 3, low=-9, high=9), dtypes=INTEGERS)
for name in names("ceil floor round trunc"):
    flat(name, of(2, 3, low=-9, high=9), dtypes=EXACT)
flat("bitwise_invert", of(2, 3, low=-9, high=9), dtypes=(*INTEGERS, "bool"))
for name in names("isfinite isinf isnan signbit logical_not"):
    flat(name, A(values=[1.0, -0.0, 0.0, np.inf, -np.inf, np.nan]))
    flat(name, of(0, 2))
for name in names("isfinite isinf isnan logical_not"):
    flat(name, of(2, 3), dtypes=INTEGERS)
for name in names(
    "abs angle conj cos cosh exp expm1 imag negative positive real reciprocal sin sinh sqrt log "
    "square tanh tan log1p asin acos atan asinh acosh atanh log10 log2 exp2 sign copy sinc"
):
    row(name, of(2, 3), dtypes=COMPLEX)
    row(name, of(0, 3), dtypes=COMPLEX)

# Two operands ---------------------------------------------------------------------------------

PAIRS = [((2, 3), (3,)), ((), (2,)), ((2, 1), (1, 3)), ((0, 3), (1, 3))]
BINARY = {
    **dict.fromkeys(names("add subtract multiply maximum minimum copysign logaddexp"), ANY),
    **dict.fromkeys(names("divide atan2 hypot pow"), ABOVE),
}
ORDERS = names("equal not_equal less less_equal greater greater_equal")
LOGICAL = names("logical_and logical_or logical_xor")
BITWISE = names("bitwise_and bitwise_or bitwise_xor")
for first, second in PAIRS:
    for name, (low, high) in BINARY.items():
        row(name, of(*first, low=low, high=high), of(*second, low=low, high=high))
    for name in ("remainder", "fmod"):  # at multiples narrow dtypes step differently
        row(name, of(*first, low=0.1, high=3), of(*second, low=0.1, high=3), dtypes=FULL)
    for name in names("xlogy xlog1py"):
        pair = of(*first, low=0.2, high=3), of(*second, low=0.2, high=3)
        row(name, *pair, equal=f"scipy.special.{name}", dtypes=FULL)
    for name in [*ORDERS, *LOGICAL, "floor_divide", "heaviside", "nextafter"]:
        flat(name, of(*first, low=-3, high=3), of(*second, low=1, high=3))
for first, second in PAIRS[::3]:  # it takes seconds to compile
    pair = of(*first, low=0.2, high=3), of(*second, low=0.2, high=3)
    row("betaln", *pair, equal="scipy.special.betaln", dtypes=FULL)
SIGNED = A(values=[7, -7, 7, -7, 0]), A(values=[3, 3, -3, -3, 2])
for name in names("remainder fmod"):
    row(name, *SIGNED)
for name in names("remainder fmod floor_divide"):
    flat(name, *SIGNED, dtypes=("int8", "int16", *EXACT))
    flat(name, of(5, high=99), of(5, low=1, high=9), dtypes=INTEGERS)
flat("floor_divide", *SIGNED)
for name in [*BITWISE, *ORDERS, *LOGICAL, *names("add subtract multiply maximum minimum")]:
    flat(name, of(2, 3, low=-9, high=9), of(3, low=-9, high=9), dtypes=INTEGERS)
for name in [*BITWISE, *LOGICAL]:
    flat(name, of(2, 3), of(3), dtypes=("bool",))
for name in ("bitwise_left_shift", "bitwise_right_shift"):
    flat(name, of(2, 3, low=-99, high=99), of(3, low=0, high=5), dtypes=INTEGERS)
flat("pow", of(2, 3, low=-5, high=5), of(3, low=0, high=4), dtypes=INTEGERS)
for name in names("add subtract multiply divide pow"):
    row(name, of(2, 3), of(3, low=1, high=2), dtypes=COMPLEX)
for name in ("equal", "not_equal"):
    flat(name, A(values=[1 + 2j, 1j]), A(values=[1 + 2j, 2j]), dtypes=COMPLEX)
for name, path in {"div": "lax.div", "mul": "lax.mul", "sub": "lax.sub"}.items():
    row(name, of(2, 3, low=1), of(2, 3, low=1), equal=path)
row("complex", of(2, 3), of(2, 3), equal="lax.complex", dtypes=FULL)
row("clip", of(2, 3), -0.5, 0.7)
row("clip", of(2, 3), of(3, low=-1, high=0), of(2, 1, low=0, high=1))
row("where", A((2, 3), dtype="bool"), of(2, 3), of(3))
row("where", A((0, 3), dtype="bool"), of(1, 3), of(3))
for name in names("isclose allclose array_equal"):
    flat(name, of(2, 3), of(2, 3))
    flat(name, A(values=[1.0, 2.0]), A(values=[1.0, 2.0]))
