"""Rational minimax approximation, for the scripts that write coefficients. Needs mpmath.

Linearised least squares with the denominator of the round before as weight (Loeb) and weights that grow where the error is
large (Lawson).
"""

from mpmath import matrix, mp, mpf, nstr, polyval, qr_solve, sqrt

mp.dps = 60

ROUNDS = 25


def solve(xs, values, weights, denominators, numerator_degree, denominator_degree):
    columns = numerator_degree + 1 + denominator_degree
    a, b = matrix(len(xs), columns), matrix(len(xs), 1)
    for i, x in enumerate(xs):
        scale = sqrt(weights[i]) / denominators[i]
        for j in range(numerator_degree + 1):
            a[i, j] = scale * x**j
        for j in range(1, denominator_degree + 1):
            a[i, numerator_degree + j] = -scale * values[i] * x**j
        b[i] = scale * values[i]
    norms = [sqrt(sum(a[i, j] ** 2 for i in range(len(xs)))) for j in range(columns)]
    for j in range(columns):
        for i in range(len(xs)):
            a[i, j] /= norms[j]
    x, _ = qr_solve(a, b)
    c = [x[j] / norms[j] for j in range(columns)]
    return c[numerator_degree::-1], c[: numerator_degree : -1] + [mpf(1)]


def fit(name, xs, values, counts, numerator_degree, denominator_degree):
    """Prints P and Q with Q(0) = 1 for the values at xs; `counts` says how much an error counts at each."""
    weights, denominators = [mpf(1)] * len(xs), [1 / count for count in counts]
    best = None
    for step in range(ROUNDS):
        p, q = solve(xs, values, weights, denominators, numerator_degree, denominator_degree)
        denominators = [polyval(q, x) / count for x, count in zip(xs, counts)]
        errors = [abs(polyval(p, x) / polyval(q, x) - v) * count for x, v, count in zip(xs, values, counts)]
        if best is None or max(errors) < best[0]:
            best = max(errors), p, q
        if step > 3:
            total = sum(w * e for w, e in zip(weights, errors))
            weights = [w * e / total * len(xs) + mpf("1e-12") for w, e in zip(weights, errors)]
    error, p, q = best
    print(name, "largest error", nstr(error, 3))
    print("numerator, highest power first  ", [float(c) for c in p])
    print("denominator, highest power first", [float(c) for c in q])
