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
from nx.testing import NAMES as ALL
from nx.testing import Operand, dtypes_of, kind_of

__all__ = ["ALL", "Case", "Operand", "by_function", "by_parameters", "dtypes_of", "wide"]

WIDE = {"bool": bool, "signed": "int64", "unsigned": "uint64", "floating": "float64"}


def dtype_named(name):
    return nx.bool_ if name == "bool" else getattr(nx, name)


def wide(array):
    """Return NumPy values of any dtype in the widest one of their kind: what oracles compute in."""
    return array.astype(WIDE.get(kind_of(nx.asarray(array).dtype), "complex128"))


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
