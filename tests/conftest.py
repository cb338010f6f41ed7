"""What every test here can use: seeded numbers. The choice of backend is nx.testing.plugin's."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)
