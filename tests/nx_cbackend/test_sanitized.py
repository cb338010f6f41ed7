"""The pool and the memory by themselves, under many threads and the thread sanitizer."""

import os
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "packages" / "nx-cbackend" / "csrc"
STRESS = Path(__file__).with_name("stress.c")
COMPILER = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-Wall", "-Wextra", "-pthread"]


def build(target, *flags):
    """Compile the stress test, or say why that can't be done here."""
    if shutil.which(COMPILER) is None:
        pytest.skip(f"needs a C compiler ({COMPILER!r} isn't there)")
    sources = [str(STRESS), *(str(SOURCES / f"nxc_{name}.c") for name in ("pool", "memory"))]
    command = [COMPILER, *FLAGS, *flags, f"-I{SOURCES}", *sources, "-o", str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_many_threads_jobs_and_forks(tmp_path):
    """Without a sanitizer: the thread sanitizer doesn't follow forks of threaded processes."""
    built = build(tmp_path / "stress")
    assert built.returncode == 0, built.stderr
    done = run(tmp_path / "stress", "50")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_many_threads_under_a_sanitizer(tmp_path, sanitizer):
    empty = tmp_path / "empty.c"
    empty.write_text("int main(void) { return 0; }\n")
    flag = f"-fsanitize={sanitizer}"
    probe = subprocess.run(
        [COMPILER, flag, str(empty), "-o", str(tmp_path / "empty")],
        capture_output=True,
        check=False,
    )
    if probe.returncode != 0 or run(tmp_path / "empty").returncode != 0:
        pytest.skip(f"{COMPILER} has no {flag} here")
    built = build(tmp_path / "stress", flag, "-fno-sanitize-recover=all")
    assert built.returncode == 0, built.stderr
    done = run(tmp_path / "stress")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")
