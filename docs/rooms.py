"""Two directives for reference pages: `room` lists names with docstrings, `methods` arrays' own.

A room's lines are names of one module, or ``name = module.other`` for a second name of the same
object.  The tests hold that every public name stands in exactly one room.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import nx
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

__all__ = ["FENCE", "named", "setup"]

FENCE = re.compile(r"^\.\. room:: (\S+)\n\n((?:   \S.*\n)+)", re.MULTILINE)


def named(module: str, line: str) -> tuple[str, Any, str | None]:
    """Return a line's name, the object, and the full name that it is another name of."""
    name, _, other = (part.strip() for part in line.partition("="))
    thing = getattr(importlib.import_module(module), name)
    if other:
        place, _, attribute = other.rpartition(".")
        if getattr(importlib.import_module(place), attribute) is not thing:
            raise ValueError(f"{module}.{name} is not {other}")
    return name, thing, other or None


def datum(thing: Any) -> str:
    """Return what there is to say of an object without a docstring of its own."""
    if isinstance(thing, nx.DType):
        return f"The dtype {thing.name}: {thing.kind}, {thing.bits} bits."
    if type(thing).__module__.startswith("rune."):
        return str(type(thing).__doc__)
    return f"Its value is ``{thing!r}``."


def entry(module: str, line: str) -> list[str]:
    """Return the lines that document one name."""
    name, thing, other = named(module, line)
    full = f"{module}.{name}"
    if other:
        kind = "function" if inspect.isfunction(thing) else "data"
        role = "func" if kind == "function" else "data"
        ending = "(...)" if kind == "function" else ""
        return [f".. {kind}:: {name}{ending}", "", f"   Another name of :{role}:`{other}`.", ""]
    if isinstance(thing, type):
        if issubclass(thing, Exception):
            return [f".. autoexception:: {full}", "   :show-inheritance:", ""]
        return [f".. autoclass:: {full}", ""]
    if inspect.isfunction(thing):
        return [f".. autofunction:: {full}", ""]
    return [f".. data:: {name}", "", f"   {datum(thing)}", ""]


class Lines(SphinxDirective):
    """What a directive of lines that make other lines needs."""

    def parsed(self, lines: list[str]) -> list[nodes.Node]:
        """Parse lines of reStructuredText in place."""
        holder = nodes.Element()
        text = StringList(lines, source=self.env.doc2path(self.env.docname))
        self.state.nested_parse(text, self.content_offset, holder)
        return holder.children


class Room(Lines):
    """Document the names below it, after a table of those with docstrings."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        module = self.arguments[0]
        found = [named(module, line) for line in self.content]
        listed = [name for name, thing, other in found if callable(thing) and not other]
        lines = [f".. currentmodule:: {module}", ""]
        if len(listed) > 1:
            lines += [".. autosummary::", "   :nosignatures:", ""]
            lines += [*(f"   {name}" for name in listed), ""]
        for line in self.content:
            lines += entry(module, line)
        return self.parsed(lines)


class Methods(Lines):
    """List the methods of arrays that are functions of `nx`, with links."""

    def run(self) -> list[nodes.Node]:
        functions = {name: f for name, f in vars(nx.Array).items() if inspect.isfunction(f)}
        same = [name for name, f in functions.items() if vars(nx).get(name) is f]
        links = ", ".join(f":func:`x.{name} <nx.{name}>`" for name in sorted(same))
        return self.parsed([f"{links}.", ""])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("room", Room)
    app.add_directive("methods", Methods)
    return {"parallel_read_safe": True}
