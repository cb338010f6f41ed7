"""Tools for testing functions that rune differentiates.

Holds the gradient by finite differences, computed on the host through the
public face of `nx` alone, so that it shares no code with the derivative rules
it is held against.
"""

from rune_testing._finite_differences import finite_diff

__all__ = ["finite_diff"]
