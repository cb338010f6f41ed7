"""The benchmark harness: its statistics, its verdicts, and one quick run of it all."""

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import nx
import pytest

from tests.scripts import imported

FOLDER = Path(__file__).parents[2] / "benchmarks"
THERE = [row["name"] for row in nx.backends.backends() if row["state"] != "unusable"]
NAMES = ("intervals", "report", "gates", "rounds", "workloads", "checks", "inputs")


@pytest.fixture(scope="module")
def modules():
    with imported(FOLDER, *NAMES) as found:
        yield dict(zip(NAMES, found, strict=True))


@pytest.fixture
def tiny(modules, monkeypatch):
    monkeypatch.setattr(modules["inputs"], "CAP", 16)


@pytest.fixture
def found(modules):
    """Make what was found of times, and of errors in ULP."""

    def make(ulps=None, **seconds):
        return {
            job.replace("_", ":"): modules["rounds"].Found(
                [time] * 5 if isinstance(time, float) else time, ulps=(ulps or {}).get(job)
            )
            for job, time in seconds.items()
        }

    return make


# Statistics -------------------------------------------------------------------


def test_a_disturbance_that_reaches_both_sides_leaves_the_ratio_alone(modules):
    peer = np.linspace(1.0, 9.0, 15)
    estimate = modules["intervals"].ratio(2.0 * peer, peer)
    assert estimate.value == estimate.low == estimate.high == pytest.approx(2.0)


def test_an_interval_holds_the_ratio_about_as_often_as_it_says(modules, rng):
    intervals = []
    for _ in range(100):
        ours, peers = rng.lognormal(0.0, 0.1, (2, 21))
        intervals.append(modules["intervals"].ratio(0.5 * ours, peers))
    assert all(each.low <= each.value <= each.high for each in intervals)
    assert 88 <= sum(each.low < 0.5 < each.high for each in intervals) <= 100


def test_a_peer_of_few_rounds_is_held_against_the_same_rounds(modules):
    assert modules["intervals"].ratio([1.0, 2.0, 4.0, 80.0, 90.0], [2.0, 4.0, 8.0]).high == 0.5


def test_distant_peers_sit_out_unless_a_gate_names_them(modules):
    taken = {"rune": 90.0, "numpy": 10.0, "torch": 1.0, "jax": 4.0, "mlx": 4.1}
    assert modules["rounds"]._near(taken, {"numpy"}) == {"rune", "numpy", "torch", "jax"}


# Verdicts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.7, 0.9, "holds"), (0.7, 0.91, "unclear"), (0.9, 1.0, "unclear"), (0.91, 1.0, "FAILS")],
)
def test_a_gate_fails_when_the_whole_interval_lies_above_it(modules, low, high, said):
    estimate = modules["intervals"].Estimate(0.8, low, high)
    assert modules["report"].verdict(estimate, 0.9) == said


@pytest.mark.parametrize(("limit", "said"), [(1.4, "FAILS"), (1.6, "holds")])
def test_the_best_peer_is_the_quickest_of_the_four(modules, found, limit, said):
    gate = modules["gates"].Gate("w", "rune", limit)
    row = found(rune=1.5, rune_numpy=0.2, numpy=2.0, torch_jit=1.0, torch=1.2, numexpr=0.1)
    (line,) = modules["report"].gate_lines([gate], {"w": row})
    assert (line.verdict, line.gate, line.against) == (said, f"{limit} of best", "torch:jit")


def test_the_ratios_are_shown_with_the_compiled_peers_and_without(modules, found):
    row = found(rune=1.5, numpy=2.0, torch_jit=1.0, torch=1.2)
    (workload, *_) = modules["workloads"].WORKLOADS
    report = modules["report"]
    shown = report.ratios_table([workload], {workload.name: row}, {}).splitlines()[-1]
    cells = [cell.strip() for cell in shown.strip("|").split("|")]
    assert cells[4:] == ["torch", "1.25 [1.25, 1.25]", "torch:jit", "1.50 [1.50, 1.50]"]


def test_an_inaccurate_peer_is_no_bar_and_is_named(modules, found):
    row = found({"jax": 2.01, "numpy": 2.0}, rune=1.5, numpy=2.0, jax=1.0)
    report = modules["report"]
    assert report.barred(row) == ["jax"]
    (line,) = report.gate_lines([modules["gates"].Gate("w", "rune", 1.0)], {"w": row})
    assert (line.against, line.verdict) == ("numpy", "holds")
    assert "**2.01**" in report.ulps_table({"w": row}, ["numpy", "jax"])


def test_a_result_that_is_not_a_number_is_no_bar(modules, found):
    assert modules["report"].barred(found({"jax": math.nan}, rune=1.0, jax=1.0)) == ["jax"]


