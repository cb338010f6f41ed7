"""Backends: registering them, loading them, what they lack, and what NX_CHECK catches."""

import numpy as np
import nx
import pytest
from nx.backends import _selection, load_backend
from nx.primitives import P

from tests.nx.toys import Box, Helped, Toy, boxed, first_line, listed

# Registered by hand ---------------------------------------------------------------------


def test_a_second_backend(register):
    name = register(Toy())
    assert listed(name)["state"] == "available"
    x = nx.asarray([1.0, 2.0], device=name)
    assert listed(name)["state"] == "loaded"
    assert str(x.device) == f"{name}:cpu"
    assert x.device == nx.Device(name)
    y = x + x
    assert isinstance(y._data, Box)
    assert y.device == x.device
    assert y.tolist() == [2, 4]
    assert repr(y) == "Array([2., 4.], dtype=float32)"


def test_a_backend_is_loaded_once_and_when_needed(register):
    loads = []
    backend = Toy()
    name = register(backend, load=lambda: (loads.append(1), backend)[1])
    nx.backends.backends()
    assert loads == []
    assert load_backend(name) is load_backend(name) is backend
    nx.zeros(2, device="numpy").to_device(name)
    assert loads == [1]


def test_the_numpy_backend_came_through_the_hook():
    assert listed("numpy")["distribution"] == "nx-core"
    assert listed("numpy")["priority"] == 0
    assert load_backend("numpy").name == "numpy"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"api_version": 99}, "it speaks backend API 99, this nx speaks 1"),
        ({"name": "numpy"}, "the name is taken by nx-core"),
        ({"name": "a b"}, "the name 'a b' is not an identifier"),
        ({"name": "a:b"}, "the name 'a:b' is not an identifier"),
    ],
)
def test_a_specification_that_does_not_fit(register, options, problem):
    with pytest.raises(nx.BackendError) as caught:
        register(Toy(), **options)
    name = options.get("name") or str(caught.value).split("'")[1]
    assert first_line(caught) == f"register_backend: cannot register {name!r} ({problem})"


def test_a_probe_that_says_no_or_fails(register):
    absent = register(Toy(), probe=lambda: "no such card")
    broken = register(Toy(), probe=lambda: 1 / 0)
    for name, reason in (
        (absent, "no such card"),
        (broken, "its probe failed: ZeroDivisionError('division by zero')"),
    ):
        assert listed(name) | {"state": "unusable", "reason": reason} == listed(name)
        with pytest.raises(nx.BackendError) as caught:
            nx.zeros(2, device=name)
        assert first_line(caught) == f"nx: cannot use the backend {name!r} ({reason})"
    assert nx.zeros(2).tolist() == [0, 0]


@pytest.mark.parametrize("load", [lambda: 1 / 0, lambda: None, lambda: object()])
def test_a_backend_that_fails_to_load(register, load):
    name = register(load=load)
    for start in ("cannot load the backend", "cannot use the backend"):
        with pytest.raises(nx.BackendError) as caught:
            nx.zeros(2, device=name)
        assert first_line(caught).startswith(f"nx: {start} {name!r} (")
    assert listed(name)["state"] == "unusable"


def test_the_best_backend_that_loads_is_the_default(register, monkeypatch):
    monkeypatch.delenv("NX_BACKEND")
    good = register(Toy(), priority=1000)
    bad = register(load=lambda: 1 / 0, priority=2000)
    _selection._default_of_process.clear()
    with pytest.warns(RuntimeWarning, match=f"cannot load the backend '{bad}'"):
        x = nx.asarray([1.0])
    assert x.device.backend == good
    assert nx.asarray([1.0]).device.backend == good


# What a backend lacks ---------------------------------------------------------------------


def test_a_missing_kernel_raises_at_the_call(register):
    name = register(Toy())
    x = nx.asarray([1.0, 2.0], device=name)
    with pytest.raises(nx.BackendError) as caught:
        nx.sin(x)
    message, hint = str(caught.value).splitlines()
    problem = f"cannot run on the backend {name!r}, which has no kernel for (float32[2])"
    assert message == f"sin: {problem}"
    assert hint == "hint: move the array: x.to_device('numpy')"
    with pytest.raises(nx.BackendError, match="full: cannot run on the backend"):
        nx.zeros(2, device=name)


