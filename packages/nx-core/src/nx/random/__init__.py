"""Random numbers: splittable Threefry keys [1]_, and the ambient generator on top of them.

A key is a uint32 array of shape (2,).  The same key gives the same numbers, on every backend; split
it to get more.  Counters, splitting and the conversions to numbers are JAX's with
``jax_threefry_partitionable``, so that a key gives the same numbers there.

References
----------
.. [1] J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
   1, 2, 3", SC '11, 2011.
"""

from nx._errors import shorten as _shorten
from nx.random._ambient import rand, randn, seed
from nx.random._choices import bernoulli, categorical, choice, permutation
from nx.random._continuous import (
    exponential,
    gumbel,
    laplace,
    multivariate_normal,
    truncated_normal,
)
from nx.random._gamma import beta, dirichlet, gamma, loggamma, poisson, t
from nx.random._keys import bits, fold_in, key, split
from nx.random._numbers import normal, randint, uniform

__all__ = [
    "bernoulli",
    "beta",
    "bits",
    "categorical",
    "choice",
    "dirichlet",
    "exponential",
    "fold_in",
    "gamma",
    "gumbel",
    "key",
    "laplace",
    "loggamma",
    "multivariate_normal",
    "normal",
    "permutation",
    "poisson",
    "rand",
    "randint",
    "randn",
    "seed",
    "split",
    "t",
    "truncated_normal",
    "uniform",
]

_shorten(globals())
