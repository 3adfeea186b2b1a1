/**
 * The cells of one option row, one run of scenarios, in short loops: the chain of a cell takes some 150 cycles, and
 * only short chains leave the processor enough independent work to stay busy. The formula stands in `scenario_pnl.h`;
 * the loops are `findTotalVolatilities`, `findQuantiles` (with the density) and `writeRow`, in this order.
 */
#pragma once

#include "lane_math.h"
#include "layout.h"
#include "mills_ratio.h"
#include "scaled_density.h"

namespace margincube {

constexpr double kTotalVolatilityMin = 1e-20;
/** Up to this unshocked total volatility one fused product shocks it; above, its rounding would weigh too much. */
constexpr double kFusedTotalVolatilityMax = 2;
/** Strike over forward up to which `MillsNearMoney` keeps the error of two prices below 1e-15 of their forwards. */
constexpr double kNearMoneyMax = 4;

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
  /** Unshocked unit value. */
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
  /** forward x exp(-d1^2 / 2). */
  alignas(64) double density[kScenarioBlock];
  /** What the two distribution functions add to the intrinsic part. */
  alignas(64) double tails[kScenarioBlock];
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

/** d1, d2 and the density; the forward in the unit of the value stands in `stages`. */
inline void storeQuantiles(const Vector& logMoneyness, const Vector& forward, std::size_t lane,
                           Stages& stages) noexcept {
  const Vector total = load(stages.totalVolatility + lane);
  const Vector middle = lanes::quotient(logMoneyness, total);
  const Vector d1 = lanes::multiplyAdd(total, fill(0.5), middle);
  const Vector z = lanes::smaller(lanes::magnitude(d1), fill(kQuantileMax));
  store(stages.d1 + lane, d1);
  store(stages.d2 + lane, lanes::multiplyAdd(total, fill(-0.5), middle));
  store(stages.density + lane, lanes::scaledDensity(z, forward));
}

template <bool kFixed, bool kInverse>
void findQuantiles(const OptionRow& row, const SpotMoves& moves, std::size_t count, Stages& stages) noexcept {
  const double strikeInCoins = row.strike / row.forward;
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
    storeQuantiles(logMoneyness, unit, lane, stages);
  }
}

inline void findQuantiles(const OptionRow& row, const SpotMoves& moves, std::size_t count, Stages& stages) noexcept {
  if (row.fixedForward != 0) {
    return row.inverse ? findQuantiles<true, true>(row, moves, count, stages)
                       : findQuantiles<true, false>(row, moves, count, stages);
  }
  return row.inverse ? findQuantiles<false, true>(row, moves, count, stages)
                     : findQuantiles<false, false>(row, moves, count, stages);
}

/** Unit value of a call or put from the tails and the intrinsic part that the signs of d1 and d2 choose. */
template <Pricing kPricing>
inline Vector unitValue(const Stages& stages, const Vector& tails, std::size_t lane) noexcept {
  const Vector forward = load(stages.forward + lane);
  const Vector strike = load(stages.strike + lane);
  const auto above1 = load(stages.d1 + lane) > fill(0);
  const auto above2 = load(stages.d2 + lane) > fill(0);
  if (kPricing == Pricing::kPut) {
    const Vector intrinsic = (above2 ? fill(0) : strike) - (above1 ? fill(0) : forward);
    return intrinsic + tails;
  }
  const Vector intrinsic = (above1 ? forward : fill(0)) - (above2 ? strike : fill(0));
  return kPricing == Pricing::kCall ? intrinsic + tails : (intrinsic + tails) - forward;
}

template <Pricing kPricing>
inline void writeValue(const OptionRow& row, const Stages& stages, const Vector& tails, std::size_t lane,
                       double* out) noexcept {
  store(out + lane, (unitValue<kPricing>(stages, tails, lane) - fill(row.value)) * fill(row.scale));
}

/** sign(d2) strike N(-|d2|) - sign(d1) forward N(-|d1|), with one division for both ratios. */
template <typename Mills>
inline Vector tailsOf(const Stages& stages, std::size_t lane) noexcept {
  const Vector d1 = load(stages.d1 + lane);
  const Vector d2 = load(stages.d2 + lane);
  const Vector z1 = lanes::smaller(lanes::magnitude(d1), fill(kQuantileMax));
  const Vector z2 = lanes::smaller(lanes::magnitude(d2), fill(Mills::kArgumentMax));
  const Vector q1 = lanes::polynomialOf(Mills::kDenominator, z1);
  const Vector q2 = lanes::polynomialOf(Mills::kDenominator, z2);
  const Vector p1 = lanes::timesSignOf(lanes::polynomialOf(Mills::kNumerator, z1), d1);
  const Vector p2 = lanes::timesSignOf(lanes::polynomialOf(Mills::kNumerator, z2), d2);
  const Vector difference = lanes::multiplyAdd(p2, q1, Vector(-(p1 * q2)));
  return load(stages.density + lane) / (q1 * q2) * difference;
}

/** Writes (value - row.value) x row.scale, and keeps the tails for the other side of the same option. */
template <typename Mills, Pricing kPricing>
void findTailsAndWrite(const OptionRow& row, std::size_t count, Stages& stages, double* out) noexcept {
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    const Vector tails = tailsOf<Mills>(stages, lane);
    store(stages.tails + lane, tails);
    writeValue<kPricing>(row, stages, tails, lane, out);
  }
}

template <Pricing kPricing>
void writeFromTails(const OptionRow& row, std::size_t count, Stages& stages, double* out) noexcept {
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    writeValue<kPricing>(row, stages, load(stages.tails + lane), lane, out);
  }
}

inline bool isNearMoney(double forward, double strike) noexcept { return strike <= kNearMoneyMax * forward; }

template <Pricing kPricing>
void writeRow(const OptionRow& row, bool tailsKnown, std::size_t count, Stages& stages, double* out) noexcept {
  if (tailsKnown) return writeFromTails<kPricing>(row, count, stages, out);
  if (isNearMoney(row.fixedForward + row.forward, row.strike)) {
    return findTailsAndWrite<MillsNearMoney, kPricing>(row, count, stages, out);
  }
  return findTailsAndWrite<MillsAnywhere, kPricing>(row, count, stages, out);
}

/** The last loop. `tailsKnown`: `stages` are those of the row before, the other side of the same option. */
inline void writeRow(const OptionRow& row, bool tailsKnown, std::size_t count, Stages& stages, double* out) noexcept {
  if (row.pricing == Pricing::kCall) return writeRow<Pricing::kCall>(row, tailsKnown, count, stages, out);
  if (row.pricing == Pricing::kPut) return writeRow<Pricing::kPut>(row, tailsKnown, count, stages, out);
  return writeRow<Pricing::kPutLessStrike>(row, tailsKnown, count, stages, out);
}

}  // namespace stages
}  // namespace margincube
