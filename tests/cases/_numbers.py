"""Cases of composed elementwise functions: special ones, angles, remainders, comparisons."""

from dataclasses import replace

import numpy as np
import nx
from nx.primitives import P
from scipy import special

from tests.cases._case import Operand, dtypes_of
from tests.cases._composed import FLOATING, INEXACT, REAL, composed

__all__ = ["CASES"]

PAIR = (Operand(shape=(3, 1), gap=0.4), Operand(shape=(4,), gap=0.4))
POSITIVE_PAIR = (Operand(shape=(3, 1), low=0.4, high=3), Operand(shape=(4,), low=0.4, high=3))
PROBABILITIES = Operand(shape=(3, 4), low=0.03, high=0.97)
ZERO_FIRST = Operand(values=[0.0, 0.0, 1.5, -2.0])
PRECISE = ("float32", "float64")
PARTS = [np.nan, np.inf, -np.inf, 1.5, -0.0]


def one(name, function, reference, low, high, gap=0.0, **options):
    operand = Operand(shape=(3, 4), low=low, high=high, gap=gap)
    options = {"dtypes": FLOATING, "tolerance": 16, **options}  # every step rounds
    return composed(name, function, reference, operand, **options)


SPECIAL = [
    composed(
        "logit", nx.logit, special.logit, PROBABILITIES, dtypes=FLOATING, tolerance=16, step=1e-6
    ),
    composed(
        "logit_at_edges",
        nx.logit,
        special.logit,
        Operand(values=[0.0, 0.5, 1.0]),
        dtypes=FLOATING,
        order=0,
        tolerance=0,
    ),
    replace(
        composed("xlogy", nx.xlogy, special.xlogy, *POSITIVE_PAIR, dtypes=FLOATING, tolerance=16),
        covers=(P.xlogy,),
    ),
    composed(
        *("xlogy_of_0", nx.xlogy, special.xlogy, ZERO_FIRST, Operand(values=[0.0, -1.0, 2.0, 3.0])),
        dtypes=FLOATING,
        order=0,
    ),
    replace(
        composed(
            "xlog1py", nx.xlog1py, special.xlog1py, *POSITIVE_PAIR, dtypes=FLOATING, tolerance=16
        ),
        covers=(P.xlog1py,),
    ),
    composed(
        *("xlog1py_of_0", nx.xlog1py, special.xlog1py, ZERO_FIRST),
        Operand(values=[-1.0, -3.0, 2.0, 3.0]),
        dtypes=FLOATING,
        order=0,
    ),
    one("sinc", nx.sinc, np.sinc, -2.5, 2.5, dtypes=(*FLOATING, "complex64", "complex128")),
    composed("sinc_at_0", nx.sinc, np.sinc, Operand(values=[0.0, 1e-3, -0.2]), dtypes=FLOATING),
    composed("betaln", nx.betaln, special.betaln, *POSITIVE_PAIR, dtypes=PRECISE, tolerance=16),
    one("ndtr", nx.ndtr, special.ndtr, -4, 4, dtypes=PRECISE),
    one("log_ndtr", nx.log_ndtr, special.log_ndtr, -7, 4, gap=0.1, dtypes=PRECISE),
    one("log_ndtr_far", nx.log_ndtr, special.log_ndtr, -300, -22, dtypes=PRECISE, precision=1e-5),
    one("entr", nx.entr, special.entr, 0.1, 3, dtypes=PRECISE),
    composed(
        *("rel_entr", nx.rel_entr, special.rel_entr, *POSITIVE_PAIR), dtypes=PRECISE, tolerance=16
    ),
    composed(*("kl_div", nx.kl_div, special.kl_div, *POSITIVE_PAIR), dtypes=PRECISE, tolerance=32),
    composed(
        *("rel_entr_at_ends", nx.rel_entr, special.rel_entr),
        Operand(values=[0.0, 0.0, 1.0, -1.0, np.nan, 1.0]),
        Operand(values=[0.0, 1.0, 0.0, 1.0, 1.0, -1.0]),
        dtypes=PRECISE,
        order=0,
    ),
    composed(
        *("entr_at_ends", nx.entr, special.entr, Operand(values=[0.0, -1.0, np.nan])),
        dtypes=PRECISE,
        order=0,
    ),
    one("log1mexp", nx.log1mexp, lambda x: np.log1p(-np.exp(-x)), 0.1, 5, dtypes=PRECISE),
    *(
        one(
            f"multigammaln_{d}",
            lambda x, d=d: nx.multigammaln(x, d),
            lambda x, d=d: np.vectorize(lambda a: special.multigammaln(a, d))(x),
            2.2,
            5,
            dtypes=PRECISE,
        )
        for d in (1, 4)
    ),
    one("i0", nx.i0, special.i0, -3, 3, gap=0.2, dtypes=PRECISE),
    one("i1", nx.i1, special.i1, -3, 3, gap=0.2, dtypes=PRECISE),
]

