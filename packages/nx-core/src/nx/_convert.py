"""From whatever users hold to arrays: conversion of foreign objects, weak scalars, promotion.

Python's own scalars are weak: they take the dtype of the arrays they meet.  Only exact ``bool``,
``int``, ``float`` and ``complex`` are; NumPy's scalars are arrays of their dtype.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nx import _dtypes as dt
from nx._array import Array, wrap
from nx._dtypes import DType
from nx._errors import DeviceError, DTypeError, NxError, ShapeError, message, shortened
from nx._limits import iinfo
from nx._shapes import as_shape, flag
from nx._types import Device, array_type
from nx.backends._selection import as_device, default_device
from nx.effects._perform import perform
from nx.primitives import P, Primitive

__all__ = [
    "PYTHON_SCALARS",
    "asarray",
    "cast",
    "check_fits",
    "constant",
    "from_numpy",
    "is_operand",
    "promote_operands",
    "refuse_complex",
    "to_array",
]

PYTHON_SCALARS = frozenset((bool, int, float, complex))
_RANK = {bool: 0, int: 1, float: 2, complex: 3}
_KIND_RANK = {"bool": 0, "unsigned": 1, "signed": 1, "floating": 2, "complex": 3, "storage": 2}
LARGEST = 2**1024 - 2**970
"""Python refuses to make a float of an int this large."""
CONSTANTS_KEPT = 4096
_constants: dict[Any, Array] = {}


def is_operand(x: Any) -> bool:
    """Tell whether operators take the object: an array of nx or NumPy, or a scalar."""
    return isinstance(x, (Array, bool, int, float, complex, np.ndarray, np.generic))


def from_numpy(array: np.ndarray[Any, Any], device: Device, copy: bool = True) -> Array:
    """Make an array of a NumPy array, by default with memory of its own."""
    dtype = dt.as_dtype(array.dtype, "asarray")
    if copy or not array.dtype.isnative:
        array = np.array(array, dtype=dtype.numpy, order="C", copy=True)
    type_ = array_type(as_shape(array.shape, "asarray"), dtype, device)
    return wrap(type_, type_.backend.put(array, device))


def constant(
    value: bool | int | float | complex, dtype: DType, device: Device, operation: str = "asarray"
) -> Array:
    """Return a 0-d array of a Python scalar; the same ones again and again are kept."""
    key = (value, type(value), dtype, device)
    # 0.0 and -0.0 are equal keys, and so in complex parts
    kept = value and type(value) is not complex
    found = _constants.get(key) if kept else None
    if found is None:
        check_fits(value, dtype, operation)
        if dtype.kind == "bool":
            value = bool(value)
        with np.errstate(all="ignore"):
            found = from_numpy(np.array(value, dtype.numpy), device, copy=False)
        if kept and value == value:
            if len(_constants) >= CONSTANTS_KEPT:
                _constants.clear()
            _constants[key] = found
    return found


def check_fits(value: Any, dtype: DType, operation: str = "asarray") -> None:
    """Raise unless a dtype holds a Python scalar; a floating one may round or overflow."""
    whole = dtype.kind in ("signed", "unsigned") or dtype in (dt.int4, dt.uint4)
    if type(value) is complex and dtype.kind not in ("complex", "bool"):
        problem = f"cannot hold the complex {value!r} in {dtype.name}"
        raise DTypeError(message(operation, problem, "use a complex dtype, or value.real"))
    if whole and type(value) is float and not math.isfinite(value):
        raise DTypeError(
            message(operation, f"cannot hold {value} in {dtype.name}", "use a floating dtype")
        )
    if whole and type(value) in (int, float):
        limits = iinfo(dtype)
        if not limits.min <= int(value) <= limits.max:
            problem = f"cannot hold {value} in {dtype.name} (it holds {limits.min} to {limits.max})"
            raise DTypeError(message(operation, problem, "convert to a wider dtype first"))
    elif type(value) is int and dtype.kind != "bool" and abs(value) >= LARGEST:
        raise DTypeError(
            message(operation, f"cannot hold an int of {value.bit_length()} bits in {dtype.name}")
        )


def to_array(x: Any, operation: str, device: Device | None = None) -> Array:
    """Return an operand as an array, converting what users may pass for one."""
    if isinstance(x, Array):
        return x
    kind = type(x)
    if kind in PYTHON_SCALARS:
        return constant(x, dt.scalar_dtype(x), device or default_device(), operation)
    if isinstance(x, (np.ndarray, np.generic, list, tuple, bool, int, float, complex)):
        if isinstance(x, (list, tuple)) and _holds_arrays(x):
            return _stack_nested(x, device or default_device())  # they stay where they are
        try:
            return asarray(x, device=device)
        except NxError as error:
            raise shortened(error) from error.__cause__
    problem = f"cannot take {kind.__name__} as an array"
    raise DTypeError(message(operation, problem, "pass an nx array, a NumPy array or a number"))


def promote_operands(
    primitive: Primitive,
    args: Sequence[Any],
    inexact: bool = False,
    operation: str | None = None,
    device: Device | None = None,
) -> list[Array]:
    """Return the operands of an elementwise primitive as arrays of one dtype on one device.

    ``inexact`` says that integers become float32, as in a division; ``operation`` is what errors
    call it; ``device`` is where scalars go that have no array beside them.
    """
    name = operation or primitive.name
    try:
        arrays = [x if isinstance(x, Array) else None for x in args]
        device = next((x._type.device for x in arrays if x is not None), device)
        for i, x in enumerate(args):
            if arrays[i] is None and type(x) not in PYTHON_SCALARS:
                arrays[i] = to_array(x, name, device)
        found = [a._type for a in arrays if a is not None]
        dtype = result_dtype(name, [t.dtype for t in found], [*args])
        if inexact and dtype.kind in ("signed", "unsigned", "bool"):
            if dtype.kind == "bool":
                primitive.accept(dtype)
            dtype = dt.float32
        device = device or (found[0].device if found else default_device())
        out = []
        for x, a in zip(args, arrays, strict=True):
            if a is None:
                out.append(constant(x, dtype, device, name))
            else:
                out.append(a if a._type.dtype is dtype else perform(P.cast, a, dtype=dtype))
        return out
    except NxError as error:
        raise shortened(error) from error.__cause__


def result_dtype(operation: str, dtypes: Sequence[DType], args: Sequence[Any]) -> DType:
    """Return the dtype in which arrays of these dtypes and the Python scalars in args meet."""
    weak = [x for x in args if type(x) in PYTHON_SCALARS]
    if not dtypes:
        widest: Any = max(weak, key=lambda x: _RANK[type(x)])
        return dt.scalar_dtype(widest)
    dtype = dtypes[0]
    for other in dtypes[1:]:
        dtype = dt.promote(dtype, other, operation)
    for x in weak:
        dtype = _with_scalar(operation, dtype, x)
    return dtype


def _with_scalar(operation: str, dtype: DType, x: Any) -> DType:
    kind, rank = _KIND_RANK[dtype.kind], _RANK[type(x)]
    if (kind == 0) != (rank == 0) or dtype.kind == "storage":
        problem = f"cannot combine {dtype.name} with the Python {type(x).__name__} {x!r}"
        raise DTypeError(message(operation, problem, "convert the array with astype(...) first"))
    if rank <= kind:
        return dtype
    return dt.complex_of(dtype) if rank == 3 else dt.float32


def asarray(
    obj: Any, /, *, dtype: Any = None, device: Any = None, copy: bool | None = None
) -> Array:
    """Make an array of numbers, nested lists, a NumPy array, or what gives itself to NumPy.

    Parameters
    ----------
    obj : Array, scalar, nested sequence, numpy.ndarray or buffer
        What to convert.  Sequences may contain arrays; these are stacked and stay differentiable.
    dtype : DType, optional
        The dtype wanted.  Without it an array keeps its own, Python floats give float32, ints
        int64.
    device : Device or str, optional
        Where to put it; by default where it is, or the default device.
    copy : bool, optional
        True: always copy.  False: share memory or raise; the buffer must not be written to
        afterwards. None: copy what another library owns, share what nx owns.

    Returns
    -------
    Array

    Raises
    ------
    DTypeError
        If the elements have no dtype of nx.
    ShapeError
        If nested sequences are ragged.

    Examples
    --------
    >>> import nx
    >>> nx.asarray([[1, 2], [3, 4]], dtype=nx.float32)
    Array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    wanted = None if dtype is None else dt.as_dtype(dtype, "asarray")
    copy = None if copy is None else flag("asarray", copy, "copy")
    if isinstance(obj, Array):
        return _of_array(obj, wanted, device, copy)
    place = default_device() if device is None else as_device(device)
    if type(obj) in PYTHON_SCALARS:
        _refuse_sharing(copy, obj)
        return constant(obj, wanted or dt.scalar_dtype(obj), place)
    if isinstance(obj, (list, tuple)):
        _refuse_sharing(copy, obj)
        if _holds_arrays(obj):
            return _of_array(_stack_nested(obj, place), wanted, device, None)
        return _of_sequence(obj, wanted, place)
    array = _to_numpy(obj)
    found = _found_dtype(array)
    if wanted is None or wanted is found:
        return from_numpy(array, place, copy=copy is not False)
    if copy is False:
        raise DTypeError(
            message(
                "asarray",
                f"cannot share memory of {found.name} as {wanted.name}",
                "drop copy=False",
            )
        )
    return from_numpy(_cast_numpy(array, wanted), place, copy=False)


