"""Rows of the composites: a kernel of one must do what its decomposition does, within rounding.

A decomposition rounds at every step, so the tolerances are wider than those of primitives.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any, Final

import numpy as np

from nx.primitives import P, Primitive
from nx.testing._operands import Operand, dtypes_of, widened
from nx.testing._rows import Claim, Row, Sample
from nx.testing.rows._arithmetic import binary
from nx.testing.rows._elementwise import unary
from nx.testing.rows._linalg import adjoint, agree, matrices, product
from nx.testing.rows._reductions import axes_samples

__all__ = ["ROWS"]

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]

FLOATING: Final = dtypes_of(["floating"])
DEEP: Final = (2, *(1,) * 14, 3, *(1,) * 15, 2)


def _logistic(x: Any) -> Any:
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))


def _log_of_sum(x: Any, y: Any) -> Any:
    top, least = np.maximum(x, y), np.minimum(x, y)
    return np.where(np.isinf(top) | (x == y), top, top + np.log1p(np.exp(least - top))) + np.where(
        (x == y) & np.isfinite(x), np.log(x.dtype.type(2)), 0
    )


def _x_log_y(x: Any, y: Any) -> Any:
    return np.where((x == 0) & ~np.isnan(y), x * 0, x * np.log(y))


def _x_log1p_y(x: Any, y: Any) -> Any:
    return np.where((x == 0) & ~np.isnan(y), x * 0, x * np.log1p(y))


def _bounded(g: Array, out: Array) -> Any:
    """Leave out slopes that overflow on the way: the tangent lies in [-1, 1]."""
    return ~(np.abs(out).astype(float) > 1)


def _tame(g: Array, x: Array) -> Any:
    """Leave out products that are rounded twice below the smallest normal number."""
    return ~(np.abs(g).astype(float) < 1e-2) | (g == 0)


def _sizes(g: Any, x: Any) -> Any:
    return np.broadcast_to(np.abs(g), np.broadcast_shapes(g.shape, x.shape))


def _largest(x: Any, y: Any) -> Any:
    return np.maximum(np.maximum(np.abs(x), np.abs(y)), 1)


def _ones(x: Any) -> Any:
    return np.ones(x.shape)


far = Sample(name="far", operands=(Operand(shape=(9,), low=-80, high=80),))

ELEMENTWISE: Final = (
    binary(P.multiply_cos, lambda g, x: g * np.cos(x), ulps=8.0, possible=_tame),
    binary(
        P.multiply_negative_sin,
        lambda g, x: -(g * np.sin(x)),
        ulps=8.0,
        possible=_tame,
        zero_signs=False,
    ),
    binary(
        P.multiply_tanh_slope,
        lambda g, out: g * (1 - out * out),
        y={"low": -0.7, "high": 0.7},
        ulps=8.0,
        magnitude=_sizes,
        possible=_bounded,
        zero_signs=False,
    ),
    unary(P.relu, lambda x: np.where(x < 0, 0, x), gap=0.3, ulps=0.5, zero_signs=False),
    unary(P.logistic, _logistic, -4, 4, samples=(far,), ulps=8.0),
    binary(
        P.logaddexp,
        _log_of_sum,
        {"low": 0.5},
        {"low": 0.5},
        ulps=8.0,
        magnitude=_largest,
        zero_signs=False,
    ),
    binary(P.xlogy, _x_log_y, {"gap": 0.3}, {"low": 0.5, "high": 3}, ulps=8.0, zero_signs=False),
    binary(
        P.xlog1py, _x_log1p_y, {"gap": 0.3}, {"low": 0.5, "high": 3}, ulps=8.0, zero_signs=False
    ),
)


# Along axes -------------------------------------------------------------------


def _softmax(x: Any, *, axis: int) -> Any:
    e = np.exp(x - np.max(x, axis, keepdims=True))
    return e / np.sum(e, axis, keepdims=True)


def _log_softmax(x: Any, *, axis: int) -> Any:
    shifted = x - np.max(x, axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis, keepdims=True))


def _logsumexp(x: Any, *, axes: Axes) -> Any:
    if not x.size:
        return np.log(np.sum(np.exp(x), axes))
    top = np.max(x, axes, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    out = np.log(np.sum(np.exp(x - top), axes))
    return out + top.reshape(out.shape)


def _moments(x: Any, *, axes: Axes) -> Any:
    count = np.prod([x.shape[a] for a in axes], dtype=int)
    mean = np.sum(x, axes, keepdims=True) / count
    variance = np.sum((x - mean) ** 2, axes) / count
    return mean.reshape(variance.shape), variance


def _moment_sizes(x: Any, *, axes: Axes) -> Any:
    count = np.prod([x.shape[a] for a in axes], dtype=int)
    return np.sum(np.abs(x), axes) / count, np.sum(x * x, axes) / count


def _along(primitive: Primitive, oracle: Any, **options: Any) -> Row:
    samples = tuple(
        Sample(name=name, operands=(operand,), params={"axis": axis}, dtypes=dtypes)
        for name, operand, axis, dtypes in (
            ("along the first", Operand(shape=(2, 3, 4)), 0, None),
            ("along the last", Operand(shape=(2, 3, 4)), 2, None),
            ("large", Operand(shape=(2, 4), low=990, high=1000), 1, ("float32", "float64")),
            ("of one", Operand(shape=(3, 1)), 1, None),
            ("32 axes", Operand(shape=DEEP), 15, None),
            ("an empty stack", Operand(shape=(0, 3)), 1, None),
            ("minus infinity", Operand(values=[[0.5, -np.inf, 1], [2, 1, -np.inf]]), 1, None),
            ("NaN", Operand(values=[[0.5, np.nan, 1], [2, 1, 0]]), 1, None),
        )
    )
    return Row(primitive=primitive, oracle=oracle, samples=samples, **options)


def _sizes_along(x: Any, *, axis: int) -> Any:
    finite = np.where(np.isfinite(x), np.abs(x), 1)
    return np.maximum(finite, 1)


SUMS: Final = tuple(
    Sample(name=name, operands=(Operand(values=values),), params={"axes": (1,)}, dtypes=dtypes)
    for name, values, dtypes in (
        ("large", [[990.0, 1000.0, 995.5], [1000.0, 1000.0, 1000.0]], ("float32", "float64")),
        ("infinities", [[np.inf, 1, 2], [-np.inf, -np.inf, -np.inf]], None),
        ("minus infinity", [[-np.inf, 1, 2], [0.5, -np.inf, 1]], None),
        ("NaN", [[np.nan, 1, np.inf], [0.5, 1, 1]], None),
    )
)


def _unit(x: Any, axes: Axes, epsilon: float) -> tuple[Any, Any]:
    """Return the distances from the mean, and what to divide them by."""
    count = np.prod([x.shape[a] for a in axes], dtype=int)
    distance = x - np.sum(x, axes, keepdims=True) / count
    return distance, np.sqrt(np.sum(distance**2, axes, keepdims=True) / count + epsilon)


def _layer_norm(x: Any, scale: Any, shift: Any, *, axes: Axes, epsilon: float) -> Any:
    distance, divisor = _unit(x, axes, epsilon)
    return distance / divisor * scale + shift


def _layer_norm_sizes(x: Any, scale: Any, shift: Any, *, axes: Axes, epsilon: float) -> Any:
    finite = np.where(np.isfinite(x), x, 1)
    largest = np.max(np.abs(finite), axes, initial=0, keepdims=True)
    return largest / _unit(finite, axes, epsilon)[1] * np.abs(scale) + np.abs(shift)


LAYERS: Final = tuple(
    Sample(
        name=name,
        operands=tuple(
            Operand(**({"shape": given} if isinstance(given, tuple) else {"values": given}))
            for given in operands
        ),
        params={"axes": axes, "epsilon": epsilon},
    )
    for name, operands, axes, epsilon in (
        ("over the last", ((2, 3, 4), (4,), (4,)), (2,), 1e-5),
        ("over the first", ((5, 3), (5, 1), (5, 1)), (0,), 1e-5),
        ("over two", ((3, 2, 4), (3, 1, 4), (4,)), (0, 2), 0.5),
        ("over all", ((3, 4), (3, 4), ()), (0, 1), 1e-5),
        ("over none", ((3, 4), (), (1, 1)), (), 1e-3),
        ("each line its scale", ((3, 2, 5), (3, 1, 5), (2, 1)), (2,), 1e-5),
        ("of 0-d", ((), (), ()), (), 1e-5),
        ("of one", ((3, 1), (1,), (3, 1)), (1,), 1e-5),
        ("of 32 axes", (DEEP, (2,), DEEP), (0, 15, 31), 1e-5),
        ("of nothing", ((3, 0), (0,), (3, 1)), (1,), 1e-5),
        ("an empty stack", ((0, 3), (3,), ()), (1,), 1e-5),
        ("long", ((2, 77), (77,), (77,)), (1,), 0.0),
        ("infinities", ([[0.5, np.inf, 1], [2, -np.inf, np.inf], [1, 2, 4]], (3,), ()), (1,), 1e-5),
        ("NaN", ([[0.5, np.nan, 1], [2, 1, 0]], (3,), (3,)), (1,), 1e-5),
    )
)


ALONG: Final = (
    _along(P.softmax, _softmax, ulps=16.0),
    _along(P.log_softmax, _log_softmax, ulps=16.0, magnitude=_sizes_along),
    Row(
        primitive=P.logsumexp,
        oracle=_logsumexp,
        magnitude=lambda x, *, axes: np.max(np.abs(x), axes, initial=1.0),
        samples=(*axes_samples(), *SUMS),
        ulps=8.0,
    ),
    Row(
        primitive=P.layer_norm,
        oracle=_layer_norm,
        magnitude=_layer_norm_sizes,
        samples=LAYERS,
        ulps=8.0,
    ),
    Row(
        primitive=P.moments,
        oracle=_moments,
        magnitude=_moment_sizes,
        samples=axes_samples(),
        ulps=16.0,
    ),
)


# Of matrices ------------------------------------------------------------------


def _terms(a: Any) -> Iterator[Any]:
    n = a.shape[-1]
    for order in permutations(range(n)):
        swaps = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        term = np.ones(a.shape[:-2], a.dtype) * (-1) ** swaps
        for i, j in enumerate(order):
            term = term * a[..., i, j]
        yield term


def _det(a: Any) -> Any:
    """Sum over all permutations: Leibniz's formula."""
    return sum(_terms(a))


