"""Cases of the primitives that move, make or convert: they change no value, so they are exact."""

from functools import partial

import numpy as np
import nx
from nx.effects import perform
from nx.primitives import P
from nx.testing.rows._moves import padded, sliced
from nx.testing.rows._random import threefry
from nx.testing.rows._random import words as joined_words

from tests.cases._case import ALL, Case, Operand, by_function, by_parameters, dtype_named, dtypes_of

__all__ = ["CASES"]

CUBE = Operand(shape=(2, 3, 4))
MATRIX = Operand(shape=(3, 4))
EMPTY = Operand(shape=(2, 0, 3))
SCALAR = Operand(shape=())
EXACT = {"tolerance": 0}


def shaping(primitive, function, reference, rows):
    """Make the cases of a function of an array and one more argument."""
    return [
        by_function(
            *(primitive, name, lambda x, a=argument: function(x, a)),
            lambda x, a=argument: reference(x, a),
            operand,
            **EXACT,
        )
        for name, argument, operand in rows
    ]


SHAPES = [
    *shaping(
        *(P.reshape, nx.reshape, np.reshape),
        [
            ("to_2d", (4, 6), CUBE),
            ("to_1d", (-1,), CUBE),
            ("to_0d", (), Operand(shape=(1, 1))),
            ("of_0d", (1, 1), SCALAR),
            ("empty", (0, 5), EMPTY),
        ],
    ),
    *shaping(
        *(P.permute_dims, nx.permute_dims, np.transpose),
        [
            ("cycle", (1, 2, 0), CUBE),
            ("swap", (0, 2, 1), CUBE),
            ("2d", (1, 0), MATRIX),
            ("0d", (), SCALAR),
        ],
    ),
    *shaping(
        *(P.broadcast_to, nx.broadcast_to, np.broadcast_to),
        [
            ("length_1", (3, 4), Operand(shape=(3, 1))),
            ("new_axes", (2, 3, 4), Operand(shape=(4,))),
            ("both", (2, 3, 4), Operand(shape=(3, 1))),
            ("of_0d", (2, 2), SCALAR),
            ("to_empty", (0, 3), Operand(shape=(1, 3))),
        ],
    ),
    *shaping(
        *(P.flip, lambda x, axis: nx.flip(x, axis=axis), np.flip),
        [("1", 1, CUBE), ("0_2", (0, -1), CUBE), ("all", None, CUBE), ("0d", None, SCALAR)],
    ),
]

SLICES = [
    by_parameters(
        *(P.slice, name, sliced, [operand], EXACT), starts=starts, stops=stops, steps=steps
    )
    for name, starts, stops, steps, operand in (
        ("steps", (1, 0), (7, 5), (3, 2), Operand(shape=(8, 5))),
        ("part", (0, 1, 2), (1, 3, 4), (1, 1, 1), CUBE),
        ("long_steps", (1, 0), (3, 4), (5, 9), MATRIX),
        ("to_empty", (2, 0), (2, 4), (1, 2), MATRIX),
        ("empty", (0, 0, 1), (2, 0, 3), (1, 1, 1), EMPTY),
        ("0d", (), (), (), SCALAR),
    )
]

PADS = [
    by_parameters(
        *(P.pad, name, padded, [operand, SCALAR], EXACT), low=low, high=high, interior=interior
    )
    for name, low, high, interior, operand in (
        ("both_sides", (1, 0), (2, 3), (0, 0), MATRIX),
        ("interior", (0, 0), (0, 0), (1, 2), MATRIX),
        ("everywhere", (1, 2), (0, 1), (2, 1), MATRIX),
        ("empty", (1, 0, 2), (0, 1, 0), (3, 2, 1), EMPTY),
        ("0d", (), (), (), SCALAR),
    )
]

CONCATS = [
    by_parameters(
        P.concat,
        name,
        lambda *xs, axis: np.concatenate(xs, axis),
        [Operand(shape=shape) for shape in shapes],
        EXACT,
        axis=axis,
    )
    for name, axis, shapes in (
        ("along_0", 0, ((1, 3), (2, 3), (3, 3))),
        ("along_1", 1, ((2, 1, 2), (2, 3, 2))),
        ("with_empty", 1, ((2, 0), (2, 3))),
        ("of_one", 0, ((2, 2),)),
    )
]


