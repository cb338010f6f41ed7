"""The checks of the short paths: what `eager_kernel` and `scalar_kernel` return does the same.

Core takes them where operands have one type, which is the result's, and for an array with a Python
scalar.  They may raise RuntimeWarning where warnings are errors; elsewhere NumPy's are let pass.
"""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from nx._execute import infer
from nx._types import ArrayType
from nx.testing._checks import compare, heading, run
from nx.testing._compare import ContractError
from nx.testing._layouts import LAYOUTS, contiguous, lay
from nx.testing._rows import Row
from nx.testing._subject import Held, Lacking, Plan, Subject

__all__ = ["SCALARS", "check_eager", "check_scalars"]

Array = np.ndarray[Any, Any]

SCALARS: tuple[float, ...] = (2.0, -0.5, 0.0, -0.0, 1e-3, 3.0, 2)
WHOLE_SCALARS: tuple[float, ...] = (2, 1, 3, 100)
BEYOND = (2**64, -(2**63) - 1)
"""Ints that no dtype holds."""


def _same(types: tuple[ArrayType, ...], plan: Plan) -> bool:
    return bool(types) and plan.out == types[:1] and len(set(types)) == 1


def check_eager(subject: Subject, row: Row, dtype: str) -> None:
    """`eager_kernel` on operands of one type, with the values and the layouts of `kernel`."""
    tried = False
    for shape in ((3, 4), (), (0, 2)):
        first = row.samples_of(dtype)[0]
        sample = row.shaped(first, shape)
        values = row.draw(sample, dtype)
        for layout in (contiguous, *LAYOUTS) if shape == (3, 4) else (contiguous,):
            laid = [lay(layout, subject, x, 0) for x in values]
            if not all(laid):
                continue
            held, shown = [p[0] for p in laid if p], [p[1] for p in laid if p]
            types = tuple(h.type for h in held)
            plan = subject.plan(row.primitive, types, {})
            if not _same(types, plan):
                raise Lacking("the eager path is for results of the operands' type")
            kernel = subject.backend.eager_kernel(row.primitive, types)
            if kernel is None:
                continue
            tried = True
            title = heading(subject, row, dtype, types, "eager_kernel", layout.__name__)
            out = run(Plan("eager", plan.out, _tupled(kernel)), held, title, "ignore")
            compare(subject, row, dtype, plan, out, row.expected(shown, {}), title)
    if not tried:
        raise Lacking("eager_kernel returns None")


def check_scalars(subject: Subject, row: Row, dtype: str) -> None:
    """`scalar_kernel` for an array and a Python scalar, on either side."""
    tried = False
    for shape in ((3, 4), (), (0, 2)):
        for reflected in (False, True):
            x = row.draw(row.shaped(row.samples_of(dtype)[0], shape), dtype)[reflected]
            type_ = subject.type_of(x)
            kernel = subject.backend.scalar_kernel(row.primitive, type_, reflected)
            if kernel is None:
                continue
            tried = True
            for layout in (contiguous, LAYOUTS[0], LAYOUTS[2]):
                laid = lay(layout, subject, x, 0)
                if laid is not None:
                    _check_scalars(subject, row, dtype, laid, kernel, reflected)
    if not tried:
        raise Lacking("scalar_kernel returns None")


def _check_scalars(
    subject: Subject, row: Row, dtype: str, laid: tuple[Held, Array], kernel: Any, reflected: bool
) -> None:
    held, values = laid
    result = infer(row.primitive, (held.type, held.type), {})
    whole = values.dtype.kind in "iu"
    for large in BEYOND if whole else ():
        with contextlib.suppress(OverflowError):
            kernel(held.storage, large)
            title = heading(subject, row, dtype, (held.type,), "scalar_kernel", str(large))
            raise ContractError(f"{title}\n  took an int beyond the dtype (no OverflowError)")
    for scalar in WHOLE_SCALARS if whole else SCALARS:
        y = np.full(values.shape, scalar, values.dtype)
        side = f"{scalar} on the {'left' if reflected else 'right'}"
        title = heading(subject, row, dtype, (held.type,), "scalar_kernel", side)
        plan = Plan("scalar", (result,), lambda s, c=scalar: (kernel(s, c),))
        before = held.source.tobytes()
        out = run(plan, [held], title, "ignore")
        expected = row.expected([y, values] if reflected else [values, y], {})
        compare(subject, row, dtype, plan, out, expected, title)
        if held.source.tobytes() != before:
            raise ContractError(f"{title}\n  wrote to the operand")


def _tupled(kernel: Any) -> Any:
    return lambda *storages: (kernel(*storages),)
