"""`python -m nx`: the listing of backends, the information, and the help."""

import json
import platform
from importlib.metadata import version

import numpy as np
import pytest

from tests.nx.toys import plugin

BACKENDS, INFO = ["-m", "nx", "backends"], ["-m", "nx", "info"]
BLOCK = {"NX_BLOCK_BACKENDS": "c"}


def records(environment, *options, **variables):
    done = environment([*BACKENDS, "--json"], *options, **(BLOCK | variables))
    return {record["name"]: record for record in json.loads(done.stdout)}


def test_the_listing_tells_all_there_is_to_know(environment):
    environment.install("shiny", plugin("shiny", priority=9))
    found = records(environment)
    assert found["shiny"] == {
        "name": "shiny",
        "distribution": "dist-shiny",
        "version": "2.5",
        "state": "loaded",
        "priority": 9,
        "reason": None,
        "default": True,
        "devices": ["shiny:cpu"],
        "primitives": found["shiny"]["primitives"],
    }
    assert found["numpy"]["distribution"] == "nx-core"
    assert found["numpy"]["devices"] == ["numpy:cpu"]
    assert found["numpy"]["default"] is False
    total = sum(found["numpy"]["primitives"].values())
    assert sum(found["shiny"]["primitives"].values()) == total
    assert found["shiny"]["primitives"].get("native", 0) <= 1  # to_device is always there


def test_the_listing_has_a_line_for_each(environment):
    environment.install("shiny", plugin("shiny", priority=9))
    environment.install("crash", "1 / 0")
    done = environment(BACKENDS, **BLOCK)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("  c ")]
    assert [line.split()[0] for line in lines] == ["numpy", "*", "crash", "*"]
    assert lines[1].startswith("* shiny      dist-shiny 2.5  loaded  shiny:cpu  ")
    assert "dist-crash 2.5  unusable: its plugin failed to import: ZeroDivisionError(" in lines[2]
    assert lines[3] == "* is the default"


def test_several_devices_are_listed_in_order(environment):
    tail = """
        class Many(Good):
            device_kinds = ("cpu", "card")
            def device_count(self, kind):
                return {"cpu": 1, "card": 2}[kind]

        @hookimpl
        def nx_backends():
            return [spec(load=Many)]
        """
    environment.install("many", plugin("many", tail))
    assert records(environment)["many"]["devices"] == ["many:cpu", "many:card", "many:card:1"]


def test_a_backend_that_does_not_load_is_told_of(environment):
    tail = "@hookimpl\ndef nx_backends():\n    return [spec(load=lambda: 3)]"
    environment.install("broken", plugin("broken", tail))
    record = records(environment)["broken"]
    assert record["state"] == "unusable"
    assert "its loader returned int, no Backend" in record["reason"]
    assert (record["devices"], record["primitives"]) == ([], {})


def test_the_listing_survives_a_default_that_is_not_there(environment):
    found = records(environment, NX_BACKEND="nothing")
    assert [name for name, record in found.items() if record["default"]] == []


@pytest.mark.parametrize("command", [BACKENDS, [*BACKENDS, "--json"]])
def test_strict_plugins_fail_the_listing(environment, command):
    environment.install("crash", "1 / 0")
    done = environment(command, fails=True, NX_STRICT_PLUGINS="1", **BLOCK)
    assert done.stdout == ""
    assert done.stderr.startswith("nx: cannot use the backend 'crash' of dist-crash (its plugin")
    assert len(done.stderr.splitlines()) == 2


def test_the_information(environment):
    done = environment([*INFO, "--json"], NX_CHECK="1", **BLOCK)
    told = json.loads(done.stdout)
    assert told["dependencies"]["numpy"] == np.__version__
    assert told["dependencies"]["pluggy"] == version("pluggy")
    assert sorted(told["packages"]) == ["nx-cbackend", "nx-core", "nx-rune", "nx-rune-testing"]
    assert told["packages"]["nx-core"] == version("nx-core")
    assert told["python"] == f"CPython {platform.python_version()}"
    assert told["platform"] == platform.platform()
    assert told["default"] == {
        "device": "numpy:cpu",
        "reason": None,
        "chosen_by": "the highest priority of those that load",
    }
    assert told["dtypes"]["real floating"] == "float32"
    assert told["cores"] >= 1
    environment_of_nx = {k: v for k, v in told["environment"].items() if k.startswith("NX_")}
    assert environment_of_nx == {"NX_CHECK": "1", "NX_BLOCK_BACKENDS": "c"}


def test_the_information_in_lines(environment):
    lines = environment(INFO, NX_BACKEND="numpy").stdout.splitlines()
    assert "default device   numpy:cpu (chosen by NX_BACKEND)" in lines
    assert "$NX_BACKEND      numpy" in lines
    assert f"numpy            {np.__version__}" in lines
    lines = environment(INFO, NX_BACKEND="nothing").stdout.splitlines()
    problem = "nx: cannot use the backend 'nothing' (there is none of that name)"
    assert f"default device   none: {problem} (chosen by NX_BACKEND)" in lines


def test_without_a_command_there_is_help(environment):
    for arguments in (["-m", "nx"], ["-m", "nx", "--help"]):
        done = environment(arguments)
        assert "usage: python -m nx" in done.stdout
        for name in ("backends", "info"):
            assert f"\n    {name} " in done.stdout
    assert "--json" in environment([*INFO, "--help"]).stdout


def test_an_unknown_command_is_refused(environment):
    done = environment(["-m", "nx", "backend"], fails=True)
    assert "invalid choice: 'backend'" in done.stderr


def test_it_needs_nothing_that_an_array_does_not_need(environment):
    program = "import sys; sys.argv[1:] = ['info']; import nx.__main__ as m; m.main()"
    done = environment(f"{program}; print('rune' in sys.modules, 'cffi' in sys.modules)", **BLOCK)
    assert done.stdout.splitlines()[-1] == "False False"
