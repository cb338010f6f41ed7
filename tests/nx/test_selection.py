"""Which device new arrays go to, and moving arrays between backends."""

import asyncio
import contextvars
import operator
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import nx
import pytest
from nx.backends import _selection

from tests.nx.toys import Box, Helped, Toy, first_line

# Selection ------------------------------------------------------------------------------


def test_selection_by_name_device_and_string(register):
    name = register(Helped())
    for device in (name, f"{name}:cpu", f"{name}:cpu:0", nx.Device(name)):
        for x in (
            nx.zeros(2, device=device),
            nx.asarray([1.0], device=device),
            nx.arange(3, device=device),
            nx.eye(2, device=device),
            nx.linspace(0, 1, 3, device=device),
            nx.asarray(np.ones(2), device=device),
            nx.random.key(0, device=device),
        ):
            assert x.device == nx.Device(name, "cpu", 0)


@pytest.mark.parametrize(
    ("device", "error", "message"),
    [
        ("nothing", nx.BackendError, "nx: cannot use the backend 'nothing' (there is none of that"),
        ("", nx.BackendError, "nx: cannot use the backend '' (there is none of that name)"),
        ("numpy:gpu", nx.DeviceError, "device: cannot find a device of kind 'gpu' in the backend"),
        ("numpy:cpu:x", nx.DeviceError, "device: cannot find 'numpy:cpu:x' ('x' is not a number)"),
        ("numpy:cpu:²", nx.DeviceError, "device: cannot find 'numpy:cpu:²' ('²' is not a number)"),
        ("numpy:cpu:1", nx.DeviceError, "device: cannot find number 1 of the kind 'cpu' in the"),
        (nx.Device("numpy", "cpu", -1), nx.DeviceError, "device: cannot find number -1 of the"),
        (3, nx.DeviceError, "device: cannot use int as a device"),
        (np.zeros(2), nx.DeviceError, "device: cannot use ndarray as a device"),
        ([], nx.DeviceError, "device: cannot use list as a device"),
    ],
)
def test_what_is_no_device(device, error, message):
    for use in (lambda: nx.zeros(2, device=device), lambda: nx.zeros(2).to_device(device)):
        with pytest.raises(error) as caught:
            use()
        assert first_line(caught).startswith(message)
    with pytest.raises(error):
        nx.use_backend(device)


def test_use_backend_is_scoped(register):
    name, other = register(Helped()), register(Helped())
    outside = nx.zeros(1).device
    with nx.use_backend(name) as device:
        assert nx.zeros(1).device == device == nx.Device(name)
        with nx.use_backend(f"{other}:cpu"):
            assert nx.zeros(1).device.backend == other
            assert nx.zeros(1, device=name).device.backend == name
        assert nx.asarray([1.0]).device.backend == name
    assert nx.zeros(1).device == outside
    with pytest.raises(KeyError), nx.use_backend(name):
        raise KeyError
    assert nx.zeros(1).device == outside


def test_use_backend_is_local_to_the_context(register):
    name = register(Helped())
    outside = nx.zeros(1).device
    found = []
    with nx.use_backend(name):
        thread = threading.Thread(target=lambda: found.append(nx.zeros(1).device))
        thread.start()
        thread.join()
        context = contextvars.copy_context()
    assert found == [outside]
    assert context.run(lambda: nx.zeros(1).device.backend) == name


def test_the_environment_chooses(register, monkeypatch):
    name = register(Helped())
    monkeypatch.setenv("NX_BACKEND", name)
    assert nx.zeros(1).device.backend == name
    monkeypatch.setenv("NX_BACKEND", "numpy:cpu")
    assert nx.zeros(1).device == nx.Device("numpy")
    with nx.use_backend(name):
        assert nx.zeros(1).device.backend == name
    monkeypatch.setenv("NX_BACKEND", "nothing")
    with pytest.raises(nx.BackendError) as caught:
        nx.zeros(1)
    message, hint = str(caught.value).splitlines()
    assert message == "nx: cannot use the backend 'nothing' (there is none of that name)"
    assert "numpy" in hint


