"""Distributions that are drawn by rejection, and those made of gamma numbers.

The loops run in the kernels of two primitives, whose every element has a key, or a counter, of its
own.  A gamma number's derivative by its shape parameter is the implicit one: that of the quantile.
"""

from __future__ import annotations

from typing import Any

from nx import _dtypes as dt
from nx._activations import softmax
from nx._array import Array
from nx._elementwise import divide, exp, maximum, multiply, sqrt, subtract
from nx._errors import RankError, message
from nx._joining import unstack
from nx._shapes import size_of
from nx._shaping import broadcast_to, reshape
from nx.effects._perform import perform
from nx.primitives import P
from nx.random._arguments import drawn_shape, integer_dtype, parameters, refuse
from nx.random._keys import checked, counters, split
from nx.random._numbers import normal

__all__ = ["beta", "dirichlet", "gamma", "loggamma", "poisson", "t"]


def gamma(key: Array, a: Any, shape: Any = None, *, dtype: Any = None) -> Array:
    """Draw from the gamma distribution of shape parameter a and scale 1.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    a : scalar or Array
        Positive; NaN is drawn where it is negative.  Broadcast to the shape.
    shape : int or tuple of int, optional
        By default a's.
    dtype : DType, optional
        Floating; by default a's, float32 for a number.

    Returns
    -------
    Array
        Of the shape and dtype, positive.

    Raises
    ------
    DomainError
        If a is a Python number and not positive.

    Notes
    -----
    Drawn by the method of Marsaglia and Tsang [1]_.  Differentiable in a, implicitly [2]_.

    References
    ----------
    .. [1] G. Marsaglia, W. W. Tsang, "A simple method for generating gamma variables", ACM
       Transactions on Mathematical Software 26, 2000.
    .. [2] M. Figurnov, S. Mohamed, A. Mnih, "Implicit reparameterization gradients", NeurIPS 2018.

    Examples
    --------
    >>> import nx
    >>> round(nx.random.gamma(nx.random.key(0), 3.0, (10_000,)).mean().item())
    3
    """
    return _gamma("gamma", key, a, shape, dtype, log_space=False)


def loggamma(key: Array, a: Any, shape: Any = None, *, dtype: Any = None) -> Array:
    """Draw the logarithm of a gamma number: finite also where the number would round to 0.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    a : scalar or Array
        Positive.  Broadcast to the shape.
    shape : int or tuple of int, optional
        By default a's.
    dtype : DType, optional
        Floating; by default a's, float32 for a number.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    DomainError
        If a is a Python number and not positive.

    Examples
    --------
    >>> import nx
    >>> bool(nx.isfinite(nx.random.loggamma(nx.random.key(0), 1e-3, (100,))).all())
    True
    """
    return _gamma("loggamma", key, a, shape, dtype, log_space=True)


def _gamma(name: str, key: Array, a: Any, shape: Any, dtype: Any, *, log_space: bool) -> Array:
    key = checked(key, name)
    refuse(name, "a", a, 0, strict=True)
    (a,) = parameters(name, key, dtype, a)
    shape = drawn_shape(name, shape, [a._type.shape])
    return _of_gamma(key, a, shape, log_space=log_space)


def _of_gamma(key: Array, a: Array, shape: tuple[int, ...], *, log_space: bool) -> Array:
    keys = split(key, shape)
    return perform(P.random_gamma, keys, broadcast_to(a, shape), log_space=log_space)


def beta(key: Array, a: Any, b: Any, shape: Any = None, *, dtype: Any = None) -> Array:
    """Draw from the beta distribution of parameters a and b.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    a, b : scalar or Array
        Positive.  Broadcast to the shape.
    shape : int or tuple of int, optional
        By default theirs.
    dtype : DType, optional
        Floating; by default that of a and b, float32 for numbers.

    Returns
    -------
    Array
        From 0 to 1.

    Raises
    ------
    DomainError
        If a or b is a Python number and not positive.

    Examples
    --------
    >>> import nx
    >>> x = nx.random.beta(nx.random.key(0), 2.0, nx.asarray([1.0, 5.0]))
    >>> bool(((x > 0) & (x < 1)).all())
    True
    """
    key = checked(key, "beta")
    refuse("beta", "a", a, 0, strict=True)
    refuse("beta", "b", b, 0, strict=True)
    a, b = parameters("beta", key, dtype, a, b)
    shape = drawn_shape("beta", shape, [a._type.shape, b._type.shape])
    for_a, for_b = unstack(split(key))
    x = _of_gamma(for_a, a, shape, log_space=True)
    y = _of_gamma(for_b, b, shape, log_space=True)
    largest = perform(P.detach, maximum(x, y))
    x, y = exp(subtract(x, largest)), exp(subtract(y, largest))
    return divide(x, x + y)


