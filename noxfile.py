"""The project's chores, one session each: `nox -l` lists them.

Every session gets a fresh environment. The packages are always installed from
this checkout in one command, so that pip never looks for a sibling elsewhere.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["tests"]
nox.options.default_venv_backend = "venv"

ROOT = Path(__file__).parent
PURE = ["packages/nx-core", "packages/rune", "packages/rune-testing"]
C_BACKEND = "packages/nx-cbackend"
IMPORTS = {
    "packages/nx-core": "nx",
    "packages/nx-cbackend": "nx_cbackend",
    "packages/rune": "rune",
    "packages/rune-testing": "rune_testing",
}
PYTHONS = ["3.11", "3.12", "3.13"]
TORCH = "torch==2.13.0"
PARALLEL = ["-n", "auto", "--dist", "loadgroup"]
"""A worker for each core; tests/conftest.py tells which tests stay together."""
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
if IN_CI:
    os.environ.setdefault("NXC_WERROR", "1")  # every build of the C backend: no warnings


# What the sessions share ------------------------------------------------------


def install_group(session: nox.Session, group: str, *options: str) -> None:
    """Install a dependency group of the root pyproject.toml."""
    settings = nox.project.load_toml("pyproject.toml")
    session.install(*options, *nox.project.dependency_groups(settings, group))


def compiler() -> str | None:
    """Return the C compiler that a build would use, if there is one."""
    candidates = [os.environ.get("CC", "").split(" ")[0], "cc", "gcc", "clang"]
    return next((name for name in candidates if name and shutil.which(name)), None)


def why_no_c_backend() -> str | None:
    """Return why the C backend can't be tried here, or None if it can."""
    if not (ROOT / C_BACKEND / "pyproject.toml").exists():
        return "this checkout doesn't have it"
    if compiler() is None:
        return "no C compiler was found ($CC, cc, gcc, clang)"
    return None


def install_packages(session: nox.Session, *options: str) -> bool:
    """Install the packages, the C backend among them if it can be built here.

    Returns whether the C backend is there. Where it isn't, says why and goes on;
    in CI a compiler that can't build it is an error.
    """
    reason = why_no_c_backend()
    if reason is None:
        try:
            session.install(*options, *(f"./{path}" for path in [*PURE, C_BACKEND]))
        except CommandFailed:
            if IN_CI:
                raise
            reason = f"its build with {compiler()} failed (see above)"
        else:
            return True
    session.install(*options, *(f"./{path}" for path in PURE))
    session.warn(f"The C backend is left out: {reason}. Everything runs on the NumPy backend.")
    return False


def interpreter(version: str) -> str | None:
    """Return a Python of this version: one of pyenv's, or the one on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    built = sorted(
        (path for path in pyenv.glob(f"{version}.*") if path.suffix[1:].isdigit()),
        key=lambda path: int(path.suffix[1:]),
        reverse=True,
    )
    for candidate in [*(f"{path}/bin/python" for path in built), f"python{version}"]:
        found = shutil.which(candidate)
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return found
    return None


# Steps: each works in whatever environment it is handed -----------------------


def run_lint(session: nox.Session) -> None:
    install_group(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    sources = sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / C_BACKEND / "csrc").rglob("*.[ch]")
    )
    if sources:
        session.run("clang-format", "--dry-run", "--Werror", *sources)


def run_types(session: nox.Session) -> None:
    install_group(session, "types")
    session.run("mypy", *(f"{path}/src" for path in IMPORTS if (ROOT / path / "src").exists()))


def run_docs(session: nox.Session, *, with_c: bool) -> None:
    """Build the pages, and run every example in them and in the docstrings."""
    install_group(session, "docs")
    modules = [name for name in IMPORTS.values() if with_c or name != "nx_cbackend"]
    env = {"NX_BACKEND": "numpy"}
    session.run("sphinx-build", "-W", "--keep-going", "-qE", "docs", "docs/_build/html", env=env)
    session.run("pytest", "-q", "docs", "README.md", *package_readmes(), env=env)
    kit = "--ignore-glob=*/nx/testing/test_*.py"  # no examples: it has a step of its own
    session.run("pytest", "-q", "--doctest-modules", kit, "--pyargs", *modules, env=env)


def package_readmes() -> list[str]:
    return [f"{path}/README.md" for path in IMPORTS if (ROOT / path / "README.md").exists()]


def run_wheels(session: nox.Session, *pythons: str) -> None:
    """Build sdists, wheels from the sdists, and try each wheel by itself."""
    install_group(session, "build")
    shutil.rmtree("dist", ignore_errors=True)
    build = ("python", "-m", "build", "--outdir", "dist")
    for path in PURE:
        session.run(*build, path, silent=True)
    reason = why_no_c_backend()
    if reason is None:
        try:
            session.run(*build, C_BACKEND, silent=True)
        except CommandFailed:
            if IN_CI:
                raise
            reason = f"its build with {compiler()} failed (see above)"
    if reason is not None:
        session.warn(f"The C backend's wheel is left out: {reason}.")
    for python in pythons or ("python",):
        session.run(python, "tests/smoke_wheels.py", "dist", external=bool(pythons))


def split_arguments(session: nox.Session) -> tuple[list[str], list[str]]:
    """Part a session's arguments into what `--install` names and what goes to pytest."""
    wanted, others = [], []
    arguments = iter(session.posargs)
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if name != "--install":
            others.append(argument)
            continue
        value = value if equals else next(arguments, "")
        if not value:
            session.error("--install needs a path or a requirement: --install ./my_backend")
        wanted.append(value)
    return wanted, others


