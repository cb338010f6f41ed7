"""Fails every allocation of every kernel in turn: run as `python -m tests.nx_cbackend.faults`.

Needs a build with NXC_FAULTS=1, whose extension counts its allocations and fails the one wanted.
Prints a line of JSON for each primitive: its name, how many failures were tried, what went wrong.
"""

import gc
import json
import sys

import numpy as np
import nx
import nx_cbackend
from nx.testing import ROWS, Subject
from nx_cbackend import _native as native
from nx_cbackend._native import lib

from tests.nx_cbackend.calls import VIEWS, Call, call

SIZES = (3000, 300_000)
AGAIN = 20
"""How often the same allocation fails: as many objects would be seen to leak."""


def samples(name):
    """Yield the contract kit's calls that the backend computes, in one dtype."""
    subject, row = Subject.named("c"), ROWS[name]
    for dtype in row.dtypes:
        found = []
        for sample in row.samples_of(dtype):
            held = [subject.hold(x) for x in row.draw(sample, dtype)]
            params = sample.bound(dtype, subject.device)
            plan = subject.plan(row.primitive, tuple(h.type for h in held), params)
            if plan.how == "native":
                found.append(Call(name, plan.run, tuple(h.storage for h in held), plan.how))
        if found:
            yield from found
            return


def shown(outputs):
    return [np.asarray(x).tobytes() for x in outputs]


def state():
    gc.collect()
    return nx_cbackend.memory_stats()["in_use"], sys.getallocatedblocks()


def failing(run, nth):
    """Run with the nth allocation failing; return None, what went wrong, or the outputs."""
    lib.nxc_fault_arm(nth)
    try:
        outputs = run()
    except MemoryError:
        outputs = None
    finally:
        count = lib.nxc_fault_count()
        lib.nxc_fault_arm(0)
    if outputs is None:
        return None if count >= nth else "MemoryError without a failure"
    return outputs if count < nth else f"no MemoryError though allocation {nth} failed"


def attempts(run):
    """Fail each allocation of a call in turn; return how many there are, and what went wrong."""
    expected, nth, wrong = shown(run()), 0, []
    while True:
        nth += 1
        answer = failing(run, nth)
        if isinstance(answer, tuple):
            if shown(answer) != expected:
                wrong.append("another value than before")
            return nth - 1, wrong
        if answer is not None:
            return nth - 1, [*wrong, answer]
        in_use, blocks = state()
        for _ in range(AGAIN):
            failing(run, nth)
        after, blocks_after = state()
        if after != in_use:
            wrong.append(f"allocation {nth} of the failing call leaks {after - in_use} bytes")
        if blocks_after - blocks >= AGAIN:
            wrong.append(
                f"allocation {nth} of the failing call leaks {blocks_after - blocks} blocks"
            )
        if shown(run()) != expected:
            wrong.append(f"another value after allocation {nth} failed")


def check_nx():
    """The error that users see; operators would try once more."""
    x = nx.ones((300, 300), device="c")
    nx.sum(x, axis=0)  # makes the plan
    lib.nxc_fault_arm(1)
    try:
        nx.sum(x, axis=0)
    except nx.OutOfMemoryError as error:
        return 1, [] if isinstance(error, MemoryError) else ["no MemoryError"]
    finally:
        lib.nxc_fault_arm(0)
    return 1, ["no error"]


def check_bind():
    """A function and its parameters."""
    for parameters in ((), (0, 1)):
        nth = 1
        while (found := failing(lambda p=parameters: (native.bind("add", p),), nth)) is None:
            nth += 1
        if isinstance(found, str) or nth < 3:
            return nth, [f"{found} after {nth} failures"]
    return nth, []


def main():
    gc.freeze()
    for name in sorted(Subject.named("c").backend.natives()):
        runs = [*samples(name), *(call(name, n) for n in SIZES if name not in VIEWS)]
        total, wrong = 0, []
        for run in runs:
            failures, problems = attempts(run)
            total += failures
            wrong += problems
        print(json.dumps([name, total, wrong]), flush=True)
    print(json.dumps(["nx", *check_nx()]), flush=True)
    print(json.dumps(["bind", *check_bind()]), flush=True)


if __name__ == "__main__":
    main()
