"""Bad input: a named error that says what clashes, and a short way down from the user's line."""

import traceback

import numpy as np
import nx
import nx.fft
import nx.random
import pytest

D, S, A, IX, B, V, R = (
    nx.DTypeError,
    nx.ShapeError,
    nx.AxisError,
    nx.IndexOutOfBoundsError,
    nx.BackendError,
    nx.DeviceError,
    nx.RankError,
)
X = nx.ones((2, 3))
N = nx.arange(6).reshape(2, 3)
KEY = nx.random.key(0)
HUGE = 2**40

BAD = [
    # shapes
    (lambda: X + nx.ones(2), S, "add: cannot broadcast (2, 3) with (2,) (3 != 2 in axis -1)"),
    (lambda: nx.less(X, nx.ones((3, 3))), S,
     "less: cannot broadcast (2, 3) with (3, 3) (2 != 3 in axis -2)"),
    (lambda: nx.where(X > 0, X, nx.ones(2)), S,
     "where: cannot broadcast (2, 3) with (2, 3) with (2,) (3 != 2 in axis -1)"),
    (lambda: X @ X, S, "matmul: cannot multiply (2, 3) by (2, 3) (3 != 2)"),
    (lambda: X @ nx.asarray(2.0), S, "matmul: cannot multiply (2, 3) by () (0-d)"),
    (lambda: nx.ones((5, 2, 3)) @ nx.ones((4, 3, 2)), S,
     "matmul: cannot broadcast (5,) with (4,) (5 != 4 in axis -1)"),
    (lambda: X.reshape(4), S, "reshape: cannot make (4,) of (2, 3) (4 != 6 elements)"),
    (lambda: X.reshape(-1, 4), S,
     "reshape: cannot make (-1, 4) of (2, 3) (6 elements over 4)"),
    (lambda: X.reshape(-1, -1), S,
     "reshape: cannot make (-1, -1) of (2, 3) (6 elements over 1)"),
    (lambda: X.reshape("a"), S, "reshape: cannot use 'a' as a shape"),
    (lambda: X.reshape((2.0, 3.0)), S, "reshape: cannot use (2.0, 3.0) as a shape"),
    (lambda: nx.broadcast_to(X, (3,)), S, "broadcast_to: cannot broadcast (2, 3) to (3,)"),
    (lambda: nx.layer_norm(X, nx.ones(2)), S,
     "layer_norm: cannot broadcast a scale of shape (2,) with (3,) (2 != 3)"),
    (lambda: nx.layer_norm(X, shift=X), S,
     "layer_norm: cannot broadcast a shift of shape (2, 3) with (3,) (2 axes > 1)"),
    (lambda: nx.layer_norm(X, epsilon=-0.5), nx.DomainError,
     "layer_norm: cannot add a negative epsilon (-0.5) to a variance"),
    (lambda: nx.layer_norm(X, epsilon=nx.nan), D, "layer_norm: cannot use nan as epsilon"),
    (lambda: nx.layer_norm(X > 0), D, "layer_norm: cannot take bool"),
    (lambda: nx.broadcast_to(X, (4, 3)), S, "broadcast_to: cannot broadcast (2, 3) to (4, 3)"),
    (lambda: nx.concat([X, nx.ones((2, 2, 2))]), S, "concat: cannot join arrays of 2, 3 axes"),
    (lambda: nx.concat([X, nx.ones((2, 4))]), S,
     "concat: cannot join (2, 3) with (2, 4) along axis 0 (array 1)"),
    (lambda: nx.concat([]), S, "concat: cannot join nothing"),
    (lambda: nx.stack(X), S, "stack: cannot join Array"),
    (lambda: nx.stack([X, X[0]]), S, "stack: cannot stack (2, 3) with (3,) (array 1)"),
    (lambda: nx.squeeze(X, axis=0), S, "squeeze: cannot remove axis 0 of (2, 3) (2 != 1)"),
    (lambda: nx.split(X, 2, axis=1), S,
     "split: cannot cut axis 1 of length 3 into 2 equal sections"),
    (lambda: nx.zeros(3).mT, S, "matrix_transpose: cannot transpose (3,) (1 < 2 axes)"),
    (lambda: nx.zeros(0).max(), S, "max: cannot reduce (0,) over axes (0,) (0 elements)"),
    (lambda: nx.argmin(nx.zeros((2, 0)), axis=1), S,
     "argmin: cannot search axis 1 of (2, 0) (0 elements)"),
    (lambda: nx.zeros(-1), S, "zeros: cannot make an axis of negative length ((-1,))"),
    (lambda: nx.ones((2, "a")), S, "ones: cannot use (2, 'a') as a shape"),
    (lambda: nx.zeros((1,) * 33), S, "zeros: cannot make 33 axes (33 > 32)"),
    (lambda: nx.zeros((HUGE, HUGE)), S, f"zeros: cannot hold the shape ({HUGE}, {HUGE})"
     f" ({HUGE * HUGE} elements overflow 2**63 bytes)"),
    (lambda: nx.full((2**62,), 1.0), S, f"full: cannot hold the shape ({2**62},)"
     f" ({2**62} elements overflow 2**63 bytes)"),
    (lambda: nx.zeros((0, HUGE, HUGE)), S, f"zeros: cannot hold the shape (0, {HUGE}, {HUGE})"
     " (0 elements overflow 2**63 bytes)"),
    (lambda: nx.arange(2**62), S, f"arange: cannot hold the shape ({2**62},)"
     f" ({2**62} elements overflow 2**63 bytes)"),
    (lambda: nx.arange(0, 3, 0), S, "arange: cannot count from 0 to 3 (the step is 0)"),
    (lambda: nx.pad(X, -1), S, "pad: cannot pad by a negative width ((-1, -1), (-1, -1), (0, 0))"),
    (lambda: nx.pad(X, [(1, 1)]), S, "pad: cannot pad 2 axes by 1 pairs of widths"),
    (lambda: nx.tril(nx.ones(3)), S, "tril: cannot take a triangle of shape (3,) (1 < 2 axes)"),
    (lambda: nx.take_along_axis(X, nx.asarray([0]), axis=1), S,
     "take_along_axis: cannot take along (2, 3) by indices of shape (1,)"),
    (lambda: nx.create(nx.float32, (2,), [1.0]), S,
     "create: cannot make (2,) of 1 elements (2 != 1)"),
    (lambda: len(nx.asarray(1.0)), R, "len: cannot count the rows of a 0-d array"),
    (lambda: iter(nx.asarray(1.0)), R, "iter: cannot iterate over a 0-d array"),
    # dtypes
    (lambda: nx.asarray([1], dtype=nx.uint64) + N, D, "add: cannot promote uint64 with int64"),
    (lambda: (X > 0) + X, D, "add: cannot promote bool with float32"),
    (lambda: (X > 0) * (X > 0), D,
     "multiply: cannot take bool (it takes dtypes of kind signed, unsigned, floating, complex)"),
    (lambda: X & X, D,
     "bitwise_and: cannot take float32 (it takes dtypes of kind bool, signed, unsigned)"),
    (lambda: X + True, D, "add: cannot combine float32 with the Python bool True"),
    (lambda: (X > 0) & 1, D, "bitwise_and: cannot combine bool with the Python int 1"),
    (lambda: nx.sin(X > 0), D, "sin: cannot take bool (it takes dtypes of kind floating, complex)"),
    (lambda: nx.floor(nx.asarray([1j])), D,
     "floor: cannot take complex64 (it takes dtypes of kind floating)"),
    (lambda: nx.asarray([1j]) < 1, D,
     "less: cannot take complex64 (it takes dtypes of kind bool, signed, unsigned, floating)"),
    (lambda: nx.sort(nx.asarray([1j])), D,
     "sort: cannot take complex64 (it takes dtypes of kind bool, signed, unsigned, floating)"),
    (lambda: N ** -1, D, "integer_pow: cannot raise int64 to the power -1 (-1 < 0)"),
    (lambda: 2 ** (N - 9), D,
     "power: cannot raise int64 to negative integer powers (the lowest is -9)"),
    (lambda: nx.integer_pow(X, 1.5), D, "integer_pow: cannot use 1.5 as n"),
    (lambda: nx.where(X, X, X), D,
     "where: cannot choose by float32 (the condition must be bool)"),
    (lambda: nx.zeros(2, dtype="text"), D, "zeros: cannot use 'text' as a dtype"),
    (lambda: X.astype(7), D, "astype: cannot use 7 as a dtype"),
    (lambda: nx.asarray([1j]).astype(nx.float32), D, "astype: cannot convert complex64 to float32"),
    (lambda: nx.view(X, nx.float64), D,
     "bitcast: cannot view float32 as float64 (32 and 64 bits)"),
    (lambda: nx.full(2, 300, dtype=nx.uint8), D,
     "full: cannot hold 300 in uint8 (it holds 0 to 255)"),
    (lambda: nx.full(2, 1j, dtype=nx.float32), D, "full: cannot hold the complex 1j in float32"),
    (lambda: nx.one_hot(X, 3), D, "one_hot: cannot take float32 labels"),
    (lambda: nx.take(X[0], nx.asarray([0.5])), D, "index: cannot index by float32"),
    (lambda: nx.finfo(nx.int8), D, "finfo: cannot describe int8"),
    (lambda: nx.arange(float("nan")), D, "arange: cannot use nan as stop"),
    (lambda: nx.linspace(0, "a", 3), D, "linspace: cannot use 'a' as stop"),
    (lambda: nx.roll(X, 0.5), D, "roll: cannot use 0.5 as shift"),
    (lambda: nx.repeat(X, "a"), D, "repeat: cannot use 'a' as repeats"),
    (lambda: nx.var(X, correction="a"), D, "var: cannot use 'a' as correction"),
    (lambda: nx.split(X, [0.5]), D, "split: cannot use 0.5 as an index"),
    # what is no array
    (lambda: nx.add(X, None), D, "add: cannot take NoneType as an array"),
    (lambda: nx.sin("text"), D, "sin: cannot take str as an array"),
    (lambda: nx.sum(object()), D, "sum: cannot take object as an array"),
    (lambda: nx.matmul(X, {}), D, "matmul: cannot take dict as an array"),
    (lambda: nx.stack([X, "a"]), D, "stack: cannot take str as an array"),
    (lambda: nx.reshape(len, 3), D, "reshape: cannot take builtin_function_or_method as an array"),
    (lambda: nx.sort(np.array(["a"])), D, "asarray: cannot make an array of <U1 elements"),
    (lambda: nx.sum([[1, 2], [3]]), S, "asarray: cannot make an array of a ragged sequence"
     " (element 1 has shape (1,), element 0 has (2,))"),
    # axes
    (lambda: X.sum(axis=2), A, "sum: cannot find axis 2 in an array of 2 axes"),
    (lambda: X.max(axis=(0, -3)), A, "max: cannot find axis -3 in an array of 2 axes"),
    (lambda: X.mean(axis=(0, -2)), A, "mean: cannot use an axis twice ((0, -2) of 2 axes)"),
    (lambda: nx.softmax(X, axis=5), A, "softmax: cannot find axis 5 in an array of 2 axes"),
    (lambda: nx.layer_norm(X, axis=2), A, "layer_norm: cannot find axis 2 in an array of 2 axes"),
    (lambda: nx.sort(X, axis="a"), A, "sort: cannot use 'a' as an axis"),
    (lambda: nx.sort(nx.asarray(1.0)), A, "sort: cannot find axis -1 in an array of 0 axes"),
    (lambda: nx.cumulative_sum(X), A, "cumulative_sum: cannot run along 2 axes at once (2 != 1)"),
    (lambda: nx.permute_dims(X, (0, 0)), A,
     "permute_dims: cannot permute (2, 3) by (0, 0) (2 axes)"),
    (lambda: nx.permute_dims(X, 1), A, "permute_dims: cannot use 1 as axes"),
    (lambda: nx.moveaxis(X, (0, 1), 0), A, "moveaxis: cannot move (0, 1) to 0"),
    (lambda: nx.take(X, nx.asarray([0])), A, "take: cannot choose one of 2 axes"),
    (lambda: nx.roll(X, (1, 2), axis=0), A, "roll: cannot shift 1 axes by 2 shifts"),
    # indices
    (lambda: X[2], IX, "index: cannot find index 2 in axis 0 of length 2"),
    (lambda: X[0, -4], IX, "index: cannot find index -4 in axis 1 of length 3"),
    (lambda: X[nx.asarray([0, 7])], IX, "gather: cannot find index 7 in axis 0 of length 2"),
    (lambda: X.at[5].set(0.0), IX, "index: cannot find index 5 in axis 0 of length 2"),
    (lambda: nx.take(X, nx.asarray([-3]), axis=0), IX,
     "gather: cannot find index -3 in axis 0 of length 2"),
    (lambda: X[0, 0, 0], IX, "index: cannot use 3 indices on an array of 2 axes with shape (2, 3)"),
    # places and backends
    (lambda: nx.zeros(2, device="nothing"), B,
     "nx: cannot use the backend 'nothing' (there is none of that name)"),
    (lambda: X.to_device("nothing"), B,
     "nx: cannot use the backend 'nothing' (there is none of that name)"),
    (lambda: nx.zeros(2, device="numpy:gpu"), V,
     "device: cannot find a device of kind 'gpu' in the backend 'numpy'"),
    (lambda: nx.zeros(2, device=7), V, "device: cannot use int as a device"),
    (lambda: nx.use_backend("nothing"), B,
     "nx: cannot use the backend 'nothing' (there is none of that name)"),
    # changes in place
    (lambda: X.__setitem__(0, 1), nx.ImmutableError,
     "setitem: cannot change an array in place (shape (2, 3))"),
    (lambda: X.__delitem__(0), nx.ImmutableError,
     "delitem: cannot delete from an array (shape (2, 3))"),
    # random keys
    (lambda: nx.random.uniform(X), S, "uniform: cannot use float32[2,3] as a key"),
    (lambda: nx.random.key(0.5), D, "key: cannot seed with float"),
    (lambda: nx.random.key(2**64), D,
     "key: cannot seed with 18446744073709551616 (it needs more than 64 bits)"),
    (lambda: nx.random.uniform(KEY, -1), S,
     "uniform: cannot make an axis of negative length ((-1,))"),
]  # fmt: skip


