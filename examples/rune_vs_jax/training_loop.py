"""A training loop: a small network learns the sine from examples."""

import math

import nx
import rune

Network = dict[str, nx.Array]


def initial(key: nx.Array, width: int) -> Network:
    """Return a network with one hidden layer."""
    first, second = nx.random.split(key)
    return {
        "inner": nx.random.normal(first, (width,)),
        "offset": nx.random.uniform(second, (width,), minval=-2.0, maxval=2.0),
        "outer": nx.zeros((width,)),
    }


def predict(network: Network, x: nx.Array) -> nx.Array:
    """Return the network's value at one point."""
    hidden = nx.tanh(network["inner"] * x + network["offset"])
    return nx.sum(network["outer"] * hidden)


def loss(network: Network, x: nx.Array, y: nx.Array) -> nx.Array:
    """Return the mean squared error over a batch, written for one example."""
    errors = rune.vmap(lambda x, y: (predict(network, x) - y) ** 2)(x, y)
    return nx.mean(errors)


def main() -> None:
    """Train, and compare with the sine."""
    x = nx.linspace(-3.0, 3.0, 50)
    y = nx.sin(x)
    network = initial(nx.random.key(0), 20)
    velocity = {name: nx.zeros_like(value) for name, value in network.items()}
    step = rune.value_and_grad(loss)

    losses = []
    for _ in range(300):
        value, gradient = step(network, x, y)
        velocity = {name: 0.9 * velocity[name] - 0.02 * gradient[name] for name in network}
        network = {name: network[name] + velocity[name] for name in network}
        losses.append(float(value))

    print("first loss:", losses[0])
    print("last loss:", losses[-1])
    print("at pi / 2:", float(predict(network, nx.asarray(math.pi / 2))))
    slope = rune.grad(predict, argnums=1)(network, nx.asarray(0.0))
    print("slope at 0:", float(slope))


if __name__ == "__main__":
    main()
