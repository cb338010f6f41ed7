"""What the documentation holds: every public name in one room, every docstring whole and run."""

import doctest
import inspect
import re
import runpy
import sys
import types
from pathlib import Path

import nx
import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted((DOCS / "api" / "nx").glob("*.md"))
SPACES = {space.__name__: space for space in (nx, nx.linalg, nx.fft, nx.random)}
ROOM = re.compile(r"^\.\. room:: (\S+)\n\n((?:   \S.*\n)+)", re.MULTILINE)
MODULE = re.compile(r"^\.\. automodule:: (nx\.\S+)$", re.MULTILINE)


def public():
    """Return the public functions, each once, under the first name it has."""
    found = {}
    for where, space in SPACES.items():
        for name in space.__all__:
            thing = getattr(space, name)
            if inspect.isfunction(thing):
                found.setdefault(thing, f"{where}.{name}")
    return {name: thing for thing, name in found.items()}


FUNCTIONS = public()
each_function = pytest.mark.parametrize("name", FUNCTIONS)


def sections(function):
    """Return the parts of a numpydoc docstring: lines by heading, those before any under ''."""
    lines = inspect.getdoc(function).split("\n")
    found, heading = {"": []}, ""
    for i, line in enumerate(lines):
        below = lines[i + 1] if i + 1 < len(lines) else ""
        if line and set(below) == {"-"} and len(below) == len(line):
            heading = line
            found[heading] = []
        elif set(line) != {"-"} or not heading:
            found[heading].append(line)
    return found


def rooms():
    """Return the pages on which each name is listed."""
    found = {}
    for page in PAGES:
        for module, lines in ROOM.findall(page.read_text()):
            for line in lines.splitlines():
                full = f"{module}.{line.partition('=')[0].strip()}"
                found.setdefault(full, []).append(page.name)
    return found


def test_every_public_name_is_in_one_room():
    listed = rooms()
    modules = {full for page in PAGES for full in MODULE.findall(page.read_text())}
    wanted = set()
    for where, space in SPACES.items():
        for name in space.__all__:
            full = f"{where}.{name}"
            if isinstance(getattr(space, name), types.ModuleType):
                assert full in modules or full in SPACES, f"{full} has no page"
            else:
                wanted.add(full)
    assert wanted - set(listed) == set(), "in no room of docs/api/nx"
    assert set(listed) - wanted == set(), "in a room, and not public"
    assert {name: pages for name, pages in listed.items() if len(pages) > 1} == {}


def test_every_page_is_in_the_contents():
    listed = re.findall(r"^nx/(\w+)$", (DOCS / "api" / "nx.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [page.stem for page in PAGES]


def test_a_second_name_is_one():
    for page in PAGES:
        for module, lines in ROOM.findall(page.read_text()):
            for line in lines.splitlines():
                name, _, other = (part.strip() for part in line.partition("="))
                if other:
                    place, _, attribute = other.rpartition(".")
                    own, theirs = (sys.modules[m] for m in (module, place))
                    assert getattr(own, name) is getattr(theirs, attribute), line


@each_function
def test_a_docstring_begins_with_one_sentence(name):
    head = sections(FUNCTIONS[name])[""]
    assert head[0].endswith("."), head[0]
    assert len(head) == 1 or head[1] == "", "a blank line after the summary"


@each_function
def test_a_docstring_names_the_parameters(name):
    found = []
    for line in sections(FUNCTIONS[name]).get("Parameters", []):
        if line and not line.startswith(" "):
            names, _, kind = line.partition(" : ")
            assert kind, f"{line}: what is it?"
            found += names.split(", ")
    signs = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = inspect.signature(FUNCTIONS[name]).parameters.values()
    assert found == [signs.get(p.kind, "") + p.name for p in parameters]


@each_function
def test_a_docstring_says_what_is_returned(name):
    function = FUNCTIONS[name]
    if inspect.signature(function).return_annotation not in (None, "None"):
        lines = sections(function).get("Returns", [])
        assert lines
        assert lines[0]


@each_function
def test_a_docstring_says_which_errors_are_its_own(name):
    """Those that its own body raises; the steps it is made of may raise more."""
    source = inspect.getsource(inspect.unwrap(FUNCTIONS[name]))
    body = source.split('"""', maxsplit=2)[-1]
    for error in re.findall(r"raise (\w+Error)\(", body):
        assert error in sections(FUNCTIONS[name]).get("Raises", []), error


@each_function
def test_the_examples_run(name, capsys):
    function = FUNCTIONS[name]
    finder = doctest.DocTestParser()
    test = finder.get_doctest(inspect.getdoc(function), {}, name, inspect.getfile(function), 0)
    assert test.examples, "no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    runner.run(test)
    assert runner.failures == 0, capsys.readouterr().out


def test_the_tables_name_everything():
    tables = runpy.run_path(str(DOCS / "tables.py"))
    primitives = sorted(p.name for p in nx.primitives.P)
    for page in ("primitives", "derivative_page"):
        text = tables[page]().partition("## What is refused")
        listed = re.findall(r"^\| `(\w+)` \|", (text[2].partition("\n## ")[2] or text[0]), re.M)
        assert sorted(listed) == primitives, page
    listed = re.findall(r"^\| \{py:func\}`(\w+) <\S+>` \|", tables["functions"](), re.M)
    assert sorted(listed) == sorted(
        name
        for space in SPACES.values()
        for name in space.__all__
        if inspect.isfunction(getattr(space, name))
    )


def test_the_tables_give_a_reason_for_each_refusal():
    tables = runpy.run_path(str(DOCS / "tables.py"))
    refused = re.findall(r"^\| `\w+` \| refused \| (.*) \|$", tables["derivative_page"](), re.M)
    assert refused
    assert all(refused)
