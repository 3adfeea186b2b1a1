/**
 * The implied volatility of ordinary options, written once for packets and for `double`: a guess within 1.3 % and two
 * Householder steps of fourth order, the same operations for every row. Ordinary are in effect total volatilities
 * s < 2 + 2m/s below 4 and prices above 1e-35 of the forward; the last step finds out.
 *
 * With m = |ln(F/K)|, h = m/s, t = s/2 and Mills' ratio Y, the price of the out-of-the-money option in units of
 * min(F, K) is b(s) = n(h - t) (Y(h - t) - Y(h + t)). Solved is ln b(s) = ln(target): neither exponential nor
 * cancellation, and the error of s stays near the attainable one for prices of any size. In relative terms, V = s b'/b,
 *
 *   nu = -(ln b - ln target)/V,  s <- s (1 + nu (1 + H2 nu/2) / (1 + nu (H2 + H3 nu/6))),
 *   H2 = h^2 - t^2 - V,  H3 = H2 (H2 - V) - 3 h^2 - t^2   (A. S. Householder 1970, order 3).
 */
#pragma once

#include "lane_math.h"
#include "layout.h"
#include "mills_difference.h"

namespace margincube {

constexpr double kSqrtTwoPi = 2.5066282746310005024;

/** Largest ln(1 + m/b) and s of the fitted guess. */
constexpr double kGuessLogMax = 88;
constexpr double kGuessTotalVolatilityMax = 4;
/** A last step below this leaves an error of its fourth power, times a small constant. */
constexpr double kLastStepMax = 3e-5;

/** Highest power first; written by `implied_volatility_guess.py`. */
constexpr double kGuessNumerator[] = {0.000248927944748746, 0.042994122685267415, 0.2477720839139588,
                                      2.503404572404226};
constexpr double kGuessDenominator[] = {0.007776458668558901, 0.1649458211435464, 0.5842665877317339, 1.0};
constexpr double kGuessCorrection2[] = {0.002068272215775275, -0.009516540999501414, 0.002701683441162196};
constexpr double kGuessCorrection1[] = {-0.0008825913659957706, 0.007279523066089921, 0.027320908003950106};
constexpr double kGuessCorrection0[] = {0.00011884131161879577, -0.0018104397257661929, 0.00433275362300952};

/** What the stages of a row hand to each other. */
template <typename Lane>
struct NormalisedOption {
  /** m = |ln(forward / strike)|. */
  Lane moneyness;
  /** Price of the out-of-the-money option / min(forward, strike). */
  Lane price;
  /** The same / sqrt(forward x strike), for the guess. */
  Lane symmetricPrice;
  Lane totalVolatility;
  /** 1, or 0 when the row is not ordinary. */
  Lane ordinary;
};

/** `sign` is 1 for a call and -1 for a put. Numbers outside the domain give an option that is not ordinary. */
template <typename Lane>
inline NormalisedOption<Lane> normalise(const Lane& sign, const Lane& forward, const Lane& strike, const Lane& price,
                                        const Lane& timeToExpiryYears) noexcept {
  const auto fill = lanes::fill<Lane>;
  const Lane inside = sign * (forward - strike);
  const Lane timeValue = price - (inside > fill(0) ? inside : fill(0));
  const Lane smaller = forward < strike ? forward : strike;
  const Lane larger = forward < strike ? strike : forward;
  const Lane quotient = smaller / larger;
  const lanes::BinaryScale<Lane> scale = lanes::binaryScaleOf(quotient);
  const Lane moneyness = fill(0) - lanes::logOfQuotient(Lane(smaller * scale.inverse), larger, scale.power);
  const auto good = (smaller >= fill(kPositiveMin)) & (larger <= fill(kMagnitudeMax)) & (timeValue > fill(0)) &
                    (timeValue < smaller) & (timeToExpiryYears >= fill(kPositiveMin)) &
                    (timeToExpiryYears <= fill(kMagnitudeMax));
  const Lane normalised = timeValue / smaller;
  const Lane symmetric = normalised * lanes::LaneTraits<Lane>::squareRoot(quotient);
  return {moneyness, normalised, symmetric, fill(0), good ? fill(1) : fill(0)};
}

template <typename Lane>
inline void guess(NormalisedOption<Lane>& option) noexcept {
  const auto fill = lanes::fill<Lane>;
  const Lane sum = option.symmetricPrice + option.moneyness;
  const Lane u = lanes::logOf(Lane(sum / option.symmetricPrice));
  const Lane g = lanes::polynomialOf(kGuessNumerator, u) / lanes::polynomialOf(kGuessDenominator, u);
  const Lane s = sum * g;
  const Lane square = s * s;
  const Lane c2 = lanes::polynomialOf(kGuessCorrection2, square);
  const Lane c1 = lanes::polynomialOf(kGuessCorrection1, square);
  const Lane c0 = lanes::polynomialOf(kGuessCorrection0, square);
  const Lane correction = lanes::multiplyAdd(lanes::multiplyAdd(c2, g, c1), g, c0);
  option.totalVolatility = lanes::multiplyAdd(Lane(s * square), correction, s);
  const auto good = (u <= fill(kGuessLogMax)) & (s <= fill(kGuessTotalVolatilityMax));
  option.ordinary = good ? option.ordinary : fill(0);
}

/** The corrected factor of s from the Newton step nu and the shape at s. */
template <typename Lane>
inline Lane householderFactor(const Lane& nu, const Lane& h2, const Lane& h3) noexcept {
  const auto fill = lanes::fill<Lane>;
  const Lane above = lanes::multiplyAdd(Lane(fill(0.5) * nu), h2, fill(1));
  const Lane below = lanes::multiplyAdd(nu, lanes::multiplyAdd(Lane(fill(1.0 / 6) * nu), h3, h2), fill(1));
  return nu * (above / below);
}

/** One Householder step; the last one also says whether the row was ordinary. */
template <bool kLast, typename Lane>
inline void refine(NormalisedOption<Lane>& option) noexcept {
  const auto fill = lanes::fill<Lane>;
  const Lane s = option.totalVolatility;
  const Lane h = option.moneyness / s;
  const Lane t = fill(0.5) * s;
  const MillsDifference<Lane> difference = millsDifference(h, t);
  const Lane common = difference.denominator / (difference.numerator * s);
  const Lane v = common * s;
  const Lane h2 = h * h;
  const Lane t2 = t * t;
  const Lane logQuotient = lanes::logOf(Lane(common * (option.price * fill(kSqrtTwoPi))));
  const Lane nu = lanes::multiplyAdd(Lane(fill(0.5) * (h - t)), Lane(h - t), logQuotient) / v;
  const Lane second = h2 - t2 - v;
  const Lane third = second * (second - v) - lanes::multiplyAdd(fill(3), h2, t2);
  option.totalVolatility = lanes::multiplyAdd(s, householderFactor(nu, second, third), s);
  if (kLast) {
    const auto good = (t <= h + fill(kMillsShift)) & (nu < fill(kLastStepMax)) & (nu > fill(-kLastStepMax));
    option.ordinary = good ? option.ordinary : fill(0);
  }
}

}  // namespace margincube
