"""The array's operators, containers, appearance and immutability."""

import operator

import numpy as np
import nx
import pytest

ARITHMETIC = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": operator.pow,
}
BITWISE = {
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "lshift": operator.lshift,
    "rshift": operator.rshift,
}
COMPARISONS = {
    name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")
}  # fmt: skip


def check(operation, x, y, *, numpys=None):
    """Compare an operation on nx's arrays with NumPy's on the same numbers."""
    found = operation(x, y)
    a, b = (np.asarray(v) if isinstance(v, nx.Array) else v for v in (x, y))
    expected = operation(a, b) if numpys is None else numpys
    assert isinstance(found, nx.Array)
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-6)


@pytest.mark.parametrize("operation", ARITHMETIC.values(), ids=ARITHMETIC)
def test_arithmetic(operation, rng):
    x = nx.asarray(rng.uniform(0.5, 3, (2, 3)))
    y = nx.asarray(rng.uniform(0.5, 3, (2, 3)))
    check(operation, x, y)
    check(operation, x, y[0])
    check(operation, x[:, :1], y[:1])
    for scalar in (2, 1.5, np.float64(1.5), np.asarray(y), np.int32(2)):
        check(operation, x, scalar)
        check(operation, scalar, x)
    for _ in range(3):  # the short path is taken from the second time on
        check(operation, x.astype(nx.float32), 2.0)
        check(operation, 2.0, x.astype(nx.float32))
        check(operation, y, x)


@pytest.mark.parametrize("operation", BITWISE.values(), ids=BITWISE)
def test_bitwise(operation, rng):
    x, y = (nx.asarray(rng.integers(0, 7, (2, 3))) for _ in range(2))
    check(operation, x, y)
    check(operation, x, 3)
    check(operation, 3, x)
    check(operation, np.asarray(y), x)
    if operation not in (operator.lshift, operator.rshift):
        p, q = x > 3, y > 3
        check(operation, p, q)
        check(operation, p, True)
        check(operation, False, q)


@pytest.mark.parametrize("operation", COMPARISONS.values(), ids=COMPARISONS)
def test_comparisons(operation, rng):
    x, y = (nx.asarray(rng.integers(0, 3, (2, 3))) for _ in range(2))
    check(operation, x, y)
    check(operation, x, 1)
    check(operation, 1, x)
    check(operation, x, 1.5)
    check(operation, np.asarray(x), y)
    assert operation(x, y).dtype is nx.bool


def test_unary_operators():
    x = nx.asarray([-1.5, 0.0, 2.0])
    assert (-x).tolist() == [1.5, -0.0, -2.0]
    assert (+x).tolist() == x.tolist()
    assert abs(x).tolist() == [1.5, 0.0, 2.0]
    assert (~nx.asarray([1, -1])).tolist() == [-2, 0]
    assert (~nx.asarray([True, False])).tolist() == [False, True]
    assert abs(nx.asarray([3 + 4j])).dtype is nx.float32


def test_matmul():
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    check(operator.matmul, nx.asarray(a), nx.asarray(b))
    check(operator.matmul, a, nx.asarray(b))
    check(operator.matmul, nx.asarray(a), b)
    check(operator.matmul, nx.asarray(a)[0], nx.asarray(b))
    check(operator.matmul, nx.asarray(a), nx.asarray(b)[:, 0])
    assert (nx.asarray(a)[0] @ nx.asarray(b)[:, 0]).shape == ()


def test_divmod():
    for x, y in ((nx.asarray([5, -5]), 3), (17, nx.asarray([5, -5])), (nx.asarray([7.5]), 2.0)):
        quotient, rest = divmod(x, y)
        a, b = (np.asarray(v) if isinstance(v, nx.Array) else v for v in (x, y))
        assert (quotient.tolist(), rest.tolist()) == tuple(v.tolist() for v in np.divmod(a, b))


def test_in_place_operators_rebind():
    x = kept = nx.asarray([1.0, 2.0])
    x += 1
    x *= nx.asarray([2.0, 3.0])
    assert x.tolist() == [4, 9]
    assert kept.tolist() == [1, 2]


