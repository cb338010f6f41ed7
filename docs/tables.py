"""Write the reference pages that are tables: primitives, dtypes, derivatives, functions.

`docs/conf.py` calls `write` before Sphinx reads the pages; nothing here is kept by hand.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import nx
from nx import _dtypes as dt
from nx._types import array_type
from nx.backends import API_VERSION, Backend, BackendSpec, register_backend
from nx.primitives import P, Primitive
from nx.testing import ROWS
from rune import _batching as batching
from rune import _derivatives as derivatives

__all__ = ["least", "train_a_little", "write"]

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


WORDS = {"signed": "integer", "unsigned": "integer"}
FAMILIES = {
    "elementwise": "Elementwise",
    "reduction": "Reductions",
    "scan": "Running reductions",
    "softmax": "Softmax",
    "normalization": "Normalization",
    "move": "Moves",
    "gather": "Gathering",
    "scatter": "Scattering",
    "sort": "Sorting",
    "matmul": "Products",
    "window": "Windows",
    "linalg": "Linear algebra",
    "fft": "Fourier transforms",
    "random": "Random bits",
    "creation": "Creation",
    "convert": "Conversions",
}
"""The headings of families; one that is not here is its own."""


def kinds(p: Primitive) -> str:
    """Return the kinds of dtype that a primitive takes, in words."""
    return ", ".join(dict.fromkeys(WORDS.get(kind, kind) for kind in p.takes))


def shown(value: object) -> str:
    """Return a type or a parameter as a call shows it."""
    if isinstance(value, tuple) and not all(isinstance(v, int) for v in value):
        return f"({', '.join(map(shown, value))})"
    return value.name if isinstance(value, dt.DType) else str(value)


def example(p: Primitive) -> str:
    """Return a call of a primitive, of the contract kit's, and the type of its result."""
    if p.name not in ROWS:
        return ""
    row, device = ROWS[p.name], nx.backends.as_device("numpy")
    dtype = "float32" if "float32" in row.dtypes else row.dtypes[0]
    calls = []
    for sample in row.samples_of(dtype):
        operands = row.draw(sample, dtype)
        types = [array_type(x.shape, dt.as_dtype(x.dtype), device) for x in operands]
        params = sample.bound(dtype, device)
        calls.append((types, params, p.infer(*types, **params)))
    types, params, out = max(calls, key=telling)
    parts = [*map(shown, types), *(f"{name}={shown(value)}" for name, value in params.items())]
    return f"`{p.name}({', '.join(parts)}) -> {shown(out)}`"


def telling(call: tuple[Any, Any, Any]) -> int:
    """Rate a call as an example: few axes of several lengths, none empty, a result of its own."""
    types, _, out = call
    shapes = [t.shape for t in types]
    if any(len(shape) > 3 or 0 in shape for shape in shapes):
        return -1
    return sum(len({n for n in shape if n > 1}) for shape in shapes) + 2 * (out not in types)


class Recorder(Backend):
    """NumPy arrays, and a note of each primitive that NumPy is asked for, with its dtype."""

    fallback = True

    def __init__(self) -> None:
        self.name = f"recorder{len(nx.backends.backends())}"  # another one may be there already
        self.asked: dict[str, set[str]] = {}

    def resolve(self, primitive: Primitive, types: Any, params: dict[str, Any]) -> Any:
        """Note what is run: a composite isn't, its parts are."""
        if primitive.decomposition is None:
            dtype = types[0].dtype if types else params["dtype"]
            self.asked.setdefault(primitive.name, set()).add(dtype.name)
        return super().resolve(primitive, types, params)

    def from_numpy(self, array: Any) -> Any:
        """Return the array itself."""
        return array

    def to_numpy(self, storage: Any) -> Any:
        """Return the array itself."""
        return storage


@functools.cache
def least() -> dict[str, set[str]]:
    """Return the primitives, with dtypes, that the demo's network asks a backend for."""
    recorder = Recorder()
    register_backend(
        BackendSpec(
            name=recorder.name,
            api_version=API_VERSION,
            probe=lambda: None,
            load=lambda: recorder,
            priority=-1000,
        )
    )
    with nx.use_backend(recorder.name):
        train_a_little()
    return recorder.asked


