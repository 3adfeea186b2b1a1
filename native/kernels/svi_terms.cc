#include "svi_terms.h"

#include <algorithm>
#include <cmath>

namespace margincube {
namespace {

constexpr std::size_t P = kSviParameters;

double folded(const double* lanes) noexcept {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

void linearise(const SviQuotes& in, const SviWings& x, const SviQuoteColumns& columns) noexcept {
  const double base = sviBase(x), half = 0.5 * (x.p1 + x.p2), tilt = 0.5 * (x.p2 - x.p1);
  const double root = std::sqrt(x.p1 * x.p2);
  const double fromP1 = -0.5 * x.s * std::sqrt(x.p2 / x.p1), fromP2 = -0.5 * x.s * std::sqrt(x.p1 / x.p2);
  double* __restrict j0 = columns.jacobian[0];
  double* __restrict j1 = columns.jacobian[1];
  double* __restrict j2 = columns.jacobian[2];
  double* __restrict j3 = columns.jacobian[3];
  double* __restrict j4 = columns.jacobian[4];
  double* __restrict residual = columns.residual;
  const double* __restrict ks = in.logMoneyness;
  const double* __restrict quotes = in.totalVariance;
  const double* __restrict weights = in.weight;
  for (std::size_t i = 0; i < in.count; ++i) {
    const double weight = weights[i];
    const double d = ks[i] - x.m;
    const double r = std::sqrt(d * d + x.s * x.s);
    const double inverse = 1.0 / r;
    residual[i] = weight * (base + tilt * d + half * r - quotes[i]);
    j0[i] = weight * (fromP1 - 0.5 * d + 0.5 * r);
    j1[i] = weight * (fromP2 + 0.5 * d + 0.5 * r);
    j2[i] = weight;
    j3[i] = weight * (-tilt - half * d * inverse);
    j4[i] = weight * (half * x.s * inverse - root);
  }
}

}  // namespace

double stripedDot(const double* __restrict a, const double* __restrict b, std::size_t padded) noexcept {
  double lanes[kSviStripe] = {};
  for (std::size_t i = 0; i < padded; i += kSviStripe) {
    for (std::size_t lane = 0; lane < kSviStripe; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  }
  return folded(lanes);
}

double stripedSum(const double* a, std::size_t padded) noexcept {
  double lanes[kSviStripe] = {};
  for (std::size_t i = 0; i < padded; i += kSviStripe) {
    for (std::size_t lane = 0; lane < kSviStripe; ++lane) lanes[lane] += a[i + lane];
  }
  return folded(lanes);
}

SviQuoteColumns sviQuoteColumns(double* workspace, std::size_t count) noexcept {
  const std::size_t padded = sviPadded(count);
  SviQuoteColumns columns{};
  for (std::size_t p = 0; p < P; ++p) columns.jacobian[p] = workspace + p * padded;
  columns.residual = workspace + P * padded;
  columns.influence = workspace + (P + 1) * padded;
  columns.scratch = workspace + (P + 2) * padded;
  for (std::size_t i = count; i < padded; ++i) {
    for (double* column : columns.jacobian) column[i] = 0.0;
    columns.residual[i] = columns.influence[i] = columns.scratch[i] = 0.0;
  }
  return columns;
}

SviQuoteCost evaluateQuotes(const SviQuotes& quotes, const SviWings& x, double huberDelta,
                            const SviQuoteColumns& columns) noexcept {
  linearise(quotes, x, columns);
  double* __restrict influence = columns.influence;
  double* __restrict scratch = columns.scratch;
  const double* __restrict residual = columns.residual;
  for (std::size_t i = 0; i < quotes.count; ++i) {
    const double size = std::fabs(residual[i]);
    const bool inside = size <= huberDelta;
    influence[i] = inside ? 1.0 : huberDelta / size;
    scratch[i] = inside ? size * size : (2.0 * size - huberDelta) * huberDelta;
  }
  const std::size_t padded = sviPadded(quotes.count);
  return {stripedSum(scratch, padded), stripedDot(residual, residual, padded)};
}

void accumulateQuotes(std::size_t count, const SviQuoteColumns& columns, SviNormal& normal) noexcept {
  const std::size_t padded = sviPadded(count);
  for (std::size_t p = 0; p < P; ++p) {
    for (std::size_t i = 0; i < padded; ++i) columns.scratch[i] = columns.influence[i] * columns.jacobian[p][i];
    normal.gradient[p] = stripedDot(columns.scratch, columns.residual, padded);
    for (std::size_t q = p; q < P; ++q) normal.matrix[p][q] = stripedDot(columns.scratch, columns.jacobian[q], padded);
  }
}

void sviDerivatives(const SviWings& x, double k, double* ofW, double* ofG) noexcept {
  const SviPoint at = sviPoint(x, sviBase(x), k);
  const double half = 0.5 * (x.p1 + x.p2), tilt = 0.5 * (x.p2 - x.p1);
  const double d = k - x.m, r = std::sqrt(d * d + x.s * x.s), unit = d / r;
  const double r3 = r * r * r, r5 = r3 * r * r, ss = x.s * x.s;
  const double w[P] = {-0.5 * x.s * std::sqrt(x.p2 / x.p1) - 0.5 * d + 0.5 * r,
                       -0.5 * x.s * std::sqrt(x.p1 / x.p2) + 0.5 * d + 0.5 * r, 1.0, -tilt - half * unit,
                       half * x.s / r - std::sqrt(x.p1 * x.p2)};
  const double slope[P] = {-0.5 + 0.5 * unit, 0.5 + 0.5 * unit, 0.0, -at.curvature, -half * d * x.s / r3};
  const double curvature[P] = {0.5 * ss / r3, 0.5 * ss / r3, 0.0, 3.0 * half * ss * d / r5,
                               half * (2.0 * x.s / r3 - 3.0 * ss * x.s / r5)};
  const double inverse = 1.0 / at.w, lean = 1.0 - 0.5 * k * at.slope * inverse;
  for (std::size_t p = 0; p < P; ++p) {
    const double leanStep = -0.5 * k * inverse * (slope[p] - at.slope * inverse * w[p]);
    ofW[p] = w[p];
    ofG[p] = 2.0 * lean * leanStep - 0.5 * at.slope * slope[p] * (inverse + 0.25) +
             0.25 * at.slope * at.slope * inverse * inverse * w[p] + 0.5 * curvature[p];
  }
}

double sviClipped(double value, std::size_t parameter) noexcept {
  return std::min(std::max(value, kSviLower[parameter]), kSviUpper[parameter]);
}

bool isSviHeld(double value, double gradient, std::size_t parameter) noexcept {
  return (value <= kSviLower[parameter] && gradient > 0.0) || (value >= kSviUpper[parameter] && gradient < 0.0);
}

}  // namespace margincube
