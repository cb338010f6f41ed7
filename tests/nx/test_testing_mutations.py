"""The contract kit turns red for every primitive whose kernel is corrupted.

The kit's checks run in process on NumPy backends of which one kernel is wrong: its values, its
memory, its errors, or its reading of strides.
"""

import itertools

import numpy as np
import nx
import pytest
from nx import testing
from nx.backends.numpy import NumpyBackend
from nx.effects import perform_several
from nx.primitives import P
from nx.testing import ROWS, ContractError, Subject

NAMES = itertools.count()
VIEWS = "it may be a view of its operand"
NO_OPERAND = "it has no operand"
MEANINGLESS = {
    "alias": {
        **dict.fromkeys(("reshape", "permute_dims", "broadcast_to", "slice", "flip"), VIEWS),
        **dict.fromkeys(("bitcast", "detach", "to_device", "unfold"), VIEWS),
        **dict.fromkeys(("full", "iota"), NO_OPERAND),
    },
    "written": dict.fromkeys(("full", "iota"), NO_OPERAND),
}
ELSEWHERE = {"to_device": "it is from_numpy and to_numpy: see test_a_corrupted_border"}


def decomposed(primitive, params):
    """Make a kernel of a composite that the NumPy backend runs by its parts."""

    def kernel(*arrays):
        operands = (nx.asarray(x, device="numpy") for x in arrays)
        out = perform_several(primitive, *operands, **params)
        several = isinstance(out, tuple)
        parts = tuple(np.array(x) for x in (out if several else (out,)))
        return parts if several else parts[0]

    return kernel


class Mutant(NumpyBackend):
    """The NumPy backend, with one kernel corrupted."""

    def __init__(self, target, corrupt):
        self.target = target
        self.corrupt = corrupt

    def kernel(self, primitive, types, params):
        found = super().kernel(primitive, types, params)
        if primitive.name != self.target:
            return found
        if found is None:
            found = decomposed(primitive, params)
        out = testing.inferred(primitive, types, params)
        return self.corrupt(found, out)


def wrong(found, out):
    """Change one element of one output."""

    def kernel(*xs):
        result = found(*xs)
        parts = [np.array(x) for x in (result if isinstance(result, tuple) else (result,))]
        for x in parts:
            if x.size:
                last = x.reshape(-1)[-1:]
                last[...] = changed(last)
                x.reshape(-1)[-1:] = last
                break
        return tuple(parts) if isinstance(result, tuple) else parts[0]

    return kernel


def changed(x):
    if x.dtype == bool:
        return ~x
    if x.dtype.kind in "iu":
        return x ^ x.dtype.type(1)
    with np.errstate(all="ignore"):
        number = x.astype(np.complex128 if x.dtype.kind == "c" else np.float64)
        moved = np.where(np.isfinite(number) & (number != 0), number * 1.05, 1)
    return moved.astype(x.dtype)


def alias(found, out):
    """Return, in the first output's place, a view of the first operand that is large enough."""

    def kernel(*xs):
        result = found(*xs)
        several = isinstance(result, tuple)
        first = result[0] if several else result
        for x in xs:
            if x.nbytes >= first.itemsize and first.size and x.flags.c_contiguous:
                flat = x.reshape(-1).view(np.uint8)[: first.itemsize].view(first.dtype)
                view = np.broadcast_to(flat[0:1].reshape((1,) * first.ndim), first.shape)
                return (view, *result[1:]) if several else view
        return result

    return kernel


def written(found, out):
    """Compute, then clear the first element of an operand, or set it if it is 0."""

    def kernel(*xs):
        result = found(*xs)
        for x in xs:
            if x.size and x.flags.writeable:
                place = (0,) * x.ndim
                x[place] = 1 if x[place] == 0 else 0
                break
        return result

    return kernel


def silent(found, out):
    """Return zeros where an error is due."""

    def kernel(*xs):
        try:
            return found(*xs)
        except nx.NxError:
            parts = tuple(np.zeros(t.shape, t.dtype.numpy) for t in out)
            return parts if len(parts) > 1 else parts[0]

    return kernel


def unnamed(found, out):
    """Raise an error of another name."""

    def kernel(*xs):
        try:
            return found(*xs)
        except nx.NxError:
            raise RuntimeError("something is wrong") from None

    return kernel


def shared(found, out):
    """Return the first output twice as views of one memory, where two are alike."""

    def kernel(*xs):
        result = list(found(*xs))
        for k in range(1, len(result)):
            flat = result[0].reshape(-1)
            if result[k].dtype == flat.dtype and 0 < result[k].size <= flat.size:
                result[k] = flat[: result[k].size].reshape(result[k].shape)
        return tuple(result)

    return kernel


