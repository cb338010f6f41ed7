"""Kernels of the factorizations, solves and Fourier transforms.

NumPy's LAPACK computes in float32 and float64; float16 and bfloat16 go through float32 and are
rounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import ml_dtypes
import numpy as np

from nx._errors import LinAlgError, message

__all__ = ["KERNELS"]

Array = np.ndarray[Any, Any]
Arrays = tuple[Array, ...]

_SMALL: Final = (np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16))
_ROUNDED: Final = {np.dtype(np.float32): 0, np.dtype(np.complex64): 0}


def widened(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Compute float16 and bfloat16 in float32 and round; name NumPy's errors."""

    @wraps(kernel)
    def run(*xs: Array, **params: Any) -> Any:
        dtype = xs[0].dtype
        if dtype not in _SMALL:
            return named(*xs, **params)
        out = named(*(x.astype(np.float32) for x in xs), **params)
        narrow = {np.dtype(np.float32): dtype}
        if isinstance(out, tuple):
            return tuple(o.astype(narrow.get(o.dtype, o.dtype)) for o in out)
        return out.astype(narrow.get(out.dtype, out.dtype))

    def named(*xs: Array, **params: Any) -> Any:
        try:
            return kernel(*xs, **params)
        except np.linalg.LinAlgError as e:
            problem = f"cannot work on a matrix of shape {xs[0].shape} ({str(e).lower()})"
            raise LinAlgError(message(kernel.__name__.strip("_"), problem)) from None

    return run


def _cholesky(a: Array) -> Array:
    lower = np.tril(a)
    diagonal = np.einsum("...ii->...i", lower).real
    whole = lower + np.conj(np.swapaxes(np.tril(a, -1), -1, -2))
    np.einsum("...ii->...i", whole)[...] = diagonal
    out = np.asarray(np.linalg.cholesky(whole))
    spoilt = ~np.isfinite(whole).all(axis=(-2, -1))  # LAPACK takes an infinite matrix for diagonal
    if spoilt.any():
        out[spoilt] = np.tril(np.full(out.shape[-2:], np.nan, out.dtype))
    return out


def _qr(a: Array, *, full: bool) -> Arrays:
    q, r = np.linalg.qr(a, mode="complete" if full else "reduced")
    return q, r


def _svd(a: Array, *, full: bool, vectors: bool) -> Arrays:
    if not np.isfinite(a).all():  # LAPACK complains on the terminal, or finds nothing
        raise np.linalg.LinAlgError("it holds infinities or NaN")
    if not vectors:
        return (np.linalg.svd(a, compute_uv=False),)
    u, s, vh = np.linalg.svd(a, full_matrices=full)
    return u, s, vh


def _eigh(a: Array, *, vectors: bool) -> Arrays:
    if not vectors:
        return (np.linalg.eigvalsh(a),)
    w, v = np.linalg.eigh(a)
    return w, v


def _eig(a: Array, *, vectors: bool) -> Arrays:
    dtype = np.complex64 if a.dtype in _ROUNDED else np.complex128
    if not vectors:
        return (np.linalg.eigvals(a).astype(dtype),)
    w, v = np.linalg.eig(a)
    return w.astype(dtype), v.astype(dtype)


def _lu(a: Array) -> Arrays:
    """Eliminate column by column with partial pivoting, all matrices of the stack at once."""
    out = np.array(a, copy=True).reshape(math.prod(a.shape[:-2]), *a.shape[-2:])
    stack, m, n = out.shape
    order = np.broadcast_to(np.arange(m, dtype=np.int64), (stack, m)).copy()
    rows = np.arange(stack)
    for k in range(min(m, n)):
        pivot = k + np.argmax(np.abs(out[:, k:, k]), axis=1)
        for part in (out, order):
            part[rows, k], part[rows, pivot] = part[rows, pivot].copy(), part[rows, k].copy()
        head = out[:, k, k][:, None]
        factors = np.divide(
            out[:, k + 1 :, k], head, out=np.zeros_like(out[:, k + 1 :, k]), where=head != 0
        )
        out[:, k + 1 :, k] = factors
        out[:, k + 1 :, k + 1 :] -= factors[:, :, None] * out[:, None, k, k + 1 :]
    return out.reshape(a.shape), order.reshape(*a.shape[:-2], m)


def _solve(a: Array, b: Array) -> Array:
    return np.linalg.solve(a, b)


def _triangular_solve(a: Array, b: Array, *, lower: bool, unit_diagonal: bool) -> Array:
    triangle = np.tril(a) if lower else np.triu(a)
    if unit_diagonal:
        np.einsum("...ii->...i", triangle)[...] = 1
    return np.linalg.solve(triangle, b)


def _transform(name: str) -> Callable[..., Array]:
    def kernel(x: Array, *, axes: tuple[int, ...]) -> Array:
        out, function = x, getattr(np.fft, name)  # NumPy imports it when it is used
        for axis in axes:
            if x.shape[axis]:
                out = function(out, axis=axis)
        return np.array(out, dtype=x.dtype)

    return kernel


def _rfft(x: Array, *, axis: int) -> Array:
    dtype = np.complex128 if x.dtype == np.float64 else np.complex64
    return np.fft.rfft(x.astype(np.float32) if x.dtype in _SMALL else x, axis=axis).astype(dtype)


def _irfft(x: Array, *, axis: int, n: int) -> Array:
    dtype = np.float64 if x.dtype == np.complex128 else np.float32
    return np.fft.irfft(x, n=n, axis=axis).astype(dtype)


KERNELS: Final[dict[str, Callable[..., Any]]] = {
    "cholesky": widened(_cholesky),
    "qr": widened(_qr),
    "svd": widened(_svd),
    "eigh": widened(_eigh),
    "eig": widened(_eig),
    "lu": widened(_lu),
    "solve": widened(_solve),
    "triangular_solve": widened(_triangular_solve),
    "fft": _transform("fft"),
    "ifft": _transform("ifft"),
    "rfft": _rfft,
    "irfft": _irfft,
}
