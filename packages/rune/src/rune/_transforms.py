"""The transformations of reverse mode: grad, value_and_grad, vjp, vjp_fun."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any

import nx
from nx import Array, DTypeError, ShapeError
from nx.effects import current, handling, settle

from rune import _trees
from rune._alike import PULL, like
from rune._notes import add_note, depth_of_user, name_of
from rune._reverse import Node, Reverse, pull_back

__all__ = [
    "as_result",
    "as_split",
    "check_callable",
    "chosen",
    "differentiable",
    "grad",
    "named",
    "pull_function",
    "settled",
    "value_and_grad",
    "value_and_gradient",
    "vjp_fun",
]


def differentiable(x: Any, operation: str) -> Array:
    """Return a leaf as an array that has a derivative, or raise."""
    if not isinstance(x, Array):
        try:
            x = nx.asarray(x)
        except DTypeError:
            problem = f"cannot differentiate with respect to a {type(x).__name__}"
            hint = "arguments are trees of arrays; choose others with argnums="
            raise DTypeError(f"{operation}: {problem}\nhint: {hint}") from None
    found = settle(current(), x, operation)
    if found.dtype.kind not in ("floating", "complex"):
        problem = f"cannot differentiate with respect to {found.dtype.name} (shape {found.shape})"
        hint = "convert with astype(nx.float32), or choose others with argnums="
        raise DTypeError(f"{operation}: {problem}\nhint: {hint}")
    return found


def check_callable(f: Any, operation: str) -> None:
    """Raise unless f can be called."""
    if not callable(f):
        raise TypeError(
            f"{operation}: cannot transform an object of type {type(f).__name__} "
            "(it is not callable)"
        )


def settled(x: Any, operation: str) -> Any:
    """Return a leaf of a result as the current stack may see it, or raise; others unchanged."""
    return settle(current(), x, operation) if isinstance(x, Array) else x


class _Run:
    """One run of a function whose chosen arguments are followed."""

    def __init__(self, operation: str, f: Any, primals: Sequence[Any]) -> None:
        self.operation = operation
        self.f = f
        # one array, the most frequent tree, needs no library
        self.structure: _trees.Structure | None = None
        leaves = list(primals)
        if len(primals) != 1 or type(primals[0]) is not Array:
            leaves, self.structure = _trees.flatten(tuple(primals))
        self.leaves = [differentiable(x, operation) for x in leaves]
        self.handler = Reverse()
        self.aliases = [self.handler.input(x) for x in self.leaves]
        self.inputs: list[Node] = [a._info for a in self.aliases]

    def call(self, function: Callable[[tuple[Any, ...]], Any]) -> Any:
        """Run the function on the followed arguments; settle its results while the run lives."""
        arguments = self.like_primals(self.aliases)
        self.aliases = []
        try:
            with handling(self.handler):
                out = function(arguments)
                if isinstance(out, Array):
                    return settled(out, self.operation)
                return _trees.map_leaves(lambda x: settled(x, self.operation), out)
        except Exception as error:
            add_note(error, f"in {self.operation} of {name_of(self.f)}")
            raise

    def like_primals(self, leaves: Sequence[Any]) -> tuple[Any, ...]:
        """Return leaves in the structure of the arguments."""
        return tuple(leaves) if self.structure is None else _trees.unflatten(self.structure, leaves)

    def lowered(self, tree: Any) -> Any:
        """Return a tree of results without this run's annotations."""
        lower = self.handler.lower
        return _trees.map_leaves(lambda x: lower(x) if isinstance(x, Array) else x, tree)

    def gradients(
        self, outputs: Sequence[Node | None], cotangents: Sequence[Array], keep: bool
    ) -> tuple[Any, ...]:
        met = self.handler.collectives
        if met:  # walked over in any case, from zeros
            outputs = [*outputs, *met]
            cotangents = [*cotangents, *(nx.zeros_like(node.out) for node in met)]
        try:
            found = pull_back(outputs, cotangents, self.inputs, keep)
        except Exception as error:
            add_note(error, f"in {self.operation} of {name_of(self.f)}, on the way back")
            raise
        whole = [
            nx.zeros_like(x) if g is None else g for g, x in zip(found, self.leaves, strict=True)
        ]
        return self.like_primals(whole)


