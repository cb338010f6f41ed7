"""The pool: how many threads, alive after fork, many callers at once, a quiet end."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import nx_cbackend
import pytest
from nx_cbackend import _limits

from tests.nx_cbackend.calls import call, names
from tests.nx_cbackend.support import native, wrap

ROOT = Path(__file__).parents[2]
SHARED = 200_000
"""Elements of a sine that the pool takes part in."""


@pytest.fixture
def four_threads():
    before = nx_cbackend.num_threads()
    nx_cbackend.set_num_threads(4)
    yield
    nx_cbackend.set_num_threads(before)


def python(code, **environ):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


# How many ---------------------------------------------------------------------


def test_as_many_threads_as_this_process_may_use():
    done = python("import nx_cbackend; print(nx_cbackend.num_threads())", NX_NUM_THREADS="3")
    assert done.stdout == "3\n"
    wanted = {k: v for k, v in os.environ.items() if k != "NX_NUM_THREADS"}
    assert 1 <= _limits.threads(wanted) <= os.cpu_count()


@pytest.mark.parametrize("text", ["0", "-1", "two", "", "1.5", "257", "٣"])
def test_a_wrong_number_in_the_environment_is_an_error(text):
    done = python("import nx_cbackend; nx_cbackend.num_threads()", NX_NUM_THREADS=text)
    assert done.stderr.splitlines()[-2:] == [
        f"ValueError: nx_cbackend: cannot use NX_NUM_THREADS={text!r} (not an integer from 1 to "
        "256)",
        "hint: unset NX_NUM_THREADS to leave it to the backend",
    ]


@pytest.mark.parametrize(
    ("n", "error", "said"),
    [
        (0, ValueError, r"^set_num_threads: cannot use 0 threads \(not 1 to 256\)$"),
        (257, ValueError, r"^set_num_threads: cannot use 257 threads \(not 1 to 256\)$"),
        (2.0, TypeError, r"^set_num_threads: cannot use float as a number of threads$"),
        (True, TypeError, r"^set_num_threads: cannot use bool as a number of threads$"),
        (None, TypeError, r"^set_num_threads: cannot use NoneType as a number of threads$"),
    ],
)
def test_a_wrong_number_of_threads_is_an_error(n, error, said):
    before = nx_cbackend.num_threads()
    with pytest.raises(error, match=said):
        nx_cbackend.set_num_threads(n)
    assert nx_cbackend.num_threads() == before


def threads_of_this_process():
    return len(os.listdir("/proc/self/task"))


COUNTING = """
import os
import numpy as np
import nx_cbackend
from tests.nx_cbackend.support import native, wrap

def threads():
    return len(os.listdir("/proc/self/task"))

large, small = (wrap(np.full(n, 0.5, np.float32)) for n in (2_000_000, 1000))
sine = native.bind("sin", ())
nx_cbackend.set_num_threads(5)
before = threads()
sine(small)
seen = [threads() - before]
sine(large)
seen.append(threads() - before)
nx_cbackend.set_num_threads(2)
sine(large)
seen.append(threads() - before)
print(seen)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads Linux's /proc")
def test_threads_start_when_they_are_needed():
    done = python(COUNTING)
    assert (done.stdout, done.stderr) == ("[0, 4, 4]\n", "")


class Groups:
    """A tree of control groups, as `_limits` reads it."""

    def __init__(self, monkeypatch, **files):
        settings = {name.replace("__", "."): texts for name, texts in files.items()}
        monkeypatch.setattr(_limits, "_settings", lambda _, file: iter(settings.get(file, ())))


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="needs Linux's affinity")
@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({}, 8),
        ({"cpu__max": ["max 100000"]}, 8),
        ({"cpu__max": ["300000 100000", "max 100000"]}, 3),
        ({"cpu__max": ["max 100000", "150000 100000"]}, 2),
        ({"cpu__max": ["1000 100000"]}, 1),
        ({"cpu__cfs_quota_us": ["-1", "400000"], "cpu__cfs_period_us": ["100000", "100000"]}, 4),
    ],
)
def test_quotas_of_processors(monkeypatch, files, wanted):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    Groups(monkeypatch, **files)
    assert _limits.threads({}) == wanted


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({}, 2 << 30),
        ({"memory__max": ["max", "max"]}, 2 << 30),
        ({"memory__max": ["max", str(1 << 30)]}, 1 << 27),
        ({"memory__limit_in_bytes": [str(2**63 - 4096)]}, 2 << 30),
        ({"memory__limit_in_bytes": [str(4 << 30)]}, 1 << 29),
    ],
)
def test_quotas_of_memory(monkeypatch, files, wanted):
    monkeypatch.setattr(os, "sysconf", lambda name: 4096 if name == "SC_PAGE_SIZE" else 1 << 24)
    Groups(monkeypatch, **files)
    assert _limits.cache_bytes({}) == wanted
    assert _limits.cache_bytes({"NX_CACHE_BYTES": "12345"}) == 12345


