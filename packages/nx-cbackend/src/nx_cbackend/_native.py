"""The compiled module, made ready: its functions handed over, its instruction set chosen.

Importing this loads the extension; nothing at discovery does. The functions are the extension's
own (``METH_FASTCALL``), reached by one cffi call at import and none after.
"""

import os
import threading
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from nx_cbackend._c import ffi, lib
from nx_cbackend._limits import cache_bytes, threads

__all__ = [
    "DTYPES",
    "ELEMENTWISE",
    "FUNCTIONS",
    "Buffer",
    "BufferType",
    "Kernel",
    "active_cpu",
    "bind",
    "ffi",
    "lib",
    "set_refusal",
    "wrap",
]

Buffer: TypeAlias = Any
Kernel: TypeAlias = Callable[..., Any]


def _hand_over() -> dict[str, Any]:
    """Fetch the extension's own objects."""
    given: dict[str, Any] = {}
    if lib.nxc_hand_over(id(given)) != 0:
        raise MemoryError("nx_cbackend: cannot create its functions")
    return given


def _text(pointer: object) -> str:
    """Decode a C string."""
    return ffi.string(pointer).decode()


def _choose_cpu(wanted: str | None) -> None:
    """Select the named instruction set, or the best one this machine runs."""
    names = [_text(lib.nxc_cpu_name(index)) for index in range(lib.nxc_cpu_count())]
    usable = {name: i for i, name in enumerate(names) if lib.nxc_cpu_supported(i)}
    if wanted is None:
        wanted = next(reversed(usable))
    if wanted not in usable:
        why = "this machine lacks it" if wanted in names else f"built with {', '.join(names)}"
        raise ValueError(
            f"nx_cbackend: cannot use NX_CPU={wanted!r} ({why})\n"
            f"hint: unset NX_CPU, or set it to one of: {', '.join(usable)}"
        )
    lib.nxc_cpu_use(usable[wanted])


_given: Final = _hand_over()
_choose_cpu(os.environ.get("NX_CPU"))
lib.nxc_run_main_thread(threading.main_thread().ident or 0)  # 0: one not started
lib.nxc_set_num_threads(threads(os.environ))
lib.nxc_set_cache_limit(cache_bytes(os.environ))

DTYPES: Final[tuple[str, ...]] = _given["dtypes"]
ELEMENTWISE: Final[dict[str, tuple[str, ...]]] = _given["elementwise"]
"""The dtypes that each elementwise operation is computed in, by its name."""
FUNCTIONS: Final[tuple[str, ...]] = _given["functions"]
BufferType: Final[type] = _given["Buffer"]
wrap: Final[Callable[[object, int, Buffer | None], Buffer]] = _given["wrap"]
bind: Final[Callable[[str, tuple[int, ...]], Kernel]] = _given["bind"]
shortcuts: Final[Callable[[Any], dict[str, Any]]] = _given["shortcuts"]
set_refusal: Final[Callable[[Callable[..., Any]], None]] = _given["set_refusal"]


def active_cpu() -> str:
    """Name the instruction set whose kernels run."""
    return _text(lib.nxc_cpu_active())
