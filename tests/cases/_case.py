"""What a case is: a function, the inputs it is tried on, and an independent oracle.

Inputs are drawn with fixed seeds; domains keep clear of kinks and poles, which have tests of
their own. Knows no operation by name.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import nx
from nx.effects import perform
from nx.primitives import Primitive

__all__ = ["Case", "Operand", "by_function", "by_parameters", "dtypes_of", "wide"]

ALL = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    *("float8_e4m3", "float8_e5m2", "int4", "uint4"),
]
WIDE = {"bool": bool, "signed": "int64", "unsigned": "uint64", "floating": "float64"}


def dtype_named(name):
    return nx.bool_ if name == "bool" else getattr(nx, name)


def dtypes_of(kinds):
    """Return the names of the dtypes of these kinds."""
    return tuple(name for name in ALL if dtype_named(name).kind in kinds)


def wide(array):
    """Return NumPy values of any dtype in the widest one of their kind: what oracles compute in."""
    dtype = nx.asarray(array).dtype
    kind = dtype.kind
    if kind == "storage":
        kind = {"i": "signed", "u": "unsigned"}.get(dtype.name[0], "floating")
    return array.astype(WIDE.get(kind, "complex128"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """One input: its shape and domain, or its values.

    Elements are drawn from [low, high], none nearer to 0 than ``gap``; ``whole`` ones are
    integers whatever the dtype, so that some are equal. ``values`` is an array, or a function of
    (rng, is_complex). A fixed ``dtype`` is not the case's (an index, a condition).
    """

    shape: tuple[int, ...] = (2, 3)
    low: float = -2.0
    high: float = 2.0
    gap: float = 0.0
    imag: float = 1.0
    whole: bool = False
    values: Any = None
    dtype: str | None = None

    def draw(self, rng, name):
        """Return NumPy values, of the case's dtype or the operand's own."""
        dtype = dtype_named(self.dtype or name)
        if callable(self.values):
            values = self.values(rng, dtype.kind == "complex")
        elif self.values is not None:
            values = np.asarray(self.values)
        else:
            values = self._random(rng, dtype)
        return np.asarray(values).astype(dtype.numpy)

    def _random(self, rng, dtype):
        if dtype.kind == "bool":
            return rng.integers(0, 2, self.shape)
        integral = dtype.kind in ("signed", "unsigned") or dtype.name in ("int4", "uint4")
        if self.whole or integral:
            values = self._whole(rng, unsigned="uint" in dtype.name)
        else:
            values = self._beyond_gap(rng.uniform(self.low, self.high, self.shape))
        if dtype.kind == "complex":
            values = values + 1j * rng.uniform(-self.imag, self.imag, self.shape)
        return values

    def _whole(self, rng, unsigned):
        first = max(self.low, 0) if unsigned else self.low
        numbers = np.arange(np.ceil(first), np.floor(self.high) + 1)
        return rng.choice(numbers[abs(numbers) >= self.gap], self.shape)

    def _beyond_gap(self, values):
        most = max(abs(self.low), abs(self.high))
        return np.copysign(self.gap + abs(values) * (most - self.gap) / most, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row of the table.

    Attributes
    ----------
    name : str
        Unique: the test id.
    covers : tuple of Primitive
        What the function is there to test; the first one decides the dtypes.
    function, reference : callable
        The same in nx and, for arrays of the widest dtype, in NumPy or SciPy.
    operands : tuple of Operand
    dtypes : tuple of str
    tolerance : float
        Of values, in units of the result dtype's eps; 0 for exact.
    order : int
        The highest order of derivative to check, 0 for none.
    step : float
        Of central differences.
    precision : float
        Of derivatives against central differences, relative to the largest.
    smooth : callable or None
        What the derivative is of where it isn't the function: of the operands' values and the moved
        inexact operands, in NumPy.
    free : bool
        Whether the function takes operands of any shapes that broadcast.
    """

    name: str
    covers: tuple[Primitive, ...]
    function: Callable[..., Any]
    reference: Callable[..., Any]
    operands: tuple[Operand, ...]
    dtypes: tuple[str, ...]
    tolerance: float = 4.0
    order: int = 2
    step: float = 1e-5
    precision: float = 1e-6
    smooth: Callable[..., Any] | None = None
    free: bool = False

    def draw(self, dtype):
        """Return the operands' values as NumPy arrays, the same in every run."""
        rng = np.random.default_rng(zlib.crc32(f"{self.name}/{dtype}".encode()))
        return [operand.draw(rng, dtype) for operand in self.operands]

    def shaped(self, shape):
        """Return the case with operands of another shape."""
        return replace(self, operands=tuple(replace(o, shape=shape) for o in self.operands))

    @property
    def differentiable(self):
        """The dtypes in which derivatives are checked: those precise enough for differences."""
        return [d for d in self.dtypes if d in ("float64", "complex128") and self.order]


def by_function(primitive, name, function, reference, *operands, **options):
    """Make a case of a structured primitive, in every dtype that it takes."""
    options.setdefault("dtypes", dtypes_of(primitive.takes))
    name = f"{primitive.name}_{name}"
    return Case(
        name=name,
        covers=(primitive,),
        function=function,
        reference=reference,
        operands=operands,
        **options,
    )


def by_parameters(primitive, name, reference, operands, options=None, **params):
    """Make a case that performs the primitive itself; the reference takes the same parameters."""
    function, reference = partial(perform, primitive, **params), partial(reference, **params)
    return by_function(primitive, name, function, reference, *operands, **(options or {}))