def test_precedence(register, monkeypatch):
    names = [register(Helped(), priority=i) for i in (1000, 2000, -1, -1, -1)]
    _, best, wanted, block, explicit = names
    monkeypatch.delenv("NX_BACKEND")
    _selection._default_of_process.clear()
    assert nx.zeros(1).device.backend == best
    assert _selection.chosen_by() == "the highest priority of those that load"
    monkeypatch.setenv("NX_BACKEND", wanted)
    assert nx.zeros(1).device.backend == wanted
    assert _selection.chosen_by() == "NX_BACKEND"
    with nx.use_backend(block):
        assert nx.zeros(1).device.backend == block
        assert _selection.chosen_by() == "use_backend"
        x = nx.zeros(1, device=explicit)
        assert x.device.backend == explicit
        for made in (x + 1, nx.zeros_like(x), nx.where(x > 0, 1.0, 2.0), nx.var(x)):
            assert made.device.backend == explicit
    assert nx.zeros(1).device.backend == wanted


def test_numbers_chosen_by_a_condition_live_where_it_does(register):
    condition = nx.asarray([True, False], device=register(Helped()))
    for made in (
        nx.where(condition, 1, 2.0),
        nx.where(condition, np.ones(2, np.float32), 2.0),
        nx.where(np.asarray([True, False]), condition.astype(nx.float32), 2),
    ):
        assert made.device == condition.device
        assert (made.dtype, made.tolist()) == (nx.float32, [1, 2])


def test_use_backend_nests_anew_when_one_object_is_used_twice(register):
    name, other = register(Helped()), register(Helped())
    there = nx.use_backend(name)
    for _ in range(2):
        with there, nx.use_backend(other):
            assert nx.zeros(1).device.backend == other
        with there:
            assert nx.zeros(1).device.backend == name
    with there, nx.use_backend(other), there:
        assert nx.zeros(1).device.backend == name
    assert nx.zeros(1).device.backend not in (name, other)


def test_use_backend_is_local_to_asyncio_tasks(register):
    names = [register(Helped()) for _ in range(3)]
    outside = nx.zeros(1).device.backend

    async def task(name, turns):
        with nx.use_backend(name):
            for _ in range(turns):
                await asyncio.sleep(0)  # the others run in between
                assert nx.zeros(1).device.backend == name
        return nx.zeros(1).device.backend

    async def main():
        return await asyncio.gather(*(task(name, 3 + i) for i, name in enumerate(names)))

    assert asyncio.run(main()) == [outside] * 3


def test_use_backend_is_local_to_threads_that_run_at_once(register):
    names = [register(Helped()) for _ in range(4)]
    meeting = threading.Barrier(len(names))

    def work(name):
        with nx.use_backend(name):
            meeting.wait(10)  # all are inside now
            found = nx.zeros(1).device.backend
            meeting.wait(10)
        return found

    with ThreadPoolExecutor(len(names)) as pool:
        assert list(pool.map(work, names)) == names


def test_new_arrays_inside_a_transformation_follow_their_operands(register):
    rune = pytest.importorskip("rune")
    name = register(Helped())
    x = nx.asarray([1.0, 2.0], device=name)
    gradient = rune.grad(lambda x: nx.sum(nx.var(x) * x[::-1] + nx.max(x)))(x)
    assert gradient.device.backend == name


def test_results_live_where_the_operands_do(register):
    name = register(Helped())
    x = nx.asarray([3.0, 1.0, 2.0], device=name)
    made = [x + 1, 2 * x, nx.softmax(x), x.sort(), x[1:], x[[0, 1]], x.at[0].set(1.0), nx.var(x)]
    made += [
        nx.zeros_like(x),
        nx.where(x > 1, x, 0.0),
        nx.stack([x, x]),
        x.mean(),
        nx.tril(x[None]),
    ]
    made += [nx.one_hot(nx.asarray([1], device=name), 3), nx.asarray([x, x]), x + np.ones(3)]
    assert {a.device.backend for a in made} == {name}


# Movement -------------------------------------------------------------------------------


def two(name):
    """Return an array of each backend: a vector, a matrix, a key and positions of both."""
    x = nx.asarray([[2.0, 1.0], [1.0, 3.0]], device=name)
    y = nx.asarray([[2.0, 1.0], [1.0, 3.0]], device="numpy")
    return x, y


