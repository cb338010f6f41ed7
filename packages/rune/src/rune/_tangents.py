"""The transformations of forward mode: jvp, jvps, jvp_aux."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nx import Array, ShapeError
from nx.effects import current, handling, settle

from rune import _trees
from rune._alike import PUSH, like
from rune._forward import Forward
from rune._notes import add_note, name_of
from rune._spelling import check_not_jax
from rune._transforms import as_result, as_split, check_callable, differentiable, settled

__all__ = ["jvp", "jvp_aux", "jvps", "push_forward"]


def push_forward(
    f: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    operation: str,
    has_aux: bool = False,
) -> tuple[Any, Any, Any]:
    """Return f's output, its tangent, and what f returned besides (None without ``has_aux``)."""
    check_callable(f, operation)
    leaves, structure = _trees.flatten(tuple(primals))
    given, shape = _trees.flatten(tuple(tangents))
    if shape != structure:
        raise ShapeError(
            f"{operation}: cannot push forward a tangent of structure {shape} "
            f"(the argument's is {structure})"
        )
    arrays = [differentiable(x, operation) for x in leaves]
    pushed = [like(v, x, operation, PUSH) for v, x in zip(given, arrays, strict=True)]
    handler = Forward()
    aliases = [handler.input(x, t) for x, t in zip(arrays, pushed, strict=True)]
    with handling(handler):
        try:
            out = f(*_trees.unflatten(structure, aliases))
        except Exception as error:
            add_note(error, f"in {operation} of {name_of(f)}")
            raise
        out, aux = as_split(out, operation) if has_aux else (out, None)
        found, shape = _trees.flatten(out)
        results = [settle(current(), as_result(x, operation), operation) for x in found]
        aux = _trees.map_leaves(lambda x: settled(x, operation), aux)
    values = _trees.unflatten(shape, [handler.lower(x) for x in results])
    moved = _trees.unflatten(shape, [handler.tangent_of(x) for x in results])
    aux = _trees.map_leaves(lambda x: handler.lower(x) if isinstance(x, Array) else x, aux)
    return values, moved, aux


def jvp(f: Callable[[Any], Any], x: Any, v: Any, /) -> tuple[Any, Any]:
    """Compute f(x) and the product of f's Jacobian with the tangent v.

    Parameters
    ----------
    f : callable
        Takes one tree of arrays, returns a tree of arrays.
    x : tree of Array
        Floating or complex.
    v : tree of Array
        Like x.

    Returns
    -------
    tuple
        ``(f(x), tangent)``, the tangent like the output; of an output of integers it is zeros of
        that dtype.

    Raises
    ------
    DTypeError
        For an argument of integers or bools.
    ShapeError
        If v is not like x.
    MissingRuleError
        When an operation without a derivative meets what depends on x.

    Examples
    --------
    >>> import nx, rune
    >>> x = nx.create(nx.float32, (3,), [1.0, 2.0, 3.0])
    >>> rune.jvp(lambda x: nx.mul(x, x), x, nx.ones((3,)))
    (Array([1., 4., 9.], dtype=float32), Array([2., 4., 6.], dtype=float32))
    """
    check_not_jax(f, x, v, "jvp")
    return push_forward(f, (x,), (v,), "jvp")[:2]


def jvps(f: Callable[[list[Any]], Any], xs: Sequence[Any], vs: Sequence[Any], /) -> tuple[Any, Any]:
    """Compute the value of a function of a list, and its tangent.

    Parameters
    ----------
    f : callable
        Takes a list of arrays (or of trees of them), returns a tree of arrays.
    xs, vs : sequence
        The arguments and their tangents.

    Returns
    -------
    tuple
        ``(f(xs), tangent)``.

    Raises
    ------
    ShapeError
        If vs is not like xs.

    Examples
    --------
    >>> import nx, rune
    >>> xs, vs = [nx.scalar(nx.float32, 2.0), nx.scalar(nx.float32, 5.0)], [1.0, 0.0]
    >>> rune.jvps(lambda xs: xs[0] * xs[1], xs, vs)
    (Array(10., dtype=float32), Array(5., dtype=float32))
    """
    return push_forward(f, (list(xs),), (list(vs),), "jvps")[:2]


def jvp_aux(f: Callable[[Any], tuple[Any, Any]], x: Any, v: Any, /) -> tuple[Any, Any, Any]:
    """Compute f's output, its tangent, and what else f returns.

    Parameters
    ----------
    f : callable
        Returns ``(output, aux)``; aux is not differentiated.
    x, v : tree of Array
        As in `jvp`.

    Returns
    -------
    tuple
        ``(output, tangent, aux)``.

    Raises
    ------
    TypeError
        If f does not return a pair.

    Examples
    --------
    >>> import nx, rune
    >>> rune.jvp_aux(lambda x: (x * x, {"x": x}), nx.asarray(3.0), nx.asarray(1.0))
    (Array(9., dtype=float32), Array(6., dtype=float32), {'x': Array(3., dtype=float32)})
    """
    return push_forward(f, (x,), (v,), "jvp_aux", has_aux=True)
