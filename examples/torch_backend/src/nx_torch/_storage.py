"""Tensors as storage: dtypes, and the way from and to NumPy."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import nx
import torch
from torch import Tensor

__all__ = ["DTYPES", "from_numpy", "to_numpy", "words"]


def words(text: str) -> frozenset[str]:
    """Return the words of a text, for tables of names."""
    return frozenset(text.split())


DTYPES = {
    name: getattr(torch, name)
    for name in words(
        "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
        "float16 bfloat16 float32 float64 complex64 complex128"
    )
}


def from_numpy(array: np.ndarray, device: torch.device) -> Tensor:
    """Return a tensor of an array's values, over its memory where PyTorch can."""
    if array.dtype.name not in DTYPES:
        raise nx.DTypeError(f"torch: cannot keep {array.dtype.name} (PyTorch has no such dtype)")
    strange = any(s < 0 or s % array.itemsize for s in array.strides)
    if strange or not array.flags.writeable or not array.flags.aligned:
        array = array.copy()
    if array.dtype == ml_dtypes.bfloat16:
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16).to(device)
    return torch.from_numpy(array).to(device)


def to_numpy(x: Tensor) -> np.ndarray:
    """Return a tensor's values as an array, over its memory if that is the host's."""
    x = x.cpu().resolve_conj().resolve_neg()
    if x.dtype == torch.bfloat16:
        return x.view(torch.int16).numpy().view(ml_dtypes.bfloat16)
    return x.numpy()
