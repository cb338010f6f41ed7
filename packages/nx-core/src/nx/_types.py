"""Devices and array types, interned so that one ``is`` compares shape, dtype and device.

An `ArrayType` is what a primitive's inference rule sees.  It also carries the slots of the eager
fast path: ``kernels[primitive.index]`` is the backend's kernel for operands all of this type, or
None until it is resolved.  An annotated array has the type's ``twin``, whose kernel slots are never
filled: that is what makes the fast path's test for annotations free.  Types that no array has any
more are forgotten.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nx._dtypes import DType
from nx._shapes import size_of

if TYPE_CHECKING:
    from nx.backends._protocol import Backend

__all__ = ["ArrayType", "Device", "array_type", "open_device"]

Kernels = list[Callable[..., Any] | None]

UNRESOLVED: Kernels = []
"""One None per primitive: a type's kernels until one is resolved.  Shared: never assigned to."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where an array lives: a backend, a kind of device, and its number.

    Examples
    --------
    >>> import nx
    >>> str(nx.zeros(3, device="numpy").device)
    'numpy:cpu'
    """

    backend: str
    kind: str = "cpu"
    index: int = 0

    def __str__(self) -> str:
        return f"{self.backend}:{self.kind}" + (f":{self.index}" if self.index else "")


class ArrayType:
    """Shape, dtype and device of an array; equal types are the same object.

    Attributes
    ----------
    shape : tuple of int
    dtype : DType
    device : Device
    ndim, size : int
    inexact : bool
        Whether the dtype is floating or complex.
    annotated : bool
        Whether this is the type of arrays that a transformation is looking at.
    twin : ArrayType
        The annotated type of the same shape, dtype and device; an annotated type is its own twin.
    plain : ArrayType
        The type without annotation.
    """

    __slots__ = (
        *("__weakref__", "annotated", "backend", "device", "dtype", "inexact", "kernels"),
        *("ndim", "plain", "shape", "size", "twin"),
    )

    def __init__(
        self, shape: tuple[int, ...], dtype: DType, device: Device, plain: ArrayType | None = None
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.device = device
        self.backend = _BACKENDS[device]
        self.ndim = len(shape)
        self.size = size_of(shape, "shape", dtype.itemsize)
        self.annotated = plain is not None
        self.inexact = dtype.kind in ("floating", "complex")
        self.plain: ArrayType = self if plain is None else plain
        self.kernels = UNRESOLVED
        self.twin: ArrayType = ArrayType(shape, dtype, device, self) if plain is None else self

    def __repr__(self) -> str:
        return f"{self.dtype.name}[{','.join(map(str, self.shape))}]"

    def resolve(self, index: int, kernel: Callable[..., Any]) -> None:
        """Fill one kernel slot of a plain type."""
        if self.kernels is UNRESOLVED:
            self.kernels = UNRESOLVED.copy()
        self.kernels[index] = kernel

    def with_shape(self, shape: tuple[int, ...]) -> ArrayType:
        """Return the plain type of another shape."""
        return array_type(shape, self.dtype, self.device)

    def with_dtype(self, dtype: DType) -> ArrayType:
        """Return the plain type of another dtype."""
        return array_type(self.shape, dtype, self.device)


_BACKENDS: dict[Device, Backend] = {}


def open_device(device: Device, backend: Backend) -> None:
    """Tell which backend computes on a device; array types can be made on it from now on."""
    _BACKENDS.setdefault(device, backend)


_INTERNED: weakref.WeakValueDictionary[tuple[tuple[int, ...], DType, Device], ArrayType] = (
    weakref.WeakValueDictionary()
)


def array_type(shape: tuple[int, ...], dtype: DType, device: Device) -> ArrayType:
    """Return the one plain type of this shape, dtype and device."""
    key = (shape, dtype, device)
    found = _INTERNED.get(key)
    if found is None:
        found = _INTERNED.setdefault(key, ArrayType(shape, dtype, device))
    return found
