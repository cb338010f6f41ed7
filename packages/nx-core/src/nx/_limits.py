"""What the dtypes hold: the largest and smallest numbers, and how finely they are spaced."""

from __future__ import annotations

from typing import Any, Final

import ml_dtypes

from nx._dtypes import DType, as_dtype, int4, real_of, uint4
from nx._errors import DTypeError, message

__all__ = ["FloatingLimits", "IntegerLimits", "finfo", "iinfo"]


class IntegerLimits:
    """What an integer dtype holds: ``bits``, ``min``, ``max``, ``dtype``."""

    __slots__ = ("bits", "dtype", "max", "min")

    def __init__(self, dtype: DType) -> None:
        found = ml_dtypes.iinfo(dtype.numpy)  # type: ignore[no-untyped-call]  # theirs
        self.dtype: Final = dtype
        self.bits: Final = dtype.bits
        self.min: Final = int(found.min)
        self.max: Final = int(found.max)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype!r})"


class FloatingLimits:
    """What a floating dtype holds: Python floats, and ``bits`` and ``dtype``."""

    __slots__ = ("bits", "dtype", "eps", "max", "min", "smallest_normal")

    def __init__(self, dtype: DType) -> None:
        found = ml_dtypes.finfo(dtype.numpy)  # type: ignore[no-untyped-call]  # theirs
        self.dtype: Final = dtype
        self.bits: Final = dtype.bits
        self.eps: Final = float(found.eps)
        self.min: Final = float(found.min)
        self.max: Final = float(found.max)
        self.smallest_normal: Final = float(found.smallest_normal)

    def __repr__(self) -> str:
        return f"finfo(min={self.min}, max={self.max}, eps={self.eps}, dtype={self.dtype!r})"


def finfo(dtype: Any) -> FloatingLimits:
    """Return the limits of a floating dtype, or of a complex dtype's parts.

    They are its ``bits``, ``eps``, ``max``, ``min``, ``smallest_normal`` and ``dtype``.

    Parameters
    ----------
    dtype : DType or Array, floating or complex

    Returns
    -------
    object
        With these as attributes.

    Raises
    ------
    DTypeError
        For other dtypes.

    Examples
    --------
    >>> import nx
    >>> nx.finfo(nx.float32).bits, float(nx.finfo(nx.float64).eps) == 2.0 ** -52
    (32, True)
    """
    dtype = as_dtype(
        getattr(dtype, "dtype", dtype) if not isinstance(dtype, DType) else dtype, "finfo"
    )
    if dtype.kind not in ("floating", "complex") and not dtype.name.startswith("float8"):
        raise DTypeError(
            message("finfo", f"cannot describe {dtype.name}", "use iinfo for integers")
        )
    return FloatingLimits(real_of(dtype))


def iinfo(dtype: Any) -> IntegerLimits:
    """Return the limits of an integer dtype: ``bits``, ``min``, ``max``, ``dtype``.

    Parameters
    ----------
    dtype : DType or Array, integer

    Returns
    -------
    object
        With these as attributes.

    Raises
    ------
    DTypeError
        For other dtypes.

    Examples
    --------
    >>> import nx
    >>> nx.iinfo(nx.int8).max
    127
    """
    dtype = as_dtype(
        getattr(dtype, "dtype", dtype) if not isinstance(dtype, DType) else dtype, "iinfo"
    )
    if dtype.kind not in ("signed", "unsigned") and dtype not in (int4, uint4):
        raise DTypeError(
            message("iinfo", f"cannot describe {dtype.name}", "use finfo for floating dtypes")
        )
    return IntegerLimits(dtype)