MIXES = {
    "operator": lambda x, y: x + y,
    "reflected": lambda x, y: x - y,
    "comparison": lambda x, y: x < y,
    "equality": lambda x, y: x == y,
    "power": lambda x, y: x**y,
    "bits": lambda x, y: (x > 0) & (y > 0),
    "after the short path": lambda x, y: (x + x, y + y, x + y)[2],
    "of a scalar": lambda x, y: x * y[0, 0],
    "in place": lambda x, y: operator.iadd(x, y),
    "function": lambda x, y: nx.hypot(x, y),
    "composite": lambda x, y: nx.logaddexp(x, y),
    "where": lambda x, y: nx.where(x > 0, x, y),
    "condition": lambda x, y: nx.where(y > 0, x, x),
    "clip": lambda x, y: nx.clip(x, y, None),
    "concat": lambda x, y: nx.concat([x, y]),
    "stack": lambda x, y: nx.stack([x, y]),
    "nested lists": lambda x, y: nx.asarray([x, y]),
    "index": lambda x, y: x[y.astype(nx.int64)],
    "mask": lambda x, y: x[y > 0],
    "take": lambda x, y: nx.take(x, y[0].astype(nx.int64), axis=0),
    "take_along_axis": lambda x, y: nx.take_along_axis(x, y.astype(nx.int64) - 1, axis=0),
    "set": lambda x, y: x.at[0].set(y[0]),
    "set all": lambda x, y: x.at[:].set(y),
    "add at": lambda x, y: x.at[0, 0].add(y[0, 0]),
    "set at an index": lambda x, y: x.at[y.astype(nx.int64) - 1].set(0.0),
    "set by a mask": lambda x, y: x.at[y > 0].set(0.0),
    "put_along_axis": lambda x, y: nx.put_along_axis(x, x.astype(nx.int64) - 1, y),
    "segment_sum": lambda x, y: nx.segment_sum(x, y[0].astype(nx.int64), 4),
    "searchsorted": lambda x, y: nx.searchsorted(x[0], y[0]),
    "matmul": lambda x, y: x @ y,
    "vector product": lambda x, y: x @ y[0],
    "einsum": lambda x, y: nx.einsum("ij,jk->ik", x, y),
    "tensordot": lambda x, y: nx.tensordot(x, y, axes=1),
    "solve": lambda x, y: nx.linalg.solve(x, y),
    "convolve": lambda x, y: nx.convolve(x[0], y[0]),
    "pad": lambda x, y: nx.pad(x, 1, value=y[0, 0]),
    "random shape": lambda x, y: nx.random.gamma(nx.random.key(0, device=x.device), y),
    "random key": lambda x, y: nx.random.permutation(nx.random.key(0, device=y.device), x),
    "random choice": lambda x, y: nx.random.choice(nx.random.key(0, device=y.device), x[0], (3,)),
    "random bounds": lambda x, y: nx.random.uniform(
        nx.random.key(0, device=y.device), (2, 2), minval=x
    ),
    "fold_in": lambda x, y: nx.random.fold_in(
        nx.random.key(0, device=y.device), x[0, 0].astype(nx.int64)
    ),
    "randint": lambda x, y: nx.random.randint(
        nx.random.key(0, device=y.device), (2, 2), x.astype(nx.int64), 9
    ),
    "interp": lambda x, y: nx.interp(x[0], y[0], y[1]),
}


@pytest.mark.parametrize("name", MIXES)
def test_mixing_devices_raises_with_the_remedy(register, name):
    there = register(Helped())
    with pytest.raises(nx.DeviceError) as caught:
        MIXES[name](*two(there))
    message, hint = str(caught.value).splitlines()
    problem, remedy = ": cannot mix arrays on ", "hint: move one of them first: x.to_device("
    assert problem in message
    assert set(message.partition(problem)[2].split(" and ")) == {f"{there}:cpu", "numpy:cpu"}
    assert hint in (f"{remedy}'{there}:cpu')", f"{remedy}'numpy:cpu')")


def test_numbers_and_numpy_arrays_go_with_any_backend(register):
    x, _ = two(register(Helped()))
    for made in (
        x + 1,
        2.0 * x,
        x + np.ones(2),
        x[np.asarray([0])],
        x.at[0].set(np.ones(2, np.float32)),
    ):
        assert made.device == x.device


def test_moving_makes_them_mix(register):
    there = register(Helped())
    x, y = two(there)
    for left, right in ((x, y.to_device(there)), (x.to_device("numpy"), y)):
        assert (left @ right).tolist() == [[5, 5], [5, 10]]


