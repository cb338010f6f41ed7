"""Section 4: products of the Jacobian with a tangent."""

import nx
import rune


def square(x: nx.Array) -> nx.Array:
    """Return the squares."""
    return x * x


def energy(x: nx.Array) -> nx.Array:
    """Return the sum of the cubes."""
    return nx.sum(x**3)


def main() -> None:
    """Push tangents forward."""
    x = nx.create(nx.float32, (3,), [1.0, 2.0, 3.0])
    v = nx.asarray([1.0, 0.5, -1.0])
    y, tangent = rune.jvp(square, x, v)
    print("output:", y.tolist())
    print("tangent:", tangent.tolist())

    a, b = nx.asarray(2.0), nx.asarray(5.0)
    _, tangent = rune.jvps(lambda xs: xs[0] * xs[1], [a, b], [nx.asarray(1.0), nx.asarray(10.0)])
    print("of a list:", float(tangent))

    _, tangent, aux = rune.jvp_aux(lambda x: (nx.sum(x * x), x + 1.0), x, v)
    print("beside aux:", float(tangent))
    print("aux:", aux.tolist())

    print("Jacobian:", rune.jacfwd(square)(x).tolist())
    print("Hessian:", rune.hessian(energy)(x).tolist())
    print("Hessian times v:", rune.hvp(energy, x, v).tolist())


if __name__ == "__main__":
    main()
