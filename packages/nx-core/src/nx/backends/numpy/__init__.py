"""The NumPy backend: the embedded default and the reference, plain and correct.

Its storage is a NumPy array that nobody writes to.
"""

from nx.backends.numpy._backend import BACKEND, NumpyBackend, nx_backends

__all__ = ["BACKEND", "NumpyBackend", "nx_backends"]
