"""The checks of memory: nobody writes to an operand, and results are storage of their own.

Shared memory is looked for by address, and by scribbling: when the kit overwrites the buffers that
it made the operands from, no result may change.  A backend that copies at its border passes both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nx._dtypes import as_dtype
from nx.testing._checks import heading, run
from nx.testing._compare import ContractError
from nx.testing._layouts import contiguous, lay, offset, transposed
from nx.testing._operands import Operand
from nx.testing._rows import Row, Sample
from nx.testing._subject import Attempts, Held, Subject

__all__ = ["check_memory", "check_round_trip"]

Array = np.ndarray[Any, Any]


def check_memory(subject: Subject, row: Row, dtype: str) -> None:
    """Operands stay as they are; outputs alias neither an operand nor one another."""
    attempts = Attempts(strict=subject.strict)
    for place, sample in enumerate(row.samples_of(dtype)):
        values = row.draw(sample, dtype)
        for layout in (contiguous, transposed, offset)[: 3 if place < 2 and values else 1]:
            with attempts:
                laid = [lay(layout, subject, x, row.core) for x in values]
                both = [
                    pair or contiguous(subject, x, 0) for pair, x in zip(laid, values, strict=True)
                ]
                _check_call(subject, row, dtype, sample, [h for h, _ in both], layout.__name__)
    attempts.close()


def _check_call(
    subject: Subject, row: Row, dtype: str, sample: Sample, held: list[Held], where: str
) -> None:
    params = sample.bound(dtype, subject.device)
    types = tuple(h.type for h in held)
    plan = subject.plan(row.primitive, types, params)
    title = heading(subject, row, dtype, types, f"sample {sample.name!r}", where)
    sources = [h.source.tobytes() for h in held]
    seen = [subject.value(h.storage).tobytes() for h in held]
    out = run(plan, held, title)
    for i, h in enumerate(held):
        if h.source.tobytes() != sources[i] or subject.value(h.storage).tobytes() != seen[i]:
            raise ContractError(f"{title}\n  wrote to operand {i}")
    again = run(plan, held, title)
    _check_addresses(subject, row, out, again, held, title)
    if row.view or not held:
        return
    kept = [np.array(subject.value(x)) for x in out]
    for h in held:
        _scribble(h.source)
    for i, (value, storage) in enumerate(zip(kept, out, strict=True)):
        if subject.value(storage).tobytes() != value.tobytes():
            raise ContractError(f"{title}\n  output {i} changed when an operand's memory did")


def _check_addresses(
    subject: Subject,
    row: Row,
    out: tuple[Any, ...],
    again: tuple[Any, ...],
    held: list[Held],
    title: str,
) -> None:
    values = [subject.value(x) for x in out]
    if not row.view:
        for i, value in enumerate(values):
            for k, h in enumerate(held):
                if np.may_share_memory(value, subject.value(h.storage)) and np.shares_memory(
                    value, subject.value(h.storage)
                ):
                    raise ContractError(f"{title}\n  output {i} is an alias of operand {k}")
        for i, value in enumerate(values):
            for other in (subject.value(x) for x in again):
                if np.may_share_memory(value, other):
                    raise ContractError(f"{title}\n  output {i} shares memory with a second call's")
    for i, value in enumerate(values):
        for k in range(i):
            if np.may_share_memory(value, values[k]):
                raise ContractError(f"{title}\n  output {i} is an alias of output {k}")


def _scribble(source: Array) -> None:
    """Overwrite every element with another one that the dtype has."""
    with np.errstate(all="ignore"):
        ones = source == np.ones((), source.dtype)
    source[...] = np.where(ones, 0, 1).astype(source.dtype)


def check_round_trip(subject: Subject, dtype: str) -> None:
    """Every bit survives `from_numpy` and `to_numpy`, whatever the layout of the array."""
    for name, array in _arrays(dtype).items():
        before = array.tobytes()
        held = subject.hold(array)
        value = subject.value(held.storage)
        title = f"from_numpy and to_numpy of {held.type} on {subject.backend.name!r}, {name}"
        if not isinstance(value, np.ndarray):
            raise ContractError(f"{title}\n  to_numpy returned {type(value).__name__}")
        given, wanted = (value.shape, value.dtype), (array.shape, array.dtype)
        if given != wanted:
            raise ContractError(
                f"{title}\n  got {value.dtype}{list(value.shape)}, expected {held.type}"
            )
        if value.tobytes() != before:
            raise ContractError(f"{title}\n  got {value!s}, expected {array!s}, bit for bit")
        if array.tobytes() != before:
            raise ContractError(f"{title}\n  wrote to the array it was given")


def _arrays(dtype: str) -> dict[str, Array]:
    operand = Operand(shape=(3, 4), patterns=True)
    x = operand.draw(np.random.default_rng(7), dtype)
    itself = as_dtype(dtype).numpy
    odd: Array = np.ndarray(x.shape, itself, bytearray(x.nbytes + 1), offset=1)
    odd[...] = x
    fixed = x.copy()
    fixed.flags.writeable = False
    return {
        "contiguous": x,
        "transposed": x.T,
        "flipped": x[::-1, ::-1],
        "stepped": x[1:, ::2],
        "repeated": np.broadcast_to(x[:1], (3, 4)),
        "unaligned": odd,
        "read-only": fixed,
        "0-d": np.array(x[0, 0]),
        "empty": x[:0],
        "of 32 axes": x.reshape((*(1,) * 30, 3, 4)),
    }
