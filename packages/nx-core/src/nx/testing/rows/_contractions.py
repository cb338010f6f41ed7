"""Rows of matrix products, windows and Fourier transforms: sums, written out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from nx.primitives import P
from nx.testing._operands import Operand, dtypes_of
from nx.testing._rows import Row, Sample

__all__ = ["ROWS", "folded", "unfolded"]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

INTEGRAL: Final = dtypes_of(["signed", "unsigned"])


def _product(a: Any, b: Any) -> Any:
    """Multiply matrices: each element is a sum, of Python's integers or wide numbers."""
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = np.broadcast_to(a, (*stack, *a.shape[-2:]))
    b = np.broadcast_to(b, (*stack, *b.shape[-2:]))
    out = np.empty((*stack, a.shape[-2], b.shape[-1]), a.dtype)
    for index in np.ndindex(out.shape):
        *place, i, j = index
        out[index] = sum(a[(*place, i)] * b[(*place, slice(None), j)])
    return out


def _product_of_sizes(a: Any, b: Any) -> Any:
    return _product(np.asarray(abs(a)), np.asarray(abs(b)))


def _places(
    shape: Shape, window: Shape, strides: Shape, dilation: Shape
) -> Iterator[tuple[Shape, Shape]]:
    """Yield, for each window and each element of it, its place among windows and its source."""
    rows: Any = list(zip(shape, window, strides, dilation, strict=True))
    counts = [(n - (w - 1) * d - 1) // s + 1 for n, w, s, d in rows]
    for place in np.ndindex(*counts, *window):
        start, inside = place[: len(counts)], place[len(counts) :]
        source = zip(start, inside, strides, dilation, strict=True)
        yield place, tuple(p * s + i * d for p, i, s, d in source)


def unfolded(x: Any, *, window: Shape, strides: Shape, dilation: Shape) -> Any:
    """Take windows one element at a time."""
    k = len(window)
    found = dict(_places(x.shape[x.ndim - k :], window, strides, dilation))
    ends = tuple(int(n) + 1 for n in np.max([*found], axis=0))
    out = np.empty((*x.shape[: x.ndim - k], *ends), x.dtype)
    for place, source in found.items():
        here: Any = (..., *place)
        there: Any = (..., *source)
        out[here] = x[there]
    return out


def folded(y: Any, *, shape: Shape, strides: Shape, dilation: Shape) -> Any:
    """Add windows up one element at a time."""
    k = len(shape)
    out = np.zeros((*y.shape[: y.ndim - 2 * k], *shape), y.dtype)
    for place, source in _places(shape, y.shape[y.ndim - k :], strides, dilation):
        here: Any = (..., *source)
        there: Any = (..., *place)
        out[here] += y[there]
    return out


def _folded_sizes(y: Any, **params: Any) -> Any:
    return folded(np.asarray(abs(y)), **params)


WINDOWS: Final[tuple[tuple[str, Shape, Shape, Shape, Shape, Shape], ...]] = (
    # name, shape, window, strides, dilation, the windows' shape
    ("1-d", (2, 7), (3,), (1,), (1,), (2, 5, 3)),
    ("strides", (2, 8), (3,), (2,), (1,), (2, 3, 3)),
    ("dilation", (9,), (3,), (2,), (3,), (2, 3)),
    ("2-d", (4, 5), (2, 3), (1, 1), (1, 1), (3, 3, 2, 3)),
    ("2-d, all", (2, 5, 6), (2, 2), (2, 1), (1, 3), (2, 2, 3, 2, 2)),
    ("gaps", (8,), (1,), (3,), (1,), (3, 1)),
    ("an empty stack", (0, 5), (2,), (1,), (1,), (0, 4, 2)),
    ("32 axes", (2, *(1,) * 29, 5), (2,), (1,), (1,), (2, *(1,) * 29, 4, 2)),
)

PRODUCTS: Final = (
    Row(
        primitive=P.matmul,
        oracle=_product,
        magnitude=_product_of_sizes,
        ulps=8.0,
        samples=tuple(
            Sample(
                name=name,
                operands=tuple(Operand(shape=shape, patterns=wraps) for shape in (a, b)),
                dtypes=dtypes,
            )
            for name, a, b, wraps, dtypes in (
                ("matrices", (2, 3), (3, 4), False, None),
                ("stacks", (2, 2, 3), (2, 3, 2), False, None),
                ("broadcast stacks", (2, 1, 2, 3), (3, 3, 2), False, None),
                ("a stack and a matrix", (3, 2, 2), (2, 2), False, None),
                ("of length 1", (1, 1), (1, 1), False, None),
                ("over nothing", (2, 0), (0, 3), False, None),
                ("of nothing", (0, 2), (2, 3), False, None),
                ("large", (17, 33), (33, 19), False, ("float32", "float64", "complex64")),
                ("wrapping around", (2, 3), (3, 2), True, INTEGRAL),
                ("32 axes", (2, *(1,) * 29, 2, 3), (3, 2), False, None),
            )
        ),
    ),
    Row(
        primitive=P.unfold,
        oracle=unfolded,
        mode="bits",
        view=True,
        samples=tuple(
            Sample(
                name=name,
                operands=(Operand(shape=shape, patterns=True),),
                params={"window": window, "strides": strides, "dilation": dilation},
            )
            for name, shape, window, strides, dilation, _ in WINDOWS
            if len(shape) + len(window) <= 32
        ),
    ),
    Row(
        primitive=P.fold,
        oracle=folded,
        magnitude=_folded_sizes,
        ulps=4.0,
        samples=tuple(
            Sample(
                name=name,
                operands=(Operand(shape=windows),),
                params={
                    "shape": shape[len(shape) - len(window) :],
                    "strides": strides,
                    "dilation": dilation,
                },
            )
            for name, shape, window, strides, dilation, windows in WINDOWS
            if len(windows) <= 32
        ),
    ),
)


# Fourier transforms -----------------------------------------------------------


def _wave(n: int, sign: int, dtype: Any) -> Any:
    """Return the matrix of exp(sign * 2j pi jk / n), its angles reduced before they are rounded."""
    real = np.longdouble if dtype == np.clongdouble else np.float64
    turns = np.outer(np.arange(n), np.arange(n)) % n
    angles = turns.astype(real) * (2 * np.arccos(real(-1)) / real(n))
    return np.cos(angles) + sign * 1j * np.sin(angles)


def _transformed(sign: int) -> Any:
    def oracle(x: Any, *, axes: Shape) -> Any:
        out = x
        for axis in axes:
            n = x.shape[axis]
            moved = np.moveaxis(out, axis, -1)
            moved = np.matmul(moved, _wave(n, sign, x.dtype)) / (n if sign > 0 else 1)
            out = np.moveaxis(moved, -1, axis)
        return out

    return oracle


def _sizes(sign: int) -> Any:
    def magnitude(x: Any, *, axes: Shape) -> Any:
        out = np.abs(x)
        for axis in axes:
            total = np.sum(out, axis, keepdims=True) / (x.shape[axis] if sign > 0 else 1)
            out = np.broadcast_to(total, out.shape)
        return out

    return magnitude


def _rfft(x: Any, *, axis: int) -> Any:
    complex_ = x.astype(np.clongdouble if x.dtype == np.longdouble else np.complex128)
    whole = _transformed(-1)(complex_, axes=(axis,))
    return np.take(whole, range(x.shape[axis] // 2 + 1), axis)


def _rfft_sizes(x: Any, *, axis: int) -> Any:
    return np.sum(np.abs(x), axis, keepdims=True)


def _irfft(x: Any, *, axis: int, n: int) -> Any:
    """Sum what the frequencies and their conjugates give; the ends' imaginary parts give none."""
    half = np.moveaxis(x, axis, -1)
    wave = _wave(n, 1, x.dtype)[: half.shape[-1]]
    weights = np.array([1 if k == 0 or 2 * k == n else 2 for k in range(half.shape[-1])])
    out = np.matmul(half * weights, wave).real / n
    return np.moveaxis(out, -1, axis)


def _irfft_sizes(x: Any, *, axis: int, n: int) -> Any:
    return 2 * np.sum(np.abs(x), axis, keepdims=True) / n


TRANSFORMS: Final = (
    *(
        Row(
            primitive=primitive,
            oracle=_transformed(sign),
            magnitude=_sizes(sign),
            ulps=8.0,
            samples=tuple(
                Sample(name=name, operands=(Operand(shape=shape),), params={"axes": axes})
                for name, shape, axes in (
                    ("along the first", (5, 3), (0,)),
                    ("along the last", (2, 6), (1,)),
                    ("along two", (2, 3, 4), (0, 2)),
                    ("along none", (2, 3), ()),
                    ("of one", (3, 1), (1,)),
                    ("a power of 2", (2, 32), (1,)),
                    ("a prime", (2, 37), (1,)),
                    ("an empty stack", (0, 4), (1,)),
                    ("32 axes", (2, *(1,) * 30, 3), (31,)),
                )
            ),
        )
        for primitive, sign in ((P.fft, -1), (P.ifft, 1))
    ),
    Row(
        primitive=P.rfft,
        oracle=_rfft,
        magnitude=_rfft_sizes,
        ulps=8.0,
        samples=tuple(
            Sample(name=name, operands=(Operand(shape=shape),), params={"axis": axis})
            for name, shape, axis in (
                ("even", (2, 6), 1),
                ("odd", (5, 2), 0),
                ("of one", (1, 2), 0),
                ("of two", (2, 2), 0),
                ("a power of 2", (2, 32), 1),
                ("a prime", (2, 37), 1),
                ("an empty stack", (0, 4), 1),
                ("32 axes", (2, *(1,) * 30, 3), 31),
            )
        ),
    ),
    Row(
        primitive=P.irfft,
        oracle=_irfft,
        magnitude=_irfft_sizes,
        ulps=8.0,
        samples=tuple(
            Sample(name=name, operands=(Operand(shape=shape),), params={"axis": axis, "n": n})
            for name, shape, axis, n in (
                ("even", (2, 4), 1, 6),
                ("odd", (3, 2), 0, 5),
                ("to one", (1, 2), 0, 1),
                ("to two", (2, 2), 0, 2),
                ("a power of 2", (2, 17), 1, 32),
                ("a prime", (2, 19), 1, 37),
                ("an empty stack", (0, 3), 1, 4),
                ("32 axes", (2, *(1,) * 30, 2), 31, 3),
            )
        ),
    ),
)

ROWS: Final = (*PRODUCTS, *TRANSFORMS)