def run_suite(session: nox.Session, *options: str) -> None:
    """Run the whole suite; `options` are pip's.

    What `--install` names comes last, among packages that are there already.
    """
    wanted, arguments = split_arguments(session)
    install_group(session, "test", *options)
    session.install(*options, "-r", "examples/digits/requirements.txt")
    if wanted:
        session.install(*options, *wanted)
    session.run("pytest", *(arguments or PARALLEL))


def run_contract(session: nox.Session, *, with_c: bool) -> None:
    """Certify our own backends, strictly."""
    install_group(session, "test")
    kit = ("-p", "nx.testing.plugin", "--pyargs", "nx.testing", "--nx-strict", "--nx-backend")
    for backend in ("numpy", "c") if with_c else ("numpy",):
        session.run("pytest", "-q", "-c", os.devnull, *PARALLEL, *kit, backend)


def run_on_c(session: nox.Session) -> None:
    """Run the tests of nx and rune once more, on the C backend."""
    install_group(session, "test")
    session.run("pytest", "-q", *PARALLEL, "--nx-backend", "c", "tests/nx", "tests/rune")


# Sessions ---------------------------------------------------------------------


@nox.session
def tests(session: nox.Session) -> None:
    """Everything on one Python: lint, types, docs, wheels, then the whole suite.

    With arguments after `--` only the suite is run. They go to pytest, but for `--install PATH`,
    which installs somebody else's backend: `-- --install ./theirs --nx-backend theirs`.
    """
    with_c = install_packages(session)
    if session.posargs:
        run_suite(session)
        return
    steps = {
        "lint": run_lint,
        "types": run_types,
        "docs": functools.partial(run_docs, with_c=with_c),
        "wheels": run_wheels,
        "the contract of the backends": functools.partial(run_contract, with_c=with_c),
    }
    if with_c:
        steps["the suite on the C backend"] = run_on_c
    failed = []
    for name, step in steps.items():
        try:
            step(session)
        except CommandFailed:
            session.warn(f"{name} failed; what is left follows all the same")
            failed.append(name)
    run_suite(session)
    if failed:
        session.error(f"the suite passed, but not {', '.join(failed)}")


def suite_on(version: str) -> None:
    """Declare the session that runs the suite, and nothing else, on one Python."""
    python = interpreter(version)

    @nox.session(name=f"tests-{version}", python=python or False)
    def session_on(session: nox.Session) -> None:
        if python is None:
            session.skip(f"Python {version} is left out: no such interpreter was found")
        install_packages(session)
        run_suite(session)


for version in PYTHONS:
    suite_on(version)


@nox.session(python=interpreter("3.11"))
def lowest(session: nox.Session) -> None:
    """Run the suite with the lowest dependencies that the packages allow."""
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("\n".join(lowest_dependencies()) + "\n")
    options = ("--constraint", str(constraints))
    install_packages(session, *options)
    run_suite(session, *options)


