"""Tools for testing functions that rune differentiates.

Differences are taken on the host through the public face of `nx` alone, so that they share no code
with the derivative rules that are held against them. pytest is not imported here; its fixtures
stand in `rune_testing.plugin`.
"""

from rune_testing._checking import assert_gradient, check_gradient, check_gradients
from rune_testing._finite_differences import finite_diff, finite_diff_jacobian
from rune_testing._results import (
    Fail,
    FailedElement,
    GradientCheckResult,
    GradientCheckResults,
    Pass,
)
from rune_testing._tolerances import TOLERANCES, Tolerance

__all__ = [
    "TOLERANCES",
    "Fail",
    "FailedElement",
    "GradientCheckResult",
    "GradientCheckResults",
    "Pass",
    "Tolerance",
    "assert_gradient",
    "check_gradient",
    "check_gradients",
    "finite_diff",
    "finite_diff_jacobian",
]
