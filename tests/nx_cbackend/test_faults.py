"""Allocations that fail: MemoryError every time, nothing leaked, the next call right.

The extension is built once more for this, with NXC_FAULTS=1, plain and for one instruction set.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nx_cbackend.calls import Subject
from tests.nx_cbackend.faults import lib

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "packages" / "nx-cbackend"
NATIVES = sorted(Subject.named("c").backend.natives())


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What `faults.py` prints: by name, the failures tried and what went wrong."""
    pytest.importorskip("setuptools", reason="building needs setuptools, which isn't installed")
    copy = tmp_path_factory.mktemp("faults") / "copy"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.so", "build", "*.egg-info"))
    flags = {"NXC_FAULTS": "1", "NXC_BASELINE_ONLY": "1", "NXC_CFLAGS": "-O0", "NX_CPU": "baseline"}
    environ = {**os.environ, **flags}
    built = subprocess.run(
        [sys.executable, "setup.py", "-q", "build_ext", "--inplace"],
        cwd=copy,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    path = os.pathsep.join([str(copy / "src"), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.nx_cbackend.faults"],
        cwd=ROOT,
        env={**environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (failures, wrong) for name, failures, wrong in rows}


SHARING = {"detach"}
"""What gives its operand back, and so allocates nothing."""


@pytest.mark.parametrize("name", [*NATIVES, "nx", "bind"])
def test_every_allocation_may_fail(found, name):
    failures, wrong = found[name]
    assert wrong == []
    if name in SHARING:
        assert failures == 0
    else:
        assert failures > 0, "nothing was allocated"


def test_a_build_for_users_has_no_faults():
    with pytest.raises(AttributeError):
        lib.nxc_fault_arm(1)
