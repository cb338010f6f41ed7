"""The oracle of vmap: a Python loop over the lanes."""

import numpy as np
import nx
import rune

__all__ = ["assert_lanes", "assert_same", "loop"]


def loop(f, *args):
    """Return f of each lane, stacked: every argument is mapped along axis 0."""
    lanes = [f(*(x[i] for x in args)) for i in range(args[0].shape[0])]
    return nx.stack([nx.asarray(y) for y in lanes])


def assert_same(found, expected, tolerance=1e-6):
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    found, expected = np.asarray(found), np.asarray(expected)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def assert_lanes(f, *args, runs=None):
    """Check f mapped, and its derivatives mapped in both modes, against loops over lanes."""
    mapped = rune.vmap(f)
    assert_same(mapped(*args), loop(f, *args))
    if runs is not None:
        assert mapped.runs == runs
    if args[0].dtype.kind != "floating":
        return

    def total(*xs):
        return nx.sum(nx.asarray(f(*xs)))

    assert_same(rune.vmap(rune.grad(total))(*args), loop(rune.grad(total), *args))

    def moved(*xs):
        return rune.jvp(lambda x: nx.asarray(f(x, *xs[1:])), xs[0], nx.ones_like(xs[0]))[1]

    assert_same(rune.vmap(moved)(*args), loop(moved, *args))

    def whole(x):
        return nx.sum(rune.vmap(f)(x, *args[1:]))

    def whole_loop(x):
        return nx.sum(loop(f, x, *args[1:]))

    assert_same(rune.grad(whole)(args[0]), rune.grad(whole_loop)(args[0]))
