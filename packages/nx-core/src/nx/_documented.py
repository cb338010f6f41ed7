"""Makes the public function of an elementwise primitive, with its docstring, from the row."""

from __future__ import annotations

from typing import Any, TypeVar

from nx._eager import Binary, Unary, binary, unary
from nx.primitives import P

__all__ = ["binary_function", "unary_function"]

F = TypeVar("F", Unary, Binary)


def _documented(function: F, name: str, meaning: str, names: tuple[str, ...]) -> F:
    parameters = "\n".join(f"    {n} : Array or scalar" for n in names)
    shape = "the shape of x" if len(names) == 1 else "the shape the operands broadcast to"
    function.__name__ = function.__qualname__ = name
    function.__module__ = "nx"
    function.__doc__ = f"""Compute, elementwise, {meaning}.

    Parameters
    ----------
{parameters}

    Returns
    -------
    Array
        With {shape}.

    Raises
    ------
    DTypeError
        For dtypes it is not defined on.
    """
    return function


def unary_function(name: str, primitive: str | None = None, prepare: Any = None) -> Unary:
    row = getattr(P, primitive or name)
    return _documented(unary(row, prepare), name, row.doc, ("x",))


def binary_function(name: str, primitive: str | None = None) -> Binary:
    row = getattr(P, primitive or name)
    return _documented(binary(row), name, row.doc, ("x1", "x2"))
