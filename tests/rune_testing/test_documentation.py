"""Every public name stands on the reference page, and says what it is with an example that runs."""

import doctest
import inspect
import re
from pathlib import Path

import pytest
import rune_testing

PAGE = Path(__file__).parents[2] / "docs" / "api" / "rune_testing.md"
CALLABLES = [name for name in rune_testing.__all__ if callable(getattr(rune_testing, name))]


def test_every_public_name_is_on_the_page_once():
    text = PAGE.read_text()
    rooms = re.findall(r"^\.\. room:: rune_testing\n\n((?:   \S.*\n)+)", text, re.MULTILINE)
    listed = [line.strip() for room in rooms for line in room.splitlines()]
    listed += re.findall(r"^\.\. autodata:: rune_testing\.(\w+)$", text, re.MULTILINE)
    assert sorted(listed) == sorted(rune_testing.__all__)


@pytest.mark.parametrize("name", CALLABLES)
def test_the_examples_run(name, capsys):
    thing = getattr(rune_testing, name)
    text = inspect.getdoc(thing)
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    assert test.examples, "no example"
    doctest.DocTestRunner(verbose=False).run(test)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["finite_diff", "check_gradient"])
def test_the_parameters_are_those_of_the_signature(name):
    function = getattr(rune_testing, name)
    section = inspect.getdoc(function).split("Parameters\n----------\n")[1].split("\n\n")[0]
    named = re.findall(r"^([\w, ]+) : ", section, re.MULTILINE)
    assert ", ".join(named).split(", ") == list(inspect.signature(function).parameters)
