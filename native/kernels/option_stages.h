/**
 * The cells of one option row, one run of scenarios, in short loops: the chain of a cell takes some 150 cycles, and
 * only short chains leave the processor enough independent work to stay busy. The formulas stand in `scenario_pnl.h`;
 * here are the first loops, `findTotalVolatilities` and `findQuantiles`; the last ones are in `option_values.h`.
 */
#pragma once

#include "lane_math.h"
#include "layout.h"
#include "scaled_density.h"

namespace margincube {

constexpr double kTotalVolatilityMin = 1e-20;
/** Up to this unshocked total volatility one fused product shocks it; above, its rounding would weigh too much. */
constexpr double kFusedTotalVolatilityMax = 2;
/** How a row is valued; `kPutLessStrike` lacks the strike, which a difference of two values loses anyway. */
enum class Pricing { kCall, kPut, kPutLessStrike };

/** One block of the scenario rows that move an instrument's volatility. */
struct VolatilityShocks {
  const double* volShock;
  const double* skewShock;
  const double* smileShock;
  const double* volFloor;
  /** Whether any floor of the whole set is above 0. */
  bool hasFloor;
};

/** One block of the scenario row that moves an instrument's forward. */
struct SpotMoves {
  const double* factor;
  const double* logFactor;
  const double* inverseFactor;
};

struct OptionRow {
  Pricing pricing;
  /** Values are in coins at the forward of the scenario. */
  bool inverse;
  double forward;
  double fixedForward;
  double strike;
  double volatility;
  double termFactor;
  double skewFactor;
  double smileFactor;
  double scale;
  /** ln(forward / strike); unused when there is a fixed part. */
  double logMoneyness;
  double rootTime;
  /** Unshocked unit value, in the form of the block. */
  double value;
};

/** What the loops of one row hand to each other. Forward and strike are in the unit of the value: inverse forwards
 * are 1. */
struct Stages {
  alignas(64) double totalVolatility[kScenarioBlock];
  alignas(64) double forward[kScenarioBlock];
  alignas(64) double strike[kScenarioBlock];
  alignas(64) double d1[kScenarioBlock];
  alignas(64) double d2[kScenarioBlock];
  alignas(64) double squaredD1[kScenarioBlock];
  alignas(64) double squaredD2[kScenarioBlock];
  /** What both sides of an option have in common, in the form in which it was found. */
  alignas(64) double common[kScenarioBlock];
};

namespace stages {

using lanes::kPacket;
using lanes::Vector;

inline Vector fill(double value) noexcept { return lanes::fill<Vector>(value); }
inline Vector load(const double* from) noexcept { return lanes::LaneTraits<Vector>::load(from); }
inline void store(double* to, const Vector& value) noexcept { lanes::LaneTraits<Vector>::store(to, value); }

/** Products and sums are never fused here, so all instruction sets give the same bits. */
template <bool kSmile>
void shockVolatility(const OptionRow& row, const VolatilityShocks& shocks, std::size_t count,
                     double* volatility) noexcept {
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    Vector multiplier = fill(1) + load(shocks.volShock + lane) * fill(row.termFactor);
    if (kSmile) {
      multiplier = multiplier + load(shocks.skewShock + lane) * fill(row.skewFactor);
      multiplier = multiplier + load(shocks.smileShock + lane) * fill(row.smileFactor);
    }
    const Vector shocked = fill(row.volatility) * lanes::larger(multiplier, fill(0));
    store(volatility + lane, lanes::larger(shocked, load(shocks.volFloor + lane)));
  }
}

inline void shockVolatility(const OptionRow& row, const VolatilityShocks& shocks, std::size_t count,
                            double* volatility) noexcept {
  if (row.skewFactor != 0 || row.smileFactor != 0) return shockVolatility<true>(row, shocks, count, volatility);
  return shockVolatility<false>(row, shocks, count, volatility);
}

/** Without a floor anywhere, leaving it out gives the same bits. */
template <bool kFloor>
void fuseTotalVolatilities(const OptionRow& row, const VolatilityShocks& shocks, std::size_t count,
                           Stages& stages) noexcept {
  const double unshocked = row.volatility * row.rootTime;
  const double perShock = unshocked * row.termFactor;
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    Vector total = lanes::multiplyAdd(load(shocks.volShock + lane), fill(perShock), fill(unshocked));
    if (kFloor) total = lanes::larger(total, load(shocks.volFloor + lane) * fill(row.rootTime));
    store(stages.totalVolatility + lane, lanes::larger(total, fill(kTotalVolatilityMin)));
  }
}

