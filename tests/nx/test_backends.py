"""Backends: discovery, selection, movement, fallback, and plugins that fail."""

import contextvars
import itertools
import json
import os
import subprocess
import sys
import textwrap
import threading

import numpy as np
import nx
import pytest
from nx.backends import API_VERSION, Backend, BackendSpec, _registry, load_backend
from nx.primitives import P

NAMES = (f"toy{i}" for i in itertools.count())


class Box:
    """Storage that NumPy can do nothing with."""

    def __init__(self, array):
        self.array = array


def boxed(function):
    return lambda *boxes, **params: Box(function(*(box.array for box in boxes), **params))


class Toy(Backend):
    """A few kernels of its own, and no others."""

    def __init__(self, **kernels):
        self.loads = 0
        self.kernels = {"add": boxed(np.add), "copy": boxed(np.copy), **kernels}

    def from_numpy(self, array):
        return Box(array)

    def to_numpy(self, storage):
        return storage.array


class Helped(Toy):
    """The same, with NumPy's kernels for the rest."""

    fallback = True


@pytest.fixture
def register():
    """Register backends that are forgotten after the test; returns their names."""
    nx.backends.backends()  # discovers
    before = dict(_registry.REGISTRY.entries)

    def add(backend=None, **options):
        name = options.pop("name", None) or next(NAMES)
        if backend is not None:
            backend.name = name
        spec = {"api_version": API_VERSION, "probe": lambda: None, "load": lambda: backend}
        nx.register_backend(BackendSpec(name=name, **(spec | {"priority": -1} | options)))
        return name

    yield add
    _registry.REGISTRY.entries.clear()
    _registry.REGISTRY.entries.update(before)
    _registry._default_of_process.clear()


def listed(name):
    return next(entry for entry in nx.backends.backends() if entry["name"] == name)


def first_line(caught):
    return str(caught.value).splitlines()[0]


# Registered by hand ---------------------------------------------------------------------


def test_a_second_backend(register):
    name = register(Toy())
    assert listed(name)["state"] == "available"
    x = nx.asarray([1.0, 2.0], device=name)
    assert listed(name)["state"] == "loaded"
    assert str(x.device) == f"{name}:cpu"
    assert x.device == nx.Device(name)
    y = x + x
    assert isinstance(y._data, Box)
    assert y.device == x.device
    assert y.tolist() == [2, 4]
    assert repr(y) == "Array([2., 4.], dtype=float32)"


def test_a_backend_is_loaded_once_and_when_needed(register):
    loads = []
    backend = Toy()
    name = register(backend, load=lambda: (loads.append(1), backend)[1])
    nx.backends.backends()
    assert loads == []
    assert load_backend(name) is load_backend(name) is backend
    nx.zeros(2, device="numpy").to_device(name)
    assert loads == [1]


def test_the_numpy_backend_came_through_the_hook():
    assert listed("numpy")["distribution"] == "nx-core"
    assert listed("numpy")["priority"] == 0
    assert load_backend("numpy").name == "numpy"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"api_version": 99}, "it speaks backend API 99, this nx speaks 1"),
        ({"name": "numpy"}, "the name is taken by nx-core"),
        ({"name": "a b"}, "the name 'a b' is not an identifier"),
        ({"name": "a:b"}, "the name 'a:b' is not an identifier"),
    ],
)
def test_a_specification_that_does_not_fit(register, options, problem):
    with pytest.raises(nx.BackendError) as caught:
        register(Toy(), **options)
    name = options.get("name") or str(caught.value).split("'")[1]
    assert first_line(caught) == f"register_backend: cannot register {name!r} ({problem})"


