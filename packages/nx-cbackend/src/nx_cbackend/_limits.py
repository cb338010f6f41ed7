"""How much of the machine the backend takes unasked: threads, and memory kept for later arrays.

Both follow what this process may use: the processors it may run on, and the quotas of the control
groups it is in (Linux, versions 1 and 2), as containers set them. The environment goes first.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

__all__ = ["MOST_BYTES", "MOST_THREADS", "cache_bytes", "threads"]

MOST_THREADS: Final = 256
MOST_BYTES: Final = 2**62

CEILING: Final = 2 << 30  # bytes kept, at most
FRACTION: Final = 8  # of the memory there is


def threads(environ: Mapping[str, str]) -> int:
    """Return the number of threads that ``NX_NUM_THREADS`` says, or what the process may use."""
    return _number(environ, "NX_NUM_THREADS", 1, MOST_THREADS) or min(_processors(), MOST_THREADS)


def cache_bytes(environ: Mapping[str, str]) -> int:
    """Return the bytes that ``NX_CACHE_BYTES`` says, or an eighth of the memory, 2 GiB at most."""
    given = _number(environ, "NX_CACHE_BYTES", 0, MOST_BYTES)
    return min(_memory() // FRACTION, CEILING) if given is None else given


def _number(environ: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """Return a variable's value, None where it isn't set."""
    text = environ.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise ValueError(
            f"nx_cbackend: cannot use {name}={text!r} (not an integer from {least} to {most})\n"
            f"hint: unset {name} to leave it to the backend"
        )
    return int(text)


def _processors() -> int:
    """Return how many processors this process may use at once."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    for text in _settings("cpu", "cpu.max"):
        quota, period = text.split()
        if quota != "max":
            here = min(here, -(-int(quota) // int(period)))
    quotas = _settings("cpu", "cpu.cfs_quota_us")
    for text, period in zip(quotas, _settings("cpu", "cpu.cfs_period_us"), strict=False):
        if int(text) > 0:
            here = min(here, -(-int(text) // int(period)))
    return max(here, 1)


def _memory() -> int:
    """Return the bytes of memory that this process may use."""
    here = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in ("memory.max", "memory.limit_in_bytes"):
        for text in _settings("memory", file):
            if text != "max":
                here = min(here, int(text))
    return here


def _settings(controller: str, file: str) -> Iterator[str]:
    """Yield the file's text in each control group of this process, from its own outwards."""
    root = Path("/sys/fs/cgroup")
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        group = (root / controllers if controllers else root) / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(root) and (folder / file).is_file():
                yield (folder / file).read_text().strip()
