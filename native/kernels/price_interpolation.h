/**
 * A smile between two of the same forward whose prices are mixed: C(k) = (1 - weight) C_near(k) + weight C_far(k).
 * Prices of both slices are convex in the strike, hence so is the mixture, and with a weight that rises in time it does
 * not fall where the later slice is nowhere cheaper: between two slices without static arbitrage there is none. J.
 * Gatheral, A. Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14(1), 2014, lemma 5.1.
 *
 * All in logarithms: a price that no double holds has one. With m = |k|, h = m/s and t = s/2 the price of the
 * out-of-the-money option in units of min(F, K) is n(h - t) (Y(h - t) - Y(h + t)), Y Mills' ratio.
 */
#pragma once

#include "implied_volatility_lanes.h"

namespace margincube {

/** Farthest h + t of an option whose price is mixed: its logarithm is -500,000. */
constexpr double kPricedDistanceMax = 1000;

/** Householder steps from a guess that is a few percent off where one variance is a few times the other. */
constexpr int kPriceSteps = 3;

/** Total variance of a smile at k, and its butterfly measure g there. */
template <typename Lane>
struct SmilePoint {
  Lane totalVariance;
  Lane butterflyMeasure;
};

/** ln of sqrt(2 pi) x the price, and V = s b'/b. */
template <typename Lane>
struct LogPrice {
  Lane log;
  Lane relativeSlope;
};

template <typename Lane>
inline LogPrice<Lane> logPriceAt(const Lane& h, const Lane& t) noexcept {
  const MillsDifference<Lane> difference = millsDifference(h, t);
  const Lane scaled = (t + t) * difference.numerator / difference.denominator;
  return {lanes::logOf(scaled) - lanes::fill<Lane>(0.5) * (h - t) * (h - t),
          difference.denominator / difference.numerator};
}

/** 1 where the arithmetic of this file holds: total volatilities below 2 + 2m/s, and no further out than can be priced.
 */
template <typename Lane>
inline Lane isPriced(const Lane& moneyness, const Lane& totalVolatility) noexcept {
  const auto fill = lanes::fill<Lane>;
  const Lane h = moneyness / totalVolatility, t = fill(0.5) * totalVolatility;
  const auto good = (t <= h + fill(kMillsShift)) & (h + t <= fill(kPricedDistanceMax));
  return good ? fill(1) : fill(0);
}

/**
 * The lemma's weight of the later slice at `share` of the time between two: the total volatility at the forward, of
 * variance linear in time, lies as far between those of the slices. Total variances at the forward, > 0.
 */
template <typename Lane>
inline Lane priceWeight(const Lane& nearVariance, const Lane& farVariance, const Lane& share) noexcept {
  const auto root = lanes::LaneTraits<Lane>::squareRoot;
  const Lane between = nearVariance + share * (farVariance - nearVariance);
  // (root(between) - root(near)) / (root(far) - root(near)), where equal variances cancel to nothing.
  return share * (root(nearVariance) + root(farVariance)) / (root(nearVariance) + root(between));
}

/** The total volatility of a price, from that of two others; in the tail its logarithm is nearly linear in 1/s^2. */
template <typename Lane>
inline Lane volatilityBetween(const Lane& moneyness, const Lane& log, const Lane& near, const Lane& nearLog,
                              const Lane& far, const Lane& farLog) noexcept {
  const auto fill = lanes::fill<Lane>;
  const Lane rise = farLog - nearLog;
  const Lane share = rise > fill(0) ? (log - nearLog) / rise : fill(0.5);
  const Lane nearInverse = fill(1) / (near * near), farInverse = fill(1) / (far * far);
  Lane s = fill(1) / lanes::LaneTraits<Lane>::squareRoot(nearInverse + share * (farInverse - nearInverse));
  const Lane low = near < far ? near : far, high = near < far ? far : near;
  for (int step = 0; step < kPriceSteps; ++step) {
    const Lane h = moneyness / s, t = fill(0.5) * s;
    const LogPrice<Lane> at = logPriceAt(h, t);
    const Lane v = at.relativeSlope, h2 = h * h, t2 = t * t;
    const Lane second = h2 - t2 - v;
    const Lane third = second * (second - v) - lanes::multiplyAdd(fill(3), h2, t2);
    s = lanes::multiplyAdd(s, householderFactor(Lane((log - at.log) / v), second, third), s);
    s = s < low ? low : s > high ? high : s;
  }
  return s;
}

/** The mixture at k, 0 < weight < 1; `isPriced` at both total volatilities. */
template <typename Lane>
inline SmilePoint<Lane> mixPrices(const SmilePoint<Lane>& near, const SmilePoint<Lane>& far, const Lane& weight,
                                  const Lane& k) noexcept {
  const auto fill = lanes::fill<Lane>;
  const auto exponential = [](const Lane& y) { return (Lane)lanes::expOfNonPositive((lanes::Packet)y); };
  const Lane moneyness = k < fill(0) ? -k : k;
  const Lane nearVolatility = lanes::LaneTraits<Lane>::squareRoot(near.totalVariance);
  const Lane farVolatility = lanes::LaneTraits<Lane>::squareRoot(far.totalVariance);
  const Lane nearLog = logPriceAt(Lane(moneyness / nearVolatility), Lane(fill(0.5) * nearVolatility)).log;
  const Lane farLog = logPriceAt(Lane(moneyness / farVolatility), Lane(fill(0.5) * farVolatility)).log;
  const Lane nearWeightLog = lanes::logOf(Lane(fill(1) - weight)), farWeightLog = lanes::logOf(weight);
  const Lane nearPart = nearLog + nearWeightLog, farPart = farLog + farWeightLog;
  const Lane larger = nearPart < farPart ? farPart : nearPart, smaller = nearPart < farPart ? nearPart : farPart;
  const Lane log = larger + lanes::logOf(Lane(fill(1) + exponential(smaller - larger)));
  const Lane s = volatilityBetween(moneyness, log, nearVolatility, nearLog, farVolatility, farLog);

  // The densities g n(d-)/s mix as the prices do. A weighted one is no larger than their sum, whatever rounding says.
  const Lane distance = k / s + fill(0.5) * s;
  const auto part = [&](const SmilePoint<Lane>& point, const Lane& volatility, const Lane& weightLog) {
    const Lane itsDistance = k / volatility + fill(0.5) * volatility;
    const Lane exponent = fill(0.5) * (distance - itsDistance) * (distance + itsDistance) + weightLog;
    const Lane ratio = exponential(exponent < fill(0) ? exponent : fill(0));
    return Lane(point.butterflyMeasure * (s / volatility) * ratio);
  };
  return {s * s, part(near, nearVolatility, nearWeightLog) + part(far, farVolatility, farWeightLog)};
}

}  // namespace margincube