def frames_below(error):
    """Count the frames between the user's line and the one that raised."""
    return len(traceback.extract_tb(error.__traceback__)) - 2


@pytest.mark.parametrize(("call", "error", "message"), BAD, ids=[row[2] for row in BAD])
def test_bad_input(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).splitlines()[0] == message
    assert type(caught.value) is error
    assert isinstance(caught.value, nx.NxError)
    assert frames_below(caught.value) <= 5


def test_errors_are_builtin_errors_too():
    kinds = {D: TypeError, S: ValueError, A: IndexError, IX: IndexError, B: RuntimeError}
    kinds |= {V: ValueError, nx.MissingRuleError: NotImplementedError, nx.ReadError: TypeError}
    kinds |= {nx.ImmutableError: TypeError, nx.LeakError: RuntimeError, R: TypeError}
    assert all(issubclass(error, builtin) for error, builtin in kinds.items())
    assert all(issubclass(error, nx.NxError) for error in kinds)


def test_a_hint_stands_on_a_line_of_its_own():
    with pytest.raises(nx.ShapeError) as caught:
        X + nx.ones(2)
    assert len(str(caught.value).splitlines()) == 2
    assert str(caught.value).splitlines()[1].startswith("hint: ")


def test_a_shape_is_checked_whatever_was_checked_before():
    nx.zeros((2, 3))
    for shape in ((2.0, 3.0), (np.float64(2), 3)):
        with pytest.raises(nx.ShapeError):
            nx.zeros(shape)


