"""The four kinds of derivative rows.

In every rule ``g`` is the cotangent of the output (or, in forward mode, a tangent of an input),
``out`` the output, then come the inputs and the primitive's parameters.  Rules call nx functions
only, so that they nest. A parameter whose name begins with an underscore is not used by the rule,
and its array is not kept.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import nx
from nx import Array
from nx.effects import perform
from nx.primitives import Primitive

__all__ = ["Bilinear", "Custom", "Linear", "Row", "Slope"]

Rule = Callable[..., Any]


class Row:
    """Base class: how one primitive's cotangents are pulled back.

    Attributes
    ----------
    saves_out : bool
        Whether the output is kept for the rule.
    saves_first : bool
        Whether the first operand's value is.
    product : callable or None
        The rule of an elementwise primitive of one operand, which the walk back calls itself.
    """

    __slots__ = ("saves_first", "saves_out")
    product: Rule | None = None
    saves_out: bool
    saves_first: bool

    def saves(self, i: int) -> bool:
        """Tell whether operand i's value is kept for the rule; its type is kept in any case."""
        raise NotImplementedError(f"{type(self).__name__} must define saves")

    def pull(self, g: Any, node: Any) -> list[Any]:
        """Return the operands' cotangents, None for those without a parent or a derivative."""
        raise NotImplementedError(f"{type(self).__name__} must define pull")

    def push(
        self,
        primitive: Primitive,
        tangents: Sequence[Any],
        out: Any,
        operands: Sequence[Array],
        params: dict[str, Any],
    ) -> Any:
        """Return the output's tangent; None stands for 0, of an operand and of the output."""
        raise NotImplementedError(f"{type(self).__name__} must define push")


def _used(rule: Rule, skip: int) -> list[bool] | None:
    """Return which positional parameters after the first ``skip`` are used; None for ``*xs``."""
    parameters = list(inspect.signature(rule).parameters.values())[skip:]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    return [not p.name.startswith("_") for p in parameters if p.kind is not p.KEYWORD_ONLY]


def _zero(x: Array, spread: bool) -> Array:
    """Return zeros like an operand, 0-d where they broadcast."""
    return nx.zeros(x.shape if spread else (), dtype=x.dtype, device=x.device)


class Slope(Row):
    """An elementwise primitive: for each operand, g times its slope.

    Each rule is ``(g, out, *inputs, **params) -> g * slope``; being linear in g it serves a tangent
    as well as a cotangent.  None stands for a slope of 0.
    """

    __slots__ = ("_saves", "product", "products")

    def __init__(self, *products: Rule | None) -> None:
        self.products = products
        self.product = products[0] if len(products) == 1 else None
        used = [_used(p, 1) for p in products if p is not None]
        self.saves_out = any(u is None or u[0] for u in used)
        self._saves = [any(u is None or u[1 + i] for u in used) for i in range(len(products))]
        self.saves_first = self._saves[0]

    def saves(self, i: int) -> bool:
        return self._saves[i]

    def pull(self, g: Array, node: Any) -> list[Any]:
        out, xs, params = node.out, node.operands, node.params
        return [
            None if parent is None or product is None else product(g, out, *xs, **params)
            for product, parent in zip(self.products, node.parents, strict=True)
        ]

    def push(
        self,
        primitive: Primitive,
        tangents: Sequence[Any],
        out: Any,
        operands: Sequence[Array],
        params: dict[str, Any],
    ) -> Any:
        total = None
        for product, t in zip(self.products, tangents, strict=True):
            if product is not None and t is not None:
                part = product(t, out, *operands, **params)
                total = part if total is None else total + part
        return total


