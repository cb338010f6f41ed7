"""Makes the public function of an elementwise primitive, with its docstring, from the row."""

from __future__ import annotations

from re import sub
from textwrap import fill
from typing import Any, TypeVar

from nx._eager import Binary, Unary, binary, unary
from nx.primitives import P, Primitive
from nx.primitives._elementwise import BINARY, UNARY

__all__ = ["binary_function", "unary_function"]

F = TypeVar("F", Unary, Binary)

KINDS = {
    ("floating",): "real",
    ("floating", "complex"): "real or complex",
    ("signed", "unsigned"): "integer",
    ("bool", "signed", "unsigned"): "bool or integer",
    ("signed", "unsigned", "floating"): "real",
    ("bool", "signed", "unsigned", "floating"): "bool or real",
    ("signed", "unsigned", "floating", "complex"): "numeric",
}
"""The dtypes of a docstring's parameter, by those of the primitive."""


RESULTS = {name: result for name, _, result, _ in (*UNARY, *BINARY)}


def _result(row: Primitive, operands: str, count: int) -> str:
    """Return what is said of the result, as the row declares it: its shape and its dtype."""
    result = RESULTS[row.name]
    if result == "bool":
        return f"Array, bool\n        Of {operands}."
    if result == "real":
        return f"Array\n        Of {operands}, real also for complex x."
    own = "x's dtype" if count == 1 else "the dtype they promote to"
    whole = "; integers become float32" if row.takes[0] == "floating" else ""
    return f"Array\n        Of {operands}, in {own}{whole}."


def _documented(
    function: F, name: str, row: Primitive, names: tuple[str, ...], example: tuple[str, str, str]
) -> F:
    call, result, notes = example
    operands = "x's shape" if len(names) == 1 else "the shape the operands broadcast to"
    kind = KINDS.get(row.takes, "any dtype")
    meaning = row.doc
    if len(names) > 1:
        meaning = sub(r"\bx\b", "x1", sub(r"\by\b", "x2", meaning))
    said = fill(notes, 92, initial_indent="    ", subsequent_indent="    ")
    told = f"\n    Notes\n    -----\n{said}\n" if notes else ""
    function.__name__ = function.__qualname__ = name
    function.__module__ = "nx"
    function.__doc__ = f"""Compute, elementwise, {meaning}.

    Parameters
    ----------
    {", ".join(names)} : Array or scalar, {kind}

    Returns
    -------
    {_result(row, operands, len(names))}

    Raises
    ------
    DTypeError
        For dtypes it is not defined on{", or that have no common one" if len(names) > 1 else ""}.
{told}
    Examples
    --------
    >>> import nx
    >>> nx.{name}({call})
    {result}
    """
    return function


def unary_function(
    name: str,
    call: str,
    result: str,
    *,
    primitive: str | None = None,
    prepare: Any = None,
    notes: str = "",
) -> Unary:
    """Make a function of x; ``call`` and ``result`` are its example, ``notes`` what else to say."""
    row = getattr(P, primitive or name)
    return _documented(unary(row, prepare), name, row, ("x",), (call, result, notes))


def binary_function(
    name: str, call: str, result: str, *, primitive: str | None = None, notes: str = ""
) -> Binary:
    """Make a function of x1 and x2, as `unary_function` makes one of x."""
    row = getattr(P, primitive or name)
    return _documented(binary(row), name, row, ("x1", "x2"), (call, result, notes))
