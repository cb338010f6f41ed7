"""Infinities and NaN come silently, as the array API has it, also where warnings are errors."""

import warnings

import numpy as np
import nx
import pytest
import rune

HUGE = np.full(8, 3e38, np.float32)


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # as users' own suites have it: nx's own filter is behind it
        yield


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x + x,
        lambda x: nx.multiply(x, x),
        lambda x: x * 2.0,
        lambda x: 2 * x,
        lambda x: nx.exp(x),
        lambda x: x / 0.0,
        lambda x: nx.sum(x),
    ],
)
def test_an_overflow_is_infinite(function):
    x = nx.asarray(HUGE)
    for _ in range(3):  # the first goes the long way, the others the short one
        assert np.all(np.isposinf(function(x).numpy()))


def test_an_invalid_operation_is_nan():
    x = nx.asarray(np.full(8, np.inf, np.float32))
    for _ in range(3):
        assert np.all(np.isnan(nx.sin(x).numpy()))
        assert np.all(np.isnan((x - x).numpy()))
        assert np.all(np.isnan((0.0 * x).numpy()))


def test_so_do_derivatives():
    x = nx.asarray(np.full(8, np.inf, np.float32))
    for _ in range(3):
        assert np.all(np.isnan(rune.grad(lambda v: nx.sin(v).sum())(x).numpy()))
