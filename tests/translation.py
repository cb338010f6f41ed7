"""The page "Rune and JAX", taken apart: sections with both sides' snippets, and tables."""

import ast
import doctest
import re
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "rune-and-jax.md"
FENCE = re.compile(
    r"^```(?P<kind>\{code-block\} py|python)\n(?::caption: JAX\n)?(?P<source>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
BLOCKS = (ast.Try, ast.For, ast.With, ast.If)


@dataclass
class Section:
    """What stands below one heading, up to the next."""

    title: str
    theirs: str = ""
    ours: str = ""
    tables: list[list[list[str]]] = field(default_factory=list)

    def shared(self):
        """Return the names that both sides bind here, whose values must agree."""
        return sorted(bound(ast.parse(self.theirs).body) & bound(ast.parse(self.ours).body))


def bound(statements):
    """Return the names that statements bind by assignment, not those inside functions."""
    found = set()
    for statement in statements:
        if isinstance(statement, (ast.Assign, ast.AugAssign)):
            targets = getattr(statement, "targets", None) or [statement.target]
            found |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        elif isinstance(statement, BLOCKS):
            found |= bound(statement.body)
    return found


def sections():
    """Return the sections of the page, in order."""
    parts = re.split(r"^(##+ .*)$", PAGE.read_text(), flags=re.MULTILINE)
    found = []
    for title, text in zip(["top", *parts[1::2]], parts[::2], strict=True):
        section = Section(title.strip("# "))
        for block in FENCE.finditer(text):
            if block["kind"] == "python":
                examples = doctest.DocTestParser().get_examples(block["source"])
                section.ours += "".join(example.source for example in examples)
            else:
                section.theirs += block["source"]
        section.tables = tables(FENCE.sub("", text))
        found.append(section)
    return found


def tables(text):
    """Return the tables in a text, each a list of rows, each a list of cells."""
    found = re.findall(r"^\|.*\n\|(?:---\|)+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cells(row) for row in rows.splitlines()] for rows in found]


def cells(row):
    parts = re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))
    return [part.strip() for part in parts]


def code(cell):
    """Return the code that a cell consists of, None if it is prose."""
    match = re.fullmatch(r"`([^`]+)`", cell)
    return match and match[1]


def section(title):
    (found,) = (s for s in sections() if title in s.title)
    return found
