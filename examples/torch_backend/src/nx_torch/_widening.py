"""Dtypes that PyTorch keeps but hardly computes with: computed in a wider one, and taken back.

These are float16 and bfloat16, which have few kernels on the CPU, and the unsigned integers of 16
to 64 bits, which have no arithmetic anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nx_torch._storage import words

__all__ = ["widened"]

HALF = (torch.float16, torch.bfloat16)
UNSIGNED = (torch.uint16, torch.uint32, torch.uint64)
LOWEST = torch.iinfo(torch.int64).min

BY_ORDER = words(
    "less less_equal greater greater_equal maximum minimum max min argmax argmin cummax cummin "
    "sort argsort scatter_min scatter_max"
)
"""They compare: of uint64 the order is int64's with the highest bit flipped."""
BY_BITS = words(
    "negative add subtract multiply integer_pow bitwise_and bitwise_or bitwise_xor "
    "bitwise_invert left_shift sum prod cumsum cumprod scatter_add scatter_multiply matmul "
    "fold"
)
"""In 64 bits they wrap to the same low bits."""
BY_VALUE = words("right_shift floor_divide remainder power sign absolute")
"""They need the number itself, which int64 holds for all but uint64."""
MOVED = {"gather": 1, "flip": 1, "unfold": 1, "scatter_set": 2, "pad": 2}
"""They move elements, by kernels that know no unsigned ones; so many operands hold elements."""
EXACT = words(
    "reshape permute_dims broadcast_to slice concat cast bitcast copy detach to_device "
    "threefry2x32 nextafter where equal not_equal"
)
"""They take every dtype as it is."""


def _less(x: Tensor, y: Tensor) -> Tensor:
    return (x ^ LOWEST) < (y ^ LOWEST)


def _shift(x: Tensor, y: Tensor) -> Tensor:
    bounded = (y ^ LOWEST).clamp(max=63 ^ LOWEST) ^ LOWEST
    kept = torch.where(bounded == 0, -1, (1 << (64 - bounded.clamp(min=1))) - 1)
    return torch.where(bounded == y, (x >> bounded) & kept, 0)


def _divide(x: Tensor, y: Tensor) -> Tensor:
    """Divide half of x, which is no negative int64, and correct by one."""
    divisor = torch.where(y <= 0, 1, y)
    half = torch.floor_divide((x >> 1) & (2**63 - 1), divisor) << 1
    quotient = half + (~_less(x - half * divisor, divisor)).long()
    large = (~_less(x, y)).long()  # of a divisor from 2**63 on: 0 or 1
    return torch.where(y == 0, 0, torch.where(y < 0, large, quotient))


WIDEST = {
    "right_shift": _shift,
    "floor_divide": _divide,
    "remainder": lambda x, y: torch.where(y == 0, 0, x - _divide(x, y) * y),
    "sign": lambda x: (x != 0).long(),
    "absolute": lambda x: x.clone(),
}
"""For uint64 in int64's bits."""


def widened(name: str, kernel: Callable[..., Any], dtype: torch.dtype) -> Callable[..., Any] | None:
    """Return a kernel for operands of a dtype, or None where PyTorch can't do it."""
    if name in EXACT or (name in MOVED and dtype not in UNSIGNED):
        return kernel
    if dtype in HALF:
        return _in_float32(kernel, dtype)
    if dtype not in UNSIGNED:
        return kernel
    if name in MOVED:
        return _as_signed(kernel, dtype, MOVED[name])
    if name in BY_VALUE and dtype == torch.uint64:
        return _in_int64(WIDEST[name], dtype) if name in WIDEST else None
    if name in BY_ORDER:
        return _in_int64(kernel, dtype, by_order=True, places=name.startswith("arg"))
    return _in_int64(kernel, dtype) if name in BY_BITS | BY_VALUE else None


def _in_float32(kernel: Callable[..., Any], dtype: torch.dtype) -> Callable[..., Any]:
    def back(out: Tensor) -> Tensor:
        return out.to(dtype) if out.dtype == torch.float32 else out

    def run(*xs: Tensor, **params: Any) -> Any:
        out = kernel(*(x.float() if x.dtype == dtype else x for x in xs), **params)
        return tuple(map(back, out)) if isinstance(out, tuple) else back(out)

    return run


def _as_signed(kernel: Callable[..., Any], dtype: torch.dtype, count: int) -> Callable[..., Any]:
    signed = getattr(torch, str(dtype).removeprefix("torch.u"))

    def run(*xs: Tensor, **params: Any) -> Tensor:
        return kernel(*(x.view(signed) for x in xs[:count]), *xs[count:], **params).view(dtype)

    return run


def _in_int64(
    kernel: Callable[..., Tensor], dtype: torch.dtype, by_order: bool = False, places: bool = False
) -> Callable[..., Tensor]:
    flip = LOWEST if by_order and dtype == torch.uint64 else 0

    def lift(x: Tensor) -> Tensor:
        return x.view(torch.int64) ^ flip if dtype == torch.uint64 else x.long()

    def run(*xs: Tensor, **params: Any) -> Tensor:
        operands, indices = xs[:2], xs[2:]  # of a scatter
        out = kernel(*map(lift, operands), *indices, **params)
        if places or out.dtype != torch.int64:
            return out
        return (out ^ flip).view(dtype) if dtype == torch.uint64 else out.to(dtype)

    return run
