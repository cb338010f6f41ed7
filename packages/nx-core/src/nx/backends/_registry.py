"""Which backends there are: found once, on first need, and loaded when they are first used.

A plugin or a backend that fails is recorded with its distribution and cause and warned about once;
with ``NX_STRICT_PLUGINS=1`` it is an error.  The other backends live on either way.
"""

from __future__ import annotations

import os
import threading
import warnings
from dataclasses import dataclass, field
from typing import Any

from nx._errors import BackendError, message
from nx.backends._plugins import BLOCKED, Origin, installed
from nx.backends._protocol import Backend
from nx.backends._spec import API_VERSION, BackendSpec

__all__ = ["REGISTRY", "backends", "load_backend"]

STRICT = "NX_STRICT_PLUGINS"


@dataclass(slots=True)
class Entry:
    """One backend, or one plugin that failed to give any."""

    name: str
    origin: Origin
    spec: BackendSpec | None = None
    reason: str | None = None
    failed: bool = False
    backend: Backend | None = None

    @property
    def state(self) -> str:
        """``"loaded"``, ``"available"``, or ``"unusable"`` with `reason` saying why."""
        if self.reason is not None:
            return "unusable"
        return "available" if self.backend is None else "loaded"

    def fail(self, reason: str) -> None:
        """Record that it is broken, rather than blocked or of no use here."""
        self.reason, self.failed = reason, True

    def __str__(self) -> str:
        return f"{self.name!r} of {self.origin.distribution} ({self.reason})"


def strict() -> bool:
    """Tell whether a plugin that fails is an error."""
    return os.environ.get(STRICT) == "1"


@dataclass(slots=True)
class Registry:
    """All backends of this process, found once."""

    entries: dict[str, Entry] = field(default_factory=dict)
    others: list[Entry] = field(default_factory=list)
    """Plugins that gave no backend, and backends that lost their name to another."""
    discovered: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)

    def discover(self) -> None:
        """Find the plugins of this environment, once."""
        with self.lock:
            fresh, self.discovered = not self.discovered, True
            if fresh:
                self._find()
            if strict():
                self._refuse_failures()
            elif fresh:  # last, since where warnings are errors the first one ends this
                for entry in self.all():
                    if entry.failed:
                        self._warn(entry, "use")

    def all(self) -> list[Entry]:
        """Return the backends, and after them what came to nothing."""
        return [*self.entries.values(), *self.others]

    def _find(self) -> None:
        names = {name.strip() for name in os.environ.get("NX_BLOCK_BACKENDS", "").split(",")}
        blocked = frozenset(names - {"numpy"})  # nothing works without the reference
        for plugin in installed(blocked):
            if plugin.problem is not None:
                self._record(plugin.origin.plugin, plugin.origin, plugin.problem)
            for spec in plugin.specs:
                problem = self.problem(spec) or (BLOCKED if spec.name in blocked else None)
                if problem is not None:
                    self._record(str(spec.name), plugin.origin, problem)
                else:
                    self.add(spec, plugin.origin)

    def _record(self, name: str, origin: Origin, problem: str) -> None:
        self.others.append(Entry(name, origin, reason=problem, failed=problem != BLOCKED))

    def _refuse_failures(self) -> None:
        failed = ", ".join(str(entry) for entry in self.all() if entry.failed)
        if failed:
            hint = f"unset {STRICT} to go on without what fails"
            raise BackendError(message("nx", f"cannot use the backend {failed}", hint))

    def _warn(self, entry: Entry, action: str) -> None:
        plugin = entry.origin.plugin
        hint = f"set NX_BLOCK_BACKENDS={plugin} to do without it" if plugin else None
        text = message("nx", f"cannot {action} the backend {entry}", hint)
        warnings.warn(text, RuntimeWarning, stacklevel=3)

    def problem(self, spec: Any) -> str | None:
        """Say what is wrong with a specification, whose fields may hold anything, or None."""
        if spec.api_version != API_VERSION:
            return f"it speaks backend API {spec.api_version}, this nx speaks {API_VERSION}"
        if not isinstance(spec.name, str) or not spec.name.isidentifier():
            return f"the name {spec.name!r} is not an identifier"
        if spec.name in self.entries:
            return f"the name is taken by {self.entries[spec.name].origin.distribution}"
        if not isinstance(spec.priority, int):
            return f"the priority {spec.priority!r} is not an int"
        return None

    def add(self, spec: BackendSpec, origin: Origin) -> None:
        """Add a backend that has no problem, and probe it."""
        self.entries[spec.name] = entry = Entry(spec.name, origin, spec)
        try:
            answer: Any = spec.probe()
        except (Exception, SystemExit) as e:  # noqa: BLE001 - the plugin border: recorded
            entry.fail(f"its probe failed: {e!r}")
        else:
            entry.reason = answer
            if answer is not None and (not isinstance(answer, str) or not answer):
                entry.fail(f"its probe returned {answer!r}, neither None nor a reason")

    def get(self, name: str) -> Entry:
        """Return a usable backend's entry, or raise with the cause."""
        self.discover()
        entry = self.entries.get(name)
        if entry is None or entry.reason is not None:
            reasons = [e.reason for e in self.others if e.name == name]
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
                except (Exception, SystemExit) as e:  # the plugin border: recorded and raised
                    entry.fail(f"it failed to load: {e!r}")
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
                if best.name == "numpy" or strict():
                    raise
                self._warn(best, "load")
            else:
                return best.name


REGISTRY = Registry()


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
            "distribution": e.origin.distribution,
            "version": e.origin.version,
            "state": e.state,
            "priority": None if e.spec is None else e.spec.priority,
            "reason": e.reason,
        }
        for e in REGISTRY.all()
    ]


def load_backend(name: str) -> Backend:
    """Return the backend of a name, loading it on first use."""
    return REGISTRY.load(name)
