"""Errors that cross transformations name them, the operation and one lane's shapes."""

import io
import traceback

import nx
import pytest
import rune

X = nx.ones((2, 3))


def clash(x):
    return nx.sum(x + nx.ones(4))  # the user's line


def through(call):
    with pytest.raises(nx.NxError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(
    ("call", "shape", "notes"),
    [
        (lambda: rune.grad(clash)(X), "(2, 3)", ["in grad of clash"]),
        (lambda: rune.value_and_grad(clash)(X), "(2, 3)", ["in value_and_grad of clash"]),
        (lambda: rune.jvp(clash, X, X), "(2, 3)", ["in jvp of clash"]),
        (
            lambda: rune.vmap(clash)(X),
            "(3,)",
            ["in vmap of clash, all of 2 lanes; shapes are those of one lane"],
        ),
        (
            lambda: rune.vmap(rune.grad(clash))(X),
            "(3,)",
            [
                "in grad of clash",
                "in vmap of grad(clash), all of 2 lanes; shapes are those of one lane",
            ],
        ),
        (
            lambda: rune.grad(lambda x: nx.sum(rune.vmap(clash)(x)))(X),
            "(3,)",
            [
                "in vmap of clash, all of 2 lanes; shapes are those of one lane",
                "in grad of <lambda>",
            ],
        ),
    ],
)
def test_notes_from_the_innermost_outwards(call, shape, notes):
    error = through(call)
    assert str(error).startswith(f"add: cannot broadcast {shape} with (4,)")
    assert error.__notes__ == notes
    assert nx.effects.current() is None


def test_the_way_back_is_told(monkeypatch):
    def broken(g, _out, x):
        return g * nx.ones(7)

    monkeypatch.setitem(
        rune._derivatives.ROWS, nx.primitives.P.exp, rune._derivatives.Slope(broken)
    )
    error = through(lambda: rune.grad(lambda x: nx.sum(nx.exp(x)))(X))
    assert error.__notes__ == ["in grad of <lambda>, on the way back"]


def frames_below(error, line):
    """Return our frames below the last one of this file."""
    frames = traceback.extract_tb(error.__traceback__)
    last = max(i for i, frame in enumerate(frames) if frame.filename == __file__)
    assert line in frames[last].line
    return frames[last + 1 :]


CALLS = {
    "plain": lambda f, x: f(x),
    "grad": lambda f, x: rune.grad(f)(x),
    "jvp": lambda f, x: rune.jvp(f, x, x),
    "vmap": lambda f, x: rune.vmap(f)(x),
    "debug": lambda f, x: rune.debug(f, stream=io.StringIO())(x),
    "vmap of grad": lambda f, x: rune.vmap(rune.grad(f))(x),
    "grad of vmap": lambda f, x: rune.grad(lambda x: nx.sum(rune.vmap(f)(x)))(x),
}


def matmul(x):
    return nx.sum(nx.matmul(x, nx.ones((7, 2))))


def operator(x):
    return nx.sum(x @ nx.ones((7, 2)))


def method(x):
    return nx.sum(x.reshape(5))


def function(x):
    return nx.sum(nx.concat([x, nx.ones((2, 2, 2, 2))]))


def composed(x):
    return nx.sum(nx.linalg.norm(x, axis=9))


def indexed(x):
    return nx.sum(x[nx.asarray([11])])


def unary(x):
    return nx.sum(nx.nextafter(x, 2.0 * x))


USERS = [clash, matmul, operator, method, function, composed, indexed]


@pytest.mark.parametrize("f", USERS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_two_frames_at_most_below_the_users_line(call, f):
    error = through(lambda: call(f, X))
    below = frames_below(error, "nx.sum(")
    assert len(below) <= 2, [f"{frame.filename}:{frame.name}" for frame in below]


@pytest.mark.parametrize("name", ["grad", "jvp", "vmap of grad", "grad of vmap"])
def test_a_missing_rule_points_at_the_users_line(name):
    error = through(lambda: CALLS[name](unary, X))
    assert isinstance(error, nx.MissingRuleError)
    assert len(frames_below(error, "nx.nextafter")) <= 2
