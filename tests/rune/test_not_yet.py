"""What is not there says so, and says what to use."""

import importlib
import re

import nx
import pytest
import rune
from rune._not_yet import ELSEWHERE, INSTEAD, NOT_NEEDED, NOT_YET

REACHED_FOR = [
    *("jit", "pmap", "device_put", "custom_vjp", "custom_jvp", "checkpoint", "remat"),
    *("scan", "cond", "while_loop", "fori_loop", "switch", "linearize", "linear_transpose"),
    *("named_call", "make_jaxpr", "eval_shape", "numpy", "random", "lax", "tree_util"),
    *("check_gradient", "check_gradients", "finite_diff", "finite_diff_jacobian"),
]


@pytest.mark.parametrize("name", REACHED_FOR)
def test_what_jaxs_users_reach_for_has_an_answer(name):
    with pytest.raises(AttributeError, match=f"rune has no '{name}'.*\nhint: "):
        getattr(rune, name)


@pytest.mark.parametrize("name", INSTEAD)
def test_a_name_that_is_not_there_says_what_to_use(name):
    with pytest.raises(AttributeError) as caught:
        getattr(rune, name)
    yet = " yet" if name in NOT_YET else ""
    assert str(caught.value) == f"rune has no {name!r}{yet}\nhint: {INSTEAD[name]}"


def test_what_is_there_is_not_listed():
    assert not set(INSTEAD) & set(rune.__all__)
    assert len(INSTEAD) == len(NOT_YET) + len(NOT_NEEDED) + len(ELSEWHERE)


@pytest.mark.parametrize("hint", sorted(set(INSTEAD.values())))
def test_hints_name_what_exists(hint):
    for full in re.findall(r"\b(?:nx|rune_testing)\.[\w.]*\w", hint):
        module, *attributes = full.split(".")
        thing = importlib.import_module(module)
        for attribute in attributes:
            thing = getattr(thing, attribute)
    for name in re.findall(r"\b(\w+)\(", hint):
        assert name in rune.__all__ or name in ("f", "int", "to_device"), name


def test_hints_hold():
    x = nx.asarray([1.0, 2.0])

    def f(x):
        return nx.cumulative_sum(x) * 3.0

    tangents = nx.asarray([[1.0, 0.0], [0.0, 1.0]])
    pushed = rune.vmap(lambda v: rune.jvp(f, x, v)[1])(tangents)
    assert pushed.tolist() == [[3.0, 3.0], [0.0, 3.0]]
    (transposed,) = rune.vjp_fun(f, x)[1](nx.asarray([1.0, 10.0]))
    assert transposed.tolist() == [33.0, 30.0]
    assert x.to_device(x.device).tolist() == [1.0, 2.0]
    lanes = rune.vmap(lambda x: x * rune.psum(1, "i"), axis_name="i")
    assert lanes(x).tolist() == [2.0, 4.0]

    def to_all(row):
        return rune.all_gather(row, "i")[:, rune.axis_index("i")]

    square = nx.asarray([[1.0, 2.0], [3.0, 4.0]])
    assert rune.vmap(to_all, axis_name="i")(square).tolist() == [[1.0, 3.0], [2.0, 4.0]]
    branches = [nx.sin, nx.negative]
    assert rune.vmap(lambda x: branches[int(x) - 1](x))(x)[1].tolist() == -2.0


def test_other_names_are_plainly_missing():
    with pytest.raises(AttributeError, match=r"^module 'rune' has no attribute 'gradd'$"):
        rune.gradd
