"""Derivatives against central differences: the checks that the derivative tests share.

The oracle moves one element at a time and knows no rule.  Everything is contracted with random
weights.  For complex operands the gradient of a real function is df/dRe - i df/dIm, as in JAX.
"""

from functools import partial

import numpy as np
import nx
from nx.effects import Handler, handling, perform
from rune import vjp_fun
from rune._derivatives import ROWS
from rune._forward import fitted

__all__ = [
    "Problem",
    "check_forward",
    "check_reverse",
    "check_second",
    "differences",
    "forward",
    "motions",
    "paired",
    "several",
    "weights",
]


def several(out):
    """Return an output, or a tuple of outputs, as a list."""
    return list(out) if isinstance(out, tuple) else [out]


def is_inexact(x):
    return x.dtype.kind in ("floating", "complex")


def weights(rng, x):
    """Return weights like x: no two alike, none near 0."""
    values = rng.uniform(0.5, 2.0, x.shape) * rng.choice([-1.0, 1.0], x.shape)
    if x.dtype.kind == "complex":
        values = values + 1j * rng.uniform(0.5, 2.0, x.shape)
    return nx.asarray(values, dtype=x.dtype)


def value(x):
    return np.asarray(x)


def paired(us, xs):
    """Contract cotangents with outputs: a real number."""
    return sum(np.sum(value(u) * value(x)).real for u, x in zip(us, xs, strict=True))


def differences(f, xs, step=1e-5):
    """Return the gradient of a real function of NumPy arrays, by central differences."""
    gradients = []
    for i, x in enumerate(xs):
        gradient = np.zeros(x.shape, x.dtype)
        for place in np.ndindex(x.shape):
            for unit in (1.0, 1j) if x.dtype.kind == "c" else (1.0,):
                move = np.zeros(x.shape, x.dtype)
                move[place] = unit * step
                above = f(*xs[:i], x + move, *xs[i + 1 :])
                below = f(*xs[:i], x - move, *xs[i + 1 :])
                gradient[place] += np.conj(unit) * (above - below) / (2 * step)
        gradients.append(gradient)
    return gradients


def assert_equal(got, expected, precision):
    """Compare arrays, each to the largest element of all."""
    scale = max([1.0, *(np.max(abs(y), initial=0.0) for y in expected)])
    for x, y in zip(got, expected, strict=True):
        assert x.shape == y.shape
        np.testing.assert_allclose(value(x), y, rtol=0, atol=precision * scale)


class Problem:
    """A case as a function of its inexact operands only, at one point."""

    def __init__(self, case, dtype):
        self.case = case
        self.values = case.draw(dtype)
        self.places = [i for i, x in enumerate(self.values) if x.dtype.kind in "fc"]
        self.point = [self.values[i] for i in self.places]
        self.primals = [nx.asarray(x) for x in self.point]
        self.rng = np.random.default_rng(7)

    def function(self, *xs):
        """Evaluate in nx; always a tuple."""
        operands = [nx.asarray(x) for x in self.values]
        for i, x in zip(self.places, xs, strict=True):
            operands[i] = x
        return tuple(several(self.case.function(*operands)))

    def smooth(self, *xs):
        """Evaluate what the derivative is of: the function itself, or what the case names."""
        if self.case.smooth is None:
            return self.function(*xs)
        return (self.case.smooth(self.values, *map(value, xs)),)

    def assert_gradient(self, function, smooth=None):
        """Check function's pullback of random weights against differences, of smooth if given."""
        smooth = smooth or function
        outputs, pullback = vjp_fun(function, *self.primals)
        us = tuple(weights(self.rng, y) for y in outputs)
        gradients = pullback(us)
        expected = differences(
            lambda *xs: paired(us, smooth(*map(nx.asarray, xs))), self.point, self.case.step
        )
        for g, x in zip(gradients, self.primals, strict=True):
            assert g.dtype == x.dtype
        assert_equal(gradients, expected, self.case.precision)


def check_reverse(case, dtype):
    """Check the gradient of a random projection of the case's function."""
    problem = Problem(case, dtype)
    problem.assert_gradient(problem.function, problem.smooth)


