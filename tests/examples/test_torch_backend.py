"""The backend on PyTorch's tensors; `nox -s torch` installs what it needs."""

import ast
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import nx
import pytest
import rune

from tests.scripts import imported

if "torch" not in {b["name"] for b in nx.backends.backends() if b["reason"] is None}:
    pytest.skip("examples/torch_backend can't be used: nox -s torch", allow_module_level=True)
torch = pytest.importorskip("torch")

EXAMPLES = Path(__file__).parents[2] / "examples"
SOURCES = EXAMPLES / "torch_backend" / "src" / "nx_torch"
DTYPES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
]
BACKENDS = ("numpy", "torch")


def there(x, dtype=None):
    return nx.asarray(x, dtype=dtype, device="torch")


def test_it_comes_by_its_entry_point_and_without_importing_torch():
    (record,) = (b for b in nx.backends.backends() if b["name"] == "torch")
    assert (record["distribution"], record["priority"]) == ("nx-torch", -10)
    program = "import sys, nx; nx.zeros(1, device='numpy'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_only_the_storage_knows_numpy():
    for path in SOURCES.glob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert "numpy" not in names or path.name in {"_storage.py", "_backend.py"}, path.name
    backend = ast.parse((SOURCES / "_backend.py").read_text())
    used = [n for n in ast.walk(backend) if isinstance(n, ast.Attribute) and n.attr == "ndarray"]
    values = [n for n in ast.walk(backend) if isinstance(n, ast.Name) and n.id == "np"]
    assert len(used) == len(values)  # named in types, never called


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1,), (4, 3)])
def test_every_dtype_and_shape_goes_there_and_comes_back(dtype, shape):
    x = nx.reshape(nx.arange(math.prod(shape), device="numpy"), shape)
    x = nx.astype(x, dtype) if dtype != "bool" else x > 1
    y = x.to_device("torch")
    assert isinstance(y._data, torch.Tensor)
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    back = y.to_device("numpy")
    np.testing.assert_array_equal(back.numpy(), x.numpy())
    assert back.numpy().dtype == x.numpy().dtype


def test_what_numpy_shows_in_other_ways_than_torch():
    table = np.arange(24, dtype=np.float32).reshape(4, 6)
    apart = np.zeros(3, np.dtype([("a", np.int8), ("b", np.float32)]))
    apart["b"] = 1, 2, 3
    locked = table.copy()
    locked.flags.writeable = False
    for array in (
        table[::-1],
        table[:, ::-2],
        table.T,
        apart["b"],
        np.broadcast_to(table, (2, 4, 6)),
    ):
        x = nx.asarray(array, device="numpy", copy=False).to_device("torch")
        np.testing.assert_array_equal(x.numpy(), array)
    assert nx.asarray(locked, device="torch", copy=False).tolist() == table.tolist()


def test_views_share_memory_and_a_flip_does_not():
    x = there(np.arange(12, dtype=np.float32).reshape(3, 4))
    start = x._data.untyped_storage().data_ptr()
    for view in (x[1:, ::2], x.T, x.reshape(4, 3), nx.broadcast_to(x, (2, 3, 4)), x[None]):
        assert view._data.untyped_storage().data_ptr() == start
    flipped = x[::-1]
    assert flipped._data.untyped_storage().data_ptr() != start
    np.testing.assert_array_equal(flipped.numpy(), x.numpy()[::-1])


def test_what_is_not_there_raises():
    with pytest.raises(nx.BackendError) as caught:
        nx.polygamma(1, there([1.0]))
    message, hint = str(caught.value).splitlines()
    problem = "cannot run on the backend 'torch', which has no kernel for (float32[1])"
    assert message == f"polygamma: {problem}"
    assert hint == "hint: move the array: x.to_device('numpy')"
    with pytest.raises(nx.BackendError, match=r"full: cannot run on the backend 'torch'"):
        nx.zeros(2, dtype="float8_e5m2", device="torch")
    with pytest.raises(nx.DTypeError, match="torch: cannot keep float8_e5m2"):
        nx.ones(2, dtype="float8_e5m2", device="numpy").to_device("torch")
    missing = {n for n, how in nx.backends.coverage("torch").items() if how == "missing"}
    assert missing == {"polygamma", "random_gamma", "random_gamma_grad", "random_poisson"}