def test_equal_parameters_are_not_always_the_same():
    assert str(nx.full(2, 0.0)) == "[0. 0.]"
    assert str(nx.full(2, -0.0)) == "[-0. -0.]"
    assert nx.imag(nx.full(2, complex(1, -0.0)) * nx.full(2, complex(1, 0.0))).tolist() == [0, 0]
    assert str(nx.asarray([1.0]) * 0.0) == "[0.]"
    assert str(nx.asarray([1.0]) * -0.0) == "[-0.]"


def test_a_failure_is_no_obstacle():
    for _ in range(3):
        with pytest.raises(nx.ShapeError):
            X + nx.ones(2)
        assert (X + nx.ones(3)).shape == (2, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: nx.zeros(True),
        lambda: nx.zeros((True, 2)),
        lambda: nx.zeros(b"ab"),
        lambda: nx.zeros({2, 3}),
        lambda: nx.sum(X, axis=True),
        lambda: nx.sum(X, axis=1.0),
        lambda: nx.sum(X, keepdims=1),
        lambda: nx.sort(X, stable="yes"),
        lambda: nx.asarray(np.zeros((1,) * 33)),
        lambda: nx.asarray([1.0], copy="no"),
        lambda: nx.reshape(X, (True, 6)),
        lambda: nx.pad(X, True),
        lambda: nx.eye(2, k=True),
        lambda: nx.einsum("ij,jk,kl->il", X, X.T, X, optimize=[(0, 7)]),
        lambda: nx.repeat(nx.arange(2), nx.asarray([2**62, 2**62])),
        lambda: nx.split(nx.zeros(0), 2**62),
        lambda: nx.linalg.vector_norm(X, ord=2**1024),
        lambda: nx.random.permutation(KEY, 3, axis=1),
    ],
)
def test_what_looks_right_to_python_is_refused(call):
    with pytest.raises(nx.NxError) as caught:
        call()
    assert ": cannot " in str(caught.value).splitlines()[0]


