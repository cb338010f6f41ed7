"""What the samples say: times, ratios to the best peer, gates, accuracy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gates import BEST, IMPORT, LIBRARIES, Gate, Share
from intervals import Estimate, median, ratio
from rounds import CONTENDER, Found
from workloads import Workload

__all__ = [
    "Line",
    "bar",
    "barred",
    "gate_lines",
    "gates_table",
    "import_line",
    "ratios_table",
    "seconds",
    "share_line",
    "summary",
    "times_table",
    "ulps_table",
    "verdict",
]

Results = Mapping[str, Mapping[str, Found]]
ULPS = 2.0
"""A result that is further off is no bar for anybody."""


@dataclass(frozen=True, slots=True)
class Line:
    """A gate and what became of it."""

    workload: str
    contender: str
    gate: str
    against: str
    ratio: str
    verdict: str


def is_contender(job: str) -> bool:
    """Tell ours from the peers."""
    return job.partition(":")[0] == CONTENDER


def verdict(estimate: Estimate, limit: float) -> str:
    """Say whether a gate holds: it fails when the whole interval lies above it."""
    if estimate.low > limit:
        return "FAILS"
    return "holds" if estimate.high <= limit else "unclear"


def barred(row: Mapping[str, Found]) -> list[str]:
    """Name the peers whose result is too far off to be a bar."""
    return [
        job
        for job, found in row.items()
        if not is_contender(job) and found.ulps is not None and not found.ulps <= ULPS
    ]


def bar(
    row: Mapping[str, Found], contender: str, *, compiled: bool = True, among: Sequence[str] = ()
) -> tuple[str, Estimate] | None:
    """Return the best peer and the contender's ratio to it, if both have been sampled.

    The best peer is the one that the contender looks worst against. ``compiled`` admits the
    frameworks named NAME:jit; ``among``, where not empty, are the only ones looked at.
    """
    ours = row.get(contender)
    if ours is None or not ours.seconds:
        return None
    found = {
        job: ratio(ours.seconds, peer.seconds)
        for job, peer in row.items()
        if not is_contender(job) and peer.seconds and job not in barred(row)
        if (compiled or ":" not in job) and (not among or job.partition(":")[0] in among)
    }
    return max(found.items(), key=lambda item: item[1].value, default=None)


def judged(gate: Gate, row: Mapping[str, Found]) -> tuple[str, Estimate] | None:
    """Return whom a gate holds its contender against, and the ratio."""
    if gate.against == BEST:
        return bar(row, gate.contender, among=LIBRARIES)
    ours = row.get(gate.contender)
    theirs = row.get(gate.against) or row.get(f"{gate.contender} {gate.against}")
    if not (ours and theirs and ours.seconds and theirs.seconds):
        return None
    return gate.against, ratio(ours.seconds, theirs.seconds)


def gate_lines(gates: Iterable[Gate], results: Results) -> list[Line]:
    """Judge the gates of the workloads that were timed for their contenders."""
    lines = []
    for gate in gates:
        row = results.get(gate.workload, {})
        if gate.contender not in row:
            continue
        found = judged(gate, row)
        said = "no peer" if found is None else verdict(found[1], gate.limit)
        if row[gate.contender].error:
            said = "FAILS"
        against, cell = ("", "") if found is None else (found[0], _cell(found[1]))
        text = f"{gate.limit:g} of {gate.against}"
        lines.append(Line(gate.workload, gate.contender, text, against, cell, said))
    return lines


def share_line(share: Share, results: Results) -> Line | None:
    """Judge the gate of a share of the workloads, by the same intervals; None if none was timed."""
    rows = [results[name] for name in share.workloads if name in results]
    ratios = [bar(row, share.contender, among=LIBRARIES) for row in rows]
    known = [found[1] for found in ratios if found is not None]
    if not known:
        return None
    wanted = math.ceil(share.share * len(share.workloads))
    surely = sum(estimate.high <= share.limit for estimate in known)
    perhaps = sum(estimate.low <= share.limit for estimate in known)
    below = sum(estimate.value <= share.limit for estimate in known)
    missing = len(share.workloads) - len(known)
    if perhaps + missing < wanted:
        said = "FAILS"
    elif surely >= wanted:
        said = "holds"
    else:
        said = "no peer" if missing else "unclear"
    text = f"{share.limit:g} of {BEST} for {wanted} of {len(share.workloads)} large workloads"
    count = f"{below} of {len(known)}"
    return Line("large", share.contender, text, "", count, said)


def import_line(times: Sequence[float], limit: float = IMPORT) -> Line:
    """Hold the time of `import nx` against its gate, which is no ratio."""
    found = median(times)
    text = f"{seconds(found.value)} [{seconds(found.low)}, {seconds(found.high)}]"
    return Line("import nx", "nx", seconds(limit), "", text, verdict(found, limit))


def summary(lines: Iterable[Line]) -> str:
    """Name the gates that fail, and count the others."""
    lines = list(lines)
    named = {
        kind: [f"{line.workload} on {line.contender}" for line in lines if line.verdict == kind]
        for kind in ("FAILS", "unclear", "no peer")
    }
    parts = [f"Gates: {sum(line.verdict == 'holds' for line in lines)} of {len(lines)} hold."]
    for kind, meaning in (
        ("FAILS", "Failing"),
        ("unclear", "Unclear, the interval straddles the gate"),
        ("no peer", "Not judged, what it is held against wasn't timed"),
    ):
        if named[kind]:
            parts.append(f"{meaning}: {', '.join(named[kind])}.")
    return "\n".join(parts)


# Tables -----------------------------------------------------------------------


def times_table(workloads: Sequence[Workload], results: Results, columns: Sequence[str]) -> str:
    """Lay out the median times; the best peer's is bold."""
    rows = [["workload", *columns]]
    for workload in workloads:
        row = results[workload.name]
        times = {job: median(found.seconds).value for job, found in row.items() if found.seconds}
        peers = {job: time for job, time in times.items() if not is_contender(job)}
        best = min(peers, key=lambda job: peers[job], default="")
        cells = [workload.name]
        for job in columns:
            text = seconds(times[job]) if job in times else "error" if job in row else ""
            cells.append(f"**{text}**" if job == best else text)
        rows.append(cells)
    return table(rows)


