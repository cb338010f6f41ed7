"""The backend class and the plugin hook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nx.backends._protocol import Backend, Kernel
from nx.backends._spec import API_VERSION, BackendSpec
from nx.backends.numpy._elementwise import BARE, SCALAR_UFUNCS
from nx.backends.numpy._elementwise import KERNELS as ELEMENTWISE
from nx.backends.numpy._linalg import KERNELS as LINALG
from nx.backends.numpy._random import KERNELS as RANDOM
from nx.backends.numpy._structured import KERNELS as STRUCTURED

if TYPE_CHECKING:
    from nx._types import ArrayType
    from nx.primitives import Primitive

__all__ = ["BACKEND", "NumpyBackend", "nx_backends"]


class NumpyBackend(Backend):
    """Every primitive on NumPy arrays."""

    name: ClassVar[str] = "numpy"
    kernels: Mapping[str, Kernel] = {**ELEMENTWISE, **STRUCTURED, **LINALG, **RANDOM}

    def eager_kernel(self, primitive: Primitive, types: tuple[ArrayType, ...]) -> Kernel | None:
        """Return a bare function where the result cannot be a scalar."""
        bare = BARE.get(primitive.name)
        if bare is not None and types[0].dtype.name in UFUNC_DTYPES and types[0].ndim:
            return bare
        return self.kernel(primitive, types, {})

    def scalar_kernel(
        self, primitive: Primitive, type_: ArrayType, reflected: bool
    ) -> Kernel | None:
        """Return the ufunc of the array and a kept 0-d one: NumPy converts scalars slowly."""
        ufunc = BARE.get(primitive.name)
        if ufunc is None or primitive.name not in SCALAR_UFUNCS or not type_.ndim:
            return None
        if type_.dtype.name not in UFUNC_DTYPES:
            return None
        return _with_scalar(ufunc, type_.dtype.numpy, reflected)

    def from_numpy(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the array itself."""
        return array

    def to_numpy(self, storage: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the storage itself."""
        return storage


SCALARS_KEPT = 1024


def _with_scalar(ufunc: Kernel, dtype: np.dtype[Any], reflected: bool) -> Kernel:
    kept: dict[float, np.ndarray[Any, Any]] = {}

    def constant(scalar: float) -> np.ndarray[Any, Any]:
        made = np.array(scalar, dtype)
        if scalar:  # 0.0 and -0.0 are equal keys
            if len(kept) >= SCALARS_KEPT:
                kept.clear()
            kept[scalar] = made
        return made

    def kernel(x: np.ndarray[Any, Any], scalar: float) -> Any:
        y = kept.get(scalar)
        return ufunc(x, constant(scalar) if y is None else y)

    def from_the_left(x: np.ndarray[Any, Any], scalar: float) -> Any:
        y = kept.get(scalar)
        return ufunc(constant(scalar) if y is None else y, x)

    return from_the_left if reflected else kernel


UFUNC_DTYPES = frozenset(("float32", "float64"))
BACKEND = NumpyBackend()


def nx_backends() -> list[BackendSpec]:
    """Return the NumPy backend's specification."""
    return [
        BackendSpec(name="numpy", api_version=API_VERSION, probe=lambda: None, load=lambda: BACKEND)
    ]
