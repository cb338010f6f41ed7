"""What `nox -s tests` does with arguments, on a session that only takes notes."""

import os
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


class RefusedError(Exception):
    pass


class Session:
    """As much of nox's as the sessions need; what they ask for is kept."""

    def __init__(self, *posargs):
        self.posargs = list(posargs)
        self.installed, self.ran = [], []

    def install(self, *what, **_):
        self.installed += what

    def run(self, *command, **_):
        self.ran.append(command)

    def warn(self, text):
        pass

    def error(self, text):
        raise RefusedError(text)


def load():
    """The noxfile's names, without nox, which no test environment has."""
    nox = types.ModuleType("nox")
    nox.Session, nox.options = Session, types.SimpleNamespace()
    nox.session = lambda function=None, **_: function or (lambda function: function)
    nox.project = types.SimpleNamespace(
        load_toml=lambda name: name, dependency_groups=lambda settings, group: [f"group:{group}"]
    )
    command = types.ModuleType("nox.command")
    command.CommandFailed = RefusedError
    names = {"__name__": "noxfile", "__file__": str(ROOT / "noxfile.py")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "nox", nox)
        patch.setitem(sys.modules, "nox.command", command)
        exec(compile((ROOT / "noxfile.py").read_text(), "noxfile.py", "exec"), names)
    return types.SimpleNamespace(**names)


@pytest.fixture(scope="module")
def chores():
    return load()


@pytest.mark.parametrize(("given", "wanted"), [("true", "1"), ("1", "1"), ("", None)])
def test_where_changes_are_checked_no_build_may_warn(monkeypatch, given, wanted):
    monkeypatch.setenv("CI", given)
    monkeypatch.setenv("NXC_WERROR", "to be restored")
    monkeypatch.delenv("NXC_WERROR")
    load()
    assert os.environ.get("NXC_WERROR") == wanted


def test_without_arguments_everything_is_run(chores, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # the wheels' step empties dist/
    session = Session()
    chores.tests(session)
    programs = [command[0] for command in session.ran]
    assert {"ruff", "mypy", "sphinx-build", "pytest", "python"} <= set(programs)
    assert session.ran[-1] == ("pytest", *chores.PARALLEL)


def test_with_arguments_only_the_suite_is_run(chores):
    session = Session("--nx-backend", "c", "-k", "grad")
    chores.tests(session)
    assert session.ran == [("pytest", "--nx-backend", "c", "-k", "grad")]
    assert "./packages/nx-core" in session.installed


@pytest.mark.parametrize("install", [("--install", "./theirs"), ("--install=./theirs",)])
def test_somebody_elses_backend_is_installed_last_and_kept_from_pytest(chores, install):
    session = Session(*install, "--nx-backend=theirs", "--install", "other>=1")
    chores.tests(session)
    assert session.ran == [("pytest", "--nx-backend=theirs")]
    assert session.installed[-2:] == ["./theirs", "other>=1"]


@pytest.mark.parametrize("arguments", [("--install",), ("-x", "--install=")])
def test_an_install_of_nothing_is_refused(chores, arguments):
    with pytest.raises(RefusedError) as caught:
        chores.tests(Session(*arguments))
    problem = "--install needs a path or a requirement: --install ./my_backend"
    assert str(caught.value) == problem


def test_the_torch_session_certifies_the_example(chores):
    session = Session()
    chores.torch(session)
    assert {chores.TORCH, "./examples/torch_backend"} <= set(session.installed)
    kit, own = session.ran
    assert kit[-2:] == ("--nx-backend", "torch")
    assert own[-1] == "tests/examples/test_torch_backend.py"
