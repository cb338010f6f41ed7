"""The one table of cases: it feeds the value, derivative, batching and nesting tests."""

from tests.cases import (
    _algebra,
    _composed,
    _elementwise,
    _fft,
    _indexing,
    _linalg,
    _moves,
    _nonlinearities,
    _numbers,
    _random,
    _reductions,
    _searching,
    _signal,
    _statistics,
)
from tests.cases._case import Case, Operand, dtype_named, dtypes_of, wide

__all__ = ["CASES", "Case", "Operand", "covering", "dtype_named", "dtypes_of", "wide"]

CASES = [
    *_elementwise.CASES,
    *_reductions.CASES,
    *_moves.CASES,
    *_indexing.CASES,
    *_linalg.CASES,
    *_fft.CASES,
    *_algebra.CASES,
    *_composed.CASES,
    *_numbers.CASES,
    *_searching.CASES,
    *_random.CASES,
    *_statistics.CASES,
    *_nonlinearities.CASES,
    *_signal.CASES,
]


def covering(primitive):
    """Return the cases of one primitive."""
    return [case for case in CASES if primitive in case.covers]
