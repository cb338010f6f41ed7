"""See that a sanitizer watches: run as `python -m tests.nx_cbackend.planted SANITIZER`.

Needs a build with NXC_PLANTED=1 and -fsanitize=SANITIZER, and its run-time library loaded. Each
fault is planted in a process of its own, which must end with the report expected.
"""

import subprocess
import sys

FAULTS = {
    "address,undefined": {
        "beyond a block": "ERROR: AddressSanitizer: use-after-poison",
        "beyond a full block": "ERROR: AddressSanitizer: heap-buffer-overflow",
        "before a block": "ERROR: AddressSanitizer: heap-buffer-overflow",
        "a block that was freed": "ERROR: AddressSanitizer: use-after-poison",
        "a shift too far": "runtime error: shift exponent 40 is too large",
    },
    "thread": {"a race": "WARNING: ThreadSanitizer: data race"},
}
PLANT = """
import sys
from nx_cbackend._native import lib
sys.exit(lib.nxc_planted(sys.argv[1].encode()) + 1)  # 0 for a name it doesn't know
"""


def plant(fault):
    return subprocess.run(
        [sys.executable, "-c", PLANT, fault], capture_output=True, text=True, check=False
    )


def main(sanitizer):
    done = plant("nothing")
    if (done.returncode, done.stderr) != (0, ""):
        sys.exit(f"a process without a fault fails:\n{done.stderr}")
    for fault, report in FAULTS[sanitizer].items():
        done = plant(fault)
        if done.returncode == 0 or report not in done.stderr:
            sys.exit(f"{fault}: not reported as {report!r}, but:\n{done.stderr}")
        print(f"reported: {fault}")


if __name__ == "__main__":
    main(sys.argv[1])
