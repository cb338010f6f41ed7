"""Install each built wheel into an environment of its own and try it there.

Run as `python smoke_wheels.py DIST`, with any Python that the packages allow.
Siblings are named by their files: an index that offers a sibling's name and
version would otherwise be preferred to the folder given by --find-links.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).parent

# Wheel: the siblings it needs, and a program that uses it.
TRIALS = {
    "nx_core": (
        [],
        """
import nx
x = nx.asarray([1.0, 2.0, 3.0])
assert float(nx.sum(x * x)) == 14
assert str(x.device) == "numpy:cpu"
""",
    ),
    "nx_cbackend": (["nx_core"], (HERE / "nx_cbackend" / "smoke.py").read_text()),
    "nx_rune": (
        ["nx_core"],
        """
import nx, rune
assert rune.grad(lambda x: nx.sum(x * x))(nx.asarray([1.0, 2.0])).tolist() == [2, 4]
""",
    ),
    "nx_rune_testing": (
        ["nx_core", "nx_rune"],
        """
import nx, rune_testing
x = nx.asarray([1.0, 2.0], dtype=nx.float64)
slopes = rune_testing.finite_diff(lambda x: nx.sum(x * x), x)
assert [round(slope, 6) for slope in slopes.tolist()] == [2, 4]
""",
    ),
}


def wheel(dist: Path, name: str) -> Path | None:
    """Return the one wheel of a distribution, or None; a second one is an error."""
    found = list(dist.glob(f"{name}-*.whl"))
    if len(found) > 1:
        sys.exit(f"{dist} holds several wheels of {name}")
    return found[0] if found else None


def try_alone(dist: Path, name: str) -> None:
    """Install a wheel with nothing but what it needs, and run its program."""
    needs, program = TRIALS[name]
    files = [str(wheel(dist, each)) for each in [name, *needs]]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True, symlinks=True)
        python = Path(folder, "bin", "python")
        install = ["-m", "pip", "install", "--quiet", "--find-links", str(dist), *files]
        subprocess.run([python, *install], check=True)
        subprocess.run([python, "-I", "-c", program], check=True, cwd=folder)


def main(dist: Path) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    for name in TRIALS:
        file = wheel(dist, name)
        if file is None and name == "nx_cbackend":
            print("left out, not built: nx_cbackend")
            continue
        if file is None:
            sys.exit(f"{dist} holds no wheel of {name}")
        if name == "nx_cbackend" and "-abi3-" not in file.name:
            sys.exit(f"{file.name} is not an abi3 wheel")
        try_alone(dist, name)
        print(f"Python {version}: {file.name} works alone", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