def train_a_little() -> float:
    """Take three steps with the demo's network, on noise for images; return the last loss."""
    folder = str(Path(__file__).parents[1] / "examples" / "digits")
    sys.path.insert(0, folder)
    try:
        import model  # noqa: PLC0415 - no package: a script's folder
    finally:
        sys.path.remove(folder)
    keys = nx.random.split(nx.random.key(0), 3)
    network = model.initialize(keys[0])
    velocity = {k: model.Layer(*map(nx.zeros_like, layer)) for k, layer in network.items()}
    images = nx.random.uniform(keys[1], (20, model.PIXELS))
    labels = nx.random.randint(keys[2], (20,), 0, model.CLASSES)
    for _ in range(3):
        network, velocity, loss = model.step(network, velocity, images, labels, 0.1)
    model.accuracy(network, images, labels)
    return float(loss)


def by_family(head: Sequence[str], row: Callable[[Primitive], Sequence[object]]) -> str:
    """Return a table of primitives for each family, under a heading."""
    found: dict[str, list[Sequence[object]]] = {}
    for p in P:
        found.setdefault(p.family, []).append(row(p))
    return "\n".join(
        f"## {FAMILIES.get(family, family.capitalize())}\n\n{table(head, rows)}"
        for family, rows in found.items()
    )


def primitives() -> str:
    """Return the page of primitives."""

    def row(p: Primitive) -> Sequence[object]:
        return f"`{p.name}`", kinds(p), p.doc, example(p), "yes" if p.decomposition else ""

    head = ("name", "dtypes", "what it computes", "for instance", "composite")
    needed: dict[str, list[str]] = {}
    for name, dtypes in sorted(least().items()):
        for dtype in sorted(dtypes):
            needed.setdefault(dtype, []).append(f"`{name}`")
    rows = [(dtype, ", ".join(names)) for dtype, names in sorted(needed.items())]
    return f"""# Primitives

All {len(P)} rows of `nx.primitives.P`: what a backend computes, and what a handler sees. A
composite also has a decomposition into the others, so a backend may leave it out.

The dtypes are told by kind: *integer* for signed and unsigned ones, *floating* for float16 to
float64, *complex*, *bool*, and *storage* for those that are only moved and converted, such as
int4. {{doc}}`dtypes` lists them. A primitive without dtypes has no array among its operands. Each
instance shows a call as a backend gets it, operands by their types and all parameters, and the
type of the result.

{by_family(head, row)}
## The least

A backend may lack primitives. Without `fallback` it needs these {len(least())}, by the dtype of the
first operand, to train the network of {{doc}}`/demo`: random numbers, loss, gradient, step and
accuracy. Composites are taken apart.

{table(("dtype", "primitives"), rows)}"""


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
    refused = [(f"`{p.name}`", derivatives.REFUSED[p]) for p in P if p in derivatives.REFUSED]
    count = Counter(derivative(p)[0] for p in P)
    counted = ", ".join(f"{n} *{kind}*" for kind, n in count.most_common())
    return f"""# Derivatives

How `rune` differentiates each of the {len(P)} primitives: {counted}.

- *slope*: the cotangent times the local slope; serves forward and reverse mode.
- *linear*: the transpose; forward mode is the primitive itself.
- *bilinear*: the transposes of a product.
- *custom pair*: a rule for each mode.
- *by its parts*: a composite, differentiated through its decomposition.
- *zero*: the derivative is 0 wherever there is one.
- *refused*: differentiating raises `MissingRuleError`.

What the derivatives are at kinks, ties and poles is in {{doc}}`/guide/corners`.

## What is refused

{table(("primitive", "because"), refused)}
Some rules refuse certain arguments, and say so: `qr` of wide matrices or with full factors, and
the full vectors of `svd` for matrices that are not square, which the matrix does not determine.

{by_family(("primitive", "derivative", "reason"), lambda p: (f"`{p.name}`", *derivative(p)))}"""


