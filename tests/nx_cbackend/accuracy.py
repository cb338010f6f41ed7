"""How far results are from mpmath's, in units in the last place, under each instruction set.

One process for each instruction set computes what a test module asks for, all at once; mpmath's
values are found once. The unit of a result is that of the exact value's binade, in its dtype.
"""

import os
import pickle
import subprocess
import sys

import mpmath
import numpy as np

from tests.nx_cbackend.test_cpu import PATH, USABLE

__all__ = ["USABLE", "compute", "mp", "random_floats", "to_mp", "units"]

mp = mpmath.mp.clone()  # a context of its own: nobody else's precision changes
mp.prec = 160

CODE = """
import pickle, sys
import numpy as np
from tests.nx_cbackend.support import native, wrap
jobs = pickle.load(sys.stdin.buffer)
out = [np.array(native.bind(name, params)(*map(wrap, xs))) for name, params, xs in jobs]
assert native.active_cpu() == sys.argv[1]
pickle.dump(out, sys.stdout.buffer)
"""

SMALLEST = {np.dtype("float32"): -149, np.dtype("float64"): -1074}
DIGITS = {np.dtype("float32"): 24, np.dtype("float64"): 53}
OVERFLOW = {np.dtype("float32"): 128, np.dtype("float64"): 1024}


def compute(isa, jobs):
    """Run (name, bound parameters, operands) under an instruction set, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, isa],
        input=pickle.dumps(jobs),
        env={**os.environ, "PYTHONPATH": PATH, "NX_CPU": isa},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)


def random_floats(rng, dtype, count, low, high):
    """Draw numbers whose binary exponents are uniform in [low, high), of both signs."""
    exponents = rng.integers(low, high, count)
    return (np.ldexp(rng.uniform(1, 2, count), exponents) * rng.choice([-1, 1], count)).astype(
        dtype
    )


def to_mp(x):
    """Convert one NumPy number, exactly."""
    if np.iscomplexobj(x):
        return mp.mpc(float(x.real), float(x.imag))
    return mp.mpf(float(x))


def units(got, exact, dtype, size=None):
    """Return the error of one real number, in the units of `size` (by default `exact`)."""
    dtype = np.dtype(dtype)
    got = mp.mpf(float(got))
    if mp.isinf(got) and abs(exact) >= mp.mpf(2) ** OVERFLOW[dtype] * (
        1 - mp.mpf(2) ** -(DIGITS[dtype] + 1)
    ):
        return 0.0 if (got > 0) == (exact > 0) else np.inf
    size = abs(exact if size is None else size)
    exponent = int(mp.floor(mp.log(size, 2))) if size else SMALLEST[dtype]
    unit = mp.ldexp(1, max(exponent - DIGITS[dtype] + 1, SMALLEST[dtype]))
    return float(abs(got - exact) / unit)
