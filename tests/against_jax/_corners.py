"""Corners where a rule has to choose a slope: ties, kinks, poles, degenerate matrices.

Functions are written with the names that nx and jax.numpy share; `theirs` replaces them
where JAX has another name.
"""

import dataclasses
from collections.abc import Callable

from tests.against_jax._table import names

INF, NAN = float("inf"), float("nan")


@dataclasses.dataclass(frozen=True)
class Corner:
    """A function, a point, and where the slopes differ: both, and why."""

    label: str
    function: Callable
    at: list
    theirs: Callable | None = None
    order: int = 1
    reason: str | None = None
    ours_slope: list | None = None
    their_slope: list | None = None


CORNERS: list[Corner] = []


def corner(label, function, *values, **about):
    CORNERS.append(Corner(label, function, list(values), **about))


def ones(np, x):
    return np.ones_like(x)


# Ties -----------------------------------------------------------------------------------------

corner("max-ties", lambda np, x: np.max(x), 1.0, 3.0, 3.0)
corner("min-ties", lambda np, x: np.min(x), 1.0, 1.0, 1.0, 2.0)
corner("max-axis-ties", lambda np, x: np.max(x, axis=1), [1.0, 1.0], [0.0, 2.0])
corner("maximum-ties", lambda np, x: np.maximum(x, ones(np, x)), 1.0, 2.0, 0.0)
corner("minimum-ties", lambda np, x: np.minimum(x, ones(np, x)), 1.0, 2.0, 0.0)
corner("clip-at-bounds", lambda np, x: np.clip(x, 0.0, 1.0), 0.0, 1.0, 0.5, 2.0)
corner("median-ties", lambda np, x: np.median(x), 1.0, 2.0, 2.0, 3.0)
corner("quantile-ties", lambda np, x: np.quantile(x, 0.5), 2.0, 2.0, 2.0)
corner("ptp-ties", lambda np, x: np.ptp(x), 1.0, 1.0, 2.0, 2.0)
corner("sort-ties", lambda np, x: np.sort(x), 1.0, 1.0, 0.0)
corner(
    "sort-descending-ties",
    lambda np, x: np.sort(x, descending=True),
    *(1.0, 1.0, 0.0),
    reason="equal elements keep their order, as stable=True says; JAX turns an ascending sort",
    ours_slope=[1.0, 2.0, 3.0],
    their_slope=[2.0, 1.0, 3.0],
)


def running(label, name, reverse, *values, **about):
    corner(
        f"{name}-{label}-{'back' if reverse else 'forth'}",
        lambda np, x: getattr(np, name)(x, axis=0, reverse=reverse),
        *values,
        theirs=lambda jax, x: getattr(jax.lax, name)(x, 0, reverse),
        **about,
    )


SHARED = "elements that tie share equally, as in max; JAX halves along a tree of comparisons"
for reverse in (False, True):
    running("ties", "cummax", reverse, 1.0, 2.0, 2.0, 1.0, 1.0)
    running("ties", "cummin", reverse, 3.0, 1.0, 1.0, 2.0)
    running("constant", "cummin", reverse, 1.0, 1.0)
    ours, theirs = [29 / 3, 0.0, 0.0, 11 / 3, 5 / 3], [9.25, 0.0, 0.0, 3.25, 2.5]
    if reverse:
        ours, theirs = [1 / 3, 0.0, 0.0, 29 / 6, 59 / 6], [0.5, 0.0, 0.0, 4.75, 9.75]
    running(
        *("three-ties", "cummin", reverse, 1.0, 2.0, 2.0, 1.0, 1.0),
        reason=SHARED,
        ours_slope=ours,
        their_slope=theirs,
    )
corner("norm-inf-ties", lambda np, x: np.linalg.norm(x, INF), 2.0, -2.0, 1.0)
corner("norm-minus-inf-ties", lambda np, x: np.linalg.norm(x, -INF), 2.0, -2.0, 3.0)

# Kinks, zeros and poles -----------------------------------------------------------------------

corner("where-inf", lambda np, x: np.where(x > 0, np.log(x), x), 0.0, 1.0)
corner("where-inf-safe", lambda np, x: np.where(x > 0, x * 2.0, INF), 0.0, 1.0)
corner("where-sqrt", lambda np, x: np.where(x > 0, np.sqrt(x), 0.0), 0.0, 1.0)
for name in names("sqrt log abs sign reciprocal square exp2 sinc cosh i0"):
    corner(f"{name}-0", lambda np, x, name=name: getattr(np, name)(x), 0.0, 1.0)
corner("abs-minus-0", lambda np, x: np.abs(x), -0.0, -1.0)
corner("log1p-minus-1", lambda np, x: np.log1p(x), -1.0, 1.0)
for name in names("acos asin atanh"):
    corner(f"{name}-1", lambda np, x, name=name: getattr(np, name)(x), 1.0, 0.5, -1.0)
