"""Cases of statistics, histograms, differences, interpolation and polynomials."""

import warnings

import numpy as np
import nx

from tests.cases._case import Operand, dtypes_of
from tests.cases._composed import FLOATING, INEXACT, NUMERIC, REAL, composed

__all__ = ["CASES"]

CUBE = Operand(shape=(2, 3, 4))
MATRIX = Operand(shape=(3, 5))
PRECISE = ("float32", "float64")
COMPLEX = ("complex64", "complex128")
ROUNDED = {"dtypes": FLOATING, "tolerance": 16}  # every step rounds
HOLES = Operand(values=[[1.5, np.nan, -2.0], [0.5, 3.0, np.nan], [-1.0, 0.25, 2.0]])


def mean_of_numbers(x):
    there = ~np.isnan(x)
    with np.errstate(invalid="ignore"):
        return np.where(there, x, 0).sum(0) / there.sum(0)


WEIGHTS = Operand(shape=(3, 5), low=0.5, high=2)


def numpys(name, x, axis, **options):
    """Call NumPy's function, quietly; where nothing is left a place is -1, as in JAX."""
    if "arg" in name:
        empty = np.isnan(x).all(axis)
        filled = np.where(np.isnan(x).all(axis, keepdims=True), 0, x)
        return np.where(empty, -1, getattr(np, name)(filled, axis))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return getattr(np, name)(x, axis, **options)


def without_nan(name, axis, **options):
    """Compare one of the functions that leave NaN out with NumPy's of the same name."""
    theirs = {"ddof": options["correction"]} if options else {}
    return composed(
        f"{name}_along_{axis}",
        lambda x: getattr(nx, name)(x, axis=axis, **options),
        lambda x: numpys(name, x, axis, **theirs),
        HOLES,
        **ROUNDED,
        order=0,
    )


WITHOUT_NAN = [
    *(without_nan(name, axis) for name in ("nanprod", "nanmedian") for axis in (0, 1, None)),
    *(without_nan(name, 1, correction=1) for name in ("nanvar", "nanstd")),
    *(without_nan(name, 0) for name in ("nanvar", "nanargmax", "nanargmin", "nancumsum")),
    *(without_nan(name, 1) for name in ("nanargmax", "nanargmin", "nancumprod")),
    *(
        composed(
            f"nanquantile_{method}",
            lambda x, m=method: nx.nanquantile(x, [0.3, 0.8], axis=1, method=m, keepdims=True),
            lambda x, m=method: np.nanquantile(
                x, np.float32([0.3, 0.8]), 1, method=m, keepdims=True
            ),
            HOLES,
            dtypes=("float32", "float64"),
            tolerance=16,
            order=0,
        )
        for method in ("linear", "lower", "higher", "midpoint", "nearest")
    ),
    *(
        composed(
            f"{name}_of_numbers",
            lambda x, name=name: getattr(nx, name)(x, axis=1),
            lambda x, name=name: getattr(np, name)(x, axis=1),
            CUBE,
            **ROUNDED,
        )
        for name in ("nanprod", "nanvar", "nanstd", "nanmedian", "nancumsum", "nancumprod")
    ),
]


QUANTILES = [
    *(
        composed(
            f"quantile_{method}",
            lambda x, method=method: nx.quantile(x, 0.4, axis=1, method=method),
            lambda x, method=method: np.quantile(x, 0.4, axis=1, method=method),
            CUBE,
            **ROUNDED,
        )
        for method in ("linear", "lower", "higher", "midpoint", "nearest")
    ),
    composed(
        *("quantile_of_several", lambda x, q: nx.quantile(x, q, axis=(0, 2), keepdims=True)),
        lambda x, q: np.quantile(x, q, axis=(0, 2), keepdims=True),
        *(CUBE, Operand(values=[[0.1, 0.5], [0.73, 0.92]])),
        dtypes=("float64",),
        tolerance=16,
    ),
    composed(
        *("quantile_of_list", lambda x: nx.quantile(x, [0.25, 0.7], axis=1)),
        lambda x: np.quantile(x, np.float32([0.25, 0.7]), axis=1),
        CUBE,
        **ROUNDED,
    ),
    composed(
        *("quantile_at_ends", lambda x: nx.quantile(x, nx.asarray([0.0, 1.0]))),
        lambda x: np.stack([x.min(), x.max()]),
        CUBE,
        dtypes=REAL,
        tolerance=0,
    ),
    composed(
        *("quantile_of_infinities", lambda x: nx.quantile(x, 0.5, axis=1)),
        lambda x: np.median(x, axis=1),
        Operand(
            values=[
                [1, 2, np.inf],
                [1, np.inf, np.inf],
                [-np.inf, -np.inf, 2],
                [np.nan, 1, 2],
            ]
        ),
        dtypes=FLOATING,
        tolerance=0,
        order=0,
    ),
    composed("median", nx.median, np.median, CUBE, dtypes=REAL),
    composed(
        *("median_along_0", lambda x: nx.median(x, axis=0, keepdims=True)),
        lambda x: np.median(x, axis=0, keepdims=True),
        MATRIX,
        **ROUNDED,
    ),
]

