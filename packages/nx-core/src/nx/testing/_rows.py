"""What a row of the kit's table is: a primitive, operands to try it on, and an oracle.

The table knows no backend.  Oracles compute with NumPy and the standard library only, in wider
dtypes or in Python's integers, or state identities that the outputs must satisfy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from nx._dtypes import DType, as_dtype
from nx.primitives import Primitive
from nx.testing._operands import Operand, draw_all, dtypes_of, widened

__all__ = ["Claim", "Refusal", "Row", "Sample"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One call: operands, and parameters or a function of (dtype, device) that gives them."""

    name: str
    operands: tuple[Operand, ...]
    params: Any = field(default_factory=dict)
    dtypes: tuple[str, ...] | None = None

    def bound(self, dtype: str, device: Any) -> dict[str, Any]:
        """Return the parameters of the call."""
        if callable(self.params):
            given: dict[str, Any] = self.params(as_dtype(dtype), device)
            return given
        return dict(self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A call that the backend must answer with an error, never with a value."""

    name: str
    operands: tuple[Operand, ...]
    error: type[Exception]
    params: dict[str, Any] = field(default_factory=dict)
    dtypes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that must be what it should be, in the precision of a dtype.

    ``magnitude`` is what the error is measured against where it exceeds the expected value.
    """

    label: str
    got: Array
    expected: Array
    dtype: DType
    magnitude: Any = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One primitive of the table.

    Attributes
    ----------
    primitive : Primitive
    oracle : callable
        Of the operands and parameters, the expected output or a tuple of them.  Operands come
        `widened`; as they are in the modes ``"own"`` (equal, any NaN for a NaN) and ``"bits"``.
        In the mode ``"claims"`` it takes the outputs too, as first argument, all as they are, and
        yields `Claim`s.
    samples : tuple of Sample
    mode : str
    ulps : float
        The error allowed of an inexact output, in units in the last place.
    magnitude : callable or None
        Like the oracle, what errors are measured against: sums round like their largest parts.
    dtypes : tuple of str
        Those tried; by default all that the primitive takes.
    free : bool
        Whether operands of any shapes that broadcast will do.
    edges : callable or None
        Of (dtype, count of operands), values to try all combinations of; None for no edges.
    possible : callable or None
        Of the combinations, a mask of those whose result is defined.
    zero_signs : bool
        Whether the sign of a zero is defined.
    core : int
        The trailing axes that must not be repeated: those of a matrix, or of a key.
    view : bool
        Whether the output may share an operand's memory.
    refusals : tuple of Refusal
    """

    primitive: Primitive
    oracle: Callable[..., Any]
    samples: tuple[Sample, ...]
    mode: str = "wide"
    ulps: float = 4.0
    magnitude: Callable[..., Any] | None = None
    dtypes: tuple[str, ...] = ()
    free: bool = False
    edges: Callable[[DType], Any] | None = None
    possible: Callable[..., Any] | None = None
    zero_signs: bool = True
    core: int = 0
    view: bool = False
    refusals: tuple[Refusal, ...] = ()

    def __post_init__(self) -> None:
        if not self.dtypes:
            object.__setattr__(self, "dtypes", dtypes_of(self.primitive.takes))
        names = [s.name for s in self.samples]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.primitive.name}: two samples have one name ({names})")

    def __hash__(self) -> int:
        return hash(self.primitive)

    def samples_of(self, dtype: str) -> list[Sample]:
        """Return the samples that are tried in a dtype."""
        return [s for s in self.samples if s.dtypes is None or dtype in s.dtypes]

    def draw(self, sample: Sample, dtype: str) -> list[Array]:
        """Return the operands' values for a sample."""
        return draw_all(f"{self.primitive.name}/{sample.name}", sample.operands, dtype)

    def shaped(self, sample: Sample, shape: tuple[int, ...]) -> Sample:
        """Return the sample with operands of another shape."""
        operands = tuple(replace(o, shape=shape) for o in sample.operands)
        return replace(sample, name=f"{sample.name} of {shape}", operands=operands)

    def expected(self, operands: list[Array], params: dict[str, Any]) -> tuple[Any, Any]:
        """Return what the oracle says, and the magnitudes of the errors to allow for."""
        with np.errstate(all="ignore"):
            if self.mode != "wide":
                return self.oracle(*operands, **params), None
            wide = [widened(x) for x in operands]
            out = self.oracle(*wide, **params)
            size = None if self.magnitude is None else self.magnitude(*wide, **params)
        return out, size


@lru_cache(maxsize=16384)
def expected_of(row: Row, sample_name: str, dtype: str) -> tuple[Any, Any]:
    """Return a sample's expected output, kept: several checks compare with it."""
    sample = next(s for s in row.samples if s.name == sample_name)
    return row.expected(row.draw(sample, dtype), sample.bound(dtype, None))
