"""NumPy under the names `nx` and `rune`: what a random program is compared with.

Values come from NumPy and SciPy, in double precision throughout; `rune.vmap` is a loop over lanes,
and derivatives are central differences.  So nothing here knows a rule.  Every decision (a branch, a
comparison, which element is the largest) is written down: differences are taken only where a
decision does not change, and a program is made where every one has a margin.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg
import scipy.special

__all__ = ["TOGETHER", "Crossing", "Numpy", "Transformations", "slope"]

STEP = 4e-3
SIXTH = (45 / 60, -9 / 60, 1 / 60)
FOURTH = (8 / 12, -1 / 12, 0.0)
CONVERGED = 1e-7
KINDS = {"f": np.float64, "c": np.complex128}


class Crossing(Exception):  # noqa: N818 - no error: another program is made
    """A decision is too near to going the other way, or a difference has not converged."""


class _Placed:
    """``x.at[index].add(y)``, on a copy."""

    def __init__(self, x, index=None):
        self.x, self.index = x, index

    def __getitem__(self, index):
        return _Placed(self.x, index)

    def _done(self, ufunc, y):
        out = np.array(self.x)
        ufunc.at(out, self.index, y)
        return out

    def add(self, y):
        return self._done(np.add, y)

    def multiply(self, y):
        return self._done(np.multiply, y)

    def set(self, y):
        out = np.array(self.x)
        out[self.index] = y
        return out


class _Placing:
    def __init__(self, x):
        self.at = _Placed(x)


def _wide(dtype):
    return KINDS.get(np.dtype(dtype).kind, dtype)


class Numpy:
    """NumPy with nx's names, where they differ, and with a record of decisions.

    Attributes
    ----------
    margin : float
        How far from going the other way each decision must be.
    decisions : list of bytes
        Those taken.
    """

    def __init__(self, margin=0.0):
        self.margin = margin
        self.decisions = []

    def __getattr__(self, name):
        for room in (np, scipy.special):
            if hasattr(room, name):
                return getattr(room, name)
        raise AttributeError(name)

    # Decisions -------------------------------------------------------------------------------

    def decide(self, distance, outcome):
        if self.margin and np.min(np.abs(distance), initial=np.inf) < self.margin:
            raise Crossing
        self.decisions.append(np.asarray(outcome).tobytes())
        return outcome

    def above(self, x, level):
        return bool(self.decide(x - level, x > level))

    def whole(self, x):
        return int(self.decide(x - np.round(x) if x.dtype.kind == "f" else 1, np.trunc(x)))

    def _ordered(self, x, axis):
        """Decide the order of the elements along an axis (None: of all)."""
        y = np.sort(x, axis=axis)
        order = np.argsort(x, axis=axis)
        self.decide(np.diff(y, axis=-1 if axis is None else axis), order)
        return x

    def _along(self, x, axis):
        """Decide the order along several axes."""
        if isinstance(axis, tuple):
            rest = [a for a in range(x.ndim) if a not in axis]
            self._ordered(x.transpose(*rest, *axis).reshape(*[x.shape[a] for a in rest], -1), -1)
        else:
            self._ordered(x, axis)
        return x

    def _signed(self, x):
        self.decide(x, np.sign(x))
        return x

    def _compared(self, ufunc):
        def compare(x, y):
            if np.asarray(x).dtype.kind not in "fc":
                return ufunc(x, y)
            return self.decide(np.subtract(x, y), ufunc(x, y))

        return compare

    def _rounded(self, ufunc, offset):
        def rounded(x):
            away = x - offset
            return self.decide(away - np.round(away), ufunc(x))

        return rounded

    less = property(lambda self: self._compared(np.less))
    greater = property(lambda self: self._compared(np.greater))
    less_equal = property(lambda self: self._compared(np.less_equal))
    greater_equal = property(lambda self: self._compared(np.greater_equal))
    floor = property(lambda self: self._rounded(np.floor, 0.0))
    ceil = property(lambda self: self._rounded(np.ceil, 0.0))
    trunc = property(lambda self: self._rounded(np.trunc, 0.0))
    round = property(lambda self: self._rounded(np.round, 0.5))

    def abs(self, x):
        return np.abs(x if np.iscomplexobj(x) else self._signed(x))

    def sign(self, x):
        return np.sign(self._signed(x))

    def relu(self, x):
        return np.where(self._signed(x) > 0, x, 0.0)

    def leaky_relu(self, x):
        return np.where(self._signed(x) > 0, x, 0.01 * x)

    def elu(self, x):
        return np.where(self._signed(x) > 0, x, np.expm1(x))

    def selu(self, x):
        return 1.0507009873554805 * np.where(
            self._signed(x) > 0, x, 1.6732632423543772 * np.expm1(x)
        )

    def hard_tanh(self, x):
        return self.clip(x, -1.0, 1.0)

    def clip(self, x, low, high):
        self.decide(np.minimum(np.abs(x - low), np.abs(x - high)), (x > low) * 1 + (x > high))
        return np.clip(x, low, high)

    def i0e(self, x):
        return scipy.special.i0e(self._signed(x))

    def i1e(self, x):
        return scipy.special.i1e(self._signed(x))

    def copysign(self, x, y):
        return np.copysign(self._signed(x), self._signed(y))

    def maximum(self, x, y):
        self.decide(x - y, x > y)
        return np.maximum(x, y)

    def minimum(self, x, y):
        self.decide(x - y, x > y)
        return np.minimum(x, y)

    def remainder(self, x, y):
        self.floor(x / y)
        return np.remainder(x, y)

    def floor_divide(self, x, y):
        self.floor(x / y)
        return np.floor_divide(x, y)

    def max(self, x, axis=None, keepdims=False):
        return np.max(self._along(x, axis), axis=axis, keepdims=keepdims)

    def min(self, x, axis=None, keepdims=False):
        return np.min(self._along(x, axis), axis=axis, keepdims=keepdims)

    def ptp(self, x, axis=None):
        return np.ptp(self._along(x, axis), axis=axis)

    def median(self, x, axis=None):
        return np.median(self._along(x, axis), axis=axis)

    def std(self, x, axis=None):
        y = np.std(x, axis=axis)
        self.decide(y, 0)
        return y

    def argmax(self, x, axis=None):
        return np.argmax(self._along(x, axis), axis=axis)

    def argsort(self, x, axis=-1):
        return np.argsort(self._ordered(x, axis), axis=axis)

    def sort(self, x, axis=-1, descending=False):
        y = np.sort(self._ordered(x, axis), axis=axis)
        return np.flip(y, axis) if descending else y

    def top_k(self, x, k):
        y = self.sort(x, descending=True)
        return y[..., :k], None

    def cummax(self, x, axis, reverse=False):
        self._ordered(x, axis)
        return self._scan(np.maximum.accumulate, x, axis, reverse)

    def cummin(self, x, axis, reverse=False):
        self._ordered(x, axis)
        return self._scan(np.minimum.accumulate, x, axis, reverse)

    # Other spellings -------------------------------------------------------------------------

    float32 = float64 = np.float64
    complex64 = complex128 = np.complex128

    @staticmethod
    def _scan(scan, x, axis, reverse):
        if not reverse:
            return scan(x, axis=axis)
        return np.flip(scan(np.flip(x, axis), axis=axis), axis)

    def cumulative_sum(self, x, axis, reverse=False):
        return self._scan(np.cumsum, x, axis, reverse)

    def cumulative_prod(self, x, axis, reverse=False):
        return self._scan(np.cumprod, x, axis, reverse)

    def asarray(self, x, dtype=None):
        if isinstance(x, np.ndarray | np.generic):
            return _Placing(x)
        return np.asarray(x, dtype)

    def astype(self, x, dtype):
        if np.asarray(x).dtype.kind == "f" and np.dtype(dtype).kind in "iu":
            self.trunc(x)
        return np.asarray(x).astype(dtype)

    def flip(self, x, axis):
        return np.flip(x, axis)

    def roll(self, x, shift, axis):
        return np.roll(x, shift, axis)

    def complex(self, x, y):
        return x + 1j * y

    def pad(self, x, widths, value=0.0):
        return np.pad(x, widths, constant_values=value)

    def where(self, condition, x, y):
        return np.where(condition, x, y)

    def integer_pow(self, x, n):
        return np.asarray(x, np.result_type(x, 1.0)) ** n

    def square(self, x):
        return x * x

    def sigmoid(self, x):
        return 1.0 / (1.0 + np.exp(-x))

    def log_sigmoid(self, x):
        return -np.log1p(np.exp(-x))

    def softplus(self, x):
        return np.log1p(np.exp(x))

    def silu(self, x):
        return x / (1.0 + np.exp(-x))

    def mish(self, x):
        return x * np.tanh(np.log1p(np.exp(x)))

    def gelu(self, x):
        return x * 0.5 * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))

    def soft_sign(self, x):
        return x / (1.0 + np.abs(self._signed(x)))

    def lgamma(self, x):
        return scipy.special.gammaln(x)

    def atan2(self, y, x):
        return np.arctan2(y, x)

    def softmax(self, x, axis=-1):
        y = np.exp(x)
        return y / y.sum(axis=axis, keepdims=True)

    def log_softmax(self, x, axis=-1):
        return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))

    def logsumexp(self, x, axis=None, keepdims=False):
        return np.log(np.exp(x).sum(axis=axis, keepdims=keepdims))

    def segment_sum(self, x, segments, count):
        out = np.zeros((count, *x.shape[1:]), x.dtype)
        np.add.at(out, segments, x)
        return out

    def one_hot(self, x, count):
        return np.eye(count)[x]

    def convolve(self, x, w, mode="full"):
        return np.convolve(x, w, mode)

    @property
    def linalg(self):
        return _Linalg(self.decide)


class _Linalg:
    """``nx.linalg``: spectra are decisions too, where values meet."""

    def __init__(self, decide):
        self.decide = decide

    def __getattr__(self, name):
        return getattr(np.linalg, name)

    def eigvalsh(self, a):
        y = np.linalg.eigvalsh(a)
        self.decide(np.diff(y), 0)
        return y

    def svdvals(self, a):
        y = np.linalg.svdvals(a)
        self.decide(np.diff(y), 0)
        return y

    def triangular_solve(self, a, b, lower=False):
        return np.linalg.solve(np.tril(a) if lower else np.triu(a), b)

    def expm(self, a):
        return scipy.linalg.expm(a)

    def diagonal(self, a):
        return np.diagonal(a, axis1=-2, axis2=-1)

    def vector_norm(self, x, axis=None):
        return np.sqrt(np.sum(np.abs(x) ** 2, axis=axis))


def slope(numpy, f, x, direction, step=STEP):
    """Return the derivative of f at x along a direction, by differences of the sixth order.

    It must be near to that of the fourth order, and f's decisions must not change.
    """
    start = len(numpy.decisions)
    f(x)
    taken = numpy.decisions[start:]
    fine = coarse = 0.0
    for times, (sixth, fourth) in enumerate(zip(SIXTH, FOURTH, strict=True), 1):
        for sign in (1, -1):
            start = len(numpy.decisions)
            y = f(x + (sign * times * step) * direction)
            if numpy.decisions[start:] != taken:
                raise Crossing
            del numpy.decisions[start:]
            fine = fine + sign * sixth / step * y
            coarse = coarse + sign * fourth / step * y
    if not np.max(np.abs(fine - coarse), initial=0.0) <= CONVERGED * max(
        1.0, np.max(np.abs(fine), initial=0.0)
    ):
        raise Crossing
    return fine


class _Met(Exception):  # noqa: N818 - no error: a lane has come to a collective
    def __init__(self, operation, x):
        self.operation, self.x = operation, x


TOGETHER = {
    "psum": lambda xs: np.sum(xs, axis=0),
    "pmean": lambda xs: np.mean(xs, axis=0),
    "all_gather": np.stack,
}
"""What lanes that meet get."""


class Transformations:
    """`rune` of loops and differences."""

    def __init__(self, numpy):
        self.numpy = numpy
        self.axes = {}

    def vmap(self, f, in_axes=0, out_axes=0, axis_name=None):
        def mapped(*xs):
            axes = in_axes if isinstance(in_axes, tuple) else (in_axes,) * len(xs)
            count = next(x.shape[a] for x, a in zip(xs, axes, strict=True) if a is not None)

            def lane(i):
                return f(
                    *(x if a is None else np.take(x, i, a) for x, a in zip(xs, axes, strict=True))
                )

            return np.stack(self._in_step(lane, count, axis_name), out_axes)

        return mapped

    def _in_step(self, lane, count, axis_name):
        """Run lanes; where they meet, all stop, and run again with what they brought."""
        meetings = []
        while True:
            found, brought = [], []
            start = len(self.numpy.decisions)
            for i in range(count):
                self.axes[axis_name] = iter(meetings)
                try:
                    found.append(lane(i))
                except _Met as met:
                    brought.append((met.operation, met.x))
            if not brought:
                return found
            assert len(brought) == count
            assert len({operation for operation, _ in brought}) == 1
            del self.numpy.decisions[start:]
            meetings.append(TOGETHER[brought[0][0]]([x for _, x in brought]))

    def _meet(self, operation, x, axis_name):
        for value in self.axes[axis_name]:
            return value
        raise _Met(operation, x)

    def psum(self, x, axis_name):
        return self._meet("psum", x, axis_name)

    def pmean(self, x, axis_name):
        return self._meet("pmean", x, axis_name)

    def all_gather(self, x, axis_name):
        return self._meet("all_gather", x, axis_name)

    def grad(self, f):
        def gradient(x):
            found = np.zeros(x.shape)
            for place in np.ndindex(x.shape):
                unit = np.zeros(x.shape)
                unit[place] = 1.0
                found[place] = slope(self.numpy, f, x, unit)
            return found

        return gradient

    def vjp(self, f, x, g):
        y = f(x)
        return y, self.grad(lambda x: np.sum(g * f(x)))(x)

    def jacfwd(self, f):
        def jacobian(x):
            columns = []
            for place in np.ndindex(x.shape):
                unit = np.zeros(x.shape)
                unit[place] = 1.0
                columns.append(slope(self.numpy, f, x, unit))
            return np.stack(columns, -1).reshape((*np.shape(columns[0]), *x.shape))

        return jacobian

    jacrev = jacfwd

    def hessian(self, f):
        return self.jacfwd(self.grad(f))

    def value_and_grad(self, f):
        return lambda x: (f(x), self.grad(f)(x))

    def jvp(self, f, x, v):
        return f(x), slope(self.numpy, f, x, v)

    def debug(self, f, stream=None):
        return f
