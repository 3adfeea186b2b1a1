/**
 * The scaled upper tail of the standard normal distribution, R(z) = N(-z) / exp(-z^2 / 2), as a rational function P/Q.
 *
 * Absolute error < 2e-17 for 0 <= z <= 41 and R(0) = 1/2 exactly; beyond, R falls on towards P/Q -> 0.4 / z. Minimax by
 * Loeb's iteration with Lawson's weights in 60 digits, `mills_ratio.py`. An absolute bound is what a price needs: with
 * the strike far above the forward and a large total volatility, R(z) stands beside a density that is not small, where
 * approximations of N alone (Hart 5666, West 2005) lose up to four digits.
 */
#pragma once

#include "lanes.h"

namespace margincube {

/** Highest power first. */
constexpr double kMillsNumerator[] = {
    1.2169574710063523e-06, 3.3482533561437595e-05, 0.00044904963040220215, 0.0038042191397437944, 0.022284264641757433,
    0.09333185863192327,    0.2796287667115262,     0.5804984739594193,     0.7655531530106435,    0.5};
constexpr double kMillsDenominator[] = {3.050460005867968e-06,
                                        8.392826532741308e-05,
                                        0.001128650960637554,
                                        0.009619691505093233,
                                        0.05697786808872764,
                                        0.24331616480000293,
                                        0.7545633943294998,
                                        1.6708045152436684,
                                        2.519262802808782,
                                        2.3289908668241504,
                                        1.0};

template <std::size_t kCoefficients>
inline lanes::Packet polynomial(const double (&coefficients)[kCoefficients], const lanes::Packet& z) noexcept {
  lanes::Packet value = lanes::broadcast(coefficients[0]);
  for (std::size_t k = 1; k < kCoefficients; ++k) {
    value = lanes::pmadd(z, value, lanes::broadcast(coefficients[k]));
  }
  return value;
}

inline lanes::Packet millsNumerator(const lanes::Packet& z) noexcept { return polynomial(kMillsNumerator, z); }
inline lanes::Packet millsDenominator(const lanes::Packet& z) noexcept { return polynomial(kMillsDenominator, z); }

}  // namespace margincube
