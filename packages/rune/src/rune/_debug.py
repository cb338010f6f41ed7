"""debug: print every operation of a function, its inputs and its output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, TextIO

import numpy as np
from nx import Array
from nx.effects import Handler, Stack, current, draw_in, handling, perform_in, read_in
from nx.primitives import Primitive

from rune._notes import name_of
from rune._transforms import check_callable, named

__all__ = ["debug"]

FEW: Final = 8
"""Arrays of more elements are summarised."""


def _described(x: Array) -> str:
    """Return an array's type and what it holds: values of few elements, else their range."""
    values, lanes = x, []
    while values._type.annotated and values._data is None:
        below = values._handler.shown(values)
        if below.ndim > values.ndim:  # else an alias of one batched further out
            lanes.append(below.shape[0])
        values = below
    shown = _summary(values._type.backend.to_numpy(values._data))
    many = f" in {' x '.join(map(str, lanes))} lane{'s' * (lanes != [1])}" if lanes else ""
    return f"{x._type}{many} {shown}"


def _summary(values: np.ndarray[Any, Any]) -> str:
    if not values.size:
        return "(empty)"
    if values.size <= FEW:
        return np.array2string(values, precision=6, separator=" ").replace("\n", "")
    if values.dtype.kind not in "biuf":
        return f"[{values.flat[0]} ... {values.flat[-1]}]"
    low, high = values.min(), values.max()
    return f"[{low:.6g} ... {high:.6g}]" if values.dtype.kind == "f" else f"[{low} ... {high}]"


def _given(values: np.ndarray[Any, Any], kind: str) -> np.ndarray[Any, Any]:
    """Return what Python makes of the values that it reads."""
    if kind == "bool":
        return values.astype(bool)
    return np.trunc(values.astype(float)) if kind == "int" and values.dtype.kind == "f" else values


class Debug(Handler):
    """Print what passes, and pass it on."""

    title = "debug"

    def __init__(self, stream: TextIO | None, indent: str) -> None:
        self.stream = stream
        self.indent = indent

    def write(self, line: str) -> None:
        print(f"{self.indent}{line}", file=self.stream or sys.stdout)

    def perform(
        self, primitive: Primitive, operands: Sequence[Array], params: dict[str, Any], rest: Stack
    ) -> Any:
        given = [*map(_described, operands), *(f"{k}={v}" for k, v in params.items())]
        line = f"{primitive.name}({', '.join(given)})"
        try:
            out = perform_in(rest, primitive, operands, params)
        except Exception as error:
            self.write(f"{line} raised {type(error).__name__}")
            raise
        outs = out if type(out) is tuple else (out,)
        self.write(f"{line} -> {', '.join(map(_described, outs))}")
        return out

    def read(self, x: Array, kind: str, rest: Stack) -> Any:
        before = _described(x)  # lanes may part
        value = read_in(rest, x, kind)
        self.write(f"read {kind}({before}) -> {_summary(_given(np.asarray(value), kind))}")
        return value

    def draw(self, rest: Stack) -> Array:
        key = draw_in(rest)
        self.write(f"draw() -> {_described(key)}")
        return key


def _depth(stack: Stack) -> int:
    depth = 0
    while stack is not None:
        depth += stack[0].live
        stack = stack[1]
    return depth


def debug(f: Callable[..., Any], *, stream: TextIO | None = None) -> Callable[..., Any]:
    """Make the function that prints each operation of f, its inputs and its output.

    Parameters
    ----------
    f : callable
        Takes and returns anything.
    stream : text stream, optional
        Where to print; standard output by default.

    Returns
    -------
    callable
        The same as f.

    Notes
    -----
    Inside other transformations it prints what f does; around them, what they make of it: around
    `grad` the operations of the walk back too, around `vmap` those on all lanes at once.  Lines
    are indented by the number of transformations around.  Arrays of more than 8 elements are
    summarised by their range.  Reads (``float(x)``, ``if x > 0``) and draws of random keys are
    printed as well.

    Examples
    --------
    >>> import nx, rune
    >>> y = rune.debug(lambda x: x * x + nx.sin(x))(nx.scalar(nx.float32, 2.0))
    debug(<lambda>)
      multiply(float32[] 2., float32[] 2.) -> float32[] 4.
      sin(float32[] 2.) -> float32[] 0.909297
      add(float32[] 4., float32[] 0.909297) -> float32[] 4.909297
    """
    check_callable(f, "debug")

    def debugged(*args: Any, **kwargs: Any) -> Any:
        handler = Debug(stream, "  " * _depth(current()))
        handler.write(f"debug({name_of(f)})")
        handler.indent += "  "
        with handling(handler):
            return f(*args, **kwargs)

    return named(debugged, f, "debug")
