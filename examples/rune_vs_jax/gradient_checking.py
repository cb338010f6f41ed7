"""Section 7: gradients held against finite differences."""

import nx
import rune
from rune_testing import Fail, Pass, check_gradient, check_gradients, finite_diff
from rune_testing import finite_diff_jacobian as differences


def right(x: nx.Array) -> nx.Array:
    """Return a function whose derivative rune knows."""
    return nx.sum(nx.sin(x) * x)


def wrong(x: nx.Array) -> nx.Array:
    """Return a function that hides half of its derivative."""
    return nx.sum(x * rune.detach(x))


def report(f, x: nx.Array) -> None:
    """Check f's gradient, and print how it went."""
    match check_gradient(f, x):
        case Pass() as result:
            print(f"{f.__name__} passed:", result.num_checked)
        case Fail() as result:
            print(f"{f.__name__} failed:", f"{result.num_failed}, {result.num_checked}")
            worst = result.failed_indices[0]
            print("worst element:", worst.index)
            print("its values:", [worst.autodiff_value, round(worst.finite_diff_value, 3)])


def main() -> None:
    """Check two functions, and print differences by themselves."""
    x = nx.asarray([0.3, 0.7, 2.0], dtype=nx.float64)
    report(right, x)
    report(wrong, x)

    print("central:", finite_diff(right, x).tolist())
    print("forward:", finite_diff(right, x, method="forward", eps=1e-5).tolist())
    print("Jacobian:", differences(nx.sin, x).tolist())
    results = check_gradients(lambda xs: nx.sum(xs[0] * xs[1]), [x, x + 1.0])
    print("both inputs:", [result.passed for result in results])


if __name__ == "__main__":
    main()
