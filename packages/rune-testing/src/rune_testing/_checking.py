"""Gradients checked against finite differences: the functions that users call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

from rune_testing._autodiff import Mode
from rune_testing._differences import Method
from rune_testing._plan import Plan, Settings
from rune_testing._points import Point
from rune_testing._report import table
from rune_testing._results import GradientCheckResult, GradientCheckResults, result

__all__ = ["assert_gradient", "check_gradient", "check_gradients"]


def _checked(f: Callable[[Any], Any], x: Any, plan: Plan, which: str = "") -> GradientCheckResult:
    point = Point(x, plan.operation)
    rows = plan.rows(f, point)
    found = result(rows, which + plan.title(f, point, rows))
    if plan.verbose:
        lines = [found.title, *table(rows), *str(found).splitlines()[1:3]]
        sys.stdout.write("\n".join(lines) + "\n")
    return found


def check_gradient(
    f: Callable[[Any], Any],
    x: Any,
    *,
    eps: float | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    verbose: bool = False,
    check_indices: Sequence[Any] | None = None,
    method: Method = "central",
    mode: Mode = "rev",
    order: int = 1,
    vmap: bool = False,
    holomorphic: bool = False,
    tolerances: Mapping[Any, Any] | None = None,
) -> GradientCheckResult:
    """Check the gradient of f at x, element by element, against finite differences.

    Parameters
    ----------
    f : callable
        Takes one tree like x, returns a floating array of shape ().
    x : Array or tree of Array, any shapes, floating or complex
        The point.
    eps : float, optional
        The step of the differences; by default it follows the dtype, as in `finite_diff`.
    rtol, atol : float, optional
        An element passes when its relative or its absolute error is within these. By default 2e-3,
        and more in float16 and bfloat16, whose differences can't be that good: see `TOLERANCES`.
        The coarsest dtype of x and the result counts.
    verbose : bool
        Whether to print a table of all elements.
    check_indices : sequence of int or tuple of int, optional
        The elements to check, all by default. An int counts through all leaves of x in row-major
        order; a tuple is an index into x, if x is one array.
    method : {"central", "forward", "backward"}
        Which two values of f are subtracted.
    mode : {"rev", "fwd", "both"}
        Whether derivatives are computed in reverse mode, in forward mode (one run for each
        element), or both are checked.
    order : int
        Check derivatives up to this order. For the second one, the gradient is contracted with
        fixed random weights, and the gradient of that is checked, and so on.
    vmap : bool
        Whether to check, too, that `rune.vmap` of f and of its gradient gives what a loop gives, to
        half the digits of the coarsest dtype, at x and at two points 3 % away from it.
    holomorphic : bool
        Whether f is a holomorphic function of complex arguments.
    tolerances : mapping from dtype or its name to Tolerance, optional
        What replaces the entries of `TOLERANCES`; ``rtol`` and ``atol`` go before it.

    Returns
    -------
    Pass or Fail
        A `GradientCheckResult`, true if it passed.

    Raises
    ------
    DTypeError
        If x or the result is neither floating nor complex, or if f is complex where
        ``holomorphic`` doesn't say so.
    ShapeError
        If f doesn't return a scalar.
    TypeError
        If f returns a tree or something that is no array.
    ValueError
        For a setting that makes no sense, or for a function that gives different values at the
        same point.
    IndexError
        If ``check_indices`` names an element that x doesn't have.

    Notes
    -----
    A NaN in the derivative or in the difference is a failure. Calls f twice for each element of x.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import Fail, Pass, check_gradient
    >>> def f(x):
    ...     return nx.sum(x * nx.sin(x))
    >>> match check_gradient(f, nx.asarray([0.5, 1.0, 2.0])):
    ...     case Pass() as result:
    ...         print(result.num_checked, "elements, within 0.001:", result.max_abs_error < 1e-3)
    ...     case Fail() as result:
    ...         print(f"{result.num_failed} of {result.num_checked} elements failed")
    3 elements, within 0.001: True
    """
    plan = Plan(
        operation="check_gradient",
        eps=eps,
        rtol=rtol,
        atol=atol,
        verbose=verbose,
        check_indices=check_indices,
        method=method,
        mode=mode,
        order=order,
        vmap=vmap,
        holomorphic=holomorphic,
        tolerances=tolerances,
    )
    return _checked(f, x, plan)


def check_gradients(
    f: Callable[[list[Any]], Any], xs: Sequence[Any], **settings: Unpack[Settings]
) -> GradientCheckResults:
    """Check the gradients of a function of a list, one input at a time.

    Parameters
    ----------
    f : callable
        Takes a list like xs, returns a floating array of shape ().
    xs : sequence of Array or of trees of Array
        The inputs. While one is checked, the others are constants.
    **settings
        As in `check_gradient`, the same for each input.

    Returns
    -------
    GradientCheckResults
        A tuple with one `GradientCheckResult` for each input; unlike other tuples it is true only
        if all passed.

    Raises
    ------
    TypeError
        If xs is no sequence.
    ValueError
        If xs is empty.

    Notes
    -----
    Raises what `check_gradient` raises, too. Mixed second derivatives are not met here; for them
    hand the list to ``check_gradient(f, xs, order=2)``.

    Examples
    --------
    >>> import nx
    >>> from rune_testing import check_gradients
    >>> xs = [nx.asarray([1.0, 2.0]), nx.asarray([3.0, 4.0])]
    >>> for result in check_gradients(lambda xs: nx.sum(xs[0] * xs[1]), xs):
    ...     print(result.passed, result.num_checked)
    True 2
    True 2
    """
    plan = Plan.of("check_gradients", settings)
    if not isinstance(xs, (list, tuple)):
        raise TypeError(
            f"check_gradients: cannot take a {type(xs).__name__} as the inputs (a list is needed)\n"
            "hint: check_gradient takes one array or tree"
        )
    if not xs:
        raise ValueError("check_gradients: cannot check a function without inputs")

    def alone(i: int) -> Callable[[Any], Any]:
        def of_one(x: Any) -> Any:
            return f([*xs[:i], x, *xs[i + 1 :]])

        of_one.__name__ = getattr(f, "__name__", type(f).__name__)
        return of_one

    return GradientCheckResults(
        _checked(alone(i), x, plan, f"input {i}: ") for i, x in enumerate(xs)
    )


def assert_gradient(
    f: Callable[[Any], Any], x: Any, **settings: Unpack[Settings]
) -> GradientCheckResult:
    """Raise unless the gradient of f at x agrees with finite differences.

    Parameters
    ----------
    f, x, **settings
        As in `check_gradient`.

    Returns
    -------
    Pass
        What was found.

    Raises
    ------
    AssertionError
        If an element is out of tolerance; the message is the printed `Fail`.

    Notes
    -----
    Raises what `check_gradient` raises, too.

    Examples
    --------
    >>> import nx, rune
    >>> from rune_testing import assert_gradient
    >>> assert_gradient(lambda x: x * x, nx.asarray(3.0)).num_checked
    1
    >>> try:
    ...     assert_gradient(lambda x: x * rune.detach(x), nx.asarray(3.0))
    ... except AssertionError as error:
    ...     print(str(error).splitlines()[1].strip())
    1 of 1 element out of tolerance
    """
    __tracebackhide__ = True  # pytest shows the caller's line instead
    found = _checked(f, x, Plan.of("assert_gradient", settings))
    if not found:
        raise AssertionError(str(found))
    return found
