"""debug prints what passes, indented, on any stream, inside and outside everything else."""

import io

import nx
import pytest
import rune


def printed(f, *args):
    stream = io.StringIO()
    rune.debug(f, stream=stream)(*args)
    return stream.getvalue().splitlines()


def test_operations_inputs_and_output(capsys):
    out = rune.debug(lambda x: x * x + nx.sin(x))(nx.scalar(nx.float32, 2.0))
    assert float(out) == pytest.approx(4.909297)
    assert capsys.readouterr().out.splitlines() == [
        "debug(<lambda>)",
        "  multiply(float32[] 2., float32[] 2.) -> float32[] 4.",
        "  sin(float32[] 2.) -> float32[] 0.909297",
        "  add(float32[] 4., float32[] 0.909297) -> float32[] 4.909297",
    ]


def test_parameters_and_large_arrays_are_summarised():
    lines = printed(lambda x: nx.sum(x, axis=0), nx.reshape(nx.arange(20.0), (4, 5)))
    assert (
        lines[1] == "  sum(float32[4,5] [0 ... 19], axes=(0,)) -> float32[5] [30. 34. 38. 42. 46.]"
    )
    assert printed(nx.negative, nx.arange(9))[1].startswith("  negative(int64[9] [0 ... 8])")
    assert "(empty)" in printed(nx.negative, nx.zeros((0, 2)))[1]


def test_reads_and_draws():
    nx.seed(0)
    lines = printed(lambda x: nx.rand() if x > 0 else x, nx.asarray(1.0))
    assert lines[2] == "  read bool(bool[] True) -> True"
    assert lines[3].startswith("  draw() -> uint32[2] [")


def test_a_read_tells_what_python_gets():
    lines = printed(lambda x: (int(x), bool(x), float(x), int(-x)), nx.asarray(2.5))
    told = [line.split(") -> ")[1] for line in lines if "read" in line]
    assert told == ["2.", "True", "2.5", "-2."]


def test_what_raises_is_told():
    stream = io.StringIO()
    with pytest.raises(nx.NxError):
        rune.debug(lambda x: x[nx.asarray([7])], stream=stream)(nx.arange(3))
    assert stream.getvalue().splitlines()[-1].endswith("raised IndexOutOfBoundsError")


def test_inside_each_transformation():
    x = nx.asarray([1.0, 2.0])
    stream = io.StringIO()
    f = rune.debug(lambda x: nx.sin(x), stream=stream)
    rune.grad(lambda x: nx.sum(f(x)))(x)
    rune.jvp(f, x, x)
    rune.vmap(f)(x)
    assert stream.getvalue().splitlines() == [
        "  debug(<lambda>)",
        "    sin(float32[2] [1. 2.]) -> float32[2] [0.841471 0.909297]",
        "  debug(<lambda>)",
        "    sin(float32[2] [1. 2.]) -> float32[2] [0.841471 0.909297]",
        "  debug(<lambda>)",
        "    sin(float32[] in 2 lanes [1. 2.]) -> float32[] in 2 lanes [0.841471 0.909297]",
    ]


def test_outside_each_transformation():
    x = nx.asarray([1.0, 2.0])
    lines = printed(rune.grad(lambda x: nx.sum(nx.sin(x))), x)
    names = [line.split("(")[0].strip() for line in lines]
    assert names == ["debug", "sin", "sum", "broadcast_to", "multiply_cos"]
    lines = printed(rune.vmap(nx.sin), x)
    assert lines[1:] == ["  sin(float32[2] [1. 2.]) -> float32[2] [0.841471 0.909297]"]


def test_nested():
    lines = printed(
        rune.vmap(rune.debug(nx.sin, stream=(stream := io.StringIO()))), nx.asarray([1.0])
    )
    assert len(lines) == 2
    assert stream.getvalue().splitlines()[0] == "    debug(sin)"


def test_after_a_split_only_the_lanes_that_are_left_are_shown():
    """Also of arrays that were made before it."""

    def f(x):
        y = x * 2
        return y * x if x > 0 else -y

    stream, seen = io.StringIO(), []
    rune.vmap(rune.debug(f, stream=stream))(nx.asarray([1.0, -2.0, 3.0]))
    lines = [line.strip() for line in stream.getvalue().splitlines()]
    assert lines[3] == "read bool(bool[] in 3 lanes [ True False  True]) -> True"
    assert lines[4] == (
        "multiply(float32[] in 2 lanes [2. 6.], float32[] in 2 lanes [1. 3.])"
        " -> float32[] in 2 lanes [ 2. 18.]"
    )
    assert lines[-1] == "negative(float32[] in 1 lane [-4.]) -> float32[] in 1 lane [4.]"
    rune.vmap(lambda x: (seen.append(str(x)) if x > 0 else None, x)[1])(nx.asarray([1.0, -2.0]))
    assert seen == ["Array(float32[], batched over Array([1.], dtype=float32))"]


def test_after_a_split_of_a_vmap_in_a_vmap_too():
    seen = []

    def f(x):
        return rune.grad(lambda z: (seen.append(repr(z)) if x > 0 else None, z * z)[1])(x)

    x = nx.asarray([[1.0, -2.0], [3.0, -4.0]])
    assert rune.vmap(rune.vmap(f))(x).tolist() == [[2.0, -4.0], [6.0, -8.0]]
    assert seen == [
        "Array(float32[], batched over Array(float32[1], batched over "
        "Array([[1.],\n       [3.]], dtype=float32)))"
    ]


def test_a_kept_array_is_shown_as_it_was():
    kept = []
    rune.vmap(lambda x: (kept.append(x), x)[1])(nx.asarray([1.0, -2.0]))
    assert repr(kept[0]) == "Array(float32[], batched over Array([ 1., -2.], dtype=float32))"


def test_it_changes_nothing():
    x = nx.asarray([3.0, -1.0])
    stream = io.StringIO()
    quiet = rune.debug(lambda x: x * x if x > 0 else -x, stream=stream)
    assert rune.vmap(rune.grad(quiet))(x).tolist() == [6.0, -1.0]
    assert rune.debug(rune.vmap(rune.grad(quiet)), stream=stream)(x).tolist() == [6.0, -1.0]


def test_only_functions():
    with pytest.raises(TypeError, match="debug: cannot transform"):
        rune.debug(3)
