"""Names of NumPy's that are spelt otherwise or are elsewhere: asked for, they say so."""

from __future__ import annotations

from typing import Final

__all__ = ["ELSEWHERE"]

ELSEWHERE: Final = {
    "absolute": "abs",
    "amax": "max",
    "amin": "min",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "around": "round",
    "concatenate": "concat",
    "conjugate": "conj",
    "cross": "linalg.cross",
    "cumprod": "cumulative_prod",
    "cumsum": "cumulative_sum",
    "degrees": "rad2deg",
    "diagonal": "linalg.diagonal",
    "dot": "matmul",
    "expit": "sigmoid",
    "extract": "compress",
    "fix": "trunc",
    "gammaln": "lgamma",
    "hanning": "hann",
    "in1d": "isin",
    "inner": "vecdot",
    "invert": "bitwise_invert",
    "left_shift": "bitwise_left_shift",
    "mod": "remainder",
    "ndarray": "Array",
    "norm": "linalg.norm",
    "percentile": "quantile",
    "power": "pow",
    "radians": "deg2rad",
    "ravel": "flatten",
    "right_shift": "bitwise_right_shift",
    "rint": "round",
    "trace": "linalg.trace",
    "transpose": "permute_dims",
    "trapz": "trapezoid",
    "true_divide": "divide",
    "unique": "unique_values",
}
