"""Print the constants of the special functions; needs mpmath and is run by hand.

Polynomials are minimax ones on a grid (E. Ya. Remez's exchange, 1934), rational functions least
squares ones reweighted towards minimax (C. L. Lawson, 1961; C. K. Sanathanan and J. Koerner, 1963).
Each line says how large the error is that the rounding of coefficients adds to.
"""

from mpmath import (
    besseli,
    cos,
    erf,
    erfc,
    exp,
    expm1,
    log,
    loggamma,
    lu_solve,
    matrix,
    mp,
    mpf,
    nstr,
    pi,
    polyval,
    sqrt,
    taylor,
)

mp.prec = 160
TINY = mpf(10) ** -25


def nodes(low, high, count):
    """Return points of [low, high], dense at its ends."""
    middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2
    inner = [middle - half * cos(pi * (i + mpf(0.5)) / count) for i in range(count)]
    return [mpf(low), *inner, mpf(high)]


def value(coefficients, x):
    """Evaluate a polynomial, lowest power first."""
    return polyval(coefficients[::-1], x)


def shifted(coefficients, middle, half):
    """Turn a polynomial in (x - middle) / half into one in x."""
    out = [mpf(0)] * len(coefficients)
    power = [mpf(1)]
    for c in coefficients:
        for j, p in enumerate(power):
            out[j] += c * p
        longer = [mpf(0), *(p / half for p in power)]
        for j, p in enumerate(power):
            longer[j] -= p * middle / half
        power = longer
    return out


def alternating(errors):
    """Return the places of the largest error between changes of sign."""
    places = []
    for i, e in enumerate(errors):
        if not places or (e > 0) != (errors[places[-1]] > 0):
            places.append(i)
        elif abs(e) > abs(errors[places[-1]]):
            places[-1] = i
    return places


def remez(f, low, high, n, weight=lambda x: 1, count=400):
    """Return n coefficients in x and the largest weighted error."""
    xs = nodes(low, high, count)
    middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2
    fs, ws = [f(x) for x in xs], [mpf(weight(x)) for x in xs]
    chosen = [round(i * (len(xs) - 1) / n) for i in range(n + 1)]
    for _ in range(30):
        a, b = matrix(n + 1, n + 1), matrix(n + 1, 1)
        for row, i in enumerate(chosen):
            for k in range(n):
                a[row, k] = ((xs[i] - middle) / half) ** k
            a[row, n], b[row] = (-1) ** row / ws[i], fs[i]
        solution = lu_solve(a, b)
        c = [solution[k] for k in range(n)]
        errors = [
            (value(c, (x - middle) / half) - y) * w for x, y, w in zip(xs, fs, ws, strict=True)
        ]
        most = max(map(abs, errors))
        places = alternating(errors)
        while len(places) > n + 1:
            places.pop(0 if abs(errors[places[0]]) < abs(errors[places[-1]]) else -1)
        if most - abs(solution[n]) < most / 1000 or len(places) < n + 1:
            break
        chosen = places
    return shifted(c, middle, half), most


def rational(f, low, high, n, d, count=150, rounds=14):
    """Return n coefficients above, d + 1 below (the first is 1) and the relative error."""
    xs = nodes(low, high, count)
    fs = [f(x) for x in xs]
    law, below, best = [mpf(1)] * len(xs), [mpf(1)] * len(xs), None
    for step in range(rounds):
        a, b = matrix(n + d, n + d), matrix(n + d, 1)
        for x, y, share, scale in zip(xs, fs, law, below, strict=True):
            row = [x**k for k in range(n)] + [-y * x**k for k in range(1, d + 1)]
            w = share / (y * scale) ** 2
            for i in range(n + d):
                b[i] += w * row[i] * y
                for j in range(n + d):
                    a[i, j] += w * row[i] * row[j]
        s = lu_solve(a, b)
        top, bottom = [s[k] for k in range(n)], [mpf(1), *(s[n + k] for k in range(d))]
        below = [value(bottom, x) for x in xs]
        errors = [abs(value(top, x) / v / y - 1) for x, y, v in zip(xs, fs, below, strict=True)]
        most = max(errors)
        if best is None or most < best[2]:
            best = top, bottom, most
        if step > 1:
            law = [share * (e / most + mpf("1e-3")) for share, e in zip(law, errors, strict=True)]
        law = [share * len(law) / sum(law) for share in law]
    return best


# The functions that are fitted ------------------------------------------------


def erf_excess(z):
    """Return erf(x) / x - 1 by z = x**2."""
    return erf(sqrt(z)) / sqrt(z) - 1 if z > TINY else 2 / sqrt(pi) - 1


def scaled_erfc(middle):
    """Return (1 + 2 a) erfc(a) exp(a**2) by t = (a - middle) / (a + middle)."""

    def f(t):
        a = middle * (1 + t) / (1 - t)
        return (1 + 2 * a) * erfc(a) * exp(a * a)

    return f


def exp_tail(r):
    """Return (exp(r) - 1 - r) / r**2."""
    return (expm1(r) - r) / r**2 if abs(r) > TINY else mpf(0.5)


def log_share(f):
    """Return log(1 + f) / f."""
    return log(1 + f) / f if abs(f) > TINY else mpf(1)