@pytest.mark.parametrize("other", ["a", None, [1.0], (1.0,), {}, object()])
@pytest.mark.parametrize("operation", [operator.add, operator.matmul, operator.lt, divmod, pow])
def test_operators_leave_what_is_no_number_to_python(operation, other):
    for left, right in ((nx.ones(1), other), (other, nx.ones(1))):
        with pytest.raises(TypeError):
            operation(left, right)


@pytest.mark.parametrize("other", ["a", None, [1.0], object()])
def test_equality_with_what_is_no_number(other):
    x = nx.ones(1)
    assert (x == other) is False
    assert (x != other) is True
    assert (other == x) is False
    assert other not in x


def test_another_class_may_take_over():
    class Wins:
        __array_ufunc__ = None

        def __radd__(self, other):
            return "mine"

        __rpow__ = __rmatmul__ = __req__ = __radd__

    x = nx.ones(1)
    assert x + Wins() == x ** Wins() == x @ Wins() == "mine"


# Containers -----------------------------------------------------------------------


def test_length_and_iteration():
    x = nx.asarray([[1, 2], [3, 4], [5, 6]])
    assert len(x) == 3
    assert [row.tolist() for row in x] == [[1, 2], [3, 4], [5, 6]]
    assert [row.tolist() for row in reversed(x)] == [[5, 6], [3, 4], [1, 2]]
    first, *_, last = x
    assert (first.tolist(), last.tolist()) == ([1, 2], [5, 6])
    assert dict(nx.asarray([[1, 2]]).tolist()) == {1: 2}
    assert list(nx.zeros((0, 2))) == []
    assert len(nx.zeros((0, 2))) == 0


@pytest.mark.parametrize("function", [len, iter, list])
def test_a_0d_array_is_no_container(function):
    with pytest.raises(TypeError, match="0-d array") as caught:
        function(nx.asarray(1.0))
    assert isinstance(caught.value, nx.NxError)


def test_membership():
    x = nx.asarray([[1, 2], [3, 4]])
    assert 3 in x
    assert 5 not in x
    assert nx.asarray([1, 2]) in x
    assert np.int64(4) in x
    assert float("nan") not in nx.asarray([float("nan")])
    assert 1 not in nx.zeros(0)


def test_arrays_are_not_hashable():
    with pytest.raises(TypeError, match="unhashable"):
        hash(nx.asarray(1))
    assert not isinstance(nx.asarray(1), __import__("collections").abc.Hashable)


