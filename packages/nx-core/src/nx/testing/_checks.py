"""The checks of one row in one dtype: each returns nothing, or raises `ContractError`.

They call kernels on storages, as core does, and know no primitive by name.  A check that the
backend lacks the means for raises `Lacking`.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nx._dtypes import as_dtype
from nx._errors import NxError
from nx._types import ArrayType
from nx.testing._compare import ContractError, difference
from nx.testing._layouts import LAYOUTS, contiguous, lay
from nx.testing._rows import Refusal, Row, Sample, expected_of
from nx.testing._subject import Attempts, Held, Lacking, Plan, Subject

__all__ = [
    "check_edges",
    "check_layouts",
    "check_refusals",
    "check_shapes",
    "check_values",
    "compare",
    "run",
]

Array = np.ndarray[Any, Any]

SHAPES = ((), (0,), (2, 0, 3), (1, 1), (3, 1, 2), (*(1,) * 15, 2, *(1,) * 15, 3))
"""0-d, empty, of length 1, and of 32 axes, the most that nx has."""


def heading(subject: Subject, row: Row, dtype: str, types: Sequence[ArrayType], *where: str) -> str:
    """Name the call that a failure is about."""
    operands = ", ".join(map(str, types)) or dtype
    place = ", ".join(part for part in where if part)
    return f"{row.primitive.name}({operands}) on {subject.backend.name!r}, {place}"


def run(plan: Plan, held: Sequence[Held], title: str, action: Any = "error") -> tuple[Any, ...]:
    """Run a plan; an error that it raises, or a warning of NumPy's, is a failure of the kernel."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(action, RuntimeWarning)
            out = plan.run(*(h.storage for h in held))
    except (Lacking, MemoryError):
        raise
    except Exception as error:
        raise ContractError(f"{title}\n  raised {type(error).__name__}: {error}") from error
    if len(out) != len(plan.out):
        raise ContractError(f"{title}\n  {len(out)} outputs, expected {len(plan.out)}")
    return out


def read(subject: Subject, plan: Plan, out: Sequence[Any], title: str) -> list[Array]:
    """Return the outputs as NumPy arrays, of the inferred shapes and dtypes."""
    values = []
    for i, (storage, type_) in enumerate(zip(out, plan.out, strict=True)):
        value = subject.value(storage)
        if not isinstance(value, np.ndarray):
            raise ContractError(f"{title}\n  output {i}: to_numpy gave {type(value).__name__}")
        if (value.shape, value.dtype) != (type_.shape, type_.dtype.numpy):
            given = f"{value.dtype}{list(value.shape)}"
            raise ContractError(f"{title}\n  output {i}: got {given}, expected {type_}")
        values.append(value)
    return values


def compare(
    subject: Subject,
    row: Row,
    dtype: str,
    plan: Plan,
    out: Sequence[Any],
    expected: tuple[Any, Any],
    title: str,
    *,
    zero_signs: bool = False,
) -> None:
    """Raise unless the outputs are what the oracle says."""
    ulps = subject.ulps(row.primitive, dtype, row.ulps)
    values = read(subject, plan, out, title)
    wanted, magnitudes = expected
    several = isinstance(wanted, tuple)
    wanted = wanted if several else (wanted,)
    magnitudes = (magnitudes if several else (magnitudes,)) or (None,) * len(wanted)
    for i, (value, want) in enumerate(zip(values, wanted, strict=True)):
        if row.mode == "bits":
            problem = _different_bits(value, np.asarray(want))
        else:
            problem = difference(
                value,
                want,
                plan.out[i].dtype,
                ulps=ulps,
                magnitude=magnitudes[i],
                zero_signs=zero_signs and row.zero_signs,
            )
        if problem is not None:
            label = f"output {i}, " if several else ""
            raise ContractError(f"{title}\n  {label}{problem}")


def judge(
    subject: Subject,
    row: Row,
    dtype: str,
    plan: Plan,
    out: Sequence[Any],
    operands: list[Array],
    params: dict[str, Any],
    title: str,
) -> None:
    """Raise unless the outputs satisfy the identities that the row claims."""
    ulps = subject.ulps(row.primitive, dtype, row.ulps)
    values = read(subject, plan, out, title)
    for claim in row.oracle(tuple(values), *operands, **params):
        problem = difference(
            claim.got, claim.expected, claim.dtype, ulps=ulps, magnitude=claim.magnitude
        )
        if problem is not None:
            raise ContractError(f"{title}\n  {claim.label}: {problem}")


