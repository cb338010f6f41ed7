"""Comparison with JAX itself, run by `nox -s jax`: skipped, with one reason, where JAX is missing.

The plain suite does not collect this folder; naming it on the command line does.
"""

import os

import pytest

os.environ["JAX_ENABLE_X64"] = "1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
REASON = "JAX is not installed: `nox -s jax` installs it and runs these"


def pytest_ignore_collect(collection_path, config):
    asked = [os.path.realpath(a.split("::")[0]) for a in config.invocation_params.args]
    here = os.path.dirname(os.path.realpath(__file__))
    return None if any(a.startswith(here) for a in asked) else True


@pytest.fixture(scope="session", autouse=True)
def jax():
    return pytest.importorskip("jax", reason=REASON)


@pytest.fixture
def quick(jax):
    """Compile without optimising: what runs once takes longer to compile than to run."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)
