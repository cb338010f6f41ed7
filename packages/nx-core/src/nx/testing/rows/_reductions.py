"""Rows of reductions, scans and sorts: the oracles go through Python lists."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import accumulate
from typing import Any, Final

import numpy as np

from nx.primitives import P, Primitive
from nx.testing._operands import Operand, dtypes_of
from nx.testing._rows import Row, Sample

__all__ = ["ROWS", "axes_samples", "reduced"]

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]

CUBE: Final = (2, 3, 4)
DEEP: Final = (2, *(1,) * 14, 3, *(1,) * 15, 2)
INTEGRAL: Final = dtypes_of(["signed", "unsigned"])
FLOATING: Final = dtypes_of(["floating"])


def reduced(function: Callable[[list[Any]], Any], result: Any = None) -> Callable[..., Any]:
    """Make an oracle that takes ``axes`` of a function of the list of what is reduced."""

    def oracle(x: Any, *, axes: Axes) -> Any:
        rest = [i for i in range(x.ndim) if i not in axes]
        moved = x.transpose((*rest, *axes))
        out = np.empty(moved.shape[: len(rest)], result or x.dtype)
        for index in np.ndindex(out.shape):
            out[index] = function(list(moved[(*index, ...)].reshape(-1)))
        return out

    return oracle


def scanned(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Make an oracle that takes ``axis`` and ``reverse`` of a function of two numbers."""

    def oracle(x: Any, *, axis: int, reverse: bool) -> Any:
        def one(line: Any) -> list[Any]:
            numbers = list(line)[::-1] if reverse else list(line)
            done = list(accumulate(numbers, function))
            return done[::-1] if reverse else done

        return along(x, axis, one, x.dtype)

    return oracle


def along(x: Any, axis: int, function: Callable[[Any], Any], result: Any) -> Any:
    """Apply a function to every line along an axis."""
    moved = np.moveaxis(x, axis, -1)
    out = np.empty(moved.shape, result)
    for index in np.ndindex(moved.shape[:-1]):
        line = function(moved[index])
        for i, value in enumerate(line):
            out[(*index, i)] = value
    return np.moveaxis(out, -1, axis)


def _product(values: list[Any]) -> Any:
    return reduce(lambda a, b: a * b, values, 1)


def _larger(a: Any, b: Any) -> Any:
    return a if a != a or a >= b else b


def _smaller(a: Any, b: Any) -> Any:
    return a if a != a or a <= b else b


def _absolute(oracle: Callable[..., Any]) -> Callable[..., Any]:
    """Return the magnitudes of a sum's errors: the sum of what was added, without signs."""
    return lambda x, **params: oracle(np.asarray(abs(x)), **params)


def axes_samples(x: dict[str, Any] | None = None) -> tuple[Sample, ...]:
    """Return samples of a reduction by ``axes``: of some, all, none, of 0-d and of 32 axes."""
    domain = x or {}
    calls = (
        ("of the first", CUBE, (0,)),
        ("of the last two", CUBE, (1, 2)),
        ("of all", CUBE, (0, 1, 2)),
        ("of none", CUBE, ()),
        ("of 0-d", (), ()),
        ("of length 1", (3, 1), (1,)),
        ("of 32 axes", DEEP, (0, 1, 15)),
        ("of an empty array", (2, 0, 3), (2,)),
    )
    return tuple(
        Sample(name=name, operands=(Operand(shape=shape, **domain),), params={"axes": axes})
        for name, shape, axes in calls
    )


EMPTY: Final = tuple(
    Sample(name=f"of nothing, {axes}", operands=(Operand(shape=(2, 0, 3)),), params={"axes": axes})
    for axes in ((1,), (0, 1, 2))
)
WRAPPED: Final = (
    Sample(
        name="wrapping around",
        operands=(Operand(shape=(3, 9), patterns=True),),
        params={"axes": (1,)},
        dtypes=INTEGRAL,
    ),
)
MANY: Final = (
    Sample(
        name="of 4096 ones",  # a sum in float16 itself would stop at 2048
        operands=(Operand(values=np.ones((2, 4096))),),
        params={"axes": (1,)},
        dtypes=FLOATING,
    ),
)
SPECIAL: Final = np.array(
    [[1, np.nan, 3], [np.inf, 2, -np.inf], [-0.0, -1, -2], [np.nan, np.inf, 5]]
)


def special(**params: Any) -> tuple[Sample, ...]:
    """Return a sample with NaN and infinities."""
    operand = Operand(values=SPECIAL)
    name = f"of NaN {params}"
    return (Sample(name=name, operands=(operand,), params=params, dtypes=FLOATING),)


FACTORS: Final = {"low": -1.6, "high": 1.6, "gap": 0.5}
TIES: Final[dict[str, Any]] = {"whole": True}

