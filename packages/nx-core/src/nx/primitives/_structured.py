"""The primitives that move, reduce, select, sort, contract or make arrays: one row each."""

from __future__ import annotations

from typing import Any

from nx._dtypes import DType, bool_, int64, uint32
from nx._errors import AxisError, DTypeError, ShapeError, message
from nx._shapes import Shape, as_shape, broadcast_shapes, show, size_of
from nx._types import ArrayType, Device, array_type
from nx.primitives import _infer
from nx.primitives._core import BOOL, INTEGRAL, NUMERIC, ORDERED, REGULAR, STORABLE, declare

__all__: list[str] = []

# Reductions: ``axes`` are sorted, non-negative, and removed.
for _name, _takes, _dtype, _identity, _doc in (
    ("sum", NUMERIC, None, True, "the sum; float16 and bfloat16 accumulate in float32"),
    ("prod", NUMERIC, None, True, "the product; float16 and bfloat16 accumulate in float32"),
    ("max", ORDERED, None, False, "the largest element; NaN if any is"),
    ("min", ORDERED, None, False, "the smallest element; NaN if any is"),
    ("any", BOOL, bool_, True, "whether any element is true"),
    ("all", BOOL, bool_, True, "whether all elements are true"),
):
    declare(_name, "reduction", _takes, _infer.reduction(_name, _dtype, _identity), _doc)

declare(
    "argmax",
    "reduction",
    ORDERED,
    _infer.arg_reduction("argmax"),
    "the first index of the largest along axis",
)
declare(
    "argmin",
    "reduction",
    ORDERED,
    _infer.arg_reduction("argmin"),
    "the first index of the smallest along axis",
)

# Scans: along ``axis``, from the end if ``reverse``.
for _name, _takes, _doc in (
    ("cumsum", NUMERIC, "the running sum"),
    ("cumprod", NUMERIC, "the running product"),
    ("cummax", ORDERED, "the running maximum; NaN from the first NaN on"),
    ("cummin", ORDERED, "the running minimum; NaN from the first NaN on"),
):
    declare(_name, "scan", _takes, _infer.along_axis(_name), _doc)

declare("sort", "sort", ORDERED, _infer.along_axis("sort"), "sorted along axis, NaN last, stable")
declare(
    "argsort",
    "sort",
    ORDERED,
    _infer.along_axis("argsort", int64),
    "the indices that sort along axis, stable",
)


# Moves: no arithmetic; a backend may return views.
def _reshape(x: ArrayType, *, shape: Shape) -> ArrayType:
    if size_of(shape, "reshape") != x.size:
        raise ShapeError(
            message(
                "reshape",
                f"cannot make {shape} of {x.shape} ({size_of(shape)} != {x.size} elements)",
            )
        )
    return x.with_shape(shape)


def _permute(x: ArrayType, *, axes: tuple[int, ...]) -> ArrayType:
    if sorted(axes) != list(range(x.ndim)):
        raise AxisError(
            message("permute_dims", f"cannot permute {x.shape} by {axes}", "name every axis once")
        )
    return x.with_shape(tuple(x.shape[a] for a in axes))


def _broadcast_to(x: ArrayType, *, shape: Shape) -> ArrayType:
    offset = len(shape) - x.ndim
    if offset < 0 or any(n not in (1, shape[offset + i]) for i, n in enumerate(x.shape)):
        raise ShapeError(message("broadcast_to", f"cannot broadcast {x.shape} to {shape}"))
    as_shape(shape, "broadcast_to")
    return x.with_shape(shape)


