"""The page "Rune and JAX", both sides: its snippets and cells of one row give the same."""

import numpy as np
import nx
import pytest

from tests.translation import code, section, sections

SECTIONS = [each for each in sections() if each.theirs]
SHEET = section("Cheat sheet").tables[0]
ONLY_RUN = ("gradient check", "printing")  # what they give isn't alike, and isn't meant to be
ALONE = ("constant block", "finite differences", "compilation", "accelerators")


def run(sources):
    found = {"__name__": "page"}
    for source in sources:
        exec(source, found)
        yield dict(found)


@pytest.fixture(scope="module")
def pages(jax):
    """Give the names of both sides after each section."""
    nx.seed(0)
    theirs = run(each.theirs for each in sections())
    ours = run(each.ours for each in sections())
    titles = [each.title for each in sections()]
    return dict(zip(titles, zip(theirs, ours, strict=True), strict=True))


def leaves(tree):
    if isinstance(tree, dict):
        return [x for name in sorted(tree) for x in leaves(tree[name])]
    if isinstance(tree, (list, tuple)):
        return [x for part in tree for x in leaves(part)]
    return [tree]


def assert_alike(ours, theirs):
    ours, theirs = leaves(ours), leaves(theirs)
    assert len(ours) == len(theirs)
    for x, y in zip(ours, theirs, strict=True):
        if isinstance(y, str):
            assert x == y
            continue
        x, y = np.asarray(x), np.asarray(y)
        assert x.shape == y.shape
        np.testing.assert_allclose(x, y, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("each", SECTIONS, ids=lambda each: each.title)
def test_what_both_snippets_bind_is_alike(each, pages):
    theirs, ours = pages[each.title]
    compared = 0
    for name in each.shared():
        if not callable(theirs[name]) and not callable(ours[name]):
            assert_alike(ours[name], theirs[name])
            compared += 1
    assert compared or each.title.startswith(("top", "7.", "12."))


@pytest.mark.parametrize("row", [r for r in SHEET if r[0] not in ALONE], ids=lambda row: row[0])
def test_a_row_of_the_cheat_sheet_is_alike(row, pages):
    theirs, ours = pages[section("Cheat sheet").title]
    expected, got = eval(code(row[1]), theirs), eval(code(row[3]), ours)
    if row[0] not in ONLY_RUN:
        assert_alike(got, expected)


@pytest.mark.parametrize("row", [r for r in SHEET if r[0] in ALONE], ids=lambda row: row[0])
def test_a_row_that_one_side_lacks(row, pages):
    source = code(row[1])
    if source is None:
        assert row[1] in ("(none)", "(by hand)")
    else:
        assert row[3] == "not yet"
        assert eval(source, pages[section("Cheat sheet").title][0]) is not None


def test_jax_does_not_branch_on_lanes(pages):
    theirs, _ = pages[section("Control flow").title]
    assert theirs["refusals"] == 2


def test_the_matters_to_watch_are_as_told(pages):
    theirs, ours = pages[section("What to watch").title]
    assert theirs["literals"] == ["float32", "int32"]
    theirs, ours = theirs["theirs"], ours["ours"]
    assert theirs["if in vmap"] == theirs["float in grad"] == "raises"
    assert_alike([ours["if in vmap"], ours["float in grad"]], [np.array([1.0, 2.0, 3.0]), 2.0])
    assert theirs["bad index"] == 3.0  # clamped
    assert not np.isfinite(theirs["singular matrix"]).any()
    assert ours["bad index"] == ours["singular matrix"] == "raises"
    assert theirs["leaked"] == ["raises", "raises"]
    assert_alike(ours["leaked"], [5.0, "raises"])
