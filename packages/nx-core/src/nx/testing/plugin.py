"""The pytest plugin of the contract kit: its options, and what it reports.

    pytest -p nx.testing.plugin --pyargs nx.testing --nx-backend NAME

It also makes the named backend the default one, so any suite of tests can be run on it.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, Final

import pytest

from nx.backends import backends
from nx.primitives import P
from nx.testing._subject import Subject
from nx.testing._tolerances import Tolerance, parse_tolerances

__all__ = ["Report", "pytest_addoption", "pytest_configure", "pytest_report_header"]


class Report:
    """What this run certifies, and what it has found so far."""

    def __init__(
        self, name: str, strict: bool, tolerances: dict[tuple[str, str], Tolerance]
    ) -> None:
        self.name = name
        self.strict = strict
        self.tolerances = tolerances
        self.how: dict[tuple[str, str], str] = {}
        self.failed: set[str] = set()
        self._subject: Subject | None = None

    @property
    def subject(self) -> Subject:
        """The backend under test, loaded when it is first needed."""
        if self._subject is None:
            self._subject = Subject.named(self.name, self.tolerances, strict=self.strict)
        return self._subject

    @property
    def mode(self) -> str:
        """``"strict"`` or ``"declared-only"``."""
        return "strict" if self.strict else "declared-only"

    def lines(self) -> list[str]:
        """Return the summary: how many primitives run how, and what was overridden."""
        kinds = Counter(self.how.values())
        names = {how: {name for (name, _), h in self.how.items() if h == how} for how in kinds}
        native = names.get("native", set())
        certified = {name for name, _ in self.how} - self.failed
        lines = [
            f"{len(certified)} of {len(P)} primitives certified, {self.mode}; "
            f"{len(native)} declared by the backend itself, "
            f"{len(names.get('numpy', set()) - native)} fallen back to NumPy, "
            f"{len(names.get('decomposed', set()) - native)} decomposed",
        ]
        pairs = ", ".join(f"{count} {how}" for how, count in sorted(kinds.items()))
        lines.append(f"pairs of primitive and dtype: {pairs}")
        if self.failed:
            lines.append(f"not certified: {', '.join(sorted(self.failed))}")
        lines += [f"tolerance overridden: {each}" for each in self.tolerances.values()]
        return lines


REPORT: Final = pytest.StashKey[Report]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("nx")
    group.addoption(
        "--nx-backend",
        metavar="NAME",
        default="numpy",
        help="the nx backend to run on (default: numpy, whichever others are there)",
    )
    group.addoption(
        "--nx-strict",
        action="store_true",
        help="certify every primitive in every dtype it takes; what the backend lacks is a failure",
    )
    group.addoption(
        "--nx-tolerance",
        metavar='PRIMITIVE:DTYPE=ULPS:"REASON"',
        action="append",
        default=[],
        help="allow another error, with the reason; * for every dtype; may be repeated",
    )
    parser.addini(
        "nx_tolerances", "overrides as of --nx-tolerance, one a line", type="linelist", default=[]
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make the backend the default one; subprocesses inherit that."""
    name = config.getoption("--nx-backend")
    os.environ["NX_BACKEND"] = name
    given = [*config.getini("nx_tolerances"), *config.getoption("--nx-tolerance")]
    try:
        tolerances = parse_tolerances(given)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[REPORT] = Report(name, config.getoption("--nx-strict"), tolerances)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Name the backend, its version, the mode and the overrides."""
    report = config.stash[REPORT]
    found = [b for b in backends() if b["name"] == report.name.partition(":")[0]]
    origin = f", {found[0]['distribution']} {found[0]['version']}".rstrip() if found else ""
    lines = [f"nx backend: {report.name}{origin} ({report.mode} if certified)"]
    return lines + [f"tolerance overridden: {each}" for each in report.tolerances.values()]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Count what was certified."""
    report = config.stash[REPORT]
    if report.how:
        terminalreporter.section(f"contract of the nx backend {report.name!r}")
        for line in report.lines():
            terminalreporter.write_line(line)