def _cast_numpy(array: np.ndarray[Any, Any], dtype: DType) -> np.ndarray[Any, Any]:
    if array.dtype.kind == "c":
        refuse_complex(dt.as_dtype(array.dtype, "asarray"), dtype, "asarray")
    with np.errstate(all="ignore"):
        return np.array(array != 0 if dtype.kind == "bool" else array, dtype=dtype.numpy)


def refuse_complex(found: DType, wanted: DType, operation: str) -> None:
    """Raise where a conversion would drop imaginary parts."""
    if found.kind == "complex" and wanted.kind not in ("complex", "bool"):
        problem = f"cannot convert {found.name} to {wanted.name}"
        raise DTypeError(message(operation, problem, "take real(x), imag(x) or abs(x)"))


def cast(x: Array, dtype: DType, operation: str) -> Array:
    """Return an array in another dtype: bool is ``x != 0``, and no imaginary part is dropped."""
    refuse_complex(x._type.dtype, dtype, operation)
    if dtype is dt.bool_ and x._type.dtype.kind not in ("bool", "storage"):
        return perform(P.not_equal, x, constant(0, x._type.dtype, x._type.device))
    return perform(P.cast, x, dtype=dtype)


def _refuse_sharing(copy: bool | None, obj: Any) -> None:
    if copy is False:
        problem = f"cannot share memory with a {type(obj).__name__}"
        raise DTypeError(message("asarray", problem, "drop copy=False"))


