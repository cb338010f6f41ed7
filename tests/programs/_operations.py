"""The operations that random programs are made of: how each is written, and where it is smooth.

A row's text has a place for each operand; a domain ``(low, high)`` says where the operand's values
must be (the generator moves them there), ``AWAY`` that they must stay clear of 0, None that any do.
What needs more than a text is a function of the generator, which returns a text.
"""

from __future__ import annotations

__all__ = ["ELEMENTWISE", "STRUCTURED", "TAME"]

AWAY = "away"
ANY = None

ELEMENTWISE = [
    # one operand
    *(
        (f"nx.{name}({{0}})", (ANY,))
        for name in (
            *("sin", "cos", "tanh", "atan", "asinh", "erf", "erfc", "sigmoid", "softplus", "silu"),
            *("gelu", "mish", "log_sigmoid", "negative", "square"),
        )
    ),
    ("nx.exp({0})", ((-3, 1.5),)),
    ("nx.expm1({0})", ((-3, 1.5),)),
    ("nx.exp2({0})", ((-3, 2),)),
    ("nx.sinh({0})", ((-2, 2),)),
    ("nx.cosh({0})", ((-2, 2),)),
    ("nx.tan({0})", ((-1, 1),)),
    ("nx.sqrt({0})", ((0.4, 6),)),
    ("nx.log({0})", ((0.3, 8),)),
    ("nx.log1p({0})", ((-0.6, 6),)),
    ("nx.log2({0})", ((0.4, 8),)),
    ("nx.log10({0})", ((0.4, 8),)),
    ("nx.asin({0})", ((-0.7, 0.7),)),
    ("nx.acos({0})", ((-0.7, 0.7),)),
    ("nx.acosh({0})", ((1.3, 6),)),
    ("nx.atanh({0})", ((-0.7, 0.7),)),
    ("nx.erfinv({0})", ((-0.7, 0.7),)),
    ("nx.lgamma({0})", ((0.6, 5),)),
    ("nx.digamma({0})", ((0.7, 5),)),
    ("nx.polygamma(1, {0})", ((0.9, 5),)),
    ("nx.logit({0})", ((0.15, 0.85),)),
    ("nx.reciprocal({0})", (AWAY,)),
    ("nx.abs({0})", (AWAY,)),
    ("nx.sign({0}) * {0}", (AWAY,)),
    ("nx.relu({0})", (AWAY,)),
    ("nx.leaky_relu({0})", (AWAY,)),
    ("nx.elu({0})", (AWAY,)),
    ("nx.selu({0})", (AWAY,)),
    ("nx.soft_sign({0})", (AWAY,)),
    ("nx.i0e({0})", (AWAY,)),
    ("nx.i1e({0})", (AWAY,)),
    ("{0} ** 3", ((-1.7, 1.7),)),
    ("{0} ** -2", (AWAY,)),
    ("nx.integer_pow({0}, 4)", ((-1.5, 1.5),)),
    ("nx.hard_tanh({0})", (ANY,)),
    ("nx.clip({0}, -0.8, 1.1)", (ANY,)),
    ("{0} - nx.floor({0})", (ANY,)),
    ("{0} * nx.round({0})", (ANY,)),
    ("{0} - nx.trunc({0})", (ANY,)),
    ("nx.ceil({0}) * {0}", (ANY,)),
    ("0.75 * {0}", (ANY,)),
    ("2.5 - {0}", (ANY,)),
    ("1.5 / {0}", (AWAY,)),
    # two
    ("{0} + {1}", (ANY, ANY)),
    ("{0} - {1}", (ANY, ANY)),
    ("{0} * {1}", (ANY, ANY)),
    ("{0} * {1}", (ANY, ANY)),
    ("{0} / {1}", (ANY, AWAY)),
    ("nx.pow({0}, {1})", ((0.4, 2.5), (-2, 2))),
    ("nx.atan2({0}, {1})", ((0.3, 3), ANY)),
    ("nx.atan2({0}, {1})", (ANY, AWAY)),
    ("nx.hypot({0}, {1})", (AWAY, AWAY)),
    ("nx.logaddexp({0}, {1})", (ANY, ANY)),
    ("nx.maximum({0}, {1})", (ANY, ANY)),
    ("nx.minimum({0}, {1})", (ANY, ANY)),
    ("nx.copysign({0}, {1})", (AWAY, AWAY)),
    ("nx.remainder({0}, {1})", (ANY, AWAY)),
    ("nx.floor_divide({0}, {1}) * {0}", (ANY, AWAY)),
    ("nx.xlogy({0}, {1})", (ANY, (0.4, 5))),
    ("nx.xlog1py({0}, {1})", (ANY, (-0.5, 5))),
    ("nx.where(nx.greater({0}, {1}), {0} * {1}, nx.sin({0}))", (ANY, ANY)),
    ("nx.where(nx.less_equal({0}, {1}), {1}, {0} - {1})", (ANY, ANY)),
    ("nx.where({0} != {1}, {1}, {0})", (ANY, ANY)),
]

