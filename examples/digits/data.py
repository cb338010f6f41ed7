"""The digits: read from the file, and split once and for all by a key."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import nx
from nx import Array

__all__ = ["Digits", "load", "split"]

FILE = Path(__file__).with_name("optdigits.csv.gz")
BRIGHTEST = 16.0


class Digits(NamedTuple):
    """Images, float32 of shape (n, 64) between 0 and 1, and labels, int64 of shape (n,)."""

    images: Array
    labels: Array


def load() -> Digits:
    """Read all 1,797 digits."""
    table = np.loadtxt(FILE, delimiter=",", dtype=np.float32)
    return Digits(
        images=nx.asarray(table[:, :-1]) / BRIGHTEST,
        labels=nx.asarray(table[:, -1].astype(np.int64)),
    )


def split(digits: Digits, key: Array) -> tuple[Digits, Digits]:
    """Shuffle the digits; four fifths are for training, the others are held out."""
    images, labels = digits
    order = nx.random.permutation(key, len(labels))
    first = len(labels) * 4 // 5
    training, held_out = order[:first], order[first:]
    return Digits(images[training], labels[training]), Digits(images[held_out], labels[held_out])
