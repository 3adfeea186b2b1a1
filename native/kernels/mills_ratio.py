"""Computes the coefficients of mills_ratio.h. Needs mpmath; takes a minute.

    python3 native/kernels/mills_ratio.py

Rational minimax approximations of R(z) = N(-z) exp(z^2/2): `MillsAnywhere`, degrees 9 and 10 on [0, 41] (beyond, the density
that R is multiplied with has underflowed), and `MillsNearMoney`, degrees 6 and 7 on [0, 8.7], whose error is weighted with that
density.
"""

from mpmath import cos, erfc, exp, mpf, pi, sqrt

from rational_minimax import fit

NODES = 160


def ratio(z):
    return erfc(z / sqrt(mpf(2))) / 2 * exp(z * z / 2)


def nodes(middle, last):
    """Chebyshev nodes up to `last`, mapped so that they thin out towards the tail: half lie below `middle`, where R bends."""
    end = (last - middle) / (last + middle)
    for k in range(NODES):
        y = (cos(pi * (2 * k + 1) / (2 * NODES)) + 1) / 2 * (end + 1) - 1
        yield middle * (1 + y) / (1 - y)


def fit_ratio(name, numerator_degree, denominator_degree, middle, last, density):
    """`density(z)` says how much an error at z counts."""
    zs = list(nodes(mpf(middle), mpf(last)))
    fit(name, zs, [ratio(z) for z in zs], [density(z) for z in zs], numerator_degree, denominator_degree)


fit_ratio("MillsNearMoney", 6, 7, 2, 8.7, lambda z: exp(-z * z / 2))
fit_ratio("MillsAnywhere", 9, 10, 3, 41, lambda z: mpf(1))
