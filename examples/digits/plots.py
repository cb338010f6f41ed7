"""The two pictures: how the training went, and how held-out digits were read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, MultipleLocator, PercentFormatter

if TYPE_CHECKING:
    from data import Digits
    from nx import Array
    from train import History

__all__ = ["curves", "samples"]

TRAINING, HELD_OUT, WRONG = "#8a8f98", "#0b5fa5", "#c8102e"
COLUMNS, SIDE, CELL = 10, 8, 11  # of the samples; a cell holds a digit and its caption


def curves(history: History, file: Path) -> Path:
    """Draw loss and accuracy by epoch."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = range(1, len(history.loss) + 1)
    marker = "o" if len(epochs) == 1 else ""  # a line through one point can't be seen
    for losses, color, label in (
        (history.training_loss, TRAINING, "training digits, with noise on them"),
        (history.loss, HELD_OUT, "held-out digits, as they are"),
    ):
        left.plot(epochs, losses, color=color, marker=marker, label=label)
    left.set(title="Loss", xlabel="epoch", ylabel="cross-entropy")
    left.set_ylim(bottom=0.0)
    left.legend(frameon=False)
    right.plot(epochs, history.accuracy, color=HELD_OUT, marker=marker)
    last = history.accuracy[-1]
    right.set(title=f"Held-out digits read right: {last:.1%} after the last epoch", xlabel="epoch")
    if min(history.accuracy) > 0.8:
        right.set_ylim(0.8, 1.005)
        right.yaxis.set_major_locator(MultipleLocator(0.05))
    else:
        right.set_ylim(0.0, 1.02)
    right.yaxis.set_major_formatter(PercentFormatter(xmax=1.0, decimals=0))
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, dpi=120)
    return file


def samples(digits: Digits, predicted: Array, file: Path, rows: int = 4) -> Path:
    """Draw the first digits with what was read, and below them some that were read wrong."""
    guesses, labels = predicted.numpy(), digits.labels.numpy()
    errors = np.flatnonzero(guesses != labels)
    some = f", the first {COLUMNS}" if len(errors) > COLUMNS else ""
    width, top, bottom = COLUMNS * CELL, -4.0, (rows + 1.8) * CELL
    figure = Figure(figsize=(10, 10 * (bottom - top) / width))
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.98))  # one for all: much faster than one each
    axes.set_axis_off()

    def heading(text: str, top: float) -> None:
        axes.text(width / 2, top - 1.8, text, fontsize=13, ha="center")

    def digit(i: int, column: int, top: float) -> None:
        right = guesses[i] == labels[i]
        left, color = column * CELL + 1, "black" if right else WRONG
        box = (left, left + SIDE, top + 2 + SIDE, top + 2)
        image = digits.images[i].numpy().reshape(SIDE, SIDE)
        axes.imshow(image, cmap="gray_r", vmin=0.0, vmax=1.0, extent=box)
        text = f"{guesses[i]}, is {labels[i]}"
        axes.text(left + SIDE / 2, top + 1.5, text, fontsize=11, ha="center", color=color)
        if not right:
            frame = Rectangle((left, top + 2), SIDE, SIDE, fill=False, edgecolor=color, linewidth=2)
            axes.add_patch(frame)

    heading("Held-out digits: what the network reads, and what each is (errors in red)", 0)
    for i in range(min(len(labels), rows * COLUMNS)):
        digit(i, i % COLUMNS, i // COLUMNS * CELL)
    below = (rows + 0.6) * CELL
    heading(f"What it reads wrong: {len(errors)} of {len(labels)}{some}", below)
    for column, i in enumerate(errors[:COLUMNS]):
        digit(int(i), column, below)
    axes.set(xlim=(0, width), ylim=(bottom, top))  # last, for imshow sets them too
    figure.savefig(file, dpi=120)
    return file