def ratios_table(
    workloads: Sequence[Workload], results: Results, limits: Mapping[str, float]
) -> str:
    """Lay out each contender's time, the floor, and the ratios to the best peers."""
    head = ["workload", "contender", "time", "floor", "best peer, op by op", "ratio"]
    rows = [[*head, "compiled ones too", "ratio"]]
    for workload in workloads:
        row, least = results[workload.name], workload.floor
        known = least is not None and least.limit in limits
        floor = seconds(least.amount / limits[least.limit]) if least and known else ""
        for job in filter(lambda job: is_contender(job) and " " not in job, row):
            cells = [workload.name, job, _time(row[job]), floor]
            for compiled in (False, True):
                found = bar(row, job, compiled=compiled)
                cells += ["", ""] if found is None else [found[0], _cell(found[1])]
            rows.append(cells)
    return table(rows)


def gates_table(lines: Iterable[Line]) -> str:
    """Lay out the gates."""
    head = ["workload", "contender", "gate", "against", "ratio", "verdict"]
    rows = [[x.workload, x.contender, x.gate, x.against, x.ratio, x.verdict] for x in lines]
    return table([head, *rows])


def ulps_table(results: Results, columns: Sequence[str]) -> str:
    """Lay out the largest errors, in units of the last place; too large ones are bold."""
    rows = [["workload", *columns]]
    for name, row in results.items():
        ulps = {job: found.ulps for job, found in row.items() if found.ulps is not None}
        if ulps:
            cells = {job: f"{x:.2f}" if x <= ULPS else f"**{x:.3g}**" for job, x in ulps.items()}
            rows.append([name, *(cells.get(job, "") for job in columns)])
    return table(rows) if len(rows) > 1 else ""


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows, a head first, as a Markdown table that is readable as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    head, *body = rows
    return "\n".join(
        "| " + " | ".join(cell.ljust(n) for cell, n in zip(row, widths, strict=True)) + " |"
        for row in [head, ["-" * width for width in widths], *body]
    )


def seconds(time: float) -> str:
    """Spell a time with three digits and a unit."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if time * scale >= 1.0:
            return f"{time * scale:.3g} {unit}"
    return f"{time * 1e9:.3g} ns"


def _time(found: Found) -> str:
    return seconds(median(found.seconds).value) if found.seconds else f"error: {found.error}"


def _cell(estimate: Estimate) -> str:
    value, low, high = (f"{x:.2f}" if x >= 0.1 else f"{x:.2g}" for x in estimate)
    return f"{value} [{low}, {high}]"