def kept(found, out):
    """Return the same memory from every call."""
    memory = []

    def kernel(*xs):
        result = found(*xs)
        if not memory:
            memory.append(result)
        memory[0][...] = result
        return memory[0]

    return kernel


def strideless(found, out):
    """Read the operands' memory from its start, whatever their strides."""

    def kernel(*xs):
        return found(*(restarted(x) for x in xs))

    return kernel


def restarted(x):
    base = x
    while isinstance(base.base, np.ndarray):
        base = base.base
    if x.flags.c_contiguous or base.size < x.size:
        return x
    return np.array(base).reshape(-1)[: x.size].reshape(x.shape)


def subject(name, corrupt):
    return Subject.of(Mutant(name, corrupt), f"mutant{next(NAMES)}")


def chosen(name):
    """One dtype of a row: the one that most backends care for."""
    row = ROWS[name]
    return next((d for d in ("float32", "complex64", "int32") if d in row.dtypes), row.dtypes[0])


def but(kind):
    missing = {**MEANINGLESS.get(kind, {}), **ELSEWHERE}
    return pytest.mark.parametrize("name", [p.name for p in P if p.name not in missing])


@pytest.mark.parametrize("name", [p.name for p in P])
def test_every_primitive_has_a_row(name):
    assert ROWS[name].primitive.name == name


def test_the_tables_say_which_rows_may_return_views():
    views = {name for name, why in MEANINGLESS["alias"].items() if why == VIEWS}
    assert views == {name for name, row in ROWS.items() if row.view}
    creations = {name for name, row in ROWS.items() if not any(s.operands for s in row.samples)}
    assert creations == {n for n, why in MEANINGLESS["written"].items() if why == NO_OPERAND}


@but("wrong")
def test_a_wrong_value(name):
    with pytest.raises(ContractError, match=rf"^{name}\("):
        testing.check_values(subject(name, wrong), ROWS[name], chosen(name))


@but("alias")
def test_an_alias_returned(name):
    with pytest.raises(ContractError, match="is an alias of operand"):
        testing.check_memory(subject(name, alias), ROWS[name], chosen(name))


@but("written")
def test_an_operand_written(name):
    with pytest.raises(ContractError, match="wrote to operand"):
        testing.check_memory(subject(name, written), ROWS[name], chosen(name))


def test_what_is_not_corrupted_is_green():
    """Each mutation is what turns the kit red, not the harness around it."""
    for name in ("add", "relu", "svd", "det", "gather", "softmax"):
        for check in (testing.check_values, testing.check_memory, testing.check_layouts):
            check(subject(name, lambda found, out: found), ROWS[name], chosen(name))


@pytest.mark.parametrize("corrupt", [silent, unnamed])
@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.refusals])
def test_an_error_that_is_not_raised(name, corrupt):
    row = ROWS[name]
    dtype = (row.refusals[0].dtypes or row.dtypes)[0]
    expected = "returned .*, expected" if corrupt is silent else "raised RuntimeError .*, expected"
    with pytest.raises(ContractError, match=expected):
        testing.check_refusals(subject(name, corrupt), row, dtype)


@pytest.mark.parametrize("name", ["qr", "svd", "eig", "moments"])
def test_outputs_that_share_memory(name):
    dtype = "complex64" if name == "eig" else "float32"
    with pytest.raises(ContractError, match="is an alias of output"):
        testing.check_memory(subject(name, shared), ROWS[name], dtype)


@pytest.mark.parametrize("name", ["add", "sum", "matmul", "sin"])
def test_memory_kept_between_calls(name):
    with pytest.raises(ContractError, match="shares memory with a second call's"):
        testing.check_memory(subject(name, kept), ROWS[name], "float32")


@pytest.mark.parametrize("name", ["add", "sin", "sum", "matmul", "sort", "gather", "cholesky"])
def test_strides_ignored(name):
    mutant = subject(name, strideless)
    testing.check_values(mutant, ROWS[name], "float32")
    with pytest.raises(ContractError):
        testing.check_layouts(mutant, ROWS[name], "float32")


def replaced(function):
    return lambda found, out: lambda *xs: np.asarray(function(*xs))


@pytest.mark.parametrize(
    ("name", "dtype", "function"),
    [
        ("maximum", "float32", np.fmax),
        ("minimum", "float32", np.fmin),
        ("sin", "float32", lambda x: np.where(np.isnan(x), np.float32(0), np.sin(x))),
        ("absolute", "float64", lambda x: np.where(x < 0, -x, x)),
        ("ceil", "float32", lambda x: np.ceil(x) + np.float32(0)),
        ("left_shift", "int8", lambda x, y: np.left_shift(x, y & 7)),
        ("right_shift", "int8", lambda x, y: np.right_shift(x, y & 7)),
        ("exp", "float32", lambda x: np.where(x < -80, np.float32(0), np.exp(x))),
    ],
)
def test_edges_missed(name, dtype, function):
    mutant = subject(name, replaced(function))
    with np.errstate(all="ignore"), pytest.raises(ContractError, match="edges\n  element"):
        testing.check_edges(mutant, ROWS[name], dtype)


