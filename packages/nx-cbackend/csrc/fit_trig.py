"""Print the constants of ``nxc_trig.inc``; needs mpmath and is run by hand.

Sine is ``r + r*z*S(z)`` and cosine ``1 - z/2 + z**2*C(z)`` with ``z = r*r``; S and C are Chebyshev
fits on [0, (pi/4)**2], near enough to minimax that rounding to double costs more.
"""

from mpmath import chebyfit, cos, floor, log, mp, mpf, nstr, pi, sin, sqrt

mp.prec = 200
HIGHEST = (pi / 4) ** 2 * mpf("1.0001")


def sine_tail(z):
    """Evaluate S(z), by its series where the quotient cancels."""
    z = mpf(z)
    if z < mpf(10) ** -30:
        return -mpf(1) / 6 + z / 120
    return (sin(sqrt(z)) / sqrt(z) - 1) / z


def cosine_tail(z):
    """Evaluate C(z), by its series where the quotient cancels."""
    z = mpf(z)
    if z < mpf(10) ** -30:
        return mpf(1) / 24 - z / 720
    return (cos(sqrt(z)) - 1 + z / 2) / z**2


def leading(value, bits):
    """Return the first ``bits`` bits of a positive value."""
    scale = mpf(2) ** (bits - 1 - int(floor(log(value, 2))))
    return floor(value * scale) / scale


def lines():
    """Yield the coefficients, lowest power first, then the parts of pi/2."""
    for name, tail, power, sizes in (("S", sine_tail, 1, (4, 6)), ("C", cosine_tail, 2, (3, 6))):
        for size in sizes:
            coefficients, error = chebyfit(tail, [0, HIGHEST], size, error=True)
            yield f"{name} {size}: relative error 2 ** {nstr(log(error * HIGHEST**power, 2), 4)}"
            yield "    " + ", ".join(float(c).hex() for c in reversed(coefficients))
    head = leading(pi / 2, 33)
    middle = leading(pi / 2 - head, 33)
    yield f"TWO_OVER_PI {float(2 / pi).hex()}"
    yield f"HEAD {float(head).hex()}"
    yield f"MIDDLE {float(middle).hex()}"
    yield f"TAIL {float(pi / 2 - head - middle).hex()}"
    yield f"REST {float(pi / 2 - head).hex()}"


print("\n".join(lines()))  # noqa: T201 - a script: its output is its purpose
