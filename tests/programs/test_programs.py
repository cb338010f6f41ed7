"""Random programs, each against NumPy: values, gradients, forward mode, lanes, second order.

``PROGRAMS=5000`` in the environment makes that many; ``FIRST_PROGRAM=1000`` begins there.  A
failure shows the shortest part of the program that fails by itself, as source.
"""

import os
from collections import Counter
from functools import wraps

import nx
import pytest
import rune
from nx.effects import Handler, handling
from nx.primitives import P
from rune import _batching, _derivatives
from rune._derivatives import Bilinear, Linear, Slope

from tests.programs._checks import Expected, Ours, failure, made, shrunk
from tests.programs._generator import Generator, Unfit
from tests.programs._oracle import Crossing

FIRST = int(os.environ.get("FIRST_PROGRAM", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("PROGRAMS", "200")))


@pytest.mark.parametrize("seed", SEEDS)
def test_program(seed):
    program, expected = made(seed)
    why = failure(program, expected)
    if why is not None:
        part, alone = shrunk(program)
        pytest.fail(f"{why}\n\n{part.report()}\n\nthis part: {alone}\n", pytrace=False)


# The programs themselves ----------------------------------------------------------------------


class Recorder(Handler):
    """Keep the primitives that are met."""

    def __init__(self):
        self.met = set()

    def perform(self, primitive, operands, params, rest):
        self.met.add(primitive)
        return super().perform(primitive, operands, params, rest)


@pytest.fixture(scope="module")
def sample():
    """Return programs with the primitives each meets and how often vmap runs it."""
    found = []
    for seed in range(100):
        program, expected = made(seed)
        ours = Ours(program, expected)
        with handling(Recorder()) as recorder:
            ours.function(*ours.lanes[0])
        mapped = rune.vmap(ours.function, in_axes=ours.axes)
        mapped(*ours.stacked)
        found.append((program, expected, recorder.met, mapped.runs))
    return found


def test_a_seed_gives_the_same_program_again():
    for seed in range(5):
        again = made.__wrapped__(seed)[0]
        assert again.report() == made(seed)[0].report()


def test_programs_are_of_all_kinds(sample):
    sources = [program.source() for program, *_ in sample]
    counts = Counter(
        {
            word: sum(word in source for source in sources)
            for word in (
                *("if ", "while ", "for _ in", "def again", "assert", "[int(", "float("),
                *("rune.vmap", "rune.grad", "rune.jvp", "rune.debug", "rune.vjp"),
                *("rune.jac", "rune.hessian", "axis_name", "nx.complex", "@"),
            )
        }
    )
    assert min(counts.values()) >= 2, counts
    assert sum(runs > 1 for *_, runs in sample) >= 30, "lanes take paths of their own"
    assert sum(expected.second is not None for _, expected, *_ in sample) >= 50
    met = set().union(*(met for *_, met, _ in sample))
    assert len(met) >= 80
    assert {P.matmul, P.gather, P.scatter_add, P.where, P.sort, P.concat} <= met


def test_few_programs_are_thrown_away():
    """The oracle judges nearly all that are made: domains are conditioned, not waited for."""
    kept = 0
    for seed in range(40):
        try:
            Expected(Generator([seed, 0]).program())
            kept += 1
        except (Unfit, Crossing):
            pass
    assert kept >= 25


def test_a_failing_program_is_shown_by_its_shortest_part(monkeypatch):
    program, expected = made(next(s for s in range(50) if "nx.tanh" in made(s)[0].source()))
    monkeypatch.setattr(nx, "tanh", lambda x: nx.sin(x))
    assert failure(program, expected) is not None
    part, why = shrunk(program)
    assert "nx.tanh" in part.source()
    assert len(part.source()) <= len(program.source())
    assert why.startswith("check_value")


# Mutations: a corrupted rule turns programs red -------------------------------------------------


def noticed(sample, primitive):
    """Tell whether some program that meets a primitive fails."""
    using = [(p, e) for p, e, met, _ in sample if primitive in met]
    assert using
    return any(failure(program, expected) is not None for program, expected in using[:12])


def scaled(rule):
    """Return a rule scaled; rows look at its signature."""
    if rule is None:
        return None
    return wraps(rule)(lambda *args, **params: rule(*args, **params) * 1.01)


SLOPES = [P.sin, P.divide, P.logaddexp, P.tanh, P.maximum, P.sqrt]
LINEAR = [P.sum, P.subtract, P.where, P.gather, P.broadcast_to, P.permute_dims]


@pytest.mark.parametrize("primitive", [*SLOPES, *LINEAR, P.multiply, P.matmul], ids=repr)
def test_a_wrong_derivative_turns_programs_red(primitive, sample, monkeypatch):
    row = _derivatives.ROWS[primitive]
    rules = row.products if isinstance(row, Slope) else row.transposes
    assert isinstance(row, (Slope, Linear, Bilinear))
    changed = [scaled(rule) for rule in rules]
    monkeypatch.setitem(_derivatives.ROWS, primitive, type(row)(*changed))
    assert noticed(sample, primitive)


def turned(rule):
    """Return a batching rule whose lanes come out in the opposite order."""

    def run(lanes, primitive, xs, batched, params):
        out = rule(lanes, primitive, xs, batched, params)
        if isinstance(out, tuple):
            return out
        return lanes.do(P.flip, [out], axes=(0,))

    return run


BATCHED = [P.broadcast_to, P.concat, P.gather, P.matmul, P.pad, P.permute_dims, P.reshape, P.slice]


@pytest.mark.parametrize("primitive", BATCHED, ids=repr)
def test_a_wrong_batching_rule_turns_programs_red(primitive, sample, monkeypatch):
    monkeypatch.setitem(_batching.ROWS, primitive, turned(_batching.ROWS[primitive]))
    assert noticed(sample, primitive)


@pytest.mark.parametrize(
    ("family", "primitive"), [("reduction", P.sum), ("scatter", P.scatter_add), ("scan", P.cumsum)]
)
def test_a_wrong_rule_of_a_family_turns_programs_red(family, primitive, sample, monkeypatch):
    monkeypatch.setitem(_batching.FAMILIES, family, turned(_batching.FAMILIES[family]))
    assert noticed(sample, primitive)
