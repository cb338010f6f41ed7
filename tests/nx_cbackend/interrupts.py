"""Measures how soon each kernel answers Ctrl-C: run as `python -m tests.nx_cbackend.interrupts`.

Each primitive works on as many elements as take about WHOLE seconds on one thread, MOST at most.
Prints one line of JSON for each: its name, the elements, the seconds they would take, and the
shortest of three times from SIGINT to KeyboardInterrupt. The signal comes from another process,
whether the kernel has let the GIL go or not; the call is repeated until it comes.
"""

import contextlib
import json
import os
import signal
import time

import nx_cbackend

from tests.nx_cbackend.calls import call, names

FEW, MOST = 1_000_000, 16_000_000
WHOLE = 0.4
ROUNDS = 3
ENOUGH = 0.1
"""A time that settles the matter, in seconds: half of what is allowed."""


def sender():
    """Start a process that interrupts this one on demand; return the ends of its pipes."""
    orders, order = os.pipe()
    times, answer = os.pipe()
    parent = os.getpid()
    if os.fork() == 0:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.close(order)
        while delay := os.read(orders, 64):
            time.sleep(float(delay))
            sent = time.perf_counter()
            os.kill(parent, signal.SIGINT)
            os.write(answer, f"{sent}\n".encode())
        os._exit(0)
    os.close(orders)
    return order, times


def seconds(run):
    """Return how long one call takes, the second time."""
    run()
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def latency(run, delay, order, times):
    """Return the seconds from a signal to its exception."""
    caught = None
    with contextlib.suppress(KeyboardInterrupt):
        try:
            os.write(order, f"{delay:.6f}".encode())
            while True:
                run()
        finally:
            caught = time.perf_counter()
    return caught - float(os.read(times, 64))


def measure(name, order, times):
    """Return what is printed."""
    few = seconds(call(name, FEW))
    n = int(min(MOST, max(FEW, FEW * WHOLE / few)))
    run, whole = call(name, n), few * n / FEW
    found = []
    while len(found) < ROUNDS and min(found, default=9) > ENOUGH:
        found.append(latency(run, min(0.02, whole / 4), order, times))
    return name, n, whole, min(found)


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background
    order, times = sender()
    nx_cbackend.set_num_threads(1)
    for name in names():
        print(json.dumps(measure(name, order, times)), flush=True)
    os.close(order)


if __name__ == "__main__":
    main()
