"""Corrupting any one batching rule turns the checks of its cases red."""

import itertools

import nx
import pytest
from nx.primitives import P
from rune import _batching
from rune._batching import FAMILIES, ROWS, Lanes

from tests.cases import CASES, covering
from tests.rune.test_batching import assert_maps, lanes_of, masks, widest


def reversed_lanes(lanes, x):
    return lanes.do(P.flip, [x], axes=(0,))


def lanes_swapped(rule):
    """Return the rule with its outputs' lanes in the opposite order."""

    def run(lanes, primitive, xs, batched, params):
        out = rule(lanes, primitive, xs, batched, params)
        if isinstance(out, tuple):
            return tuple(reversed_lanes(lanes, x) for x in out)
        return reversed_lanes(lanes, out)

    return run


def last_operand_swapped(rule):
    """Return the rule with the lanes of its last batched operand in the opposite order."""

    def run(lanes, primitive, xs, batched, params):
        i = max(i for i, b in enumerate(batched) if b)
        ys = [reversed_lanes(lanes, x) if j == i else x for j, x in enumerate(xs)]
        return rule(lanes, primitive, ys, batched, params)

    return run


class Changed(Lanes):
    """Lanes that perform something else; what a rule does besides is as it was."""

    def __init__(self, lanes, primitive):
        super().__init__(lanes.count, lanes.rest)
        object.__setattr__(self, "primitive", primitive)


class Unshifted(Changed):
    """An axis is one less than the rule says: as if the lanes weren't there."""

    def do(self, primitive, operands, /, **params):
        if primitive is self.primitive:
            for name in {"axis", "axes"} & set(params):
                value = params[name]
                fewer = tuple(max(a - 1, 0) for a in value) if name == "axes" else value - 1
                params[name] = self.order(fewer) if primitive is P.permute_dims else fewer
        return super().do(primitive, operands, **params)

    def order(self, axes):
        """Return a permutation again: the lanes stay, the others turn."""
        n = len(axes)
        return (0, *range(2, n), 1) if n > 2 else tuple(range(n))


class Unaligned(Changed):
    """Ranks are left as they are."""

    def aligned(self, x, batched, rank):
        return x


def with_lanes(kind):
    def corrupted(rule):
        return lambda lanes, p, xs, batched, params: rule(kind(lanes, p), p, xs, batched, params)

    corrupted.__name__ = kind.__name__.lower()
    return corrupted


axes_unshifted, ranks_unaligned = with_lanes(Unshifted), with_lanes(Unaligned)

WITH_AXES = {"normalization", "reduction", "scan", "scatter", "softmax", "sort"}
WITH_AXES |= {P.argmax, P.argmin, P.concat, P.fft, P.flip, P.gather, P.ifft, P.irfft, P.rfft}
WITH_AXES |= {P.permute_dims}
ALIGNING = {"elementwise", "normalization", P.broadcast_to, P.matmul}


def covered(key):
    """Return the cases of a rule: of its primitive, or of its family's."""
    if not isinstance(key, str):
        return covering(key)
    return [c for c in CASES if any(p.family == key and p not in ROWS for p in c.covers)]


def mutants():
    tables = [(ROWS, k) for k in ROWS if k.family != "collective"]  # test_collectives
    for table, key in [*tables, *((FAMILIES, k) for k in FAMILIES)]:
        yield table, key, lanes_swapped
        yield table, key, last_operand_swapped
        if key in WITH_AXES:
            yield table, key, axes_unshifted
        if key in ALIGNING:
            yield table, key, ranks_unaligned


MUTANTS = [
    pytest.param(table, key, how, id=f"{getattr(key, 'name', key)}, {how.__name__}")
    for table, key, how in mutants()
]


def notices(cases):
    """Tell whether the check fails for one of the cases."""
    for case in cases:
        for dtype in widest(case)[:1]:
            lanes = lanes_of(case, dtype)
            for mask in masks(len(lanes)):
                try:
                    assert_maps(case.function, lanes, mask, case.name)
                except (AssertionError, nx.NxError):
                    return True
    return False


@pytest.mark.parametrize(("table", "key", "how"), MUTANTS)
def test_a_corrupted_rule_is_noticed(table, key, how, monkeypatch):
    monkeypatch.setitem(table, key, how(table[key]))
    assert notices(covered(key))


def test_every_rule_is_corrupted():
    keys = {param.values[1] for param in MUTANTS}
    assert keys == {p for p in ROWS if p.family != "collective"} | set(FAMILIES)
    assert keys >= (WITH_AXES | ALIGNING)
    assert _batching.ROWS is ROWS


def test_the_rules_themselves_are_not_noticed():
    """Or the mutants would prove nothing."""
    for key in itertools.chain((P.concat, P.gather, P.matmul), ("scan", "linalg")):
        assert not notices(covered(key)[:3])