def create(primitive, dtype, **params):
    return perform(primitive, dtype=dtype, device=nx.zeros(()).device, **params)


CREATION = [
    Case(
        name=f"{primitive.name}_{name}",
        covers=(primitive,),
        function=partial(create, primitive, dtype_named(name), **params),
        reference=partial(np.array, values, dtype_named(name).numpy),
        operands=(),
        dtypes=(name,),
        **EXACT,
    )
    for primitive, values, params in (
        (P.full, [[1, 1, 1], [1, 1, 1]], {"shape": (2, 3), "value": 1}),
        (P.iota, [0, 1, 2, 3, 4], {"length": 5}),
    )
    for name in dtypes_of(primitive.takes)
]


def converted(x, *, dtype):
    """A complex value loses its imaginary part."""
    return (x if dtype.kind == "complex" else x.real).astype(dtype.numpy)


def cast(source, name, operand, **options):
    options = {**EXACT, **options}
    dtype = dtype_named(name)
    return by_parameters(P.cast, f"{source}_to_{name}", converted, [operand], options, dtype=dtype)


# Differences through a narrower dtype need a step that it can represent.
COARSE = {"order": 1, "step": 1e-2, "precision": 1e-4}
DERIVED = {"float64": {}, "complex128": {}, "float32": COARSE, "complex64": COARSE}
SIGNED = dtypes_of(["signed", "floating", "complex"])


def itself(x, **_):
    return x


CONVERSIONS = [
    *(
        cast("small", name, Operand(low=0, high=3), **DERIVED.get(name, {"order": 0}))
        for name in ALL
    ),
    *(
        cast("signed", name, Operand(low=-5, high=5), dtypes=SIGNED, order=0)
        for name in ("bool", *SIGNED)
    ),
    by_function(
        P.cast,
        "by_name",
        lambda x: nx.astype(x, nx.int16),
        itself,
        SCALAR,
        dtypes=dtypes_of(["bool", "signed"]),
        **EXACT,
    ),
    by_function(P.copy, "of_cube", nx.copy, itself, CUBE, **EXACT),
    by_function(P.copy, "of_0d", nx.copy, itself, SCALAR, **EXACT),
    by_parameters(P.detach, "of_cube", itself, [CUBE], EXACT),
    by_function(
        *(P.to_device, "its_own", lambda x: perform(P.to_device, x, device=x.device), itself),
        CUBE,
        **EXACT,
    ),
]

BITCASTS = [
    by_function(
        P.bitcast,
        f"{source}_as_{target}",
        partial(perform, P.bitcast, dtype=dtype_named(target)),
        lambda x, s=source, t=target: x.astype(dtype_named(s).numpy).view(dtype_named(t).numpy),
        *(CUBE,),
        dtypes=(source,),
        **EXACT,
    )
    for source, target in (
        ("float32", "int32"),
        ("float64", "int64"),
        ("float64", "complex64"),
        ("uint16", "bfloat16"),
        ("float16", "uint16"),
        ("int8", "uint8"),
        ("float8_e4m3", "uint8"),
    )
]


def words(*shape):
    return Operand(values=lambda rng, _: rng.integers(0, 2**32, shape), dtype="uint32")


RANDOM = [
    by_function(
        *(P.threefry2x32, name, partial(perform, P.threefry2x32), threefry, words(*key)),
        words(*counter),
        dtypes=("uint32",),
        **EXACT,
    )
    for name, key, counter in (
        ("one_key", (2,), (5, 2)),
        ("keys", (3, 1, 2), (4, 2)),
        ("empty", (2,), (0, 2)),
    )
]

RANDOM += [
    by_parameters(
        *(P.random_bits, f"{width}_bits{name}", joined_words, [words(*key)]),
        {"dtypes": ("uint32",), **EXACT},
        length=length,
        width=width,
    )
    for width in (32, 64)
    for name, key, length in (("", (2,), 5), ("_of_keys", (3, 2), 4), ("_empty", (2,), 0))
]

CASES = [*SHAPES, *SLICES, *PADS, *CONCATS, *CREATION, *CONVERSIONS, *BITCASTS, *RANDOM]
