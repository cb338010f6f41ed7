"""A network of one hidden layer, its loss, and gradient descent with momentum.

Parameters, their gradient and its running mean are trees of one shape: a dict of
layers. `rune` differentiates with respect to the whole tree, and an update is one
expression mapped over the leaves.
"""

from __future__ import annotations

from typing import NamedTuple

import nx
import optree
import rune
from nx import Array

__all__ = ["Layer", "Network", "accuracy", "initialize", "loss", "predict", "step"]

PIXELS, HIDDEN, CLASSES = 64, 128, 10
MOMENTUM = 0.9
WEIGHT_DECAY = 1e-3


class Layer(NamedTuple):
    """An affine map, x @ weights + bias."""

    weights: Array
    bias: Array


Network = dict[str, Layer]


def initialize(key: Array) -> Network:
    """Draw a network; the scale of the weights keeps signals alive through a relu."""

    def layer(key: Array, inputs: int, outputs: int) -> Layer:
        scale = (2.0 / inputs) ** 0.5
        return Layer(nx.random.normal(key, (inputs, outputs)) * scale, nx.zeros(outputs))

    first, second = nx.random.split(key)
    return {"hidden": layer(first, PIXELS, HIDDEN), "readout": layer(second, HIDDEN, CLASSES)}


def logits(network: Network, images: Array) -> Array:
    """Return the network's scores, one for each class."""
    hidden, readout = network["hidden"], network["readout"]
    return nx.relu(images @ hidden.weights + hidden.bias) @ readout.weights + readout.bias


def loss(network: Network, images: Array, labels: Array) -> Array:
    """Return the mean cross-entropy: minus the logarithm of the right class's probability."""
    log_probabilities = nx.log_softmax(logits(network, images))
    return -nx.mean(nx.take_along_axis(log_probabilities, labels[:, None], axis=1))


def predict(network: Network, images: Array) -> Array:
    """Return the likeliest class of each image."""
    return nx.argmax(logits(network, images), axis=1)


def accuracy(network: Network, images: Array, labels: Array) -> float:
    """Return the share of images that are read right."""
    return float(nx.mean((predict(network, images) == labels).astype(nx.float32)))


loss_and_gradient = rune.value_and_grad(loss)


def step(
    network: Network, velocity: Network, images: Array, labels: Array, rate: float
) -> tuple[Network, Network, Array]:
    """Take one step down the loss of a batch; return the new network and velocity, and the loss."""
    value, gradient = loss_and_gradient(network, images, labels)
    velocity = optree.tree_map(
        # weight decay pulls every parameter towards 0, and stands in for more data
        lambda v, g, p: MOMENTUM * v + g + WEIGHT_DECAY * p,
        velocity,
        gradient,
        network,
    )
    network = optree.tree_map(lambda p, v: p - rate * v, network, velocity)
    return network, velocity, value