def test_a_probe_that_says_no_or_fails(register):
    absent = register(Toy(), probe=lambda: "no such card")
    broken = register(Toy(), probe=lambda: 1 / 0)
    for name, reason in (
        (absent, "no such card"),
        (broken, "its probe failed: ZeroDivisionError('division by zero')"),
    ):
        assert listed(name) | {"state": "unusable", "reason": reason} == listed(name)
        with pytest.raises(nx.BackendError) as caught:
            nx.zeros(2, device=name)
        assert first_line(caught) == f"nx: cannot use the backend {name!r} ({reason})"
    assert nx.zeros(2).tolist() == [0, 0]


@pytest.mark.parametrize("load", [lambda: 1 / 0, lambda: None, lambda: object()])
def test_a_backend_that_fails_to_load(register, load):
    name = register(load=load)
    for start in ("cannot load the backend", "cannot use the backend"):
        with pytest.raises(nx.BackendError) as caught:
            nx.zeros(2, device=name)
        assert first_line(caught).startswith(f"nx: {start} {name!r} (")
    assert listed(name)["state"] == "unusable"


def test_the_best_backend_that_loads_is_the_default(register, monkeypatch):
    monkeypatch.delenv("NX_BACKEND")
    good = register(Toy(), priority=1000)
    bad = register(load=lambda: 1 / 0, priority=2000)
    _registry._default_of_process.clear()
    with pytest.warns(RuntimeWarning, match=f"cannot load the backend '{bad}'"):
        x = nx.asarray([1.0])
    assert x.device.backend == good
    assert nx.asarray([1.0]).device.backend == good


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


def test_mixing_devices_raises_with_the_remedy(register):
    name = register(Helped())
    x, y = nx.ones(2, device=name), nx.ones(2, device="numpy")
    for mix in (
        lambda: x + y,
        lambda: nx.where(x > 0, x, y),
        lambda: nx.concat([x, y]),
        lambda: x @ y,
        lambda: x.at[0].set(y[0]),
        lambda: x[nx.asarray([0], device="numpy")],
        lambda: nx.stack([x, y]),
    ):
        with pytest.raises(nx.DeviceError) as caught:
            mix()
        message, hint = str(caught.value).splitlines()
        assert message.endswith(f": cannot mix arrays on {name}:cpu and numpy:cpu")
        assert hint == f"hint: move one of them first: x.to_device('{name}:cpu')"


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


def test_to_device_has_a_gradient(register):
    rune = pytest.importorskip("rune")
    name = register(Helped())

    def loss(x):
        there = x.to_device(name)
        return nx.sum((there * there).to_device("numpy"))

    x = nx.asarray([1.0, -2.0], device="numpy")
    gradient = rune.grad(loss)(x)
    assert gradient.device == x.device
    assert gradient.tolist() == [2, -4]
    gradient = rune.grad(lambda x: nx.sum(nx.softmax(x) * x))(x.to_device(name))
    assert gradient.device.backend == name


# What a backend lacks ---------------------------------------------------------------------


def test_a_missing_kernel_raises_at_the_call(register):
    name = register(Toy())
    x = nx.asarray([1.0, 2.0], device=name)
    with pytest.raises(nx.BackendError) as caught:
        nx.sin(x)
    message, hint = str(caught.value).splitlines()
    problem = f"cannot run on the backend {name!r}, which has no kernel for (float32[2])"
    assert message == f"sin: {problem}"
    assert hint == "hint: move the array: x.to_device('numpy')"
    with pytest.raises(nx.BackendError, match="full: cannot run on the backend"):
        nx.zeros(2, device=name)


def test_the_fallback_is_a_round_trip(register):
    name = register(Helped())
    x = nx.asarray([[1.0, 2.0], [3.0, 4.0]], device=name)
    theirs = nx.asarray([[1.0, 2.0], [3.0, 4.0]], device="numpy")
    for f in (
        nx.sin,
        nx.softmax,
        nx.sum,
        lambda x: x @ x,
        lambda x: x.T[::-1],
        nx.argsort,
        nx.relu,
    ):
        y = f(x)
        assert isinstance(y._data, Box)
        np.testing.assert_array_equal(y.numpy(), f(theirs).numpy())
    assert nx.split(x, 2)[1].tolist() == [[3, 4]]


