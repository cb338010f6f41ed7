"""The operands that a row is tried on: shapes and domains, drawn with fixed seeds.

Elements keep clear of kinks and poles, which are tried as edges.  `widened` gives oracles room:
exact integers, and floating numbers in a wider dtype.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from nx._dtypes import ALL, DType, as_dtype

__all__ = ["NAMES", "Operand", "draw_all", "dtypes_of", "kind_of", "widened"]

Array = np.ndarray[Any, Any]

NAMES: Final = tuple(dtype.name for dtype in ALL)


def dtypes_of(kinds: Any) -> tuple[str, ...]:
    """Return the names of the dtypes of these kinds."""
    return tuple(dtype.name for dtype in ALL if dtype.kind in kinds)


def kind_of(dtype: DType) -> str:
    """Return the dtype's kind, and for a storage dtype that of the numbers it stores."""
    if dtype.kind != "storage":
        return dtype.kind
    return {"i": "signed", "u": "unsigned"}.get(dtype.name[0], "floating")


def widened(array: Array) -> Array:
    """Return the same numbers where oracles can compute: integers as Python's, exact.

    The small floating dtypes go to float64, float64 to the longest that NumPy has here.
    """
    dtype = as_dtype(array.dtype)
    kind = kind_of(dtype)
    if kind in ("signed", "unsigned"):
        out = np.empty(array.shape, object)
        out[...] = array.astype(np.uint64 if kind == "unsigned" else np.int64)
        return out
    wide = {"float64": np.longdouble, "complex64": np.complex128, "complex128": np.clongdouble}
    if kind == "bool":
        return array.copy()
    return array.astype(wide.get(dtype.name, np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """One operand: its shape and domain, or its values.

    Elements are drawn from [low, high], none nearer to 0 than ``gap``; ``whole`` ones are
    integers whatever the dtype, so that some are equal.  ``values`` is an array, or a function of
    (rng, is_complex).  A fixed ``dtype`` is not the one under test (an index, a condition).
    ``patterns`` asks for any bits at all, NaN and denormals among them.
    """

    shape: tuple[int, ...] = (2, 3)
    low: float = -2.0
    high: float = 2.0
    gap: float = 0.0
    imag: float = 1.0
    whole: bool = False
    patterns: bool = False
    values: Any = None
    dtype: str | None = None

    def draw(self, rng: np.random.Generator, name: str) -> Array:
        """Return NumPy values of the dtype under test, or of the operand's own."""
        dtype = as_dtype(self.dtype or name)
        if self.patterns:
            return _any_bits(rng, self.shape, dtype)
        if callable(self.values):
            values = self.values(rng, dtype.kind == "complex")
        elif self.values is not None:
            values = np.asarray(self.values)
        else:
            values = self._random(rng, dtype)
        return np.asarray(values).astype(dtype.numpy)

    def _random(self, rng: np.random.Generator, dtype: DType) -> Any:
        kind = kind_of(dtype)
        if kind == "bool":
            return rng.integers(0, 2, self.shape)
        if self.whole or kind in ("signed", "unsigned"):
            values = self._whole(rng, unsigned="uint" in dtype.name)
        else:
            values = self._beyond_gap(rng.uniform(self.low, self.high, self.shape))
        if kind == "complex":
            values = values + 1j * rng.uniform(-self.imag, self.imag, self.shape)
        return values

    def _whole(self, rng: np.random.Generator, unsigned: bool) -> Any:
        first = max(self.low, 0) if unsigned else self.low
        numbers = np.arange(np.ceil(first), np.floor(self.high) + 1)
        return rng.choice(numbers[abs(numbers) >= self.gap], self.shape)

    def _beyond_gap(self, values: Any) -> Any:
        most = max(abs(self.low), abs(self.high))
        return np.copysign(self.gap + abs(values) * (most - self.gap) / most, values)


def _any_bits(rng: np.random.Generator, shape: tuple[int, ...], dtype: DType) -> Array:
    """Draw bit patterns: a bool is 0 or 1, a number of four bits sits in its byte as it should."""
    out = np.empty(shape, dtype.numpy)
    raw = rng.integers(0, 256, out.size * dtype.itemsize).astype(np.uint8)
    if dtype.bits >= 8:
        return np.asarray(raw.view(dtype.numpy).reshape(shape))
    low = -8 if dtype.name == "int4" else 0
    numbers = raw.astype(np.int8) % 2**dtype.bits + low
    return np.asarray(numbers.reshape(shape).astype(dtype.numpy))


_drawn: dict[Any, list[Array]] = {}
DRAWS_KEPT: Final = 16384


def draw_all(seed: str, operands: tuple[Operand, ...], dtype: str) -> list[Array]:
    """Return the operands' values, the same in every run; kept, for all checks draw them."""
    key = seed, tuple(operand.shape for operand in operands), dtype
    if key not in _drawn:
        if len(_drawn) >= DRAWS_KEPT:
            _drawn.clear()
        rng = np.random.default_rng(zlib.crc32(f"{seed}/{dtype}".encode()))
        with np.errstate(all="ignore"):
            _drawn[key] = [operand.draw(rng, dtype) for operand in operands]
        for x in _drawn[key]:
            x.flags.writeable = False
    return _drawn[key]