TAME = ["nx.sin({0})", "nx.tanh({0} + {1})", "0.8 * {0} + 0.3", "nx.sin({0} * {1})", "nx.atan({0})"]
"""What a loop repeats: smooth everywhere, and never large."""


# Reductions, scans, sorting ---------------------------------------------------------------------


def _axis(g, x):
    return int(g.rng.integers(-g.ndim(x), g.ndim(x)))


def _axes(g, x):
    """Return axes to reduce over, as text: none, one, or several."""
    n = g.ndim(x)
    way = g.rng.integers(3)
    if way == 0 or n == 0:
        return "None"
    if way == 1 or n == 1:
        return str(_axis(g, x))
    return str(tuple(int(a) for a in sorted(g.rng.choice(n, 2, replace=False))))


def reduction(g):
    name = g.one_of("sum", "mean", "prod", "max", "min", "var", "logsumexp", "sum", "mean")
    x = g.inside(-1.5, 1.5) if name in ("prod", "logsumexp") else g.pick()
    keep = g.one_of("", "", ", keepdims=True")
    return f"nx.{name}({x}, axis={_axes(g, x)}{keep})"


def deviation(g):
    x = g.pick(least=1, long=2)
    return f"nx.std({x}, axis={g.axis_of(x, 2)})"


def complex_sum(g):
    x = g.pick("c")
    return f"nx.{g.one_of('sum', 'mean')}({x}, axis={_axes(g, x)})"


def scan(g):
    name = g.one_of("cumulative_sum", "cumulative_prod", "cummax", "cummin")
    x = g.pick(least=1)
    back = g.one_of("", ", reverse=True")
    return f"nx.{name}({x}, axis={_axis(g, x)}{back})"


def softmax(g):
    x = g.inside(-2, 2, least=1)
    return f"nx.{g.one_of('softmax', 'log_softmax')}({x}, axis={_axis(g, x)})"


def sort(g):
    x = g.pick(least=1)
    return g.one_of(
        f"nx.sort({x}, axis={_axis(g, x)}, descending=True)",
        f"nx.sort({x}, axis={_axis(g, x)})",
        f"nx.median({x}, axis={_axis(g, x)})",
        f"nx.ptp({x}, axis={_axis(g, x)})",
        f"nx.top_k({x}, 1)[0]",
        f"nx.take_along_axis({x}, nx.argsort({x}, axis=0), axis=0)",
    )


# Moves -------------------------------------------------------------------------------------------


