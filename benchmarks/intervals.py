"""Medians over rounds, of times and of ratios, and how far they can be trusted."""

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
    return _bootstrap(np.asarray(samples))


def ratio(samples: Sequence[float], peer: Sequence[float]) -> Estimate:
    """Return the median of the rounds' ratios.

    The two samples of a round were taken one after the other, so what slowed the
    machine mostly slowed both. A processor that runs at one of two speeds makes the
    ratio of the medians jump, where one side's median lies among the slow rounds and
    the other's among the quick ones; the ratios of the rounds hardly notice.
    """
    both = min(len(samples), len(peer))  # who is far off takes part in the first rounds only
    return _bootstrap(np.asarray(samples[:both]) / np.asarray(peer[:both]))


def _bootstrap(values: np.ndarray) -> Estimate:
    picks = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    medians = np.median(values[picks], axis=-1)
    low, high = np.quantile(medians, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return Estimate(float(np.median(values)), float(low), float(high))
