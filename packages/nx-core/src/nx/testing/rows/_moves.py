"""Rows of the primitives that move, make or convert elements: every bit counts.

The oracles go through the elements one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from nx._dtypes import ALL, DType
from nx.primitives import P, Primitive
from nx.testing._operands import Operand, dtypes_of, kind_of
from nx.testing._rows import Row, Sample

__all__ = ["ROWS", "padded", "sliced"]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

CUBE: Final = (2, 3, 4)
DEEP: Final = (2, *(1,) * 14, 3, *(1,) * 15, 2)
"""32 axes."""
ONES: Final = (1,) * 32


def taken(x: Array, shape: Shape, source: Callable[[Any], Any]) -> Array:
    """Return the array whose element at each index is x's at the source of the index."""
    out = np.empty(shape, x.dtype)
    for index in np.ndindex(*shape):
        out[index] = x[tuple(source(index))]
    return out


def _reshaped(x: Array, *, shape: Shape) -> Array:
    out = np.empty(shape, x.dtype)
    for index, other in zip(np.ndindex(*shape), np.ndindex(*x.shape), strict=True):
        out[index] = x[other]
    return out


def _permuted(x: Array, *, axes: Shape) -> Array:
    shape = tuple(x.shape[a] for a in axes)
    return taken(x, shape, lambda index: (index[axes.index(a)] for a in range(x.ndim)))


def _broadcast(x: Array, *, shape: Shape) -> Array:
    lost = len(shape) - x.ndim
    return taken(
        x,
        shape,
        lambda index: (0 if n == 1 else i for i, n in zip(index[lost:], x.shape, strict=True)),
    )


def sliced(x: Array, *, starts: Shape, stops: Shape, steps: Shape) -> Array:
    """Pick the elements of a slice one by one."""
    bounds = list(zip(starts, stops, steps, strict=True))
    shape = tuple(len(range(*bound)) for bound in bounds)
    return taken(
        x, shape, lambda index: (b[0] + i * b[2] for i, b in zip(index, bounds, strict=True))
    )


def _flipped(x: Array, *, axes: Shape) -> Array:
    return taken(
        x,
        x.shape,
        lambda index: (x.shape[a] - 1 - i if a in axes else i for a, i in enumerate(index)),
    )


def padded(x: Array, value: Array, *, low: Shape, high: Shape, interior: Shape) -> Array:
    """Put the value everywhere, then the elements in their places."""
    widths = zip(x.shape, low, high, interior, strict=True)
    out = np.empty([a + n + b + k * max(n - 1, 0) for n, a, b, k in widths], x.dtype)
    for index in np.ndindex(out.shape):
        out[index] = value
    for index in np.ndindex(x.shape):
        out[tuple(a + i * (k + 1) for i, a, k in zip(index, low, interior, strict=True))] = x[index]
    return out


def _joined(*xs: Array, axis: int) -> Array:
    shape = list(xs[0].shape)
    shape[axis] = sum(x.shape[axis] for x in xs)
    out, start = np.empty(shape, xs[0].dtype), 0
    for x in xs:
        for index in np.ndindex(x.shape):
            out[(*index[:axis], index[axis] + start, *index[axis + 1 :])] = x[index]
        start += x.shape[axis]
    return out


def _itself(x: Array, **_: Any) -> Array:
    return x


def patterns(*shape: int) -> Operand:
    """Return an operand of any bits."""
    return Operand(shape=shape, patterns=True)


def move(
    primitive: Primitive, oracle: Callable[..., Any], *calls: tuple[Any, ...], **options: Any
) -> Row:
    """Make a row of calls (name, shapes, parameters)."""
    samples = tuple(
        Sample(name=name, operands=tuple(patterns(*shape) for shape in shapes), params=params)
        for name, shapes, params in calls
    )
    return Row(primitive=primitive, oracle=oracle, samples=samples, mode="bits", **options)


