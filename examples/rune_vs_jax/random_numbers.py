"""Random numbers: splittable keys as in JAX, and a generator for when keys are too much."""

import nx
import rune


def estimate(key: nx.Array) -> nx.Array:
    """Estimate pi by 2000 points in the unit square."""
    points = nx.random.uniform(key, (2000, 2))
    return 4.0 * nx.mean(nx.sum(points**2, axis=1) < 1.0)


def noisy(x: nx.Array) -> nx.Array:
    """Add noise; lanes that branch differently draw as they would without."""
    noise = nx.randn()
    return x + noise if x > 0 else x - noise


def main() -> None:
    """Draw from keys and from the generator, in lanes and alone."""
    key = nx.random.key(0)
    print("bits:", nx.random.bits(key, 3).tolist())
    keys = nx.random.split(key, 8)
    estimates = rune.vmap(estimate)(keys)
    print("estimates differ:", len(set(estimates.tolist())) > 1)
    print("their mean:", float(nx.mean(estimates)))

    x = nx.asarray([1.0, -1.0, 2.0])
    nx.seed(0)
    first = rune.vmap(noisy)(x)
    nx.seed(0)
    print("repeated:", rune.vmap(noisy)(x).tolist() == first.tolist())
    nx.seed(0)
    noise = rune.vmap(lambda x: nx.randn() + 0.0 * x)(x)
    print("noise of each lane:", noise.tolist())
    print("with noise:", first.tolist())

    # Samples have derivatives in their parameters.
    slope = rune.grad(lambda scale: nx.mean((scale * nx.random.normal(key, (5000,))) ** 2))
    print("slope of the variance at 3:", float(slope(nx.asarray(3.0))))


if __name__ == "__main__":
    main()