NUMBERS = [
    one("cbrt", nx.cbrt, np.cbrt, -30, 30, gap=0.3, tolerance=4),
    composed(
        *("cbrt_at_edges", nx.cbrt, np.cbrt, Operand(values=[0.0, -0.0, np.inf, -np.inf, np.nan])),
        dtypes=FLOATING,
        order=0,
        tolerance=0,
    ),
    *(
        composed(name, getattr(nx, name), getattr(np, name), *PAIR, dtypes=REAL, tolerance=0)
        for name in ("fmax", "fmin")
    ),
    *(
        composed(
            *(f"{name}_of_nan", getattr(nx, name), getattr(np, name)),
            Operand(values=[np.nan, 1.0, np.nan, 2.0]),
            Operand(values=[1.0, np.nan, np.nan, 3.0]),
            dtypes=FLOATING,
            order=0,
            tolerance=0,
        )
        for name in ("fmax", "fmin")
    ),
    *(
        composed(
            *(name, getattr(nx, name), getattr(np, name), Operand(values=PARTS)),
            dtypes=FLOATING,
            order=0,
        )
        for name in ("isposinf", "isneginf")
    ),
    composed("imag_of_anything", nx.imag, np.imag, Operand(values=PARTS), dtypes=INEXACT, order=0),
    one("angle", nx.angle, np.angle, -2, 2, gap=0.4, dtypes=INEXACT, tolerance=4),
    one("deg2rad", nx.deg2rad, np.deg2rad, -180, 180, dtypes=(*REAL,)),
    one("rad2deg", nx.rad2deg, np.rad2deg, -3, 3, dtypes=(*REAL,)),
    composed(
        *("fmod", nx.fmod, np.fmod, Operand(values=[5.3, -5.3, 5.3, -5.3, 0.5])),
        Operand(values=[2.0, 2.0, -2.0, -2.0, 3.0]),
        dtypes=REAL,
        precision=1e-5,
    ),
    composed("heaviside", nx.heaviside, np.heaviside, *PAIR, dtypes=FLOATING),
    composed(
        *("heaviside_of_0", nx.heaviside, np.heaviside),
        *(Operand(values=[0.0, np.nan, -0.0, 2.0]), Operand(values=[0.5, 1.0, 2.0, 3.0])),
        dtypes=FLOATING,
        order=0,
    ),
    composed(
        *("nan_to_num", lambda x: nx.nan_to_num(x, nan=7.0, posinf=8.0, neginf=-9.0)),
        lambda x: np.nan_to_num(x, nan=7.0, posinf=8.0, neginf=-9.0),
        Operand(values=PARTS),
        dtypes=FLOATING,
        order=0,
    ),
    composed("round_of_anything", nx.round, np.round, Operand(low=-5, high=5), order=0),
]


def close(**options):
    return (
        lambda x, y: nx.isclose(x, y, **options),
        lambda x, y: np.isclose(x, y, **options),
        Operand(values=[1.0, 1.0, 0.0, np.nan, np.inf, np.inf, -np.inf, np.inf]),
        Operand(values=[1.0, 1.125, 1.0, np.nan, np.inf, -np.inf, 2.0, np.nan]),
    )


COMPARISONS = [
    composed("isclose", *close(), dtypes=INEXACT, order=0),
    composed("isclose_roughly", *close(rtol=0.2, equal_nan=True), dtypes=FLOATING, order=0),
    composed(
        *("isclose_of_integers", nx.isclose, np.isclose),
        *(Operand(values=[1, 100, 3, 7]), Operand(values=[1, 100, 4, 1])),
        dtypes=dtypes_of(["bool", "signed", "unsigned"]),
        order=0,
    ),
    composed(
        *("allclose", lambda x, y: nx.allclose(x, y, atol=0.5), lambda x, y: np.True_),
        *(Operand(values=[1.0, 2.0]), Operand(values=[1.25, 2.0])),
        dtypes=FLOATING,
        order=0,
    ),
    composed(
        *("array_equal", nx.array_equal, np.array_equal),
        *(Operand(values=[1.0, 2.0]), Operand(values=[1.0, 2.0])),
        dtypes=dtypes_of(P.equal.takes),
        order=0,
    ),
]

CASES = [*SPECIAL, *NUMBERS, *COMPARISONS]
