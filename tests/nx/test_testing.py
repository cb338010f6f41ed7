"""The contract kit run as a third party runs it, and the parts that are not checks of rows."""

import subprocess
import sys
import textwrap

import numpy as np
import nx
import pytest
from nx import testing
from nx.testing import ROWS, difference, parse_tolerances

GREEN = """
    import nx
    from nx.backends import API_VERSION, Backend, BackendSpec

    def quietly(function):
        @np.errstate(all="ignore")
        def kernel(*xs):
            return np.asarray(function(*xs))
        return kernel

    class Few(Backend):
        name = "few"
        dtypes = frozenset({"float32", "float64"})
        kernels = {
            "add": quietly(np.add),
            "flip": lambda x, *, axes: np.asarray(np.flip(x, axes)),
            "multiply_cos": quietly(lambda g, x: np.multiply(g, np.cos(x))),
        }

        def from_numpy(self, array):
            return array

        def to_numpy(self, storage):
            return storage

    def register(backend):
        nx.register_backend(
            BackendSpec(
                name=backend.name,
                api_version=API_VERSION,
                probe=lambda: None,
                load=backend,
                priority=-1,
            )
        )
"""
RED = """
    class Red(Few):
        name = "red"
        kernels = Few.kernels | {"add": quietly(np.subtract)}
"""


FEW = "add or flip or multiply_cos or round_trip"
VALUES = "nx.testing.test_contract::test_values"


@pytest.fixture
def certify(tmp_path, monkeypatch):
    """Run the kit on a backend of a module of our own."""

    def run(
        backend, *options, suite="nx.testing", only="add or flip or multiply_cos or round_trip"
    ):
        text = "import numpy as np\n" + textwrap.dedent(GREEN) + textwrap.dedent(RED)
        text += f"\nregister({backend})\n"
        (tmp_path / "given.py").write_text(text)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "given"]
        command += ["-p", "nx.testing.plugin", "--pyargs", suite]
        command += ["--nx-backend", backend.lower(), "-q", "-rfE", "-k", only, *options]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    return run


def test_a_green_backend(certify):
    done = certify("Few", "-v")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nx backend: few" in done.stdout
    assert "(declared-only if certified)" in done.stdout
    assert "3 of 135 primitives certified, declared-only; 3 declared by the backend itself, 0 " in (
        done.stdout
    )
    assert "pairs of primitive and dtype: 6 native" in done.stdout


def test_strictly_what_is_lacking_is_a_failure(certify):
    done = certify("Few", "--nx-strict", suite=VALUES, only="flip or sin")
    assert done.returncode == 1
    lacking = "it has no kernel of sin for (float32[3,4]), and no fallback"
    assert f"sin(float32) on 'few': {lacking}" in done.stdout
    assert "flip(int8) on 'few': it declares no storage of int8" in done.stdout
    assert "test_values[flip-float32]" not in done.stdout


def test_a_red_backend(certify):
    done = certify("Red", suite=VALUES)
    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert "add(float32[3,4], float32[3,4]) on 'red', sample 'one shape', contiguous" in done.stdout
    assert "ULPs; 0.5 allowed); " in done.stdout
    assert "not certified: add" in done.stdout
    assert "2 of 135 primitives certified" in done.stdout
    assert "Traceback" not in done.stdout


def test_an_override_is_shown_with_its_reason(certify):
    done = certify("Few", "-v", "--nx-tolerance", 'add:float32=3:"an old card"', suite=VALUES)
    assert done.returncode == 0
    assert done.stdout.count("tolerance overridden: add:float32 3 ULPs (an old card)") == 2
    done = certify("Few", "--nx-tolerance", "add:float32=3")
    assert done.returncode == 4
    assert "nx_tolerances: cannot use 'add:float32=3' (it gives no reason)" in done.stderr


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("add:float32=3", "it gives no reason"),
        ('add:float32=3:""', "it gives no reason"),
        ("ad:float32=3:why", "there is no primitive 'ad'"),
        ("add:float31=3:why", "there is no dtype 'float31'"),
        ("add=3", 'it must read primitive:dtype=ulps:"reason"'),
    ],
)
def test_overrides_that_cannot_be_used(line, problem):
    with pytest.raises(ValueError, match=r"^nx_tolerances: cannot use") as caught:
        parse_tolerances([line])
    assert str(caught.value) == f"nx_tolerances: cannot use {line!r} ({problem})"


def test_an_override_loosens_and_tightens():
    device = nx.zeros((), device="numpy").device
    for ulps, passes in ((0.0, False), (64.0, True)):
        given = parse_tolerances([f"polygamma:*={ulps}:a test"])
        subject = testing.Subject(testing.Subject.named("numpy").backend, device, given)
        if passes:
            testing.check_values(subject, ROWS["polygamma"], "float64")
        else:
            with pytest.raises(testing.ContractError, match="; 0 allowed"):
                testing.check_values(subject, ROWS["polygamma"], "float64")


def test_importing_nx_does_not_import_the_kit():
    program = "import sys, nx; print('nx.testing' in sys.modules, 'pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"]
    program = "import sys, nx.testing; print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["False"]


# How numbers are compared -----------------------------------------------------------------


def measured(got, expected, dtype="float32", **options):
    got = np.asarray(got, getattr(nx, dtype).numpy)
    return difference(got, np.asarray(expected), getattr(nx, dtype), **options)


def test_units_in_the_last_place():
    one = np.float32(1)
    near = np.nextafter(one, np.float32(2))
    assert measured(one, 1.0) is None
    assert measured(near, 1.0, ulps=1) is None
    assert measured(near, 1.0, ulps=0.5) == (
        "the element: got 1.0000001, expected 1.0 (1 ULPs; 0.5 allowed)"
    )
    assert measured(near, 1.0, ulps=0.5, magnitude=4.0) is None
    assert "[1, 0]" in measured([[1, 2], [4, 4]], [[1, 2], [3, 4]], ulps=4)


@pytest.mark.parametrize(
    ("got", "expected", "right"),
    [
        (np.nan, np.nan, True),
        (np.nan, 1.0, False),
        (1.0, np.nan, False),
        (np.inf, np.inf, True),
        (-np.inf, np.inf, False),
        (np.inf, 1e39, True),  # it overflows float32
        (3.4028235e38, 1e39, True),  # its neighbour
        (3.4028235e38, np.inf, False),
        (np.inf, 3e38, False),
        (0.0, 1e-46, True),
        (0.0, 1e-38, False),
    ],
)
def test_special_numbers(got, expected, right):
    assert (measured(got, expected, ulps=1) is None) == right


def test_the_sign_of_zero():
    assert measured(-0.0, 0.0) is None
    assert "the sign of zero" in measured(-0.0, 0.0, zero_signs=True)


def test_integers_wrap_around():
    whole = np.array([130, -1, 2**70 + 5], object)
    assert measured([-126, -1, 5], whole, "int8") is None
    assert measured([2, 255, 5], whole, "uint8") is not None
    assert measured([130, 255, 5], whole, "uint8") is None
