"""Computes the coefficients of normal_centre.h. Needs mpmath; takes some minutes.

    python3 native/kernels/normal_centre.py

Rational minimax approximations of (N(z) - 1/2) / z in w = z^2, in the absolute error of N: linearised least squares with the
denominator of the round before as weight (Loeb) and weights that grow where the error is large (Lawson).
"""

from mpmath import cos, erf, matrix, mp, mpf, nstr, pi, polyval, qr_solve, sqrt

mp.dps = 60

NODES = 160
ROUNDS = 25


def solve(ws, values, weights, denominators, degree):
    columns = 2 * degree + 1
    a, b = matrix(NODES, columns), matrix(NODES, 1)
    for i, w in enumerate(ws):
        scale = sqrt(weights[i]) / denominators[i]
        for j in range(degree + 1):
            a[i, j] = scale * w**j
        for j in range(1, degree + 1):
            a[i, degree + j] = -scale * values[i] * w**j
        b[i] = scale * values[i]
    norms = [sqrt(sum(a[i, j] ** 2 for i in range(NODES))) for j in range(columns)]
    for j in range(columns):
        for i in range(NODES):
            a[i, j] /= norms[j]
    x, _ = qr_solve(a, b)
    c = [x[j] / norms[j] for j in range(columns)]
    return c[degree::-1], c[:degree:-1] + [mpf(1)]


def fit(name, degree, last):
    zs = [mpf(last) * cos(pi * (2 * k + 1) / (4 * NODES)) for k in range(NODES)]
    ws = [z * z for z in zs]
    values = [erf(z / sqrt(mpf(2))) / 2 / z for z in zs]
    weights, denominators = [mpf(1)] * NODES, [1 / z for z in zs]
    best = None
    for step in range(ROUNDS):
        p, q = solve(ws, values, weights, denominators, degree)
        denominators = [polyval(q, w) / z for z, w in zip(zs, ws)]
        errors = [abs(polyval(p, w) / polyval(q, w) - v) * z for z, w, v in zip(zs, ws, values)]
        if best is None or max(errors) < best[0]:
            best = max(errors), p, q
        if step > 3:
            total = sum(weight * error for weight, error in zip(weights, errors))
            weights = [weight * error / total * NODES + mpf("1e-12") for weight, error in zip(weights, errors)]
    error, p, q = best
    print(name, "largest error", nstr(error, 3))
    print("numerator, highest power first  ", [float(c) for c in p])
    print("denominator, highest power first", [float(c) for c in q])


fit("NarrowCentre", 6, 2.5)
fit("WideCentre", 8, 4)
