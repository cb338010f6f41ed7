"""Fixtures of the tests of backends: some registered by hand, some installed as plugins."""

import itertools
import os
import subprocess
import sys
import textwrap

import nx
import pytest
from nx.backends import API_VERSION, BackendSpec, _registry, _selection

NAMES = (f"toy{i}" for i in itertools.count())


@pytest.fixture
def register():
    """Register backends that are forgotten after the test; returns their names."""
    nx.backends.backends()  # discovers
    before = dict(_registry.REGISTRY.entries)

    def add(backend=None, **options):
        name = options.pop("name", None) or next(NAMES)
        if backend is not None:
            backend.name = name
        spec = {"api_version": API_VERSION, "probe": lambda: None, "load": lambda: backend}
        nx.register_backend(BackendSpec(name=name, **(spec | {"priority": -1} | options)))
        return name

    yield add
    _registry.REGISTRY.entries.clear()
    _registry.REGISTRY.entries.update(before)
    _selection._default_of_process.clear()


@pytest.fixture
def environment(tmp_path):
    """Make distributions with plugins, and run a program (or Python's arguments) among them."""

    def install(module, source, entry=None):
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{module}-2.5.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.1\nName: dist-{module}\nVersion: 2.5\n"
        )
        info.joinpath("entry_points.txt").write_text(
            f"[nx.backends]\n{entry or module} = {module}\n"
        )

    def run(program, *options, fails=False, **variables):
        env = {k: v for k, v in os.environ.items() if not k.startswith("NX_")}
        env |= {
            "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)]),
            **variables,
        }
        what = program if isinstance(program, list) else ["-c", textwrap.dedent(program)]
        done = subprocess.run(
            [sys.executable, "-W", "always", *options, *what],
            capture_output=True,
            text=True,
            env=env,
            check=False,
        )
        assert (done.returncode != 0) == fails, done.stderr
        return done

    run.install = install
    return run