VIEWS: Final = (
    move(
        P.reshape,
        _reshaped,
        ("to 2-d", [CUBE], {"shape": (4, 6)}),
        ("to 1-d", [CUBE], {"shape": (24,)}),
        ("split", [(4, 6)], {"shape": (2, 2, 3, 2)}),
        ("the same", [(3, 4)], {"shape": (3, 4)}),
        ("to 0-d", [(1, 1)], {"shape": ()}),
        ("of 0-d", [()], {"shape": (1, 1)}),
        ("empty", [(2, 0, 3)], {"shape": (0, 5)}),
        ("to 32 axes", [(3, 4)], {"shape": DEEP}),
        ("of 32 axes", [DEEP], {"shape": (4, 3)}),
        view=True,
    ),
    move(
        P.permute_dims,
        _permuted,
        ("cycle", [CUBE], {"axes": (1, 2, 0)}),
        ("swap", [CUBE], {"axes": (0, 2, 1)}),
        ("none", [CUBE], {"axes": (0, 1, 2)}),
        ("2-d", [(3, 4)], {"axes": (1, 0)}),
        ("0-d", [()], {"axes": ()}),
        ("empty", [(2, 0, 3)], {"axes": (2, 0, 1)}),
        ("32 axes", [DEEP], {"axes": (*range(16, 32), *range(16))}),
        view=True,
    ),
    move(
        P.broadcast_to,
        _broadcast,
        ("length 1", [(3, 1)], {"shape": (3, 4)}),
        ("new axes", [(4,)], {"shape": CUBE}),
        ("both", [(3, 1)], {"shape": CUBE}),
        ("of 0-d", [()], {"shape": (2, 2)}),
        ("the same", [(2, 3)], {"shape": (2, 3)}),
        ("to empty", [(1, 3)], {"shape": (0, 3)}),
        ("to 32 axes", [(3, 1)], {"shape": (*(1,) * 28, 2, 1, 3, 2)}),
        view=True,
    ),
    move(
        P.slice,
        sliced,
        ("steps", [(8, 5)], {"starts": (1, 0), "stops": (7, 5), "steps": (3, 2)}),
        ("part", [CUBE], {"starts": (0, 1, 2), "stops": (1, 3, 4), "steps": (1, 1, 1)}),
        ("long steps", [(3, 4)], {"starts": (1, 0), "stops": (3, 4), "steps": (5, 9)}),
        ("all", [(3, 4)], {"starts": (0, 0), "stops": (3, 4), "steps": (1, 1)}),
        ("to empty", [(3, 4)], {"starts": (2, 0), "stops": (2, 4), "steps": (1, 2)}),
        ("empty", [(2, 0, 3)], {"starts": (0, 0, 1), "stops": (2, 0, 3), "steps": (1, 1, 1)}),
        ("0-d", [()], {"starts": (), "stops": (), "steps": ()}),
        ("32 axes", [DEEP], {"starts": (1, *(0,) * 31), "stops": DEEP, "steps": (2, *(1,) * 31)}),
        view=True,
    ),
    move(
        P.flip,
        _flipped,
        ("one", [CUBE], {"axes": (1,)}),
        ("two", [CUBE], {"axes": (0, 2)}),
        ("all", [CUBE], {"axes": (0, 1, 2)}),
        ("none", [CUBE], {"axes": ()}),
        ("0-d", [()], {"axes": ()}),
        ("empty", [(2, 0, 3)], {"axes": (0, 1)}),
        ("32 axes", [DEEP], {"axes": (0, 15, 31)}),
        view=True,
    ),
)

COPIES: Final = (
    move(
        P.pad,
        padded,
        ("both sides", [(3, 4), ()], {"low": (1, 0), "high": (2, 3), "interior": (0, 0)}),
        ("between", [(3, 4), ()], {"low": (0, 0), "high": (0, 0), "interior": (1, 2)}),
        ("everywhere", [(3, 4), ()], {"low": (1, 2), "high": (0, 1), "interior": (2, 1)}),
        ("nowhere", [(3, 4), ()], {"low": (0, 0), "high": (0, 0), "interior": (0, 0)}),
        ("empty", [(2, 0), ()], {"low": (1, 0), "high": (0, 1), "interior": (3, 2)}),
        ("0-d", [(), ()], {"low": (), "high": (), "interior": ()}),
        (
            "32 axes",
            [DEEP, ()],
            {"low": (1, *(0,) * 31), "high": (*(0,) * 31, 1), "interior": (0,) * 32},
        ),
    ),
    move(
        P.concat,
        _joined,
        ("along 0", [(1, 3), (2, 3), (3, 3)], {"axis": 0}),
        ("along 1", [(2, 1, 2), (2, 3, 2)], {"axis": 1}),
        ("with empty", [(2, 0), (2, 3)], {"axis": 1}),
        ("of one", [(2, 2)], {"axis": 0}),
        ("32 axes", [DEEP, DEEP], {"axis": 31}),
    ),
    move(P.copy, _itself, ("a cube", [CUBE], {}), ("0-d", [()], {}), ("32 axes", [DEEP], {})),
    move(P.detach, _itself, ("a cube", [CUBE], {}), ("0-d", [()], {}), view=True),
    Row(
        primitive=P.to_device,
        oracle=_itself,
        mode="bits",
        view=True,
        samples=tuple(
            Sample(
                name=name,
                operands=(patterns(*shape),),
                params=lambda dtype, device: {"device": device},
            )
            for name, shape in (("a cube", CUBE), ("0-d", ()), ("32 axes", DEEP))
        ),
    ),
)


# Creation ---------------------------------------------------------------------


def _given(**params: Any) -> Callable[[DType, Any], dict[str, Any]]:
    return lambda dtype, device: params | {"dtype": dtype, "device": device}