AVERAGES = [
    composed(
        *("average", lambda x, w: nx.average(x, axis=1, weights=w)),
        lambda x, w: np.average(x, axis=1, weights=w),
        *(MATRIX, WEIGHTS),
        **ROUNDED,
    ),
    composed(
        *("average_by_row", lambda x, w: nx.average(x, axis=0, weights=w, keepdims=True)),
        lambda x, w: np.average(x, axis=0, weights=w, keepdims=True),
        *(MATRIX, Operand(shape=(3,), low=0.5)),
        **ROUNDED,
    ),
    composed(
        "ptp", lambda x: nx.ptp(x, axis=1), lambda x: np.ptp(x, axis=1), CUBE, dtypes=FLOATING
    ),
    composed(
        "nansum",
        lambda x: nx.nansum(x, axis=1),
        lambda x: np.nansum(x, 1),
        HOLES,
        **ROUNDED,
        order=0,
    ),
    composed(
        "nanmean",
        lambda x: nx.nanmean(x, axis=0),
        mean_of_numbers,
        HOLES,
        **ROUNDED,
        order=0,
    ),
    composed(
        "nanmax",
        lambda x: nx.nanmax(x, axis=1),
        lambda x: np.nanmax(x, 1),
        HOLES,
        **ROUNDED,
        order=0,
    ),
    composed(
        "nanmin",
        lambda x: nx.nanmin(x, axis=1),
        lambda x: np.nanmin(x, 1),
        HOLES,
        **ROUNDED,
        order=0,
    ),
]


def weighted_cov(x, w):
    x = x - np.average(x, axis=1, weights=w)[:, None]
    return (x * w) @ x.T / (w.sum() - 1)


COVARIANCES = [
    composed("cov", nx.cov, np.cov, MATRIX, dtypes=(*PRECISE, *COMPLEX), tolerance=64),
    composed(
        "cov_of_two", nx.cov, np.cov, MATRIX, Operand(shape=(5,)), dtypes=PRECISE, tolerance=64
    ),
    composed(
        *("cov_of_columns", lambda x: nx.cov(x, rowvar=False, correction=0)),
        lambda x: np.cov(x, rowvar=False, bias=True),
        MATRIX,
        dtypes=PRECISE,
        tolerance=64,
    ),
    composed(
        *("cov_weighted", lambda x, w: nx.cov(x, weights=w), weighted_cov),
        *(MATRIX, Operand(shape=(5,), low=0.5)),
        dtypes=PRECISE,
        tolerance=64,
    ),
    composed("cov_of_one", nx.cov, np.cov, Operand(shape=(6,)), dtypes=PRECISE, tolerance=64),
    composed("corrcoef", nx.corrcoef, np.corrcoef, MATRIX, dtypes=PRECISE, tolerance=64, order=0),
    composed(
        "corrcoef_slopes",
        lambda x: nx.corrcoef(x)[0, 1:],
        lambda x: np.corrcoef(x)[0, 1:],
        MATRIX,
        dtypes=("float64",),
        tolerance=64,
    ),
]


HISTOGRAMS = [
    composed(
        *("histogram", lambda x: nx.histogram(x, bins=4, range=(-2, 2))[0]),
        lambda x: np.histogram(x, 4, (-2, 2))[0],
        MATRIX,
        dtypes=REAL,
        order=0,
    ),
    composed(
        *("histogram_edges", lambda x: nx.histogram(x, bins=3)[1], lambda x: np.histogram(x, 3)[1]),
        MATRIX,
        dtypes=PRECISE,
    ),
    composed(
        *("histogram_of_equals", lambda x: nx.histogram(x, bins=3)),
        lambda x: tuple(np.histogram(x, 3)),
        Operand(values=[2.0, 2.0]),
        dtypes=PRECISE,
        order=0,
    ),
    composed(
        *("histogram_weighted", lambda x, e, w: nx.histogram(x, bins=e, weights=w)[0]),
        lambda x, e, w: np.histogram(x, e, weights=w)[0],
        *(MATRIX, Operand(values=[-1.5, -0.25, 1.0, 1.75], dtype="float32"), WEIGHTS),
        dtypes=PRECISE,
    ),
    composed(
        *("histogram_density", lambda x: nx.histogram(x, bins=4, range=(-2, 2), density=True)[0]),
        lambda x: np.histogram(x, 4, (-2, 2), density=True)[0],
        Operand(values=[-1.5, -0.25, 1.0, 1.75, 2.0, -2.0, np.nan]),
        dtypes=PRECISE,
        order=0,
    ),
    composed(
        *("bincount", nx.bincount, lambda x: np.bincount(x.astype(int))),
        Operand(shape=(9,), low=0, high=6),
        dtypes=dtypes_of(["signed", "unsigned"]),
    ),
    composed(
        *("bincount_of_4", lambda i, w: nx.bincount(i, weights=w, length=4)),
        lambda i, w: np.bincount(i.astype(int), w, 7)[:4],
        *(Operand(shape=(9,), low=0, high=6, dtype="int32"), Operand(shape=(9,))),
        dtypes=PRECISE,
    ),
]

