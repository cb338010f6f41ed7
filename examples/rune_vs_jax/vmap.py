"""Section 6: mapping over an axis."""

import nx
import rune
from rune import Map, NoMap, OutSingle, Single


def f(x: nx.Array) -> nx.Array:
    """Return the sum of the squares, of one example."""
    return nx.sum(x**2)


def loss(w: nx.Array, x: nx.Array) -> nx.Array:
    """Return one example's loss."""
    return nx.sum(w * x) ** 2


def main() -> None:
    """Map, choose axes, and differentiate inside the lanes."""
    batch = nx.reshape(nx.arange(6.0), (3, 2))
    print("rows:", rune.vmap(f)(batch).tolist())
    print("columns:", rune.vmap(f, in_axes=1)(batch).tolist())
    print("columns, in words:", rune.vmap(f, in_axes=Single(Map(1)))(batch).tolist())

    factor = nx.asarray([10.0, 100.0])
    scaled = rune.vmaps(lambda xs: xs[0] * xs[1], in_axes=[Map(0), NoMap])
    print("shared factor:", scaled([batch, factor]).tolist())
    behind = rune.vmap(lambda x: x * factor, out_axes=OutSingle(1))
    print("lanes behind:", behind(batch).tolist())

    each = rune.vmap(rune.grad(loss), in_axes=(None, 0))(factor, batch)
    print("gradient of each example:", each.tolist())

    shares = rune.vmap(lambda x: x / rune.psum(x, "i"), axis_name="i")
    print("shares:", shares(nx.asarray([1.0, 3.0, 4.0])).tolist())
    try:
        rune.vmap(f, out_axes=OutSingle(None))(batch)
    except nx.AxisError as error:
        print("out_axes=None of what differs:", repr(str(error).partition("\n")[0]))


if __name__ == "__main__":
    main()
