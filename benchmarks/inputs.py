"""The inputs that all frameworks share, as NumPy arrays."""

from __future__ import annotations

import numpy as np

__all__ = ["CHAIN", "uniform"]

CHAIN = 100
"""How many sines make a chain."""


def uniform(*shape: int, seed: int = 0) -> np.ndarray:
    """Return float32 numbers between 0 and 1."""
    return np.random.default_rng(seed).random(shape, dtype=np.float32)
