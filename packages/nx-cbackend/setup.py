"""Build the extension, and say plainly what is missing where it can't be built.

Sources compile side by side, on every core. Those in ``csrc/kernels`` compile once for each
instruction set, which the preprocessor knows as ``NXC_ISA``.
"""

import os
import platform
import shlex
import shutil
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from glob import glob
from zlib import crc32

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, LinkError

X86 = platform.machine().lower() in {"x86_64", "amd64"}
ISAS = {"baseline": []}  # flags by name; the names are the rows of csrc/nxc_kernels.h
if X86 and os.environ.get("NXC_BASELINE_ONLY") != "1":
    ISAS["avx2"] = ["-mavx2", "-mfma", "-mf16c"]

# Complex products must round both of their terms: z times its conjugate is real. GCC 12 fuses them
# in vectors whatever -ffp-contract says.
PLAIN = {"map_complex.c", "nxc_complex.c"}
PLAIN_FLAGS = ["-ffp-contract=off", *(["-mno-fma"] if X86 else [])]

REMEDY = (
    "install GCC or Clang, with Python's headers (Debian: apt install gcc python3-dev; "
    "macOS: xcode-select --install), or go on without this package: nx runs on NumPy alone"
)


class BuildC(build_ext):
    """``build_ext`` whose failure is one sentence with the remedy."""

    def build_extensions(self) -> None:
        """Build, after a look for the compiler."""
        compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
        if shutil.which(compiler) is None:
            sys.exit(f"nx-cbackend: cannot build without a C compiler ({compiler!r}); {REMEDY}.")
        try:
            for extension in self.extensions:
                self._compile(extension, compiler)
            self.force = True  # link anew: objects of other flags may be older than the library
            super().build_extensions()
        except (CompileError, LinkError):
            sys.exit(
                f"nx-cbackend: cannot build with {compiler!r} (its words stand above); {REMEDY}."
            )

    def _compile(self, extension: Extension, compiler: str) -> None:
        """Make the objects of every source and instruction set, those that aren't there yet.

        Objects made with other flags stand in other folders.
        """
        kernels = sorted(glob("csrc/kernels/*.c"))
        jobs = [(source, isa) for source in kernels for isa in ISAS]
        jobs += [(source, None) for source in extension.sources]
        headers = [path for path in extension.depends if not path.endswith(".c")]
        changed = max(map(os.path.getmtime, [*headers, "setup.py", "build_c.py"]))

        def make(job: tuple[str, str | None]) -> str:
            source, isa = job
            macros = [*extension.define_macros, *([("NXC_ISA", isa)] if isa else [])]
            flags = [*extension.extra_compile_args, *(ISAS[isa] if isa else [])]
            if os.path.basename(source) in PLAIN:
                flags += PLAIN_FLAGS
            key = crc32(repr((compiler, macros, flags)).encode())
            folder = os.path.join(self.build_temp, f"{isa or 'shared'}-{key:08x}")
            (target,) = self.compiler.object_filenames([source], output_dir=folder)
            newest = max(changed, os.path.getmtime(source))
            if not self.force and os.path.exists(target) and os.path.getmtime(target) > newest:
                return target
            self.compiler.compile(
                [source],
                output_dir=folder,
                macros=macros,
                include_dirs=extension.include_dirs,
                extra_postargs=flags,
            )
            return target

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            extension.extra_objects = list(pool.map(make, jobs))
        extension.sources = []


setup(
    cffi_modules=["build_c.py:ffibuilder"],
    cmdclass={"build_ext": BuildC},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