def test_a_composite_runs_the_backends_own_kernel(register):
    name = register(Helped(softmax=boxed(lambda x, axis: np.full_like(x, axis))))
    x = nx.asarray([[1.0, 2.0]], device=name)
    assert nx.softmax(x, axis=0).tolist() == [[0, 0]]
    np.testing.assert_allclose(nx.log_softmax(x).numpy(), [[-1.3132616, -0.3132617]], rtol=1e-6)


def test_kernels_are_resolved_once(register):
    asked = []

    class Asks(Helped):
        def kernel(self, primitive, types, params):
            asked.append(primitive.name)
            return super().kernel(primitive, types, params)

    name = register(Asks())
    x = nx.asarray(np.ones((3, 7, 5)), device=name)
    for _ in range(5):
        x = x + x
    assert asked.count("add") <= 2  # once for the plan, once for the short path


# NX_CHECK -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kernel", "given"),
    [
        (lambda x, y: Box((x.array + y.array)[:1]), "float32[1]"),
        (lambda x, y: Box((x.array + y.array).astype(np.float64)), "float64[2]"),
        (lambda x, y: Box(np.asarray(x.array.sum())), "float32[]"),
        (lambda x, y: None, "NoneType"),
        (lambda x, y: Box([1, 2]), "list"),
    ],
)
def test_checks_catch_a_wrong_result(register, monkeypatch, kernel, given):
    monkeypatch.setenv("NX_CHECK", "1")
    name = register(Toy(add=kernel))
    x = nx.asarray([1.0, 2.0], device=name)
    for _ in range(2):
        with pytest.raises(nx.BackendError) as caught:
            x + x
        message = first_line(caught)
        assert message.startswith(f"add: cannot accept the backend {name!r}'s result ")
        assert given in message
        assert message.endswith("(float32[2] was inferred)")


def test_checks_catch_a_wrong_count_and_a_wrong_scalar_kernel(register, monkeypatch):
    class Scalars(Toy):
        def scalar_kernel(self, primitive, type_, reflected):
            return lambda x, scalar: Box((x.array * scalar).astype(np.float64))

    monkeypatch.setenv("NX_CHECK", "1")
    name = register(Scalars(multiply=boxed(np.multiply), moments=boxed(lambda x, axes: x)))
    x = nx.asarray([1.0, 2.0], device=name)
    with pytest.raises(nx.BackendError, match="multiply: cannot accept the backend"):
        [x * 2.0 for _ in range(3)]
    with pytest.raises(nx.BackendError, match="moments: cannot accept the backend"):
        nx.effects.perform_several(P.moments, x, axes=(0,))


def test_checks_pass_what_is_right(register, monkeypatch):
    monkeypatch.setenv("NX_CHECK", "1")
    name = register(Helped())
    x = nx.asarray([[1.0, 2.0]], device=name)
    for _ in range(3):
        assert (nx.softmax(x + x) * 2.0).shape == (1, 2)
        assert x.max().item() == 2


# Plugins --------------------------------------------------------------------------------

GOOD = """
import numpy as np
from nx.backends import API_VERSION, Backend, BackendSpec, hookimpl

class Good(Backend):
    name = NAME
    fallback = True
    def from_numpy(self, array): return array
    def to_numpy(self, storage): return storage

def spec(**options):
    return BackendSpec(**dict(name=NAME, api_version=API_VERSION, probe=lambda: None,
                              load=Good, priority=PRIORITY) | options)

@hookimpl
def nx_backends():
    return [spec()]
"""


def plugin(name, tail="", priority=-5):
    return f"NAME, PRIORITY = {name!r}, {priority}\n{GOOD}\n{textwrap.dedent(tail)}"


