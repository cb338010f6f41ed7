"""The backend of docs/guide/write-a-backend.md, as somebody else would have it.

Its files are taken out of the page, built into a distribution, and installed beside nx's wheels in
an environment of their own; there the contract kit certifies it and the demo's network learns.
"""

import json
import os
import re
import subprocess
import sys
import textwrap
import venv
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guide" / "write-a-backend.md"
PACKAGES = {"nx_core": ROOT / "packages" / "nx-core", "nx_rune": ROOT / "packages" / "rune"}
BACKEND = "src/nx_parallel/_backend.py"


def files_of_the_page():
    """Return the files whose names the code blocks begin with, of their blocks in order."""
    blocks = re.findall(r"(?ms)^```(?:python|toml)\n(.*?)^```", PAGE.read_text())
    parts = defaultdict(list)
    for block in blocks:
        if found := re.match(r"# ([\w./]+\.\w+)(?:, continued)?\n", block):
            parts[found[1]].append(block[found.end() :])
    return {name: "\n\n".join(texts) for name, texts in parts.items()}


def test_the_page_holds_a_distribution_and_a_backend_of_less_than_a_hundred_lines():
    files = files_of_the_page()
    assert sorted(files) == [
        "pyproject.toml",
        "src/nx_parallel/__init__.py",
        BACKEND,
        "src/nx_parallel/_plugin.py",
    ]
    code = "".join(text for name, text in files.items() if name.endswith(".py"))
    assert len([line for line in code.splitlines() if line.strip()]) < 100


# From here on in an environment of its own ------------------------------------------------


def run(*command, **options):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NX_", "PYTHON"))}
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        env=environment | options.pop("env", {}),
        **options,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def built(name, folder):
    """Return the wheel that `nox -s wheels` has built of these very sources, or build one."""
    package = PACKAGES[name]
    sources = [path for path in package.rglob("*") if "__pycache__" not in path.parts]
    newest = max(path.stat().st_mtime for path in sources)
    found = list((ROOT / "dist").glob(f"{name}-*.whl"))
    if len(found) == 1 and found[0].stat().st_mtime > newest:
        return found[0]
    return wheel_of(package, folder)


def wheel_of(package, folder):
    before = set(folder.glob("*.whl"))
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, package)
    (wheel,) = set(folder.glob("*.whl")) - before
    return wheel


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Install the tutorial's distribution; the Python that has it."""
    folder = tmp_path_factory.mktemp("tutorial")
    project = folder / "nx-parallel"
    for name, text in files_of_the_page().items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    wheels = [*(built(name, folder) for name in PACKAGES), wheel_of(project, folder)]
    venv.create(folder / "venv", with_pip=True, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", *wheels, "pytest")
    return python


@pytest.mark.slow
def test_it_is_found_and_listed(python, tmp_path):
    listed = json.loads(run(python, "-m", "nx", "backends", "--json", cwd=tmp_path))
    records = {record["name"]: record for record in listed}
    assert sorted(records) == ["numpy", "parallel"]
    assert records["numpy"]["default"]
    ours = records["parallel"]
    assert (ours["distribution"], ours["version"]) == ("nx-parallel", "1.0")
    assert (ours["state"], ours["devices"], ours["reason"]) == ("loaded", ["parallel:cpu"], None)
    assert ours["primitives"]["native"] > 15
    assert "missing" not in ours["primitives"]


@pytest.mark.slow
def test_the_contract_kit_certifies_it_with_the_threads_at_work(python, tmp_path):
    kit = ("-p", "nx.testing.plugin", "--pyargs", "nx.testing", "--nx-backend", "parallel")
    told = run(
        *(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *kit),
        cwd=tmp_path,
        env={"NX_PARALLEL_BLOCK": "3"},
    )
    assert "contract of the nx backend 'parallel'" in told
    assert re.search(r"\b[1-9]\d* declared by the backend itself", told)
    assert "not certified" not in told


NETWORK = """
import sys
sys.path.insert(0, sys.argv[1])
import data, model, nx, optree

losses = {}
for backend in ("parallel", "numpy"):
    with nx.use_backend(backend):
        images, labels = data.split(data.load(), nx.random.key(0))[0]
        network = model.initialize(nx.random.key(1))
        velocity = optree.tree_map(nx.zeros_like, network)
        losses[backend] = []
        for i in range(12):
            part = slice(64 * i, 64 * (i + 1))
            batch = images[part], labels[part]
            network, velocity, loss = model.step(network, velocity, *batch, 0.1)
            assert loss.device.backend == backend
            losses[backend].append(float(loss))
ours, numpys = losses["parallel"], losses["numpy"]
assert ours[-1] < ours[0] / 2, ours
assert all(abs(x - y) < 1e-4 * y for x, y in zip(ours, numpys)), losses

"""


@pytest.mark.slow
def test_the_demos_network_learns_on_it_as_on_numpy(python, tmp_path):
    digits = ROOT / "examples" / "digits"
    run(python, "-c", NETWORK, digits, cwd=tmp_path, env={"NX_PARALLEL_BLOCK": "100"})


FORKED = """
import os, nx
x = nx.arange(1000, dtype=nx.float64, device="parallel")
before = nx.sum(nx.sin(x))
child = os.fork()
if not child:
    os._exit(float(nx.sum(nx.sin(x))) != float(before))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.slow
def test_it_works_in_a_forked_child(python, tmp_path):
    program = textwrap.dedent(FORKED)
    env = {"NX_PARALLEL_BLOCK": "100"}
    assert run(python, "-W", "ignore", "-c", program, cwd=tmp_path, env=env, timeout=60) == "0\n"
