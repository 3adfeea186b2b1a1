#include "black76.h"

#include <algorithm>
#include <cmath>

#include "checks.h"
#include "normal.h"

namespace margincube {
namespace {

/** Total volatility below which an option is worth its intrinsic value; keeps every Greek finite. */
constexpr double kTotalVolatilityMin = 1e-100;

/** Below this ratio of t to max(1, |h|) the difference of Y is summed as a series; its seventh term is then < 1e-15. */
constexpr double kSeriesLimit = 0.05;

/** Below this |h| the moments are computed upward, above it by the continued fraction. */
constexpr double kUpwardLimit = 2;

constexpr int kMoments = 12;

/** ln(numerator / denominator) without loss of digits when the two are close. */
double logRatio(double numerator, double denominator) noexcept {
  const double relative = (numerator - denominator) / denominator;
  return std::fabs(relative) < 0.5 ? std::log1p(relative) : std::log(numerator / denominator);
}

/**
 * Y(h + t) - Y(h - t), Y = N/n, for h <= 0 and small t: 2 (t I1 + t^3/3! I3 + t^5/5! I5 + ...) with the moments
 * I_k = integral of u^k exp(h u - u^2/2) over u > 0.
 */
double scaledCdfDifferenceSeries(double h, double t) noexcept {
  double moments[kMoments];
  moments[0] = scaledNormalCdf(h);
  if (-h < kUpwardLimit) {
    moments[1] = 1 + h * moments[0];
    for (int k = 2; k < kMoments; ++k) moments[k] = (k - 1) * moments[k - 2] + h * moments[k - 1];
  } else {
    // I_k / I_(k-1) = k / (|h| + I_(k+1) / I_k): every term positive, so downward recursion keeps all digits.
    double ratios[kMoments];
    const int depth = static_cast<int>(std::ceil(20 + 320 / (h * h)));
    double ratio = 0.5 * (h + std::sqrt(h * h + 4.0 * (depth + 1)));
    for (int k = depth; k >= 1; --k) {
      ratio = k / (ratio - h);
      if (k < kMoments) ratios[k] = ratio;
    }
    for (int k = 1; k < kMoments; ++k) moments[k] = moments[k - 1] * ratios[k];
  }
  double sum = 0;
  double weight = 2 * t;
  for (int k = 1; k < kMoments; k += 2) {
    sum += weight * moments[k];
    weight *= t * t / ((k + 1) * (k + 2));
  }
  return sum;
}

/** a N(x/s + s/2) - b N(x/s - s/2) for 0 < a <= b, x = ln(a/b). */
double outOfTheMoneyPrice(double a, double b, double x, double s) noexcept {
  const double h = x / s;
  const double t = 0.5 * s;
  const bool series = t < kSeriesLimit * std::max(1.0, -h);
  if (!series && h + t > 0) return a * normalCdf(h + t) - b * normalCdf(h - t);
  const double difference = series ? scaledCdfDifferenceSeries(h, t) : scaledNormalCdf(h + t) - scaledNormalCdf(h - t);
  const double scale = std::sqrt(a) * std::sqrt(b) * kInvSqrtTwoPi;
  return scale * expOfMinusHalfSquare(h) * expOfMinusHalfSquare(t) * difference;
}

double priceOf(bool isCall, double forward, double strike, double totalVolatility) noexcept {
  const double intrinsic = std::max(isCall ? forward - strike : strike - forward, 0.0);
  const double a = std::min(forward, strike);
  const double b = std::max(forward, strike);
  if (a == 0 || totalVolatility < kTotalVolatilityMin) return intrinsic;
  return intrinsic + outOfTheMoneyPrice(a, b, logRatio(a, b), totalVolatility);
}

/** Greeks of the intrinsic value; at the strike the limits for vanishing volatility where they are finite, else 0. */
void writeIntrinsicGreeks(bool isCall, double forward, double strike, double rootTime, std::size_t i,
                          const Black76Outputs& outputs) noexcept {
  const bool atTheMoney = forward == strike && forward > 0;
  const double callDelta = atTheMoney ? 0.5 : forward > strike ? 1 : 0;
  const double rootTimeAtTheMoney = atTheMoney ? rootTime : 0;
  outputs.delta[i] = isCall ? callDelta : callDelta - 1;
  outputs.gamma[i] = 0;
  outputs.vega[i] = forward * kInvSqrtTwoPi * rootTimeAtTheMoney;
  outputs.theta[i] = 0;
  outputs.vanna[i] = 0.5 * kInvSqrtTwoPi * rootTimeAtTheMoney;
  outputs.volga[i] = 0;
}

}  // namespace

KernelStatus black76Price(const Black76Inputs& inputs, double* price, std::size_t* firstBad) noexcept {
  const KernelStatus status = checkBlack76(inputs, firstBad);
  if (status != KernelStatus::kOk) return status;
  for (std::size_t i = 0; i < inputs.count; ++i) {
    const double s = inputs.volatility[i] * std::sqrt(inputs.timeToExpiryYears[i]);
    price[i] = priceOf(inputs.isCall[i] != 0, inputs.forward[i], inputs.strike[i], s);
  }
  return KernelStatus::kOk;
}

KernelStatus black76(const Black76Inputs& inputs, const Black76Outputs& outputs, std::size_t* firstBad) noexcept {
  const KernelStatus status = checkBlack76(inputs, firstBad);
  if (status != KernelStatus::kOk) return status;
  for (std::size_t i = 0; i < inputs.count; ++i) {
    const bool isCall = inputs.isCall[i] != 0;
    const double forward = inputs.forward[i];
    const double strike = inputs.strike[i];
    const double volatility = inputs.volatility[i];
    const double rootTime = std::sqrt(inputs.timeToExpiryYears[i]);
    const double s = volatility * rootTime;
    outputs.price[i] = priceOf(isCall, forward, strike, s);
    if (forward == 0 || strike == 0 || s < kTotalVolatilityMin) {
      writeIntrinsicGreeks(isCall, forward, strike, rootTime, i, outputs);
      continue;
    }
    const double h = logRatio(forward, strike) / s;
    const double d1 = h + 0.5 * s;
    const double d2 = h - 0.5 * s;
    const double density = normalPdf(d1);
    const double vega = forward * density * rootTime;
    outputs.delta[i] = isCall ? normalCdf(d1) : -normalCdf(-d1);
    outputs.gamma[i] = density / (forward * s);
    outputs.vega[i] = vega;
    outputs.theta[i] = -forward * density * volatility / (2 * rootTime);
    outputs.vanna[i] = -density * d2 / volatility;
    outputs.volga[i] = vega * d1 * d2 / volatility;
  }
  return KernelStatus::kOk;
}

}  // namespace margincube
