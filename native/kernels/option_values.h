/**
 * The last loops over the cells of one option row: values from quantiles, in one of two forms (`scenario_pnl.h`). The
 * central form needs every quantile of the block within the reach of `normal_centre.h`; the form of tails serves all.
 */
#pragma once

#include "mills_ratio.h"
#include "normal_centre.h"
#include "option_stages.h"

namespace margincube {

/** Strike over forward up to which the central form keeps the error of two prices below 1e-15 of their forwards. */
constexpr double kCentralMoneynessMax = 2;
/** The same for `MillsNearMoney` in the form of tails. */
constexpr double kNearMoneyMax = 4;

/** How the values of a block were found. */
enum class Form : std::size_t { kNarrowCentre, kWideCentre, kTails };
constexpr std::size_t kForms = 3;

namespace stages {

/** Whether a centre reaches quantiles of which the largest has this square. */
template <typename Centre>
inline bool isWithin(double largestSquare) noexcept {
  return largestSquare <= Centre::kQuantileMax * Centre::kQuantileMax;
}

inline Form formOf(const OptionRow& row, double largestSquare) noexcept {
  const double forward = row.fixedForward + row.forward;
  if (row.strike > kCentralMoneynessMax * forward || !isWithin<WideCentre>(largestSquare)) return Form::kTails;
  return isWithin<NarrowCentre>(largestSquare) ? Form::kNarrowCentre : Form::kWideCentre;
}

inline bool isNearMoney(double forward, double strike) noexcept { return strike <= kNearMoneyMax * forward; }

/** forward (N(d1) - 1/2) - strike (N(d2) - 1/2), with one division for both. */
template <typename Centre>
inline Vector centreOf(const Stages& stages, std::size_t lane) noexcept {
  const Vector w1 = load(stages.squaredD1 + lane);
  const Vector w2 = load(stages.squaredD2 + lane);
  const Vector q1 = lanes::polynomialOf(Centre::kDenominator, w1);
  const Vector q2 = lanes::polynomialOf(Centre::kDenominator, w2);
  const Vector p1 = load(stages.forward + lane) * load(stages.d1 + lane) * lanes::polynomialOf(Centre::kNumerator, w1);
  const Vector p2 = load(stages.strike + lane) * load(stages.d2 + lane) * lanes::polynomialOf(Centre::kNumerator, w2);
  return lanes::differenceOfProducts(p1, q2, p2, q1) / (q1 * q2);
}

/**
 * Unit value of a call or put from the centre, but for a part that no scenario moves: half the strike, or in coins half
 * the forward. `moving` is the forward, or in coins the strike.
 */
inline Vector centralPart(const Vector& moving, const Vector& half, const Vector& centre) noexcept {
  return lanes::multiplyAdd(moving, half, centre);
}

/** The factor of `moving`: + 1/2 for a call in money and a put in coins. */
inline double centralHalf(bool isCall, bool inverse) noexcept { return isCall == inverse ? -0.5 : 0.5; }

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
  const Vector density = lanes::scaledDensity(z1, load(stages.forward + lane));
  return density / (q1 * q2) * lanes::differenceOfProducts(p2, q1, p1, q2);
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

/** Writes what the other side of the same option can use as well. */
template <typename Of>
void findCommon(Of of, std::size_t count, Stages& stages) noexcept {
  for (std::size_t lane = 0; lane < count; lane += kPacket) store(stages.common + lane, of(stages, lane));
}

inline void findCommon(const OptionRow& row, Form form, std::size_t count, Stages& stages) noexcept {
  if (form == Form::kNarrowCentre) return findCommon(centreOf<NarrowCentre>, count, stages);
  if (form == Form::kWideCentre) return findCommon(centreOf<WideCentre>, count, stages);
  if (isNearMoney(row.fixedForward + row.forward, row.strike)) {
    return findCommon(tailsOf<MillsNearMoney>, count, stages);
  }
  return findCommon(tailsOf<MillsAnywhere>, count, stages);
}

/** Writes (value - row.value) x row.scale. */
template <Pricing kPricing>
void writeFromTails(const OptionRow& row, std::size_t count, const Stages& stages, double* out) noexcept {
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    const Vector value = unitValue<kPricing>(stages, load(stages.common + lane), lane);
    store(out + lane, (value - fill(row.value)) * fill(row.scale));
  }
}

inline void writeFromCentre(const OptionRow& row, std::size_t count, const Stages& stages, double* out) noexcept {
  const double* moving = row.inverse ? stages.strike : stages.forward;
  const Vector half = fill(centralHalf(row.pricing == Pricing::kCall, row.inverse));
  for (std::size_t lane = 0; lane < count; lane += kPacket) {
    const Vector part = centralPart(load(moving + lane), half, load(stages.common + lane));
    store(out + lane, (part - fill(row.value)) * fill(row.scale));
  }
}

inline void writeRow(const OptionRow& row, Form form, std::size_t count, const Stages& stages, double* out) noexcept {
  if (form != Form::kTails) return writeFromCentre(row, count, stages, out);
  if (row.pricing == Pricing::kCall) return writeFromTails<Pricing::kCall>(row, count, stages, out);
  if (row.pricing == Pricing::kPut) return writeFromTails<Pricing::kPut>(row, count, stages, out);
  return writeFromTails<Pricing::kPutLessStrike>(row, count, stages, out);
}

}  // namespace stages
}  // namespace margincube
