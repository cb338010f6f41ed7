"""Kernels without NumPy's floating-point warnings.

nx returns inf and NaN silently, as the standard says.  `numpy.errstate` costs over a microsecond a
call; the context variable behind it a tenth of that.  It is private to NumPy, so a NumPy that lacks
it gets the slow way.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

__all__ = ["quiet"]

# A bare ufunc on the eager fast path may warn of an overflow; the frame it names is nx's.
warnings.filterwarnings("ignore", r".* encountered in ", RuntimeWarning, r"nx\.")

_set: Any
_reset: Any
_ignore: Any
try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj

    _set, _reset, _ignore = (
        _extobj_contextvar.set,
        _extobj_contextvar.reset,
        _make_extobj(all="ignore"),
    )
except (ImportError, TypeError):
    _ignore = None


def quiet(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a kernel so that NumPy does not warn within it."""
    if _ignore is None:
        return np.errstate(all="ignore")(kernel)

    @wraps(kernel, assigned=("__name__", "__doc__"), updated=())
    def run(*args: Any, **params: Any) -> Any:
        token = _set(_ignore)
        try:
            return kernel(*args, **params)
        finally:
            _reset(token)

    return run
