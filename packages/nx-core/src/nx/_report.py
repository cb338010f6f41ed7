"""What ``python -m nx`` tells: which backends there are, and what nx runs on here.

Nothing here fails because a backend does: its error is what is told.
"""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from nx._errors import NxError
from nx._inspection import NamespaceInfo
from nx._version import __version__
from nx.backends._coverage import coverage
from nx.backends._registry import backends
from nx.backends._selection import chosen_by, default_device, devices

__all__ = ["backend_lines", "backend_records", "information", "information_lines"]

SIBLINGS = ("nx-cbackend", "nx-rune", "nx-rune-testing")
DEPENDENCIES = ("numpy", "ml_dtypes", "opt_einsum", "pluggy")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def backend_records() -> list[dict[str, Any]]:
    """Return the backends' records, with their devices and how many primitives run in which way."""
    try:
        default = default_device().backend
    except NxError:
        default = None
    records = []
    for record in backends():
        there: list[str] = []
        counts: dict[str, int] = {}
        if record["reason"] is None:
            try:
                counts = dict(Counter(coverage(record["name"]).values()))
                there = [str(device) for device in devices(record["name"])]
            except NxError as e:
                record |= {"state": "unusable", "reason": str(e)}
            else:
                record["state"] = "loaded"
        chosen = record["reason"] is None and record["name"] == default
        records.append(record | {"default": chosen, "devices": there, "primitives": counts})
    return records


def backend_lines() -> Iterator[str]:
    """Give the listing of backends, one a line."""
    for r in backend_records():
        mark = "*" if r["default"] else " "
        counts = ", ".join(f"{n} {how}" for how, n in sorted(r["primitives"].items()))
        state = r["state"] if r["reason"] is None else f"unusable: {r['reason']}"
        origin = f"{r['distribution']} {r['version']}".rstrip()
        parts = (f"{mark} {r['name']:10} {origin}", state, " ".join(r["devices"]), counts)
        yield "  ".join(filter(None, parts))
    yield "* is the default"


def _versions(names: tuple[str, ...]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def information() -> dict[str, Any]:
    """Return what nx runs on here, and which settings are in force."""
    try:
        default: dict[str, str | None] = {"device": str(default_device()), "reason": None}
    except NxError as e:
        default = {"device": None, "reason": str(e)}
    return {
        "packages": {"nx-core": __version__} | _versions(SIBLINGS),
        "dependencies": _versions(DEPENDENCIES),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "default": default | {"chosen_by": chosen_by()},
        "dtypes": {k: d.name for k, d in NamespaceInfo().default_dtypes().items()},
        "cores": _cores(),
        "environment": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.startswith("NX_") or name in THREADS
        },
    }


def information_lines() -> Iterator[str]:
    """Give the information as lines of a name and what goes with it."""
    told = information()
    default = told["default"]
    where = default["device"] or f"none: {default['reason'].splitlines()[0]}"
    rows = {
        **{name: number or "not installed" for name, number in told["packages"].items()},
        **told["dependencies"],
        "Python": told["python"],
        "platform": told["platform"],
        "default device": f"{where} (chosen by {default['chosen_by']})",
        "default dtypes": ", ".join(sorted(set(told["dtypes"].values()))),
        "cores": told["cores"],
        **{f"${name}": value for name, value in told["environment"].items()},
    }
    for name, value in rows.items():
        yield f"{name:16} {value}"
    if not any(name.startswith("NX_") for name in told["environment"]):
        yield "No variable NX_... is set."
