"""Continuous distributions that are functions of uniform and normal numbers."""

from __future__ import annotations

import math
from typing import Any, Final

from nx._array import Array
from nx._elementwise import (
    abs,
    add,
    erf,
    erfinv,
    log,
    log1p,
    maximum,
    minimum,
    multiply,
    negative,
    nextafter,
    sign,
    sqrt,
)
from nx._errors import DomainError, ShapeError, message
from nx._limits import finfo
from nx._products import matmul
from nx._shaping import expand_dims, squeeze
from nx.effects._perform import perform, perform_several
from nx.primitives import P
from nx.random._arguments import drawn_shape, floating, parameters
from nx.random._keys import checked
from nx.random._numbers import normal, symmetric, uniform

__all__ = ["exponential", "gumbel", "laplace", "multivariate_normal", "truncated_normal"]


def exponential(key: Array, shape: Any = (), *, dtype: Any = None) -> Array:
    """Draw from the exponential distribution of rate 1.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        Floating; float32 by default.

    Returns
    -------
    Array
        Of the shape and dtype, not negative.

    Raises
    ------
    DTypeError
        If the dtype is not floating.

    Examples
    --------
    >>> import nx
    >>> bool((nx.random.exponential(nx.random.key(0), 100) >= 0).all())
    True
    """
    return negative(log1p(negative(uniform(key, shape, dtype=floating(dtype, "exponential")))))


def laplace(key: Array, shape: Any = (), *, dtype: Any = None) -> Array:
    """Draw from the Laplace distribution of mean 0 and scale 1.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        Floating; float32 by default.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    DTypeError
        If the dtype is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.random.laplace(nx.random.key(0), (2, 3)).shape
    (2, 3)
    """
    u = symmetric(checked(key, "laplace"), shape, floating(dtype, "laplace"))
    return multiply(sign(u), log1p(negative(abs(u))))


def gumbel(key: Array, shape: Any = (), *, dtype: Any = None) -> Array:
    """Draw from the standard Gumbel distribution, that of the largest of many draws.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    shape : int or tuple of int
        Of the result; an int is one axis.
    dtype : DType, optional
        Floating; float32 by default.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    DTypeError
        If the dtype is not floating.

    Examples
    --------
    >>> import nx
    >>> nx.random.gumbel(nx.random.key(0), 3).dtype
    nx.float32
    """
    wanted = floating(dtype, "gumbel")
    tiny = float(finfo(wanted).smallest_normal)
    u = uniform(key, shape, dtype=wanted)
    return negative(log(negative(log(maximum(add(u, tiny), tiny)))))


def truncated_normal(
    key: Array, lower: Any, upper: Any, shape: Any = None, *, dtype: Any = None
) -> Array:
    """Draw from the normal distribution of mean 0 and variance 1 between two bounds.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    lower, upper : scalar or Array
        Broadcast to the shape.
    shape : int or tuple of int, optional
        By default that of the bounds.
    dtype : DType, optional
        Floating; by default the bounds', float32 for numbers.

    Returns
    -------
    Array
        Of the shape and dtype, between the bounds.

    Raises
    ------
    DomainError
        If both bounds are numbers and the lower is not below the upper.

    Examples
    --------
    >>> import nx
    >>> x = nx.random.truncated_normal(nx.random.key(0), -1.0, 2.0, (100,))
    >>> bool(((x > -1) & (x < 2)).all())
    True
    """
    name = "truncated_normal"
    key = checked(key, name)
    if type(lower) in (int, float) and type(upper) in (int, float) and not lower < upper:
        raise DomainError(message(name, f"cannot draw between {lower} and {upper}"))
    lower, upper = parameters(name, key, dtype, lower, upper)
    shape = drawn_shape(name, shape, [lower._type.shape, upper._type.shape])
    low, high = (erf(multiply(bound, math.sqrt(0.5))) for bound in (lower, upper))
    u = uniform(key, shape, dtype=lower._type.dtype, minval=low, maxval=high)
    x = multiply(erfinv(u), math.sqrt(2.0))
    inside = [perform(P.detach, bound) for bound in (lower, upper)]
    above = nextafter(inside[0], add(multiply(inside[0], 0.0), math.inf))
    below = nextafter(inside[1], add(multiply(inside[1], 0.0), -math.inf))
    return minimum(maximum(x, above), below)


def multivariate_normal(
    key: Array,
    mean: Any,
    cov: Any,
    shape: Any = None,
    *,
    dtype: Any = None,
    method: str = "cholesky",
) -> Array:
    """Draw vectors from the normal distribution of a mean and a covariance.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    mean : Array, shape (..., n)
        Integers become float32.
    cov : Array, shape (..., n, n)
        Symmetric; positive definite for ``"cholesky"``, semidefinite for the others.
    shape : tuple of int, optional
        Of the draws, without the last axis; by default the other axes of mean and cov.
    dtype : DType, optional
        Floating; by default that of mean and cov.
    method : {"cholesky", "eigh", "svd"}, optional
        How cov is factored.

    Returns
    -------
    Array, shape ``(*shape, n)``
        Of the dtype; differentiable in mean and cov.

    Raises
    ------
    ShapeError
        If mean and cov are not of one length n, or do not broadcast to the shape.
    LinAlgError
        If cov is not positive definite, for ``"cholesky"``.
    DomainError
        For an unknown method.

    Examples
    --------
    >>> import nx
    >>> nx.random.multivariate_normal(nx.random.key(0), nx.zeros(2), nx.eye(2), (5,)).shape
    (5, 2)
    """
    name = "multivariate_normal"
    key = checked(key, name)
    mean, cov = parameters(name, key, dtype, mean, cov)
    n = mean._type.shape[-1:]
    if not n or cov._type.shape[-2:] != n + n:
        problem = f"cannot draw with mean {mean._type.shape} and cov {cov._type.shape}"
        raise ShapeError(message(name, problem, "they are (..., n) and (..., n, n)"))
    given: Any = method
    if not isinstance(given, str) or given not in _FACTORS:
        raise DomainError(message(name, f"cannot factor by {method!r}", f"one of {[*_FACTORS]}"))
    shape = drawn_shape(name, shape, [mean._type.shape[:-1], cov._type.shape[:-2]])
    z = normal(key, shape + n, dtype=mean._type.dtype)
    moved = squeeze(matmul(_FACTORS[method](cov), expand_dims(z, axis=-1)), axis=-1)
    return add(mean, moved)


def _by_cholesky(cov: Array) -> Array:
    return perform(P.cholesky, cov)


def _by_eigh(cov: Array) -> Array:
    values, vectors = perform_several(P.eigh, cov, vectors=True)
    return multiply(vectors, expand_dims(sqrt(values), axis=-2))


def _by_svd(cov: Array) -> Array:
    u, values, _ = perform_several(P.svd, cov, full=True, vectors=True)
    return multiply(u, expand_dims(sqrt(values), axis=-2))


_FACTORS: Final = {"cholesky": _by_cholesky, "eigh": _by_eigh, "svd": _by_svd}
