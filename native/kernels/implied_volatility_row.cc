#include "implied_volatility_row.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "implied_volatility_lanes.h"

namespace margincube {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/** Below this a quotient of doubles loses digits, and the logarithms of its parts are subtracted instead. */
constexpr double kNormalisedMin = 1e-290;

/** Where less than this part of the largest price is missing, the missing part is solved for. */
constexpr double kUpperPart = 0.25;

/** A step of less than this part of s is rounding. */
constexpr double kStepMin = 4e-16;

/** Bisection alone would need as many halvings of the exponent and of the mantissa. */
constexpr int kStepsMax = 128;

/** Beyond this argument exp(z^2/2) overflows. */
constexpr double kMillsMin = -37;

/** Y(z) for z <= 59, also where z < -1 and Y grows like exp(z^2/2). */
double millsRatioBelow(double z) noexcept {
  if (z >= -kMillsShift) return millsRatio(z);
  return kSqrtTwoPi * std::exp(0.5 * z * z) - millsRatio(-z);
}

/** What is solved: ln b(s), or ln of what b(s) lacks of its largest value, equals the target's. */
struct Objective {
  double moneyness;
  /** Of the price or of the missing part, x sqrt(2 pi) / min(F, K); 0 when only the logarithm is representable. */
  double target;
  double logTarget;
  bool missing;
};

/** ln(b / target), positive where s is too large (reversed for the missing part), and V = s b'/b of that part. */
struct Point {
  double difference;
  double v;
};

Point evaluate(const Objective& objective, double s) noexcept {
  const double h = objective.moneyness / s;
  const double t = 0.5 * s;
  double scaled = 0;
  if (objective.missing) {
    scaled = millsRatioBelow(t - h) + millsRatioBelow(t + h);
  } else if (h - t >= -kMillsShift) {
    const MillsDifference<double> difference = millsDifference(h, t);
    scaled = s * difference.numerator / difference.denominator;
  } else {
    scaled = millsRatioBelow(std::max(h - t, kMillsMin)) - millsRatioBelow(h + t);
  }
  const double logScaled =
      objective.target > 0 ? std::log(scaled / objective.target) : std::log(scaled) - objective.logTarget;
  return {logScaled - 0.5 * (h - t) * (h - t), objective.missing ? -s / scaled : s / scaled};
}

double next(const Objective& objective, double s, const Point& point) noexcept {
  const double h = objective.moneyness / s;
  const double t = 0.5 * s;
  const double second = h * h - t * t - point.v;
  const double third = second * (second - point.v) - 3 * h * h - t * t;
  return s + s * householderFactor(-point.difference / point.v, second, third);
}

/** Of a price: the driftless guess of `implied_volatility_lanes.h`, its asymptote in the far tail. */
double firstGuess(const Objective& objective) noexcept {
  const double m = objective.moneyness;
  if (objective.missing) {
    const double tail = std::sqrt(std::max(-2 * (objective.logTarget - std::log(kSqrtTwoPi)), 0.0));
    return tail + std::sqrt(tail * tail + 2 * m);
  }
  const double logPrice = objective.logTarget - std::log(kSqrtTwoPi) - 0.5 * m;
  const double u = m == 0 ? 0 : std::max(0.0, std::log(m) - logPrice);
  if (u > kGuessLogMax) return m / std::sqrt(2 * u);
  NormalisedOption<double> option = {m, 0, std::exp(logPrice), 0, 1};
  guess(option);
  const double s = option.totalVolatility;
  return s > 0 && s <= kGuessTotalVolatilityMax ? s : std::max(2.0, std::sqrt(2 * m));
}

double solve(const Objective& objective) noexcept {
  double low = 0;
  double high = kInfinity;
  double s = firstGuess(objective);
  for (int step = 0; step < kStepsMax; ++step) {
    const Point point = evaluate(objective, s);
    const bool tooLarge = objective.missing ? point.difference < 0 : point.difference > 0;
    // Far beyond the tail every number may be infinite or undefined: then s is too small.
    if (tooLarge) {
      high = s;
    } else {
      low = s;
    }
    double following = next(objective, s, point);
    if (std::fabs(following - s) <= kStepMin * s) return following;
    if (!(following > low && following < high)) {
      following = high == kInfinity ? 2 * low : low == 0 ? 0.125 * high : std::sqrt(low) * std::sqrt(high);
    }
    s = following;
  }
  return s;
}

/** Total volatility of an out-of-the-money option; 0 < timeValue < smaller <= larger. */
double totalVolatilityOf(double smaller, double larger, double timeValue) noexcept {
  const double quotient = smaller / larger;
  const lanes::BinaryScale<double> scale = lanes::binaryScaleOf(quotient);
  Objective objective{};
  objective.moneyness = std::fabs(lanes::logOfQuotient(smaller * scale.inverse, larger, scale.power));
  objective.missing = smaller - timeValue < kUpperPart * smaller;
  const double part = objective.missing ? smaller - timeValue : timeValue;
  const double normalised = part / smaller;
  if (normalised >= kNormalisedMin) {
    objective.target = kSqrtTwoPi * normalised;
    objective.logTarget = std::log(objective.target);
  } else {
    objective.logTarget = std::log(part) - std::log(smaller) + std::log(kSqrtTwoPi);
  }
  return solve(objective);
}

bool positive(double value) noexcept { return value >= kPositiveMin && value <= kMagnitudeMax; }

ImpliedVolatilityStatus check(std::uint8_t isCall, double forward, double strike, double price,
                              double timeToExpiryYears) noexcept {
  using Status = ImpliedVolatilityStatus;
  if (!std::isfinite(forward) || !std::isfinite(strike) || !std::isfinite(price) || !std::isfinite(timeToExpiryYears)) {
    return Status::kNotFinite;
  }
  if (isCall > 1 || !positive(forward) || !positive(strike)) return Status::kOutOfDomain;
  if (timeToExpiryYears <= 0) return Status::kZeroTime;
  if (!positive(timeToExpiryYears)) return Status::kOutOfDomain;
  const double intrinsic = std::max(isCall == 1 ? forward - strike : strike - forward, 0.0);
  if (price < intrinsic) return Status::kBelowIntrinsic;
  if (price == intrinsic) return Status::kAtIntrinsic;
  const double maximum = isCall == 1 ? forward : strike;
  if (price >= maximum || price - intrinsic >= std::min(forward, strike)) return Status::kAboveMaximum;
  return Status::kOk;
}

}  // namespace

ImpliedVolatilityStatus impliedVolatilityOf(std::uint8_t isCall, double forward, double strike, double price,
                                            double timeToExpiryYears, double* volatility) noexcept {
  *volatility = 0;
  const ImpliedVolatilityStatus status = check(isCall, forward, strike, price, timeToExpiryYears);
  if (status != ImpliedVolatilityStatus::kOk) return status;
  const double intrinsic = std::max(isCall == 1 ? forward - strike : strike - forward, 0.0);
  const double total = totalVolatilityOf(std::min(forward, strike), std::max(forward, strike), price - intrinsic);
  *volatility = total / std::sqrt(timeToExpiryYears);
  return status;
}

}  // namespace margincube
