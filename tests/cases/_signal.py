"""Cases of convolution, pooling and window functions; the references are plain loops."""

import itertools
from functools import partial

import numpy as np
import nx

from tests.cases._case import Operand, dtypes_of
from tests.cases._composed import FLOATING, NUMERIC, REAL, composed

__all__ = ["CASES"]

ROUNDED = {"dtypes": FLOATING, "tolerance": 16}  # the places are added up in another order
SIGNAL = Operand(shape=(7,))
KERNELS = {3: Operand(shape=(3,)), 4: Operand(shape=(4,)), 9: Operand(shape=(9,))}


def around(x, pairs, value=0):
    front = [(0, 0)] * (x.ndim - len(pairs))
    return np.pad(x, front + list(pairs), constant_values=value)


def windows(x, window, strides, dilation):
    """Yield each place, and the elements of the window there."""
    k = len(window)
    spans = [(w - 1) * d + 1 for w, d in zip(window, dilation, strict=True)]
    counts = [(n - v) // s + 1 for n, v, s in zip(x.shape[-k:], spans, strides, strict=True)]
    for place in itertools.product(*map(range, counts)):
        key = [
            slice(p * s, p * s + v, d)
            for p, s, v, d in zip(place, strides, spans, dilation, strict=True)
        ]
        yield place, x[(..., *key)]


def pooled(reduce, x, window, strides, pairs, dilation=None, value=0):
    x, k = around(x, pairs, value), len(window)
    found = dict(windows(x, window, strides, dilation or (1,) * k))
    counts = [max(p[i] for p in found) + 1 for i in range(k)]
    out = np.zeros((*x.shape[:-k], *counts), x.dtype)
    for place, part in found.items():
        out[(..., *place)] = reduce(part, axis=tuple(range(part.ndim - k, part.ndim)))
    return out


def convolved(x, w, strides, pairs, dilation, groups):
    k = w.ndim - 2
    found = dict(windows(around(x, pairs), w.shape[2:], strides, dilation))
    counts = [max(p[i] for p in found) + 1 for i in range(k)]
    out = np.zeros((x.shape[0], w.shape[0], *counts), x.dtype)
    each, ours = w.shape[1], w.shape[0] // groups
    for place, part in found.items():
        for o in range(w.shape[0]):
            first = o // ours * each
            products = part[:, first : first + each] * w[o]
            out[(slice(None), o, *place)] = products.reshape(len(x), -1).sum(1)
    return out


def transposed(x, w, strides, pairs, dilation, groups, extra):
    k, each = w.ndim - 2, w.shape[1]
    lengths = [
        (n - 1) * s + (v - 1) * d + 1 + e
        for n, s, v, d, e in zip(x.shape[2:], strides, w.shape[2:], dilation, extra, strict=True)
    ]
    out = np.zeros((x.shape[0], each * groups, *lengths), x.dtype)
    for place in itertools.product(*map(range, x.shape[2:])):
        for c in range(x.shape[1]):
            first = c // (x.shape[1] // groups) * each
            key = [
                slice(p * s, p * s + (v - 1) * d + 1, d)
                for p, s, v, d in zip(place, strides, w.shape[2:], dilation, strict=True)
            ]
            numbers = x[(slice(None), c, *place)].reshape(-1, *(1,) * (k + 1))
            out[(slice(None), slice(first, first + each), *key)] += numbers * w[c]
    cut = [slice(a, n - b) for (a, b), n in zip(pairs, lengths, strict=True)]
    return out[(..., *cut)]


SIGNALS = [
    composed(
        f"{name}_{mode}_{size}",
        partial(function, mode=mode),
        partial(reference, mode=mode),
        *(SIGNAL, kernel),
        dtypes=NUMERIC,
        tolerance=16,
    )
    for name, function, reference in (
        ("convolve", nx.convolve, np.convolve),
        ("correlate", nx.correlate, np.correlate),
    )
    for mode in ("full", "same", "valid")
    for size, kernel in KERNELS.items()
]


def layer(name, shape, window, *, stride=1, padding=0, pairs=None, dilation=1, groups=1, **options):
    k = len(window) - 2
    each = [v if isinstance(v, tuple) else (v,) * k for v in (stride, dilation)]
    pairs = pairs or [(padding, padding)] * k
    return composed(
        name,
        lambda x, w: nx.conv(
            x, w, stride=stride, padding=padding, dilation=dilation, groups=groups
        ),
        lambda x, w: convolved(x, w, each[0], pairs, each[1], groups),
        *(Operand(shape=shape), Operand(shape=window)),
        **{"dtypes": NUMERIC, "tolerance": 16, **options},
    )


SMALL = {"dtypes": ("float32", "float64")}
LAYERS = [
    layer("conv_1d", (2, 3, 6), (4, 3, 2)),
    layer("conv_1d_strided", (2, 2, 8), (2, 2, 3), stride=2, padding=1, **SMALL),
    layer(
        *("conv_1d_same", (1, 2, 7), (1, 2, 4)),
        stride=2,
        padding="same",
        pairs=[(1, 2)],
        **SMALL,
    ),
    layer("conv_1d_dilated", (1, 2, 8), (2, 2, 3), dilation=2, padding="valid", pairs=[(0, 0)]),
    layer("conv_1d_groups", (2, 4, 5), (6, 2, 2), groups=2, **SMALL),
    layer("conv_1d_depthwise", (1, 3, 5), (3, 1, 2), groups=3, **SMALL),
    layer(
        *("conv_2d", (1, 2, 5, 4), (2, 2, 3, 2)),
        stride=(2, 1),
        dilation=(1, 2),
        padding=[(1, 0), (0, 2)],
        pairs=[(1, 0), (0, 2)],
        **SMALL,
    ),
    layer("conv_3d", (1, 1, 3, 2, 3), (2, 1, 2, 1, 2), padding=1, dtypes=("float64",)),
]

BACKWARDS = [
    composed(
        f"conv_transpose_{name}",
        lambda x, w, kw=kw: nx.conv_transpose(x, w, **kw),
        lambda x, w, args=args: transposed(x, w, *args),
        *(Operand(shape=shape), Operand(shape=window)),
        dtypes=dtypes,
        tolerance=16,
    )
    for name, shape, window, kw, args, dtypes in (
        ("1d", (2, 3, 4), (3, 2, 3), {}, ((1,), [(0, 0)], (1,), 1, (0,)), NUMERIC),
        (
            *("1d_strided", (1, 2, 4), (2, 3, 3)),
            {"stride": 2, "padding": 1, "output_padding": 1},
            ((2,), [(1, 1)], (1,), 1, (1,)),
            ("float64",),
        ),
        (
            *("1d_groups", (1, 4, 3), (4, 1, 2)),
            {"groups": 2, "dilation": 2},
            ((1,), [(0, 0)], (2,), 2, (0,)),
            ("float32", "float64"),
        ),
        (
            *("2d", (1, 2, 2, 3), (2, 1, 2, 2)),
            {"stride": (2, 1), "padding": [(0, 1), (1, 0)]},
            ((2, 1), [(0, 1), (1, 0)], (1, 1), 1, (0, 0)),
            ("float64",),
        ),
    )
]


def lowest(x):
    return -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min


def shares(x):
    """Average without the padding."""
    sums = pooled(np.sum, x, (3,), (2,), [(1, 1)])
    return sums / pooled(np.sum, np.ones_like(x), (3,), (2,), [(1, 1)])


IMAGE = Operand(shape=(2, 5, 6))
POOLS = [
    composed(
        *(
            "max_pool",
            lambda x: nx.max_pool(x, 2),
            lambda x: pooled(np.max, x, (2,), (2,), [(0, 0)]),
        ),
        Operand(shape=(2, 7)),
        dtypes=REAL,
        tolerance=0,
    ),
    composed(
        *("max_pool_2d", lambda x: nx.max_pool(x, (3, 2), stride=(2, 1), padding=1)),
        lambda x: pooled(np.max, x, (3, 2), (2, 1), [(1, 1)] * 2, value=lowest(x)),
        IMAGE,
        dtypes=dtypes_of(["signed", "floating"]),
        tolerance=0,
    ),
    composed(
        *("max_pool_dilated", lambda x: nx.max_pool(x, 2, stride=1, dilation=3)),
        lambda x: pooled(np.max, x, (2,), (1,), [(0, 0)], (3,)),
        IMAGE,
        dtypes=("float64",),
        tolerance=0,
    ),
    composed(
        *("max_pool_3d", lambda x: nx.max_pool(x, (1, 2, 2))),
        lambda x: pooled(np.max, x, (1, 2, 2), (1, 2, 2), [(0, 0)] * 3),
        IMAGE,
        dtypes=("float64",),
        tolerance=0,
    ),
    composed(
        *("min_pool", lambda x: nx.min_pool(x, 3, stride=2, padding="same")),
        lambda x: pooled(np.min, x, (3,), (2,), [(0, 1)], value=9),
        IMAGE,
        dtypes=dtypes_of(["signed", "floating"]),
        tolerance=0,
    ),
    composed(
        *("avg_pool", lambda x: nx.avg_pool(x, (2, 3), stride=(1, 2), padding=[(0, 1), (1, 1)])),
        lambda x: pooled(np.mean, x, (2, 3), (1, 2), [(0, 1), (1, 1)]),
        IMAGE,
        **ROUNDED,
    ),
    composed(
        "avg_pool_of_elements",
        lambda x: nx.avg_pool(x, 3, stride=2, padding=1, include_padding=False),
        shares,
        IMAGE,
        **ROUNDED,
    ),
    composed(
        *("unfold_by_name", lambda x: nx.unfold(x, (2, 2), stride=(1, 2), dilation=(2, 1))),
        lambda x: np.array(
            [
                [[x[b][i : i + 3 : 2, 2 * j : 2 * j + 2] for j in range(3)] for i in range(3)]
                for b in (0, 1)
            ]
        ),
        IMAGE,
        tolerance=0,
    ),
    composed(
        *("fold_by_name", lambda y: nx.fold(y, 5, stride=2)),
        lambda y: np.stack(
            [y[:, 0, 0], y[:, 0, 1], y[:, 0, 2] + y[:, 1, 0], y[:, 1, 1], y[:, 1, 2]], 1
        ),
        Operand(shape=(2, 2, 3)),
    ),
]

TAPERS = [
    composed(
        f"{name}_{n}",
        lambda x, f=function, n=n: f(n, dtype=x.dtype) * 1.0,
        lambda x, f=reference, n=n: f(n),
        Operand(shape=()),
        dtypes=FLOATING,
        order=0,
    )
    for name, function, reference in (
        ("hann", nx.hann, np.hanning),
        ("hamming", nx.hamming, np.hamming),
        ("blackman", nx.blackman, np.blackman),
        ("bartlett", nx.bartlett, np.bartlett),
    )
    for n in (0, 1, 8, 9)
] + [
    composed(
        f"kaiser_{n}",
        lambda b, n=n: nx.kaiser(n, b, dtype=nx.float64),
        lambda b, n=n: np.kaiser(n, b),
        Operand(values=8.6),
        dtypes=("float64",),
        tolerance=64,
    )
    for n in (0, 1, 6)
]

CASES = [*SIGNALS, *LAYERS, *BACKWARDS, *POOLS, *TAPERS]
