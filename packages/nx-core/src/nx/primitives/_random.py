"""The primitives that draw by rejection: one row each.

Their loops run a number of times that depends on the numbers drawn, which only a kernel may know.
A key or a counter is a pair of uint32 in its last axis; the other axes broadcast with the
parameters.
"""

from __future__ import annotations

from nx._dtypes import DType, float32, uint32
from nx._errors import DTypeError, ShapeError, message
from nx._shapes import broadcast_shapes
from nx._types import ArrayType
from nx.primitives import _infer
from nx.primitives._core import FLOATING, declare

__all__: list[str] = []


def _check_pairs(operation: str, *pairs: ArrayType) -> None:
    for x in pairs:
        if x.dtype is not uint32:
            problem = f"cannot use {x.dtype.name} as random words (not uint32)"
            raise DTypeError(message(operation, problem))
        if x.shape[-1:] != (2,):
            problem = f"cannot use the shape {x.shape} as pairs (the last axis must be 2)"
            raise ShapeError(message(operation, problem))


def _random_gamma(key: ArrayType, alpha: ArrayType, *, log_space: bool) -> ArrayType:
    _infer.same_device("random_gamma", (key, alpha))
    _check_pairs("random_gamma", key)
    if alpha.dtype.kind != "floating":
        problem = f"cannot draw with alpha of {alpha.dtype.name} (not floating)"
        raise DTypeError(message("random_gamma", problem))
    return alpha.with_shape(broadcast_shapes([key.shape[:-1], alpha.shape], "random_gamma"))


def _random_poisson(
    key: ArrayType, counter: ArrayType, lam: ArrayType, *, dtype: DType, rank: int
) -> ArrayType:
    _infer.same_device("random_poisson", (key, counter, lam))
    _check_pairs("random_poisson", key, counter)
    if lam.dtype is not float32:
        problem = f"cannot draw with lam of {lam.dtype.name} (not float32)"
        raise DTypeError(message("random_poisson", problem))
    shapes = [key.shape[:-1], counter.shape[:-1], lam.shape]
    shape = broadcast_shapes(shapes, "random_poisson")
    if not 0 <= rank <= len(shape):
        raise ShapeError(message("random_poisson", f"cannot draw {rank} axes of {shape}"))
    return lam.with_shape(shape).with_dtype(dtype)


declare(
    "random_gamma",
    "random",
    ("unsigned", *FLOATING),
    _random_gamma,
    "a gamma number of each shape parameter alpha by its key, or the logarithm of it",
)


def _random_gamma_grad(alpha: ArrayType, sample: ArrayType, *, log_space: bool) -> ArrayType:
    return _infer.elementwise("random_gamma_grad")(alpha, sample)  # type: ignore[no-any-return]


declare(
    "random_gamma_grad",
    "elementwise",
    FLOATING,
    _random_gamma_grad,
    "the derivative by alpha of the quantile at which the sample (or its logarithm) lies",
)
declare(
    "random_poisson",
    "random",
    ("unsigned", *FLOATING),
    _random_poisson,
    "a count of the Poisson distribution of each mean lam, by key and counter; -1 for a bad mean; "
    "each part of the last rank axes is drawn by itself",
)
