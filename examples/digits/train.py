"""Train a small network to read handwritten digits, and show what it learned.

    python examples/digits/train.py [--epochs N] [--out FOLDER] [--shuffle-labels]

Every random number comes from a key, so a run gives the same result again. The
digits are split once, by `nx.random.key(0)`, and the accuracy reported is that
after the last epoch: neither the split nor the epoch is chosen by its outcome.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import data
import model
import nx
import optree
import plots
from nx import Array
from tqdm import tqdm

SPLIT, TRAINING, SHUFFLING = 0, 1, 2  # seeds, one for each thing that is drawn
BATCH = 32
RATE = 0.1
NOISE = 0.35  # at most, on each pixel, anew in every epoch: no image is learned by heart


@dataclass
class History:
    """How the training went, by epoch."""

    training_loss: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)


def rates(steps: int) -> list[float]:
    """Return the step sizes: half a cosine, from large steps to ever smaller ones."""
    return [RATE * 0.5 * (1.0 + math.cos(math.pi * i / steps)) for i in range(steps)]


def train(
    training: data.Digits, held_out: data.Digits, epochs: int, key: Array
) -> tuple[model.Network, History]:
    """Train a network; the held-out digits are only looked at, to draw the curves."""
    key, fresh = nx.random.split(key)
    network = model.initialize(fresh)
    velocity = optree.tree_map(nx.zeros_like, network)
    batches = len(training.labels) // BATCH
    schedule = iter(rates(epochs * batches))
    history = History()
    for _ in (bar := tqdm(range(epochs), desc="training", unit="epoch")):
        key, for_order, for_noise = nx.random.split(key, 3)
        order = nx.random.permutation(for_order, len(training.labels))
        noise = nx.random.uniform(for_noise, training.images.shape, minval=-NOISE, maxval=NOISE)
        images, labels = training.images[order] + noise, training.labels[order]
        losses = []
        for i in range(batches):
            batch = slice(i * BATCH, (i + 1) * BATCH)
            network, velocity, loss = model.step(
                network, velocity, images[batch], labels[batch], next(schedule)
            )
            losses.append(loss)
        history.training_loss.append(float(nx.mean(nx.stack(losses))))
        history.loss.append(float(model.loss(network, *held_out)))
        history.accuracy.append(model.accuracy(network, *held_out))
        bar.set_postfix(loss=f"{history.loss[-1]:.3f}", accuracy=f"{history.accuracy[-1]:.1%}")
    return network, history


def where() -> str:
    """Say which backend computes, and why it isn't the C backend if it isn't."""
    device = nx.backends.default_device()
    if device.backend == "c":
        return f"Running on {device}, the C backend; what it has no kernel for runs on NumPy."
    found = [row for row in nx.backends.backends() if row["name"] == "c"]
    if not found:
        reason = "isn't installed (building it takes a C compiler)"
    elif found[0]["reason"] is not None:
        reason = f"can't be used here: {found[0]['reason']}"
    else:
        reason = "is there too, but wasn't chosen"
    return f"Running on {device}. The C backend {reason}."


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=40, help="rounds through the digits")
    parser.add_argument("--out", type=Path, default=Path("digits-out"), help="folder of the plots")
    parser.add_argument(
        "--shuffle-labels",
        action="store_true",
        help="permute the labels first: held-out accuracy must fall to chance",
    )
    options = parser.parse_args(argv)
    if options.epochs < 1:
        parser.error(f"--epochs: cannot train for {options.epochs} epochs (1 at least)")
    return options


def main(argv: Sequence[str] | None = None) -> None:
    """Load, train, report, plot."""
    options = arguments(argv)
    print(where())
    digits = data.load()
    if options.shuffle_labels:
        shuffled = nx.random.permutation(nx.random.key(SHUFFLING), digits.labels)
        digits = digits._replace(labels=shuffled)
        print("The labels are shuffled: what is learned can't help with digits that are held out.")
    training, held_out = data.split(digits, nx.random.key(SPLIT))
    print(f"{len(training.labels)} digits to train on, {len(held_out.labels)} held out.")

    start = time.perf_counter()
    network, history = train(training, held_out, options.epochs, nx.random.key(TRAINING))
    seconds = time.perf_counter() - start

    print(f"Trained for {options.epochs} epochs in {seconds:.1f} s.")
    print(f"Held-out loss {history.loss[-1]:.4f}, accuracy {history.accuracy[-1]:.2%}.")
    options.out.mkdir(parents=True, exist_ok=True)
    curves = plots.curves(history, options.out / "curves.png")
    predicted = model.predict(network, held_out.images)
    samples = plots.samples(held_out, predicted, options.out / "predictions.png")
    print(f"Plots: {curves} and {samples}.")


if __name__ == "__main__":
    main()
