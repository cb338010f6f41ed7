"""The compiled module, made ready: its functions handed over, its instruction set chosen.

Importing this loads the extension; nothing at discovery does. The functions are the extension's
own (``METH_FASTCALL``), reached by one cffi call at import and none after.
"""

import os
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from nx_cbackend._c import ffi, lib
from nx_cbackend._threads import MOST

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


def _processors() -> int:
    """Return how many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _choose_threads(wanted: str | None) -> None:
    """Set the number of threads that the environment asks for, or one for each processor."""
    try:
        number = _processors() if wanted is None else int(wanted)
    except ValueError:
        number = 0
    if wanted is not None and not 1 <= number <= MOST:
        raise ValueError(
            f"nx_cbackend: cannot use NX_NUM_THREADS={wanted!r} (not a number from 1 to {MOST})\n"
            "hint: unset NX_NUM_THREADS to use every processor"
        )
    lib.nxc_set_num_threads(number)


def _default_cache() -> int:
    """Return an eighth of the machine's memory, a GiB at most."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(memory // 8, 1 << 30)


_given: Final = _hand_over()
_choose_cpu(os.environ.get("NX_CPU"))
_choose_threads(os.environ.get("NX_NUM_THREADS"))
lib.nxc_set_cache_limit(_default_cache())

DTYPES: Final[tuple[str, ...]] = _given["dtypes"]
ELEMENTWISE: Final[dict[str, tuple[str, ...]]] = _given["elementwise"]
"""The dtypes that each elementwise operation is computed in, by its name."""
FUNCTIONS: Final[tuple[str, ...]] = _given["functions"]
BufferType: Final[type] = _given["Buffer"]
wrap: Final[Callable[[object, int, Buffer | None], Buffer]] = _given["wrap"]
bind: Final[Callable[[str, tuple[int, ...]], Kernel]] = _given["bind"]
set_refusal: Final[Callable[[Callable[..., Any]], None]] = _given["set_refusal"]


def active_cpu() -> str:
    """Name the instruction set whose kernels run."""
    return _text(lib.nxc_cpu_active())