def inverse_erf(y, rest):
    """Return erfinv(y), where rest = 1 - y, by Halley's steps from S. Winitzki's start."""
    half = 2 / (pi * mpf("0.147")) + log(rest * (1 + y)) / 2
    x = sqrt(max(sqrt(half * half - log(rest * (1 + y)) / mpf("0.147")) - half, mpf(0)))
    if y < 1e-3:
        x = y * sqrt(pi) / 2
    for _ in range(5):
        error = erf(x) - y if y < 0.5 else rest - erfc(x)
        step = error * sqrt(pi) / 2 * exp(x * x)
        x -= step / (1 + x * step)
    return x


def erfinv_share(w):
    """Return erfinv(y) / y by w = -log(1 - y**2)."""
    if w < TINY:
        return sqrt(pi) / 2
    y = sqrt(-expm1(-w))
    return inverse_erf(y, exp(-w) / (1 + y)) / y


def lgamma_share(root):
    """Return lgamma(root + z) / z, of which lgamma's zeros are taken."""

    def f(z):
        return loggamma(root + z) / z if abs(z) > TINY else taylor(loggamma, root, 1)[1]

    return f


def bessel_about(order, middle, half):
    """Return I(x) exp(-x) by (x - middle) / half; over x where the order is 1 and x below 1."""

    def f(u):
        x = middle + half * u
        if order and x < TINY:
            return mpf(0.5)
        return besseli(order, x) * exp(-x) / (x if order and middle < 1 else 1)

    return f


def bessel_far(order):
    """Return sqrt(x) I(x) exp(-x) by 1 / x."""

    def f(u):
        if u < mpf(10) ** -6:  # the asymptotic series, 10.40.1 in NIST's handbook
            return (
                1 - (4 * order - 1) * u / 8 + (4 * order - 1) * (4 * order - 9) * u**2 / 128
            ) / (sqrt(2 * pi))
        return besseli(order, 1 / u) * exp(-1 / u) / sqrt(u)

    return f


LN2 = log(mpf(2))
EDGE = LN2 / 2


def ends(middle, low, high):
    """Return an interval of a, as one of t."""
    return (mpf(low) - middle) / (low + middle), (mpf(high) - middle) / (high + middle)


THREE, FEW, MIDDLE = mpf(3), mpf("2.5"), mpf("10.75")
BESSEL = ((0.5, 0.5, 16), (1.5, 0.5, 16), (3.5, 1.5, 20), (7.5, 2.5, 21), (15, 5, 22))
POLYNOMIALS = (
    ("ERF float", erf_excess, 0, 1, 7, None),
    ("LOG2_ERFC float", lambda a: log(erfc(a)) / LN2, 1, 4, 7, lambda a: erfc(a) * LN2),
    ("EXP2 float", lambda f: 2**f, mpf(-0.5), mpf(0.5), 6, lambda f: 2**-f),
    ("ERF double", erf_excess, 0, 1, 13, None),
    ("ERFC double", scaled_erfc(THREE), *ends(THREE, mpf("0.5"), 28), 23, None),
    ("ERFC float", scaled_erfc(FEW), *ends(FEW, 0, 11), 12, None),
    ("EXP double", exp_tail, -EDGE, EDGE, 11, None),
    ("EXP float", exp_tail, -EDGE, EDGE, 5, None),
    ("EXP middle", exp_tail, -EDGE, EDGE, 8, None),
    ("LOG float", log_share, sqrt(mpf(0.5)) - 1, sqrt(mpf(2)) - 1, 9, None),
    ("ERFINV float", erfinv_share, 0, 5, 10, lambda w: 1 / erfinv_share(w)),
    (
        "ERFINV far",
        lambda u: erfinv_share(u + MIDDLE),
        5 - MIDDLE,
        mpf("16.7") - MIDDLE,
        11,
        lambda u: 1 / erfinv_share(u + MIDDLE),
    ),
    ("LOG start", log_share, sqrt(mpf(0.5)) - 1, sqrt(mpf(2)) - 1, 7, None),
    ("LGAMMA half to 1", lgamma_share(1), mpf(-0.5), 0, 22, None),
    ("LGAMMA 1 to 3/2", lgamma_share(1), 0, mpf(0.5), 18, None),
    ("LGAMMA 3/2 to 3", lgamma_share(2), mpf(-0.5), 1, 23, None),
    *(
        (f"I{order} to {middle + half}", bessel_about(order, middle, half), -1, 1, n, None)
        for order in (0, 1)
        for middle, half, n in BESSEL
    ),
    ("I0 far", bessel_far(0), 0, mpf("0.05"), 12, None),
    ("I1 far", bessel_far(1), 0, mpf("0.05"), 12, None),
)
RATIONALS = (("ERFINV start", erfinv_share, 0, mpf("36.8"), 6, 6),)


def shown(coefficients):
    """Return the coefficients in C's hexadecimal form."""
    return ", ".join(float(c).hex() for c in coefficients)


def lines():
    """Yield a heading and the coefficients, lowest power first."""
    for name, f, low, high, n, weight in POLYNOMIALS:
        c, error = remez(f, low, high, n, weight or (lambda x: 1))
        yield f"{name}: error 2 ** {nstr(log(error, 2), 4)}\n    {shown(c)}"
    for name, f, low, high, n, d in RATIONALS:
        top, bottom, error = rational(f, low, high, n, d)
        yield f"{name}: error 2 ** {nstr(log(error, 2), 4)}\n    {shown(top)}\n    {shown(bottom)}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)  # noqa: T201 - a script: its output is its purpose
