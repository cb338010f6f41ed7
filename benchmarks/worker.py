"""One framework in one process: a command on each line of stdin, its answer on stdout.

Commands and answers are JSON. The driver, `rounds.py`, stops this process between
them, so nothing here may depend on the time that passes there.
"""

from __future__ import annotations

import gc
import importlib
import json
import math
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import checks

WARM_UP = 40  # slices
SLICES = 5
LONG = 0.1  # seconds, after which a sample has no further slice


class Worker:
    """Times one framework's workloads."""

    def __init__(self, framework: str) -> None:
        name, _, variant = framework.partition(":")
        self.module = importlib.import_module(f"frameworks.on_{name}")
        self.compiled = variant == "jit"
        self.table: dict[str, Callable[[], Callable[[], Any]]] = (
            self.module.JIT_WORKLOADS if self.compiled else self.module.WORKLOADS
        )
        self.work: dict[str, Callable[[], Any]] = {}

    def describe(self) -> dict[str, Any]:
        """Return the framework's version and what it can do."""
        described = {"version": self.module.VERSION, "workloads": list(self.table)}
        for key in ("SKIP", "NOTES"):
            described[key.lower()] = {} if self.compiled else getattr(self.module, key, {})
        return described

    def prepare(self, workload: str, least: float, check: bool) -> dict[str, Any]:
        """Warm up, and find how many calls take `least` seconds, a slice of a sample."""
        self.work[workload] = self.table[workload]()
        answer = self._look_at(workload, self.work[workload](), check)
        calls, until = 1, time.perf_counter() + WARM_UP * least
        while True:
            taken = self._slice(workload, calls)
            if taken >= least and time.perf_counter() >= until:
                return answer | {"calls": calls, "seconds": taken / calls}
            if taken < least:
                wanted = math.ceil(1.15 * calls * least / max(taken, 1e-7))
                calls = min(max(calls + 1, wanted), 10 * calls)

    def _look_at(self, workload: str, result: Any, check: bool) -> dict[str, Any]:
        """Return what the result looks like and how accurate it is, where that is asked for."""
        if not check and workload not in checks.ELEMENTWISE:
            return {}
        result = getattr(self.module, "RESULTS", {}).get(workload, lambda out: out)(result)
        arrays = [self.module.to_numpy(leaf) for leaf in checks.leaves(result)]
        answer: dict[str, Any] = {"print": checks.fingerprint(workload, arrays)} if check else {}
        if workload in checks.ELEMENTWISE:
            answer["ulps"] = checks.ulps(workload, arrays[0])
        return answer

    def sample(self, workload: str, calls: int) -> dict[str, float]:
        """Return the seconds of a call in the quickest slice, and the CPU time of all of them."""
        cpu, until = time.process_time(), time.perf_counter() + LONG
        taken = self._slice(workload, calls)
        for _ in range(SLICES - 1):
            if time.perf_counter() >= until:
                break
            taken = min(taken, self._slice(workload, calls))
        return {"seconds": taken / calls, "cpu": time.process_time() - cpu}

    def _slice(self, workload: str, calls: int) -> float:
        work, counter = self.work[workload], range(calls)
        start = time.perf_counter()
        for _ in counter:
            work()
        return time.perf_counter() - start

    def drop(self) -> dict[str, Any]:
        """Forget the workloads and their inputs."""
        self.work.clear()
        gc.collect()
        return {}


def main() -> None:
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not get among the answers
    worker: Any = None
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        try:
            if worker is None:
                worker = Worker(sys.argv[1])
            answer = getattr(worker, command)(*arguments)
        except Exception as error:  # noqa: BLE001 - reported by the driver, with its cause
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
