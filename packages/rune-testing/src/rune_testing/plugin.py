"""Fixtures for pytest: `assert_gradient`, and the tolerances it uses.

Ask for them in the ``conftest.py`` at the root of your tests, or with ``-p rune_testing.plugin``:

    pytest_plugins = ["rune_testing.plugin"]

There is no entry point: a plugin that loads itself would import nx into every run of pytest, before
your settings choose its backend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

import rune_testing
from rune_testing import TOLERANCES

__all__ = ["assert_gradient", "gradient_tolerances"]


@pytest.fixture(scope="session")
def gradient_tolerances() -> Mapping[Any, Any]:
    """Return the tolerances by dtype; define a fixture of this name to have others.

    What yours doesn't name stays as in `rune_testing.TOLERANCES`.
    """
    return TOLERANCES


@pytest.fixture
def assert_gradient(
    gradient_tolerances: Mapping[Any, Any],
) -> Callable[..., rune_testing.GradientCheckResult]:
    """Return `rune_testing.assert_gradient` with this suite's tolerances."""
    return partial(rune_testing.assert_gradient, tolerances=gradient_tolerances)
