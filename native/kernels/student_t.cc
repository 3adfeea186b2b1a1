#include "student_t.h"

#include <algorithm>
#include <cmath>

#include "normal.h"

namespace margincube {
namespace {

constexpr int kIterationsMax = 1000;
constexpr int kNewtonStepsMax = 60;
constexpr double kTiny = 1e-300;
constexpr double kStep = 4e-16;

/** ln Gamma(x), x > 0: Lanczos, g = 7. */
double lnGamma(double x) noexcept {
  if (x < 0.5) return lnGamma(x + 1) - std::log(x);
  constexpr double kLanczos[] = {0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
                                 771.32342877765313,   -176.61502916214059,   12.507343278686905,
                                 -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  double sum = kLanczos[0];
  for (int k = 1; k < 9; ++k) sum += kLanczos[k] / (x - 1 + k);
  const double t = x - 1 + 7 + 0.5;
  return 0.91893853320467274178 + (x - 0.5) * std::log(t) - t + std::log(sum);
}

/** Continued fraction of I_x(a, b) without its factor (Lentz). */
double betaFraction(double x, double a, double b) noexcept {
  const auto away = [](double value) { return std::fabs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / away(1 - (a + b) * x / (a + 1));
  double value = d;
  for (int m = 1; m <= kIterationsMax; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const double step = d * c;
    value *= step;
    if (std::fabs(step - 1) < kStep) break;
  }
  return value;
}

/** Power series of P(shape, x) without the factor x^shape exp(-x) / Gamma(shape). */
double lowerSeries(double shape, double x) noexcept {
  double term = 1 / shape;
  double sum = term;
  for (int k = 1; k <= kIterationsMax && term > sum * 1e-16; ++k) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum;
}

/** Continued fraction of Q(shape, x) without the same factor. */
double upperFraction(double shape, double x) noexcept {
  const auto away = [](double value) { return std::fabs(value) < kTiny ? kTiny : value; };
  double b = x + 1 - shape;
  double c = 1 / kTiny;
  double d = 1 / b;
  double value = d;
  for (int k = 1; k <= kIterationsMax; ++k) {
    const double a = -k * (k - shape);
    b += 2;
    d = 1 / away(a * d + b);
    c = away(b + a / c);
    const double step = d * c;
    value *= step;
    if (std::fabs(step - 1) < kStep) break;
  }
  return value;
}

}  // namespace

StudentT::StudentT(double degreesOfFreedom) noexcept
    : degreesOfFreedom_(degreesOfFreedom),
      lnScale_(lnGamma(degreesOfFreedom / 2 + 0.5) - lnGamma(degreesOfFreedom / 2) - 1.1447298858494001741 / 2) {}

double StudentT::upperTail(double t) const noexcept {
  const double half = degreesOfFreedom_ / 2;
  const double square = t * t;
  const double x = degreesOfFreedom_ / (degreesOfFreedom_ + square);
  const double y = square / (degreesOfFreedom_ + square);
  const double factor = std::exp(lnScale_ - half * std::log1p(square / degreesOfFreedom_)) * std::sqrt(y);
  if (x < (half + 1) / (half + 2.5)) return 0.5 * factor * betaFraction(x, half, 0.5) / half;
  return 0.5 - factor * betaFraction(y, 0.5, half);
}

ChiSquared::ChiSquared(double degreesOfFreedom) noexcept
    : degreesOfFreedom_(degreesOfFreedom), shape_(degreesOfFreedom / 2), lnGamma_(lnGamma(degreesOfFreedom / 2)) {}

double ChiSquared::quantile(double p) const noexcept {
  // The Wilson-Hilferty start, then Newton steps on the logarithm of the nearer tail in the logarithm of x.
  const double ninth = 2 / (9 * degreesOfFreedom_);
  const double cube = 1 - ninth + normalQuantile(p) * std::sqrt(ninth);
  double x = cube > 0.1 ? degreesOfFreedom_ * cube * cube * cube / 2
                        : std::exp((std::log(p) + lnGamma_ + std::log(shape_)) / shape_);
  const bool isLower = p < 0.5;
  const double target = isLower ? p : 1 - p;
  for (int step = 0; step < kNewtonStepsMax; ++step) {
    const double density = std::exp(shape_ * std::log(x) - x - lnGamma_);
    const bool bySeries = x < shape_ + 1;
    const double near = density * (bySeries ? lowerSeries(shape_, x) : upperFraction(shape_, x));
    const double tail = isLower == bySeries ? near : 1 - near;
    const double change = (isLower ? 1 : -1) * std::log(target / tail) * tail / density;
    const double bounded = std::max(-1.0, std::min(1.0, change));
    x *= std::exp(bounded);
    // Convergence is quadratic: the step after this one would be below the last bit.
    if (std::fabs(bounded) < 1e-9) break;
  }
  return 2 * x;
}

}  // namespace margincube
