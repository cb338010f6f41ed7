"""Build the extension, and say plainly what is missing where it can't be built."""

import shlex
import shutil
import sys
import sysconfig
from os import environ

from setuptools import setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, LinkError

REMEDY = (
    "install GCC or Clang, with Python's headers (Debian: apt install gcc python3-dev; "
    "macOS: xcode-select --install), or go on without this package: nx runs on NumPy alone"
)


class BuildC(build_ext):
    """``build_ext`` whose failure is one sentence with the remedy."""

    def build_extensions(self) -> None:
        """Build, after a look for the compiler."""
        compiler = shlex.split(environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[0]
        if shutil.which(compiler) is None:
            sys.exit(f"nx-cbackend: cannot build without a C compiler ({compiler!r}); {REMEDY}.")
        try:
            super().build_extensions()
        except (CompileError, LinkError):
            sys.exit(
                f"nx-cbackend: cannot build with {compiler!r} (its words stand above); {REMEDY}."
            )


setup(
    cffi_modules=["build_c.py:ffibuilder"],
    cmdclass={"build_ext": BuildC},
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
