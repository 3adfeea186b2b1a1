"""Computes the coefficients of mills_difference.h. Needs mpmath; takes some seconds.

    python3 native/kernels/mills_difference.py

Rational approximation Y(z) = P(y)/Q(y), y = z + 1, of Mills' ratio Y(z) = N(-z)/n(z) on -1 <= z <= 59, degrees 11 and
12, whose *derivative* has a small relative error: a quotient of differences of P/Q is a mean of that derivative and so has
the same error. Loeb's iteration gives the start, Gauss-Newton on the relative error of the derivative with Lawson's
weights the rest; the value is pinned at the far end.

(P(a) Q(b) - P(b) Q(a)) / (b - a) is a polynomial, symmetric in a and b, hence one in a + b and ab: the table B.
"""

from mpmath import cos, erfc, exp, matrix, mp, mpf, nstr, pi, polyval, qr_solve, sqrt

mp.dps = 70

DEGREE = 12  # of Q; P has one less
SHIFT = 1
END = 60
NODES = 90
LOEB_ROUNDS = 6
NEWTON_ROUNDS = 14
# Half of the nodes lie below this, where Y bends.
MIDDLE = mpf(3)
COLUMNS = 2 * DEGREE


def mills(z):
    return erfc(z / sqrt(mpf(2))) / 2 * exp(z * z / 2) * sqrt(2 * pi)


def nodes():
    """Chebyshev nodes, mapped so that they thin out towards the tail."""
    end = (END - MIDDLE) / (END + MIDDLE)
    for k in range(NODES):
        w = (cos(pi * (2 * k + 1) / (2 * NODES)) + 1) / 2 * (end + 1) - 1
        yield MIDDLE * (1 + w) / (1 - w)


def solve(rows, right):
    """Least squares with scaled columns: corrections of P and of all coefficients of Q but its constant 1."""
    a, b = matrix(len(rows), COLUMNS), matrix(len(rows), 1)
    norms = [sqrt(sum(row[j] ** 2 for row in rows)) for j in range(COLUMNS)]
    for i, row in enumerate(rows):
        for j in range(COLUMNS):
            a[i, j] = row[j] / norms[j]
        b[i] = right[i]
    x, _ = qr_solve(a, b)
    c = [x[j] / norms[j] for j in range(COLUMNS)]
    return c[DEGREE - 1 :: -1], c[: DEGREE - 1 : -1]


def derivative(c):
    return [c[i] * (len(c) - 1 - i) for i in range(len(c) - 1)]


def fit():
    ys = list(nodes())
    values = [mills(y - SHIFT) for y in ys]
    slopes = [(y - SHIFT) * v - 1 for y, v in zip(ys, values)]
    denominators = [mpf(1)] * NODES
    for _ in range(LOEB_ROUNDS):
        rows, right = [], []
        for y, v, d, q in zip(ys, values, slopes, denominators):
            scale = 1 / (q * abs(d))
            rows.append([scale * y**j for j in range(DEGREE)] + [-scale * v * y**j for j in range(1, DEGREE + 1)])
            right.append(scale * v)
        p, q = solve(rows, right)
        q = q + [mpf(1)]
        denominators = [polyval(q, y) for y in ys]
    weights = [mpf(1)] * NODES
    best = None
    for step in range(NEWTON_ROUNDS):
        dp, dq = derivative(p), derivative(q)
        rows, right, errors = [], [], []
        for y, d, weight in zip(ys, slopes, weights):
            p0, q0, p1, q1 = polyval(p, y), polyval(q, y), polyval(dp, y), polyval(dq, y)
            error = d - (p1 * q0 - p0 * q1) / q0**2
            scale = sqrt(weight) / abs(d)
            row = [scale * ((j * y ** (j - 1) if j else 0) / q0 - y**j * q1 / q0**2) for j in range(DEGREE)]
            for j in range(1, DEGREE + 1):
                inner, outer = p0 * y**j, p1 * y**j + p0 * j * y ** (j - 1)
                row.append(-scale * (outer / q0**2 - 2 * inner * q1 / q0**3))
            rows.append(row)
            right.append(scale * error)
            errors.append(abs(error / d))
        if best is None or max(errors) < best[0]:
            best = max(errors), p, q
        y, v = ys[0], values[0]
        p0, q0, scale = polyval(p, y), polyval(q, y), mpf(10) ** 5 / v
        rows.append([scale * y**j / q0 for j in range(DEGREE)] + [-scale * p0 * y**j / q0**2 for j in range(1, DEGREE + 1)])
        right.append(scale * (v - p0 / q0))
        change_p, change_q = solve(rows, right)
        p = [a + b for a, b in zip(p, change_p)]
        q = [a + b for a, b in zip(q, change_q + [mpf(0)])]
        if step > 0:
            total = sum(w * e for w, e in zip(weights, errors))
            weights = [w * e / total * NODES + mpf("1e-10") for w, e in zip(weights, errors)]
    error, p, q = best
    print("largest relative error of the derivative", nstr(error, 3))
    print("of the value", nstr(max(abs(polyval(p, y) / polyval(q, y) / v - 1) for y, v in zip(ys, values)), 3))
    return p, q


def difference(p, q):
    """Coefficients of (a + b)^i (ab)^j, i + j < DEGREE."""
    p, q = [mpf(0), *p][::-1], q[::-1]
    # h[k] = a^k + a^(k-1) b + ... + b^k in powers of a + b and ab
    h = [{(0, 0): mpf(1)}, {(1, 0): mpf(1)}]
    for k in range(2, DEGREE + 1):
        terms = {}
        for (i, j), c in h[k - 1].items():
            terms[i + 1, j] = terms.get((i + 1, j), 0) + c
        for (i, j), c in h[k - 2].items():
            terms[i, j + 1] = terms.get((i, j + 1), 0) - c
        h.append(terms)
    table = {}
    for low in range(DEGREE + 1):
        for high in range(low + 1, DEGREE + 1):
            c = p[low] * q[high] - p[high] * q[low]
            for (i, j), w in h[high - low - 1].items():
                table[i, j + low] = table.get((i, j + low), 0) + c * w
    return table


def main():
    p, q = fit()
    print("P, highest power first", [float(c) for c in p])
    print("Q, highest power first", [float(c) for c in q])
    table = difference(p, q)
    print("B, rows by falling power of ab, in a row by falling power of a + b")
    for j in range(DEGREE - 1, -1, -1):
        print("   ", ", ".join(repr(float(table[i, j])) for i in range(DEGREE - 1 - j, -1, -1)) + ",")


main()
