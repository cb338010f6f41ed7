"""Finding plugins: each entry point is loaded and asked in a try of its own.

What goes wrong becomes the plugin's `problem`, never an exception: one broken plugin takes nothing
down.  Which backends are then usable is the registry's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from nx._version import __version__
from nx.backends import numpy as numpy_plugin
from nx.backends._spec import GROUP, PROJECT, BackendSpec, hookimpl

__all__ = ["BLOCKED", "Origin", "Plugin", "installed"]

BLOCKED = "blocked by NX_BLOCK_BACKENDS"
HOOK = "nx_backends"


class Origin(NamedTuple):
    """Where a backend comes from: an entry point's name and its distribution."""

    plugin: str
    distribution: str
    version: str


class Plugin(NamedTuple):
    """What one entry point gave: specifications, or what is wrong with it."""

    origin: Origin
    specs: tuple[BackendSpec, ...] = ()
    problem: str | None = None


def installed(blocked: frozenset[str]) -> Iterator[Plugin]:
    """Give the plugins of this environment, NumPy's first, the others by name."""
    hookimpl(numpy_plugin.nx_backends)  # marked here, so that `import nx` does without pluggy
    yield _asked(numpy_plugin, Origin("numpy", "nx-core", __version__))
    from importlib.metadata import entry_points  # noqa: PLC0415 - costs 40 ms

    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        distribution = point.dist.name if point.dist else "unknown"
        origin = Origin(point.name, distribution, point.dist.version if point.dist else "")
        if point.name in blocked:
            yield Plugin(origin, problem=BLOCKED)
            continue
        try:
            plugin = point.load()
        except (Exception, SystemExit) as e:  # noqa: BLE001 - the plugin border: recorded
            yield Plugin(origin, problem=f"its plugin failed to import: {e!r}")
        else:
            yield _asked(plugin, origin)


def _asked(plugin: Any, origin: Origin) -> Plugin:
    try:
        specs = _specifications(plugin, origin.plugin)
    except (Exception, SystemExit) as e:  # noqa: BLE001 - the plugin border: recorded
        return Plugin(origin, problem=f"its plugin failed: {e!r}")
    if isinstance(specs, str):
        return Plugin(origin, problem=f"its plugin is wrong: {specs}")
    return Plugin(origin, specs)


def _specifications(plugin: Any, name: str) -> tuple[BackendSpec, ...] | str:
    """Ask a plugin's hook; return a sentence where it breaks the rules."""
    from pluggy import HookspecMarker, PluginManager  # noqa: PLC0415 - see hookimpl

    class Hooks:
        """The hooks a plugin may implement."""

        @HookspecMarker(PROJECT)
        def nx_backends(self) -> list[BackendSpec]:
            """Return the specifications of the plugin's backends."""
            raise NotImplementedError("a specification is never called")

    manager = PluginManager(PROJECT)  # one each: a plugin can't spoil another's calls
    manager.add_hookspecs(Hooks)
    manager.register(plugin, name)
    callers = manager.get_hookcallers(plugin) or []
    for caller in callers:
        required = any(not implementation.optionalhook for implementation in caller.get_hookimpls())
        if not caller.has_spec() and required:
            return f"it implements the hook {caller.name!r}, which nx doesn't know (only {HOOK!r})"
    if HOOK not in {caller.name for caller in callers}:
        return f"it implements no hook {HOOK!r} (marked with nx.backends.hookimpl)"
    found = manager.hook.nx_backends()  # without the hooks that returned None
    groups = found or [None]
    for group in groups:
        if not isinstance(group, (list, tuple)) or not all(
            isinstance(spec, BackendSpec) for spec in group
        ):
            return f"its hook returned {group!r}, not a list of BackendSpec"
    return tuple(spec for group in groups for spec in group)
