"""Comparing outputs with what they should be, in units in the last place.

The one place that decides whether a number is right, and words what is wrong with it.
"""

from __future__ import annotations

from typing import Any, Final

import ml_dtypes
import numpy as np

from nx._dtypes import DType, real_of
from nx.testing._operands import kind_of

__all__ = ["ContractError", "difference"]

Array = np.ndarray[Any, Any]

SLACK: Final = 2.0**-8
"""Half a unit in the last place is measured in a wider dtype, which rounds too."""


class ContractError(AssertionError):
    """A backend does not keep the contract."""


def difference(
    got: Array,
    expected: Any,
    dtype: DType,
    *,
    ulps: float = 0.0,
    magnitude: Any = None,
    zero_signs: bool = False,
) -> str | None:
    """Describe the worst element, or return None if all are right."""
    with np.errstate(all="ignore"):
        return _difference(got, expected, dtype, ulps, magnitude, zero_signs)


def _difference(
    got: Array, expected: Any, dtype: DType, ulps: float, magnitude: Any, zero_signs: bool
) -> str | None:
    expected = np.asarray(expected)
    if got.shape != expected.shape:
        return f"shape: got {got.shape}, expected {expected.shape}"
    if not got.size:
        return None
    kind = kind_of(dtype)
    if kind == "bool":
        return _worst(got, expected, got != expected.astype(bool))
    if kind in ("signed", "unsigned"):
        whole = got.astype(np.uint64 if kind == "unsigned" else np.int64).astype(object)
        wrapped = _wrapped(expected, dtype)
        return _worst(whole, wrapped, whole != wrapped)
    if kind == "complex":
        errors = _complex_errors(got, expected, dtype, magnitude)
    else:
        errors = _errors(got, expected, dtype, magnitude)
        if zero_signs:
            zeros = (got == 0) & (expected == 0)
            wrong = zeros & (_negative(got) != _negative(expected))
            if wrong.any():
                return _worst(got, expected, wrong, note="the sign of zero")
    bad = ~(errors <= ulps + SLACK)
    return _worst(got, expected, bad, errors, ulps) if bad.any() else None


def _negative(x: Array) -> Array:
    return np.asarray(np.signbit(x.astype(np.float64)))


def _wrapped(expected: Array, dtype: DType) -> Any:
    """Wrap integers of any size around into a dtype."""
    whole: Any = expected.astype(object)  # of Python ints
    modulus = 2**dtype.bits
    low = -(modulus // 2) if kind_of(dtype) == "signed" else 0
    return np.asarray((whole - low) % modulus + low, dtype=object)


def _errors(got: Array, expected: Array, dtype: DType, magnitude: Any) -> Array:
    """Return the errors of real numbers, in units in the last place; infinite for a wrong NaN."""
    wide = np.longdouble if dtype.name == "float64" else np.float64
    info = ml_dtypes.finfo(dtype.numpy)  # type: ignore[no-untyped-call]  # theirs
    g, e = got.astype(wide), expected.astype(wide)
    rounded = e.astype(dtype.numpy).astype(wide)
    same = (g == rounded) | (np.isnan(g) & np.isnan(e))
    # beyond the largest number, a rounded infinity and that number are neighbours
    edge = np.ldexp(wide(1), int(info.maxexp))
    overflown = np.isfinite(e) & np.isinf(rounded)
    e = np.where(overflown, np.copysign(edge, e), e)
    g = np.where(np.isinf(g) & np.isfinite(e), np.copysign(edge, g), g)
    size = np.abs(e) if magnitude is None else np.maximum(np.abs(e), magnitude)
    size = np.where(np.isfinite(size), size, np.abs(e)).astype(wide)
    out: Any = np.abs(np.subtract(g, e)) / _spacing(np.minimum(size, edge / 2), info, wide)
    out = np.where(np.isnan(out) | ~np.isfinite(e), np.inf, out)
    return np.where(same, 0.0, out)


def _spacing(size: Array, info: Any, wide: Any) -> Array:
    exponent = np.maximum(np.frexp(size)[1] - 1, int(info.minexp))
    return np.asarray(np.ldexp(wide(1), exponent - int(info.nmant)))


def _complex_errors(got: Array, expected: Array, dtype: DType, magnitude: Any) -> Array:
    """Return the errors of complex numbers, measured against their moduli."""
    real = real_of(dtype)
    wide = np.clongdouble if dtype.name == "complex128" else np.complex128
    g, e = got.astype(wide), expected.astype(wide)
    size = np.abs(e) if magnitude is None else np.maximum(np.abs(e), magnitude)
    size = np.where(np.isfinite(size), size, 0)
    parts = [_errors(getattr(got, part), getattr(e, part), real, size) for part in ("real", "imag")]
    out = np.hypot(*parts)
    alike = (np.isnan(g) & np.isnan(e)) | (np.isinf(g) & np.isinf(e)) | (g == e)
    return np.where(alike, 0.0, out)


def _worst(
    got: Array,
    expected: Array,
    bad: Array,
    errors: Array | None = None,
    ulps: float = 0.0,
    note: str = "",
) -> str | None:
    if not np.any(bad):
        return None
    ranked = np.where(bad, 1.0 if errors is None else errors, -1.0)
    index = np.unravel_index(int(np.argmax(ranked)), got.shape)
    place = f"element [{', '.join(map(str, index))}]" if got.ndim else "the element"
    text = f"{place}: got {got[index]!s}, expected {expected[index]!s}"
    if errors is not None:
        text += f" ({float(errors[index]):.4g} ULPs; {ulps:g} allowed)"
    if note:
        text += f" ({note})"
    count = int(np.count_nonzero(bad))
    return f"{text}; {count} of {bad.size} elements are wrong" if bad.size > 1 else text
