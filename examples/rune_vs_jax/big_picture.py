"""Section 1: one array type, operations that run at once, arrays that never change."""

import nx
import rune


def loss(x: nx.Array) -> nx.Array:
    """Show what a differentiated function sees: an ordinary array with a value."""
    print("inside, the type is:", repr(type(x).__name__))
    print("inside, the value is:", x)
    return nx.sum(x * x)


def main() -> None:
    """Differentiate one function, then show that arrays stay as they are."""
    x = nx.asarray([1.0, 2.0, 3.0])
    print("gradient:", rune.grad(loss)(x).tolist())

    changed = x.at[0].set(10.0)
    print("changed:", changed.tolist())
    print("original:", x.tolist())
    print("device:", repr(str(nx.ones(2, device="numpy").device)))


if __name__ == "__main__":
    main()