def reshape(g):
    x = g.pick(g.one_of("f", "f", "c"))
    size = g.size(x)
    shapes = [(size,), (1, size), (size, 1)]
    shapes += [(d, size // d) for d in (2, 3) if size % d == 0]
    if size == 1:
        shapes += [(), (1, 1, 1)]
    return f"nx.reshape({x}, {shapes[g.rng.integers(len(shapes))]})"


def permute(g):
    x = g.pick(g.one_of("f", "f", "c"), least=2)
    order = tuple(int(a) for a in g.rng.permutation(g.ndim(x)))
    return g.one_of(f"nx.permute_dims({x}, {order})", f"nx.moveaxis({x}, 0, -1)", f"{x}.T")


def expand(g):
    x = g.pick(most=2)
    return f"nx.expand_dims({x}, axis={int(g.rng.integers(0, g.ndim(x) + 1))})"


def squeeze(g):
    x = g.pick(least=1)
    ones = [a for a, n in enumerate(g.shape(x)) if n == 1]
    return f"nx.squeeze({x}, axis={ones[0]})" if ones else None


def broadcast(g):
    x = g.pick(most=1)
    shape = tuple(2 if n == 1 and g.rng.random() < 0.7 else n for n in g.shape(x))
    return f"nx.broadcast_to({x}, {(int(g.rng.integers(1, 4)), *shape)})"


def cut(g):
    x = g.pick(g.one_of("f", "f", "f", "c"), least=1)
    parts = []
    for n in g.shape(x):
        parts.append(
            g.one_of(":", "::-1", "1:", ":-1", "::2", "-1::-2", str(int(g.rng.integers(n))), "None")
            if n > 1
            else g.one_of(":", "0", "::-1", ":, None")
        )
    return f"{x}[{', '.join(parts)}]"


def turn(g):
    x = g.pick(least=1)
    return g.one_of(
        f"nx.flip({x}, axis={_axis(g, x)})",
        f"nx.roll({x}, 1, axis={_axis(g, x)})",
        f"nx.repeat({x}, 2, axis={_axis(g, x)})",
        f"nx.tile({x}, (2,))",
        f"nx.diff({x}, axis={g.axis_of(x, 2)})",
    )


def triangle(g):
    x = g.pick(least=2)
    return f"nx.{g.one_of('tril', 'triu')}({x}, k={int(g.rng.integers(-1, 2))})"


def pad(g):
    x = g.pick(least=1, most=2)
    value = g.one_of("0.5", f"nx.mean({x})")  # of the same dtype
    return f"nx.pad({x}, {[(1, 0)] + [(0, 1)] * (g.ndim(x) - 1)}, value={value})"


def join(g):
    kind = g.one_of("f", "f", "c")
    x = g.pick(kind, least=1)
    axis = _axis(g, x)
    same = g.pick(kind, where=lambda y: g.shape(y) == g.shape(x))
    return f"nx.concat([{x}, {same}, {x}], axis={axis})"


def stack(g):
    x = g.pick(most=2)
    same = g.pick(where=lambda y: g.shape(y) == g.shape(x))
    return f"nx.stack([{x}, {same}], axis={int(g.rng.integers(0, g.ndim(x) + 1))})"


# Indexing ----------------------------------------------------------------------------------------


def _indices(g, n, count=3):
    return [int(i) for i in g.rng.integers(-n, n, count)]


def gather(g):
    x = g.pick(g.one_of("f", "f", "c"), least=1)
    n = g.shape(x)[0]
    return f"{x}[np.array({_indices(g, n)})]"


def gather_by_values(g):
    """Indices that are themselves computed, and so may differ by lane."""
    x, i = g.pick(least=1), g.pick("i", most=1)
    return f"nx.take({x}, {i} % {g.shape(x)[0]}, axis=0)"


def index_by_value(g):
    x, i = g.pick(least=1), g.pick("i", most=0)
    return f"{x}[{i} % {g.shape(x)[0]}]"


def gather_twice(g):
    x = g.pick(least=2)
    n, m = g.shape(x)[:2]
    return f"{x}[np.array({_indices(g, n)}), np.array({_indices(g, m)})]"


def put(g):
    x = g.pick(least=1)
    n, row = g.shape(x)[0], g.shape(x)[1:]
    y = g.pick(where=lambda y: g.fits(g.shape(y), row))
    how, i = g.one_of("add", "set", "multiply"), int(g.rng.integers(-n, n))
    return f"nx.asarray({x}).at[{i}].{how}(nx.astype({y}, {x}.dtype))"


def put_many(g):
    x = g.pick(least=1)
    i = _indices(g, g.shape(x)[0], 2)
    return f"nx.asarray({x}).at[np.array({i})].{g.one_of('add', 'multiply')}(nx.mean({x}))"


def segments(g):
    x = g.pick(least=1)
    i = [int(i) for i in g.rng.integers(0, 2, g.shape(x)[0])]
    return f"nx.segment_sum({x}, np.array({i}), 2)"


def mask(g):
    x = g.pick(least=1, most=1)
    keep = [bool(b) for b in g.rng.integers(0, 2, g.shape(x)[0])]
    return f"{x}[np.array({keep})]" if any(keep) else None


# Products and linear algebra ---------------------------------------------------------------------


def matmul(g):
    kind = g.one_of("f", "f", "f", "c")
    x = g.pick(kind, least=1)
    n = g.shape(x)[-1]
    y = g.pick(
        kind,
        where=lambda y: (
            g.ndim(y) > 0
            and g.shape(y)[max(-2, -g.ndim(y))] == n
            and (g.ndim(x) < 3 or g.ndim(y) < 3 or g.fits(g.shape(y)[:-2], g.shape(x)[:-2]))
        ),
    )
    return f"0.5 * ({x} @ {y})"


def outer(g):
    x, y = g.pick(least=1, most=1), g.pick(least=1, most=1)
    return g.one_of(f"nx.outer({x}, {y})", f"nx.tensordot({x}, {y}, axes=0)")


def gram(g):
    x = g.pick(least=2, most=2)
    return g.one_of(f"nx.einsum('ij,kj->ik', {x}, {x})", f"nx.einsum('ij,ij->j', {x}, nx.cos({x}))")


def dot(g):
    x = g.pick(least=1)
    y = g.pick(where=lambda y: g.shape(y) == g.shape(x))
    return f"nx.vecdot({x}, {y})"


def convolve(g):
    x, y = g.pick(least=1, most=1), g.pick(least=1, most=1)
    return f"nx.convolve({x}, {y})"


def _square(g):
    """Return a text of a well-conditioned matrix, its size, and whether there are stacks."""
    x = g.pick(least=2, where=lambda x: 2 <= g.shape(x)[-1] <= 3 and 1 <= g.shape(x)[-2] <= 3)
    n = g.shape(x)[-1]
    y = g.let(f"nx.tanh({x})")
    t = g.let(f"nx.matrix_transpose({y})")
    return g.let(f"{t} @ {y} + np.diag(np.array({[2.0 + 1.3 * i for i in range(n)]}))"), n


def linalg(g):
    a, n = _square(g)
    way = g.rng.integers(12)
    if way == 0:
        return f"nx.linalg.inv({a})"
    if way == 1:
        return f"nx.log(nx.linalg.det({a}))"
    if way == 2:
        return f"nx.linalg.slogdet({a})[1]"
    if way == 3:
        return f"nx.linalg.cholesky({a})"
    if way == 4:
        return f"nx.linalg.eigvalsh({a})"
    if way == 5:
        return f"nx.linalg.svdvals({a})"
    if way == 6:
        return f"nx.linalg.trace({a})"
    if way == 7:
        return f"nx.linalg.pinv({a})"
    if way == 8:
        return f"nx.abs(nx.linalg.qr({a})[1])" if g.ndim(a) == 2 else None
    b = g.pick(where=lambda y: g.ndim(y) == 2 and g.shape(y)[0] == n)
    if way == 9:
        return f"nx.linalg.triangular_solve({a}, {b}, lower=True)" if g.ndim(a) == 2 else None
    return f"nx.linalg.solve({a}, {b})"


def matrix_function(g):
    x = g.pick(least=2, most=2, where=lambda x: g.shape(x)[0] == g.shape(x)[1])
    return g.one_of(
        f"nx.linalg.matrix_power(nx.tanh({x}), 3)",
        f"nx.linalg.expm(0.5 * nx.tanh({x}))",
        f"nx.linalg.diagonal({x})",
    )


def norm(g):
    x = g.awayed(least=1)
    return f"nx.linalg.vector_norm({x}, axis={_axis(g, x)})"


# Complex numbers and integers -------------------------------------------------------------------


def to_complex(g):
    x = g.pick()
    y = g.pick(where=lambda y: g.shape(y) == g.shape(x))
    return f"nx.complex({x}, {y})"


def complex_elementwise(g):
    x = g.pick("c")
    return g.one_of(
        f"nx.exp(0.3 * {x})",
        f"nx.sin(0.4 * {x})",
        f"nx.conj({x})",
        f"{x} * {x}",
        f"{x} / (4.0 + {x} * nx.conj({x}))",
        f"nx.tanh(0.3 * {x})",
        f"{x} * nx.conj({g.pick('c', where=lambda y: g.fits(g.shape(y), g.shape(x)))})",
    )


def to_real(g):
    x = g.pick("c")
    return g.one_of(f"nx.real({x})", f"nx.imag({x})", f"nx.real({x} * nx.conj({x}))")


def modulus(g):
    x = g.pick("c", where=lambda x: g.least_modulus(x) > 0.3)
    return g.one_of(f"nx.abs({x})", f"nx.log(nx.abs({x}))")


def fourier(g):
    x, z = g.pick(least=1), g.pick("fc", least=1)
    n = g.shape(z)[-1]
    return g.one_of(
        f"nx.fft.rfft({x})", f"nx.fft.fft({z})", f"nx.fft.ifft({z})", f"nx.fft.irfft({z}, n={n})"
    )


def to_int(g):
    x = g.pick()
    return g.one_of(
        f"nx.astype(nx.floor({x}), nx.int64)",
        f"nx.astype(nx.greater({x}, 0.2), nx.int32)",
        f"nx.argmax({x}, axis=-1)" if g.ndim(x) else f"nx.astype({x}, nx.int64)",
        f"nx.sum(nx.astype(nx.less({x}, 0.1), nx.int64))",
    )


def int_arithmetic(g):
    x = g.pick("i")
    y = g.pick("i", where=lambda y: g.fits(g.shape(y), g.shape(x)))
    return g.one_of(f"{x} + {y}", f"{x} * 3 - {y}", f"({x} + 7) // 2", f"{x} % 4", f"{x} & {y}")


def where_int(g):
    x, i = g.pick(), g.pick("i", most=0)
    return f"nx.where({i} % 2 == 0, {x}, nx.cos({x}))"


def hot(g):
    i = g.pick("i", most=1)
    x = g.pick(least=1, most=1)
    return f"nx.astype(nx.one_hot({i} % {g.shape(x)[0]}, {g.shape(x)[0]}), {x}.dtype) @ {x}"


def narrow(g):
    x = g.pick()
    return f"nx.astype({x}, nx.float64)"


STRUCTURED = [
    *[reduction] * 5,
    *[scan, scan, softmax, sort, sort, deviation, complex_sum],
    *[reshape, permute, expand, squeeze, broadcast, cut, cut, turn, triangle, pad, join, stack],
    *[gather, gather_by_values, index_by_value, gather_twice, put, put_many, segments, mask],
    *[matmul, matmul, matmul, outer, gram, dot, convolve, linalg, linalg, matrix_function, norm],
    *[
        to_complex,
        to_complex,
        complex_elementwise,
        complex_elementwise,
        to_real,
        modulus,
        fourier,
        fourier,
    ],
    *[to_int, to_int, int_arithmetic, where_int, hot, narrow],
]