def test_ints_of_numpy_are_ints():
    one, two = np.int8(1), np.uint64(2)
    assert nx.zeros((one, two)).shape == (1, 2)
    assert nx.sum(X, axis=one).shape == (2,)
    assert nx.sum(X, axis=(one, np.int64(0)), keepdims=np.True_).shape == (1, 1)
    assert nx.reshape(X, (two, -one)).shape == (2, 3)
    assert nx.roll(N, two, axis=one).tolist() == np.roll(np.arange(6).reshape(2, 3), 2, 1).tolist()


def test_what_does_not_fit_into_memory_says_so():
    for shape in (2**62, (2**31, 2**30)):
        with pytest.raises(nx.OutOfMemoryError) as caught:
            nx.full(shape, True)
        assert isinstance(caught.value, MemoryError)
        assert str(caught.value).startswith("full: cannot hold the result for (")


def test_strides_longer_than_the_axis():
    x = nx.arange(5.0)
    assert nx.unfold(x, 2, stride=2**62).tolist() == [[0, 1]]
    assert nx.unfold(x, 1, stride=4, dilation=2**62).tolist() == [[0], [4]]
    windows = nx.unfold(x, 2, stride=2**62)
    assert nx.fold(windows, 5, stride=2**62).tolist() == [0, 1, 0, 0, 0]


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_matrices_that_are_not_finite(value):
    a = nx.full((3, 3), value)
    for function in (nx.linalg.svd, nx.linalg.svdvals, nx.linalg.matrix_rank, nx.linalg.pinv):
        with pytest.raises(nx.LinAlgError, match="svd: cannot work on a matrix of shape"):
            function(a)
    factor = nx.linalg.cholesky(nx.stack([a, nx.eye(3)]))
    np.testing.assert_array_equal(nx.isnan(factor[0]), np.tri(3) > 0)
    np.testing.assert_array_equal(factor[1], np.eye(3))
