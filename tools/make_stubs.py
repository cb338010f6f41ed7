"""Write ``nx/_array.pyi``: what type checkers and editors know of the array.

`nx.Array` gets its operators, attributes and methods when `nx` is imported, from the functions they
share their code with; a type checker does not see that.  This program reads them off the finished
class, so there is one declaration of each.  Run it after changing what an array has::

    python tools/make_stubs.py

A test compares the file with what would be written.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nx
from nx import _array, _shortcuts

PATH = Path(__file__).parents[1] / "packages/nx-core/src/nx/_array.pyi"
WIDTH = 100

HEADER = '''\
"""The array, as the finished class has it.  Made by tools/make_stubs.py: do not edit."""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from nx._dtypes import DType
from nx._indexing import At
from nx._types import ArrayType, Device

__all__ = ["Array", "annotate", "wrap"]

class Array:
    """An immutable array of elements of one dtype on one device."""

'''
BROADER = {"__eq__", "__ne__"}
"""They return arrays where `object` promises bools."""
PAIRS = {"__divmod__", "__rdivmod__"}
"""The operators that return two arrays."""


def annotation(text: Any) -> str:
    """Return an annotation as the stub's imports allow it to be written."""
    return str(text).replace("_indexing.", "")


def parameters(function: Any, *, method: bool) -> list[str]:
    """Return a function's parameters; the first one of a method is ``self``, without a type."""
    parts: list[str] = []
    found = list(inspect.signature(function).parameters.values())
    for i, p in enumerate(found):
        before = found[i - 1].kind if i else None
        if before is p.POSITIONAL_ONLY is not p.kind:
            parts.append("/")
        if p.kind is p.KEYWORD_ONLY and before not in (p.KEYWORD_ONLY, p.VAR_POSITIONAL):
            parts.append("*")
        if method and not i:
            parts.append("self")
            continue
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        default = "" if p.default is p.empty else f" = {p.default!r}"
        parts.append(f"{star}{p.name}: {annotation(p.annotation)}{default}")
    if found and found[-1].kind is inspect.Parameter.POSITIONAL_ONLY:
        parts.append("/")
    return parts


def body(function: Any, indent: str) -> str:
    """Return what stands for a function's body: its docstring's first line, which editors show."""
    summary = (inspect.getdoc(function) or "").partition("\n")[0]
    return f'\n{indent}    """{summary}"""' if summary else " ..."


def definition(name: str, function: Any, indent: str, *, method: bool) -> str:
    """Return a function's lines, without its body."""
    parts = parameters(function, method=method)
    result = annotation(inspect.signature(function).return_annotation)
    if method and "other: Any" in parts:  # an operator, Any for NotImplemented's sake alone
        result = "tuple[Array, Array]" if name in PAIRS else "Array"
    ignored = "  # type: ignore[override]  # an array, elementwise" if name in BROADER else ""
    shown = body(function, indent) if method and not name.startswith("__") else " ..."
    listed, end = ", ".join(parts), f") -> {result}:"
    line = f"{indent}def {name}({listed}{end}"
    if len(line + (shown if shown == " ..." else "")) > WIDTH:
        if len(f"{indent}    {listed}") > WIDTH:
            listed = f",\n{indent}    ".join(parts) + ","
        line = f"{indent}def {name}(\n{indent}    {listed}\n{indent}{end}"
    return f"{line}{shown}{ignored}\n"


def members() -> Iterator[str]:
    """Give the lines of each member: slots, attributes, special methods, methods."""
    members = sorted({**vars(nx.Array), **_shortcuts.replaced}.items())
    for name, text in nx.Array.__annotations__.items():
        yield f"    {name}: {annotation(text)}\n"
    yield "    __array_priority__: int\n    __array_ufunc__: None\n"
    yield "    __hash__: ClassVar[None]  # type: ignore[assignment]  # arrays are not hashable\n"
    for name, member in members:
        if isinstance(member, property):
            yield "    @property\n" + definition(name, member.fget, "    ", method=True)
    for special in (True, False):
        for name, member in members:
            if not inspect.isfunction(member) or name.startswith("__") is not special:
                continue
            # what only raises is better unknown: then `x[0] = 1` is an error to the checker
            if member.__annotations__["return"] != "NoReturn":
                yield definition(name, member, "    ", method=True)


def stub() -> str:
    """Return the text of the stub."""
    functions = [
        definition(name, getattr(_array, name), "", method=False)
        for name in _array.__all__
        if inspect.isfunction(getattr(_array, name))
    ]
    return HEADER + "".join(members()) + "\n" + "".join(functions)


if __name__ == "__main__":
    PATH.write_text(stub())
