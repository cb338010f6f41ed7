"""Cases of reductions, scans, sorts, softmax and its kin."""

from functools import partial

import numpy as np
import nx
from nx.effects import perform_several
from nx.primitives import P
from scipy import special

from tests.cases._case import Case, Operand, by_function, by_parameters, dtypes_of

__all__ = ["CASES"]

CUBE = Operand(shape=(2, 3, 4))
FACTORS = Operand(shape=(2, 3, 4), low=-1.6, high=1.6, gap=0.5)
ONE_ZERO = Operand(values=[[1.5, 0.0, -0.7, 2.0], [0.5, 1.2, -1.1, 0.0]])
TWO_ZEROS = Operand(values=[[1.5, 0.0, -0.7, 0.0], [0.0, 0.0, 0.0, 2.0]])
EMPTY = Operand(shape=(2, 0, 3))
SCALAR = Operand(shape=())


def reduced(function):
    """Make a reference that takes ``axes``."""

    def reference(x, *, axes):
        return np.asarray(function(x, axis=axes)).astype(x.dtype)

    return reference


AXES = {"of_0": (0,), "of_1_2": (1, 2), "of_all": (0, 1, 2), "of_none": ()}

# By parameters, so that small integers keep their dtype.
REDUCTIONS = [
    by_parameters(primitive, name, reduced(function), [operand], axes=axes)
    for primitive, function, operand in (
        (P.sum, np.sum, CUBE),
        (P.prod, np.prod, FACTORS),
        (P.max, np.max, CUBE),
        (P.min, np.min, CUBE),
        (P.any, np.any, CUBE),
        (P.all, np.all, CUBE),
    )
    for name, axes in AXES.items()
]

AT_EDGES = [
    by_parameters(P.prod, "one_zero", reduced(np.prod), [ONE_ZERO], axes=(1,)),
    by_parameters(P.prod, "two_zeros", reduced(np.prod), [TWO_ZEROS], axes=(1,)),
    by_parameters(P.prod, "zeros_of_all", reduced(np.prod), [ONE_ZERO], axes=(0, 1)),
    by_parameters(P.sum, "empty", reduced(np.sum), [EMPTY], axes=(1,)),
    by_parameters(P.prod, "empty", reduced(np.prod), [EMPTY], axes=(1,)),
    by_parameters(P.max, "empty", reduced(np.max), [EMPTY], axes=(2,)),
    by_parameters(P.sum, "0d", reduced(np.sum), [SCALAR], axes=()),
    by_parameters(P.prod, "0d", reduced(np.prod), [SCALAR], axes=()),
    by_parameters(P.max, "0d", reduced(np.max), [SCALAR], axes=()),
]

KEEPDIMS = [
    by_function(primitive, name, partial(f, **kw), partial(reference, **kw), operand)
    for primitive, name, f, reference, operand, kw in (
        (P.sum, "keepdims", nx.sum, np.sum, CUBE, {"axis": (0, -1), "keepdims": True}),
        (P.prod, "keepdims", nx.prod, np.prod, FACTORS, {"axis": 1, "keepdims": True}),
        (P.max, "keepdims", nx.max, np.max, CUBE, {"axis": (-1, 1), "keepdims": True}),
        (P.min, "keepdims", nx.min, np.min, CUBE, {"keepdims": True}),
        (P.argmax, "keepdims", nx.argmax, np.argmax, CUBE, {"axis": -2, "keepdims": True}),
        (P.argmin, "flattened", nx.argmin, np.argmin, CUBE, {"keepdims": True}),
        (P.argmax, "0d", nx.argmax, np.argmax, SCALAR, {"keepdims": True}),
    )
]

POSITIONS = [
    by_parameters(primitive, f"along_{axis}", reference, [CUBE], axis=axis)
    for primitive, reference in ((P.argmax, np.argmax), (P.argmin, np.argmin))
    for axis in (0, 2)
]


def scanned(ufunc):
    """Make a reference that takes ``axis`` and ``reverse``."""

    def reference(x, *, axis, reverse):
        x = np.flip(x, axis) if reverse else x
        out = ufunc.accumulate(x, axis, x.dtype)
        return np.flip(out, axis) if reverse else out

    return reference


SCANS = [
    by_parameters(
        *(primitive, f"along_{axis}{'_reverse' * reverse}", scanned(ufunc), [operand]),
        axis=axis,
        reverse=reverse,
    )
    for primitive, ufunc, operand in (
        (P.cumsum, np.add, CUBE),
        (P.cumprod, np.multiply, FACTORS),
        (P.cummax, np.maximum, CUBE),
        (P.cummin, np.minimum, CUBE),
    )
    for axis in (0, 2)
    for reverse in (False, True)
]

