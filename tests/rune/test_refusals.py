"""What a caller gets wrong before anything runs: said by name, with the remedy."""

import nx
import pytest
import rune

X = nx.asarray([1.0, 2.0, 3.0])
S = nx.asarray(2.0)


def needs_x(x):
    return x * x


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: rune.vmap(lambda: S, axis_size="3")(),
            TypeError,
            r"vmap: cannot use '3' as axis_size \(an int\)$",
        ),
        (
            lambda: rune.vmap(lambda: S, axis_size=-1)(),
            nx.ShapeError,
            r"vmap: cannot map over -1 lanes \(axis_size\)$",
        ),
        (
            lambda: rune.vmap(nx.sin, max_paths=0)(X),
            ValueError,
            r"vmap: cannot take 0 paths at most \(max_paths\)$",
        ),
        (
            lambda: rune.vmap(nx.sin, in_axes=True)(X),
            nx.AxisError,
            r"vmap: cannot use True as an axis\nhint: an int or Map\(int\)",
        ),
        (
            lambda: rune.vmap(nx.sin, out_axes=False)(X),
            nx.AxisError,
            r"vmap: cannot use False as an axis\nhint: an int or Map\(int\)",
        ),
        (
            lambda: rune.vmap(lambda d: d["a"], in_axes=({"b": 0},))({"a": X}),
            nx.AxisError,
            r"vmap: cannot match in_axes \(\{'b': 0\},\) with its tree \(",
        ),
        (
            lambda: rune.vmap(lambda x: rune.ppermute(x, "i", [(0,)]), axis_name="i")(X),
            rune.CollectiveError,
            r"ppermute: cannot send by \[\(0,\)\] \(pairs of lanes\)",
        ),
        *(
            (
                lambda f=f: rune.vmap(rune.vmap(f, axis_name="j"), axis_name="i")(nx.ones((2, 3))),
                rune.CollectiveError,
                rf"{name}: cannot work over 2 axes at once \('i', 'j'\)\nhint: one after",
            )
            for name, f in (
                ("all_gather", lambda x: rune.all_gather(x, ("i", "j"))),
                ("psum_scatter", lambda x: rune.psum_scatter(nx.stack([x, x, x]), ("i", "j"))),
                ("ppermute", lambda x: rune.ppermute(x, ("i", "j"), [(0, 1)])),
            )
        ),
        (
            lambda: rune.no_grad(needs_x),
            TypeError,
            r"no_grad: cannot run needs_x without its arguments \(it needs 1\)\n"
            r"hint: @no_grad\(\), with parentheses, decorates; no_grad\(lambda: f\(x\)\) runs",
        ),
        (
            lambda: rune.grad(needs_x)(x=S),
            nx.ShapeError,
            r"grad: cannot find argument 0 \(the function was called with 0\)\n"
            r"hint: pass it by position; keyword arguments are not differentiated",
        ),
    ],
)
def test_a_wrong_call_is_told(call, error, message):
    with pytest.raises(error, match=f"^{message}"):
        call()
    assert nx.effects.current() is None


def test_a_tuple_of_one_name_is_that_name():
    mapped = rune.vmap(lambda x: rune.all_gather(x, ("i",)), axis_name="i", out_axes=None)
    assert mapped(X).tolist() == [1.0, 2.0, 3.0]


def test_a_mapped_function_has_not_run_before_it_is_called():
    inner = rune.vmap(lambda x: x if x > 2 else -x)
    assert inner.runs == 0
    inner(X)
    outer = rune.vmap(inner)
    assert (inner.runs, outer.runs) == (2, 0)
