"""The C backend as nx sees it.

Its storage is the extension's Buffer. Kernels are the extension's own functions, with no Python
between; what they lack goes to NumPy and back over shared memory, and `natives` says what they
have. A dtype that the buffer protocol can't spell travels as unsigned integers of its size.
"""

from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
import nx
from nx.backends import Backend

from nx_cbackend._native import (
    DTYPES,
    ELEMENTWISE,
    Buffer,
    BufferType,
    Kernel,
    bind,
    set_refusal,
    shortcuts,
    wrap,
)
from nx_cbackend._refusals import refuse
from nx_cbackend._rows import ROWS

if TYPE_CHECKING:
    from nx import ArrayType
    from nx._shortcuts import Door
    from nx.primitives import Primitive

__all__ = ["CBackend"]

Array = np.ndarray[Any, Any]

INTEGRAL: Final = frozenset(("signed", "unsigned"))
STORED: Final[tuple[np.dtype[Any], ...]] = tuple(getattr(nx, name).numpy for name in DTYPES)
CODES: Final[dict[np.dtype[Any], int]] = {dtype: code for code, dtype in enumerate(STORED)}


set_refusal(refuse)


def _carrier(dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    """Return the integers a dtype travels as, or None where the buffer protocol spells it."""
    try:
        memoryview(np.empty(0, dtype).data)
    except ValueError:
        return np.dtype(f"u{dtype.itemsize}")
    return None


CARRIERS: Final = {dtype: carrier for dtype in STORED if (carrier := _carrier(dtype)) is not None}
CARRIED: Final = frozenset(CODES[dtype] for dtype in CARRIERS)


def _root(array: Array) -> Buffer | None:
    """Return the Buffer whose memory a view shows, so that views of views don't make a chain."""
    base: Any = array.base
    if isinstance(base, np.ndarray):
        base = base.base
    if type(base) is memoryview and type(base.obj) is BufferType:
        return base.obj
    return None


def _fits(parameter: int) -> bool:
    """Tell whether a parameter fits 64 bits; an exponent beyond them is NumPy's."""
    return -(2**63) <= parameter < 2**63


class CBackend(Backend):
    """Buffers in memory, kernels in C for float32 and float64, NumPy for the rest."""

    name: ClassVar[str] = "c"
    device_kinds: ClassVar[tuple[str, ...]] = ("cpu",)
    fallback: ClassVar[bool] = True

    def kernel(
        self, primitive: "Primitive", types: tuple["ArrayType", ...], params: dict[str, Any]
    ) -> Kernel | None:
        """Return the extension's function, or None."""
        row = ROWS.get(primitive.name)
        if row is not None:
            return row(types, params)
        if types and types[-1].dtype.name in ELEMENTWISE.get(primitive.name, ()):
            bound = tuple(params.values())
            return bind(primitive.name, bound) if all(map(_fits, bound)) else None
        return None

    def scalar_kernel(
        self,
        primitive: "Primitive",
        type_: "ArrayType",
        reflected: bool,  # core's signature, passed by position
    ) -> Kernel | None:
        """Return the function of a Buffer and a Python scalar."""
        dtype = type_.dtype
        if dtype.kind not in INTEGRAL and dtype.name not in ("float32", "float64"):
            return None
        if dtype.name not in ELEMENTWISE.get(primitive.name, ()):
            return None
        return bind(primitive.name, (0, 1) if reflected else ())

    def shortcuts(self, door: "Door") -> dict[str, Any]:
        """Return the members of the array that the extension has."""
        return shortcuts(door)

    def from_numpy(self, array: Array) -> Buffer:
        """Return a Buffer over the array's memory."""
        carrier = CARRIERS.get(array.dtype)
        shown = array if carrier is None else array.view(carrier)
        return wrap(shown, CODES[array.dtype], _root(array))

    def to_numpy(self, storage: Buffer) -> Array:
        """Return a read-only array over the Buffer's memory."""
        array = np.asarray(storage)
        return array.view(STORED[storage.code]) if storage.code in CARRIED else array

    def natives(self) -> frozenset[str]:
        """Return what is computed in C, for some dtypes at least."""
        return frozenset((*ELEMENTWISE, *ROWS))
