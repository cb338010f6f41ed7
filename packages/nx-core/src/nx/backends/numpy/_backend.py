"""The backend class and the plugin hook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nx.backends._protocol import Backend, Kernel
from nx.backends._spec import API_VERSION, BackendSpec, hookimpl
from nx.backends.numpy._elementwise import KERNELS as ELEMENTWISE
from nx.backends.numpy._elementwise import SCALAR_UFUNCS, UFUNCS
from nx.backends.numpy._linalg import KERNELS as LINALG
from nx.backends.numpy._structured import KERNELS as STRUCTURED

if TYPE_CHECKING:
    from nx._types import ArrayType
    from nx.primitives import Primitive

__all__ = ["BACKEND", "NumpyBackend", "nx_backends"]


class NumpyBackend(Backend):
    """Every primitive on NumPy arrays."""

    name: ClassVar[str] = "numpy"
    kernels: Mapping[str, Kernel] = {**ELEMENTWISE, **STRUCTURED, **LINALG}

    def kernel(
        self, primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]
    ) -> Kernel | None:
        """Return the kernel; a ufunc itself where the result cannot be a scalar."""
        ufunc = UFUNCS.get(primitive.name)
        if ufunc is not None and types[0].dtype.name in UFUNC_DTYPES and any(t.ndim for t in types):
            return ufunc
        return super().kernel(primitive, types, params)

    def scalar_kernel(
        self, primitive: Primitive, type_: ArrayType, reflected: bool
    ) -> Kernel | None:
        """Return the ufunc, whose own weak scalars are nx's."""
        ufunc = UFUNCS.get(primitive.name)
        if ufunc is None or primitive.name not in SCALAR_UFUNCS or not type_.ndim:
            return None
        if type_.dtype.name not in UFUNC_DTYPES:
            return None
        return (lambda x, scalar: ufunc(scalar, x)) if reflected else ufunc

    def from_numpy(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the array itself."""
        return array

    def to_numpy(self, storage: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the storage itself."""
        return storage


UFUNC_DTYPES = frozenset(("float32", "float64"))
BACKEND = NumpyBackend()


@hookimpl
def nx_backends() -> list[BackendSpec]:
    """Return the NumPy backend's specification."""
    return [
        BackendSpec(name="numpy", api_version=API_VERSION, probe=lambda: None, load=lambda: BACKEND)
    ]
