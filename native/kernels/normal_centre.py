"""Computes the coefficients of normal_centre.h. Needs mpmath; takes some minutes.

    python3 native/kernels/normal_centre.py

Rational minimax approximations of (N(z) - 1/2) / z in w = z^2, in the absolute error of N.
"""

from mpmath import cos, erf, mpf, pi, sqrt

from rational_minimax import fit

NODES = 160


def fit_centre(name, degree, last):
    zs = [mpf(last) * cos(pi * (2 * k + 1) / (4 * NODES)) for k in range(NODES)]
    values = [erf(z / sqrt(mpf(2))) / 2 / z for z in zs]
    fit(name, [z * z for z in zs], values, zs, degree, degree)


fit_centre("NarrowCentre", 6, 2.5)
fit_centre("WideCentre", 8, 4)
