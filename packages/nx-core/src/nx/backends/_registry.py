"""Which backends there are, and which one new arrays go to.

Plugins are found on first need, each entry point in a try of its own: one that fails is recorded
with its distribution and cause, warned about once, and takes nothing down.  Loading a backend
happens when it is first used.
"""

from __future__ import annotations

import os
import threading
import warnings
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

import pluggy

from nx._errors import BackendError, DeviceError, NxError, message, shortened
from nx._types import Device, open_device
from nx._version import __version__
from nx.backends import numpy as numpy_plugin
from nx.backends._protocol import Backend
from nx.backends._spec import API_VERSION, GROUP, PROJECT, BackendSpec, Hooks

__all__ = [
    "as_device",
    "backends",
    "default_device",
    "load_backend",
    "register_backend",
    "use_backend",
]


@dataclass(slots=True)
class Entry:
    """One backend, or one plugin that failed to give any."""

    name: str
    distribution: str
    spec: BackendSpec | None = None
    reason: str | None = None
    backend: Backend | None = None
    version: str = ""

    @property
    def state(self) -> str:
        """``"loaded"``, ``"available"``, or ``"unusable"`` with `reason` saying why."""
        if self.reason is not None:
            return "unusable"
        return "available" if self.backend is None else "loaded"


@dataclass(slots=True)
class Registry:
    """All backends of this process, found once."""

    entries: dict[str, Entry] = field(default_factory=dict)
    failures: list[Entry] = field(default_factory=list)
    discovered: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)
    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(PROJECT))

    def discover(self) -> None:
        """Find the plugins of this environment, once."""
        with self.lock:
            if self.discovered:
                return
            self.discovered = True
            self.manager.add_hookspecs(Hooks)
            self._add_plugin(numpy_plugin, "numpy", "nx-core", __version__)
            from importlib.metadata import entry_points  # noqa: PLC0415 - costs 40 ms

            blocked = {n.strip() for n in os.environ.get("NX_BLOCK_BACKENDS", "").split(",")}
            for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
                distribution = point.dist.name if point.dist else "unknown"
                version = point.dist.version if point.dist else ""
                if point.name in blocked:
                    entry = Entry(
                        point.name,
                        distribution,
                        reason="blocked by NX_BLOCK_BACKENDS",
                        version=version,
                    )
                    self.failures.append(entry)
                    continue
                try:
                    plugin = point.load()
                except (Exception, SystemExit) as e:  # noqa: BLE001 - the plugin border: recorded
                    self._fail(
                        point.name, distribution, f"its plugin failed to import: {e!r}", version
                    )
                else:
                    self._add_plugin(plugin, point.name, distribution, version)
            # Last, since where warnings are errors the first one ends this.
            for entry in self.failures:
                if entry.name not in blocked:
                    self._warn(entry, "use")

    def _fail(self, name: str, distribution: str, reason: str, version: str = "") -> None:
        self.failures.append(Entry(name, distribution, reason=reason, version=version))

    def _warn(self, entry: Entry, action: str) -> None:
        problem = f"cannot {action} the backend {entry.name!r} of {entry.distribution}"
        hint = f"set NX_BLOCK_BACKENDS={entry.name} to do without it"
        text = message("nx", f"{problem} ({entry.reason})", hint)
        warnings.warn(text, RuntimeWarning, stacklevel=3)

    def _add_plugin(self, plugin: Any, name: str, distribution: str, version: str) -> None:
        try:
            self.manager.register(plugin, name)
            caller = self.manager.subset_hook_caller("nx_backends", self._all_but(plugin))
            found = caller()
            if not found:
                raise BackendError("it implements no hook named nx_backends that returns a list")
            specs = [spec for group in found for spec in group]
            if any(not isinstance(spec, BackendSpec) for spec in specs):
                raise BackendError(f"its hook returned {specs!r}, not a list of BackendSpec")
        except Exception as e:  # noqa: BLE001 - the plugin border: recorded, never fatal
            if self.manager.is_registered(plugin):
                self.manager.unregister(plugin)
            self._fail(name, distribution, f"its plugin failed: {e!r}", version)
            return
        for spec in specs:
            problem = self._problem(spec)
            if problem:
                self._fail(str(spec.name), distribution, problem, version)
            else:
                self._add(spec, distribution, version)

    def _all_but(self, plugin: Any) -> list[Any]:
        return [p for p in self.manager.get_plugins() if p is not plugin]

    def _problem(self, spec: Any) -> str | None:
        """Say what is wrong with a specification, whose fields may hold anything, or None."""
        if spec.api_version != API_VERSION:
            return f"it speaks backend API {spec.api_version}, this nx speaks {API_VERSION}"
        if not isinstance(spec.name, str) or not spec.name.isidentifier():
            return f"the name {spec.name!r} is not an identifier"
        if spec.name in self.entries:
            return f"the name is taken by {self.entries[spec.name].distribution}"
        if not isinstance(spec.priority, int):
            return f"the priority {spec.priority!r} is not an int"
        return None

    def _add(self, spec: BackendSpec, distribution: str, version: str) -> None:
        entry = Entry(spec.name, distribution, spec, version=version)
        try:
            entry.reason = spec.probe()
        except Exception as e:  # noqa: BLE001 - the plugin border: recorded, never fatal
            entry.reason = f"its probe failed: {e!r}"
        self.entries[spec.name] = entry

    def get(self, name: str) -> Entry:
        """Return a usable backend's entry, or raise with the cause."""
        self.discover()
        entry = self.entries.get(name)
        if entry is None or entry.reason is not None:
            reasons = [e.reason for e in self.failures if e.name == name]
            reason = entry.reason if entry is not None else (reasons[0] if reasons else None)
            usable = ", ".join(sorted(n for n, e in self.entries.items() if e.reason is None))
            problem = f"cannot use the backend {name!r} ({reason or 'there is none of that name'})"
            raise BackendError(message("nx", problem, f"usable backends: {usable}"))
        return entry

    def load(self, name: str) -> Backend:
        """Return a backend, loading it on first use, or raise with the cause."""
        entry = self.get(name)
        with self.lock:
            if entry.backend is None:
                assert entry.spec is not None
                try:
                    backend = entry.spec.load()
                    if not isinstance(backend, Backend):
                        raise TypeError(f"its loader returned {type(backend).__name__}, no Backend")
                    entry.backend = backend
                except Exception as e:  # the plugin border: recorded and raised with its cause
                    entry.reason = f"it failed to load: {e!r}"
                    raise BackendError(
                        message("nx", f"cannot load the backend {name!r} ({e!r})")
                    ) from e
        return entry.backend

    def default_name(self) -> str:
        """Return the name of the backend of highest priority that loads."""
        self.discover()
        while True:
            usable = [e for e in self.entries.values() if e.reason is None and e.spec is not None]
            best = max(usable, key=lambda e: e.spec.priority if e.spec else 0)
            try:
                self.load(best.name)
            except BackendError:
                if best.name == "numpy":
                    raise
                self._warn(best, "load")
            else:
                return best.name


