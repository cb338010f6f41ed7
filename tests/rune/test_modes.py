"""The page of modes: no blanks, and every status is what happens."""

import re
import runpy
import warnings
from pathlib import Path

import numpy as np
import nx
import pytest
import rune
from nx.primitives import P
from rune._derivatives import ROWS

from tests.cases import covering
from tests.rune.checks import Problem, several, weights

TABLES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "tables.py"))
PAGE = TABLES["modes"]()
LINE = re.compile(r"^\| `(\w+)` \| (.*) \| (.*) \| (.*) \| (.*) \|$", re.MULTILINE)
STATUS = {name: tuple(cells) for name, *cells in LINE.findall(PAGE)}
NAMES = [p.name for p in P]
COLLECTIVES = [p.name for p in ROWS if p.family == "collective"]


def test_every_primitive_has_one_row_without_blanks():
    assert [name for name, *_ in LINE.findall(PAGE)] == [
        *(p.name for p in in_order()),
        *COLLECTIVES,
    ]
    for name, cells in STATUS.items():
        assert all(cell.strip() for cell in cells), name
    for cells in STATUS.values():
        assert all(cell != "refused:" for cell in cells)


def in_order():
    families = list(dict.fromkeys(p.family for p in P))
    return sorted(P, key=lambda p: families.index(p.family))


def test_the_page_is_written_with_the_others(tmp_path):
    TABLES["write"](tmp_path)
    assert (tmp_path / "modes.md").read_text() == PAGE


# What happens -------------------------------------------------------------------------------------


def total_of(problem):
    """Return a real function of the case's inexact operands: its outputs, weighted."""
    outputs = problem.function(*problem.primals)
    us = [weights(problem.rng, nx.astype(y, floating(y))) for y in outputs]

    def total(*xs):
        found = nx.zeros((), dtype=nx.float64)
        for u, y in zip(us, problem.function(*xs), strict=True):
            product = u * nx.astype(y, floating(y))
            found = found + nx.sum(nx.real(product) if product.dtype.kind == "complex" else product)
        return found

    return total


def floating(y):
    return y.dtype if y.dtype.kind == "complex" else nx.float64


def gradients(total, xs):
    return rune.vjp_fun(total, *xs)[1](nx.asarray(1.0, dtype=nx.float64))


def tangents(total, xs):
    return rune.jvps(lambda xs: total(*xs), xs, [nx.sin(x) + 1 for x in xs])[1]


def twice(total, xs):
    def inner(xs):
        out, pullback = rune.vjp_fun(lambda *ys: total(*ys) ** 2, *xs)
        return pullback(nx.ones_like(out))

    return rune.jvps(inner, xs, [nx.sin(x) + 1 for x in xs])[1]


def is_zero(found):
    return all(not np.any(np.asarray(x)) for x in several(found))


def outcome(transform, problems):
    """Return what a transformation does with the cases of a primitive."""
    verdicts = set()
    for problem in problems:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                found = transform(total_of(problem), problem.primals)
        except nx.MissingRuleError:
            verdicts.add("refused")
        else:
            verdicts.add("zero" if is_zero(found) else "moves")
    return "refused" if "refused" in verdicts else "moves" if "moves" in verdicts else "zero"


def problems(primitive, order):
    """Return a primitive's cases with something to differentiate with respect to.

    Those that are differentiated so often in the table; any, if none is.
    """
    found = [
        (case, Problem(case, dtype))
        for case in covering(primitive)
        for dtype in ("float64", "complex128")
        if dtype in case.dtypes
    ]
    found = [(case, problem) for case, problem in found if problem.primals]
    smooth = [problem for case, problem in found if case.order >= order and case.differentiable]
    return smooth or [problem for _, problem in found]


def expected(status):
    if status.startswith("refused: "):
        return "refused"
    return "zero" if status == "zero" else "moves"


@pytest.mark.parametrize("name", NAMES)
def test_the_derivatives_are_what_the_page_says(name):
    primitive = getattr(P, name)
    reverse, forward, _, second = STATUS[name]
    found, again = problems(primitive, 1), problems(primitive, 2)
    if reverse == "no operand":
        assert primitive.family == "creation"
        return
    if not found:  # nothing floating goes in
        assert reverse == forward == second == "zero"
        return
    assert outcome(gradients, found) == expected(reverse)
    assert outcome(tangents, found) == expected(forward)
    assert (outcome(twice, again) == "refused") == (expected(second) == "refused")


@pytest.mark.parametrize("name", NAMES)
def test_every_primitive_is_batched_as_the_page_says(name):
    primitive = getattr(P, name)
    batched = STATUS[name][2]
    if batched == "no operand":
        assert primitive.family == "creation"
        return
    assert batched in ("row", "family")
    case = covering(primitive)[0]
    values = case.draw(case.dtypes[0])
    lanes = [nx.stack([nx.asarray(v)] * 2) for v in values]
    rune.vmap(case.function)(*lanes)  # test_batching has the values


X = nx.asarray([[0.5, 2.0], [1.5, -1.0]], dtype=nx.float64)
TOGETHER = {
    "psum": rune.psum,
    "pmax": rune.pmax,
    "pmin": rune.pmin,
    "ppermute": lambda x, i: rune.ppermute(x, i, [(0, 1), (1, 0)]),
    "all_gather": rune.all_gather,
    "psum_scatter": rune.psum_scatter,
}


@pytest.mark.parametrize("name", COLLECTIVES)
def test_collectives_do_what_the_page_says(name):
    assert STATUS[name][0] == STATUS[name][1] == "collective"
    assert STATUS[name][3] == "yes"

    def total(x):
        return nx.sum(rune.vmap(lambda y: TOGETHER[name](y * y, "i"), axis_name="i")(x) ** 2)

    assert not is_zero(gradients(total, [X]))
    assert not is_zero(tangents(total, [X]))
    assert not is_zero(twice(total, [X]))
    other = rune.vmap(rune.grad(total))(nx.stack([X, 2 * X]))
    np.testing.assert_allclose(other[1], rune.grad(total)(2 * X))


def test_every_collective_is_tried():
    assert set(TOGETHER) == set(COLLECTIVES)