class Linear(Row):
    """A primitive linear in some operands jointly: for each, its transpose.

    Each rule is ``(g, *inputs, **params)``, where a linear operand is given as its `ArrayType` and
    another one (an index, a condition) as its array.  None marks an operand it is not linear in.
    The JVP is the primitive itself.  With ``each`` there is one rule ``(i, g, *types, **params)``
    for any number of operands.
    """

    __slots__ = ("each", "transposes")

    def __init__(self, *transposes: Rule | None, each: Rule | None = None) -> None:
        self.transposes = transposes
        self.each = each
        self.saves_out = False
        self.saves_first = self.saves(0)

    def is_linear(self, i: int) -> bool:
        """Tell whether the primitive is linear in operand i."""
        return self.each is not None or (
            i < len(self.transposes) and self.transposes[i] is not None
        )

    def saves(self, i: int) -> bool:
        return not self.is_linear(i)

    def pull(self, g: Array, node: Any) -> list[Any]:
        params = node.params
        xs = [
            t if self.is_linear(i) else x
            for i, (t, x) in enumerate(zip(node.types, node.operands, strict=True))
        ]
        cotangents: list[Any] = []
        for i, parent in enumerate(node.parents):
            if parent is None or not self.is_linear(i):
                cotangents.append(None)
            elif self.each is not None:
                cotangents.append(self.each(i, g, *xs, **params))
            else:
                cotangents.append(self.transposes[i](g, *xs, **params))  # type: ignore[misc]  # is_linear
        return cotangents

    def push(
        self,
        primitive: Primitive,
        tangents: Sequence[Any],
        out: Any,
        operands: Sequence[Array],
        params: dict[str, Any],
    ) -> Any:
        if all(t is None or not self.is_linear(i) for i, t in enumerate(tangents)):
            return None
        spread = primitive.family != "elementwise"
        filled = [
            x if not self.is_linear(i) else _zero(x, spread) if t is None else t
            for i, (x, t) in enumerate(zip(operands, tangents, strict=True))
        ]
        return perform(primitive, *filled, **params)


class Bilinear(Row):
    """A product: linear in each of two operands.

    The rules are ``(g, y, **params)`` for the first operand and ``(g, x, **params)`` for the
    second.
    """

    __slots__ = ("transposes",)

    def __init__(self, first: Rule, second: Rule) -> None:
        self.transposes = (first, second)
        self.saves_out = False
        self.saves_first = True

    def saves(self, i: int) -> bool:
        return True

    def pull(self, g: Array, node: Any) -> list[Any]:
        (x, y), params = node.operands, node.params
        first, second = node.parents
        return [
            None if first is None else self.transposes[0](g, y, **params),
            None if second is None else self.transposes[1](g, x, **params),
        ]

    def push(
        self,
        primitive: Primitive,
        tangents: Sequence[Any],
        out: Any,
        operands: Sequence[Array],
        params: dict[str, Any],
    ) -> Any:
        (x, y), (by_x, by_y) = operands, tangents
        if by_y is None:
            return perform(primitive, by_x, y, **params)
        second = perform(primitive, x, by_y, **params)
        return second if by_x is None else perform(primitive, by_x, y, **params) + second


class Custom(Row):
    """Anything else: a pair of rules.

    ``jvp(tangents, out, *inputs, **params)`` gives the output's tangent (a None tangent is 0);
    ``vjp(g, out, *inputs, **params)`` gives a tuple of the inputs' cotangents.  For a primitive of
    several outputs ``out``, ``g`` and the tangent are tuples: ``g`` with None for 0, the tangent
    with None for an output of integers.
    """

    __slots__ = ("jvp", "vjp")

    def __init__(self, *, jvp: Rule, vjp: Rule) -> None:
        self.jvp = jvp
        self.vjp = vjp
        self.saves_out = True
        self.saves_first = True

    def saves(self, i: int) -> bool:
        return True

    def pull(self, g: Any, node: Any) -> list[Any]:
        return list(self.vjp(g, node.out, *node.operands, **node.params))

    def push(
        self,
        primitive: Primitive,
        tangents: Sequence[Any],
        out: Any,
        operands: Sequence[Array],
        params: dict[str, Any],
    ) -> Any:
        return self.jvp(tuple(tangents), out, *operands, **params)