def check_second(case, dtype):
    """Check the gradient of a random projection of a gradient.

    The inner cotangent depends on the output, so that linear functions have second derivatives.
    """
    problem = Problem(case, dtype)
    outputs = problem.function(*problem.primals)
    us, vs = ([weights(problem.rng, y) for y in outputs] for _ in range(2))

    def gradient(*xs):
        outputs, pullback = vjp_fun(problem.function, *xs)
        return pullback(tuple(u + v * y for u, v, y in zip(us, vs, outputs, strict=True)))

    problem.assert_gradient(gradient)


class Recorder(Handler):
    """Keep every operation."""

    def __init__(self):
        self.seen = []

    def perform(self, primitive, operands, params, rest):
        out = super().perform(primitive, operands, params, rest)
        self.seen.append((primitive, list(operands), params, out))
        return out


def motions(problem):
    """Yield the covered operations with tangents: of all operands, then of each alone."""
    with handling(Recorder()) as recorder:
        problem.function(*problem.primals)
    for primitive, operands, params, out in recorder.seen:
        moving = [i for i, x in enumerate(operands) if is_inexact(x)]
        if primitive not in problem.case.covers or primitive not in ROWS or not moving:
            continue
        if isinstance(out, tuple):  # its factors may turn: see check_forward_through
            continue
        for chosen in [moving, *([i] for i in moving if len(moving) > 1)]:
            tangents = [
                weights(problem.rng, x) if i in chosen else None for i, x in enumerate(operands)
            ]
            yield primitive, tangents, out, operands, params


def check_forward(case, dtype):
    """Check the tangents that the rows of the covered primitives give, against differences."""
    problem = Problem(case, dtype)
    for primitive, tangents, out, operands, params in motions(problem):
        got = forward(primitive, tangents, out, operands, params)
        if case.smooth is None:
            evaluate = partial(perform, primitive, **params)
        else:
            evaluate = partial(of_inexact, problem.smooth)
        expected = quotient(evaluate, tangents, operands, case.step)
        assert got.dtype == out.dtype
        assert_equal([got], [expected], case.precision)
    if any(is_factorization(primitive) for primitive in case.covers):
        check_forward_through(case, dtype)


def is_factorization(primitive):
    """Tell whether a primitive has several outputs, determined up to phases or signs."""
    return primitive.family == "linalg" and primitive.name in ("qr", "svd", "eigh", "eig", "lu")


def check_forward_through(case, dtype):
    """Check the tangents of the whole function: its result does not depend on the phases."""
    problem = Problem(case, dtype)
    moved = [weights(problem.rng, x) for x in problem.primals]
    with handling(Recorder()) as recorder:
        outputs = problem.function(*problem.primals)
    tangents = {id(x): t for x, t in zip(problem.primals, moved, strict=True)}
    for primitive, operands, params, out in recorder.seen:
        given = [tangents.get(id(x)) for x in operands]
        if primitive in ROWS and any(t is not None for t in given):
            got = forward(primitive, given, out, operands, params)
            for x, t in zip(several(out), several(got), strict=True):
                assert t is None or (t.shape, t.dtype) == (x.shape, x.dtype)
                tangents[id(x)] = t
    found = [nx.zeros_like(y) if (t := tangents.get(id(y))) is None else t for y in outputs]

    def function(sign):
        xs = [
            nx.asarray(x + sign * case.step * value(t))
            for x, t in zip(problem.point, moved, strict=True)
        ]
        return [value(y) for y in problem.function(*xs)]

    above, below = function(1.0), function(-1.0)
    expected = [(a - b) / (2 * case.step) for a, b in zip(above, below, strict=True)]
    assert_equal(found, expected, case.precision)


def of_inexact(function, *xs):
    """Evaluate a function of the inexact operands only."""
    return function(*filter(is_inexact, xs))[0]


def quotient(evaluate, tangents, operands, step):
    """Return the change of a primitive's output along the tangents, by central differences."""

    def moved(sign):
        xs = [
            x if t is None else nx.asarray(value(x) + sign * step * value(t))
            for x, t in zip(operands, tangents, strict=True)
        ]
        return value(evaluate(*xs))

    return (moved(1.0) - moved(-1.0)) / (2 * step)


def forward(primitive, tangents, out, xs, params):
    """Return the output's tangent by the primitive's row, as forward mode does."""
    t = ROWS[primitive].push(primitive, tangents, out, xs, params)
    if isinstance(out, tuple):
        return t
    return nx.zeros_like(out) if t is None else fitted(t, out)
