"""The cffi build script: the few declarations cffi itself serves, and the C sources.

Everything hot is defined in the same extension and handed over through ``nxc_hand_over``; see
``csrc/nxc_fast.c``.
"""

import glob
import os

from cffi import FFI

WARNINGS = ["-Wall", "-Wextra"]
if os.environ.get("NXC_WERROR") == "1":
    WARNINGS.append("-Werror")

ffibuilder = FFI()
ffibuilder.cdef(
    """
    int nxc_hand_over(uintptr_t dict);
    int nxc_cpu_count(void);
    const char *nxc_cpu_name(int index);
    int nxc_cpu_supported(int index);
    void nxc_cpu_use(int index);
    const char *nxc_cpu_active(void);
    """
)
ffibuilder.set_source(
    "nx_cbackend._c",
    '#include "nxc_cpu.h"\n#include "nxc_fast.h"\n',
    sources=sorted(glob.glob("csrc/*.c")),
    include_dirs=["csrc"],
    depends=sorted(glob.glob("csrc/*.h") + glob.glob("csrc/*.inc")),
    # Without a version number METH_FASTCALL and the buffer protocol stay hidden.
    define_macros=[("Py_LIMITED_API", "0x030b0000")],
    extra_compile_args=[
        "-std=c11",
        "-O3",
        "-fwrapv",
        "-fvisibility=hidden",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-ffp-contract=fast",
        *WARNINGS,
    ],
    libraries=["m"],
    py_limited_api=True,
)
