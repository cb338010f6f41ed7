"""Print the polynomials of the vector math (``nxc_exp.inc`` and its like); needs mpmath.

Run by hand. Each is a Chebyshev fit, near enough to minimax that rounding to the loop's type costs
more. The lowest power comes first; ``s`` and ``z`` stand for f / (2 + f) and a square.
"""

from mpmath import asin, atan, atanh, chebyfit, exp, log, mp, mpf, nstr, sinh, sqrt, tanh, taylor

mp.prec = 240
HALF_LN2 = log(mpf(2)) / 2 * mpf("1.001")
LOW, HIGH = sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1
SQUARED_S = (HIGH / (2 + HIGH)) ** 2 * mpf("1.0001")


def tail(function, drop, step=1):
    """Return the function less its first terms in x, over the next power; ``step`` 2: in x**2."""
    series = taylor(function, 0, drop + 60)
    known, rest = series[:drop], series[drop::step]

    def value(u):
        x = sqrt(u) if step == 2 else mpf(u)
        if abs(x) < mpf("0.01"):
            return sum(c * mpf(u) ** i for i, c in enumerate(rest))
        return (function(x) - sum(c * x**i for i, c in enumerate(known))) / x**drop

    return value


def two_to(x):
    """Return 2**x."""
    return exp(x * log(mpf(2)))


def log_of(base):
    """Return the logarithm of 1 + f to a base."""
    return lambda f: log(1 + f) / log(mpf(base))


ROWS = [  # name, function, its first power, in x or x**2, interval, terms
    ("exp: r**2 *", exp, 2, 1, (-HALF_LN2, HALF_LN2), (5, 6, 10)),
    ("exp2: r *", two_to, 1, 1, (mpf(-1) / 2, mpf(1) / 2), (6, 11)),
    ("log: f**3 *", lambda f: log(1 + f), 3, 1, (LOW, HIGH), (9,)),
    ("log2: f**2 *", log_of(2), 2, 1, (LOW, HIGH), (10,)),
    ("log10: f**2 *", log_of(10), 2, 1, (LOW, HIGH), (10,)),
    ("log, 2 atanh: s**3 *", lambda s: 2 * atanh(s), 3, 2, (0, SQUARED_S), (4, 7)),
    ("log, 2 atanh: s**5 *", lambda s: 2 * atanh(s), 5, 2, (0, SQUARED_S), (7,)),
    ("sinh: x**3 *", sinh, 3, 2, (0, 1), (4, 7)),
    ("tanh: x**3 *", tanh, 3, 2, (0, mpf("0.36")), (5, 11)),
    ("asin: x**3 *", asin, 3, 2, (0, mpf(1) / 4), (6, 13)),
    ("atan: x**3 *", atan, 3, 2, (0, mpf(1) / 4), (6, 13)),
    ("sin: r**3 *", mp.sin, 3, 2, (0, mpf("0.62")), (3,)),
    ("cos: r**4 *", mp.cos, 4, 2, (0, mpf("0.62")), (3,)),
]


def lines():
    """Yield each fit with its error relative to the function's largest argument."""
    for name, function, drop, step, (low, high), sizes in ROWS:
        for size in sizes:
            fitted = tail(function, drop, step)
            coefficients, error = chebyfit(fitted, [low, high], size, error=True)
            at = max(abs(low), abs(high))
            at = sqrt(at) if step == 2 else at
            relative = error * at**drop / abs(function(at))
            yield f"{name} {size} terms, error 2 ** {nstr(log(relative, 2), 4)}"
            yield "    " + ", ".join(float(c).hex() for c in reversed(coefficients))


if __name__ == "__main__":
    print("\n".join(lines()))  # noqa: T201 - a script: its output is its purpose
