"""Time nx and rune beside their peers: times, ratios with intervals, and what the gates say.

    python benchmarks/run.py [--frameworks rune,numpy] [--workloads 'add*,exp*'] [--quick]

README.md, beside this file, describes the method. The exit status is 1 if a gate fails, or if
--check finds results that differ.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import json
import os
import platform
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import checks
import limits
import report
from gates import GATES, SHARE
from rounds import CONTENDER, Found, Process, UnavailableError, measure, measure_import
from workloads import GROUPS, WORKLOADS, Workload

CONTENDERS = (CONTENDER, f"{CONTENDER}:numpy")
PEERS = ("numpy", "torch", "torch:jit", "jax", "jax:jit", "mlx", "autograd", "numexpr")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--frameworks",
        default=",".join(CONTENDERS + PEERS),
        help="comma-separated; rune is on the C backend, rune:NAME on another, NAME:jit compiles "
        "(default: %(default)s; there is mlx:jit, too)",
    )
    parser.add_argument("--workloads", default="*", help="comma-separated globs; also import")
    parser.add_argument("--gated", action="store_true", help="only workloads that have gates")
    parser.add_argument("--rounds", type=int, default=21, help="samples of each (%(default)s)")
    parser.add_argument("--retries", type=int, default=2, help="of each round (%(default)s)")
    parser.add_argument("--least", type=float, default=0.004, help="seconds of a slice")
    parser.add_argument("--quick", action="store_true", help="5 rounds of slices of 1 ms")
    parser.add_argument(
        "--tiny",
        action="store_true",
        help="tries the harness only: 3 rounds of tiny inputs, and no verdicts",
    )
    parser.add_argument("--check", action="store_true", help="compare the frameworks' results")
    parser.add_argument("--json", type=Path, help="write every sample to this file")
    options = parser.parse_args(argv)
    if options.quick:
        options.rounds, options.least = 5, 0.001
    if options.tiny:
        options.rounds, options.least, options.retries = 3, 0.0001, 0
    if options.rounds < 3:
        parser.error(f"--rounds: cannot make an interval of {options.rounds} rounds (3 at least)")
    return options


def start(frameworks: Sequence[str]) -> list[Process]:
    """Start a process for each framework that is there, and name those that aren't."""
    processes = []
    for name in frameworks:
        try:
            processes.append(Process(CONTENDER if name == f"{CONTENDER}:c" else name))
        except UnavailableError as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
    return processes


def chosen(options: argparse.Namespace) -> list[Workload]:
    """Return the workloads that are asked for."""
    gated = {gate.workload for gate in GATES}
    return [
        workload
        for workload in WORKLOADS
        if _matches(workload.name, options) and (not options.gated or workload.name in gated)
    ]


def _matches(name: str, options: argparse.Namespace) -> bool:
    return any(fnmatch.fnmatch(name, glob) for glob in options.workloads.split(","))


def revive(processes: list[Process]) -> None:
    """Start again what has died: one workload's crash is not the next one's."""
    for i, process in enumerate(processes):
        if process.process.poll() is not None:
            processes[i] = Process(process.name)


def sample(
    workloads: Sequence[Workload], processes: list[Process], options: argparse.Namespace
) -> dict[str, dict[str, Found]]:
    """Measure everything, saying what is being done."""
    results = {}
    for workload in workloads:
        revive(processes)
        names = [workload.name, workload.beside] if workload.beside else [workload.name]
        always = {gate.against for gate in GATES if gate.workload == workload.name}
        found = measure(
            names,
            processes,
            options.rounds,
            options.least,
            check=options.check,
            retries=options.retries * options.rounds,
            always=always,
        )
        results[workload.name] = found
        medians = (
            f"{job} {report.seconds(sorted(each.seconds)[len(each.seconds) // 2])}"
            if each.seconds
            else f"{job} {each.error}"
            for job, each in found.items()
        )
        print(f"{workload.name}: {'; '.join(medians)}", file=sys.stderr, flush=True)
        if options.json:
            write(options.json, processes, results)
    return results


