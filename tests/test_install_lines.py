"""The README's install lines, run as they stand, with strangers on the index.

An extra index offers every one of our names, in our version and in a higher
one; each stranger's package refuses to be imported.
"""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = {"nx-core": "nx", "nx-cbackend": "nx_cbackend", "nx-rune": "rune", "rune": "rune"}
PROGRAM = "import nx, rune; print(rune.grad(lambda x: x * x)(nx.asarray(3.0)).tolist())"

pytestmark = pytest.mark.slow


def install_blocks():
    """Return the shell blocks of the README's section on installing."""
    section = (ROOT / "README.md").read_text().partition("## Install\n")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```", section, flags=re.DOTALL | re.MULTILINE)


def offer(index, name, version, module):
    """Put a wheel that can't be imported on a simple index."""
    folder = index / name
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{module}/__init__.py", "raise ImportError('a stranger')\n")
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        wheel.writestr(f"{info}/METADATA", metadata)
        tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tags)
        wheel.writestr(f"{info}/RECORD", "")
    links = (f'<a href="{file.name}">{file.name}</a>' for file in sorted(folder.glob("*.whl")))
    (folder / "index.html").write_text("\n".join(links))


@pytest.fixture
def strangers(tmp_path, monkeypatch):
    """Give pip an index on which strangers hold our names."""
    index = tmp_path / "index"
    for name, module in NAMES.items():
        for version in ("0.1.0", "99.0"):
            offer(index, name, version, module)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", index.as_uri())
    monkeypatch.delenv("NX_BACKEND")  # a newcomer sets none


@pytest.fixture
def checkout(tmp_path):
    """Copy what an install needs, without anything a build left behind."""
    target = tmp_path / "checkout"
    left_behind = shutil.ignore_patterns("build", "dist", "*.egg-info", "*.so", "__pycache__")
    shutil.copytree(ROOT / "packages", target / "packages", ignore=left_behind)
    return target


def run(lines, checkout):
    script = f"set -e\n{lines}\n.venv/bin/python -c '{PROGRAM}'"
    done = subprocess.run(["bash", "-c", script], cwd=checkout, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "6.0"


def test_the_readme_has_the_three_ways():
    assert len(install_blocks()) == 3


def test_without_a_compiler(checkout, strangers):
    run(install_blocks()[0], checkout)


@pytest.mark.skipif(not shutil.which("cc"), reason="the C backend needs a compiler")
def test_with_the_c_backend_and_from_wheels(checkout, strangers):
    create = "python3 -m venv .venv\n"
    _, with_c, from_wheels = install_blocks()
    run(create + with_c, checkout)
    shutil.rmtree(checkout / ".venv")
    run(create + from_wheels, checkout)


def test_a_sibling_found_by_name_would_be_the_strangers(checkout, strangers, tmp_path):
    """Holds up the reason why the README names the files: if this fails, it needn't any more."""
    lines = """
        python3 -m venv .venv
        .venv/bin/pip wheel --no-deps --wheel-dir dist ./packages/nx-core
        .venv/bin/pip download --no-deps --find-links dist --dest found nx-core==0.1.0
    """
    subprocess.run(["bash", "-ec", lines], cwd=checkout, check=True, capture_output=True)
    (found,) = (checkout / "found").glob("*.whl")
    assert "a stranger" in zipfile.ZipFile(found).read("nx/__init__.py").decode()
