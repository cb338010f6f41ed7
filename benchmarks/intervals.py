"""Medians of rounds, their ratios, and how far these can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Estimate", "median", "ratio"]

RESAMPLES = 2000
COVERAGE = 0.95


class Estimate(NamedTuple):
    """A number, and the interval that a bootstrap gives it."""

    value: float
    low: float
    high: float


def median(samples: Sequence[float]) -> Estimate:
    """Return the median of the rounds."""
    return _bootstrap(np.asarray(samples)[None])


def ratio(samples: Sequence[float], peer: Sequence[float]) -> Estimate:
    """Return the ratio of two medians, whose rounds were measured side by side.

    Each resample draws the same rounds for both: what disturbed a round disturbed
    both sides of it.
    """
    return _bootstrap(np.asarray([samples, peer]))


def _bootstrap(samples: np.ndarray) -> Estimate:
    count = samples.shape[1]
    picks = np.random.default_rng(0).integers(count, size=(RESAMPLES, count))
    medians = np.median(samples[:, picks], axis=-1)
    values = medians[0] if len(samples) == 1 else medians[0] / medians[1]
    middle = np.median(samples, axis=-1)
    value = middle[0] if len(samples) == 1 else middle[0] / middle[1]
    low, high = np.quantile(values, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Estimate(float(value), float(low), float(high))
