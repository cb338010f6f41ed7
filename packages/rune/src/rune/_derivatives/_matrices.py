"""What the derivatives of linear algebra share: triangles, adjoints, and their precision."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import nx
from nx import Array
from nx.effects import perform
from nx.primitives import Primitive

__all__ = ["adjoint", "completed", "halved", "in_float32", "to_triangle"]


def adjoint(x: Array) -> Array:
    """Return the conjugate transpose of each matrix."""
    return nx.conj(nx.matrix_transpose(x))


def halved(x: Array) -> Array:
    """Return the lower triangle with half the diagonal."""
    return (nx.tril(x) + nx.tril(x, k=-1)) * 0.5


def completed(x: Array) -> Array:
    """Return the Hermitian matrix of which a factorization reads the lower triangle."""
    half = halved(x)
    return half + adjoint(half)


def to_triangle(x: Array) -> Array:
    """Return the adjoint of `completed`: what a Hermitian matrix's adjoint is to the triangle."""
    return halved(x + adjoint(x))


def _cast(x: Any, old: Any, new: Any) -> Any:
    if isinstance(x, (tuple, list)):
        return tuple(_cast(each, old, new) for each in x)
    return nx.astype(x, new) if x is not None and x.dtype == old else x


def in_float32(primitive: Primitive, rule: Callable[..., Any]) -> Callable[..., Any]:
    """Make a rule compute float16 and bfloat16 in float32 and round, as the kernels do.

    The output is computed anew: rounded factors are neither orthogonal nor triangular enough.
    """

    @wraps(rule)
    def run(g: Any, out: Any, *xs: Array, **params: Any) -> Any:
        dtype = xs[0].dtype
        if dtype not in (nx.float16, nx.bfloat16):
            return rule(g, out, *xs, **params)
        wide = _cast(xs, dtype, nx.float32)
        again = perform(primitive, *wide, **params)
        return _cast(rule(_cast(g, dtype, nx.float32), again, *wide, **params), nx.float32, dtype)

    return run
