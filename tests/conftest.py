"""What every test here can use: the choice of backend, and seeded numbers."""

import os

import numpy as np
import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--nx-backend",
        metavar="NAME",
        default="numpy",
        help="the nx backend that the suite runs on (default: numpy, whichever others are there)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    # Before the first test file imports nx; subprocesses inherit it too.
    os.environ["NX_BACKEND"] = config.getoption("--nx-backend")


def pytest_report_header(config):
    return f"nx backend: {config.getoption('--nx-backend')}"


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)