def lowest_dependencies() -> list[str]:
    """Return the packages' lower bounds as exact versions."""
    bounds = set()
    for path in IMPORTS:
        file = ROOT / path / "pyproject.toml"
        project = tomllib.loads(file.read_text())["project"] if file.exists() else {}
        bounds |= {line for line in project.get("dependencies", []) if ">=" in line}
    return sorted(line.replace(">=", "==") for line in bounds)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format, of Python and of C."""
    run_lint(session)


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of all packages, strictly."""
    install_packages(session)
    run_types(session)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation and run every example in it."""
    run_docs(session, with_c=install_packages(session))


@nox.session
def wheels(session: nox.Session) -> None:
    """Build sdists and wheels into dist/, and try each in an environment of its own."""
    run_wheels(session, *filter(None, map(interpreter, PYTHONS)))


@nox.session
def demo(session: nox.Session) -> None:
    """Train a network on handwritten digits: `nox -s demo -- --help` lists its options."""
    install_packages(session)
    session.install("-r", "examples/digits/requirements.txt")
    session.run("python", "examples/digits/train.py", *session.posargs)


@nox.session
def jax(session: nox.Session) -> None:
    """Compare with JAX itself what it can do too; arguments after `--` go to pytest."""
    install_packages(session)
    install_group(session, "test")
    session.install("jax")
    env = {"JAX_ENABLE_X64": "1", "JAX_PLATFORMS": "cpu", "NX_BACKEND": "numpy"}
    session.run("pytest", "-q", *PARALLEL, "tests/against_jax", *session.posargs, env=env)


@nox.session
def torch(session: nox.Session) -> None:
    """Certify the example backend on PyTorch's tensors; arguments after `--` go to its tests."""
    install_packages(session)
    install_group(session, "test")
    session.install(TORCH, "-r", "examples/digits/requirements.txt")
    session.install("./examples/torch_backend")
    kit = ("-p", "nx.testing.plugin", "--pyargs", "nx.testing", "--nx-backend", "torch")
    session.run("pytest", "-q", "-c", os.devnull, *kit)
    session.run("pytest", "-q", "tests/examples/test_torch_backend.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Time the packages against NumPy; `-- --peers` installs what else they are held against."""
    install_packages(session)
    arguments = list(session.posargs)
    if "--peers" in arguments:
        arguments.remove("--peers")
        session.install(TORCH, "jax", "mlx[cpu]", "autograd", "numexpr", "scipy")
    session.run("python", "benchmarks/run.py", *arguments)


VALUES = ("accuracy", "accuracy_complex", "accuracy_special", "elementwise", "reduce", "scan")


@nox.session
def compilers(session: nox.Session) -> None:
    """Build the C backend with GCC and with Clang, warnings as errors, and try its values."""
    if not any(map(shutil.which, ("gcc", "clang"))):
        session.skip("The C backend is left out: neither gcc nor clang was found")
    install_group(session, "test")
    session.install("./packages/nx-core", "cffi")
    for name in ("gcc", "clang"):
        if shutil.which(name) is None:
            session.warn(f"{name} is left out: it wasn't found")
            continue
        build_c(session, CC=name, NXC_WERROR="1")
        session.run("python", "-I", "tests/nx_cbackend/smoke.py", name)
        session.run("pytest", *PARALLEL, *(f"tests/nx_cbackend/test_{each}.py" for each in VALUES))


SANITIZERS = {  # by name: its run-time library, and the tests it watches
    "address,undefined": (
        "libasan.so",
        [*PARALLEL, "--pyargs", "nx.testing", "tests/nx_cbackend", "--nx-backend", "c"],
    ),
    "thread": ("libtsan.so", ["tests/nx_cbackend/test_threads.py"]),
}


@nox.session
def sanitize(session: nox.Session) -> None:
    """Run contract and tests of the C backend under ASan and UBSan, its threads under TSan."""
    if shutil.which("gcc") is None:
        session.skip("The C backend is left out: the sanitizers are GCC's, and gcc wasn't found")
    install_group(session, "test")
    session.install(*(f"./{path}" for path in PURE), "cffi")
    for sanitizer, (library, tests) in SANITIZERS.items():
        flags = f"-fsanitize={sanitizer} -fno-sanitize-recover=all -g -O1"
        build_c(session, CC="gcc", NXC_CFLAGS=flags, NXC_PLANTED="1", NXC_WERROR="0")
        watched = under(library)
        session.run(*watched, "python", "-m", "tests.nx_cbackend.planted", sanitizer, external=True)
        # --capture=sys: a report must outlive the process that it ends
        session.run(*watched, "pytest", "--capture=sys", *tests, external=True)


def build_c(session: nox.Session, **settings: str) -> None:
    """Build the C backend anew, with these settings, beside what it needs."""
    session.install("--no-deps", "--force-reinstall", f"./{C_BACKEND}", env=settings)


def under(library: str) -> list[str]:
    """Return what a command begins with that a sanitizer's run-time library watches.

    TSan finds no room where addresses are too random (vm.mmap_rnd_bits); setarch may end that.
    """
    found = subprocess.run(["gcc", f"-print-file-name={library}"], capture_output=True, text=True)
    preload = [
        "env",
        f"LD_PRELOAD={found.stdout.strip()}",
        "ASAN_OPTIONS=detect_leaks=0",  # Python's own, at its exit
        "TSAN_OPTIONS=halt_on_error=1 die_after_fork=0",  # forks are what some tests are about
        "PYTHONMALLOC=malloc",  # so that ASan knows small objects too
    ]
    still = ["setarch", "-R"]
    works = shutil.which("setarch") and subprocess.run([*still, "true"]).returncode == 0
    return [*still, *preload] if works else preload