def test_a_gate_without_its_peer_is_not_judged(modules, found):
    report = modules["report"]
    gate = modules["gates"].Gate("w", "rune", 0.5, "torch")
    lines = report.gate_lines([gate], {"w": found(rune=1.0)})
    assert [line.verdict for line in lines] == ["no peer"]
    assert report.summary(lines) == (
        "Gates: 0 of 1 hold.\nNot judged, what it is held against wasn't timed: w on rune."
    )


def test_a_workload_that_breaks_fails_its_gate(modules, found):
    row = found(rune=[], numpy=1.0)
    row["rune"].error = "ValueError: no"
    (line,) = modules["report"].gate_lines([modules["gates"].Gate("w", "rune", 2.0)], {"w": row})
    assert line.verdict == "FAILS"


@pytest.mark.parametrize(("limit", "said"), [(1.9, "FAILS"), (2.1, "holds")])
def test_a_gate_beside_another_workload(modules, found, limit, said):
    row = found(rune=2.0, numpy=9.0) | {"rune other": found(x=1.0)["x"]}
    gate = modules["gates"].Gate("w", "rune", limit, "other")
    (line,) = modules["report"].gate_lines([gate], {"w": row})
    assert (line.ratio, line.verdict) == ("2.00 [2.00, 2.00]", said)


@pytest.mark.parametrize(("ours", "said"), [(9.9, "holds"), (10.1, "FAILS")])
def test_the_cost_of_transformations_is_held_against_numpys_additions(modules, found, ours, said):
    gate = modules["gates"].cost("w", 4.37)  # ten times the addition
    (line,) = modules["report"].gate_lines([gate], {"w": found(rune_numpy=ours, numpy=1.0)})
    assert (line.gate, line.verdict) == ("10 of numpy", said)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ([0.8, 0.8, 2.0], "holds"),
        ([0.8, 0.9, 0.9], "FAILS"),
        ([0.8, [0.8, 0.9, 0.8, 0.9], 2.0], "unclear"),
        ([0.8, 0.8], "holds"),
        ([0.8, 2.0], "no peer"),
        ([2.0, 2.0], "FAILS"),
        ([], None),
    ],
)
def test_a_share_of_the_workloads_below_a_limit(modules, found, times, said):
    share = modules["gates"].Share(("a", "b", "c"), "rune", 0.85, 2 / 3)
    results = {
        name: found(rune=ours, numpy=1.0 if isinstance(ours, float) else [1.0] * len(ours))
        for name, ours in zip("abc", times, strict=False)
    }
    line = modules["report"].share_line(share, results)
    assert (line and line.verdict) == said


def test_every_gate_names_a_workload_and_a_peer_that_has_it(modules):
    gates, names = modules["gates"], modules["workloads"].NAMES
    assert {gate.workload for gate in gates.GATES} | set(gates.LARGE) <= set(names)
    pairs = [(gate.workload, gate.contender) for gate in gates.GATES]
    assert len(set(pairs)) == len(pairs)
    with imported(FOLDER, "frameworks.on_numpy") as (of_numpy,):
        for gate in gates.GATES:
            assert gate.against in {gates.BEST, "torch", *names} or (
                gate.against == "numpy" and gate.workload in of_numpy.WORKLOADS
            )


# Results ----------------------------------------------------------------------


def test_results_differ_in_value_in_order_and_in_number(modules, rng):
    checks = modules["checks"]
    x = rng.standard_normal(1000).astype(np.float32)
    same, other = checks.fingerprint("w", [x]), x.copy()
    assert checks.differs(checks.fingerprint("w", [x * (1 + 1e-6)]), same) == ""
    assert checks.differs(checks.fingerprint("w", [x[::-1]]), same).startswith("array 0 is off by")
    other[np.argmax(abs(x))] = np.nan
    said = checks.differs(checks.fingerprint("w", [other]), same)
    assert said == "array 0 is off by nan of its size"
    assert checks.differs(checks.fingerprint("w", [x, x]), same) == "2 arrays, not 1"
    assert checks.differs(checks.fingerprint("w", [x[:10]]), same) == "array 0 has another size"