def test_devices_are_torchs():
    devices = [str(device) for device in nx.backends.devices("torch")]
    cards = torch.cuda.device_count()
    assert devices[0] == "torch:cpu"
    assert sum("cuda" in device for device in devices) == cards
    with pytest.raises(nx.DeviceError) as caught:
        nx.zeros(1, device=f"torch:cuda:{cards}")
    assert str(caught.value).splitlines()[0] == (
        f"device: cannot find number {cards} of the kind 'cuda' in the backend 'torch' "
        f"({cards} of them)"
    )
    for device in devices:
        x = nx.arange(3, dtype="float32", device=device) + nx.ones(3, device=device)
        assert x._data.device.type == device.split(":")[1]
        assert x.to_device("torch:cpu")._data.device.type == "cpu"
        assert x.tolist() == [1, 2, 3]


def test_random_numbers_are_the_same_on_every_backend():
    for dtype, tolerance in (("float32", 1e-5), ("float64", 1e-5), ("bfloat16", 2**-7)):
        drawn = [nx.random.normal(nx.random.key(3, device=b), (50,), dtype=dtype) for b in BACKENDS]
        ours, torchs = (np.asarray(x.numpy(), np.float64) for x in drawn)
        np.testing.assert_allclose(torchs, ours, rtol=tolerance)  # erfinv differs in its last bits
    for draw in (
        lambda key: nx.random.bits(key, (50,), dtype="uint64"),
        lambda key: nx.random.randint(key, (50,), -(2**40), 2**62),
        lambda key: nx.random.permutation(key, 50),
    ):
        ours, torchs = (draw(nx.random.key(5, device=b)).numpy() for b in BACKENDS)
        np.testing.assert_array_equal(ours, torchs)


# Gradients ------------------------------------------------------------------------------


def sines(x):
    for _ in range(100):
        x = nx.sin(x)
    return nx.sum(x)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-13), ("float32", 2e-5)])
def test_the_gradient_of_a_hundred_sines(rng, dtype, tolerance):
    values = rng.uniform(-3, 3, (7, 5)).astype(dtype)
    found = [rune.value_and_grad(sines)(nx.asarray(values, device=b)) for b in BACKENDS]
    for ours, torchs in zip(*found, strict=True):
        assert torchs.device.backend == "torch"
        assert isinstance(torchs._data, torch.Tensor)
        assert torchs.dtype == ours.dtype
        np.testing.assert_allclose(torchs.numpy(), ours.numpy(), rtol=tolerance)
    assert np.ptp(found[0][1].numpy()) > 1e-4  # not all one number


def test_second_derivatives_run_too(rng):
    x = there(rng.uniform(1, 2, 4))
    second = rune.grad(lambda x: nx.sum(rune.grad(lambda x: nx.sum(nx.log(x) * x**3))(x)))(x)
    expected = 6 * x.numpy() * np.log(x.numpy()) + 5 * x.numpy()
    assert second.device == x.device
    np.testing.assert_allclose(second.numpy(), expected, rtol=1e-12)


@pytest.fixture(scope="module")
def digits():
    with imported(EXAMPLES / "digits", "data", "model") as modules:
        yield modules


def test_the_digits_network_learns_as_it_does_on_numpy(digits):
    data, model = digits
    losses = {}
    for backend in BACKENDS:
        with nx.use_backend(backend):
            images, labels = data.split(data.load(), nx.random.key(0))[0]
            network = model.initialize(nx.random.key(1))
            velocity = {k: model.Layer(*map(nx.zeros_like, v)) for k, v in network.items()}
            losses[backend] = []
            for i in range(12):
                batch = slice(64 * i, 64 * (i + 1))
                network, velocity, loss = model.step(
                    network, velocity, images[batch], labels[batch], 0.1
                )
                assert loss.device.backend == backend
                losses[backend].append(float(loss))
    np.testing.assert_allclose(losses["torch"], losses["numpy"], rtol=1e-4)
    assert losses["torch"][-1] < losses["torch"][0] / 2