def _slice(x: ArrayType, *, starts: Shape, stops: Shape, steps: Shape) -> ArrayType:
    bounds = list(zip(x.shape, starts, stops, steps, strict=True))
    if any(not 0 <= start <= stop <= n or step < 1 for n, start, stop, step in bounds):
        raise ShapeError(message("slice", f"cannot take {starts}:{stops}:{steps} of {x.shape}"))
    return x.with_shape(tuple(-(-(stop - start) // step) for _, start, stop, step in bounds))


def _flip(x: ArrayType, *, axes: tuple[int, ...]) -> ArrayType:
    _infer.check_axes("flip", axes, x.ndim)
    return x


def _pad(x: ArrayType, value: ArrayType, *, low: Shape, high: Shape, interior: Shape) -> ArrayType:
    _infer.same_device("pad", (x, value))
    _infer.same_dtype("pad", (x, value))
    if value.shape or not len(low) == len(high) == len(interior) == x.ndim:
        problem = f"cannot pad {x.shape} by {low}, {high} and {interior}"
        problem = f"{problem} with a value of shape {value.shape}"
        raise ShapeError(message("pad", problem, "one width for each axis, and a 0-d value"))
    if min((*low, *high, *interior), default=0) < 0:
        raise ShapeError(
            message(
                "pad",
                f"cannot pad by a negative width ({low}, {high}, {interior})",
                "slice instead",
            )
        )
    widths = zip(x.shape, low, high, interior, strict=True)
    return x.with_shape(tuple(n + a + b + c * max(n - 1, 0) for n, a, b, c in widths))


def _concat(*xs: ArrayType, axis: int) -> ArrayType:
    first = xs[0]
    _infer.same_device("concat", xs)
    _infer.same_dtype("concat", xs)
    _infer.check_axes("concat", (axis,), first.ndim)
    for i, x in enumerate(xs):
        if x.shape[:axis] + x.shape[axis + 1 :] != first.shape[:axis] + first.shape[axis + 1 :]:
            problem = f"cannot join {show(first.shape, x.shape)} along axis {axis} (array {i})"
            raise ShapeError(message("concat", problem, "all other axes must have equal lengths"))
    length = sum(x.shape[axis] for x in xs)
    return first.with_shape((*first.shape[:axis], length, *first.shape[axis + 1 :]))


declare(
    "reshape", "move", STORABLE, _reshape, "the same elements in row-major order in another shape"
)
declare("permute_dims", "move", STORABLE, _permute, "axis i of the result is axis axes[i] of x")
declare("broadcast_to", "move", STORABLE, _broadcast_to, "x repeated along new and length-1 axes")
declare("slice", "move", STORABLE, _slice, "x[start:stop:step] on every axis, steps positive")
declare("flip", "move", STORABLE, _flip, "the order of the elements reversed along the axes")
declare(
    "pad", "move", STORABLE, _pad, "value put before, after and between the elements of each axis"
)
declare("concat", "move", STORABLE, _concat, "the arrays joined along axis")


# Gather and scatter: index arrays broadcast together and index ``axes`` in order; negative indices
# count from the end; an index out of bounds is an error that the kernel reports.
def _indexed(
    operation: str, x: ArrayType, indices: tuple[ArrayType, ...], axes: tuple[int, ...]
) -> Shape:
    _infer.same_device(operation, (x, *indices))
    if not indices or len(indices) != len(axes):
        raise ShapeError(
            message(operation, f"cannot index {len(axes)} axes by {len(indices)} arrays")
        )
    _infer.check_axes(operation, axes, x.ndim)
    for index in indices:
        if index.dtype.kind not in INTEGRAL:
            raise DTypeError(
                message(operation, f"cannot index by {index.dtype.name}", "use an integer array")
            )
    rest = tuple(n for i, n in enumerate(x.shape) if i not in axes)
    return broadcast_shapes([i.shape for i in indices], operation) + rest


def _gather(x: ArrayType, *indices: ArrayType, axes: tuple[int, ...]) -> ArrayType:
    return x.with_shape(_indexed("gather", x, indices, axes))


def _scatter(operation: str) -> Any:
    def infer(
        x: ArrayType, updates: ArrayType, *indices: ArrayType, axes: tuple[int, ...]
    ) -> ArrayType:
        shape = _indexed(operation, x, indices, axes)
        _infer.same_device(operation, (x, updates))
        _infer.same_dtype(operation, (x, updates))
        if updates.shape != shape:
            problem = f"cannot put updates of shape {updates.shape} where {shape} is indexed"
            raise ShapeError(message(operation, problem, "broadcast the updates first"))
        return x

    return infer


declare(
    "gather",
    "gather",
    STORABLE,
    _gather,
    "x at the indices; index axes first, the other axes of x after them",
)
_SCATTERS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("scatter_set", STORABLE, "x with the updates put at the indices; the last duplicate stays"),
    ("scatter_add", NUMERIC, "x with the updates added at the indices, duplicates all"),
    ("scatter_multiply", NUMERIC, "x multiplied by the updates at the indices, duplicates all"),
    ("scatter_min", ORDERED, "the minimum of x and the updates at the indices"),
    ("scatter_max", ORDERED, "the maximum of x and the updates at the indices"),
)
for _name, _kinds, _doc in _SCATTERS:
    declare(_name, "scatter", _kinds, _scatter(_name), _doc)


# Contractions and windows.
def _matmul(a: ArrayType, b: ArrayType) -> ArrayType:
    _infer.same_device("matmul", (a, b))
    _infer.same_dtype("matmul", (a, b))
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        clash = f"{a.shape[-1]} != {b.shape[-2]}" if a.ndim > 1 < b.ndim else "each needs 2 axes"
        raise ShapeError(message("matmul", f"cannot multiply {a.shape} by {b.shape} ({clash})"))
    stack = broadcast_shapes([a.shape[:-2], b.shape[:-2]], "matmul")
    return a.with_shape((*stack, a.shape[-2], b.shape[-1]))


def _unfold(x: ArrayType, *, window: Shape, strides: Shape, dilation: Shape) -> ArrayType:
    k = len(window)
    if (
        x.ndim < k
        or not len(strides) == len(dilation) == k
        or min((*window, *strides, *dilation)) < 1
    ):
        raise ShapeError(
            message(
                "unfold", f"cannot take windows {window} of {x.shape} ({strides=}, {dilation=})"
            )
        )
    spans = [(w - 1) * d + 1 for w, d in zip(window, dilation, strict=True)]
    lengths = x.shape[x.ndim - k :]
    if any(span > n for span, n in zip(spans, lengths, strict=True)):
        problem = f"cannot fit windows spanning {tuple(spans)} into axes of lengths {lengths}"
        raise ShapeError(message("unfold", problem, "pad first"))
    places = tuple((n - span) // s + 1 for n, span, s in zip(lengths, spans, strides, strict=True))
    return x.with_shape((*x.shape[: x.ndim - k], *places, *window))


def _fold(y: ArrayType, *, shape: Shape, strides: Shape, dilation: Shape) -> ArrayType:
    k = len(shape)
    if y.ndim < 2 * k:
        raise ShapeError(
            message("fold", f"cannot fold {y.shape} into {shape} ({y.ndim} < {2 * k} axes)")
        )
    stack, window = y.shape[: y.ndim - 2 * k], y.shape[y.ndim - k :]
    out = y.with_shape((*stack, *shape))
    expected = _unfold(out, window=window, strides=strides, dilation=dilation)
    if expected.shape != y.shape:
        raise ShapeError(
            message("fold", f"cannot fold {y.shape} into {shape} ({expected.shape} is needed)")
        )
    return out


declare(
    "matmul",
    "matmul",
    NUMERIC,
    _matmul,
    "the product of matrices in the last two axes; the others broadcast",
)
declare(
    "unfold",
    "window",
    NUMERIC,
    _unfold,
    "sliding windows over the last axes: places, then window axes",
)
declare("fold", "window", NUMERIC, _fold, "the transpose of unfold: overlapping windows added up")


# Creation and conversion.
def _device_type(operation: str, shape: Shape, dtype: DType, device: Device) -> ArrayType:
    return array_type(as_shape(shape, operation), dtype, device)


def _full(*, shape: Shape, value: Any, dtype: DType, device: Device) -> ArrayType:
    return _device_type("full", shape, dtype, device)


def _iota(*, length: int, dtype: DType, device: Device) -> ArrayType:
    return _device_type("iota", (length,), dtype, device)


def _cast(x: ArrayType, *, dtype: DType) -> ArrayType:
    return x.with_dtype(dtype)


def _bitcast(x: ArrayType, *, dtype: DType) -> ArrayType:
    if x.dtype.itemsize != dtype.itemsize or bool_ in (x.dtype, dtype):
        bits = f"{8 * x.dtype.itemsize} and {8 * dtype.itemsize} bits"
        raise DTypeError(message("bitcast", f"cannot view {x.dtype.name} as {dtype.name} ({bits})"))
    return x.with_dtype(dtype)


def _to_device(x: ArrayType, *, device: Device) -> ArrayType:
    return array_type(x.shape, x.dtype, device)


def _same(x: ArrayType) -> ArrayType:
    return x


declare("full", "creation", STORABLE, _full, "value everywhere")
declare("iota", "creation", REGULAR, _iota, "0, 1, ..., length - 1")
declare(
    "cast",
    "convert",
    STORABLE,
    _cast,
    "the values in another dtype; a complex value loses its imaginary part",
)
declare(
    "bitcast", "convert", STORABLE, _bitcast, "the same bits read as another dtype of the same size"
)
declare("copy", "convert", STORABLE, _same, "the same values in storage of their own")
declare("detach", "convert", STORABLE, _same, "the same values, constant to every differentiation")
declare("to_device", "convert", STORABLE, _to_device, "the same values on another device")


# Random bits.
def _threefry(key: ArrayType, counter: ArrayType) -> ArrayType:
    _infer.same_device("threefry2x32", (key, counter))
    if key.dtype is not uint32 or counter.dtype is not uint32:
        raise DTypeError(
            message(
                "threefry2x32", f"cannot hash {counter.dtype.name} by {key.dtype.name} (not uint32)"
            )
        )
    if key.shape[-1:] != (2,) or counter.shape[-1:] != (2,):
        raise ShapeError(
            message(
                "threefry2x32", f"cannot hash {counter.shape} by {key.shape} (last axes must be 2)"
            )
        )
    return counter.with_shape(broadcast_shapes([key.shape, counter.shape], "threefry2x32"))


declare(
    "threefry2x32",
    "random",
    INTEGRAL,
    _threefry,
    "the Threefry-2x32 hash, 20 rounds, of each counter by its key",
)