def test_to_device_goes_and_comes_back(register):
    name = register(Toy())
    x = nx.asarray([[1.0, 2.0]], device="numpy")
    there = x.to_device(name)
    assert isinstance(there._data, Box)
    assert nx.to_device(there, name) is there
    back = there.to_device("numpy")
    assert back.device == x.device
    assert back.tolist() == x.tolist()
    assert nx.asarray(x, device=name).device.backend == name
    for dtype in ("bool", "int8", "bfloat16", "complex64"):
        z = nx.ones(2, dtype=dtype, device="numpy")
        assert z.to_device(name).to_device("numpy").tolist() == z.tolist()
    with pytest.raises(nx.DeviceError, match="asarray: cannot share"):
        nx.asarray(x, device=name, copy=False)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "complex64"])
def test_to_device_has_a_gradient(register, dtype):
    rune = pytest.importorskip("rune")
    name = register(Helped())

    def loss(x):
        there = x.to_device(name)
        assert there.device.backend == name
        return nx.sum(nx.real((there * there).to_device("numpy") * nx.conj(x)))

    def at_home(x):
        return nx.sum(nx.real(x * x * nx.conj(x)))

    values = np.asarray([1.0, -2.0, 0.5])
    x = nx.asarray(values, dtype=dtype, device="numpy")
    value, gradient = rune.value_and_grad(loss)(x)
    expected_value, expected = rune.value_and_grad(at_home)(x)
    assert gradient.device == x.device
    assert gradient.dtype == x.dtype
    assert value.tolist() == expected_value.tolist()
    assert gradient.tolist() == expected.tolist()
    if dtype != "complex64":
        assert gradient.tolist() == (3 * values**2).tolist()


def test_a_gradient_comes_home_from_a_backend_of_its_own(register):
    rune = pytest.importorskip("rune")
    name, other = register(Helped()), register(Helped())
    x = nx.asarray([1.0, -2.0], device=name)
    gradient = rune.grad(lambda x: nx.sum(x.to_device(other).to_device("numpy") ** 3))(x)
    assert gradient.device == x.device
    assert gradient.tolist() == [3, 12]
    second = rune.grad(lambda x: nx.sum(rune.grad(lambda x: nx.sum(x.to_device(other) ** 3))(x)))
    assert second(x).tolist() == [6, -12]
    assert second(x).device == x.device


class Placed(Box):
    """Storage that knows its device."""

    def __init__(self, array, device):
        super().__init__(array)
        self.device = device


class Cards(Helped):
    """Three devices of two kinds; storage goes where core says."""

    device_kinds = ("cpu", "card")

    def device_count(self, kind):
        return {"cpu": 1, "card": 2}[kind]

    def from_numpy(self, array):
        raise AssertionError("core says where: put")

    def put(self, array, device):
        return Placed(array, device)


@pytest.mark.parametrize("own_kernel", [False, True])
def test_storage_goes_to_the_device_that_core_names(register, own_kernel):
    moved = []

    def move(x, *, device):
        moved.append((x.device, device))
        return Placed(x.array, device)

    backend = Cards()
    backend.kernels = {"to_device": move} if own_kernel else {}
    name = register(backend)
    there = [nx.Device(name, "cpu", 0), nx.Device(name, "card", 0), nx.Device(name, "card", 1)]
    assert nx.backends.devices(name) == there
    assert set(there) <= set(nx.__array_namespace_info__().devices())
    for device in there:
        x = nx.asarray([1.0, 2.0], device=str(device))
        made = (
            x,
            nx.sin(x),
            x + 1,
            nx.zeros(2, device=device),
            nx.sort(x),
            x[0],
            nx.arange(2, device=device),
        )
        assert {a._data.device for a in made} == {device}
        assert {a.device for a in made} == {device}
    moved.clear()
    y = nx.asarray([1.0, 2.0], device=there[1]).to_device(there[2])
    assert y._data.device == y.device == there[2]
    assert y.to_device("numpy").to_device(there[1])._data.device == there[1]
    assert moved == ([(there[1], there[2])] if own_kernel else [])
    with pytest.raises(nx.DeviceError) as caught:
        y + nx.asarray([1.0, 2.0], device=there[1])
    assert first_line(caught) == f"add: cannot mix arrays on {name}:card:1 and {name}:card"
    with pytest.raises(nx.DeviceError) as caught:
        nx.zeros(2, device=f"{name}:card:2")
    problem = f"cannot find number 2 of the kind 'card' in the backend {name!r} (2 of them)"
    assert first_line(caught) == f"device: {problem}"


def test_a_backend_that_fails_to_load_has_no_devices(register):
    name = register(load=lambda: 1 / 0)
    assert name not in {d.backend for d in nx.__array_namespace_info__().devices()}
    assert "numpy" in {d.backend for d in nx.__array_namespace_info__().devices()}
