"""What a random program is made of: statements in static single assignment, and how they read.

A program is Python source over `nx` and `rune`, which three libraries run: ours, NumPy (the oracle)
and JAX, each under those names.  It is written in three ways: ``python``, with reads and control
flow as a user has them; ``oracle``, where each decision goes through `nx.above` or `nx.whole`, so
that the oracle can tell how near it was; and ``select``, without reads, where both arms of a branch
are computed, for libraries that cannot follow control flow.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace

import numpy as np

__all__ = ["Branch", "Function", "Let", "Pick", "Program", "Repeat", "While", "sliced"]

INDENT = "    "
NAME = re.compile(r"\b[vaf]\d+\b")


def indented(lines):
    return [INDENT + line for line in lines]


def written(nodes, way):
    return [line for node in nodes for line in node.lines(way)]


def names_in(*texts):
    return {name for text in texts for name in NAME.findall(text)}


@dataclass(frozen=True)
class Let:
    """``name = text``."""

    name: str
    text: str

    def lines(self, way):
        return [f"{self.name} = {self.text}"]

    def uses(self):
        return names_in(self.text)


@dataclass(frozen=True)
class Condition:
    """Whether a 0-d value is above a number, read in one of several ways."""

    value: str
    level: float
    style: str = "plain"

    def text(self, way):
        if way == "oracle":
            return f"nx.above({self.value}, {self.level})"
        if way == "select":
            return f"{self.value} > {self.level}"
        styles = {
            "plain": f"{self.value} > {self.level}",
            "float": f"float({self.value}) > {self.level}",
            "item": f"{self.value}.item() > {self.level}",
            "not": f"not {self.value} <= {self.level}",
            "bool": f"bool({self.value} - {self.level} > 0)",
        }
        return styles[self.style]


@dataclass(frozen=True)
class Branch:
    """A name for one of two values, each with statements of its own."""

    name: str
    condition: Condition
    yes: str
    no: str
    then: list = field(default_factory=list)
    other: list = field(default_factory=list)
    style: str = "if"

    def lines(self, way, early=False):
        test, then, other = (
            self.condition.text(way),
            written(self.then, way),
            written(self.other, way),
        )
        if way == "select":
            chosen = f"{self.name} = nx.where({test}, {self.yes}, {self.no})"
            return [*then, *other, chosen]
        if early and way == "python":
            return [
                f"if {test}:",
                *indented([*then, f"return {self.yes}"]),
                *other,
                f"return {self.no}",
            ]
        yes = indented([*then, f"{self.name} = {self.yes}"])
        no = indented([*other, f"{self.name} = {self.no}"])
        if self.style == "try" and way == "python":
            return ["try:", f"{INDENT}assert {test}", *yes, "except:", *no]
        return [f"if {test}:", *yes, "else:", *no]

    def uses(self):
        return names_in(self.condition.value, self.yes, self.no).union(
            *(node.uses() for node in [*self.then, *self.other])
        )


@dataclass(frozen=True)
class Repeat:
    """A value changed as often as a number, read from the data, says."""

    name: str
    start: str
    count: str
    bound: int
    carried: str
    result: str
    body: list
    style: str = "for"

    def lines(self, way):
        body = written(self.body, way)
        if way == "select":
            steps = [
                *body,
                f"{self.carried} = nx.where({self.count} >= k + 1, {self.result}, {self.carried})",
            ]
            return [
                f"{self.carried} = {self.start}",
                f"for k in range({self.bound}):",
                *indented(steps),
                f"{self.name} = {self.carried}",
            ]
        if way == "python" and self.style == "recursion":
            call = f"again_{self.name}"
            return [
                f"def {call}({self.carried}, left):",
                *indented(["if left < 1:", f"{INDENT}return {self.carried}"]),
                *indented([*body, f"return {call}({self.result}, left - 1)"]),
                f"{self.name} = {call}({self.start}, {self.count})",
            ]
        number = f"nx.whole({self.count})" if way == "oracle" else f"int({self.count})"
        return [
            f"{self.carried} = {self.start}",
            f"for _ in range({number}):",
            *indented([*body, f"{self.carried} = {self.result}"]),
            f"{self.name} = {self.carried}",
        ]

    def uses(self):
        return names_in(self.start, self.count, self.result).union(
            *(node.uses() for node in self.body)
        )


@dataclass(frozen=True)
class While:
    """A value changed for as long as a measure of it is above a number."""

    name: str
    start: str
    measure: str
    level: float
    bound: int
    carried: str
    result: str

    def lines(self, way):
        test = Condition(self.measure, self.level).text(way)
        if way == "select":
            step = f"{self.carried} = nx.where({test}, {self.result}, {self.carried})"
            loop = [f"for k in range({self.bound}):", INDENT + step]
        else:
            loop = [f"while {test}:", f"{INDENT}{self.carried} = {self.result}"]
        return [f"{self.carried} = {self.start}", *loop, f"{self.name} = {self.carried}"]

    def uses(self):
        return names_in(self.start, self.measure, self.result)


@dataclass(frozen=True)
class Pick:
    """An element of a list, by an index read from the data."""

    name: str
    index: str
    choices: list

    def lines(self, way):
        if way == "select":
            text = self.choices[-1]
            for i in reversed(range(len(self.choices) - 1)):
                text = f"nx.where({self.index} < {i + 1}, {self.choices[i]}, {text})"
            return [f"{self.name} = {text}"]
        number = f"nx.whole({self.index})" if way == "oracle" else f"int({self.index})"
        return [f"{self.name} = [{', '.join(self.choices)}][{number}]"]

    def uses(self):
        return names_in(self.index, *self.choices)


@dataclass(frozen=True)
class Function:
    """A function of arrays, which sees the names before it."""

    name: str
    parameters: list
    body: list
    result: str
    early: bool = False

    def lines(self, way):
        head = f"def {self.name}({', '.join(self.parameters)}):"
        if self.early and way == "python":
            *body, last = self.body
            return [head, *indented([*written(body, way), *last.lines(way, early=True)])]
        return [head, *indented([*written(self.body, way), f"return {self.result}"])]

    def uses(self):
        return names_in(self.result).union(*(node.uses() for node in self.body))


def sliced(nodes, wanted):
    """Return the statements that the wanted names depend on."""
    wanted, kept = set(wanted), []
    for node in reversed(nodes):
        if node.name in wanted:
            kept.append(node)
            wanted |= node.uses()
    return kept[::-1]


@dataclass(frozen=True)
class Program:
    """A program: where it comes from, its arguments, and its statements.

    Attributes
    ----------
    values : list of list of ndarray
        Of each argument, for each lane.
    mapped : list of bool
        Which arguments differ by lane.
    """

    seed: int
    parameters: list
    values: list
    mapped: list
    nodes: list
    outputs: list

    def source(self, way="python"):
        body = [*written(self.nodes, way), f"return ({', '.join(self.outputs)},)"]
        return "\n".join([f"def program({', '.join(self.parameters)}):", *indented(body), ""])

    def function(self, nx, rune, way="python"):
        """Return the program as a function, over libraries under these two names."""
        names = {"nx": nx, "rune": rune, "np": np, "SILENT": io.StringIO()}
        exec(compile(self.source(way), f"<program {self.seed}>", "exec"), names)
        return names["program"]

    def lane(self, i):
        return [values[i] for values in self.values]

    def sinks(self):
        """Return the names that no other statement uses."""
        used = set().union(*(node.uses() for node in self.nodes))
        return [
            node.name
            for node in self.nodes
            if not isinstance(node, Function) and node.name not in used
        ]

    def of(self, outputs):
        """Return the part of the program that computes some of its names."""
        return replace(self, nodes=sliced(self.nodes, outputs), outputs=list(outputs))

    def cuts(self):
        """Yield shorter programs, shortest first: one name each, of those at the top."""
        for node in self.nodes:
            if not isinstance(node, Function):
                yield self.of([node.name])

    def report(self):
        """Return the source and the values of the arguments, to run it by."""
        lines = [
            f"{name} = np.array({x.tolist()}, np.{x.dtype.name})"
            for name, x in zip(self.parameters, self.lane(0), strict=True)
        ]
        return f"# seed {self.seed}\n{self.source()}\n" + "\n".join(lines)
