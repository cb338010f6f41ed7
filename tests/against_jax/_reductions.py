"""Rows of reductions, running reductions, statistics, sorting, searching and sets."""

import numpy as np

from tests.against_jax._table import (
    COMPLEX,
    EXACT,
    FULL,
    REAL,
    A,
    flat,
    index,
    names,
    of,
    row,
    with_options,
)

AXES = [{}, {"axis": 1}, {"axis": (0, 2), "keepdims": True}, {"axis": ()}]
for name in names("sum prod max min mean var std"):
    for options in AXES:
        row(name, of(2, 3, 4), grad=not (name == "std" and options.get("axis") == ()), **options)
    row(name, of(), grad=name != "std")
    row(name, of(3, 1), axis=1, grad=name != "std")
    row(name, of(0, 3), axis=1, grad=name != "std")
for name in names("nanmax nanmin nanmean nansum"):
    row(name, A(values=[[1.0, np.nan, 3.0], [-2.0, 5.0, 0.5]]), axis=1)
    row(name, of(2, 3, 4))
HOLES = A(values=[[1.0, np.nan, 3.0], [-2.0, 5.0, 0.5]])
for name in names("nanprod nanvar nanstd nanmedian nancumsum nancumprod"):
    row(name, HOLES, axis=1)
    row(name, of(2, 3, 4), axis=2)
for share in (0.3, 1.0):
    row("nanquantile", HOLES, share, axis=1, dtypes=FULL)
for name in names("nanargmax nanargmin"):
    flat(name, HOLES, axis=1, keepdims=True)
    flat(name, A(values=[[np.nan, np.nan], [np.nan, 2.0]]), axis=1)
for name in names("sum prod"):
    row(name, of(0, 3), axis=0)
flat("mean", of(0, 3), axis=0)
for name in names("all any count_nonzero"):
    for options in ({}, {"axis": 1}, {"axis": 0, "keepdims": True}):
        flat(name, A(values=[[0.0, 2.0, 3.0], [1.0, 1.0, 1.0]]), **options)
    flat(name, of(0, 3), axis=0)
for name in names("sum prod max min mean"):
    flat(name, of(2, 3, low=-9, high=9), axis=1, dtypes=EXACT)
flat("sum", of(2, 3), dtypes=("bool",))
for name in names("sum prod mean"):
    row(name, of(2, 3), axis=1, dtypes=COMPLEX)
    row(name, of(0, 3), axis=1, dtypes=COMPLEX)
for name in ("var", "std"):
    row(name, of(2, 3), axis=1, correction=1)
for name in names("argmax argmin"):
    flat(name, of(2, 3, 4))
    flat(name, of(2, 3, 4), axis=1, keepdims=True)
    flat(name, A(values=[[1.0, 3.0, 3.0], [0.0, 0.0, 1.0]]), axis=1)
for options in ({}, {"axis": 1}, {"axis": (0, 1), "keepdims": True}):
    row("logsumexp", of(2, 3), equal="scipy.special.logsumexp", **options)
row("logsumexp", A(values=[1000.0, 1000.0, -1000.0]), equal="nn.logsumexp")
for name in names("median ptp"):
    for options in ({}, {"axis": 1}, {"axis": 0, "keepdims": True}):
        row(name, of(3, 4), **options)
for method in ("linear", "lower", "higher", "nearest", "midpoint"):
    row("quantile", of(3, 5), 0.3, axis=1, method=method, dtypes=FULL)
row("quantile", of(3, 5), A(values=[0.0, 0.25, 1.0]), axis=0)
row("average", of(3, 4), axis=1)
row("average", of(3, 4), axis=1, weights=A(values=[1.0, 2.0, 0.5, 1.5]))

# Running reductions and differences -----------------------------------------------------------

for name in names("cumulative_sum cumulative_prod"):
    row(name, of(5))
    row(name, of(2, 3), axis=1)
    row(name, of(2, 3), axis=0, include_initial=True)
    row(name, of(0, 3), axis=0)
    row(name, of(2, 1), axis=1)
for name in names("cummax cummin"):
    for back in (False, True):
        equal = with_options(f"lax.{name}", axis=1, reverse=back)
        row(name, of(2, 5), axis=1, reverse=back, equal=equal)
row("diff", of(2, 4))
row("diff", of(2, 4), axis=0)
row("diff", of(2, 4), n=2)
row("trapezoid", of(2, 4))
row("trapezoid", of(2, 4), A(values=[0.0, 1.0, 1.5, 4.0]), axis=1)
row("cov", of(3, 5))
row("cov", of(5, 3), rowvar=False)
row("corrcoef", of(3, 5))

# Sorting, searching, sets ---------------------------------------------------------------------

row("sort", of(3, 4))
row("sort", of(3, 4), axis=0, descending=True)
row("sort", of(0, 4), axis=0)
row("sort", of(1, 4), axis=0)
flat("argsort", of(3, 4))
flat("argsort", A(values=[1.0, 0.0, 1.0, 0.0]), descending=True)
flat("lexsort", of(2, 5, low=-2, high=2), dtypes=EXACT)
flat("searchsorted", A(values=[0.0, 1.0, 1.0, 2.0]), A(values=[-1.0, 1.0, 3.0]))
flat("searchsorted", A(values=[0.0, 1.0]), A(values=[0.0, 1.0]), side="right")
flat("digitize", of(5), A(values=[-1.0, 0.0, 1.0]))
row("top_k", of(3, 5), 2, equal="lax.top_k")
flat("isin", of(2, 3, low=0, high=4), of(3, low=0, high=4), dtypes=EXACT)
flat("bincount", of(9, low=0, high=5), dtypes=EXACT, minlength=7, eager=True)
flat("bincount", index([0, 2, 2, 1]), weights=of(4), eager=True, dtypes=FULL)
flat("histogram", of(9), bins=4, dtypes=FULL)
flat("histogram", of(9), bins=4, range=(-1.0, 1.0), density=True, dtypes=FULL)
flat("histogram_bin_edges", of(9), bins=4, dtypes=FULL)
for name in names("unique_all unique_counts unique_inverse unique_values"):
    flat(name, of(3, 4, low=0, high=4), dtypes=(*EXACT, "float64"), eager=True)
for name in names("nonzero argwhere flatnonzero"):
    flat(name, of(3, 4, low=0, high=2), dtypes=(*EXACT, *REAL[2:]), eager=True)
