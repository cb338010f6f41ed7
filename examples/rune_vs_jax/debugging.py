"""Section 8: watching a function, without a change in it."""

import nx
import rune


def f(x: nx.Array) -> nx.Array:
    """Return something of three operations."""
    return x * x + nx.sin(x)


def branching(x: nx.Array) -> nx.Array:
    """Return the magnitude; the condition reads a value, which debug shows."""
    return x if x > 0 else -x


def main() -> None:
    """Debug a function plainly, inside and around other transformations."""
    x = nx.asarray(2.0)
    print("value:", float(rune.debug(f)(x)))
    print("branch:", float(rune.debug(branching)(-x)))
    print("slope, debugged inside:", float(rune.grad(rune.debug(f))(x)))
    print("slope, debugged around:", float(rune.debug(rune.grad(f))(x)))
    lanes = rune.vmap(rune.debug(f))(nx.asarray([2.0, 3.0]))
    print("lanes:", lanes.tolist())


if __name__ == "__main__":
    main()
