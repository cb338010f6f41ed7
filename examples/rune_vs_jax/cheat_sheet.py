"""Section 11: the cheat sheet's rows, one line each."""

import nx
import rune
from rune import Map, NoMap
from rune_testing import check_gradient, finite_diff


def f(x: nx.Array) -> nx.Array:
    """Return a number."""
    return nx.sum(x**3)


def h(xs: list[nx.Array]) -> nx.Array:
    """Return a number, of a list."""
    return nx.sum(xs[0] * xs[1])


def main() -> None:
    """Print each row's result."""
    x, y = nx.asarray([1.0, 2.0]), nx.asarray([3.0, 4.0])
    v = nx.asarray([1.0, -1.0])
    batch = nx.stack([x, y])
    print("grad:", rune.grad(f)(x).tolist())
    print("value_and_grad:", [part.tolist() for part in rune.value_and_grad(f)(x)])
    print("grads:", [g.tolist() for g in rune.grads(h)([x, y])])
    loss, gradient, aux = rune.value_and_grad_aux(lambda x: (f(x), x + 1.0))(x)
    print("value_and_grad_aux:", [float(loss), gradient.tolist(), aux.tolist()])
    print("grad of grad:", float(rune.grad(rune.grad(lambda x: x**3))(x[1])))
    print("vjp:", [part.tolist() for part in rune.vjp(nx.square, x, v)])
    print("jvp:", [part.tolist() for part in rune.jvp(nx.square, x, v)])
    print("detach:", rune.grad(lambda x: nx.sum(rune.detach(x) * x))(x).tolist())
    print("no_grad:", rune.grad(lambda x: nx.sum(rune.no_grad(lambda: x * x) * x))(x).tolist())
    print("vmap:", rune.vmap(f)(batch).tolist())
    print("vmaps:", rune.vmaps(h, in_axes=[Map(0), NoMap])([batch, v]).tolist())
    print("vmap of grad:", rune.vmap(rune.grad(f))(batch).tolist())
    print("check_gradient:", bool(check_gradient(f, x)))
    print("finite_diff:", finite_diff(f, x.astype(nx.float64)).tolist())
    print("debug:", float(rune.debug(f)(x)))


if __name__ == "__main__":
    main()
