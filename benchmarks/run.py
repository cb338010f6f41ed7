"""Time nx and rune beside their peers: one table of ratios, their intervals and gates.

    python benchmarks/run.py [--frameworks nx:c,numpy] [--workloads 'sines*'] [--gate]

README.md, beside this file, describes the method.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import report
from rounds import Process, UnavailableError, measure, measure_import
from workloads import IMPORT, WORKLOADS

CONTENDERS = ("nx:numpy", "nx:c")
PEERS = ("numpy", "torch", "jax")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--frameworks",
        default=",".join(CONTENDERS + PEERS),
        help="comma-separated; nx:NAME is nx on a backend (default: %(default)s)",
    )
    parser.add_argument("--workloads", default="*", help="comma-separated globs; also import")
    parser.add_argument("--rounds", type=int, default=31, help="samples of each (%(default)s)")
    parser.add_argument("--least", type=float, default=0.004, help="seconds of a slice")
    parser.add_argument("--json", type=Path, help="write every sample to this file")
    parser.add_argument("--gate", action="store_true", help="exit with 1 if a gate fails")
    options = parser.parse_args(argv)
    if options.rounds < 3:
        parser.error(f"--rounds: cannot make an interval of {options.rounds} rounds (3 at least)")
    return options


def start(frameworks: Sequence[str]) -> list[Process]:
    """Start a process for each framework that is there, and name those that aren't."""
    processes = []
    for name in frameworks:
        try:
            processes.append(Process(name))
        except UnavailableError as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
    return processes


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, judge."""
    options = arguments(argv)
    globs = options.workloads.split(",")

    def wanted(name: str) -> bool:
        return any(fnmatch.fnmatch(name, glob) for glob in globs)

    lines, record = [], {}
    processes = start(options.frameworks.split(","))
    try:
        print("; ".join(f"{process.name} {process.version}" for process in processes))
        for workload in filter(lambda row: wanted(row.name), WORKLOADS):
            print(f"{workload.name}: {workload.meaning}", file=sys.stderr)
            samples = measure(
                workload.name, processes, options.rounds, options.least, workload.beside
            )
            record[workload.name] = samples
            lines += report.lines(workload, samples)
    finally:
        for process in processes:
            process.close()
    if wanted("import"):
        record["import"] = {"nx": measure_import(options.rounds)}
        lines.append(report.import_line(record["import"]["nx"], IMPORT))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(record, indent=1))
    peers = [process.name for process in processes if not report.is_contender(process.name)]
    print(f"\n{report.table(lines, peers)}\n\n{report.summary(lines)}")
    return int(options.gate and any(line.verdict == "FAILS" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
