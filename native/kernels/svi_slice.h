/**
 * One slice of raw SVI in wing-slope coordinates: w(k) = wMin - s sqrt(p1 p2) + (p2 - p1) d / 2 + (p1 + p2) R / 2 with
 * d = k - m and R = sqrt(d^2 + s^2). The left wing falls with slope p1, the right one rises with p2, the least total
 * variance is wMin: every bound is a plain box and the kink of |rho| is gone.
 */
#pragma once

#include <cmath>
#include <cstddef>

namespace margincube {

constexpr std::size_t kSviParameters = 5;

/** Order of the parameters in columns: p1, p2, wMin, m, s. */
struct SviWings {
  double p1;
  double p2;
  double wMin;
  double m;
  double s;
};

/** Lee's bound on the slopes of the wings. */
constexpr double kSviSlopeMax = 2.0;
/** Numerical bounds: below, a wing is flat, a corner is a kink, and the Jacobian loses its rank. */
constexpr double kSviSlopeMin = 1e-6;
constexpr double kSviShiftMax = 2.0;
constexpr double kSviWidthMin = 1e-4;
constexpr double kSviWidthMax = 5.0;
/** A total variance of 0 has no density: 1 % of volatility for one second is 3e-12. */
constexpr double kSviVarianceMin = 1e-12;
/** 1000 % of volatility for 5 years. */
constexpr double kSviVarianceMax = 500.0;

constexpr double kSviLower[kSviParameters] = {kSviSlopeMin, kSviSlopeMin, kSviVarianceMin, -kSviShiftMax, kSviWidthMin};
constexpr double kSviUpper[kSviParameters] = {kSviSlopeMax, kSviSlopeMax, kSviVarianceMax, kSviShiftMax, kSviWidthMax};

inline SviWings sviWings(const double* parameters) noexcept {
  return {parameters[0], parameters[1], parameters[2], parameters[3], parameters[4]};
}

/** Total variance with its two derivatives in k. */
struct SviPoint {
  double w;
  double slope;
  double curvature;
};

inline SviPoint sviPoint(const SviWings& x, double base, double k) noexcept {
  const double half = 0.5 * (x.p1 + x.p2), tilt = 0.5 * (x.p2 - x.p1);
  const double d = k - x.m;
  const double inverseR = 1.0 / std::sqrt(d * d + x.s * x.s);
  const double unit = d * inverseR;
  const double narrow = x.s * inverseR;
  const double bend = half * narrow * narrow * inverseR;
  return {base + tilt * d + half * (d * unit + x.s * narrow), tilt + half * unit, bend};
}

/** What is left of wMin once the hyperbola is measured from its axis: raw SVI's a. */
inline double sviBase(const SviWings& x) noexcept { return x.wMin - x.s * std::sqrt(x.p1 * x.p2); }

/**
 * Durrleman's function; a density exists where it is >= 0. Gatheral and Jacquier, Arbitrage-free SVI volatility
 * surfaces, 2014, equation 2.1.
 */
inline double butterflyDensity(const SviPoint& at, double k) noexcept {
  const double inverse = 1.0 / at.w;
  const double lean = 1.0 - 0.5 * k * at.slope * inverse;
  return lean * lean - 0.25 * at.slope * at.slope * (inverse + 0.25) + 0.5 * at.curvature;
}

}  // namespace margincube
