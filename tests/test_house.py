"""The rules of the house: what every package carries, and who may import whom."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
IMPORTS = {
    "nx-core": "nx",
    "nx-cbackend": "nx_cbackend",
    "rune": "rune",
    "rune-testing": "rune_testing",
}
ARROWS = {
    "nx": set(),
    "nx_cbackend": {"nx"},
    "rune": {"nx"},
    "rune_testing": {"nx", "rune"},
}
PRESENT = {
    folder: name for folder, name in IMPORTS.items() if (ROOT / "packages" / folder).exists()
}

each_package = pytest.mark.parametrize(("folder", "name"), PRESENT.items(), ids=PRESENT)


def project(folder):
    return tomllib.loads((ROOT / "packages" / folder / "pyproject.toml").read_text())["project"]


def sources(folder, *patterns):
    package = ROOT / "packages" / folder
    roots = [package / "src", package / "csrc"]
    return sorted(path for root in roots for each in patterns for path in root.rglob(each))


@each_package
def test_a_package_carries_what_it_needs(folder, name):
    package = ROOT / "packages" / folder
    assert (package / "README.md").read_text().startswith("# ")
    assert (package / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert (package / "src" / name / "py.typed").exists()
    assert project(folder)["license"] == "ISC"
    assert project(folder)["requires-python"] == ">=3.11"


def test_versions_move_together():
    assert len({project(folder)["version"] for folder in PRESENT}) == 1


@each_package
def test_siblings_are_pinned_exactly(folder, name):
    names = {project(each)["name"]: project(each)["version"] for each in PRESENT}
    for line in project(folder).get("dependencies", []):
        distribution = re.match(r"[\w.-]+", line).group()
        if distribution in names:
            assert line == f"{distribution}=={names[distribution]}"


def imported(path):
    """Return the top-level names that a file imports, anywhere in it."""
    tree = ast.parse(path.read_text())
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


@each_package
def test_imports_run_one_way(folder, name):
    forbidden = set(ARROWS) - ARROWS[name] - {name}
    for path in sources(folder, "*.py"):
        assert not imported(path) & forbidden, path.relative_to(ROOT)


def test_importing_nx_is_light():
    program = "import sys, nx; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    heavy = {"cffi", "_cffi_backend", "nx_cbackend", "optree", "rune", "rune_testing", "pytest"}
    assert not set(done.stdout.split()) & heavy


@each_package
def test_files_hold_one_idea(folder, name):
    for path in sources(folder, "*.py", "*.pyi", "*.c", "*.h"):
        if path.name == "__init__.py" or path.suffix == ".pyi":
            continue  # lists of names, as long as there are names
        limit = 500 if path.suffix in {".c", ".h"} else 400
        lines = path.read_text().count("\n")
        assert lines <= limit, f"{path.relative_to(ROOT)}: {lines} lines"


@each_package
def test_functions_are_short(folder, name):
    """Sixty lines from the first statement on; a docstring may be as long as it needs to be."""
    for path in sources(folder, "*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                lines = node.end_lineno - body[0].lineno + 1 if body else 0
                assert lines <= 60, f"{path.relative_to(ROOT)}: {node.name} has {lines} lines"


LEFTOVERS = re.compile(
    r"(?<![\w.~/-])/(?:work|root|home|Users|tmp)/\w"  # a path of somebody's machine
    r"|\bbreakpoint\(\)"
    r"|^(?:<{7}|>{7}) "
    r"|\b(?:TODO|FIXME)\b",
    flags=re.MULTILINE,
)


def test_nothing_is_left_behind():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    found = []
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if path == Path(__file__) or not path.exists():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {match.group()}" for match in LEFTOVERS.finditer(text)]
    assert not found


def test_every_change_fragment_is_of_a_known_kind():
    kinds = {"added", "changed", "deprecated", "removed", "fixed"}
    for path in (ROOT / "changelog.d").glob("*.md"):
        assert path.name == "README.md" or path.suffixes[-2].removeprefix(".") in kinds, path.name