def test_a_kernel_that_warns():
    mutant = subject("log", replaced(np.log))
    testing.check_values(mutant, ROWS["log"], "float32")
    with pytest.raises(ContractError, match="raised RuntimeWarning: divide by zero"):
        testing.check_edges(mutant, ROWS["log"], "float32")


def test_a_scalar_in_an_arrays_place():
    mutant = subject("add", lambda found, out: np.add)
    with pytest.raises(ContractError, match="to_numpy gave float32"):
        testing.check_shapes(mutant, ROWS["add"], "float32")


# The short paths ------------------------------------------------------------------------


class Hasty(NumpyBackend):
    """Corrupts the short paths and nothing else."""

    def eager_kernel(self, primitive, types):
        found = super().eager_kernel(primitive, types)
        return wrong(found, None) if found is not None else None

    def scalar_kernel(self, primitive, type_, reflected):
        found = super().scalar_kernel(primitive, type_, reflected)
        return wrong(found, None) if found is not None else None


COMPARISONS = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"}
LONG = COMPARISONS | {p.name for p in testing.SHORT if p.name not in NumpyBackend.kernels}


@pytest.mark.parametrize("name", sorted({p.name for p in testing.SHORT} - LONG))
def test_a_corrupted_eager_kernel(name):
    hasty = Subject.of(Hasty(), f"mutant{next(NAMES)}")
    testing.check_values(hasty, ROWS[name], chosen(name))
    with pytest.raises(ContractError, match="eager_kernel"):
        testing.check_eager(hasty, ROWS[name], chosen(name))


@pytest.mark.parametrize("name", sorted(LONG))
def test_an_eager_kernel_that_is_never_asked_for(name):
    """Comparisons give another type; the others have no kernel."""
    with pytest.raises(testing.Lacking):
        testing.check_eager(Subject.of(Hasty(), f"mutant{next(NAMES)}"), ROWS[name], "float32")


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "maximum", "minimum"])
def test_a_corrupted_scalar_kernel(name):
    hasty = Subject.of(Hasty(), f"mutant{next(NAMES)}")
    with pytest.raises(ContractError, match="scalar_kernel"):
        testing.check_scalars(hasty, ROWS[name], "float32")


# The border -----------------------------------------------------------------------------


class Border(NumpyBackend):
    def __init__(self, from_numpy, to_numpy):
        self.from_numpy = from_numpy
        self.to_numpy = to_numpy


def clear(x):
    if x.size and x.flags.writeable:
        x[...] = x * 0
    return x


def identity(x):
    return x


@pytest.mark.parametrize(
    ("from_numpy", "to_numpy", "match"),
    [
        (lambda x: wrong(np.array, None)(x), identity, "bit for bit"),
        (identity, lambda x: wrong(np.array, None)(x), "bit for bit"),
        (lambda x: np.array(x, np.float64), identity, "expected float32"),
        (identity, lambda x: x.tolist(), "to_numpy returned list"),
        (lambda x: clear(x).copy(), identity, "bit for bit"),
        (lambda x: (x.copy(), clear(x))[0], identity, "wrote to the array"),
    ],
)
def test_a_corrupted_border(from_numpy, to_numpy, match):
    border = Subject.of(Border(from_numpy, to_numpy), f"mutant{next(NAMES)}")
    with pytest.raises(ContractError, match=match):
        testing.check_round_trip(border, "float32")


# Declarations ---------------------------------------------------------------------------


class Boastful(NumpyBackend):
    def kernel(self, primitive, types, params):
        return None if primitive is P.add else super().kernel(primitive, types, params)


class Modest(NumpyBackend):
    def natives(self):
        return super().natives() - {"add"}


@pytest.mark.parametrize(
    ("backend", "problem"),
    [(Boastful(), "names it, but kernel"), (Modest(), "omits it, but kernel")],
)
def test_natives_and_kernel_disagree(backend, problem):
    with pytest.raises(ContractError, match=problem):
        testing.check_declarations(Subject.of(backend, f"mutant{next(NAMES)}"), ROWS["add"])


class Small(NumpyBackend):
    dtypes = frozenset(("float32", "int64", "bool"))


def test_what_is_not_declared_is_lacking():
    small = Subject.of(Small(), f"mutant{next(NAMES)}")
    assert testing.declared(small)["add"] == ("int64", "float32")
    testing.check_values(small, ROWS["add"], "float32")
    with pytest.raises(testing.Lacking, match="declares no storage of float64"):
        testing.check_values(small, ROWS["add"], "float64")
