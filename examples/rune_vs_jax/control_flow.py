"""Section 9: Python's own control flow, also where lanes disagree."""

import nx
import rune


def magnitude(x: nx.Array) -> nx.Array:
    """Branch."""
    if x > 0:
        return x
    return -x


def halved(x: nx.Array) -> nx.Array:
    """Loop until a condition holds."""
    while abs(x) > 1.0:
        x = x / 2.0
    return x


def factorial(n: nx.Array) -> nx.Array:
    """Recur."""
    return nx.ones_like(n) if n <= 1 else n * factorial(n - 1)


def power(x: nx.Array, n: nx.Array) -> nx.Array:
    """Loop over a count that is data."""
    result = nx.ones_like(x)
    for _ in range(int(n)):
        result = result * x
    return result


def guarded(x: nx.Array) -> nx.Array:
    """Raise and catch."""
    try:
        assert x > 0
        return nx.log(x)
    except AssertionError:
        return x * 0.0


def main() -> None:
    """Run each in lanes that disagree."""
    x = nx.asarray([1.0, -2.0, 3.0, -4.0])
    mapped = rune.vmap(magnitude)
    print("magnitude:", mapped(x).tolist())
    print("runs:", mapped.runs)
    print("its slopes:", rune.vmap(rune.grad(magnitude))(x).tolist())
    print("halved:", rune.vmap(halved)(x).tolist())
    print("slopes of halved:", rune.vmap(rune.grad(halved))(x).tolist())
    print("factorial:", rune.vmap(factorial)(nx.asarray([1.0, 3.0, 5.0, 3.0])).tolist())
    print("power:", rune.vmap(power)(x, nx.asarray([5, 2, 3, 2])).tolist())
    print("guarded:", rune.vmap(guarded)(x).tolist())


if __name__ == "__main__":
    main()
