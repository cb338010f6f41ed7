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

WARM_UP = 0.15  # seconds
SLICES = 5


class Worker:
    """Times one framework's workloads."""

    def __init__(self, framework: str) -> None:
        self.module = importlib.import_module(f"frameworks.on_{framework.partition(':')[0]}")
        self.work: dict[str, Callable[[], Any]] = {}

    def describe(self) -> dict[str, Any]:
        """Return the framework's version and what it can do."""
        return {"version": self.module.VERSION, "workloads": list(self.module.WORKLOADS)}

    def prepare(self, workload: str, least: float) -> dict[str, Any]:
        """Warm up, and find how many calls take `least` seconds, a slice of a sample."""
        self.work[workload] = self.module.WORKLOADS[workload]()
        calls, until = 1, time.perf_counter() + WARM_UP
        while True:
            taken = self._slice(workload, calls)
            if taken >= least and time.perf_counter() >= until:
                return {"calls": calls}
            if taken < least:
                wanted = math.ceil(1.15 * calls * least / max(taken, 1e-7))
                calls = min(max(calls + 1, wanted), 10 * calls)

    def sample(self, workload: str, calls: int) -> dict[str, float]:
        """Return the seconds of a call in the quickest slice, and the CPU time of all of them."""
        cpu = time.process_time()
        taken = min(self._slice(workload, calls) for _ in range(SLICES))
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
