"""What must hold of every program: its values, derivatives and lanes, against NumPy's.

`Expected` is what the oracle says, and never sees nx; a program whose decisions change within a
difference's step, or whose differences have not converged, is not used (`made` makes another).
"""

from __future__ import annotations

import contextlib
import warnings
from functools import lru_cache

import numpy as np
import nx
import rune

from tests.programs._generator import LANES, Generator, Unfit
from tests.programs._oracle import STEP, Crossing, Numpy, Transformations, slope

__all__ = ["CHECKS", "Expected", "failure", "made", "shrunk"]

SECOND = ((0, -490 / 180), (1, 270 / 180), (2, -27 / 180), (3, 2 / 180))
LONG_STEP = 1.5e-2


def single(program):
    """Tell whether float32 is among the arguments."""
    return any(
        lanes[0].dtype.itemsize == (8 if lanes[0].dtype.kind == "c" else 4)
        for lanes in program.values
    )


def is_inexact(y):
    return np.dtype(y.dtype.name if isinstance(y, nx.Array) else y.dtype).kind in "fc"


def drawn(rng, x):
    """Return numbers like x, none near 0."""
    values = rng.uniform(0.5, 1.5, x.shape) * rng.choice([-1.0, 1.0], x.shape)
    if np.iscomplexobj(x):
        values = values + 1j * rng.uniform(0.5, 1.5, x.shape)
    return values


class Expected:
    """The oracle's account of a program."""

    def __init__(self, program):
        self.program = program
        self.numpy = Numpy()
        self.function = program.function(self.numpy, Transformations(self.numpy), "oracle")
        self.rng = np.random.default_rng(program.seed)
        self.lanes = [
            [x.astype(np.complex128 if np.iscomplexobj(x) else np.float64) for x in program.lane(i)]
            for i in range(LANES)
        ]
        self.values = [[np.asarray(y) for y in self.function(*xs)] for xs in self.lanes]
        self.point = self.lanes[0]
        self.weights = [drawn(self.rng, y) if is_inexact(y) else None for y in self.values[0]]
        self.direction = [drawn(self.rng, x) for x in self.point]
        self.gradient = self._gradient()
        self.second = self._second()

    def loss(self, *xs):
        """Contract the outputs with the weights."""
        return sum(
            np.sum(np.asarray(w * y)).real
            for w, y in zip(self.weights, self.function(*xs), strict=True)
            if w is not None
        )

    def along(self, lane, direction):
        """Return the loss's derivative along a direction."""

        def moved(t):
            return self.loss(*(x + t * v for x, v in zip(self.lanes[lane], direction, strict=True)))

        return slope(self.numpy, moved, 0.0, 1.0, STEP)

    def _gradient(self):
        """Return df/dRe - i df/dIm of each argument."""
        found = []
        for i, x in enumerate(self.point):
            gradient = np.zeros(x.shape, x.dtype)
            for place in np.ndindex(x.shape):
                for unit in (1.0, 1j) if np.iscomplexobj(x) else (1.0,):
                    move = [np.zeros(y.shape, y.dtype) for y in self.point]
                    move[i][place] = unit
                    gradient[place] += np.conj(unit) * self.along(0, move)
            found.append(gradient)
        self.scale = max([1.0, *(np.max(np.abs(g), initial=0.0) for g in found)])
        self.slopes = [self.along(lane, self.direction) for lane in range(LANES)]
        if self.scale > 1e4:
            raise Crossing
        return found

    def _second(self):
        """Return the loss's second derivative along the direction; None where it can't be told."""
        if single(self.program):
            return None
        found = []
        for step in (LONG_STEP, LONG_STEP / 2):
            total = 0.0
            start = None
            for times, weight in SECOND:
                for sign in (1, -1) if times else (1,):
                    del self.numpy.decisions[:]
                    xs = [
                        x + sign * times * step * v
                        for x, v in zip(self.point, self.direction, strict=True)
                    ]
                    total += weight * self.loss(*xs) / step**2
                    start = start or list(self.numpy.decisions)
                    if self.numpy.decisions != start:
                        return None
            found.append(total)
        if abs(found[0] - found[1]) > 1e-5 * max(1.0, abs(found[0])):
            return None
        return found[1]