SUM: Final = reduced(sum)
REDUCTIONS: Final = (
    Row(
        primitive=P.sum,
        oracle=SUM,
        samples=(*axes_samples(), *EMPTY, *WRAPPED, *MANY, *special(axes=(1,))),
        magnitude=_absolute(SUM),
        ulps=8.0,
    ),
    Row(
        primitive=P.prod,
        oracle=reduced(_product),
        samples=(*axes_samples(FACTORS), *EMPTY, *WRAPPED, *special(axes=(1,))),
        ulps=24.0,  # every product rounds
    ),
    Row(
        primitive=P.max,
        oracle=reduced(lambda values: reduce(_larger, values)),
        samples=(*axes_samples(), *WRAPPED, *special(axes=(1,))),
        ulps=0.5,
    ),
    Row(
        primitive=P.min,
        oracle=reduced(lambda values: reduce(_smaller, values)),
        samples=(*axes_samples(), *WRAPPED, *special(axes=(1,))),
        ulps=0.5,
    ),
    Row(primitive=P.any, oracle=reduced(any), samples=(*axes_samples(), *EMPTY)),
    Row(primitive=P.all, oracle=reduced(all), samples=(*axes_samples(), *EMPTY)),
)


def _position(better: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def oracle(x: Any, *, axis: int) -> Any:
        moved = np.moveaxis(x, axis, -1)
        out = np.empty(moved.shape[:-1], object)
        for index in np.ndindex(out.shape):
            line, best = list(moved[index]), 0
            for i, value in enumerate(line):
                best = i if better(value, line[best]) else best
            out[index] = best
        return out

    return oracle


POSITIONS: Final = tuple(
    Row(
        primitive=primitive,
        oracle=_position(better),
        samples=tuple(
            Sample(name=name, operands=(operand,), params={"axis": axis})
            for name, operand, axis in (
                ("along the first", Operand(shape=CUBE), 0),
                ("along the last", Operand(shape=CUBE), 2),
                ("of ties", Operand(shape=(3, 9), **TIES), 1),
                ("of one", Operand(shape=(3, 1)), 1),
                ("of 32 axes", Operand(shape=DEEP), 15),
            )
        ),
    )
    for primitive, better in (
        (P.argmax, lambda a, b: bool(a > b)),
        (P.argmin, lambda a, b: bool(a < b)),
    )
)


def _scan(primitive: Primitive, function: Any, domain: dict[str, Any], **options: Any) -> Row:
    samples = tuple(
        Sample(
            name=f"{name}{' reversed' * reverse}",
            operands=(Operand(shape=shape, **domain),),
            params={"axis": axis, "reverse": reverse},
        )
        for name, shape, axis in (
            ("along the first", CUBE, 0),
            ("along the last", CUBE, 2),
            ("of one", (3, 1), 1),
            ("of nothing", (2, 0, 3), 1),
            ("of 32 axes", DEEP, 15),
        )
        for reverse in (False, True)
    )
    samples += special(axis=1, reverse=False) + special(axis=0, reverse=True)
    samples += (
        Sample(
            name="wrapping around",
            operands=(Operand(shape=(3, 5), patterns=True),),
            params={"axis": 1, "reverse": False},
            dtypes=INTEGRAL,
        ),
    )
    return Row(primitive=primitive, oracle=scanned(function), samples=samples, **options)


CUMSUM: Final = scanned(lambda a, b: a + b)
SCANS: Final = (
    _scan(P.cumsum, lambda a, b: a + b, {}, ulps=8.0, magnitude=_absolute(CUMSUM)),
    _scan(P.cumprod, lambda a, b: a * b, FACTORS, ulps=16.0),
    _scan(P.cummax, _larger, {}, ulps=0.5),
    _scan(P.cummin, _smaller, {}, ulps=0.5),
)


def order_of(line: Any, descending: bool) -> list[int]:
    """Return the places of a line's elements in order, equal ones as they stood, NaN last."""
    numbers = [v.item() if v.dtype.kind in "biu" else float(v) for v in line]
    known = [i for i, v in enumerate(numbers) if not (isinstance(v, float) and math.isnan(v))]
    known.sort(key=numbers.__getitem__, reverse=descending)
    return known + [i for i in range(len(numbers)) if i not in known]


def _argsorted(x: Array, *, axis: int, descending: bool) -> Array:
    return np.asarray(along(x, axis, lambda line: order_of(line, descending), np.int64))


def _sorted(x: Array, *, axis: int, descending: bool) -> Array:
    def one(line: Any) -> Any:
        return [line[i] for i in order_of(line, descending)]

    return np.asarray(along(x, axis, one, x.dtype))


SORTS: Final = tuple(
    Row(
        primitive=primitive,
        oracle=oracle,
        mode="own",
        ulps=0.0,
        samples=tuple(
            Sample(
                name=f"{name}{' descending' * descending}",
                operands=(operand,),
                params={"axis": axis, "descending": descending},
                dtypes=dtypes,
            )
            for name, operand, axis, dtypes in (
                ("along the first", Operand(shape=CUBE), 0, None),
                ("along the last", Operand(shape=CUBE), 2, None),
                ("of ties", Operand(shape=(2, 19), **TIES), 1, None),
                ("of extremes", Operand(shape=(2, 9), patterns=True), 1, INTEGRAL),
                ("of NaN", Operand(values=SPECIAL), 1, FLOATING),
                ("of nothing", Operand(shape=(2, 0, 3)), 1, None),
                ("of one", Operand(shape=(3, 1)), 1, None),
                ("of 32 axes", Operand(shape=DEEP), 15, None),
            )
            for descending in (False, True)
        ),
    )
    for primitive, oracle in ((P.sort, _sorted), (P.argsort, _argsorted))
)

ROWS: Final = (*REDUCTIONS, *POSITIONS, *SCANS, *SORTS)
