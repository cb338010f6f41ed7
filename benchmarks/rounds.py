"""Samples the frameworks in turn, round after round, each in a process of its own.

A process is stopped while another is sampled. A round in which other programs took
CPU time is thrown away and measured again, a limited number of times. A peer that is
far from being the best takes part in the first rounds only.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["CONTENDER", "Found", "Process", "UnavailableError", "measure", "measure_import"]

HERE = Path(__file__).parent
DISTURBED = 0.08  # of a CPU
DISTANT = 4.0  # times the best peer's time
FEW = 5  # rounds of those

CONTENDER = "rune"
"""Ours: on the C backend as it is, on another as `rune:NAME`."""


@dataclass(slots=True)
class Found:
    """What one job, a framework at a workload, has given."""

    seconds: list[float] = field(default_factory=list)
    ulps: float | None = None
    print: list[dict[str, Any]] | None = None
    error: str = ""
    calls: int = 0


class UnavailableError(RuntimeError):
    """A framework that can't be timed here."""


class Process:
    """A worker, stopped unless it is `awake`."""

    def __init__(self, framework: str) -> None:
        self.name = framework
        name, _, backend = framework.partition(":")
        environment = os.environ | ({"NX_BACKEND": backend or "c"} if name == CONTENDER else {})
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by close()
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), framework],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment,
        )
        try:
            described = self.ask("describe")
        except UnavailableError:
            self.close()
            raise
        self.version: str = described["version"]
        self.workloads: list[str] = described["workloads"]
        self.skip: dict[str, str] = described["skip"]
        self.notes: dict[str, str] = described["notes"]
        self.process.send_signal(signal.SIGSTOP)

    def ask(self, *command: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            print(json.dumps(command), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer: dict[str, Any] = json.loads(line) if line else {"error": self._last_words()}
        if "error" in answer:
            raise UnavailableError(answer["error"])
        return answer

    def _last_words(self) -> str:
        status = self.process.wait()
        self.log.seek(0)
        lines = self.log.read().splitlines()
        return f"its process ended with status {status} ({lines[-1] if lines else 'in silence'})"

    @contextlib.contextmanager
    def awake(self) -> Iterator[None]:
        """Let the process run within a block."""
        self.process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()
        self.log.close()


def measure(
    names: Sequence[str],
    processes: list[Process],
    rounds: int,
    least: float,
    *,
    check: bool = False,
    retries: int = 0,
    always: Collection[str] = (),
) -> dict[str, Found]:
    """Return what each framework gave at a workload, one sample for each round.

    ``names`` are the workload and, if there is one, the workload beside it: what comes of that,
    sampled in the same rounds, stands under the framework's name and the workload's. Peers in
    ``always`` take part in every round, however slow they are.
    """
    workload = names[0]
    jobs = {
        process.name if name == workload else f"{process.name} {name}": (process, name)
        for process in processes
        for name in names
        if name in process.workloads
    }
    found = {job: Found() for job in jobs}
    taken = {}
    for job, (process, name) in jobs.items():
        answer = _asked(found[job], process, "prepare", name, least, check)
        if answer is not None:
            found[job].calls, taken[job] = answer["calls"], answer["seconds"]
            found[job].ulps, found[job].print = answer.get("ulps"), answer.get("print")
    near = _near(taken, always)
    left = retries
    for i in range(rounds):
        these = {
            job: jobs[job] for job in taken if not found[job].error and (i < FEW or job in near)
        }
        row, disturbance = _one_round(these, found)
        while disturbance > DISTURBED and left:
            left -= 1
            time.sleep(0.1)
            row, disturbance = _one_round(these, found)
        for job, seconds in row.items():
            found[job].seconds.append(seconds)
    if retries and not left:
        print(f"{workload}: other programs kept the machine busy", file=sys.stderr)
    for process in {process.name: process for process, _ in jobs.values()}.values():
        _asked(Found(), process, "drop")
    return found


def _near(taken: dict[str, float], always: Collection[str]) -> set[str]:
    """Return the jobs of which every round is wanted."""
    peers = {job: seconds for job, seconds in taken.items() if not job.startswith(CONTENDER)}
    bar = DISTANT * min(peers.values(), default=0.0)
    return {job for job, time in taken.items() if time <= bar or job not in peers or job in always}


def _asked(found: Found, process: Process, *command: Any) -> dict[str, Any] | None:
    """Ask an awakened process; None, and the reason with what was found, if it can't answer."""
    with process.awake():
        try:
            return process.ask(*command)
        except UnavailableError as reason:
            found.error = str(reason)
            return None


def _one_round(
    jobs: dict[str, tuple[Process, str]], found: dict[str, Found]
) -> tuple[dict[str, float], float]:
    """Return a sample of each, and the share of a CPU that other programs took meanwhile."""
    row, ours = {}, -time.process_time()
    busy, start = _busy(), time.perf_counter()
    for job, (process, name) in jobs.items():
        answer = _asked(found[job], process, "sample", name, found[job].calls)
        if answer is not None:
            row[job] = answer["seconds"]
            ours += answer["cpu"]
    ours += time.process_time()
    # The kernel counts in hundredths of a second, at both ends.
    others = max(0.0, _busy() - busy - ours - 0.03)
    return row, others / (time.perf_counter() - start)


def _busy() -> float:
    """Return the CPU seconds that the machine has worked; 0 where it doesn't say."""
    try:
        first = Path("/proc/stat").read_text().partition("\n")[0]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, *rest = map(int, first.split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def measure_import(rounds: int) -> list[float]:
    """Return the seconds that `import nx` takes in fresh processes that have NumPy already."""
    program = (
        "import time, numpy; start = time.perf_counter(); import nx;"
        "print(time.perf_counter() - start)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times = []
    with tempfile.TemporaryDirectory() as folder:  # of bytecode, as an installation would have it
        environment["PYTHONPYCACHEPREFIX"] = folder
        for _ in range(rounds + 1):
            command = [sys.executable, "-c", program]
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            if done.returncode != 0:
                raise UnavailableError(done.stderr.splitlines()[-1])
            times.append(float(done.stdout))
    return times[1:]  # the first one compiles, and reads from the disk
