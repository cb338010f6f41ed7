"""Kernels of the elementwise primitives, one tensor function each."""

from __future__ import annotations

from collections.abc import Callable

import nx
import torch
from torch import Tensor

from nx_torch._storage import words

__all__ = ["KERNELS"]

SAME = words(
    "absolute floor ceil trunc round sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan asin "
    "acos atan sinh cosh tanh asinh acosh atanh erf erfc erfinv lgamma isfinite add subtract "
    "multiply atan2 hypot copysign nextafter maximum minimum bitwise_and bitwise_or bitwise_xor "
    "less less_equal greater greater_equal logaddexp xlogy relu complex"
)


def _calm(kernel: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """Divide integers by 0 to 0, and by -1 without the overflow that stops a processor."""

    def run(x: Tensor, y: Tensor) -> Tensor:
        if x.is_floating_point():
            return kernel(x, y)
        negated = (y == -1) & x.dtype.is_signed
        out = kernel(x, torch.where((y == 0) | negated, 1, y))  # by 1 it is x, or 0
        return torch.where(y == 0, 0, torch.where(negated, -out, out)).to(x.dtype)

    return run


def _floor_divide(x: Tensor, y: Tensor) -> Tensor:
    out = torch.floor_divide(x, y)
    return torch.where(x.isinf() & y.isfinite(), x / y, out) if x.is_floating_point() else out


def _power(x: Tensor, y: Tensor) -> Tensor:
    if not x.is_floating_point() and not x.is_complex() and bool((y < 0).any()):
        problem = f"power: cannot raise {str(x.dtype)[6:]} to negative integer powers"
        hint = "hint: convert with astype(nx.float32) first"
        raise nx.DTypeError(f"{problem} (the lowest is {int(y.min())})\n{hint}")
    return torch.pow(x, y)


def _sign(x: Tensor) -> Tensor:
    return torch.where(x.isnan(), x, torch.sgn(x)) if x.is_floating_point() else torch.sgn(x)


def _fmod(x: Tensor, y: Tensor) -> Tensor:
    """Divide by a large multiple of y first where x / y overflows; PyTorch gives NaN there."""
    far = (x / y).isinf() & x.isfinite() & (y != 0)
    if bool(far.any()):
        multiple = 2.0**1000 if x.dtype == torch.float64 else 2.0**100
        x = torch.where(far, _fmod(x, torch.where(far, y * multiple, y)), x)
    return torch.fmod(x, y)


def _remainder(x: Tensor, y: Tensor) -> Tensor:
    """Bring C's remainder, which has x's sign, to y's sign."""
    if not x.is_floating_point():
        return torch.remainder(x, y)
    out = _fmod(x, y)
    out = torch.where((out != 0) & (out.signbit() != y.signbit()), out + y, out)
    return torch.where(out == 0, out.copysign(y), out)


def _integer_pow(x: Tensor, *, n: int) -> Tensor:
    if n < 0:
        return torch.reciprocal(_integer_pow(x, n=-n))
    out, square = torch.ones_like(x), x
    while n:
        out = out * square if n & 1 else out
        n >>= 1
        square = square * square if n else square
    return out


def _left_shift(x: Tensor, y: Tensor) -> Tensor:
    bits = 8 * x.element_size()
    return torch.where(y >= bits, 0, x << y.clamp(max=bits - 1)).to(x.dtype)


def _right_shift(x: Tensor, y: Tensor) -> Tensor:
    bits = 8 * x.element_size()
    if x.dtype == torch.uint8:
        return torch.where(y >= bits, 0, x >> y.clamp(max=bits - 1)).to(x.dtype)
    return x >> y.clamp(max=bits - 1)


def _where(condition: Tensor, x: Tensor, y: Tensor) -> Tensor:
    return torch.where(condition, x, y)


KERNELS: dict[str, Callable[..., Tensor]] = {
    **{name: getattr(torch, name) for name in SAME},
    "negative": torch.negative,
    "sign": _sign,
    "real": lambda x: x.real.clone(),
    "imag": lambda x: x.imag.clone(),
    "conj": torch.conj_physical,
    "bessel_i0e": torch.special.i0e,
    "bessel_i1e": lambda x: torch.where(x == 0, x, torch.special.i1e(x)),
    "bitwise_invert": torch.bitwise_not,
    "divide": torch.true_divide,
    "equal": torch.eq,
    "not_equal": torch.ne,
    "floor_divide": _calm(_floor_divide),
    "remainder": _calm(_remainder),
    "power": _power,
    "integer_pow": _integer_pow,
    "left_shift": _left_shift,
    "right_shift": _right_shift,
    "where": _where,
    "xlog1py": torch.special.xlog1py,
}
