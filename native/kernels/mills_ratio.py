"""Computes the coefficients of mills_ratio.h. Needs mpmath; takes a minute.

    python3 native/kernels/mills_ratio.py

Rational minimax approximation of R(z) = N(-z) exp(z^2/2), degrees 9 and 10, on [0, 41] (beyond, the density that R is
multiplied with has underflowed): linearised least squares with the denominator of the round before as weight (Loeb) and
weights that grow where the error is large (Lawson).
"""

from mpmath import cos, erfc, exp, matrix, mp, mpf, nstr, pi, polyval, qr_solve, sqrt

mp.dps = 60

NUMERATOR_DEGREE = 9
DENOMINATOR_DEGREE = 10
END = 41
NODES = 160
ROUNDS = 25
# Half of the nodes lie below this, where R bends.
MIDDLE = mpf(3)


def ratio(z):
    return erfc(z / sqrt(mpf(2))) / 2 * exp(z * z / 2)


def nodes():
    """Chebyshev nodes, mapped so that they thin out towards the tail."""
    end = (END - MIDDLE) / (END + MIDDLE)
    for k in range(NODES):
        y = (cos(pi * (2 * k + 1) / (2 * NODES)) + 1) / 2 * (end + 1) - 1
        yield MIDDLE * (1 + y) / (1 - y)


def solve(zs, values, weights, denominators):
    columns = NUMERATOR_DEGREE + 1 + DENOMINATOR_DEGREE
    a, b = matrix(len(zs), columns), matrix(len(zs), 1)
    for i, z in enumerate(zs):
        scale = sqrt(weights[i]) / denominators[i]
        for j in range(NUMERATOR_DEGREE + 1):
            a[i, j] = scale * z**j
        for j in range(1, DENOMINATOR_DEGREE + 1):
            a[i, NUMERATOR_DEGREE + j] = -scale * values[i] * z**j
        b[i] = scale * values[i]
    norms = [sqrt(sum(a[i, j] ** 2 for i in range(len(zs)))) for j in range(columns)]
    for j in range(columns):
        for i in range(len(zs)):
            a[i, j] /= norms[j]
    x, _ = qr_solve(a, b)
    c = [x[j] / norms[j] for j in range(columns)]
    return c[NUMERATOR_DEGREE::-1], c[: NUMERATOR_DEGREE : -1] + [mpf(1)]


def main():
    zs = list(nodes())
    values = [ratio(z) for z in zs]
    weights, denominators = [mpf(1)] * NODES, [mpf(1)] * NODES
    best = None
    for step in range(ROUNDS):
        p, q = solve(zs, values, weights, denominators)
        denominators = [polyval(q, z) for z in zs]
        errors = [abs(polyval(p, z) / d - v) for z, d, v in zip(zs, denominators, values)]
        if best is None or max(errors) < best[0]:
            best = max(errors), p, q
        if step > 3:
            total = sum(w * e for w, e in zip(weights, errors))
            weights = [w * e / total * NODES + mpf("1e-12") for w, e in zip(weights, errors)]
    error, p, q = best
    print("largest error", nstr(error, 3))
    print("numerator, highest power first  ", [float(c) for c in p])
    print("denominator, highest power first", [float(c) for c in q])


main()
