"""What a kernel says no to: its status is a bit, the error is worded here.

A refusal gets the storages as the kernel got them and the kernel's bound parameters,
and returns the error: raised by the extension, it has no frame of ours below the user's line.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from nx import DTypeError, IndexOutOfBoundsError

__all__ = ["refuse"]

Storages = tuple[Any, ...]
Params = tuple[int, ...]


def _message(operation: str, problem: str, hint: str) -> str:
    return f"{operation}: {problem}\nhint: {hint}"


def _power(storages: Storages, params: Params) -> Exception:
    x, y = map(np.asarray, storages)
    problem = f"cannot raise {x.dtype} to negative integer powers (the lowest is {int(y.min())})"
    return DTypeError(_message("power", problem, "convert with astype(nx.float32) first"))


def _indexed(operation: str, first: int) -> Callable[[Storages, Params], Exception]:
    """Make the refusal of an operation whose indices are its operands from the first on."""

    def refusal(storages: Storages, axes: Params) -> Exception:
        for index, axis in zip(map(np.asarray, storages[first:]), axes, strict=True):
            n = storages[0].shape[axis]
            low, high = int(index.min()), int(index.max())
            if high >= n or low < -n:
                bad = high if high >= n else low
                problem = f"cannot find index {bad} in axis {axis} of length {n}"
                hint = f"indices run from {-n} to {n - 1}"
                return IndexOutOfBoundsError(_message(operation, problem, hint))
        return SystemError(f"{operation}: a kernel refused indices that lie within bounds")

    return refusal


REFUSALS: Final[dict[str, Callable[[Storages, Params], Exception]]] = {
    "power": _power,
    "gather": _indexed("gather", 1),
    **{
        name: _indexed(name, 2)
        for name in ("scatter_set", "scatter_add", "scatter_multiply", "scatter_min", "scatter_max")
    },
}


def refuse(name: str, bound: bytes | None, storages: Storages) -> Exception:
    """Return the error of a kernel that refused these operands; the extension raises it."""
    return REFUSALS[name](storages, tuple(memoryview(bound or b"").cast("q")))