# After fork -------------------------------------------------------------------


def sine_is_right(size=SHARED):
    x = np.linspace(-3, 3, size, dtype=np.float32)
    return np.allclose(np.asarray(native.bind("sin", ())(wrap(x))), np.sin(x), atol=1e-6)


def fork():
    """Fork; a child that hangs is ended, and fails the test."""
    child = os.fork()
    if child == 0:
        signal.alarm(60)
    return child


def leave(right):
    os._exit(0 if right else 1)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # it has threads: on purpose
def test_a_forked_child_computes(four_threads):
    """Forked 200 times while another thread computes, so most forks find a kernel at work."""
    assert sine_is_right()
    done = threading.Event()

    def compute():
        x = wrap(np.full(SHARED, 0.5, np.float32))
        sine = native.bind("sin", ())
        while not done.is_set():
            sine(x)

    other = threading.Thread(target=compute)
    other.start()
    try:
        for _ in range(200):
            child = fork()
            if child == 0:
                leave(sine_is_right())
            assert os.waitpid(child, 0)[1] == 0
    finally:
        done.set()
        other.join()
    assert sine_is_right()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_multiprocessing_by_fork(four_threads):
    assert sine_is_right()
    with multiprocessing.get_context("fork").Pool(3) as pool:
        assert pool.map_async(sine_is_right, [SHARED] * 12).get(60) == [True] * 12


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_of_a_child_computes(four_threads):
    assert sine_is_right()
    child = fork()
    if child == 0:
        right = sine_is_right()
        grandchild = fork()
        if grandchild == 0:
            leave(sine_is_right())
        leave(right and os.waitpid(grandchild, 0)[1] == 0)
    assert os.waitpid(child, 0)[1] == 0


# Many callers -----------------------------------------------------------------


def outputs(run):
    return [bytes(np.ascontiguousarray(np.asarray(x))) for x in run()]


def test_many_python_threads_at_once(four_threads):
    """Sixteen threads, every kernel, the results as those of one."""
    calls = [call(name, 200_000) for name in names()]
    expected = [outputs(run) for run in calls]
    wrong = []
    start = threading.Barrier(16)

    def compute(first):
        start.wait()
        for k in range(len(calls)):
            at = (k + first * 5) % len(calls)
            if outputs(calls[at]) != expected[at]:
                wrong.append(calls[at].name)

    threads = [threading.Thread(target=compute, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("name", names())
def test_no_result_depends_on_the_number_of_threads(name):
    run, before = call(name, 1_000_003), nx_cbackend.num_threads()
    try:
        nx_cbackend.set_num_threads(1)
        alone = outputs(run)
        for n in (2, 3, 8):
            nx_cbackend.set_num_threads(n)
            assert outputs(run) == alone
    finally:
        nx_cbackend.set_num_threads(before)


def test_memory_is_whole_after_many_threads(four_threads):
    gc.collect()
    before = nx_cbackend.memory_stats()["in_use"]
    x = wrap(np.full(SHARED, 0.5, np.float32))
    sine = native.bind("sin", ())

    def compute():
        for _ in range(50):
            sine(sine(x))

    threads = [threading.Thread(target=compute) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert nx_cbackend.memory_stats()["in_use"] == before


# The end ----------------------------------------------------------------------

LEAVING = """
import sys, threading, time
import numpy as np
import nx_cbackend
from tests.nx_cbackend.support import native, wrap

nx_cbackend.set_num_threads(4)
x = wrap(np.broadcast_to(np.float32(0.5), (8_000_000,)))
sine = native.bind("sin", ())

def compute():
    while True:
        sine(x)

for _ in range(3):
    threading.Thread(target=compute, daemon=True).start()
time.sleep(float(sys.argv[1]))
print("left")
"""


@pytest.mark.parametrize("seconds", ["0", "0.002", "0.01", "0.03", "0.1"])
def test_the_interpreter_leaves_while_daemon_threads_compute(seconds):
    done = subprocess.run(
        [sys.executable, "-c", LEAVING, seconds],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "left\n", "")