REGISTRY = Registry()


def register_backend(spec: BackendSpec) -> None:
    """Register a backend without a plugin, in a notebook or a test.

    Parameters
    ----------
    spec : BackendSpec
        As a plugin's hook would return it.

    Raises
    ------
    BackendError
        If its API version or name does not fit.
    """
    REGISTRY.discover()
    problem = REGISTRY._problem(spec)
    if problem:
        raise BackendError(
            message("register_backend", f"cannot register {spec.name!r} ({problem})")
        )
    REGISTRY._add(spec, "registered by hand", "")
    _default_of_process.clear()


def backends() -> list[dict[str, Any]]:
    """List the backends of this environment, the failed ones with their reasons.

    Returns
    -------
    list of dict
        With keys ``name``, ``distribution``, ``version``, ``state``, ``priority`` and ``reason``.

    Examples
    --------
    >>> import nx
    >>> [b["state"] for b in nx.backends.backends() if b["name"] == "numpy"]
    ['loaded']
    """
    REGISTRY.discover()
    return [
        {
            "name": e.name,
            "distribution": e.distribution,
            "version": e.version,
            "state": e.state,
            "priority": None if e.spec is None else e.spec.priority,
            "reason": e.reason,
        }
        for e in (*REGISTRY.entries.values(), *REGISTRY.failures)
    ]


def load_backend(name: str) -> Backend:
    """Return the backend of a name, loading it on first use."""
    return REGISTRY.load(name)


_devices: dict[Any, Device] = {}
_default_of_process: dict[str | None, Device] = {}
_chosen: ContextVar[Device | None] = ContextVar("nx.backends.chosen", default=None)


def as_device(device: Any) -> Device:
    """Translate ``"c"``, ``"c:cpu"``, ``"torch:cuda:1"`` or a `Device` into an opened device.

    Raises
    ------
    BackendError
        If the backend is unknown or unusable; the message says why.
    DeviceError
        If the backend has no such device.
    """
    try:
        return _devices[device]
    except (KeyError, TypeError):
        pass
    try:
        return _opened(device)
    except NxError as error:
        raise shortened(error) from error.__cause__


def _opened(device: Any) -> Device:
    if isinstance(device, Device):
        name, kind, index = device.backend, device.kind, device.index
    elif isinstance(device, str):
        name, _, rest = device.partition(":")
        kind, _, number = rest.partition(":")
        if number and not number.isdecimal():
            raise DeviceError(
                message("device", f"cannot find {device!r} ({number!r} is not a number)")
            )
        index = int(number or 0)
    else:
        problem = f"cannot use {type(device).__name__} as a device"
        raise DeviceError(message("device", problem, "a Device, or a name such as 'numpy:cpu'"))
    backend = load_backend(name)
    kind = kind or backend.device_kinds[0]
    if kind not in backend.device_kinds:
        problem = f"cannot find a device of kind {kind!r} in the backend {name!r}"
        raise DeviceError(message("device", problem, f"it has {', '.join(backend.device_kinds)}"))
    if not 0 <= index < backend.device_count(kind):
        problem = f"cannot find number {index} of the kind {kind!r} in the backend {name!r}"
        count = backend.device_count(kind)
        raise DeviceError(message("device", f"{problem} ({count} of them)", "they count from 0"))
    found = Device(name, kind, index)
    open_device(found, backend)
    _devices[device] = _devices[found] = found
    return found


def default_device() -> Device:
    """Return the device new arrays go to: `use_backend`'s, NX_BACKEND's, or the best backend's."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    wanted = os.environ.get("NX_BACKEND")
    found = _default_of_process.get(wanted)
    if found is None:
        found = _default_of_process[wanted] = as_device(wanted or REGISTRY.default_name())
    return found


class use_backend:  # noqa: N801 - used as a context manager, like contextlib's
    """Make new arrays on another backend, within a block and the current context.

    Parameters
    ----------
    device : str or Device
        A backend's name, or one of its devices.

    Examples
    --------
    >>> import nx
    >>> with nx.use_backend("numpy"):
    ...     str(nx.zeros(2).device)
    'numpy:cpu'
    """

    __slots__ = ("_device", "_token")

    def __init__(self, device: Any) -> None:
        self._device = as_device(device)

    def __enter__(self) -> Device:
        self._token: Token[Device | None] = _chosen.set(self._device)
        return self._device

    def __exit__(self, *exc: object) -> None:
        _chosen.reset(self._token)
