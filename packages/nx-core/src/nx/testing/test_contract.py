"""The suite that certifies a backend: each test is one check of one primitive in one dtype.

It runs under the plugin, which knows the backend: see `nx.testing.plugin`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nx.testing import (
    NAMES,
    ROWS,
    SHORT,
    ContractError,
    Lacking,
    Row,
    check_declarations,
    check_eager,
    check_edges,
    check_layouts,
    check_memory,
    check_refusals,
    check_round_trip,
    check_scalars,
    check_shapes,
    check_values,
    how_it_runs,
)
from nx.testing.plugin import REPORT, Report

PAIRS = [(name, dtype) for name, row in ROWS.items() for dtype in row.dtypes]


def pairs(wanted: Callable[[Row, str], bool] = lambda row, dtype: True) -> pytest.MarkDecorator:
    """Parametrize by primitive and dtype, those whose row has what the check needs."""
    chosen = [(name, dtype) for name, dtype in PAIRS if wanted(ROWS[name], dtype)]
    return pytest.mark.parametrize(("name", "dtype"), chosen, ids=[f"{a}-{b}" for a, b in chosen])


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    if REPORT not in request.config.stash:
        pytest.skip("the contract kit runs under -p nx.testing.plugin")
    return request.config.stash[REPORT]


def certify(report: Report, check: Callable[..., None], name: str, dtype: str) -> None:
    """Run a check; what the backend lacks is skipped, and in strict mode a failure."""
    row = ROWS[name]
    try:
        how = how_it_runs(report.subject, row, dtype)
        check(report.subject, row, dtype)
        report.how[name, dtype] = how
    except Lacking as lacking:
        if not report.strict:
            pytest.skip(f"not declared: {lacking}")
        report.failed.add(name)
        pytest.fail(f"{name}({dtype}) on {report.name!r}: {lacking}", pytrace=False)
    except ContractError as error:
        report.failed.add(name)
        pytest.fail(str(error), pytrace=False)
    except BaseException:
        report.failed.add(name)
        raise


@pairs()
def test_values(report: Report, name: str, dtype: str) -> None:
    certify(report, check_values, name, dtype)


@pairs(lambda row, dtype: any(s.operands for s in row.samples_of(dtype)))
def test_layouts(report: Report, name: str, dtype: str) -> None:
    certify(report, check_layouts, name, dtype)


@pairs()
def test_memory(report: Report, name: str, dtype: str) -> None:
    certify(report, check_memory, name, dtype)


@pairs(lambda row, dtype: row.edges is not None)
def test_edges(report: Report, name: str, dtype: str) -> None:
    certify(report, check_edges, name, dtype)


@pairs(lambda row, dtype: row.free)
def test_shapes(report: Report, name: str, dtype: str) -> None:
    certify(report, check_shapes, name, dtype)


@pairs(lambda row, dtype: any(r.dtypes is None or dtype in r.dtypes for r in row.refusals))
def test_refusals(report: Report, name: str, dtype: str) -> None:
    certify(report, check_refusals, name, dtype)


def short(report: Report, check: Callable[..., None], name: str, dtype: str) -> None:
    """Run a check of a short path, which a backend may go without."""
    try:
        check(report.subject, ROWS[name], dtype)
    except Lacking as lacking:
        pytest.skip(str(lacking))
    except ContractError as error:
        report.failed.add(name)
        pytest.fail(str(error), pytrace=False)


@pairs(lambda row, dtype: row.primitive in SHORT)
def test_eager_kernel(report: Report, name: str, dtype: str) -> None:
    short(report, check_eager, name, dtype)


@pairs(lambda row, dtype: row.primitive in SHORT and len(row.samples[0].operands) == 2)
def test_scalar_kernel(report: Report, name: str, dtype: str) -> None:
    short(report, check_scalars, name, dtype)


@pytest.mark.parametrize("dtype", NAMES)
def test_round_trip(report: Report, dtype: str) -> None:
    if not report.subject.stores(dtype):
        if report.strict:
            pytest.fail(f"{report.name!r} declares no storage of {dtype}", pytrace=False)
        pytest.skip("not declared")
    try:
        check_round_trip(report.subject, dtype)
    except ContractError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.mark.parametrize("name", list(ROWS))
def test_declarations(report: Report, name: str) -> None:
    try:
        check_declarations(report.subject, ROWS[name])
    except ContractError as error:
        report.failed.add(name)
        pytest.fail(str(error), pytrace=False)
