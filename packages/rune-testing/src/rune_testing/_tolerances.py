"""How near a derivative must come to its finite difference, by dtype."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import nx

__all__ = ["TOLERANCES", "Tolerance", "merged"]


class Tolerance(NamedTuple):
    """How far apart two numbers may be: the relative or the absolute error must be within it.

    Examples
    --------
    >>> from rune_testing import TOLERANCES, Tolerance
    >>> TOLERANCES["float32"]
    Tolerance(rtol=0.002, atol=0.002)
    >>> tighter = {**TOLERANCES, "float64": Tolerance(rtol=1e-6, atol=1e-6)}
    """

    rtol: float
    atol: float


TOLERANCES: Final[Mapping[str, Tolerance]] = MappingProxyType(
    {
        # A central difference of values near 1 is good to about u**(2/3), u the spacing at 1:
        # 0.01 in float16 and 0.04 in bfloat16. The rest is for the rounding inside the function.
        "float16": Tolerance(5e-2, 5e-2),
        "bfloat16": Tolerance(2e-1, 2e-1),
        "float32": Tolerance(2e-3, 2e-3),
        "float64": Tolerance(2e-3, 2e-3),
        "complex64": Tolerance(2e-3, 2e-3),
        "complex128": Tolerance(2e-3, 2e-3),
    }
)
"""The default tolerances: 2e-3, and more in the dtypes whose differences can't be that good."""


def merged(given: Mapping[Any, Any] | None, operation: str) -> dict[str, Tolerance]:
    """Return the default tolerances with the given ones in their places, or raise."""
    found = dict(TOLERANCES)
    for key, value in (given or {}).items():
        name = key.name if isinstance(key, nx.DType) else key
        if name not in TOLERANCES:
            raise ValueError(
                f"{operation}: cannot set a tolerance for {name!r}"
                f" (not one of {', '.join(TOLERANCES)})"
            )
        try:
            found[name] = Tolerance(*value)
        except TypeError:
            raise TypeError(
                f"{operation}: cannot use {value!r} as the tolerance of {name}\n"
                "hint: Tolerance(rtol=1e-3, atol=1e-3)"
            ) from None
    return found