def _of_array(x: Array, dtype: DType | None, device: Any, copy: bool | None) -> Array:
    place = x._type.device if device is None else as_device(device)
    out = x if dtype is None or dtype is x._type.dtype else cast(x, dtype, "asarray")
    if place != x._type.device:
        out = perform(P.to_device, out, device=place)
    if copy is False and out is not x:
        problem = f"cannot share {x._type} on {x._type.device} unchanged"
        raise DeviceError(message("asarray", problem, "drop copy=False"))
    return perform(P.copy, x) if copy and out is x else out


def _holds_arrays(obj: Any) -> bool:
    return any(
        isinstance(x, Array) or (isinstance(x, (list, tuple)) and _holds_arrays(x)) for x in obj
    )


def _stack_nested(obj: Any, device: Device) -> Array:
    """Stack a nested sequence that contains arrays, without reading them."""
    parts = [_stack_nested(x, device) if isinstance(x, (list, tuple)) else x for x in obj]
    arrays = promote_operands(P.concat, parts, operation="asarray")
    shapes = [a._type.shape for a in arrays]
    for i, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ShapeError(
                message("asarray", f"cannot stack {shapes[0]} with {shape} (element {i})")
            )
    rows = [perform(P.reshape, a, shape=(1, *shapes[0])) for a in arrays]
    return perform(P.concat, *rows, axis=0)


