"""Making random programs: each statement is tried, in NumPy, on all lanes as it is added.

So values are known while the program is made: thresholds go where lanes differ, operands are moved
into the domain of an operation, and a statement is left out where a value is large or a decision
near to going the other way.  No tolerance is loosened for what a program might do.
"""

from __future__ import annotations

import contextlib
import itertools
import warnings

import numpy as np

from tests.programs._nodes import (
    Branch,
    Condition,
    Function,
    Let,
    Pick,
    Program,
    Repeat,
    While,
    sliced,
)
from tests.programs._operations import AWAY, ELEMENTWISE, STRUCTURED, TAME
from tests.programs._oracle import TOGETHER, Crossing, Numpy, Transformations

__all__ = ["LANES", "Generator", "Unfit"]

LANES = 3
LARGEST = 8.0
MOST_ELEMENTS = 18
MARGIN = 0.1
SHAPES = [(), (1,), (2,), (3,), (2, 3), (3, 1), (2, 2), (1, 2), (2, 1, 3)]


class Unfit(Exception):  # noqa: N818 - no error: another is tried
    """A statement does not fit here; another is tried."""


class Generator:
    """A program in the making.

    Attributes
    ----------
    points : list of dict
        The values of all names, wherever the current block runs: for each lane, and in the body of
        a mapped function for each of its lanes too.
    """

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.seed = seed
        self.numpy = Numpy(margin=MARGIN)
        self.rune = Transformations(self.numpy)
        self.count = 0
        self.depth = 0
        self.differentiations = 0
        self.nodes = []
        self.visible = []
        self.points = []

    # Names -----------------------------------------------------------------------------------

    def new(self, letter="v"):
        self.count += 1
        return f"{letter}{self.count}"

    def value(self, name):
        return self.points[0][name]

    def shape(self, name):
        return self.value(name).shape

    def ndim(self, name):
        return self.value(name).ndim

    def size(self, name):
        return self.value(name).size

    def kind(self, name):
        return self.value(name).dtype.kind

    def all_values(self, name):
        return np.concatenate([point[name].ravel() for point in self.points])

    def least_modulus(self, name):
        return np.min(np.abs(self.all_values(name)), initial=np.inf)

    @staticmethod
    def fits(shape, other):
        """Tell whether a shape broadcasts to another."""
        try:
            return np.broadcast_shapes(shape, other) == other
        except ValueError:
            return False

    def one_of(self, *choices):
        return choices[self.rng.integers(len(choices))]

    def pick(self, kind="f", least=0, most=4, long=1, where=None):
        """Return a name in sight, more likely a late one."""
        names = [
            name
            for name in self.visible
            if self.kind(name) in kind
            and least <= self.ndim(name) <= most
            and max(self.shape(name), default=1) >= long
            and (where is None or where(name))
        ]
        if not names:
            raise Unfit
        weights = 1.15 ** np.arange(len(names))
        return str(self.rng.choice(names, p=weights / weights.sum()))

    def axis_of(self, name, long):
        axes = [a for a, n in enumerate(self.shape(name)) if n >= long]
        if not axes:
            raise Unfit
        return int(self.rng.choice(axes))

    # Statements ------------------------------------------------------------------------------

    def run(self, node):
        """Run a statement at all points; leave all as it was where its value doesn't fit."""
        code = compile("\n".join(node.lines("oracle")), "<statement>", "exec")
        found = []
        for point in self.points:
            exec(code, point)
            if isinstance(node, Function):
                continue
            x = np.asarray(point[node.name])
            point[node.name] = x
            found.append(x)
            if not np.all(np.isfinite(x)) or np.max(np.abs(x), initial=0.0) > LARGEST:
                raise Unfit
            if x.size > MOST_ELEMENTS or x.size == 0 or x.ndim > 4 or x.dtype.kind not in "fci":
                raise Unfit
        if len({(x.shape, x.dtype) for x in found}) > 1:
            raise Unfit
        self.nodes.append(node)
        if not isinstance(node, Function):
            self.visible.append(node.name)
        return node.name

    def let(self, text):
        return self.run(Let(self.new(), text))

    def block(self, points, build):
        """Return the statements that ``build`` adds, and what it returns; names go out of sight."""
        before = self.nodes, self.visible, self.points
        self.nodes, self.visible, self.points = [], list(self.visible), points
        try:
            result = build()
            return self.nodes, result
        finally:
            self.nodes, self.visible, self.points = before

    # Operands --------------------------------------------------------------------------------

    def inside(self, low, high, name=None, **options):
        """Return a name whose values lie in a domain: one moved there, if need be."""
        name = name or self.pick(**options)
        values = self.all_values(name)
        least, most = values.min(), values.max()
        if low <= least and most <= high:
            return name
        scale = min(1.0, 0.9 * (high - low) / max(most - least, 1e-3))
        center = self.rng.uniform(0.4, 0.6) * (high - low) + low
        offset = center - scale * (least + most) / 2
        offset = np.clip(offset, low - scale * least, high - scale * most)
        return self.let(f"{scale:.3g} * {name} + {offset:.4g}")

    def awayed(self, name=None, **options):
        """Return a name whose values are clear of 0."""
        name = name or self.pick(**options)
        if self.least_modulus(name) > 0.35:
            return name
        return self.inside(0.4, 3.0, name) if self.rng.random() < 0.6 else self.below(name)

    def below(self, name):
        return self.inside(-3.0, -0.4, name)

    def operand(self, domain, name):
        if domain is None:
            return name
        return self.awayed(name) if domain == AWAY else self.inside(*domain, name)

    def scalar(self):
        """Return a 0-d floating name."""
        with contextlib.suppress(Unfit):
            if self.rng.random() < 0.5:
                return self.pick(most=0)
        return self.let(f"nx.mean({self.pick()})")

    # Operations ------------------------------------------------------------------------------

    def elementwise(self):
        text, domains = ELEMENTWISE[self.rng.integers(len(ELEMENTWISE))]
        first = self.pick()
        names = [first]
        if len(domains) == 2:
            shape = self.shape(first)
            names.append(
                self.pick(
                    where=lambda y: (
                        self.fits(self.shape(y), shape) or self.fits(shape, self.shape(y))
                    )
                )
            )
            if self.rng.random() < 0.5:
                names.reverse()
        operands = [self.operand(d, name) for d, name in zip(domains, names, strict=True)]
        return self.let(text.format(*operands))

    def structured(self):
        text = STRUCTURED[self.rng.integers(len(STRUCTURED))](self)
        if text is None:
            raise Unfit
        return self.let(text)

    def statement(self):
        way = self.rng.random()
        if way < 0.42 or self.depth >= 3:
            return self.elementwise()
        if way < 0.8:
            return self.structured()
        return self.one_of(
            self.branch,
            self.branch,
            self.repeat,
            self.while_,
            self.pick_from,
            *[self.transform] * 4,
        )()

    def statements(self, count):
        """Add so many statements; those that don't fit are left out."""
        tries = 0
        while count > 0 and tries < 60:
            tries += 1
            before = len(self.nodes), len(self.visible)
            try:
                self.statement()
                count -= 1
            except (Unfit, Crossing, ValueError, IndexError, np.linalg.LinAlgError):
                del self.nodes[before[0] :], self.visible[before[1] :]
        if tries >= 60:
            raise Unfit

    # Control flow ----------------------------------------------------------------------------

    def level(self, values):
        """Return a number that parts values, with a margin."""
        values = np.unique(values)
        gaps = [(a + b) / 2 for a, b in itertools.pairwise(values) if b - a > 3 * MARGIN]
        if gaps and self.rng.random() < 0.9:
            return round(float(self.one_of(*gaps)), 3)
        return round(float(self.one_of(values[0] - 0.5, values[-1] + 0.5)), 3)

    def arm(self, shape, count):
        """Return statements and a name of this shape."""

        def build():
            self.statements(count)
            return self.pick(where=lambda x: self.shape(x) == shape)

        self.depth += 1
        try:
            return self.block(self.points, build)
        finally:
            self.depth -= 1

    def branch(self):
        value = self.scalar()
        style = self.one_of("plain", "float", "item", "not", "bool")
        condition = Condition(value, self.level(self.all_values(value)), style)
        shape = self.shape(self.pick())
        then, yes = self.arm(shape, int(self.rng.integers(1, 3)))
        other, no = self.arm(shape, int(self.rng.integers(0, 2)))
        style = self.one_of("if", "if", "try")
        then, other = sliced(then, [yes]), sliced(other, [no])
        return self.run(Branch(self.new(), condition, yes, no, then, other, style))

    def repeat(self):
        start = self.pick()
        shape = self.shape(start)
        other = self.pick(where=lambda y: self.fits(self.shape(y), shape))
        count = self.inside(0.2, 2.8, self.scalar())
        carried = self.new()
        points = [{**point, carried: point[start]} for point in self.points]

        def build():
            name = carried
            for _ in range(self.rng.integers(1, 3)):
                name = self.let(self.one_of(*TAME).format(name, other))
            return name

        body, result = self.block(points, build)
        body = sliced(body, [result])
        style = self.one_of("for", "recursion")
        return self.run(Repeat(self.new(), start, count, 3, carried, result, body, style))

    def while_(self):
        start = self.pick()
        other = self.scalar()
        carried = self.new()
        result = self.one_of(
            "0.6 * {0}",
            "0.7 * nx.sin({0})",
            "0.8 * {0} * nx.sigmoid({1})",
            "0.9 * nx.tanh({0}) / 1.5",
        ).format(carried, other)
        total = max(float(np.sum(point[start] ** 2)) for point in self.points)
        level = round(total * self.rng.uniform(0.1, 0.9), 3)
        measure = f"nx.sum({carried} * {carried})"
        return self.run(While(self.new(), start, measure, level, 12, carried, result))

    def pick_from(self):
        first = self.pick()
        same = [self.pick(where=lambda y: self.shape(y) == self.shape(first)) for _ in range(2)]
        index = self.inside(0.2, 2.8, self.scalar())
        return self.run(Pick(self.new(), index, [first, *same]))

    # Functions and transformations -------------------------------------------------------------

    def meet(self, axis, lanes):
        """Add a collective: the points are those of so many lanes, again and again."""
        x = self.pick(most=1)
        name, operation = self.new(), self.one_of(*TOGETHER)
        for i in range(0, len(self.points), lanes):
            group = self.points[i : i + lanes]
            value = np.asarray(TOGETHER[operation]([point[x] for point in group]))
            if np.max(np.abs(value)) > LARGEST:
                raise Unfit
            for point in group:
                point[name] = value
        self.nodes.append(Let(name, f"rune.{operation}({x}, '{axis}')"))
        self.visible.append(name)

    def function(self, arguments, count, scalar=False, axis=None):
        """Add a function, whose parameters have these values at each point.

        With ``axis`` it is to be mapped, and its lanes may meet over the axis of this name.
        """
        parameters = [self.new("a") for _ in arguments[0][0]]
        points = [
            {**point, **dict(zip(parameters, values, strict=True))}
            for point, calls in zip(self.points, arguments, strict=True)
            for values in calls
        ]

        def build():
            self.visible += parameters
            first, *_ = [  # it is used, and so are names around
                self.let(f"nx.sin({name})" if self.rng.random() < 0.5 else f"0.9 * {name}")
                for name in parameters
            ]
            if axis is not None:
                self.meet(axis, len(arguments[0]))
            self.statements(count)
            if axis is not None and self.rng.random() < 0.5:
                self.meet(axis, len(arguments[0]))
            if scalar:
                total = self.one_of("sum", "mean")
                return self.let(f"nx.{total}(nx.sin({self.pick()}) * 1.2) * nx.mean({first})")
            if self.rng.random() < 0.4:
                return self.branch()
            x, y = self.visible[-1], self.pick()
            return self.let(f"{x} * nx.cos(nx.mean({y}))") if self.kind(x) == "f" else y

        self.depth += 1
        try:
            body, result = self.block(points, build)
        finally:
            self.depth -= 1
        name = self.new("f")
        early = isinstance(body[-1], Branch) and body[-1].name == result
        self.run(Function(name, parameters, sliced(body, [result]), result, early))
        return name

    def transform(self):
        return self.one_of(
            *[self.call, self.map, self.map, self.map, self.gradient, self.gradient, self.pushed],
            *[self.mapped_gradient, self.pulled, self.jacobian, self.hessian],
        )()

    def call(self):
        x = self.pick()
        y = self.pick(where=lambda y: self.shape(y) == self.shape(x))
        f = self.function([[[p[x]], [p[y]]] for p in self.points], self.few())
        return self.let(f"{f}({x}) + {self.one_of('nx.cos', '')}({f}({y}))")

    def few(self):
        return int(self.rng.integers(1, 4))

    def map(self):
        x = self.pick(least=1)
        axis = int(self.rng.integers(-self.ndim(x), self.ndim(x)))
        n = self.shape(x)[axis]
        y = self.pick()
        shared = bool(self.rng.random() < 0.5) or self.ndim(y) == 0 or self.shape(y)[0] != n
        lanes = [
            [[np.take(p[x], i, axis), p[y] if shared else p[y][i]] for i in range(n)]
            for p in self.points
        ]
        axis_name = self.new("axis") if self.rng.random() < 0.35 else None
        f = self.function(lanes, self.few(), axis=axis_name)
        wrapped = self.one_of(f, f, f"rune.debug({f}, stream=SILENT)")
        out = self.one_of("", "", ", out_axes=-1")
        out += f", axis_name='{axis_name}'" if axis_name else ""
        axes = f"({axis}, {None if shared else 0})"
        return self.let(f"rune.vmap({wrapped}, in_axes={axes}{out})({x}, {y})")

    def small(self, **options):
        return self.pick(
            where=lambda x: self.size(x) <= (4 if self.differentiations == 0 else 2), **options
        )

    def derived(self, arguments, scalar, order=1):
        """Add a function to differentiate; the oracle takes differences of differences."""
        if self.differentiations + order > 2:
            raise Unfit
        self.differentiations += order
        try:
            return self.function(arguments, self.few(), scalar=scalar)
        finally:
            self.differentiations -= order

    def gradient(self):
        x = self.small()
        f = self.derived([[[p[x]]] for p in self.points], scalar=True)
        form = self.one_of("rune.grad({0})({1})", "rune.value_and_grad({0})({1})[1]")
        return self.let(form.format(f, x))

    def pushed(self):
        x = self.pick()
        v = self.pick(where=lambda v: self.shape(v) == self.shape(x))
        f = self.derived([[[p[x]]] for p in self.points], scalar=False)
        return self.let(f"rune.jvp({f}, {x}, nx.astype({v}, {x}.dtype))[1]")

    def pulled(self):
        x = self.small()
        f = self.derived([[[p[x]]] for p in self.points], scalar=False)
        return self.let(f"rune.vjp({f}, {x}, nx.cos({f}({x})))[1]")

    def jacobian(self):
        x = self.small()
        f = self.derived([[[p[x]]] for p in self.points], scalar=False)
        return self.let(f"rune.{self.one_of('jacfwd', 'jacrev')}({f})({x})")

    def hessian(self):
        x = self.pick(where=lambda x: self.size(x) <= 2)
        f = self.derived([[[p[x]]] for p in self.points], scalar=True, order=2)
        return self.let(f"rune.hessian({f})({x})")

    def mapped_gradient(self):
        x = self.small(least=1)
        rows = [[[p[x][i]] for i in range(self.shape(x)[0])] for p in self.points]
        f = self.derived(rows, scalar=True)
        return self.let(f"rune.vmap(rune.grad({f}))({x})")

    # The whole -------------------------------------------------------------------------------

    def arguments(self):
        single = self.rng.random()
        count = int(self.rng.integers(1, 4))
        values, mapped = [], []
        for i in range(count):
            shape = SHAPES[self.rng.integers(len(SHAPES))]
            dtype = "float32" if single < 0.15 or (single < 0.3 and i == 0) else "float64"
            if i > 0 and self.rng.random() < 0.15:
                dtype = dtype.replace("float32", "complex64").replace("float64", "complex128")
            different = i == 0 or bool(self.rng.random() < 0.75)
            lanes = []
            for _ in range(LANES if different else 1):
                x = self.rng.uniform(-2, 2, shape)
                if dtype.startswith("complex"):
                    x = x + 1j * self.rng.uniform(-1, 1, shape)
                lanes.append(np.asarray(x, dtype))
            values.append(lanes * (1 if different else LANES))
            mapped.append(different)
        return values, mapped

    def program(self):
        values, mapped = self.arguments()
        parameters = [self.new("a") for _ in values]
        self.visible = list(parameters)
        base = {"nx": self.numpy, "rune": self.rune, "np": np, "SILENT": None}
        for lane in range(LANES):
            point = dict(base)
            for name, x in zip(parameters, values, strict=True):
                wide = np.complex128 if x[lane].dtype.kind == "c" else np.float64
                point[name] = x[lane].astype(wide)
            self.points.append(point)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.statements(int(self.rng.integers(4, 12)))
        program = Program(self.seed[0], parameters, values, mapped, self.nodes, [])
        outputs = program.sinks()[-5:]
        if not any(self.kind(name) in "fc" for name in outputs):
            raise Unfit
        return program.of(outputs)