corner("acosh-1", lambda np, x: np.acosh(x), 1.0, 2.0)
corner("floor-at-steps", lambda np, x: np.floor(x) * x, 1.0, 1.5)
corner("copysign-0", lambda np, x: np.copysign(x, -ones(np, x)), 0.0, 2.0)
corner("remainder-multiple", lambda np, x: np.remainder(x, 2.0 * ones(np, x)), 2.0, 3.0)
corner("nan-to-num", lambda np, x: np.nan_to_num(x), INF, NAN, 1.0)
corner("atan2-0", lambda np, x: np.atan2(x, x), 0.0, 1.0)
corner("heaviside-0", lambda np, x: np.heaviside(x, ones(np, x)) * x, 0.0, 1.0)
corner(
    "hypot-0",
    lambda np, x: np.hypot(x, x),
    *(0.0, 1.0),
    reason="a norm's slope at 0 is 0 in nx, and hypot is one",
    ours_slope=[0.0, 2 * 2**0.5],
    their_slope=[1.0, 2 * 2**0.5],
)
corner(
    "logaddexp-inf",
    lambda np, x: np.logaddexp(x, x),
    *(-INF, 1.0),
    reason="both are absent: nothing flows, where JAX subtracts infinities",
    ours_slope=[0.0, 2.0],
    their_slope=[NAN, 2.0],
)
NN = names("relu relu6 leaky_relu elu celu selu hard_tanh hard_sigmoid soft_sign log_sigmoid")
for name in NN:
    corner(
        f"{name}-0",
        lambda np, x, name=name: getattr(np, name)(x),
        *(0.0, -0.0, -3.0, 3.0, 6.0, 1.0, -1.0),
        theirs=lambda jax, x, name=name: getattr(jax.nn, name)(x),
    )

# Powers ---------------------------------------------------------------------------------------

for power in (0, 1, 2, 3):
    corner(f"power-{power}", lambda np, x, n=power: x**n, 0.0, -3.0, 2.0)
    for order in (2, 3):
        corner(f"power-{power}-order-{order}", lambda np, x, n=power: x**n, 0.0, -3.0, order=order)
for power in (-1, -2, -3):
    corner(f"power-{power}", lambda np, x, n=power: x**n, 0.0, -3.0, 2.0)
corner("square-order-3", lambda np, x: np.square(x), 0.0, -3.0, 2.0, order=3)
corner("product-order-3", lambda np, x: x * x, 0.0, -3.0, 2.0, order=3)
corner("power-half-0", lambda np, x: x**0.5, 0.0, 4.0)
corner("pow-base-0", lambda np, x: np.pow(x, 2.0 * ones(np, x)), 0.0, 3.0)
corner("pow-base-negative", lambda np, x: np.pow(x, 3.0 * ones(np, x)), -2.0, 3.0)
corner("pow-exponent-base-0", lambda np, x: np.pow(np.zeros_like(x), x), 1.0, 2.0)
corner(
    "pow-0.0-at-0",
    lambda np, x: np.pow(x, np.zeros_like(x)),
    *(0.0, 2.0),
    reason="x to the power 0.0 is 1 everywhere, so its slope is 0",
    ours_slope=[0.0, 0.0],
    their_slope=[NAN, 0.0],
)

# Reductions at zeros and constants ------------------------------------------------------------

corner("prod-zero", lambda np, x: np.prod(x), 0.0, 2.0, 3.0)
corner("prod-two-zeros", lambda np, x: np.prod(x), 0.0, 0.0, 3.0)
corner("cumprod-zero", lambda np, x: np.cumulative_prod(x), 2.0, 0.0, 3.0)
corner("cumprod-two-zeros", lambda np, x: np.cumulative_prod(x), 0.0, 2.0, 0.0, 3.0)
corner("var-constant", lambda np, x: np.var(x), 1.0, 1.0)
corner("std-constant", lambda np, x: np.std(x), 1.0, 1.0)
corner("std-one", lambda np, x: np.std(x), 1.0)
corner("mean-one", lambda np, x: np.mean(x, axis=0), 1.0)
corner("norm-0", lambda np, x: np.linalg.norm(x), 0.0, 0.0)
corner("norm-3-at-0", lambda np, x: np.linalg.norm(x, 3), 0.0, 0.0)
corner("vector-norm-0", lambda np, x: np.linalg.vector_norm(x), 0.0, 0.0)
corner("matrix-norm-0", lambda np, x: np.linalg.matrix_norm(x), [0.0, 0.0], [0.0, 0.0])
corner("norm-1-at-0", lambda np, x: np.linalg.norm(x, 1), 0.0, 2.0, -1.0)

# Degenerate matrices --------------------------------------------------------------------------

EYE, RANK_1 = ([1.0, 0.0], [0.0, 1.0]), ([1.0, 2.0], [2.0, 4.0])
corner("eigvalsh-equal", lambda np, x: np.linalg.eigvalsh(x), *EYE)
corner("eigh-equal", lambda np, x: np.linalg.eigh(x)[1], *EYE)
corner("eigvalsh-singular", lambda np, x: np.linalg.eigvalsh(x), *RANK_1)
corner("svdvals-rank-1", lambda np, x: np.linalg.svdvals(x), *RANK_1)
corner("svdvals-equal", lambda np, x: np.linalg.svdvals(x), *EYE)
corner("svd-equal", lambda np, x: np.linalg.svd(x, full_matrices=False)[0], *EYE)
corner("svdvals-0", lambda np, x: np.linalg.svdvals(x), [0.0, 0.0], [0.0, 0.0])
corner("nuclear-norm-rank-1", lambda np, x: np.linalg.norm(x, "nuc"), *RANK_1)
corner("det-singular", lambda np, x: np.linalg.det(x), *RANK_1)
corner("det-0", lambda np, x: np.linalg.det(x), [0.0, 0.0], [0.0, 0.0])
corner("pinv-rank-1", lambda np, x: np.linalg.pinv(x), *RANK_1)
