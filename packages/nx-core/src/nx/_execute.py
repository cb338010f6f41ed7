"""The end of every effect: a backend's kernel runs and its storage becomes an array.

For each primitive, operand types and parameters a plan (the kernel and the output's type) is made
once and kept in ``primitive.plans``, where the eager path finds it too.  ``NX_CHECK=1`` makes every
plan verify the kernel's output against the inferred type.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nx._array import Array, wrap
from nx._errors import BackendError, OutOfMemoryError, message
from nx._types import ArrayType
from nx.effects._stack import current, running_in
from nx.primitives import P, Primitive
from nx.primitives._core import PLANS_KEPT

__all__ = [
    "eager_kernel_for",
    "execute",
    "infer",
    "keep_plan",
    "kernel_for",
    "plan_for",
    "resolve",
    "scalar_kernel_for",
    "value",
]

Kernel = Callable[..., Any]
Plan = tuple[Kernel, "ArrayType | None"]
"""A kernel of storages and its output's type; or a function of arrays, and None."""


def execute(primitive: Primitive, operands: Sequence[Array], params: dict[str, Any]) -> Any:
    """Run a primitive on arrays without annotations."""
    types = tuple([x._type for x in operands])
    kernel, out = plan_for(primitive, types, params)
    try:
        if out is None:
            return kernel(*operands)
        result = Array()
        result._type = out
        result._data = kernel(*[x._data for x in operands])
        return result
    except MemoryError as error:
        if isinstance(error, OutOfMemoryError):
            raise
        shown = ", ".join(map(str, types)) or ", ".join(f"{k}={v}" for k, v in params.items())
        problem = f"cannot hold the result for ({shown}) in memory"
        raise OutOfMemoryError(message(primitive.name, problem)) from error


def plan_for(primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]) -> Plan:
    """Return the plan for these operands, made on first use."""
    key = (types, tuple(params.items())) if params else types
    plan: Plan | None = primitive.plans.get(key)
    if plan is None:
        plan = _make_plan(primitive, types, params)
        keep_plan(primitive, key, plan)
    return plan


def keep_plan(primitive: Primitive, key: Any, plan: Plan) -> None:
    """Keep a plan under the operands' types, or an array's type and a scalar's class."""
    if len(primitive.plans) >= PLANS_KEPT:
        primitive.plans.clear()
    primitive.plans[key] = plan


def infer(primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]) -> Any:
    """Check the operands and return the output's type, a tuple for several outputs."""
    primitive.accept(*(t.dtype for t in types))
    return primitive.infer(*types, **params)


def kernel_for(
    primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any], out: Any
) -> Kernel | None:
    """Return the backend's kernel for these operands, or None if it has none."""
    first = out if isinstance(out, ArrayType) else out[0]
    source = types[0].backend if types else first.backend
    if primitive is P.to_device:
        kernel = source.kernel(primitive, types, params) if source is first.backend else None
        kernel = kernel or (lambda x: first.backend.put(source.to_numpy(x), first.device))
    else:
        kernel = source.resolve(primitive, types, params)
    if kernel is not None and os.environ.get("NX_CHECK") == "1":
        return _checked(primitive.name, first.backend, kernel, out)
    return kernel


def eager_kernel_for(
    primitive: Primitive, types: tuple[ArrayType, ...], out: ArrayType
) -> Kernel | None:
    """Return the backend's kernel for the eager path, or None if it has none."""
    kernel = types[0].backend.eager_kernel(primitive, types)
    if kernel is not None and os.environ.get("NX_CHECK") == "1":
        return _checked(primitive.name, out.backend, kernel, out)
    return kernel


def scalar_kernel_for(
    primitive: Primitive, type_: ArrayType, reflected: bool, out: ArrayType
) -> Kernel | None:
    """Return the backend's kernel for an array and a Python scalar, or None if it has none."""
    kernel = type_.backend.scalar_kernel(primitive, type_, reflected)
    if kernel is not None and os.environ.get("NX_CHECK") == "1":
        return _checked(primitive.name, type_.backend, kernel, out)
    return kernel


def resolve(primitive: Primitive, types: tuple[ArrayType, ...], out: Any) -> None:
    """Fill the kernel slot of the eager path, if one type serves for operands and result."""
    type_ = types[0] if types else None
    if type_ is None or type_ is not out or len(types) > 2 or types[-1] is not type_:
        return
    if type_.kernels[primitive.index] is None:
        kernel = eager_kernel_for(primitive, types, type_)
        if kernel is not None:
            type_.resolve(primitive.index, kernel)


def _make_plan(primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any]) -> Plan:
    out = infer(primitive, types, params)
    kernel = kernel_for(primitive, types, params, out)
    if kernel is None:
        return _decomposed(primitive, types, params, out), None
    if not params:
        resolve(primitive, types, out)
    if isinstance(out, ArrayType):
        return kernel, out
    return lambda *operands: tuple(map(wrap, out, kernel(*[x._data for x in operands]))), None


def _decomposed(
    primitive: Primitive, types: tuple[ArrayType, ...], params: dict[str, Any], out: Any
) -> Kernel:
    decomposition = primitive.decomposition
    if decomposition is None:
        backend = (types[0] if types else out).backend
        operands = ", ".join(map(str, types))
        problem = (
            f"cannot run on the backend {backend.name!r}, which has no kernel for ({operands})"
        )
        raise BackendError(message(primitive.name, problem, "move the array: x.to_device('numpy')"))

    def run(*operands: Array) -> Any:
        if current() is None:
            return decomposition(*operands, **params)
        with running_in(None):
            return decomposition(*operands, **params)

    return run


def _checked(
    name: str, backend: Any, kernel: Kernel, out: ArrayType | tuple[ArrayType, ...]
) -> Kernel:
    expected = (out,) if isinstance(out, ArrayType) else out

    def run(*storages: Any) -> Any:
        result = kernel(*storages)
        parts = (result,) if isinstance(out, ArrayType) else result
        if type(parts) is not tuple or len(parts) != len(expected):
            problem = f"cannot accept the backend {backend.name!r}'s result {type(parts).__name__}"
            raise BackendError(message(name, f"{problem} (a tuple of {len(expected)} is needed)"))
        for type_, storage in zip(expected, parts, strict=True):
            given = _given(backend, storage)
            if given != (type_.shape, type_.dtype.numpy):
                shown = given if isinstance(given, str) else f"{given[1]}{list(given[0])}"
                problem = f"cannot accept the backend {backend.name!r}'s result {shown}"
                raise BackendError(message(name, f"{problem} ({type_} was inferred)"))
        return result

    return run


def _given(backend: Any, storage: Any) -> Any:
    """Return a storage's shape and dtype, or the name of what is no storage of the backend."""
    try:
        array = backend.to_numpy(storage)
    except (AttributeError, TypeError, ValueError):
        return type(storage).__name__
    if not isinstance(array, np.ndarray):
        return type(array).__name__
    return array.shape, array.dtype


def value(x: Array) -> np.ndarray[Any, Any]:
    """Return a plain array's value as a NumPy array, which may share its memory."""
    return x._type.backend.to_numpy(x._data)
