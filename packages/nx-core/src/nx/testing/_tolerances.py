"""Overrides of the tolerances: each carries its reason, and is shown with the result.

An override reads ``sin:float32=4:"the vector unit's sine"``; ``*`` stands for every dtype.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from nx.primitives import P
from nx.testing._operands import NAMES

__all__ = ["Tolerance", "parse_tolerances"]

FORM: Final = re.compile(r"\s*(\w+):([\w*]+)=([0-9.]+)(?::(.*))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many units in the last place are allowed, and why."""

    primitive: str
    dtype: str
    ulps: float
    reason: str

    def __str__(self) -> str:
        return f"{self.primitive}:{self.dtype} {self.ulps:g} ULPs ({self.reason})"


def parse_tolerances(lines: Iterable[str]) -> dict[tuple[str, str], Tolerance]:
    """Read overrides.

    Parameters
    ----------
    lines : iterable of str
        Each as ``primitive:dtype=ulps:"reason"``.

    Returns
    -------
    dict of (str, str) to Tolerance
        By primitive and dtype.

    Raises
    ------
    ValueError
        If one is not of this form, names no primitive or dtype, or gives no reason.

    Examples
    --------
    >>> from nx.testing import parse_tolerances
    >>> str(*parse_tolerances(['sin:float32=4:"a table"']).values())
    'sin:float32 4 ULPs (a table)'
    """
    known = {p.name for p in P}
    found = {}
    for line in lines:
        match = FORM.fullmatch(line)
        problem = None
        if match is None:
            problem = 'it must read primitive:dtype=ulps:"reason"'
        else:
            name, dtype, ulps, reason = match.groups()
            reason = (reason or "").strip().strip("\"'").strip()
            if name not in known:
                problem = f"there is no primitive {name!r}"
            elif dtype != "*" and dtype not in NAMES:
                problem = f"there is no dtype {dtype!r}"
            elif not reason:
                problem = "it gives no reason"
        if problem is not None:
            raise ValueError(f"nx_tolerances: cannot use {line!r} ({problem})")
        found[name, dtype] = Tolerance(name, dtype, float(ulps), reason)
    return found
