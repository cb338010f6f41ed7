"""The backend as nx sees it: which kernel for which dtype, and on which device.

A primitive or a dtype that is not here raises a BackendError at the call: nothing is sent to NumPy
behind the back of somebody whose tensors lie on a card.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import numpy as np
import nx
import torch
from nx.backends import Backend
from torch import Tensor

from nx_torch import _elementwise, _linalg, _structured
from nx_torch._storage import DTYPES, from_numpy, to_numpy
from nx_torch._widening import widened

__all__ = ["TorchBackend"]

KERNELS = {**_elementwise.KERNELS, **_structured.KERNELS, **_linalg.KERNELS}


class TorchBackend(Backend):
    """Tensors of any of PyTorch's devices that this machine has."""

    name: ClassVar[str] = "torch"
    device_kinds: ClassVar[tuple[str, ...]] = ("cpu", "cuda", "mps")
    dtypes: ClassVar[frozenset[str]] = frozenset(DTYPES)

    def device_count(self, kind: str) -> int:
        """Return how many devices PyTorch sees."""
        if kind == "cuda":
            return torch.cuda.device_count()
        return int(kind == "cpu" or torch.backends.mps.is_available())

    def kernel(
        self, primitive: nx.primitives.Primitive, types: tuple[nx.ArrayType, ...], params: dict
    ) -> Callable[..., Any] | None:
        """Return the tensor function, wrapped for dtypes that PyTorch computes little with."""
        name = primitive.name
        found = KERNELS.get(name)
        dtypes = [t.dtype for t in types] + ([params["dtype"]] if "dtype" in params else [])
        if found is None or any(dtype.name not in DTYPES for dtype in dtypes):
            return None
        if types:
            found = widened(name, found, DTYPES[types[0].dtype.name])
        return partial(found, **params) if found and params else found

    def natives(self) -> frozenset[str]:
        """Return what there is a kernel for, for some dtypes at least."""
        return frozenset(KERNELS)

    def put(self, array: np.ndarray, device: nx.Device) -> Tensor:
        """Return a tensor on one of PyTorch's devices."""
        return from_numpy(array, _structured.torch_device(device))

    def from_numpy(self, array: np.ndarray) -> Tensor:
        """Return a tensor on the host."""
        return from_numpy(array, torch.device("cpu"))

    def to_numpy(self, storage: Tensor) -> np.ndarray:
        """Return the values, from the device if need be."""
        return to_numpy(storage)