COLLECTIVES = [p for p in derivatives.ROWS if p.family == "collective"]
PARTS = "by its parts"
NOTHING = "no operand"


def rules_of(row: derivatives.Row) -> list[Callable[..., Any]]:
    """Return the functions that a derivative row holds."""
    slots = [name for kind in type(row).__mro__ for name in getattr(kind, "__slots__", ())]
    values = [getattr(row, name) for name in slots]
    found = [x for value in values for x in (value if isinstance(value, tuple) else (value,))]
    return [x for x in found if inspect.isfunction(x)]


def differentiated(p: Primitive) -> str:
    """Return the status of a primitive in reverse mode, and in forward mode: they share rows."""
    if p.family == "creation":
        return NOTHING
    if p in derivatives.REFUSED:
        return f"refused: {derivatives.REFUSED[p]}"
    if p in derivatives.ROWS:
        return KINDS.get(type(derivatives.ROWS[p]), "collective")
    return "zero" if p in derivatives.ZERO else PARTS


def differentiated_twice(p: Primitive) -> str:
    """Return the status at second order: rules are made of primitives, which have rules again."""
    if p not in derivatives.ROWS:
        return differentiated(p)
    names = {
        name
        for rule in rules_of(derivatives.ROWS[p])
        for name in inspect.unwrap(rule).__code__.co_names
    }
    for refused, reason in derivatives.REFUSED.items():
        if refused.name in names:
            return f"refused: {reason}"
    return "yes"


def batched(p: Primitive) -> str:
    """Return how a primitive is batched."""
    if p.family == "creation":
        return NOTHING
    if p.family == "collective":
        return "over its own axis; row for another"
    if p in batching.ROWS:
        return "row"
    return "family" if p.family in batching.FAMILIES else PARTS


def modes() -> str:
    """Return the page of each primitive's status in every mode."""
    head = ("primitive", "reverse", "forward", "vmap", "second order")

    def row(p: Primitive) -> Sequence[object]:
        once = differentiated(p)
        return f"`{p.name}`", once, once, batched(p), differentiated_twice(p)

    return f"""# Modes

What each of the {len(P)} primitives and {len(COLLECTIVES)} collectives does in every mode.

- *reverse* and *forward* share one row of {{doc}}`derivatives`, which the kinds here are those of;
  a *collective*'s row is recorded and transposed in any case.
- *vmap*: a primitive is batched as its *family* is, by a *row* of its own, or by its parts.
- *second order*: *yes* where the rule is made of primitives that can be differentiated in turn;
  then so can they, to any order.
- *zero*: the derivative is 0 wherever there is one; so is the second.
- *refused*: the transformation raises `MissingRuleError`, for this reason.
- *no operand*: there is nothing to differentiate, and nothing to batch.

{by_family(head, row)}
## Collectives

{table(head, map(row, COLLECTIVES))}"""


def summary(function: object) -> str:
    """Return the first line of a docstring."""
    return (inspect.getdoc(function) or "").split("\n")[0]


def functions() -> str:
    """Return the page of functions, by namespace."""
    parts = [
        "# Functions\n\nEvery public function, by namespace; {doc}`/api/nx` has them by room.\n"
    ]
    for space in (nx, nx.linalg, nx.fft, nx.random):
        found = {n: getattr(space, n) for n in sorted(space.__all__)}
        rows = [
            (f"{{py:func}}`{n} <{space.__name__}.{n}>`", summary(f))
            for n, f in found.items()
            if inspect.isfunction(f)
        ]
        parts.append(f"## {space.__name__}\n\n{table(('function', 'what it does'), rows)}")
    return "\n".join(parts)


PAGES = {
    "primitives": primitives,
    "dtypes": dtypes,
    "derivatives": derivative_page,
    "modes": modes,
    "functions": functions,
}


def write(folder: Path) -> None:
    """Write the pages, leaving those that haven't changed."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        file, text = folder / f"{name}.md", page()
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