# Appearance -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nx.asarray(2.5), "Array(2.5, dtype=float32)"),
        (lambda: nx.asarray(True), "Array(True, dtype=bool)"),
        (lambda: nx.asarray([True, False]), "Array([ True, False], dtype=bool)"),
        (lambda: nx.asarray([1.5], dtype=nx.bfloat16), "Array([1.5], dtype=bfloat16)"),
        (lambda: nx.asarray([1 + 2j]), "Array([1.+2.j], dtype=complex64)"),
        (lambda: nx.asarray([1, -2], dtype=nx.int4), "Array([1, -2], dtype=int4)"),
        (lambda: nx.asarray([1.5], dtype=nx.float8_e5m2), "Array([1.5], dtype=float8_e5m2)"),
        (lambda: nx.asarray([[1, 2], [3, 4]]), "Array([[1, 2],\n       [3, 4]], dtype=int64)"),
        (lambda: nx.asarray([np.nan, np.inf, -0.0]), "Array([nan, inf, -0.], dtype=float32)"),
        (lambda: nx.zeros(0), "Array([], dtype=float32)"),
        (lambda: nx.zeros((0, 3)), "Array([], shape=(0, 3), dtype=float32)"),
        (lambda: nx.zeros((2, 0), dtype=nx.int8), "Array([], shape=(2, 0), dtype=int8)"),
        (lambda: nx.arange(5000), "Array([   0,    1,    2, ..., 4997, 4998, 4999], dtype=int64)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_repr(make, text):
    x = make()
    assert repr(x) == text
    assert f"{x}" == str(x)


def test_str_shows_the_elements():
    assert str(nx.asarray([1.0, 2.0])) == "[1. 2.]"
    assert str(nx.asarray(3)) == "3"
    assert str(nx.asarray([[1, 2], [3, 4]])) == "[[1 2]\n [3 4]]"
    assert len(repr(nx.zeros((1000, 1000)))) < 2000


def test_repr_of_what_is_no_numpy_order():
    x = nx.asarray(np.arange(6).reshape(2, 3))
    assert str(x.T) == str(np.arange(6).reshape(2, 3).T)
    assert str(x[:, ::-2]) == "[[2 0]\n [5 3]]"
    assert str(nx.broadcast_to(nx.asarray(1), (2, 2))) == "[[1 1]\n [1 1]]"


# What it has and what it hasn't -----------------------------------------------------


def test_attributes():
    x = nx.zeros((2, 3, 4), dtype=nx.int16)
    assert (x.shape, x.ndim, x.size, x.nbytes, x.itemsize) == ((2, 3, 4), 3, 24, 48, 2)
    assert (x.dtype, x.T.shape, x.mT.shape) == (nx.int16, (4, 3, 2), (2, 4, 3))
    assert str(x.device) == str(nx.zeros(1).device)
    assert nx.asarray([1 + 2j]).real.tolist() == [1]
    assert nx.asarray([1 + 2j]).imag.tolist() == [2]
    assert nx.asarray([1.5]).imag.tolist() == [0]


@pytest.mark.parametrize("name", ["shape", "dtype", "device", "ndim", "size", "T", "nonsense"])
def test_attributes_cannot_be_set(name):
    with pytest.raises(AttributeError):
        setattr(nx.zeros(2), name, None)


def test_numpys_names_point_to_the_standards():
    with pytest.raises(AttributeError, match=r"has no attribute 'cumsum'\nhint: use x.cumul"):
        nx.zeros(2).cumsum
    with pytest.raises(AttributeError, match=r"has no 'concatenate'\nhint: .* nx.concat"):
        nx.concatenate
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        nx.zeros(2).nonsense
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        nx.nonsense
    assert not hasattr(nx.zeros(2), "__cuda_array_interface__")


def test_methods_are_the_functions():
    x = nx.asarray([[3.0, 1.0], [2.0, 4.0]])
    assert x.sum(axis=0).tolist() == [5, 5]
    assert x.reshape(4).tolist() == x.reshape(-1).tolist() == x.reshape((4,)).tolist()
    assert x.reshape(1, -1).shape == (1, 4)
    assert x.transpose().tolist() == x.transpose(1, 0).tolist() == x.transpose((1, 0)).tolist()
    assert x.max().item() == 4
    assert x.argmax().item() == 3
    assert x.sort(axis=1).tolist() == [[1, 3], [2, 4]]
    assert x.astype(nx.int8).dtype is nx.int8
    assert x.clip(2, 3).tolist() == [[3, 2], [2, 3]]


# Immutability -----------------------------------------------------------------------


def test_assignment_raises_and_says_what_to_do():
    x = nx.zeros((2, 3))
    with pytest.raises(nx.ImmutableError) as caught:
        x[0] = 1
    message, hint = str(caught.value).splitlines()
    assert message == "setitem: cannot change an array in place (shape (2, 3))"
    assert hint.startswith("hint: x = x.at[index].set(value)")
    with pytest.raises(nx.ImmutableError, match=r"delitem: cannot delete .* \(shape \(2, 3\)\)"):
        del x[0]
    assert x.sum().item() == 0


def test_no_operation_writes_to_its_operand(rng):
    values = rng.uniform(1, 2, (3, 4))
    x = nx.asarray(values)
    x.at[1].set(0.0), x.at[[0, 0]].add(1.0), x.sort(), x.T + x.T, nx.flip(x), nx.copy(x)
    np.testing.assert_array_equal(np.asarray(x), values)
