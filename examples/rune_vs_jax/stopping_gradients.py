"""Section 5: constants to the derivative, one array or a whole block."""

import nx
import rune


def centred(x: nx.Array) -> nx.Array:
    """Measure the spread around a mean that counts as constant."""
    return nx.sum((x - rune.detach(nx.mean(x))) ** 3)


def in_a_block(x: nx.Array) -> nx.Array:
    """Do the same, with all that the block computes as a constant."""
    with rune.no_grad():
        mean = nx.sum(x) / x.size
    return nx.sum((x - mean) ** 3)


def by_a_function(x: nx.Array) -> nx.Array:
    """Do the same, with what a function returns as a constant."""
    return nx.sum((x - rune.no_grad(lambda: nx.mean(x))) ** 3)


def followed(x: nx.Array) -> nx.Array:
    """Do the same, with the mean followed."""
    return nx.sum((x - nx.mean(x)) ** 3)


def main() -> None:
    """Print the gradient of each."""
    x = nx.asarray([1.0, 2.0, 6.0])
    for f in (centred, in_a_block, by_a_function, followed):
        print(f"{f.__name__}:", rune.grad(f)(x).tolist())


if __name__ == "__main__":
    main()