def test_the_fallback_is_a_round_trip(register):
    name = register(Helped())
    x = nx.asarray([[1.0, 2.0], [3.0, 4.0]], device=name)
    theirs = nx.asarray([[1.0, 2.0], [3.0, 4.0]], device="numpy")
    for f in (
        nx.sin,
        nx.softmax,
        nx.sum,
        lambda x: x @ x,
        lambda x: x.T[::-1],
        nx.argsort,
        nx.relu,
    ):
        y = f(x)
        assert isinstance(y._data, Box)
        np.testing.assert_array_equal(y.numpy(), f(theirs).numpy())
    assert nx.split(x, 2)[1].tolist() == [[3, 4]]


def test_a_composite_runs_the_backends_own_kernel(register):
    name = register(Helped(softmax=boxed(lambda x, axis: np.full_like(x, axis))))
    x = nx.asarray([[1.0, 2.0]], device=name)
    assert nx.softmax(x, axis=0).tolist() == [[0, 0]]
    np.testing.assert_allclose(nx.log_softmax(x).numpy(), [[-1.3132616, -0.3132617]], rtol=1e-6)


def test_kernels_are_resolved_once(register):
    asked = []

    class Asks(Helped):
        def kernel(self, primitive, types, params):
            asked.append(primitive.name)
            return super().kernel(primitive, types, params)

    name = register(Asks())
    x = nx.asarray(np.ones((3, 7, 5)), device=name)
    for _ in range(5):
        x = x + x
    assert asked.count("add") <= 2  # once for the plan, once for the short path


# NX_CHECK -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "given"),
    [
        (lambda x, y: Box((x.array + y.array)[:1]), "float32[1]"),
        (lambda x, y: Box((x.array + y.array).astype(np.float64)), "float64[2]"),
        (lambda x, y: Box(np.asarray(x.array.sum())), "float32[]"),
        (lambda x, y: None, "NoneType"),
        (lambda x, y: Box([1, 2]), "list"),
    ],
)
def test_checks_catch_a_wrong_result(register, monkeypatch, kernel, given):
    monkeypatch.setenv("NX_CHECK", "1")
    name = register(Toy(add=kernel))
    x = nx.asarray([1.0, 2.0], device=name)
    for _ in range(2):
        with pytest.raises(nx.BackendError) as caught:
            x + x
        message = first_line(caught)
        assert message.startswith(f"add: cannot accept the backend {name!r}'s result ")
        assert given in message
        assert message.endswith("(float32[2] was inferred)")


def test_checks_catch_a_wrong_count_and_a_wrong_scalar_kernel(register, monkeypatch):
    class Scalars(Toy):
        def scalar_kernel(self, primitive, type_, reflected):
            return lambda x, scalar: Box((x.array * scalar).astype(np.float64))

    monkeypatch.setenv("NX_CHECK", "1")
    name = register(Scalars(multiply=boxed(np.multiply), moments=boxed(lambda x, axes: x)))
    x = nx.asarray([1.0, 2.0], device=name)
    with pytest.raises(nx.BackendError, match="multiply: cannot accept the backend"):
        [x * 2.0 for _ in range(3)]
    with pytest.raises(nx.BackendError, match="moments: cannot accept the backend"):
        nx.effects.perform_several(P.moments, x, axes=(0,))


def test_checks_catch_what_arrives_in_another_dtype(register, monkeypatch):
    class Rounds(Toy):
        def from_numpy(self, array):
            return Box(array.astype(np.float32))

    monkeypatch.setenv("NX_CHECK", "1")
    name = register(Rounds())
    x = nx.asarray([1.0, 2.0], dtype="float64", device="numpy")
    with pytest.raises(nx.BackendError) as caught:
        x.to_device(name)
    problem = f"cannot accept the backend {name!r}'s result float32[2] (float64[2] was inferred)"
    assert first_line(caught) == f"to_device: {problem}"
    assert x.astype("float32").to_device(name).tolist() == [1, 2]


def test_checks_pass_what_is_right(register, monkeypatch):
    monkeypatch.setenv("NX_CHECK", "1")
    name = register(Helped())
    x = nx.asarray([[1.0, 2.0]], device=name)
    for _ in range(3):
        assert (nx.softmax(x + x) * 2.0).shape == (1, 2)
        assert x.max().item() == 2
