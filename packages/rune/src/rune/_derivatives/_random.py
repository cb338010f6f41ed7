"""Derivatives of the random primitives.

A gamma number is followed along its quantile: the derivative by its shape parameter is the implicit
one (Figurnov, Mohamed and Mnih, 2018), whatever path the rejection took.
"""

from __future__ import annotations

from nx import Array
from nx.effects import perform
from nx.primitives import P, Primitive

from rune._derivatives._rows import Row, Slope

__all__ = ["REFUSED", "ROWS", "ZERO"]


def _random_gamma(g: Array, out: Array, _key: Array, alpha: Array, *, log_space: bool) -> Array:
    # -(dP/dalpha) / (dP/dx), P the distribution function
    return g * perform(P.random_gamma_grad, alpha, out, log_space=log_space)


ROWS: dict[Primitive, Row] = {P.random_gamma: Slope(None, _random_gamma)}

ZERO: frozenset[Primitive] = frozenset((P.random_poisson,))

REFUSED: dict[Primitive, str] = {
    P.random_gamma_grad: "only the first derivative of a gamma number by its parameter is there"
}
