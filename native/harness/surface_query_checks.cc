#include "surface_query_checks.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "../kernels/surface_query.h"
#include "checks.h"

namespace margincube::harness {
namespace {

constexpr std::size_t kSlices = 3;
constexpr double kYears[kSlices] = {0.02, 0.1, 0.5};
constexpr double kForward[kSlices] = {60000, 60400, 61800};
constexpr double kA[kSlices] = {0.002, 0.01, 0.05};
constexpr double kB[kSlices] = {0.02, 0.06, 0.15};
constexpr double kRho[kSlices] = {-0.2, -0.25, -0.2};
constexpr double kM[kSlices] = {0.01, 0.02, 0.05};
constexpr double kSigma[kSlices] = {0.08, 0.15, 0.4};
constexpr double kQuotedMin[kSlices] = {-0.3, -0.5, -1};
constexpr double kQuotedMax[kSlices] = {0.3, 0.5, 1};
constexpr double kConfidence[kSlices] = {0.03, 0.01, 0.02};
constexpr std::uint8_t kByVariance[kSlices] = {0, 0, 0};
constexpr std::uint8_t kByPrice[kSlices] = {2, 2, 2};
constexpr double kRates[2] = {0.05, 0.2};

SurfaceColumns surface(const double* carry, const std::uint8_t* rule = kByVariance) {
  return {kSlices, kYears, kForward,   carry,      kA,          kB,   kRho,
          kM,      kSigma, kQuotedMin, kQuotedMax, kConfidence, rule, kRates};
}

long double smile(std::size_t i, long double k) {
  const long double d = k - kM[i];
  return kA[i] + kB[i] * (kRho[i] * d + sqrtl(d * d + static_cast<long double>(kSigma[i]) * kSigma[i]));
}

/** Total variance between or on slices, and after the last. */
long double expectedVariance(double strike, double years, const double* carry) {
  const std::size_t i = years >= kYears[2] ? 2 : years >= kYears[1] ? 1 : 0;
  const long double elapsed = static_cast<long double>(years) - kYears[i];
  const long double k = logl(strike / static_cast<long double>(kForward[i])) - carry[i] * elapsed;
  if (i == 2) return smile(2, k) + kRates[1] * elapsed;
  const long double share = elapsed / (static_cast<long double>(kYears[i + 1]) - kYears[i]);
  return (1 - share) * smile(i, k) + share * smile(i + 1, k);
}

}  // namespace

void checkSurfaceQuery() {
  const double carry[kSlices] = {std::log(60400 / 60000.0) / 0.08, std::log(61800 / 60400.0) / 0.4, 0.03};
  std::mt19937_64 generator(29);
  std::uniform_real_distribution<double> logStrike(std::log(6000.0), std::log(600000.0)), time(0.02, 1);
  double worst = 0;
  std::size_t bad = 0;
  for (std::size_t count = 1; count <= 70; ++count) {
    // Of exact extent, so that a read or write beyond the last query is caught.
    std::vector<double> strike(count), years(count), volatility(count), variance(count), g(count), density(count),
        confidence(count);
    std::vector<std::uint8_t> flags(count);
    for (std::size_t i = 0; i < count; ++i) {
      strike[i] = std::exp(logStrike(generator));
      years[i] = time(generator);
    }
    const KernelStatus status = surfaceQuery(
        surface(carry), {count, strike.data(), years.data()},
        {volatility.data(), variance.data(), g.data(), density.data(), confidence.data(), flags.data()}, &bad);
    expectTrue(status == KernelStatus::kOk, "surfaceQuery accepts good numbers");
    for (std::size_t i = 0; i < count; ++i) {
      const long double expected = expectedVariance(strike[i], years[i], carry);
      worst = std::max(worst, static_cast<double>(fabsl(variance[i] - expected) / expected));
      expectTrue(std::isfinite(density[i]) && std::isfinite(g[i]), "answers are finite");
    }
    surfaceQuery(surface(carry, kByPrice), {count, strike.data(), years.data()},
                 {volatility.data(), variance.data(), g.data(), density.data(), confidence.data(), flags.data()}, &bad);
    for (std::size_t i = 0; i < count; ++i) {
      expectTrue(variance[i] > 0 && std::isfinite(density[i]) && std::isfinite(g[i]), "mixed prices are finite");
    }
  }
  expectBound(worst, 1e-14, "surfaceQuery, total variance, relative");

  double out[5];
  std::uint8_t flag = 0;
  const double one = 1, none = std::numeric_limits<double>::quiet_NaN();
  const SurfaceAnswers answers = {out, out + 1, out + 2, out + 3, out + 4, &flag};
  expectTrue(surfaceQuery(surface(carry), {1, &none, &one}, answers, &bad) == KernelStatus::kQueryStrike,
             "a NaN strike of a query is refused");
  expectTrue(surfaceQuery(surface(carry), {1, &one, &none}, answers, &bad) == KernelStatus::kQueryTime,
             "a NaN time of a query is refused");
}

}  // namespace margincube::harness