POINTS = Operand(values=[-1.5, -0.5, 0.75, 1.25])
BETWEEN = Operand(values=[[-1.75, -0.625, 0.1], [1.0, 1.125, 2.5]])


def close(x, y):
    return np.interp(x, [0.25, 1.0, 2.75], y, period=3.0)


CURVES = [
    composed("diff", nx.diff, np.diff, CUBE),
    composed(
        *("diff_twice", lambda x, y: nx.diff(x, n=2, axis=1, prepend=1, append=y)),
        lambda x, y: np.diff(x, n=2, axis=1, prepend=np.ones_like(x[:, :1]), append=y),
        *(CUBE, Operand(shape=(2, 1, 4))),
        tolerance=8,
    ),
    composed("trapezoid", nx.trapezoid, np.trapezoid, CUBE, dtypes=INEXACT, tolerance=16),
    composed(
        *("trapezoid_of_points", lambda y, x: nx.trapezoid(y, x, axis=1)),
        lambda y, x: np.trapezoid(y, x, axis=1),
        *(CUBE, Operand(shape=(3,))),
        **ROUNDED,
    ),
    composed(
        *("interp", nx.interp, np.interp, BETWEEN, POINTS, Operand(shape=(4,))),
        dtypes=PRECISE,
        tolerance=16,
    ),
    composed(
        *("interp_with_ends", lambda x, xp, fp: nx.interp(x, xp, fp, left=9, right=-9)),
        lambda x, xp, fp: np.interp(x, xp, fp, left=9, right=-9),
        *(BETWEEN, POINTS, Operand(shape=(4,))),
        **ROUNDED,
    ),
    composed(
        *("interp_periodic", lambda x, y: nx.interp(x, [0.25, 1.0, 2.75], y, period=3.0), close),
        *(Operand(values=[[-1.75, -0.625, 0.1], [0.9, 1.125, 2.5]]), Operand(shape=(3,))),
        dtypes=PRECISE,
        tolerance=64,
    ),
    composed(
        *("interp_of_one", nx.interp, np.interp),
        *(Operand(values=[0.0, 1.0, 2.0]), Operand(values=[1.0]), Operand(values=[5.0])),
        dtypes=FLOATING,
        order=0,
    ),
    composed("polyval", nx.polyval, np.polyval, Operand(shape=(4,)), MATRIX, tolerance=16),
    composed("polyval_of_one", nx.polyval, np.polyval, Operand(shape=(1,)), MATRIX),
    composed("polyadd", nx.polyadd, np.polyadd, Operand(shape=(2,)), Operand(shape=(4,))),
    composed("polysub", nx.polysub, np.polysub, Operand(shape=(4,)), Operand(shape=(2,), gap=1)),
    composed(
        *("polymul", nx.polymul, np.polymul, Operand(shape=(3,), gap=1)),
        Operand(shape=(2,), gap=1),
        dtypes=INEXACT,
        tolerance=16,
    ),
    composed("polyder", nx.polyder, np.polyder, Operand(shape=(4,)), dtypes=INEXACT),
    composed(
        *("polyder_thrice", lambda p: nx.polyder(p, 3), lambda p: np.polyder(p, 3)),
        Operand(shape=(4,)),
        dtypes=INEXACT,
        tolerance=16,
    ),
    composed("polyint", nx.polyint, np.polyint, Operand(shape=(4,)), dtypes=INEXACT),
    composed(
        *("polyint_twice", lambda p, k: nx.polyint(p, 2, k=k), lambda p, k: np.polyint(p, 2, k)),
        *(Operand(shape=(3,)), Operand(shape=(2,))),
        **ROUNDED,
    ),
    *(
        composed(
            f"meshgrid_{indexing}",
            lambda x, y, indexing=indexing: nx.meshgrid(x, y, indexing=indexing),
            lambda x, y, indexing=indexing: tuple(np.meshgrid(x, y, indexing=indexing)),
            *(Operand(shape=(3,)), Operand(shape=(4,))),
            dtypes=NUMERIC,
            tolerance=0,
        )
        for indexing in ("xy", "ij")
    ),
]

CASES = [*QUANTILES, *WITHOUT_NAN, *AVERAGES, *COVARIANCES, *HISTOGRAMS, *CURVES]
