"""Section 2: gradients of functions that return one number."""

import nx
import rune


def sum_of_squares(x: nx.Array) -> nx.Array:
    """Return the sum of the squares."""
    return nx.sum(x**2)


def of_two(x: nx.Array, y: nx.Array) -> nx.Array:
    """Return a function of two arguments."""
    return nx.sum(x**2 + y**3)


def of_list(inputs: list[nx.Array]) -> nx.Array:
    """Return the same function of a list."""
    return of_two(*inputs)


def with_prediction(x: nx.Array) -> tuple[nx.Array, nx.Array]:
    """Return a loss, and beside it what it was computed from."""
    prediction = nx.sin(x)
    return nx.sum(prediction**2), prediction


def main() -> None:
    """Print gradients in each of the forms."""
    x = nx.asarray([1.0, 2.0, 3.0])
    print("gradient:", rune.grad(sum_of_squares)(x).tolist())

    value, gradient = rune.value_and_grad(sum_of_squares)(x)
    print("value:", float(value))

    a, b = nx.asarray(3.0), nx.asarray(4.0)
    print("by argnums:", [float(g) for g in rune.grad(of_two, argnums=(0, 1))(a, b)])
    print("of a list:", [float(g) for g in rune.grads(of_list)([a, b])])
    value, gradients = rune.value_and_grads(of_list)([a, b])
    print("both of a list:", [float(value), [float(g) for g in gradients]])

    loss, gradient, prediction = rune.value_and_grad_aux(with_prediction)(x)
    print("loss beside aux:", float(loss))
    print("gradient beside aux:", gradient.tolist())
    print("aux:", prediction.tolist())

    derivative, point, found = (lambda x: x**4), nx.asarray(2.0), []
    for _ in range(4):
        found.append(float(derivative(point)))
        derivative = rune.grad(derivative)
    print("derivatives of x**4 at 2:", found)


if __name__ == "__main__":
    main()
