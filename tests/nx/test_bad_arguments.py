"""Every public function with bad arguments: a named error of nx's, or a sound result.

The walk begins at calls that are good: those in the function's own docstring.  Each argument in
turn, and pairs of them, give way to something strange.
"""

import contextlib
import doctest
import inspect
import io
from itertools import combinations

import numpy as np
import nx
import nx.fft
import nx.linalg
import nx.random
import pytest

from tests.nx.test_errors import frames_below

PRINTS_OR_INSTALLS = {"print_data", "register_backend", "seed"}
ROOMS = {"": nx, "random.": nx.random, "fft.": nx.fft, "linalg.": nx.linalg}


class Odd:
    """It has what conversions look for, and nothing in it is right."""

    dtype = "nonsense"
    shape = (2,)


NUMBERS = [
    *(-1, 0, 1.0, 1.5, -0.0, float("nan"), float("inf"), 1j, True, False),
    *(10**30, -(10**30), 2**62, 2**63 - 1, -(2**63), 2**1024),
    *(np.float64(1), np.int8(1), np.bool_(True), np.longdouble(1), np.datetime64("2020-01-01")),
]
OBJECTS = [
    *(None, "text", "", b"bytes", object(), Odd(), slice(1), int, len, nx, lambda: 1),
    *({}, {1}, [], (), range(3), iter([1]), nx.float32, np.float32),
]
SEQUENCES = [
    *([[1, 2], [3]], [None], (None,), [object()], ["a", "b"], [1, "a"], [[[]]], [1j, None]),
    *((2**40, 2**40), (2**62,), (-1,), (0, 0), (True,), (1.0,), (0, "a"), (None, 1)),
    *([nx.ones(2), None], [True, 2], [2**70]),
]
ARRAYS = [
    *(nx.ones((2, 3)), nx.zeros((4, 5)), nx.ones((2, 2, 2)), nx.arange(3), nx.arange(3)[::-1]),
    *(nx.zeros(()), nx.zeros(0), nx.zeros((0, 0)), nx.zeros((0, 3, 3)), nx.zeros((3, 0))),
    *(nx.full(3, float("nan")), nx.full((3, 3), float("nan")), nx.full((3, 3), float("inf"))),
    *(nx.asarray([True, False]), nx.asarray(True), nx.asarray([1j]), nx.ones((1,) * 32)),
    # On NumPy, since not every backend stores them.
    nx.asarray([1], dtype=nx.int4, device="numpy"),
    nx.asarray([1.0], dtype=nx.float8_e4m3, device="numpy"),
    *(nx.asarray([200], dtype=nx.uint64), nx.ones((2, 2), dtype=nx.bfloat16)),
    *(np.array(["a"]), np.array([None]), np.zeros((1,) * 33), np.ma.masked_array([1, 2])),
    np.zeros(3, dtype=[("a", "f4")]),
]
STRANGE = [*NUMBERS, *OBJECTS, *SEQUENCES, *ARRAYS]
PAIRED = [
    *(None, "text", -1, 0, 1.0, 1.5, float("nan"), 10**30, 2**62, True, np.int64(1)),
    *((), (0, 0), (-1,), (None,), [None], Odd()),
    *(nx.zeros(()), nx.zeros((0, 0)), nx.ones((2, 3))),
]


def functions():
    """Give each function once: the first of its names, unless that is an alias."""
    found = {}
    for prefix, room in ROOMS.items():
        for name in room.__all__:
            function = getattr(room, name)
            if not inspect.isfunction(function) or name in PRINTS_OR_INSTALLS:
                continue
            known = found.get(function)
            if known is None or known[1] != function.__name__ == name:
                found[function] = room, name, prefix
    return [pytest.param(room, name, id=f"{prefix}{name}") for room, name, prefix in found.values()]


def good_calls(room, name, monkeypatch):
    """Return the calls (args, kwargs) in a function's own examples."""
    function, calls = getattr(room, name), []

    def recorded(*args, **kwargs):
        calls.append((list(args), kwargs))
        return function(*args, **kwargs)

    environment = {}
    with monkeypatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setattr(room, name, recorded)
        for example in doctest.DocTestParser().get_examples(function.__doc__):
            exec(compile(example.source, "<example>", "single"), environment)
    return calls


def bad_calls(function, args, kwargs):
    """Yield (args, kwargs): those of a good call, some replaced, or an option added."""
    parameters = list(inspect.signature(function).parameters.values())
    options = [
        p.name
        for i, p in enumerate(parameters)
        if p.kind is p.KEYWORD_ONLY or (p.kind is p.POSITIONAL_OR_KEYWORD and i >= len(args))
    ]
    for strange in STRANGE:
        for i in range(len(args)):
            yield [*args[:i], strange, *args[i + 1 :]], kwargs
        for name in options:
            yield args, {**kwargs, name: strange}
        yield [strange] * len(args), kwargs
    for first in PAIRED:
        for second in PAIRED:
            for i, j in combinations(range(len(args)), 2):
                both = [*args]
                both[i], both[j] = first, second
                yield both, kwargs


def problem_of(function, args, kwargs):
    """Call a function; return what is wrong with its error or result, if anything."""
    try:
        out = function(*args, **kwargs)
    except nx.NxError as e:
        if ": cannot " not in str(e).splitlines()[0]:
            return f"a message of another form: {e}"
        return f"{frames_below(e)} frames deep: {e}" if frames_below(e) > 7 else None
    except Exception as e:  # noqa: BLE001 - what it is, is the question
        try:
            inspect.signature(function).bind(*args, **kwargs)
        except TypeError:  # Python's own
            return None
        return f"{type(e).__name__}: {e}"
    for x in out if isinstance(out, tuple) else (out,):
        if isinstance(x, nx.Array):
            held = x._type.backend.to_numpy(x._data)
            if (held.shape, held.dtype) != (x.shape, x.dtype.numpy):
                return f"{x._type} holds {held.dtype}{held.shape}"
    return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("room", "name"), functions())
def test_every_function_names_its_errors(room, name, monkeypatch):
    function = getattr(room, name)
    with pytest.raises((TypeError, nx.ShapeError)):
        function(*[None] * 99)
    calls = good_calls(room, name, monkeypatch)
    assert calls
    found = {}
    for args, kwargs in bad_calls(function, *calls[0]):
        problem = problem_of(function, args, kwargs)
        if problem:
            found.setdefault(problem.splitlines()[0], (args, kwargs))
    assert not found
