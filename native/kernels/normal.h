/**
 * Standard normal distribution with full relative accuracy in the lower tail; the same arithmetic as
 * `src/kernel/reference/normal.ts`. Domain: any finite z; relative error < 1e-15 x max(1, z^2/2).
 *
 * Rational approximations of erfc by W. J. Cody, "Rational Chebyshev approximations for the error function",
 * Mathematics of Computation 23 (1969).
 */
#pragma once

#include <cstddef>

namespace margincube {

constexpr double kInvSqrtTwoPi = 0.39894228040143267794;

/** exp(-z^2/2), relative error < 1e-15 down to the underflow at |z| = 38. */
double expOfMinusHalfSquare(double z) noexcept;

/** Density. */
double normalPdf(double z) noexcept;

/** N(z)/n(z) for z <= 0. */
double scaledNormalCdf(double z) noexcept;

/** Distribution function. */
double normalCdf(double z) noexcept;

/**
 * Inverse of the distribution function for 0 < p < 1, relative error < 1e-15. M. J. Wichura, "Algorithm AS 241: the
 * percentage points of the normal distribution", Applied Statistics 37 (1988).
 */
double normalQuantile(double p) noexcept;

/** The same for `count` numbers; `quantile` may not overlap `p`. */
void normalQuantiles(const double* p, std::size_t count, double* quantile) noexcept;

}  // namespace margincube
