"""The plugin's fixtures, in test suites of their own."""

import subprocess
import sys

import pytest

TESTS = """
import nx, rune

def right(x):
    return nx.sum(x * x)

def test_right(assert_gradient):
    assert assert_gradient(right, nx.asarray([1.0, 2.0])).num_checked == 2

def test_settings(assert_gradient):
    assert assert_gradient(right, nx.asarray([1.0]), mode="both", order=2).num_checked == 6

def test_wrong(assert_gradient):
    assert_gradient(lambda x: nx.sum(x * rune.detach(x)), nx.asarray([1.0, 2.0]))

def test_forward_differences(assert_gradient):
    assert_gradient(right, nx.asarray([1.0]), method="forward", eps=1e-3)
"""

CONFTEST = 'pytest_plugins = ["rune_testing.plugin"]\n'

TIGHTER = """
import pytest
from rune_testing import Tolerance

@pytest.fixture(scope="session")
def gradient_tolerances():
    return {"float32": Tolerance(rtol=1e-4, atol=1e-4)}
"""


def outcomes(folder, conftest, *options):
    """Run the tests there; return the lines that name each outcome, and all that was printed."""
    (folder / "test_gradients.py").write_text(TESTS)
    (folder / "conftest.py").write_text(conftest)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    summary = [line.split(" - ")[0] for line in done.stdout.splitlines() if "py::test_" in line]
    return sorted(line.replace("test_gradients.py::", "") for line in summary), done.stdout


def test_the_fixture_asserts(tmp_path):
    found, text = outcomes(tmp_path, CONFTEST)
    assert found == [
        "FAILED test_wrong",
        "PASSED test_forward_differences",
        "PASSED test_right",
        "PASSED test_settings",
    ], text
    assert "AssertionError: failed: gradient of <lambda> at float32[2], reverse mode" in text
    assert "2 of 2 elements out of tolerance" in text
    assert "_checking.py" not in text, "the report ends in the user's line"


def test_a_suite_has_its_own_tolerances(tmp_path):
    found, text = outcomes(tmp_path, CONFTEST + TIGHTER, "-k", "forward or right")
    assert found == ["FAILED test_forward_differences", "PASSED test_right"], text
    assert "rtol=0.0001 atol=0.0001" in text


def test_the_plugin_can_be_named_on_the_command_line(tmp_path):
    found, text = outcomes(tmp_path, "", "-p", "rune_testing.plugin", "-k", "right")
    assert found == ["PASSED test_right"], text


def test_without_it_there_is_no_fixture(tmp_path):
    found, text = outcomes(tmp_path, "", "-k", "right")
    assert found == ["ERROR test_right"], text
    assert "fixture 'assert_gradient' not found" in text


@pytest.mark.parametrize("name", ["assert_gradient", "gradient_tolerances"])
def test_the_fixtures_describe_themselves(tmp_path, name):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "rune_testing.plugin", "--fixtures"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert f"\n{name}" in done.stdout
    assert "fixtures defined from rune_testing.plugin" in done.stdout