SCANS_AT_EDGES = [
    by_parameters(primitive, name, scanned(ufunc), [operand], axis=1, reverse=name == "reverse")
    for primitive, ufunc, name, operand in (
        (P.cumprod, np.multiply, "one_zero", ONE_ZERO),
        (P.cumprod, np.multiply, "two_zeros", TWO_ZEROS),
        (P.cumprod, np.multiply, "reverse", TWO_ZEROS),
        (P.cumprod, np.multiply, "empty", EMPTY),
        (P.cumprod, np.multiply, "of_one", Operand(shape=(3, 1))),
        (P.cumsum, np.add, "empty", EMPTY),
        (P.cummax, np.maximum, "empty", EMPTY),
    )
]


def order_of(x, *, axis, descending):
    """Sort with Python's own sort, which is stable in descending order too."""

    def one(v):
        return sorted(range(len(v)), key=v.__getitem__, reverse=descending)

    order = np.apply_along_axis(one, axis, x) if x.size else np.zeros(x.shape)
    return order.astype(np.int64)


def sorted_along(x, *, axis, descending):
    return np.take_along_axis(x, order_of(x, axis=axis, descending=descending), axis)


SORTS = [
    by_parameters(
        *(primitive, f"{name}_along_{axis}{'_descending' * descending}", reference, [operand]),
        options={"tolerance": 0, "order": 0 if name == "ties" else 2},  # at ties only values
        axis=axis,
        descending=descending,
    )
    for primitive, reference in ((P.sort, sorted_along), (P.argsort, order_of))
    for name, operand in (
        ("cube", CUBE),
        ("ties", Operand(shape=(2, 7), whole=True)),
        ("empty", EMPTY),
    )
    for axis in (0, 1)
    for descending in (False, True)
]


def moments(x, *, axes):
    return np.mean(x, axes), np.var(x, axes)


ROUNDED = {"tolerance": 16}  # their decompositions round at every step

NORMALISED = [
    *(
        by_function(
            *(primitive, f"along_{axis}", partial(function, axis=axis)),
            partial(reference, axis=axis),
            CUBE,
            **ROUNDED,
        )
        for primitive, function, reference in (
            (P.softmax, nx.softmax, special.softmax),
            (P.log_softmax, nx.log_softmax, special.log_softmax),
        )
        for axis in (0, -1)
    ),
    *(
        by_function(
            *(P.logsumexp, name, partial(nx.logsumexp, **kw), partial(special.logsumexp, **kw)),
            operand,
            **ROUNDED,
        )
        for name, kw, operand in (
            ("of_all", {}, CUBE),
            ("of_0_2", {"axis": (0, 2)}, CUBE),
            ("keepdims", {"axis": 1, "keepdims": True}, CUBE),
            ("of_1000", {"axis": 1}, Operand(shape=(2, 4), low=990, high=1000)),
            ("0d", {}, SCALAR),
        )
    ),
    by_parameters(P.logsumexp, "of_none", lambda x, *, axes: x, [CUBE], axes=()),
    *(
        Case(
            name=f"moments_{name}",
            covers=(P.moments,),
            function=partial(perform_several, P.moments, axes=axes),
            reference=partial(moments, axes=axes),
            operands=(CUBE,),
            dtypes=dtypes_of(P.moments.takes),
            **ROUNDED,
        )
        for name, axes in AXES.items()
    ),
]


def layer_norm(x, scale=1.0, shift=0.0, *, axes, epsilon=1e-5):
    distance = x - np.mean(x, axes, keepdims=True)
    return distance / np.sqrt(np.var(x, axes, keepdims=True) + epsilon) * scale + shift


def between(low, high, *shape):
    return Operand(shape=shape, low=low, high=high)


LAYERS = [
    by_function(
        *(P.layer_norm, "of_the_last", nx.layer_norm, partial(layer_norm, axes=-1)),
        *(CUBE, between(0.5, 2, 4), between(-1, 1, 4)),
        **ROUNDED,
    ),
    by_function(
        *(P.layer_norm, "plain", partial(nx.layer_norm, axis=1), partial(layer_norm, axes=1)),
        CUBE,
        **ROUNDED,
    ),
    by_function(
        *(P.layer_norm, "of_two", partial(nx.layer_norm, axis=(2, 0), epsilon=0.5)),
        lambda x, scale: layer_norm(x, scale[:, None], axes=(0, 2), epsilon=0.5),
        *(CUBE, between(0.5, 2, 2, 4)),
        **ROUNDED,
    ),
    by_function(
        *(P.layer_norm, "of_the_first", lambda x, y: nx.layer_norm(x, shift=y, axis=0)),
        lambda x, y: layer_norm(x, shift=y[:, None, None], axes=0),
        *(CUBE, between(-1, 1, 2)),
        **ROUNDED,
    ),
    by_parameters(
        *(P.layer_norm, "each_line_its_scale", layer_norm),
        [CUBE, between(0.5, 2, 3, 4), between(-1, 1, 2, 1, 1)],
        ROUNDED,
        axes=(2,),
        epsilon=0.1,
    ),
]

CASES = [
    *REDUCTIONS,
    *AT_EDGES,
    *KEEPDIMS,
    *POSITIONS,
    *SCANS,
    *SCANS_AT_EDGES,
    *SORTS,
    *NORMALISED,
    *LAYERS,
]
