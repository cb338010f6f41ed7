"""Reverse mode: a handler that records, and the walk back over what it recorded.

The handler knows no operation by name.  It keeps a graph of nodes from each result to its operands;
ids give the order.  A node holds arrays as the enclosing handlers see them, never its own alias and
never its handler, so there are no cycles and what is no longer needed frees itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Any

import nx
from nx import Array, ArrayType
from nx.effects import Stack, annotate, perform_in
from nx.primitives import Primitive

from rune._derivatives import ROWS, Row, sum_to
from rune._differentiation import Differentiation, row_of

__all__ = ["Node", "Reverse", "pull_back"]

_next_id = itertools.count().__next__


class Node:
    """One recorded operation, or (without a row) an input.

    Attributes
    ----------
    id : int
        Greater than its parents'.
    row : Row or None
        How to pull a cotangent back; None for an input.
    parents : sequence of Node or None
        One for each operand, None for constants.
    types : sequence of ArrayType
        Of the operands.
    operands, out, params
        What the row needs.
    """

    __slots__ = ("__weakref__", "id", "operands", "out", "params", "parents", "row", "types")

    id: int
    row: Row | None
    parents: Sequence[Node | None]
    types: Sequence[ArrayType]
    operands: Sequence[Any]
    out: Any
    params: dict[str, Any]


class Link(Node):
    """A recorded operation of one operand and one slope, without parameters.

    Most operations are such, so this one is light to make and to walk over: it keeps its parent,
    that operand's type and the operand by themselves.
    """

    __slots__ = ("operand", "parent", "type")

    parent: Node
    type: ArrayType
    operand: Any


class _Projection(Row):
    """The i-th of several outputs: its cotangent is the i-th of the operation's."""

    __slots__ = ("count", "index")

    def __init__(self, index: int, count: int) -> None:
        self.index = index
        self.count = count