def write(path: Path, processes: Sequence[Process], results: Mapping[str, object]) -> None:
    """Write what is known by now."""
    versions = {process.name: process.version for process in processes}
    record = {"machine": machine(), "versions": versions, "results": results}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1, default=dataclasses.asdict))


def machine() -> str:
    """Describe the machine in a line."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def differences(
    workloads: Sequence[Workload], results: Mapping[str, Mapping[str, Found]]
) -> list[str]:
    """Hold each framework's result against the first peer's."""
    said = []
    for workload in workloads:
        prints = {
            job: found.print
            for job, found in results[workload.name].items()
            if found.print is not None and " " not in job
        }
        peers = [job for job in prints if not report.is_contender(job)]
        if not workload.compared or not peers:
            continue
        for job, ours in prints.items():
            how = checks.differs(ours, prints[peers[0]])
            if how:
                said.append(f"{workload.name}: {job} differs from {peers[0]}: {how}")
    return said


def left_out(workloads: Sequence[Workload], processes: Sequence[Process]) -> list[str]:
    """Say which workloads a framework hasn't, and why."""
    names = {workload.name for workload in workloads}
    said = []
    for process in processes:
        reasons: dict[str, list[str]] = {}
        for name, reason in process.skip.items():
            if name in names:
                reasons.setdefault(reason, []).append(name)
        for reason, which in reasons.items():
            listed = ", ".join(which) if len(which) < 6 else f"{len(which)} workloads"
            said.append(f"- {process.name}: {reason} ({listed})")
        for name in sorted(names & set(process.notes)):
            said.append(f"- {process.name}, {name}: {process.notes[name]}")
    return said


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, judge."""
    options = arguments(argv)
    if options.tiny:
        os.environ["BENCHMARKS_CAP"] = "16"
    workloads = chosen(options)
    rates = {} if options.tiny or not workloads else limits.measure()
    processes = start(options.frameworks.split(",")) if workloads else []
    try:
        results = sample(workloads, processes, options)
    finally:
        for process in processes:
            process.close()
    lines = [] if options.tiny else judge(results)
    if _matches("import", options) and not (options.gated or options.tiny):
        times = measure_import(options.rounds)
        lines.append(report.import_line(times))
    differing = differences(workloads, results) if options.check else []
    show(workloads, results, processes, rates, lines)
    if options.check:
        print("\n".join(["", "Results that differ:", *(differing or ["none."])]))
    print(f"\n{report.summary(lines)}")
    return int(bool(differing) or any(line.verdict == "FAILS" for line in lines))


def judge(results: Mapping[str, Mapping[str, Found]]) -> list[report.Line]:
    """Return the gates of what was timed."""
    lines = report.gate_lines(GATES, results)
    share = report.share_line(SHARE, results)
    return lines if share is None else [*lines, share]


def show(
    workloads: Sequence[Workload],
    results: Mapping[str, Mapping[str, Found]],
    processes: Sequence[Process],
    rates: Mapping[str, float],
    lines: Sequence[report.Line],
) -> None:
    """Print the tables."""
    print("; ".join(f"{process.name} {process.version}" for process in processes))
    print(f"{machine()}; limits: {', '.join(f'{k} {v / 1e9:.0f} G/s' for k, v in rates.items())}")
    columns = [process.name for process in processes]
    for group in GROUPS:
        rows = [workload for workload in workloads if workload.group == group]
        there = [column for column in columns if any(column in results[row.name] for row in rows)]
        if rows:
            print(f"\n## {group}: times\n\n{report.times_table(rows, results, there)}")
            print(f"\n## {group}: ratios\n\n{report.ratios_table(rows, results, rates)}")
    accuracy = report.ulps_table(results, columns)
    if accuracy:
        print(f"\n## Largest errors of elementwise results, in ULP\n\n{accuracy}")
        for name, row in results.items():
            if report.barred(row):
                print(f"\n{name}: no bar are {', '.join(report.barred(row))}, by their errors")
    said = left_out(workloads, processes)
    if said:
        print("\n".join(["\n## Left out\n", *said]))
    if lines:
        print(f"\n## Gates\n\n{report.gates_table(lines)}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what is stopped must be ended, too
    sys.exit(main())
