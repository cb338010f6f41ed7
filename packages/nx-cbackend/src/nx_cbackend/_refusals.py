"""What a kernel says no to: its status is a bit, the error is worded here.

A refusal gets the storages as the kernel got them and the kernel's bound parameters, and raises.
"""

from collections.abc import Callable
from typing import Any, Final, NoReturn

import numpy as np
from nx import DTypeError

__all__ = ["refuse"]

Storages = tuple[Any, ...]
Params = tuple[int, ...]


def _message(operation: str, problem: str, hint: str) -> str:
    return f"{operation}: {problem}\nhint: {hint}"


def _power(storages: Storages, params: Params) -> NoReturn:
    x, y = map(np.asarray, storages)
    problem = f"cannot raise {x.dtype} to negative integer powers (the lowest is {int(y.min())})"
    raise DTypeError(_message("power", problem, "convert with astype(nx.float32) first"))


REFUSALS: Final[dict[str, Callable[[Storages, Params], NoReturn]]] = {"power": _power}


def refuse(name: str, bound: bytes | None, storages: Storages) -> NoReturn:
    """Raise the error of a kernel that refused these operands."""
    REFUSALS[name](storages, tuple(memoryview(bound or b"").cast("q")))
