"""What this machine can do at most, and so the least time that a workload may take.

    python benchmarks/limits.py

The loops of limits.c are compiled for this machine and run on as many threads as it has cores.
Where there is no compiler there are no floors.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

__all__ = ["RATES", "measure"]

SOURCE = Path(__file__).with_name("limits.c")
FLAGS = ("-O3", "-march=native", "-funroll-loops", "-ffp-contract=fast", "-shared", "-fPIC")
LENGTH = 16 << 20
TURNS = 5_000_000
RATES = {
    "copy": "bytes per second, read and written past the caches",
    "triad": "bytes per second, two read and one written past the caches",
    "read": "bytes per second, read",
    "float32": "operations per second, multiplications and additions in registers",
    "float64": "operations per second, multiplications and additions in registers",
}
MOVED = {"copy": 2, "triad": 3, "read": 1}
LANES = {"float32": (8, ctypes.c_float), "float64": (4, ctypes.c_double)}
CHAINS = 12


def measure() -> dict[str, float]:
    """Return the rates of this machine; none of them where they can't be measured."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "limits.so"
        compiler = os.environ.get("CC", "cc").split()
        try:
            command = [*compiler, *FLAGS, "-o", str(library), str(SOURCE)]
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as reason:
            print(f"floors are left out: no compiler ({reason})", file=sys.stderr)
            return {}
        loops = ctypes.CDLL(str(library))
        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        return {**_bandwidths(loops, threads), **_operations(loops, threads)}


def _bandwidths(loops: ctypes.CDLL, threads: int) -> dict[str, float]:
    arrays = [_aligned(LENGTH) for _ in range(3)]
    pointers = [array.ctypes.data for array in arrays]
    step = LENGTH // threads // 64 * 64
    rates = {}
    for name, touched in MOVED.items():
        loop = getattr(loops, f"limit_{name}")
        loop.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_size_t]

        def part(i: int, loop: Callable[..., None] = loop) -> None:
            loop(*(pointer + 4 * step * i for pointer in pointers), step)

        rates[name] = touched * 4 * step * threads / _quickest(part, threads, 15)
    return rates


def _operations(loops: ctypes.CDLL, threads: int) -> dict[str, float]:
    rates = {}
    for name, (lanes, result) in LANES.items():
        loop = getattr(loops, f"limit_{name}")
        loop.argtypes, loop.restype = [ctypes.c_size_t], result

        def part(i: int, loop: Callable[..., float] = loop) -> None:
            loop(TURNS)

        work = 2 * CHAINS * lanes * TURNS * threads
        rates[name] = work / _quickest(part, threads, 5)
    return rates


def _aligned(length: int) -> np.ndarray:
    raw = np.ones(length + 16, np.float32)
    start = (-raw.ctypes.data % 64) // 4
    return raw[start : start + length]


def _quickest(part: Callable[[int], None], threads: int, turns: int) -> float:
    """Return the seconds of the quickest turn; ctypes lets go of the interpreter's lock."""
    times = []
    for _ in range(turns):
        others = [threading.Thread(target=part, args=(i,)) for i in range(1, threads)]
        start = time.perf_counter()
        for thread in others:
            thread.start()
        part(0)
        for thread in others:
            thread.join()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    for limit, rate in measure().items():
        print(f"{limit}: {rate / 1e9:.1f} G {RATES[limit]}")
