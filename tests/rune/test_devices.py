"""Transformations of functions that move arrays between backends."""

import itertools

import numpy as np
import nx
import pytest
import rune
from nx.backends import API_VERSION, BackendSpec, _registry

from tests.nx.toys import Box, Helped

NAMES = (f"elsewhere{i}" for i in itertools.count())


@pytest.fixture
def elsewhere():
    """A backend whose storage NumPy can do nothing with."""
    nx.backends.backends()  # discovers
    before = dict(_registry.REGISTRY.entries)
    backend, name = Helped(), next(NAMES)
    backend.name = name
    nx.register_backend(
        BackendSpec(
            name=name,
            api_version=API_VERSION,
            probe=lambda: None,
            load=lambda: backend,
            priority=-1,
        )
    )
    yield name
    _registry.REGISTRY.entries.clear()
    _registry.REGISTRY.entries.update(before)


def network(parameters, x, there=None):
    """Two layers; the second one is on another backend, if there is one."""
    weights, more = parameters
    hidden = nx.tanh(x @ weights)
    if there is not None:
        hidden, more = hidden.to_device(there), more.to_device(there)
    return nx.sum(nx.logsumexp(hidden @ more, axis=1) ** 2)


@pytest.fixture
def drawn(rng):
    shapes = ((3, 4), (4, 2)), (5, 3)
    parameters = [nx.asarray(rng.standard_normal(s), device="numpy") for s in shapes[0]]
    return parameters, nx.asarray(rng.standard_normal(shapes[1]), device="numpy")


def assert_same(found, expected):
    assert found.device == expected.device
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-13)


def test_gradients_come_home_through_another_backend(drawn, elsewhere):
    parameters, x = drawn
    found = rune.grad(network)(parameters, x, elsewhere)
    for ours, expected in zip(found, rune.grad(network)(parameters, x), strict=True):
        assert_same(ours, expected)


def test_tangents_go_along(drawn, elsewhere):
    parameters, x = drawn
    direction = nx.cos(x)

    def run(there):
        return rune.jvp(lambda x: network(parameters, x, there), x, direction)

    (value, tangent), (_, expected) = run(elsewhere), run(None)
    assert isinstance(tangent._data, Box)
    assert tangent.device == value.device == nx.Device(elsewhere)
    np.testing.assert_allclose(tangent.numpy(), expected.numpy(), rtol=1e-13)


def test_second_derivatives_cross_twice(drawn, elsewhere):
    parameters, x = drawn

    def curvature(there):
        return rune.hvp(lambda x: network(parameters, x, there), x, nx.sin(x))

    assert_same(curvature(elsewhere), curvature(None))


def test_lanes_move_together(drawn, elsewhere):
    parameters, x = drawn
    rows = nx.reshape(x, (5, 1, 3))
    found = rune.vmap(lambda row: network(parameters, row, elsewhere))(rows)
    assert isinstance(found._data, Box)
    expected = [network(parameters, row).item() for row in rows]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-13)
    each = rune.vmap(rune.grad(lambda row: network(parameters, row, elsewhere).to_device("numpy")))
    expected = [rune.grad(lambda row: network(parameters, row))(row).numpy() for row in rows]
    np.testing.assert_allclose(each(rows).numpy(), expected, rtol=1e-12)


def test_a_gradient_lives_where_its_argument_does(drawn, elsewhere):
    parameters, x = drawn
    theirs = [p.to_device(elsewhere) for p in parameters]
    gradient = rune.grad(lambda p: network([each.to_device("numpy") for each in p], x))(theirs)
    expected = rune.grad(network)(parameters, x)
    for ours, known in zip(gradient, expected, strict=True):
        assert isinstance(ours._data, Box)
        np.testing.assert_allclose(ours.numpy(), known.numpy(), rtol=1e-13)


@pytest.mark.parametrize("transform", [rune.grad, rune.vmap], ids=["grad", "vmap"])
def test_mixing_is_refused_inside_a_transformation(elsewhere, transform):
    here = nx.ones(3, device="numpy")
    with pytest.raises(nx.DeviceError) as caught:
        transform(lambda x: nx.sum(x * here))(nx.ones((2, 3), device=elsewhere))
    problem, hint = str(caught.value).splitlines()
    assert problem == f"multiply: cannot mix arrays on {elsewhere}:cpu and numpy:cpu"
    assert hint == f"hint: move one of them first: x.to_device('{elsewhere}:cpu')"


def test_cotangents_and_tangents_of_another_backend_are_refused(elsewhere):
    x = nx.ones(3, device="numpy")
    far = x.to_device(elsewhere)
    for call in (
        lambda: rune.vjp(nx.sin, x, far),
        lambda: rune.jvp(nx.sin, x, far),
        lambda: rune.vjp_fun(nx.sin, x)[1](far),
    ):
        with pytest.raises(nx.DeviceError, match=r"cannot (pull back|push forward) an array on"):
            call()