def chosen(argnums: int | Sequence[int], count: int, operation: str) -> list[int]:
    """Return the places that ``argnums`` names among so many arguments, or raise."""
    wanted = (argnums,) if hasattr(argnums, "__index__") else tuple(argnums)
    for i in wanted:
        if not hasattr(i, "__index__"):
            raise TypeError(
                f"{operation}: cannot use {i!r} in argnums (an int or a sequence of ints)"
            )
        if not -count <= operator.index(i) < count:
            problem = f"cannot find argument {i} (the function was called with {count})"
            by_position = "pass it by position; keyword arguments are not differentiated"
            raise ShapeError(f"{operation}: {problem}" + f"\nhint: {by_position}" * (i == 0))
    places = [operator.index(i) % count for i in wanted]
    if len(set(places)) < len(places):
        raise ShapeError(f"{operation}: cannot use an argument twice (argnums={wanted})")
    return places


def _scalar_loss(out: Any, run: _Run, holomorphic: bool) -> Array:
    operation = run.operation
    if not isinstance(out, (Array, int, float, complex)) or isinstance(out, bool):
        problem = f"cannot differentiate a function that returns {type(out).__name__}"
        hint = "return one 0-d array; has_aux=True allows (loss, other results)"
        raise TypeError(f"{operation}: {problem}\nhint: {hint}")
    loss = out if isinstance(out, Array) else nx.asarray(out)
    if loss.shape != ():
        problem = f"cannot differentiate a loss of shape {loss.shape} (it must be ())"
        hint = "reduce it with sum() or mean(), or use vjp"
        raise ShapeError(f"{operation}: {problem}\nhint: {hint}")
    kind = loss.dtype.kind
    if holomorphic:
        if kind != "complex":
            problem = f"cannot take {loss.dtype.name} as holomorphic (the loss must be complex)"
            raise DTypeError(f"{operation}: {problem}")
    elif kind == "complex":
        hint = "take real(...), or holomorphic=True for a holomorphic function"
        raise DTypeError(
            f"{operation}: cannot differentiate a loss of {loss.dtype.name}\nhint: {hint}"
        )
    elif kind != "floating":
        problem = f"cannot differentiate a loss of {loss.dtype.name}"
        raise DTypeError(f"{operation}: {problem}\nhint: compute it in float32")
    return loss


def as_split(out: Any, operation: str) -> tuple[Any, Any]:
    """Return the (output, aux) that a function returned, or raise."""
    if not isinstance(out, tuple) or len(out) != 2:
        problem = f"cannot find (loss, aux) in a result of type {type(out).__name__}"
        raise TypeError(f"{operation}: {problem} (has_aux=True)")
    return out


def value_and_gradient(
    f: Callable[..., Any],
    argnums: int | Sequence[int],
    has_aux: bool,
    holomorphic: bool,
    operation: str,
) -> Callable[..., tuple[Any, Any, Any]]:
    """Make the function that returns (loss, gradients, aux), aux None without ``has_aux``."""
    check_callable(f, operation)

    def run_once(*args: Any, **kwargs: Any) -> tuple[Any, Any, Any]:
        places = chosen(argnums, len(args), operation)
        run = _Run(operation, f, [args[i] for i in places])
        if holomorphic and any(x.dtype.kind != "complex" for x in run.leaves):
            raise DTypeError(
                f"{operation}: cannot take a real argument as holomorphic\nhint: make it complex64"
            )

        def call(primals: tuple[Any, ...]) -> Any:
            full = list(args)
            for i, x in zip(places, primals, strict=True):
                full[i] = x
            return f(*full, **kwargs)

        loss, aux = as_split(run.call(call), operation) if has_aux else (run.call(call), None)
        loss = _scalar_loss(loss, run, holomorphic)
        node = run.handler.node_of(loss)
        value = run.handler.lower(loss)
        if node is None and run.inputs:
            warnings.warn(
                f"{operation}: the loss does not depend on the arguments; its gradient is 0",
                RuntimeWarning,
                stacklevel=depth_of_user(),
            )
        aux = run.lowered(aux) if has_aux else None
        gradients = run.gradients(
            [node], [nx.asarray(1.0, dtype=value.dtype, device=value.device)], keep=False
        )
        single = hasattr(argnums, "__index__")
        return value, (gradients[0] if single else tuple(gradients)), aux

    return run_once


def grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """Make the function that computes the gradient of f.

    Parameters
    ----------
    f : callable
        Returns a 0-d floating array; takes trees of arrays (dicts, lists, tuples, dataclasses,
        registered classes) where arrays are expected.
    argnums : int or sequence of int
        Which positional arguments to differentiate with respect to.
    has_aux : bool
        Whether f returns ``(loss, aux)``; the new function then returns ``(gradient, aux)``.
    holomorphic : bool
        Whether f is a holomorphic function of complex arguments.

    Returns
    -------
    callable
        Takes f's arguments; returns the gradient, in the shape of the argument, or a tuple of
        gradients for a sequence ``argnums``.  Keyword arguments are passed on, not differentiated.

    Raises
    ------
    DTypeError
        For an argument of integers or bools, or a loss that is not floating.
    ShapeError
        For a loss that is not 0-d.
    MissingRuleError
        When an operation without a derivative meets what depends on the arguments.

    Notes
    -----
    ``float(x)``, ``bool(x)`` and comparisons in Python's control flow give values, which are
    constants to the derivative.  For complex arguments the result follows JAX: the conjugate of the
    direction of steepest ascent.

    Examples
    --------
    >>> import nx, rune
    >>> rune.grad(lambda x: (x ** 2).sum())(nx.asarray([1.0, 2.0, 3.0]))
    Array([2., 4., 6.], dtype=float32)
    """
    compute = value_and_gradient(f, argnums, has_aux, holomorphic, "grad")

    def gradient(*args: Any, **kwargs: Any) -> Any:
        _, gradients, aux = compute(*args, **kwargs)
        return (gradients, aux) if has_aux else gradients

    return named(gradient, f, "grad")


def value_and_grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., tuple[Any, Any]]:
    """Make the function that computes both the value and the gradient of f.

    Parameters are those of `grad`.

    Returns
    -------
    callable
        Returns ``(value, gradient)``, or ``((value, aux), gradient)`` with ``has_aux``.

    Examples
    --------
    >>> import nx, rune
    >>> rune.value_and_grad(lambda x: x * x)(nx.asarray(3.0))
    (Array(9., dtype=float32), Array(6., dtype=float32))
    """
    compute = value_and_gradient(f, argnums, has_aux, holomorphic, "value_and_grad")

    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        value, gradients, aux = compute(*args, **kwargs)
        return ((value, aux), gradients) if has_aux else (value, gradients)

    return named(both, f, "value_and_grad")


def named(new: Callable[..., Any], f: Callable[..., Any], operation: str) -> Callable[..., Any]:
    """Give a transformed function the name and the signature of its origin."""
    with suppress(AttributeError):  # a callable object may lack a function's attributes
        wraps(f)(new)
    new.__name__ = new.__qualname__ = f"{operation}({name_of(f)})"
    new.__doc__ = f"The {operation} of {name_of(f)}."
    return new


def vjp_fun(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """Compute f's value, and the function that pulls cotangents of it back to the arguments.

    Parameters
    ----------
    f : callable
        Takes and returns trees of arrays.
    *primals
        Its arguments, differentiated with respect to all of them.
    has_aux : bool
        Whether f returns ``(output, aux)``.

    Returns
    -------
    tuple
        ``(output, pullback)``, or ``(output, pullback, aux)``.  ``pullback(v)`` takes a tree like
        the output and returns a tuple of trees like the arguments; it may be called any number of
        times.

    Raises
    ------
    TypeError
        If f returns something that is no tree of arrays.
    ShapeError
        If a cotangent is not like the output.

    Examples
    --------
    >>> import nx, rune
    >>> y, pullback = rune.vjp_fun(lambda x, w: x * w, nx.asarray(2.0), nx.asarray(5.0))
    >>> pullback(nx.asarray(1.0))
    (Array(5., dtype=float32), Array(2., dtype=float32))
    """
    return pull_function(f, primals, has_aux, "vjp_fun")


def pull_function(
    f: Callable[..., Any], primals: tuple[Any, ...], has_aux: bool, operation: str
) -> Any:
    """Do what `vjp_fun` does, in the name of another operation."""
    check_callable(f, operation)
    run = _Run(operation, f, primals)
    out = run.call(lambda arguments: f(*arguments))
    out, aux = as_split(out, operation) if has_aux else (out, None)
    leaves, structure = _trees.flatten(out)
    arrays = [as_result(x, operation) for x in leaves]
    nodes = [run.handler.node_of(x) for x in arrays]
    values = [run.handler.lower(x) for x in arrays]
    aux = run.lowered(aux) if has_aux else None

    def pullback(v: Any) -> tuple[Any, ...]:
        given, shape = _trees.flatten(v)
        if shape != structure:
            problem = (
                f"cannot pull back a cotangent of structure {shape} (the output's is {structure})"
            )
            raise ShapeError(f"{operation}: {problem}")
        cotangents = [like(g, y, operation, PULL) for g, y in zip(given, values, strict=True)]
        return tuple(run.gradients(nodes, cotangents, keep=True))

    output = _trees.unflatten(structure, values)
    return (output, pullback, aux) if has_aux else (output, pullback)


def as_result(x: Any, operation: str) -> Array:
    """Return a leaf of a function's result as an array, or raise."""
    if isinstance(x, bool) or not isinstance(x, (Array, int, float, complex)):
        problem = f"cannot differentiate a function that returns {type(x).__name__}, no array"
        raise TypeError(f"{operation}: {problem}")
    return nx.asarray(x)
