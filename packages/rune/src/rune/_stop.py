"""Stopping derivatives: detach one array, or run a whole computation without recording."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import ContextDecorator
from typing import Any

import nx
from nx import Array
from nx.effects import Handler, Stack, current, handling, perform, perform_in
from nx.primitives import P, Primitive

from rune import _trees
from rune._notes import name_of
from rune._spelling import required

__all__ = ["detach", "no_grad", "stop_gradient"]


def detach(x: Any, /) -> Any:
    """Return the same values as constants to every differentiation.

    Parameters
    ----------
    x : Array or tree of Array

    Returns
    -------
    Array or tree of Array

    Examples
    --------
    >>> import nx, rune
    >>> rune.grad(lambda x: rune.detach(x) * x)(nx.asarray(3.0))
    Array(3., dtype=float32)
    """
    if isinstance(x, Array):
        return perform(P.detach, x)
    return _trees.map_leaves(lambda leaf: perform(P.detach, nx.asarray(leaf)), x)


stop_gradient = detach
"""JAX's name of `detach`."""


class _NoGrad(Handler):
    """Detach what comes in from outside: nothing is recorded there."""

    def perform(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        constants = [
            perform_in(rest, P.detach, [x], {}) if x._type.annotated else x for x in operands
        ]
        return perform_in(rest, primitive, constants, params)


class _NoGradBlock(ContextDecorator):
    """What ``no_grad()`` returns: each entry installs a handler of its own."""

    def __init__(self) -> None:
        self._blocks: list[handling] = []

    def __call__(self, f: Any) -> Any:
        coroutine = inspect.iscoroutinefunction(f)
        if coroutine or inspect.isgeneratorfunction(f) or inspect.isasyncgenfunction(f):
            what = "coroutine" if coroutine else "generator"
            raise TypeError(
                f"no_grad: cannot decorate a {what} function, which runs after the call\n"
                "hint: write `with no_grad():` inside, around what has no await or yield"
            )
        return super().__call__(f)

    def __enter__(self) -> None:
        block = handling(_NoGrad())
        block.__enter__()
        self._blocks.append(block)

    def __exit__(self, *exc: Any) -> None:
        # Threads and tasks may share it: of its open blocks, end the one entered here.
        here = current()
        block = next((b for b in reversed(self._blocks) if b.stack is here), self._blocks[-1])
        self._blocks.remove(block)
        block.__exit__(*exc)


def no_grad(f: Callable[[], Any] | None = None, /) -> Any:
    """Run a computation whose results are constants to every differentiation outside it.

    Parameters
    ----------
    f : callable, optional
        Run at once, without arguments; its result, a tree of arrays, is returned detached.

    Returns
    -------
    object
        f's result; without f, a context manager that is a decorator too.

    Notes
    -----
    A `grad` begun inside works.  Batching is not affected.

    Examples
    --------
    >>> import nx, rune
    >>> rune.grad(lambda x: x * rune.no_grad(lambda: x * x))(nx.asarray(3.0))
    Array(9., dtype=float32)
    >>> def f(x):
    ...     with rune.no_grad():
    ...         scale = x * x
    ...     return x * scale
    >>> rune.grad(f)(nx.asarray(3.0))
    Array(9., dtype=float32)
    """
    if f is None:
        return _NoGradBlock()
    if not callable(f):
        raise TypeError(
            f"no_grad: cannot run an object of type {type(f).__name__}\n"
            "hint: detach(x) is for arrays"
        )
    try:
        with handling(_NoGrad()):
            out = f()
    except TypeError:
        if needed := required(f, unknown=0):
            raise TypeError(
                f"no_grad: cannot run {name_of(f)} without its arguments (it needs {needed})\n"
                "hint: @no_grad(), with parentheses, decorates; no_grad(lambda: f(x)) runs"
            ) from None
        raise
    if inspect.isgenerator(out) or inspect.isasyncgen(out) or inspect.iscoroutine(out):
        raise TypeError(
            f"no_grad: cannot run a function that returns a {type(out).__name__}, "
            "which runs afterwards\nhint: return arrays, or trees of them"
        )
    return _trees.map_leaves(lambda x: perform(P.detach, x) if isinstance(x, Array) else x, out)