def _of_sequence(obj: Any, dtype: DType | None, device: Device) -> Array:
    try:
        array = np.array(obj)
    except OverflowError as e:
        raise DTypeError(message("asarray", f"cannot hold these ints in int64 ({e})")) from None
    except ValueError:
        clash = _clash(obj) or "its elements differ in shape"
        raise ShapeError(
            message("asarray", f"cannot make an array of a ragged sequence ({clash})")
        ) from None
    found = _found_dtype(array)
    if dtype is None:
        dtype = _weak_dtype(obj, array, found)
    elif array.dtype.kind in "iu" and array.size:
        for value in (int(array.min()), int(array.max())):
            check_fits(value, dtype)
    return from_numpy(_cast_numpy(array, dtype), device, copy=False)


def _clash(obj: Any) -> str | None:
    """Say where a nested sequence is ragged."""
    inner = next(
        (found for x in obj if isinstance(x, (list, tuple)) and (found := _clash(x))), None
    )
    if inner is not None:
        return inner
    shapes = [np.shape(x) for x in obj]
    i = next((i for i, shape in enumerate(shapes) if shape != shapes[0]), None)
    return None if i is None else f"element {i} has shape {shapes[i]}, element 0 has {shapes[0]}"


def _found_dtype(array: np.ndarray[Any, Any]) -> DType:
    try:
        return dt.as_dtype(array.dtype, "asarray")
    except DTypeError:
        big = array.dtype.kind == "O" and all(isinstance(x, int) for x in array.flat)
        hint = (
            "its ints need more than 64 bits"
            if big
            else "nx's dtypes are bool, integers, floats and complex"
        )
        raise DTypeError(
            message("asarray", f"cannot make an array of {array.dtype} elements", hint)
        ) from None


def _weak_dtype(obj: Any, array: np.ndarray[Any, Any], found: DType) -> DType:
    """Return the dtype of a sequence: NumPy's if it holds NumPy's scalars, else nx's default."""
    if array.size == 0:
        return dt.float32
    if _has_numpy(obj):
        return found
    kinds = {"bool": dt.bool_, "signed": dt.int64, "floating": dt.float32, "complex": dt.complex64}
    return kinds.get(found.kind, found)


def _has_numpy(obj: Any) -> bool:
    return any(
        isinstance(x, (np.generic, np.ndarray)) or (isinstance(x, (list, tuple)) and _has_numpy(x))
        for x in obj
    )


def _to_numpy(obj: Any) -> np.ndarray[Any, Any]:
    if isinstance(obj, (np.ndarray, np.generic)):
        return np.asarray(obj)
    if isinstance(obj, str) or not (
        hasattr(obj, "__array__")
        or hasattr(obj, "__array_interface__")
        or _is_buffer(obj)
        or _is_sequence(obj)
    ):
        problem = f"cannot make an array of {type(obj).__name__}"
        raise DTypeError(
            message("asarray", problem, "pass numbers, a nested list, or a NumPy array")
        )
    array = np.asarray(list(obj)) if _is_sequence(obj) else np.asarray(obj)
    if array.dtype.kind == "O":
        raise DTypeError(
            message("asarray", f"cannot make an array of {type(obj).__name__} objects")
        )
    return array


def _is_sequence(obj: Any) -> bool:
    return isinstance(obj, range)


def _is_buffer(obj: Any) -> bool:
    try:
        memoryview(obj)
    except TypeError:
        return False
    return True
