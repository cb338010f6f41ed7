"""How one function is compared: both libraries' values and pulled-back cotangents.

All rows of a function are compiled together on JAX's side, since compiling is what costs.
Cotangents differ from element to element: equal ones would hide a permutation.
"""

import dataclasses
import zlib
from collections import Counter
from typing import Any

import numpy as np
import nx
import rune

from tests.against_jax._table import A, Row, at

NARROW = ("float16", "bfloat16", "float32", "complex64")
ROOMS = ("numpy", "nn", "scipy.special", "lax")
# JAX rounds float16 and bfloat16 once per fused kernel, nx after every operation.
TOLERANCE = {"float16": 1e-2, "bfloat16": 6e-2, "float32": 2e-5, "complex64": 2e-5}


@dataclasses.dataclass(frozen=True)
class Case:
    """A row in one dtype, its arrays made."""

    row: Row
    dtype: str
    args: list
    options: dict

    def __str__(self):
        return f"{self.row.name}{self.row.args} {self.row.options} {self.dtype}"


def made(described, rng, dtype):
    if isinstance(described, A):
        return described.make(rng, dtype)
    if isinstance(described, list):
        return [made(one, rng, dtype) for one in described]
    return described


def cases_of(rows):
    """Make the arguments of rows.

    Compiling costs: two rows of a function take part in all of their dtypes, the others
    in the widest of each kind.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for number, row in enumerate(rows):
        seen[row.dtypes] += 1
        for dtype in row.dtypes:
            if seen[row.dtypes] > 2 and dtype in NARROW:
                continue
            rng = np.random.default_rng(zlib.crc32(row.name.encode()) + number)
            args = [made(one, rng, dtype) for one in row.args]
            options = {key: made(one, rng, dtype) for key, one in row.options.items()}
            yield Case(row, dtype, args, options)


def equal_of(jax, row):
    if callable(row.equal):
        return row.equal(jax)
    if row.equal:
        return at(jax, row.equal)
    home = next(room for room in ROOMS if hasattr(at(jax, room), row.name.split(".")[0]))
    return at(at(jax, home), row.name)


def inexact(x):
    return "float" in x.dtype.name or "complex" in x.dtype.name


def leaves(tree):
    if isinstance(tree, tuple | list):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


def arrays_in(args):
    return [one for one in leaves(args) if isinstance(one, np.ndarray)]


def filled(args, smooth, wrap):
    """Return the arguments with arrays of the library; floating ones are taken from `smooth`."""
    queue = iter(smooth)

    def fill(one):
        if isinstance(one, list):
            return [fill(part) for part in one]
        if not isinstance(one, np.ndarray):
            return one
        return next(queue) if inexact(one) else wrap(one)

    return [fill(one) for one in args]


def cotangent(x, number):
    """Return numbers that differ from element to element, like x."""
    at_each = np.arange(np.prod(x.shape, dtype=int)).reshape(x.shape) * 1.3 + number
    whole = np.cos(at_each) + 1j * np.sin(2 * at_each)
    return (whole if "complex" in x.dtype.name else whole.real).astype(x.dtype.name)


def function_of(case, library, function, options, wrap):
    """Return a function of the floating arrays: floating results, and the others beside them."""
    options = {k: wrap(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}

    def call(*smooth):
        out = function(*filled(case.args, smooth, wrap), **options)
        found = leaves(case.row.parts(library, out) if case.row.parts else out)
        if not case.row.grad:
            return [], found
        return [x for x in found if inexact(x)], [x for x in found if not inexact(x)]

    return call


def run(call, vjp, smooth, wrap, slopes):
    """Return floating results, others, and the cotangents of the floating arguments."""
    if not slopes:
        return [*call(*smooth), []]
    out, pull, others = vjp(call, *smooth, has_aux=True)
    pulled = pull([wrap(cotangent(x, number)) for number, x in enumerate(out)])
    return [out, others, list(pulled)]


def ours(case):
    call = function_of(case, nx, at(nx, case.row.name), case.options, nx.array)
    smooth = [nx.array(one) for one in arrays_in(case.args) if inexact(one)]
    return run(call, rune.vjp_fun, smooth, nx.array, case.row.grad and bool(smooth))


def theirs(jax, cases):
    """Return JAX's results of all cases: one compilation, apart from those that can't be."""
    wrap = jax.numpy.asarray

    def one(case, smooth):
        function = equal_of(jax, case.row)
        options = {} if callable(case.row.equal) else case.options
        call = function_of(case, jax.numpy, function, options, wrap)
        return run(call, jax.vjp, smooth, wrap, case.row.grad and bool(smooth))

    smooth = [[x for x in arrays_in(case.args) if inexact(x)] for case in cases]
    compiled = [i for i, case in enumerate(cases) if not case.row.eager]

    def together(inputs):
        return [one(cases[i], xs) for i, xs in zip(compiled, inputs, strict=True)]

    found: list[Any] = [None] * len(cases)
    for i, result in zip(compiled, jax.jit(together)([smooth[i] for i in compiled]), strict=True):
        found[i] = result
    for i, case in enumerate(cases):
        if case.row.eager:
            found[i] = one(case, [wrap(x) for x in smooth[i]])
    return found


def close(got, expected, dtype):
    """Compare two arrays; the tolerance is relative to the largest element."""
    names = (dtype, got.dtype.name, expected.dtype.name)
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    if got.dtype.kind in "biu" and expected.dtype.kind in "biu":
        np.testing.assert_array_equal(got, expected)
        return
    tolerance = max(TOLERANCE.get(name, 1e-9) for name in names)
    wide = complex if "c" in (got.dtype.kind, expected.dtype.kind) else float
    got, expected = got.astype(wide), expected.astype(wide)
    # What cancels in a narrow dtype is of order 1: there the error is absolute.
    least = 1.0 if tolerance > 1e-3 else 0.0
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=least) or 1.0
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * largest)


@dataclasses.dataclass
class Verdict:
    """What is not the same in one case: dtypes, slopes, or anything else."""

    dtypes: bool = False
    slopes: str = ""
    rest: str = ""


def compared(case, mine, yours):
    """Compare the results of one case."""
    verdict = Verdict()
    for which, (some, others) in enumerate(zip(mine, yours, strict=True)):
        try:
            assert len(some) == len(others)
            for got, expected in zip(some, others, strict=True):
                verdict.dtypes |= got.dtype.name != expected.dtype.name
                close(got, expected, case.dtype)
        except AssertionError as error:
            if which == 2:
                verdict.slopes = f"{case}, slopes: {error}"
            else:
                verdict.rest = f"{case}: {error}"
    return verdict
