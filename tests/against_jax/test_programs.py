"""Random programs against JAX itself: values, gradients, forward mode, lanes.

JAX runs them as ``select`` writes them, without reads: both arms of a branch are computed.  As in
tests/programs, ``PROGRAMS`` and ``FIRST_PROGRAM`` in the environment say how many, from where.
"""

import os
import warnings

import numpy as np
import pytest
import rune

from tests.programs._checks import Ours, made

FIRST = int(os.environ.get("FIRST_PROGRAM", "0"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("PROGRAMS", "30")))


class Namespace:
    """JAX under nx's names."""

    def __init__(self, jax):
        self.rooms = (jax.numpy, jax.nn, jax.scipy.special, jax.lax)
        self.jax, self.jnp = jax, jax.numpy

    def __getattr__(self, name):
        for room in self.rooms:
            if hasattr(room, name):
                return getattr(room, name)
        raise AttributeError(name)

    # other spellings
    def asarray(self, x):
        return self.jnp.asarray(x)

    def abs(self, x):
        return self.jnp.abs(x)

    def atan2(self, y, x):
        return self.jnp.arctan2(y, x)

    def complex(self, x, y):
        dtype = np.result_type(x.dtype, y.dtype)
        return self.jax.lax.complex(x.astype(dtype), y.astype(dtype))

    def lgamma(self, x):
        return self.jax.scipy.special.gammaln(x)

    def mish(self, x):
        return x * self.jnp.tanh(self.jax.nn.softplus(x))

    def pad(self, x, widths, value=0.0):
        return self.jnp.pad(x, widths, constant_values=value)

    def soft_sign(self, x):
        return self.jax.nn.soft_sign(x)

    def clip(self, x, low, high):
        return self.jnp.clip(x, low, high)

    def round(self, x):
        return self.jnp.round(x)

    def top_k(self, x, k):
        return self.jax.lax.top_k(x, k)

    def segment_sum(self, x, segments, count):
        return self.jax.ops.segment_sum(x, segments, num_segments=count)

    def _scan(self, scan, x, axis, reverse):
        axis %= x.ndim
        if not reverse:
            return scan(x, axis)
        return self.jnp.flip(scan(self.jnp.flip(x, axis), axis), axis)

    def cumulative_sum(self, x, axis, reverse=False):
        return self._scan(self.jnp.cumsum, x, axis, reverse)

    def cumulative_prod(self, x, axis, reverse=False):
        return self._scan(self.jnp.cumprod, x, axis, reverse)

    def cummax(self, x, axis, reverse=False):
        return self.jax.lax.cummax(x, axis % x.ndim, reverse)

    def cummin(self, x, axis, reverse=False):
        return self.jax.lax.cummin(x, axis % x.ndim, reverse)

    @property
    def linalg(self):
        return _Linalg(self.jax)


class _Linalg:
    def __init__(self, jax):
        self.jax = jax

    def __getattr__(self, name):
        return getattr(self.jax.numpy.linalg, name)

    def triangular_solve(self, a, b, lower=False):
        dtype = np.result_type(a.dtype, b.dtype)
        solve = self.jax.scipy.linalg.solve_triangular
        return solve(a.astype(dtype), b.astype(dtype), lower=lower)

    def expm(self, a):
        return self.jax.scipy.linalg.expm(a)


class Transformations:
    """JAX under rune's names."""

    def __init__(self, jax):
        self.jax = jax
        self.vmap, self.grad, self.value_and_grad = jax.vmap, jax.grad, jax.value_and_grad
        self.jacfwd, self.jacrev, self.hessian = jax.jacfwd, jax.jacrev, jax.hessian
        self.psum, self.pmean, self.all_gather = jax.lax.psum, jax.lax.pmean, jax.lax.all_gather

    def jvp(self, f, x, v):
        return self.jax.jvp(f, (x,), (v.astype(x.dtype),))

    def vjp(self, f, x, g):
        y, pullback = self.jax.vjp(f, x)
        return y, pullback(g)[0]

    def debug(self, f, stream=None):
        return f


def theirs(jax, program, expected):
    """Return JAX's values, gradient, tangent, and mapped values and gradients."""
    jnp = jax.numpy
    function = program.function(Namespace(jax), Transformations(jax), "select")
    lanes = [[jnp.asarray(x) for x in program.lane(i)] for i in range(len(program.values[0]))]
    count = len(program.parameters)
    direction = [jnp.asarray(v, x.dtype) for v, x in zip(expected.direction, lanes[0], strict=True)]
    axes = tuple(0 if m else None for m in program.mapped)
    stacked = [
        jnp.stack([lane[i] for lane in lanes]) if m else lanes[0][i]
        for i, m in enumerate(program.mapped)
    ]

    def loss(*xs):
        return sum(
            jnp.sum(jnp.real(w * y))
            for w, y in zip(expected.weights, function(*xs), strict=True)
            if w is not None
        )

    @jax.jit
    def everything(xs, direction, stacked):
        gradient = jax.grad(loss, argnums=tuple(range(count)))
        tangent = jax.jvp(loss, tuple(xs), tuple(direction))[1]
        return (
            function(*xs),
            gradient(*xs),
            tangent,
            jax.vmap(function, in_axes=axes)(*stacked),
            jax.vmap(gradient, in_axes=axes)(*stacked),
        )

    return everything(lanes[0], direction, stacked)


@pytest.fixture(scope="module", autouse=True)
def quick_compilation(jax):
    """Every compiled function runs once: optimising it would take longer than running it."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.mark.parametrize("seed", SEEDS)
def test_program(jax, seed):
    program, expected = made(seed)
    ours = Ours(program, expected)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            values, gradient, tangent, mapped, gradients = theirs(jax, program, expected)
        except NotImplementedError as error:  # such as gradients of scatter_mul
            pytest.skip(f"JAX: {str(error).splitlines()[0]}")
        source = program.source()
        scale = expected.scale

        def same(found, other, precision, coarse, scale=1.0):
            for got, wanted in zip(found, other, strict=True):
                wanted = np.asarray(wanted)
                if wanted.dtype.kind in "fc":
                    ours.close(got, wanted, precision, coarse, scale)
                else:
                    np.testing.assert_array_equal(np.asarray(got), wanted, err_msg=source)

        xs = ours.lanes[0]
        same(ours.function(*xs), values, 1e-9, 2e-4)
        same(ours.gradient(*xs), gradient, 1e-9, 3e-3, scale)
        moved = rune.jvps(lambda xs: ours.loss(*xs), xs, ours.tangents())[1]
        same([moved], [tangent], 1e-9, 3e-3, scale)
        same(rune.vmap(ours.function, in_axes=ours.axes)(*ours.stacked), mapped, 1e-9, 2e-4)
        together = rune.vmap(ours.gradient, in_axes=ours.axes)(*ours.stacked)
        same(together, gradients, 1e-9, 3e-3, scale)
