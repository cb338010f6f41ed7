"""Forward mode: the transpose of reverse mode on every case, at first and second order."""

import numpy as np
import nx
import pytest
import rune

from tests.cases import CASES
from tests.rune.checks import Problem, paired, weights
from tests.rune.test_batching import SMOOTH, each


def assert_transposed(function, problem):
    """Check that u J v is the same from both sides, for random u and v."""
    vs = [weights(problem.rng, x) for x in problem.primals]
    outputs, tangents = rune.jvps(lambda xs: function(*xs), problem.primals, vs)
    for y, t in zip(outputs, tangents, strict=True):
        assert (t.shape, t.dtype) == (y.shape, y.dtype)
    us = tuple(weights(problem.rng, y) for y in outputs)
    _, pullback = rune.vjp_fun(function, *problem.primals)
    forward, reverse = paired(us, tangents), paired(pullback(us), vs)
    scale = sum(np.sum(np.abs(np.asarray(t))) for t in tangents)
    inexact = [y.dtype for y in outputs if y.dtype.kind in ("floating", "complex")]
    coarsest = max(nx.finfo(dtype).eps for dtype in inexact)  # casts to float32 round
    assert abs(forward - reverse) <= max(1e-9, 64 * coarsest) * max(1.0, scale)


@each(SMOOTH)
def test_forward_is_the_transpose_of_reverse(case, dtype):
    problem = Problem(case, dtype)
    assert_transposed(problem.function, problem)


@each([(case, dtype) for case, dtype in SMOOTH if case.order >= 2])
def test_forward_over_reverse_is_symmetric_to_reverse_over_reverse(case, dtype):
    problem = Problem(case, dtype)
    us = [weights(problem.rng, y) for y in problem.function(*problem.primals)]

    def gradient(*xs):
        outputs, pullback = rune.vjp_fun(problem.function, *xs)
        return pullback(tuple(u * y for u, y in zip(us, outputs, strict=True)))

    assert_transposed(gradient, problem)


def test_the_table_has_differentiable_cases():
    assert len(SMOOTH) > 0.5 * len(CASES)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_nested_forward_mode_gives_higher_derivatives(order):
    def f(x):
        return x**4

    for _ in range(order):
        inner = f
        f = lambda x, inner=inner: rune.jvp(inner, x, nx.ones_like(x))[1]  # noqa: E731
    expected = {1: 32.0, 2: 48.0, 3: 48.0, 4: 24.0}[order]
    assert float(f(nx.asarray(2.0))) == expected
