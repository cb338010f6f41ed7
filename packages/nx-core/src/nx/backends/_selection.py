"""Which device new arrays go to, and what devices are called.

The first that applies: an explicit device, `use_backend` in this context, ``NX_BACKEND``, the
highest priority among the backends that load.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import Any, TypeAlias

from nx._errors import BackendError, DeviceError, NxError, message, shortened
from nx._shortcuts import install
from nx._types import Device, open_device
from nx.backends._plugins import Origin
from nx.backends._registry import REGISTRY, load_backend
from nx.backends._spec import BackendSpec

__all__ = [
    "as_device",
    "chosen_by",
    "default_device",
    "devices",
    "register_backend",
    "use_backend",
]

Chosen: TypeAlias = "tuple[Device, Chosen | None]"

_devices: dict[Any, Device] = {}
_default_of_process: dict[str | None, Device] = {}
_chosen: ContextVar[Chosen | None] = ContextVar("nx.backends.chosen", default=None)
"""The innermost block's device and what was chosen outside it: one object may serve many blocks."""


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

    Examples
    --------
    >>> import nx
    >>> from nx.backends import Backend, BackendSpec
    >>> spec = BackendSpec(name="old", api_version=0, probe=lambda: None, load=Backend)
    >>> try:
    ...     nx.register_backend(spec)
    ... except nx.BackendError as error:
    ...     print(error)
    register_backend: cannot register 'old' (it speaks backend API 0, this nx speaks 1)
    """
    REGISTRY.discover()
    problem = REGISTRY.problem(spec)
    if problem:
        raise BackendError(
            message("register_backend", f"cannot register {spec.name!r} ({problem})")
        )
    REGISTRY.add(spec, Origin("", "registered by hand", ""))
    _default_of_process.clear()


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
    install(backend)
    _devices[device] = _devices[found] = found
    return found


def default_device() -> Device:
    """Return the device new arrays go to: `use_backend`'s, NX_BACKEND's, or the best backend's."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen[0]
    wanted = os.environ.get("NX_BACKEND")
    found = _default_of_process.get(wanted)
    if found is None:
        found = _default_of_process[wanted] = as_device(wanted or REGISTRY.default_name())
    return found


def chosen_by() -> str:
    """Say what made `default_device` the default."""
    if _chosen.get() is not None:
        return "use_backend"
    if os.environ.get("NX_BACKEND"):
        return "NX_BACKEND"
    return "the highest priority of those that load"


def devices(name: str) -> list[Device]:
    """Return the devices of a backend, the default one first; it is loaded.

    Parameters
    ----------
    name : str
        The backend's.

    Returns
    -------
    list of Device
        By kind, then by number.

    Raises
    ------
    BackendError
        If the backend is unknown or unusable; the message says why.

    Examples
    --------
    >>> import nx
    >>> nx.backends.devices("numpy")
    [Device(backend='numpy', kind='cpu', index=0)]
    """
    backend = load_backend(name)
    return [
        as_device(Device(name, kind, index))
        for kind in backend.device_kinds
        for index in range(backend.device_count(kind))
    ]


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

    __slots__ = ("_device",)

    def __init__(self, device: Any) -> None:
        self._device = as_device(device)

    def __enter__(self) -> Device:
        _chosen.set((self._device, _chosen.get()))
        return self._device

    def __exit__(self, *exc: object) -> None:
        chosen = _chosen.get()
        _chosen.set(chosen[1] if chosen else None)
