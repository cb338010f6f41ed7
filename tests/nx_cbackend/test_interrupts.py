"""Ctrl-C: every kernel answers it within 200 ms, leaves nothing behind and works the next time."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import nx_cbackend
import pytest

from tests.nx_cbackend.calls import ROWS, STRUCTURED, names
from tests.nx_cbackend.support import native, wrap

ROOT = Path(__file__).parents[2]
ALLOWED = 0.2


@pytest.fixture(autouse=True)
def heard():
    """Answer SIGINT, which a shell's background jobs ignore from birth."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


@pytest.fixture(scope="module")
def latencies():
    """What `interrupts.py` prints, by primitive: seconds of a whole call, and to the exception."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.nx_cbackend.interrupts"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (whole, latency) for name, _, whole, latency in rows}


def test_every_kernel_that_may_take_long_has_a_call():
    rows = {name for name in names() if ROWS[name].primitive.family != "elementwise"}
    assert not rows - set(STRUCTURED), "write a row in calls.py"


@pytest.mark.parametrize("name", names())
def test_every_kernel_answers_in_time(latencies, name):
    whole, latency = latencies[name]
    assert latency < ALLOWED, f"{latency:.3f} s; the whole takes {whole:.3f} s"


def interrupt_in(seconds):
    """Send SIGINT to this process once its main thread has been in a kernel for a while."""
    thread = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    thread.start()
    return thread


def repeat(function, *operands):
    while True:
        function(*operands)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_an_interrupted_kernel_leaves_nothing_behind(threads):
    x, y = wrap(np.broadcast_to(np.int64(10**15 + 7), (4, 5_000_000))), wrap(np.arange(5_000_000))
    floor_divide = native.bind("floor_divide", ())
    before, in_use = nx_cbackend.num_threads(), nx_cbackend.memory_stats()["in_use"]
    nx_cbackend.set_num_threads(threads)
    try:
        timer = interrupt_in(0.03)
        with pytest.raises(KeyboardInterrupt):
            repeat(floor_divide, x, y)  # one call takes longer on most machines
        timer.join()
        assert nx_cbackend.memory_stats()["in_use"] == in_use
        small = wrap(np.arange(300_000))
        result = np.asarray(floor_divide(small, wrap(np.full(300_000, 7))))
        np.testing.assert_array_equal(result, np.arange(300_000) // 7)
    finally:
        nx_cbackend.set_num_threads(before)


def test_a_signal_handler_may_compute_while_a_kernel_runs():
    """Its kernel finds the pool taken, and works alone."""
    seen = []
    x = wrap(np.broadcast_to(np.float32(0.5), (60_000_000,)))
    y = wrap(np.full(400_000, 0.25, np.float32))
    sine = native.bind("sin", ())

    def handler(*_):
        seen.append(np.asarray(sine(y))[::1000].copy())

    previous = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        result = np.asarray(sine(x))
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert seen
    np.testing.assert_allclose(seen[0], np.sin(np.float32(0.25)), rtol=1e-6)
    np.testing.assert_allclose(result[::99_999], np.sin(np.float32(0.5)), rtol=1e-6)


FORKING = """
import os, signal, sys
import numpy as np
import nx_cbackend
from tests.nx_cbackend.support import native, wrap

nx_cbackend.set_num_threads(2)
x, y = wrap(np.broadcast_to(np.int64(10**15 + 7), (6, 10_000_000))), wrap(np.arange(10_000_000))
floor_divide, parent, statuses = native.bind("floor_divide", ()), os.getpid(), []

def handler(*_):
    child = os.fork()
    if child:
        statuses.append(os.waitpid(child, 0)[1])

signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.01)
try:
    floor_divide(x, y)
    status = 0 if os.getpid() == parent else 1
except RuntimeError as error:
    said = str(error).startswith("nx_cbackend: cannot finish a kernel in a child")
    again = np.array_equal(np.asarray(floor_divide(y, y))[1:], np.ones(10_000_000 - 1))
    status = 0 if said and again and os.getpid() != parent else 2
if os.getpid() != parent:
    os._exit(status)
print(status, statuses)
"""


def test_a_signal_handler_that_forks_ends_the_kernel_in_the_child_only():
    done = subprocess.run(
        [sys.executable, "-c", FORKING], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("0 [0]\n", "")
