"""Scaling any one rule of the derivative table by 1.01 turns the checks of its cases red."""

from functools import wraps

import pytest
from nx.primitives import P
from rune._derivatives import ROWS, Custom, Linear, Slope

from tests.cases import covering
from tests.rune.checks import check_forward, check_reverse

FACTOR = 1.01


def scaled(rule, which=None):
    """Return a rule whose result, or one element of it, is scaled."""

    @wraps(rule)  # rows look at the signature
    def run(*args, **params):
        out = rule(*args, **params)
        if not isinstance(out, tuple):
            return out * FACTOR
        return tuple(
            g * FACTOR if g is not None and which in (None, i) else g for i, g in enumerate(out)
        )

    return run


def scaled_for(rule, which):
    """Return a rule that serves any operand, scaled for one of them."""

    @wraps(rule)
    def run(i, g, *args, **params):
        out = rule(i, g, *args, **params)
        return out * FACTOR if i == which else out

    return run


def mutants(row, operands):
    """Yield what is scaled, the row with it scaled, and the check that must notice."""
    if isinstance(row, Custom):
        yield "jvp", Custom(jvp=scaled(row.jvp), vjp=row.vjp), check_forward
        for i in operands:
            yield f"vjp of {i}", Custom(jvp=row.jvp, vjp=scaled(row.vjp, i)), check_reverse
    elif isinstance(row, Linear) and row.each is not None:
        for i in operands:
            yield f"transpose of {i}", Linear(each=scaled_for(row.each, i)), check_reverse
    else:
        rules = row.products if isinstance(row, Slope) else row.transposes
        for i, rule in enumerate(rules):
            if rule is not None:
                changed = [scaled(r) if j == i else r for j, r in enumerate(rules)]
                yield f"rule of {i}", type(row)(*changed), check_reverse


def differentiated(case):
    """Return the places of the operands that a case differentiates with respect to."""
    return [i for i, x in enumerate(case.draw("float64")) if x.dtype.kind == "f"]


def candidates(primitive):
    return [case for case in covering(primitive) if case.differentiable]


MUTANTS = [
    pytest.param(primitive, row, check, id=f"{primitive.name}, {what}")
    for primitive, original in ROWS.items()
    if primitive.family != "collective"  # test_collectives
    for what, row, check in mutants(original, differentiated(candidates(primitive)[0]))
]


def notices(check, cases):
    """Tell whether the check fails for one of the cases."""
    for case in cases:
        for dtype in case.differentiable:
            try:
                check(case, dtype)
            except AssertionError:
                return True
    return False


@pytest.mark.parametrize(("primitive", "row", "check"), MUTANTS)
def test_a_scaled_rule_is_noticed(primitive, row, check, monkeypatch):
    monkeypatch.setitem(ROWS, primitive, row)
    assert notices(check, candidates(primitive))


def test_every_row_is_scaled():
    assert {param.values[0] for param in MUTANTS} == {p for p in ROWS if p.family != "collective"}


def test_the_rows_themselves_are_not_noticed():
    """Or the mutants would prove nothing."""
    for primitive in (P.sin, P.multiply, P.prod, P.concat, P.scatter_multiply):
        assert not notices(check_reverse, candidates(primitive)[:2])
        assert not notices(check_forward, candidates(primitive)[:2])