def _different_bits(got: Array, expected: Array) -> str | None:
    if got.tobytes() == expected.tobytes() and got.shape == expected.shape:
        return None
    if got.shape != expected.shape:
        return f"shape: got {got.shape}, expected {expected.shape}"
    bytes_of = [np.array(x, order="C").reshape(-1).view(np.uint8) for x in (got, expected)]
    wrong = (bytes_of[0] != bytes_of[1]).reshape(got.size, -1).any(axis=-1)
    index = np.unravel_index(int(np.argmax(wrong)), got.shape)
    place = f"element [{', '.join(map(str, index))}]" if got.ndim else "the element"
    count = int(np.count_nonzero(wrong))
    shown = [np.array(x[index]) for x in (got, expected)]
    bits = [f"{x!s} (bits {x.tobytes()[::-1].hex()})" for x in shown]
    return f"{place}: got {bits[0]}, expected {bits[1]}; {count} of {got.size} elements are wrong"


def _try(
    subject: Subject,
    row: Row,
    dtype: str,
    sample: Sample,
    held: Sequence[Held],
    values: list[Array],
    where: str,
    expected: tuple[Any, Any] | None = None,
    *,
    edges: bool = False,
) -> None:
    """Run one call on laid-out operands and compare it with the oracle."""
    params = sample.bound(dtype, subject.device)
    types = tuple(h.type for h in held)
    plan = subject.plan(row.primitive, types, params)
    title = heading(subject, row, dtype, types, _shown(sample, params), where)
    out = run(plan, held, title)
    if row.mode == "claims":
        judge(subject, row, dtype, plan, out, values, params, title)
        return
    if expected is None:
        expected = row.expected(values, params)
    compare(subject, row, dtype, plan, out, expected, title, zero_signs=edges)


def _shown(sample: Sample, params: dict[str, Any]) -> str:
    given = ", ".join(f"{k}={v}" for k, v in params.items() if k != "device")
    return f"sample {sample.name!r}" + (f" ({given})" if given else "")


def check_values(subject: Subject, row: Row, dtype: str) -> None:
    """Run every sample on contiguous operands."""
    attempts = Attempts(strict=subject.strict)
    for sample in row.samples_of(dtype):
        with attempts:
            values = row.draw(sample, dtype)
            held = [contiguous(subject, x, row.core)[0] for x in values]
            known = None
            if row.mode != "claims" and not callable(sample.params):
                known = expected_of(row, sample.name, dtype)
            _try(subject, row, dtype, sample, held, values, "contiguous", known)
    attempts.close()


def check_layouts(subject: Subject, row: Row, dtype: str) -> None:
    """Run samples on operands in every layout, all in the same one and all in different ones.

    Layouts are the operands' affair: two samples go through all of them, each other one through
    two.
    """
    attempts = Attempts(strict=subject.strict)
    for place, sample in enumerate(row.samples_of(dtype)):
        with attempts:
            _check_layouts(subject, row, dtype, sample, place)
    attempts.close()


def _check_layouts(subject: Subject, row: Row, dtype: str, sample: Sample, place: int) -> None:
    values = row.draw(sample, dtype)
    if values:
        known = None if row.mode == "claims" else expected_of(row, sample.name, dtype)
        count = len(LAYOUTS)
        rounds = [[layout] * len(values) for layout in LAYOUTS]
        if len(values) > 1:
            rounds += [[LAYOUTS[(i + 3 * k) % count] for k in range(len(values))] for i in range(4)]
        if place > 1:
            rounds = [rounds[place % len(rounds)], rounds[(3 * place + 4) % len(rounds)]]
        for layouts in rounds:
            laid = [lay(f, subject, x, row.core) for f, x in zip(layouts, values, strict=True)]
            if not any(laid):
                continue
            both = [
                pair or contiguous(subject, x, row.core)
                for pair, x in zip(laid, values, strict=True)
            ]
            held, shown = [h for h, _ in both], [v for _, v in both]
            same = all(v is x for v, x in zip(shown, values, strict=True))
            where = " and ".join(dict.fromkeys(f.__name__ for f in layouts))
            _try(subject, row, dtype, sample, held, shown, where, known if same else None)