def _filled(*, shape: Shape, value: Any, dtype: DType, device: Any) -> Array:
    out = np.empty(shape, dtype.numpy)
    for index in np.ndindex(*shape):
        out[index] = np.array(value).astype(dtype.numpy)
    return out


def _counted(*, length: int, dtype: DType, device: Any) -> Array:
    return np.array(list(range(length))).astype(dtype.numpy)


NUMBERS: Final = dtypes_of(["signed", "unsigned", "floating", "complex"])
FLOATS: Final = dtypes_of(["floating", "complex"])

CREATION: Final = (
    Row(
        primitive=P.full,
        oracle=_filled,
        mode="bits",
        samples=tuple(
            Sample(name=name, operands=(), params=_given(shape=shape, value=value), dtypes=dtypes)
            for name, shape, value, dtypes in (
                ("ones", (2, 3), 1, None),
                ("zeros", (3,), 0, None),
                ("0-d", (), 1, None),
                ("empty", (2, 0), 1, None),
                ("32 axes", DEEP, 1, None),
                ("a number", (2,), 100, NUMBERS),
                ("a fraction", (2,), -0.3, FLOATS),
                ("infinity", (2,), float("-inf"), FLOATS),
                ("NaN", (2,), float("nan"), FLOATS),
                ("a complex number", (2,), 0.5 - 2j, dtypes_of(["complex"])),
            )
        ),
    ),
    Row(
        primitive=P.iota,
        oracle=_counted,
        mode="bits",
        samples=tuple(
            Sample(name=str(length), operands=(), params=_given(length=length), dtypes=dtypes)
            for length, dtypes in ((2, None), (0, None), (1, None), (100, NUMBERS))
        ),
    ),
)


# Conversion -------------------------------------------------------------------


def _converted(x: Any, *, dtype: DType) -> Any:
    """Convert widened numbers: towards zero to integers, else to the nearest."""
    kind = kind_of(dtype)
    real = x.real if x.dtype.kind == "c" and kind != "complex" else x
    out = np.empty(x.shape, {"bool": bool, "signed": object, "unsigned": object}.get(kind))
    if kind in ("complex", "floating"):
        out = np.empty(x.shape, np.clongdouble if kind == "complex" else np.longdouble)
    for index in np.ndindex(x.shape):
        value = real[index]
        if kind == "bool":
            out[index] = bool(value != 0)
        elif kind in ("signed", "unsigned"):
            out[index] = int(value)
        else:
            out[index] = np.longdouble(str(value)) if isinstance(value, int) else value
    return out


def _casts() -> tuple[Sample, ...]:
    small = Operand(shape=(3, 4), low=0, high=3)
    below = Operand(shape=(3, 4), low=-5, high=5)
    large = Operand(shape=(9,), low=2**30 - 2000, high=2**30)
    special = Operand(values=[np.nan, np.inf, -np.inf, -0.0, 1e-8, 1e30])
    inexact = ("floating", "complex")
    samples = []
    for target in ALL:
        name, params = target.name, {"dtype": target}
        kind = kind_of(target)
        samples.append(Sample(name=f"to {name}", operands=(small,), params=params))
        if kind not in ("unsigned",):
            signed = dtypes_of(["signed", "floating", "complex"])
            samples.append(
                Sample(name=f"negative to {name}", operands=(below,), params=params, dtypes=signed)
            )
        if kind in inexact:
            wide = ("int32", "int64", "uint32", "uint64", "float64")
            samples.append(
                Sample(name=f"large to {name}", operands=(large,), params=params, dtypes=wide)
            )
            samples.append(
                Sample(
                    name=f"special to {name}",
                    operands=(special,),
                    params=params,
                    dtypes=dtypes_of(["floating"]),
                )
            )
    return tuple(samples)


def _viewed(x: Array, *, dtype: DType) -> Array:
    out = np.empty(x.shape, dtype.numpy)
    for index in np.ndindex(x.shape):
        out[index] = np.frombuffer(x[index].tobytes(), dtype.numpy)[0]
    return out


def _bitcasts() -> tuple[Sample, ...]:
    whole = [d for d in ALL if d.bits >= 8]
    return tuple(
        Sample(
            name=f"as {target.name}, {label}",
            operands=(patterns(*shape),),
            params={"dtype": target},
            dtypes=tuple(d.name for d in whole if d.itemsize == target.itemsize),
        )
        for target in whole
        for label, shape in (("a cube", CUBE), ("0-d", ()))
    )


WHOLE: Final = tuple(d.name for d in ALL if d.bits >= 8)

CONVERSIONS: Final = (
    Row(primitive=P.cast, oracle=_converted, samples=_casts(), ulps=0.5),
    Row(
        primitive=P.bitcast,
        oracle=_viewed,
        samples=_bitcasts(),
        mode="bits",
        view=True,
        dtypes=WHOLE,
    ),
)

ROWS: Final = (*VIEWS, *COPIES, *CREATION, *CONVERSIONS)
