"""Effects: what every array operation raises, and how to handle it.

Operations *perform* primitives, *read* values and *draw* random keys.  A `Handler` installed by
`handling` sees them all; with none installed the backend's kernel runs at once.
"""

from nx._array import annotate
from nx.effects._handler import Handler
from nx.effects._perform import (
    draw,
    draw_in,
    perform,
    perform_in,
    perform_several,
    read,
    read_in,
    settle,
)
from nx.effects._stack import Stack, current, handling, running_in

__all__ = [
    "Handler",
    "Stack",
    "annotate",
    "current",
    "draw",
    "draw_in",
    "handling",
    "perform",
    "perform_in",
    "perform_several",
    "read",
    "read_in",
    "running_in",
    "settle",
]
