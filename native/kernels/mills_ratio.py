"""Computes the coefficients of mills_ratio.h. Needs mpmath; takes a minute.

    python3 native/kernels/mills_ratio.py

Rational minimax approximations of R(z) = N(-z) exp(z^2/2): `MillsAnywhere`, degrees 9 and 10 on [0, 41] (beyond, the density
that R is multiplied with has underflowed), and `MillsNearMoney`, degrees 6 and 7 on [0, 8.7], whose error is weighted with that
density. Linearised least squares with the denominator of the round before as weight (Loeb) and weights that grow where the
error is large (Lawson).
"""

from mpmath import cos, erfc, exp, matrix, mp, mpf, nstr, pi, polyval, qr_solve, sqrt

mp.dps = 60

NODES = 160
ROUNDS = 25


def ratio(z):
    return erfc(z / sqrt(mpf(2))) / 2 * exp(z * z / 2)


def nodes(middle, last):
    """Chebyshev nodes up to `last`, mapped so that they thin out towards the tail: half lie below `middle`, where R bends."""
    end = (last - middle) / (last + middle)
    for k in range(NODES):
        y = (cos(pi * (2 * k + 1) / (2 * NODES)) + 1) / 2 * (end + 1) - 1
        yield middle * (1 + y) / (1 - y)


def solve(zs, values, weights, denominators, numerator_degree, denominator_degree):
    columns = numerator_degree + 1 + denominator_degree
    a, b = matrix(len(zs), columns), matrix(len(zs), 1)
    for i, z in enumerate(zs):
        scale = sqrt(weights[i]) / denominators[i]
        for j in range(numerator_degree + 1):
            a[i, j] = scale * z**j
        for j in range(1, denominator_degree + 1):
            a[i, numerator_degree + j] = -scale * values[i] * z**j
        b[i] = scale * values[i]
    norms = [sqrt(sum(a[i, j] ** 2 for i in range(len(zs)))) for j in range(columns)]
    for j in range(columns):
        for i in range(len(zs)):
            a[i, j] /= norms[j]
    x, _ = qr_solve(a, b)
    c = [x[j] / norms[j] for j in range(columns)]
    return c[numerator_degree::-1], c[: numerator_degree : -1] + [mpf(1)]


def fit(name, numerator_degree, denominator_degree, middle, last, density):
    """`density(z)` says how much an error at z counts."""
    zs = list(nodes(mpf(middle), mpf(last)))
    values, counts = [ratio(z) for z in zs], [density(z) for z in zs]
    weights, denominators = [mpf(1)] * NODES, [1 / count for count in counts]
    best = None
    for step in range(ROUNDS):
        p, q = solve(zs, values, weights, denominators, numerator_degree, denominator_degree)
        denominators = [polyval(q, z) / count for z, count in zip(zs, counts)]
        errors = [abs(polyval(p, z) / polyval(q, z) - v) * count for z, v, count in zip(zs, values, counts)]
        if best is None or max(errors) < best[0]:
            best = max(errors), p, q
        if step > 3:
            total = sum(w * e for w, e in zip(weights, errors))
            weights = [w * e / total * NODES + mpf("1e-12") for w, e in zip(weights, errors)]
    error, p, q = best
    print(name, "largest error", nstr(error, 3))
    print("numerator, highest power first  ", [float(c) for c in p])
    print("denominator, highest power first", [float(c) for c in q])


fit("MillsNearMoney", 6, 7, 2, 8.7, lambda z: exp(-z * z / 2))
fit("MillsAnywhere", 9, 10, 3, 41, lambda z: mpf(1))