def check_edges(subject: Subject, row: Row, dtype: str) -> None:
    """Try NaN, infinities, zeros, denormals and extremes, in every combination."""
    assert row.edges is not None
    sample = row.samples_of(dtype)[0]
    values = np.asarray(row.edges(as_dtype(dtype)))
    tried = {s.name: s for s in row.samples_of(dtype) if len(s.operands) == len(sample.operands)}
    params_seen: list[Any] = []
    for each in tried.values():
        params = each.bound(dtype, subject.device)
        if params in params_seen:
            continue
        params_seen.append(params)
        operands = _combined(row, each, values, dtype)
        held = [contiguous(subject, x, row.core)[0] for x in operands]
        _try(subject, row, dtype, each, held, operands, "edges", edges=True)


def _combined(row: Row, sample: Sample, values: Array, dtype: str) -> list[Array]:
    choices = [values if o.dtype is None else np.array([True, False]) for o in sample.operands]
    grid = [np.array(x.reshape(-1)) for x in np.meshgrid(*choices, indexing="ij")]
    if row.possible is not None:
        with np.errstate(all="ignore"):
            mask = row.possible(*grid)
        grid = [x[mask] for x in grid]
    return grid


def check_shapes(subject: Subject, row: Row, dtype: str) -> None:
    """Try 0-d, empty, length-1 and deep operands of a row that takes any shapes."""
    assert row.free
    first = row.samples_of(dtype)[0]
    for place, shape in enumerate(SHAPES):
        sample = row.shaped(first, shape)
        values = row.draw(sample, dtype)
        for layout in (contiguous, LAYOUTS[place % len(LAYOUTS)]):
            laid = [lay(layout, subject, x, row.core) for x in values]
            if not all(laid):
                continue
            held = [pair[0] for pair in laid if pair]
            shown = [pair[1] for pair in laid if pair]
            _try(subject, row, dtype, sample, held, shown, layout.__name__)
    for shapes in _uneven(len(first.operands)):
        operands = tuple(
            _reshaped(o, shape) for o, shape in zip(first.operands, shapes, strict=True)
        )
        sample = Sample(name=f"shapes {shapes}", operands=operands, params=first.params)
        values = row.draw(sample, dtype)
        held = [contiguous(subject, x, row.core)[0] for x in values]
        _try(subject, row, dtype, sample, held, values, "broadcast")


def _reshaped(operand: Any, shape: tuple[int, ...]) -> Any:
    return replace(operand, shape=shape)


def _uneven(count: int) -> Iterable[tuple[tuple[int, ...], ...]]:
    """Yield shapes that broadcast, none the result's own."""
    if count < 2:
        return
    several = [((), (2, 3)), ((2, 3), ()), ((3,), (2, 1)), ((2, 1, 3), (4, 1)), ((0, 1), (1, 2))]
    for pair in several:
        yield tuple(itertools.islice(itertools.cycle(pair), count))


def check_refusals(subject: Subject, row: Row, dtype: str) -> None:
    """Make the calls that must raise their named error, and leave the operands as they are."""
    for refusal in row.refusals:
        if refusal.dtypes is not None and dtype not in refusal.dtypes:
            continue
        sample = Sample(name=refusal.name, operands=refusal.operands, params=refusal.params)
        values = row.draw(sample, dtype)
        for layout in (contiguous, *LAYOUTS):
            laid = [lay(layout, subject, x, max(row.core, x.ndim)) for x in values]
            if not any(laid):
                continue
            held = [
                pair[0] if pair else contiguous(subject, x, 0)[0]
                for pair, x in zip(laid, values, strict=True)
            ]
            _refused(subject, row, dtype, refusal, held, layout.__name__)


def _refused(
    subject: Subject, row: Row, dtype: str, refusal: Refusal, held: Sequence[Held], where: str
) -> None:
    types = tuple(h.type for h in held)
    plan = subject.plan(row.primitive, types, dict(refusal.params))
    title = heading(subject, row, dtype, types, refusal.name, where)
    name = refusal.error.__name__
    before = [h.source.tobytes() for h in held]
    try:
        out = plan.run(*(h.storage for h in held))
    except refusal.error:
        pass
    except NxError as error:
        raise ContractError(f"{title}\n  raised {type(error).__name__}, expected {name}") from error
    except Exception as error:
        shown = f"{type(error).__name__} ({error})"
        raise ContractError(f"{title}\n  raised {shown}, expected {name}") from error
    else:
        first = str(subject.value(out[0])).replace("\n", "")[:60]
        raise ContractError(f"{title}\n  returned {first}, expected {name}")
    if [h.source.tobytes() for h in held] != before:
        raise ContractError(f"{title}\n  wrote to an operand")
