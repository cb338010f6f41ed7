"""The page "Rune and JAX", our side: every row of its tables is shown by code that runs.

The same page against JAX itself is in tests/against_jax.
"""

import ast
import re

import nx
import pytest
import rune
import rune_testing

from tests.translation import bound, code, section, sections

REFERENCE = {  # the sections of the document that the page translates, by what they are about
    "glance": "1.",
    "gradient": "2.1",
    "Value and gradient": "2.2",
    "Several arguments": "2.3",
    "Auxiliary results": "2.4",
    "Higher derivatives": "2.5",
    "vjp": "3.",
    "jvp": "4.",
    "Stopping": "5.",
    "vmap": "6.1",
    "Axes": "6.2",
    "With grad": "6.3",
    "Checking": "7.",
    "Debugging": "8.",
    "Control flow": "9.",
    "isn't there": "10.",
    "Cheat sheet": "12.",
}
WITHOUT_NAMES = ("language", "how derivatives are found", "compilation", "control flow")
WRITTEN_OTHERWISE = ("`add (mul x x) (sin x)`", "`neg x`", "`item [] (sum x)`", "`print_data x`")
OTHER_WORDS = {"nx", "rune_testing", "argnums", "has_aux", "device", "print"}


@pytest.fixture(scope="module")
def names():
    """Run our side of the whole page, and give the names it leaves."""
    found = {"__name__": "page"}
    nx.seed(0)
    for each in sections():
        exec(each.ours, found)
    return found


@pytest.mark.parametrize(("title", "number"), REFERENCE.items())
def test_every_section_is_translated(title, number):
    found = section(title) if title != "gradient" else section("A gradient")
    assert found.title.startswith(number)
    assert found.ours


def test_both_sides_bind_what_is_compared():
    for each in sections():
        if each.theirs and not each.title.startswith(("top", "7.")):
            assert each.shared(), each.title


def test_the_rows_at_a_glance_are_shown_one_by_one():
    glance = section("glance")
    shown = [line.partition("  # ")[2].partition(":")[0] for line in glance.ours.splitlines()]
    (rows,) = glance.tables
    assert len(rows) == 15
    assert [name for name in shown if name in {row[0] for row in rows}] == [r[0] for r in rows]


@pytest.mark.parametrize("row", section("glance").tables[0], ids=lambda row: row[0])
def test_what_the_rows_at_a_glance_name_is_there(row):
    """Names in the last column are rune's, nx's or a method; but for those said to be not yet."""
    names = re.findall(r"`([\w.]+)", row[3])
    assert names or row[0] in WITHOUT_NAMES
    for name in {*names} - OTHER_WORDS:
        spaces = (rune, rune_testing, nx, nx.Array)
        assert any(hasattr(space, re.sub(r"^(nx|x)\.", "", name)) for space in spaces), name


def test_the_axes_are_shown():
    axes = section("6.2")
    written = re.sub(r"\s", "", axes.ours)
    for row in axes.tables[0]:
        for spelling in re.findall(r"`((?:in|out)_axes=[^`]*)`", row[2]):
            assert re.sub(r"\s", "", spelling) in written, spelling


@pytest.mark.parametrize("row", section("isn't there").tables[0], ids=lambda row: row[0])
def test_what_is_not_there_is_not_there_and_has_an_answer(row):
    names = [n.rpartition(".")[2] for n in re.findall(r"`(jax\.[\w.]+)`", row[0])]
    assert names
    for name in names:
        with pytest.raises(AttributeError, match=rf"rune has no '{name}'.*\nhint: "):
            getattr(rune, name)
        yet = "not yet" in row[2]
        with pytest.raises(AttributeError) as caught:
            getattr(rune, name)
        assert (" yet\n" in str(caught.value)) == yet, name


@pytest.mark.parametrize("row", section("Cheat sheet").tables[0], ids=lambda row: row[0])
def test_the_cheat_sheet_runs(row, names, capsys):
    source = code(row[3])
    if source is None:
        assert row[3] == "not yet"
        assert row[0] in ("compilation", "accelerators")
        return
    assert eval(source, names) is not None  # what it gives, JAX's session compares


def test_the_cheat_sheet_says_what_its_names_are():
    sheet = section("Cheat sheet")
    assert len(sheet.tables[0]) == 22
    assert {"f", "h", "x", "y", "v", "batch"} <= bound(ast.parse(sheet.ours).body)


@pytest.mark.parametrize("row", section("From OCaml").tables[0], ids=lambda row: row[0])
def test_what_comes_from_ocaml_runs(row, names, capsys):
    result = eval(code(row[1]), names)
    assert result is not None or row[1] == "`print(x)`"
    assert row[0].strip("`").split()[0] in row[1] or row[0] in WRITTEN_OTHERWISE
