"""Fits the first guess of implied_volatility_lanes.h. Needs numpy and scipy.

    python3 native/kernels/implied_volatility_guess.py

Without drift a normalised price b = s (n(h) - h N(-h)), h = m/s, gives s = (b + m) g(u), u = ln(1 + m/b): a rational g.
The true total volatility is s (1 + s^2 C(g, s^2)) with a polynomial C.
"""

import numpy as np
from scipy.special import erfcx

H_MAX = 12.5
HALF_MAX = 2.0


def mills(z):
    return np.sqrt(np.pi / 2) * erfcx(z / np.sqrt(2))


def density(z):
    return np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


def slope(z):
    """-Y'(z) = 1 - z Y(z), by its asymptotic series in the tail."""
    tail = np.where(z > 6, z, 10.0)
    series, term = 0, 1 / tail**2
    for k in range(1, 14):
        series, term = series + term, -term * (2 * k + 1) / tail**2
    return np.where(z > 6, series, 1 - z * mills(z))


def fit_rational(u, g, degree):
    powers, weight = np.vander(u, degree + 1, increasing=True), np.ones_like(u)
    for _ in range(20):
        rows = np.hstack([powers / (g * weight)[:, None], -powers[:, 1:] / weight[:, None]])
        norms = np.linalg.norm(rows, axis=0)
        c = np.linalg.lstsq(rows / norms, 1 / weight, rcond=None)[0] / norms
        p, q = c[degree::-1], np.r_[c[:degree:-1], 1]
        weight = np.polyval(q, u)
    return p, q


def main():
    h = np.linspace(0, 1, 400) ** 2 * 13
    plain = slope(h) * density(h)
    p, q = fit_rational(np.log1p(h / plain), 1 / (plain + h), 3)
    h, half = (c.ravel() for c in np.meshgrid(H_MAX * np.linspace(0, 1, 60) ** 1.5, np.linspace(0.02, 1, 60)))
    half = half * np.minimum(h + 1, HALF_MAX)
    nodes, weights = np.polynomial.legendre.leggauss(20)
    difference = half * sum(w * slope(h + half * y) for y, w in zip(nodes, weights))
    price = np.exp(-(h**2 + half**2) / 2) / np.sqrt(2 * np.pi) * difference
    moneyness = 2 * h * half
    u = np.log1p(moneyness / price)
    g = np.polyval(p, u) / np.polyval(q, u)
    s = (price + moneyness) * g
    missing = 2 * half / s - 1
    columns = np.stack([s**2 * g**i * s ** (2 * j) for i in range(3) for j in range(3)], 1)
    weight = s / (2 * half)
    lawson = weight.copy()
    for _ in range(200):
        c = np.linalg.lstsq(columns * lawson[:, None], missing * lawson, rcond=None)[0]
        error = np.abs((columns @ c - missing) * weight)
        lawson *= np.sqrt(1e-2 + error / error.max())
        lawson /= lawson.max()
    print("numerator of g, highest power first  ", [float(x) for x in p])
    print("denominator of g, highest power first", [float(x) for x in q])
    print("C, rows by falling power of g, in a row by falling power of s^2")
    for row in c.reshape(3, 3)[::-1, ::-1]:
        print("   ", [float(x) for x in row])
    print("largest relative error", error.max(), "of s, u at most", u.max())


main()
