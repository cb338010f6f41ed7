"""The build: what it says without a compiler, and what it leaves to the reader of the sources."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nx_cbackend import _c

PACKAGE = Path(__file__).parents[2] / "packages" / "nx-cbackend"
REMEDY = (
    "install GCC or Clang, with Python's headers (Debian: apt install gcc python3-dev; "
    "macOS: xcode-select --install), or go on without this package: nx runs on NumPy alone."
)


def build(tmp_path, compiler):
    pytest.importorskip("setuptools", reason="building needs setuptools, which isn't installed")
    copy = tmp_path / "copy"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.so", "build", "*.egg-info"))
    return subprocess.run(
        [sys.executable, "setup.py", "build_ext"],
        cwd=copy,
        env={**os.environ, "CC": compiler},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_compiler(tmp_path):
    done = build(tmp_path, "no-such-compiler")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"nx-cbackend: cannot build without a C compiler ('no-such-compiler'); {REMEDY}"
    )
    assert "Traceback" not in done.stderr


def test_a_compiler_that_fails(tmp_path):
    done = build(tmp_path, "false")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"nx-cbackend: cannot build with 'false' (its words stand above); {REMEDY}"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("path", sorted((PACKAGE / "csrc").glob("nxc_*")), ids=lambda p: p.name)
def test_each_source_says_what_it_owns(path):
    header = path.read_text().partition("*/")[0]
    assert header.startswith("/* ")
    assert re.search(r"^ \* Owns|see nxc_\w+\.c", header, flags=re.MULTILINE)


def test_the_extension_exports_nothing_but_its_init():
    library = ctypes.CDLL(_c.__file__)
    assert hasattr(library, "PyInit__c")
    for name in ("nxc_hand_over", "nxc_map", "nxc_buffer_new", "nxc_active"):
        assert not hasattr(library, name)


def test_it_is_built_for_every_python_from_3_11():
    assert _c.__file__.endswith(".abi3.so")
