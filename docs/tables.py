"""Write the reference pages that are tables: primitives, dtypes, derivatives, functions.

`docs/conf.py` calls `write` before Sphinx reads the pages; nothing here is kept by hand.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path

import nx
from nx import _dtypes as dt
from nx.primitives import P, Primitive
from rune import _derivatives as derivatives

__all__ = ["write"]

KINDS = {
    derivatives.Slope: "slope",
    derivatives.Linear: "linear",
    derivatives.Bilinear: "bilinear",
    derivatives.Custom: "custom pair",
}


def cell(text: object) -> str:
    """Return a text that may stand in a table."""
    return str(text).replace("|", "\\|").replace("*", "\\*").replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(cell, line)) + " |\n" for line in lines)


def primitives() -> str:
    """Return the page of primitives."""
    rows = [
        (f"`{p.name}`", p.family, ", ".join(p.takes), p.doc, "yes" if p.decomposition else "")
        for p in P
    ]
    head = ("name", "family", "dtypes by kind", "what it computes", "composite")
    return f"""# Primitives

All {len(rows)} rows of `nx.primitives.P`: what a backend computes, and what a handler sees. A
composite also has a decomposition into the others, so a backend may leave it out.

{table(head, rows)}"""


def promoted(a: dt.DType, b: dt.DType) -> str:
    """Return the dtype that two promote to, or a dash."""
    try:
        return dt.promote(a, b).name
    except nx.DTypeError:
        return "no"


def dtypes() -> str:
    """Return the page of dtypes."""
    rows = [(f"`{d!r}`", d.kind, d.bits, d.itemsize) for d in dt.ALL]
    regular = [d for d in dt.ALL if d.kind != "storage"]
    pairs = [(f"**{a.name}**", *(promoted(a, b) for b in regular)) for a in regular]
    return f"""# Dtypes

{table(("dtype", "kind", "bits", "bytes in memory"), rows)}
Dtypes of kind *storage* are moved, copied and converted, and not computed with.

## Promotion

What two arrays of these dtypes meet in; *no* means that they don't, and that nx raises.

{table(("", *(d.name for d in regular)), pairs)}"""


def derivative(p: Primitive) -> tuple[str, str]:
    """Return how a primitive is differentiated, and a remark."""
    if p in derivatives.ROWS:
        return KINDS[type(derivatives.ROWS[p])], ""
    if p in derivatives.ZERO:
        return "zero", ""
    if p in derivatives.REFUSED:
        return "refused", derivatives.REFUSED[p]
    return "by its parts", ""


def derivative_page() -> str:
    """Return the page of derivatives."""
    rows = [(f"`{p.name}`", p.family, *derivative(p)) for p in P]
    return f"""# Derivatives

How `rune` differentiates each primitive. A *slope* row gives the cotangent times the slope, a
*linear* row the transpose, a *bilinear* row the transposes of a product, a *custom pair* a rule
for each mode. *Zero* means that the derivative is 0 wherever there is one; *refused*, that
differentiating raises `MissingRuleError`.

{table(("primitive", "family", "derivative", "reason"), rows)}"""


def summary(function: object) -> str:
    """Return the first line of a docstring."""
    return (inspect.getdoc(function) or "").split("\n")[0]


def functions() -> str:
    """Return the page of functions, by namespace."""
    parts = ["# Functions\n\nEvery public function, by namespace.\n"]
    for space in (nx, nx.linalg, nx.fft, nx.random):
        found = {n: getattr(space, n) for n in sorted(space.__all__)}
        rows = [(f"`{n}`", summary(f)) for n, f in found.items() if inspect.isfunction(f)]
        parts.append(f"## {space.__name__}\n\n{table(('function', 'what it does'), rows)}")
    return "\n".join(parts)


PAGES = {
    "primitives": primitives,
    "dtypes": dtypes,
    "derivatives": derivative_page,
    "functions": functions,
}


def write(folder: Path) -> None:
    """Write the pages, leaving those that haven't changed."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        file, text = folder / f"{name}.md", page()
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
