"""The primitives: a closed set of operations, one row each.

Everything else in nx is composed of them.  ``P.name`` is the row; iterating over ``P`` gives them
all.
"""

from nx.primitives import _elementwise, _linalg, _random, _structured
from nx.primitives._core import P, Primitive

__all__ = ["P", "Primitive"]

del _elementwise, _linalg, _random, _structured