def _det_sizes(a: Any) -> Any:
    return sum(np.abs(term) for term in _terms(a))


def _pinv(outputs: tuple[Array, ...], a: Array, rtol: Array) -> Iterator[Claim]:
    """Yield Penrose's four conditions, which have one solution."""
    wide, p = widened(a), widened(outputs[0])
    left, right = product(wide, p), product(p, wide)
    size = np.max(np.abs(wide), initial=1.0) * np.max(np.abs(p), initial=1.0) * a.shape[-1]
    yield agree("a p a", product(left, wide), wide, outputs[0], size)
    yield agree("p a p", product(right, p), p, outputs[0], size)
    yield agree("a p, which is Hermitian,", left, adjoint(left), outputs[0], size)
    yield agree("p a, which is Hermitian,", right, adjoint(right), outputs[0], size)


REAL: Final = dtypes_of(["floating"])
LOW_RANK: Final = Operand(values=[[[2.0, 4.0, 2.0], [1.0, 2.0, 1.0], [0.0, 1.0, 1.0]]])


def _pinv_samples() -> tuple[Sample, ...]:
    pairs = [*((d, d) for d in REAL), ("complex64", "float32"), ("complex128", "float64")]
    return tuple(
        Sample(
            name=f"{name}, rtol of {real}",
            operands=(operand, Operand(values=rtol, dtype=real)),
            dtypes=tuple(d for d, r in pairs if r == real),
        )
        for real in REAL
        for name, operand, rtol in (
            ("tall", matrices(2, 3, 2), 1e-3),
            ("wide", matrices(2, 3), 1e-3),
            ("square", matrices(2, 2, 2), [1e-3, 1e-2]),
            ("of rank 2", LOW_RANK, 0.03),
            ("no matrices", matrices(0, 2, 3), 1e-3),
        )
    )


OF_MATRICES: Final = (
    Row(
        primitive=P.det,
        oracle=_det,
        magnitude=_det_sizes,
        ulps=32.0,
        core=2,
        samples=tuple(
            Sample(name=name, operands=(operand,))
            for name, operand in (
                ("of 1", matrices(2, 1, 1)),
                ("of 2", matrices(2, 2, 2)),
                ("of 3", matrices(2, 3, 3)),
                ("of 4", matrices(4, 4)),
                ("of nothing", Operand(shape=(2, 0, 0))),
                ("no matrices", matrices(0, 3, 3)),
                ("singular", Operand(values=[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]])),
                ("of zeros", Operand(values=np.zeros((3, 3)))),
                ("swapped", Operand(values=[[0.0, 1.0, 0.0], [0.0, 0.0, 2.0], [3.0, 0.0, 0.0]])),
            )
        ),
    ),
    Row(
        primitive=P.pinv,
        oracle=_pinv,
        mode="claims",
        ulps=48.0,
        core=2,
        samples=_pinv_samples(),
    ),
)

ROWS: Final = (*ELEMENTWISE, *ALONG, *OF_MATRICES)
