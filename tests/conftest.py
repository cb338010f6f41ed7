"""What every test here can use: seeded numbers. The choice of backend is nx.testing.plugin's."""

import numpy as np
import pytest

TOGETHER = (
    "test_digits.py",
    "test_faults.py",
    "test_interrupts.py",
    "test_nox_arguments.py",
    "test_plugin.py",
    "test_run.py",
    "test_torch_backend.py",
    "test_tutorial.py",
    "test_types.py",
)
"""Files whose tests share what one of them makes: parallel runs keep each in one process."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.name in TOGETHER:
            item.add_marker(pytest.mark.xdist_group(item.path.name))


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)
