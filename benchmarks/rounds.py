"""Samples the frameworks in turn, round after round, each in a process of its own.

A process is stopped while another is sampled. A round in which other programs took
CPU time is thrown away and measured again, as long as `RETRIES` last.
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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["Process", "UnavailableError", "measure", "measure_import"]

HERE = Path(__file__).parent
DISTURBED = 0.08  # of a CPU
RETRIES = 2  # for each round asked for

Samples = dict[str, list[float]]


class UnavailableError(RuntimeError):
    """A framework that can't be timed here."""


class Process:
    """A worker, stopped unless it is `awake`."""

    def __init__(self, framework: str) -> None:
        self.name = framework
        name, _, backend = framework.partition(":")
        environment = os.environ | ({"NX_BACKEND": backend} if name == "nx" and backend else {})
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
    workload: str, processes: list[Process], rounds: int, least: float, beside: str = ""
) -> Samples:
    """Return each framework's seconds per call, one number for each round.

    Those of the workload ``beside``, sampled in the same rounds, stand under the framework's
    name and the workload's.
    """
    jobs = {
        f"{process.name} {name}" if name == beside else process.name: (process, name)
        for process in processes
        for name in filter(None, (workload, beside))
        if name in process.workloads
    }
    calls = {}
    for job, (process, name) in jobs.items():
        with process.awake():
            calls[job] = process.ask("prepare", name, least)["calls"]
    samples: Samples = {job: [] for job in jobs}
    retries = RETRIES * rounds
    for _ in range(rounds):
        row, disturbance = _one_round(jobs, calls)
        while disturbance > DISTURBED and retries:
            retries -= 1
            time.sleep(0.1)
            row, disturbance = _one_round(jobs, calls)
        for job, seconds in row.items():
            samples[job].append(seconds)
    if not retries:
        print(f"{workload}: other programs kept the machine busy", file=sys.stderr)
    for process in {process.name: process for process, _ in jobs.values()}.values():
        with process.awake():
            process.ask("drop")
    return samples


def _one_round(
    jobs: dict[str, tuple[Process, str]], calls: dict[str, int]
) -> tuple[dict[str, float], float]:
    """Return a sample of each, and the share of a CPU that other programs took meanwhile."""
    row, ours = {}, -time.process_time()
    busy, start = _busy(), time.perf_counter()
    for job, (process, name) in jobs.items():
        with process.awake():
            answer = process.ask("sample", name, calls[job])
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
