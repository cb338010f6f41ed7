"""Nothing of the C backend is computed by NumPy, but for what is listed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nx.primitives import P
from nx_cbackend._handovers import HANDED_OVER

from tests.nx_cbackend.support import native

ROOT = Path(__file__).parents[2]


def kit(*options, **variables):
    """Run the contract kit with NumPy forbidden."""
    plugins = ("-p", "tests.nx_cbackend.no_numpy", "-p", "nx.testing.plugin", "-p", "no:xdist")
    kit_options = ("--pyargs", "nx.testing", "--nx-backend", "c", "-p", "no:cacheprovider")
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, *plugins, *kit_options, *options],
        env={**os.environ, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_list_and_the_extension_make_up_all_primitives():
    known = {p.name for p in P}
    computed = {*native.ELEMENTWISE, *native.FUNCTIONS}
    composites = {p.name for p in P if p.decomposition is not None}
    assert known >= HANDED_OVER
    assert not computed & HANDED_OVER
    assert known - computed - composites == HANDED_OVER


def test_the_kit_passes_without_numpy():
    done = kit()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("name", ["sin", "add", "gather", "sum", "cast"])
def test_what_is_missing_in_the_extension_is_noticed(name):
    done = kit("-x", "-k", name, WITHOUT=name)
    assert done.returncode == 1, done.stdout[-2000:]
    assert "NumpyUsedError" in done.stdout