inline void findTotalVolatilities(const OptionRow& row, const VolatilityShocks& shocks, std::size_t count,
                                  Stages& stages) noexcept {
  if (row.skewFactor == 0 && row.smileFactor == 0 && row.volatility * row.rootTime <= kFusedTotalVolatilityMax) {
    return shocks.hasFloor ? fuseTotalVolatilities<true>(row, shocks, count, stages)
                           : fuseTotalVolatilities<false>(row, shocks, count, stages);
  }
  shockVolatility(row, shocks, count, stages.totalVolatility);
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    const Vector total = load(stages.totalVolatility + lane) * fill(row.rootTime);
    store(stages.totalVolatility + lane, lanes::larger(total, fill(kTotalVolatilityMin)));
  }
}

/** d1, d2 and their squares, of which the larger is returned. */
inline Vector storeQuantiles(const Vector& logMoneyness, std::size_t lane, Stages& stages) noexcept {
  const Vector total = load(stages.totalVolatility + lane);
  const Vector middle = lanes::quotient(logMoneyness, total);
  const Vector d1 = lanes::multiplyAdd(total, fill(0.5), middle);
  const Vector d2 = lanes::multiplyAdd(total, fill(-0.5), middle);
  const Vector squaredD1 = d1 * d1;
  const Vector squaredD2 = d2 * d2;
  store(stages.d1 + lane, d1);
  store(stages.d2 + lane, d2);
  store(stages.squaredD1 + lane, squaredD1);
  store(stages.squaredD2 + lane, squaredD2);
  return lanes::larger(squaredD1, squaredD2);
}

/** The largest square of a quantile is returned; forward and strike in the unit of the value stand in `stages`. */
template <bool kFixed, bool kInverse>
double findQuantiles(const OptionRow& row, const SpotMoves& moves, std::size_t count, Stages& stages) noexcept {
  const double strikeInCoins = row.strike / row.forward;
  Vector largest = fill(0);
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    const Vector moving = fill(row.forward) * load(moves.factor + lane);
    const Vector forward = kFixed ? fill(row.fixedForward) + moving : moving;
    const Vector quotient = forward / fill(row.strike);
    const Vector logMoneyness =
        kFixed ? (Vector)lanes::plog((lanes::Packet)quotient) : fill(row.logMoneyness) + load(moves.logFactor + lane);
    const Vector coins = kFixed ? fill(row.strike) / forward : fill(strikeInCoins) * load(moves.inverseFactor + lane);
    const Vector unit = kInverse ? fill(1) : forward;
    store(stages.forward + lane, unit);
    store(stages.strike + lane, kInverse ? coins : fill(row.strike));
    largest = lanes::larger(largest, storeQuantiles(logMoneyness, lane, stages));
  }
  return lanes::largestOf(largest);
}

inline double findQuantiles(const OptionRow& row, const SpotMoves& moves, std::size_t count, Stages& stages) noexcept {
  if (row.fixedForward != 0) {
    return row.inverse ? findQuantiles<true, true>(row, moves, count, stages)
                       : findQuantiles<true, false>(row, moves, count, stages);
  }
  return row.inverse ? findQuantiles<false, true>(row, moves, count, stages)
                     : findQuantiles<false, false>(row, moves, count, stages);
}

}  // namespace stages
}  // namespace margincube
