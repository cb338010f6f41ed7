"""A pytest plugin that forbids the C backend NumPy, but for the listed hand-overs.

Loaded with ``-p`` beside the contract kit. While a kernel of the backend runs, NumPy's ufuncs and
the functions that sort, choose and join raise. A kernel that would be the NumPy backend's raises
when it is asked for. ``WITHOUT=sin`` takes a function out of the extension: the kit must then fail.
"""

import os

import numpy as np
from nx.backends import Backend
from nx_cbackend import _backend
from nx_cbackend._handovers import is_handed_over

OTHERS = ("argsort", "concatenate", "cumsum", "max", "min", "prod", "sort", "sum", "take", "where")
running = 0


class NumpyUsedError(Exception):
    """NumPy computed what the backend should have."""


def forbidding(name, function):
    def guarded(*args, **options):
        if running:
            raise NumpyUsedError(name)
        return function(*args, **options)

    return guarded


class Guarded:
    """A ufunc that raises in a kernel; its methods and attributes are the ufunc's own."""

    def __init__(self, name, ufunc):
        self._name, self._ufunc = name, ufunc

    def __call__(self, *args, **options):
        if running:
            raise NumpyUsedError(self._name)
        return self._ufunc(*args, **options)

    def __getattr__(self, name):
        if running:
            raise NumpyUsedError(f"{self._name}.{name}")
        return getattr(self._ufunc, name)


def watched(kernel):
    def run(*storages):
        global running
        running += 1
        try:
            return kernel(*storages)
        finally:
            running -= 1

    return run


class Watched(_backend.CBackend):
    def kernel(self, primitive, types, params):
        if primitive.name == os.environ.get("WITHOUT"):
            return None
        found = super().kernel(primitive, types, params)
        return None if found is None else watched(found)

    def scalar_kernel(self, *args, **options):
        found = super().scalar_kernel(*args, **options)
        return None if found is None else watched(found)

    def resolve(self, primitive, types, params):
        found = self.kernel(primitive, types, params)
        if found is not None or primitive.decomposition is not None:
            return found
        if not is_handed_over(primitive.name, types, params):
            raise NumpyUsedError(f"{primitive.name} of {', '.join(map(str, types))}")
        return Backend.resolve(self, primitive, types, params)


def pytest_configure():
    _backend.CBackend = Watched
    for name in dir(np):
        found = getattr(np, name)
        if isinstance(found, np.ufunc):
            setattr(np, name, Guarded(name, found))
        elif name in OTHERS:
            setattr(np, name, forbidding(name, found))
