"""Skips this folder, with one reason, where the package isn't installed.

Where it is installed and its extension is missing, the tests fail.
"""

from importlib.util import find_spec

import pytest

REASON = "nx-cbackend isn't installed: pip install ./packages/nx-core ./packages/nx-cbackend"


class Absent(pytest.Module):
    """A test file that can't be imported."""

    def collect(self):
        pytest.skip(REASON)


def pytest_pycollect_makemodule(module_path, parent):
    if find_spec("nx_cbackend") is None:
        return Absent.from_parent(parent, path=module_path)
    return None
