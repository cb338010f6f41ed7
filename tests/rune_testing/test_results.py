"""What a check returns: made for `match`, true if it passed, readable."""

import subprocess
import sys

import nx
import pytest
import rune
from rune_testing import (
    TOLERANCES,
    Fail,
    FailedElement,
    GradientCheckResult,
    Pass,
    Tolerance,
    check_gradient,
)


def loss(x):
    """Return x**3 in sum, but with a constant in place of one factor of the second element."""
    factors = nx.stack([x[0], rune.detach(x[1])])
    return nx.sum(x * x * factors)


PASSED = check_gradient(lambda x: nx.sum(x * x), nx.asarray([1.0, 2.0], dtype=nx.float64))
FAILED = check_gradient(loss, nx.asarray([1.0, 2.0], dtype=nx.float64))


def told(result):
    """Read a result as the reference document does."""
    match result:
        case Pass(max_abs_error=e):
            return f"max error: {e:e}"
        case Fail() as failed:
            return f"{failed.num_failed} of {failed.num_checked} elements failed"


def test_match():
    assert told(PASSED).startswith("max error: ")
    assert told(FAILED) == "1 of 2 elements failed"
    match FAILED:
        case GradientCheckResult(passed=False, failed_indices=[(index, found, expected, error)]):
            assert index == (1,)
            assert found == pytest.approx(8.0)
            assert expected == pytest.approx(12.0)
            assert error == pytest.approx(4.0)
        case _:
            pytest.fail("does not match")


def test_truth_and_fields():
    assert PASSED
    assert not FAILED
    assert PASSED.passed is True
    assert FAILED.passed is False
    assert isinstance(PASSED, GradientCheckResult)
    assert isinstance(FAILED, GradientCheckResult)
    assert not isinstance(PASSED, Fail)
    assert (PASSED.num_checked, PASSED.num_failed, PASSED.failed_indices) == (2, 0, ())
    assert (FAILED.num_checked, FAILED.num_failed) == (2, 1)
    assert isinstance(FAILED.failed_indices[0], FailedElement)
    assert FAILED.max_abs_error == pytest.approx(4.0)
    assert FAILED.mean_abs_error == pytest.approx(2.0)
    assert FAILED.max_rel_error == pytest.approx(1 / 3)
    assert FAILED.mean_rel_error == pytest.approx(1 / 6)
    assert FAILED.failed_indices[0].abs_error == FAILED.max_abs_error


def test_a_result_does_not_change():
    with pytest.raises(AttributeError):
        PASSED.num_failed = 1
    with pytest.raises(TypeError):
        TOLERANCES["float32"] = Tolerance(1.0, 1.0)


def test_a_failure_is_readable():
    assert str(FAILED).splitlines() == [
        "failed: gradient of loss at float64[2], reverse mode, central differences,"
        " rtol=0.002 atol=0.002",
        "  1 of 2 elements out of tolerance",
        "  max error 4 absolute, 0.333 relative; mean 2, 0.167",
        "  index  autodiff  finite diff  abs error  rel error",
        "  [1]           8           12          4      0.333",
    ]


def test_a_pass_is_readable():
    lines = str(PASSED).splitlines()
    assert lines[0].startswith("passed: gradient of <lambda> at float64[2], reverse mode")
    assert lines[1] == "  2 elements within tolerance"
    assert len(lines) == 3


def test_many_failures_are_cut_at_the_ten_worst():
    result = check_gradient(lambda x: nx.sum(x * rune.detach(x)), nx.arange(1.0, 21.0))
    lines = str(result).splitlines()
    assert result.num_failed == len(result.failed_indices) == 20
    assert len(lines) == 3 + 1 + 10 + 1
    assert lines[4].split()[:2] == ["[19]", "20"]
    assert lines[-1] == "  and 10 more, less wrong"


def test_the_hint_of_nan_is_for_differences_only():
    """Of lanes, the second number is that of a loop: another step wouldn't help."""

    def hinted(index):
        failed = FailedElement(index, 1.0, float("nan"), float("nan"))
        return "\nhint: " in str(Fail(1.0, 1.0, 1.0, 1.0, 1, 1, (failed,)))

    assert hinted((0,))
    assert hinted(("order 2", 0))
    assert not hinted(("vmap of rev", 0, 0))


def test_verbose_prints_every_element(capsys):
    x = nx.asarray([1.0, 2.0], dtype=nx.float64)
    check_gradient(loss, x)
    assert capsys.readouterr().out == ""
    result = check_gradient(loss, x, verbose=True, vmap=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == result.title
    assert " ".join(lines[1].split()) == "index autodiff finite diff abs error rel error"
    assert lines[2].split()[:3] == ["[0]", "3", "3"]
    assert lines[3].split() == ["[1]", "8", "12", "4", "0.333", "FAIL"]
    assert " ".join(lines[4].split()) == "index vmap loop abs error rel error"
    assert len(lines) == 1 + 3 + 1 + 3 + 3 * 2 + 2
    assert lines[-2] == "  1 of 11 elements out of tolerance"


def test_importing_it_does_not_import_pytest():
    program = "import sys, rune_testing; print('pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
