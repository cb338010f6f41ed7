"""Skips this folder, with one reason, where the package isn't installed.

Where it is installed and its extension is missing, the tests fail. Under the address sanitizer
(`nox -s sanitize`) some tests are left out, each with its reason.
"""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REASON = "nx-cbackend isn't installed: pip install ./packages/nx-core ./packages/nx-cbackend"


SLOW = "values of millions of numbers, whose memory other tests use alike"
OWN = "runs programs of its own, which the sanitizer has no part in"
SYSTEM = "measures memory as the system sees it, the sanitizer's included"
WITHOUT_ASAN = {
    "test_accuracy": SLOW,
    "test_build.py": OWN,
    "test_faults.py": OWN,
    "test_sanitized.py": OWN,
    "test_handovers.py": "runs the contract again, which the sanitizer watches already",
    "whole_suite_of_values": "runs the contract again, which the sanitizer watches already",
    "test_interrupts.py": "measures time",
    "test_a_forked_child_computes": "each of its 200 forks copies the sanitizer's shadow",
    "given_back": SYSTEM,
    "resident_size": SYSTEM,
    "before_memory_is_lacking": SYSTEM,
}
"""What isn't run under the address sanitizer: by part of a test's name, why."""


def pytest_collection_modifyitems(items):
    if "libasan" not in os.environ.get("LD_PRELOAD", ""):
        return
    for item in items:
        for part, reason in WITHOUT_ASAN.items():
            if item.path.parent == HERE and part in item.nodeid:
                item.add_marker(pytest.mark.skip(reason=reason))


class Absent(pytest.Module):
    """A test file that can't be imported."""

    def collect(self):
        pytest.skip(REASON)


def pytest_pycollect_makemodule(module_path, parent):
    if find_spec("nx_cbackend") is None:
        return Absent.from_parent(parent, path=module_path)
    return None
