"""The benchmark harness: its statistics, its verdicts, and one quick run of it all."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import nx
import pytest

from tests.scripts import imported

FOLDER = Path(__file__).parents[2] / "benchmarks"
THERE = [row["name"] for row in nx.backends.backends() if row["state"] != "unusable"]


@pytest.fixture(scope="module")
def modules():
    with imported(FOLDER, "intervals", "report", "workloads", "rounds") as found:
        yield found


def test_a_disturbance_that_reaches_both_sides_leaves_the_ratio_alone(modules):
    intervals = modules[0]
    peer = np.linspace(1.0, 9.0, 15)
    found = intervals.ratio(2.0 * peer, peer)
    assert found.value == found.low == found.high == pytest.approx(2.0)


def test_an_interval_holds_the_ratio_about_as_often_as_it_says(modules, rng):
    found = []
    for _ in range(100):
        ours, peers = rng.lognormal(0.0, 0.1, (2, 21))
        found.append(modules[0].ratio(0.5 * ours, peers))
    assert all(each.low <= each.value <= each.high for each in found)
    assert 88 <= sum(each.low < 0.5 < each.high for each in found) <= 100


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.7, 0.9, "holds"), (0.7, 0.91, "unclear"), (0.9, 1.0, "unclear"), (0.91, 1.0, "FAILS")],
)
def test_a_gate_fails_when_the_whole_interval_lies_above_it(modules, low, high, said):
    intervals, report = modules[:2]
    assert report.verdict(intervals.Estimate(0.8, low, high), 0.9) == said


def test_the_best_peer_is_the_quickest(modules):
    _, report, workloads, _ = modules
    slow, quick = [2.0] * 5, [1.0] * 5
    samples = {"nx:c": [1.5] * 5, "numpy": slow, "torch": quick}
    for limit, said in ((1.4, "FAILS"), (1.6, "holds")):
        gates = {"nx:c": workloads.Gate(limit, workloads.BEST)}
        (line,) = report.lines(workloads.Workload("w", "", gates), samples)
        assert (line.verdict, line.gate) == (said, f"{limit} of best")


def test_a_gate_without_its_peer_is_not_judged(modules):
    _, report, workloads, _ = modules
    gates = {"nx:c": workloads.Gate(0.5, "torch")}
    found = report.lines(workloads.Workload("w", "", gates), {"nx:c": [1.0] * 5})
    assert found[0].verdict == "no peer"
    assert report.summary(found) == (
        "Gates: 0 of 1 hold.\nNot judged, the peer isn't installed: w on nx:c."
    )


def test_a_gate_beside_another_workload(modules):
    _, report, workloads, _ = modules
    samples = {"nx:c": [2.0] * 5, "nx:c other": [1.0] * 5, "numpy": [1.0] * 5}
    for limit, said in ((1.9, "FAILS"), (2.1, "holds")):
        workload = workloads.Workload("w", "", {"nx:c": workloads.Gate(limit, "other")}, "other")
        (line,) = report.lines(workload, samples)
        assert line.gate == f"{limit} of other: 2.00 [2.00, 2.00]"
        assert line.verdict == said


def test_the_cost_of_transformations_is_held_against_numpys_additions(modules):
    _, report, workloads, _ = modules
    row = workloads.overhead("w", "", 4.37)  # ten times the addition
    for ours, said in ((9.9, "holds"), (10.1, "FAILS")):
        (line,) = report.lines(row, {"nx:numpy": [ours] * 5, "numpy": [1.0] * 5})
        assert (line.gate, line.verdict) == ("10 of numpy", said)


def test_every_workload_is_written_for_nx_and_a_peer(modules):
    names = {workload.name for workload in modules[2].WORKLOADS}
    with imported(FOLDER, "frameworks.on_nx", "frameworks.on_numpy") as (of_nx, of_numpy):
        assert set(of_nx.WORKLOADS) == names
        assert set(of_numpy.WORKLOADS) < names


def test_a_worker_that_dies_says_so(modules):
    rounds = modules[3]
    process = rounds.Process("numpy")
    try:
        with process.awake():
            assert process.ask("prepare", "add", 1e-4)["calls"] >= 1
            process.process.kill()
            with pytest.raises(rounds.UnavailableError, match=r"^its process ended with status -9"):
                process.ask("sample", "add", 1)
    finally:
        process.close()


def run(folder, *options):
    command = [sys.executable, str(FOLDER / "run.py"), *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_run_prints_one_table_and_says_what_it_leaves_out(modules, tmp_path):
    frameworks = ",".join([*(f"nx:{name}" for name in THERE), "numpy", "nx:nonesuch", "nonesuch"])
    quick = ("--rounds", "3", "--least", "0.0005", "--json", "samples.json")
    done = run(tmp_path, "--frameworks", frameworks, *quick)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1:-1] for line in done.stdout.splitlines() if line.startswith("|")]
    assert len({len(row) for row in rows}) == 1
    found = {(row[0].strip(), row[1].strip()) for row in rows[2:]}
    works = [workload.name for workload in modules[2].WORKLOADS]
    assert found == {(w, f"nx:{b}") for w in works for b in THERE} | {("import nx", "nx")}
    assert "Gates: " in done.stdout
    assert "nx:nonesuch is left out: BackendError: nx: cannot use the backend 'nonesuch'" in (
        done.stderr
    )
    assert "nonesuch is left out: ModuleNotFoundError" in done.stderr
    samples = json.loads((tmp_path / "samples.json").read_text())
    assert all(time > 0 for row in samples.values() for times in row.values() for time in times)
    assert {len(times) for row in samples.values() for times in row.values()} == {3}


def test_only_with_gate_does_a_failure_show_in_the_exit_status(modules, monkeypatch, capsys):
    with imported(FOLDER, "run") as (script,):
        monkeypatch.setattr(script, "IMPORT", 1e-6)
        options = ["--frameworks", "numpy", "--workloads", "import", "--rounds", "3"]
        assert script.main(options) == 0
        assert script.main([*options, "--gate"]) == 1
    assert "Failing: import nx on nx." in capsys.readouterr().out
