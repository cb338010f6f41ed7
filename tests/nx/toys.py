"""Backends to try the registry with: storage that NumPy can do nothing with, few kernels."""

import textwrap

import numpy as np
import nx
from nx.backends import Backend


class Box:
    """Storage that NumPy can do nothing with."""

    def __init__(self, array):
        self.array = array


def boxed(function):
    return lambda *boxes, **params: Box(function(*(box.array for box in boxes), **params))


class Toy(Backend):
    """A few kernels of its own, and no others."""

    def __init__(self, **kernels):
        self.loads = 0
        self.kernels = {"add": boxed(np.add), "copy": boxed(np.copy), **kernels}

    def from_numpy(self, array):
        return Box(array)

    def to_numpy(self, storage):
        return storage.array


class Helped(Toy):
    """The same, with NumPy's kernels for the rest."""

    fallback = True


def listed(name):
    return next(entry for entry in nx.backends.backends() if entry["name"] == name)


def first_line(caught):
    return str(caught.value).splitlines()[0]


# The source of a plugin, as a distribution of its own would have it.
GOOD = """
import numpy as np
from nx.backends import API_VERSION, Backend, BackendSpec, hookimpl

class Good(Backend):
    name = NAME
    fallback = True
    def from_numpy(self, array): return array
    def to_numpy(self, storage): return storage

def spec(**options):
    return BackendSpec(**dict(name=NAME, api_version=API_VERSION, probe=lambda: None,
                              load=Good, priority=PRIORITY) | options)

@hookimpl
def nx_backends():
    return [spec()]
"""


def plugin(name, tail="", priority=-5):
    return f"NAME, PRIORITY = {name!r}, {priority}\n{GOOD}\n{textwrap.dedent(tail)}"