@lru_cache(maxsize=1)
def made(seed):
    """Return the program of a seed that the oracle can judge, and its account."""
    for attempt in range(60):
        with (
            contextlib.suppress(Unfit, Crossing, np.linalg.LinAlgError),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            program = Generator([seed, attempt]).program()
            return program, Expected(program)
    raise AssertionError(f"no program could be made of seed {seed}")


# The checks ----------------------------------------------------------------------------------


class Ours:
    """A program in nx, as the checks need it."""

    def __init__(self, program, expected):
        self.program, self.expected = program, expected
        self.function = program.function(nx, rune)
        self.single = single(program)
        self.lanes = [[nx.asarray(x) for x in program.lane(i)] for i in range(LANES)]
        self.count = len(program.parameters)
        self.axes = tuple(0 if m else None for m in program.mapped)
        self.stacked = [
            nx.stack([lane[i] for lane in self.lanes]) if m else self.lanes[0][i]
            for i, m in enumerate(program.mapped)
        ]
        self.gradient = rune.grad(self.loss, argnums=tuple(range(self.count)))

    def loss(self, *xs):
        total = 0.0
        for w, y in zip(self.expected.weights, self.function(*xs), strict=True):
            if w is None:
                continue
            product = nx.asarray(w, dtype=y.dtype if y.dtype.kind == "complex" else None) * y
            total = total + nx.sum(nx.real(product) if y.dtype.kind == "complex" else product)
        return total

    def tangents(self, lane=0):
        xs = self.lanes[lane]
        return [
            nx.asarray(v, dtype=x.dtype) for v, x in zip(self.expected.direction, xs, strict=True)
        ]

    def close(self, got, expected, precision, coarse, scale=1.0):
        """Compare, relative to the largest element."""
        got, expected = np.asarray(got), np.asarray(expected)
        assert got.shape == expected.shape, f"shape {got.shape}, expected {expected.shape}"
        assert (got.dtype.kind == "c") == (expected.dtype.kind == "c")
        scale = max(scale, np.max(np.abs(expected), initial=1.0))
        atol = (coarse if self.single else precision) * scale
        np.testing.assert_allclose(got, expected, rtol=0, atol=atol)


def pairing(us, xs):
    return sum(
        nx.sum(nx.real(u * x) if x.dtype.kind == "complex" else u * x)
        for u, x in zip(us, xs, strict=True)
    )


def check_value(ours):
    """Plain evaluation, of every lane: shapes, kinds of dtype and values."""
    for xs, values in zip(ours.lanes, ours.expected.values, strict=True):
        for got, expected in zip(ours.function(*xs), values, strict=True):
            if not is_inexact(expected):
                np.testing.assert_array_equal(np.asarray(got), expected)
            else:
                ours.close(got, expected, 1e-8, 2e-4)


def check_gradient(ours):
    """Reverse mode against differences of NumPy's."""
    found = ours.gradient(*ours.lanes[0])
    for g, x, expected in zip(found, ours.lanes[0], ours.expected.gradient, strict=True):
        assert g.dtype == x.dtype
        ours.close(g, expected, 1e-6, 3e-3, ours.expected.scale)


def check_forward(ours):
    """Forward mode is the transpose of reverse mode."""
    for lane, xs in enumerate(ours.lanes):
        tangents = ours.tangents(lane)
        _, forward = rune.jvps(lambda xs: ours.loss(*xs), xs, tangents)
        reverse = pairing(ours.gradient(*xs), tangents)
        ours.close(forward, reverse, 1e-10, 1e-3, ours.expected.scale)
        ours.close(forward, ours.expected.slopes[lane], 1e-6, 3e-3, ours.expected.scale)


def check_vmap(ours):
    """Mapped over lanes, which may take paths of their own: values, gradients, and through it."""
    found = rune.vmap(ours.function, in_axes=ours.axes)(*ours.stacked)
    for got, *lanes in zip(found, *ours.expected.values, strict=True):
        if is_inexact(lanes[0]):
            ours.close(got, np.stack(lanes), 1e-8, 2e-4)
        else:
            np.testing.assert_array_equal(np.asarray(got), np.stack(lanes))
    alone = [ours.gradient(*xs) for xs in ours.lanes]
    together = rune.vmap(ours.gradient, in_axes=ours.axes)(*ours.stacked)
    for i, got in enumerate(together):
        ours.close(got, nx.stack([g[i] for g in alone]), 1e-9, 1e-3, ours.expected.scale)

    def total(*xs):
        return nx.sum(rune.vmap(ours.loss, in_axes=ours.axes)(*xs))

    through = rune.grad(total, argnums=tuple(range(ours.count)))(*ours.stacked)
    for i, (got, mapped) in enumerate(zip(through, ours.program.mapped, strict=True)):
        parts = nx.stack([g[i] for g in alone])
        expected = parts if mapped else nx.sum(parts, axis=0)
        ours.close(got, expected, 1e-9, 1e-3, ours.expected.scale)
    moved = [nx.sin(x) if x.dtype.kind == "floating" else x for x in ours.stacked]
    _, forward = rune.jvps(lambda xs: total(*xs), ours.stacked, moved)
    ours.close(forward, pairing(through, moved), 1e-9, 1e-3, 3 * ours.expected.scale)


def check_second(ours):
    """Forward over reverse, reverse over reverse and differences agree."""
    xs, vs = ours.lanes[0], ours.tangents()
    if ours.single:
        return
    _, forward = rune.jvps(lambda xs: ours.gradient(*xs), xs, vs)

    def along(*xs):
        return pairing(ours.gradient(*xs), vs)

    reverse = rune.grad(along, argnums=tuple(range(ours.count)))(*xs)
    scale = max(float(nx.max(nx.abs(h))) for h in forward)
    for f, r in zip(forward, reverse, strict=True):
        ours.close(f, r, 1e-8, 0.0, scale)
    if ours.expected.second is not None:
        ours.close(pairing(forward, vs), ours.expected.second, 1e-4, 0.0, scale)


CHECKS = (check_value, check_gradient, check_forward, check_vmap, check_second)


def failure(program, expected):
    """Return what is wrong with a program, as text; None if nothing is."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*does not depend on the arguments", RuntimeWarning)
        for check in CHECKS:
            try:
                check(Ours(program, expected))
            except Exception as error:  # noqa: BLE001 - whatever it is, the program is shown
                return f"{check.__name__}: {type(error).__name__}: {error}"
    return None


def shrunk(program):
    """Return the shortest part of a failing program that fails by itself, and how."""
    for part in program.cuts():
        with contextlib.suppress(Crossing), np.errstate(all="ignore"):
            why = failure(part, Expected(part))
            if why is not None:
                return part, why
    return program, "only as a whole"
