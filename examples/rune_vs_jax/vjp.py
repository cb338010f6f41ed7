"""Section 3: products of a cotangent with the Jacobian."""

import nx
import rune


def square(x: nx.Array) -> nx.Array:
    """Return the squares."""
    return x * x


def main() -> None:
    """Pull cotangents back, at once and by a pullback that is kept."""
    x = nx.create(nx.float32, (3,), [1.0, 2.0, 3.0])
    y, g = rune.vjp(square, x, nx.asarray([1.0, 10.0, 100.0]))
    print("output:", y.tolist())
    print("product:", g.tolist())

    a, b = nx.asarray(2.0), nx.asarray(5.0)
    y, gs = rune.vjps(lambda xs: xs[0] * xs[1], [a, b], nx.asarray(1.0))
    print("of a list:", [float(g) for g in gs])

    y, pullback = rune.vjp_fun(square, x)
    print("first row:", pullback(nx.asarray([1.0, 0.0, 0.0]))[0].tolist())
    print("second row:", pullback(nx.asarray([0.0, 1.0, 0.0]))[0].tolist())
    print("Jacobian:", rune.jacrev(square)(x).tolist())


if __name__ == "__main__":
    main()
