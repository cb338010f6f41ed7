"""What results look like, so that frameworks can be compared, and how accurate they are.

A `Print` is small enough to be sent from one process to another: for each array of a result its
sum, its largest number and some of its elements. Where a result isn't unique (the signs of
singular vectors, the order of equal keys) what it stands for is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from inputs import inputs

__all__ = ["ELEMENTWISE", "differs", "fingerprint", "ulps"]

ELEMENTS = 64
TOLERANCE = 2e-3
"""Of the largest number: what float32 leaves of the longest of the workloads."""

Print = list[dict[str, Any]]


def _same_matrix(arrays: list[np.ndarray]) -> list[np.ndarray]:
    q, r = arrays
    return [q @ r, np.abs(np.diagonal(r))]


def _singular(arrays: list[np.ndarray]) -> list[np.ndarray]:
    u, s, vh = arrays
    return [s, (u * s) @ vh]


def _eigen(arrays: list[np.ndarray]) -> list[np.ndarray]:
    w, v = arrays
    return [w, (v * w) @ v.T]


def _sorted(arrays: list[np.ndarray]) -> list[np.ndarray]:
    (keys,) = inputs("argsort_1m")
    return [keys[arrays[0].astype(np.int64)]]


STANDS_FOR: dict[str, Callable[[list[np.ndarray]], list[np.ndarray]]] = {
    "qr_512": _same_matrix,
    "svd_256": _singular,
    "eigh_256": _eigen,
    "argsort_1m": _sorted,
}


def leaves(tree: Any) -> list[Any]:
    """Return the arrays of nested tuples and lists."""
    if isinstance(tree, tuple | list):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [tree]


def fingerprint(workload: str, arrays: Sequence[np.ndarray]) -> Print:
    """Return what a result's arrays look like."""
    arrays = STANDS_FOR.get(workload, list)([np.asarray(array) for array in arrays])
    found = []
    for array in arrays:
        wide = np.dtype(complex if np.iscomplexobj(array) else float)
        flat = array.astype(wide).ravel().view(float)
        some = flat[:: max(1, len(flat) // ELEMENTS)]
        found.append({"sum": np.abs(flat).sum(), "max": np.abs(flat).max(), "some": some.tolist()})
    return found


def differs(ours: Print, theirs: Print) -> str:
    """Say how two results differ; nothing if they don't."""
    if len(ours) != len(theirs):
        return f"{len(ours)} arrays, not {len(theirs)}"
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        if len(a["some"]) != len(b["some"]):
            return f"array {i} has another size"
        scale = max(b["max"], 1e-30)
        of_elements = np.max(np.abs(np.subtract(a["some"], b["some"]))) / scale
        of_sums = abs(a["sum"] - b["sum"]) / max(b["sum"], 1e-30)
        distance = np.maximum(of_elements, of_sums)
        if not distance <= TOLERANCE:  # NaN is a difference
            return f"array {i} is off by {distance:.2g} of its size"
    return ""


ELEMENTWISE: dict[str, Callable[..., np.ndarray]] = {
    "add_4m": np.add,
    "exp_4m": np.exp,
    "tanh_4m": np.tanh,
    "sin_4m": np.sin,
    "exp_f64_1m": np.exp,
}
"""The workloads whose results are held against the same in higher precision."""


def ulps(workload: str, result: np.ndarray) -> float | None:
    """Return the largest error in units of the last place, on the inputs of the workload.

    None where there is no type of higher precision, or none is to be had.
    """
    arguments = inputs(workload)
    kind = arguments[0].dtype
    wide = np.dtype(np.float64 if kind == np.float32 else np.longdouble)
    if workload not in ELEMENTWISE or np.finfo(wide).eps >= np.finfo(kind).eps:
        return None
    exact = ELEMENTWISE[workload](*(array.astype(wide) for array in arguments))
    unit = np.spacing(np.abs(exact.astype(kind))).astype(wide)
    return float(np.max(np.abs(np.asarray(result).astype(wide) - exact) / unit))
