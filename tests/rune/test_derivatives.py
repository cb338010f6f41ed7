"""The derivative table: complete, and right in both directions against central differences."""

import numpy as np
import nx
import pytest
from nx.primitives import P
from rune import vjp_fun
from rune._derivatives import REFUSED, ROWS, ZERO

from tests.cases import CASES, covering, wide
from tests.rune.checks import (
    Problem,
    check_forward,
    check_reverse,
    check_second,
    differences,
    forward,
    motions,
    paired,
    several,
    weights,
)

WITHOUT = {*ZERO, *REFUSED}
DIFFERENTIABLE = [case for case in CASES if case.differentiable and not WITHOUT & {*case.covers}]


def each(cases):
    rows = [pytest.param(c, d, id=f"{c.name}-{d}") for c in cases for d in c.differentiable]
    return pytest.mark.parametrize(("case", "dtype"), rows)


def test_every_primitive_stands_in_one_place():
    """A composite may stand in none: it is differentiated through its decomposition."""
    for primitive in P:
        places = [table for table in (ROWS, ZERO, REFUSED) if primitive in table]
        assert len(places) == 1 or (not places and primitive.decomposition), primitive


def test_every_row_has_a_case():
    tried = {primitive for case in DIFFERENTIABLE for primitive in case.covers}
    assert tried >= {p for p in ROWS if p.family != "collective"}  # those: test_collectives


@each(DIFFERENTIABLE)
def test_reverse(case, dtype):
    check_reverse(case, dtype)


@each([case for case in DIFFERENTIABLE if case.order >= 2])
def test_second_order(case, dtype):
    check_second(case, dtype)


@each([case for case in DIFFERENTIABLE if ROWS.keys() & {*case.covers}])
def test_forward(case, dtype):
    check_forward(case, dtype)


# The rules round at each step, and slopes amplify the rounding of an output that they use.
NARROW = {"float16": 64, "bfloat16": 64, "float32": 256, "complex64": 256}


@pytest.mark.parametrize("case", DIFFERENTIABLE, ids=lambda case: case.name)
def test_gradients_in_narrow_dtypes(case):
    """They have the operand's dtype, and its precision."""
    for dtype in NARROW.keys() & {*case.dtypes}:
        problem = Problem(case, dtype)
        outputs, pullback = vjp_fun(problem.function, *problem.primals)
        us = tuple(weights(problem.rng, y) for y in outputs)
        gradients = pullback(us)
        exact = [nx.asarray(wide(np.asarray(x))) for x in problem.primals]
        outputs, pullback = vjp_fun(problem.function, *exact)
        vs = [
            nx.asarray(wide(np.asarray(u)), dtype=y.dtype) for u, y in zip(us, outputs, strict=True)
        ]
        expected = pullback(tuple(vs))
        for g, x, y in zip(gradients, problem.primals, expected, strict=True):
            assert (g.shape, g.dtype) == (x.shape, x.dtype)
            precision = NARROW[dtype] * float(nx.finfo(x.dtype).eps)
            scale = max(1.0, np.max(abs(np.asarray(y)), initial=0.0))
            np.testing.assert_allclose(
                wide(np.asarray(g)), y, rtol=0, atol=precision * scale, err_msg=dtype
            )


@pytest.mark.parametrize("case", DIFFERENTIABLE, ids=lambda case: case.name)
def test_tangents_in_narrow_dtypes(case):
    for dtype in NARROW.keys() & {*case.dtypes}:
        for primitive, tangents, out, operands, params in motions(Problem(case, dtype)):
            t = forward(primitive, tangents, out, operands, params)
            assert (t.shape, t.dtype) == (out.shape, out.dtype)


@each([case for case in CASES if ZERO & {*case.covers}])
def test_zero_derivatives(case, dtype):
    problem = Problem(case, dtype)
    outputs, pullback = vjp_fun(problem.function, *problem.primals)
    us = tuple(
        weights(problem.rng, y) if y.dtype.kind in ("floating", "complex") else nx.zeros_like(y)
        for y in outputs
    )
    for g in pullback(us):
        assert not np.any(np.asarray(g))
    if case.covers == (P.detach,):  # zero by definition: the function is not flat
        return
    slopes = differences(
        lambda *xs: paired(us, problem.function(*map(nx.asarray, xs))), problem.point
    )
    assert not any(map(np.any, slopes))


@pytest.mark.parametrize("primitive", list(REFUSED), ids=lambda p: p.name)
def test_refusals(primitive):
    case = next(c for c in covering(primitive) if c.differentiable)
    problem = Problem(case, case.differentiable[0])
    with pytest.raises(nx.MissingRuleError) as caught:
        vjp_fun(problem.function, *problem.primals)
    reason = f"cannot differentiate in reverse mode ({REFUSED[primitive]})"
    assert str(caught.value).splitlines() == [
        f"{primitive.name}: {reason}",
        "hint: use rune.detach on its operands if they are constants here",
    ]


@pytest.mark.parametrize("primitive", list(REFUSED), ids=lambda p: p.name)
def test_what_is_refused_may_be_computed_of_constants(primitive):
    case = next(c for c in covering(primitive) if c.differentiable)
    problem = Problem(case, case.differentiable[0])
    constant = problem.primals[0]

    def function(x):
        values = several(problem.function(constant, *problem.primals[1:]))
        return x * nx.astype(nx.sum(nx.abs(values[0])), x.dtype)

    _, pullback = vjp_fun(function, nx.asarray(2.0, dtype=nx.float64))
    (g,) = pullback(nx.asarray(1.0, dtype=nx.float64))
    assert float(g) == pytest.approx(float(function(nx.asarray(1.0, dtype=nx.float64))))
