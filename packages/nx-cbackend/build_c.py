"""The cffi build script: the few declarations cffi itself serves, and the drivers' C sources.

Everything hot is defined in the same extension and handed over through ``nxc_hand_over``; see
``csrc/nxc_fast.c``. The loops in ``csrc/kernels`` are compiled by ``setup.py``, once for each
instruction set.
"""

import glob
import os

from cffi import FFI

# Without a version number METH_FASTCALL and the buffer protocol stay hidden; Python.h would
# define the second one itself, too late for the headers before it.
MACROS = [("Py_LIMITED_API", "0x030b0000"), ("_GNU_SOURCE", "1")]
OPTIMIZE = ["-O3", "-g0"]  # Python's own flags may ask for -g, two thirds of a library's size
# What the code that cffi 1.16 to 2.0 generates uses and doesn't name.
FIRST = ["-include", "alloca.h", "-include", "string.h"]
WARNINGS = ["-Wall", "-Wextra"]
if os.environ.get("NXC_WERROR") == "1":
    WARNINGS.append("-Werror")
if os.environ.get("NXC_BASELINE_ONLY") == "1":
    MACROS.append(("NXC_BASELINE_ONLY", "1"))
TEST_BUILDS = {
    "NXC_FAULTS": "void nxc_fault_arm(int64_t nth); int64_t nxc_fault_count(void);",
    "NXC_PLANTED": "int64_t nxc_planted(const char *name);",
}
"""What builds for tests offer besides, each by its own setting."""

ffibuilder = FFI()
ffibuilder.cdef(
    """
    int nxc_hand_over(uintptr_t dict);
    void nxc_run_main_thread(uintptr_t ident);
    void nxc_set_num_threads(int n);
    int nxc_num_threads(void);
    typedef struct {
        int64_t in_use, peak, cached, limit, allocations, reuses;
    } nxc_memory;
    void nxc_memory_stats(nxc_memory *stats);
    int64_t nxc_empty_cache(void);
    void nxc_set_cache_limit(int64_t bytes);
    int nxc_cpu_count(void);
    const char *nxc_cpu_name(int index);
    int nxc_cpu_supported(int index);
    void nxc_cpu_use(int index);
    const char *nxc_cpu_active(void);
    """
)
for setting, offered in TEST_BUILDS.items():
    if os.environ.get(setting) == "1":
        MACROS.append((setting, "1"))
        ffibuilder.cdef(offered)
HEADERS = ("nxc_cpu.h", "nxc_fast.h", "nxc_fault.h", "nxc_memory.h", "nxc_planted.h", "nxc_run.h")
ffibuilder.set_source(
    "nx_cbackend._c",
    "".join(f'#include "{header}"\n' for header in HEADERS),
    sources=sorted(glob.glob("csrc/*.c")),
    include_dirs=["csrc"],
    depends=sorted(glob.glob("csrc/**/*.[ch]", recursive=True) + glob.glob("csrc/**/*.inc")),
    define_macros=MACROS,
    extra_compile_args=[
        "-std=c11",
        *FIRST,
        *OPTIMIZE,
        "-fwrapv",
        "-fvisibility=hidden",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-ffp-contract=fast",
        "-pthread",
        *WARNINGS,
        *os.environ.get("NXC_CFLAGS", "").split(),
    ],
    extra_link_args=["-pthread", *os.environ.get("NXC_CFLAGS", "").split()],
    libraries=["m"],
    py_limited_api=True,
)
