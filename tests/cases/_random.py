"""Cases of what is drawn by rejection: the oracle draws one number at a time, in Python.

A gamma number's derivative is that of its quantile, which SciPy moves.
"""

from functools import partial

import numpy as np
import nx
from nx.primitives import P
from nx.testing.rows._random import gamma_numbers, keys, poisson_numbers
from scipy import special

from tests.cases._case import Operand, by_parameters, dtypes_of

__all__ = ["CASES"]


def on_the_quantile(values, alpha, *, log_space):
    """Move gamma numbers along their quantiles, counted from the nearer end."""
    key, base = values
    x = gamma_numbers(key, base, dtype="float64", log_space=False)
    low, high = special.gammainc(base, x), special.gammaincc(base, x)
    moved = np.where(low < high, special.gammaincinv(alpha, low), special.gammainccinv(alpha, high))
    return np.log(moved) if log_space else moved


def gamma_slope(alpha, sample, *, log_space):
    """Differentiate the quantile by central differences of fourth order."""
    x = np.exp(sample) if log_space else sample
    low, high, h = special.gammainc(alpha, x), special.gammaincc(alpha, x), 1e-3 * alpha

    def at(a):
        return np.where(low < high, special.gammaincinv(a, low), special.gammainccinv(a, high))

    near, far = at(alpha + h) - at(alpha - h), at(alpha + 2 * h) - at(alpha - 2 * h)
    slope = (8 * near - far) / (12 * h)
    return slope / x if log_space else slope


# A draw in a narrow dtype is exact but for the last rounding; exp of a large number loses more.
CASES = [
    *(
        by_parameters(
            *(P.random_gamma, f"{name}{'_log' * log_space}_{dtype}"),
            lambda key, alpha, *, dtype=dtype, log_space: gamma_numbers(
                key, alpha, dtype=dtype, log_space=log_space
            ),
            [keys(*lanes), Operand(shape=shape, low=low, high=high)],
            {
                "dtypes": (dtype,),
                "order": int(dtype == "float64"),
                "tolerance": 32,
                "smooth": partial(on_the_quantile, log_space=log_space),
            },
            log_space=log_space,
        )
        for name, lanes, shape, low, high in (
            ("of_small", (2, 3), (2, 3), 0.2, 1.0),
            ("of_large", (3,), (2, 3), 1.0, 9.0),
        )
        for log_space in (False, True)
        for dtype in dtypes_of(["floating"])
    ),
    *(
        by_parameters(
            *(P.random_gamma_grad, f"{name}{'_log' * log_space}", gamma_slope),
            [Operand(low=low, high=high), Operand(low=least, high=most)],
            {"tolerance": 1e7, "dtypes": ("float64",)}  # that of the differences
            if dtypes == ("float64",)
            else {"tolerance": 64, "dtypes": dtypes},
            log_space=log_space,
        )
        for name, low, high, least, most, log_space, dtypes in (
            ("below", 2.0, 6.0, 0.5, 2.0, False, ("float64",)),
            ("above", 0.3, 2.0, 3.0, 6.0, False, ("float64",)),
            ("narrow", 0.5, 4.0, 0.5, 4.0, False, ("float16", "bfloat16", "float32")),
            ("around", 0.5, 4.0, -2.0, 1.5, True, ("float64",)),
        )
    ),
    by_parameters(
        *(P.random_poisson, "of_small", poisson_numbers),
        [keys(2, 1), keys(3), Operand(shape=(2, 3), low=0.1, high=9.0)],
        {"dtypes": ("float32",), "tolerance": 0, "order": 0},
        dtype=nx.int64,
        rank=1,
    ),
]
