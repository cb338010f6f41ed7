"""Kernels of linear algebra and of the Fourier transform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nx
import torch
from torch import Tensor

__all__ = ["KERNELS"]


def _refuse(name: str, a: Tensor, why: str, info: Tensor) -> None:
    if bool((info != 0).any()):
        problem = f"cannot work on a matrix of shape {tuple(a.shape)} ({why})"
        raise nx.LinAlgError(f"{name}: {problem}")


def _cholesky(a: Tensor) -> Tensor:
    lower, info = torch.linalg.cholesky_ex(a)
    _refuse("cholesky", a, "matrix is not positive definite", info)
    return lower


def _qr(a: Tensor, *, full: bool) -> tuple[Tensor, ...]:
    return tuple(torch.linalg.qr(a, mode="complete" if full else "reduced"))


def _svd(a: Tensor, *, full: bool, vectors: bool) -> tuple[Tensor, ...]:
    if not vectors:
        return (torch.linalg.svdvals(a),)
    return tuple(torch.linalg.svd(a, full_matrices=full))


def _eigh(a: Tensor, *, vectors: bool) -> tuple[Tensor, ...]:
    return tuple(torch.linalg.eigh(a)) if vectors else (torch.linalg.eigvalsh(a),)


def _eig(a: Tensor, *, vectors: bool) -> tuple[Tensor, ...]:
    return tuple(torch.linalg.eig(a)) if vectors else (torch.linalg.eigvals(a),)


def _lu(a: Tensor) -> tuple[Tensor, ...]:
    factors, pivots = torch.linalg.lu_factor_ex(a)[:2]
    permutation = torch.lu_unpack(factors, pivots, unpack_data=False)[0]
    places = torch.arange(a.shape[-2], device=a.device)
    return factors, (permutation.real.long() * places[:, None]).sum(-2)


def _stacked(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Give both the whole stack, for PyTorch may take a matrix for a stack of vectors."""
    stack = torch.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    return a.expand(*stack, *a.shape[-2:]), b.expand(*stack, *b.shape[-2:])


def _solve(a: Tensor, b: Tensor) -> Tensor:
    a, b = _stacked(a, b)
    out, info = torch.linalg.solve_ex(a, b)
    _refuse("solve", a, "singular matrix", info)
    return out


def _triangular_solve(a: Tensor, b: Tensor, *, lower: bool, unit_diagonal: bool) -> Tensor:
    a, b = _stacked(a, b)
    if not unit_diagonal:
        singular = (a.diagonal(dim1=-2, dim2=-1) == 0).any()
        _refuse("triangular_solve", a, "singular matrix", singular)
    options = {"upper": not lower, "unitriangular": unit_diagonal}
    return torch.linalg.solve_triangular(a, b, **options)


def _transform(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def run(x: Tensor, *, axes: tuple[int, ...]) -> Tensor:
        return function(x, dim=axes) if axes and x.numel() else x.clone()

    return run


def _rfft(x: Tensor, *, axis: int) -> Tensor:
    if x.numel():
        return torch.fft.rfft(x, dim=axis)
    shape = (*x.shape[:axis], x.shape[axis] // 2 + 1, *x.shape[axis + 1 :])
    return x.new_empty(shape, dtype=x.dtype.to_complex())


def _irfft(x: Tensor, *, axis: int, n: int) -> Tensor:
    if x.numel():
        return torch.fft.irfft(x, n=n, dim=axis)
    shape = (*x.shape[:axis], n, *x.shape[axis + 1 :])
    return x.new_empty(shape, dtype=x.dtype.to_real())


KERNELS: dict[str, Callable[..., Any]] = {
    "cholesky": _cholesky,
    "qr": _qr,
    "svd": _svd,
    "eigh": _eigh,
    "eig": _eig,
    "lu": _lu,
    "solve": _solve,
    "triangular_solve": _triangular_solve,
    "fft": _transform(torch.fft.fftn),
    "ifft": _transform(torch.fft.ifftn),
    "rfft": _rfft,
    "irfft": _irfft,
}
