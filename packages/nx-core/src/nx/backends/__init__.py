"""Backends: the plugin interface, the registry and the choice of one.

A backend is a plugin found through the entry-point group ``nx.backends``; the NumPy backend is
built in and comes through the same hook.
"""

from nx.backends._coverage import coverage
from nx.backends._protocol import Backend
from nx.backends._registry import backends, load_backend
from nx.backends._selection import (
    as_device,
    default_device,
    devices,
    register_backend,
    use_backend,
)
from nx.backends._spec import API_VERSION, BackendSpec, hookimpl

__all__ = [
    "API_VERSION",
    "Backend",
    "BackendSpec",
    "as_device",
    "backends",
    "coverage",
    "default_device",
    "devices",
    "hookimpl",
    "load_backend",
    "register_backend",
    "use_backend",
]
