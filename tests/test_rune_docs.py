"""The documentation of rune: each public name once on its page, each docstring's example run."""

import doctest
import inspect
import re
from pathlib import Path

import pytest
import rune

DOCS = Path(__file__).parents[1] / "docs"
ROOM = re.compile(r"^\.\. room:: rune\n\n((?:   \S.*\n)+)", re.MULTILINE)
FUNCTIONS = [name for name in rune.__all__ if inspect.isfunction(getattr(rune, name))]


def lines():
    """Return the lines of all rooms, each a name or ``name = rune.other``."""
    text = (DOCS / "api" / "rune.md").read_text()
    return [line.strip() for room in ROOM.findall(text) for line in room.splitlines()]


def test_every_public_name_stands_once_on_the_page():
    assert sorted(line.partition(" ")[0] for line in lines()) == sorted(rune.__all__)


def test_a_second_name_is_one():
    second = [line.split(" = rune.") for line in lines() if " = " in line]
    assert second == [["stop_gradient", "detach"]]
    for name, other in second:
        assert getattr(rune, name) is getattr(rune, other)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_examples_of_a_docstring_run(name, capsys):
    function = getattr(rune, name)
    parser = doctest.DocTestParser()
    test = parser.get_doctest(inspect.getdoc(function), {}, name, inspect.getfile(function), 0)
    assert test.examples, "no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    runner.run(test)
    assert runner.failures == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_docstring_tells_what_comes_back(name):
    text = inspect.getdoc(getattr(rune, name))
    head, _, rest = text.partition("\n")
    assert head.endswith(".")
    assert "\nReturns\n-------\n" in rest or name == "register_tree"


def test_every_page_of_the_guide_is_in_the_contents():
    listed = re.findall(r"^guide/([\w-]+)$", (DOCS / "index.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(page.stem for page in (DOCS / "guide").glob("*.md"))


@pytest.mark.parametrize("page", sorted((DOCS / "guide").glob("*.md")), ids=lambda p: p.stem)
def test_a_page_of_the_guide_shows_what_it_says(page):
    text = page.read_text()
    assert text.startswith("# ")
    assert ">>> " in text
