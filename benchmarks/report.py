"""The table of ratios, and what the gates say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from intervals import Estimate, median, ratio
from workloads import BEST, Gate, Workload

__all__ = ["Line", "import_line", "lines", "summary", "table", "verdict"]

Samples = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One contender at one workload: a line of the table."""

    workload: str
    contender: str
    time: str
    ratios: dict[str, Estimate]
    gate: str = ""
    verdict: str = ""


def verdict(estimate: Estimate, limit: float) -> str:
    """Say whether a gate holds: it fails when the whole interval lies above it."""
    if estimate.low > limit:
        return "FAILS"
    return "holds" if estimate.high <= limit else "unclear"


def lines(workload: Workload, samples: Samples) -> list[Line]:
    """Hold each contender's samples against each peer's."""
    peers = {
        name: times for name, times in samples.items() if not is_contender(name) and " " not in name
    }
    found = []
    for name, times in samples.items():
        if not is_contender(name) or " " in name:
            continue
        ratios = {peer: ratio(times, others) for peer, others in peers.items()}
        gate = workload.gates.get(name)
        beside = samples.get(f"{name} {workload.beside}")
        if gate is None:
            judged = ("", "")
        elif beside is not None:
            own = ratio(times, beside)
            judged = (f"{gate.limit:g} of {gate.peer}: {_cell(own)}", verdict(own, gate.limit))
        else:
            judged = _judge(gate, ratios)
        found.append(Line(workload.name, name, seconds(median(times).value), ratios, *judged))
    return found


def _judge(gate: Gate, ratios: dict[str, Estimate]) -> tuple[str, str]:
    text = f"{gate.limit:g} of {gate.peer}"
    if gate.peer == BEST and ratios:
        # the best peer is the one that the contender looks worst against
        return text, verdict(max(ratios.values(), key=lambda found: found.value), gate.limit)
    found = ratios.get(gate.peer)
    return text, "no peer" if found is None else verdict(found, gate.limit)


def import_line(times: Sequence[float], limit: float) -> Line:
    """Hold the time of `import nx` against its gate, which is no ratio."""
    found = median(times)
    text = f"{seconds(found.value)} [{seconds(found.low)}, {seconds(found.high)}]"
    return Line("import nx", "nx", text, {}, seconds(limit), verdict(found, limit))


def is_contender(framework: str) -> bool:
    """Tell ours from the peers."""
    return framework.partition(":")[0] == "nx"


def seconds(time: float) -> str:
    """Spell a time with three digits and a unit."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if time * scale >= 1.0:
            return f"{time * scale:.3g} {unit}"
    return f"{time * 1e9:.3g} ns"


def table(found: Iterable[Line], peers: Sequence[str]) -> str:
    """Lay out the lines as a Markdown table that is readable as it is."""
    head = ["workload", "contender", "time", *(f"/ {peer}" for peer in peers), "gate", ""]
    rows = [head]
    for line in found:
        cells = [_cell(line.ratios.get(peer)) for peer in peers]
        rows.append([line.workload, line.contender, line.time, *cells, line.gate, line.verdict])
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(n) for cell, n in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def _cell(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    value, low, high = (f"{x:.2f}" if x >= 0.1 else f"{x:.2g}" for x in estimate)
    return f"{value} [{low}, {high}]"


def summary(found: Iterable[Line]) -> str:
    """Name the gates that fail, and count the others."""
    judged = [line for line in found if line.gate]
    named = {
        kind: [f"{line.workload} on {line.contender}" for line in judged if line.verdict == kind]
        for kind in ("FAILS", "unclear", "no peer")
    }
    parts = [f"Gates: {sum(line.verdict == 'holds' for line in judged)} of {len(judged)} hold."]
    for kind, meaning in (
        ("FAILS", "Failing"),
        ("unclear", "Unclear, the interval straddles the gate"),
        ("no peer", "Not judged, the peer isn't installed"),
    ):
        if named[kind]:
            parts.append(f"{meaning}: {', '.join(named[kind])}.")
    return "\n".join(parts)