class Reverse(Differentiation):
    """Record what is computed from the inputs.

    Attributes
    ----------
    collectives : list of Node
        Those recorded, oldest first: their cotangents are walked over in any case.
    """

    mode = "reverse"

    def __init__(self) -> None:
        self.collectives: list[Node] = []

    def perform(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        if len(operands) != 1:
            return self._perform_many(primitive, operands, params, rest)
        (x,) = operands
        type_ = x._type
        if not type_.annotated or x._handler is not self:
            if primitive.family == "collective":
                return self._perform_many(primitive, operands, params, rest)
            return perform_in(rest, primitive, operands, params)
        row = ROWS.get(primitive)
        if row is None or row.product is None or params:
            return self._perform_many(primitive, operands, params, rest)
        # One operand, one slope: so frequent that it is written without calls.
        below = x._below
        plain = below._type
        kernel = None if rest is not None else plain.kernels[primitive.index]
        if kernel is None:
            outer = rest[0] if rest is not None and plain.annotated else None
            if outer is not None and below._handler is outer and outer.live:
                out = outer.perform(primitive, (below,), params, rest[1])  # type: ignore[index]  # has outer
            else:
                out = perform_in(rest, primitive, (below,), params)
            twin = out._type.twin
        else:  # nobody outside
            out = Array()
            out._type = plain
            twin = type_
            try:
                out._data = kernel(below._data)
            except RuntimeWarning:  # where warnings are errors; the long way is quiet
                return self._perform_many(primitive, operands, params, rest)
        node = Link()
        node.id = _next_id()
        node.row = row
        node.parent = x._info
        node.type = plain.plain
        node.operand = below if row.saves_first else None
        node.out = out if row.saves_out else None
        alias = Array()
        alias._type = twin
        alias._data = out._data
        alias._handler = self
        alias._below = out
        alias._info = node
        return alias

    def _perform_many(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        parents: list[Node | None] = []
        lower: list[Array] = []
        followed = False
        for x in operands:
            if x._type.annotated and x._handler is self:
                parents.append(x._info)
                lower.append(x._below)
                followed = True
            else:
                parents.append(None)
                lower.append(x)
        row = row_of(primitive, followed)
        if row is None:
            return self.without_row(primitive, operands, lower, params, rest)
        out = perform_in(rest, primitive, lower, params)
        several = type(out) is tuple
        if not several and not out._type.inexact:
            return out
        node = Node()
        node.id = _next_id()
        node.row = row
        node.parents = parents
        node.types = [x._type.plain for x in lower]
        node.operands = [x if row.saves(i) else None for i, x in enumerate(lower)]
        node.out = out if row.saves_out else None
        node.params = params
        if primitive.family == "collective":
            self.collectives.append(node)
        if several:
            return tuple(
                annotate(self, x, self._part(node, i, len(out))) for i, x in enumerate(out)
            )
        return annotate(self, out, node)

    def _part(self, node: Node, i: int, count: int) -> Node:
        part = Node()
        part.id = _next_id()
        part.row = _Projection(i, count)
        part.parents = (node,)
        part.types = part.operands = ()
        part.out = None
        part.params = {}
        return part

    def input(self, x: Array) -> Array:
        """Return a fresh alias of an input, to be followed."""
        node = Node()
        node.id = _next_id()
        node.row = None
        node.parents = node.types = node.operands = ()
        node.out = None
        node.params = {}
        return annotate(self, x, node)

    def node_of(self, x: Any) -> Node | None:
        """Return the node of an array this handler follows, else None."""
        if isinstance(x, Array) and self.owns(x):
            node: Node = x._info
            return node
        return None


def _fitted(g: Array, type_: ArrayType) -> Array:
    """Return a cotangent of its operand's dtype and shape: summed where that was broadcast."""
    if g._type.plain is type_:
        return g
    if type_.dtype.kind != "complex" and g._type.dtype.kind == "complex":
        g = nx.real(g)
    if g._type.dtype is not type_.dtype:
        g = nx.astype(g, type_.dtype)
    return sum_to(g, type_.shape)


def pull_back(
    outputs: Sequence[Node | None], cotangents: Sequence[Array], inputs: Sequence[Node], keep: bool
) -> list[Array | None]:
    """Walk back from outputs to inputs.

    Parameters
    ----------
    outputs : sequence of Node or None
        None for an output that does not depend on the inputs.
    cotangents : sequence of Array
        One for each output.
    inputs : sequence of Node
    keep : bool
        Whether the nodes are to be walked over again; else each is cleared as soon as it has been.

    Returns
    -------
    list of Array or None
        The inputs' cotangents, None for 0.
    """
    found: dict[int, Any] = {}
    waiting: list[tuple[int, Node]] = []
    for node, g in zip(outputs, cotangents, strict=True):
        if node is not None:
            _accumulate(found, waiting, node, g)
    while waiting:
        node = heappop(waiting)[1]
        g = found.pop(node.id)
        while node is not None:  # along a chain, as long as nothing else waits
            done, node = node, None
            if type(done) is not Link:
                _pull(found, waiting, done, g)
                if not keep:
                    done.parents = done.types = done.operands = ()
                    done.out = None
                continue
            parent = done.parent
            g = done.row.product(g, done.out, done.operand)  # type: ignore[union-attr, misc]  # has one
            if g._type.plain is done.type and not waiting and parent.row is not None:
                node = parent  # the only one
            else:
                _accumulate(found, waiting, parent, _fitted(g, done.type))
            if not keep:
                done.parent = done.operand = done.out = None  # type: ignore[assignment]  # read no more
    return [found.get(node.id) for node in inputs]


def _pull(found: dict[int, Any], waiting: list[tuple[int, Node]], node: Node, g: Any) -> None:
    """Pull a cotangent over one node and keep its parents'."""
    row, parents = node.row, node.parents
    if type(row) is _Projection:
        _accumulate_part(found, waiting, parents[0], row, g)
        return
    for parent, type_, x in zip(parents, node.types, row.pull(g, node), strict=True):  # type: ignore[union-attr]  # no input
        if parent is not None and x is not None:
            _accumulate(found, waiting, parent, _fitted(x, type_))


def _accumulate(
    found: dict[int, Any], waiting: list[tuple[int, Node]], node: Node, g: Array
) -> None:
    number = node.id
    before = found.get(number)
    if before is not None:
        found[number] = nx.add(before, g)
        return
    found[number] = g
    if node.row is not None:
        heappush(waiting, (-number, node))


def _accumulate_part(
    found: dict[int, Any],
    waiting: list[tuple[int, Node]],
    whole: Node | None,
    part: _Projection,
    g: Array,
) -> None:
    assert whole is not None
    if whole.id not in found:
        found[whole.id] = [None] * part.count
        heappush(waiting, (-whole.id, whole))
    found[whole.id][part.index] = g