def dirichlet(key: Array, alpha: Any, shape: Any = None, *, dtype: Any = None) -> Array:
    """Draw probabilities from the Dirichlet distribution of concentrations alpha.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    alpha : Array, shape (..., n)
        Positive.
    shape : int or tuple of int, optional
        Of the draws, without the last axis; by default alpha's other axes.
    dtype : DType, optional
        Floating; by default alpha's.

    Returns
    -------
    Array, shape ``(*shape, n)``
        Positive, with sum 1 along the last axis.

    Raises
    ------
    RankError
        If alpha has no axis.

    Examples
    --------
    >>> import nx
    >>> x = nx.random.dirichlet(nx.random.key(0), nx.ones(3), (4,))
    >>> x.shape, bool((nx.abs(x.sum(axis=-1) - 1) < 1e-6).all())
    ((4, 3), True)
    """
    key = checked(key, "dirichlet")
    (alpha,) = parameters("dirichlet", key, dtype, alpha)
    given = alpha._type.shape
    if not given:
        problem = "cannot draw with alpha of shape () (it needs an axis of concentrations)"
        raise RankError(message("dirichlet", problem))
    shape = drawn_shape("dirichlet", shape, [given[:-1]])
    return softmax(_of_gamma(key, alpha, shape + given[-1:], log_space=True), axis=-1)


def t(key: Array, df: Any, shape: Any = None, *, dtype: Any = None) -> Array:
    """Draw from Student's t distribution with df degrees of freedom.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    df : scalar or Array
        Positive.  Broadcast to the shape.
    shape : int or tuple of int, optional
        By default df's.
    dtype : DType, optional
        Floating; by default df's, float32 for a number.

    Returns
    -------
    Array
        Of the shape and dtype.

    Raises
    ------
    DomainError
        If df is a Python number and not positive.

    Examples
    --------
    >>> import nx
    >>> nx.random.t(nx.random.key(0), 5, (2,)).shape
    (2,)
    """
    key = checked(key, "t")
    refuse("t", "df", df, 0, strict=True)
    (df,) = parameters("t", key, dtype, df)
    shape = drawn_shape("t", shape, [df._type.shape])
    for_normal, for_gamma = unstack(split(key))
    half = multiply(df, 0.5)
    g = _of_gamma(for_gamma, half, shape, log_space=False)
    return multiply(normal(for_normal, shape, dtype=df._type.dtype), sqrt(divide(half, g)))


def poisson(key: Array, lam: Any, shape: Any = None, *, dtype: Any = None) -> Array:
    """Draw counts from the Poisson distribution of mean lam.

    Parameters
    ----------
    key : Array, uint32, shape (2,)
        Use each key once; `split` makes more of them.
    lam : scalar or Array
        Used in float32; -1 is drawn where it is negative, infinite or NaN.  Broadcast to the shape.
    shape : int or tuple of int, optional
        By default lam's.
    dtype : DType, optional
        Integer; int64 by default.

    Returns
    -------
    Array
        Of the shape and dtype, not negative.

    Raises
    ------
    DomainError
        If lam is a negative Python number.

    Notes
    -----
    Drawn by Knuth's method below a mean of 10, by transformed rejection [1]_ from there on.  It has
    no derivative.

    References
    ----------
    .. [1] W. Hörmann, "The transformed rejection method for generating Poisson random variables",
       Insurance: Mathematics and Economics 12, 1993.

    Examples
    --------
    >>> import nx
    >>> nx.random.poisson(nx.random.key(0), nx.asarray([0.0, 1e-9])).tolist()
    [0, 0]
    """
    key, wanted = checked(key, "poisson"), integer_dtype(dtype, "poisson")
    refuse("poisson", "lam", lam, 0, strict=False)
    (lam,) = parameters("poisson", key, dt.float32, lam)
    shape = drawn_shape("poisson", shape, [lam._type.shape])
    numbers = reshape(counters(size_of(shape), key), (*shape, 2))
    return perform(P.random_poisson, key, numbers, lam, dtype=wanted, rank=len(shape))
