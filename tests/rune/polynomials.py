"""The oracle of nested transformations: polynomials in many variables, differentiated exactly.

A `Polynomial` knows the values of its variables, so that Python can branch on it; nothing here
knows a transformation of rune's.
"""

from __future__ import annotations

from math import prod

__all__ = ["Polynomial", "Variables"]


class Variables:
    """The values of the variables made so far."""

    def __init__(self):
        self.values = []

    def constant(self, value):
        return Polynomial(self, {(): float(value)})

    def new(self, value):
        """Return a new variable that has this value."""
        self.values.append(float(value))
        return Polynomial(self, {((len(self.values) - 1, 1),): 1.0})


class Polynomial:
    """A sum of coefficients times monomials: tuples of (variable, exponent), by variable."""

    def __init__(self, variables, terms):
        self.variables, self.terms = variables, terms

    def _other(self, other):
        return other if isinstance(other, Polynomial) else self.variables.constant(other)

    def __add__(self, other):
        terms = dict(self.terms)
        for monomial, c in self._other(other).terms.items():
            terms[monomial] = terms.get(monomial, 0.0) + c
        return Polynomial(self.variables, terms)

    def __mul__(self, other):
        terms = {}
        for m, a in self.terms.items():
            for n, b in self._other(other).terms.items():
                exponents = dict(m)
                for variable, k in n:
                    exponents[variable] = exponents.get(variable, 0) + k
                monomial = tuple(sorted(exponents.items()))
                terms[monomial] = terms.get(monomial, 0.0) + a * b
        return Polynomial(self.variables, terms)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -self._other(other)

    def __rsub__(self, other):
        return self._other(other) - self

    def __float__(self):
        values = self.variables.values
        return sum(c * prod(values[v] ** k for v, k in m) for m, c in self.terms.items())

    def __gt__(self, other):
        return float(self) > float(other)

    def derivative(self, variable):
        """Return the derivative by a variable (a polynomial that is one)."""
        (((number, _),),) = variable.terms
        terms = {}
        for monomial, c in self.terms.items():
            exponents = dict(monomial)
            k = exponents.pop(number, 0)
            if k:
                if k > 1:
                    exponents[number] = k - 1
                lower = tuple(sorted(exponents.items()))
                terms[lower] = terms.get(lower, 0.0) + k * c
        return Polynomial(self.variables, terms)

    def at(self, variable, value):
        """Return the polynomial with a variable replaced by another polynomial."""
        (((number, _),),) = variable.terms
        total = self.variables.constant(0.0)
        for monomial, c in self.terms.items():
            term = self.variables.constant(c)
            for v, k in monomial:
                factor = value if v == number else Polynomial(self.variables, {((v, 1),): 1.0})
                for _ in range(k):
                    term = term * factor
            total = total + term
        return total