@pytest.fixture
def environment(tmp_path):
    """Make distributions with plugins, and run a program among them."""

    def install(module, source, entry=None):
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{module}-2.5.dist-info"
        info.mkdir()
        info.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.1\nName: dist-{module}\nVersion: 2.5\n"
        )
        info.joinpath("entry_points.txt").write_text(
            f"[nx.backends]\n{entry or module} = {module}\n"
        )

    def run(program, *options, **variables):
        env = {k: v for k, v in os.environ.items() if k not in {"NX_BACKEND", "NX_CHECK"}}
        env |= {
            "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)]),
            **variables,
        }
        done = subprocess.run(
            [sys.executable, "-W", "always", *options, "-c", textwrap.dedent(program)],
            capture_output=True,
            text=True,
            env=env,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    run.install = install
    return run


LIST = """
import json, nx
nx.zeros(2); nx.zeros(2)
print(json.dumps({b["name"]: b for b in nx.backends.backends()} | {"at": str(nx.zeros(1).device)}))
"""


def test_a_plugin_is_found_and_preferred(environment):
    environment.install("shiny", plugin("shiny", priority=99))
    done = environment(LIST)
    found = json.loads(done.stdout)
    assert found["at"] == "shiny:cpu"
    assert (
        found["shiny"]
        == {
            "name": "shiny",
            "distribution": "dist-shiny",
            "version": "2.5",
            "state": "loaded",
            "priority": 99,
            "reason": None,
        }
        | found["shiny"]
    )
    assert done.stderr == ""
    program = "import nx; x = nx.ones(3); print((x + x).device, nx.sin(x).sum().device)"
    assert environment(program).stdout == "shiny:cpu shiny:cpu\n"
    assert environment(program, NX_BACKEND="numpy").stdout == "numpy:cpu numpy:cpu\n"


def test_discovery_is_not_done_at_import(environment):
    environment.install("loud", "print('imported')\n" + plugin("loud"))
    assert environment("import nx; nx.float32, nx.Device('loud')").stdout == ""
    assert environment("import nx; nx.zeros(1)").stdout == "imported\n"


BROKEN = {
    "crash": ("1 / 0", "its plugin failed to import: ZeroDivisionError('division by zero')"),
    "quits": ("raise SystemExit(3)", "its plugin failed to import: SystemExit(3)"),
    "missing": ("import no_such_module", "its plugin failed to import: ModuleNotFoundError("),
    "nohook": (
        "x = 1",
        "its plugin failed: BackendError('it implements no hook named nx_backends that",
    ),
    "raises": (
        plugin("raises", "@hookimpl\ndef nx_backends():\n    raise OSError('no')"),
        "its plugin failed: OSError('no')",
    ),
    "nothing": (
        plugin("nothing", "@hookimpl\ndef nx_backends():\n    return None"),
        "its plugin failed: BackendError('it implements no hook named nx_backends that returns",
    ),
    "wrong": (
        plugin("wrong", "@hookimpl\ndef nx_backends():\n    return [1, spec()]"),
        'its plugin failed: BackendError("its hook returned [1, ',
    ),
    "bare": (
        plugin("bare", "@hookimpl\ndef nx_backends():\n    return spec()"),
        "its plugin failed: ",
    ),
    "signature": (
        plugin("signature", "@hookimpl\ndef nx_backends(extra):\n    return [spec()]"),
        "its plugin failed: PluginValidationError(",
    ),
    "future": (
        plugin("future", "@hookimpl\ndef nx_backends():\n    return [spec(api_version=99)]"),
        "it speaks backend API 99, this nx speaks 1",
    ),
    "unnamed": (
        plugin("unnamed", "@hookimpl\ndef nx_backends():\n    return [spec(name=3)]"),
        "the name 3 is not an identifier",
    ),
    "thief": (
        plugin("thief", "@hookimpl\ndef nx_backends():\n    return [spec(name='numpy')]"),
        "the name is taken by nx-core",
    ),
}


def test_broken_plugins_are_recorded_warned_about_and_survived(environment):
    for name, (source, _) in BROKEN.items():
        environment.install(name, source)
    environment.install("fine", plugin("fine", priority=7))
    environment.install("zfine", plugin("zfine", priority=3))
    done = environment(
        """
        import json, nx
        nx.zeros(2); nx.zeros(2)
        print(json.dumps([str(nx.zeros(1).device), nx.backends.backends()]))
        """,
        NX_BLOCK_BACKENDS="c",
    )
    device, entries = json.loads(done.stdout)
    assert device == "fine:cpu"
    assert {"fine", "zfine", "numpy"} <= {e["name"] for e in entries if e["reason"] is None}
    for name, (_, reason) in BROKEN.items():
        (entry,) = (e for e in entries if e["distribution"] == f"dist-{name}")
        assert entry["reason"].startswith(reason), name
        assert (entry["state"], entry["version"]) == ("unusable", "2.5")
        warning = f"cannot use the backend {entry['name']!r} of dist-{name} ({reason}"
        assert done.stderr.count(warning) == 1, name
    assert done.stderr.count("RuntimeWarning") == len(BROKEN)


def test_a_broken_plugin_is_survived_where_warnings_are_errors(environment):
    environment.install("crash", "1 / 0")
    environment.install("fine", plugin("fine", priority=99))
    program = """
        import nx
        try:
            nx.zeros(2)
        except RuntimeWarning as e:
            print(str(e).splitlines()[0])
        print(nx.zeros(2).device)
        """
    warned, device = environment(program, "-W", "error").stdout.splitlines()
    assert warned.startswith("nx: cannot use the backend 'crash' of dist-crash (its plugin failed")
    assert device == "fine:cpu"


def test_two_plugins_of_one_name(environment):
    environment.install("first", plugin("same"), entry="same")
    environment.install("second", plugin("same"), entry="same")
    environment.install("third", plugin("same"), entry="other")
    done = environment(LIST.replace('{b["name"]: b', '{b["distribution"]: b'))
    found = json.loads(done.stdout)
    states = [found[f"dist-{name}"]["state"] for name in ("first", "second", "third")]
    assert sorted(states) == ["available", "unusable", "unusable"]
    assert done.stderr.count("RuntimeWarning") == 2


def test_a_plugin_named_explicitly_and_unusable_raises_with_its_cause(environment):
    environment.install("crash", "1 / 0")
    done = environment(
        """
        import nx, warnings
        warnings.simplefilter("ignore")
        try:
            nx.zeros(2)
        except nx.BackendError as e:
            print(e)
        """,
        NX_BACKEND="crash",
    )
    message, hint = done.stdout.splitlines()
    reason = "its plugin failed to import: ZeroDivisionError('division by zero')"
    assert message == f"nx: cannot use the backend 'crash' ({reason})"
    assert hint.startswith("hint: usable backends: ")


def test_blocked_plugins_are_not_imported(environment):
    environment.install("crash", "1 / 0")
    environment.install("shiny", plugin("shiny", priority=99))
    done = environment(LIST, NX_BLOCK_BACKENDS="crash, shiny,c")
    found = json.loads(done.stdout)
    assert found["at"] == "numpy:cpu"
    for name in ("crash", "shiny"):
        assert found[name]["reason"] == "blocked by NX_BLOCK_BACKENDS"
    assert done.stderr == ""


def test_one_plugin_may_give_several_backends(environment):
    tail = (
        "@hookimpl\ndef nx_backends():\n    return [spec(), spec(name='twin'), spec(name='twin')]"
    )
    environment.install("pair", plugin("pair", tail))
    found = json.loads(environment(LIST).stdout)
    assert found["pair"]["state"] == "available"
    assert found["twin"]["reason"] == "the name is taken by dist-pair"
