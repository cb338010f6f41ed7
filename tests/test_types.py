"""What a type checker makes of programs that use nx: right ones pass, wrong ones don't."""

import inspect
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import nx
import pytest
import rune

RIGHT = """
    from typing import Any, assert_type

    import nx
    import rune
    from nx import Array, DType, ShapeError

    x = nx.asarray([[1.0, 2.0], [3.0, 4.0]], dtype=nx.float32)
    assert_type(x, Array)
    assert_type(x.shape, tuple[int, ...])
    assert_type(x.dtype, DType)
    assert_type(2.0 * x + x @ x.T, Array)
    assert_type(-x[0, :] ** 2, Array)
    assert_type(x > 1.0, Array)
    assert_type(x == x, Array)
    assert_type(divmod(x, 2.0), tuple[Array, Array])
    assert_type(x.sum(axis=0, keepdims=True), Array)
    assert_type(x.reshape(4).sort(descending=True), Array)
    assert_type(x.at[0].set(1.0).at[1].add(x[1]), Array)
    assert_type(x.mean().item(), Any)
    assert_type(float(x.max()), float)
    assert_type(len(x), int)
    assert_type([row.sum() for row in x], list[Array])
    assert_type(nx.sum(x, axis=(0, 1)), Array)
    assert_type(nx.sin(x), Array)
    assert_type(nx.maximum(x, 0.0), Array)
    assert_type(nx.split(x, 2), tuple[Array, ...])
    assert_type(nx.top_k(x, 1), tuple[Array, Array])
    assert_type(nx.unique_all(x).counts, Array)
    assert_type(nx.linalg.svd(x).S, Array)
    assert_type(nx.fft.rfft(x, n=4), Array)
    assert_type(nx.random.split(nx.random.key(0), 3), Array)
    assert_type(nx.result_type(x, nx.int8), DType)
    assert_type(nx.isdtype(x.dtype, "integral"), bool)

    with nx.use_backend("numpy"):
        nx.zeros((2, 3), device="numpy")


    def loss(weights: Array) -> Array:
        return nx.mean(nx.square(weights))


    gradient = rune.grad(loss)(x)
    try:
        nx.ones(3) + nx.ones(2)
    except ShapeError as error:
        print(error)
"""

WRONG = """
    import nx

    x = nx.asarray([1.0, 2.0])
    x[0] = 3.0
    x.shape = (2, 1)
    x.cumsum()
    x.fill(0.0)
    hash(x) + x.rank
    nx.concatenate([x, x])
    nx.sum(x, 0)
    nx.sum(x, dim=0)
    nx.sin(x, x)
    nx.sin()
    nx.zeros(shape=(2,), order="C")
    nx.linalg.svd(x).V
    nx.random.uniform()
    y: str = nx.sum(x)
"""


@pytest.fixture(scope="module")
def check(tmp_path_factory):
    """Return a function that gives the lines of a program that mypy finds wrong, and its words."""
    pytest.importorskip("mypy", reason="the types session installs it")
    folder = tmp_path_factory.mktemp("types")
    sources = [Path(module.__file__).parents[1] for module in (nx, rune)]
    beside = [str(source) for source in sources if source.name != "site-packages"]

    def checked(program):
        (folder / "program.py").write_text(textwrap.dedent(program))
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "program.py"],
            cwd=folder,
            env={**os.environ, "MYPYPATH": os.pathsep.join(beside)},
            capture_output=True,
            text=True,
        )
        said = done.stdout + done.stderr
        assert done.returncode < 2, said  # it ran to its end
        found = re.findall(r"^program\.py:(\d+): error:", said, re.MULTILINE)
        return {int(line) for line in found}, said

    return checked


@pytest.mark.slow
def test_a_right_program_passes(check):
    wrong, said = check(RIGHT)
    assert wrong == set(), said


@pytest.mark.slow
def test_every_line_of_a_wrong_program_is_found(check):
    wrong, said = check(WRONG)
    lines = textwrap.dedent(WRONG).splitlines()
    assert wrong == {i for i, line in enumerate(lines, 1) if i > 4 and line}, said


def public():
    """Return what is callable and public, by name."""
    for space in (nx, nx.linalg, nx.fft, nx.random):
        for name in space.__all__:
            if inspect.isfunction(getattr(space, name)):
                yield f"{space.__name__}.{name}", getattr(space, name)


TYPED = dict(public())


@pytest.mark.parametrize("name", TYPED)
def test_every_parameter_and_result_is_typed(name):
    signature = inspect.signature(TYPED[name])
    untyped = [p.name for p in signature.parameters.values() if p.annotation is p.empty]
    assert untyped == []
    assert signature.return_annotation is not signature.empty


def test_the_stub_has_every_method():
    """Those that only say what to use instead are unknown to a checker on purpose."""
    stub = (Path(nx.__file__).parent / "_array.pyi").read_text()
    known = set(re.findall(r"^    def (\w+)\(", stub, re.MULTILINE))
    for name, member in vars(nx.Array).items():
        if inspect.isfunction(member):
            assert (name in known) == (member.__annotations__["return"] != "NoReturn"), name
        elif isinstance(member, property):
            assert name in known, name