def test_signs_of_singular_vectors_make_no_difference(modules, rng):
    checks = modules["checks"]
    u, s, vh = np.linalg.svd(rng.standard_normal((6, 6)))
    flipped = checks.fingerprint("svd_256", [-u, s, -vh])
    assert checks.differs(flipped, checks.fingerprint("svd_256", [u, s, vh])) == ""
    wrong = checks.fingerprint("svd_256", [-u, s, vh])
    assert checks.differs(wrong, checks.fingerprint("svd_256", [u, s, vh])) != ""


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("workload", ["exp_4m", "sin_4m"])
def test_errors_are_counted_in_units_of_the_last_place(modules, workload):
    checks = modules["checks"]
    (x,) = modules["inputs"].inputs(workload)
    exact = checks.ELEMENTWISE[workload](x.astype(np.float64)).astype(np.float32)
    assert checks.ulps(workload, exact) <= 0.5
    exact[3] = np.nextafter(np.nextafter(np.nextafter(exact[3], 9), 9), 9)
    assert 2.5 <= checks.ulps(workload, exact) <= 3.5


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("backend", THERE)
def test_every_workload_of_ours_runs_or_is_skipped_with_a_reason(modules, backend):
    checks, workloads = modules["checks"], modules["workloads"]
    with (
        imported(FOLDER, "frameworks.on_rune", "frameworks.on_numpy") as (ours, numpys),
        nx.use_backend(backend),
    ):
        assert set(ours.WORKLOADS) | set(ours.SKIP) == set(workloads.NAMES)
        assert all(ours.SKIP.values())
        assert set(numpys.WORKLOADS) | set(numpys.SKIP) >= set(workloads.NAMES) - {
            "lanes_if",
            "lanes_where",
        }
        for row in workloads.WORKLOADS:
            if row.name not in ours.WORKLOADS:
                continue
            results = [
                checks.fingerprint(row.name, [module.to_numpy(x) for x in checks.leaves(result)])
                for module in (ours, numpys)
                if row.name in module.WORKLOADS
                and (result := module.WORKLOADS[row.name]()()) is not None
            ]
            assert results, row.name
            if row.compared and len(results) == 2:
                assert checks.differs(*results) == "", row.name


@pytest.mark.parametrize("name", ["torch", "jax", "mlx", "autograd", "numexpr"])
def test_every_peer_has_or_skips_every_workload(modules, name):
    with imported(FOLDER, "frameworks"):
        try:
            module = importlib.import_module(f"frameworks.on_{name}")
        except ModuleNotFoundError as reason:
            pytest.skip(str(reason))
        known = {row.name for row in modules["workloads"].WORKLOADS if row.group != "costs"}
        assert set(module.WORKLOADS) <= known
        assert set(module.SKIP) <= known


# The whole --------------------------------------------------------------------


def test_a_worker_that_dies_says_so(modules):
    rounds = modules["rounds"]
    process = rounds.Process("numpy")
    try:
        with process.awake():
            assert process.ask("prepare", "add_small", 1e-4, True)["calls"] >= 1
            process.process.kill()
            with pytest.raises(rounds.UnavailableError, match=r"^its process ended with status -9"):
                process.ask("sample", "add_small", 1)
        found = rounds.measure(["add_small"], [process], 3, 1e-4)
        assert found["numpy"].error.startswith("its process ended")
        assert not found["numpy"].seconds
    finally:
        process.close()


def run(folder, *options):
    command = [sys.executable, str(FOLDER / "run.py"), *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_run_prints_its_tables_and_says_what_it_leaves_out(tmp_path):
    ours = ["rune" if name == "c" else f"rune:{name}" for name in THERE]
    frameworks = ",".join([*ours, "numpy", "rune:nonesuch", "nonesuch"])
    quick = ("--tiny", "--check", "--json", "samples.json")
    wanted = ("--workloads", "add_small,exp_4m,gelu_chain_4m_jit,lanes_if")
    done = run(tmp_path, "--frameworks", frameworks, *quick, *wanted)
    assert done.returncode == 0, done.stderr
    tables = done.stdout.split("\n## ")
    titles = [table.partition("\n")[0] for table in tables[1:]]
    groups = ("overhead", "kernels", "transforms", "costs")
    assert titles == [
        *(f"{group}: {what}" for group in groups for what in ("times", "ratios")),
        "Largest errors of elementwise results, in ULP",
        "Left out",
    ]
    rows = [line.split("|")[1:3] for line in tables[2].splitlines() if line.startswith("| add")]
    assert [[cell.strip() for cell in row] for row in rows] == [["add_small", x] for x in ours]
    assert "no jit yet (gelu_chain_4m_jit)" in done.stdout
    assert "Results that differ:\nnone." in done.stdout
    assert "rune:nonesuch is left out: BackendError: nx: cannot use the backend 'nonesuch'" in (
        done.stderr
    )
    assert "nonesuch is left out: ModuleNotFoundError" in done.stderr
    results = json.loads((tmp_path / "samples.json").read_text())["results"]
    times = [each["seconds"] for row in results.values() for each in row.values()]
    assert {len(rounds) for rounds in times} == {3}
    assert all(time > 0 for rounds in times for time in rounds)


@pytest.mark.parametrize(
    ("seconds", "status", "last"),
    [(1.0, 1, "Failing: import nx on nx."), (0.01, 0, "Gates: 1 of 1 hold.")],
)
def test_a_failing_gate_shows_in_the_exit_status_and_in_the_last_line(
    modules, monkeypatch, capsys, seconds, status, last
):
    options = ["--frameworks", "numpy", "--workloads", "import", "--rounds", "3"]
    with imported(FOLDER, "run") as (script,):
        monkeypatch.setattr(script, "measure_import", lambda rounds: [seconds] * rounds)
        assert script.main(options) == status
    assert capsys.readouterr().out.splitlines()[-1] == last
