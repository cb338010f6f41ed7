"""The choice of an instruction set, each in a process of its own."""

import os
import subprocess
import sys

import pytest

from tests.nx_cbackend.support import native

NAMES = [
    native.ffi.string(native.lib.nxc_cpu_name(i)).decode()
    for i in range(native.lib.nxc_cpu_count())
]
USABLE = [name for i, name in enumerate(NAMES) if native.lib.nxc_cpu_supported(i)]

PATH = os.pathsep.join(filter(None, (os.getcwd(), os.environ.get("PYTHONPATH"))))

COMPARE = """
import sys
import numpy as np
import nx_cbackend
from tests.nx_cbackend.support import call, sum_over, values, wrap
for dtype in (np.float32, np.float64):
    x = values((40, 33), dtype) * 100
    for a in (x, x.T, x[::2, ::-1]):
        assert np.abs(call("sin", a) - np.sin(a)).max() < 1e-6
        assert (call("add", a, a[:1]) == a + a[:1]).all()
        assert np.allclose(np.asarray(sum_over((0,))(wrap(a))), a.sum(axis=0), atol=1e-2)
print(nx_cbackend.cpu())
"""


def run(code, **variables):
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": PATH, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", USABLE)
def test_each_instruction_set_can_be_forced(name):
    done = run(COMPARE, NX_CPU=name)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == name


@pytest.mark.slow
@pytest.mark.parametrize("name", USABLE[:-1])
def test_the_whole_suite_of_values_passes_on_the_lesser_ones(name):
    files = [
        f"tests/nx_cbackend/test_{part}.py"
        for part in ("elementwise", "trig", "reduce", "scan", "softmax", "layer_norm")
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        env={**os.environ, "NX_CPU": name},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_best_one_is_the_default():
    variables = {key: value for key, value in os.environ.items() if key != "NX_CPU"}
    done = subprocess.run(
        [sys.executable, "-c", "import nx_cbackend; print(nx_cbackend.cpu())"],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == USABLE[-1]


@pytest.mark.parametrize("name", ["pentium", "", "AVX2"])
def test_an_unknown_name_is_an_error(name):
    done = run("import nx_cbackend; nx_cbackend.cpu()", NX_CPU=name)
    assert done.returncode != 0
    assert done.stderr.splitlines()[-2:] == [
        f"ValueError: nx_cbackend: cannot use NX_CPU={name!r} (built with {', '.join(NAMES)})",
        f"hint: unset NX_CPU, or set it to one of: {', '.join(USABLE)}",
    ]


def test_an_instruction_set_this_machine_lacks_is_an_error(monkeypatch):
    class Lacking:
        def __getattr__(self, name):
            return getattr(native.lib, name)

        def nxc_cpu_supported(self, index):
            return index == 0

    lib = Lacking()
    monkeypatch.setattr(native, "lib", lib)
    lib.__dict__["nxc_cpu_name"] = lambda i: ("baseline", "avx9")[i]
    lib.__dict__["nxc_cpu_count"] = lambda: 2
    monkeypatch.setattr(native, "_text", str)
    with pytest.raises(
        ValueError, match=r"^nx_cbackend: cannot use NX_CPU='avx9' \(this machine lacks it\)"
    ):
        native._choose_cpu("avx9")


def test_importing_the_package_or_its_plugin_loads_no_compiled_code():
    done = run(
        "import sys, nx_cbackend, nx_cbackend._plugin\n"
        "assert 'nx_cbackend._c' not in sys.modules and '_cffi_backend' not in sys.modules"
    )
    assert done.returncode == 0, done.stderr
