"""Check an installed C backend; needs nx-core and nx-cbackend, and nothing else of the project.

Run as `python smoke.py`, outside the checkout or with `-I`; with the name of a compiler (gcc or
clang) it also looks whose work the extension is. Prints one line, or fails with a message.
"""

import sys
from pathlib import Path

import numpy as np
import nx
import nx_cbackend


def check(condition, message):
    if not condition:
        sys.exit(f"nx-cbackend: {message}")


def check_compiler(wanted):
    clang = b"clang version" in Path(sys.modules["nx_cbackend._c"].__file__).read_bytes()
    check(clang == (wanted == "clang"), f"{wanted} did not build the extension")


def main():
    entries = {entry["name"]: entry for entry in nx.backends.backends()}
    check("c" in entries, f"nx did not find the backend; it found {', '.join(entries)}")
    check(entries["c"]["reason"] is None, f"unusable: {entries['c']['reason']}")

    with nx.use_backend("c"):
        x = nx.asarray(np.linspace(-3, 3, 24, dtype=np.float32).reshape(4, 6))
    check(str(x.device) == "c:cpu", f"the array went to {x.device}")
    check("nx_cbackend._c" in sys.modules, "the compiled module was not loaded")

    if sys.argv[1:]:
        check_compiler(sys.argv[1])

    y = x.numpy()
    check(np.array_equal((x + x * 2.0).numpy(), y + y * 2), "add or multiply is wrong")
    check(np.allclose(nx.sin(x).numpy(), np.sin(y), rtol=1e-6), "sin is wrong")
    check(np.allclose(nx.cos(x.T).numpy(), np.cos(y.T), rtol=1e-6), "cos of a transpose is wrong")
    check(np.allclose(nx.sum(x, axis=1).numpy(), y.sum(axis=1), atol=1e-5), "sum is wrong")
    check(np.allclose(nx.exp(x).numpy(), np.exp(y), rtol=1e-6), "exp is wrong")
    print(f"nx-cbackend works ({nx_cbackend.cpu()}, Python {sys.version.split()[0]})")


main()
